"""The code of a cell that draws or checks stands in what it made, folded away.

MyST-NB folds the input of a cell with the tag `hide-input` above its output, by a toggle of its
own. Where the output is one of our figures, the code becomes a quiet word at the end of the
caption; where it is a claim card, it is the last thing under "How we know", after the function that
checks the claim, or what a plan measures. Other folded cells stay as they are.
"""

import ast
import importlib
import inspect
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from fitlab.claims import CLAIMS, plans

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
    claim = CLAIMS[card[1]]
    if plans.plan_of(claim):
        module, what = f"fitlab.claims.{claim.section}", "What is measured and counted"
        source = plan_source(claim.id, module)
    else:
        module, what = claim.check.__module__, "The function that checks it"
        source = function_source(claim.check)
    where = module.replace(".", "/")
    said = f'<p class="fit-claim-cell">{what}, of <code>{where}.py</code>:</p>'
    shown = nodes.literal_block(source, source, language="python")
    return [head + said, nodes.container("", shown, classes=["cell_input"])]


def function_source(function):
    """A function as it is written, without what decorates it."""
    lines = inspect.getsource(function).splitlines(keepends=True)
    return "".join(lines[next(i for i, line in enumerate(lines) if line.startswith("def ")) :])


def plan_source(id, module):
    """The numbers of a plan as they are written, in the call that registers the claim."""
    text = inspect.getsource(importlib.import_module(module))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "planned":
            (given,) = node.args
            if ast.literal_eval(given) == id:
                numbers = next(word.value for word in node.keywords if word.arg == "numbers")
                lines = ast.get_source_segment(text, numbers).splitlines()
                return "\n".join(["numbers = " + lines[0], *(line[4:] for line in lines[1:])])
    raise ValueError(f"{id} is no plan of {module}")


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
