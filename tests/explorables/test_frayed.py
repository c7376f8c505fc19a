"""The frayed sine: an edge to drag, twenty lines, and how far apart they are."""

import json
import re

import numpy as np
import pytest

from axe import assert_accessible
from fitlab.display import show
from fitlab.explorables import FrayedSine
from fitlab.regression.extrapolation import QUARTERS, recorded
from mounted import CLIPBOARD, copied_link, figure_of, hash_of, live_through, reached_by_tab
from tabs import finger

EXPLORABLE = FrayedSine
EDGE = "what the networks have seen"


def gaps_of(quarters):
    """How far apart two of the lines are at most where they saw, and beyond, by sampling."""
    lines = recorded()["lines"][quarters]
    x = np.linspace(-6.28, 6.28, 12_001)
    apart = np.ptp([np.interp(x, *line.T) for line in lines], axis=0)
    seen = abs(x) <= quarters * np.pi / 4
    return apart[seen].max(), apart[~seen].max(initial=0)


def data(page, name):
    return page.locator(".fit-explorable").get_attribute(f"data-{name}")


def box_of(page):
    return page.locator(".fit-edge-paper").bounding_box()


def place_of(page, x):
    """Where x (radians) is on the screen: -2 pi and 2 pi are a pixel from the ends."""
    box = box_of(page)
    across = 1 + (box["width"] - 2) * (x + 2 * np.pi) / (4 * np.pi)
    return box["x"] + across, box["y"] + box["height"] / 2


# ---------------------------------------------------------------------------- at rest


@pytest.mark.parametrize(
    ("given", "said"),
    [(0, "quarters=0 was given"), (9, "an integer from 1 to 8"), (2.5, "quarters=2.5")],
)
def test_what_is_not_offered_is_refused(default, given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        FrayedSine(given)
    with pytest.raises(ValueError, match=re.escape(said)):
        default.quarters = given


@pytest.mark.parametrize("quarters", QUARTERS)
def test_the_gaps_it_tells_are_those_of_the_lines(default, quarters):
    inside, anywhere = default.setup["gaps"][quarters - 1]
    assert (inside, anywhere) == pytest.approx(
        (gaps_of(quarters)[0], max(gaps_of(quarters))), abs=2e-3
    )
    if quarters < QUARTERS[-1]:
        assert anywhere > 2 * inside, "beyond what they saw they part: the story of the figure"


def test_at_rest_it_tells_its_story_and_is_small(default):
    html = figure_of(default)
    assert html.startswith('<figure data-explorable="frayed" data-state="rest"')
    inside, anywhere = default.setup["gaps"][3]
    picture = default.figure_at_rest()
    for words in (picture.alt, picture.caption):
        assert f"more than {show(inside)} apart" in words
        assert f"up to {show(anywhere)}" in words
    assert re.findall(r">(\w+)</text>", html)[-3:] == ["guessed", "seen", "guessed"]
    layouts = html.count("<svg")
    assert html.count("stroke: var(--fit-network") == layouts * len(recorded()["seeds"])
    state = {k: v for k, v in default.get_state().items() if not k.startswith("_")}
    state.pop("layout")
    assert len(json.dumps(state)) < 85_000
    assert len(html) < 15_000 * layouts


# ---------------------------------------------------------------------------- alive


def test_it_draws_the_lines_on_record(mount, default):
    page = mount(default)
    assert page.locator(".frayed-curves path.network").count() == len(recorded()["seeds"])
    assert (data(page, "state"), data(page, "quarters")) == ("ready", "4")
    first = page.locator(".frayed-curves path.network").first.get_attribute("d")
    drawn = np.array([float(v) for v in re.findall(r"-?\d+\.?\d*", first)]).reshape(-1, 2)
    x = np.interp(drawn[:, 0], [1, box_of(page)["width"] - 1], [-2 * np.pi, 2 * np.pi])
    known = recorded()["lines"][4][0]
    np.testing.assert_allclose(x, known[:, 0], atol=0.01)
    height = np.polynomial.polynomial.polyfit(known[:, 1], drawn[:, 1], 1)
    np.testing.assert_allclose(height[0] + height[1] * known[:, 1], drawn[:, 1], atol=0.2)


@pytest.mark.parametrize("side", [1, -1])
def test_a_mouse_drags_either_edge(mount, default, side):
    page = mount(default, id="frayed")
    page.mouse.move(*place_of(page, side * np.pi))
    page.mouse.down()
    for quarters in (4.6, 5.4, 6.2):
        page.mouse.move(*place_of(page, side * quarters * np.pi / 4), steps=4)
        assert data(page, "quarters") == str(round(quarters))
    assert hash_of(page) == "", "an address is written when the edge is let go"
    page.mouse.up()
    assert hash_of(page) == "#frayed?quarters=6"


def test_a_finger_drags_across_and_scrolls_past(mount, default):
    page = mount(default, width=390, has_touch=True)
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    touch = finger(page)
    x, y = place_of(page, np.pi)
    touch("touchStart", (x, y))
    for quarters in (3.6, 3.0, 2.4, 2.0):
        touch("touchMove", place_of(page, quarters * np.pi / 4))
    touch("touchEnd")
    assert data(page, "quarters") == "2"
    assert page.evaluate("scrollY") == 0
    touch("touchStart", (x, y))
    for up in range(15, 165, 15):
        touch("touchMove", (x, y - up))
    touch("touchEnd")
    page.wait_for_function("scrollY > 50")
    assert data(page, "quarters") == "2", "who scrolls past changes nothing"


def test_a_tap_moves_the_edge_there(mount, default):
    page = mount(default, width=390, has_touch=True)
    page.touchscreen.tap(*place_of(page, -1.5 * np.pi))
    assert data(page, "quarters") == "6"


@pytest.mark.parametrize(
    ("key", "quarters"),
    [("ArrowRight", 5), ("ArrowUp", 5), ("ArrowLeft", 3), ("ArrowDown", 3), ("PageUp", 6),
     ("PageDown", 2), ("Home", 1), ("End", 8)],
)  # fmt: skip
def test_keys_move_the_edge_and_the_kernel_hears_it(mount, default, key, quarters):
    page = mount(default)
    slider = page.get_by_role("slider", name=EDGE)
    slider.press(key)
    assert slider.get_attribute("aria-valuenow") == str(quarters)
    name = default.setup["names"][quarters - 1]
    assert slider.get_attribute("aria-valuetext") == f"seen from −{name} to {name}"
    assert page.evaluate("model.saved.at(-1)") == {"quarters": quarters}


def test_the_browsers_own_keys_are_left_to_it(mount, default):
    page = mount(default)
    page.get_by_role("slider", name=EDGE).press("Alt+ArrowLeft")
    assert data(page, "quarters") == "4"


def test_all_that_can_be_pressed_is_reached_by_tab(mount, default):
    page = mount(default, id="frayed")
    assert reached_by_tab(page, 4) == [EDGE, "Reset", "Copy link", "The answers as a table"]


def test_the_sentence_is_shown_at_once_and_said_when_the_edge_has_settled(mount, default):
    page = mount(default)
    shown = page.evaluate(
        """() => {
          const sentence = document.querySelector(".fit-sentence");
          const pressed = new KeyboardEvent("keydown", { key: "Home", bubbles: true });
          document.querySelector(".fit-edge[role=slider]").dispatchEvent(pressed);
          return [sentence.textContent, sentence.ariaLive];
        }"""
    )
    assert shown[0].startswith("From −π/4 to π/4")
    assert shown[1] == "off"
    page.wait_for_selector(".fit-sentence[aria-live=polite]")
    assert page.locator(".fit-sentence").text_content() == shown[0]


@pytest.mark.parametrize("quarters", [1, 4, 7, 8])
def test_sentence_and_words_follow_the_edge(mount, quarters):
    page = mount(FrayedSine(quarters), width=700)
    inside, outside = gaps_of(quarters)
    said = page.locator(".fit-sentence").text_content()
    numbers = [float(n) for n in re.findall(r"\d+\.\d+", said)]
    expected = [inside] if quarters == 8 else [inside, outside]
    assert numbers == pytest.approx(expected, rel=0.06)
    shown = page.locator(".frayed-word:not([hidden])").all_text_contents()
    assert shown == (["seen"] if quarters >= 7 else ["seen", "guessed", "guessed"])


def test_the_table_says_what_the_lines_say(mount, default):
    page = mount(default)
    page.get_by_text("The answers as a table").first.click()
    page.wait_for_selector("tbody tr")
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("tbody tr").all()]
    lines = recorded()["lines"][4]
    places = np.linspace(-2 * np.pi, 2 * np.pi, 17)
    assert len(rows) == len(places)
    for x, (where, seen, *said) in zip(places, rows, strict=True):
        answers = [np.interp(x, *line.T) for line in lines]
        expected = [x, np.sin(x), min(answers), max(answers)]
        numbers = [float(n.replace("−", "-")) for n in (where, *said)]
        assert numbers == pytest.approx(expected, abs=0.012)
        assert seen == ("seen" if abs(x) <= np.pi + 1e-9 else "guessed")


