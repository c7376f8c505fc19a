"""What the bench prints: a table for each question, and at the end all targets."""

from dataclasses import dataclass, field

import numpy as np

NAME = 54  # letters for whatever was measured
WIDE = 70  # and for a target
UNSTEADY = 1.15  # two ratios that should be equal are further apart


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
            return self.reached >= self.least
        return self.reached <= self.most

    @property
    def limit(self):
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"


@dataclass
class Report:
    """Prints as it goes, and remembers the promises."""

    goals: list[Goal] = field(default_factory=list)

    def title(self, text, *remarks):
        """The question that a table answers, and what is counted in it."""
        print(f"\n{text}")
        for remark in remarks:
            print(f"  {remark}")

    def head(self, unit, ratio="", at_best=""):
        """The names of the columns. Where the two ratios disagree, the machine was not quiet."""
        row = f"{'':{NAME}} {'median ' + unit:>16} {'[min, max]':>18} {ratio:>9} {at_best:>8}"
        print(f"\n{row}".rstrip())

    def line(self, name, values, ratio=None, at_best=None, remark="", digits=0):
        """One contestant: the median of its values, their range, and its ratios to ours.

        ratio: of the medians; at_best: of the best runs, which other work disturbed least.
        """
        spread = f"[{np.min(values):.{digits}f}, {np.max(values):.{digits}f}]"
        median = f"{np.median(values):.{digits}f}"
        row = f"{name:{NAME}} {median:>16} {spread:>18} {_ratio(ratio):>9} {_ratio(at_best):>8}"
        print(f"{row}  {remark}".rstrip(), flush=True)

    def goal(self, *arguments, **options):
        """Remember a promise; returns its limit in words, for the table."""
        self.goals.append(Goal(*arguments, **options))
        return f"target {self.goals[-1].limit} {self.goals[-1].unit}".rstrip()

    def ratio_goal(self, name, ratios, unit, least):
        """A promise about a ratio, which was found twice, as in `line`: the smaller one counts.

        Other work on the machine can make one of them too good; that both are is less likely.
        """
        steady = max(ratios) < UNSTEADY * min(ratios)
        return self.goal(name, min(ratios), unit, least=least, steady=steady)

    def summary(self):
        """All promises on one screen."""
        self.title(
            "What was promised (of a ratio of medians and one of best runs, the smaller counts;",
            f"unsteady: the two are more than {UNSTEADY - 1:.0%} apart, so run it again in peace)",
        )
        print(f"{'':{WIDE}} {'reached':>8} {'target':>8}")
        for goal in self.goals:
            reached = f"{goal.reached:.3g}" if goal.reached < 1000 else f"{goal.reached:.0f}"
            verdict = ("met" if goal.met else "NOT MET") + ("" if goal.steady else ", unsteady")
            name = f"{goal.name}, {goal.unit}"
            print(f"{name:{WIDE}} {reached:>8} {goal.limit:>8}  {verdict}")
        missed = sum(not goal.met for goal in self.goals)
        print(f"{len(self.goals) - missed} of {len(self.goals)} targets met")


def _ratio(value):
    """A ratio to two or three digits; nothing for None."""
    return "" if value is None else f"{value:.{1 if value >= 1.95 else 2}f}"


def times(theirs, ours):
    """How many times as long as ours theirs takes: in the median, and comparing the best runs."""
    return np.median(theirs) / np.median(ours), np.min(theirs) / np.min(ours)
