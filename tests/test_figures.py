"""A picture is themed, has words, and does not disturb the page around it."""

import base64
import html
import io
import re
from types import SimpleNamespace

import from_jupyter
import IPython
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from markdown_it import MarkdownIt
from PIL import Image

from fitlab import figures
from fitlab.claims.cards import Card


def picture(**changes):
    fig, ax = figures.new_figure()
    x = np.linspace(-3, 3, 50)
    figures.draw_fit(ax, x, np.sin(x), np.cos(x), x[::10], np.cos(x[::10]))
    figures.draw_spread(ax, x, [x, 2 * x], "taylor", "a spread")
    figures.mark_level(ax, 0.5, "a level")
    figures.note(ax, "two\nlines")
    figures.pi_ticks(ax, -1, 1)
    figures.legend_above(ax)
    return figures.Picture(fig, **{"alt": "An alt < text.", "caption": "A & caption.", **changes})


@pytest.fixture
def shown(monkeypatch):
    """What is shown from now on: (data, metadata) of each output."""
    outputs = []

    def display(data, *, metadata, raw):
        assert raw
        outputs.append((data, metadata))

    monkeypatch.setattr(IPython.display, "display", display)
    return outputs


def test_it_shows_a_picture_that_needs_no_trust_and_its_caption_in_words(shown):
    picture(caption="A & <caption>, $5 or `x_1` * 2.")._ipython_display_()
    (drawing, about), (caption, _) = shown
    assert set(drawing) == {figures.SVG, "image/png", "text/plain"}
    assert drawing["text/plain"] == "An alt < text."
    assert about["image/png"] == {"width": 580, "height": 310, "alt": "An alt < text."}
    assert caption["text/plain"] == "A & <caption>, $5 or `x_1` * 2."
    read = MarkdownIt().render(caption["text/markdown"])
    assert read == "<p>A &amp; &lt;caption&gt;, $5 or `x_1` * 2.</p>\n"
    assert "$" not in caption["text/markdown"]  # no formula, where formulas are known


@pytest.mark.parametrize("words", ["- dash", "+ sign", "3. number", "2024) year", "&lt; less"])
def test_a_caption_reads_as_it_is(shown, words):
    picture(caption=words)._ipython_display_()
    read = MarkdownIt().render(shown[1][0]["text/markdown"])
    assert read == f"<p>{html.escape(words)}</p>\n"


def test_its_png_is_sharp_small_and_says_nothing_of_its_program():
    image = Image.open(io.BytesIO(picture().png))
    assert image.size == (2 * 580, 2 * 310)
    assert image.mode == "P"
    assert len(image.convert("RGB").getcolors()) <= 32
    assert not image.info
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)  # dark themes get paper too


def test_a_photograph_keeps_its_colours():
    fig, ax = figures.new_figure()
    ax.imshow(np.linspace(0, 1, 100)[None, :, None] * [1, 0.5, 0.2], aspect="auto")
    image = Image.open(io.BytesIO(figures.Picture(fig, alt="Red.", caption="Red.").png))
    assert len(image.convert("RGB").getcolors()) > 80


def test_in_the_book_it_is_one_figure_with_alt_text_and_caption():
    made = picture()
    figure = from_jupyter.figure_element(made.bundle()[0], made.caption)
    assert figure.startswith(
        '<figure class="fit-figure"><svg role="img" aria-label="An alt &lt; text." class="fit-wide"'
    )
    assert figure.endswith("<figcaption>A &amp; caption.</figcaption></figure>")


def test_for_a_slider_only_what_is_seen_is_drawn(monkeypatch):
    kernel = SimpleNamespace(get_parent=lambda: {"header": {"msg_type": "comm_msg"}})
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    data, _ = picture().bundle()
    assert set(data) == {"image/png", "text/plain"}
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.size == (2 * 580, 2 * 310)  # as sharp as what is kept


def test_all_words_are_text_and_survive():
    svg = picture().svg
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    for word in ("network", "target", "hinges", "a spread", "a level", "two", "lines", "−π", "y"):
        assert word in texts, word


