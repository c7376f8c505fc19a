"""Correlation: what the page computes is what the library computes, whatever is chosen."""

import json
import math
import random
import re

import numpy as np
import pytest

from axe import assert_accessible
from fitlab.classification import bayes
from fitlab.explorables.correlation import RHOS, Correlation, _even_line
from mounted import (
    CLIPBOARD,
    copied_link,
    figure_of,
    hash_of,
    live_through,
    reached_by_tab,
    unreadable,
)

EXPLORABLE = Correlation

START = {"rho": 0.5, "height": 178.0, "weight": 83.0}


# ---------------------------------------------------------------------------- at rest


def test_its_claims_are_bayes_formula_by_hand(default):
    """z = (1, 1), d = (2, 1.5), rho = 1/2: the log-odds are 3.5 in all, and 3.5 / 1.5 in truth."""
    assert default.claims() == pytest.approx([1 / (1 + math.exp(-s)) for s in (7 / 3, 3.5)])


@pytest.mark.parametrize("rho", [0, 0.5, 0.95])
def test_on_the_line_of_even_odds_nothing_is_decided(rho):
    for weights, odds in (
        (bayes.full_weights(rho), lambda x: bayes.full_log_odds(x, rho)),
        (bayes.DISTANCE, bayes.naive_log_odds),
    ):
        points = np.transpose(_even_line(weights))
        assert points.shape == (2, 2)
        assert abs(points[1] - points[0]).max() > 50
        assert abs(odds(points)).max() < 1e-10


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rho": 1}, "rho=1"),
        ({"rho": 0.52}, "rho=0.52 was given; rho must be a multiple of 0.05"),
        ({"height": 99}, "height=99"),
        ({"weight": "heavy"}, "weight='heavy'"),
        ({"weight": float("nan")}, "weight=nan"),
    ],
)
def test_what_is_not_offered_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Correlation(**settings)


@pytest.mark.parametrize(("trait", "value"), [("rho", 0.51), ("height", 0), ("weight", 500)])
def test_a_trait_refuses_it_too(default, trait, value):
    with pytest.raises(ValueError, match=f"{trait}="):
        setattr(default, trait, value)
    assert getattr(default, trait) == START[trait]


def test_its_state_is_small_and_its_figure_tells_the_story(default):
    state = {k: v for k, v in default.get_state().items() if k[0] != "_" and k != "layout"}
    assert len(json.dumps(state)) < 2_000
    html = figure_of(default)
    assert html.startswith('<figure data-explorable="correlation" data-state="rest"')
    alt, caption = re.search('aria-label="([^"]*)"', html)[1], html[html.index("<figcaption>") :]
    for said in (alt, caption):
        for number in ("0.91", "0.97", "0.34 and 0.37", "0.851 and 0.848", "0.046"):
            assert number in said
    assert repr(default) == "Correlation(rho 0.5; at 178 cm and 83 kg: full 0.91, naive 0.97)"


# ---------------------------------------------------------------------------- the view


def cells(page):
    """The numbers of the table: {rule: [claim, log-loss, accuracy, calibration error]}."""
    rows = page.locator(".fit-worth tbody tr").all()
    numbers = [list(map(float, row.locator("td").all_text_contents())) for row in rows]
    return dict(zip(("full", "naive"), numbers, strict=True))


def choose(page, rho):
    page.get_by_role("slider", name="correlation").fill(str(RHOS.index(rho)))


def test_the_root_carries_the_contract(mount, default):
    root = mount(default).locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "correlation", "state": "ready", "rho": "0.5", "height": "178",
        "weight": "83",
    }  # fmt: skip
    assert root.get_attribute("aria-label") == "Correlation explorer"


