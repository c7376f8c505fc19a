"""The bench's one table, printed row by row as it is measured, and the same as JSON.

The JSON is one object:

    complete        whether every part ran to its end; if not, the rows are those until then
    quick           whether it was run with --quick, whose numbers say little
    date, seconds   when it began, in UTC (ISO 8601), and how long it took
    machine         {"processor": its name, "processors": how many, "load": before it began}
    versions        {"python", "torch", "numpy", "chromium"}
    rows            [{"part", "case", "name": what was measured, in words; "unit"; "median", "min",
                    "max": of "runs" values; "ratio": of the medians, "at_best": of the best runs,
                    both in "ratio_unit": "x" (as long as ours), or in "%", where "ratio" is the
                    median of the rounds' shares; "remark"}, ...]
    goals           [{"name"; "kind": "most" or "least", "limit", "reached", in "unit"; "met";
                    "steady": whether it can be trusted}, ...]

A number that there is not, or that could not be measured, is null; words are then empty.
"""

import json
import math
from dataclasses import asdict, dataclass, field

import numpy as np

from fitlab import files

NAME = 46  # letters for whatever was measured
UNSTEADY = 1.15  # two ratios that should be equal are further apart


@dataclass(frozen=True)
class Row:
    """One contestant, or one thing measured: the fields of a row in the JSON."""

    part: str
    case: str
    name: str
    unit: str
    median: float
    min: float
    max: float
    runs: int
    ratio: float | None
    at_best: float | None
    ratio_unit: str
    remark: str


@dataclass(frozen=True)
class Goal:
    """A promise and what was reached. `most` or `least` is the limit."""

    name: str
    reached: float
    unit: str
    most: float | None = None
    least: float | None = None
    steady: bool = True  # whether it can be trusted

    @property
    def met(self):
        """NaN, for what could not be measured, meets nothing."""
        if self.most is None:
            return bool(self.reached >= self.least)
        return bool(self.reached <= self.most)

    @property
    def limit(self):
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"

    @property
    def plain(self):
        """The fields of a goal in the JSON."""
        kind = "least" if self.most is None else "most"
        return {
            "name": self.name,
            "kind": kind,
            "limit": getattr(self, kind),
            "reached": self.reached,
            "unit": self.unit,
            "met": self.met,
            "steady": self.steady,
        }


@dataclass
class Report:
    """Prints as it goes, and remembers all rows and promises."""

    rows: list[Row] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    _part: str = ""
    _case: str = ""
    _ratio_unit: str = "x"

    def head(self):
        """What the ratios are, and the names of the columns, once."""
        print("Ratios are of medians, and at best of the best runs; ours is the row with 1.00 x.")
        print("Where the two disagree, the machine was not quiet.\n")
        _print("", "median", "[min, max]", "ratio", "at best")

    def part(self, text, *remarks, ratio_unit="x"):
        """The question that the next rows answer, and what is counted in it.

        ratio_unit: "x", a row's time over that of the row with 1.00; or "%".
        """
        self._part, self._case, self._ratio_unit = text, "", ratio_unit
        print(f"\n{text}")
        for remark in remarks:
            print(f"  - {remark}")

    def case(self, text):
        """What the next rows have in common within a part, such as the network."""
        self._case = text
        print(f"  {text}")

    def row(self, name, values, unit, ratio=None, at_best=None, remark=""):
        """One contestant: the median of its values, their range, and its ratios to ours.

        ratio: of the medians; at_best: of the best runs, which other work disturbed least. NaN: it
        could not be measured.
        Raises ValueError unless values (n,), n >= 1, or a single one, are finite numbers.
        """
        values = np.asarray(values, dtype=float)
        values = values[None] if values.ndim == 0 else values
        if values.ndim != 1 or not values.size or not np.isfinite(values).all():
            raise ValueError(f"{name}: {values} was given; values must be finite, and one at least")
        median, low, high = (float(f(values)) for f in (np.median, np.min, np.max))
        self.rows.append(
            Row(
                self._part, self._case, name, unit, median, low, high, len(values),
                ratio, at_best, self._ratio_unit, remark,
            )
        )  # fmt: skip
        spread = f"[{_number(low)}, {_number(high)}]" if len(values) > 1 else ""
        ratios = ("" if r is None else f"{_number(r)} {self._ratio_unit}" for r in (ratio, at_best))
        indented = f"{'    ' if self._case else '  '}{name}"
        _print(indented, f"{_number(median)} {unit}", spread, *ratios, remark)

    def goal(self, *arguments, **options):
        """Remember a promise; returns its limit in words, for the table."""
        self.goals.append(Goal(*arguments, **options))
        return f"goal {self.goals[-1].limit}"

    def ratio_goal(self, name, ratios, unit, least):
        """A promise about a ratio, which was found twice, as in `row`: the smaller one counts.

        Other work on the machine can make one of them too good; that both are is less likely.
        """
        steady = bool(max(ratios) < UNSTEADY * min(ratios))
        return self.goal(name, min(ratios), unit, least=least, steady=steady)

    def summary(self):
        """All promises, at the foot of the table."""
        print("\nWhat was promised")
        print("  - of a ratio of medians and one of best runs, the smaller counts")
        print(
            f"  - unsteady: they are more than {UNSTEADY - 1:.0%} apart, so run it again in peace"
        )
        _print("", "reached", "goal")
        for goal in self.goals:
            verdict = ("met" if goal.met else "NOT MET") + ("" if goal.steady else ", unsteady")
            reached = f"{_number(goal.reached)} {goal.unit}"
            _print(f"  {goal.name}", reached, goal.limit, remark=verdict)
        missed = sum(not goal.met for goal in self.goals)
        print(f"{len(self.goals) - missed} of {len(self.goals)} goals met")

    def write(self, path, **about):
        """All rows and goals as JSON, beside what is known `about` the run; whole or not at all."""
        plain = about | {
            "rows": [asdict(row) for row in self.rows],
            "goals": [goal.plain for goal in self.goals],
        }
        text = json.dumps(_nulls(plain), indent=1, ensure_ascii=False, allow_nan=False)
        files.write_whole(path, text + "\n")


def _print(name, median, spread, ratio="", at_best="", remark=""):
    """One row of the table."""
    row = f"{name:{NAME}} {median:>12} {spread:>16} {ratio:>7} {at_best:>7}  {remark}"
    print(row.rstrip(), flush=True)


def _number(value):
    """A number to three digits at least, from 1e-4 on without an exponent; "?" for NaN."""
    if math.isnan(value):
        return "?"
    return f"{value:.0f}" if abs(value) >= 99.95 else f"{value:#.3g}"


def _nulls(value):
    """The same with None for NaN and infinities, which JSON does not know; plain floats."""
    if isinstance(value, dict):
        return {key: _nulls(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_nulls(inner) for inner in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def times(theirs, ours):
    """How many times as long as ours theirs takes: in the median, and comparing the best runs."""
    return float(np.median(theirs) / np.median(ours)), float(np.min(theirs) / np.min(ours))