def test_a_link_brings_back_what_was_seen(mount, default):
    page = mount(default, id="frayed", **CLIPBOARD)
    page.get_by_role("slider", name=EDGE).press("End")
    link = copied_link(page)
    assert link.endswith("#frayed?quarters=8")
    again = mount(default, id="frayed", at=link[link.index("#") :])
    assert data(again, "quarters") == "8"
    again.get_by_role("button", name="Reset").click()
    assert (data(again, "quarters"), hash_of(again)) == ("4", "")


@pytest.mark.parametrize("query", ["quarters=0", "quarters=9", "quarters=", "quarters=x", "q=3"])
def test_an_address_that_makes_no_sense_is_ignored(mount, default, query):
    assert data(mount(default, id="frayed", at=f"#frayed?{query}"), "quarters") == "4"


def test_whatever_is_done_to_it_it_stays_whole(mount, default):
    page = mount(default)
    rng = np.random.default_rng(0)
    slider = page.get_by_role("slider", name=EDGE)
    live_through(
        page,
        rng,
        [
            lambda: slider.press(str(rng.choice(["ArrowLeft", "ArrowRight", "Home", "End"]))),
            lambda: page.mouse.click(*place_of(page, rng.uniform(-6, 6))),
            lambda: page.get_by_role("button", name="Reset").click(),
        ],
        30,
    )


@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_the_page_and_axe_finds_nothing(mount, default, book, theme, width):
    page = mount(default, id="frayed" if book else None, theme=theme, width=width, book=book)
    page.get_by_text("The answers as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)
