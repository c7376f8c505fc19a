"""The code of a cell that draws or checks stands in what it made, folded away.

MyST-NB folds the input of a cell with the tag `hide-input` above its output, by a toggle of its
own. Where the output is one of our figures, the code becomes a quiet word at the end of the
caption; where it is a claim card, it is the last thing under "How we know". Other folded cells stay
as they are.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

# how an output of ours ends -> what stands before the code there, and behind it
PLACES = {
    "</figcaption></figure>": (
        ' <details class="fit-code">'
        '<summary aria-label="code that drew this figure">code</summary>',
        "</details>",
    ),
    "</details></article>": ('<p class="fit-claim-cell">The cell that checks it:</p>', ""),
}


class FoldCode(SphinxPostTransform):
    """Runs once myst-nb has chosen the format of every output (4), before it folds inputs (199)."""

    default_priority = 100
    formats = ("html",)

    def run(self, **_kwargs):
        for cell in list(self.document.findall(_is_folded)):
            code, output = cell.children[0], cell.children[-1]
            for drawn in reversed(list(output.findall(_is_html))):
                if _put_into(drawn, code):
                    del cell["hide_mode"]
                    break


def _put_into(drawn, code):
    """Move the code into an output: HTML, code, HTML. Returns False if it is not one of ours."""
    for end, (before, behind) in PLACES.items():
        head, found, tail = drawn.astext().rpartition(end)
        if found:
            code.parent.remove(code)
            halves = (head + before, behind + end + tail)
            first, last = (nodes.raw("", half, format="html") for half in halves)
            drawn.parent.replace(drawn, [first, code, last])
            return True
    return False


def _is_folded(node):
    return (
        isinstance(node, nodes.container)
        and node.get("nb_element") == "cell_code"
        and node.get("hide_mode") == "input"
        and len(node.children) > 1
    )


def _is_html(node):
    return isinstance(node, nodes.raw) and node.get("format") == "html"


def setup(app):
    app.add_post_transform(FoldCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
