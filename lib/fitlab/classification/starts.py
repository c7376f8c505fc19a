"""A hundred digits, learnt without a mistake from several starts: what do they say of new digits?

All networks are alike, answer with ten numbers, one for each class, and are trained with squared
error until that is below one and the same value. They differ in where their training began.
"""

import copy
import functools
from dataclasses import dataclass

import numpy as np
import torch

from fitlab import random, validate
from fitlab.classification.datasets import RANDOM_LABELS, digits
from fitlab.classification.digit_networks import CLASSES
from fitlab.networks.mlp import MLP
from fitlab.networks.training import Recipe, Samples, Training

KNOWN, MISNAMED = 100, 200  # digits to learn; others that a start had learnt with random labels
WIDTH, LR, TOLERANCE = 128, 2e-3, 1e-3
MISLED_TOLERANCE = TOLERANCE / 2  # so that the hundred among them are known well enough
MOST_STEPS, CHECK_EVERY = 20_000, 25
DECAY, DECAY_STEPS = 1e-3, 2_000  # of the weights, and how long it is given

# name -> the factor of the weights it starts with, and whether it learns the misnamed ones first
STARTS: dict[str, tuple[float, bool]] = {
    "fresh": (1.0, False),
    "three times as large": (3.0, False),
    "eight times as large": (8.0, False),
    "after 200 random labels": (1.0, True),
}


@dataclass(frozen=True, eq=False)
class Started:
    """A network that knows the hundred digits.

    steps: on these alone, whatever it had learnt before.  error: its squared error on them.
    known, new: the share right of them, and of the digits held out.
    """

    model: MLP
    steps: int
    error: float
    known: float
    new: float

    def __repr__(self) -> str:
        return f"Started(after {self.steps:,} steps: {self.known:.2f} known, {self.new:.2f} new)"


def labels_to_learn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The first KNOWN + MISNAMED training digits: x (300, 64), and y (300,) as a start learns them.

    The first KNOWN have their true labels, the others random ones.
    """
    split, n = digits(seed), KNOWN + MISNAMED
    drawn = random.uniform(seed, random.DIGITS, MISNAMED, RANDOM_LABELS)
    return split.x[:n], np.concatenate([split.y[:KNOWN], (CLASSES * drawn).astype(np.int64)])


def new_model(start: str, seed: int) -> MLP:
    """The network of one of STARTS, before it has learnt anything."""
    factor, _ = STARTS[validate.one_of("start", start, STARTS)]
    return MLP(WIDTH, 1, seed=seed, inputs=64, outputs=CLASSES, start_factor=factor)


def recipe(seed: int, tolerance: float = TOLERANCE, *, decay: bool = False) -> Recipe:
    """All digits at each step, until the error is small enough; or weight decay, for so long."""
    return Recipe(
        lr=LR,
        dealing="all",
        weight_decay=DECAY if decay else 0.0,
        tolerance=0.0 if decay else tolerance,
        max_steps=DECAY_STEPS if decay else MOST_STEPS,
        check_every=CHECK_EVERY,
        seed=seed,
    )


@functools.lru_cache(maxsize=128)
def started(start: str, seed: int, *, decay: bool = False) -> Started:
    """A network that learns the hundred digits from one of STARTS. Kept.

    decay: with weight decay, for DECAY_STEPS steps, instead of until the error is small enough.
    """
    x, y = labels_to_learn(seed)
    misled = STARTS[validate.one_of("start", start, STARTS)][1]
    model = copy.deepcopy(_misled(start, seed)) if misled else new_model(start, seed)
    steps = _learn(model, x[:KNOWN], y[:KNOWN], seed, decay=decay)
    return _told(model, steps, seed)


@functools.lru_cache(maxsize=32)
def _misled(start: str, seed: int) -> MLP:
    """The network when it has learnt the hundred digits and the misnamed ones."""
    model = new_model(start, seed)
    _learn(model, *labels_to_learn(seed), seed, MISLED_TOLERANCE)
    return model


def _learn(
    model: MLP,
    x: np.ndarray,
    y: np.ndarray,
    seed: int,
    tolerance: float = TOLERANCE,
    *,
    decay: bool = False,
) -> int:
    """Train on these digits, all of them at each step; returns how many steps it took.

    It stops when the error is below the tolerance, perhaps before the first step.
    """
    samples = Samples(torch.from_numpy(x), torch.from_numpy(np.eye(CLASSES)[y]))
    if not decay and samples.error_of(model) < tolerance:
        return 0
    training = Training(model, samples, recipe(seed, tolerance, decay=decay))
    return list(training.checks_to_the_ending())[-1]


def _told(model: MLP, steps: int, seed: int) -> Started:
    split = digits(seed)
    x, y = split.x[:KNOWN], split.y[:KNOWN]
    error = float(np.mean((model.scores(x) - np.eye(CLASSES)[y]) ** 2))
    return Started(
        model, steps, error, model.accuracy(x, y), model.accuracy(split.x_test, split.y_test)
    )
