"""The explorables: complete at rest, never stuck, never silent, and within everyone's reach."""

import asyncio
import contextlib
import itertools
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import fitlab
from conftest import ROOT
from fitlab.explorables import FitExplorer, frames, sources
from fitlab.explorables import fit as fit_module
from fitlab.numbers import show

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
    settings = {n: getattr(fitlab.Settings(), n) for n in fit_module.NAMES}
    assert default.settings == {**settings, "drawing": fit_module.DRAWING}
    assert (default.state, default.message) == ("converged", fit.reason)
    assert (default.frame["step"], default.frame["pieces"]) == (fit.steps, fit.pieces)
    assert default.frame["mse"] == pytest.approx(fit.mse, rel=1e-5)
    assert len(default.frame["hinges"]) == fit.pieces - 1
    x = np.linspace(-np.pi, np.pi, len(default.frame["curve"]))
    np.testing.assert_allclose(default.frame["curve"], fit.model.predict(x), atol=1e-4)


def test_the_hinges_lie_on_the_curve(default):
    x, y = np.transpose(default.frame["hinges"])
    np.testing.assert_allclose(fitlab.fit().model.predict(x), y, atol=1e-3)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
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
    ],
)
def test_settings_that_are_not_offered_raise_at_the_call(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        FitExplorer(**settings)


def test_a_setting_that_does_not_exist_is_named():
    with pytest.raises(TypeError, match="widht"):
        FitExplorer(widht=3)


def test_its_bundle_holds_the_widget_the_figure_and_words_without_an_address(default):
    data, _ = default._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }
    assert data["text/plain"] == repr(default)
    assert "0x" not in repr(default)
    html = data["text/html"]
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
        r"\d\.(\d+)", json.dumps([default.frame, default.targets["runge"]["curve"]])
    )
    assert max(map(len, numbers)) <= 10  # 0.000100123: six digits behind the zeros


# ---------------------------------------------------------------------------- settings that change


def test_every_corner_of_the_controls_ends_well():
    explorer = FitExplorer(**SMALL)
    explorer.max_steps = 25
    choices = explorer.choices
    corners = itertools.product(
        choices["width"], choices["depth"], choices["dropout"][:: len(choices["dropout"]) - 1],
        choices["activation"],
    )  # fmt: skip
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
    drawn = explorer.targets[target]
    assert (drawn["low"], drawn["high"]) == (known.low, known.high)
    x = np.linspace(known.low, known.high, len(drawn["curve"]))
    np.testing.assert_allclose(drawn["curve"][1:-1], known.f(x)[1:-1], atol=1e-4)
    assert known.label in explorer._repr_mimebundle_()[0]["text/html"]


def test_every_stop_of_the_dropout_slider_is_allowed():
    explorer = FitExplorer(**SMALL)
    for dropout in explorer.choices["dropout"]:
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
    assert (explorer.state, explorer.frame["pieces"]) == ("converged", explorer.frame["pieces"])
    x = np.linspace(-1, 1, 201)
    assert abs(np.array(explorer.frame["curve"]) - x**2).max() < 0.2
    html = explorer._repr_mimebundle_()[0]["text/html"]
    assert "your drawing from -1 to 1" in html


def test_a_value_between_the_stops_becomes_one():
    explorer = FitExplorer(**SMALL, lr=0.002, batch=50, dropout=0.03)
    assert 0.002 in explorer.choices["lr"]
    assert 50 in explorer.choices["batch"]
    assert 0.03 in explorer.choices["dropout"]
    assert explorer.choices["lr"] == sorted(explorer.choices["lr"])


def test_the_yardstick_is_taylors():
    x = np.linspace(-np.pi, np.pi, 10_000)
    known = {5: x - x**3 / 6 + x**5 / 120, 7: x - x**3 / 6 + x**5 / 120 - x**7 / 5040}
    errors = dict(FitExplorer(**SMALL).taylor)
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
    assert "not a number" in explorer._repr_mimebundle_()[0]["text/html"]


