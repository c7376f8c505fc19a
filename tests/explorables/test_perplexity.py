"""Perplexity: what is on record is what the library finds, and what the page shows is on record."""

import gzip
import json
import math
import random
import re

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import pdist, squareform
from sklearn.datasets import load_digits
from sklearn.manifold import _t_sne, trustworthiness

import fitlab
from axe import assert_accessible
from fitlab.distances import digit_maps, tsne
from fitlab.distances.digit_maps import PERPLEXITIES
from fitlab.explorables.perplexity import DIGITS, Perplexity
from mounted import (
    CLIPBOARD,
    copied_link,
    figure_of,
    hash_of,
    live_through,
    reached_by_tab,
    unreadable,
)

EXPLORABLE = Perplexity

STOPS = [str(p) for p in PERPLEXITIES]


@pytest.fixture(scope="module")
def record():
    return digit_maps.recorded()


def choose(page, perplexity):
    slider = page.get_by_role("slider", name="perplexity")
    slider.fill(str(PERPLEXITIES.index(perplexity)))


# ---------------------------------------------------------------------------- the record


def test_the_record_is_of_the_library_s_digits(record):
    x, labels = digit_maps.chosen_digits(record["seed"])
    assert record["labels"] == "".join(map(str, labels))
    assert [found["perplexity"] for found in record["maps"]] == list(PERPLEXITIES)
    assert record["steps"] == list(range(0, 501, 10))
    known = {(*row, label) for row, label in zip(*load_digits(return_X_y=True), strict=True)}
    assert all((*(16 * row), label) in known for row, label in zip(x, labels, strict=True))


@pytest.mark.parametrize("found", digit_maps.recorded()["maps"], ids=STOPS)
def test_the_entropies_are_scikit_learns_and_start_and_end_add_up(record, found):
    x, _ = digit_maps.chosen_digits(record["seed"])
    squares = squareform(pdist(x, "sqeuclidean")).astype(np.float32)
    p = _t_sne._joint_probabilities(squares, found["perplexity"], 0)  # each pair once
    assert found["entropy"] == pytest.approx(stats.entropy(np.repeat(p, 2)), abs=1e-3)
    # the first map is a dot, so that Q is even: cross-entropy is ln(300 x 299) for every P
    assert found["entropy"] + found["kl"][0] == pytest.approx(math.log(300 * 299), abs=1e-4)
    assert found["kl"][-1] < found["kl"][0] / 2


@pytest.mark.parametrize("found", digit_maps.recorded()["maps"], ids=STOPS)
def test_the_rounded_maps_are_maps_of_these_digits(record, found):
    """By a measure that neither loss is: how many near neighbours are kept."""
    x, _ = digit_maps.chosen_digits(record["seed"])
    points = np.column_stack([found["x"], found["y"]])
    assert np.abs(points).max() == digit_maps.LARGEST
    assert np.abs(points.mean(axis=0)).max() < 1
    assert trustworthiness(x, points, n_neighbors=10) > 0.9
    shuffled = np.random.default_rng(0).permutation(points)
    assert trustworthiness(x, shuffled, n_neighbors=10) < 0.6


@pytest.mark.parametrize("perplexity", [5, 90])
def test_a_new_fit_ends_where_the_record_does(record, perplexity):
    """Single coordinates are chaos on another processor; the loss is not."""
    found = record["maps"][PERPLEXITIES.index(perplexity)]
    p = fitlab.affinities(digit_maps.chosen_digits(record["seed"])[0], perplexity)
    assert p.entropy == pytest.approx(found["entropy"], abs=1e-6)
    fit = tsne.fit_embedding(p, steps=500, seed=record["seed"])
    assert fit.kl == pytest.approx(found["kl"][-1], abs=0.02)
    first = [losses.kl for losses in fit.history[:3]]
    assert first == pytest.approx(found["kl"][:3], abs=1e-4)


def test_the_tool_writes_what_is_on_record(record):
    """The same in everything but the length of the fits and the number of maps."""
    again = digit_maps.run_all(perplexities=(30, 50), steps=20)
    assert list(again) == list(record)
    assert (again["labels"], again["steps"]) == (record["labels"], [0, 10, 20])
    assert [list(found) for found in again["maps"]] == [list(record["maps"][0])] * 2
    for new in again["maps"]:
        old = record["maps"][PERPLEXITIES.index(new["perplexity"])]
        assert new["entropy"] == old["entropy"]
        assert new["kl"][:2] == old["kl"][:2]


