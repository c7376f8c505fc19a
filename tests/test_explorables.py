"""An explorable is complete at rest, answers every position of its controls, and cleans up."""

import asyncio
import itertools
import json

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe

from fitlab import TARGETS, fit, linear_pieces
from fitlab.explorables import FitExplorer, sources
from fitlab.explorables import fit as fit_explorable

SMALL = {"width": 16, "depth": 2}


# ---------------------------------------------------------------------------- the Python side


def test_at_rest_it_shows_the_very_fit_of_its_settings():
    explorer, result = FitExplorer(**SMALL, seed=3), fit(**SMALL, seed=3)
    frame = explorer.frame
    assert explorer.state == "converged"
    assert explorer.message == result.reason
    assert (frame["step"], frame["pieces"]) == (result.steps, result.pieces)
    assert frame["mse"] == pytest.approx(result.mse, rel=1e-5)
    x = np.linspace(-np.pi, np.pi, len(frame["curve"]))
    assert np.allclose(frame["curve"], result.model.predict(x), atol=1e-4)
    hinges = linear_pieces(result.model, -np.pi, np.pi).knots[1:-1]
    assert np.allclose([x for x, _ in frame["hinges"]], hinges, atol=1e-4)
    assert len(frame["checks"]) == len(result.checks)


def test_what_it_shows_without_javascript():
    explorer = FitExplorer(**SMALL)
    bundle, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].startswith('<figure class="fit-figure"><svg role="img"')
    assert f"{explorer.frame['pieces']} straight pieces" in bundle["text/html"]
    assert "width 16, depth 2 (relu)" in repr(explorer)
    assert "0x" not in repr(explorer)


def test_its_state_is_plain_json_without_clock_or_address():
    first, again = (FitExplorer(**SMALL).get_state() for _ in range(2))
    for state in (first, again):
        for name in ("layout", "tabbable", "tooltip"):
            state.pop(name, None)
    text = json.dumps(first, allow_nan=False, default=str)
    assert text == json.dumps(again, allow_nan=False, default=str)
    assert len(text) < 80_000


CORNERS = list(
    itertools.product((1, 128), (0, 8), (0.0, 0.5), ("relu", "tanh", "identity"), ("sine", "step"))
)


@pytest.mark.parametrize(("width", "depth", "dropout", "activation", "target"), CORNERS)
def test_every_corner_of_its_ranges_trains_and_ends_in_words(
    width, depth, dropout, activation, target
):
    explorer = FitExplorer(width=8, depth=1, max_steps=25)
    for name, value in {
        "width": width, "depth": depth, "dropout": dropout,
        "activation": activation, "target": target,
    }.items():  # fmt: skip
        setattr(explorer, name, value)  # as a slider would, one after another
    assert explorer.state in {"converged", "stopped"}
    assert explorer.message
    assert explorer.frame["target"] == target
    assert explorer.frame["step"] <= 25
    json.dumps(explorer.frame, allow_nan=False)
    assert (explorer.frame["pieces"] is None) == (activation == "tanh")


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_can_be_chosen(target):
    explorer = FitExplorer(target=target, **SMALL, max_steps=50)
    assert TARGETS[target].label in explorer._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"width": 129}, "width=129 was given; width must be an integer from 1 to 128"),
        ({"depth": 9}, "depth=9"),
        ({"dropout": 0.6}, "dropout=0.6"),
        ({"activation": "sin"}, "activation='sin'"),
        ({"target": "cosine"}, "target='cosine'"),
        ({"seed": -1}, "seed=-1"),
        ({"max_steps": 10**6}, "max_steps=1000000"),
        ({"lr": 0}, "lr=0"),
    ],
)
def test_bad_settings_are_refused_at_the_call(given, said):
    with pytest.raises(ValueError, match=said):
        FitExplorer(**given)


def test_a_bad_setting_from_the_front_end_ends_in_failed_with_words():
    explorer = FitExplorer(**SMALL)
    explorer.width = 1_000
    assert explorer.state == "failed"
    assert "width=1000 was given" in explorer.message
    explorer.width = 16
    assert explorer.state == "converged"


def test_an_error_in_training_is_never_swallowed(monkeypatch):
    def broken(**_settings):
        raise RuntimeError("out of memory")
        yield

    explorer = FitExplorer(**SMALL)
    monkeypatch.setattr(fit_explorable, "fit_stream", broken)
    explorer.train()
    assert (explorer.state, explorer.message) == ("failed", "out of memory")


def test_an_unknown_command_is_said():
    explorer = FitExplorer(**SMALL)
    explorer._on_message(explorer, {"command": "explode"}, [])
    assert explorer.state == "failed"
    assert "must be one of train, stop" in explorer.message


def test_training_that_diverges_is_a_failure_in_words():
    explorer = FitExplorer(width=8, depth=2, activation="identity", lr=1e200)
    assert explorer.state == "failed"
    assert "diverged" in explorer.message
    assert explorer.frame["mse"] is None


