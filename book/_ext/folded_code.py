"""The code of a cell that draws or checks stands in what it made, folded away.

MyST-NB folds the input of a cell with the tag `hide-input` above its output, by a toggle of its
own. Where the output is one of our figures, the code becomes a quiet word at the end of the
caption; where it is a claim card, it is the last thing under "How we know", after the function that
checks the claim. Other folded cells stay as they are.
"""

import inspect
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from fitlab.claims import CLAIMS

# how an output of ours ends -> what stands before the code there, and behind it
PLACES = {
    "</figcaption></figure>": (
        ' <details class="fit-code">'
        '<summary aria-label="code that drew this figure">code</summary>',
        "</details>",
    ),
    "</details></article>": ('<p class="fit-claim-cell">The cell that asks for it:</p>', ""),
}
CARD = re.compile(r'<article class="fit-claim" id="claim-([\w-]+)"')


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
            parts = [*_check_within(head), before, code, behind + end + tail]
            drawn.parent.replace(drawn, [_as_node(part) for part in parts])
            return True
    return False


def _as_node(part):
    return nodes.raw("", part, format="html") if isinstance(part, str) else part


def _check_within(head):
    """The beginning of an output of ours; if it is a card's, then the function that checks it."""
    card = CARD.search(head)
    if not card:
        return [head]
    check = CLAIMS[card[1]].check
    where = check.__module__.replace(".", "/")
    said = f'<p class="fit-claim-cell">The function that checks it, of <code>{where}.py</code>:</p>'
    source = function_source(check)
    shown = nodes.literal_block(source, source, language="python")
    return [head + said, nodes.container("", shown, classes=["cell_input"])]


def function_source(function):
    """A function as it is written, without what decorates it."""
    lines = inspect.getsource(function).splitlines(keepends=True)
    return "".join(lines[next(i for i, line in enumerate(lines) if line.startswith("def ")) :])


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
