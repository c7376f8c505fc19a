"""Two distributions: what the page computes is what the library computes, whatever is dragged."""

import json
import math
import random
import re

import numpy as np
import pytest

from axe import assert_accessible
from fitlab.explorables.distributions import BELIEF, SYMBOLS, UNITS, WEATHER, TwoDistributions
from fitlab.information.entropy import score_gradients_of_p
from mounted import (
    CLIPBOARD,
    copied_link,
    figure_of,
    hash_of,
    live_through,
    reached_by_tab,
    unreadable,
)

EXPLORABLE = TwoDistributions

START = {"p": list(WEATHER), "q": list(BELIEF), "unit": "bits", "locked": False}


# ---------------------------------------------------------------------------- at rest


def test_at_rest_the_code_lengths_are_whole_bits(default):
    """By hand: 1, 2, 3, 4, 4 bits in the code for P, and 3, 1, 2, 4, 4 in that for Q."""
    assert default.measures() == pytest.approx((1.875, 0.625, 2.5, 0.5), abs=1e-12)
    nats = TwoDistributions(unit="nats").measures()
    assert nats == pytest.approx(np.array([1.875, 0.625, 2.5, 0.5]) * math.log(2))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"p": [0.5, 0.5]}, "p of shape (2,) was given; it must have 5 probabilities, for sun"),
        ({"q": [1, 0, 0, 0, 0.1]}, "q has probabilities that add up to 1.1"),
        ({"q": [1.5, -0.5, 0, 0, 0]}, "none may be negative"),
        ({"p": [float("nan"), 1, 0, 0, 0]}, "NaN"),
        ({"unit": "bans"}, "unit='bans' was given; unit must be one of bits, nats"),
        ({"locked": "yes"}, "locked='yes' was given; locked must be True or False"),
    ],
)
def test_what_is_not_offered_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        TwoDistributions(**settings)


@pytest.mark.parametrize(
    ("trait", "value"), [("p", [1.0, 1.0, 0.0, 0.0, 0.0]), ("q", [1.0]), ("unit", "bytes")]
)
def test_a_trait_refuses_it_too(default, trait, value):
    with pytest.raises(ValueError, match=f"{trait}"):
        setattr(default, trait, value)
    assert getattr(default, trait) == START[trait]


def test_its_state_is_small_and_its_figure_tells_the_story(default):
    state = {k: v for k, v in default.get_state().items() if k[0] != "_" and k != "layout"}
    assert len(json.dumps(state)) < 2_000
    html = figure_of(default)
    assert html.startswith('<figure data-explorable="distributions" data-state="rest"')
    alt, caption = re.search('aria-label="([^"]*)"', html)[1], html[html.index("<figcaption>") :]
    for said in (alt, caption):
        assert "H(P) = 1.875 and D(P‖Q) = 0.625 add up to H(P, Q) = 2.5" in said
        assert "D(Q‖P) = 0.5" in said
    assert "sun 50 against 12.5" in alt
    assert repr(default) == "TwoDistributions(in bits: H(P) 1.875 + D(P‖Q) 0.625 = H(P, Q) 2.5)"


def test_the_infinite_can_be_drawn_and_is_said():
    impossible = TwoDistributions(q=[0, 1, 0, 0, 0], locked=True)
    assert repr(impossible) == (
        "TwoDistributions(in bits: H(P) 1.875 + D(P‖Q) infinite = H(P, Q) infinite, P locked)"
    )
    assert "H(P, Q) = infinite" in figure_of(impossible)


# ---------------------------------------------------------------------------- the mathematics


def exported(page, *names):
    """Call functions of the module that the page shows: evaluate(expression)."""
    page.evaluate(
        """async (names) => {
            const source = await (await fetch(url)).text();
            const blob = new Blob([source + `export { ${names} };`], { type: "text/javascript" });
            Object.assign(window, await import(URL.createObjectURL(blob)));
        }""",
        ", ".join(names),
    )


