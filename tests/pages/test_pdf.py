"""The book on paper: `make pdf`, and a page that a reader prints."""

import re
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from conftest import PAGES, ROOT, SITE
from tools import pdf

CHAPTERS = [page for page in PAGES if page != "search"]
# Scrolls, and is done when the page has been told: two scrolls in one frame make one event.
SCROLLED_TO = """(y) => new Promise((done) => {
    addEventListener("scroll", () => requestAnimationFrame(done), { once: true });
    scrollTo({ top: y, behavior: "instant" });
})"""
SOME = ["book/index", "book/notation", "notebooks/taylor", "book/glossary"]


@pytest.fixture(scope="module")
def whole(site):
    """All pages as the one document that is printed."""
    return BeautifulSoup(pdf.Paper(SITE, CHAPTERS).html({}), "html.parser")


@pytest.fixture(scope="module")
def printed(site, browser, tmp_path_factory):
    """Some of the pages in a file, printed as `make pdf` prints all of them."""
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.print_book(browser, SITE, SOME, path)
    return PdfReader(path)


def words(text):
    return " ".join(text.split())


# ---------------------------------------------------------------------------- the document


def test_the_document_has_every_page_in_the_order_of_the_book(whole):
    found = [tag["id"] for tag in whole.select(".bd-article")]
    assert found == [pdf.slug(page) for page in CHAPTERS]
    contents = [a["href"].removeprefix("#") for a in whole.select(".fit-paper-contents a")]
    assert contents == found


def test_every_link_of_the_document_leads_somewhere_inside_or_to_the_web(whole):
    ids = [tag["id"] for tag in whole.find_all(id=True)]
    assert len(ids) == len(set(ids))
    inside = [a["href"] for a in whole.find_all("a", href=True) if a["href"].startswith("#")]
    assert len(inside) > 100
    assert {link[1:] for link in inside} <= set(ids)
    outside = [a["href"] for a in whole.find_all("a", href=True) if not a["href"].startswith("#")]
    assert not [link for link in outside if not link.startswith("https://")]


def test_links_between_pages_lead_to_the_same_place_as_in_the_book(whole, site):
    """The oracle is the built page: its links, resolved by hand."""
    page = BeautifulSoup(
        (site / "notebooks/taylor.html").read_text(encoding="utf-8"), "html.parser"
    )
    article = page.select_one("article")
    for tag in article.select(".fit-rerun, a.headerlink"):
        tag.decompose()
    expected = []
    for link in article.find_all("a", href=True):
        href = link["href"]
        if href.startswith("#"):
            expected.append(f"#notebooks-taylor--{href[1:]}")
        elif not href.startswith("http"):
            place = re.sub(r"^\.\./", "", href) if href.startswith("../") else f"notebooks/{href}"
            name, _, fragment = place.partition("#")
            there = name.removesuffix(".html").replace("/", "-")
            expected.append(f"#{there}--{fragment}" if fragment else f"#{there}")
    there = whole.find(id="notebooks-taylor")
    assert len(expected) > 15
    assert [
        a["href"] for a in there.find_all("a", href=True) if a["href"].startswith("#")
    ] == expected


def test_the_document_has_figures_at_rest_whose_parts_find_each_other(whole):
    assert not whole.find_all(["script", "noscript", "button", "input"])
    assert len(whole.select(".fit-live figure svg")) >= 5
    assert all(tag.has_attr("open") for tag in whole.find_all("details"))
    ids = {tag["id"] for tag in whole.find_all(id=True)}
    for svg in whole.find_all("svg"):
        named = re.findall(r'url\(#([^)]+)\)|(?:xlink:)?href="#([^"]+)"', str(svg))
        assert {a or b for a, b in named} <= ids


# ---------------------------------------------------------------------------- the file


