"""Which distance, and the error of an angle: the page computes what the library computes."""

import json
import math
import random
import re

import numpy as np
import pytest

from axe import assert_accessible
from fitlab.distances import norms
from fitlab.explorables import AngleError, WhichDistance
from fitlab.explorables.distance import POINTS, PS
from mounted import figure_of, hash_of, live_through, reached_by_tab, unreadable
from tabs import settle

KINDS = {"distance": WhichDistance, "angle": AngleError}
LINE = {"p": "2", "points": POINTS}
CIRCLE = {"truth": 150.0, "guess": -130.0}
SUMMARY = {"distance": "The best constants as a table", "angle": "The errors as a table"}


def imported(page, name):
    """The function of that name from the module, as window.f."""
    page.evaluate(
        """async (name) => {
            const source = await (await fetch(url)).text();
            const blob = new Blob([`${source}export { ${name} };`], { type: "text/javascript" });
            window.f = (await import(URL.createObjectURL(blob)))[name];
        }""",
        name,
    )


def data(page, name):
    return page.locator(".fit-explorable").get_attribute(f"data-{name}")


# ---------------------------------------------------------------------------- at rest


def test_the_answers_by_hand():
    answers = WhichDistance().answers()
    assert (answers["1"], answers["2"], answers["inf"]) == (5, 7, 10)
    assert list(answers) == PS
    assert WhichDistance(p=math.inf).p == "inf"
    assert AngleError().errors() == pytest.approx(
        {"difference": 280, "arc": 80, "1 − cos": math.degrees(2 * math.sin(math.radians(40)))}
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: WhichDistance(p=0.5), "p='0.5' was given; p must be one of 1, 1.1"),
        (lambda: WhichDistance(p=None), "p=None"),
        (lambda: WhichDistance(points=[1, 2]), "points of shape (2,)"),
        (lambda: WhichDistance(points=[1, 2, 3, 4, 21]), "a point=21.0"),
        (lambda: WhichDistance(points=[1, 2, 3, 4, math.nan]), "NaN"),
        (lambda: AngleError(truth=181), "truth=181"),
        (lambda: AngleError(guess="left"), "guess='left'"),
        (lambda: setattr(WhichDistance(), "p", "5"), "p='5'"),
        (lambda: setattr(WhichDistance(), "points", [0.0]), "points of shape (1,)"),
        (lambda: setattr(AngleError(), "guess", -200), "guess=-200"),
    ],
)
def test_what_is_not_offered_is_refused(call, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        call()


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("distance", ["5.0 for p = 1", "7.0 for p = 2", "10.0 for inf"]),
     ("angle", ["150", "−130", "280", "80", "74"])],
)  # fmt: skip
def test_the_figure_at_rest_tells_the_story(kind, numbers):
    explorer = KINDS[kind]()
    html = figure_of(explorer)
    assert html.startswith(f'<figure data-explorable="{kind}" data-state="rest"')
    alt, caption = re.search('aria-label="([^"]*)"', html)[1], html[html.index("<figcaption>") :]
    for said in (alt, caption):
        for number in numbers:
            assert number in said
    state = {k: v for k, v in explorer.get_state().items() if k[0] != "_" and k != "layout"}
    assert len(json.dumps(state, allow_nan=False)) < 1_000


# ---------------------------------------------------------------------------- the line


def test_the_line_is_computed_as_in_the_library(mount):
    page = mount(WhichDistance())
    imported(page, "newMeasure")
    rng = np.random.default_rng(0)
    samples = [POINTS, [4, 4, 4, 4, 4], [0, 0, 0, 20, 20], *rng.uniform(0, 20, (8, 5)).tolist()]
    for points in samples:
        for p in PS:
            found = page.evaluate(
                "s => { const m = f(model.get('setup'))(s); return [m.answer, m.cost]; }",
                {"p": p, "points": points},
            )
            centre = norms.lp_centre(points, float(p))
            cost = norms.lp_distance(points, centre, float(p))
            assert found == pytest.approx([centre, float(cost)], abs=1e-10), (p, points)


def test_the_slider_goes_from_the_median_to_the_midrange(mount):
    page = mount(WhichDistance())
    slider = page.get_by_role("slider", name="exponent p")
    slider.press("Home")
    assert (data(page, "p"), data(page, "answer")) == ("1", "5.0000")
    slider.press("End")
    assert (data(page, "p"), data(page, "answer")) == ("inf", "10.0000")
    assert slider.get_attribute("aria-valuetext") == "p = infinity"
    assert page.evaluate("model.saved.at(-1)") == {**LINE, "p": "inf"}


