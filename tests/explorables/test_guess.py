"""A guess on the plot: a mark to put before the answer shows, and never a duty."""

import functools
import json
import re

import numpy as np
import pytest

from axe import assert_accessible
from fitlab.classification.shuffled_digits import recorded
from fitlab.explorables import Guess
from fitlab.explorables.questions import QUESTIONS, Axis
from mounted import CLIPBOARD, copied_link, figure_of, hash_of, live_through, reached_by_tab
from tabs import finger

EXPLORABLE = Guess
MARK = "your guess"
ASKED = "With all 64 pixels shuffled, how many will it name?"


@pytest.fixture
def mount(mount):
    """As for the others, but what is drawn first may be a single dot, which has no size."""
    return functools.partial(mount, ready=".guess-plot .x-tick")


def data(page, name):
    return page.locator(".fit-explorable").get_attribute(f"data-{name}")


def sentence(page):
    return page.locator(".fit-sentence").text_content()


def mark(page):
    return page.get_by_role("slider", name=MARK)


def level(page, percent):
    """Where a level of the plot (percent right) is on the screen, at three tenths of its width."""
    ticks = page.locator(".guess-plot .y-tick")
    words = ticks.all_text_contents()
    lines = page.locator(".guess-plot line.grid").all()
    heights = [line.bounding_box()["y"] for line in lines[: len(words)]]
    at = np.interp(percent, [float(word) for word in words], heights)
    box = page.locator(".guess-plot").bounding_box()
    return box["x"] + 0.3 * box["width"], float(at)


def answer():
    """Median, lowest and highest of the MLPs on record, all pixels shuffled, in percent."""
    right = 100 * np.array(recorded()["MLP"][-1]) / recorded()["held_out"]
    return np.median(right), right.min(), right.max()


