"""TaylorExplorer: its curves and errors are those of numpy, whatever is chosen."""

import functools
import itertools
import json
import math
import random
import re

import numpy as np
import pytest

import fitlab
from axe import assert_accessible
from fitlab.explorables.taylor import (
    CURVES,
    DEGREES,
    INTERVALS,
    TaylorExplorer,
    broken_line,
    legendre_sine_coefficients,
)
from mounted import CLIPBOARD, copied_link, figure_of, hash_of, reached_by_tab, unreadable
from tabs import settle

EXPLORABLE = TaylorExplorer

INSIDE = np.linspace(-np.pi, np.pi, 10_000)  # the recipe's points
SLIDERS = ["degree", "interval", "pieces"]


@functools.cache
def network():
    """The network that the explorer starts with."""
    return fitlab.fit().model


@functools.cache
def best_line(pieces):
    """The knots and values of the best broken line."""
    knots, values, _ = fitlab.best_pieces(np.sin, pieces, -np.pi, np.pi)
    return knots, values


def oracle(degree, pieces):
    """The four curves, computed by other means than the explorer's."""
    knots, values = best_line(pieces)
    # two points far out on the end pieces, because np.interp does not go straight on
    slopes = np.diff(values) / np.diff(knots)
    ends = [values[0] - 99 * slopes[0], values[-1] + 99 * slopes[-1]]
    far = np.concatenate([[knots[0] - 99], knots, [knots[-1] + 99]])
    return {
        "network": network().predict,
        "taylor": lambda x: sum(
            (-1) ** (k // 2) * x**k / math.factorial(k) for k in range(1, degree + 1, 2)
        ),
        "least-squares": fitlab.least_squares(INSIDE, np.sin(INSIDE), degree),
        "best-line": lambda x: np.interp(x, far, [ends[0], *values, ends[1]]),
    }


def mean_square(f, half_width=1):
    x = half_width * INSIDE
    return np.mean((f(x) - np.sin(x)) ** 2)


# ---------------------------------------------------------------------------- at rest


@pytest.mark.parametrize(("degree", "interval", "pieces"), [(7, 2, 7), (1, 0.5, 1), (13, 4, 12)])
def test_its_numbers_are_those_of_the_library(degree, interval, pieces):
    explorer = TaylorExplorer(degree, interval, pieces)
    for name, f in oracle(degree, pieces).items():
        close = {"network": 1e-6, "taylor": 1e-6, "best-line": 1e-5, "least-squares": 1e-4}[name]
        assert explorer.mse(name) == pytest.approx(mean_square(f), rel=close), name
        wide = math.sqrt(mean_square(f, interval))
        assert explorer.rmse(name) == pytest.approx(wide, rel=3 * close), name


def test_least_squares_is_a_stump_of_one_series():
    """On 10,000 points and as an integral it is nearly the same polynomial."""
    series = legendre_sine_coefficients(15)
    for degree in range(1, 16, 2):
        ours = np.polynomial.Legendre(series[: degree + 1], [-np.pi, np.pi])
        theirs = fitlab.least_squares(INSIDE, np.sin(INSIDE), degree)
        assert mean_square(ours) == pytest.approx(mean_square(theirs), rel=1e-4)
        for k in range(degree + 1):  # what is left over is orthogonal to everything up to degree
            hat = np.polynomial.Legendre.basis(k, [-np.pi, np.pi])
            nodes, weights = np.polynomial.legendre.leggauss(40)
            left = (ours(np.pi * nodes) - np.sin(np.pi * nodes)) * hat(np.pi * nodes)
            assert abs(weights @ left) < 1e-14


def test_the_network_is_its_exact_broken_line(default):
    model = network()
    knots, values = np.transpose(default.setup["network"])
    assert (knots[0], knots[-1]) == pytest.approx((-4 * np.pi, 4 * np.pi), abs=1e-7)
    np.testing.assert_allclose(values, model.predict(knots), atol=1e-6)
    x = np.linspace(-4 * np.pi, 4 * np.pi, 3_001)
    np.testing.assert_allclose(
        broken_line(default.setup["network"], x), model.predict(x), atol=1e-5
    )
    other = TaylorExplorer(seed=3)
    assert other.mse("network") == pytest.approx(fitlab.fit(seed=3).mse, rel=1e-6)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"degree": 8}, "degree=8 was given; degree must be odd"),
        ({"degree": 0}, "degree=0"),
        ({"degree": 23}, "degree=23"),
        ({"degree": 7.0}, "degree=7.0"),
        ({"interval": 0}, "interval=0"),
        ({"interval": 4.5}, "interval=4.5"),
        ({"interval": 0.7}, "interval=0.7 was given; interval must be a multiple of 1/2"),
        ({"pieces": 0}, "pieces=0"),
        ({"pieces": 13}, "pieces=13"),
        ({"hidden": ["sine"]}, "hidden='sine'"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_what_is_not_offered_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        TaylorExplorer(**settings)


@pytest.mark.parametrize(
    ("trait", "value"), [("degree", 4), ("interval", 0.3), ("pieces", 99), ("hidden", ["x"])]
)
def test_a_trait_refuses_it_too(default, trait, value):
    before = getattr(default, trait)
    with pytest.raises(ValueError, match=f"{trait}="):
        setattr(default, trait, value)
    assert getattr(default, trait) == before


def test_its_state_is_small_and_the_same_every_time(default):
    def stored(explorer):
        state = explorer.get_state().items()
        return json.dumps({k: v for k, v in state if not k.startswith("_") and k != "layout"})

    assert stored(default) == stored(TaylorExplorer())
    assert len(stored(default)) < 25_000
    decimals = re.findall(r"\d\.(\d+)", json.dumps(default.setup["network"]))
    assert max(map(len, decimals)) <= 8  # 1e-07 is written so


def test_its_figure_tells_the_story(default):
    html = figure_of(default)
    assert html.startswith('<figure data-explorable="taylor" data-state="rest"')
    alt, caption = re.search('aria-label="([^"]*)"', html)[1], html[html.index("<figcaption>") :]
    for said in (alt, caption):
        for number in ("network 1.0e-4", "T_7 3.0e-4", "degree 7) 2.5e-8", "7 pieces) 2.3e-4"):
            assert number in said
    assert "from minus 2 pi to 2 pi" in alt
    assert "T_7 7.1" in alt  # the root of the MSE outside: 10 on each ring, half the points
    assert repr(default) == (
        "TaylorExplorer(degree 7 on minus 2 pi to 2 pi: T_7 3.0e-4, network 1.0e-4)"
    )


def test_its_figure_leaves_out_what_is_hidden():
    picture = TaylorExplorer(hidden=["taylor", "best-line"]).figure_at_rest()
    assert "T_7" not in picture.alt + picture.caption
    assert "least squares" in picture.alt
    assert "none is shown" in TaylorExplorer(hidden=CURVES).figure_at_rest().caption


# ---------------------------------------------------------------------------- the view


def choose(page, **values):
    stops = {"degree": DEGREES, "interval": INTERVALS, "pieces": None}
    for name, value in values.items():
        place = stops[name].index(value) if stops[name] else value
        page.get_by_role("slider", name=name, exact=True).fill(str(place))


def worth(page):
    """The numbers of the table as text: {curve: (MSE, RMSE)}."""
    rows = page.locator(".fit-worth tbody tr")
    cells = [row.locator("td").all_text_contents() for row in rows.all()]
    return dict(zip(CURVES, cells, strict=True))


def number(text):
    """ "< 1 × 10⁻²⁰" -> 1e-20."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    return float(
        unreadable(text).replace(",", "").removeprefix("< ").replace(" × 10", "e").translate(digits)
    )


def test_the_root_carries_the_contract(mount, default):
    root = mount(default).locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "taylor", "state": "ready", "degree": "7", "interval": "2", "pieces": "7",
    }  # fmt: skip
    assert root.get_attribute("aria-label") == "Taylor explorer"


def test_everything_is_within_reach_of_the_keyboard(mount, default):
    page = mount(default, id="taylor")
    reached = reached_by_tab(page, 10)
    assert reached == [
        "network", "Taylor, T₇", "least squares", "best line", *SLIDERS, "Reset", "Copy link",
        "The curves as a table",
    ]  # fmt: skip


CORNERS = [*itertools.product((1, 7, 21), (0.5, 2, 4), (1, 12)), (7, 2, 7), (13, 1.5, 5)]


def test_the_view_measures_as_numpy_does(mount, default):
    """To six digits, in every corner, against the numbers that the table rounds."""
    page = mount(default)
    page.evaluate(
        """async () => {
            const source = await (await fetch(url)).text();
            const names = "export { newMeasure };";
            const blob = new Blob([source + names], { type: "text/javascript" });
            const { newMeasure } = await import(URL.createObjectURL(blob));
            window.measure = newMeasure(model.get("setup"));
        }"""
    )
    for degree, interval, pieces in CORNERS:
        state = {"degree": degree, "interval": interval, "pieces": pieces}
        found = page.evaluate(
            "s => measure(s).map(({ name, mse, rmse }) => [name, mse, rmse])", state
        )
        functions = oracle(degree, pieces)
        series = legendre_sine_coefficients(degree)
        functions["least-squares"] = np.polynomial.Legendre(series, [-np.pi, np.pi])
        assert [name for name, _, _ in found] == CURVES
        for name, mse, rmse in found:
            close = 1e-5 if name == "best-line" else 1e-6  # its knots are rounded
            expected = [mean_square(functions[name]), mean_square(functions[name], interval)]
            assert mse == pytest.approx(expected[0], rel=close, abs=1e-26), (name, state)
            assert rmse**2 == pytest.approx(expected[1], rel=3 * close, abs=1e-26), (name, state)


@pytest.mark.parametrize(("degree", "interval", "pieces"), CORNERS)
def test_the_table_shows_these_numbers(mount, default, degree, interval, pieces):
    page = mount(default)
    choose(page, degree=degree, interval=interval, pieces=pieces)
    for name, f in oracle(degree, pieces).items():
        if name == "least-squares" and degree == 21 and interval > 1:
            continue  # outside, numpy's solver has lost it
        mse, rmse = map(number, worth(page)[name])
        assert mse == pytest.approx(max(mean_square(f), 1e-20), rel=0.06), name
        assert rmse == pytest.approx(max(mean_square(f, interval) ** 0.5, 1e-10), rel=0.06), name


@pytest.mark.parametrize(
    ("name", "key", "value", "words"),
    [
        ("degree", "ArrowRight", 9, "degree 9"),
        ("degree", "Home", 1, "degree 1"),
        ("degree", "End", 21, "degree 21"),
        ("interval", "ArrowLeft", 1.5, "−3π/2 to 3π/2"),
        ("interval", "Home", 0.5, "−π/2 to π/2"),
        ("interval", "End", 4, "−4π to 4π"),
        ("pieces", "Home", 1, "1 piece"),
        ("pieces", "End", 12, "12 pieces"),
    ],
)
def test_keys_move_a_slider_and_the_kernel_hears_it(mount, default, name, key, value, words):
    page = mount(default)
    slider = page.get_by_role("slider", name=name, exact=True)
    slider.press(key)
    assert slider.get_attribute("aria-valuetext") == words
    assert page.evaluate("model.saved.at(-1)")[name] == value
    assert page.locator(".fit-explorable").get_attribute(f"data-{name}") == str(value)


def paths(page, role):
    return page.locator(f".fit-curves svg svg path.{role}, .fit-errors svg svg path.{role}").count()


BOX = "e => getComputedStyle(e, '::before').borderTopWidth"


@pytest.mark.parametrize("name", CURVES)
def test_the_legend_hides_a_curve_and_shows_it_again(mount, default, name):
    page = mount(default)
    toggle = page.locator(".fit-toggle").nth(CURVES.index(name))
    assert (toggle.get_attribute("aria-pressed"), paths(page, name)) == ("true", 2)
    toggle.press("Enter")
    assert (toggle.get_attribute("aria-pressed"), paths(page, name)) == ("false", 0)
    assert toggle.evaluate(BOX) == "1px", "its box is empty"
    assert page.evaluate("model.saved.at(-1).hidden") == [name]
    toggle.press("Enter")
    assert (toggle.get_attribute("aria-pressed"), paths(page, name)) == ("true", 2)


def test_curves_are_drawn_where_they_are(mount, default):
    page = mount(default)
    box = page.evaluate(
        """() => { const svg = document.querySelector(".fit-curves svg svg");
        return ["x", "y", "width", "height"].map((k) => Number(svg.getAttribute(k))); }"""
    )
    functions = {**oracle(7, 7), "target": np.sin}
    for name, f in functions.items():
        path = page.locator(f".fit-curves svg svg path.{name}").get_attribute("d")
        x, y = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float).T
        x = (x - box[0]) / box[2] * 4 * np.pi - 2 * np.pi
        y = 2 - (y - box[1]) / box[3] * 4
        seen = abs(y) <= 2
        slope = np.abs(np.gradient(f(x), x)) * 4 * np.pi / box[2]  # x is rounded, too
        assert (np.abs(y - f(x)) < 0.002 + 0.1 * slope)[seen].all(), name


def test_the_lower_plot_shows_the_largest_error_nearby(mount, default):
    """No spikes: where a curve crosses sin by chance, it is as far off as half a unit beside it."""
    page = mount(default)
    x0, y0, width, height = page.evaluate(
        """() => { const svg = document.querySelector(".fit-errors svg svg");
        return ["x", "y", "width", "height"].map((k) => Number(svg.getAttribute(k))); }"""
    )
    dense = np.linspace(-2 * np.pi, 2 * np.pi, 20_001)
    for name, f in oracle(7, 7).items():
        path = page.locator(f".fit-errors svg svg path.{name}").get_attribute("d")
        x, y = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float).T
        x = (x - x0) / width * 4 * np.pi - 2 * np.pi
        drawn = 10 ** (1 - 7 * (y - y0) / height)  # from 10 at the top to 1e-6
        assert drawn.min() > 0.98e-6
        error = abs(f(dense) - np.sin(dense))
        for reach, factor in ((0.42, 0.8), (0.58, 1.05)):  # half a unit; a kink lies between points
            largest = np.array([error[abs(dense - at) <= reach].max() for at in x[::20]])
            bound = factor * np.maximum(largest, 1e-6)
            more = drawn[::20] >= bound
            assert (more if factor < 1 else ~more).all(), (name, reach)


def test_a_bracket_says_what_the_network_is_worth_in_all(mount, default):
    page = mount(default)
    notes = page.locator(".fit-notes text")
    assert notes.text_content() == "in all as good as T₇"
    page.locator(".fit-toggle").nth(1).click()
    assert notes.count() == 0, "of Taylor nothing is said while it is hidden"
    page.locator(".fit-toggle").nth(1).click()
    choose(page, interval=0.5)
    assert notes.count() == 0, "the whole stretch is not in the picture"


def wait_sentence(page, words):
    page.wait_for_function(
        "words => document.querySelector('.fit-sentence').textContent.includes(words)", arg=words
    )
    return page.locator(".fit-sentence").text_content()


def test_the_sentence_names_the_best_inside_and_outside(mount, default):
    page = mount(default)
    assert page.locator(".fit-sentence").get_attribute("aria-live") == "polite"
    assert page.locator(".fit-sentence").text_content() == (
        "On −π to π the closest to sin is the least-squares polynomial of degree 7 "
        "(MSE 2.5 × 10⁻⁸); the network (1.0 × 10⁻⁴) is better than T₇ (3.0 × 10⁻⁴). "
        "On −2π to 2π it is the network (RMSE 0.31), "
        "and 3 of 4 are worse than answering 0 everywhere (0.71)."
    )
    page.locator(".fit-toggle").nth(2).click()
    wait_sentence(page, "closest to sin is the network (MSE 1.0 × 10⁻⁴); the network is better")
    choose(page, degree=21)
    wait_sentence(page, "On −2π to 2π it is T₂₁ (RMSE")
    choose(page, interval=1)
    settle(page)
    said = page.locator(".fit-sentence").text_content()
    assert said.count("On −") == 1, "one interval, one sentence"
    choose(page, interval=2)
    for i in (1, 3):
        page.locator(".fit-toggle").nth(i).click()
    assert wait_sentence(page, "is the network (RMSE").endswith("it is the network (RMSE 0.31).")
    page.locator(".fit-toggle").nth(0).click()
    wait_sentence(page, "All curves but sin are hidden.")


def test_the_table_holds_the_curves(mount, default):
    page = mount(default)
    page.get_by_text("The curves as a table").first.press("Enter")
    page.wait_for_selector("details tbody tr")
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("details tbody tr").all()]
    assert len(rows) == 17
    assert [number(rows[i][0]) for i in (0, -1)] == pytest.approx([-6.283, 6.283])
    functions = oracle(7, 7)
    for row in rows:
        x, *values = map(number, row)
        expected = [np.sin(x), *(functions[name](np.array([x]))[0] for name in CURVES)]
        assert values == pytest.approx(expected, rel=5e-3, abs=5e-3)


def test_reset_brings_everything_back(mount, default):
    page = mount(default)
    choose(page, degree=21, interval=4, pieces=1)
    page.locator(".fit-toggle").first.click()
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("model.saved.at(-1)") == default.initial
    assert page.locator(".fit-toggle[aria-pressed=false]").count() == 0
    assert page.locator(".fit-explorable").get_attribute("data-degree") == "7"


def test_what_is_set_in_the_kernel_is_shown(mount, default):
    page = mount(default)
    page.evaluate("model.receive({degree: 11, interval: 3, hidden: ['network']})")
    root = page.locator(".fit-explorable")
    assert (root.get_attribute("data-degree"), root.get_attribute("data-interval")) == ("11", "3")
    assert paths(page, "network") == 0
    assert page.evaluate("model.saved") == []


# ---------------------------------------------------------------------------- in the book


def test_the_address_holds_what_was_chosen_and_brings_it_back(mount, default):
    page = mount(default, id="taylor")
    assert hash_of(page) == ""
    choose(page, degree=13, interval=3.5)
    page.locator(".fit-toggle").nth(2).click()
    address = hash_of(page)
    assert address == "#taylor?degree=13&interval=3.5&pieces=7&hidden=least-squares"
    assert page.evaluate("model.saved") == []
    again = mount(default, id="taylor", at=address)
    assert worth(again) == worth(page)
    assert paths(again, "least-squares") == 0
    again.get_by_role("button", name="Reset").click()
    assert hash_of(again) == ""
    again.evaluate("location.hash = '#taylor?degree=3'")
    again.wait_for_selector('[data-degree="3"][data-interval="2"]')


@pytest.mark.parametrize(
    "query",
    ["degree=8", "degree=x", "degree=", "interval=9", "interval=0.7", "pieces=0", "pieces=2.5",
     "pieces=__proto__", "hidden=sine", "degree=9&hidden=x_y", "degree=7&degree=9&pieces=99"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_ignored(mount, default, query):
    page = mount(default, id="taylor", at=f"#taylor?{query}")
    root = page.locator(".fit-explorable")
    assert page.locator(".fit-toggle[aria-pressed=true]").count() == len(CURVES)
    chosen = [root.get_attribute(f"data-{name}") for name in SLIDERS]
    assert chosen == ["7", "2", "7"]


def test_copy_link_copies_the_address_of_now(mount, default):
    page = mount(default, id="taylor", **CLIPBOARD)
    choose(page, degree=5)
    copied = copied_link(page)
    assert copied.endswith("/book.html#taylor?degree=5&interval=2&pieces=7")


# ---------------------------------------------------------------------------- whatever is done


@pytest.mark.parametrize("id", [None, "taylor"])
def test_two_hundred_random_actions_leave_nothing_stuck(mount, default, id):
    page = mount(default, id=id)
    rng = random.Random(11)
    keys = ["ArrowLeft", "ArrowRight", "Home", "End", "PageUp"]
    actions = [
        lambda: page.get_by_role("slider").nth(rng.randrange(3)).press(rng.choice(keys)),
        lambda: page.locator(".fit-toggle").nth(rng.randrange(4)).click(),
        lambda: page.locator("summary").click(),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    for _ in range(200):
        rng.choice(actions)()
    root = page.locator(".fit-explorable")
    assert root.get_attribute("data-state") == "ready"
    assert not re.search(r"NaN|undefined|not a number", root.evaluate("e => e.outerHTML"))
    page.get_by_role("button", name="Reset").click()
    assert worth(page)["taylor"] == ["3.0 × 10⁻⁴", "7.1"]


@pytest.mark.parametrize("id", [None, "taylor"])
def test_leaving_takes_everything_away(mount, default, id):
    page = mount(default, id=id)
    page.evaluate("window.sentence = document.querySelector('.fit-sentence')")
    choose(page, degree=21)
    last = page.locator(".fit-sentence").text_content()
    page.evaluate("leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0
    assert hash_of(page) == "", "a timer was left behind"
    page.evaluate("location.hash = '#taylor?degree=3'")
    settle(page)
    assert page.evaluate("sentence.textContent") == last


@pytest.mark.parametrize("width", [320, 390, 580, 636, 768, 1280])
def test_it_fits_the_page(mount, default, width):
    page = mount(default, id="taylor", width=width, book=True)
    choose(page, degree=11, interval=4)
    page.get_by_text("The curves as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    root, table = (page.locator(s).bounding_box() for s in (".fit-explorable", ".fit-worth"))
    assert table["x"] + table["width"] <= root["x"] + root["width"] + 1


@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, default, book, theme, width):
    page = mount(default, id="taylor" if book else None, theme=theme, width=width, book=book)
    page.get_by_text("The curves as a table").first.click()
    page.wait_for_selector("details tbody tr")
    page.locator(".fit-toggle").nth(1).click()
    assert_accessible(page)
