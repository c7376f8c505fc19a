"""The committed notebooks are what a fresh kernel computes, and nbval has something to compare.

nbval itself runs beside these tests (`pytest --nbval notebooks book`). It says nothing about a cell
that was never executed, about pictures made of pixels or about widgets; these tests do.
"""

import base64
import importlib
import json
import re
import statistics

import from_jupyter
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

from conftest import ROOT
from tools.colab import FIRST_CELL
from tools.execute import fold, kept_numbers, notebooks_in_toc, with_numbers

NOTEBOOKS = notebooks_in_toc(ROOT)
NAMES = [str(path.relative_to(ROOT)) for path in NOTEBOOKS]

# A misspelt tag does nothing, and no tool says so: these are the ones that mean something here.
TAGS = {
    *("hide-input", "hide-output", "hide-cell", "remove-input", "remove-output", "remove-cell"),
    *("full-width", "margin", "nbval-ignore-output"),
}
# Formats that nbval does not compare.
UNREAD = {"image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json"}


@pytest.fixture(params=NOTEBOOKS, ids=NAMES)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def compared(cell):
    """How many of a cell's outputs nbval compares."""
    if "nbval-ignore-output" in cell.metadata.get("tags", []):
        return 0
    return sum(
        output.output_type == "stream" or bool(output.get("data", {}).keys() - UNREAD)
        for output in cell.outputs
    )


def test_every_page_of_the_toc_is_there_once_and_every_notebook_is_a_page():
    text = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    pages = [yaml.safe_load(text)["root"], *re.findall(r"file: (\S+)", text)]
    for page in pages:
        found = [end for end in (".ipynb", ".md") if (ROOT / f"{page}{end}").exists()]
        assert len(found) == 1, f"{page}: {found}"
    lying_about = {*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("book/*.ipynb")}
    assert {str(path.relative_to(ROOT)) for path in lying_about} == set(NAMES)


def test_every_code_cell_ran_once_in_order_and_none_failed(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    failed = [cell.id for cell in cells if any(o.output_type == "error" for o in cell.outputs)]
    assert not failed


def test_nbval_compares_most_outputs(notebook):
    cells = [cell for cell in code_cells(notebook) if cell.outputs]
    checked = [cell for cell in cells if compared(cell)]
    assert checked, "nbval would compare nothing in this notebook"
    assert len(checked) >= 0.8 * len(cells)


def test_cell_tags_mean_something(notebook):
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    assert tags <= TAGS, f"unknown: {sorted(tags - TAGS)}"


def test_nothing_depends_on_a_script_to_unfold(notebook):
    text = "\n".join(cell.source for cell in notebook.cells)
    assert ":class: dropdown" not in text, "use the {dropdown} directive: it needs no JavaScript"


def test_cells_have_ids_of_their_own_and_nothing_that_changes_from_run_to_run(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert notebook.metadata.language_info == {"name": "python"}
    assert not [cell.id for cell in notebook.cells if "execution" in cell.metadata]
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", json.dumps(notebook)), "an address in memory"


def test_stored_explorables_are_those_of_the_library(notebook):
    """Jupyter freezes a widget's script into the notebook: after editing one, `make execute`."""
    for model in from_jupyter.models(notebook.metadata).values():
        if model["model_module"] != "anywidget":
            continue
        module, name = model["state"]["_anywidget_id"].rsplit(".", 1)
        widget = getattr(importlib.import_module(module), name)
        for part in ("_esm", "_css"):
            assert model["state"].get(part, "") == str(getattr(widget, part, "")), f"{name}.{part}"


def text_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def test_every_number_in_the_text_is_what_a_cell_keeps(notebook):
    numbers = kept_numbers(notebook)
    for cell in text_cells(notebook):
        assert with_numbers(cell.source, numbers) == cell.source, "run tools/execute.py"


def test_no_role_of_the_builder_stands_in_the_text(notebook):
    """Jupyter would show it as it is."""
    for cell in text_cells(notebook):
        assert not re.search(r"\{[\w:]+\}`", cell.source), cell.id


def test_the_builder_knows_every_number_and_citation(notebook):
    """One that is written in another way would look right in the page, and be neither."""
    for cell in text_cells(notebook):
        read = from_jupyter.with_roles(cell.source)
        assert not re.search(r"data-|references\.bib", read), cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_citations_read_as_in_the_page_and_lead_to_their_source(path, site):
    notebook = nbformat.read(path, as_version=4)
    sources = "\n".join(cell.source for cell in text_cells(notebook))
    cited = [citation[0] for citation in from_jupyter.CITATION.finditer(sources)]
    assert cited
    words = [re.sub(r"\([^()]*#\w+\)|[\[\]]", "", citation) for citation in cited]
    page = (site / path.relative_to(ROOT)).with_suffix(".html").read_text(encoding="utf-8")
    shown = BeautifulSoup(page, "html.parser").select(".bibtex-citation")
    assert words == [tag.get_text().strip("[]") for tag in shown]
    for place, key in re.findall(r"\(([^()]*)#(\w+)\)", " ".join(cited)):
        text = (path.parent / place).read_text(encoding="utf-8")
        assert re.search(rf"@\w+\{{{key},", text), f"{place} does not have {key}"


def test_no_widget_is_preferred_to_a_figure_at_rest(notebook):
    """Who finds one shows nothing: nbconvert without network, a trusted JupyterLab before a run."""
    assert "widgets" not in notebook.metadata
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert not any(from_jupyter.VIEW in output.get("data", {}) for output in outputs)
    ours = [output.get("metadata", {}).get(from_jupyter.OURS, {}) for output in outputs]
    shown = {kept.view.model_id for kept in ours if "view" in kept}
    assert shown
    assert shown <= from_jupyter.models(notebook.metadata).keys(), "the page could not show it"


def test_tags_and_folds_go_together(notebook):
    for cell in code_cells(notebook):
        folded = cell.metadata.get("jupyter")
        fold(cell)
        assert cell.metadata.get("jupyter") == folded, f"{cell.id}: run tools/execute.py"


# KB; dense maps of digits and points stay above what most need
LARGEST_PNG = 40


def test_pictures_are_small(notebook):
    """A notebook is downloaded whole, by somebody with a phone's connection perhaps."""
    pngs = [
        len(base64.b64decode(output.data["image/png"]))
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert max(pngs) <= LARGEST_PNG * 1000
    assert statistics.median(pngs) <= 25_000


def cell_that_defines(name):
    """The cells of its notebook, without the one for Colab, and the source of the defining one."""
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        cells = [cell for cell in code_cells(notebook) if cell.id != FIRST_CELL]
        for cell in cells:
            if f"def {name}(" in cell.source:
                return cells, cell.source
    raise AssertionError(f"no notebook defines {name}")


@pytest.mark.parametrize("width", [1, 128])
@pytest.mark.parametrize("depth", [0, 8])
def test_the_interact_cell_answers_at_every_corner_of_its_sliders(width, depth):
    """nbval only ever sees the sliders where they start."""
    cells, source = cell_that_defines("explore")
    assert any("interact(explore, width=(1, 128), depth=(0, 8))" in c.source for c in cells)
    namespace = {}
    set_up = [c for c in cells if c.metadata.get("mystnb", {}).get("code_prompt_show") == "Set-up"]
    exec(set_up[0].source, namespace)
    exec(source.split("\n\n\n")[0], namespace)
    picture = namespace["explore"](width=width, depth=depth)
    assert f"Width {width}, depth {depth}: " in picture.alt
    assert "<svg" in picture.svg