# ---------------------------------------------------------------------------- at rest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"guess": 101}, "guess=101 was given; guess must be an integer from 0 to 100"),
        ({"guess": 0.5}, "guess=0.5"),
        ({"shown": "yes"}, "shown='yes' was given; shown must be True or False"),
        ({"name": "nothing"}, "name='nothing' was given; name must be one of shuffled-labels, "),
    ],
)
def test_what_is_not_offered_is_refused(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Guess(**given)


def test_at_rest_it_asks_and_does_not_answer(default):
    html = figure_of(default)
    picture = default.figure_at_rest()
    assert html.startswith('<figure data-explorable="guess" data-state="rest"')
    assert picture.caption.endswith(ASKED)
    assert re.findall(r">(\?)</text>", html) == ["?"] * html.count("<svg")
    middle, _, _ = answer()
    for words in (picture.alt, picture.caption):
        assert default.question.answer not in words
    assert f"{middle:.0f}" in default.question.answer
    assert len(json.dumps(default.setup)) < 8_000


FAST = [name for name in QUESTIONS if name != "shuffled-labels"]  # which takes minutes


@pytest.mark.parametrize("name", FAST)
def test_every_question_is_whole(name):
    asked = QUESTIONS[name]()
    assert asked.name == name
    assert asked.asks.endswith("?")
    assert asked.shows.endswith(".")
    assert re.match(r"it is .*\d.*\.$", asked.answer)
    assert "{}" in asked.unit
    axis = asked.x if asked.marks == "x" else asked.y
    assert 100 % asked.step == 0
    assert (axis.at(0), axis.at(100)) == pytest.approx((axis.low, axis.high))
    left, right = asked.x.ends()
    lowest, highest = asked.y.ends()
    for layer in [*asked.known, *asked.hidden]:
        x, y = np.transpose(layer.points)
        assert left <= x.min()
        assert x.max() <= right
        assert lowest <= y.min(), "nothing of the answer lies outside the plot"
        assert y.max() <= highest


def test_a_logarithmic_axis_has_its_middle_at_the_geometric_mean():
    axis = Axis("pieces", 2, 512, (), log=True)
    assert axis.at(50) == pytest.approx(np.sqrt(2 * 512))


# ---------------------------------------------------------------------------- alive


def test_it_begins_without_a_guess_and_without_the_answer(mount, default):
    page = mount(default)
    assert (data(page, "guess"), data(page, "shown")) == ("", "false")
    assert sentence(page) == ASKED
    assert mark(page).get_attribute("aria-valuetext") == "no guess yet"
    assert page.locator(".guess-plot path.network").count() == 1
    assert page.locator(".fit-legend li:visible").all_text_contents() == ["as they are"]


def test_nobody_has_to_guess(mount, default):
    page = mount(default)
    page.get_by_role("button", name="Show the answer").click()
    middle, low, high = answer()
    assert sentence(page).startswith(f"It is {middle:.0f} [{low:.0f}, {high:.0f}] %")
    assert page.locator(".guess-plot path.network").count() == 3
    page.get_by_role("button", name="Hide the answer").click()
    assert sentence(page) == ASKED
    assert page.locator(".guess-plot path.network").count() == 1


def test_guess_and_answer_stand_in_one_sentence(mount, default):
    page = mount(Guess(guess=60))
    assert sentence(page) == f"{ASKED} You guess 60 %."
    page.get_by_role("button", name="Show the answer").click()
    assert sentence(page) == f"You guessed 60 %; {default.question.answer}"
    page.wait_for_selector(".fit-sentence[aria-live=polite]")


def test_the_answer_is_drawn_as_it_is_on_record(mount, default):
    page = mount(Guess(shown=True))
    drawn = page.locator(".guess-plot path.guess-line").last.get_attribute("d")
    places = np.array([float(v) for v in re.findall(r"-?\d+\.?\d*", drawn)]).reshape(-1, 2)
    runs = recorded()
    right = 100 * np.median(np.array(runs["MLP"]), axis=1) / runs["held_out"]
    for axis, values in enumerate((runs["counts"], right)):
        line = np.polynomial.polynomial.polyfit(values, places[:, axis], 1)
        np.testing.assert_allclose(line[0] + line[1] * np.array(values), places[:, axis], atol=0.2)


def test_a_mouse_puts_the_mark_anywhere_and_drags_it(mount, default):
    page = mount(default, id="guess")
    page.mouse.click(*level(page, 25))
    assert data(page, "guess") == "25"
    page.mouse.move(*level(page, 25))
    page.mouse.down()
    for percent in (40, 60, 80):
        page.mouse.move(*level(page, percent), steps=4)
        assert data(page, "guess") == str(percent)
    page.mouse.up()
    assert hash_of(page) == "#guess?guess=80&shown=no"


def swipe(page, start, steps):
    touch = finger(page)
    x, y = start
    touch("touchStart", (x, y))
    for across, up in steps:
        touch("touchMove", (x + across, y - up))
    touch("touchEnd")


def middle_of(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_tap_puts_the_mark_and_its_grip_can_be_dragged(mount, default):
    page = mount(default, width=390, has_touch=True)
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    page.touchscreen.tap(*level(page, 50))
    assert data(page, "guess") == "50"
    wanted = level(page, 90)[1]
    x, y = middle_of(mark(page))
    swipe(page, (x, y), [(0, (y - wanted) * part / 8) for part in range(1, 9)])
    assert abs(int(data(page, "guess")) - 90) <= 1
    assert page.evaluate("scrollY") == 0


def test_a_finger_that_wipes_up_scrolls_past_a_level(mount, default):
    page = mount(default, width=390, has_touch=True)
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    swipe(page, level(page, 30), [(0, up) for up in range(15, 165, 15)])
    page.wait_for_function("scrollY > 50")
    assert data(page, "guess") == ""


def test_a_place_is_dragged_across_and_scrolled_past(mount):
    page = mount(Guess("degree"), width=390, has_touch=True)
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    start = middle_of(mark(page))
    swipe(page, start, [(10 * step, 0) for step in range(1, 14)])
    assert int(data(page, "guess")) > 60
    assert page.evaluate("scrollY") == 0
    before = data(page, "guess")
    swipe(page, start, [(0, up) for up in range(15, 165, 15)])
    page.wait_for_function("scrollY > 50")
    assert data(page, "guess") == before


@pytest.mark.parametrize(
    ("key", "guess"),
    [("ArrowUp", 51), ("ArrowRight", 51), ("ArrowDown", 49), ("PageUp", 60), ("PageDown", 40),
     ("Home", 0), ("End", 100), ("Enter", 50), ("Space", 50)],
)  # fmt: skip
def test_keys_put_the_mark_and_the_kernel_hears_it(mount, default, key, guess):
    page = mount(default)
    mark(page).press(key)
    assert mark(page).get_attribute("aria-valuenow") == str(guess)
    assert mark(page).get_attribute("aria-valuetext") == f"{guess} %"
    assert page.evaluate("model.saved.at(-1)") == {"guess": guess, "shown": False}


def test_keys_go_from_degree_to_degree(mount):
    page = mount(Guess("degree"))
    said = []
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        mark(page).press(key)
        said.append(mark(page).get_attribute("aria-valuetext"))
    assert said == ["degree 1", "degree 3", "degree 5", "degree 7"]


def test_the_browsers_own_keys_are_left_to_it(mount, default):
    page = mount(default)
    mark(page).press("Alt+ArrowLeft")
    assert data(page, "guess") == ""


def test_all_that_can_be_pressed_is_reached_by_tab(mount, default):
    page = mount(default, id="guess")
    names = [MARK, "Show the answer", "Reset", "Copy link", "The plot as a table"]
    assert reached_by_tab(page, 5) == names


def test_the_table_holds_the_answer_only_when_it_is_shown(mount, default):
    page = mount(default)
    page.get_by_text("The plot as a table").first.click()
    page.wait_for_selector("tbody tr")
    runs = recorded()
    assert page.locator("tbody tr").count() == len(runs["seeds"])
    page.get_by_role("button", name="Show the answer").click()
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("tbody tr").all()]
    assert len(rows) == len(runs["seeds"]) + 2 * len(runs["counts"])
    name, count, right = rows[len(runs["seeds"]) + len(runs["counts"]) - 1]
    assert (name, count) == ("MLP", "64")
    assert float(right) == pytest.approx(answer()[0], abs=0.06)


def test_a_link_brings_guess_and_answer_back_and_reset_takes_them(mount, default):
    page = mount(default, id="guess", **CLIPBOARD)
    mark(page).press("PageUp")
    page.get_by_role("button", name="Show the answer").click()
    link = copied_link(page)
    assert link.endswith("#guess?guess=60&shown=yes")
    again = mount(default, id="guess", at=link[link.index("#") :])
    assert (data(again, "guess"), data(again, "shown")) == ("60", "true")
    again.get_by_role("button", name="Reset").click()
    assert (data(again, "guess"), data(again, "shown"), hash_of(again)) == ("", "false", "")


@pytest.mark.parametrize("query", ["guess=101", "guess=none", "guess=", "guess=5&shown=1", "g=3"])
def test_an_address_that_makes_no_sense_is_ignored(mount, default, query):
    page = mount(default, id="guess", at=f"#guess?{query}")
    assert (data(page, "guess"), data(page, "shown")) == ("", "false")


def test_whatever_is_done_to_it_it_stays_whole(mount, default):
    page = mount(default)
    rng = np.random.default_rng(0)
    live_through(
        page,
        rng,
        [
            lambda: mark(page).press(str(rng.choice(["ArrowLeft", "PageUp", "Home", "End"]))),
            lambda: page.mouse.click(*level(page, rng.uniform(0, 100))),
            lambda: page.get_by_role("button", name="the answer").click(),
            lambda: page.get_by_role("button", name="Reset").click(),
        ],
        30,
    )


@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_the_page_and_axe_finds_nothing(mount, default, book, theme, width):
    page = mount(default, id="guess" if book else None, theme=theme, width=width, book=book)
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_text("The plot as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)
