"""Whoever calls `fit` is shown its settings: by help(), and by an editor that reads types."""

import inspect
import re
import subprocess
import sys
from dataclasses import fields
from typing import get_type_hints

import pytest

import fitlab
from conftest import ROOT
from fitlab import Settings
from fitlab.engine import Engine
from fitlab.regression.settings import (
    REASONS,
    Ending,
    SettingsKeywords,
    TrainingKeywords,
    reason,
    show_settings,
)
from fitlab.regression.symmetry import fit_symmetric

CALLED_WITH_SETTINGS = [fitlab.fit, fitlab.fit_stream, fitlab.grid, fit_symmetric, Engine]
OURS = {
    "fit": ["target", "on_progress"],
    "fit_stream": ["target", "curve_points"],
    "grid": ["widths", "depths", "seeds", "target"],
    "fit_symmetric": ["symmetry", "target"],
    "Engine": ["target"],
}


def test_the_keywords_are_the_fields_with_their_types():
    hints = get_type_hints(Settings)
    assert get_type_hints(SettingsKeywords) == {n: t for n, t in hints.items() if n != "target"}
    swept = {"target", "width", "depth", "seed"}
    assert get_type_hints(TrainingKeywords) == {n: t for n, t in hints.items() if n not in swept}


@pytest.mark.parametrize("function", CALLED_WITH_SETTINGS, ids=lambda f: f.__name__)
def test_help_shows_every_setting_with_its_type_and_default(function):
    parameters = inspect.signature(function).parameters
    given = OURS[function.__name__]
    swept = {"width", "depth", "seed"} if "widths" in given else set()
    shown = [f for f in fields(Settings) if f.name not in swept and f.name not in given]
    assert list(parameters) == [*given, *(f.name for f in shown)]
    for field in shown:
        parameter = parameters[field.name]
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert (parameter.default, parameter.annotation) == (field.default, field.type)


def test_only_what_says_its_settings_can_be_shown_with_them():
    with pytest.raises(ValueError, match="unpack"):
        show_settings(lambda **settings: None)


TYPED = """\
import collections.abc
import fitlab
from fitlab.engine import Engine
from fitlab.regression.settings import Ending

fitlab.fit("sine", width=3, lr=1e-2, seed=1)
fitlab.fit(widht=3)  # error
fitlab.fit(width="3")  # error
fitlab.fit(on_progress=lambda progress: print(progress.mse + 1))
fitlab.fit(on_progress=lambda progress: print(progress.nothing))  # error
fitlab.fit_stream(depth=2, curve_points=11)
fitlab.fit_stream(dept=2)  # error
fitlab.grid((1, 2), (1,), range(3), tolerance=0, max_steps=75)
fitlab.grid((1, 2), (1,), range(3), width=3)  # error
fitlab.sweep(fitlab.grid((1,), (1,), (0,)), directory="rows", together=2)
fitlab.sweep([{"width": 8}])  # error
data = fitlab.Examples.from_csv("table.csv", answer="kind", held_out=0.2)
share: float = fitlab.fit(data, optimizer="sgd", dealing="epochs", start="he").accuracy
fitlab.fit(data, optimiser="sgd")  # error
fitlab.Examples.from_csv("table.csv", answer=2.5)  # error
fitlab.MLP(8, 1, inputs="2")  # error
side: int = fitlab.CNN(channels=(4, 8)).side
Engine("sine", width=3, activation="tanh")
Engine(activaton="tanh")  # error
steps: int = fitlab.fit().steps
text: str = fitlab.fit().steps  # error
reason: str = fitlab.fit().reason
ending: Ending = fitlab.fit().ending
mse: float = fitlab.sweep([fitlab.Settings()])[0].mse
row: str = fitlab.sweep([fitlab.Settings()])[0].mse  # error
number: int = len(fitlab.linear_pieces(fitlab.MLP(3, 1), -1, 1))
fitlab.MLP(width="3", depth=1)  # error
fitlab.taylor(0.5, degree="3")  # error
fitlab.entropy([0.5, 0.5], base=2)
fitlab.entropy([0.5, 0.5], bas=2)  # error
joint: str = fitlab.affinities([[0.0], [1.0], [3.0]], 2).joint  # error
"""


def test_a_type_checker_sees_the_settings_and_the_results(tmp_path):
    """Which lines of a small program it refuses, and no others."""
    program = tmp_path / "program.py"
    program.write_text(TYPED, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", str(program)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    refused = {int(line) for line in re.findall(r"program\.py:(\d+): error", run.stdout)}
    lines = enumerate(TYPED.splitlines(), start=1)
    assert refused == {number for number, line in lines if line.endswith("# error")}, run.stdout


# ---------------------------------------------------------------------------- how it ends


def test_every_ending_has_its_reason():
    assert list(REASONS) == list(Ending)
    for ending in Ending:
        assert "{" not in reason(Settings(), ending, 100, 1e-4)


def test_a_fit_and_a_row_say_how_they_ended():
    settings = Settings(width=3, depth=1, max_steps=25)
    (row,) = fitlab.sweep([settings])
    result = fitlab.fit(**vars(settings))
    assert row.ending is result.ending is Ending.OUT_OF_STEPS
    assert (row.converged, row.reason) == (result.converged, result.reason)
