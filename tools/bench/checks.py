"""How long a page takes to check the claims that it can check."""

import numpy as np

from fitlab.claims import plans
from fitlab.classification.datasets import digits_as_text

SEEDS = 5
RECIPE_SEEDS = 10
RECIPE_MOST = 3  # seconds for the recipe's main reading
ALL_MOST = 180  # seconds for all claims on SEEDS


def readings():
    """The recipe with each of its dropouts as a plan of its own, by the dropout."""
    formula = ["percent", ["measure", 0, "converged"]]
    return {
        trial["options"]["dropout"]: {
            "trials": [trial], "numbers": {"converged": formula}, "levels": [], "literally": None,
        }
        for trial in plans.as_json("recipe-reaches-5e-4")["trials"]
    }  # fmt: skip


def load(workers):
    """Start the worker that checks."""
    workers.call("checks", "load", digits_as_text())


def seconds(workers, plan, seeds):
    """What a plan takes on so many seeds that nobody looks at."""
    first = plans.UNUSED[0]
    return workers.call("checks", "seconds", plan, list(range(first, first + seeds)))


def print_checks(report, workers, rounds):
    """How long does a reader wait for a verdict?"""
    report.part("Checks of claims in the page", "in a worker, on seeds that nobody uses")
    load(workers)
    for dropout, plan in sorted(readings().items()):
        times = 1 if dropout else max(2, rounds // 5)
        found = [seconds(workers, plan, RECIPE_SEEDS) for _ in range(times)]
        name, remark = f"the recipe, dropout {dropout:g}, {RECIPE_SEEDS} seeds", ""
        if not dropout:
            remark = report.goal(name, np.median(found), "s", most=RECIPE_MOST)
        report.row(name, found, "s", remark=remark)
    every = {id: seconds(workers, plans.as_json(id), SEEDS) for id in plans.all_planned()}
    for id, took in every.items():
        report.row(f"{id}, {SEEDS} seeds", took, "s")
    goal = f"all {len(every)} claims, {SEEDS} seeds"
    total = sum(every.values())
    report.row(goal, total, "s", remark=report.goal(goal, total, "s", most=ALL_MOST))
