"""Surprise as a quantity: entropy, cross-entropy and KL divergence of discrete distributions.

A distribution is an array (..., k) of probabilities along its last axis; several of them, and such
as fit together by NumPy's broadcasting, are judged at once. Results are in nats, or with base=2 in
bits, and may be infinite, never NaN. The formulas are those of Cover & Thomas 2006, chapters 2, 5.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from fitlab import modes, validate

SUMS_TO_ONE = 1e-9  # how far from 1 a sum may be, if rounding to its type explains no more


@modes.underflow_is_zero
def entropy(p: npt.ArrayLike, base: float = math.e) -> Any:
    """H(P) = -sum p log p, with 0 log 0 = 0: the mean surprise of one who knows P. Shape (...)."""
    p = distribution("p", p)
    return _mean_surprise(p, p, base)


@modes.underflow_is_zero
def cross_entropy(p: npt.ArrayLike, q: npt.ArrayLike, base: float = math.e) -> Any:
    """H(P, Q) = -sum p log q: the mean surprise of one who believes Q where P is true.

    p, q: (..., k), broadcast together.  Returns (...); infinite where q = 0 < p.
    """
    return _mean_surprise(*_pair(p, q), base)


@modes.underflow_is_zero
def kl_divergence(p: npt.ArrayLike, q: npt.ArrayLike, base: float = math.e) -> Any:
    """D(P || Q) = sum p log(p / q): the surprise that believing Q costs more than knowing P.

    p, q: (..., k), broadcast together.  Returns (...), at least 0; infinite where q = 0 < p.
    """
    p, q = _pair(p, q)
    with np.errstate(divide="ignore"):
        ratio = np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1))
    total = np.where(p > 0, p * ratio, 0).sum(axis=-1)
    return np.maximum(total, 0) / _nats(base)  # rounding can leave -1e-17


@np.errstate(under="ignore", over="ignore")  # what is smaller than any number is 0
def softmax(scores: npt.ArrayLike) -> np.ndarray:
    """Scores (..., k) as a distribution: exp(s) / sum exp(s) along the last axis."""
    scores = validate.finite("scores", scores)
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


@modes.underflow_is_zero
def score_gradient(p: npt.ArrayLike, scores: npt.ArrayLike) -> np.ndarray:
    """The gradient of H(P, softmax(scores)), and of D(P || softmax(scores)), by the scores.

    Both are softmax(scores) - p, in nats for each unit of score, because H(P) does not depend on
    the scores.  p, scores: (..., k).  Returns (..., k).
    """
    return softmax(scores) - distribution("p", p)


@modes.underflow_is_zero
def gradient(p: npt.ArrayLike, q: npt.ArrayLike) -> np.ndarray:
    """The gradient of H(P, Q), and of D(P || Q), by the probabilities q: -p / q for both.

    Each q counts as free.  p, q: (..., k), broadcast together.  Returns (..., k), in nats;
    -infinity where q = 0 < p.
    """
    p, q = _pair(p, q)
    with np.errstate(divide="ignore"):
        return 0 - np.where(p > 0, p / np.where(p > 0, q, 1), 0)


@modes.underflow_is_zero
def score_gradients_of_p(p: npt.ArrayLike, q: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The gradients of H(P, Q) and of D(P || Q) by scores of P, when P = softmax(scores).

    They differ: p (-log q - H(P, Q)) and p (log(p / q) - D(P || Q)).  p, q: (..., k), broadcast
    together, with no q = 0 < p, where both are infinite.  Returns two arrays (..., k), in nats.
    """
    p, q = _pair(p, q)
    if np.any((p > 0) & (q == 0)):
        raise ValueError(
            "p and q with q = 0 < p were given; there both losses are infinite and have no gradient"
        )
    safe_p, safe_q = np.where(p > 0, p, 1), np.where(p > 0, q, 1)
    surprise, excess = -np.log(safe_q), np.log(safe_p) - np.log(safe_q)
    losses = cross_entropy(p, q)[..., None], kl_divergence(p, q)[..., None]
    return p * (surprise - losses[0]), p * (excess - losses[1])


def smoothed_labels(labels: Iterable[int], classes: int, smoothing: float = 0.0) -> np.ndarray:
    """One-hot labels that leave a share `smoothing` (0 to 1) to all classes alike: (n, classes).

    Label smoothing, Szegedy and others 2016.  labels: integers (n,), 0 to classes - 1.
    """
    classes = validate.integer("classes", classes, 1)
    smoothing = validate.real("smoothing", smoothing, 0, 1)
    labels = np.array([validate.integer("label", y, 0, classes - 1) for y in labels], dtype=int)
    return (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes


def distribution(name: str, values: npt.ArrayLike) -> np.ndarray:
    """Return `values` as float64 distributions (..., k), or raise ValueError saying what is not."""
    p = validate.finite(name, values)
    if p.ndim == 0 or p.shape[-1] == 0:
        raise ValueError(
            f"{name} of shape {p.shape} was given; it must be (..., k) with k >= 1 probabilities"
        )
    rounding = _rounding(values) * math.sqrt(p.shape[-1])
    if p.size and p.min() < -rounding:
        raise ValueError(f"{name} has a probability of {p.min():g}; none may be negative")
    p = np.where(p < 0, 0, p)
    off = np.abs(p.sum(axis=-1) - 1)
    if p.size and off.max() > max(SUMS_TO_ONE, rounding):
        worst = p.sum(axis=-1).flat[off.argmax()]
        raise ValueError(
            f"{name} has probabilities that add up to {worst:.10g}; they must add up to 1 along "
            "the last axis: divide them by their sum"
        )
    return p


def _rounding(values: npt.ArrayLike) -> float:
    """The relative error of one number of their type; what is not floating counts as float64."""
    kind = np.asarray(values).dtype
    return float(np.finfo(kind if kind.kind == "f" else np.float64).eps)


def _pair(p: npt.ArrayLike, q: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    p, q = distribution("p", p), distribution("q", q)
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(
            f"p of shape {p.shape} and q of shape {q.shape} were given; both need the same number "
            "of probabilities along the last axis"
        )
    return p, q


def _mean_surprise(p: np.ndarray, q: np.ndarray, base: float) -> Any:
    with np.errstate(divide="ignore"):
        surprise = 0 - np.log(np.where(p > 0, q, 1))  # not -0.0
    return (p * surprise).sum(axis=-1) / _nats(base)


def _nats(base: float) -> float:
    """How many nats the unit of that base has."""
    base = validate.real("base", base, 0, math.inf, low_open=True)
    if base <= 1:
        raise ValueError(f"base={base:g} was given; base must be above 1: 2 for bits, e for nats")
    return math.log(base)
