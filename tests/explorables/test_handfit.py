"""HandFit: the score is true, hinges stay in order, and everyone can move them."""

import itertools
import json
import random
import re

import numpy as np
import pytest

import fitlab
from axe import assert_accessible
from fitlab.explorables.handfit import MOST_PIECES, HandFit, best_lines, even_line, flat_line
from mounted import ADDRESS, CLIPBOARD, copied_link, figure_of, hash_of, reached_by_tab, unreadable
from tabs import finger, settle

X = np.linspace(-np.pi, np.pi, 10_000)  # the recipe's points
EXPLORABLE = HandFit


def mse_of(line):
    """The oracle: numpy's own interpolation."""
    return np.mean((np.interp(X, *np.transpose(line)) - np.sin(X)) ** 2)


# ---------------------------------------------------------------------------- at rest


def test_the_reader_begins_with_a_flat_line(default):
    x, y = np.transpose(default.line)
    np.testing.assert_allclose(x, np.linspace(-np.pi, np.pi, 7), atol=1e-12)
    assert (y == 0).all()
    assert default.mse == pytest.approx(mse_of(default.line), rel=1e-12)


def test_the_best_lines_are_those_of_best_pieces(default):
    for n, best in enumerate(default.setup["best"], start=1):
        knots, values, mse = fitlab.best_pieces(np.sin, n, -np.pi, np.pi)
        np.testing.assert_allclose(np.transpose(best["line"]), [knots, values], atol=1e-8)
        assert best["mse"] == pytest.approx(mse, rel=2e-3)  # on slightly other points
        assert best["mse"] == pytest.approx(mse_of(best["line"]), rel=1e-5)
    assert len(default.setup["best"]) == MOST_PIECES


@pytest.mark.parametrize("n", range(1, MOST_PIECES + 1))
def test_no_small_move_of_a_hinge_beats_the_best_line(n):
    best = np.array(best_lines()[n - 1]["line"])
    lowest = mse_of(best)
    for i, axis, sign in itertools.product(range(n + 1), (0, 1), (-1, 1)):
        if axis == 0 and i in (0, n):
            continue
        moved = best.copy()
        moved[i, axis] += sign * 1e-2
        assert mse_of(moved) > lowest


def test_it_compares_with_the_default_network(default):
    fit = fitlab.fit()
    assert default.setup["network"]["pieces"] == fit.pieces
    assert default.setup["network"]["mse"] == pytest.approx(fit.mse, rel=1e-5)
    assert default.setup["goal"] == fit.settings.tolerance
    assert HandFit(seed=1).setup["network"]["mse"] == pytest.approx(fitlab.fit(seed=1).mse, 1e-5)


@pytest.mark.parametrize("pieces", [0, 13, 2.5, "six", True, None])
def test_other_numbers_of_pieces_are_refused(pieces):
    with pytest.raises(ValueError, match=f"pieces={pieces!r} was given.*from 1 to 12"):
        HandFit(pieces)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([[-np.pi, 0]], "2 to 13 points"),
        ([[-np.pi, 0], [1, 2, 3]], "array of numbers"),
        ([[-np.pi, 0], [0, float("nan")], [np.pi, 0]], "NaN"),
        ([[-np.pi, 0], [2, 0], [1, 0], [np.pi, 0]], "must increase"),
        ([[-3, 0], [3, 0]], "from -pi to pi"),
        ([[-np.pi, 0], [np.pi, 1.6]], r"must be in \[-1.5, 1.5\]"),
    ],
)
def test_a_line_that_nobody_could_drag_is_refused(default, line, said):
    with pytest.raises(ValueError, match=said):
        default.line = line
    assert default.line == flat_line(6)


def test_its_state_is_small_rounded_and_the_same_every_time(default):
    def stored(hand):
        return {k: v for k, v in hand.get_state().items() if not k.startswith("_")}

    own = json.dumps({k: v for k, v in stored(default).items() if k != "layout"}, allow_nan=False)
    again = {k: v for k, v in stored(HandFit()).items() if k != "layout"}
    assert own == json.dumps(again)
    assert len(own) < 25_000
    decimals = re.findall(r"\d\.(\d+)", json.dumps([b["line"] for b in default.setup["best"]]))
    assert sorted({len(d) for d in decimals if len(d) > 8}) == [15]  # only pi itself


