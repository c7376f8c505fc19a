"""The one way in which networks are trained here: steps, checks, and an ending with its reason."""

import enum
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from fitlab import modes, random, validate
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.dealing import DEALINGS
from fitlab.networks.losses import LOSSES, SQUARED, Loss
from fitlab.networks.network import answered_classes, evaluated
from fitlab.networks.optimizers import EPSILON, OPTIMIZERS, Optimizer

MAX_STEPS = 10_000_000
SCREEN_EVERY = 16  # a check of an MSE looks at every 16th sample first,
SCREEN_FACTOR = 1.5  # and at all of them only if that MSE is below 1.5 x tolerance
BEYOND = 1e6  # so many times the MSE of answering zero (or 1) is beyond all bounds
DEAD_CHECKS = 4  # so many checks in a row with a constant output that no longer improves


class Ending(enum.StrEnum):
    """How a training ends."""

    CONVERGED = "converged"
    DIVERGED = "diverged"
    DEAD = "dead"
    OUT_OF_STEPS = "out of steps"


@dataclass(frozen=True)
class Recipe:
    """All that decides a training, besides the network and the samples.

    loss, optimizer, dealing: names from LOSSES, OPTIMIZERS, DEALINGS.  epsilon: Adam's.
    tolerance: it converges when the error is below this: the MSE of numbers, the share of wrong
    answers of classes.  Raises ValueError for what is not allowed.
    """

    loss: str = SQUARED
    optimizer: str = "adam"
    lr: float = 3e-3
    weight_decay: float = 0.0
    epsilon: float = EPSILON
    dealing: str = "replacement"
    batch: int = 64
    tolerance: float = 5e-4
    max_steps: int = 5_000
    check_every: int = 25
    seed: int = 0

    def __post_init__(self) -> None:
        values: dict[str, Any] = {
            name: validate.one_of(name, getattr(self, name), allowed)
            for name, allowed in (
                ("loss", LOSSES),
                ("optimizer", OPTIMIZERS),
                ("dealing", DEALINGS),
            )
        }
        for name, low, high in (
            ("batch", 1, 1_000_000),
            ("max_steps", 1, MAX_STEPS),
            ("check_every", 1, 1_000_000),
            ("seed", 0, random.MAX_SEED),
        ):
            values[name] = validate.integer(name, getattr(self, name), low, high)
        for name in ("lr", "weight_decay", "epsilon", "tolerance"):
            value = getattr(self, name)
            values[name] = validate.real(name, value, 0, math.inf, low_open=name == "lr")
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the only way to fill a frozen dataclass

    def new_optimizer(self) -> Optimizer:
        """An optimizer that has taken no step."""
        return OPTIMIZERS[self.optimizer](
            self.lr, weight_decay=self.weight_decay, epsilon=self.epsilon
        )


@dataclass(frozen=True, eq=False)
class Samples:
    """What a network is to learn: x float64 (n, inputs) and y, tensors.

    y: numbers, float64 (n, outputs), or classes, int64 (n,).
    """

    x: torch.Tensor
    y: torch.Tensor

    def __len__(self) -> int:
        return len(self.x)

    @property
    def of_classes(self) -> bool:
        """Whether y are classes."""
        return not self.y.is_floating_point()

    @property
    def screened(self) -> "Samples":
        """Those that a check looks at first."""
        return self if self.of_classes else Samples(self.x[::SCREEN_EVERY], self.y[::SCREEN_EVERY])

    def error(self, outputs: torch.Tensor) -> float:
        """How wrong outputs (n, k) are: their MSE, or the share of wrong classes.

        Classes from scores that are no numbers are no answer: their error is NaN.
        """
        if not self.of_classes:
            return (outputs - self.y).square().mean().item()
        if not outputs.isfinite().all():
            return math.nan
        return int((answered_classes(outputs) != self.y).sum()) / len(self)

    @modes.ours()
    def error_of(self, model: torch.nn.Module) -> float:
        """The same of a network's outputs."""
        return self.error(evaluated(model, self.x))


@dataclass(frozen=True)
class HeldOut:
    """What a check found on samples that the network is not trained on."""

    step: int
    error: float  # as in Samples
    loss: float


