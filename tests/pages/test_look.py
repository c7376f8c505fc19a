"""The palette can be read: enough contrast in both themes, and roles apart for any eye."""

import base64
import itertools
import re

import pytest
from coloraide import Color

from conftest import ROOT

CSS = (ROOT / "book/_static/book.css").read_text(encoding="utf-8")
PAIRS = dict(re.findall(r"--fit-([\w-]+): light-dark\((#\w{6}, #\w{6})\)", CSS))
THEMES = ["light", "dark"]

TEXT = [
    "ink",
    "muted",
    "network",
    "taylor",
    "least-squares",
    "best-line",
    "counted",
    "good",
    "caveat",
    "bad",
]
ROLES = ["target", "network", "taylor", "least-squares", "best-line", "counted", "data"]


def colour(name, theme):
    """A colour of the palette."""
    return Color(PAIRS[name].split(", ")[THEMES.index(theme)])


def contrast(name, ground, theme):
    """The contrast ratio of WCAG 2.2, 1 to 21; it is that of 2.1."""
    return colour(name, theme).contrast(colour(ground, theme), method="wcag21")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", TEXT)
def test_words_stand_out_from_the_page_and_from_a_card(name, theme):
    for ground in ("paper", "wash"):
        assert contrast(name, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ROLES)
def test_lines_stand_out_from_the_page(name, theme):
    assert contrast(name, "paper", theme) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", ["protan", "deutan"])
def test_roles_differ_for_colour_blind_readers(kind, theme):
    """Twelve units of L*a*b* are told apart at a glance; every role has its own dash besides.

    What an eye without the long or the medium cones sees is by Viénot, Brettel & Mollon (1999).
    """
    seen = {role: colour(role, theme).filter(kind, method="vienot").clip() for role in ROLES}
    apart = {(a, b): seen[a].delta_e(seen[b]) for a, b in itertools.combinations(ROLES, 2)}
    assert not {pair: round(units, 1) for pair, units in apart.items() if units < 12}


# ------------------------------------------------------------------ a reader's own colours

# Of a control of an explorable: the colours of so many of its pixels, seen from a picture of it.
COLOURS = """async (picture) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  const counted = {};
  for (let i = 0; i < data.length; i += 4) {
    const colour = data.slice(i, i + 3).join();
    counted[colour] = (counted[colour] ?? 0) + 1;
  }
  return counted;
}"""


def strokes(page, box):
    """How many pixels of a part of the page have another colour than most of them."""
    picture = base64.b64encode(page.screenshot(clip=box)).decode()
    counted = page.evaluate(COLOURS, f"data:image/png;base64,{picture}")
    return sum(counted.values()) - max(counted.values())


def box_in_sight(control):
    """Where a control is once it stands in the middle of the window, away from the header."""
    control.evaluate("(e) => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
    return control.bounding_box()


@pytest.mark.parametrize("theme", THEMES)
def test_controls_can_be_seen_in_a_readers_own_colours(visit, address, theme):
    page = visit(f"{address}/book/index.html", theme, forced_colors="active").page
    live = page.locator(".fit-explorable-fit")
    live.wait_for()
    live.get_by_text("More", exact=True).click()
    width, choice = live.get_by_role("slider", name="width"), live.locator("select").first
    track = box_in_sight(width)
    middle = {**track, "y": track["y"] + track["height"] / 2 - 4, "height": 8}
    assert strokes(page, middle) > 2 * track["width"]  # a line of two pixels at least, all along
    arrow = box_in_sight(choice)
    end = {
        **arrow,
        "x": arrow["x"] + arrow["width"] - 24,
        "width": 24,
        "height": arrow["height"] - 3,
    }
    assert strokes(page, end) > 10
    copy = live.get_by_role("button", name="Copy link")
    lines = "(e) => [getComputedStyle(e).borderBottomWidth, getComputedStyle(e).textDecorationLine]"
    assert copy.evaluate(lines) == ["0px", "underline"]


def test_the_palette_is_the_one_for_the_readers_paper(visit, address):
    """Whatever theme was chosen: dark lines would vanish on a paper that is forced to be dark."""
    page = visit(f"{address}/book/index.html", "dark", forced_colors="active").page
    while page.evaluate("document.documentElement.dataset.theme") != "light":
        page.locator(".theme-switch-button").click()
    ink = page.locator("article svg text").first.evaluate("e => getComputedStyle(e).fill")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(0, 0, 0)"
    assert min(int(part) for part in re.findall(r"\d+", ink)[:3]) > 128
