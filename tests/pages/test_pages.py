"""Every page in a real browser, with every way out of this machine blocked.

Each page is visited over http and from the disk, in both themes, wide and narrow. A visit must ask
no other host for anything, say nothing on the console, and fit its width.
"""

import pytest

from conftest import PAGES, THEMES, WIDTHS
from reflow import sideways

HEAVIEST = 250_000  # bytes over the wire, compressed: the first visit of any page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_a_visit_is_quiet_and_stays_at_home(visit, root, name, theme, width):
    seen = visit(f"{root}/{name}.html", theme, width)
    assert seen.page.title()
    assert not seen.elsewhere
    assert not seen.failed
    assert not seen.console
    assert sideways(seen.page) <= 0
    assert seen.page.evaluate("document.documentElement.dataset.theme") == theme


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_is_light(browser, address, name):
    weights = []
    with browser.new_context(viewport={"width": 1280, "height": 844}) as context:  # empty caches
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.on("Network.loadingFinished", lambda e: weights.append(e["encodedDataLength"]))
        session.send("Network.enable")
        # until the network is idle: scripts may ask for more after loading
        page.goto(f"{address}/{name}.html", wait_until="networkidle")
    assert 10_000 < sum(weights) <= HEAVIEST


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_everything_is_there(visit, root, name, theme):
    seen = visit(f"{root}/{name}.html", theme, "narrow", java_script_enabled=False)
    page = seen.page
    assert not seen.elsewhere
    assert sideways(page) <= 0
    for selector in (".katex-html", ".fit-figure svg:not(.fit-wide)", ".fit-claim"):
        for element in page.query_selector_all(f".bd-article {selector}"):
            if element.evaluate("e => !e.closest('details:not([open])')"):
                box = element.bounding_box()
                assert box, selector
                assert min(box["width"], box["height"]) > 2, selector
    lightness = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert (sum(lightness) > 600) == (theme == "light"), "the theme follows the system"


def test_the_theme_can_be_chosen_and_is_remembered(visit, address):
    page = visit(f"{address}/{PAGES[0]}.html", "light").page
    chosen = []
    for _ in range(3):
        page.locator(".theme-switch-button").click()
        chosen.append(page.evaluate("document.documentElement.dataset.mode"))
    assert sorted(chosen) == ["auto", "dark", "light"]
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        page.locator(".theme-switch-button").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_pages_can_be_reached_on_a_phone(visit, address):
    page = visit(f"{address}/{PAGES[0]}.html", "light", "narrow").page
    link = page.locator(f"dialog a[href$='{PAGES[-2].split('/')[-1]}.html']").first
    page.get_by_role("button", name="Pages of the book").click()
    link.click()
    page.wait_for_url(f"**/{PAGES[-2]}.html")


def test_the_search_finds_a_page(visit, root):
    seen = visit(f"{root}/{PAGES[0]}.html")
    box = seen.page.get_by_label("Search the book").first
    box.fill("notation")
    box.press("Enter")
    seen.page.locator("#search-results li a").first.wait_for(timeout=10_000)
    assert not seen.elsewhere
    assert not seen.console