@pytest.mark.parametrize(
    ("key", "x"),
    [("ArrowRight", 19.5), ("ArrowUp", 19.5), ("Shift+ArrowLeft", 18.95), ("PageDown", 16.5),
     ("Home", 0), ("End", 20)],
)  # fmt: skip
def test_keys_move_a_number(mount, key, x):
    page = mount(WhichDistance())
    handle = page.get_by_role("slider", name="number 5")
    handle.press(key)
    assert handle.get_attribute("aria-valuetext") == f"{x:.2f}"
    assert float(handle.get_attribute("aria-valuenow")) == x
    assert page.evaluate("model.saved.at(-1).points") == [*POINTS[:4], x]


def test_the_mouse_drags_a_number_along_the_line(mount):
    page = mount(WhichDistance())
    box = page.locator(".fit-handle-seen").nth(4).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y - 90, steps=4)
    moved = page.evaluate("model.saved.at(-1).points")
    assert moved[:4] == POINTS[:4]
    assert 7 < moved[4] < 18
    page.mouse.move(x + 3_000, y, steps=3)
    page.mouse.up()
    assert page.evaluate("model.saved.at(-1).points[4]") == 20


def test_the_table_holds_every_exponent(mount):
    page = mount(WhichDistance())
    page.get_by_text(SUMMARY["distance"]).first.press("Enter")
    page.wait_for_selector("details tbody tr")
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("details tbody tr").all()]
    assert [row[0].replace("∞", "inf") for row in rows] == PS
    answers = WhichDistance().answers().values()
    assert [float(row[1]) for row in rows] == pytest.approx(list(answers), abs=6e-5)


# ---------------------------------------------------------------------------- the circle


@pytest.mark.parametrize(("truth", "guess"), [(150, -130), (-150, 130), (10, 60)])
def test_arrows_go_from_the_guess_to_the_truth_as_they_pull(mount, truth, guess):
    """Along the circle: outside as far as the numbers are apart, inside the shorter way."""
    page = mount(AngleError(truth, guess), ready=".angle-pull")
    outside, inside = page.locator(".angle-pull").evaluate_all(
        """all => all.map((path) => {
          const [shaft] = path.getAttribute("d").split("M").filter(Boolean);
          return shaft.split("L").map((pair) => pair.split(" ").map(Number));
        })"""
    )
    middle = page.locator(".women").evaluate(
        "e => [e.getBBox().x + e.getBBox().width / 2, e.getBBox().y + e.getBBox().height / 2]"
    )
    for shaft, wanted in ((outside, truth - guess), (inside, (truth - guess + 180) % 360 - 180)):
        x, y = (np.array(shaft) - middle).T
        turned = np.degrees(np.unwrap(np.arctan2(-y, x)))
        assert (turned[0] - guess + 180) % 360 - 180 == pytest.approx(0, abs=1)
        assert turned[-1] - turned[0] == pytest.approx(wanted, abs=1)


def test_the_circle_is_computed_as_in_the_library(mount):
    page = mount(AngleError())
    imported(page, "measure")
    for truth in (-180, -135.5, -10, 0, 33, 150, 180):
        for guess in (-180, -179, -90, 0, 33, 90, 170.5, 180):
            found = page.evaluate("s => f(s)", {"truth": truth, "guess": guess})
            expected = AngleError(truth, guess).errors().values()
            errors = [each["error"] for each in found.values()]
            assert errors == pytest.approx(list(expected), abs=1e-9)
            losses = [each["loss"] for each in found.values()]
            assert losses == pytest.approx(np.radians(errors) ** 2, abs=1e-12)
            for kind, each in found.items():  # the pull is minus the slope, where there is one
                if kind == "arc" and abs(errors[1] - 180) < 1:
                    continue
                ahead, behind = (
                    page.evaluate("s => f(s)", {"truth": truth, "guess": guess + step})[kind][
                        "loss"
                    ]
                    for step in (1e-3, -1e-3)
                )
                slope = (ahead - behind) / math.radians(2e-3)
                assert each["pull"] == pytest.approx(-slope, abs=1e-6)