def test_maps_are_turned_to_lie_like_the_one_before():
    points = np.random.default_rng(0).normal(size=(30, 2))
    points -= points.mean(axis=0)
    for mirror in (1, -1):
        turn = np.array([[0.6, -0.8 * mirror], [0.8, 0.6 * mirror]])
        other = digit_maps.turned(points @ turn + 7, points)
        np.testing.assert_allclose(other, points, atol=1e-12)


# ---------------------------------------------------------------------------- at rest


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"perplexity": 7}, "perplexity=7 was given; perplexity must be one of (2, 5, 10"),
        ({"perplexity": 30.0}, "perplexity=30.0"),
        ({"digit": "10"}, "digit='10'"),
        ({"digit": 3}, "digit=3"),
    ],
)
def test_what_is_not_offered_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Perplexity(**settings)


@pytest.mark.parametrize(("trait", "value"), [("perplexity", 31), ("digit", "none")])
def test_a_trait_refuses_it_too(default, trait, value):
    with pytest.raises(ValueError, match=f"{trait}="):
        setattr(default, trait, value)
    assert (default.perplexity, default.digit) == (30, "all")


def marks(svg):
    """The marks of a drawing that are no ticks."""
    return [use for use in re.findall("<use[^>]*>", svg) if "--fit-muted" not in use]


def test_its_state_is_small_and_its_figure_tells_the_story(default):
    state = {k: v for k, v in default.get_state().items() if k[0] != "_" and k != "layout"}
    assert len(gzip.compress(json.dumps(state).encode())) < 12_000
    html = figure_of(default)
    assert html.startswith('<figure data-explorable="perplexity" data-state="rest"')
    assert len(marks(html)) == 2 * 300, "each digit in each of two layouts"
    alt, caption = re.search('aria-label="([^"]*)"', html)[1], html[html.index("<figcaption>") :]
    assert "30: 9.2 + 0.4" in alt
    assert "50: 9.7 + 0.4" in alt
    for number in ("9.2", "0.4", "9.6"):
        assert number in caption
    assert repr(default) == "Perplexity(30: H(P) 9.2 + KL 0.4 = cross-entropy 9.6 nats)"


def test_picked_digits_are_heavier_at_rest():
    found = marks(Perplexity(digit="9").figure_at_rest().svg)
    heavy = [mark for mark in found if "--fit-network" in mark]
    assert len(found) == 2 * 300
    assert len(heavy) == 2 * digit_maps.recorded()["labels"].count("9")
    assert len({re.search('href="([^"]*)"', mark)[1] for mark in heavy}) == 2, "one shape a layout"


def test_the_losses_it_names_are_those_on_record(default, record):
    for perplexity, found in zip(PERPLEXITIES, record["maps"], strict=True):
        entropy, kl, both = default.losses(perplexity)
        assert (entropy, kl) == (found["entropy"], found["kl"][-1])
        assert both == pytest.approx(entropy + kl)
    assert default.losses() == default.losses(30)


# ---------------------------------------------------------------------------- the view


def places(page):
    """Where the numerals stand, in the units of the record: (300, 2)."""
    moves = page.locator(".perp-map text").evaluate_all("all => all.map(t => t.style.transform)")
    return np.array([[float(v) for v in re.findall(r"(-?\d+)px", move)] for move in moves])


def bars(page):
    """The numbers of the table of bars: {perplexity: [H(P), KL, cross-entropy]}."""
    rows = page.locator(".perp-bars tbody tr").all()
    return {
        int(row.locator("th").text_content()): [
            float(cell.text_content()) for cell in row.locator("td:not(.perp-track)").all()
        ]
        for row in rows
    }


def test_the_root_carries_the_contract(mount, default):
    root = mount(default).locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "perplexity", "state": "ready", "perplexity": "30", "digit": "all",
    }  # fmt: skip
    assert root.get_attribute("aria-label") == "Perplexity explorer"


@pytest.mark.parametrize("perplexity", PERPLEXITIES)
def test_the_numerals_stand_where_the_map_has_them(mount, default, perplexity):
    page = mount(default)
    choose(page, perplexity)
    chosen = Perplexity(perplexity)
    expected = chosen.points() * [1, -1] * digit_maps.LARGEST
    np.testing.assert_allclose(places(page), expected, atol=1e-9)
    shown = "".join(page.locator(".perp-map text").all_text_contents())
    assert shown == digit_maps.recorded()["labels"]
    assert page.evaluate("model.saved.at(-1)") == {"perplexity": perplexity, "digit": "all"}


