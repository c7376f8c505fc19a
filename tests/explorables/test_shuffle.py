"""ShufflePixels: it shows the very shuffle that the networks were trained on, and their numbers."""

import json
import re

import numpy as np
import pytest
from sklearn.datasets import load_digits

from axe import assert_accessible
from fitlab.classification import shuffled_digits
from fitlab.classification.datasets import digits
from fitlab.classification.digit_networks import DigitTask
from fitlab.explorables.shuffle import ShufflePixels
from mounted import hash_of, unreadable

EXPLORABLE = ShufflePixels


def inks(page, which):
    cells = page.locator(which).locator("rect:not(.shuffle-frame)")
    return np.array(
        cells.evaluate_all("all => all.map((c) => Number(c.getAttribute('fill-opacity')))")
    )


def test_the_shuffle_shown_is_the_one_trained_on(default):
    """The networks saw column j of x[:, shuffle]; the picture shows the same."""
    for count, shuffle in zip(shuffled_digits.COUNTS, default.setup["shuffles"], strict=True):
        split, shuffled = digits(0), DigitTask(0, moved=count).split()
        assert (split.x_test[:, shuffle] == shuffled.x_test).all()
    bunch = load_digits()
    for digit in range(10):
        picture = bunch.images[np.flatnonzero(bunch.target == digit)[0]] / 16
        shown = ShufflePixels(digit=digit).picture(0)
        assert (shown.reshape(8, 8) == picture).all()


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"pixels": 3}, "pixels=3"), ({"pixels": 65}, "pixels=65"), ({"digit": 10}, "digit=10"),
     ({"digit": 1.0}, "digit=1.0")],
)  # fmt: skip
def test_what_is_not_offered_is_refused(default, settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        ShufflePixels(**settings)
    for name, value in settings.items():
        if isinstance(value, int):
            with pytest.raises(ValueError, match=f"{name}="):
                setattr(default, name, value)


def test_its_state_is_small_and_its_figure_tells_the_story(default):
    state = {k: v for k, v in default.get_state().items() if not k.startswith("_")}
    state.pop("layout")
    assert len(json.dumps(state)) < 25_000
    picture = default.figure_at_rest()
    for network in ("MLP", "CNN"):
        for row in (0, -1):
            right = np.median(shuffled_digits.recorded()[network][row]) / 450
            assert f"{right:.3f}" in picture.alt
    assert picture.svg.count("fill: var(--fit-ink") > 50


def test_the_view_shows_picture_and_vector(mount, default):
    page = mount(default)
    expected = default.picture(0), default.picture(64)
    for place in (".shuffle-picture", ".shuffle-vector"):
        for i in (0, 1):
            np.testing.assert_allclose(inks(page, f":nth-match({place}, {i + 1})"), expected[i],
                                       atol=1e-3)  # fmt: skip
    root = page.locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "shuffle", "state": "ready", "pixels": "64", "digit": "3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key", "trait", "value"),
    [("pixels shuffled", "ArrowLeft", "pixels", 56), ("pixels shuffled", "Home", "pixels", 0),
     ("digit", "ArrowRight", "digit", 4), ("digit", "End", "digit", 9)],
)  # fmt: skip
def test_keys_move_a_slider_and_the_kernel_hears_it(mount, default, name, key, trait, value):
    page = mount(default)
    page.get_by_role("slider", name=name, exact=True).press(key)
    assert page.evaluate("model.saved.at(-1)")[trait] == value
    assert page.locator(".fit-explorable").get_attribute(f"data-{trait}") == str(value)
    chosen = ShufflePixels(**{trait: value})
    shown = inks(page, ":nth-match(.shuffle-picture, 2)")
    np.testing.assert_allclose(shown, chosen.picture(chosen.pixels), atol=1e-3)


def test_the_sentence_and_the_table_say_what_is_on_record(mount, default):
    page = mount(default)
    page.get_by_text("The accuracies as a table").first.click()
    page.wait_for_selector("tbody tr")  # a table is filled once it is open
    rows = [r.locator("th, td").all_text_contents() for r in page.locator("tbody tr").all()]
    runs = shuffled_digits.recorded()
    assert len(rows) == len(runs["counts"])
    for i, (count, *cells) in enumerate(rows):
        assert int(count) == runs["counts"][i]
        for network, shown in (("MLP", cells[:3]), ("CNN", cells[3:6])):
            right = np.array(runs[network][i]) / runs["held_out"]
            expected = [np.median(right), right.min(), right.max()]
            assert [float(v) for v in shown] == pytest.approx(expected, abs=6e-4)
        lead = 100 * (np.array(runs["CNN"][i]) - np.array(runs["MLP"][i])) / runs["held_out"]
        said = [float(v) for v in re.findall(r"-?[\d.]+", unreadable(cells[6]))]
        assert said == pytest.approx([np.median(lead), lead.min(), lead.max()], abs=0.051)
    said = page.locator(".fit-sentence").text_content()
    assert said.startswith(f"With 64 of 64 pixels shuffled, the MLP gets {rows[-1][1]} [")
    assert f"the CNN {rows[-1][4]} [{rows[-1][5]}, {rows[-1][6]}]" in said
    page.get_by_role("slider").first.press("Home")
    page.wait_for_function(
        "document.querySelector('.fit-sentence').textContent.startsWith('With every pixel in its')"
    )


