"""Formulas say what NumPy says, in Python and in the page; levels judge alike."""

import json
import math

import numpy as np
import pytest

from fitlab.claims import Verdict, formulas
from fitlab.claims.formulas import Constant, Trial, largest, smallest, together
from fitlab.claims.strip import ByLevels, Level

A, B = np.array([1.0, 4.0, -2.0, 4.0]), np.array([2.0, 3.0, 0.5, 4.0])
a, b = Trial("sine")("steps"), Trial("sine", width=8)("MSE", 3)
FORMULAS = [
    (a + b, A + B),
    (a - b, A - B),
    (1 - a, 1 - A),
    (100 * a, 100 * A),
    (a * 2, 2 * A),
    (a / b, A / B),
    (a + 1, A + 1),
    (a < b, A < B),
    (a > b, A > B),
    (a <= b, A <= B),
    (a >= 4, A >= 4),
    (abs(a), np.abs(A)),
    (smallest(a, b, 3), np.minimum(np.minimum(A, B), 3)),
    (largest(a, b), np.maximum(A, B)),
    (together(a, 7, b), [*A, 7, *B]),
    (a.median(), 2.5),
    (a.lowest(), -2),
    (a.highest(), 4),
    ((a < b).percent(), 50),
    (together(a.median() < 3, a > 3).percent(), 60),
    (a.spread(), {"median": 2.5, "min": -2, "max": 4}),
    (Constant(math.hypot, 3, 4) + 1, 6),
    (largest(a.highest(), b.lowest()), 4),
]


def measured(trial, name, arguments):
    return {("steps", ()): A, ("MSE", (3,)): B}[name, arguments]


@pytest.mark.parametrize(("formula", "value"), FORMULAS, ids=lambda given: repr(given)[:60])
def test_a_formula_is_evaluated_seed_by_seed(formula, value):
    found = formulas.evaluated(formula, measured)
    if isinstance(value, dict):
        assert found == value
    else:
        np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(value, dtype=float))


def plain(formula):
    """As the page gets it; both trials by their measures."""
    if isinstance(formula, Constant):
        return formula.value
    if not isinstance(formula, formulas.Formula):
        return formula
    op, *parts = formula.tree
    if op == "measure":
        return [op, 0 if parts[1] == "steps" else 1, *parts[1:]]
    return [op, *map(plain, parts)]


def test_the_page_evaluates_them_alike(node):
    given = json.dumps([plain(formula) for formula, _ in FORMULAS])
    found = node(
        f"{given}.map((each) => evaluated(each, (trial) => "
        f"[{json.dumps(A.tolist())}, {json.dumps(B.tolist())}][trial]))"
    )
    for page, (_, value) in zip(found, FORMULAS, strict=True):
        if isinstance(value, dict):
            assert page == value
        else:
            np.testing.assert_allclose(page, np.asarray(value, dtype=float))


def test_the_page_has_the_same_operations_and_verdicts(node):
    assert node("Object.keys(OPERATIONS)") == list(formulas.OPERATIONS)
    assert node("VERDICTS") == list(map(str, Verdict))


def test_the_trials_of_a_formula_are_found():
    tasks = [trial.key for trial in formulas.trials_in(together(a + 1, b.spread(), a))]
    assert tasks == [("sine",), ("sine", ("width", 8)), ("sine",)]
    assert formulas.trials_in(Constant(int, 7) + 3) == []


NUMBERS = {"share": 90.0, "mse": {"median": 2.0, "min": 1.0, "max": 5.0}, "line": 2.0}
LEVELS = [
    ((Level(90, at_least=("share",)),), Verdict.HOLDS),
    ((Level(90, at_least=("share",), strict=True),), Verdict.FAILS),
    ((Level(3, at_most=("mse",), otherwise=Verdict.CAVEAT),), Verdict.CAVEAT),
    ((Level(3, at_most=("mse",), median=True),), Verdict.HOLDS),
    ((Level("mse", at_least=("line",)),), Verdict.HOLDS),
    ((Level("mse", plus=0.5, at_least=("line",)),), Verdict.FAILS),
    ((Level(0, "a line that decides nothing"),), Verdict.HOLDS),
    (
        (
            Level(95, at_least=("share",), otherwise=Verdict.CAVEAT),
            Level(50, at_least=("share",), strict=True),
        ),
        Verdict.CAVEAT,
    ),
    (
        (
            Level(95, at_least=("share",), otherwise=Verdict.CAVEAT),
            Level(92, at_least=("share",)),
        ),
        Verdict.FAILS,
    ),
]


@pytest.mark.parametrize(("levels", "verdict"), LEVELS)
def test_levels_judge_by_the_worst_that_is_missed(node, levels, verdict):
    assert ByLevels(levels)(NUMBERS) == verdict
    given = [
        {
            "value": level.value, "plus": level.plus, "at_least": level.at_least,
            "at_most": level.at_most, "median": level.median, "strict": level.strict,
            "otherwise": level.otherwise,
        }
        for level in levels
    ]  # fmt: skip
    assert node(f"judged({json.dumps(given)}, {json.dumps(NUMBERS)})") == verdict


def test_what_is_no_number_passes_no_level():
    assert ByLevels((Level(0, at_least=("x",)),))({"x": math.nan}) == Verdict.FAILS
