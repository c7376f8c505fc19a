"""Claims that consist of fits, as data: which networks are trained, what is measured, what decides.

Python runs such a plan with torch. A page runs the same one with its engine, on the seeds that its
reader types (`explorables/check.mjs`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fitlab.claims import formulas
from fitlab.claims.formulas import Formula, Trial
from fitlab.claims.ledger import CLAIMS, Claim, Numbers, Verdict, claim
from fitlab.claims.measures import TASKS, measured
from fitlab.claims.strip import ByLevels, Level, Strip

SECONDS = Path(__file__).with_name("seconds.json")
UNUSED = range(100, 200)  # seeds that no page and no test looks at


@dataclass(frozen=True, eq=False)
class Plan:
    """The numbers of a claim by name, as formulas; the levels on its card decide.

    beside: seeds -> numbers that a page cannot find and that decide nothing.
    """

    numbers: Mapping[str, Formula]
    judge: ByLevels
    beside: Callable[[Sequence[int]], Numbers] | None = None

    def __call__(self, seeds: Sequence[int]) -> tuple[Verdict, Numbers]:
        """The check: the verdict, and the numbers that were found."""
        values = measured(seeds)
        found = {name: formulas.evaluated(f, values) for name, f in self.numbers.items()}
        return self.judge(found), found | (self.beside(seeds) if self.beside else {})

    def trials(self) -> list[Trial]:
        """All trials, each once."""
        every = (t for formula in self.numbers.values() for t in formulas.trials_in(formula))
        return list({trial.key: trial for trial in every}.values())


def planned(
    id: str,
    *,
    numbers: Mapping[str, Formula],
    face: Sequence[Any],
    beside: Callable[[Sequence[int]], Numbers] | None = None,
    **about: Any,
) -> None:
    """Register a claim that is a plan. about: as for `claim`."""
    levels = tuple(level for part in face if isinstance(part, Strip) for level in part.levels)
    check = Plan(numbers, ByLevels(levels), beside)
    claim(id, face=face, **about)(check)


def plan_of(claim: Claim) -> Plan | None:
    """The plan of a claim that has one."""
    return claim.check if isinstance(claim.check, Plan) else None


def all_planned() -> dict[str, Plan]:
    """The plans of all claims that have one, by id."""
    return {id: plan for id, each in CLAIMS.items() if (plan := plan_of(each))}


# ---------------------------------------------------------------------------- for the page


def seconds() -> dict[str, float]:
    """How long a page takes for a seed of each claim, on the machine that measured it last.

    `python tools/check_seconds.py` measures it anew.
    """
    found: dict[str, float] = json.loads(SECONDS.read_text(encoding="utf-8"))
    return found


def as_json(id: str) -> dict[str, Any]:
    """The plan of a claim as JSON.

    {"trials": [{"task", "options", "data"}], "numbers": {name: formula}, "levels", "literally":
    levels or None}. A formula is a number or [operation, ...]; ["measure", i, name, ...] is of
    trial i.
    """
    found, plan = CLAIMS[id], all_planned()[id]
    trials = plan.trials()
    place = {trial.key: i for i, trial in enumerate(trials)}
    return {
        "trials": [{"task": t.task, **TASKS[t.task].plan(t.settings)} for t in trials],
        "numbers": {name: _formula(formula, place) for name, formula in plan.numbers.items()},
        "levels": _levels(plan.judge),
        "literally": _levels(found.literally.judge) if found.literally else None,
    }


def _formula(formula: Any, place: Mapping[tuple, int]) -> Any:
    return formulas.walked(
        formula,
        leaf=formulas.value_of,
        measure=lambda trial, *rest: ["measure", place[trial.key], *rest],
        operation=lambda op, parts: [op, *parts],
    )


def _levels(judge: Any) -> list[dict[str, Any]]:
    assert isinstance(judge, ByLevels), "a page judges by levels alone"
    return [_level(level) for level in judge.levels if level.decided]


def _level(level: Level) -> dict[str, Any]:
    names = ("value", "plus", "at_least", "at_most", "median", "strict")
    return {**{name: getattr(level, name) for name in names}, "otherwise": str(level.otherwise)}
