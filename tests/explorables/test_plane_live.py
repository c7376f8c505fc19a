"""The plane in the page: what is trained there is what torch trains, and everyone can do it."""

import base64
import re

import numpy as np
import pytest

from alive import ENDED, data, pages_with, wait_for
from axe import assert_accessible
from fitlab.classification.regions import linear_regions
from fitlab.engine import WASM
from fitlab.explorables import sources
from fitlab.explorables.plane import DEFAULTS, MOST_OWN, PRESETS, PlaneExplorer
from plane_settings import OWN_POINTS, SETTINGS, ended
from tabs import finger

PLANE = '.fit-explorable[data-explorable="plane"]'

# ---------------------------------------------------------------------------- the page's worker

TRAIN_ALL = """async ({ wasm, worker, orders }) => {
    const url = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
    const engine = new Worker(url);
    const answer = () => new Promise((resolve, reject) => {
        engine.onmessage = ({ data }) => {
            if (data.type === "failed") reject(new Error(data.message));
            if (data.state !== "training") resolve(data);
        };
    });
    const ready = answer();
    engine.postMessage({ type: "wake", wasm: Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0)) });
    await ready;
    const results = [];
    for (const settings of orders) {
        const done = answer();
        engine.postMessage({ type: "train", run: 0, settings });
        const { ending, frame } = await done;
        results.push([ending, frame.step, frame.found, frame.count, frame.parameters]);
    }
    engine.terminate();
    return results;
}"""


@pytest.mark.parametrize("changes", SETTINGS[:8], ids=lambda changes: str(changes)[:60])
def test_the_page_ends_where_the_kernel_ends_with_the_same_six_digits(browser, changes):
    ours = [ended(changes, seed) for seed in range(10)]
    given = {
        "wasm": base64.b64encode(WASM.read_bytes()).decode(),
        "worker": sources.script("engine/plane_worker"),
        "orders": [{**DEFAULTS, "seed": seed, **changes} for seed in range(10)],
    }
    page = browser.new_page()
    results = page.evaluate(TRAIN_ALL, given)
    page.close()
    for explorer, (ending, step, found, count, parameters) in zip(ours, results, strict=True):
        frame = explorer.frame
        assert (ending == "converged") == (explorer.state == "converged")
        assert step == frame["step"]
        for theirs, own in zip(found, frame["found"], strict=True):
            assert theirs == (own if own is None else pytest.approx(own, rel=5.1e-6))
        if explorer.activation != "tanh":
            assert count == len(linear_regions(explorer._training.model))
        np.testing.assert_allclose(parameters, frame["parameters"], rtol=1e-6, atol=1e-9)


# ---------------------------------------------------------------------------- in its page


@pytest.fixture
def page(open_live, address):
    (name,) = pages_with("plane")
    return open_live(f"{address}/{name}")


def control(page, role, name):
    return page.locator(PLANE).get_by_role(role, name=name, exact=True)


def press(page, name):
    control(page, "button", name).click()


def sentence(page):
    return page.locator(f"{PLANE} .fit-sentence").text_content()


def number(page, name):
    """What the line of numbers says under that name."""
    pair = page.locator(f"{PLANE} .fit-numbers > div", has_text=re.compile(f"^{name}"))
    return pair.locator("dd").text_content()


OWN = "(/own=([^&]*)/.exec(location.hash) ?? ['', ''])[1]"


def own_points(page, count):
    """The reader's points, as the address tells them, once it tells so many."""
    page.wait_for_function(f"count => {OWN}.length === 5 * count", arg=count)
    return page.evaluate(OWN)


def other_points(page, before):
    """The same once they are others, and as many."""
    page.wait_for_function(f"old => {OWN} !== old && {OWN}.length === old.length", arg=before)
    return page.evaluate(OWN)


