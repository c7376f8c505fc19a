"""Variational fits: here P itself is moved, towards a fixed Q, and H(P) is no constant any more.

Variational inference makes D(P || Q) small over P (Jordan and others 1999; Bishop 2006, chapter
10). Everything is on a grid of k places, in nats; the gradients are closed forms.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy import optimize

from fitlab import modes, random, validate
from fitlab.information.entropy import distribution, entropy, kl_divergence, softmax

PLACES = np.linspace(-6, 6, 25)  # the grid of `two_peaks`


@modes.underflow_is_zero
def two_peaks(share=0.6, distance=5.0, spread=0.75):
    """Two bell curves on PLACES, of which the left has `share` of the whole: Q, float64 (25,).

    distance: between the peaks.  spread: the standard deviation of each.
    """
    share = validate.real("share", share, 0, 1, low_open=True, high_open=True)
    distance = validate.real("distance", distance, 0, 12)
    spread = validate.real("spread", spread, 0.2, 6)
    left, right = (bell(m, spread) for m in (-distance / 2, distance / 2))
    return share * left + (1 - share) * right


def bell(mean, spread, places=PLACES):
    """A bell curve at `places` (k,), adding up to 1: float64 (k,)."""
    return softmax(-(((places - mean) / spread) ** 2) / 2)


# ---------------------------------------------------------------------------- any P


@modes.underflow_is_zero
def kl_gradient(p, log_q):
    """Of D(P || Q) by the scores whose softmax P is: p (ln p - ln q - D). Shapes (..., k)."""
    surprise = np.log(p) - log_q
    return p * (surprise - (p * surprise).sum(axis=-1, keepdims=True))


@modes.underflow_is_zero
def cross_entropy_gradient(p, log_q):
    """Of H(P, Q) by the scores whose softmax P is: p (-ln q - H(P, Q)). Shapes (..., k)."""
    return -p * (log_q - (p * log_q).sum(axis=-1, keepdims=True))


GRADIENTS: dict[str, Callable] = {"kl": kl_gradient, "cross-entropy": cross_entropy_gradient}


@dataclass(frozen=True, eq=False)
class LearntDistribution:
    """P after each of `steps` (m,): probabilities float64 (m, seeds, k)."""

    loss: str
    steps: np.ndarray
    probabilities: np.ndarray

    @property
    def entropies(self):
        """H(P) in nats: float64 (m, seeds)."""
        return entropy(self.probabilities)

    def __repr__(self):
        last = np.median(self.entropies[-1])
        return f"LearntDistribution({self.loss}, {self.steps[-1]:,} steps: H(P) = {last:.2g} nats)"


@modes.ours()
@modes.underflow_is_zero
def learn_distribution(q, loss="kl", *, steps=(0, 200, 2_000), seeds=(0,), lr=0.1):
    """Move P = softmax(scores) by Adam until the loss between P and the fixed Q is small.

    q: float64 (k,), all of it positive.  loss: "kl", D(P || Q), or "cross-entropy", H(P, Q).
    steps: after how many of them P is kept, increasing.  seeds: one start for each, with scores
    from a normal distribution.  lr: Adam's step size.  Returns a LearntDistribution.
    """
    q = distribution("q", q)
    if q.ndim != 1 or q.min() <= 0:
        raise ValueError(f"q of shape {q.shape} was given; q must be (k,), and positive everywhere")
    gradient = GRADIENTS[validate.one_of("loss", loss, GRADIENTS)]
    lr = validate.real("lr", lr, 0, np.inf, low_open=True)
    steps = [validate.integer("steps", step, 0) for step in steps]
    if not steps or sorted(set(steps)) != steps:
        raise ValueError(f"steps={steps} was given; steps must be one or more, increasing")
    scores = torch.from_numpy(np.array([_start(seed, len(q)) for seed in seeds]))
    adam, log_q, kept = torch.optim.Adam([scores], lr), np.log(q), []
    for step in range(steps[-1] + 1):
        p = softmax(scores.numpy())
        if step in steps:
            kept.append(p)
        scores.grad = torch.from_numpy(gradient(p, log_q))
        adam.step()
    return LearntDistribution(loss, np.array(steps), np.array(kept))


def _start(seed, k):
    return np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED)).normal(size=k)


# ---------------------------------------------------------------------------- one bell curve

PRECISE = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2_000}
DIRECTIONS = {
    "mode-seeking": lambda p, q: kl_divergence(p, q),
    "mass-covering": lambda p, q: kl_divergence(q, p),
}


@dataclass(frozen=True)
class Bell:
    """The bell curve that is nearest to Q on PLACES: its mean and spread, and how far it is."""

    mean: float
    spread: float
    divergence: float  # in nats, in the direction that was asked for

    @property
    def probabilities(self):
        """float64 (25,)."""
        return bell(self.mean, self.spread)


@modes.underflow_is_zero
def nearest_bell(q, direction="mode-seeking", seed=0):
    """The bell curve P on PLACES that is nearest to Q (25,): Bell.

    direction: "mode-seeking" makes D(P || Q) small, "mass-covering" D(Q || P).  seed: of the place
    where Nelder and Mead's search begins; D(P || Q) may have several valleys, and ends in one.
    """
    q = distribution("q", q)
    if q.shape != PLACES.shape or q.min() <= 0:
        raise ValueError(f"q of shape {q.shape} was given; q must be (25,), positive everywhere")
    divergence = DIRECTIONS[validate.one_of("direction", direction, DIRECTIONS)]
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    start = [np.random.default_rng(seed).uniform(PLACES[0], PLACES[-1]), 0.0]

    def loss(place):
        mean, log_spread = np.clip(place, -6, 6)
        p = np.maximum(bell(mean, np.exp(log_spread)), np.finfo(float).tiny)
        return divergence(p / p.sum(), q)

    found = optimize.minimize(loss, start, method="Nelder-Mead", options=PRECISE)
    return Bell(float(found.x[0]), float(np.exp(found.x[1])), float(found.fun))
