"""How far a fit of sin is from the polynomials of sin, on the recipe's own points."""

import functools
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from fitlab import modes
from fitlab.networks.mlp import MLP
from fitlab.regression.approximants import least_squares, taylor
from fitlab.regression.settings import Settings
from fitlab.regression.sine import SINE

DEGREES = np.arange(1, 22, 2)


@functools.cache
def samples() -> tuple[np.ndarray, np.ndarray]:
    """The points of the recipe and sin there: x, y, each float64 (10000,)."""
    return SINE.samples(Settings().samples)


@modes.underflow_is_zero
def mse(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Mean squared difference of two arrays of one shape."""
    return float(np.mean(np.subtract(a, b) ** 2))


def rmse(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Root of the mean squared difference: in the unit of sin itself."""
    return float(np.sqrt(mse(a, b)))


def distances_to_taylor(model: MLP, degrees: Iterable[int] = DEGREES) -> np.ndarray:
    """MSE between the network and T_n on the recipe's points, for each n: (len(degrees),)."""
    x, _ = samples()
    prediction = model.predict(x)
    return np.array([mse(prediction, taylor(x, int(n))) for n in degrees])


@functools.cache
def taylor_mse(degree: int) -> float:
    """MSE between T_n and sin on the recipe's points."""
    x, y = samples()
    return mse(taylor(x, degree), y)


def worth(mse: float) -> int:
    """The degree whose Taylor polynomial has the nearest MSE, on a logarithmic scale."""
    errors = np.array([taylor_mse(int(n)) for n in DEGREES])
    return int(DEGREES[np.abs(np.log(errors / mse)).argmin()])


@functools.cache
def least_squares_mse(degree: int) -> float:
    """MSE between sin and the least-squares polynomial of that degree on the recipe's points."""
    x, y = samples()
    return mse(least_squares(x, y, degree)(x), y)