def test_a_setting_that_is_not_offered_is_said_and_can_be_left():
    explorer = FitExplorer(**SMALL)
    explorer.width = 500
    assert explorer.state == "failed"
    assert "width must be an integer from 1 to 128" in explorer.message
    explorer.width = 6
    assert explorer.state in {"converged", "stopped"}


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
    assert len(ticks) >= 20  # one for each slice of 25 steps
    assert ticks == sorted(ticks) or ticks[0] == SMALL["max_steps"]
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
    assert (explorer.state, explorer.message) == ("ready", "nothing was trained yet")


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
    source = sources.module("fit")
    assert "import {" not in source
    assert source.count("export default") == 1
    assert FitExplorer._esm == source
    assert [*sources.parts("fit")][-1] == "fit"
    assert sources.joined(sources.parts("fit").values()) == source


def test_a_file_that_two_others_import_comes_once_and_first(tmp_path):
    (tmp_path / "kit.mjs").write_text("export const one = 1;\n")
    for name, imported in (("a", "kit"), ("b", "kit")):
        text = f'import {{ one }} from "./{imported}.mjs";\nexport const {name} = one;\n'
        (tmp_path / f"{name}.mjs").write_text(text)
    both = 'import { a } from "./a.mjs";\nimport { b } from "./b.mjs";\nexport default a + b;\n'
    (tmp_path / "both.mjs").write_text(both)
    assert [*sources.parts("both", tmp_path)] == ["kit", "a", "b", "both"]
    joined = sources.module("both", tmp_path)
    words = " ".join(joined.split())
    assert words == "const one = 1; const a = one; const b = one; export default a + b;"


def test_an_import_that_cannot_be_joined_is_refused(tmp_path):
    (tmp_path / "other.mjs").write_text('import * as d3 from "d3";\nexport default {};\n')
    with pytest.raises(ValueError, match="cannot be joined"):
        sources.module("other", tmp_path)


def test_the_view_counts_parameters_as_the_network_does(node):
    shapes = [(1, 0), (1, 1), (1, 8), (7, 3), (64, 5), (128, 8)]
    counted = node(
        f"{json.dumps(shapes)}.map(([width, depth]) => parameterCount({{width, depth}}))"
    )
    assert counted == [fitlab.MLP(width, depth).parameter_count for width, depth in shapes]


def test_the_view_writes_numbers_as_the_book_does(node):
    values = (10 ** np.random.default_rng(0).uniform(-9, 3.9, 100)).tolist()
    shown = node(f"{json.dumps(values)}.map((value) => show(value))")
    said = node(f"{json.dumps([show(v).replace(',', '') for v in values])}.map(typeset)")
    assert [s + "." for s in shown] == said


def test_messages_become_sentences(node):
    said = node('typeset("reached MSE 1.0e-4 < 5e-4 after 100 steps")')
    assert said == "Reached MSE 1.0 × 10⁻⁴ < 5 × 10⁻⁴ after 100 steps."
    assert node('[show(null), show(NaN), show(0), integer(16833), short(-0.5)]') == [
        "not a number", "not a number", "0", "16,833", "−0.5",
    ]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-1.5, 1.5), (0, 1), (0, 5000), (-1e-3, 2e-3)])
def test_ticks_are_round_evenly_spaced_and_inside(node, low, high):
    found = node(f"ticks({low}, {high})")
    values = [tick["value"] for tick in found]
    assert 3 <= len(values) <= 8
    assert low - 1e-9 <= min(values) <= max(values) <= high + 1e-9
    np.testing.assert_allclose(np.diff(values), values[1] - values[0], rtol=1e-6)
    assert all(len(tick["label"]) <= 6 for tick in found)


def test_the_axis_of_an_angle_has_multiples_of_pi(node):
    assert [tick["label"] for tick in node("ticks(-Math.PI, Math.PI)")] == [
        "−π", "−π/2", "0", "π/2", "π",
    ]  # fmt: skip


