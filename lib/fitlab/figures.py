"""Draw arrays on axes, and turn a figure into a picture that the page can show in both themes.

One colour a role on every page, and a dash or marker beside every colour.
"""

import base64
import contextlib
import inspect
import io
import re
from pathlib import Path
from typing import Any

import IPython.display
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from fitlab import layouts, svg

COLUMN = 5.8  # inches: the width of a figure in the column of a page
STYLE = Path(__file__).with_name("style.mplstyle")

# role -> the colour that matplotlib draws; the page's css has a variable --fit-<role> for each.
ROLES = {
    "ink": "#1d2733",
    "muted": "#5a6472",
    "grid": "#d5dae1",
    "target": "#1d2734",  # ink, told apart from it by one step: the target is always dashed
    "network": "#1f6fb5",
    "taylor": "#cc4f16",
    "least-squares": "#8a4fa3",
    "best-line": "#16805c",
    "counted": "#5a3f00",
    "data": "#7d8794",
}
_LIKE_TEXT = {"ink", "muted", "target"}  # outside the book they follow the text around them
_THEMED = {
    colour: f"var(--fit-{role}, {'currentColor' if role in _LIKE_TEXT else colour})"
    for role, colour in ROLES.items()
}

LINES: dict[str, dict] = {
    "target": {"color": ROLES["target"], "linestyle": (0, (4, 2.5)), "linewidth": 1.4},
    "network": {"color": ROLES["network"], "linestyle": "-", "linewidth": 2.0},
    "taylor": {"color": ROLES["taylor"], "linestyle": (0, (6, 1.5, 1, 1.5))},
    "least-squares": {"color": ROLES["least-squares"], "linestyle": (0, (1, 1.2))},
    "best-line": {"color": ROLES["best-line"], "linestyle": (0, (8, 2))},
    "counted": {"color": ROLES["counted"], "linestyle": (0, (3, 1.2))},
    "cross-entropy": {"color": ROLES["ink"], "linestyle": (0, (7, 2, 1.5, 2)), "linewidth": 1.6},
    "kl": {"color": ROLES["network"], "linestyle": "-", "linewidth": 1.6},
    "data": {"color": ROLES["data"], "linestyle": "-", "linewidth": 0.9},
}
MANY_HINGES = 40  # as in fit.mjs
# what has no role: a curve of one figure, named where it runs
ONE_OFF = [
    {"color": ROLES["data"], "linestyle": dash, "linewidth": 1.6}
    for dash in ((0, (8, 2)), (0, (3, 1.2)), "-")
]
MARKERS = {
    "network": "o",
    "taylor": "s",
    "least-squares": "^",
    "best-line": "D",
    "counted": "P",
    "cross-entropy": "X",
    "kl": "v",
    "data": ".",
}


# No program that shows notebooks knows this name: they agree on the PNG. Under its own, some inline
# an SVG and take its styles away (nbviewer, GitHub), others refuse one that they do not trust.
SVG = "application/vnd.fitlab.svg+xml"
OURS = "fitlab"  # the key of our metadata: of an output, of a notebook (the state of its widgets)
CSS_PIXELS = 100  # an inch of a figure, in a notebook
PNG_COLOURS = {"lines": 32, "images": 256}
TINT = "tint"  # the label of an image that has a few shades of one colour
# what Markdown, and formulas in it, might take for their own; and how a list begins
_MARKUP = re.compile(r"[&\\`*_{}\[\]<>#|~$]|^[-+](?= )|(?<=\d)[.)](?= )")

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_is_ours = False  # whether matplotlib's settings, which are the whole process's, are the style's


@contextlib.contextmanager
def _in_style():
    """With matplotlib's defaults and the book's style, whatever its user has set.

    A context, or as `@_in_style()` what a function runs in. Inside another one it does nothing: a
    method of matplotlib calls hundreds of others.
    """
    global _is_ours
    if _is_ours:
        yield
        return
    with plt.style.context(STYLE, after_reset=True):
        _is_ours = True
        try:
            yield
        finally:
            _is_ours = False


def _styled(cls):
    """Let every public method of a matplotlib class run in the book's style."""
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith("_"):
            setattr(cls, name, _in_style()(method))
    return cls


@_styled
class _Axes(Axes):
    """Axes that are drawn on in the book's style."""


