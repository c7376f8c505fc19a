"""The explorables: complete at rest, never stuck, never silent, and within everyone's reach."""

import asyncio
import itertools
import json
import re

import IPython.display
import numpy as np
import pytest

import fitlab
from conftest import ROOT
from fitlab.display import show
from fitlab.explorables import FitExplorer, frames, sources
from fitlab.explorables import fit as fit_module
from fitlab.regression.targets import drawn_target
from mounted import figure_of

pytestmark = pytest.mark.usefixtures("no_loop_but_ours")
FOLDER = ROOT / "lib" / "fitlab" / "explorables"
SMALL = {"width": 8, "depth": 1, "max_steps": 50}
LONG = {"width": 4, "depth": 1, "dropout": 0.5, "max_steps": 20_000}  # never ends by itself


@pytest.fixture(scope="module")
def default():
    """The explorer as it stands in the book. Tests that change something take their own."""
    return FitExplorer()


# ---------------------------------------------------------------------------- at rest


def test_at_rest_it_shows_the_default_fit(default):
    fit = fitlab.fit()
    shown = {n: v for n, v in vars(fitlab.Settings()).items() if default.has_trait(n)}
    assert default.settings == {**shown, "drawing": fit_module.DRAWING}
    assert (default.state, default.message) == ("converged", fit.reason)
    assert (default.frame["step"], default.frame["pieces"]) == (fit.steps, fit.pieces)
    assert default.frame["mse"] == pytest.approx(fit.mse, rel=1e-5)
    assert len(default.frame["hinges"]) == fit.pieces - 1
    x = np.linspace(-np.pi, np.pi, len(default.frame["curve"]))
    np.testing.assert_allclose(default.frame["curve"], fit.model.predict(x), atol=1e-4)


def test_the_hinges_lie_on_the_curve(default):
    x, y = np.transpose(default.frame["hinges"])
    np.testing.assert_allclose(fitlab.fit().model.predict(x), y, atol=1e-3)


def test_a_small_one_begins_small_and_comes_back_to_it():
    explorer = FitExplorer(width=8, depth=1)
    fit = fitlab.fit(width=8, depth=1)
    assert explorer.frame["pieces"] == fit.pieces <= 9
    assert explorer.message == fit.reason
    assert "a network of width 8, depth 1" in figure_of(explorer)
    explorer._set(width=3, depth=2)
    explorer.reset()
    assert (explorer.width, explorer.depth, explorer.message) == (8, 1, fit.reason)
    assert explorer.setup["state"]["width"]["default"] == 8


def test_presets_are_offered_and_only_the_recipe_fits():
    ends = {name: fitlab.fit(**preset) for name, preset in fit_module.PRESETS.items()}
    assert {name for name, fit in ends.items() if fit.converged} == {"recipe"}
    assert ends["recipe"].settings == fitlab.Settings()
    for preset in fit_module.PRESETS.values():
        assert FitExplorer.checked(preset) == preset


NOT_OFFERED = [
    ({"width": 0}, "width=0 was given; width must be an integer from 1 to 128"),
    ({"width": 129}, "width=129"),
    ({"width": 8.5}, "width=8.5"),
    ({"depth": -1}, "depth=-1"),
    ({"depth": 9}, "depth=9"),
    ({"dropout": 0.6}, "dropout=0.6"),
    ({"dropout": float("nan")}, "dropout=nan"),
    ({"activation": "sigmoid"}, "activation='sigmoid'"),
    ({"target": "cosine"}, "target='cosine'"),
    ({"seed": -1}, "seed=-1"),
    ({"seed": 10_000}, "seed=10000 was given; seed must be an integer from 0 to 9999"),
    ({"batch": 1001}, "batch=1001"),
    ({"drawing": [0, 1]}, "a drawing of shape (2,) was given"),
    ({"drawing": [2.0] * 65}, "values up to 2; it must be 65 values within ±1.5"),
    ({"lr": 0}, "lr=0"),
    ({"batch": 0}, "batch=0"),
    ({"max_steps": 10**6}, "max_steps=1000000"),
    ({"tolerance": -1}, "tolerance=-1"),
    ({"samples": 1}, "samples=1"),
    ({"check_every": 0.5}, "check_every=0.5"),
]


