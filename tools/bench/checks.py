"""How long a page takes to check the claims that it can check.

`python -m tools.bench.checks` writes the seconds of a seed into `seconds.json`, from which a page
estimates how long a check will take.
"""

import json
import tempfile

from fitlab import files
from fitlab.claims import fitting_sine, plans
from fitlab.classification.datasets import digits_as_text
from tools.bench.serving import ROOT, Workers, browse, serve, visit

SEEDS = 5
RECIPE_SEEDS = 10
RECIPE_MOST = 3  # seconds for the recipe's main reading
ALL_MOST = 180  # seconds for all claims on SEEDS


def main_reading():
    """The recipe's plan without its other dropouts."""
    plan = plans.as_json("recipe-reaches-5e-4")
    name = fitting_sine.REACHED[0.0]
    trial = next(i for i, each in enumerate(plan["trials"]) if not each["options"]["dropout"])
    formula = ["percent", ["measure", 0, "converged"]]
    return {
        "trials": [plan["trials"][trial]], "numbers": {name: formula}, "levels": [],
        "literally": None,
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
    found = [seconds(workers, main_reading(), RECIPE_SEEDS) for _ in range(max(2, rounds // 5))]
    goal = f"the recipe without dropout, {RECIPE_SEEDS} seeds"
    report.row(goal, found, "s", remark=report.goal(goal, min(found), "s", most=RECIPE_MOST))
    every = {id: seconds(workers, plans.as_json(id), SEEDS) for id in plans.all_planned()}
    for id, took in every.items():
        report.row(f"{id}, {SEEDS} seeds", took, "s")
    goal = f"all {len(every)} claims, {SEEDS} seeds"
    total = sum(every.values())
    report.row(goal, total, "s", remark=report.goal(goal, total, "s", most=ALL_MOST))


def main():
    """Write `seconds.json`."""
    with (
        tempfile.TemporaryDirectory() as made,
        serve(ROOT / "_build" / "html", made) as address,
        browse() as browser,
        visit(browser, f"{address}/bench/blank.html") as blank,
    ):
        workers = Workers(blank)
        load(workers)
        found = {
            id: round(seconds(workers, plans.as_json(id), SEEDS) / SEEDS, 2)
            for id in plans.all_planned()
        }
    files.write_whole(plans.SECONDS, json.dumps(found, indent=1) + "\n")
    for id, took in found.items():
        print(f"{id}: {took:g} s a seed")


if __name__ == "__main__":
    main()
