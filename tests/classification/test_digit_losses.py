"""The digits with one loss or another."""

import math

import numpy as np
import pytest

from fitlab.classification import calibration, datasets, digit_losses


def test_gradients_when_confidently_wrong_by_hand():
    """Cross-entropy: softmax less one-hot. Squares on scores: 2 (s - onehot) / 10."""
    p = np.exp([0, 20.0, *[0] * 8])
    p /= p.sum()
    truth = np.eye(10)[0]
    assert digit_losses.wrong_slope("cross-entropy", 20) == pytest.approx(np.linalg.norm(p - truth))
    scores = np.array([0, 20.0, *[0] * 8])
    expected = np.linalg.norm(2 * (scores - truth) / 10)
    assert digit_losses.wrong_slope("squared error of scores", 20) == pytest.approx(expected)
    jacobian = np.diag(p) - np.outer(p, p)
    expected = np.linalg.norm(jacobian @ (2 * (p - truth) / 10))
    assert digit_losses.wrong_slope("squared error of softmax", 20) == pytest.approx(expected)
    assert expected < 1e-8


def test_scores_taken_as_probabilities_are_clipped_and_add_up():
    split = datasets.digits(0)

    class Model:
        scores = staticmethod(lambda x: 4 * np.eye(10)[split.y_test] - 2)
        probabilities = staticmethod(lambda x: np.full((len(x), 10), 0.1))

    assert digit_losses.log_loss_of(Model(), split) == pytest.approx(math.log(10))
    assert digit_losses.log_loss_of(Model(), split, "clipped") == pytest.approx(math.log(1.009))


def test_networks_are_judged_on_what_they_never_saw():
    split = datasets.digits(0)
    model = digit_losses.trained_with(digit_losses.SCORES, 0, lr=digit_losses.LR).model
    assert digit_losses.accuracy_with(digit_losses.SCORES, 0) == np.mean(
        model.scores(split.x_test).argmax(axis=1) == split.y_test
    )
    expected = calibration.log_loss(model.probabilities(split.x_test), split.y_test)
    assert digit_losses.log_loss_of(model, split) == expected
