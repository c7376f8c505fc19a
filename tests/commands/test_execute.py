"""tools/execute.py: same bytes twice, an honest comparison, and a plain word when a cell fails."""

import base64
import copy
import errno
import io
import json
import pathlib
import re

import from_jupyter
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from tools import execute

WIDGET = """\
import ipywidgets
ipywidgets.IntSlider(3, description="degree")"""


def write(path, *sources):
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Title"), *cells]), path)
    return path


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A notebook with text, a number, a drawing and a widget, executed by the command."""
    path = tmp_path_factory.mktemp("notebooks") / "small.ipynb"
    svg = '<svg><path d="M1.25 3"/><text>4.5</text><image href="data:image/png;base64,AAAA"/></svg>'
    html = f"from IPython.display import HTML\nHTML('{svg}')"
    write(path, "print('first'); print('MSE 0.25')\n1 + 1", html, WIDGET)
    assert execute.main([str(path)]) == 0
    return path


def changed(path, old, new):
    """What the check says when the committed file has `new` where the run gives `old`."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    return execute.differences(text.replace(old, new), text)


def test_a_second_run_gives_the_same_bytes(ran):
    first = ran.read_bytes()
    assert execute.main([str(ran)]) == 0
    assert ran.read_bytes() == first


def test_outputs_counts_and_widget_state_are_stored(ran):
    notebook = json.loads(ran.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3]
    assert "".join(cells[0]["outputs"][0]["text"]) == "first\nMSE 0.25\n"
    assert cells[0]["outputs"][1]["data"]["text/plain"] == ["2"]
    assert all(cell["metadata"] == {} for cell in cells)
    state = from_jupyter.models(notebook["metadata"])
    slider = [model["state"] for model in state.values() if "value" in model["state"]]
    assert slider[0]["value"] == 3
    assert all(re.fullmatch(r"0{29}\d{3}", key) for key in state)


def test_a_run_that_cannot_be_written_leaves_the_source(ran, monkeypatch):
    """The disk is full: the notebook is the book's only source."""
    before, write_text = ran.read_bytes(), pathlib.Path.write_text

    def full(path, text, **options):
        write_text(path, text[:50], **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        execute.main([str(ran)])
    monkeypatch.undo()
    assert ran.read_bytes() == before
    assert [path.name for path in ran.parent.iterdir()] == [ran.name]


def test_a_check_of_a_true_notebook_passes_and_writes_nothing(ran, capsys):
    before = ran.stat().st_mtime_ns
    assert execute.main(["--check", str(ran)]) == 0
    assert "same" in capsys.readouterr().out
    assert ran.stat().st_mtime_ns == before


def test_a_check_of_a_false_notebook_fails_and_names_the_cell(ran, tmp_path, capsys):
    false = tmp_path / "false.ipynb"
    text = ran.read_text(encoding="utf-8")
    false.write_text(text.replace("MSE 0.25\\n", "MSE 0.26\\n", 1), encoding="utf-8")
    assert execute.main(["--check", str(false)]) == 1
    said = capsys.readouterr().out
    assert "false.ipynb" in said
    assert "cell 1" in said
    assert "0.26" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first", "second"),  # a word
        ("<text>4.5</text>", "<text>4.6</text>"),  # a number that is read in a drawing
        ("M1.25 3", "M1.45 3"),  # a drawing that looks different
        ("M1.25 3", "M1.25 3 4"),  # a point more
        ('"degree"', '"width"'),  # the state of a widget
        ('"stdout"', '"stderr"'),
    ],
)
def test_a_difference_is_found(ran, old, new):
    assert len(changed(ran, old, new)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("MSE 0.25", "MSE 0.25000000025"),  # relative 1e-9: another processor
        ("MSE 0.25", "MSE 2.5e-1"),
        ("M1.25 3", "M1.27 3"),  # an eye cannot tell
        ("base64,AAAA", "base64,AAAB"),  # a shade of a pixel
    ],
)
def test_noise_is_not_a_difference(ran, old, new):
    assert changed(ran, old, new) == []


def test_a_widget_may_hold_a_row_of_numbers(ran):
    notebook = json.loads(ran.read_text(encoding="utf-8"))
    widgets = from_jupyter.models(notebook["metadata"])
    next(iter(widgets.values()))["state"]["drawing"] = [0.0, 0.5]
    text = json.dumps(notebook)
    assert execute.differences(text, text) == []
    (said,) = execute.differences(text.replace("[0.0, 0.5]", "[0.0, 0.75]"), text)
    assert "drawing" in said


