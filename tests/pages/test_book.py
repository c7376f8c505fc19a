"""The built book, read as files: whole, self-contained, light, and every figure has words."""

import copy
import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import from_jupyter
import nbformat
import pytest
from from_jupyter import STATE, VIEW, put_widgets_aside
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from conftest import ROOT, SITE, soup
from fitlab.explorables import EXPLORABLES, sources

HEAVIEST = 250_000  # bytes, compressed: the first visit of any page
ASSETS = [
    ("script", "src"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
    ("object", "data"),
]
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}


def pages():
    return sorted(path for path in SITE.rglob("*.html") if "_static" not in path.parts)


@pytest.fixture(params=pages(), ids=lambda path: str(path.relative_to(SITE)))
def page(request):
    return request.param


def assets(path):
    """What the page makes a browser load, as it is written."""
    named = [(tag, name) for kind, name in ASSETS for tag in soup(path).find_all(kind)]
    found = [tag[name] for tag, name in named if tag.get(name)]
    links = soup(path).find_all("link", href=True)
    return found + [tag["href"] for tag in links if LOADED_LINKS & set(tag.get("rel", []))]


def target(path, reference):
    """The file that a relative reference means."""
    place = unquote(urlsplit(reference).path)
    return (path.parent / place).resolve() if place else path


def in_css(css):
    imported = re.findall(r'@import "([^"]+)"', css)
    return imported + [url.strip("'\"") for url in re.findall(r"url\(([^)]+)\)", css)]


def test_every_page_of_the_toc_was_built(site):
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    named = re.findall(r"(?:root|file): (\S+)", toc)
    assert len(named) >= 4
    assert not [name for name in named if not (site / f"{name}.html").exists()]


def test_the_first_page_leads_into_the_book(site):
    refresh = soup(site / "index.html").find("meta", attrs={"http-equiv": "Refresh"})
    assert refresh["content"].endswith("url=book/index.html")


def test_nothing_is_loaded_from_another_host(page):
    elsewhere = [asset for asset in assets(page) if urlsplit(asset).netloc]
    inline = " ".join(tag.get_text() for tag in soup(page).find_all("style"))
    inline += " ".join(tag["style"] for tag in soup(page).find_all(style=True))
    elsewhere += [url for url in in_css(inline) if urlsplit(url).netloc]
    assert not elsewhere
    assert not re.search(r"@import|import\(['\"]https?:", inline)


def test_style_sheets_load_nothing_from_another_host_and_nothing_missing(site):
    for sheet in site.rglob("*.css"):
        css = sheet.read_text(encoding="utf-8")
        for url in in_css(css):
            if not url.startswith(("data:", "%23", "#")):
                assert not urlsplit(url).netloc, (sheet, url)
                assert target(sheet, url).exists(), (sheet, url)


def test_every_local_link_and_asset_is_there(page):
    links = [tag["href"] for tag in soup(page).find_all("a", href=True)]
    for reference in [*links, *assets(page)]:
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc:
            continue
        file = target(page, reference)
        assert file.exists(), reference
        if parts.fragment and file.suffix == ".html":
            there = soup(file).find(id=unquote(parts.fragment))
            assert there or parts.fragment == "top", reference


def test_no_tex_is_left_for_a_script_to_set(page):
    text = copy.copy(soup(page))
    for tag in text.find_all(["annotation", "script", "style", "code", "pre", "template"]):
        tag.decompose()
    for tag in text.select(".fit-tex"):  # out of sight, for whoever copies a formula
        tag.decompose()
    assert not re.findall(r"\\[a-zA-Z]{2,}|\\\(|\\\[|\$\$", text.get_text())


def test_none_of_the_scripts_that_a_default_book_brings(page):
    names = " ".join(asset.lower() for asset in assets(page))
    for script in ("mathjax", "require", "thebe", "html-manager", "embed-amd", "fontawesome"):
        assert script not in names


def test_every_figure_says_in_words_what_it_shows(page):
    for svg in soup(page).select("article svg"):
        if svg.get("aria-hidden") == "true" or svg.find_parent("button"):
            continue
        if "sd-octicon" in svg.get("class", []):
            continue  # the arrow of a fold
        assert svg.get("role") == "img", str(svg)[:200]
        assert len(svg.get("aria-label", "").split()) >= 4, str(svg)[:200]
    for img in soup(page).select("article img"):
        assert len(img.get("alt", "").split()) >= 4, str(img)[:200]
        assert "/" not in img["alt"], "a path is no description"


def test_ids_are_unique(page):
    ids = [tag["id"] for tag in soup(page).find_all(id=True)]
    assert len(ids) == len(set(ids)), {name for name in ids if ids.count(name) > 1}


def test_words_of_a_page_and_what_it_loads_are_light(page):
    """Fonts not counted: which of them a page loads, only a browser knows (test_pages.py)."""
    files = {page, *(target(page, asset) for asset in assets(page))}
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) <= HEAVIEST


# ---------------------------------------------------------------- the book's own Sphinx extensions


