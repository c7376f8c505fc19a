"""The glossary, and the first use of its words on every page."""

import copy
import json
import re

import first_terms
import pytest
from bs4 import NavigableString

from axe import assert_accessible
from conftest import PAGES, SITE, THEMES, soup

HOME = "book/glossary"
OTHERS = [page for page in PAGES if page not in {HOME, "search"}]


def built(name):
    return soup(SITE / f"{name}.html")


def entries():
    """[(words, ids, meaning as HTML)] as they stand in the built glossary."""
    found, names = [], []
    for tag in copy.copy(built(HOME)).select("dl.glossary > *"):
        if tag.name == "dt":
            tag.find("a", class_="headerlink") and tag.find("a", class_="headerlink").decompose()
            names.append(tag)
        else:
            ids = [name["id"] for name in names]
            found.append(([name.get_text().strip() for name in names], ids, tag))
            names = []
    return found


@pytest.fixture(scope="module")
def glossary(site):
    return entries()


# ---------------------------------------------------------------------------- the page itself


def test_every_entry_means_something_in_plain_words(glossary):
    assert len(glossary) >= 40
    for names, _, meaning in glossary:
        first = meaning.find("p")
        assert first.select(".math") == [], names  # it is the tip, which shows no formulas
        assert 15 < len(first.get_text()) < 260, names
        assert first.get_text().endswith("."), names
    words = [word.casefold() for names, *_ in glossary for word in names]
    assert len(words) == len(set(words))
    firsts = [names[0].casefold() for names, *_ in glossary]
    assert firsts == sorted(firsts)


def test_an_entry_leads_to_the_first_page_that_uses_it(glossary):
    """The first in the order of the book, as the built pages have it."""
    used = {}
    for name in OTHERS:
        for link in built(name).select("a.fit-term"):
            used.setdefault(link["id"].removeprefix("first-"), name)
    for names, ids, meaning in glossary:
        link = meaning.select_one(".fit-first a")
        (anchor,) = [i for i in ids if i in used] or [None]
        expected = f"../{used[anchor]}.html#first-{anchor}" if anchor else None
        found = link and link["href"]
        if found and "/" not in found:
            found = f"../book/{found}"
        assert found == expected, names
    unused = [names for names, _, meaning in glossary if not meaning.select(".fit-first")]
    assert len(unused) <= 0.2 * len(glossary), f"words that no page explains by it: {unused}"


# ---------------------------------------------------------------------------- on the pages


@pytest.mark.parametrize("name", OTHERS)
def test_a_word_is_underlined_once_where_it_stands_first(name, glossary):
    page = built(name)
    words = {anchor: names for names, ids, _ in glossary for anchor in ids}
    meanings = {
        anchor: " ".join(meaning.find("p").get_text().split())
        for _, ids, meaning in glossary
        for anchor in ids
    }
    seen = []
    for link in page.select("a.fit-term"):
        anchor = link["href"].split("#")[1]
        seen.append(anchor)
        assert link.find_parent(["code", "pre", "h1", "h2", "h3", "table", "a"]) is None
        assert link.find_parent(class_=["math", "admonition-title", "cell"]) is None
        tip = page.find(id=link["aria-describedby"])
        assert tip["role"] == "tooltip"
        assert tip.has_attr("hidden"), "a page without style sheets would print it in the sentence"
        assert tip.get_text() == meanings[anchor]
        base = re.sub(r"[\s-]+", " ", link.get_text()).casefold()
        assert any(base in {w.casefold(), f"{w}s".casefold(), f"{w}es".casefold()}
                   for w in (re.sub("-", " ", w) for w in words[anchor]))  # fmt: skip
        same = re.compile(rf"(?<![\w-]){re.escape(link.get_text())}(?![\w-])")
        assert not same.search(before(page, link)), f"{link.get_text()} stands earlier"
    assert len(seen) == len(set(seen))
    assert len(seen) <= 45, "a page where everything is underlined"
    if name.startswith("notebooks/"):
        assert len(seen) >= 10


def before(page, link):
    """What a reader could read of a page's text before a link, without code, headings and such."""
    found = []
    for node in page.select_one("article").descendants:
        if node is link:
            return "\n".join(found)
        if isinstance(node, NavigableString):
            parents = [tag for tag in node.parents if tag.name not in {"article", "[document]"}]
            closed = any(
                tag.name in {"a", "code", "pre", "h1", "h2", "h3", "table", "summary", "figcaption"}
                or {"math", "admonition-title", "cell", "fit-tip"} & set(tag.get("class", []))
                for tag in parents
            )
            found.append("|" if closed else str(node))
    raise AssertionError("the link is not in the text")


def test_meanings_are_not_found_by_the_search(site):
    """They would be found on every page that uses the word."""
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(index.removeprefix("Search.setIndex(").rstrip(")"))
    pages = found["terms"]["tangent"]
    assert [found["docnames"][page] for page in ([pages] if isinstance(pages, int) else pages)] == [
        HOME
    ]


# ---------------------------------------------------------------------------- finding words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a unit of this layer.", ["layer"]),
        ("Layers, and a layered cake", ["Layers"]),
        ("hidden layers of one layer", ["hidden layers", "layer"]),
        ("held-out or held out", ["held-out", "held out"]),
        ("an MSE, not an mse", ["MSE"]),
        ("a cross-entropy is no entropy", ["cross-entropy", "entropy"]),
        ("classes and a class", ["classes", "class"]),
        ("a multilayer, sub-layer, layer-wise", []),
    ],
)
def test_words_are_found_whole_in_the_plural_and_at_the_beginning(text, found):
    words = ["layer", "hidden layer", "held out", "MSE", "entropy", "cross-entropy", "class"]
    assert first_terms.pattern(words).findall(text) == found


# ---------------------------------------------------------------------------- in a browser


def some_term(page):
    """A word on the page, and its tip."""
    term = page.locator("a.fit-term", has_text="cross-entropy")
    term.scroll_into_view_if_needed()
    return term, page.locator(f"#{term.get_attribute('aria-describedby')}")


def test_pointer_and_keyboard_show_the_meaning_and_escape_hides_it(visit, root):
    page = visit(f"{root}/notebooks/hypothesis.html").page
    term, tip = some_term(page)
    assert not tip.is_visible()
    term.hover()
    assert tip.is_visible()
    box = tip.bounding_box()
    start = term.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, box["y"] + 10, steps=20)
    assert tip.is_visible(), "whoever wants to read it may point at it"
    page.mouse.move(5, 5)
    assert not tip.is_visible()
    term.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert tip.is_visible(), "it was hidden until the focus left, not for ever"
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/glossary.html#term-cross-entropy")


def test_without_javascript_the_keyboard_still_shows_the_meaning(visit, root):
    page = visit(f"{root}/notebooks/hypothesis.html", java_script_enabled=False).page
    term, tip = some_term(page)
    term.hover()
    assert tip.is_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_a_finger_shows_the_meaning_first_and_follows_the_link_then(visit, address, theme):
    seen = visit(f"{address}/notebooks/hypothesis.html", theme, "narrow", has_touch=True)
    page = seen.page
    term, tip = some_term(page)
    term.tap()
    assert tip.is_visible()
    assert page.url.endswith("hypothesis.html")
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    page.locator("h1").tap()
    assert not tip.is_visible()
    term.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert tip.is_visible(), "a key after a finger is not swallowed"
    page.locator("h1").tap()
    term.tap()
    term.tap()
    page.wait_for_url("**/book/glossary.html#term-cross-entropy")
