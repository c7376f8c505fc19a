"""Train an MLP on a target until it is as close as the article asked for, and say how it went."""

import functools
import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import torch

from fitlab import mlp, random, validate
from fitlab.backprop import TrainingStep
from fitlab.mlp import MLP
from fitlab.numbers import show, show_below, show_level
from fitlab.pieces import linear_pieces
from fitlab.targets import Target, find_target

CURVE_POINTS = 257  # how finely a fit is shown while it trains
SCREEN_EVERY = 16  # a check looks at every 16th sample first,
SCREEN_FACTOR = 1.5  # and at all of them only if that MSE is below 1.5 x tolerance
CHUNK = 1_000  # samples evaluated at a time: their activations stay in the cache
DEAD_CHECKS = 4  # so many checks in a row with a constant output that no longer improves


@dataclass(frozen=True)
class Settings:
    """All that decides a fit, with the book's defaults; the same settings give the same fit."""

    target: str | Target = "sine"
    width: int = 64  # units in each hidden layer
    depth: int = 5  # hidden layers
    activation: str = "relu"
    dropout: float = 0.0
    samples: int = 10_000  # evenly spaced points of the target's interval
    batch: int = 64  # samples in a step, drawn with replacement
    lr: float = 3e-3  # Adam's step size
    tolerance: float = 5e-4  # stop when the MSE over all samples is below this
    max_steps: int = 5_000
    check_every: int = 25  # steps
    seed: int = 0

    def __post_init__(self):
        find_target(self.target)
        values = mlp.checked(self.width, self.depth, self.activation, self.dropout, self.seed)
        for name, low, high in (
            ("samples", 2, 10_000_000),
            ("batch", 1, 1_000_000),
            ("max_steps", 1, 10_000_000),
            ("check_every", 1, 1_000_000),
        ):
            values[name] = validate.integer(name, getattr(self, name), low, high)
        values["lr"] = validate.real("lr", self.lr, 0, math.inf, low_open=True)
        values["tolerance"] = validate.real("tolerance", self.tolerance, 0, math.inf)
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the only way to fill a frozen dataclass

    def new_model(self):
        """An untrained MLP with these settings."""
        return MLP(self.width, self.depth, self.activation, self.dropout, self.seed)


@dataclass(frozen=True)
class Progress:
    """One check on the way.

    mse: over the screened samples, or over all of them when the screen was passed.
    curve: the network on CURVE_POINTS evenly spaced points, or None if it was not asked for.
    """

    step: int
    loss: float
    mse: float
    curve: np.ndarray | None = None


@dataclass(frozen=True)
class Fit:
    """A finished fit. `mse` is over all samples; `reason` says in words why training stopped."""

    settings: Settings
    model: MLP
    steps: int
    mse: float
    converged: bool
    reason: str
    losses: np.ndarray  # (steps,) the loss of each mini-batch
    checks: list[tuple[int, float]]  # (step, mse) as in Progress
    seconds: float

    @property
    def parameters(self):
        """How many numbers were adjusted."""
        return self.model.parameter_count

    @functools.cached_property
    def pieces(self):
        """How many straight pieces the network has on the target's interval; None for tanh."""
        if self.model.activation == "tanh" or not math.isfinite(self.mse):
            return None
        target = find_target(self.settings.target)
        return len(linear_pieces(self.model, target.low, target.high).slopes)

    def __repr__(self):
        return f"Fit({self.model!r}: {self.reason})"


def _show_settings(function):
    """Give `function(..., **settings)` the signature that it has in truth, for help() and Tab."""
    signature = inspect.signature(function)
    given = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    missing = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default)
        for f in fields(Settings)
        if f.name not in signature.parameters
    ]
    function.__signature__ = signature.replace(parameters=given + missing)
    return function


@_show_settings
def fit(target="sine", *, on_progress: Callable[[Progress], None] | None = None, **settings) -> Fit:
    """Train an MLP on `target` with Adam until its MSE is below `tolerance`.

    target: a name from TARGETS, or a Target.  settings: the fields of `Settings`.
    on_progress: called at every check with a Progress that carries the curve.
    A fit that diverges, dies or runs out of steps returns with converged=False and a reason. One
    that is interrupted raises KeyboardInterrupt with the step it had reached, and leaves nothing.
    Raises ValueError for settings that are not allowed.
    """
    curve_points = CURVE_POINTS if on_progress else 0
    stream = fit_stream(target, curve_points=curve_points, **settings)
    step = 0
    try:
        while True:
            try:
                progress = next(stream)
            except StopIteration as finished:
                return finished.value
            step = progress.step
            if on_progress:
                on_progress(progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"fit interrupted after step {step}; no result was kept") from None


