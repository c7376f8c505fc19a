"""What the page computes by itself: the same samples, pieces, words and code as the library's."""

import json
import re
import subprocess
import sys
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

import fitlab
from copied_cells import said_by
from fitlab.display import show_below, show_level
from fitlab.engine import ACTIVATIONS, ENDINGS, WASM
from fitlab.explorables import FitExplorer
from fitlab.explorables.fit import WORDS
from fitlab.regression import settings as rules
from fitlab.regression.targets import drawn_target

SMALL = {"width": 4, "depth": 1, "max_steps": 25}
DRAWING = np.round(np.cumsum(np.random.default_rng(0).normal(size=65)) / 12, 3).clip(-1.5, 1.5)


@pytest.fixture(scope="module")
def setup():
    """What the view gets from a FitExplorer, as JSON."""
    return json.dumps(FitExplorer(**SMALL).setup)


# ---------------------------------------------------------------------------- samples and pieces


@pytest.mark.parametrize("name", fitlab.TARGETS)
def test_the_samples_are_the_librarys(node, name):
    target = fitlab.TARGETS[name]
    x, y = target.samples(1_001)
    interval = json.dumps({"low": target.low, "high": target.high})
    got_x, got_y = node(
        f"(() => {{ const x = [...evenly({interval}, 1001)];"
        f"return [x, x.map(FORMULAS.{name})]; }})()"
    )
    np.testing.assert_array_equal(got_x, x)
    np.testing.assert_allclose(got_y, y, rtol=0, atol=3e-16)  # sin differs in its last bit


def test_a_drawing_is_the_same_function(node):
    x = np.random.default_rng(1).uniform(-1, 1, 300)
    x = np.concatenate([x, np.linspace(-1, 1, 65)])
    got = node(f"{json.dumps(x.tolist())}.map(drawnLine({json.dumps(DRAWING.tolist())}))")
    np.testing.assert_allclose(got, drawn_target(DRAWING).f(x), atol=1e-14)