def some_pairs():
    """Pairs of distributions, with zeros in P, in Q, and in both."""
    rng = np.random.default_rng(7)
    weights = rng.exponential(size=(2, 40, 5)) * (rng.random((2, 40, 5)) > 0.25)
    weights[weights.sum(axis=-1) == 0] = 1
    p, q = weights / weights.sum(axis=-1, keepdims=True)
    q[20:] = 0.5 * p[20:] + 0.1  # all of them finite
    return [*zip(p, q, strict=True), (np.eye(5)[0], np.eye(5)[0]), (WEATHER, WEATHER)]


def finite_or_none(value):
    return value if math.isfinite(value) else None


@pytest.mark.parametrize("unit", UNITS)
def test_the_page_computes_what_the_library_computes(mount, default, unit):
    page = mount(default)
    exported(page, "measure")
    for p, q in some_pairs():
        for locked in (True, False):
            state = {"p": list(p), "q": list(q), "unit": unit, "locked": locked}
            found = page.evaluate("s => JSON.parse(JSON.stringify(measure(s)))", state)
            own = TwoDistributions(**{k: v for k, v in state.items() if k in "pq"}, unit=unit)
            expected = [finite_or_none(value) for value in own.measures()]
            shown = [found[name] for name in ("entropy", "kl", "cross", "back")]
            assert shown == pytest.approx(expected, abs=1e-12)
            check_pulls(found["pulls"], p, q, unit, locked)


def check_pulls(pulls, p, q, unit, locked):
    """Minus the library's gradients, which autograd has checked."""
    nats = math.log(UNITS[unit])
    if locked:
        gradient = (np.asarray(q) - p) / nats
        assert pulls["cross"] == pulls["kl"] == pytest.approx(-gradient, abs=1e-12)
        return
    try:
        cross, kl = score_gradients_of_p(p, q)
    except ValueError:
        assert pulls is None
        return
    assert pulls["cross"] == pytest.approx(-cross / nats, abs=1e-12)
    assert pulls["kl"] == pytest.approx(-kl / nats, abs=1e-12)


def test_whatever_is_dragged_the_sum_stays_one_and_the_others_keep_their_proportions(
    mount, default
):
    page = mount(default)
    exported(page, "withBar")
    rng = np.random.default_rng(8)
    for _ in range(60):
        bars = rng.multinomial(10_000, rng.dirichlet(np.ones(5))) / 10_000
        k, wanted = int(rng.integers(5)), float(rng.uniform(-0.2, 1.2))
        after = np.array(page.evaluate("a => withBar(...a)", [bars.tolist(), k, wanted]))
        assert after[k] == pytest.approx(min(1, max(0, wanted)), abs=5.1e-5)
        assert np.rint(after * 10_000).sum() == 10_000
        assert after * 10_000 == pytest.approx(np.rint(after * 10_000), abs=1e-9)
        assert after.sum() == pytest.approx(1, abs=1e-12)
        rest = np.delete(bars, k) * (1 - after[k]) / (1 - bars[k])
        assert np.delete(after, k) == pytest.approx(rest, abs=1.01e-4)
    alone = page.evaluate("withBar([1, 0, 0, 0, 0], 0, 0.2)")
    assert alone == [0.2, 0.2, 0.2, 0.2, 0.2]  # nothing had a proportion


# ---------------------------------------------------------------------------- the view


def grip(page, which, symbol):
    return page.get_by_role("slider", name=f"{which} of {symbol}", exact=True)


def shown(page):
    """What the sums say: [H(P), D(P‖Q)], [H(P, Q)], [D(Q‖P)]."""
    return [
        [float(v) for v in re.findall(r"[\d.]+", text)]
        for text in page.locator(".two-sums dd").all_text_contents()
    ]


def kept(page):
    return page.evaluate("model.saved.at(-1)")


def measures_of(page):
    state = kept(page)
    return TwoDistributions(state["p"], state["q"], state["unit"]).measures()


