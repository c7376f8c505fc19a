"""All that decides a fit, and how it ends, in words."""

import enum
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypedDict, TypeVar, get_args, get_type_hints

from fitlab import validate
from fitlab.display import show, show_below, show_level
from fitlab.networks import mlp
from fitlab.networks.mlp import MLP
from fitlab.regression.targets import Target, find_target


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

    def __post_init__(self) -> None:
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

    @property
    def all_but_seed(self) -> tuple[object, ...]:
        """What those share that are trained together: a tuple of the other values."""
        return tuple(value for name, value in vars(self).items() if name != "seed")

    def new_model(self) -> MLP:
        """An untrained MLP with these settings."""
        return MLP(self.width, self.depth, self.activation, self.dropout, self.seed)


# ---------------------------------------------------------------------------- as keywords


class TrainingKeywords(TypedDict, total=False):
    """What `grid` takes besides the target: how each of its networks is made and trained."""

    activation: str
    dropout: float
    samples: int
    batch: int
    lr: float
    tolerance: float
    max_steps: int
    check_every: int


class SettingsKeywords(TrainingKeywords, total=False):
    """What `fit` takes besides the target: the other fields of Settings."""

    width: int
    depth: int
    seed: int


F = TypeVar("F", bound=Callable[..., Any])


def show_settings(function: F) -> F:
    """Give `function(..., **settings)` the signature that it has in truth, for help() and Tab.

    The keywords above say the same, but only to who reads the source, such as an editor.
    """
    signature = inspect.signature(function)
    *given, settings = signature.parameters.values()
    (keywords,) = get_args(settings.annotation)  # of Unpack
    taken = [
        settings.replace(
            name=field.name,
            kind=settings.KEYWORD_ONLY,
            default=field.default,
            annotation=field.type,
        )
        for field in fields(Settings)
        if field.name in get_type_hints(keywords)
    ]
    shown = signature.replace(parameters=[*given, *taken])
    function.__signature__ = shown  # type: ignore[attr-defined]
    return function


# ---------------------------------------------------------------------------- how it ends


class Ending(enum.StrEnum):
    """How a training ends."""

    CONVERGED = "converged"
    DIVERGED = "diverged"
    DEAD = "dead"
    OUT_OF_STEPS = "out of steps"


# What is said of it, and what to do about it. The page says it in these very words.
REASONS: dict[str, str] = {
    Ending.CONVERGED: "reached MSE {mse} < {tolerance} after {steps} steps",
    Ending.DIVERGED: "diverged: by step {steps} the error is beyond all bounds (MSE {mse}); "
    "try a smaller learning rate (lr) than {lr}",
    Ending.DEAD: "dead: by step {steps} the output is one constant (MSE {mse}), so no gradient "
    "reaches the lower layers; try another seed, more width, less depth or a smaller learning rate",
    Ending.OUT_OF_STEPS: "did not get below {tolerance} in {steps} steps (MSE {mse}): {advice}",
}
ADVICE = {
    "line": "without an activation the network is one straight line; try depth 2 with relu",
    "dropout": "dropout {dropout} keeps the loss noisy; try a smaller one, or 0",
    "narrow": "width {width} may be too small; try 16 or more",
    "narrow-noisy": "width {width} may be too small, and dropout {dropout} keeps the loss "
    "noisy; try 16 or more, without dropout",
    "other": "try a wider network, another seed or another learning rate",
}


def reason(settings: Settings, ending: str, steps: int, mse: float) -> str:
    """Why a fit with these settings stopped, in words; ending: an Ending."""
    shown = show_below(mse, settings.tolerance) if ending == Ending.CONVERGED else show(mse)
    return REASONS[ending].format(
        mse=shown,
        steps=f"{steps:,}",
        tolerance=show_level(settings.tolerance),
        lr=f"{settings.lr:g}",
        advice=ADVICE[_advice(settings)].format(
            dropout=f"{settings.dropout:g}", width=settings.width
        ),
    )


def _advice(settings: Settings) -> str:
    if settings.depth == 0 or settings.activation == "identity":
        return "line"
    if settings.width < 16:  # the same without dropout
        return "narrow-noisy" if settings.dropout > 0 else "narrow"
    return "dropout" if settings.dropout > 0 else "other"


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a fit with these settings went.

    mse: over all samples.  checks: [(step, mse)], as in training.Progress.
    """

    settings: Settings
    ending: Ending
    steps: int
    mse: float
    checks: list[tuple[int, float]]

    @property
    def converged(self) -> bool:
        """Whether it got below the tolerance."""
        return self.ending is Ending.CONVERGED

    @property
    def reason(self) -> str:
        """Why it stopped, in words."""
        return reason(self.settings, self.ending, self.steps, self.mse)
