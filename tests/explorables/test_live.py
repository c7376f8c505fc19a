"""The built page trains: without a server, with the numbers of the text, and without harm."""

import contextlib
import json
import re
from functools import partial

import numpy as np
import pytest
from bs4 import BeautifulSoup

import fitlab
from alive import ENDED, FIT, LIVE, WAIT, data, pages_with, wait_for
from axe import COLOURS, assert_accessible
from conftest import ROOT, SITE
from tabs import finger, settle


def control(page, role, name):
    return page.locator(FIT).first.get_by_role(role, name=name, exact=True)


press = partial(control, role="button")


def step(page):
    """The button for a single step: it says when that is the first of a new network."""
    return page.locator(FIT).first.get_by_role("button", name=re.compile("^(First )?[Ss]tep$"))


def pause_if_training(page):
    """Look and press in one go of the page's, because a quick fit ends in between."""
    press(page, name="Pause").evaluate(
        "button => button.closest('[data-state=training]') && button.click()"
    )


@contextlib.contextmanager
def begun(page):
    """What is done within begins another training: until that has shown its first step."""
    page.evaluate(f"document.querySelector('{FIT}').dataset.step = 'none'")
    yield
    page.wait_for_function(f"() => Number(document.querySelector('{FIT}').dataset.step) > 0")


def sentence(page):
    return page.locator(f"{FIT} .fit-sentence").first.text_content()


def test_there_are_explorables_to_test():
    assert len(pages_with("fit")) >= 2
    assert len(pages_with("handfit")) >= 1
    assert len(pages_with("taylor")) >= 1


# ---------------------------------------------------------------------------- the text's number


@pytest.mark.parametrize("name", pages_with("fit"))
def test_train_gives_the_number_that_the_page_prints(open_live, root, name):
    at_rest = BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")
    caption = at_rest.select_one('[data-explorable="fit"] figcaption').get_text()
    steps, mse = re.search(r"after ([\d,]+) steps: MSE ([\d.e-]+),", caption).groups()
    page = open_live(f"{root}/{name}")
    before = data(page)
    assert before["state"] == "ready"
    page.locator(FIT).first.evaluate("e => (e.dataset.step = 'none')")
    press(page, name="Train").click()
    after = wait_for(page, *ENDED)
    reached = float(mse) < fitlab.Settings().tolerance
    assert after["state"] == ("converged" if reached else "stopped")
    assert after["step"] == steps.replace(",", "")
    assert float(after["mse"]) == float(before["mse"])  # to six digits
    assert f"{float(after['mse']):.1e}" == f"{float(mse):.1e}"
    assert sentence(page).startswith("Reached MSE" if reached else "Did not get below")


SHAPES = [
    {},
    {"width": 16, "depth": 2},
    {"width": 100, "depth": 1, "target": "absolute"},
    {"width": 24, "depth": 6, "target": "runge"},
    {"width": 12, "depth": 2, "activation": "tanh", "target": "fast_sine", "max_steps": 600},
    {"width": 32, "depth": 3, "dropout": 0.02, "max_steps": 300},
]
TRAIN_ALL = """async ({ wasm, worker, orders }) => {
    const url = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
    const engine = new Worker(url);
    const answer = () => new Promise((resolve) => {
        engine.onmessage = ({ data }) => data.state !== "training" && resolve(data);
    });
    const ready = answer();
    const bytes = Uint8Array.from(wasm.match(/../g), (byte) => parseInt(byte, 16));
    engine.postMessage({ type: "wake", wasm: bytes });
    await ready;
    const results = [];
    for (const order of orders) {
        const ended = answer();
        engine.postMessage({ type: "train", run: 0, ...order });
        const { ending, frame } = await ended;
        results.push([ending, frame.step, frame.mse, frame.pieces]);
    }
    engine.terminate();
    return results;
}"""


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_page_stops_where_torch_stops(open_live, address, shape):
    page = open_live(f"{address}/{pages_with('fit')[0]}")
    orders, fits = [], []
    for seed in range(10):
        fit = fitlab.fit(**shape, seed=seed)
        target = fitlab.TARGETS[fit.settings.target]
        interval = {"low": target.low, "high": target.high}
        orders.append({"settings": vars(fit.settings), "interval": interval})
        fits.append(fit)
    given = page.evaluate("({ wasm: fitlab.engine, worker: fitlab.workers.fit_worker })")
    results = page.evaluate(TRAIN_ALL, {**given, "orders": orders})
    for fit, (ending, step, mse, pieces) in zip(fits, results, strict=True):
        assert (ending == "converged", step) == (fit.converged, fit.steps)
        assert mse == pytest.approx(fit.mse, rel=1e-6)
        assert pieces == fit.pieces


# ---------------------------------------------------------------------------- every control


