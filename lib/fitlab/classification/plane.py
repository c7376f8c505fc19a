"""Points of two classes in the plane: the four puzzles of TensorFlow Playground, and two spirals.

They are drawn by the book's own generator, so that the page has the same points. Coordinates lie
in [-6, 6]; the class of a point is 0 or 1. Formulas of the four: Smilkov and others, "Direct-
Manipulation Visualization of Deep Networks", 2017, and the source of its playground.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fitlab import random, validate

EDGE = 6.0  # the plane is looked at from -EDGE to EDGE
MOST_NOISE = 0.5
_WORDS = 4  # random numbers a point

_POINTS, _ORDER, _LABELS = range(3)  # places in the stream


@dataclass(frozen=True, eq=False)
class Puzzle:
    """Points to train on and points held out, as `datasets.Split`, and which labels are false."""

    x: np.ndarray  # (n, 2)
    y: np.ndarray  # int64 (n,), with the false ones
    x_test: np.ndarray
    y_test: np.ndarray
    false: np.ndarray  # bool (n,)

    def __repr__(self) -> str:
        return f"Puzzle({len(self.y)} points to train on, {len(self.y_test)} held out)"


def circle(u: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """A disc of radius 2.5 inside a ring from 3.5 to 5.

    As in xor, noise moves a point by up to 5 times itself before it is labelled, and back.
    """
    inside = np.arange(len(u)) % 2 == 1
    points = _polar(np.where(inside, 2.5 * u[:, 0], 3.5 + 1.5 * u[:, 0]), 2 * np.pi * u[:, 1])
    seen = points + 5 * noise * (2 * u[:, 2:] - 1)
    return points, np.hypot(*seen.T) < 2.5


def xor(u: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Four squares around the origin; the class says whether both signs are alike."""
    points = 10 * u[:, :2] - 5
    points += np.where(points > 0, 0.3, -0.3)
    seen = points + 5 * noise * (2 * u[:, 2:] - 1)
    return points, seen[:, 0] * seen[:, 1] >= 0


def gauss(u: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Two normal clouds around (-2, -2) and (2, 2), of variance 0.5 + 7 noise in each direction."""
    labels = np.arange(len(u)) % 2
    return (4 * labels - 2)[:, None] + np.sqrt(0.5 + 7 * noise) * _normal(u), labels


def spiral(u: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Two spirals of 1.75 turns, with points at even steps, each moved by up to `noise`."""
    labels, i = np.arange(len(u)) % 2, np.arange(len(u)) // 2
    share = i / (len(u) / 2)
    points = _polar(5 * share, 1.75 * 2 * np.pi * share + np.pi * (1 - labels))
    return points + noise * (2 * u[:, :2] - 1), labels


def two_spirals(u: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Two spirals of 1.5 turns with points spread evenly over them: `datasets.two_spirals`, x 5."""
    labels = np.arange(len(u)) % 2
    radius = np.sqrt(0.01 + 0.99 * u[:, 0])
    points = 5 * _polar(radius, 2 * np.pi * 1.5 * radius + np.pi * (1 - labels))
    return points + (0.075 + noise) * _normal(u[:, 2:]), labels


def _polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Clockwise from the top: (n, 2)."""
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _normal(u: np.ndarray) -> np.ndarray:
    """Standard normal numbers (n, 2) from uniform ones in [0, 1) (Box and Muller 1958)."""
    return _polar(np.sqrt(-2 * np.log(1 - u[:, 0])), 2 * np.pi * u[:, 1])


# name -> points (n, 2) and labels (n,) from uniform numbers (n, _WORDS) and the noise
PUZZLES: dict[str, Callable[[np.ndarray, float], tuple[np.ndarray, np.ndarray]]] = {
    "circle": circle,
    "XOR": xor,
    "gauss": gauss,
    "spiral": spiral,
    "two spirals": two_spirals,
}


def puzzle(
    name: str,
    seed: int,
    *,
    n: int = 500,
    noise: float = 0.0,
    held_out: float = 0.5,
    false_labels: float = 0.0,
) -> Puzzle:
    """Points of one of PUZZLES.

    n: of both kinds together.  noise: from 0 to 0.5, as the puzzle says.
    held_out: the share held out, in [0, 1).  false_labels: the share of the others whose label is
    turned round, in [0, 1].  Raises ValueError for what is not allowed.
    """
    make = PUZZLES[validate.one_of("puzzle", name, PUZZLES)]
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    n = validate.integer("n", n, 2, 100_000)
    noise = validate.real("noise", noise, 0, MOST_NOISE)
    u = random.uniform(seed, random.POINTS, _WORDS * n, _POINTS).reshape(n, _WORDS)
    points, labels = make(u, noise)
    return dealt(points, labels.astype(np.int64), seed, held_out, false_labels)


def dealt(x: np.ndarray, y: np.ndarray, seed: int, held_out: float, false_labels: float) -> Puzzle:
    """Deal points x (n, 2) with labels y (n,) out by `seed`: the shares are those of `puzzle`.

    The order is that of random numbers; of n points round(n · held_out) are held out, the last
    ones, and round(m · false_labels) of the m others are false, the first ones: halves go up.
    """
    held_out = validate.real("held_out", held_out, 0, 1, high_open=True)
    false_labels = validate.real("false_labels", false_labels, 0, 1)
    n = len(y)
    order = random.permutation(seed, random.POINTS, n, _ORDER)
    m = n - _rounded(n * held_out)
    training, held = order[:m], order[m:]
    false = np.zeros(m, dtype=bool)
    wrong = random.permutation(seed, random.POINTS, m, _LABELS)
    false[wrong[: _rounded(m * false_labels)]] = True
    return Puzzle(
        x[training], np.where(false, 1 - y[training], y[training]), x[held], y[held], false
    )


def _rounded(value: float) -> int:
    return int(np.floor(value + 0.5))
