"""The committed notebooks in a real JupyterLab that does not trust them, and then run.

Nothing of the reader's stands between: no settings, no trust, no state of widgets.
"""

import re
import shutil
from urllib.parse import urlsplit

import from_jupyter
import nbformat
import pytest
import yaml

from conftest import ROOT
from lab import SECONDS, opened, running_lab
from tools.execute import notebooks_in_toc

NOTEBOOKS = [path.relative_to(ROOT).as_posix() for path in notebooks_in_toc(ROOT)]
SLIDERS = "notebooks/fitting_sine.ipynb"  # has both kinds: an explorable's, and those of `interact`

# otherwise a cell that is out of sight is not there
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}

# Of each code cell: whether its source and its outputs are folded, and what its outputs show.
SEEN = """() => [...document.querySelectorAll(".jp-CodeCell")].map((cell) => ({
    source: cell.querySelector(".jp-InputPlaceholder") !== null,
    outputs: cell.querySelector(".jp-OutputPlaceholder") !== null,
    shown: [...cell.querySelectorAll(".jp-OutputArea-output")].map((output) => {
        const image = output.querySelector("img");
        return image && image.naturalWidth ? "a picture" : output.innerText.trim();
    }),
}))"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    for part in ("book", "notebooks"):
        hidden = shutil.ignore_patterns("_*", ".*")
        shutil.copytree(ROOT / part, folder / "work" / part, ignore=hidden)
    with running_lab(folder, SETTINGS) as address_of:
        yield address_of


@pytest.fixture(scope="module", params=NOTEBOOKS)
def untrusted(request, browser, lab):
    """A notebook as it is committed, and the page that shows it before any cell has run."""
    with opened(browser, lab(request.param)) as page:
        cells = nbformat.read(ROOT / request.param, as_version=4).cells
        page.locator(".jp-Cell").nth(len(cells) - 1).wait_for(state="attached")
        page.get_by_title("Notebook not trusted: 0 of").wait_for(state="attached")
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        yield cells, page


def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def test_before_any_cell_has_run_every_figure_is_a_picture_with_its_caption(untrusted):
    cells, page = untrusted
    found = []
    for cell, seen in zip(code(cells), page.evaluate(SEEN), strict=True):
        shown = [] if seen["outputs"] else list(filter(None, map(of_figure, cell.outputs)))
        assert [words for words in seen["shown"] if words in shown] == shown, cell.id
        found += shown
    assert "a picture" in found


def of_figure(output):
    """What is seen of an output that is part of a figure: "a picture", or its caption."""
    if "image/png" in output.get("data", {}):
        return "a picture"
    if "caption" in output.get("metadata", {}).get(from_jupyter.OURS, {}):
        return output.data["text/plain"]
    return None


def test_before_any_cell_has_run_the_text_is_the_books(untrusted):
    cells, page = untrusted
    shown = page.locator(".jp-Notebook").inner_text()
    assert not re.search(r"\{(glue|cite|admonition)|:::|data-number|model not found", shown)
    assert "$" not in page.locator(".jp-MarkdownCell").first.inner_text()
    numbers = re.findall(r'data-number="[^"]*">(.*?)<', "\n".join(cell.source for cell in cells))
    spans = page.locator(".jp-MarkdownCell span", has_text=re.compile("."))
    assert set(numbers) <= set(spans.all_inner_texts())


def test_cells_are_folded_as_in_the_page(untrusted):
    """What the page hides or leaves out is one folded line; the answers to exercises are folded."""
    cells, page = untrusted
    for cell, seen in zip(code(cells), page.evaluate(SEEN), strict=True):
        tags = {*cell.metadata.get("tags", [])}
        assert seen["source"] == bool(
            tags & {"hide-input", "remove-input", "remove-cell", "hide-cell"}
        ), cell.id
        assert seen["outputs"] == ("hide-cell" in tags), cell.id
        if "remove-cell" in tags:
            assert seen["shown"] == [], cell.id


def test_nobody_is_asked_about_news(untrusted):
    _, page = untrusted
    assert page.locator(".jp-Notification-Toast-default, .Toastify__toast").count() == 0


def test_make_lab_opens_the_first_page(browser, lab):
    assert "JUPYTER_CONFIG_PATH=$(CURDIR)/tools" in (ROOT / "Makefile").read_text(encoding="utf-8")
    anywhere = urlsplit(lab("anywhere"))
    page = browser.new_page()
    page.goto(f"{anywhere.scheme}://{anywhere.netloc}/?{anywhere.query}")
    first = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["root"]
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    assert urlsplit(page.url).path == f"/lab/tree/{first}.ipynb"
    page.close()


@pytest.fixture(scope="module")
def run(browser, lab):
    """The page with sliders, run from the top."""
    with opened(browser, lab(SLIDERS)) as page:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator('[data-command="runmenu:run-all"]').click()
        page.locator(".jp-CodeCell").last.get_by_text(re.compile(r"\[\d+\]:")).wait_for(
            timeout=300 * SECONDS
        )
        yield page


def test_a_page_that_was_run_from_the_top_is_alive(run):
    assert (
        run.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    )
    (explorer,) = run.locator(".fit-explorable-fit").all()
    before = explorer.evaluate("root => root.dataset.step")
    explorer.get_by_role("slider", name="width", exact=True).press("ArrowRight")
    run.wait_for_function(
        "([root, before]) => root.dataset.state === 'converged' && root.dataset.step !== before",
        arg=[explorer.element_handle(), before],
        timeout=60 * SECONDS,
    )


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_the_sliders_of_interact_draw_a_new_picture(run, by):
    figure = run.locator(".jp-CodeCell", has=run.locator(".widget-interact"))
    caption = figure.locator(".jp-RenderedMarkdown").last
    before, handle = caption.inner_text(), figure.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed()
    if by == "key":
        handle.press("ArrowRight")
    else:
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        run.mouse.move(x, y)
        run.mouse.down()
        run.mouse.move(x - 20, y, steps=4)
        run.mouse.up()
    run.wait_for_function(
        """([place, before]) => {
            const captions = [...place.querySelectorAll(".jp-RenderedMarkdown")];
            return captions.length && captions.at(-1).innerText !== before;
        }""",
        arg=[figure.element_handle(), before],
        timeout=60 * SECONDS,
    )
    figure.locator("img").wait_for()


def test_a_restarted_kernel_is_said_and_running_the_notebook_again_mends_it(run):
    """The last test: what it does to the page cannot be undone."""
    notices = run.locator(".fit-kernel")
    assert {*notices.all_inner_texts()} == {""}
    run.get_by_role("menuitem", name="Kernel", exact=True).click()
    run.locator('[data-command="kernelmenu:restart"]').click()
    run.locator(".jp-Dialog button.jp-mod-accept").click()
    said = notices.filter(has_text="Run this notebook again")
    said.nth(notices.count() - 1).wait_for(timeout=60 * SECONDS)
    run.get_by_text("| Idle").first.wait_for(timeout=60 * SECONDS)
    cells = run.locator(".jp-CodeCell")
    for cell in (cells.nth(0), cells.nth(1), fit_cell(run)):  # the guess, the set-up, the fit
        cell.locator(".jp-InputPrompt").click()
        run.keyboard.press("Control+Enter")
    fit_cell(run).locator(".fit-kernel:empty").wait_for(state="attached", timeout=60 * SECONDS)


def fit_cell(page):
    return page.locator(".jp-CodeCell", has=page.locator(".fit-explorable-fit"))