@pytest.mark.parametrize("name", pages_with(""))
def test_every_control_of_every_explorable_at_its_ends_by_keyboard(open_live, site, name):
    """From the disk, where less is allowed; that all live on a server too, others ask.

    With less motion, so that no control waits for a replay; those have tests of their own.
    """
    page = open_live(f"{site.as_uri()}/{name}", reduced_motion="reduce")
    for explorable in page.locator(LIVE).all():
        kind = explorable.get_attribute("data-explorable")
        for slider in explorable.locator("input[type=range]").all():
            start = slider.input_value()
            for key, end in (("Home", "min"), ("End", "max")):
                slider.press(key)
                assert slider.input_value() == slider.get_attribute(end)
                assert slider.get_attribute("aria-valuetext")
                settle(page)
                assert explorable.get_attribute("data-state") != "failed"
            slider.fill(start)
        for select in explorable.locator("select").all():
            for value in select.locator("option").evaluate_all("es => es.map((e) => e.value)"):
                select.select_option(value)
                settle(page)
        for button in explorable.locator("button").all():
            button.press("Enter")
            settle(page)
        reset = explorable.get_by_role("button", name="Reset", exact=True)
        reset.press("Enter")
        wait_for(page, "ready", selector=f"[data-explorable={kind}].fit-explorable")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("width", ["Home", "End"]), ("depth", ["Home", "End"]), ("dropout", ["End"]),
        ("learning rate", ["Home"]), ("batch", ["Home", "End"]),
    ],
)  # fmt: skip
def test_a_network_at_the_end_of_a_slider_trains_or_says_why_not(open_live, address, name, keys):
    page = open_live(f"{address}/{pages_with('fit')[-1]}")
    for key in keys:
        with begun(page):
            control(page, role="slider", name=name).press(key)
        figure = f"document.querySelector('{FIT}').dataset"
        page.evaluate(f"if ({figure}.state === 'training') {figure}.step = 'none'")
        page.wait_for_function(  # the worker has shown steps of its own, or the ending
            f"() => {figure}.state !== 'training' || {figure}.step !== 'none'"
        )
        pause_if_training(page)
        reached = wait_for(page, "paused", *ENDED)
        assert int(reached["step"]) >= 1
        assert np.isfinite(float(reached["mse"]))
        assert sentence(page).startswith(("Paused at step", "Reached MSE", "Did not get", "Dead"))


# ---------------------------------------------------------------------------- how it ends


@pytest.fixture
def small(open_live, address):
    """A page with the explorer that starts with (16, 2)."""
    (name,) = [n for n in pages_with("fit") if "fitting_sine" in n]
    return open_live(f"{address}/{name}")


def test_a_fit_that_diverges_says_what_to_try(small):
    control(small, role="slider", name="learning rate").press("End")
    control(small, role="combobox", name="activation").select_option("none")
    control(small, role="slider", name="depth").press("End")
    after = wait_for(small, *ENDED)
    assert after["state"] == "failed"
    assert "try a smaller learning rate (lr) than 10" in sentence(small)
    assert "NaN" not in small.locator(FIT).first.evaluate(
        "e => e.innerHTML.replace(/data-mse/, '')"
    )
    press(small, name="Reset").click()
    assert data(small)["state"] == "ready"


def test_a_dead_network_is_called_dead(small):
    control(small, role="slider", name="width").press("Home")
    control(small, role="slider", name="depth").press("End")
    for _ in range(12):
        if sentence(small).startswith("Dead"):
            break
        with begun(small):
            control(small, role="spinbutton", name="seed").press("ArrowUp")
        wait_for(small, *ENDED)
    assert data(small)["state"] == "stopped"
    assert "another seed" in sentence(small)


def test_a_straight_line_is_told_from_a_bad_fit(small):
    control(small, role="slider", name="depth").press("Home")
    after = wait_for(small, *ENDED)
    assert after["state"] == "stopped"
    assert float(after["mse"]) == pytest.approx(0.5 - 3 / np.pi**2, rel=0.02)  # the best line
    assert "one straight line" in sentence(small)


def test_pause_step_and_train_again_reach_the_same_end(small):
    control(small, role="slider", name="dropout").press("ArrowRight")
    whole = wait_for(small, *ENDED)
    step(small).click()
    assert wait_for(small, "paused")["step"] == "1"
    for _ in range(29):
        step(small).click()
    small.wait_for_function(f"() => document.querySelector('{FIT}').dataset.step === '30'")
    assert sentence(small).startswith("Paused at step 30 of at most 5,000 (MSE")
    press(small, name="Train").click()
    assert wait_for(small, *ENDED) == whole


def test_step_holds_a_training_and_takes_one_more(small):
    train_long(small)
    step(small).click()
    reached = int(wait_for(small, "paused")["step"])
    assert reached > 1
    step(small).click()
    small.wait_for_function(
        f"step => document.querySelector('{FIT}').dataset.step === step", arg=str(reached + 1)
    )


def test_quick_steps_are_all_taken(small):
    small.evaluate(
        """selector => {
            const buttons = [...document.querySelectorAll(`${selector} button`)];
            const step = buttons.find((button) => button.textContent === "First step");
            for (let i = 0; i < 7; i++) step.click();
        }""",
        FIT,
    )
    small.wait_for_function(f"() => document.querySelector('{FIT}').dataset.step === '7'")


