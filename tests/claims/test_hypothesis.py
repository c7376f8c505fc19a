"""Claims of the page about the hypothesis: the checks can come out otherwise, the oracles agree."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVC

from fitlab import claims
from fitlab.claims import Verdict, hypothesis
from fitlab.classification import datasets
from fitlab.classification.digit_networks import memorised_labels
from fitlab.classification.puzzles import PUZZLES


def always(value):
    """A function that answers the same whatever it is asked."""
    return lambda *_arguments, **_settings: value


@pytest.mark.parametrize(
    ("right", "verdict"),
    [(0.95, Verdict.HOLDS), (0.89, Verdict.CAVEAT), (0.5, Verdict.FAILS)],
)
def test_readers_of_digits_may_be_better_or_worse(networks_that, right, verdict):
    networks_that(always(right))
    assert claims.check("fits-a-function", range(2)).verdict == verdict


@pytest.mark.parametrize(
    ("collapse", "straight", "bent", "verdict"),
    [
        (1e-14, 0.2, 1e-4, Verdict.HOLDS),
        (1e-6, 0.2, 1e-4, Verdict.FAILS),
        (1e-14, 0.1, 1e-4, Verdict.FAILS),
        (1e-14, 0.2, 0.1, Verdict.FAILS),
    ],
)
def test_a_stack_could_be_more_than_a_line(networks_that, collapse, straight, bent, verdict):
    def says(trial, name):
        mse = straight if "activation" in trial.settings else bent
        return {"collapse error": collapse, "MSE": mse}[name]

    networks_that(says)
    assert claims.check("linear-stack-is-one-line", range(2)).verdict == verdict


@pytest.mark.parametrize(
    ("refused", "right", "verdict"),
    [
        (None, 0.1, Verdict.HOLDS),
        (None, 0.5, Verdict.FAILS),
        ("shuffled", 0.1, Verdict.FAILS),
        ("true", 0.1, Verdict.FAILS),
    ],
)
def test_labels_could_be_refused_or_help(networks_that, refused, right, verdict):
    def says(trial, name):
        labels = trial.settings.get("labels", "true")
        return {"learnt": labels != refused, "accuracy": right, "epochs": 1}[name]

    networks_that(says)
    assert claims.check("it-fits-anything", range(2)).verdict == verdict


@pytest.mark.parametrize(("most", "verdict"), [("spiral", "holds"), ("XOR", Verdict.FAILS)])
def test_the_hardest_task_could_make_the_most_regions(networks_that, most, verdict):
    networks_that(lambda trial, _: 1 + (trial.settings["puzzle"] == most))
    assert claims.check("harder-tasks-make-more-regions", range(2)).verdict == verdict


def told(monkeypatch, digits=0.1, revived=0.1, sine=False, puzzle=0.5):
    """The check of the pile, with networks that get so much right."""
    right = {"pile": digits, "pile with He's start": revived}
    monkeypatch.setattr(
        hypothesis, "held_out_accuracy", lambda seed, network, **_: right.get(network, digits)
    )
    monkeypatch.setattr(hypothesis, "training_accuracy", always(0.9))
    monkeypatch.setattr(hypothesis, "puzzle_accuracy", always(puzzle))
    fit = SimpleNamespace(converged=sine, mse=0.5)
    monkeypatch.setattr(hypothesis, "fitted", always(fit))
    return claims.check("matrices-alone-are-useless", range(2))


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, Verdict.HOLDS),
        ({"revived": 0.9}, Verdict.CAVEAT),
        ({"sine": True}, Verdict.CAVEAT),
        ({"digits": 0.2}, Verdict.FAILS),
    ],
    ids=str,
)
def test_a_pile_is_useless_if_nothing_helps_it(monkeypatch, given, verdict):
    assert told(monkeypatch, **given).verdict == verdict


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, Verdict.HOLDS),
        ({"digits": 0.25, "puzzle": 0.6}, Verdict.CAVEAT),
        ({"digits": 0.9}, Verdict.FAILS),
        ({"puzzle": 0.8}, Verdict.FAILS),
    ],
    ids=str,
)
def test_by_the_letter_matrices_alone_are_of_use_if_they_get_far_past_guessing(
    monkeypatch, given, verdict
):
    assert told(monkeypatch, **given).literally == verdict


def test_the_best_straight_line_through_a_sine_is_as_the_formula_says():
    x = np.linspace(-np.pi, np.pi, 100_001)[:, None]
    line = LinearRegression().fit(x, np.sin(x))
    assert np.mean((line.predict(x) - np.sin(x)) ** 2) == pytest.approx(
        hypothesis.BEST_LINE, rel=1e-4
    )
    assert line.coef_.item() == pytest.approx(3 / np.pi**2, rel=1e-4)


def test_no_straight_cut_solves_a_puzzle_but_a_curved_one_does():
    """scikit-learn agrees: the puzzles are hard for lines and easy for curves."""
    for puzzle in PUZZLES.values():
        x, y = puzzle(400, 5)
        new_x, new_y = puzzle(400, 6)
        assert SVC(kernel="linear").fit(x, y).score(new_x, new_y) < 0.8
        assert SVC(C=100, gamma=10).fit(x, y).score(new_x, new_y) > 0.95


def test_shuffled_labels_keep_their_shares_and_lose_their_pictures():
    split = datasets.digits(3)
    training = memorised_labels(True, 3)
    answers = training.model.classes(split.x)
    assert training.converged
    assert (np.bincount(answers) == np.bincount(split.y)).all()
    assert np.mean(answers == split.y) < 0.2


def test_a_puzzle_is_tested_on_points_that_were_not_trained_on():
    x, _ = datasets.xor(400, 0)
    new_x, _ = datasets.xor(400, 2**31)
    assert not np.isin(x[:, 0], new_x[:, 0]).any()