@_styled
class _Figure(Figure):
    """A figure that is laid out and saved in the book's style."""

    def __init__(self, *args, on_phone, **settings):
        super().__init__(*args, **settings)
        self.on_phone = on_phone  # panels side by side, height in inches
        self.legends_above = []  # of which axes, or of the figure itself


@_in_style()
def new_figure(rows=1, columns=1, *, height=3.1, width=COLUMN, on_phone=None, **settings):
    """A figure and its axes in the book's style; the settings are those of plt.subplots.

    height, width: inches.  on_phone: how many panels stand side by side on a phone, and how many
    inches high the figure is there; False if it is as it is. What is drawn by their methods is in
    that style too.
    """
    if on_phone is None:
        on_phone = layouts.phone_shape(rows, columns, height)
    fig, axes = plt.subplots(
        rows, columns, figsize=(width, height), FigureClass=_Figure, on_phone=on_phone,
        subplot_kw={"axes_class": _Axes}, **settings,
    )  # fmt: skip
    for ax in fig.axes:
        ax.grid(solid_capstyle="round")  # the grid's lines alone: a style cannot say it
    return fig, axes


def draw_line(ax, x, y, role, label=None, **changes):
    """One curve y over x, both (n,), in its role's colour and dash."""
    return ax.plot(x, y, label=label, **{**LINES[role], **changes})[0]


def draw_points(ax, x, y, role, label=None, **changes):
    """Marks joined by a thin line, for a quantity known at a few places only."""
    style = {**LINES[role], "linewidth": 1.1, "marker": MARKERS[role], "markersize": 4, **changes}
    return ax.plot(x, y, label=label, **style)[0]


def draw_fit(ax, x, target, curve, knots=None, knot_values=None):
    """The target dashed, the network over it, and its hinges; all arrays (n,) or (k,).

    The hinges are dots on the curve, or ticks under the axis where dots would touch.
    """
    draw_line(ax, x, curve, "network", "network")
    draw_line(ax, x, target, "target", "target")
    if knots is not None and len(knots) < MANY_HINGES:
        look = {"marker": "o", "markersize": 2.6, "color": ROLES["network"], "label": "hinges"}
        ax.plot(knots, knot_values, linestyle="none", **look)
    elif knots is not None:
        look = {"marker": "|", "markersize": 5, "mew": 0.8, "color": ROLES["network"]}
        below = np.full(len(knots), -0.02)  # of the axes' height
        ax.plot(
            knots, below, linestyle="none", label="hinges (ticks below)", clip_on=False,
            transform=ax.get_xaxis_transform(), **look,
        )  # fmt: skip
    ax.set_xlabel("x (radians)")
    ax.set_ylabel("y")


def draw_spread(ax, x, values, role, label=None):
    """Median of values (seeds, n) over x (n,), with a band from the smallest to the largest."""
    values = np.asarray(values)
    draw_points(ax, x, np.median(values, axis=0), role, label)
    ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=ROLES[role], alpha=0.22, lw=0)


@_in_style()
def draw_pixels(ax, ink):
    """A picture of ink (rows, columns), 0 to 1, as squares that are the denser the more ink."""
    rows, columns = np.shape(ink)
    for row, column in np.argwhere(np.asarray(ink) > 0):
        square = plt.Rectangle((column, row), 1, 1, facecolor=ROLES["ink"], lw=0)
        square.set_alpha(float(ink[row][column]))
        ax.add_patch(square)
    ax.add_patch(plt.Rectangle((0, 0), columns, rows, fill=False, ec=ROLES["muted"], lw=0.8))
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(rows + 0.1, -0.1), aspect="equal")
    ax.set_axis_off()


def draw_decisions(ax, probability, reach):
    """What a network says of class 1, as a tint of its colour: probability (rows, columns), 0 to 1.

    reach: the picture goes from -reach to reach on both axes, its first row at the bottom.
    """
    tint = np.empty((*np.shape(probability), 4))
    tint[..., :3] = to_rgb(ROLES["network"])
    tint[..., 3] = 0.5 * np.round(8 * np.asarray(probability)) / 8  # few steps, on any processor
    ends = (-reach, reach, -reach, reach)
    look = {"origin": "lower", "interpolation": "none", "aspect": "equal"}
    ax.imshow(tint, extent=ends, label=TINT, **look)