async def until_done(explorer):
    while explorer.state == "training":
        await asyncio.sleep(0.001)


def test_on_an_event_loop_it_streams_and_only_the_newest_setting_counts():
    """As in Jupyter: a slider that runs from 8 to 24 leaves one fit, that of 24."""

    async def drag():
        explorer = FitExplorer(width=8, depth=2)
        frames, tasks = [], set()
        explorer.observe(lambda change: frames.append(change.new), "frame")
        for width in range(9, 25):
            explorer.width = width
            assert explorer.state == "training"  # it returned at once
            tasks.add(explorer._task)
            await asyncio.sleep(0)
        await until_done(explorer)
        return explorer, frames, tasks

    explorer, frames, tasks = asyncio.run(drag())
    expected = fit(width=24, depth=2)
    assert len(tasks) == 16
    assert sum(task.cancelled() for task in tasks) == 15
    assert explorer.frame["step"] == expected.steps
    assert explorer.frame["mse"] == pytest.approx(expected.mse, rel=1e-5)
    assert len(frames) >= 2  # a curve on the way, and the end
    assert frames[0]["step"] < expected.steps


def test_the_loop_stays_free_while_it_trains():
    """Between two slices the kernel answers: nothing waits longer than a slice takes."""

    async def listen():
        explorer = FitExplorer(width=8, depth=2)
        explorer.width = 9
        turns = 0
        while explorer.state == "training":
            await asyncio.sleep(0)
            turns += 1
        return turns, explorer.frame["step"] // 25

    turns, slices = asyncio.run(listen())
    assert turns >= slices > 1


def test_stop_keeps_the_curve_and_says_where():
    async def stop():
        explorer = FitExplorer(**SMALL)
        explorer.dropout = 0.2  # never reaches the goal
        for _ in range(20):
            await asyncio.sleep(0.005)
        explorer.stop()
        step = explorer.frame["step"]
        await asyncio.sleep(0.05)
        return explorer, step

    explorer, step = asyncio.run(stop())
    assert explorer.state == "stopped"
    assert f"stopped at step {step:,} of at most 5,000" in explorer.message
    assert explorer.frame["step"] == step > 0


def test_reset_goes_back_to_what_was_given():
    explorer = FitExplorer(width=12, depth=2)
    before = explorer.frame
    explorer.width = 20
    assert explorer.frame != before
    explorer.reset()
    assert explorer.width == 12
    assert explorer.frame == before


def test_closing_ends_the_training():
    async def close():
        explorer = FitExplorer(**SMALL)
        explorer.dropout = 0.2
        await asyncio.sleep(0.02)
        task = explorer._task
        explorer.close()
        await asyncio.sleep(0.01)
        return task

    assert asyncio.run(close()).cancelled()


def test_training_on_a_loop_does_not_touch_torchs_global_state():
    state = torch.random.get_rng_state()
    FitExplorer(**SMALL).train()
    assert torch.equal(state, torch.random.get_rng_state())


def test_the_module_is_one_module():
    text = sources.module("fit")
    assert "./kit.mjs" not in text
    assert text.count("export default") == 1


def test_a_module_that_does_not_share_the_kit_is_refused(monkeypatch, tmp_path):
    (tmp_path / "kit.mjs").write_text("export const a = 1;\n")
    (tmp_path / "own.mjs").write_text("export default {};\n")
    monkeypatch.setattr(sources, "HERE", tmp_path)
    with pytest.raises(ValueError, match=r"own.mjs has 0 imports of ./kit.mjs"):
        sources.module("own")


# ---------------------------------------------------------------------------- the view

MOUNT = """
async ([esm, css, state]) => {
  const handlers = [];
  window.sent = [];
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => window.sent.push({ ...state, frame: null, targets: null }),
    send: (message) => window.sent.push(message),
    on: (name, f) => handlers.push(f),
    off: (name, f) => handlers.splice(handlers.indexOf(f), 1),
  };
  window.tell = (changes) => { Object.assign(state, changes); handlers.forEach((f) => f()); };
  window.followers = () => handlers.length;
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const widget = (await import(url)).default;
  window.leave = widget.render({ model: window.model, el: document.getElementById("here") });
}
"""
BARE = (
    "<!doctype html><html lang=en><title>Bare</title><meta name=color-scheme content='light dark'>"
    "<style>body { background: Canvas; color: CanvasText; margin: 8px }</style>"
    "<main><h1>Bare</h1><div id=here></div></main>"
)