# All curves that are seen until the training has ended and nothing is left to be drawn.
CURVES = """async (selector) => {
    const root = document.querySelector(selector);
    const { requestAnimationFrame: ask, cancelAnimationFrame: cancel } = window;
    const asked = new Set();
    window.requestAnimationFrame = (draw) => {
        const id = ask((now) => (asked.delete(id), draw(now)));
        asked.add(id);
        return id;
    };
    window.cancelAnimationFrame = (id) => (asked.delete(id), cancel(id));
    const seen = [];
    [...root.querySelectorAll("button")].find((b) => b.textContent === "Train").click();
    do {
        await new Promise((drawn) => ask(() => setTimeout(drawn)));
        seen.push(root.querySelector(".fit-curve .network").getAttribute("d"));
    } while (root.dataset.state === "training" || asked.size);
    return [root.dataset.state, new Set(seen).size, seen.at(-1)];
}"""


# Press Train; then whenever a picture is drawn, all that it shows.
REPLAY = """(selector) => new Promise((resolve) => {
    const root = document.querySelector(selector);
    const seen = [];
    const value = (i) => root.querySelectorAll(".fit-numbers dd")[i].textContent;
    const path = (role) => root.querySelector(role)?.getAttribute("d") ?? "";
    const marks = (role) => path(`.fit-curve .${role}`).split("M").length - 1;
    const last = (role) => path(`.fit-loss .${role}`).match(/[-\\d.]+ [-\\d.]+/g)?.at(-1);
    const look = () => {
        const { state, replay, step } = root.dataset;
        if (state === "training") return requestAnimationFrame(look);
        seen.push({
            replay, step, steps: value(1), mse: value(2), pieces: value(3),
            hinges: marks("hinge") + marks("hinge-tick"), line: last("network"), tip: last("tip"),
            label: root.querySelector(".fit-curve > svg[role=img]").ariaLabel,
            old: root.querySelector(".fit-sentence").dataset.old,
        });
        if (replay === undefined) resolve(seen);
        else requestAnimationFrame(look);
    };
    [...root.querySelectorAll("button")].find((b) => b.textContent === "Train").click();
    requestAnimationFrame(look);
})"""


def test_all_of_a_replay_shows_one_moment(small):
    """Steps, MSE, pieces, hinges, the loss and its tip; torch's trainings say what is right."""
    *moments, end = small.evaluate(REPLAY, FIT)
    moments = [moment for moment in moments if moment["replay"] != ""]  # the first has come
    assert all(moment["steps"] == moment["replay"] for moment in moments)
    seen = {moment["steps"]: moment for moment in moments if moment["steps"] != "0"}
    assert len(seen) >= 8
    assert {moment["step"] for moment in moments} == {end["step"]} == {"625"}
    for steps in list(seen)[1::3]:
        moment = seen[steps]
        fit = fitlab.fit(width=16, depth=2, max_steps=int(steps), tolerance=0)
        mse = float(moment["mse"].replace(" × 10⁻⁴", "e-4").replace(" × 10⁻³", "e-3"))
        assert mse == pytest.approx(fit.mse, rel=0.06)  # two digits, on some of the samples
        assert moment["pieces"] == str(fit.pieces)
        assert moment["hinges"] == fit.pieces - 1
        assert f"after {steps} steps: MSE {moment['mse']}" in moment["label"]
        assert moment["tip"] == moment["line"]
        assert moment["old"] is not None, "the sentence was said before the end"
    along = np.array([float(moment["tip"].split()[0]) for moment in seen.values()])
    assert np.all(np.diff(along) > 0)
    steps = np.array([int(steps) for steps in seen])
    at = (along - along[0]) / (steps - steps[0]).clip(1)
    np.testing.assert_allclose(at[1:], at[-1], rtol=0.05)  # on one axis from the first to the last
    assert end["old"] is None
    assert end["steps"] == "625"
    assert sentence(small).startswith("Reached MSE")


# Press Train, and Pause amid the replay; what is shown then, half a second later, and after Train.
HOLD = """(selector) => new Promise((resolve) => {
    const root = document.querySelector(selector);
    const buttons = [...root.querySelectorAll("button")];
    const button = (name) => buttons.find((b) => b.textContent === name);
    const pause = button("Pause");
    const shown = () => root.querySelectorAll(".fit-numbers dd")[1].textContent;
    const ended = (seen) => () => "replay" in root.dataset
        ? requestAnimationFrame(ended(seen)) : resolve([...seen, shown()]);
    const look = () => {
        if (!(Number(root.dataset.replay) > 0)) return requestAnimationFrame(look);
        pause.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        pause.click();
        const held = shown();
        setTimeout(() => {
            const still = [shown(), root.querySelector(".fit-sentence").textContent];
            button("Train").click();
            ended([held, ...still])();
        }, 500);
    };
    button("Train").click();
    look();
})"""


def test_pause_holds_a_replay_and_train_goes_on(small):
    small.locator(FIT).first.scroll_into_view_if_needed()
    held, still, said, end = small.evaluate(HOLD, FIT)
    assert 0 < int(held) == int(still) < 625
    assert said == f"Held at step {held} of the replay; Train goes on."
    assert end == "625"
    assert sentence(small).startswith("Reached MSE")


