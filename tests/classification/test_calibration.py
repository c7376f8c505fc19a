"""Calibration, held to scikit-learn."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from fitlab.classification import calibration


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: calibration.log_loss([[0.5, 0.6]], [0]), "add up to 1"),
        (lambda: calibration.log_loss([[0.5, 0.5]], [2]), "from 0 to 1"),
        (lambda: calibration.log_loss([0.5, 0.5], [0, 1]), r"\(n, classes\)"),
        (lambda: calibration.reliability([1.2], [True]), "from 0 to 1"),
        (lambda: calibration.reliability([], []), "n >= 1"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.fixture(scope="module")
def claimed():
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.full(4, 0.6), size=3_000)
    return p, np.array([rng.choice(4, p=row**0.7 / (row**0.7).sum()) for row in p])


def test_log_loss_is_that_of_scikit_learn(claimed):
    p, y = claimed
    assert calibration.log_loss(p, y) == pytest.approx(log_loss(y, p), rel=1e-9)
    assert np.isfinite(calibration.log_loss([[0.0, 1.0]], [0]))


def test_reliability_is_that_of_scikit_learn(claimed):
    sure, right = calibration.confidence(*claimed)
    found = calibration.reliability(sure, right, bins=12)
    share, mean = calibration_curve(right, sure, n_bins=12)
    np.testing.assert_allclose(found.share, share)
    np.testing.assert_allclose(found.claimed, mean)
    assert found.count.sum() == len(right)
    expected = found.count @ abs(share - mean) / len(right)
    assert calibration.expected_calibration_error(sure, right, 12) == pytest.approx(expected)


def test_the_most_confident_by_hand():
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.45, 0.55]])
    y = np.array([0, 1, 1, 0])
    shares = [calibration.accuracy_of_most_confident(p, y, s) for s in (0.25, 0.5, 0.75, 1)]
    assert shares == pytest.approx([1, 1, 2 / 3, 1 / 2])
