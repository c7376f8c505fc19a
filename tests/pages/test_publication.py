"""Where the book is published and where its source lives: with both settings, and with neither.

With neither, no link leads away to a place that is not known to exist; with both, every address is
the right one. The book of `make book` is one of the two, or a third; what it is not is built from a
copy.
"""

import copy
import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import matplotlib.image
import nbformat
import publication
import pytest
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.errors import ConfigError

from axe import assert_accessible
from conftest import PAGES, ROOT, THEMES, soup
from tools import colab

HERE = "https://example.org/what-it-does/"
SOURCE = "https://github.com/someone/fitting/tree/main"
CHAPTERS = [page for page in PAGES if page != "search"]
NOTEBOOKS = [page for page in CHAPTERS if (ROOT / f"{page}.ipynb").exists()]
SETTING = re.compile(r'^ +(published_at|source_at): "(.*)"$', re.MULTILINE)


def settings():
    """Both settings of the book itself, by name."""
    return dict(SETTING.findall((ROOT / "_config.yml").read_text(encoding="utf-8")))


def copy_book(folder, **values):
    """The sources of the book in another folder, set as its owner would set them."""
    for name in ("_config.yml", "_toc.yml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    for name in ("book", "notebooks"):
        hidden = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    change_settings(folder, **values)
    subprocess.run([sys.executable, ROOT / "tools/colab.py", folder], check=True)
    return folder


def change_settings(folder, published_at="", source_at=""):
    """Write both settings into the configuration of a copy."""
    path, values = folder / "_config.yml", {"published_at": published_at, "source_at": source_at}
    config, found = SETTING.subn(
        lambda line: line[0].replace(f'"{line[2]}"', f'"{values[line[1]]}"'),
        path.read_text(encoding="utf-8"),
    )
    assert found == len(values)
    path.write_text(config, encoding="utf-8")


def build(folder):
    """Build a book strictly; (exit code, what it said)."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", folder]
    command += ["-n", "-W", "--keep-going"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def built(folder):
    """The site that a book is built into."""
    code, log = build(folder)
    assert code == 0, log
    return folder / "_build/html"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The site of a book with both settings."""
    folder = tmp_path_factory.mktemp("published")
    return built(copy_book(folder, published_at=HERE.rstrip("/"), source_at=SOURCE))


@pytest.fixture(scope="module")
def unpublished(site, tmp_path_factory):
    """The site of a book with neither, which is the book itself as long as it has none."""
    return (
        built(copy_book(tmp_path_factory.mktemp("neither"))) if any(settings().values()) else site
    )


def meta(page, name):
    """What a page says of itself under a name, or None."""
    tag = page.find("meta", attrs={"name": name}) or page.find("meta", property=name)
    return tag and tag["content"]


def links(page):
    return {a["href"] for a in page.find_all("a", href=True)}


# ---------------------------------------------------------------------------- with neither


def test_the_two_settings_stand_in_one_place():
    assert set(settings()) == {"published_at", "source_at"}


@pytest.mark.parametrize("name", [*CHAPTERS, "search"])
def test_without_an_address_nothing_asks_for_one(unpublished, name):
    page = soup(unpublished / f"{name}.html")
    assert page.find("link", rel="canonical") is None
    assert meta(page, "og:url") is None
    assert meta(page, "og:image") is None
    assert meta(page, "twitter:card") == "summary"
    text = str(page)
    assert "colab.research" not in text
    assert "example.org" not in text
    assert not [link for link in links(page) if "github.com" in link]


def test_without_an_address_there_are_no_files_that_need_one(unpublished):
    assert not [name for name in ("sitemap.xml", "robots.txt") if (unpublished / name).exists()]
    assert not list(unpublished.glob("_static/cards/*"))
    assert links(soup(unpublished / "404.html")) == set()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_page_says_what_it_is(site, name):
    page = copy.copy(soup(site / f"{name}.html"))
    heading = page.find("h1")
    heading.find("a", class_="headerlink").decompose()
    assert meta(page, "og:title") == heading.get_text()
    assert meta(page, "og:site_name") == soup(site / "book/index.html").title.get_text()
    assert meta(page, "og:type") == ("website" if name == PAGES[0] else "article")
    words = meta(page, "description")
    assert meta(page, "og:description") == words
    assert 40 < len(words) <= publication.LONGEST
    assert not re.search(r"[<>$\\{}*_`\[\]\n]|  ", words), "markup, in a text for search engines"
    # it is how the page begins, as far as the first formula, citation or term
    for tip in page.select(".fit-tip"):
        tip.decompose()
    begins = " ".join(page.select_one("article p").get_text(" ", strip=True).split())
    assert words[:20] == begins[:20]


def test_no_two_pages_describe_themselves_alike(site):
    said = [meta(soup(site / f"{name}.html"), "description") for name in CHAPTERS]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_says_how_to_rerun_it_and_can_be_taken_home(site, name):
    box = soup(site / f"{name}.html").select_one("article .fit-rerun")
    assert box.find("h2").get_text() == "Rerun it"
    assert "make lab" in box.get_text()
    assert f"{name}.ipynb" in box.get_text()
    assert (ROOT / f"{name}.ipynb").exists()
    (link,) = box.find_all("a", download=True)
    taken = (site / f"{name}.html").parent / link["href"]
    assert taken.read_bytes() == (ROOT / f"{name}.ipynb").read_bytes()


def test_a_page_without_code_offers_nothing_to_rerun(site):
    for name in set(CHAPTERS) - set(NOTEBOOKS):
        assert not soup(site / f"{name}.html").select(".fit-rerun")


def test_the_books_own_address_leads_in_and_says_what_the_book_is(site):
    page = soup(site / "index.html")
    first = soup(site / "book/index.html")
    assert page.title.get_text() == first.title.get_text()
    assert links(page) == {"book/index.html"}
    assert meta(page, "description") == meta(first, "description")


# ---------------------------------------------------------------------------- with both


@pytest.mark.parametrize("name", CHAPTERS)
def test_with_an_address_a_page_gives_its_own(published, name):
    page = soup(published / f"{name}.html")
    assert page.find("link", rel="canonical")["href"] == f"{HERE}{name}.html"
    assert meta(page, "og:url") == f"{HERE}{name}.html"
    assert meta(page, "twitter:card") == "summary_large_image"
    picture = meta(page, "og:image")
    assert picture.startswith(HERE)
    content = (published / picture.removeprefix(HERE)).read_bytes()
    assert content.startswith(b"\x89PNG")
    size = struct.unpack(">II", content[16:24])
    assert size == (int(meta(page, "og:image:width")), int(meta(page, "og:image:height")))
    assert len(content) < 200_000
    assert len(meta(page, "og:image:alt").split()) > 5


def test_the_card_of_every_page_shows_its_own_words(published):
    cards = [path.read_bytes() for path in published.glob("_static/cards/*.png")]
    assert len(cards) == len(set(cards)) >= len(CHAPTERS)


@pytest.mark.parametrize("name", CHAPTERS)
def test_with_a_source_every_page_can_be_edited(published, name):
    found = [link for link in links(soup(published / f"{name}.html")) if "/edit/" in link]
    (link,) = found
    path = link.removeprefix("https://github.com/someone/fitting/edit/main/")
    assert path in {f"{name}.md", f"{name}.ipynb"}
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_with_a_source_colab_opens_a_notebook_that_installs_the_library_there(published, name):
    box = soup(published / f"{name}.html").select_one(".fit-rerun")
    place = f"someone/fitting/blob/main/{name}.ipynb"
    assert f"https://colab.research.google.com/github/{place}" in links(box)
    taken = nbformat.read(published / f"{name}.ipynb", as_version=4)
    assert "git+https://github.com/someone/fitting@main" in taken.cells[0].source
    assert "remove-cell" in taken.cells[0].metadata.tags
    assert "google.colab" not in soup(published / f"{name}.html").get_text()


def test_the_site_map_names_every_page_once(published):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [loc.text for loc in ElementTree.parse(published / "sitemap.xml").iter(f"{space}loc")]
    assert found == [f"{HERE}{name}.html" for name in CHAPTERS]
    assert f"Sitemap: {HERE}sitemap.xml" in (published / "robots.txt").read_text()


def test_every_address_inside_the_published_book_is_there(published):
    """Also those of the page that a server shows at any depth: all of them are absolute."""
    assert len(links(soup(published / "404.html"))) == len(CHAPTERS)
    for path in (path for path in published.rglob("*.html") if "_static" not in path.parts):
        for link in links(soup(path)):
            parts = urlsplit(link)
            if link.startswith(HERE):
                assert (published / link.removeprefix(HERE)).exists(), (path, link)
            elif path.name == "404.html":
                assert parts.scheme, link
            elif not parts.scheme and parts.path:
                assert (path.parent / parts.path).exists(), (path, link)


# ---------------------------------------------------------------------------- "not here"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", ["unpublished", "published"])
def test_the_page_for_what_is_not_there_stands_alone(visit, request, kind, theme):
    site = request.getfixturevalue(kind)
    seen = visit(f"{site.as_uri()}/404.html", theme, "narrow")
    page = seen.page
    loaded = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [name for name in loaded if not name.endswith("/favicon.ico")] == []  # asked unbidden
    assert not soup(site / "404.html").find_all(["img", "script", "link"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    listed = page.locator("li").all_inner_texts()
    titles = [meta(soup(site / f"{name}.html"), "og:title") for name in CHAPTERS]
    assert listed == titles
    assert_accessible(page)


# ---------------------------------------------------------------------------- settings, words


@pytest.mark.parametrize("wrong", ["example.org", "ftp://example.org", "https://", "book/"])
def test_an_address_that_is_none_is_refused_in_words(wrong):
    with pytest.raises(ConfigError, match=r"published_at is .*; give a whole address"):
        publication.published(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "https://github.com/someone/fitting",
        "https://gitlab.com/someone/fitting/tree/main",
        "someone/fitting",
        "https://github.com/someone/fitting/tree/",
    ],
)
def test_a_source_that_colab_cannot_open_is_refused_in_words(wrong):
    with pytest.raises(ConfigError, match=r"source_at is .*; give the page of a branch on GitHub"):
        publication.Source.parse(wrong)


def test_settings_may_end_in_a_slash_and_branches_may_hold_one():
    assert publication.published(HERE) == publication.published(HERE.rstrip("/")) == HERE
    source = publication.Source.parse("https://github.com/a/b/tree/next/one/")
    assert source == publication.Source("a/b", "next/one")
    assert publication.published("") == ""
    assert publication.Source.parse("") is None


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Short.", "Short."),
        ("One. Two? " + "x" * 30, "One. Two?"),
        ("Is “this one”? " + "x" * 30, "Is “this one”?"),
        ("a b " * 10, "a b a b a b a b a b …"),
    ],
)
def test_a_long_description_ends_where_a_sentence_does(text, short):
    assert publication.shorten(text, 20) == short