@_in_style()
def draw_borders(ax, borders):
    """Straight lines by both ends of each (n, 2, 2), thin."""
    gap = np.full((len(borders), 1, 2), np.nan)
    ax.plot(
        *np.concatenate([borders, gap], axis=1).reshape(-1, 2).T,
        color=ROLES["network"],
        linewidth=0.35,
        alpha=0.7,
    )


@_in_style()
def draw_heat(ax, shade, words, *, rows, columns):
    """A table whose cells are the darker the larger `shade` (r, c), 0 to 1, and say `words` (r, c).

    rows, columns: the r and c names on the axes, first row on top.
    """
    for row, column in np.ndindex(np.shape(shade)):
        tint = 0.5 * np.round(8 * np.clip(shade[row][column], 0, 1)) / 8  # as in draw_decisions
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(plt.Rectangle(corner, 1, 1, facecolor=ROLES["network"], alpha=tint, lw=0))
        place = {"ha": "center", "va": "center", "fontsize": 9, "color": ROLES["ink"]}
        if words[row][column]:
            ax.text(column, row, words[row][column], **place)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def outline(ax, inside):
    """A line around those cells of a table (r, c) for which `inside` is true."""
    cells = np.pad(np.asarray(inside, dtype=bool), 1)
    look = {"color": ROLES["ink"], "lw": 1.4, "capstyle": "projecting"}
    for row, column in np.argwhere(cells[1:] != cells[:-1]) - (0.5, 1):
        ax.hlines(row, column - 0.5, column + 0.5, **look)
    for row, column in np.argwhere(cells[:, 1:] != cells[:, :-1]) - (1, 0.5):
        ax.vlines(column, row - 0.5, row + 0.5, **look)


def draw_two_classes(ax, x, y, names=("class 0", "class 1")):
    """Points x (n, 2) as hollow rings where y (n,) is 0, and as filled squares where it is 1."""
    for kind, marker, face in ((0, "o", "none"), (1, "s", ROLES["ink"])):
        look = {"marker": marker, "mfc": face, "mec": ROLES["ink"], "mew": 0.6, "markersize": 2.6}
        ax.plot(*x[y == kind].T, linestyle="none", label=names[kind], **look)


def draw_map(ax, points, labels, role="ink", **changes):
    """Points (n, 2) of a map without axes, each as its label (n,): shape and no colour tells them.

    The changes are those of matplotlib's lines.
    """
    points, labels = np.asarray(points), np.asarray(labels)
    look = {"linestyle": "none", "markersize": 4.5, "mew": 0, "color": ROLES[role], **changes}
    for label in np.unique(labels):
        ax.plot(*points[labels == label].T, marker=f"${label}$", **look)
    reach = 1.06 * np.abs(points).max()
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)


def mark_level(ax, y, text, *, at=1.0, align="right", below=False):
    """A thin horizontal line at y, with its name above it at a fraction of the axes' width."""
    shift, side = (-3, "top") if below else (3, "bottom")
    ax.axhline(y, color=ROLES["ink"], linewidth=0.8, linestyle=(0, (2, 2)))
    ax.annotate(
        text, (at, y), (0, shift), xycoords=("axes fraction", "data"), textcoords="offset points",
        ha=align, va=side, fontsize=9, color=ROLES["ink"],
    )  # fmt: skip


def name_beside(ax, x, y, words, *, align="left", **changes):
    """The name of a curve, beside a point of it; the changes are those of matplotlib's annotate."""
    shift = {"left": (5, 0), "center": (0, 4), "right": (-5, 0)}[align]
    look = {"ha": align, "va": "bottom" if align == "center" else "center", **changes}
    ax.annotate(
        words, (x, y), shift, textcoords="offset points", fontsize=9,
        **{"color": ROLES["ink"], **look},
    )  # fmt: skip


def with_index(words):
    """T_13 as T₁₃: a subscript of TeX would be smaller than words may be."""
    return re.sub(r"_(\d+)", lambda index: index[1].translate(_SUBSCRIPTS), words)


def note(ax, text, *, x=0.03, y=0.96, align="left"):
    """Words inside the axes, at fractions of their width and height, top line at y."""
    place = {"transform": ax.transAxes, "ha": align, "va": "top"}
    ax.text(x, y, text, fontsize=9, color=ROLES["ink"], **place)