@pytest.mark.parametrize("what", ["click", "key"])
def test_a_click_or_a_key_ends_a_replay(small, what):
    """Within the same turn of the page, so that it is not merely over."""
    small.locator(FIT).first.scroll_into_view_if_needed()
    before, after = small.evaluate(
        """([selector, type]) => new Promise((resolve) => {
            const root = document.querySelector(selector);
            const shown = () => root.querySelectorAll(".fit-numbers dd")[1].textContent;
            const look = () => {
                if (!(Number(root.dataset.replay) > 0)) return requestAnimationFrame(look);
                const before = shown();
                const Kind = type === "click" ? PointerEvent : KeyboardEvent;
                const name = type === "click" ? "pointerdown" : "keydown";
                document.body.dispatchEvent(new Kind(name, { bubbles: true }));
                resolve([before, [shown(), "replay" in root.dataset]]);
            };
            [...root.querySelectorAll("button")].find((b) => b.textContent === "Train").click();
            look();
        })""",
        [FIT, what],
    )
    assert 0 < int(before) < 625
    assert after == ["625", False]
    assert sentence(small).startswith("Reached MSE")


def test_a_replay_is_quick_at_first_and_slow_at_the_end(node):
    reached = node("[0, 0.25, 0.5, 0.75, 1, 1.5].map(easedOut)")
    assert (reached[0], reached[-2], reached[-1]) == (0, 1, 1)
    assert reached[2] > 0.6
    assert np.all(np.diff(reached[:5], 2) < 0)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_what_was_too_quick_to_see_is_shown_again(small, motion):
    """But not to those who asked for less motion; the curve at the end is the same."""
    small.emulate_media(reduced_motion=motion)
    small.evaluate(
        f"""() => {{
            window.replays = 0;
            const note = () => {{ window.replays += 1; }};
            const options = {{ attributeFilter: ["data-replay"] }};
            new MutationObserver(note).observe(document.querySelector('{FIT}'), options);
        }}"""
    )
    before = small.locator(f"{FIT} .fit-curve .network").get_attribute("d")
    state, curves, last = small.evaluate(CURVES, FIT)
    assert state == "converged"
    heights = [np.array(re.findall(r" (-?[\d.]+)", path), float) for path in (before, last)]
    np.testing.assert_allclose(*heights, atol=0.2)  # pixels: the fit that the page was built with
    if motion == "reduce":
        assert curves <= 4
        assert small.evaluate("replays") == 0
    else:
        assert curves >= 8


# ---------------------------------------------------------------------------- what to do first


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", pages_with("fit"))
def test_what_one_moves_and_what_comes_of_it_are_on_one_screen(visit, address, name, width):
    """844 px high: a phone, and less than a laptop has; the page's bar lies over the first."""
    page = visit(f"{address}/{name}", width=width).page
    page.locator(FIT).first.wait_for()
    root = page.locator(FIT).first
    bar = page.locator(".bd-header-article, .header-article").first.bounding_box()["height"]
    root.evaluate("(e, bar) => scrollBy({top: e.getBoundingClientRect().top - bar, "
                  "behavior: 'instant'})", bar)  # fmt: skip
    settle(page)
    parts = {name: root.get_by_role("slider", name=name, exact=True) for name in ("width", "depth")}
    parts["Train"] = root.get_by_role("button", name="Train", exact=True)
    parts |= {kind: root.locator(kind) for kind in (".fit-curve", ".fit-numbers", ".fit-sentence")}
    boxes = {name: part.bounding_box() for name, part in parts.items()}
    assert min(box["y"] for box in boxes.values()) >= bar
    assert max(box["y"] + box["height"] for box in boxes.values()) <= 844
    assert boxes["width"]["y"] >= boxes[".fit-curve"]["y"] + boxes[".fit-curve"]["height"] - 1
    least = min(boxes[name]["height"] for name in ("width", "depth"))
    assert least >= 44  # px: for a thumb


def test_all_other_settings_are_folded_away_until_an_address_changes_one(visit, address):
    name = pages_with("fit")[0]
    for query, is_open in (
        ("", False),
        ("#fit?seed=0&width=9", False),
        ("#fit?seed=0&lr=0.01", True),
    ):
        page = visit(f"{address}/{name}{query}").page
        page.locator(FIT).first.wait_for()
        assert step(page).is_visible() == is_open, query
        assert control(page, role="combobox", name="target").is_visible() == is_open, query
    page.evaluate(f"document.querySelector('{FIT} .fit-aside details').open = false")
    page.evaluate("location.hash = '#fit?seed=3'")
    control(page, role="combobox", name="target").wait_for()
    summary = page.locator(f"{FIT} .fit-aside summary").first
    assert summary.text_content() == "More: seed 3"


PRESETS = {
    "2 units": "width 2 may be too small",
    "no ReLU": "without an activation the network is one straight line",
    "too much dropout": "dropout 0.5 keeps the loss noisy",
    "our recipe": "Reached MSE",
}


def test_each_preset_trains_and_the_sentence_says_what_it_shows(small):
    for name, words in PRESETS.items():
        with begun(small):
            press(small, name=name).click()
        wait_for(small, *ENDED)
        assert words in sentence(small), name
    assert data(small)["step"] == str(fitlab.fit().steps)
    press(small, name="Reset").click()
    assert control(small, role="slider", name="width").input_value() == "16"


# ---------------------------------------------------------------------------- attention


LONG = {"dropout": "End", "width": "End", "depth": "End"}


def train_long(page):
    for name, key in LONG.items():
        control(page, role="slider", name=name).press(key)
    wait_for(page, "training")


