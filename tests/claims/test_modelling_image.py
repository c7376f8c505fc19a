"""Claims of the page on images: each could have come out otherwise."""

import pytest

from fitlab import claims
from fitlab.claims import Verdict, modelling_image


@pytest.mark.parametrize(
    ("loss", "rounding", "verdict"),
    [(0.01, 1e-12, Verdict.CAVEAT), (0.0, 1e-12, Verdict.HOLDS), (0.01, 0.0, Verdict.FAILS)],
)
def test_what_the_cnn_loses_decides_whether_an_image_is_a_vector(
    monkeypatch, loss, rounding, verdict
):
    def accuracy(seed, network, moved, shuffle_seed):
        return 0.97 - loss * (network == "CNN" and moved > 0)

    monkeypatch.setattr(modelling_image, "held_out_accuracy", accuracy)
    monkeypatch.setattr(modelling_image, "ROUNDING", rounding)
    assert claims.check("image-is-a-vector", [2]).verdict == verdict


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [("POOR", 0.1, Verdict.FAILS), ("RIGHT", 1.0, Verdict.FAILS), ("ROUNDING", 0.0, Verdict.FAILS)],
)
def test_codes_could_have_come_out_otherwise(monkeypatch, name, value, verdict):
    monkeypatch.setattr(modelling_image, name, value)
    assert claims.check("numbers-are-not-quantities", [2]).verdict == verdict