def test_the_bars_add_up_and_are_what_the_library_found(mount, default):
    page = mount(default)
    for perplexity, (entropy, kl, both) in bars(page).items():
        assert [entropy, kl, both] == pytest.approx(default.losses(perplexity), abs=0.0101)
        assert entropy + kl == pytest.approx(both, abs=1e-9)
    lengths = page.locator(".perp-track div").evaluate_all(
        "all => all.map(d => [...d.children].map(c => c.getBoundingClientRect().width))"
    )
    expected = [row[:2] for row in bars(page).values()]
    scale = lengths[-1][0] / expected[-1][0]
    np.testing.assert_allclose(lengths, scale * np.array(expected), atol=0.6)
    widths = page.locator(".perp-track div").evaluate_all("all => all.map(d => d.clientWidth)")
    assert max(map(sum, lengths)) <= max(widths) + 0.5


def test_the_curves_keep_their_distance(mount, default, record):
    page = mount(default)
    svg = page.locator(".perp-losses svg svg")
    top, height = (float(svg.get_attribute(k)) for k in ("y", "height"))

    def values(role):
        path = svg.locator(f"path.{role}").get_attribute("d")
        y = np.array([float(v) for _, v in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)])
        return 12 * (1 - (y - top) / height)

    for perplexity in (2, 30, 90):
        choose(page, perplexity)
        found = record["maps"][PERPLEXITIES.index(perplexity)]
        kl, entropy, both = (values(role) for role in ("kl", "perp-entropy", "cross-entropy"))
        np.testing.assert_allclose(kl, found["kl"], atol=0.01)
        np.testing.assert_allclose(entropy, found["entropy"], atol=0.01)
        np.testing.assert_allclose(both - kl, found["entropy"], atol=0.01)


def test_the_sentence_says_what_may_be_compared(mount, default, record):
    page = mount(default)
    [kls] = [each["kl"] for each in record["maps"] if each["perplexity"] == 30]
    sentence = page.locator(".fit-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    said = sentence.text_content()
    h, kl, both = bars(page)[30]
    h_15, _, both_15 = bars(page)[15]
    assert said == (
        f"At perplexity 30, H(P) is {h:.2f} nats from the first step to the last, so both losses "
        f"fall by the same {kls[0] - kls[-1]:.2f}: KL to {kl:.2f}, cross-entropy to {both:.2f}. "
        f"At perplexity 15 cross-entropy is lower by {both - both_15:.2f}, but its H(P) alone is "
        f"lower by {h - h_15:.2f}: another P, another goal, not a better or a worse map."
    )
    choose(page, 2)
    page.wait_for_function(
        "document.querySelector('.fit-sentence').textContent.includes('At perplexity 5 cross')"
    )
    assert "higher by" in sentence.text_content()


def test_the_row_of_what_is_shown_is_marked(mount, default):
    page = mount(default)
    for perplexity in (2, 90):
        choose(page, perplexity)
        marked = page.locator(".perp-bars [aria-current=true]")
        assert marked.count() == 1
        assert marked.locator("th").text_content() == str(perplexity)


def test_a_digit_is_picked_out_by_weight_and_colour(mount, default, record):
    page = mount(default)
    page.get_by_label("pick out").select_option("9")
    assert page.locator(".perp-chosen").count() == record["labels"].count("9")
    assert set(page.locator(".perp-chosen").all_text_contents()) == {"9"}
    weights = page.locator(".perp-map text").evaluate_all(
        "all => all.map(t => [t.textContent, getComputedStyle(t).fontWeight])"
    )
    assert {weight for digit, weight in weights if digit == "9"} == {"700"}
    assert {weight for digit, weight in weights if digit != "9"} == {"400"}
    label = page.locator(".perp-map svg").get_attribute("aria-label")
    assert label.endswith(f"the {record['labels'].count('9')} pictures of a 9 are picked out")
    page.get_by_label("pick out").select_option("all")
    assert page.locator(".perp-chosen").count() == 0


@pytest.mark.parametrize(
    ("key", "perplexity"), [("ArrowRight", 50), ("ArrowLeft", 15), ("Home", 2), ("End", 90)]
)
def test_keys_move_the_slider(mount, default, key, perplexity):
    page = mount(default)
    slider = page.get_by_role("slider", name="perplexity")
    slider.press(key)
    assert slider.get_attribute("aria-valuetext") == f"perplexity {perplexity}"
    assert page.locator(".fit-explorable").get_attribute("data-perplexity") == str(perplexity)


def test_the_table_holds_the_fit(mount, default, record):
    page = mount(default)
    page.get_by_text("The losses during the fit as a table").first.press("Enter")
    page.wait_for_selector("details tbody tr")
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("details tbody tr").all()]
    found = record["maps"][PERPLEXITIES.index(30)]
    assert [int(row[0]) for row in rows] == list(range(0, 501, 50))
    for row in rows:
        step, entropy, kl, both = (float(unreadable(cell)) for cell in row)
        assert entropy == pytest.approx(found["entropy"], abs=6e-3)
        assert kl == pytest.approx(found["kl"][record["steps"].index(step)], abs=6e-3)
        assert both - kl == pytest.approx(entropy, abs=1e-9)
    assert len({row[1] for row in rows}) == 1


