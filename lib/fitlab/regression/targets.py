"""The functions that the networks are asked to fit: formulas that we do know."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fitlab import validate


@dataclass(frozen=True)
class Target:
    """A function of one real number on an interval.

    name: what `fit(target=...)` calls it.  label: how a figure names it.
    f: takes and returns float64 arrays of one shape.  low, high: the interval.
    """

    name: str
    f: Callable[[np.ndarray], np.ndarray]
    low: float
    high: float
    label: str

    def __post_init__(self) -> None:
        validate.interval(self.low, self.high)

    def samples(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """`n` evenly spaced points, both ends included: x and y = f(x), each float64 (n,)."""
        n = validate.integer("n", n, 2)
        fractions = np.arange(n) / (n - 1)
        x = self.low + (self.high - self.low) * fractions
        y = validate.finite(f"target {self.name!r}", self.f(x))
        if y.shape != x.shape:
            raise ValueError(
                f"target {self.name!r} turned {x.shape} into {y.shape}; the shapes must agree"
            )
        return x, y

    @property
    def inputs(self) -> int:
        """How many numbers a network is given."""
        return 1

    @property
    def outputs(self) -> int:
        """How many it answers with: numbers, or a score for each class."""
        return 1

    @property
    def of_classes(self) -> bool:
        """Whether the answers are classes, and not numbers."""
        return False

    def held_out(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Samples x, y that no network is to be trained on; None if there are none."""
        return None

    def __repr__(self) -> str:
        return f"Target({self.name!r}: {self.label} on [{self.low:.4g}, {self.high:.4g}])"


def _sawtooth(x: np.ndarray) -> np.ndarray:
    return 2 * (x - np.floor(x)) - 1


TARGETS = {
    target.name: target
    for target in (
        Target("sine", np.sin, -np.pi, np.pi, "sin x"),
        Target("fast_sine", lambda x: np.sin(3 * x), -np.pi, np.pi, "sin 3x"),
        Target("step", lambda x: np.where(x < 0, -1.0, 1.0), -1.0, 1.0, "a step"),
        Target("absolute", np.abs, -1.0, 1.0, "|x|"),
        Target("runge", lambda x: 1 / (1 + 25 * x * x), -1.0, 1.0, "1 / (1 + 25 x²)"),
        Target("sawtooth", _sawtooth, -1.5, 1.5, "a sawtooth"),
    )
}


DRAWN = "drawn"  # the name of every drawn target


def drawn_target(values: npt.ArrayLike) -> Target:
    """The broken line through `values` (n,), n >= 2, at evenly spaced points of [-1, 1]."""
    values = validate.finite("the drawing", values)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"a drawing of shape {values.shape} was given; it must be (n,), n >= 2")
    knots = np.linspace(-1, 1, len(values))
    return Target(DRAWN, lambda x: np.interp(x, knots, values), -1.0, 1.0, "your drawing")


def find_target(target: str | Target) -> Target:
    """Return a Target as it is, or the one of TARGETS by that name; or raise ValueError."""
    if isinstance(target, Target):
        return target
    return TARGETS[validate.one_of("target", target, TARGETS)]