def test_the_page_computes_what_the_library_computes(mount, default):
    """Every correlation, a few people: to 1e-9, against the library, which scipy has checked."""
    page = mount(default)
    page.evaluate(
        """async () => {
            const source = await (await fetch(url)).text();
            const blob = new Blob([source + "export { newJudge };"], { type: "text/javascript" });
            const { newJudge } = await import(URL.createObjectURL(blob));
            window.judge = newJudge(model.get("setup"));
        }"""
    )
    for rho in RHOS:
        limits = {"full": bayes.full_limit(rho), "naive": bayes.naive_limit(rho)}
        for person in ([178, 83], [142, 22], [200, 120], [171, 71], [160.5, 99.9]):
            state = {"rho": rho, "height": person[0], "weight": person[1]}
            found = page.evaluate("s => judge(s)", state)
            odds = {
                "full": bayes.full_log_odds([person], rho),
                "naive": bayes.naive_log_odds([person]),
            }
            for rule, limit in limits.items():
                claim = float(bayes.probability(odds[rule])[0])
                assert found[rule]["claim"] == pytest.approx(claim, rel=1e-9)
                for name, key in {
                    "log_loss": "logLoss",
                    "accuracy": "accuracy",
                    "calibration_error": "calibrationError",
                    "slope": "slope",
                }.items():
                    expected = getattr(limit, name)
                    assert found[rule][key] == pytest.approx(expected, abs=1e-9), (rule, name)


@pytest.mark.parametrize("rho", [0, 0.5, 0.95])
def test_the_table_shows_these_numbers(mount, default, rho):
    page = mount(default)
    choose(page, rho)
    for rule, limit in (("full", bayes.full_limit(rho)), ("naive", bayes.naive_limit(rho))):
        expected = [limit.log_loss, limit.accuracy, limit.calibration_error]
        assert cells(page)[rule][1:] == pytest.approx(expected, abs=6e-4)
    claims = Correlation(rho=rho).claims()
    assert [c[0] for c in cells(page).values()] == pytest.approx(claims, abs=6e-4)
    assert page.evaluate("model.saved.at(-1)") == {**START, "rho": rho}


@pytest.mark.parametrize(
    ("key", "height", "weight"),
    [("ArrowRight", 179, 83), ("ArrowUp", 178, 84), ("Shift+ArrowLeft", 177.9, 83),
     ("PageDown", 178, 78), ("Home", 178, 22), ("End", 178, 120)],
)  # fmt: skip
def test_keys_move_the_person(mount, default, key, height, weight):
    page = mount(default)
    handle = page.locator(".fit-handle")
    handle.press(key)
    assert handle.get_attribute("aria-valuetext") == f"{height} cm and {weight} kg"
    assert page.evaluate("model.saved.at(-1)") == {**START, "height": height, "weight": weight}
    expected = Correlation(height=height, weight=weight).claims()
    assert [c[0] for c in cells(page).values()] == pytest.approx(expected, abs=6e-4)


def test_the_mouse_drags_the_person_and_not_out_of_the_picture(mount, default):
    page = mount(default)
    box = page.locator(".fit-handle-seen").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 40, steps=4)
    root = page.locator(".fit-explorable")
    assert float(root.get_attribute("data-height")) < 178
    assert float(root.get_attribute("data-weight")) < 83
    page.mouse.move(x - 3_000, y + 3_000, steps=4)
    page.mouse.up()
    assert (root.get_attribute("data-height"), root.get_attribute("data-weight")) == ("142", "22")


def test_the_pictures_are_drawn_where_the_formulas_say(mount, default):
    page = mount(default)
    box = page.evaluate(
        """() => { const svg = document.querySelector(".fit-shares svg svg");
        return ["x", "y", "width", "height"].map((k) => Number(svg.getAttribute(k))); }"""
    )
    path = page.locator(".fit-shares svg svg path.counted").get_attribute("d")
    x, y = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float).T
    claimed, share = (x - box[0]) / box[2], 1 - (y - box[1]) / box[3]
    inside = (claimed > 0.02) & (claimed < 0.98)
    slope = bayes.naive_limit(0.5).slope
    expected = bayes.probability(slope * np.log(claimed[inside] / (1 - claimed[inside])))
    np.testing.assert_allclose(share[inside], expected, atol=5e-3)
    assert page.locator(".fit-people path.women").count() == 2
    assert page.locator(".fit-people path.men").count() == 2


