"""Claims of the page on classes: each could have come out otherwise."""

import numpy as np
import pytest

from fitlab import claims
from fitlab.claims import Verdict, modelling_class


def test_a_number_that_did_as_well_would_fail(networks_that):
    networks_that(lambda *_: 0.97)
    assert claims.check("codes-impose-an-order", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize("renumbered", [0.97, 0.9])
def test_probabilities_that_minded_their_numbers_would_fail(networks_that, renumbered):
    def says(trial, _):
        if trial.settings.get("loss"):
            return 0.3
        return renumbered if trial.settings.get("labels") else 0.97

    networks_that(says)
    verdict = Verdict.HOLDS if renumbered == 0.97 else Verdict.FAILS
    assert claims.check("codes-impose-an-order", range(2)).verdict == verdict


@pytest.mark.parametrize("mistakes", ["sure", "many"])
def test_confidence_that_tells_nothing_would_fail(networks_that, mistakes):
    surest = {"sure": 0.95, "many": 0.97}[mistakes]
    given = {"accuracy": 0.96, "accuracy of the surest": surest}
    networks_that(lambda _, name, *__: given.get(name, 0.9))
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


@pytest.mark.parametrize("bits", [0.9, 1.05])
def test_codes_that_did_worse_or_better_would_fail(networks_that, bits):
    hits = dict(zip(modelling_class.NAMES, (0.97, 0.97, 0.97 * bits), strict=True))
    networks_that(lambda trial, _: hits.get(trial.settings["code"], 0.95))
    assert claims.check("any-code-will-do", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize(
    ("moved", "mistakes", "verdict"),
    [
        (0.0, np.ones((10, 10)), Verdict.HOLDS),
        (0.0, np.diag(np.ones(9), 1), Verdict.CAVEAT),
        (-0.1, np.ones((10, 10)), Verdict.FAILS),
    ],
)
def test_classes_can_influence_each_other_or_not(monkeypatch, moved, mistakes, verdict):
    codes = modelling_class.digit_codes
    monkeypatch.setattr(codes, "moves_without", lambda *_: np.full(9, moved))
    monkeypatch.setattr(codes, "confusion", lambda _: mistakes.astype(int))
    assert claims.check("classes-do-not-influence", range(2)).verdict == verdict


@pytest.mark.parametrize(
    ("people", "scans", "verdict"),
    [(0.9, 0.9, Verdict.HOLDS), (0.9, 0.7, Verdict.CAVEAT), (0.7, 0.9, Verdict.FAILS)],
)
def test_assumptions_can_pay_otherwise(monkeypatch, people, scans, verdict):
    lda = lambda name, hit: hit if "LDA" in name else 0.8  # noqa: E731
    monkeypatch.setattr(
        modelling_class.bayes, "learnt_accuracy", lambda name, *_: lda(name, people)
    )
    monkeypatch.setattr(modelling_class, "peer_accuracy", lambda _, name, n: lda(name, scans))
    assert claims.check("assumptions-pay-early", range(2)).verdict == verdict


@pytest.mark.parametrize(("words", "verdict"), [(1e6, Verdict.FAILS), (1e9, Verdict.HOLDS)])
def test_the_letter_about_counting_depends_on_how_many_words_there_are(words, verdict):
    letter = claims.CLAIMS["counting-is-hopeless"].literally
    assert letter.judge({modelling_class.LARGE_PAIRS: words**2}) == verdict


def test_so_few_pictures_could_be_counted(monkeypatch):
    monkeypatch.setattr(modelling_class.counting, "pictures", lambda *_, **__: 10**6)
    assert claims.check("counting-is-hopeless", range(2)).verdict == Verdict.FAILS
