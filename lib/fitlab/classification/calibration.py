"""How good probabilities are: not only whether the likeliest class is right.

Probabilities are float64 (n, classes) with rows that add up to 1; labels y int64 (n,).
"""

from dataclasses import dataclass

import numpy as np

from fitlab import modes, validate

SMALLEST = np.finfo(np.float64).tiny  # a probability of 0 would cost infinitely many nats


@dataclass(frozen=True, eq=False)
class Bins:
    """A reliability diagram: arrays (k,), one entry for each bin that is not empty.

    claimed: mean confidence.  share: how many of them were right, 0 to 1.  count: how many.
    """

    claimed: np.ndarray
    share: np.ndarray
    count: np.ndarray


def log_loss(probabilities, y):
    """The mean of -ln(probability of the right class): the average surprise, in nats."""
    p, y = _checked(probabilities, y)
    right = p[np.arange(len(y)), y]
    return float(-np.log(np.maximum(right, SMALLEST)).mean())


def confidence(probabilities, y):
    """Each row's largest probability (n,), and whether that class is right: bool (n,)."""
    p, y = _checked(probabilities, y)
    return p.max(axis=1), p.argmax(axis=1) == y


@modes.underflow_is_zero
def reliability(claimed, right, bins=10):
    """Sort claims (n,), from 0 to 1, into bins of equal width, and see how many came true."""
    claimed, right = validate.finite("claimed", claimed), np.asarray(right)
    if claimed.ndim != 1 or right.shape != claimed.shape or len(claimed) == 0:
        raise ValueError(
            f"claimed of shape {claimed.shape} and right of shape {right.shape} were given; both "
            "must be (n,), n >= 1"
        )
    if claimed.min() < 0 or claimed.max() > 1:
        raise ValueError(f"claims up to {claimed.max()} were given; they must be from 0 to 1")
    bins = validate.integer("bins", bins, 1)
    place = np.minimum((claimed * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    full = count > 0
    sums = (np.bincount(place, values, bins)[full] for values in (claimed, right))
    claimed, share = (total / count[full] for total in sums)
    return Bins(claimed, share, count[full])


def expected_calibration_error(claimed, right, bins=10):
    """Mean distance between what was claimed and what came true, each bin by its size: 0 to 1.

    Naeini, Cooper & Hauskrecht 2015, as Guo et al. 2017 use it.
    """
    found = reliability(claimed, right, bins)
    return float(np.average(np.abs(found.claimed - found.share), weights=found.count))


def accuracy_of_most_confident(probabilities, y, share):
    """The accuracy among the `share` (0 to 1) of the rows whose likeliest class is likeliest."""
    claimed, right = confidence(probabilities, y)
    share = validate.real("share", share, 0, 1, low_open=True)
    chosen = np.argsort(-claimed, kind="stable")[: max(1, round(share * len(right)))]
    return float(right[chosen].mean())


def _checked(probabilities, y):
    p, y = validate.finite("probabilities", probabilities), np.asarray(y)
    if p.ndim != 2 or y.shape != p.shape[:1] or len(y) == 0:
        raise ValueError(
            f"probabilities of shape {p.shape} and y of shape {y.shape} were given; they must be "
            "(n, classes) and (n,), n >= 1"
        )
    if p.min() < 0 or np.abs(p.sum(axis=1) - 1).max() > 1e-6:
        raise ValueError("the rows of probabilities must not be negative, and add up to 1")
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= p.shape[1]:
        raise ValueError(f"labels must be integers from 0 to {p.shape[1] - 1}")
    return p, y
