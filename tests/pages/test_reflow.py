"""Large words, wide spacing, a small screen: every page reflows, nothing is cut or overlaps."""

import pytest

from conftest import PAGES
from reflow import CUT, OVERLAPS, SETTINGS, browser_of, sideways
from tabs import ALL_LIVE

NARROWEST = {"nothing": 320}  # width of the window; others have a phone's


@pytest.fixture(scope="module", params=SETTINGS)
def reader(request, browser):
    """A page of a reader with such settings, and the style that they bring."""
    told, style = SETTINGS[request.param]
    size = {"width": NARROWEST.get(request.param, 390), "height": 844}
    with browser_of(told, browser) as own:
        yield own.new_page(viewport=size, reduced_motion="reduce"), style


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reflows(reader, address, name):
    page, style = reader
    page.goto(f"{address}/{name}.html?q=network", wait_until="load")
    page.add_style_tag(content=style or "/**/")
    page.wait_for_function(ALL_LIVE)
    assert sideways(page) <= 0
    assert not page.evaluate(OVERLAPS)
    assert not page.evaluate(CUT)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert sideways(page) <= 0
