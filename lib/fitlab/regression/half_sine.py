"""Half of sin, learnt by networks that are odd, even or neither: who knows the other half?"""

import functools
from typing import Unpack

import numpy as np

from fitlab.networks.mlp import MLP
from fitlab.regression.settings import Settings, TrainingKeywords
from fitlab.regression.sine import fitted
from fitlab.regression.symmetry import fit_symmetric
from fitlab.regression.targets import Target
from fitlab.regression.training import Fit

HALF = Target("half_sine", np.sin, 0.0, np.pi, "sin x")
GUESSES = ("odd", "plain", "even")
PATIENCE = 100  # steps, in which most plain networks are done: a wrong guess would go on for ever


@functools.lru_cache(maxsize=512)
def guessed(guess: str, target: Target, seed: int, **settings: Unpack[TrainingKeywords]) -> Fit:
    """A fit of a Target with a network that is "odd", "even" or "plain"; kept."""
    if guess == "plain":
        return fitted(seed, target=target, **settings)
    return fit_symmetric(guess, target, seed=seed, **settings)


def unseen_mse(model: MLP, target: Target = HALF) -> float:
    """MSE on the mirror image of the target's interval: where a fit of it has seen nothing."""
    x = -target.samples(Settings().samples)[0]
    return float(np.mean((model.predict(x) - target.f(x)) ** 2))
