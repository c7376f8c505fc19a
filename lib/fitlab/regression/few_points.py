"""A few points of a curve, and what passes through all of them: networks and classical curves.

Between the points a fit is free. x lies in [-1, 1]; how much a curve bends is the total variation
of its slope: the sum of all changes of the slope, up or down, by their size.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BarycentricInterpolator, CubicSpline

from fitlab import random, validate
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.settings import Settings
from fitlab.regression.targets import drawn_target
from fitlab.regression.training import Fit, fit

Curve = Callable[[np.ndarray], np.ndarray]

LOW, HIGH = -1.0, 1.0
FINE = 2_001  # points at which a curve is looked at
_NOISE, _SHIFT = 3, 4  # places in the stream of points


def _triangle(x: np.ndarray) -> np.ndarray:
    return 4 * np.abs(x - np.floor(x) - 0.5) - 1


# name -> the curve, and its period
WORLDS: dict[str, tuple[Curve, float]] = {
    "sine": (lambda x: np.sin(np.pi * x), 2.0),
    "triangles": (_triangle, 1.0),
}


@dataclass(frozen=True, eq=False)
class FewPoints:
    """Points x, y (n,), x increasing, and the curve that they were taken from."""

    x: np.ndarray
    y: np.ndarray
    truth: Curve

    def __repr__(self) -> str:
        return f"FewPoints({len(self.x)} of a curve)"


def few_points(
    world: str = "sine", n: int = 8, *, noise: float = 0.0, shifted: bool = False, seed: int = 0
) -> FewPoints:
    """`n` evenly spaced points of a curve of WORLDS.

    noise: each y is moved by up to so much, evenly drawn by `seed`.  shifted: the curve begins
    somewhere in its period, where `seed` says.  Raises ValueError for what is not allowed.
    """
    curve, period = WORLDS[validate.one_of("world", world, WORLDS)]
    n = validate.integer("n", n, 2, 1_000)
    noise = validate.real("noise", noise, 0, math.inf)
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    shift = period * random.uniform(seed, random.POINTS, 1, _SHIFT).item() if shifted else 0.0
    x = LOW + (HIGH - LOW) * np.arange(n) / (n - 1)
    moved = noise * (2 * random.uniform(seed, random.POINTS, n, _NOISE) - 1)
    return FewPoints(x, curve(x + shift) + moved, lambda at: curve(at + shift))


# ---------------------------------------------------------------------------- classical curves

# name -> a curve through points x, y (n,), x increasing
CLASSICAL: dict[str, Callable[[np.ndarray, np.ndarray], Curve]] = {
    "connect the dots": lambda x, y: lambda at: np.interp(at, x, y),
    "cubic spline": CubicSpline,  # not-a-knot (de Boor 1978)
    "polynomial": BarycentricInterpolator,  # Berrut & Trefethen 2004
}


def classical(name: str, points: FewPoints) -> Curve:
    """One of CLASSICAL through the points."""
    return CLASSICAL[validate.one_of("name", name, CLASSICAL)](points.x, points.y)


# ---------------------------------------------------------------------------- bending


def bending_of_dots(x: np.ndarray, y: np.ndarray) -> float:
    """How much the broken line through points x, y (n,) bends. No curve through them bends less.

    The slope of any curve takes the slopes of the pieces somewhere between the points (the mean
    value theorem), one after the other.
    """
    return float(np.abs(np.diff(np.diff(y) / np.diff(x))).sum())


def bending(curve: Any, low: float = LOW, high: float = HIGH) -> float:
    """How much a curve bends on [low, high]: exactly for a ReLU network, else on FINE points."""
    if getattr(curve, "activation", "tanh") != "tanh":
        return float(np.abs(np.diff(linear_pieces(curve, low, high).slopes)).sum())
    x = np.linspace(low, high, FINE)
    y = curve.predict(x) if hasattr(curve, "predict") else curve(x)
    return float(np.abs(np.diff(y, 2)).sum() / (x[1] - x[0]))


def relative_bending_of(name: str, points: FewPoints) -> float:
    """How much one of CLASSICAL through the points bends, as a multiple of connect-the-dots."""
    return bending(classical(name, points)) / bending_of_dots(points.x, points.y)


# ---------------------------------------------------------------------------- networks


def settings_for(points: FewPoints, **given: Any) -> Settings:
    """The Settings of a network that is to pass through evenly spaced points: all at each step."""
    return Settings(drawn_target(points.y), samples=len(points.y), dealing="all", **given)


@dataclass(frozen=True, eq=False)
class Through:
    """A network through some points."""

    points: FewPoints
    fit: Fit

    @property
    def relative_bending(self) -> float:
        """How much it bends, as a multiple of connect-the-dots."""
        return bending(self.fit.model) / bending_of_dots(self.points.x, self.points.y)

    @property
    def rms_to_truth(self) -> float:
        """The root of the mean squared difference from the curve that the points are of."""
        x = np.linspace(LOW, HIGH, FINE)
        off: npt.NDArray[np.float64] = self.fit.model.predict(x) - self.points.truth(x)
        return float(np.sqrt(np.mean(off**2)))


@functools.lru_cache(maxsize=1_024)
def network_through(
    seed: int,
    world: str = "sine",
    n: int = 8,
    noise: float = 0.0,
    shifted: bool = False,
    **how: Any,
) -> Through:
    """A network of `seed`, trained on the points of `few_points` with the same seed. Kept.

    how: other Settings.
    """
    points = few_points(world, n, noise=noise, shifted=shifted, seed=seed)
    return Through(points, fit(**vars(settings_for(points, seed=seed, **how))))