def dots(page):
    """How many seeds' dots the plot shows."""
    return (page.locator(".shuffle-plot .shuffle-seeds").get_attribute("d") or "").count("h0")


def test_what_comes_of_more_pixels_is_told_when_the_reader_has_been_there(mount):
    page = mount(ShufflePixels(pixels=0))
    seeds = len(shuffled_digits.recorded()["seeds"])
    label = page.locator(".shuffle-plot svg[role=img]")
    assert dots(page) == seeds
    assert "at 64" not in label.get_attribute("aria-label")
    assert "shuffle on to see more" in page.locator(".fit-notes").text_content()
    slider = page.get_by_role("slider", name="pixels shuffled")
    for _ in range(3):
        slider.press("ArrowRight")
    assert dots(page) == 4 * seeds
    slider.press("Home")
    assert dots(page) == 4 * seeds, "what was seen stays"
    slider.press("End")
    assert dots(page) == len(shuffled_digits.COUNTS) * seeds
    assert "at 64" in label.get_attribute("aria-label")


FLIGHTS = """() => [...document.querySelectorAll(".shuffle-picture rect")].flatMap((cell) =>
    cell.getAnimations().map((flight) => flight.effect.getKeyframes()[0].transform))"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_pixels_fly_to_their_places_unless_less_motion_is_asked_for(mount, default, motion):
    page = mount(ShufflePixels(pixels=0), reduced_motion=motion)
    slider = page.get_by_role("slider", name="pixels shuffled")
    slider.press("ArrowRight")
    x, y = divmod(np.flatnonzero(default.setup["shuffles"][1] != np.arange(64)), 8)[::-1]
    across, down = x[1] - x[0], y[1] - y[0]  # the first two pixels that change places
    expected = {f"translate({sign * across}px, {sign * down}px)" for sign in (1, -1)}
    assert set(page.evaluate(FLIGHTS)) == (set() if motion == "reduce" else expected)
    page.get_by_role("slider", name="digit").press("ArrowRight")
    shown = inks(page, ":nth-match(.shuffle-picture, 2)")  # at once, whatever still flies
    np.testing.assert_allclose(shown, ShufflePixels(digit=4).picture(2), atol=1e-3)


def test_the_address_holds_what_was_chosen_and_brings_it_back(mount, default):
    page = mount(default, id="shuffle")
    page.get_by_role("slider", name="digit").press("Home")
    page.get_by_role("slider").first.press("ArrowLeft")
    address = hash_of(page)
    assert address == "#shuffle?pixels=56&digit=0"
    again = mount(default, id="shuffle", at=address)
    assert again.locator(".fit-explorable").get_attribute("data-pixels") == "56"
    again.get_by_role("button", name="Reset").click()
    assert hash_of(again) == ""
    assert again.locator(".fit-explorable").get_attribute("data-digit") == "3"


@pytest.mark.parametrize(
    "query", ["pixels=3", "pixels=", "pixels=x", "digit=10", "digit=", "digit=1.5"]
)
def test_an_address_that_makes_no_sense_is_ignored(mount, default, query):
    root = mount(default, id="shuffle", at=f"#shuffle?{query}").locator(".fit-explorable")
    assert [root.get_attribute(f"data-{n}") for n in ("pixels", "digit")] == ["64", "3"]


def test_what_is_set_in_the_kernel_is_shown_and_leaving_takes_all_away(mount, default):
    page = mount(default)
    page.evaluate("model.receive({pixels: 8, digit: 7})")
    assert page.locator(".fit-explorable").get_attribute("data-digit") == "7"
    assert page.evaluate("model.saved") == []
    page.evaluate("leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0


@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_the_page_and_axe_finds_nothing(mount, default, book, theme, width):
    page = mount(default, id="shuffle" if book else None, theme=theme, width=width, book=book)
    page.get_by_text("The accuracies as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)