@pytest.fixture
def mounted(browser):
    """A function that mounts the FitExplorer's view on a bare page, with a model that records."""
    contexts = []

    def mount(width=1280, theme="light", **settings):
        explorer = FitExplorer(**{**SMALL, **settings})
        names = [name for name in explorer.keys if not name.startswith("_")]
        state = {name: getattr(explorer, name) for name in names}
        state = json.loads(json.dumps(state, default=lambda _: None))
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda message: page.errors.append(message.text))
        page.set_content(BARE)
        page.evaluate(MOUNT, [sources.module("fit"), sources.style(), state])
        return page

    yield mount
    for context in contexts:
        context.close()


def root(page):
    return page.locator("[data-explorable=fit]")


def test_the_view_keeps_its_contract(mounted):
    page, result = mounted(), fit(**SMALL)
    assert root(page).get_attribute("data-state") == "converged"
    assert root(page).get_attribute("data-step") == str(result.steps)
    assert float(root(page).get_attribute("data-mse")) == pytest.approx(result.mse, rel=1e-5)
    assert root(page).get_attribute("data-seed") == "0"
    for name in ("width", "depth", "dropout"):
        page.get_by_role("slider", name=name, exact=True).wait_for()
    for name in ("activation", "target"):
        page.get_by_role("combobox", name=name, exact=True).wait_for()
    for name in ("Train", "Stop", "Reset"):
        page.get_by_role("button", name=name, exact=True).wait_for()
    assert page.errors == []


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("width", "Home", 1), ("width", "End", 128), ("width", "ArrowRight", 17),
        ("depth", "Home", 0), ("depth", "End", 8), ("dropout", "End", 0.5),
        ("dropout", "ArrowRight", 0.01),
    ],
)  # fmt: skip
def test_sliders_work_by_keyboard_and_tell_the_kernel(mounted, name, key, value):
    page = mounted()
    slider = page.get_by_role("slider", name=name, exact=True)
    slider.focus()
    page.keyboard.press(key)
    assert page.evaluate("window.sent.at(-1)")[name] == value
    assert str(value) in slider.get_attribute("aria-valuetext") or value == 0
    assert page.errors == []


def test_choices_and_buttons_tell_the_kernel(mounted):
    page = mounted()
    page.get_by_role("combobox", name="activation").select_option(label="none")
    assert page.evaluate("window.sent.at(-1)")["activation"] == "identity"
    page.get_by_role("combobox", name="target").select_option("step")
    assert page.evaluate("window.sent.at(-1)")["target"] == "step"
    page.get_by_role("button", name="Train").press("Enter")
    assert page.evaluate("window.sent.at(-1)") == {"command": "train"}
    count = page.evaluate("window.sent.length")
    page.get_by_role("button", name="Stop").click(force=True)  # nothing trains: nothing is sent
    assert page.evaluate("window.sent.length") == count
    page.evaluate("window.tell({ state: 'training' })")
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate("window.sent.at(-1)") == {"command": "stop"}
    page.get_by_role("button", name="Reset").press(" ")
    assert page.evaluate("window.sent.at(-2)")["target"] == "sine"
    assert page.evaluate("window.sent.at(-1)") == {"command": "train"}
    assert page.errors == []


def test_a_new_frame_moves_the_curve_and_the_words(mounted):
    page = mounted()
    curve = page.locator(".fit-curve path.network").first
    before = curve.get_attribute("d")
    frame = FitExplorer(width=30, depth=1, max_steps=25).frame
    page.evaluate("(frame) => window.tell({ frame, message: 'a word with 5e-4' })", frame)
    assert curve.get_attribute("d") != before
    assert root(page).get_attribute("data-step") == "25"
    assert page.get_by_role("status").inner_text() == "A word with 5 × 10⁻⁴."
    assert page.errors == []


def test_a_frame_that_is_not_a_number_is_said_not_drawn(mounted):
    page = mounted()
    frame = FitExplorer(width=8, depth=2, activation="identity", lr=1e200).frame
    page.evaluate("(frame) => window.tell({ frame, state: 'failed' })", frame)
    assert root(page).get_attribute("data-mse") == "NaN"
    assert "not a number" in root(page).inner_text()
    assert "NaN" not in page.locator("svg").first.inner_html()
    assert page.errors == []


def test_the_table_has_the_curve(mounted):
    page = mounted()
    page.locator("summary").click()
    rows = page.locator("details tbody tr")
    assert rows.count() == 21
    cells = rows.nth(5).locator("th, td").all_inner_texts()
    x, target, network, difference = (float(cell.replace("−", "-")) for cell in cells)
    assert target == pytest.approx(np.sin(x), abs=1e-3)
    assert network - target == pytest.approx(difference, abs=1e-3)


def test_it_leaves_nothing_behind(mounted):
    page = mounted()
    assert page.evaluate("window.followers()") == 1
    page.evaluate("window.leave()")
    assert root(page).count() == 0
    assert page.evaluate("window.followers()") == 0
    page.evaluate("window.tell({ state: 'training' })")
    assert page.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_axe_is_content(mounted, width, theme):
    page = mounted(width, theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert not violations, [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in violations]
