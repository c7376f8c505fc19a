"""What a card draws of its claim: numbers on one axis, and the thresholds that decide as lines.

A strip stands beside its check and takes its thresholds from the constants that the check decides
with, so that what is drawn is what decides.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from fitlab.claims.ledger import HALF, NINE_IN_TEN, Verdict
from fitlab.display import show, show_level

PERCENT, SHARE = (0.0, 100.0), (0.0, 1.0)  # ends of an axis


@dataclass(frozen=True)
class Level:
    """A threshold: a line across the rows of a strip.

    value: where it stands, or the name of a number of the claim: at its median, and `plus` so much.
    says: its label, with {} for the value; "" if the line needs none.
    at_least, at_most: the numbers that must be on that side of it, on every seed or, with `median`,
    in the middle; strict: and not on the line itself.
    otherwise: the verdict if one of them is not.
    """

    value: float | str
    says: str = ""
    plus: float = 0.0
    at_least: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()
    median: bool = False
    strict: bool = False
    otherwise: Verdict = Verdict.FAILS

    def on(self, numbers):
        """Where it stands among the numbers that a check has found."""
        value = parts(numbers[self.value])[1] if isinstance(self.value, str) else self.value
        return value + self.plus

    def passed(self, numbers):
        """Whether all that it decides about is on the right side."""
        line = self.on(numbers)
        low = [parts(numbers[name])[1 if self.median else 0] for name in self.at_least]
        high = [parts(numbers[name])[1 if self.median else 2] for name in self.at_most]
        right = [value - line for value in low] + [line - value for value in high]
        return all(by > 0 if self.strict else by >= 0 for by in right)  # nothing passes as NaN

    @property
    def decided(self):
        """The numbers that it decides about."""
        return self.at_least + self.at_most


@dataclass(frozen=True)
class Strip:
    """Some numbers of a claim as rows over one axis, with lines at its levels.

    axis: what they are, with the unit.  rows: name of a number -> what its row is called.
    log: for values that span decades.  ends: of the axis; by default round numbers around all that
    is drawn, powers of ten if log, else with 0 among them.
    """

    axis: str
    rows: Mapping[str, str]
    levels: tuple[Level, ...] = ()
    log: bool = False
    ends: tuple[float, float] | None = None

    def found(self, numbers):
        """The names of its rows that a run has: some numbers depend on what was found."""
        return [name for name in self.rows if name in numbers]

    def ends_for(self, numbers):
        """The two ends of the axis."""
        if self.ends:
            return self.ends
        drawn = [part for name in self.found(numbers) for part in parts(numbers[name])]
        drawn += [level.on(numbers) for level in self.levels]
        return _decades(drawn) if self.log else _round_ends(drawn)

    def place(self, value, ends):
        """Where a value stands between the ends, 0 to 1; what lies beyond stands at the end."""
        if self.log:
            value, *ends = (math.log(max(x, ends[0])) for x in (value, *ends))
        low, high = ends
        return min(max((value - low) / (high - low), 0.0), 1.0)


def nine_in_ten(name):
    """The levels of `verdict_by`: nine in ten, and half for a caveat."""
    return (
        Level(NINE_IN_TEN, "nine in ten", at_least=(name,), otherwise=Verdict.CAVEAT),
        Level(HALF, "half", at_least=(name,), strict=True),
    )


@dataclass(frozen=True)
class ByLevels:
    """The verdict that levels give: the worst of those that some number misses."""

    levels: tuple[Level, ...]

    def __call__(self, numbers):
        missed = [level.otherwise for level in self.levels if not level.passed(numbers)]
        return max([Verdict.HOLDS, *missed], key=list(Verdict).index)


def parts(value):
    """(smallest, median, largest) of a number, which for a single one are the same."""
    if isinstance(value, dict):
        return value["min"], value["median"], value["max"]
    return value, value, value


def in_words(value):
    """A level, or the end of an axis, as the card writes it."""
    return show_level(value) if 0 < abs(value) < 0.01 else show(value)


def _decades(values):
    exponents = [math.log10(value) for value in values if value > 0]
    low, high = math.floor(min(exponents)), math.ceil(max(exponents))
    return 10.0**low, 10.0 ** max(high, low + 1)


def _round_ends(values):
    low, high = min(*values, 0), max(*values, 0)
    if low == high:
        return 0.0, 1.0
    digit = math.floor(math.log10(high - low))
    step = 10.0**digit
    ends = math.floor(low / step) * step, math.ceil(high / step) * step
    return tuple(round(end, max(0, -digit)) for end in ends)
