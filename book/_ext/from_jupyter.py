"""A notebook as it reads in Jupyter, made into what the builder of the book reads.

The text of a committed notebook reads well wherever it is opened, also where nothing knows a role,
and an exported explorable is its figure at rest. Before the builder gets the notebook,

- `<span data-number="name">100</span>` becomes {glue:text}`name`, so that the page shows what the
  cell kept;
- `[[Kingma and Ba, 2015](references.bib#kingma2015)]` becomes {cite}`kingma2015`;
- the state of the widgets goes to where it is looked for. Elsewhere it would be in the way: who
  finds it there (nbconvert) leaves the figure at rest for a widget that needs the network.

`tools/execute.py` writes the numbers and puts the state aside; a test holds the citations to the
words of the page.
"""

import json
import re

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
OURS = "fitlab"  # the key of the notebook's metadata under which the state is put aside

# what a widget without a figure at rest says where nothing can move it
NEEDS_PYTHON = (
    "The sliders of this cell need Python: they appear when you run this page in Jupyter."
)

NUMBER = re.compile(r'<span data-number="([^"`]+)">([^<]*)</span>')
_SOURCE = r"\[[^\[\]]+\]\([./\w]*references\.bib#([\w-]+)\)"
CITATION = re.compile(rf"\[{_SOURCE}(?:, {_SOURCE})*\]")


def with_roles(source):
    """A Markdown source as the builder reads it."""
    source = NUMBER.sub(r"{glue:text}`\1`", source)
    return CITATION.sub(lambda found: f"{{cite}}`{','.join(keys(found[0]))}`", source)


def keys(citation):
    """The keys of a citation, in its order."""
    return re.findall(_SOURCE, citation)


def put_widgets_aside(metadata):
    """Of a notebook's metadata: move the state of its widgets, if any, to a key of our own."""
    if "widgets" in metadata:
        metadata[OURS] = {"widgets": metadata.pop("widgets")}


def put_widgets_back(metadata):
    """Undo `put_widgets_aside`."""
    metadata.update(metadata.pop(OURS, {}))


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
    put_widgets_back(notebook["metadata"])
    content[0] = json.dumps(notebook)


def setup(app):
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