def test_a_description_has_the_words_of_formulas_and_no_citations():
    paragraph = nodes.paragraph()
    cited = nodes.inline("", "[2025]", classes=["bibtex-citation"])
    paragraph += [
        nodes.Text("The article "),
        cited,
        nodes.Text(" fits "),
        nodes.math("", r"\sin x"),
    ]
    paragraph += [nodes.Text(", says\n"), nodes.strong("", "it"), nodes.Text(".")]
    assert publication.plain(paragraph) == "The article fits sin x, says it."


def test_titles_of_any_length_fit_their_card(tmp_path):
    colour = publication.colours((ROOT / "book/_static/book.css").read_text(encoding="utf-8"))
    for number, title in enumerate(("Short", "W" * 30, "Many words and more of them " * 6)):
        path = tmp_path / f"{number}.png"
        publication.draw_card(title, "Book", colour, path)
        pixels = matplotlib.image.imread(path)[..., :3]
        below, edge = (int(0.61 * pixels.shape[0]), int(0.05 * pixels.shape[1]))
        margin = pixels[:below, -edge:]  # the drawing below goes from edge to edge
        assert (margin == pixels[0, 0]).all(), "ink in the right margin"
        assert (pixels[int(0.2 * pixels.shape[0]) : int(0.6 * pixels.shape[0])].std()) > 0.01