def test_its_figure_tells_the_story(default):
    html = figure_of(default)
    assert html.startswith('<figure data-explorable="handfit" data-state="rest"')
    for said in (html[: html.index(">", 100)], html[html.index("<figcaption>") :]):
        assert "6 pieces" in said
        assert "4.8e-3" in said  # by hand: the mean of 10,000 squares, and
        assert "5.4e-4" in said  # what best_pieces finds
    assert repr(default) == "HandFit(6 pieces on sin x: MSE 0.5; the best has 5.4e-4)"
    x, y = np.transpose(even_line(6))
    np.testing.assert_allclose(y, np.sin(x), atol=1e-12)
    assert "line of 1 piece has" in HandFit(1).figure_at_rest().caption


# ---------------------------------------------------------------------------- what the view says


def coordinates(page):
    """Where the hinges are, as they say it themselves to two decimals: (n+1, 2)."""
    words = [h.get_attribute("aria-valuetext") for h in page.locator(".fit-handle").all()]
    return np.array([[float(v) for v in re.findall(r"-?\d+\.\d+", unreadable(w))] for w in words])


def shown_mse(page):
    return float(page.locator(".fit-explorable").get_attribute("data-mse"))


def kept_line(page):
    """The line that the view last told the kernel."""
    return page.evaluate("model.get('line')")


def middle(page, i):
    box = page.locator(".fit-handle").nth(i).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, i, right, down, steps=4):
    x, y = middle(page, i)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=steps)
    page.mouse.up()


# ---------------------------------------------------------------------------- the view


def test_the_root_carries_the_contract(mount, default):
    root = mount(default).locator(".fit-explorable")
    data = root.evaluate("e => ({...e.dataset})")
    assert float(data.pop("mse")) == pytest.approx(default.mse, rel=1e-12)
    assert data == {"explorable": "handfit", "state": "ready", "pieces": "6", "best": "false"}
    assert root.get_attribute("aria-label") == "Fit by hand"


def test_everything_is_within_reach_of_the_keyboard(mount, default):
    page = mount(default, id="handfit")
    reached = reached_by_tab(page, 12)
    hinges = [f"hinge {i} of 5" for i in range(1, 6)]
    assert reached == [
        "left end", *hinges, "right end", "pieces", "Reset", "Show me the best", "Copy link",
        "The hinges as a table",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("i", "key", "move"),
    [
        (2, "ArrowRight", (0.05, 0)),
        (2, "ArrowLeft", (-0.05, 0)),
        (2, "ArrowUp", (0, 0.05)),
        (2, "ArrowDown", (0, -0.05)),
        (2, "Shift+ArrowUp", (0, 0.005)),
        (2, "PageUp", (0, 0.25)),
        (2, "PageDown", (0, -0.25)),
        (0, "ArrowRight", (0, 0)),
        (0, "ArrowUp", (0, 0.05)),
        (6, "ArrowLeft", (0, 0)),
        (6, "ArrowDown", (0, -0.05)),
    ],
)
def test_keys_move_a_hinge(mount, default, i, key, move):
    page = mount(default)
    page.locator(".fit-handle").nth(i).press(key)
    expected = np.array(default.line)
    expected[i] += move
    line = kept_line(page)
    np.testing.assert_allclose(line, expected, atol=5.1e-4)
    assert shown_mse(page) == pytest.approx(mse_of(line), rel=1e-6)
    assert page.locator(".fit-handle").nth(i).evaluate("e => e === document.activeElement")
    np.testing.assert_allclose(coordinates(page), line, atol=5.1e-3)