def begin_own(page, points=()):
    """Choose one's own points, and have these."""
    control(page, "combobox", "points").select_option("your own")
    wait_for(page, *ENDED, selector=PLANE)
    press(page, "Delete all")
    page.locator(f"{PLANE} summary", has_text="Points as a table").click()
    if points:
        control(page, "textbox", "Points as a table: x, y and class, a line each").fill(
            "\n".join(",".join(map(str, point)) for point in points)
        )
        press(page, "Use this table")
        wait_for(page, *ENDED, selector=PLANE)


def plane_box(page):
    """Where the plane is on the screen: the place of (-6, 6), and pixels to a unit."""
    surface = page.locator(f"{PLANE} .plane-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    return lambda x, y: (
        box["x"] + box["width"] * (x + 6) / 12,
        box["y"] + box["height"] * (6 - y) / 12,
    )


def test_train_gives_what_the_page_says_at_rest(page):
    before, said = data(page, PLANE), sentence(page)
    page.locator(PLANE).evaluate("e => (e.dataset.step = 'none')")
    press(page, "Train")
    after = wait_for(page, *ENDED, selector=PLANE)
    assert before["state"] == "ready"
    for name in ("step", "loss", "accuracy"):
        assert after[name] == before[name]
    assert said.startswith(sentence(page).rstrip("."))


@pytest.mark.parametrize(
    ("name", "preset"), [("no ReLU", "alone"), ("XOR", "XOR"), ("spiral", "spiral")]
)
def test_a_preset_shows_what_the_kernel_finds(page, name, preset):
    press(page, name)
    after = wait_for(page, *ENDED, selector=PLANE)
    ours = PlaneExplorer(**PRESETS[preset])
    assert int(after["step"]) == ours.frame["step"]
    assert float(after["loss"]) == pytest.approx(ours.frame["found"][0], rel=1e-5)
    assert sentence(page).rstrip(".").lower() == ours.message.lower()
    count = len(linear_regions(ours._training.model))
    assert number(page, "linear regions") == f"{count:,}"


def test_pause_step_and_train_go_on_to_the_same_end(page):
    page.locator(PLANE).evaluate("e => (e.dataset.step = 'none')")
    control(page, "button", re.compile("^(First )?[Ss]tep$")).click()
    assert wait_for(page, "paused", selector=PLANE)["step"] == "1"
    control(page, "button", "Step").click()
    page.wait_for_function(f"document.querySelector('{PLANE}').dataset.step === '2'")
    press(page, "Train")
    after = wait_for(page, *ENDED, selector=PLANE)
    assert int(after["step"]) == PlaneExplorer().frame["step"]


def test_a_weight_is_changed_and_what_it_does_is_seen(page):
    before = data(page, PLANE)
    weight = control(page, "slider", "its value")
    weight.press("End")
    after = wait_for(page, "paused", selector=PLANE)
    assert after["loss"] != before["loss"]
    assert sentence(page).startswith("A weight was changed")
    explorer = PlaneExplorer()
    explorer.alter(0, 8.0)
    assert float(after["loss"]) == pytest.approx(explorer.frame["found"][0], rel=1e-5)
    press(page, "Train")
    wait_for(page, *ENDED, selector=PLANE)


def test_a_click_on_an_edge_takes_its_weight(page):
    diagram = page.locator(f"{PLANE} .plane-diagram svg")
    diagram.scroll_into_view_if_needed()
    which = control(page, "slider", "weight")
    assert which.input_value() == "0"
    box = diagram.bounding_box()
    page.mouse.click(box["x"] + 0.97 * box["width"] - 30, box["y"] + 0.5 * box["height"])
    assert which.input_value() != "0"
    assert "to the score of class" in which.get_attribute("aria-valuetext")


# ---------------------------------------------------------------------------- one's own points