def test_the_root_carries_the_contract(mount, default):
    root = mount(default).locator(".fit-explorable")
    data = root.evaluate("e => ({...e.dataset})")
    numbers = [float(data.pop(name)) for name in ("entropy", "kl", "cross", "back")]
    assert numbers == pytest.approx(default.measures(), abs=1e-12)
    assert data == {
        "explorable": "distributions", "state": "ready", "unit": "bits", "locked": "false",
    }  # fmt: skip
    assert root.get_attribute("aria-label") == "Two distributions"


@pytest.mark.parametrize(
    ("key", "height"),
    [
        ("ArrowUp", 0.135),
        ("ArrowRight", 0.135),
        ("ArrowLeft", 0.115),
        ("Shift+ArrowDown", 0.124),
        ("PageUp", 0.175),
        ("Home", 0),
        ("End", 1),
    ],
)
@pytest.mark.parametrize("which", ["P", "Q"])
def test_keys_move_a_bar(mount, default, key, height, which):
    page = mount(default)
    symbol = "rain" if which == "P" else "sun"  # both at 12.5 % to begin with
    grip(page, which, symbol).press(key)
    state = kept(page)
    assert state[which.lower()][SYMBOLS.index(symbol)] == pytest.approx(height)
    assert sum(state[which.lower()]) == pytest.approx(1)
    other = "q" if which == "P" else "p"
    assert state[other] == START[other]
    words = grip(page, which, symbol).get_attribute("aria-valuetext")
    assert words == f"{100 * height:g} %"
    entropy, kl, cross, back = measures_of(page)
    if math.isfinite(cross):
        for line, values in zip(shown(page), ([entropy, kl], [cross], [back]), strict=True):
            if all(map(math.isfinite, values)):
                assert line == pytest.approx(values, abs=5.1e-4)


def test_the_mouse_drags_a_bar_and_back_again_without_a_trace(mount, default):
    page = mount(default)
    box = grip(page, "Q", "cloud").locator(".fit-handle-seen").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 25, y - 40, steps=4)
    assert kept(page)["q"][1] > 0.6
    assert grip(page, "Q", "cloud").evaluate("e => e === document.activeElement")
    page.mouse.move(x, y - 3_000, steps=4)
    assert kept(page)["q"] == [0, 1, 0, 0, 0]
    page.mouse.move(x, y, steps=4)
    page.mouse.up()
    assert kept(page)["q"] == pytest.approx(START["q"], abs=2e-3)
    assert kept(page)["q"][0] / kept(page)["q"][2] == pytest.approx(0.5, abs=2e-3)
    assert kept(page)["p"] == START["p"]


def test_the_bars_add_up_on_the_screen(mount, default):
    page = mount(default)
    for keys in ([], ["PageUp", "PageUp"], ["PageDown"]):
        for key in keys:
            grip(page, "Q", "fog").press(key)
        width = {
            kind: page.locator(f".two-bar-{kind}").bounding_box()["width"]
            for kind in ("entropy", "kl", "cross", "back")
        }
        assert width["entropy"] + width["kl"] == pytest.approx(width["cross"], abs=1.5)
        entropy, _, cross, back = measures_of(page) if keys else default.measures()
        scale = width["cross"] / cross
        assert width["entropy"] == pytest.approx(entropy * scale, abs=1.5)
        assert width["back"] == pytest.approx(back * scale, abs=1.5)


def test_the_areas_are_the_losses(mount, default):
    """The picture on the right, measured in pixels: mean height, by the trapezoidal rule."""
    page = mount(default)
    box = page.evaluate(
        """() => { const svg = document.querySelector(".two-costs svg svg");
        return ["x", "y", "width", "height"].map((k) => Number(svg.getAttribute(k))); }"""
    )
    path = page.locator(".two-costs svg svg path.two-q").get_attribute("d")
    x, y = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float).T
    share, bits = (x - box[0]) / box[2], 5 * (1 - (y - box[1]) / box[3])
    assert np.trapezoid(bits, share) == pytest.approx(2.5, abs=0.02)


def arrows(page):
    return [
        page.locator(f".two-pulls svg svg path.two-{loss}-arrow").get_attribute("d")
        for loss in ("ce", "kl")
    ]