def test_a_missing_output_is_a_difference(ran):
    text = ran.read_text(encoding="utf-8")
    notebook = json.loads(text)
    notebook["cells"][1]["outputs"].pop()
    assert len(execute.differences(json.dumps(notebook), text)) == 1


# ---------------------------------------------------------------- what a reader without kernel sees

KEEP = """\
from fitlab.glue import glue
glue("steps", "100", display=False)
glue("range", "0.5 [-0.1, 1.0e-3]", display=False)
glue("count", 7)"""


def number(name, text):
    return f'<span data-number="{name}">{text}</span>'


def with_text(path, source, text):
    """A notebook of one code cell, and a text after it."""
    cells = [new_code_cell(source), new_markdown_cell(text)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    """An executed notebook whose text has numbers."""
    path = tmp_path_factory.mktemp("numbers") / "numbered.ipynb"
    text = f"{number('range', '')} in *{number('steps', '99')}* of {number('count', '8')}, not 99."
    with_text(path, KEEP, text)
    assert execute.main([str(path)]) == 0
    return path


def test_a_run_writes_what_the_cells_keep_into_the_text(numbered):
    shown = f"{number('range', '0.5 [-0.1, 1.0e-3]')} in *{number('steps', '100')}*"
    text = nbformat.read(numbered, as_version=4).cells[1].source
    assert text == f"{shown} of {number('count', '7')}, not 99."


@pytest.mark.parametrize(("old", "new"), [(">100<", ">101<"), ("1.0e-3]<", "1.1e-3]<")])
def test_a_check_finds_a_stale_number(numbered, tmp_path, capsys, old, new):
    stale = tmp_path / "stale.ipynb"
    text = numbered.read_text(encoding="utf-8")
    assert text.count(old) == 1
    stale.write_text(text.replace(old, new), encoding="utf-8")
    assert execute.main(["--check", str(stale)]) == 1
    said = capsys.readouterr().out
    assert "stale.ipynb" in said
    assert "cell 1" in said
    assert new in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("step", "no cell keeps 'step'; kept are: bold, steps"),
        ("bold", "'bold' is kept as '*100*'; keep a number or plain words"),
    ],
)
def test_a_number_that_cannot_be_written_is_an_error_in_words(tmp_path, capsys, name, said):
    source = "from fitlab.glue import glue\nglue('steps', '100')\nglue('bold', '*100*')"
    path = with_text(tmp_path / "wrong.ipynb", source, f"It took {number(name, '100')}.")
    before = path.read_bytes()
    assert execute.main([str(path)]) == 1
    error = capsys.readouterr().err
    assert re.search(r"wrong\.ipynb, cell 1 \(\w+\): ", error)
    assert said in error
    assert path.read_bytes() == before


def test_the_state_of_widgets_stands_aside_and_comes_back(ran):
    notebook = json.loads(ran.read_text(encoding="utf-8"))
    metadata, (output,) = notebook["metadata"], notebook["cells"][-1]["outputs"]
    assert "widgets" not in metadata
    assert from_jupyter.VIEW not in output["data"]
    models = from_jupyter.models(metadata)
    from_jupyter.put_widgets_back(notebook)
    assert output["data"][from_jupyter.VIEW]["model_id"] in models
    assert metadata["widgets"][from_jupyter.STATE]["state"] == models
    assert from_jupyter.models(metadata) == {}
    assert models


def test_a_widget_without_a_figure_says_what_it_needs(ran):
    cell = json.loads(ran.read_text(encoding="utf-8"))["cells"][-1]
    (output,) = cell["outputs"]
    assert output["data"] == {"text/plain": [from_jupyter.NEEDS_PYTHON]}


DRAWING = """\
from fitlab import figures
fig, ax = figures.new_figure(height=1)
figures.Picture(fig, alt="An alt.", caption="A caption.")"""


def test_a_line_may_be_off_by_a_rounding_error_but_may_not_drift():
    steps = " ".join(["0.3 0.1"] * 40)
    drawn = f'<svg><path d="M1 2l{steps}"/></svg>'
    off = drawn.replace("M1 2l0.3 0.1 0.3", "M1 2l0.4 0.1 0.2")  # one place to its right
    drifting = drawn.replace("0.3 0.1 0.3 0.1", "0.3 0.1 0.3 0.2")  # each second step is too high
    assert execute.text_difference(drawn, drawn) is None
    assert execute.text_difference(drawn, off) is None
    assert execute.text_difference(drawn, drifting)
    assert execute.text_difference(drawn, drawn.replace("l0.3", "q0.3", 1))