def test_a_card_is_the_same_whatever_its_builder_has_set_for_matplotlib(tmp_path):
    colour = publication.colours((ROOT / "book/_static/book.css").read_text(encoding="utf-8"))
    publication.draw_card("Title", "Book", colour, tmp_path / "plain.png")
    with matplotlib.rc_context({"font.weight": "bold", "lines.marker": "x", "text.usetex": True}):
        publication.draw_card("Title", "Book", colour, tmp_path / "own.png")
    assert (tmp_path / "own.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


# ---------------------------------------------------------------------------- the cell for Colab


def test_committed_notebooks_have_the_cell_that_the_setting_asks_for(tmp_path):
    for name in ("_config.yml", "_toc.yml", "requirements.txt", "book", "notebooks"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    assert colab.renew(tmp_path) == [], "run `python tools/colab.py`"


def test_the_cell_can_be_put_in_twice_and_taken_out(tmp_path):
    copy_book(tmp_path)
    before = {name: (tmp_path / f"{name}.ipynb").read_bytes() for name in NOTEBOOKS}
    change_settings(tmp_path, source_at=SOURCE)
    assert len(colab.renew(tmp_path)) == len(NOTEBOOKS)
    assert colab.renew(tmp_path) == []
    for name in NOTEBOOKS:
        notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        ran = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
        assert ran == list(range(1, len(ran) + 1))
        assert "language_info" in notebook.metadata
    change_settings(tmp_path)
    colab.renew(tmp_path)
    assert {name: (tmp_path / f"{name}.ipynb").read_bytes() for name in NOTEBOOKS} == before


def test_the_cell_is_in_the_style_of_all_others(tmp_path):
    path = tmp_path / "cell.py"
    path.write_text(colab.first_cell(publication.Source.parse(SOURCE), ROOT).source + "\n")
    style = ["--config", ROOT / "pyproject.toml"]
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--check", *style, path], check=True)


@pytest.mark.parametrize("there", [True, False])
def test_the_cell_installs_on_colab_and_does_nothing_elsewhere(monkeypatch, there):
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append((command, check)))
    if there:
        monkeypatch.setitem(sys.modules, "google.colab", object())
    cell = colab.first_cell(publication.Source.parse(SOURCE), ROOT)
    exec(cell.source, {})
    if not there:
        assert asked == []
        return
    ((command, check),) = asked
    assert check, "a failed installation must be seen"
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    packages = [word for word in command[4:] if not word.startswith("-")]
    assert packages[0] == "fitlab @ git+https://github.com/someone/fitting@main"
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert {name.split("==")[0] for name in packages[1:]} == colab.LACKING
    assert set(packages[1:]) <= set(lines)


def test_a_link_to_colab_without_the_cell_stops_the_build(tmp_path):
    folder = copy_book(tmp_path, source_at=SOURCE)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n", encoding="utf-8")
    notebook = new_notebook(cells=[new_markdown_cell("# Title\n\nWords."), new_code_cell("1")])
    notebook.metadata.language_info = {"name": "python"}
    (folder / "page.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    code, log = build(folder)
    assert code != 0
    assert "page.ipynb would not run in Colab: run `python tools/colab.py`" in log