def test_home_and_end_are_the_lowest_and_the_highest_place(mount, default):
    page = mount(default)
    hinge = page.locator(".fit-handle").nth(3)
    for key, y in (("Home", -1.5), ("End", 1.5)):
        hinge.press(key)
        assert kept_line(page)[3][1] == y
        assert float(hinge.get_attribute("aria-valuenow")) == y
    assert hinge.get_attribute("aria-valuetext") == "x = 0.00, y = 1.50"
    hinge.press("Control+ArrowLeft")  # the browser's own
    assert kept_line(page)[3][0] == 0


def test_a_mouse_drags_a_hinge_and_the_score_follows(mount, default):
    page = mount(default)
    x, y = middle(page, 4)
    page.mouse.move(x + 5, y - 5)  # it is held where it is taken
    page.mouse.down()
    page.mouse.move(x + 35, y - 25, steps=5)
    before_release = shown_mse(page)
    page.mouse.up()
    assert middle(page, 4) == pytest.approx((x + 30, y - 20), abs=0.6)
    assert shown_mse(page) == before_release == pytest.approx(mse_of(kept_line(page)), rel=1e-6)
    assert len(page.evaluate("model.saved")) == 1, "the kernel hears of it when it is let go"
    page.mouse.move(x, y)
    assert middle(page, 4) == pytest.approx((x + 30, y - 20), abs=0.6)


@pytest.mark.parametrize("enlarged", ["transform: scale(1.5)", "zoom: 1.5"])
def test_a_hinge_stays_under_the_pointer_of_an_enlarged_page(mount, default, enlarged):
    page = mount(default)
    page.evaluate("(style) => document.body.setAttribute('style', style)", enlarged)
    page.evaluate("document.body.style.transformOrigin = '0 0'")
    settle(page)
    x, y = middle(page, 4)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20, steps=3)
    page.mouse.up()
    assert middle(page, 4) == pytest.approx((x + 30, y - 20), abs=1)


def test_a_finger_drags_a_hinge_that_it_only_nearly_hits(mount, default):
    page = mount(default, width=390, has_touch=True, is_mobile=True)
    x, y = middle(page, 2)
    touch = finger(page)
    touch("touchStart", (x - 6, y + 18))
    for k in range(1, 6):
        touch("touchMove", (x - 6, y + 18 - 8 * k))
    touch("touchEnd")
    assert middle(page, 2) == pytest.approx((x, y - 40), abs=1)
    assert page.evaluate("scrollY") == 0
    assert shown_mse(page) == pytest.approx(mse_of(kept_line(page)), rel=1e-6)


def test_where_areas_overlap_the_nearest_hinge_is_meant(mount):
    at = "#handfit?pieces=4&x=-0.2_0_0.2&y=0_0_0_0_0"  # some 10 px from one to the next
    page = mount(HandFit(), id="handfit", at=at, width=390)
    line = coordinates(page)
    for i in range(5):
        x, y = middle(page, i)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 3)
        page.mouse.up()
        moved = coordinates(page)
        assert np.flatnonzero(np.abs(moved - line).max(axis=1) > 1e-6).tolist() == [i]
        line = moved


def test_hinges_keep_their_order_however_they_are_dragged(mount, default):
    page = mount(default)
    rng = random.Random(1)
    for _ in range(40):
        drag(page, rng.randrange(7), rng.randint(-700, 700), rng.randint(-400, 400), steps=3)
        x, y = np.transpose(kept_line(page))
        assert (x[0], x[-1]) == (-np.pi, np.pi)
        assert np.diff(x).min() > 0.0199
        assert np.abs(y).max() <= 1.5
        assert shown_mse(page) == pytest.approx(mse_of(kept_line(page)), rel=1e-6)