@pytest.mark.parametrize(
    ("count", "name"), [(1, "hinges"), (39, "hinges"), (40, "hinges (ticks below)")]
)
def test_hinges_are_dots_until_they_would_touch(count, name):
    fig, ax = figures.new_figure()
    x = np.linspace(-3, 3, count)
    figures.draw_fit(ax, x, np.sin(x), np.cos(x), x, np.cos(x))
    hinges = ax.lines[-1]
    assert hinges.get_label() == name
    across, up = hinges.get_transform().transform(np.transpose(hinges.get_data())).T
    on_the_curve = ax.transData.transform(np.transpose([x, np.cos(x)])).T
    np.testing.assert_allclose(across, on_the_curve[0])
    if name == "hinges":
        np.testing.assert_allclose(up, on_the_curve[1])
    else:
        assert ax.bbox.y0 - 10 < up.min() == up.max() < ax.bbox.y0
    figures.plt.close(fig)


def test_every_colour_is_the_pages():
    svg = picture().svg
    without = re.sub(r"var\(--fit-[\w-]+, (#\w{6}|currentColor)\)", "", svg)
    assert not re.search(r"#[0-9a-f]{6}\b", without), "a colour that dark mode cannot change"
    assert "font-family" not in svg
    assert "<style" not in svg
    for text in re.findall(r"<text[^>]*>", svg):
        assert "fill: var(--fit-" in text, f"black in dark mode: {text}"


def test_pixels_are_squares_of_ink_that_follow_the_theme():
    fig, ax = figures.new_figure(height=1, on_phone=False)
    figures.draw_pixels(ax, [[0, 1], [0.5, 0]])
    svg = figures.Picture(fig, alt="Four pixels.", caption="Pixels.").svg
    assert svg.count("fill: var(--fit-ink") == 2  # paper is not drawn
    assert "opacity: 0.5" in svg


def test_a_map_of_decisions_tints_what_is_class_1_and_tells_classes_by_shape():
    fig, ax = figures.new_figure()
    figures.draw_decisions(ax, np.linspace(0, 1, 6).reshape(2, 3), reach=2)
    (image,) = ax.images
    np.testing.assert_allclose(
        image.get_array()[..., 3].ravel() / 0.5, [0, 0.25, 0.375, 0.625, 0.75, 1]
    )
    assert image.get_extent() == [-2, 2, -2, 2]
    figures.draw_two_classes(ax, np.zeros((4, 2)), np.array([0, 1, 0, 0]))
    hollow, filled = ax.lines
    assert (len(hollow.get_xdata()), len(filled.get_xdata())) == (3, 1)
    assert hollow.get_marker() != filled.get_marker()
    assert hollow.get_markerfacecolor() == "none"
    plt.close(fig)


def test_a_heat_map_says_in_words_what_its_tints_say():
    fig, ax = figures.new_figure()
    words = [["1.5e-3", ""], ["7", "8"]]
    figures.draw_heat(ax, [[0, 1], [0.51, 7]], words, rows=("a", "b"), columns=(1, 2))
    assert [patch.get_alpha() for patch in ax.patches] == [0, 0.5, 0.25, 0.5]
    svg = figures.Picture(fig, alt="Four cells.", caption="Cells.").svg
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert set(texts) == {"1.5e-3", "7", "8", "a", "b", "1", "2"}
    assert svg.count("fill: var(--fit-network") >= 3


def test_ids_are_its_own_and_all_of_them_are_needed():
    first, second = picture().svg, picture(alt="Another.").svg
    ids = set(re.findall(r' id="([^"]*)"', first))
    assert ids
    assert not ids & set(re.findall(r' id="([^"]*)"', second))
    assert ids == set(re.findall(r'(?:url\(#|href="#)([^)"]+)', first))


def test_it_is_the_same_every_time_and_closes_its_figure():
    before = plt.get_fignums()
    assert picture().svg == picture().svg
    assert plt.get_fignums() == before


def test_looks_stay_inside_the_figure():
    before = dict(mpl.rcParams)
    picture()
    assert dict(mpl.rcParams) == before


# What somebody may have in a matplotlibrc. Every entry alone would change a drawing below.
HOSTILE = {
    "axes.autolimit_mode": "round_numbers",
    "axes.facecolor": "red",
    "axes.prop_cycle": mpl.cycler(color=["red"], linestyle=["--"]),
    "axes.xmargin": 0.3,
    "figure.constrained_layout.w_pad": 0.4,
    "font.size": 30,
    "hatch.linewidth": 5,
    "hist.bins": 3,
    "image.cmap": "jet",
    "image.interpolation": "bicubic",
    "legend.fontsize": 40,
    "lines.linewidth": 7,
    "lines.marker": "x",
    "patch.edgecolor": "green",
    "patch.force_edgecolor": True,
    "savefig.bbox": "tight",
    "scatter.marker": "s",
    "text.color": "green",
    "text.usetex": True,
    "xtick.direction": "in",
}


