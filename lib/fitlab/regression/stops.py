"""Four rules by which one and the same training of the recipe could stop."""

import functools
import math
from dataclasses import dataclass

import torch

from fitlab.networks.network import evaluated
from fitlab.regression.settings import Settings
from fitlab.regression.sine import TOLERANCE
from fitlab.regression.training import Training

STOP_STEPS = 2_000  # twenty times what the MSE needs
ONE_BATCH = "one mini-batch"
STOPS = (ONE_BATCH, "MSE", "mean error", "largest error")  # what is below TOLERANCE


@dataclass(frozen=True)
class Stop:
    """Where a rule stops: after so many steps, with this MSE over all points."""

    step: int
    mse: float


@dataclass(frozen=True)
class Stopped:
    """One training: the stop of each rule that fired, and the lowest largest error at a check.

    curves: a rule -> [(step, what it looks at)]; of the errors at every 16th point.
    """

    stops: dict[str, Stop]
    lowest: float
    curves: dict[str, list[tuple[int, float]]]


@functools.lru_cache(maxsize=64)
def stopped(seed: int) -> Stopped:
    """The recipe, trained for STOP_STEPS, and where four rules stop it. Kept.

    An error is looked at on every 16th point first, and on all where it is below TOLERANCE there.
    """
    training = Training(Settings(seed=seed, tolerance=0.0, max_steps=STOP_STEPS))
    stops: dict[str, Stop] = {}
    curves: dict[str, list[tuple[int, float]]] = {rule: [] for rule in STOPS}
    few, lowest = training.samples.screened, math.inf
    while training.steps < STOP_STEPS:
        before = training.steps
        training.advance(STOP_STEPS if ONE_BATCH in stops else 1)
        losses = enumerate(training.losses[before:], before + 1)
        curves[ONE_BATCH] += losses
        if ONE_BATCH not in stops and training.losses[-1] < TOLERANCE:
            stops[ONE_BATCH] = Stop(training.steps, training.error)
        if training.steps % training.recipe.check_every:
            continue
        errors = _errors(evaluated(training.model, few.x) - few.y)
        lowest = min(lowest, errors["largest error"])
        for rule, error in errors.items():
            curves[rule].append((training.steps, error))
            if rule not in stops and error < TOLERANCE:
                whole = _errors(evaluated(training.model, training.samples.x) - training.samples.y)
                if whole[rule] < TOLERANCE:
                    stops[rule] = Stop(training.steps, whole["MSE"])
    return Stopped(stops, lowest, curves)


def _errors(off: torch.Tensor) -> dict[str, float]:
    """What three rules look at, of differences (n, 1)."""
    return {
        "MSE": off.square().mean().item(),
        "mean error": off.abs().mean().item(),
        "largest error": off.abs().max().item(),
    }