@pytest.mark.parametrize("count", [1, 2, 6, 12])
def test_another_number_of_pieces_starts_a_flat_line(mount, default, count):
    page = mount(default)
    page.locator(".fit-handle").nth(2).press("ArrowUp")
    slider = page.get_by_role("slider", name="pieces", exact=True)
    slider.fill(str(count))
    if count != 6:
        np.testing.assert_allclose(kept_line(page), flat_line(count), atol=1e-12)
        assert shown_mse(page) == pytest.approx(mse_of(flat_line(count)), rel=1e-6)
    else:
        assert kept_line(page)[2][1] == pytest.approx(0.05, abs=1e-3)
    assert page.locator(".fit-handle").count() == count + 1
    word = {1: "one piece", 2: "two pieces", 6: "six pieces", 12: "twelve pieces"}[count]
    assert slider.get_attribute("aria-valuetext") == word


@pytest.mark.parametrize("count", [1, 6, 7, 12])
def test_the_best_is_shown_beside_the_attempt_and_taken_back(mount, count):
    page = mount(HandFit(count))
    page.locator(".fit-handle").nth(0).press("ArrowUp")
    attempt = kept_line(page)
    assert page.locator("path.best-line").count() == 0 + 1, "only in the legend, which is hidden"
    assert not page.locator(".fit-legend li").last.is_visible()
    best = best_lines()[count - 1]
    page.get_by_role("button", name="Show me the best").click()
    root = page.locator(".fit-explorable")
    assert (root.get_attribute("data-best"), root.get_attribute("data-state")) == ("true", "ready")
    assert kept_line(page) == best["line"]
    assert shown_mse(page) == pytest.approx(best["mse"], rel=1e-5)
    assert page.locator(".fit-hand path.attempt").count() == 1
    assert page.locator(".fit-hand path.best-line").count() == 1
    assert page.locator(".fit-legend li").last.is_visible()
    page.locator(".fit-handle").nth(1).press("ArrowDown")  # moved on from the best
    assert root.get_attribute("data-best") == "false"
    page.get_by_role("button", name="Back to my line").click()
    assert kept_line(page) == attempt
    assert page.locator(".fit-hand path.attempt").count() == 0


def set_line(page, line):
    page.evaluate("line => model.receive({line})", line)


def test_the_sentence_is_honest(mount, default):
    page = mount(default)
    sentence = page.locator(".fit-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    assert sentence.text_content().startswith("Your line of six pieces has MSE 0.5, ")
    set_line(page, even_line(6))
    assert sentence.text_content() == (
        "Your line of six pieces has MSE 4.8 × 10⁻³, 8.8 times the best one’s 5.4 × 10⁻⁴. "
        "The goal is 5 × 10⁻⁴."  # whether six can reach it is for the reader to find out
    )
    best = page.get_by_role("button", name="Show me the best")
    best.click()
    assert sentence.text_content().startswith(
        "The best line of six pieces has MSE 5.4 × 10⁻⁴; yours has 4.8 × 10⁻³, 8.8 times as much."
    )
    assert sentence.text_content().endswith("The goal, 5 × 10⁻⁴, takes at least seven.")
    page.get_by_role("slider", name="pieces", exact=True).fill("9")
    set_line(page, even_line(9))
    assert sentence.text_content().endswith("The goal, 5 × 10⁻⁴, is within reach of nine.")
    best.click()
    pieces = default.setup["network"]["pieces"]
    assert sentence.text_content().endswith(
        f"is reached, and the network of {pieces} pieces beaten."
    )
    page.get_by_role("slider", name="pieces", exact=True).fill("1")
    assert "Your line of one piece has MSE 0.5, 2.5 times" in sentence.text_content()


def test_the_answer_comes_after_a_try(mount, default):
    page = mount(default)
    best = page.get_by_role("button", name="Show me the best")
    assert best.get_attribute("aria-disabled") == "true"
    best.click(force=True)
    assert page.locator(".fit-explorable").get_attribute("data-best") == "false"
    page.locator(".fit-handle").nth(2).press("ArrowDown")
    assert best.get_attribute("aria-disabled") == "false"
    page.get_by_role("slider", name="pieces", exact=True).fill("5")
    assert best.get_attribute("aria-disabled") == "true", "nothing was tried with five"


def test_the_best_try_is_kept_and_said(mount, default):
    page = mount(default)

    def record():
        return page.locator(".fit-score dd").nth(1).text_content()

    assert record() == "–"
    assert not page.locator(".fit-mark-record").is_visible()
    set_line(page, even_line(6))
    assert record() == "4.8 × 10⁻³"
    assert "so far" not in page.locator(".fit-sentence").text_content()
    page.locator(".fit-handle").nth(2).press("PageUp")  # worse
    assert record() == "4.8 × 10⁻³"
    assert "Your best so far: 4.8 × 10⁻³." in page.locator(".fit-sentence").text_content()
    page.get_by_role("button", name="Show me the best").click()
    page.locator(".fit-handle").nth(2).press("ArrowUp")  # what was shown is not the reader's
    assert record() == "4.8 × 10⁻³"
    page.get_by_role("button", name="Reset").click()
    assert record() == "4.8 × 10⁻³", "a reset begins another try"
    page.get_by_role("slider", name="pieces", exact=True).fill("7")
    assert record() == "–", "seven pieces are another game"


def test_where_a_drag_only_passes_is_no_try(mount, default):
    page = mount(default)
    x, y = middle(page, 4)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=3)
    better = shown_mse(page)
    page.mouse.move(x, y + 40, steps=3)
    page.mouse.up()
    assert better < shown_mse(page)
    said = [page.locator(".fit-score dd").nth(i).text_content() for i in (0, 1)]
    assert said[0] == said[1]