def legend_above(fig_or_ax):
    """The legend above the axes, where it covers nothing: in one line if there is room."""
    fig = fig_or_ax.get_figure()
    if not isinstance(fig, _Figure):
        raise TypeError(f"{fig!r} was given; a legend above needs a figure that new_figure made")
    fig.legends_above.append(fig_or_ax)


def pi_ticks(ax, low, high):
    """Ticks at multiples of pi between low and high (themselves given as multiples of pi)."""
    names = {0: "0", 1: "π", -1: "−π"}
    ticks = range(int(np.ceil(low)), int(np.floor(high)) + 1)
    ax.set_xticks(
        [k * np.pi for k in ticks], [names.get(k, f"{k}π".replace("-", "−")) for k in ticks]
    )


class Picture:
    """A finished figure: a drawing, an alt text made from the data, and a caption below it.

    Showing it gives two outputs. The first is the drawing: a PNG, which every program that shows
    notebooks shows, trusted or not; the SVG under a name of our own, from which the book makes its
    inline figure (`book/_ext/from_jupyter.py`); and in text the alt text. The second is the
    caption. So nbval compares words.
    """

    def __init__(self, fig, *, alt, caption):
        if not alt.strip() or not caption.strip():
            raise ValueError(
                f"alt={alt!r} and caption={caption!r} were given; both must say something"
            )
        self.alt, self.caption = " ".join(alt.split()), " ".join(caption.split())
        self.size = tuple(round(CSS_PIXELS * inches) for inches in fig.get_size_inches())
        self.svg, self.png = self._drawn(fig, kept=not _a_slider_waits())
        plt.close(fig)

    @_in_style()
    def _drawn(self, fig, *, kept):
        layouts.for_column(fig)
        if not kept:
            return None, _png(fig, kept=False)
        on_phone: Any = getattr(fig, "on_phone", False)  # a figure that new_figure made knows
        looks = [{"class": name} for name in ("fit-wide", "fit-narrow")] if on_phone else [{}]
        drawings = [svg.for_page(_saved(fig), self.alt, _THEMED, **looks[0])]
        png = _png(fig, kept=True)
        if on_phone:
            layouts.for_phone(fig, *on_phone)
            drawings.append(svg.for_page(_saved(fig), self.alt, _THEMED, **looks[1]))
        return "".join(drawings), png

    def bundle(self):
        """The drawing as Jupyter takes it: {format: data}, and metadata."""
        width, height = self.size
        png = base64.b64encode(self.png).decode()
        data = {SVG: self.svg} if self.svg else {}
        data |= {"image/png": png, "text/plain": self.alt}
        about = {"width": width, "height": height, "alt": self.alt}
        return data, {"image/png": about, OURS: {"figure": {}}}

    def _ipython_display_(self):
        data, metadata = self.bundle()
        show_with_caption(data, metadata, self.caption)

    def __repr__(self):
        return f"Picture({self.alt})"


def show_with_caption(data, metadata, caption):
    """Show a bundle of formats, and its caption below it as an output of its own."""
    IPython.display.display(data, metadata=metadata, raw=True)
    markdown = _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", caption)
    words = {"text/markdown": markdown, "text/plain": caption}
    IPython.display.display(words, metadata={OURS: {"caption": {}}}, raw=True)


def _a_slider_waits():
    """Whether this code runs because a reader moved a control of a widget, not for a cell.

    What it shows then is kept in no notebook that the book is made of.
    """
    kernel = getattr(IPython.get_ipython(), "kernel", None)
    parent = kernel.get_parent() if kernel is not None else {}
    return parent.get("header", {}).get("msg_type") == "comm_msg"


def _saved(fig):
    with io.StringIO() as text:
        fig.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        fig.set_layout_engine("none")  # it is laid out now, also for the PNG
        return text.getvalue()


def _png(fig, *, kept):
    """Two pixels to the CSS pixel, on paper.

    kept: in few colours, small, and saying nothing of its program, for another 50 ms.
    """
    with io.BytesIO() as drawn, io.BytesIO() as small:
        fig.savefig(drawn, format="png", dpi=2 * CSS_PIXELS, facecolor="white")
        if not kept:
            return drawn.getvalue()
        pictures = [image for ax in fig.axes for image in ax.images if image.get_label() != TINT]
        colours = PNG_COLOURS["images" if pictures else "lines"]
        few = Image.open(drawn).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(small, "png", optimize=True)
        return small.getvalue()
