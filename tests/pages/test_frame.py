"""What stands around the text: neighbours, contents, landmarks, the skip link, search, contrast."""

import functools
import itertools
import json
import re
from urllib.parse import urlencode

import pytest
from coloraide import Color

from conftest import PAGES, SITE, THEMES, soup

CHAPTERS = [page for page in PAGES if page != "search"]


def built(name):
    return soup(SITE / f"{name}.html")


def heading(tag):
    """The words of a heading, without the sign that links to it."""
    return " ".join(part for part in tag.find_all(string=True) if part != "#").split()


def sections(name):
    """[(id, words)] of all sections of a page below its title."""
    found = []
    for tag in built(name).select("article h2, article h3"):
        section = tag.find_parent("section")
        if section.get("id"):
            found.append((section["id"], " ".join(heading(tag))))
    return found


# ---------------------------------------------------------------------------- neighbours, contents


def test_next_leads_through_the_whole_book_and_before_leads_back():
    for page, following in zip(CHAPTERS, [*CHAPTERS[1:], None], strict=True):
        link = built(page).select_one(".fit-prev-next a[rel=next]")
        assert bool(link) == bool(following), page
        if link:
            there = ((SITE / page).parent / link["href"]).resolve()
            assert there == SITE.resolve() / f"{following}.html"
            back = built(following).select_one(".fit-prev-next a[rel=prev]")
            assert ((SITE / following).parent / back["href"]).resolve() == (
                SITE.resolve() / f"{page}.html"
            )


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_contents_of_a_page_name_all_its_sections(name):
    listed = [
        (link["href"].removeprefix("#"), " ".join(link.get_text().split()))
        for link in built(name).select("nav.page-toc a")
    ]
    assert listed == sections(name)


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_level_at_a_time(name):
    levels = [int(tag.name[1]) for tag in built(name).select("article :is(h1, h2, h3, h4, h5, h6)")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_landmarks_and_a_link_past_them(visit, address, name):
    page = visit(f"{address}/{name}.html").page
    assert page.locator("main").count() == 1
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("search").count() >= 1
    assert page.get_by_role("navigation").count() >= 1
    page.keyboard.press("Tab")
    skip = page.evaluate("[document.activeElement.textContent.trim(), document.activeElement.hash]")
    assert skip == ["Skip to main content", "#main-content"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('#main-content, main') !== null"
    assert page.evaluate(inside), "the next stop is in the text"


# ---------------------------------------------------------------------------- menus


@pytest.mark.parametrize("width", [390, 959, 960, 975, 991, 992, 1280])
def test_the_pages_are_listed_beside_the_text_or_a_button_brings_them(visit, address, width):
    page = visit(f"{address}/{PAGES[0]}.html", reduced_motion="reduce").page
    page.set_viewport_size({"width": width, "height": 844})
    pages = page.get_by_role("navigation", name="Main")
    button = page.get_by_role("button", name="Pages of the book")
    if not button.is_visible():
        assert pages.is_visible()
        return
    listed = pages.is_visible()
    button.click()
    pages.wait_for(state="hidden" if listed else "visible", timeout=5_000)


@pytest.mark.parametrize("menu", ["On this page", "Pages of the book"])
def test_a_menu_closes_when_a_link_in_it_is_followed(visit, address, menu):
    section, _ = sections("notebooks/taylor")[-1]
    page = visit(f"{address}/notebooks/taylor.html", width="narrow", has_touch=True).page
    page.get_by_role("button", name=menu).tap()
    href = f"#{section}" if menu == "On this page" else "#"
    page.locator(f"dialog[open] a[href='{href}']").first.tap()
    page.locator("dialog[open]").wait_for(state="detached", timeout=5_000)
    if menu == "On this page":
        top = "document.getElementById(id).getBoundingClientRect().top"
        page.wait_for_function(f"(id) => Math.abs({top}) < innerHeight / 2", arg=section)


@pytest.mark.parametrize("page", ["search", "notebooks/taylor"])
def test_on_the_way_up_one_is_taken_to_the_top(visit, address, page):
    page = visit(f"{address}/{page}.html", width="narrow").page  # wider, the theme offers nothing
    page.locator(".bd-article").evaluate("(e) => { e.style.minHeight = '4000px'; }")
    button = page.get_by_role("button", name="Back to top")
    page.mouse.move(200, 400)
    page.mouse.wheel(0, 2500)
    page.wait_for_function("scrollY === 2500")
    assert not button.is_visible(), "on the way down nobody asks for it"
    page.mouse.wheel(0, -300)
    button.click()
    page.wait_for_function("scrollY === 0")
    button.wait_for(state="hidden")


@pytest.mark.parametrize("width", ["narrow", "wide"])
@pytest.mark.parametrize("name", [PAGES[0], "notebooks/taylor", "search"])
def test_without_javascript_nothing_is_dead_and_every_page_is_listed(visit, address, name, width):
    page = visit(f"{address}/{name}.html", width=width, java_script_enabled=False).page
    assert not page.locator("button:visible, input:visible").count()
    if width == "narrow":
        page.get_by_role("link", name="Pages of the book").click()
        assert page.url.endswith("#pst-primary-sidebar")
    listed = page.locator("nav.bd-links a:visible, a.fit-book-title:visible")
    found = {link.evaluate("a => a.href.split('#')[0]") for link in listed.all()}
    assert found == {f"{address}/{chapter}.html" for chapter in CHAPTERS}
    assert "Searching needs JavaScript" in page.locator("#pst-primary-sidebar").inner_text()
    page.locator("nav.bd-links a[href$='glossary.html']").click()
    page.wait_for_url("**/book/glossary.html")


# ---------------------------------------------------------------------------- search


def test_the_index_of_the_search_holds_every_section(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip(")"))
    held = {
        (index["docnames"][page], anchor)
        for places in index["alltitles"].values()
        for page, anchor in places
    }
    missing = [
        (name, anchor)
        for name in CHAPTERS
        for anchor, _ in sections(name)
        if (name, anchor) not in held
    ]
    assert not missing


# Asks the search page for many words, one after the other, and gives the addresses that it lists.
ASK = """async (queries) => {
  const list = document.getElementById("search-results");
  const found = {};
  for (const query of queries) {
    list.replaceChildren();
    Search.performSearch(query);
    for (let wait = 0; wait < 200; wait++) {
      await new Promise((done) => setTimeout(done, 10));
      if (Search.title?.innerText === "Search Results" && list.querySelector("ul.search")) break;
    }
    found[query] = [...list.querySelectorAll("a")].map((link) => link.getAttribute("href"));
  }
  return found;
}"""


def test_the_search_finds_every_section_by_its_title(visit, root):
    wanted = {
        (name, anchor): words for name in CHAPTERS for anchor, words in sections(name) if words
    }
    assert len(wanted) > 40
    seen = visit(f"{root}/search.html?q=notation")
    seen.page.locator("#search-results li a").first.wait_for(timeout=10_000)
    found = seen.page.evaluate(ASK, sorted(set(wanted.values())))
    missing = [
        (place, words)
        for place, words in wanted.items()
        if not any(f"{place[0]}.html" in link and place[1] in link for link in found[words])
    ]
    assert not missing
    assert not seen.elsewhere
    assert not seen.failed
    assert not seen.console


NOWHERE = ["__proto__", "constructor", "__proto__ constructor", "hasOwnProperty", "xyzzy", "the",
    "7", "!!!", "%", "🙂", "\\", "'", "没有", "x" * 3000]  # fmt: skip
SOMEWHERE = ["network", "-network", '"broken line"', "<b>network</b>", "深度学习"]
RESULTS = ".search-summary:not(:empty)"


@pytest.mark.parametrize("words", [*NOWHERE, *SOMEWHERE], ids=lambda words: words[:24])
def test_any_word_may_be_searched_and_no_result_is_said_so(visit, address, words):
    seen = visit(f"{address}/search.html?{urlencode({'q': words})}")
    said = seen.page.locator(RESULTS).inner_text(timeout=10_000)
    found = seen.page.locator("#search-results li").all_inner_texts()
    assert bool(found) == (words in SOMEWHERE)
    assert said.startswith(
        "No result" if words in NOWHERE else f"Search finished, found {len(found)} "
    )
    titles = {" ".join(heading(built(name).h1)) for name in CHAPTERS}
    parts = {words for name in CHAPTERS for _, words in sections(name)}
    assert {text.split(" > ")[-1] for text in found} <= titles | parts
    assert not seen.console


# ---------------------------------------------------------------------------- figures can be seen

# Of every word and every line of every figure at rest: what it says, the colour after styles, and
# how much of that is left by every opacity on the way up. And the paper's colour.
COLOURS = """() => {
  const thinness = (el) => {
    let product = 1;
    for (let e = el; e?.tagName !== "BODY"; e = e.parentElement) {
      product *= getComputedStyle(e).opacity;
    }
    return product;
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const found = { paper, words: [], lines: [] };
  for (const svg of document.querySelectorAll("article .fit-figure svg")) {
    for (const text of svg.querySelectorAll("text")) {
      const style = getComputedStyle(text);
      if (!text.textContent.trim()) continue;
      found.words.push([text.textContent, style.fill, thinness(text) * style.fillOpacity]);
    }
    for (const path of svg.querySelectorAll("path, use, line")) {
      const style = getComputedStyle(path);
      if (style.stroke === "none" || path.closest("defs, clipPath")) continue;
      const share = thinness(path) * style.strokeOpacity;
      found.lines.push([path.getAttribute("style") ?? "", style.stroke, share]);
    }
  }
  return found;
}"""


@functools.cache
def contrast(colour, share, paper):
    """The contrast of a colour thinned to this share against the paper, as WCAG 2.2 has it."""
    thin = Color(colour)
    thin["alpha"] *= share
    return Color.layer([thin, paper], space="srgb").contrast(paper, method="wcag21")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", CHAPTERS)
def test_words_and_lines_of_figures_stand_out_from_the_page(visit, address, name, theme):
    """Words 4.5 to 1, lines 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11). Not the grid, which is decoration,
    nor one of many curves that are drawn thin on purpose: their bundle is what is seen."""
    page = visit(f"{address}/{name}.html", theme, java_script_enabled=False).page
    found = page.evaluate(COLOURS)
    if not page.locator("article .fit-figure svg text").count():
        pytest.skip("no figure on this page")
    words, lines = (
        [(what, contrast(colour, share, found["paper"])) for what, colour, share in kind]
        for kind in (found["words"], found["lines"])
    )
    assert len(words) > 5
    assert not [(text, got) for text, got in words if got < 4.5]
    assert not [
        (style, got)
        for style, got in lines
        if got < 3 and not re.search(r"--fit-grid|stroke-opacity: 0\.\d", style)
    ]