def test_below_the_line_stands_its_error_enlarged(mount, default):
    page = mount(default)
    set_line(page, even_line(6))
    label = page.locator(".fit-hand-error svg[role=img]").get_attribute("aria-label")
    largest = np.abs(np.interp(X, *np.transpose(even_line(6))) - np.sin(X)).max()
    assert label.endswith(f"at most {largest:.2g} off")
    scales = [
        page.locator(f".{name} .y-tick").evaluate_all("es => es.map((e) => e.textContent)")
        for name in ("fit-hand", "fit-hand-error")
    ]
    assert [unreadable(v) for v in scales[1]] == ["-0.1", "0", "0.1"]
    assert [unreadable(v) for v in scales[0]] == ["-1", "0", "1"]
    across = "es => es.map((e) => e.getBoundingClientRect().x)"
    over, under = (
        page.locator(f".{name} .tick").evaluate_all(across)
        for name in ("fit-hand", "fit-hand-error")
    )
    assert over == pytest.approx(under), "both have the same x axis"


def test_the_score_says_its_numbers_in_their_places(mount, default):
    page = mount(default)
    set_line(page, even_line(6))
    names = page.locator(".fit-score dt").all_text_contents()
    pieces = default.setup["network"]["pieces"]
    assert names == [
        "your line", "your best so far", "the best of six pieces", f"the network, {pieces} pieces",
    ]  # fmt: skip
    numbers = page.locator(".fit-score dd").all_text_contents()
    assert numbers == ["4.8 × 10⁻³", "4.8 × 10⁻³", "5.4 × 10⁻⁴", "1.0 × 10⁻⁴"]
    places = page.locator(".fit-mark").evaluate_all(
        "es => es.map((e) => e.style.getPropertyValue('--at'))"
    )
    even = mse_of(even_line(6))
    expected = [(np.log10(v) + 5) / 5 for v in (even, even, best_lines()[5]["mse"], 1.002e-4)]
    np.testing.assert_allclose([float(p) for p in places], expected, atol=1e-3)


def test_the_table_holds_the_hinges_and_the_best_ones_when_they_are_shown(mount, default):
    page = mount(default)
    page.get_by_text("The hinges as a table").first.press("Enter")
    page.wait_for_selector("tbody tr")

    def row(i):
        return page.locator("tbody tr").nth(i).locator("th, td").all_text_contents()

    set_line(page, even_line(6))
    assert row(1) == ["hinge 1 of 5", "−2.094", "−0.866", "−0.866", "–", "–"]
    page.get_by_role("button", name="Show me the best").click()
    x, y = best_lines()[5]["line"][1]
    assert [float(unreadable(v)) for v in row(1)[4:]] == [round(x, 3), round(y, 3)]
    assert row(1)[:4] == ["hinge 1 of 5", "−2.094", "−0.866", "−0.866"]


