"""Train an MLP on a target until it is as close as the article asked for, and say how it went."""

import functools
import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import torch

from fitlab import interrupts, modes, random, validate
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.mlp import MLP
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.settings import Ending, Outcome, Settings, SettingsKeywords, show_settings
from fitlab.regression.targets import Target, find_target

CURVE_POINTS = 257  # how finely a fit is shown while it trains
SCREEN_EVERY = 16  # a check looks at every 16th sample first,
SCREEN_FACTOR = 1.5  # and at all of them only if that MSE is below 1.5 x tolerance
CHUNK = 1_000  # samples evaluated at a time: their activations stay in the cache
BEYOND = 1e6  # so many times the MSE of answering zero (or 1) is beyond all bounds
DEAD_CHECKS = 4  # so many checks in a row with a constant output that no longer improves


@dataclass(frozen=True, eq=False)
class Progress:
    """One check on the way.

    mse: over the screened samples, or over all of them when the screen was passed.
    curve: the network on CURVE_POINTS evenly spaced points, or None if it was not asked for.
    """

    step: int
    loss: float
    mse: float
    curve: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Fit(Outcome):
    """A finished fit, and why it ended."""

    model: MLP
    losses: np.ndarray  # (steps,) the loss of each mini-batch
    seconds: float

    @property
    def parameters(self) -> int:
        """How many numbers were adjusted."""
        return self.model.parameter_count

    @functools.cached_property
    def pieces(self) -> int | None:
        """How many straight pieces the network has on the target's interval; None for tanh."""
        if self.model.activation == "tanh" or not math.isfinite(self.mse):
            return None
        target = find_target(self.settings.target)
        return len(linear_pieces(self.model, target.low, target.high).slopes)

    def __repr__(self) -> str:
        return f"Fit({self.model!r}: {self.reason})"


@show_settings
def fit(
    target: str | Target = "sine",
    *,
    on_progress: Callable[[Progress], None] | None = None,
    **settings: Unpack[SettingsKeywords],
) -> Fit:
    """Train an MLP on `target` with Adam until its MSE is below `tolerance`.

    target: a name from TARGETS, or a Target.  settings: the fields of `Settings`.
    on_progress: called at every check with a Progress that carries the curve.
    A fit that diverges, dies or runs out of steps returns with converged=False and a reason. One
    that is interrupted raises KeyboardInterrupt with the step it had reached, and leaves nothing.
    Raises ValueError for settings that are not allowed.
    """
    return Training(Settings(target, **settings)).run(on_progress)


@show_settings
def fit_stream(
    target: str | Target = "sine",
    *,
    curve_points: int = CURVE_POINTS,
    **settings: Unpack[SettingsKeywords],
) -> Generator[Progress, None, Fit]:
    """The same as `fit`, as a generator: yields a Progress at every check, returns the Fit.

    Bad settings raise at the call, not at the first step. Whoever stops asking stops the training.
    """
    validate.integer("curve_points", curve_points, 0)
    return _stream(Training(Settings(target, **settings)), curve_points)


def _stream(training: "Training", curve_points: int) -> Generator[Progress, None, Fit]:
    yield from training.to_the_ending(curve_points)
    return training.fit()