def test_points_are_added_moved_recoloured_and_deleted_with_the_mouse(page):
    begin_own(page, OWN_POINTS)
    at, before = plane_box(page), own_points(page, 40)
    page.mouse.click(*at(5.5, 5.5))
    added = own_points(page, 41)
    page.mouse.click(*at(5.5, 5.5))
    recoloured = other_points(page, added)
    assert recoloured[:-1] == added[:-1]  # its class alone is another
    page.mouse.move(*at(5.5, 5.5))
    page.mouse.down()
    page.mouse.move(*at(5.5, 4), steps=4)
    page.mouse.up()
    moved = other_points(page, recoloured)
    assert moved[:-5] == before
    wait_for(page, *ENDED, selector=PLANE)
    page.keyboard.press("Delete")
    assert own_points(page, 40) == before


def test_points_are_added_by_keyboard_alone(page):
    begin_own(page)
    assert sentence(page).startswith("To train on, class 1 has points: 0, and class 0: 0;")
    cursor = page.locator(f"{PLANE} .plane-cursor")
    cursor.focus()
    for keys in (["Enter"], ["ArrowUp"] * 4 + ["Enter"], ["ArrowRight"] * 20 + ["Enter", "Enter"]):
        for key in keys:
            page.keyboard.press(key)
    page.keyboard.press("Shift+ArrowRight")
    for key in ["ArrowDown"] * 4 + ["Enter", "Enter"]:
        page.keyboard.press(key)
    own_points(page, 4)
    wait_for(page, *ENDED, selector=PLANE)
    assert "on a point of class 0" in cursor.get_attribute("aria-label")


def test_points_are_added_and_moved_with_a_finger(open_live, address):
    (name,) = pages_with("plane")
    page = open_live(f"{address}/{name}", width="narrow", has_touch=True)
    begin_own(page, OWN_POINTS)
    at = plane_box(page)
    page.touchscreen.tap(*at(5.5, 5.5))
    added, top = own_points(page, 41), page.evaluate("scrollY")
    touch = finger(page)  # from a point it moves it, also down
    touch("touchStart", at(5.5, 5.5))
    for y in (5, 4.5, 4, 3.5):
        touch("touchMove", at(5.5, y))
    touch("touchEnd")
    other_points(page, added)
    assert page.evaluate("scrollY") == top


def test_a_table_that_makes_no_sense_changes_nothing_and_says_why(page):
    begin_own(page, OWN_POINTS)
    before = own_points(page, 40)
    table = control(page, "textbox", "Points as a table: x, y and class, a line each")
    table.fill("1,2,0\n1,two,1")
    press(page, "Use this table")
    page.get_by_text("Line 2 says “1, two”; x and y must be numbers.").wait_for()
    assert own_points(page, 40) == before


def test_no_more_points_than_fit_into_an_address(page):
    many = [[round(0.05 * i - 5, 2), 0.5, i % 2] for i in range(MOST_OWN)]
    begin_own(page, many)
    at = plane_box(page)
    page.mouse.click(*at(0, 5))
    page.get_by_text(f"There are {MOST_OWN} points; no more fit into an address.").wait_for()
    own_points(page, MOST_OWN)


def test_a_link_brings_points_and_settings_back(page, open_live, address):
    begin_own(page, OWN_POINTS)
    control(page, "slider", "width").press("Home")
    own_points(page, 40)
    page.wait_for_function("/width=1(&|$)/.test(location.hash)")
    wait_for(page, *ENDED, selector=PLANE)
    link, loss = page.url, data(page, PLANE)["loss"]
    other = open_live(link)
    assert wait_for(other, *ENDED, selector=PLANE)["loss"] == loss


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_with_own_points(visit, address, theme):
    (name,) = pages_with("plane")
    page = visit(f"{address}/{name}", theme=theme).page
    page.locator(PLANE).wait_for()
    begin_own(page, OWN_POINTS)
    assert_accessible(page, context=PLANE)


def test_the_surface_takes_the_colours_of_the_theme(page):
    drawn = f"document.querySelector('{PLANE} .plane-surface').toDataURL()"
    light = page.evaluate(drawn)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"light => {drawn} !== light", arg=light)
