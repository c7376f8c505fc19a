"""Numbers of a claim as formulas over trials: Python evaluates them with NumPy, a page by itself.

A trial is one network for each seed; `Trial(task, **settings)("mse")` is what one measure says of
them, one value a seed. Formulas are made of such values by the usual signs, and a claim's numbers
are their spreads and shares:

    stopped = Trial("sine", dropout=0.2, max_steps=1_000)
    stopped("converged").percent()
    (stopped("mse") / Trial("sine")("mse")).spread()
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from fitlab.claims.ledger import percent, spread

Measured = Callable[["Trial", str, tuple], np.ndarray]  # -> float64 (seeds,)
Part: TypeAlias = "Formula | float"

# All that a formula may do; `engine/formulas.mjs` has the same. Values of several seeds go through
# the signs seed by seed; "together" puts values behind each other.
OPERATIONS: dict[str, Callable] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "<": np.less,
    "<=": np.less_equal,
    "abs": np.abs,
    "smallest": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "largest": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
    "together": lambda *values: np.concatenate([np.ravel(v) for v in values]),
    "median": np.median,
    "lowest": np.min,
    "highest": np.max,
    "percent": percent,
    "spread": spread,
}


class Formula:
    """An operation on other formulas and numbers; or ("measure", trial, name, arguments...)."""

    def __init__(self, *tree: Any) -> None:
        self.tree = tree

    def __add__(self, other: Part) -> "Formula":
        return Formula("+", self, other)

    def __sub__(self, other: Part) -> "Formula":
        return Formula("-", self, other)

    def __mul__(self, other: Part) -> "Formula":
        return Formula("*", self, other)

    def __rsub__(self, other: float) -> "Formula":
        return Formula("-", other, self)

    def __rmul__(self, other: float) -> "Formula":
        return Formula("*", other, self)

    def __truediv__(self, other: Part) -> "Formula":
        return Formula("/", self, other)

    def __lt__(self, other: Part) -> "Formula":
        return Formula("<", self, other)

    def __gt__(self, other: Part) -> "Formula":
        return Formula("<", other, self)

    def __le__(self, other: Part) -> "Formula":
        return Formula("<=", self, other)

    def __ge__(self, other: Part) -> "Formula":
        return Formula("<=", other, self)

    def __abs__(self) -> "Formula":
        return Formula("abs", self)

    def median(self) -> "Formula":
        """The one in the middle."""
        return Formula("median", self)

    def lowest(self) -> "Formula":
        """The smallest of all seeds."""
        return Formula("lowest", self)

    def highest(self) -> "Formula":
        """The largest of all seeds."""
        return Formula("highest", self)

    def percent(self) -> "Formula":
        """How many are true, in percent."""
        return Formula("percent", self)

    def spread(self) -> "Formula":
        """Median, smallest and largest."""
        return Formula("spread", self)

    def __repr__(self) -> str:
        op, *parts = self.tree
        return f"{op}({', '.join(map(repr, parts))})"


def smallest(*parts: Part) -> Formula:
    """The smallest of several formulas, seed by seed."""
    return Formula("smallest", *parts)


def largest(*parts: Part) -> Formula:
    """The largest of several formulas, seed by seed."""
    return Formula("largest", *parts)


def together(*parts: Part) -> Formula:
    """The values of several formulas, one behind the other."""
    return Formula("together", *parts)


class Trial:
    """One network for each seed: a task by its name in `measures.TASKS`, and its settings.

    Called with the name of a measure, and what that needs, it is a formula.
    """

    def __init__(self, task: str, **settings: Any) -> None:
        self.task, self.settings = task, settings

    @property
    def key(self) -> tuple:
        """Two trials with the same key are the same networks."""
        return self.task, *sorted(self.settings.items())

    def __call__(self, measure: str, *arguments: float | str) -> Formula:
        return Formula("measure", self, measure, *arguments)

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.settings.items())
        return f"Trial({self.task!r}{given})"


class Constant(Formula):
    """A number that no seed changes, found when it is asked for."""

    def __init__(self, function: Callable[..., float], *arguments: Any) -> None:
        super().__init__("constant", function, *arguments)

    @property
    def value(self) -> float:
        """The number."""
        _, function, *arguments = self.tree
        return float(function(*arguments))


def value_of(leaf: Part) -> float:
    """A constant's value, or the number itself."""
    return leaf.value if isinstance(leaf, Constant) else leaf  # type: ignore[return-value]


def walked(
    formula: Part,
    *,
    leaf: Callable[[Part], Any],
    measure: Callable[..., Any],
    operation: Callable[[str, list[Any]], Any],
) -> Any:
    """What a formula becomes, from its leaves up.

    leaf: of numbers and Constants.  measure: of a trial, a measure's name and what that needs.
    operation: of its name and what its parts have become.
    """
    if not isinstance(formula, Formula) or isinstance(formula, Constant):
        return leaf(formula)
    op, *parts = formula.tree
    if op == "measure":
        return measure(*parts)
    become = functools.partial(walked, leaf=leaf, measure=measure, operation=operation)
    return operation(op, list(map(become, parts)))


def evaluated(formula: Part, measured: Measured) -> Any:
    """What a formula is: float64 (seeds,), a number, or a spread."""

    def operation(op: str, parts: list[Any]) -> Any:
        found = OPERATIONS[op](*parts)
        return found if isinstance(found, dict) or np.ndim(found) else float(found)

    return walked(
        formula,
        leaf=value_of,
        measure=lambda trial, name, *arguments: measured(trial, name, arguments),
        operation=operation,
    )


def trials_in(formula: Part) -> list[Trial]:
    """The trials that a formula speaks of, as often as it does."""
    return walked(
        formula,
        leaf=lambda _: [],
        measure=lambda trial, *_: [trial],
        operation=lambda _, parts: list(itertools.chain(*parts)),
    )