@pytest.mark.parametrize(("settings", "said"), NOT_OFFERED)
def test_settings_that_are_not_offered_raise_at_the_call(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        FitExplorer(**settings)


@pytest.mark.parametrize(("settings", "said"), NOT_OFFERED)
def test_a_setting_that_is_not_offered_changes_nothing(default, settings, said):
    before = (default.settings, default.state, default.message)
    ((name, value),) = settings.items()
    with pytest.raises(ValueError, match=re.escape(said)):
        setattr(default, name, value)
    assert (default.settings, default.state, default.message) == before


def test_a_setting_that_does_not_exist_is_named():
    with pytest.raises(TypeError, match="widht"):
        FitExplorer(widht=3)


def test_it_shows_the_widget_its_figure_and_a_caption_without_an_address(default, monkeypatch):
    shown = []
    monkeypatch.setattr(
        IPython.display, "display", lambda data, **given: shown.append((data, given))
    )
    default._ipython_display_()
    (data, given), (caption, _) = shown
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.fitlab.svg+xml",
        "image/png",
        "text/plain",
    }
    assert given["metadata"]["fitlab"] == {"figure": {"explorable": "fit"}}
    assert caption["text/plain"] == default.figure_at_rest().caption
    assert "0x" not in repr(default) + data["text/plain"]
    html = figure_of(default)
    start = '<figure data-explorable="fit" data-state="rest" class="fit-figure"><svg role="img"'
    assert html.startswith(start)
    alt = re.search(r'aria-label="([^"]*)"', html)[1]
    assert f"{default.frame['step']} steps" in alt
    assert show(default.frame["mse"]) in alt
    assert f"{default.frame['pieces']} straight pieces" in alt


def test_what_is_stored_is_small_and_the_same_every_time(default):
    def stored(explorer):
        return {k: v for k, v in explorer.get_state().items() if k != "layout"}

    state, again = (json.dumps(stored(e), allow_nan=False) for e in (default, FitExplorer()))
    assert state == again
    assert "seconds" not in state
    own = {k: v for k, v in stored(default).items() if not k.startswith("_")}
    assert len(json.dumps(own)) < 26_000
    numbers = re.findall(
        r"\d\.(\d+)", json.dumps([default.frame, default.setup["targets"]["runge"]["curve"]])
    )
    assert max(map(len, numbers)) <= 10  # 0.000100123: six digits behind the zeros


# ---------------------------------------------------------------------------- settings that change


def test_every_corner_of_the_controls_ends_well():
    explorer = FitExplorer(**SMALL)
    explorer.max_steps = 25
    table = explorer.setup["state"]
    ends = [table[name]["range"] for name in ("width", "depth", "dropout")]
    corners = itertools.product(*ends, table["activation"]["choices"])
    for width, depth, dropout, activation in corners:
        explorer._set(width=width, depth=depth, dropout=dropout, activation=activation)
        assert explorer.state in {"converged", "stopped"}, explorer.message
        assert explorer.frame["step"] == 25
        assert (explorer.frame["pieces"] is None) == (activation == "tanh")
        json.dumps(explorer.get_state(), allow_nan=False)


@pytest.mark.parametrize("target", fitlab.TARGETS)
def test_every_target_can_be_chosen(target):
    explorer = FitExplorer(**SMALL)
    explorer.target = target
    known = fitlab.TARGETS[target]
    assert explorer.frame["target"] == target
    drawn = explorer.setup["targets"][target]
    assert (drawn["low"], drawn["high"]) == (known.low, known.high)
    x = np.linspace(known.low, known.high, len(drawn["curve"]))
    np.testing.assert_allclose(drawn["curve"][1:-1], known.f(x)[1:-1], atol=1e-4)
    assert known.label in figure_of(explorer)