@_show_settings
def fit_stream(target="sine", *, curve_points=CURVE_POINTS, **settings):
    """The same as `fit`, as a generator: yields a Progress at every check, returns the Fit.

    Bad settings raise at the call, not at the first step. Whoever stops asking stops the training.
    """
    settings = Settings(target, **settings)
    validate.integer("curve_points", curve_points, 0)
    model = settings.new_model()
    x, y = (torch.from_numpy(v)[:, None] for v in find_target(target).samples(settings.samples))
    return _train(settings, model, x, y, curve_points)


def _train(settings, model, x, y, curve_points):
    started = time.perf_counter()
    take_step = TrainingStep(model, settings.lr)
    grid = torch.linspace(x[0].item(), x[-1].item(), curve_points, dtype=x.dtype)[:, None]
    losses, checks, constant_checks, ending = [], [], 0, None
    while ending is None:
        losses += _some_steps(settings, take_step, x, y, len(losses))
        mse, constant = _check(model, x, y, settings.tolerance)
        stuck = constant and settings.depth > 0 and checks and mse > 0.999 * checks[-1][1]
        constant_checks = constant_checks + 1 if stuck else 0
        checks.append((len(losses), mse))
        ending = _ending(settings, len(losses), mse, losses[-1], constant_checks)
        yield Progress(
            len(losses), losses[-1], mse, _evaluate(model, grid) if curve_points else None
        )
    mse = _mse(model, x, y)
    return Fit(
        settings, model, len(losses), mse, ending == "converged",
        _reason(settings, ending, len(losses), mse),
        np.array(losses), checks, time.perf_counter() - started,
    )  # fmt: skip


def _some_steps(settings, take_step, x, y, done):
    """Steps done+1, ..., up to the next check; returns their losses."""
    steps = np.arange(done + 1, min(done + settings.check_every, settings.max_steps) + 1)
    batches = random.batch_indices(settings.seed, steps, settings.batch, len(x))
    return [take_step(x[batch], y[batch]) for batch in torch.from_numpy(batches)]


def _check(model, x, y, tolerance):
    """The MSE, screened on a part of the samples, and whether the output is one constant there."""
    error, constant = _errors(model, x[::SCREEN_EVERY], y[::SCREEN_EVERY])
    screened = error.square().mean().item()
    return (_mse(model, x, y) if screened < SCREEN_FACTOR * tolerance else screened), constant


def _errors(model, x, y):
    with torch.no_grad():
        prediction = torch.cat([model(part) for part in x.split(CHUNK)])
        return prediction - y, bool((prediction == prediction[0]).all())


def _mse(model, x, y):
    return _errors(model, x, y)[0].square().mean().item()


def _evaluate(model, grid):
    with torch.no_grad():
        return model(grid)[:, 0].numpy()


def _ending(settings, step, mse, loss, constant_checks):
    """Why to stop now: "converged", "diverged", "dead", "out of steps"; None to go on."""
    if not (math.isfinite(mse) and math.isfinite(loss)):
        return "diverged"
    if mse < settings.tolerance:
        return "converged"
    if constant_checks >= DEAD_CHECKS:
        return "dead"
    return "out of steps" if step >= settings.max_steps else None


def _reason(settings, ending, step, mse):
    if ending == "converged":
        reached = show_below(mse, settings.tolerance)
        return f"reached MSE {reached} < {show_level(settings.tolerance)} after {step:,} steps"
    if ending == "diverged":
        return (
            f"diverged: the loss was no longer a number by step {step:,}; "
            f"try a smaller lr than {settings.lr:g}"
        )
    if ending == "dead":
        return (
            f"dead: by step {step:,} the output is one constant (MSE {show(mse)}), so no gradient "
            "reaches the lower layers; try another seed, more width, less depth or a smaller lr"
        )
    return (
        f"did not get below {show_level(settings.tolerance)} in {step:,} steps (MSE {show(mse)}): "
        f"{_advice(settings)}"
    )


def _advice(settings):
    if settings.depth == 0 or settings.activation == "identity":
        return "without an activation the network is one straight line; try depth 2 with relu"
    if settings.dropout > 0:
        return f"dropout {settings.dropout:g} keeps the loss noisy; try a smaller one, or 0"
    if settings.width < 16:
        return f"width {settings.width} may be too small; try 16 or more"
    return "try more steps, another seed or a smaller lr"
