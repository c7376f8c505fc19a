"""A picture of a page's experiment becomes part of the page, and has the colours of its theme.

Such images are those in `pictures`; a paragraph that begins with one leaves room beside it.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

FOLDER = "pictures/"


def inline(svg):
    """The text of such a file as it stands in a page: decoration, and on the page's own ground."""
    svg = re.sub(r' (?:style|role|aria-label)="[^"]*"', "", svg.strip(), count=3)
    return svg.replace("<svg", '<svg class="fit-page-picture" aria-hidden="true"', 1)


class InlinePictures(SphinxTransform):
    """Replaces the images before they are collected, so that no file is copied for them."""

    default_priority = 10

    def apply(self):
        here = Path(self.env.doc2path(self.env.docname)).parent
        for image in list(self.document.findall(nodes.image)):
            if FOLDER not in image["uri"]:
                continue
            path = here / image["uri"]
            self.env.note_dependency(str(path))
            image.parent["classes"].append("fit-pictured")
            svg = inline(path.read_text(encoding="utf-8"))
            image.replace_self(nodes.raw("", svg, format="html"))


def setup(app):
    app.add_transform(InlinePictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
