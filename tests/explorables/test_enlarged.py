"""The words of an explorable, those within its plots too, are the reader's: as large, as spaced."""

import functools

import pytest

from fitlab.explorables import EXPLORABLES
from mounted import mounting
from reflow import CUT, OVERLAPS, SETTINGS, browser_of, drawn_again, sideways
from tabs import Tabs

AS_STORED = functools.cache(lambda kind: kind())
# The height of the smallest word shown in a plot, in pixels; endless without plots.
SMALLEST = """() => Math.min(
    ...[...document.querySelectorAll(".fit-plot text:not(.fit-ruler, [hidden])")]
        .filter((e) => e.textContent).map((e) => e.getBoundingClientRect().height))"""
UNFOLD = """() => {
    for (const folded of document.querySelectorAll(".fit-explorable details")) folded.open = true;
}"""
LEAST = {"a root of 200 %": 26, "no word below 24 pixels": 24}


@pytest.fixture(scope="module", params=SETTINGS)
def reader(request, browser):
    """The tabs of a reader with such settings, the style that they bring, the least size."""
    told, style = SETTINGS[request.param]
    with browser_of(told, browser) as own:
        yield Tabs(own), style, LEAST.get(request.param, 13)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", EXPLORABLES, ids=lambda kind: kind.__name__)
def test_nothing_overlaps_or_is_cut(reader, kind, width):
    tabs, style, least = reader
    with mounting(tabs) as mount:
        page = mount(AS_STORED(kind), book=True, width=width, ready=".fit-explorable")
        page.evaluate(UNFOLD)
        page.add_style_tag(content=style or "/**/")  # when all is drawn
        drawn_again(page)
        assert not page.evaluate(OVERLAPS)
        assert not page.evaluate(CUT)
        assert sideways(page) <= 0
        assert page.evaluate(SMALLEST) >= least