@pytest.mark.parametrize(
    ("key", "guess"),
    [("ArrowRight", -129), ("ArrowUp", -129), ("ArrowLeft", -131), ("Shift+ArrowDown", -130.1),
     ("PageUp", -125), ("Home", -180), ("End", 180)],
)  # fmt: skip
def test_keys_turn_the_guess(mount, key, guess):
    page = mount(AngleError())
    handle = page.get_by_role("slider", name="guess")
    handle.press(key)
    assert unreadable(handle.get_attribute("aria-valuetext")) == f"{guess}°"
    assert page.evaluate("model.saved.at(-1)") == {**CIRCLE, "guess": guess}


def test_the_mouse_turns_the_guess_across_the_seam(mount):
    page = mount(AngleError())
    box = page.locator('.fit-handle[aria-label="guess"] .fit-handle-seen').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 120, steps=6)
    page.mouse.up()
    guess = float(data(page, "guess"))
    assert guess > 90  # from -130 over the seam
    assert page.evaluate("model.saved.at(-1).guess") == guess


def test_the_sentence_says_who_pulls_the_long_way(mount):
    page = mount(AngleError())
    assert page.locator(".fit-sentence").text_content() == (
        "Truth 150°, guess −130°: 280° apart as numbers, 80° on the circle. "
        "The difference pulls the guess the long way round; the other two, across the seam."
    )
    page.get_by_role("slider", name="guess").press("End")
    page.wait_for_function(
        "document.querySelector('.fit-sentence').textContent.includes('pull the guess the same')"
    )


# ---------------------------------------------------------------------------- both


@pytest.mark.parametrize(
    ("kind", "initial", "key", "address"),
    [("distance", LINE, "End", "#x?p=2&points=20_3_5_7_19"),
     ("angle", CIRCLE, "End", "#x?truth=180&guess=-130")],
)  # fmt: skip
def test_reset_the_kernel_and_the_address(mount, kind, initial, key, address):
    explorer = KINDS[kind]()
    page = mount(explorer)
    page.locator(".fit-handle").first.press(key)
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("model.saved.at(-1)") == explorer.initial == initial
    page = mount(explorer, id="x")
    page.locator(".fit-handle").first.press(key)
    assert hash_of(page) == address
    words = page.locator(".fit-sentence").text_content
    settle(page)
    assert mount(explorer, id="x", at=address).locator(".fit-sentence").text_content() == words()
    page.get_by_role("button", name="Reset").click()
    assert hash_of(page) == ""


@pytest.mark.parametrize(
    ("kind", "query"),
    [("distance", q) for q in ("p=5", "points=1_2", "points=1_2_3_4_21", "points=1_2_3_4_", "p=")]
    + [("angle", q) for q in ("truth=200", "guess=x", "truth=1e9&guess=0", "guess=NaN")],
)
def test_nonsense_in_the_address_is_ignored(mount, kind, query):
    page = mount(KINDS[kind](), id="x", at=f"#x?{query}")
    assert data(page, "points" if kind == "distance" else "guess") in ("1 3 5 7 19", "-130")


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_within_reach_of_the_keyboard(mount, kind):
    page = mount(KINDS[kind](), id="x")
    own = [f"number {i}" for i in range(1, 6)] + ["exponent p"]
    expected = own if kind == "distance" else ["truth", "guess"]
    expected = [*expected, "Reset", "Copy link", SUMMARY[kind]]
    assert reached_by_tab(page, len(expected)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_random_actions_leave_nothing_stuck_and_leaving_takes_all_away(mount, kind):
    page = mount(KINDS[kind](), id="x")
    rng = random.Random(3)
    keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "Home", "End", "PageUp"]
    actions = [
        lambda: page.get_by_role("slider").nth(rng.randrange(2)).press(rng.choice(keys)),
        lambda: page.locator("summary").click(),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    live_through(page, rng, actions, 40)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_the_page_and_axe_finds_nothing(mount, kind, theme, width):
    page = mount(KINDS[kind](), id="x", theme=theme, width=width, book=True)
    page.get_by_text(SUMMARY[kind]).first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)


@pytest.mark.parametrize("stored", [True, False])
def test_the_handle_that_is_pressed_is_the_one_that_moves(mount, stored):
    """In a built page names come in alphabetical order, from a kernel as they were declared."""
    page = mount(AngleError(), stored=stored)
    for name, other in (("truth", "guess"), ("guess", "truth")):
        handles = {n: page.locator(f'.fit-handle[aria-label="{n}"]') for n in (name, other)}
        before = handles[other].get_attribute("aria-valuenow")
        for key, end in (("End", 180), ("Home", -180)):
            handles[name].press(key)
            assert float(handles[name].get_attribute("aria-valuenow")) == end
        assert handles[other].get_attribute("aria-valuenow") == before
