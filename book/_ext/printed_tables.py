"""Lines that a cell prints below one another are a table, and stay one on a narrow page.

A single line that is too long goes on in the next; of several, whose columns would no longer stand
below one another, the whole scrolls sideways. The style sheet sets `fit-printed`.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


class KeepPrintedTables(SphinxPostTransform):
    """Runs once myst-nb has chosen the format of every output (4)."""

    default_priority = 100
    formats = ("html",)

    def run(self, **_kwargs):
        for printed in self.document.findall(nodes.literal_block):
            lines = printed.astext().strip().splitlines()
            if "output" in printed["classes"] and len(lines) > 1:
                printed["classes"].append("fit-printed")


def setup(app):
    app.add_post_transform(KeepPrintedTables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