def test_every_stop_of_the_dropout_slider_is_allowed():
    explorer = FitExplorer(**SMALL)
    for dropout in explorer.setup["state"]["dropout"]["stops"]:
        explorer.dropout = dropout
        assert explorer.state in {"converged", "stopped"}


def test_several_settings_at_once_train_once(trainings):
    explorer = FitExplorer(**SMALL)
    trainings.clear()
    explorer._set(width=3, depth=2, target="runge")
    shapes = [(t.settings.width, t.settings.depth, t.settings.target) for t in trainings]
    assert shapes == [(3, 2, "runge")]


def test_a_drawing_is_a_target():
    drawing = np.linspace(-1, 1, 65) ** 2
    explorer = FitExplorer(**{**SMALL, "max_steps": 2000}, lr=0.01)
    explorer._set(target="drawn", drawing=drawing.tolist())
    assert explorer.frame["target"] == "drawn"
    known = fitlab.fit(drawn_target(drawing), **{**SMALL, "max_steps": 2000}, lr=0.01)
    assert (explorer.state, explorer.frame["step"]) == ("converged", known.steps)
    assert explorer.frame["pieces"] == known.pieces
    x = np.linspace(-1, 1, 201)
    assert abs(np.array(explorer.frame["curve"]) - x**2).max() < 0.2
    html = figure_of(explorer)
    assert "your drawing from -1 to 1" in html


def test_a_value_between_the_stops_becomes_one():
    explorer = FitExplorer(**SMALL, lr=0.002, batch=50, dropout=0.03)
    stops = {name: explorer.setup["state"][name]["stops"] for name in ("lr", "batch", "dropout")}
    assert 0.002 in stops["lr"]
    assert 50 in stops["batch"]
    assert 0.03 in stops["dropout"]
    assert stops["lr"] == sorted(stops["lr"])


def test_the_yardstick_is_taylors():
    x = np.linspace(-np.pi, np.pi, 10_000)
    known = {5: x - x**3 / 6 + x**5 / 120, 7: x - x**3 / 6 + x**5 / 120 - x**7 / 5040}
    errors = dict(FitExplorer(**SMALL).setup["taylor"])
    for degree, polynomial in known.items():
        assert errors[degree] == pytest.approx(np.mean((polynomial - np.sin(x)) ** 2), rel=1e-5)


@pytest.mark.parametrize("name", fitlab.TARGETS)
def test_the_code_of_a_target_is_the_target(name):
    target = fitlab.TARGETS[name]
    x, y = target.samples(1_000)
    np.testing.assert_array_equal(eval(frames.CODE[name], {"np": np, "x": x}), y)


def test_a_fit_that_diverges_says_so_and_can_be_stored():
    explorer = FitExplorer(**SMALL)
    explorer.lr = 1e300
    assert explorer.state == "failed"
    assert "diverged" in explorer.message
    assert explorer.frame["mse"] is None
    json.dumps(explorer.get_state(), allow_nan=False)
    assert "not a number" in figure_of(explorer)


def test_an_error_while_training_is_never_silent(monkeypatch):
    explorer = FitExplorer(**SMALL)
    monkeypatch.setattr(fit_module, "Training", _Failing)
    explorer.width = 9
    assert (explorer.state, explorer.message) == ("failed", "the disk is full")
    explorer.step()
    assert (explorer.state, explorer.message) == ("failed", "the disk is full")


def test_steps_one_by_one_are_the_same_training():
    explorer = FitExplorer(**SMALL)
    for step in range(1, 31):
        explorer.step()
        assert (explorer.state, explorer.frame["step"]) == ("paused", step)
    assert explorer.frame["checks"][0] == FitExplorer(**SMALL).frame["checks"][0]
    assert explorer.frame["checks"][-1] == [30, explorer.frame["mse"]]
    assert "paused at step 30 of at most 50" in explorer.message
    explorer.train()  # and on to the end
    assert explorer.frame == FitExplorer(**SMALL).frame


def test_changed_settings_leave_nothing_to_go_on_with():
    explorer = FitExplorer(**SMALL)
    explorer.step()
    explorer.width = 9
    assert explorer.frame == FitExplorer(**{**SMALL, "width": 9}).frame