# Let the worker have its turns: a training that goes on takes some steps in each.
TURNS = """async () => {
    for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => (port1.close(), resolve());
            port2.postMessage(null);
        });
    }
}"""


def still(page):
    """Whether no step is taken any more, although the worker may and the page is drawn."""
    before = data(page)
    page.workers[0].evaluate(TURNS)
    settle(page)
    return data(page) == before


def hide(page, hidden):
    page.evaluate(
        "value => { Object.defineProperty(document, 'hidden', { value, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_training_stops_while_the_page_is_hidden_and_goes_on_after(small):
    train_long(small)
    hide(small, True)
    wait_for(small, "paused")
    assert still(small)
    hide(small, False)
    wait_for(small, "training")
    press(small, name="Pause").click()
    wait_for(small, "paused")
    hide(small, True)
    hide(small, False)
    assert still(small), "what the reader had paused went on"


def test_a_page_that_is_hidden_and_shown_in_a_moment_is_where_it_says(small):
    train_long(small)
    small.evaluate(
        """() => {
            for (const value of [true, false, true, false, true]) {
                Object.defineProperty(document, "hidden", { value, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }
        }"""
    )
    wait_for(small, "paused")
    assert still(small)
    hide(small, False)
    wait_for(small, "training")
    small.evaluate(
        """(selector) => {
            const buttons = [...document.querySelectorAll(`${selector} button`)];
            buttons.find((button) => button.textContent === "Pause").click();
            for (const value of [true, false]) {
                Object.defineProperty(document, "hidden", { value, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }
        }""",
        FIT,
    )
    wait_for(small, "paused")
    assert still(small), "what the reader had paused went on"


def test_a_slider_that_is_dragged_away_and_back_trains(small):
    train_long(small)
    slider = control(small, role="slider", name="width")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    small.mouse.move(box["x"] + box["width"] - 8, y)
    small.mouse.down()
    small.mouse.move(box["x"] + box["width"] / 2, y, steps=4)
    small.mouse.move(box["x"] + box["width"] + 5, y, steps=4)
    small.mouse.up()
    assert slider.input_value() == "128"
    wait_for(small, "training", *ENDED)


def test_one_figure_leaves_the_address_of_another_alone(small):
    control(small, role="slider", name="width").fill("20")
    wait_for(small, *ENDED)
    small.wait_for_function("() => location.hash.startsWith('#fit?')")
    small.get_by_role("slider", name="pieces", exact=True).fill("4")
    small.wait_for_function("() => location.hash.startsWith('#handfit?')")
    press(small, name="Reset").click()
    settle(small)
    assert "#handfit?" in small.url


def test_training_stops_out_of_sight(small):
    train_long(small)
    small.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    wait_for(small, "paused")
    small.locator(FIT).first.scroll_into_view_if_needed()
    wait_for(small, "training")


def test_a_figure_that_is_taken_off_the_page_takes_its_worker_with_it(small):
    train_long(small)
    assert len(small.workers) == 1
    with small.workers[0].expect_event("close"):
        small.evaluate(f"document.querySelector('{FIT}').closest('.fit-live').remove()")
    assert small.workers == []


def test_a_figure_that_is_put_back_lives_again(small):
    small.evaluate(
        f"""() => {{
            const place = document.querySelector('{FIT}').closest('.fit-live');
            window.marker = document.createComment("here it stood");
            place.replaceWith(marker);
            window.place = place;
        }}"""
    )
    small.wait_for_function("() => place.querySelector('figure[data-state=rest]')")
    small.evaluate("marker.replaceWith(place)")
    control(small, role="slider", name="width").fill("12")
    wait_for(small, *ENDED)


def test_a_view_that_fails_leaves_no_worker_behind(visit, address):
    """It starts its worker first, and then asks for what this browser lacks."""
    page = visit("about:blank").page
    lacking = "delete window.IntersectionObserver;"
    host = lacking + (SITE / "_static/live/host.js").read_text("utf-8")
    page.route("**/host.js*", lambda r: r.fulfill(body=host, content_type="text/javascript"))
    started = []
    page.once("worker", lambda worker: started.append(worker))
    page.goto(f"{address}/{pages_with('fit')[0]}")
    page.locator(".fit-apology").first.wait_for(timeout=WAIT)
    assert started
    page.wait_for_function("() => !document.querySelector('.fit-explorable-fit')")
    settle(page)
    assert page.workers == []


# ---------------------------------------------------------------------------- while a slider moves


# What is quick depends on the machine: the page's clock ticks a thousand times more slowly.
SLOW_CLOCK = """() => {
    const now = performance.now.bind(performance);
    performance.now = () => now() / 1000;
}"""

DRAG = """async (selector) => {
    const root = document.querySelector(selector);
    const input = root.querySelector("input[type=range]");
    const seen = [];
    for (let width = 16; width <= 24; width++) {
        input.value = width;
        input.dispatchEvent(new Event("input"));  // no "change": it is not let go
        do await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
        while (root.dataset.state === "training");
        const curve = root.querySelector(".fit-curve .network").getAttribute("d");
        seen.push([width, root.dataset.state, root.dataset.mse, curve]);
    }
    return seen;
}"""


def test_a_small_network_is_trained_while_its_slider_moves(small):
    small.evaluate(SLOW_CLOCK)
    press(small, name="Train").click()
    wait_for(small, "converged")
    trained = small.evaluate(DRAG, FIT)
    for width, state, mse, _ in trained:
        assert state in ENDED
        assert float(mse) == pytest.approx(fitlab.fit(width=width, depth=2).mse, rel=1e-5)
    assert len({curve for *_, curve in trained}) == len(trained)


def test_a_large_network_waits_until_its_slider_is_let_go(small):
    train_long(small)
    small.evaluate(
        f"""() => {{
            const input = document.querySelector('{FIT} input[type=range]');
            for (const width of [100, 101]) {{
                input.value = width;
                input.dispatchEvent(new Event("input"));
            }}
        }}"""
    )
    wait_for(small, "ready")
    small.locator(f"{FIT} .fit-sentence", has_text="Let go").wait_for()
    assert data(small)["state"] == "ready"
    assert "stale" in data(small), "the numbers of the old network are not marked as such"
    assert still(small)
    small.evaluate(
        f"document.querySelector('{FIT} input[type=range]').dispatchEvent(new Event('change'))"
    )
    wait_for(small, "training")


# Until so many pictures of the moving curve were shown; the state then.
PICTURES = """([selector, count]) => new Promise((shown) => {
    const root = document.querySelector(selector);
    const observer = new MutationObserver(() => {
        count -= 1;
        if (count === 0) shown(root.dataset.state);
    });
    observer.observe(root, { attributeFilter: ["data-step"] });
})"""


def test_the_page_stays_responsive_while_it_trains(small, browser):
    """No task takes the main thread more than 50 ms (its own time, not a busy machine's)."""
    browser.start_tracing(page=small, categories=["toplevel"])
    train_long(small)
    assert small.evaluate(PICTURES, [FIT, 50]) == "training"
    events = json.loads(browser.stop_tracing())["traceEvents"]
    names = [e for e in events if e["name"] == "thread_name"]
    main = {e["tid"] for e in names if e["args"]["name"] == "CrRendererMain"}
    tasks = [
        e.get("tdur", 0) / 1000
        for e in events
        if e["tid"] in main and e["name"].endswith("RunTask")
    ]
    assert len(tasks) > 100
    assert max(tasks) <= 50


# ---------------------------------------------------------------------------- 200 random sequences


RANDOM_SEQUENCES = (ROOT / "tests" / "random_sequences.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("explorable", ["fit", "handfit", "taylor"])
def test_two_hundred_random_sequences_do_no_harm(open_live, address, explorable):
    page = open_live(f"{address}/{pages_with(explorable)[0]}")
    selector = f'.fit-explorable[data-explorable="{explorable}"]'
    workers = len(page.workers)
    for seed in range(4):  # 4 x 50
        order = {"seed": seed, "count": 50, "selector": selector}
        states = set(page.evaluate(RANDOM_SEQUENCES, order))
        assert states <= {"ready", "training", "paused", "converged", "stopped", "failed"}
        assert len(page.workers) == workers, "a worker was left behind"
    live = page.locator(selector).first
    live.get_by_role("button", name="Reset", exact=True).click()
    wait_for(page, "ready", selector=selector)
    if explorable == "fit":  # nothing is stuck: it still trains, to the number of the text
        before = data(page)
        press(page, name="Train").click()
        after = wait_for(page, *ENDED)
        assert (after["step"], after["mse"]) == (before["step"], before["mse"])


# ---------------------------------------------------------------------------- the address


def test_settings_live_in_the_address_and_come_back(open_live, root):
    name = pages_with("fit")[0]
    page = open_live(f"{root}/{name}")
    control(page, role="slider", name="width").fill("20")
    control(page, role="combobox", name="target").select_option("|x|")
    control(page, role="spinbutton", name="seed").fill("5")
    control(page, role="spinbutton", name="seed").press("Enter")
    page.wait_for_function("() => location.hash.includes('seed=5')")
    first = wait_for(page, *ENDED)
    again = open_live(page.url)
    assert control(again, role="slider", name="width").input_value() == "20"
    second = wait_for(again, *ENDED)  # a link with settings trains them at once
    assert second == first
    assert again.locator(FIT).first.evaluate(
        "e => { const { top, bottom } = e.getBoundingClientRect();"
        "return top < innerHeight && bottom > 0; }"
    )
    press(again, name="Reset").click()
    again.wait_for_function("() => location.hash === ''")


def test_a_link_that_a_messenger_encoded_brings_the_settings(open_live, address):
    page = open_live(f"{address}/{pages_with('fit')[0]}#fit%3Fwidth=32%26seed=3")
    wait_for(page, *ENDED)
    assert control(page, role="slider", name="width").input_value() == "32"
    assert data(page)["seed"] == "3"


def test_a_link_that_is_followed_within_the_page_is_obeyed(small):
    small.evaluate("location.hash = '#fit?width=9&seed=2'")
    wait_for(small, *ENDED)
    assert control(small, role="slider", name="width").input_value() == "9"
    assert data(small)["seed"] == "2"


def test_copy_link_and_copy_as_pytorch(open_live, address):
    name = pages_with("fit")[0]
    page = open_live(f"{address}/{name}", permissions=["clipboard-read", "clipboard-write"])
    control(page, role="slider", name="width").fill("20")
    depth = control(page, role="slider", name="depth").input_value()
    press(page, name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(f"{address}/{name}") + r"#fit\?.*width=20.*", link)
    press(page, name="Copy as PyTorch").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('torch')")
    cell = page.evaluate("navigator.clipboard.readText()")
    assert f"width, depth, activation, dropout = 20, {depth}" in cell  # see test_page_parts.py


def test_without_the_clipboard_the_text_appears_to_be_copied_by_hand(small):
    small.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    press(small, name="Copy link").click()
    shown = small.locator(f"{FIT} textarea:visible")
    shown.wait_for()
    assert "#fit?seed=0" in shown.input_value()
    assert shown.evaluate("e => e.selectionEnd - e.selectionStart === e.value.length")


# ---------------------------------------------------------------------------- draw your own


def draw_own(page):
    """Press *Draw a curve*; where there is paper."""
    press(page, name="Draw a curve").click()
    page.locator(".fit-pen-words", has_text="draw here").first.wait_for()
    assert data(page)["state"] == "ready", "it is trained before something is drawn"
    return paper(page)


def choose_own(page):
    """The same by the list of targets, which asks nobody to draw at once."""
    control(page, role="combobox", name="target").select_option("draw your own")
    wait_for(page, "training", *ENDED)
    return paper(page)


def paper(page):
    """Where there is paper to draw on, when there is and it is in sight."""
    found = page.locator(".fit-pen-paper").first
    found.wait_for()
    found.scroll_into_view_if_needed()
    return found.bounding_box()


def test_a_target_drawn_with_the_mouse_is_fitted(small):
    box = draw_own(small)
    small.mouse.move(box["x"] + 1, box["y"] + box["height"] * 0.75)
    small.mouse.down()
    small.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.25, steps=8)
    small.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] * 0.75, steps=8)
    assert small.locator(".fit-pen-words").count() == 0, "who draws is still asked to"
    small.mouse.up()
    assert wait_for(small, *ENDED)["state"] == "converged"
    small.wait_for_function("() => location.hash.includes('drawing=')")
    small.get_by_text("The curve as a table").first.click()
    small.wait_for_selector("details tbody tr")
    rows = small.locator(f"{FIT} tbody tr").all_inner_texts()
    target = [float(row.split("\t")[1].replace("−", "-")) for row in rows]
    np.testing.assert_allclose(target, 0.75 - 1.5 * abs(np.linspace(-1, 1, 21)), atol=0.06)
    link = small.url
    small.goto("about:blank")
    small.goto(link)
    assert wait_for(small, *ENDED)["state"] == "converged"
    small.locator(".fit-pen-paper").first.wait_for()
    assert small.locator(".fit-pen-words").count() == 0, "what was drawn is asked for again"


