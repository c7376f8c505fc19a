"""The committed notebooks as somebody exports them, read offline: figures, numbers and names."""

import re
import subprocess
import sys
from pathlib import Path

import from_jupyter
import nbformat
import pytest

from conftest import ROOT
from tools.execute import notebooks_in_toc

NOTEBOOKS = notebooks_in_toc(ROOT)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The folder of all notebooks as HTML, each under its own name."""
    folder = tmp_path_factory.mktemp("exported")
    command = [Path(sys.executable).with_name("jupyter"), "nbconvert", "--to", "html"]
    done = subprocess.run(
        [*command, "--output-dir", folder, *NOTEBOOKS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def both(request, exported, visit):
    """A notebook, and its export in a browser without network."""
    page = visit((exported / f"{request.param.stem}.html").as_uri()).page
    return nbformat.read(request.param, as_version=4), page


def outputs_of(notebook):
    return [out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", [])]


def text_of(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_an_exported_explorable_is_its_figure_at_rest(both):
    notebook, page = both
    bundles = [data for data in outputs_of(notebook) if from_jupyter.VIEW in data]
    resting = [data for data in bundles if "text/html" in data]
    assert resting
    places = page.locator("[data-explorable]").all()
    assert len(places) == len(resting)
    for place in places:
        box = place.locator("svg, table").first.bounding_box()  # the ledger is a table
        assert min(box["width"], box["height"]) > 100
    said = page.get_by_text(from_jupyter.NEEDS_PYTHON, exact=True)
    assert said.count() == len(bundles) - len(resting)


def test_an_exported_text_has_numbers_and_names_and_no_role(both):
    notebook, page = both
    shown = page.locator("body").inner_text()
    assert not re.search(r"\{(glue|cite)|data-number", shown)
    numbers = re.findall(r'data-number="(.*?)">(.*?)<', text_of(notebook))
    spans = page.locator("span[data-number]").all()
    assert [(span.get_attribute("data-number"), span.inner_text()) for span in spans] == numbers
    cited = re.findall(r"\[([^\[\]]+)\]\([^()]*references\.bib#", text_of(notebook))
    links = page.locator('a[href*="references.bib#"]').all_inner_texts()
    assert links == cited
    assert links