def test_with_p_locked_two_gradients_are_one_arrow(mount, default):
    page = mount(default)
    cross, kl = arrows(page)
    assert cross != kl
    lock = page.get_by_role("button", name="Lock P")
    assert lock.get_attribute("aria-pressed") == "false"
    lock.click()
    assert lock.get_attribute("aria-pressed") == "true"
    cross, kl = arrows(page)
    assert cross == kl != ""
    assert page.locator(".fit-handle").count() == 5
    grip(page, "Q", "sun").press("PageUp")
    moved = arrows(page)
    assert moved[0] == moved[1] != cross
    assert kept(page)["p"] == START["p"]
    lock.press("Enter")
    assert page.locator(".fit-handle").count() == 10
    assert arrows(page)[0] != arrows(page)[1]


def test_the_unit_changes_the_numbers_and_nothing_else(mount, default):
    page = mount(default)
    page.get_by_role("combobox", name="unit").select_option("nats")
    nats = TwoDistributions(unit="nats").measures()
    expected = [[nats[0], nats[1]], [nats[2]], [nats[3]]]
    for line, values in zip(shown(page), expected, strict=True):
        assert line == pytest.approx(values, abs=5.1e-4)
    assert kept(page) == {**START, "unit": "nats"}


def said(page, part):
    page.wait_for_function(
        "part => document.querySelector('.fit-sentence').textContent.includes(part)", arg=part
    )


def test_on_a_phone_bars_sums_and_buttons_share_a_screen(mount, default):
    page = mount(default, id="distributions", width=390, book=True)

    def edges(selector):
        box = page.locator(selector).first.bounding_box()
        return box["y"], box["y"] + box["height"]

    top, _ = edges(".fit-hint")
    _, bars_end = edges(".two-bars")
    sums, sums_end = edges(".two-sums")
    buttons, end = edges(".fit-buttons")
    assert bars_end < sums < sums_end < buttons
    assert end - top < 844
    for later in (".two-costs", ".two-pulls"):
        assert edges(later)[0] > end


def test_the_sentence_says_the_price_and_the_pull(mount, default):
    page = mount(default)
    sentence = page.locator(".fit-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    assert sentence.text_content() == (
        "A day costs 2.5 bits in the code for Q, but only 1.875 in the code for P: to believe Q "
        "costs 0.625 more. P may move: cross-entropy pulls it towards what Q finds likeliest, "
        "cloud; KL pulls it towards Q."
    )
    page.get_by_role("button", name="Lock P").click()
    said(page, "P is locked, as labels are, and the two losses pull the scores of Q by the same")
    page.get_by_role("button", name="Let Q be P").click()
    said(page, "Q is P: a day costs 1.875 bits, and no code can do with less.")
    said(page, "nowhere, both")
    page.get_by_role("button", name="Lock P").click()
    said(page, "KL pulls it nowhere")
    grip(page, "Q", "snow").press("Home")
    said(page, "Q rules out snow, but it happens: there is no code for such a day, and both")
    said(page, "By P, neither has a gradient there.")
    assert "infinite" in page.locator(".two-sums dd").nth(1).text_content()
    assert page.locator(".two-bar-cross[data-endless]").count() == 1
    grip(page, "P", "snow").press("Home")
    said(page, "a day costs")
    grip(page, "P", "sun").press("End")
    said(page, "P is certain")


def test_the_table_holds_every_number(mount, default):
    page = mount(default)
    page.get_by_text("The numbers as a table").first.press("Enter")
    page.wait_for_selector("details tbody tr")
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("details tbody tr").all()]
    assert [row[0] for row in rows] == SYMBOLS
    found = np.array([[float(unreadable(v).removesuffix(" %")) for v in row[1:]] for row in rows])
    gradients = score_gradients_of_p(WEATHER, BELIEF)
    expected = [
        *(100 * np.array([WEATHER, BELIEF])), -np.log2(WEATHER), -np.log2(BELIEF),
        *(-gradient / math.log(2) for gradient in gradients),
    ]  # fmt: skip
    np.testing.assert_allclose(found.T, expected, atol=5.1e-4)
    grip(page, "Q", "fog").press("Home")
    assert "infinite" in page.locator("details tbody tr").nth(3).text_content()