def test_a_target_drawn_by_keyboard_is_fitted(small):
    draw_own(small)
    cursor = control(small, role="slider", name="drawn curve")
    assert cursor.evaluate("e => e === document.activeElement"), "the keyboard is not at the pen"
    small.keyboard.press("Home")
    assert small.locator(".fit-pen-words").count() == 0
    assert cursor.get_attribute("aria-valuetext").startswith("at x = −1:")
    before = float(cursor.get_attribute("aria-valuenow"))
    cursor.press("ArrowUp")
    cursor.press("PageUp")
    assert float(cursor.get_attribute("aria-valuenow")) == pytest.approx(before + 0.45, abs=2e-3)
    cursor.press("End")
    assert cursor.get_attribute("aria-valuetext").startswith("at x = 1:")
    wait_for(small, *ENDED)


def test_a_target_drawn_with_a_finger_is_fitted(open_live, address):
    name = pages_with("fit")[0]
    page = open_live(f"{address}/{name}", width="narrow", has_touch=True)
    box = draw_own(page)
    touch, scroll = finger(page), page.evaluate("scrollY")

    def at(x, y):
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    touch("touchStart", at(0.01, 0.9))
    for y in (0.7, 0.5, 0.3):  # who was asked to draw may begin steeply
        touch("touchMove", at(0.01, y))
    for x in np.linspace(0.05, 0.99, 12):
        touch("touchMove", at(x, 0.3))
    touch("touchEnd")
    wait_for(page, *ENDED)
    assert page.evaluate("scrollY") == scroll, "the page scrolled under the finger"
    cursor = control(page, role="slider", name="drawn curve")
    assert float(cursor.get_attribute("aria-valuenow")) == pytest.approx(0.6, abs=0.05)


