"""Train an MLP on a target until it is as close as the article asked for, and say how it went."""

import functools
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import torch

from fitlab import interrupts, modes, validate
from fitlab.display import show
from fitlab.networks import training
from fitlab.networks.mlp import MLP
from fitlab.networks.training import Samples
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.settings import (
    Outcome,
    Settings,
    SettingsKeywords,
    show_right,
    show_settings,
)
from fitlab.regression.targets import Target, find_target

CURVE_POINTS = 257  # how finely a fit is shown while it trains


@dataclass(frozen=True, eq=False)
class Progress:
    """One check on the way.

    loss: of the last batch.  error: the MSE, over the screened samples, or over all of them when
    the screen was passed; of classes, the share of wrong answers.
    curve: the network on CURVE_POINTS evenly spaced points, or None if it was not asked for or
    there are several inputs.  held_out: the error on samples held out, or NaN.
    """

    step: int
    loss: float
    error: float
    curve: np.ndarray | None = None
    held_out: float = math.nan

    @property
    def mse(self) -> float:
        """The error, where the answers are numbers."""
        return self.error


@dataclass(frozen=True, eq=False)
class Fit(Outcome):
    """A finished fit, and why it ended.

    held_out: the error on the samples held out: their MSE or share of wrong answers; NaN if there
    are none.
    """

    model: MLP
    losses: np.ndarray  # (steps,) the loss of each batch
    seconds: float
    held_out: float = math.nan

    @property
    def parameters(self) -> int:
        """How many numbers were adjusted."""
        return self.model.parameter_count

    @functools.cached_property
    def pieces(self) -> int | None:
        """How many straight pieces the network has on the target's interval.

        None for tanh, and where there is more than one input or output.
        """
        target, model = find_target(self.settings.target), self.model
        if self.settings.activation == "tanh" or not math.isfinite(self.error):
            return None
        if (target.inputs, target.outputs) != (1, 1):
            return None
        return len(linear_pieces(model, target.low, target.high).slopes)

    def __repr__(self) -> str:
        held_out = ""
        if math.isfinite(self.held_out):
            right = f"{show_right(self.held_out)} right"
            mse = f"MSE {show(self.held_out)}"
            held_out = f"; {right if self.settings.of_classes else mse} of those held out"
        return f"Fit({self.model!r}: {self.reason}{held_out})"


@show_settings
def fit(
    target: str | Target = "sine",
    *,
    on_progress: Callable[[Progress], None] | None = None,
    **settings: Unpack[SettingsKeywords],
) -> Fit:
    """Train an MLP on `target` until its error is below `tolerance`.

    The error is the MSE, or for classes the share of wrong answers.
    target: a name from TARGETS, or a Target: a function, or examples of one's own
    (`Examples.from_arrays`, `Examples.from_csv`).  settings: the fields of `Settings`.
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


class Training(training.Training):
    """The training of Settings, which ends in a Fit.

    model: an untrained network in the place of the settings' own.
    """

    @modes.ours()
    def __init__(self, settings: Settings, model: Any = None) -> None:
        self.settings = settings
        samples, held_out = samples_of(settings)
        super().__init__(model or settings.new_model(), samples, settings.recipe, held_out)

    def to_the_ending(self, curve_points: int = 0) -> Iterator[Progress]:
        """Go on until it ends; yields a Progress at every check, as `progress` gives it."""
        for _ in self.checks_to_the_ending():
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
    def mse(self) -> float:
        """The mean squared error over all samples, now; NaN of classes."""
        return math.nan if self.samples.of_classes else self.error

    @modes.ours()
    def progress(self, curve_points: int) -> Progress:
        """The last check as a Progress, with a curve of so many points; 0: without one."""
        if not self.checks:
            raise ValueError(
                f"the training is at step {self.steps} and was not checked yet; the first check is "
                f"at step {self.due}: advance() to it before asking for progress"
            )
        curve = self._curve(curve_points) if curve_points and self.samples.x.shape[1] == 1 else None
        held_out = self.held_out[-1].error if self.held_out else math.nan
        return Progress(self.steps, self.losses[-1], self.checks[-1][1], curve, held_out)

    def _curve(self, points: int) -> np.ndarray:
        target = find_target(self.settings.target)
        grid = torch.linspace(target.low, target.high, points, dtype=torch.float64, device="cpu")
        with torch.no_grad():
            return self.model(grid[:, None])[:, 0].numpy()

    def fit(self) -> Fit:
        """The finished Fit; only when there is an ending."""
        if self.ending is None:
            raise ValueError(f"the training is at step {self.steps} and has not ended")
        held_out = self.held_out[-1].error if self.held_out else math.nan
        return Fit(
            self.settings, self.ending, self.steps, self.error, self.checks,
            self.model, np.array(self.losses), self.seconds, held_out,
        )  # fmt: skip


def samples_of(settings: Settings) -> tuple[Samples, Samples | None]:
    """What settings train on, and what their target holds out, as tensors."""
    target = find_target(settings.target)
    held_out = target.held_out()
    return _tensors(*target.samples(settings.samples)), held_out and _tensors(*held_out)


def _tensors(x: np.ndarray, y: np.ndarray) -> Samples:
    inputs, answers = torch.from_numpy(x), torch.from_numpy(y)
    return Samples(
        inputs.reshape(len(x), -1),
        answers.reshape(len(y), -1) if answers.is_floating_point() else answers,
    )
