"""Large words, wide spacing, a small screen: every page reflows, nothing is cut or overlaps.

WCAG 2.2: 1.4.4 (200 %), 1.4.10 (320 CSS pixels), 1.4.12 (text spacing). The words inside the
drawings of explorables are not looked at here.
"""

import pytest

from conftest import NO_WAY_OUT, PAGES
from pages.test_pages import sideways
from tabs import ALL_LIVE
from tools import chromium

# {what a reader has set: (width of the window, what Chromium is told, a style of their own)}
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""
SETTINGS = {
    "320 pixels": (320, None, ""),
    "a root of 200 %": (390, "defaultFontSize=32,defaultFixedFontSize=26", ""),
    "no word below 24 pixels": (390, "minimumFontSize=24", ""),
    "wide spacing": (390, None, SPACING),
}

# Words or controls of explorables that lie on one another: [[one, other]].
OVERLAPS = """() => [...document.querySelectorAll(".fit-explorable")].flatMap((root) => {
  const boxes = [];
  const clipped = (e) =>
    e !== root && (getComputedStyle(e).clipPath !== "none" || clipped(e.parentElement));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode()); ) {
    const of = text.parentElement;
    if (of.closest("svg, option, [hidden], [aria-hidden=true]") || clipped(of)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) boxes.push({ of, box, what: text.data });
  }
  for (const of of root.querySelectorAll("select, input")) {
    boxes.push({ of, box: of.getBoundingClientRect(), what: of.tagName });
  }
  const apart = (a, b) =>
    Math.min(a.right - b.left, b.right - a.left) < 2 ||
    Math.min(a.bottom - b.top, b.bottom - a.top) < 6;
  const seen = boxes.filter(({ box }) => box.width);
  const under = ({ of, box }, i) =>
    seen.slice(0, i).filter((other) => other.of !== of && !apart(box, other.box));
  return seen.flatMap((one, i) => under(one, i).map((other) => [one.what, other.what]));
})"""

# Selects and fields too narrow to read, and boxes that cut their words: [what].
CUT = """() => {
  const seen = (e) => e.getBoundingClientRect().width > 2;
  const all = (kind) =>
    [...document.querySelectorAll(`.fit-explorable :is(${kind})`)].filter(seen);
  const narrow = (e) => e.getBoundingClientRect().width < 80;
  const cut = (e) => e.scrollWidth > e.clientWidth + 1;
  return [
    ...all("select, input:not([type=checkbox])").filter(narrow),
    ...all("button, output, dt, dd, label, .fit-sentence, .fit-hint").filter(cut),
  ].map((e) => e.outerHTML.slice(0, 80));
}"""


@pytest.fixture(scope="module", params=SETTINGS)
def reader(request, browser):
    """A page of a reader with such settings, and the style that they bring."""
    width, told, style = SETTINGS[request.param]
    arguments = [*chromium.ARGUMENTS, NO_WAY_OUT, *([f"--blink-settings={told}"] if told else [])]
    own = browser.browser_type.launch(executable_path=chromium.find(), args=arguments)
    yield own.new_page(viewport={"width": width, "height": 844}, reduced_motion="reduce"), style
    own.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reflows(reader, address, name):
    page, style = reader
    page.goto(f"{address}/{name}.html?q=network", wait_until="load")
    page.add_style_tag(content=style or "/**/")
    page.wait_for_function(ALL_LIVE)
    assert sideways(page) <= 0
    assert not page.evaluate(OVERLAPS)
    assert not page.evaluate(CUT)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert sideways(page) <= 0
