"""What the bench prints: a table for each question, and at the end all targets."""

from dataclasses import dataclass, field

import numpy as np

NAME = 46  # letters for whatever was measured


@dataclass(frozen=True)
class Goal:
    """A promise and what was reached. `most` or `least` is the limit."""

    name: str
    reached: float
    unit: str
    most: float | None = None
    least: float | None = None

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

    def head(self, unit, ratio="", remark=""):
        """The names of the columns."""
        print(
            f"{'':{NAME}} {'median ' + unit:>13} {'[min, max]':>17} {ratio:>9}  {remark}".rstrip()
        )

    def line(self, name, values, ratio=None, remark="", digits=0):
        """One contestant: the median of its values, their range, and a ratio to ours."""
        spread = f"[{np.min(values):.{digits}f}, {np.max(values):.{digits}f}]"
        compared = "" if ratio is None else f"{ratio:.{1 if ratio >= 1.95 else 2}f}"
        median = f"{np.median(values):.{digits}f}"
        print(
            f"{name:{NAME}} {median:>13} {spread:>17} {compared:>9}  {remark}".rstrip(), flush=True
        )

    def goal(self, *arguments, **options):
        """Remember a promise; returns its limit in words, for the table."""
        self.goals.append(Goal(*arguments, **options))
        return f"target {self.goals[-1].limit} {self.goals[-1].unit}".rstrip()

    def summary(self):
        """All promises on one screen."""
        self.title("What was promised")
        print(f"{'':{NAME + 12}} {'reached':>9} {'target':>9}")
        for goal in self.goals:
            reached = f"{goal.reached:.3g}" if goal.reached < 1000 else f"{goal.reached:.0f}"
            verdict = "met" if goal.met else "NOT MET"
            name = f"{goal.name}, {goal.unit}"
            print(f"{name:{NAME + 12}} {reached:>9} {goal.limit:>9}  {verdict}")
        missed = sum(not goal.met for goal in self.goals)
        print(f"{len(self.goals) - missed} of {len(self.goals)} targets met")


def times(theirs, ours):
    """How many times as long as ours theirs takes, in the median."""
    return np.median(theirs) / np.median(ours)
