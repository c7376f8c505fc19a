"""A stretch that nobody learns, and one point of it: can a single point choose what to build in?

Three networks learn a curve right of 0: an odd one, an even one and a plain one. The one that errs
least at a single point left of 0 is chosen.
"""

from dataclasses import dataclass

import numpy as np

from fitlab import random, validate
from fitlab.regression.half_sine import GUESSES, guessed, unseen_mse
from fitlab.regression.targets import Target

_POINT = 5  # a place in the stream of points
NEAR = 0.5  # where the stretch begins: at 0 an odd network could not follow cos
SHAPE = {"width": 32, "depth": 2}

# name -> the curve right of 0, and what it is
HALVES = {
    "sin": (Target("right_sine", np.sin, NEAR, np.pi, "sin x"), "odd"),
    "cos": (Target("right_cosine", np.cos, NEAR, np.pi, "cos x"), "even"),
}


@dataclass(frozen=True)
class Choice:
    """What one held-out point chose.

    guess: "odd", "even" or "plain".  mse: of that network left of 0; plain: of the plain one.
    fitted: whether all three had learnt what is right of 0.
    """

    guess: str
    mse: float
    plain: float
    fitted: bool


def held_out_point(seed: int) -> float:
    """A point of [-pi, -NEAR], drawn by the seed."""
    return -NEAR - (np.pi - NEAR) * random.uniform(seed, random.POINTS, 1, _POINT).item()


def chosen(curve: str, seed: int) -> Choice:
    """Which of three networks has the least error at `held_out_point(seed)`.

    curve: a name from HALVES.
    """
    target, _ = HALVES[validate.one_of("curve", curve, HALVES)]
    x = np.array([held_out_point(seed)])
    fits = {guess: guessed(guess, target, seed, **SHAPE) for guess in GUESSES}
    models = {guess: fit.model for guess, fit in fits.items()}
    off = {guess: abs(m.predict(x) - target.f(x)).item() for guess, m in models.items()}
    best = min(off, key=off.__getitem__)
    mse = {guess: unseen_mse(models[guess], target) for guess in {best, "plain"}}
    fitted = all(fit.converged for fit in fits.values())
    return Choice(best, mse[best], mse["plain"], fitted)