@pytest.mark.parametrize(
    ("width", "depth", "activation"),
    [
        (1, 0, "relu"), (1, 1, "relu"), (5, 1, "relu"), (16, 2, "relu"), (7, 8, "relu"),
        (64, 5, "relu"), (8, 3, "identity"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("trained", [False, True])
def test_the_pieces_are_the_librarys(node, width, depth, activation, trained):
    steps = 200 if trained else 1
    settings = {"width": width, "depth": depth, "activation": activation}
    model = fitlab.fit(**settings, max_steps=steps, tolerance=0, seed=5).model
    parameters = torch.nn.utils.parameters_to_vector(model.parameters()).tolist()
    known = fitlab.linear_pieces(model, -np.pi, np.pi)
    interval = json.dumps({"low": -np.pi, "high": np.pi})
    found = node(
        f"linearPieces(Float64Array.from({json.dumps(parameters)}), {json.dumps(settings)}, "
        f"{interval})"
    )
    assert len(found["slopes"]) == len(known)
    np.testing.assert_allclose(found["knots"], known.knots, atol=1e-9)
    np.testing.assert_allclose(found["slopes"], known.slopes, atol=1e-9)
    np.testing.assert_allclose(found["intercepts"], known.intercepts, atol=1e-9)


def test_the_worker_numbers_things_as_the_engine_does(node):
    source = (WASM.parent / "serve.mjs").read_text(encoding="utf-8")
    assert json.loads(re.search(r"const ENDINGS = (\[.*?\]);", source)[1]) == ENDINGS
    assert node("ACTIVATIONS") == ACTIVATIONS


# ---------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("ending", "settings"),
    [
        ("converged", {}),
        ("diverged", {"lr": 0.3}),
        ("dead", {}),
        ("out of steps", {}),
        ("out of steps", {"depth": 0}),
        ("out of steps", {"activation": "identity"}),
        ("out of steps", {"dropout": 0.05}),
        ("out of steps", {"width": 15}),
        ("out of steps", {"width": 2, "dropout": 0.5}),
    ],
)
@pytest.mark.parametrize("mse", [4.9999e-4, 4.96e-4, 1.2345e-9, 0.50001, 0.0123])
def test_the_page_says_why_it_stopped_in_the_librarys_words(node, ending, settings, mse):
    if ending == "converged" and mse >= 5e-4:
        mse /= 1e4
    settings = rules.Settings(**settings)
    reason = rules.reason(settings, ending, 1234, mse)
    words = {"reasons": rules.REASONS, "advice": rules.ADVICE}
    frame = {"step": 1234, "mse": mse}
    arguments = ", ".join(json.dumps(value) for value in (ending, frame, vars(settings), words))
    said = node(f"[typeset(reason({arguments})), typeset({json.dumps(reason)})]")
    assert said[0] == said[1]


def test_every_ending_has_a_reason():
    assert set(rules.REASONS) == set(ENDINGS) - {None}
    assert set(WORDS) > set(rules.REASONS)


def test_levels_are_written_as_the_book_writes_them(node):
    values = [5e-4, 2.5e-4, 1e-3, 0.1, 1.0, 3e-12]
    said = node(f"{json.dumps(values)}.map(level)")
    assert said == [node(f"typeset({json.dumps(show_level(v))})")[:-1] for v in values]
    below = [(4.99e-4, 5e-4), (4.999e-4, 5e-4), (9.9999e-2, 0.1), (1e-9, 5e-4)]
    said = node(f"{json.dumps(below)}.map(([value, limit]) => showBelow(value, limit))")
    assert said == [node(f"typeset({json.dumps(show_below(*pair))})")[:-1] for pair in below]


def test_as_good_as_which_taylor_polynomial(node, setup):
    """Nearest on a logarithmic scale, as in the claim as-good-as-degree-7."""
    frames = [{"target": "sine", "mse": mse} for mse in (0.3, 1.9e-2, 3.0e-4, 2.2e-6, None, 0)]
    frames.append({"target": "runge", "mse": 1e-4})
    degrees = node(f"{json.dumps(frames)}.map((f) => taylorDegree(f, {setup}.taylor))")
    assert degrees[1:4] == ["T₅", "T₇", "T₉"]
    assert degrees[4:] == ["–", "–", "–"]


# ---------------------------------------------------------------------------- the address


# what an address says beside what is as at the start, in the form that readers have shared
SAID = [
    ("seed=0", {}),
    ("seed=9999&width=128&depth=0", {"width": 128, "depth": 0, "seed": 9999}),
    (
        "target=runge&activation=tanh&dropout=0.5&lr=0.0003&batch=1000&seed=0",
        {"dropout": 0.5, "lr": 0.0003, "batch": 1000, "activation": "tanh", "target": "runge"},
    ),
    (
        f"target=drawn&seed=0&drawing={'u4AA' * 32}Xc",
        {"target": "drawn", "drawing": [1.5, -1.5] * 32 + [0]},
    ),
]


def _in_address(node, setup, changes):
    """The settings with these changes, what an address says of them, and what comes back."""
    return node(
        f"(() => {{ const setup = {setup}, form = formOf(setup, ['seed']);"
        f"const settings = {{...initialOf(setup), ...{json.dumps(changes)}}};"
        "const texts = form.toText(settings);"
        "return [settings, new URLSearchParams(texts).toString(), form.fromText(texts)]; })()"
    )


@pytest.mark.parametrize(("text", "changes"), SAID, ids=[text[:40] for text, _ in SAID])
def test_an_address_says_the_seed_and_what_differs(node, setup, text, changes):
    settings, written, again = _in_address(node, setup, changes)
    assert sorted(parse_qsl(written)) == sorted(parse_qsl(text))
    assert again == settings
    assert len(written) < 250


def test_a_drawing_that_is_not_the_target_is_left_out(node, setup):
    changes = {"target": "step", "drawing": DRAWING.tolist()}
    settings, written, again = _in_address(node, setup, changes)
    assert sorted(parse_qsl(written)) == [("seed", "0"), ("target", "step")]
    assert again == {**settings, "drawing": [0] * 65}


def test_a_drawing_comes_back_as_it_was_drawn(node, setup):
    settings, written, again = _in_address(
        node, setup, {"target": "drawn", "drawing": DRAWING.tolist()}
    )
    assert again == settings
    assert len(written) < 250


@pytest.mark.parametrize(
    "values",
    [
        {"width": "0"}, {"width": "129"}, {"width": "8.5"}, {"width": "many"}, {"depth": "-1"},
        {"depth": ""}, {"dropout": "0.6"}, {"dropout": "NaN"}, {"seed": "1e9"}, {"lr": "-1"},
        {"lr": "11"}, {"activation": "sigmoid"}, {"target": "toString"},
        {"target": "drawn", "drawing": "AA"}, {"target": "drawn", "drawing": "__" * 65},
        {"target": "drawn", "drawing": "é!" * 65}, {"width": "9", "depth": "9"},
    ],
)  # fmt: skip
def test_an_address_that_says_something_wrong_means_nothing(node, setup, values):
    assert node(f"formOf({setup}, ['seed']).fromText({json.dumps(values)})") is None


@pytest.mark.parametrize("values", [{"samples": "7"}, {"max_steps": "9"}, {"nonsense": "1"}, {}])
def test_what_no_control_changes_is_as_at_the_start(node, setup, values):
    read, initial = node(
        f"(() => {{ const setup = {setup};"
        f"return [formOf(setup).fromText({json.dumps(values)}), initialOf(setup)]; }})()"
    )
    assert read == initial


# ---------------------------------------------------------------------------- the pen


def test_a_stroke_is_straight_whichever_way_it_goes(node):
    drawn = node("[drawnBetween(Array(9).fill(0), [2, 1], [6, 3]),"
                 "drawnBetween(Array(9).fill(0), [6, 3], [2, 1]),"
                 "drawnBetween(Array(3).fill(0), [1, 5], [1, 5])]")  # fmt: skip
    assert drawn[0] == drawn[1] == [0, 0, 1, 1.5, 2, 2.5, 3, 0, 0]
    assert drawn[2] == [0, 5, 0]


def test_a_key_bends_the_curve_and_not_a_single_point(node):
    bent = node("bent(Array(11).fill(0), 5, 1)")
    assert bent[5] == 1
    assert bent == bent[::-1]
    assert np.all(np.diff(bent[:6]) >= 0)
    assert sum(value > 0 for value in bent) == 7


# ---------------------------------------------------------------------------- copy as PyTorch


COPIED = [
    {},
    {"width": 16, "depth": 2, "seed": 3},
    {"width": 12, "depth": 1, "activation": "tanh", "target": "runge", "lr": 0.01},
    {"width": 32, "depth": 2, "dropout": 0.05, "max_steps": 75},
    {"width": 8, "depth": 2, "target": "step", "batch": 7, "max_steps": 60},
    {"depth": 0, "target": "sawtooth", "max_steps": 100},
    {"width": 24, "depth": 2, "target": "drawn", "drawing": DRAWING.tolist()},
    {"width": 32, "depth": 3, "lr": 1e8, "max_steps": 100, "activation": "identity"},
    {"width": 2, "depth": 5, "seed": 1},  # dead
    {"width": 2, "depth": 1, "batch": 1, "lr": 1e3, "max_steps": 50, "check_every": 7},
]


def with_changes(changes):
    """All settings and a drawing, as the page knows them."""
    return {**vars(rules.Settings()), "drawing": [0.0] * 65, **changes}


@pytest.fixture(scope="module")
def printed(node, setup):
    """What each copied cell prints, in one Python, each with names of its own."""
    return said_by([node(f"pytorchCell({setup}, {json.dumps(with_changes(c))})") for c in COPIED])


@pytest.mark.parametrize("i", range(len(COPIED)), ids=lambda i: str(COPIED[i])[:60])
def test_the_copied_cell_reaches_the_same_mse(printed, i):
    settings = with_changes(COPIED[i])
    drawing = settings.pop("drawing")
    if settings["target"] == "drawn":
        settings["target"] = drawn_target(drawing)
    fit = fitlab.fit(**settings)
    steps, mse = re.fullmatch(r"(\d+) steps, MSE (\S+)\n", printed[i]).groups()
    assert int(steps) == fit.steps
    assert float(mse) == pytest.approx(fit.mse, rel=6e-3, nan_ok=True)


def test_every_way_to_end_is_copied():
    fits = [fitlab.fit(**changes) for changes in COPIED if "drawing" not in changes]
    assert {fit.ending for fit in fits} == set(rules.Ending)


def test_the_cell_is_a_program_by_itself(setup):
    cell = json.loads(setup)["cell"]
    assert "fitlab" not in cell
    command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", "cell.py", "-"]
    run = subprocess.run(command, input=cell, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