def test_reset_brings_the_first_line_back(mount):
    page = mount(HandFit(4))
    page.get_by_role("slider", name="pieces", exact=True).fill("9")
    drag(page, 3, 20, 30)
    page.get_by_role("button", name="Show me the best").click()
    page.get_by_role("button", name="Reset").click()
    np.testing.assert_allclose(kept_line(page), flat_line(4), atol=1e-12)
    assert page.get_by_role("button", name="Show me the best").is_visible()


def test_a_line_set_in_the_kernel_is_shown(mount, default):
    page = mount(default)
    line = [[-np.pi, 0.1], [0.5, -0.2], [np.pi, 0.3]]
    page.evaluate("line => model.receive({line})", line)
    np.testing.assert_allclose(coordinates(page), line, atol=5.1e-3)
    assert shown_mse(page) == pytest.approx(mse_of(line), rel=1e-9)
    assert page.evaluate("model.saved") == [], "what came from the kernel is not sent back"


# ---------------------------------------------------------------------------- in the book


def test_the_address_holds_the_line_and_brings_it_back(mount, default):
    page = mount(default, id="handfit")
    assert hash_of(page) == ""
    drag(page, 2, 25, -30)
    page.locator(".fit-handle").nth(6).press("ArrowUp")
    line, address = coordinates(page), hash_of(page)
    assert address.startswith("#handfit?pieces=6&x=-2.094_")
    assert page.evaluate("model.saved") == []
    again = mount(default, id="handfit", at=address)
    np.testing.assert_allclose(coordinates(again), line, atol=1.1e-2)
    assert shown_mse(again) == pytest.approx(shown_mse(page), rel=0.02)
    again.get_by_role("button", name="Reset").click()
    assert hash_of(again) == ""
    np.testing.assert_allclose(coordinates(again), flat_line(6), atol=6e-3)


def test_a_flat_line_has_a_short_address(mount, default):
    page = mount(default, id="handfit", at="#handfit?pieces=9")
    assert page.locator(".fit-handle").count() == 10
    page.get_by_role("slider", name="pieces", exact=True).fill("1")
    assert hash_of(page) == "#handfit?pieces=1"
    page.evaluate("location.hash = '#handfit?pieces=3&x=-1_1&y=0.1_-1_1_-0.1'")
    page.wait_for_function("document.querySelectorAll('.fit-handle').length === 4")
    np.testing.assert_allclose(coordinates(page)[:, 1], [0.1, -1, 1, -0.1])


