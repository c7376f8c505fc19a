"""Claims of the page on images: each could have come out otherwise."""

import pytest

from fitlab import claims
from fitlab.claims import Verdict, modelling_image


@pytest.mark.parametrize(
    ("right", "verdict"), [(0.97, Verdict.HOLDS), (0.8, Verdict.CAVEAT), (0.4, Verdict.FAILS)]
)
def test_what_an_mlp_can_learn_decides_whether_an_image_is_a_vector(networks_that, right, verdict):
    networks_that(lambda *_: right)
    assert claims.check("image-is-a-vector", range(2)).verdict == verdict


@pytest.mark.parametrize(
    ("lead", "ahead", "rounding", "verdict"),
    [
        (0.02, 0.0, 1e-12, Verdict.HOLDS),
        (0.02, 0.01, 1e-12, Verdict.FAILS),  # it keeps its lead
        (0.0, 0.0, 1e-12, Verdict.FAILS),  # it never had one
        (0.02, 0.0, 0.0, Verdict.FAILS),
    ],
)
def test_order_is_for_neighbours_if_without_them_a_cnn_is_no_better(
    monkeypatch, lead, ahead, rounding, verdict
):
    def accuracy(seed, network, moved, shuffle_seed):
        return 0.96 + (ahead if moved else lead) * (network == "CNN")

    monkeypatch.setattr(modelling_image, "held_out_accuracy", accuracy)
    monkeypatch.setattr(modelling_image, "ROUNDING", rounding)
    assert claims.check("order-is-for-neighbours", [2]).verdict == verdict


@pytest.mark.parametrize(
    ("pooled", "verdict"),
    [
        ([0.8, 0.8, 0.8], Verdict.HOLDS), ([0.8, 0.6, 0.8], Verdict.CAVEAT),
        ([0.5, 0.6, 0.8], Verdict.FAILS),
    ],
)  # fmt: skip
def test_a_pooled_cnn_has_to_keep_more_than_both_others(monkeypatch, pooled, verdict):
    def kept(seed, network):
        return {"MLP": 0.4 + 0.3 * (seed == 1), "CNN": 0.6, "pooled CNN": pooled[seed]}[network]

    monkeypatch.setattr(modelling_image, "shifted_accuracy", kept)
    monkeypatch.setattr(modelling_image, "held_out_accuracy", lambda *_: 0.97)
    assert claims.check("pooling-forgives-a-shift", range(3)).verdict == verdict


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [("POOR", 0.1, Verdict.FAILS), ("RIGHT", 1.0, Verdict.FAILS), ("ROUNDING", 0.0, Verdict.FAILS)],
)
def test_codes_could_have_come_out_otherwise(monkeypatch, name, value, verdict):
    monkeypatch.setattr(modelling_image, name, value)
    assert claims.check("numbers-are-not-quantities", [2]).verdict == verdict