def test_an_unknown_command_is_said():
    explorer = FitExplorer(**SMALL)
    explorer._handle_custom_msg({"command": "dance"}, [])
    assert explorer.state == "failed"
    assert "'dance'" in explorer.message


# ---------------------------------------------------------------------------- on an event loop


def test_only_the_newest_settings_are_trained_to_the_end(trainings):
    explorer = FitExplorer(**{**SMALL, "max_steps": 1_000, "tolerance": 0})
    seen = []
    trainings.clear()
    explorer.observe(lambda change: seen.append(change.new), "frame")

    async def drag():
        for width in (100, 101, 102, 103):
            explorer.width = width
            await asyncio.sleep(0.01)
        await _settled(explorer)

    asyncio.run(drag())
    assert [t.settings.width for t in trainings if t.ending] == [103]
    assert explorer.frame == seen[-1]
    assert explorer.frame["pieces"] == fitlab.fit(**vars(trainings[-1].settings)).pieces


def test_the_loop_goes_on_while_it_trains():
    explorer = FitExplorer(**SMALL)
    ticks = []

    async def count():
        while explorer.state == "training":
            ticks.append(explorer.frame["step"])
            await asyncio.sleep(0)

    async def scenario():
        explorer._set(width=32, depth=5, dropout=0.5, max_steps=500)
        assert explorer.state == "training"
        await count()

    asyncio.run(scenario())
    new = ticks[ticks.index(SMALL["max_steps"]) + 1 :] if SMALL["max_steps"] in ticks else ticks
    new = [tick for tick in new if tick != SMALL["max_steps"]]
    assert new == sorted(new)
    assert len(set(new)) >= 3  # the frames that were shown while it trained
    assert explorer.frame["step"] == 500


def test_pause_keeps_the_curve_and_train_goes_on():
    explorer = FitExplorer(**SMALL)

    async def scenario():
        explorer._set(**LONG)
        while explorer.frame["step"] <= 100:
            await asyncio.sleep(0.01)
        explorer._handle_custom_msg({"command": "pause"}, [])
        reached = dict(explorer.frame)
        assert explorer.state == "paused"
        assert f"paused at step {reached['step']:,} of at most 20,000" in explorer.message
        assert show(reached["mse"]) in explorer.message
        assert len(reached["hinges"]) == reached["pieces"] - 1
        await asyncio.sleep(0.1)
        assert explorer.frame == reached
        explorer.pause()  # nothing to pause: nothing happens
        assert explorer.frame == reached
        explorer._handle_custom_msg({"command": "train"}, [])
        while explorer.frame["step"] <= reached["step"]:
            await asyncio.sleep(0.01)
        explorer._handle_custom_msg({"command": "step"}, [])  # from a running one: hold, and one on
        assert explorer.state == "paused"
        assert explorer.frame["checks"][: len(reached["checks"]) - 1] == reached["checks"][:-1]

    asyncio.run(scenario())


def test_pause_before_the_first_step():
    explorer = FitExplorer(**SMALL)

    async def scenario():
        explorer.train()
        explorer.pause()
        await asyncio.sleep(0.05)

    asyncio.run(scenario())
    assert (explorer.state, explorer.frame["step"]) == ("paused", 0)
    assert explorer.message.startswith("paused at step 0 of ")


def test_reset_interrupts_and_goes_back():
    explorer = FitExplorer(**SMALL)
    start = dict(explorer.frame)

    async def scenario():
        explorer._set(**LONG)
        await asyncio.sleep(0.05)
        explorer._handle_custom_msg({"command": "reset"}, [])
        await asyncio.sleep(0.05)

    asyncio.run(scenario())
    assert explorer.settings == explorer.initial
    assert (explorer.frame, explorer.state) == (start, "stopped")  # after 50 steps


def test_an_error_on_the_loop_is_never_silent(monkeypatch):
    explorer = FitExplorer(**SMALL)
    monkeypatch.setattr(fit_module, "Training", _Failing)

    async def scenario():
        explorer.width = 9
        await _settled(explorer)

    asyncio.run(scenario())
    assert (explorer.state, explorer.message) == ("failed", "the disk is full")