def test_a_finger_that_goes_up_scrolls_past_the_pen(open_live, address):
    """Low and wide, as a phone that lies: there is nothing but the plot to put a finger on."""
    page = open_live(f"{address}/{pages_with('fit')[0]}", width="narrow", has_touch=True)
    page.set_viewport_size({"width": 667, "height": 375})
    box = choose_own(page)
    settled = wait_for(page, *ENDED)
    touch, scroll = finger(page), page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = control(page, role="slider", name="drawn curve").get_attribute("aria-valuenow")

    touch("touchStart", (x, y))
    for up in range(15, 165, 15):
        touch("touchMove", (x, y - up))
    touch("touchEnd")
    page.wait_for_function("(scroll) => scrollY > scroll + 50", arg=scroll)
    after = control(page, role="slider", name="drawn curve").get_attribute("aria-valuenow")
    assert (data(page)["step"], after) == (settled["step"], before), "nothing was drawn"


def test_the_browsers_own_keys_reach_it_from_the_pen(small):
    choose_own(small)
    wait_for(small, *ENDED)
    small.evaluate(
        """() => addEventListener("keydown", (event) => {
            document.body.dataset.taken = String(event.defaultPrevented);
        })"""
    )
    cursor = control(small, role="slider", name="drawn curve")
    before = cursor.get_attribute("aria-valuetext")
    for chord in ("Alt+ArrowLeft", "Control+Home", "Meta+ArrowUp"):
        cursor.press(chord)
        assert small.evaluate("document.body.dataset.taken") == "false", chord
    assert cursor.get_attribute("aria-valuetext") == before