def test_the_file_holds_every_chapter_where_its_contents_say(printed):
    texts = [words(page.extract_text()) for page in printed.pages]
    assert len(texts) > 15
    pages = pdf.Paper(SITE, SOME)
    contents = texts[1]
    for page, title in pages.titles.items():
        number = int(re.search(rf"{re.escape(title)} (\d+)", contents)[1])
        assert title in texts[number - 1], page
        assert texts[number - 1].endswith(str(number)), "the number at the foot of the page"


def test_links_of_the_file_lead_to_places_in_it(printed):
    """Each link of the file has a destination that exists, or an address on the web."""
    places = printed.named_destinations
    kinds = {"inside": 0, "web": 0}
    for page in printed.pages:
        for annotation in page.get("/Annots") or []:
            link = annotation.get_object()
            if link["/Subtype"] != "/Link":
                continue
            if "/Dest" in link:
                assert str(link["/Dest"]) in places
                assert printed.get_destination_page_number(places[str(link["/Dest"])]) >= 0
                kinds["inside"] += 1
            else:
                assert link["/A"]["/URI"].startswith("https://")
                kinds["web"] += 1
    assert kinds["inside"] > 50
    assert kinds["web"] >= 5


def test_the_file_has_an_outline_of_chapters(printed):
    titles = [words(entry.title) for entry in printed.outline if not isinstance(entry, list)]
    chapters = list(pdf.Paper(SITE, SOME).titles.values())
    assert titles == [chapters[0], *chapters]  # the cover, then every chapter


def test_the_file_shows_answers_and_no_navigation(printed):
    text = words(" ".join(page.extract_text() for page in printed.pages))
    assert "needed = next(n for n in range(1, 30, 2)" in text  # the answer to an exercise
    for gone in ("Search the book", "On this page", "Read on", "Rerun it"):
        assert gone not in text


def test_make_pdf_is_a_command_that_help_names():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^pdf:.*\bbuild\b.*\bbrowser\b", text, re.MULTILINE)
    assert "make pdf " in text


# ------------------------------------------------------------------ a reader prints one page


@pytest.fixture
def page(visit, address):
    """A page that lives, with an explorable that the reader has moved."""
    page = visit(f"{address}/notebooks/taylor.html").page
    page.locator(".fit-live [data-state=ready]").first.wait_for()
    return page


def test_on_paper_a_figure_is_at_rest_and_lives_again_afterwards(page):
    live = page.locator(".fit-live > div")
    rest = page.locator(".fit-live > .output figure")
    assert live.first.is_visible()
    before = page.locator(".fit-live input").count()
    assert before > 0
    page.emulate_media(media="print")
    rest.first.wait_for(timeout=5_000)
    assert not page.locator(".fit-live input:visible").count()
    page.emulate_media(media="screen")
    live.first.wait_for(timeout=5_000)
    assert not rest.count()
    assert page.locator(".fit-live input").count() == before
    assert live.first.is_visible()


def test_on_paper_there_is_the_text_and_nothing_to_press(page):
    page.set_viewport_size({"width": 900, "height": 844})
    for height in (3000, 2500):
        page.evaluate(SCROLLED_TO, height)
    page.locator("#pst-back-to-top").wait_for(timeout=5_000)  # the theme offers it on the way up
    page.emulate_media(media="print")
    screen = (".bd-sidebar-primary", ".bd-header-article", ".fit-prev-next", ".fit-rerun")
    for selector in (*screen, "#pst-back-to-top", "button"):
        for place in page.locator(selector).all():
            assert not place.is_visible(), selector
    assert page.locator("h1").is_visible()
    assert page.locator(".cell.tag_hide-cell pre").first.is_visible(), "answers are unfolded"
    assert page.locator(".fit-code").count() > 0
    for code in page.locator(".cell.tag_hide-input > details, .fit-code").all():
        assert not code.is_visible(), "how it was drawn stays in the notebook"
    assert page.locator(".fit-claim details table").first.is_visible(), "evidence is unfolded"
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    text = PdfReader(BytesIO(page.pdf())).pages[0].extract_text()
    assert "The network is worth seven degrees of Taylor" in words(text)
