"""What a reader with large or widely spaced words has set, and what must not happen to them.

WCAG 2.2: 1.4.4 (200 %), 1.4.10 (320 CSS pixels), 1.4.12 (text spacing).
"""

import contextlib

from conftest import NO_WAY_OUT
from tools import chromium

SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""
# {what a reader has set: (what Chromium is told, a style of their own)}
SETTINGS = {
    "nothing": (None, ""),
    "a root of 200 %": ("defaultFontSize=32,defaultFixedFontSize=26", ""),
    "no word below 24 pixels": ("minimumFontSize=24", ""),
    "wide spacing": (None, SPACING),
}

# Words or controls of explorables that lie on one another: [[one, other]]. The numerals of a map
# lie where the map has them; what is folded away is nowhere.
OVERLAPS = """() => [...document.querySelectorAll(".fit-explorable")].flatMap((root) => {
  const boxes = [];
  const folded = (e) => e.closest("details:not([open]) > :not(summary)");
  const clipped = (e) =>
    e !== root && (getComputedStyle(e).clipPath !== "none" || clipped(e.parentElement));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode()); ) {
    const of = text.parentElement;
    const elsewhere = of.closest("option, [hidden], .fit-ruler, .perp-map");
    if (elsewhere || folded(of) || clipped(of)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) boxes.push({ of, box, what: text.data });
  }
  for (const of of root.querySelectorAll("select, input")) {
    if (!folded(of)) boxes.push({ of, box: of.getBoundingClientRect(), what: of.tagName });
  }
  const apart = (a, b) =>
    Math.min(a.right - b.left, b.right - a.left) < 2 ||
    Math.min(a.bottom - b.top, b.bottom - a.top) < 6;
  const seen = boxes.filter(({ box }) => box.width);
  const under = ({ of, box }, i) =>
    seen.slice(0, i).filter((other) => other.of !== of && !apart(box, other.box));
  return seen.flatMap((one, i) => under(one, i).map((other) => [one.what, other.what]));
})"""

# Selects and fields too narrow to read, boxes that cut their words, words outside of their
# plot: [what].
CUT = """() => {
  const seen = (e) =>
    e.getBoundingClientRect().width > 2 && !e.closest("details:not([open]) > :not(summary)");
  const all = (kind) =>
    [...document.querySelectorAll(`.fit-explorable :is(${kind})`)].filter(seen);
  const narrow = (e) => e.getBoundingClientRect().width < 80;
  const cut = (e) => e.scrollWidth > e.clientWidth + 1;
  const outside = (e) => {
    const [a, b] = [e, e.closest(".fit-plot")].map((each) => each.getBoundingClientRect());
    return Math.max(b.left - a.left, a.right - b.right, b.top - a.top, a.bottom - b.bottom) > 1;
  };
  return [
    ...all("select, input:not([type=checkbox])").filter(narrow),
    ...all("button, output, dt, dd, label, .fit-sentence, .fit-hint").filter(cut),
    ...all(".fit-plot text:not(.fit-ruler)").filter(outside),
  ].map((e) => e.outerHTML.slice(0, 80));
}"""


def sideways(page):
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def drawn_again(page):
    """Wait for a frame in which changes of size are noticed, and one in which they are drawn."""
    page.evaluate(
        "() => new Promise((drawn) => "
        "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))"
    )


@contextlib.contextmanager
def browser_of(told, browser):
    """Such a browser as `browser`, told something about the size of words, or None."""
    arguments = [*chromium.ARGUMENTS, NO_WAY_OUT, *([f"--blink-settings={told}"] if told else [])]
    own = browser.browser_type.launch(executable_path=chromium.find(), args=arguments)
    with contextlib.closing(own):
        yield own