def test_reset_and_the_kernel(mount, default):
    page = mount(default)
    grip(page, "Q", "sun").press("End")
    page.get_by_role("button", name="Lock P").click()
    page.get_by_role("button", name="Reset").click()
    assert kept(page) == default.initial == START
    page.evaluate("model.receive({q: [0.2, 0.2, 0.2, 0.2, 0.2], unit: 'nats', locked: true})")
    root = page.locator(".fit-explorable")
    uniform = TwoDistributions(q=[0.2] * 5, unit="nats").measures()
    assert float(root.get_attribute("data-cross")) == pytest.approx(uniform[2])
    assert root.get_attribute("data-locked") == "true"


def test_the_address_brings_it_back_and_nonsense_is_ignored(mount, default):
    page = mount(default, id="distributions")
    grip(page, "Q", "sun").press("ArrowUp")
    page.get_by_role("button", name="Lock P").click()
    address = hash_of(page)
    assert address.startswith("#distributions?p=5000_2500_1250_625_625&q=1350_")
    assert address.endswith("&unit=bits&locked=yes")
    again = mount(default, id="distributions", at=address)
    data = [p.locator(".fit-explorable").evaluate("e => ({...e.dataset})") for p in (page, again)]
    assert data[0] == data[1]
    page.get_by_role("button", name="Reset").click()
    assert hash_of(page) == ""
    for query in (
        "p=1_2", "p=10000_0_0_0_1", "p=-5000_15000_0_0_0", "q=a_b_c_d_e", "unit=bytes",
        "locked=perhaps", "unit=__proto__", "q=2000.5_1999.5_2000_2000_2000",
    ):  # fmt: skip
        other = mount(default, id="distributions", at=f"#distributions?{query}")
        cross = other.locator(".fit-explorable").get_attribute("data-cross")
        assert float(cross) == pytest.approx(2.5), query


def test_copy_link_copies_the_address_of_now(mount, default):
    page = mount(default, id="distributions", **CLIPBOARD)
    page.get_by_role("button", name="Let Q be P").click()
    copied = copied_link(page)
    bars = "5000_2500_1250_625_625"
    assert copied.endswith(f"/book.html#distributions?p={bars}&q={bars}&unit=bits&locked=no")


def test_everything_is_within_reach_of_the_keyboard(mount, default):
    page = mount(default, id="distributions")
    reached = reached_by_tab(page, 16)
    assert reached == [
        *(f"P of {symbol}" for symbol in SYMBOLS), *(f"Q of {symbol}" for symbol in SYMBOLS),
        "unit", "Lock P", "Let Q be P", "Reset", "Copy link", "The numbers as a table",
    ]  # fmt: skip


@pytest.mark.parametrize("id", [None, "distributions"])
def test_random_actions_leave_nothing_stuck_and_leaving_takes_all_away(mount, default, id):
    page = mount(default, id=id)
    rng = random.Random(3)
    keys = ["ArrowLeft", "ArrowUp", "Home", "End", "PageUp", "Shift+ArrowDown"]
    actions = [
        lambda: page.locator(".fit-handle").nth(rng.randrange(5)).press(rng.choice(keys)),
        lambda: page.locator(".fit-handle").last.press(rng.choice(keys)),
        lambda: page.locator("summary").click(),
        lambda: page.get_by_role("button", name=rng.choice(["Lock P", "Let Q be P"])).click(),
        lambda: page.get_by_role("combobox").select_option(rng.choice(list(UNITS))),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    live_through(page, rng, actions, 60)


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280])
def test_it_fits_the_page(mount, default, width):
    page = mount(default, id="distributions", width=width, book=True)
    grip(page, "Q", "sun").press("Home")
    page.get_by_text("The numbers as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, default, theme, book, width):
    page = mount(default, id="distributions" if book else None, theme=theme, width=width, book=book)
    page.get_by_role("button", name="Lock P").click()
    page.get_by_text("The numbers as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert_accessible(page)