# ---------------------------------------------------------------------------- when it cannot live


POLICIES = {
    "no workers": "worker-src 'none'",
    "no WebAssembly": "script-src 'self' 'unsafe-inline' blob:; worker-src blob:",
    "no blobs at all": "script-src 'self' 'unsafe-inline'",
}


@pytest.mark.parametrize("policy", POLICIES)
def test_where_the_page_may_not_compute_the_figure_at_rest_says_so(visit, address, policy):
    result = visit("about:blank")
    page = result.page

    def guarded(route):
        response = route.fetch()
        headers = {**response.headers, "content-security-policy": POLICIES[policy]}
        route.fulfill(response=response, headers=headers)

    page.unroute_all()
    page.context.unroute_all()
    page.route("**/*.html", guarded)
    page.goto(f"{address}/{pages_with('fit')[0]}")
    page.locator(".fit-apology").first.wait_for(timeout=WAIT)
    assert "figure at rest" in page.locator(".fit-apology").first.text_content()
    rest = page.locator('figure[data-explorable="fit"]').first
    assert rest.get_attribute("data-state") == "rest"
    assert rest.is_visible()
    assert page.locator(FIT).count() == 0


@pytest.mark.parametrize(
    "said",
    [
        "WebAssembly.Module doesn't parse at byte 33: invalid opcode 253, in function at index 3",
        "WebAssembly.Module(): Compiling function #3 failed: Wasm SIMD unsupported @+57",
        "wasm validation error: at offset 57: SIMD support is not enabled",
    ],
)
def test_a_browser_without_simd_is_told_so_in_plain_words(visit, address, said):
    """What WebKit, Chromium and Firefox say of an engine that they are too old for."""
    page = visit("about:blank").page
    page.unroute_all()
    old = f"""window.Worker = class {{
        terminate() {{}}
        postMessage() {{
            this.onmessage({{ data: {{ type: "failed", message: {json.dumps(said)} }} }});
        }}
    }};"""
    page.route(
        "**/host.js*",
        lambda route: route.fulfill(
            body=old + (SITE / "_static/live/host.js").read_text("utf-8"),
            content_type="text/javascript",
        ),
    )
    page.goto(f"{address}/{pages_with('fit')[0]}")
    page.locator(".fit-apology").first.wait_for(timeout=WAIT)
    words = page.locator(".fit-apology").first.text_content()
    assert "too old" in words
    assert "opcode" not in words
    assert "Compiling" not in words
    assert page.locator('figure[data-explorable="fit"]').first.is_visible()


def test_an_error_in_one_figure_leaves_the_others_alive(visit, address):
    (name,) = [n for n in pages_with("handfit") if n in pages_with("fit")][:1]
    result = visit("about:blank")
    page = result.page

    def broken(route):
        response = route.fetch()
        html = response.text()
        models = json.loads(re.search(r'widget-state\+json"[^>]*>(.*?)</script>', html, re.S)[1])
        key = next(
            k for k, m in models["state"].items() if "explorables/handfit" in m["state"]["_esm"]
        )
        assert html.count(key) >= 2
        route.fulfill(
            response=response, body=html.replace(f'"model_id": "{key}"', '"model_id": "?"')
        )

    page.unroute_all()
    page.context.unroute_all()
    page.route("**/*.html", broken)
    page.goto(f"{address}/{name}")
    page.locator(".fit-apology").wait_for(timeout=WAIT)
    assert page.locator(".fit-apology").count() == 1
    assert page.locator('figure[data-explorable="handfit"]').is_visible()
    press(page, name="Train").click()
    assert wait_for(page, *ENDED)["state"] == "converged"


# ---------------------------------------------------------------------------- for everyone


def test_without_javascript_a_reader_learns_that_figures_could_live():
    for name in pages_with():
        page = BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")
        for place in page.select(".fit-live"):
            assert "With JavaScript, this figure comes to life" in place.noscript.get_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", pages_with("fit"))
def test_axe_finds_nothing_in_a_figure_at_work(visit, address, name, theme, width):
    """Figures that are ready, unfolded, are looked at with their pages (test_accessibility.py)."""
    page = visit(f"{address}/{name}", theme, width).page
    page.locator(LIVE).first.wait_for()
    for summary in page.locator(f"{LIVE} summary").filter(visible=True).all():
        summary.click()
    draw_own(page)
    press(page, name="Train").click()  # on the paper as it lies there
    train_long(page)
    assert_accessible(page, context=LIVE, rules=COLOURS if theme == "dark" else ())