def test_closing_ends_the_training():
    explorer = FitExplorer(**SMALL)

    async def scenario():
        explorer._set(**LONG)
        await asyncio.sleep(0.05)
        explorer.close()
        await asyncio.sleep(0.05)
        return len(asyncio.all_tasks())

    assert asyncio.run(scenario()) == 1  # this one


async def _settled(explorer):
    async with asyncio.timeout(60):
        while explorer.state == "training":
            await asyncio.sleep(0.01)


@pytest.fixture
def trainings(monkeypatch):
    """All Trainings that were begun, in order; no two of them run at a time."""
    begun = []

    class Recorded(fit_module.Training):
        def __init__(self, settings):
            super().__init__(settings)
            begun.append(self)

        def advance(self, most):
            assert self is begun[-1], "two fits at a time"
            super().advance(most)

    monkeypatch.setattr(fit_module, "Training", Recorded)
    return begun


class _Failing(fit_module.Training):
    def advance(self, most):
        raise RuntimeError("the disk is full")


# ---------------------------------------------------------------------------- the module


def test_the_module_is_its_files_without_their_imports():
    parts = sources.parts("explorables/fit")
    source = sources.module("explorables/fit")
    assert "import {" not in source
    assert source.count("export default") == 1
    assert FitExplorer._esm == source
    assert [*parts][-1] == "explorables/fit"
    assert sources.joined(parts.values()) == source


def test_joined_files_keep_their_own_names_and_come_once(tmp_path, node):
    """Two files with the same private and exported names, a third that both need, two folders."""
    files = {
        "kit/count": "let count = 0;\nexport const next = () => (count += 1);\n"
        "export const first = next();\n",
        "kit/a": 'import { next } from "./count.mjs";\nconst name = "a";\n'
        "export function said() {\n  return name + next();\n}\n",
        "engine/b": 'import {\n  first, next as following,\n} from "../kit/count.mjs";\n'
        'const name = "b";\nexport const said = () => name + first + following();\n',
        "own/both": 'import { said as one } from "../kit/a.mjs";\n'
        'import { said } from "../engine/b.mjs";\nconst name = "both";\n'
        "export default [name, one(), said()].join();\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.mjs").write_text(text)
    assert [*sources.parts("own/both", tmp_path)] == ["kit/count", "kit/a", "engine/b", "own/both"]
    body = sources.module("own/both", tmp_path).replace("export default", "return")
    assert node(f"(() => {{ {body} }})()") == "both,a2,b13"


@pytest.mark.parametrize(
    ("main", "imported", "words"),
    [
        ('import * as d3 from "d3";', "", "import of another form"),
        ('import d3 from "./other.mjs";', "", "import of another form"),
        ('export { own } from "./other.mjs";', "", "export of another form"),
        ('import { own } from "./other.mjs";', "export default {};", "export of another form"),
        ('import { own } from "./other.mjs";', "export let own = 1;", "export of another form"),
        (
            'import { own } from "./other.mjs";',
            "const own = 1;\nexport { own };",
            "export of another",
        ),
        (
            'import { own } from "./other.mjs";',
            'import { a } from "./main.mjs";',
            "import each other",
        ),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path, main, imported, words):
    (tmp_path / "main.mjs").write_text(f"{main}\nexport default {{}};\n")
    (tmp_path / "other.mjs").write_text(f"{imported}\n")
    with pytest.raises(ValueError, match=words):
        sources.module("main", tmp_path)


def test_a_long_way_between_two_checks_is_gone_in_slices():
    """Or the kernel would hear nothing for as long: 3,000 steps, and a look at each slice."""
    explorer = FitExplorer(width=8, depth=1, check_every=3_000, max_steps=3_000, tolerance=0)
    explorer._begin()
    explorer.state = "training"
    steps = [explorer._training.steps for _ in explorer._slices()]
    assert steps[0] <= 25
    assert len(steps) > 3
    assert explorer.frame["step"] == steps[-1] == 3_000