@pytest.mark.parametrize(
    "query",
    [
        "pieces=0", "pieces=13", "pieces=six", "pieces=", "x=1&y=2", "pieces=2&x=0",
        "pieces=2&x=0&y=0_0", "pieces=2&x=0&y=0_9_0", "pieces=2&x=4&y=0_0_0",
        "pieces=3&x=1_-1&y=0_0_0_0", "pieces=2&x=NaN&y=0_0_0", "pieces=2&x=&y=0_0_0",
        "pieces=2&x=0&y=_0_0", "pieces=1e9", "pieces=2&x=<b>&y=0_0_0", "foreign=1",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_ignored(mount, default, query):
    page = mount(default, id="handfit", at=f"#handfit?{query}")
    assert shown_mse(page) == pytest.approx(default.mse, rel=1e-9)


def test_an_address_of_another_figure_is_left_alone(mount, default):
    page = mount(default, id="handfit", at="#fit?width=3")
    page.get_by_role("button", name="Reset").click()
    assert hash_of(page) == "#fit?width=3"
    assert page.locator(".fit-handle").count() == 7


def test_copy_link_copies_the_address_of_now(mount, default):
    page = mount(default, id="handfit", **CLIPBOARD)
    page.get_by_role("slider", name="pieces", exact=True).fill("8")
    assert copied_link(page) == f"{ADDRESS}#handfit?pieces=8"


def test_in_jupyter_there_is_no_link(mount, default):
    page = mount(default)
    assert page.get_by_role("button", name="Copy link").count() == 0
    drag(page, 2, 25, -30)
    assert hash_of(page) == ""


# ---------------------------------------------------------------------------- whatever is done


@pytest.mark.parametrize("id", [None, "handfit"])
def test_two_hundred_random_actions_leave_nothing_stuck(mount, default, id):
    page = mount(default, id=id)
    rng = random.Random(7)

    def key():
        keys = ["ArrowUp", "ArrowLeft", "ArrowRight", "ArrowDown", "PageUp", "Home", "End"]
        handles = page.locator(".fit-handle")
        handles.nth(rng.randrange(handles.count())).press(rng.choice(keys))

    actions = [
        key,
        key,
        lambda: drag(page, rng.randrange(2), rng.randint(-300, 300), rng.randint(-200, 200), 2),
        lambda: page.get_by_role("slider", name="pieces", exact=True).fill(str(rng.randint(1, 12))),
        lambda: page.locator(".fit-buttons button").nth(rng.randrange(2)).click(force=True),
        lambda: page.locator("summary").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    for _ in range(200):
        rng.choice(actions)()
    root = page.locator(".fit-explorable")
    assert root.get_attribute("data-state") == "ready"
    assert "NaN" not in root.evaluate("e => e.outerHTML")
    page.get_by_role("button", name="Reset").click()
    assert shown_mse(page) == pytest.approx(default.mse, rel=1e-9)
    drag(page, 3, 0, -40)
    assert coordinates(page)[3][1] > 0.1


def test_the_slider_may_move_while_a_hinge_is_held(mount, default):
    page = mount(default)
    for i in (1, 6):
        page.get_by_role("button", name="Reset").click()
        page.mouse.move(*middle(page, i))
        page.mouse.down()
        page.get_by_role("slider", name="pieces", exact=True).fill("2")
        page.mouse.move(300, 300)
        page.mouse.up()
        page.mouse.move(*middle(page, 1))  # nothing is held any more
        page.mouse.move(320, 320)
        np.testing.assert_allclose(kept_line(page), flat_line(2), atol=1e-12)


@pytest.mark.parametrize("id", [None, "handfit"])
def test_leaving_takes_everything_away(mount, default, id):
    page = mount(default, id=id)
    page.locator(".fit-handle").nth(2).press("ArrowUp")
    page.evaluate("leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0
    assert hash_of(page) == "", "a timer was left behind"
    page.evaluate("location.hash = '#handfit?pieces=3'")
    settle(page)


def test_two_on_a_page_live_and_die_apart(mount, default):
    page = mount(default)
    page.evaluate(
        """async () => {
            const { default: { render } } = await import(url);
            window.second = document.body.appendChild(document.createElement("div"));
            window.leaveSecond = render({ model, el: second });
        }"""
    )
    page.locator(".fit-handle").nth(2).press("ArrowUp")
    assert page.evaluate("second.firstChild.dataset.mse") == str(shown_mse_text(page))
    page.evaluate("leaveSecond()")
    assert page.locator(".fit-explorable").count() == 1


def shown_mse_text(page):
    return page.locator("#place .fit-explorable").get_attribute("data-mse")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_it_fits_the_page(mount, default, width):
    page = mount(default, id="handfit", width=width, book=True)
    page.locator(".fit-handle").nth(1).press("ArrowDown")
    page.get_by_role("button", name="Show me the best").click()
    page.get_by_text("The hinges as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, default, book, theme, width):
    page = mount(default, id="handfit" if book else None, theme=theme, width=width, book=book)
    page.get_by_text("The hinges as a table").first.click()
    page.wait_for_selector("details tbody tr")
    for show_best in (False, True):
        if show_best:
            page.locator(".fit-handle").nth(1).press("ArrowDown")
            page.get_by_role("button", name="Show me the best").click()
            page.locator(".fit-handle").nth(1).focus()
        assert_accessible(page)