@pytest.fixture
def small_book(tmp_path):
    """A function that builds a one-page book from cells, and returns (exit code, log, page)."""

    def build(*cells, widgets=None):
        config = (ROOT / "_config.yml").read_text(encoding="utf-8")
        # without a source: these cells are not for Colab
        config = re.sub(r'source_at: ".*"', 'source_at: ""', config)
        (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
        for folder in ("_ext", "_static", "_templates"):
            shutil.copytree(ROOT / "book" / folder, tmp_path / "book" / folder)
        shutil.copy(ROOT / "book/references.bib", tmp_path / "book")
        (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
        notebook = new_notebook(cells=[new_markdown_cell("# Title"), *cells])
        notebook.metadata.language_info = {"name": "python"}
        notebook.metadata.widgets = {STATE: {"state": widgets or {}, "version_major": 2}}
        put_widgets_aside(notebook)
        nbformat.write(notebook, tmp_path / "page.ipynb")
        command = [Path(sys.executable).with_name("jupyter-book"), "build", tmp_path]
        command += ["-n", "-W", "--keep-going"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        html = tmp_path / "_build/html/page.html"
        return done.returncode, done.stdout + done.stderr, soup(html) if html.exists() else None

    return build


def widget_output(number, **formats):
    data = {VIEW: {"model_id": f"{number:032x}", "version_major": 2, "version_minor": 0}, **formats}
    return new_code_cell(
        "show()", execution_count=1, outputs=[new_output("display_data", data=data)]
    )


def test_a_live_figure_shows_at_rest_and_keeps_its_widget(small_book, tmp_path, visit):
    rest = '<figure id="rest"><svg role="img" aria-label="a b c d"></svg></figure>'
    ours = {"_esm": "export default {}; // </script><!--<script>", "_anywidget_id": "a.B"}
    model = {"model_name": "AnyModel", "model_module": "anywidget", "state": ours}
    other = {"model_name": "VBoxModel", "model_module": "@jupyter-widgets/controls", "state": {}}
    code, log, page = small_book(
        widget_output(1, **{"text/html": rest, "text/plain": "B()"}),
        widget_output(2, **{"text/plain": "interactive(children=...)"}),
        widgets={f"{1:032x}": model, f"{2:032x}": other},
    )
    assert code == 0, log
    live = page.select_one(".fit-live")
    assert live.find(id="rest")
    assert json.loads(live.find("script", type=VIEW).string)["model_id"] == f"{1:032x}"
    stored = json.loads(page.find("script", type=STATE).string)["state"]
    assert stored == {f"{1:032x}": model}
    assert "interactive(children" not in page.get_text()
    assert "make lab" in page.select_one(".fit-needs-python").get_text()
    assert len(page.find_all("script", type=VIEW)) == 1
    # and a browser, which knows more ways to be led astray by a script, reads the same
    seen = visit((tmp_path / "_build/html/page.html").as_uri(), java_script_enabled=False).page
    assert json.loads(seen.locator(f'script[type="{STATE}"]').text_content())["state"] == stored
    assert seen.get_by_role("heading", name="Rerun it").is_visible()


def drawing(svg, **figure):
    data = {"application/vnd.fitlab.svg+xml": svg, "image/png": "AAAA", "text/plain": "An alt."}
    return new_output("display_data", data=data, metadata={"fitlab": {"figure": figure}})


def caption(words):
    data = {"text/plain": words, "text/markdown": words}
    return new_output("display_data", data=data, metadata={"fitlab": {"caption": {}}})


def test_drawings_get_their_captions_and_a_guess_its_box(small_book):
    model = {"model_name": "AnyModel", "model_module": "anywidget", "state": {"_esm": ""}}
    live = drawing("<svg id='b'></svg>", explorable="fit")
    live.data[VIEW] = {"model_id": f"{1:032x}"}  # as after a run in Jupyter
    two = [drawing("<svg id='a'></svg>"), caption("One & <two>."), live, caption("Live.")]
    code, log, page = small_book(
        new_markdown_cell("> **Guess first**\n>\n> How *many*?"),
        new_code_cell("show()", execution_count=1, outputs=two),
        widgets={f"{1:032x}": model},
    )
    assert code == 0, log
    figures = page.select("figure.fit-figure")
    assert [f.svg["id"] for f in figures] == ["a", "b"]
    assert [f.figcaption.get_text() for f in figures] == ["One & <two>.", "Live."]
    assert [f.get("data-explorable") for f in figures] == [None, "fit"]
    assert page.select_one(".fit-live figure svg")["id"] == "b"
    assert not page.select("article img")
    box = page.select_one(".admonition.guess")
    assert box.select_one(".admonition-title").get_text() == "Guess first"
    assert box.em.get_text() == "many"
    assert page.select_one("article").get_text().count("Live.") == 1


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ([drawing("<svg></svg>")], "1 drawings and 0 captions"),
        ([drawing(""), caption("Of nothing.")], "each drawing needs its SVG"),
    ],
)
def test_a_drawing_that_is_not_whole_is_named(outputs, said):
    for out in outputs:  # what is empty is not there
        out["data"] = {kind: data for kind, data in out.data.items() if data}
    notebook = new_notebook(cells=[new_code_cell("show()", id="here", outputs=outputs)])
    with pytest.raises(ValueError, match=f"cell here .*{said}"):
        from_jupyter.join_captions(notebook)


def test_a_widget_without_a_state_is_named():
    live = drawing("<svg></svg>", explorable="fit")
    live.data[VIEW] = {"model_id": "lost"}
    notebook = new_notebook(cells=[new_code_cell("show()", id="here", outputs=[live])])
    with pytest.raises(ValueError, match="cell here: no state of a widget"):
        from_jupyter.check_widgets(notebook)


def test_what_jupyter_stored_since_wins_over_what_was_set_aside():
    kept = {"widgets": {STATE: {"state": {"a": "old", "b": "old"}}}}
    notebook = new_notebook(metadata={"fitlab": kept, "widgets": {STATE: {"state": {"a": "new"}}}})
    from_jupyter.put_widgets_back(notebook)
    assert notebook.metadata == {"widgets": {STATE: {"state": {"a": "new", "b": "old"}}}}


def test_numbers_and_citations_that_read_as_text_are_the_builders_own(small_book):
    """The number comes from the output, and not from the text; the citation leads to its entry."""
    record = new_output(
        "display_data",
        data={"application/papermill.record/text/plain": "'100 [75, 100]'"},
        metadata={"scrapbook": {"name": "a, b", "mime_prefix": "application/papermill.record/"}},
    )
    code, log, page = small_book(
        new_code_cell("keep()", execution_count=1, outputs=[record]),
        new_markdown_cell(
            'It takes <span data-number="a, b">stale</span> steps '
            "[[Kingma and Ba, 2015](book/references.bib#kingma2015)].\n\n```{bibliography}\n```"
        ),
    )
    assert code == 0, log
    paragraph = page.select_one("article p:has(.pasted-text)")
    assert paragraph.get_text() == "It takes 100 [75, 100] steps [Kingma and Ba, 2015]."
    link = paragraph.select_one(".bibtex-citation a")["href"]
    assert "Adam" in page.select_one(link).get_text()


def test_a_page_loads_what_its_explorables_need_and_no_more(page):
    """The parts of their modules, once; the engine where something is trained; the host last.

    What more than half of the explorables need is one file, the kit, which comes first; what one of
    them needs alone comes with it.
    """
    needed = {}
    for figure in soup(page).select(".fit-live [data-explorable]"):
        (explorable,) = [e for e in EXPLORABLES if e.name == figure["data-explorable"]]
        needed.update(dict.fromkeys(sources.parts(f"explorables/{explorable.name}")))
        if explorable.worker:
            needed |= {"engine": None, explorable.worker: None}
    loaded = [tag["src"] for tag in soup(page).find_all("script", src=re.compile("_static/live/"))]
    scripts = [re.search(r"_static/live/(.*)\.js", source)[1] for source in loaded]
    if not needed:
        assert scripts == []
        return
    all_parts = [sources.parts(f"explorables/{e.name}") for e in EXPLORABLES]
    kit = {
        n
        for parts in all_parts
        for n in parts
        if 2 * sum(n in p for p in all_parts) > len(all_parts)
    }
    users = {
        n: [e.name for e, p in zip(EXPLORABLES, all_parts, strict=True) if n in p] for n in needed
    }
    files = [
        f"explorables/{users[n][0]}" if len(users[n]) == 1 else n for n in needed if n not in kit
    ]
    checks = ["check_here"] if soup(page).select(".fit-check-open") else []
    assert scripts == ["kit", *dict.fromkeys(files), "host", *checks]
    shipped = (SITE / "_static/live/kit.js").read_text(encoding="utf-8")
    assert set(re.findall(r'window\.fitlab\.parts\["([^"]+)"\] =', shipped)) == kit
    state = json.loads(soup(page).find("script", type=STATE).string)["state"]
    for model in state.values():
        assert set(model["state"]["_esm"]) <= set(needed), "a source is repeated in the page"
        assert model["state"]["_css"] == ""


def test_formulas_are_set_and_numbered_while_building(small_book):
    text = "Inline $x^2$.\n\n$$\na &= b \\\\\n&= c\n$$ (two)\n\nSee {eq}`two`."
    code, log, page = small_book(new_markdown_cell(text))
    assert code == 0, log
    assert len(page.select("span.math .katex")) == 1
    assert len(page.select("div.math .katex-display")) == 1
    assert page.select_one("div.math .eqno").get_text().startswith("(1)")
    assert page.select_one("math annotation").get_text() == "x^2"


def test_formulas_that_katex_rejects_stop_the_build(small_book):
    rejected = [r"\frac{1", r"\nosuchcommand", "é"]
    code, log, _ = small_book(new_markdown_cell("\n\n".join(f"${tex}$" for tex in rejected)))
    assert code != 0
    assert len(re.findall(r"WARNING: .*(?:KaTeX|LaTeX)", log)) == len(rejected)