class Training:
    """A network in training, which goes on when it is told to, as many steps as it is told.

    However the steps are dealt out, the same recipe ends at the same step with the same network.
    model: an MLP or a CNN, which is changed.  held_out: samples that every check looks at and
    nothing else: the network never sees them, and they do not decide about the ending.
    loss: one that has no name in LOSSES, in the place of the recipe's.
    """

    @modes.ours()
    def __init__(
        self,
        model: Any,
        samples: Samples,
        recipe: Recipe,
        held_out: Samples | None = None,
        loss: Loss | None = None,
    ) -> None:
        self.model, self.samples, self.recipe = model, samples, recipe
        self._loss = loss or LOSSES[recipe.loss]
        self._rows = self._loss.rows(samples.y, model.outputs)
        self._take_step = TrainingStep(model, recipe.new_optimizer(), self._loss)
        self._watch = Watch(recipe, samples, model.depth)
        self._held_out = held_out
        self.losses: list[float] = []  # of each batch, before its step
        self.held_out: list[HeldOut] = []  # at each check
        self.seconds = 0.0

    @modes.ours()
    def advance(self, most: int) -> None:
        """Take at most `most` steps, and none beyond the next check."""
        if self.ending is not None:
            return
        started, done, due, recipe = time.perf_counter(), self.steps, self.due, self.recipe
        steps = range(done + 1, min(done + most, due) + 1)
        x, rows = self.samples.x, self._rows
        for batch in DEALINGS[recipe.dealing](recipe.seed, steps, recipe.batch, len(x)):
            self.losses.append(self._take_step(x[batch], rows[batch]))
        if self.steps == due:
            self._check()
        self.seconds += time.perf_counter() - started

    def checks_to_the_ending(self) -> Iterator[int]:
        """Go on until it ends; yields the step of every check."""
        while self.ending is None:
            self.advance(self.recipe.check_every)
            yield self.steps

    @property
    def checks(self) -> list[tuple[int, float]]:
        """What the checks found: [(step, error)], screened or of all samples."""
        return self._watch.checks

    @property
    def ending(self) -> Ending | None:
        """Why it ended; None: it goes on."""
        return self._watch.ending

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses)

    @property
    def due(self) -> int:
        """The step of the next check."""
        every = self.recipe.check_every
        return min(self.steps - self.steps % every + every, self.recipe.max_steps)

    @property
    def error(self) -> float:
        """The error over all samples, now."""
        return self.samples.error_of(self.model)

    @modes.ours()
    def loss(self) -> float:
        """The loss over all samples, now, with nothing dropped."""
        return self._loss(evaluated(self.model, self.samples.x), self.samples.y).item()

    def _check(self) -> None:
        """Note the error, screened on a part of the samples, and whether this is the end."""
        screened = self.samples.screened
        outputs = evaluated(self.model, screened.x)
        self._watch.note(
            self.steps, self.losses[-1], outputs, screened.error(outputs), lambda: self.error
        )
        if self._held_out:
            outputs, y = evaluated(self.model, self._held_out.x), self._held_out.y
            loss = self._loss(outputs, y).item()
            self.held_out.append(HeldOut(self.steps, self._held_out.error(outputs), loss))


class Watch:
    """What the checks of one training have found so far, and whether they end it."""

    def __init__(self, recipe: Recipe, samples: Samples, depth: int) -> None:
        self.recipe, self._depth = recipe, depth
        self.checks: list[tuple[int, float]] = []  # as in Training
        self.ending: Ending | None = None
        self._limit = 1.0 if samples.of_classes else _bounds(samples.y)
        self._exact = samples.of_classes
        self._constant_checks = 0

    def note(
        self,
        step: int,
        loss: float,
        outputs: torch.Tensor,
        screened: float,
        full: Callable[[], float],
    ) -> None:
        """Take note of a check after so many steps.

        loss: of the last batch.  outputs (n, k), screened: on the screened samples, and how wrong.
        full: a function that gives the error over all samples; called if the screen is passed.
        """
        tolerance = self.recipe.tolerance
        passed = not self._exact and screened < SCREEN_FACTOR * tolerance
        error = full() if passed else screened
        # of a single sample nothing can be told: a number always equals itself
        constant = len(outputs) > 1 and bool((outputs == outputs[0]).all())
        stuck = constant and self._depth > 0 and self.checks and error > 0.999 * self.checks[-1][1]
        self._constant_checks = self._constant_checks + 1 if stuck else 0
        self.checks.append((step, error))
        self.ending = self._ending(step, loss, error)

    def _ending(self, step: int, loss: float, error: float) -> Ending | None:
        """Why to stop now, or None to go on."""
        if not math.isfinite(error) or error > self._limit or not math.isfinite(loss):
            return Ending.DIVERGED
        if error < self.recipe.tolerance:
            return Ending.CONVERGED
        if self._constant_checks >= DEAD_CHECKS:
            return Ending.DEAD
        return Ending.OUT_OF_STEPS if step >= self.recipe.max_steps else None


def _bounds(y: torch.Tensor) -> float:
    return BEYOND * max(1.0, y.square().mean().item())
