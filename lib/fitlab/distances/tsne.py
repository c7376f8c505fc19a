"""t-SNE: how near each point is to each other one, as a distribution, and a map that keeps it.

Van der Maaten & Hinton, "Visualizing data using t-SNE", 2008. P says how probable each ordered pair
of points is in the data, Q how probable it is in the map; the map is moved until Q is like P.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.spatial.distance import cdist

from fitlab import interrupts, modes, random, validate
from fitlab.information.entropy import entropy

# ---------------------------------------------------------------------------- in the data: P


@dataclass(frozen=True, eq=False)
class Affinities:
    """How probable each pair of n points is, P, and what each point says of the others.

    joint: float64 (n, n), symmetric, 0 on the diagonal, adding up to 1.
    conditional: float64 (n, n); row i is p(j | i), with 0 at i.
    perplexity: e to the entropy that every row of `conditional` was given.
    """

    joint: np.ndarray
    conditional: np.ndarray
    perplexity: float

    @property
    def conditional_entropies(self) -> np.ndarray:
        """The entropy of p(. | i) for every point i, in nats: float64 (n,)."""
        return entropy(self.conditional)

    @property
    def entropy(self) -> float:
        """H(P) of the joint distribution of all ordered pairs, in nats."""
        return float(entropy(self.joint.ravel()))

    def __repr__(self) -> str:
        return (
            f"Affinities({len(self.joint)} points, perplexity {self.perplexity:g}: "
            f"H(P) = {self.entropy:.2f} nats)"
        )


@modes.underflow_is_zero
def affinities(x: npt.ArrayLike, perplexity: float) -> Affinities:
    """t-SNE's P of the points x (n, k), n >= 3: Affinities.

    p(j | i) is proportional to exp(-precision_i |x_i - x_j|^2), and the precision of each point is
    such that the entropy of the row is ln(perplexity); P is the mean of both directions, over n.
    perplexity: in (1, n - 1): roughly how many neighbours a point has.
    Raises ValueError where so many points lie equally near that no precision can be found.
    """
    x = validate.finite("x", x)
    if x.ndim != 2 or len(x) < 3 or x.shape[1] < 1:
        raise ValueError(f"x of shape {x.shape} was given; x must be (n, k), n >= 3 and k >= 1")
    n = len(x)
    ends = {"low_open": True, "high_open": True}
    perplexity = validate.real("perplexity", perplexity, 1, n - 1, **ends)
    others = ~np.eye(n, dtype=bool)
    distances = cdist(*2 * [_scaled(x)], "sqeuclidean")[others].reshape(n, n - 1)
    conditional = np.zeros((n, n))
    conditional[others] = _rows_of_entropy(math.log(perplexity), distances).ravel()
    return Affinities((conditional + conditional.T) / (2 * n), conditional, perplexity)


def _scaled(x):
    """x over a power of two, which rounds nothing: no square of a distance overflows."""
    return np.ldexp(x, -np.frexp(np.abs(x).max())[1])


def _rows_of_entropy(entropy: float, distances: np.ndarray) -> np.ndarray:
    """Rows exp(-precision distances) / sum that have this entropy, by bisection on ln(precision).

    All rows at once. 100 halvings of [-35, 35] leave nothing but rounding; beside a point that is
    very far off, the others need a precision beyond.
    """
    distances = distances - distances.min(axis=1, keepdims=True)  # the ratio stays the same
    distances /= np.maximum(distances.mean(axis=1, keepdims=True), np.finfo(float).tiny)
    for reach in (35.0, 700.0):
        rows, found = _bisected(entropy, distances, reach)
        if np.abs(found - entropy).max() <= 1e-9:
            return rows
    point = np.abs(found - entropy).argmax()
    raise ValueError(
        f"no precision gives point {point} the perplexity {math.exp(entropy):g}: too many "
        "others are equally near (copies?); take a larger perplexity, or drop the copies"
    )


def _bisected(entropy, distances, reach):
    """The rows whose ln(precision), within `reach` of 0, is nearest, and their entropies."""
    low, high = np.full((2, len(distances)), [[-reach], [reach]])
    for _ in range(100):
        middle = (low + high) / 2
        rows, found = _gaussian_rows(np.exp(middle)[:, None] * distances)
        too_wide = found > entropy
        low, high = np.where(too_wide, middle, low), np.where(too_wide, high, middle)
    return rows, found


def _gaussian_rows(exponents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """exp(-exponents) as distributions (n, k), and their entropies (n,) in nats."""
    weights = np.exp(-exponents)
    totals = weights.sum(axis=1)
    entropies = np.log(totals) + (weights * exponents).sum(axis=1) / totals
    return weights / totals[:, None], entropies


# ---------------------------------------------------------------------------- in the map: Q


def log_similarities(points):
    """ln Q of a map, a tensor (n, 2): (n, n), for ordered pairs; what is on the diagonal is void.

    q_ij is proportional to 1 / (1 + |y_i - y_j|^2), a Student t of one degree of freedom.
    """
    return _normalised(_log_weights(points))


def _log_weights(points):
    squares = (points * points).sum(dim=1)
    return -(1 + squares[:, None] + squares - 2 * (points @ points.T)).log()


def _normalised(log_weights):
    others = 1 - torch.eye(len(log_weights), dtype=log_weights.dtype, device=log_weights.device)
    return log_weights - (others * log_weights.exp()).sum().log()


def _kl(p, log_q):
    return (torch.special.xlogy(p, p) - p * log_q).sum()


def _cross_entropy(p, log_q):
    return -(p * log_q).sum()


# name -> loss(P, ln Q), tensors (n, n); in nats. Each is written as its own formula says.
MAP_LOSSES: dict[str, Callable] = {"kl": _kl, "cross-entropy": _cross_entropy}


@modes.ours(grad=True)
def loss_gradient(p, points, loss="kl", exaggeration=1.0):
    """The gradient of a loss from MAP_LOSSES by the map, by autograd: a tensor (n, 2).

    p: a tensor (n, n) of affinities.  points: the map, a tensor (n, 2).
    exaggeration: how many times as strongly likely pairs attract each other as the loss says. To
    multiply P in the loss would not do it: all would push 12 times as hard, as Q adds up to 1.
    """
    points = points.detach().requires_grad_()
    log_weights = _log_weights(points)
    value = MAP_LOSSES[validate.one_of("loss", loss, MAP_LOSSES)](p, _normalised(log_weights))
    attraction = -(p * log_weights).sum()
    return torch.autograd.grad(value + (exaggeration - 1) * attraction, points)[0]


# ---------------------------------------------------------------------------- the fit

START = 1e-4  # standard deviation of the first map, as in the paper
EXAGGERATION = 12.0  # of attraction at first, so that groups find together; scikit-learn's value
EXAGGERATED = 250  # steps; not more than half of all
MOMENTA = 0.5, 0.8  # while exaggerated, and after
RECORD_EVERY = 10  # steps


@dataclass(frozen=True)
class Losses:
    """What is measured after so many steps: H(P), D(P || Q) and H(P, Q), in nats."""

    step: int
    entropy: float
    kl: float
    cross_entropy: float


@dataclass(frozen=True, eq=False)
class Embedding:
    """A finished map: points (n, 2), the loss it made small, and the losses every ten steps."""

    points: np.ndarray
    loss: str
    history: list[Losses]
    seconds: float

    @property
    def kl(self):
        """D(P || Q) at the end, in nats."""
        return self.history[-1].kl

    def __repr__(self) -> str:
        last = self.history[-1]
        return (
            f"Embedding({len(self.points)} points by {self.loss}, {last.step} steps: "
            f"KL {last.kl:.1f}, cross-entropy {last.cross_entropy:.1f} nats)"  # more is chaos
        )


@modes.ours(grad=True)
def fit_embedding(
    affinities, loss="kl", *, steps=500, seed=0, on_progress: Callable[[Losses], None] | None = None
) -> Embedding:
    """Move a map of the plane until its Q is like P: gradient descent as van der Maaten's.

    affinities: as `fitlab.affinities` gives them.  loss: "kl" or "cross-entropy".
    seed: of the first map, small and random.  on_progress: called every ten steps.
    The schedule and the step size are scikit-learn's. An interrupted fit raises KeyboardInterrupt
    with the step it had reached, and leaves nothing.
    """
    validate.one_of("loss", loss, MAP_LOSSES)
    steps = validate.integer("steps", steps, 1)
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    p, history, started = torch.from_numpy(affinities.joint), [], time.perf_counter()
    descent = _descent(p, loss, steps, np.random.default_rng(seed))

    def reached():
        step = history[-1].step if history else 0
        return f"the fit was interrupted after about {step} steps; no result was kept"

    with interrupts.told(reached):
        for step, points in enumerate(descent):
            if step % RECORD_EVERY == 0 or step == steps:
                history.append(measured(p, points, step))
                if on_progress:
                    on_progress(history[-1])
    return Embedding(points.numpy(), loss, history, time.perf_counter() - started)


def _descent(p, loss, steps, rng):
    """The map before the first step and after each: tensors (n, 2). First it exaggerates."""
    early = min(EXAGGERATED, steps // 2)
    points = torch.from_numpy(START * rng.standard_normal((len(p), 2)))
    yield points
    phases = (EXAGGERATION, MOMENTA[0], early), (1.0, MOMENTA[1], steps - early)
    for exaggeration, momentum, count in phases:
        for step in _phase(p, points, loss, exaggeration, momentum, count):
            yield (points := step)


def _phase(p, points, loss, exaggeration, momentum, steps):
    """Momentum, from rest, and a gain for each coordinate: the map after each step.

    A gain grows while the gradient keeps pushing the way its coordinate moves, and shrinks when not
    (Jacobs 1988).
    """
    rate = max(len(p) / EXAGGERATION / 4, 50.0)
    velocity, gains = torch.zeros_like(points), torch.ones_like(points)
    for _ in range(steps):
        gradient = loss_gradient(p, points, loss, exaggeration)
        onward = velocity * gradient < 0
        gains = torch.where(onward, gains + 0.2, gains * 0.8).clamp(min=0.01)
        velocity = momentum * velocity - rate * gains * gradient
        points = points + velocity
        yield points


@modes.ours()
def measured(p, points, step=0):
    """H(P), KL and cross-entropy of a map, each by its own formula: Losses."""
    log_q = log_similarities(points)
    entropy = -torch.special.xlogy(p, p).sum()
    return Losses(step, *(float(v) for v in (entropy, _kl(p, log_q), _cross_entropy(p, log_q))))
