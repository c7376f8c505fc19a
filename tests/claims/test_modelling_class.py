"""Claims of the page on classes: each could have come out otherwise."""

import numpy as np
import pytest

from fitlab import claims
from fitlab.claims import Verdict, modelling_class


def test_a_number_that_did_as_well_would_fail(monkeypatch):
    monkeypatch.setattr(modelling_class, "held_out_accuracy", lambda *_, **__: 0.97)
    assert claims.check("codes-impose-an-order", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize("mistakes", ["sure", "many"])
def test_confidence_that_tells_nothing_would_fail(monkeypatch, mistakes):
    y = np.arange(100) % 2
    sure = np.where(np.arange(100) < 10, 0.9, 0.6)
    wrong = np.arange(100) < 10 if mistakes == "sure" else np.arange(100) % 4 == 0
    column = np.where(wrong, 1 - y, y)
    p = np.where(np.arange(2) == column[:, None], sure[:, None], 1 - sure[:, None])
    monkeypatch.setattr(modelling_class, "held_out_probabilities", lambda *_: (p, y))
    assert claims.check("probability-says-more", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize(
    ("patched", "value", "verdict"),
    [("RHO", 0.0, Verdict.FAILS), ("FEW", 300, Verdict.CAVEAT)],
)
def test_naive_bayes_can_come_out_otherwise(monkeypatch, patched, value, verdict):
    monkeypatch.setattr(modelling_class, patched, value)
    assert claims.check("naive-bayes-needs-independence", range(2)).verdict == verdict
    if patched == "FEW":  # many people, and a correlation that costs decisions too
        monkeypatch.setattr(modelling_class, "RHO", 0.9)
        found = claims.check("naive-bayes-needs-independence", range(2))
        assert found.verdict == Verdict.HOLDS


@pytest.mark.parametrize(("share", "verdict"), [(0.9, Verdict.HOLDS), (0.1, Verdict.FAILS)])
def test_counting_can_come_out_otherwise(monkeypatch, share, verdict):
    monkeypatch.setattr(modelling_class, "unseen_in_docstrings", lambda *_: share)
    assert claims.check("counting-is-hopeless", range(2)).verdict == verdict
