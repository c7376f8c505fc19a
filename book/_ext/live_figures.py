"""Widgets in the built page: the figure at rest is shown, the widget stays within reach.

An explorable's output holds its figure at rest (text/html) and its widget (a model id). The page
gets both in one `<div class="fit-live">`: the figure, which needs no JavaScript, and the id in an
inert `<script>`, from which a script of the page can bring it to life with the state that myst-nb
writes into the page. A plain ipywidget has no figure at rest; the page then says how to run it.
"""

import json

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
NEEDS_PYTHON = (
    '<p class="fit-needs-python">The sliders of this cell need Python: '
    "they appear when you run this page in Jupyter (<code>make lab</code>).</p>"
)


class ShowFigureAtRest(SphinxPostTransform):
    """Runs before myst-nb chooses one format of every output (priority 4)."""

    default_priority = 3

    def run(self, **_kwargs):
        for bundle in self.document.findall(_is_bundle):
            formats = {part["mime_type"]: part for part in bundle.children}
            if VIEW not in formats:
                continue
            view = formats[VIEW]
            bundle.remove(view)
            if "text/html" in formats:
                rest = formats["text/html"]
                rest.insert(0, nodes.raw("", '<div class="fit-live">', format="html"))
                rest += [*view.children, nodes.raw("", "</div>", format="html")]
            else:
                bundle.children = [nodes.container(mime_type="text/html")]
                bundle.children[0] += nodes.raw("", NEEDS_PYTHON, format="html")


def _is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def keep_our_widgets(_app, _page, _template, context, _doctree):
    """Of the state in the page keep the explorables: nothing in it can drive other widgets."""
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") != STATE:
            continue
        stored = json.loads(attributes["body"])
        stored["state"] = {
            key: model
            for key, model in stored["state"].items()
            if model["model_module"] == "anywidget"
        }
        # "</" would end the script element early
        attributes["body"] = json.dumps(stored, separators=(",", ":")).replace("</", r"<\/")


def setup(app):
    app.add_post_transform(ShowFigureAtRest)
    app.connect("html-page-context", keep_our_widgets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