def test_a_picture_made_of_pixels_is_compared_as_seen_from_afar(tmp_path):
    path = write(tmp_path / "drawing.ipynb", DRAWING)
    assert execute.main([str(path)]) == 0
    notebook = json.loads(path.read_text(encoding="utf-8"))
    drawing = notebook["cells"][1]["outputs"][0]["data"]

    def said(changed):
        image = Image.open(io.BytesIO(base64.b64decode(drawing["image/png"]))).convert("RGB")
        with io.BytesIO() as file:
            changed(image).save(file, "png")
            png = base64.b64encode(file.getvalue()).decode()
        other = copy.deepcopy(notebook)
        other["cells"][1]["outputs"][0]["data"]["image/png"] = png
        return execute.differences(json.dumps(other), json.dumps(notebook))

    def blot(image, side):
        image.paste((0, 0, 0), (500, 100, 500 + side, 100 + side))
        return image

    assert said(lambda image: image) == []
    assert said(lambda image: blot(image, 3)) == []  # a few pixels
    assert len(said(lambda image: blot(image, 30))) == 1
    assert len(said(lambda image: image.resize((580, 100)))) == 1


def test_cells_are_folded_in_jupyter_as_in_the_page(tmp_path):
    path = tmp_path / "folded.ipynb"
    cells = [new_code_cell("1", metadata={"tags": [tag]}) for tag in (*execute.FOLDED, "other")]
    cells[-1].metadata["jupyter"] = {"source_hidden": True}  # of another time
    nbformat.write(new_notebook(cells=cells), path)
    assert execute.main([str(path)]) == 0
    found = nbformat.read(path, as_version=4).cells
    assert [cell.metadata.get("jupyter") for cell in found] == [
        {"source_hidden": True},
        {"outputs_hidden": True},
        {"source_hidden": True},
        {"source_hidden": True},
        {"source_hidden": True, "outputs_hidden": True},
        None,
    ]


BOX = ":::{admonition} Guess first\n:class: guess\n\n"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('MSE <span data-number="a b, 0.2">0.5 [0, 1]</span>.', "MSE {glue:text}`a b, 0.2`."),
        ("[[Ba, 2015](references.bib#ba2015)]", "{cite}`ba2015`"),
        (
            "[[Ba et al., 2015](../book/references.bib#ba), [Cy, 1989](../book/references.bib#cy)]",
            "{cite}`ba,cy`",
        ),
        ("[as said](taylor.ipynb), in [0, 1] and [x](y.md#z)", None),
        ('<span class="data-number">100</span>', None),
        ("> **Guess first**\n>\n> *B*?\n>\n> $x$?\n\nC.", f"{BOX}*B*?\n\n$x$?\n\n:::\n\nC."),
        ("> **Guess first**\n> At once.", f"{BOX}At once.\n\n:::\n"),
        ("> **Guess** first: a quotation", None),
        ("> A quotation\n> **Guess first**", None),
    ],
)
def test_the_builder_reads_roles_where_jupyter_reads_text(text, read):
    assert from_jupyter.with_roles(text) == (text if read is None else read)


def test_a_failing_notebook_is_named_and_left_alone(tmp_path, capsys):
    path = write(tmp_path / "broken.ipynb", "1", "1 / 0")
    before = path.read_bytes()
    assert execute.main([str(path)]) == 1
    said = capsys.readouterr().err
    assert "broken.ipynb, cell 2: ZeroDivisionError: division by zero" in said
    assert path.read_bytes() == before


def test_the_toc_decides_which_notebooks_run(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "root: a\nparts:\n- chapters:\n  - file: c\n    sections:\n    - file: b\n  - file: page\n"
    )
    for name in "abcd":
        (tmp_path / f"{name}.ipynb").touch()
    (tmp_path / "page.md").touch()
    assert [path.stem for path in execute.notebooks_in_toc(tmp_path)] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("1.0000000001", "1", True),
        ("1.00001", "1", False),
        ("0", "-0.0", True),
        ("1e-9", "2e-9", False),
        ("-1", "1", False),
    ],
)
def test_numbers_are_compared_relatively(a, b, same):
    assert execute.close(a, b) is same
