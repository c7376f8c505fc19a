"""Taking weight off the pages takes nothing else: formulas and styles are as with the whole files.

`book/_ext/light_fonts.py` and `light_styles.py` trim other people's fonts and style sheets; here a
browser compares the trimmed files of the built book with the packages' own. Our own scripts lose
their comments (`live_figures.py`), and here another reader of JavaScript sees nothing else go.
"""

import base64
from importlib import resources

import light_fonts
import light_styles
import live_figures
import pytest
import static_katex
import tinycss2
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from conftest import PAGES, ROOT, SITE
from tabs import settle

# What a browser draws for every character, at sizes of the text and of what is raised or lowered.
DRAW = """async ([font, text]) => {
  const bytes = Uint8Array.from(atob(font), (c) => c.charCodeAt(0));
  const family = "font" + Math.random().toString(36).slice(2);
  document.fonts.add(await new FontFace(family, bytes).load());
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 60 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = {};
  for (const character of text) {
    drawn[character] = "";
    for (const size of [14, 20, 24]) {
      pen.clearRect(0, 0, 60, 60);
      pen.font = `${size}px ${family}, monospace`;
      pen.fillText(character, 12, 36);
      const { data } = pen.getImageData(0, 0, 60, 60);
      const ink = data.filter((_, i) => i % 4 === 3);
      drawn[character] += `${pen.measureText(character).width}:${ink.join(",")};`;
    }
  }
  return drawn;
}"""

# The selectors, each in its @media, that a style sheet has and another has not, but the page needs.
LOST = r"""([whole, trimmed]) => {
  const split = (text) => {
    const parts = [""];
    let depth = 0;
    for (const c of text) {
      depth += "([".includes(c) - ")]".includes(c);
      if (c === "," && depth === 0) parts.push("");
      else parts[parts.length - 1] += c;
    }
    return parts.map((part) => part.trim());
  };
  const read = (rules, context) => [...rules].flatMap((rule) => {
    const { selectorText, conditionText, cssRules, style } = rule;
    if (!selectorText) return conditionText ? read(cssRules, context + conditionText) : [];
    return split(selectorText).map((s) => ({ s, all: `${context}|${s}|${style.cssText}` }));
  });
  const parse = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return read(sheet.cssRules, "");
  };
  const kept = new Set(parse(trimmed).map((rule) => rule.all));
  // what an element is at the moment, and what is drawn before it, do not count
  const momentary = /:(hover|active|visited|focus)(-visible|-within)?|::[\w-]+(\([^)]*\))?/g;
  const anything = (s) => s.replace(momentary, ":is(*)").replaceAll(":not(:is(*))", "");
  const matches = (s) => document.querySelector(anything(s));
  const lost = parse(whole).filter((rule) => !kept.has(rule.all) && matches(rule.s));
  return lost.map((rule) => rule.s);
}"""


def test_formulas_are_drawn_as_with_the_whole_fonts(browser):
    text = "".join(sorted(light_fonts.characters(SITE)))
    fonts = list(SITE.glob("_static/katex/fonts/*.woff2"))
    assert len(text) > 20
    assert len(fonts) == 20
    page = browser.new_page()
    for font in fonts:
        ours, whole = (
            page.evaluate(DRAW, [base64.b64encode(path.read_bytes()).decode(), text])
            for path in (font, static_katex.KATEX / "fonts" / font.name)
        )
        assert not [c for c in text if ours[c] != whole[c]], font.name
    page.close()


def theirs():
    """{a style sheet in the site: the package's own}, for those that carry most of the weight."""
    theme = resources.files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/styles"
    book = resources.files("sphinx_book_theme") / "theme/sphinx_book_theme/static/styles"
    return {
        "styles/pydata-sphinx-theme.css": theme / "pydata-sphinx-theme.css",
        "styles/sphinx-book-theme.css": book / "sphinx-book-theme.css",
        "sphinx-design.min.css": resources.files("sphinx_design") / "static/sphinx-design.min.css",
        "mystnb.*.css": resources.files("myst_nb") / "static/mystnb.css",
        "katex/katex.css": static_katex.KATEX / "katex.min.css",
    }


def assert_no_style_is_lost(page):
    for pattern, whole in theirs().items():
        (trimmed,) = (SITE / "_static").glob(pattern)
        css = [path.read_text(encoding="utf-8") for path in (whole, trimmed)]
        lost = [selector for selector in page.evaluate(LOST, css) if ".fa-" not in selector]
        assert not lost, pattern  # .fa- are icons, which light_theme.py takes out


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", PAGES)
def test_no_style_is_lost(visit, address, name, width):
    """Also after the reader has done what the frame of the page allows: scripts add classes."""
    page = visit(f"{address}/{name}.html?q=notation&highlight=notation", "light", width).page
    if name == "search":
        page.locator("#search-results li a").first.wait_for(timeout=10_000)
    assert_no_style_is_lost(page)
    page.locator(".theme-switch-button").click()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate("document.querySelectorAll('.copybtn').forEach(b => b.click())")
    page.evaluate("scrollTo(0, 1e6)")
    page.get_by_role("button", name="Pages of the book").click()
    settle(page)
    assert_no_style_is_lost(page)


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".here{a:b}.gone{a:b}#gone{a:b}", ".here{a:b}"),
        (".here .gone,.here>p,p.gone{a:b}", ".here>p{a:b}"),
        ("p:not(.gone),.here:is(.gone,p),[class~=gone]{a:b}", None),
        ("@media print{.gone{a:b}}@media print{.here{a:b}.gone{a:b}}", "@media print{.here{a:b}}"),
        ("@font-face{font-family:gone}@keyframes gone{0%{a:b}}", None),
        ("/*! licence */p{a:b}/* remark */", "/*! licence */p{a:b}"),
    ],
)
def test_trimming_takes_only_what_cannot_match(css, left):
    rules = tinycss2.parse_stylesheet(css)
    assert light_styles.trim(rules, {"here"}) == (css if left is None else left)


SCRIPTS = [
    *(
        path
        for folder in ("engine", "explorables")
        for path in (ROOT / f"lib/fitlab/{folder}").rglob("*.mjs")
    ),
    live_figures.HOST,
    live_figures.HOST.with_name("check_here.js"),
]


def code(script):
    """The tokens of a script, in order, without space and comments."""
    tokens = JavascriptLexer().get_tokens(script)
    return [(kind, text) for kind, text in tokens if kind not in Comment and text.strip()]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_loses_its_comments_and_nothing_else(path):
    script = path.read_text(encoding="utf-8")
    light = live_figures.without_comments(script)
    assert code(light) == code(script)
    assert not [line for line in light.splitlines() if line.lstrip().startswith(("//", "* "))]


def test_comments_beside_code_go_too_but_not_what_is_in_a_string():
    script = (
        "/* a\n * b */\n  // c\n  f(1); // d\n/** @type {e} */ let g = `http://h //`; i(' // j');\n"
    )
    assert live_figures.without_comments(script) == (
        "f(1);\n/** @type {e} */ let g = `http://h //`; i(' // j');\n"
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_string_goes_over_several_lines(path):
    """It would lose its indents."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.count("`") % 2]