def draw_curves(fig, ax):
    x = np.linspace(-3, 3, 50)
    figures.draw_fit(ax, x, np.sin(x), np.cos(x), x[::10], np.cos(x[::10]))
    for role in figures.LINES:
        figures.draw_line(ax, x, x, role, role)
    for role in figures.MARKERS:
        figures.draw_points(ax, x, x, role)
    figures.draw_spread(ax, x, [x, 2 * x], "taylor", "a spread")
    figures.draw_two_classes(ax, x.reshape(25, 2), np.arange(25) % 2)
    figures.mark_level(ax, 0.5, "a level")
    figures.note(ax, "two\nlines")
    figures.pi_ticks(ax, -1, 1)
    figures.legend_above(ax)
    figures.legend_above(fig)


def draw_pixels(fig, ax):
    figures.draw_pixels(ax, [[0, 1], [0.5, 0]])


def draw_decisions(fig, ax):
    figures.draw_decisions(ax, np.linspace(0, 1, 6).reshape(2, 3), reach=2)


def draw_heat(fig, ax):
    figures.draw_heat(ax, [[0, 1]], [["a", "b"]], rows=["r"], columns=["s", "t"])


def draw_map(fig, ax):
    figures.draw_map(ax, np.arange(4).reshape(2, 2), "ab")


def draw_as_a_page_does(fig, ax):
    """The calls of matplotlib on the pages, and more of them, which say nothing of their look."""
    x = np.linspace(0, 3, 50)
    ax.plot(x, np.sin(x))
    ax.plot(x, np.cos(x), "o", label="dots")
    ax.fill_between(x, 0, x)
    ax.axvspan(0, 1)
    ax.axhspan(0, 1)
    ax.axhline(1)
    ax.vlines([1, 2], 0, 1)
    ax.bar([1, 2], [3, 4], hatch="//")
    ax.barh([1, 2], [3, 4])
    ax.stairs([1, 2], [0, 1, 2])
    ax.hist(x)
    ax.scatter(x, x)
    ax.imshow([[0, 1], [2, 3]], aspect="auto")
    ax.text(1, 1, "words and $x^2$")
    ax.annotate("an arrow", (1, 1), (2, 2), arrowprops={"arrowstyle": "->"})
    ax.set(xlabel="x", ylabel="y", title="title", xticks=[0, 1, 2])
    ax.set_yticks([0, 2], ["none", "two"])
    ax.tick_params(pad=2)
    ax.legend()
    fig.suptitle("all")
    fig.text(0, 0, "below")


def drawn(draw):
    fig, axes = figures.new_figure(1, 2, height=9)  # legends of all roles, twice
    draw(fig, axes[0])
    axes[1].plot([0.13, 1.9])
    return figures.Picture(fig, alt="An alt text.", caption="A caption.").svg


@pytest.mark.parametrize(
    "draw",
    [draw_curves, draw_pixels, draw_decisions, draw_heat, draw_map, draw_as_a_page_does],
)
def test_the_style_alone_decides_how_a_picture_looks(draw):
    plain = drawn(draw)
    with mpl.rc_context(HOSTILE):
        assert drawn(draw) == plain
        assert all(mpl.rcParams[name] == HOSTILE[name] for name in HOSTILE), "and they stay"


@pytest.mark.parametrize("empty", [{"alt": " "}, {"caption": ""}])
def test_a_picture_without_words_is_refused(empty):
    with pytest.raises(ValueError, match="both must say something"):
        picture(**empty)
    plt.close("all")


def test_a_card_shows_claim_verdict_numbers_and_how_we_know():
    card = Card("relu-is-any-broken-line", seeds=[0])
    assert (
        '<article class="fit-claim" id="claim-relu-is-any-broken-line" data-verdict="holds">'
        in (card.html)
    )
    assert card.number("units") == "101"
    assert '<li><span>units<span class="fit-colon">: </span></span>' in card.html
    assert "Here on seed 0;" in card.html
    assert "holds: bends 100; units 101" in card._repr_mimebundle_()["text/plain"]


def test_a_readers_own_figure_is_a_picture_too():
    fig, ax = plt.subplots()
    ax.plot([0, 1], [1, 0])
    picture = figures.Picture(fig, alt="A line.", caption="It falls.")
    assert picture.svg.count("<svg") == 1
    assert picture.png.startswith(b"\x89PNG")
    fig, ax = plt.subplots()
    with pytest.raises(TypeError, match="a figure that new_figure made"):
        figures.legend_above(ax)
    plt.close(fig)
