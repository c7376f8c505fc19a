"""A reader whose browser keeps nothing for a page has the theme, the pages and the search."""

import pytest

from conftest import PAGES

# What browsers do: throw when asked for it at all, offer nothing, or throw when it is full.
DENIED = {
    "denied": """Object.defineProperty(window, name, { configurable: true, get() {
        throw new DOMException("The operation is insecure.", "SecurityError");
    } })""",
    "null": "Object.defineProperty(window, name, { configurable: true, value: null })",
    "full": """Storage.prototype.setItem = () => {
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    }""",
}


@pytest.fixture(params=DENIED)
def unkept(request, browser, address):
    """An open page of a phone whose storage is denied, and what it says on its console."""
    said = []
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        kinds = "for (const name of ['localStorage', 'sessionStorage'])"
        context.add_init_script(f"{kinds} {DENIED[request.param]}")
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/{PAGES[0]}.html", wait_until="load")
        yield page
    assert not said


def test_the_theme_can_be_chosen(unkept):
    chosen = set()
    for _ in range(3):
        unkept.locator(".theme-switch-button").click()
        chosen.add(unkept.evaluate("document.documentElement.dataset.mode"))
    assert chosen == {"auto", "dark", "light"}


def test_the_pages_can_be_reached(unkept):
    unkept.get_by_role("button", name="Pages of the book").click()
    unkept.locator(f"dialog a[href$='{PAGES[1].split('/')[-1]}.html']").click()
    unkept.wait_for_url(f"**/{PAGES[1]}.html")


def test_the_search_finds_something(unkept):
    unkept.get_by_role("button", name="Pages of the book").click()
    unkept.get_by_label("Search the book").first.fill("notation")
    unkept.keyboard.press("Enter")
    unkept.locator("#search-results li a").first.wait_for(timeout=10_000)


def test_what_can_be_kept_is_kept_as_ever(visit, address):
    page = visit(f"{address}/{PAGES[0]}.html").page
    page.evaluate("localStorage.setItem('a', 1); localStorage.setItem('b', 2)")
    page.evaluate("localStorage.removeItem('b')")
    page.reload()
    got = "['a', 'b', 'c'].map((key) => localStorage.getItem(key))"
    assert page.evaluate(got) == ["1", None, None]
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.evaluate(got) == [None, None, None]
