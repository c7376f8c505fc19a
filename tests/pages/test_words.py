"""Words in figures at rest can be read on any screen, and nothing is written over anything else."""

import pytest

from conftest import PAGES

WIDTHS = {390: (11, 17), 768: (11, 17), 1280: (11, 17)}  # of a window: pixels of the words in it

# Of every figure at rest that has words: its words, each with the height of its letters and the box
# of the ink in it; and where something is drawn: points along lines, and the middles of marks.
# Neither the grid nor the frame counts as drawn, nor what is cut off at the edge of its axes.
FIGURES = """() => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const box = (left, top, right, bottom) => ({ left, top, right, bottom });
  const ink = (text) => { // of its lines only what letters fill
    const { left, top, right, bottom } = text.getBoundingClientRect();
    const upright = text.getAttribute("transform")?.includes("rotate(-90");
    const across = upright ? [0.16 * (right - left), 0] : [0, 0.16 * (bottom - top)];
    return box(left + across[0], top + across[1], right - across[0], bottom - across[1]);
  };
  const cut = (path) => {
    const name = path.closest("[clip-path]")?.getAttribute("clip-path").match(/#([^)]+)/)[1];
    const { x, y, width, height } = name
      ? document.getElementById(name).querySelector("rect").getBBox()
      : path.ownerSVGElement.viewBox.baseVal;
    return (p) => p.x >= x && p.x <= x + width && p.y >= y && p.y <= y + height;
  };
  const along = (path) => {
    const length = path.getTotalLength();
    const matrix = path.getScreenCTM(), inside = cut(path);
    const step = 2 / matrix.a;
    return Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step)
      .map((at) => path.getPointAtLength(at))
      .filter(inside)
      .map((p) => p.matrixTransform(matrix));
  };
  const drawn = (svg) => [...svg.querySelectorAll("path, use")].flatMap((path) => {
    const { stroke } = getComputedStyle(path);
    const style = path.getAttribute("style") ?? "";
    if (path.closest("defs") || /--fit-(grid|muted)/.test(style)) return [];
    if (path.tagName === "use") {
      const { left, top, width, height } = path.getBoundingClientRect();
      return width + height < 40 ? [new DOMPoint(left + width / 2, top + height / 2)] : [];
    }
    return stroke === "none" ? [] : along(path);
  }).map(({ x, y }) => [x, y]);
  return [...document.querySelectorAll("article .fit-figure > svg")]
    .filter((svg) => svg.getBoundingClientRect().width)
    .map((svg) => ({
      alt: svg.getAttribute("aria-label").slice(0, 60),
      width: svg.getBoundingClientRect().width,
      words: [...svg.querySelectorAll("text")].filter((e) => e.textContent.trim()).map((text) => ({
        says: text.textContent.trim(),
        size: parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a,
        ...ink(text),
      })),
      frame: (({ left, right }) => [left, right])(svg.getBoundingClientRect()),
      drawn: drawn(svg),
    }));
}"""


@pytest.fixture(params=WIDTHS)
def seen(request, visit, address, name):
    """(width of the window, the figures of a page as a reader without scripts sees them)."""
    page = visit(f"{address}/{name}.html", java_script_enabled=False).page
    page.set_viewport_size({"width": request.param, "height": 844})
    return request.param, page.evaluate(FIGURES)


def overlap(a, b):
    """By how many pixels two boxes lie over one another, in the direction where it is less."""
    across = min(a["right"], b["right"]) - max(a["left"], b["left"])
    down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return min(across, down)


def over_words(figure):
    """Pairs of words that lie over one another."""
    words = figure["words"]
    return [
        (a["says"], b["says"])
        for i, a in enumerate(words)
        for b in words[:i]
        if overlap(a, b) > 0.5
    ]


def over_lines(figure):
    """Words through which a line goes, or in which a mark stands."""
    return [
        word["says"]
        for word in figure["words"]
        if any(
            word["left"] < x < word["right"] and word["top"] < y < word["bottom"]
            for x, y in figure["drawn"]
        )
    ]


@pytest.mark.parametrize("name", PAGES)
def test_words_of_figures_can_be_read_and_touch_nothing(seen):
    width, figures = seen
    smallest, largest = WIDTHS[width]
    wrong = {}
    for figure in figures:
        sizes = [round(word["size"], 1) for word in figure["words"]]
        left, right = figure["frame"]
        found = {
            "small or large": [size for size in sizes if not smallest <= size <= largest],
            "over words": over_words(figure),
            "over lines": over_lines(figure),
            "cut": [
                w["says"] for w in figure["words"] if w["left"] < left - 2 or w["right"] > right + 2
            ],
        }
        if any(found.values()):
            wrong[figure["alt"]] = {what: rows for what, rows in found.items() if rows}
    assert not wrong


FAULTS = """
<article><figure class="fit-figure"><svg aria-label="Faults." viewBox="0 0 100 100"
  style="width: 100px; font: 12px sans-serif"><text x="10" y="20">one word</text>
  <text x="{x}" y="20">another</text><path d="M 0 {y} h 100" style="stroke: red"/></svg>
</figure></article>"""


@pytest.mark.parametrize(
    ("x", "y", "words", "lines"),
    [(30, 60, True, False), (80, 16, False, True), (80, 60, False, False)],
)
def test_faults_are_seen(browser, x, y, words, lines):
    page = browser.new_page()
    page.set_content(FAULTS.format(x=x, y=y))
    (figure,) = page.evaluate(FIGURES)
    page.close()
    assert figure["drawn"]
    assert [word["size"] for word in figure["words"]] == [12, 12]
    assert bool(over_words(figure)) == words
    assert bool(over_lines(figure)) == lines