def test_reset_and_the_kernel(mount, default):
    page = mount(default)
    choose(page, 5)
    page.get_by_label("pick out").select_option("3")
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("model.saved.at(-1)") == default.initial
    page.evaluate("model.receive({perplexity: 90, digit: '0'})")
    root = page.locator(".fit-explorable")
    assert (root.get_attribute("data-perplexity"), root.get_attribute("data-digit")) == ("90", "0")


def test_the_address_brings_it_back_and_nonsense_is_ignored(mount, default):
    page = mount(default, id="perplexity")
    choose(page, 5)
    page.get_by_label("pick out").select_option("3")
    address = hash_of(page)
    assert address == "#perplexity?perplexity=5&digit=3"
    again = mount(default, id="perplexity", at=address)
    assert (places(again) == places(page)).all()
    page.get_by_role("button", name="Reset").click()
    assert hash_of(page) == ""
    for query in ("perplexity=7", "perplexity=", "perplexity=x", "digit=10", "digit=__proto__"):
        root = mount(default, id="perplexity", at=f"#perplexity?{query}").locator(".fit-explorable")
        assert root.get_attribute("data-perplexity") == "30", query
        assert root.get_attribute("data-digit") == "all", query


def test_copy_link_copies_the_address_of_now(mount, default):
    page = mount(default, id="perplexity", **CLIPBOARD)
    choose(page, 90)
    copied = copied_link(page)
    assert copied.endswith("/book.html#perplexity?perplexity=90&digit=all")


def test_everything_is_within_reach_of_the_keyboard(mount, default):
    page = mount(default, id="perplexity")
    reached = reached_by_tab(page, 5)
    assert reached == [
        "perplexity", "pick out", "Reset", "Copy link", "The losses during the fit as a table",
    ]  # fmt: skip


@pytest.mark.parametrize(("motion", "seconds"), [("reduce", "0s"), ("no-preference", "0.5s")])
def test_who_wants_no_motion_gets_none(mount, default, motion, seconds):
    page = mount(default, reduced_motion=motion)
    numeral = page.locator(".perp-map text").first
    assert numeral.evaluate("e => getComputedStyle(e).transitionDuration") == seconds


@pytest.mark.parametrize("id", [None, "perplexity"])
def test_random_actions_leave_nothing_stuck_and_leaving_takes_all_away(mount, default, id):
    page = mount(default, id=id)
    rng = random.Random(3)
    keys = ["ArrowLeft", "ArrowRight", "Home", "End", "PageUp"]
    actions = [
        lambda: page.get_by_role("slider", name="perplexity").press(rng.choice(keys)),
        lambda: page.get_by_label("pick out").select_option(rng.choice(DIGITS)),
        lambda: page.locator("summary").click(),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    live_through(page, rng, actions, 60)


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280])
def test_it_fits_the_page_and_does_not_jump(mount, default, width):
    page = mount(default, id="perplexity", width=width, book=True)
    page.get_by_text("The losses during the fit as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tops = set()
    for perplexity in PERPLEXITIES:
        choose(page, perplexity)
        page.wait_for_selector(".fit-sentence:not([data-old])")
        tops.add(page.locator(".perp-bars").evaluate("e => e.getBoundingClientRect().top"))
    assert max(tops) - min(tops) < 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, default, theme, book, width):
    page = mount(
        default, id="perplexity" if book else None, theme=theme, width=width, book=book
    )  # fmt: skip
    page.get_by_label("pick out").select_option("3")
    page.get_by_text("The losses during the fit as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert_accessible(page)