def test_a_line_breaks_where_the_value_is_not_a_number(node):
    assert node("linePath([[0, 1], [1, 2], [2, null], [3, 4]])") == "M0.0 1.0L1.0 2.0M3.0 4.0"


# ---------------------------------------------------------------------------- the view

HOST = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>An explorable</title>
<style>{page_css}</style><style>{css}</style></head>
<body data-jp-theme-light="{is_light}"><main><h1>An explorable</h1><div id="place"></div></main>
<script>
const state = {state}, handlers = new Set();
window.model = {{  // the part of anywidget's model that a view may use
  saved: [], sent: [], pending: {{}}, handlers,
  get: (key) => state[key],
  set(key, value) {{ state[key] = value; this.pending[key] = value; this.tell(); }},
  save_changes() {{ this.saved.push(this.pending); this.pending = {{}}; }},
  send(message) {{ this.sent.push(message); }},
  on(name, f) {{ if (name === "change") handlers.add(f); }},
  off(name, f) {{ handlers.delete(f); }},
  tell() {{ for (const f of handlers) f(); }},
  receive(changes) {{ Object.assign(state, changes); this.tell(); }},
}};
const url = URL.createObjectURL(new Blob([{esm}], {{ type: "text/javascript" }}));
import(url).then(({{ default: {{ render }} }}) => {{
  window.leave = render({{ model, el: document.getElementById("place") }});
}});
</script></body></html>"""

BOOK = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
LAB = {  # what JupyterLab's two themes define
    "light": "body { color: #000; background: #fff; --jp-ui-font-color1: rgba(0,0,0,.87);"
    "--jp-ui-font-color2: rgba(0,0,0,.54); --jp-layout-color0: #fff }",
    "dark": "body { color: #fff; background: #111; --jp-ui-font-color1: rgba(255,255,255,1);"
    "--jp-ui-font-color2: rgba(255,255,255,.7); --jp-layout-color0: #111 }",
}


@pytest.fixture
def mount(browser, default):
    """A function that shows an explorer on a bare page, with a model that notes what it is told."""
    with contextlib.ExitStack() as stack:

        def show_page(explorer=default, theme="light", width=1280, page_css=None):
            state = {k: v for k, v in explorer.get_state().items() if not k.startswith("_")}
            html = HOST.format(
                theme=theme, is_light="true" if theme == "light" else "false", css=explorer._css,
                page_css=LAB[theme] if page_css is None else page_css,
                state=json.dumps(state), esm=json.dumps(explorer._esm),
            )  # fmt: skip
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
            stack.callback(page.close)
            errors = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: errors.append(message.text))
            stack.callback(lambda: _no_errors(errors))
            page.set_content(html)
            page.wait_for_selector(".fit-curve svg svg")
            return page

        yield show_page


def _no_errors(errors):
    assert errors == []


def _saved(page):
    return page.evaluate("model.saved.splice(0)")


def test_the_root_carries_the_contract(mount, default):
    root = mount().locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "fit",
        "state": "converged",
        "step": str(default.frame["step"]),
        "mse": str(default.frame["mse"]),
        "seed": "0",
    }


def test_everything_is_within_reach_of_the_keyboard(mount):
    page = mount()
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        reached.append(
            focused.evaluate("e => e.labels?.[0]?.firstChild.textContent ?? e.textContent")
        )
        assert focused.get_attribute("data-lm-suppress-shortcuts") == "true"
        outline = focused.evaluate("e => getComputedStyle(e).outlineStyle")
        assert outline == "solid", f"{reached[-1]} shows no focus"
    assert reached == [
        "width", "depth", "dropout", "learning rate", "batch", "seed", "activation", "target",
        "Train", "Pause", "Step", "Reset", "Copy as PyTorch", "The curve as a table",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key", "expected", "words"),
    [
        ("width", "ArrowRight", 65, "65 units in a layer"),
        ("width", "Home", 1, "1 unit in a layer"),
        ("width", "End", 128, "128 units in a layer"),
        ("depth", "ArrowLeft", 4, "4 hidden layers"),
        ("depth", "Home", 0, "0 hidden layers"),
        ("depth", "End", 8, "8 hidden layers"),
        ("dropout", "ArrowRight", 0.01, "probability 0.01"),
        ("dropout", "End", 0.5, "probability 0.5"),
        ("learning rate", "ArrowRight", 0.01, "0.01"),
        ("learning rate", "Home", 0.0001, "0.0001"),
        ("batch", "Home", 1, "1 sample in a step"),
        ("batch", "End", 1000, "1000 samples in a step"),
    ],
)
def test_keys_move_a_slider_and_the_trainer_hears_it(mount, name, key, expected, words):
    page = mount()
    slider = page.get_by_role("slider", name=name, exact=True)
    slider.press(key)
    assert _saved(page) == [{{"learning rate": "lr"}.get(name, name): expected}]
    assert slider.get_attribute("aria-valuetext") == words
    output = slider.locator("xpath=ancestor::div[1]/output")
    assert output.text_content() == str(expected)


def test_lists_choose_activation_and_target(mount):
    page = mount()
    page.get_by_role("combobox", name="activation", exact=True).select_option("none")
    page.get_by_role("combobox", name="target", exact=True).select_option("|x|")
    assert _saved(page) == [{"activation": "identity"}, {"target": "absolute"}]


def test_buttons_do_what_they_say(mount, default):
    page = mount()
    names = ("Train", "Pause", "Step", "Reset")
    buttons = {name: page.get_by_role("button", name=name, exact=True) for name in names}
    buttons["Pause"].focus()
    page.keyboard.press("Enter")  # nothing is training
    assert buttons["Pause"].get_attribute("aria-disabled") == "true"
    assert page.evaluate("model.sent") == []
    buttons["Train"].click()
    page.evaluate("model.receive({state: 'training'})")
    assert buttons["Train"].get_attribute("aria-disabled") == "true"
    for name in ("Pause", "Step", "Reset"):
        buttons[name].click()
    sent = [message["command"] for message in page.evaluate("model.sent")]
    assert sent == ["train", "pause", "step", "reset"]


def test_a_seed_is_a_whole_number_in_range_or_stays(mount):
    page = mount()
    field = page.get_by_role("spinbutton", name="seed", exact=True)
    for text in ("-1", "10000", "1.5", ""):
        field.fill(text)
        field.press("Tab")
        assert field.input_value() == "0"
    assert _saved(page) == []
    field.fill("7")
    field.press("Tab")
    assert _saved(page) == [{"seed": 7}]


def test_a_frame_moves_the_curve_and_its_numbers(mount, default):
    page = mount()
    root, curve = page.locator(".fit-explorable"), page.locator(".fit-curve path.network")
    before = curve.get_attribute("d")
    frame = {
        **default.frame, "step": 1250, "mse": 0.0123, "pieces": None, "hinges": [],
        "curve": [0.5] * 201, "checks": [[25, 0.5], [1250, 0.0123]],
    }  # fmt: skip
    page.evaluate("frame => model.receive({frame, state: 'training'})", frame)
    assert curve.get_attribute("d") != before
    assert root.get_attribute("data-step") == "1250"
    numbers = page.locator(".fit-numbers dd").all_text_contents()
    assert numbers == ["16,833", "1,250", "0.012", "–", "T₅"]
    label = page.locator(".fit-curve svg[role=img]").get_attribute("aria-label")
    assert "after 1,250 steps: MSE 0.012" in label
    assert page.locator("progress").evaluate("e => e.value") == pytest.approx(0.25)


def test_a_curve_that_is_not_a_number_is_said_not_drawn(mount, default):
    page = mount()
    frame = {
        **default.frame, "mse": None, "loss": None, "pieces": None, "hinges": [],
        "curve": [None] * 201, "checks": [[25, None]],
    }  # fmt: skip
    page.evaluate("frame => model.receive({frame, state: 'failed', message: 'diverged'})", frame)
    assert page.locator(".fit-explorable").get_attribute("data-mse") == "NaN"
    assert "not a number" in page.locator(".fit-numbers").text_content()
    assert page.locator(".fit-sentence").text_content() == "Diverged."
    drawn = page.locator(".fit-explorable").evaluate("e => e.innerHTML")
    assert "NaN" not in drawn
    assert "null" not in drawn


def test_a_short_training_is_not_announced_and_a_long_one_is(mount):
    page = mount()
    sentence = page.locator(".fit-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    before = sentence.text_content()
    page.evaluate("model.receive({state: 'training', message: 'training'})")
    page.evaluate("window.frames30 = setInterval(() => model.tell(), 33)")  # frames come in between
    page.wait_for_timeout(300)
    assert sentence.text_content() == before
    page.wait_for_function("document.querySelector('.fit-sentence').textContent === 'Training.'")
    page.evaluate("clearInterval(frames30)")
    page.evaluate("model.receive({state: 'converged', message: 'done'})")
    assert sentence.text_content() == "Done."


def test_the_table_holds_the_curve(mount, default):
    page = mount()
    page.get_by_text("The curve as a table").first.press("Enter")
    page.wait_for_selector("tbody tr")
    rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 21
    x, target, network, difference = (float(v.replace("−", "-")) for v in rows[5])
    assert (x, target) == (pytest.approx(-np.pi / 2, abs=1e-3), -1)
    assert network == pytest.approx(default.frame["curve"][50], abs=1e-3)
    assert difference == pytest.approx(network - target, abs=1e-3)


def test_two_on_a_page_live_and_die_apart(mount):
    page = mount()
    page.evaluate(
        """async () => {
            const { default: { render } } = await import(url);
            const el = document.body.appendChild(document.createElement("div"));
            window.leaveSecond = render({ model, el });
        }"""
    )
    assert page.locator(".fit-explorable").count() == 2
    page.evaluate("leaveSecond()")
    assert page.locator(".fit-explorable").count() == 1
    page.get_by_role("slider", name="width").press("End")
    assert _saved(page) == [{"width": 128}]


def test_leaving_takes_everything_away(mount):
    page = mount()
    page.evaluate("window.sentence = document.querySelector('.fit-sentence')")
    page.evaluate("model.receive({state: 'training', message: 'training'}); leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0
    page.evaluate("model.receive({state: 'converged'})")
    page.wait_for_timeout(1100)
    assert "Training" not in page.evaluate("sentence.textContent"), "a timer was left behind"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_it_fits_the_page(mount, width):
    page = mount(width=width)
    page.get_by_text("The curve as a table").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".fit-curve").bounding_box()["width"] > 0.85 * min(width, 832) - 16


def test_it_grows_and_shrinks_with_its_place(mount):
    page = mount()
    svg = page.locator(".fit-curve > svg[role=img]")
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function(
        "document.querySelector('.fit-curve > svg[role=img]').viewBox.baseVal.width < 390"
    )
    assert float(svg.evaluate("e => e.viewBox.baseVal.width")) == pytest.approx(
        svg.bounding_box()["width"], abs=1
    )  # one unit is one pixel: the text keeps its size


@pytest.mark.parametrize("place", ["book", "lab"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, place, theme, width):
    page = mount(theme=theme, width=width, page_css=BOOK if place == "book" else None)
    page.get_by_text("The curve as a table").first.click()
    page.evaluate("model.receive({state: 'training'})")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_reduced_motion_is_honoured(mount):
    page = mount()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("model.receive({state: 'training'})")
    moving = page.evaluate(
        """() => [...document.querySelectorAll(".fit-explorable *")].filter((e) => {
            const { transitionProperty, transitionDuration } = getComputedStyle(e);
            return transitionProperty !== "none" && transitionDuration !== "0s";
        }).length"""
    )
    assert moving == 0
