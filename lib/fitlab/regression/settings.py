"""All that decides a fit, and how it ends, in words."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypedDict, TypeVar, get_args, get_type_hints

from fitlab import validate
from fitlab.display import show, show_below, show_level
from fitlab.networks import mlp
from fitlab.networks.losses import CROSS_ENTROPY, LOSSES, SQUARED
from fitlab.networks.mlp import MLP
from fitlab.networks.network import checked_start
from fitlab.networks.optimizers import EPSILON
from fitlab.networks.training import Ending as Ending  # whoever needs settings needs it, too
from fitlab.networks.training import Recipe
from fitlab.regression.targets import Target, find_target


@dataclass(frozen=True)
class Settings:
    """All that decides a fit, with the book's defaults; the same settings give the same fit."""

    target: str | Target = "sine"
    width: int = 64  # units in each hidden layer
    depth: int = 5  # hidden layers
    activation: str = "relu"
    dropout: float = 0.0
    samples: int = 10_000  # evenly spaced points of the target's interval; of examples, all of them
    batch: int = 64  # samples in a step
    lr: float = 3e-3  # the step size
    tolerance: float = 5e-4  # stop when the error is below this: MSE, or share of wrong classes
    max_steps: int = 5_000
    check_every: int = 25  # steps
    seed: int = 0
    loss: str | None = None  # None: "squared error" of numbers, "cross-entropy" of classes
    optimizer: str = "adam"
    weight_decay: float = 0.0
    epsilon: float = EPSILON  # Adam's
    dealing: str = "replacement"  # how samples are drawn for a step
    start: str = "torch"  # how parameters start
    start_factor: float = 1.0

    def __post_init__(self) -> None:
        values: dict[str, Any] = mlp.checked(
            self.width, self.depth, self.activation, self.dropout, self.seed
        )
        values["samples"] = validate.integer("samples", self.samples, 2, 10_000_000)
        values |= checked_start(self.start, self.start_factor)
        recipe = self.recipe
        _check_loss(recipe.loss, find_target(self.target))
        values |= {name: value for name, value in vars(recipe).items() if name != "loss"}
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the only way to fill a frozen dataclass

    @property
    def of_classes(self) -> bool:
        """Whether the network answers with a class."""
        return find_target(self.target).of_classes

    @property
    def recipe(self) -> Recipe:
        """Those that decide about the training, besides the network and the samples."""
        names = {field.name for field in fields(Recipe)} - {"loss"}
        loss = self.loss
        if loss is None:
            loss = CROSS_ENTROPY if self.of_classes else SQUARED
        return Recipe(loss=loss, **{name: getattr(self, name) for name in names})

    @property
    def all_but_seed(self) -> tuple[object, ...]:
        """What those share that are trained together: a tuple of the other values."""
        return tuple(value for name, value in vars(self).items() if name != "seed")

    def new_model(self) -> MLP:
        """An untrained MLP with these settings."""
        target = find_target(self.target)
        return MLP(
            self.width,
            self.depth,
            self.activation,
            self.dropout,
            self.seed,
            inputs=target.inputs,
            outputs=LOSSES[self.recipe.loss].outputs or target.outputs,
            start=self.start,
            start_factor=self.start_factor,
        )


def _check_loss(name: str, target: Target) -> None:
    """ValueError if the loss is not one for the target's answers."""
    if LOSSES[name].of_classes != target.of_classes:
        fitting = [loss.name for loss in LOSSES.values() if loss.of_classes == target.of_classes]
        kind = "classes, integers from 0 on" if target.of_classes else "numbers"
        raise ValueError(
            f"loss={name!r} was given; the answers of {target!r} are {kind}, and loss must be "
            f"one of {', '.join(fitting)}"
        )


# ---------------------------------------------------------------------------- as keywords


class ShapelessKeywords(TypedDict, total=False):
    """How a network is made and trained, whatever its shape: what the book's first pages need."""

    activation: str
    dropout: float
    samples: int
    batch: int
    lr: float
    tolerance: float
    max_steps: int
    check_every: int


class FigureKeywords(ShapelessKeywords, total=False):
    """What a `FitExplorer` takes besides the target."""

    width: int
    depth: int
    seed: int


class TrainingKeywords(ShapelessKeywords, total=False):
    """What `grid` takes besides the target: how each of its networks is made and trained."""

    loss: str | None
    optimizer: str
    weight_decay: float
    epsilon: float
    dealing: str
    start: str
    start_factor: float


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


# What is said of an Ending, and what to do about it. The page says it in these very words.
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


# The same of classes.
CLASS_REASONS: dict[str, str] = {
    Ending.CONVERGED: "answered {right} of the training points right after {steps} steps",
    Ending.DIVERGED: "diverged: by step {steps} the loss or a score is no number any more; try a "
    "smaller learning rate (lr) than {lr}",
    Ending.DEAD: "dead: by step {steps} all points get the same scores ({right} right), so no "
    "gradient reaches the lower layers; try another seed, more width, less depth or a smaller "
    "learning rate",
    Ending.OUT_OF_STEPS: "did not answer more than {goal} of the training points right in {steps} "
    "steps ({right}): {advice}",
}
CLASS_ADVICE = {
    **ADVICE,
    "line": "without an activation classes are parted by straight lines only; try depth 2 with "
    "relu",
}


def reason(settings: Settings, ending: str, steps: int, error: float) -> str:
    """Why a fit with these settings stopped, in words; ending: an Ending."""
    classes = settings.of_classes
    advice = (CLASS_ADVICE if classes else ADVICE)[_advice(settings)].format(
        dropout=f"{settings.dropout:g}", width=settings.width
    )
    numbers = {"steps": f"{steps:,}", "lr": f"{settings.lr:g}", "advice": advice}
    if classes:
        shares = {"right": show_right(error), "goal": f"{100 * (1 - settings.tolerance):g} %"}
        return CLASS_REASONS[ending].format(**numbers, **shares)
    shown = show_below(error, settings.tolerance) if ending == Ending.CONVERGED else show(error)
    return REASONS[ending].format(**numbers, mse=shown, tolerance=show_level(settings.tolerance))


def show_right(error: float) -> str:
    """The share of right answers, from that of wrong ones: 99.2 %. Only all of them are 100 %."""
    if not math.isfinite(error):
        return "none"
    return "100 %" if error == 0 else f"{min(100 * (1 - error), 99.9):.1f} %"


def _advice(settings: Settings) -> str:
    if settings.depth == 0 or settings.activation == "identity":
        return "line"
    if settings.width < 16:  # the same without dropout
        return "narrow-noisy" if settings.dropout > 0 else "narrow"
    return "dropout" if settings.dropout > 0 else "other"


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a fit with these settings went.

    error: over all samples, the MSE of numbers or the share of wrong answers of classes.
    checks: [(step, error)], as in training.Training.
    """

    settings: Settings
    ending: Ending
    steps: int
    error: float
    checks: list[tuple[int, float]]

    @property
    def mse(self) -> float:
        """The mean squared error over all samples; NaN of classes."""
        return math.nan if self.settings.of_classes else self.error

    @property
    def accuracy(self) -> float:
        """The share of the samples whose class is answered right; NaN of numbers."""
        return 1 - self.error if self.settings.of_classes else math.nan

    @property
    def converged(self) -> bool:
        """Whether it got below the tolerance."""
        return self.ending is Ending.CONVERGED

    @property
    def reason(self) -> str:
        """Why it stopped, in words."""
        return reason(self.settings, self.ending, self.steps, self.error)
