"""A notebook as it reads in Jupyter, made into what the builder of the book reads.

The text of a committed notebook reads well wherever it is opened, also where nothing knows a role,
and an exported explorable is its figure at rest. Before the builder gets the notebook,

- `<span data-number="name">100</span>` becomes {glue:text}`name`, so that the page shows what the
  cell kept;
- a quotation that opens with **Guess first** becomes the page's box of that name;
- `[[Kingma and Ba, 2015](references.bib#kingma2015)]` becomes {cite}`kingma2015`;
- a drawing and the caption below it, two outputs, become one `<figure>` with the SVG inline, so
  that it takes colours and typeface from the page;
- the widgets and their state go to where they are looked for. Elsewhere they would be in the way:
  who finds them there (nbconvert, a trusted JupyterLab before any cell has run) leaves the figure
  at rest for a widget that needs the network, or a kernel.

`tools/execute.py` writes the numbers and puts the widgets aside; a test holds the citations to the
words of the page.
"""

import html
import json
import re

from sphinx.errors import ExtensionError

from fitlab.figures import OURS, SVG

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

# what a widget without a figure at rest says where nothing can move it
NEEDS_PYTHON = (
    "The sliders of this cell need Python: they appear when you run this page in Jupyter."
)

NUMBER = re.compile(r'<span data-number="([^"`]+)">([^<]*)</span>')
_SOURCE = r"\[[^\[\]]+\]\([./\w]*references\.bib#([\w-]+)\)"
# the page's boxes, {title: class}; a quotation reads as one wherever no directive is known
BOXES = {"Guess first": "guess"}
BOX = re.compile(rf"^> \*\*({'|'.join(BOXES)})\*\*\n((?:>.*(?:\n|\Z))+)", re.MULTILINE)
CITATION = re.compile(rf"\[{_SOURCE}(?:, {_SOURCE})*\]")


def with_roles(source):
    """A Markdown source as the builder reads it."""
    source = NUMBER.sub(r"{glue:text}`\1`", BOX.sub(_admonition, source))
    return CITATION.sub(lambda found: f"{{cite}}`{','.join(keys(found[0]))}`", source)


def _admonition(box):
    title, text = box[1], re.sub("^> ?", "", box[2], flags=re.MULTILINE)
    return f":::{{admonition}} {title}\n:class: {BOXES[title]}\n\n{text.strip()}\n\n:::\n"


def keys(citation):
    """The keys of a citation, in its order."""
    return re.findall(_SOURCE, citation)


def put_widgets_aside(notebook):
    """Move the widgets of a notebook, and their state, to keys of our own."""
    metadata = notebook["metadata"]
    if "widgets" in metadata:
        metadata[OURS] = {"widgets": metadata.pop("widgets")}
    for out in _outputs(notebook):
        if VIEW in out.get("data", {}):
            ours = out.setdefault("metadata", {}).setdefault(OURS, {})
            ours["view"] = out["data"].pop(VIEW)
            if "figure" not in ours:
                out["data"]["text/plain"] = NEEDS_PYTHON


def put_widgets_back(notebook):
    """Let the widgets be found where they are looked for; what Jupyter has stored since wins."""
    metadata = notebook["metadata"]
    kept = metadata.pop(OURS, {}).get("widgets", {}).get(STATE)
    if kept:
        stored = metadata.setdefault("widgets", {}).setdefault(STATE, kept)
        stored["state"] = {**kept["state"], **stored["state"]}
    for out in _outputs(notebook):
        view = _ours(out).pop("view", None)
        if view:
            out["data"].setdefault(VIEW, view)


def _ours(out):
    return out.get("metadata", {}).get(OURS, {})


def _outputs(notebook):
    return [out for cell in notebook["cells"] for out in cell.get("outputs", [])]


def join_captions(notebook):
    """Make one HTML output of every drawing and its caption, or raise ValueError with the cell."""
    for cell in notebook["cells"]:
        outputs = cell.get("outputs", [])
        captions = [out for out in outputs if "caption" in _ours(out)]
        drawings = [out for out in outputs if "figure" in _ours(out)]
        whole = all(out["data"].keys() & {SVG, "text/html"} for out in drawings)
        if len(captions) != len(drawings) or not whole:
            raise ValueError(
                f"cell {cell['id']} has {len(drawings)} drawings and {len(captions)} captions, "
                "and each drawing needs its SVG or HTML: run tools/execute.py"
            )
        for drawing, caption in zip(drawings, captions, strict=True):
            data, words = drawing["data"], "".join(caption["data"]["text/plain"])
            data["text/html"] = figure_element(data, words, **_ours(drawing)["figure"])
            for own in (SVG, "image/png"):
                data.pop(own, None)
            outputs.remove(caption)


def check_widgets(notebook):
    """Raise ValueError with the cell if a figure's widget has no state: it would not come alive."""
    stored = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    for cell in notebook["cells"]:
        for out in cell.get("outputs", []):
            view = out.get("data", {}).get(VIEW)
            if view and "figure" in _ours(out) and view["model_id"] not in stored:
                raise ValueError(f"cell {cell['id']}: no state of a widget: run tools/execute.py")


def figure_element(data, caption, explorable=None):
    """The `<figure>` of a drawing, or of a table."""
    drawing = "".join(data.get(SVG) or data["text/html"])
    live = f'data-explorable="{explorable}" data-state="rest" ' if explorable else ""
    words = f"<figcaption>{html.escape(caption, quote=False)}</figcaption>"
    return f'<figure {live}class="fit-figure">{drawing}{words}</figure>'


def models(metadata):
    """{id: model} of the widgets whose state was put aside."""
    return metadata.get(OURS, {}).get("widgets", {}).get(STATE, {}).get("state", {})


def read(app, page, content):
    """Give the builder a notebook as it expects it."""
    if not app.env.doc2path(page).endswith(".ipynb"):
        return
    notebook = json.loads(content[0])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = with_roles("".join(cell["source"]))
    put_widgets_back(notebook)
    try:
        check_widgets(notebook)
        join_captions(notebook)
    except ValueError as error:
        raise ExtensionError(f"{page}, {error}") from None
    content[0] = json.dumps(notebook)


def setup(app):
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