def test_the_sentence_says_both_claims_and_the_price(mount, default):
    page = mount(default)
    sentence = page.locator(".fit-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    assert sentence.text_content() == (
        "For 178 cm and 83 kg, the full formula says “man” with 0.912, naive Bayes with 0.971. "
        "Naive Bayes loses 0.028 nats and 0.31 points of accuracy in a hundred; "
        "its log-odds are 1.5 times too large."
    )
    choose(page, 0)
    page.wait_for_function(
        "document.querySelector('.fit-sentence').textContent.includes('both are the same rule')"
    )


def test_the_table_holds_every_correlation(mount, default):
    page = mount(default)
    page.get_by_text("The log-losses as a table").first.press("Enter")
    page.wait_for_selector("details tbody tr")
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("details tbody tr").all()]
    assert len(rows) == len(RHOS)
    for row in rows:
        rho, *numbers = map(float, map(unreadable, row))
        full, naive = bayes.full_limit(rho), bayes.naive_limit(rho)
        lost = [naive.log_loss - full.log_loss, full.accuracy - naive.accuracy]
        expected = [full.log_loss, naive.log_loss, *lost, naive.calibration_error]
        assert numbers == pytest.approx(expected, abs=6e-5)


def test_reset_and_the_kernel(mount, default):
    page = mount(default)
    choose(page, 0.95)
    page.locator(".fit-handle").press("Home")
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("model.saved.at(-1)") == default.initial == START
    page.evaluate("model.receive({rho: 0.8, height: 160})")
    root = page.locator(".fit-explorable")
    assert (root.get_attribute("data-rho"), root.get_attribute("data-height")) == ("0.8", "160")


def test_the_address_brings_it_back_and_nonsense_is_ignored(mount, default):
    page = mount(default, id="correlation")
    choose(page, 0.75)
    page.locator(".fit-handle").press("ArrowRight")
    address = hash_of(page)
    assert address == "#correlation?rho=0.75&height=179&weight=83"
    assert cells(mount(default, id="correlation", at=address)) == cells(page)
    page.get_by_role("button", name="Reset").click()
    assert hash_of(page) == ""
    for query in ("rho=2", "rho=x", "height=1e9", "weight=-1", "rho=0.5&height=__proto__"):
        other = mount(default, id="correlation", at=f"#correlation?{query}")
        assert other.locator(".fit-explorable").get_attribute("data-height") == "178"


def test_copy_link_copies_the_address_of_now(mount, default):
    page = mount(default, id="correlation", **CLIPBOARD)
    choose(page, 0.2)
    copied = copied_link(page)
    assert copied.endswith("/book.html#correlation?rho=0.2&height=178&weight=83")


def test_everything_is_within_reach_of_the_keyboard(mount, default):
    page = mount(default, id="correlation")
    reached = reached_by_tab(page, 5)
    assert reached == [
        "person", "correlation", "Reset", "Copy link", "The log-losses as a table",
    ]  # fmt: skip


@pytest.mark.parametrize("id", [None, "correlation"])
def test_random_actions_leave_nothing_stuck_and_leaving_takes_all_away(mount, default, id):
    page = mount(default, id=id)
    rng = random.Random(3)
    keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "Home", "End", "PageUp"]
    actions = [
        lambda: page.get_by_role("slider", name="correlation").press(rng.choice(keys)),
        lambda: page.locator(".fit-handle").press(rng.choice(keys)),
        lambda: page.locator("summary").click(),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    live_through(page, rng, actions, 60)


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280])
def test_it_fits_the_page(mount, default, width):
    page = mount(default, id="correlation", width=width, book=True)
    choose(page, 0.95)
    page.get_by_text("The log-losses as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, default, theme, book, width):
    page = mount(default, id="correlation" if book else None, theme=theme, width=width, book=book)
    page.get_by_text("The log-losses as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert_accessible(page)