class Training:
    """A fit under way, which goes on when it is told to, as many steps as it is told.

    However the steps are dealt out, the same settings end at the same step with the same network.
    """

    @modes.ours()
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model: Any = settings.new_model()  # or what a subclass takes in its place
        samples = find_target(settings.target).samples(settings.samples)
        self._x, self._y = (torch.from_numpy(values)[:, None] for values in samples)
        self._take_step = TrainingStep(self.model, settings.lr)
        self._watch = Watch(settings, self._y)
        self.losses: list[float] = []  # as in Fit
        self._seconds = 0.0

    @modes.ours()
    def advance(self, most: int) -> None:
        """Take at most `most` steps, and none beyond the next check."""
        if self.ending is not None:
            return
        started, done, due = time.perf_counter(), self.steps, self._due
        steps = np.arange(done + 1, min(done + most, due) + 1)
        batches = random.batch_indices(self.settings.seed, steps, self.settings.batch, len(self._x))
        for batch in torch.from_numpy(batches):
            self.losses.append(self._take_step(self._x[batch], self._y[batch]))
        if self.steps == due:
            self._check()
        self._seconds += time.perf_counter() - started

    def to_the_ending(self, curve_points: int = 0) -> Iterator[Progress]:
        """Go on until it ends; yields a Progress at every check, as `progress` gives it."""
        while self.ending is None:
            self.advance(self.settings.check_every)
            yield self.progress(curve_points)

    def run(self, on_progress: Callable[[Progress], None] | None = None) -> Fit:
        """Go on until it ends; returns the Fit. on_progress and an interrupt: as for `fit`."""

        def reached() -> str:
            step = self.checks[-1][0] if self.checks else 0
            return f"fit interrupted after step {step}; no result was kept"

        with interrupts.told(reached):
            for progress in self.to_the_ending(CURVE_POINTS if on_progress else 0):
                if on_progress:
                    on_progress(progress)
            return self.fit()

    @property
    def checks(self) -> list[tuple[int, float]]:
        """What the checks found: [(step, mse)], as in Fit."""
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
    def _due(self) -> int:
        """The step of the next check."""
        every = self.settings.check_every
        return min(self.steps - self.steps % every + every, self.settings.max_steps)

    @property
    def mse(self) -> float:
        """The mean squared error over all samples, now."""
        return full_mse(self.model, self._x, self._y)

    @modes.ours()
    def progress(self, curve_points: int) -> Progress:
        """The last check as a Progress, with a curve of so many points; 0: without one."""
        if not self.checks:
            raise ValueError(
                f"the training is at step {self.steps} and was not checked yet; the first check is "
                f"at step {self._due}: advance() to it before asking for progress"
            )
        curve = None
        if curve_points:
            grid = torch.linspace(
                self._x[0].item(),
                self._x[-1].item(),
                curve_points,
                dtype=torch.float64,
                device="cpu",
            )
            with torch.no_grad():
                curve = self.model(grid[:, None])[:, 0].numpy()
        return Progress(self.steps, self.losses[-1], self.checks[-1][1], curve)

    def fit(self) -> Fit:
        """The finished Fit; only when there is an ending."""
        if self.ending is None:
            raise ValueError(f"the training is at step {self.steps} and has not ended")
        return Fit(
            self.settings, self.ending, self.steps, self.mse, self.checks,
            self.model, np.array(self.losses), self._seconds,
        )  # fmt: skip

    def _check(self) -> None:
        """Note the MSE, screened on a part of the samples, and whether this is the end."""
        x, y = self._x[::SCREEN_EVERY], self._y[::SCREEN_EVERY]
        prediction = predictions(self.model, x)
        self._watch.note(self.steps, self.losses[-1], prediction, prediction - y, lambda: self.mse)


class Watch:
    """What the checks of one fit have found so far, and whether they end it."""

    def __init__(self, settings: Settings, y: torch.Tensor) -> None:
        self.settings = settings
        self.checks: list[tuple[int, float]] = []  # as in Training
        self.ending: Ending | None = None
        self._limit = BEYOND * max(1.0, y.square().mean().item())
        self._constant_checks = 0

    def note(
        self,
        step: int,
        loss: float,
        prediction: torch.Tensor,
        error: torch.Tensor,
        full: Callable[[], float],
    ) -> None:
        """Take note of a check after so many steps.

        loss: of the last mini-batch.  prediction, error (n, 1): on the screened samples.
        full: a function that gives the MSE over all samples; called if the screen is passed.
        """
        settings, screened = self.settings, error.square().mean().item()
        mse = full() if screened < SCREEN_FACTOR * settings.tolerance else screened
        # of a single sample nothing can be told: a number always equals itself
        constant = len(prediction) > 1 and bool((prediction == prediction[0]).all())
        stuck = constant and settings.depth > 0 and self.checks and mse > 0.999 * self.checks[-1][1]
        self._constant_checks = self._constant_checks + 1 if stuck else 0
        self.checks.append((step, mse))
        self.ending = self._ending(step, loss, mse)

    def _ending(self, step: int, loss: float, mse: float) -> Ending | None:
        """Why to stop now, or None to go on."""
        if not math.isfinite(mse) or mse > self._limit or not math.isfinite(loss):
            return Ending.DIVERGED
        if mse < self.settings.tolerance:
            return Ending.CONVERGED
        if self._constant_checks >= DEAD_CHECKS:
            return Ending.DEAD
        return Ending.OUT_OF_STEPS if step >= self.settings.max_steps else None


@torch.no_grad()
def predictions(model: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """An MLP on x (n, 1), or an Ensemble of k on x (k, n, 1), some samples at a time."""
    return torch.cat([model(part) for part in x.split(CHUNK, dim=-2)], dim=-2)


@modes.ours()
def full_mse(model: torch.nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """The mean squared error of an MLP on x (n, 1), y (n, 1)."""
    return (predictions(model, x) - y).square().mean().item()
