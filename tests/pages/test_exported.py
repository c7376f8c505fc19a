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
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


def text_of(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_an_exported_figure_is_a_picture_with_its_caption(both):
    notebook, page = both
    outputs = outputs_of(notebook)
    drawn = [out for out in outputs if "image/png" in out.get("data", {})]
    images = page.locator(".jp-OutputArea-output img").all()
    assert len(images) == len(drawn)
    for image, out in zip(images, drawn, strict=True):
        width, height = (out.metadata["image/png"][side] for side in ("width", "height"))
        box = image.bounding_box()
        assert 0.6 * width < box["width"] <= width
        assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.02)
        assert image.evaluate("image => image.naturalWidth") == 2 * width  # it came, and is sharp
    captions = [out.data["text/plain"] for out in outputs if "caption" in ours(out)]
    assert captions
    shown = page.locator(".jp-RenderedMarkdown").all_inner_texts()
    assert set(captions) <= {text.strip() for text in shown}


def ours(output):
    return output.get("metadata", {}).get(from_jupyter.OURS, {})


def test_an_exported_explorable_is_at_rest(both):
    """Its figure, as tested above, or the ledger, which is a table; sliders say what they need."""
    notebook, page = both
    widgets = [out for out in outputs_of(notebook) if "view" in ours(out)]
    resting = [out for out in widgets if "figure" in ours(out)]
    assert resting
    tables = sum("image/png" not in out.data for out in resting)
    assert page.locator(".fit-ledger-place table").count() == tables
    said = page.get_by_text(from_jupyter.NEEDS_PYTHON, exact=True)
    assert said.count() == len(widgets) - len(resting)
    assert "Error displaying widget" not in page.locator("body").inner_text()


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
