"""Lay one figure out twice: for the column of a page, and for a phone, where words stay as large.

A drawing in a page grows and shrinks with its column, and its words with it. So a phone gets a
layout of its own: as wide as its column, with fewer panels side by side. The page shows the one
that fits.
"""

import math

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, NullFormatter

PHONE = 4.7  # inches, 72 units each; a unit is about a CSS pixel in a window of 390
LARGER = 11 / 9  # words on a phone by those of the column, in units: the smallest have 11
ROOM = 0.9  # of its height that a panel keeps when others come to stand below it

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def phone_shape(rows, columns, height):
    """(columns, height in inches) on a phone, unless a figure asks for others."""
    fewer = max(1, columns // 2)
    if fewer == columns:
        return columns, height
    return fewer, height / rows * ROOM * math.ceil(rows * columns / fewer)


def for_column(fig):
    """Do what can be done only when all is drawn: the numbers of log axes, and the legends."""
    for axis in _axis_lines(fig):
        if isinstance(axis.get_major_formatter(), LogFormatterSciNotation):
            axis.set_major_formatter(FuncFormatter(_power))
            axis.set_minor_formatter(NullFormatter())
    _fit_legends(fig)


def for_phone(fig, columns, height):
    """Lay the figure out anew, with so many panels side by side, so many inches high."""
    fig.set_size_inches(PHONE, height)
    fig.set_layout_engine("constrained")
    ticks = set()  # matplotlib makes their words when it draws
    for axis in _axis_lines(fig):
        words = axis.get_ticklabels(which="both")
        ticks |= set(words)
        if words:
            axis.set_tick_params(which="both", labelsize=LARGER * words[0].get_fontsize())
    for text in set(fig.findobj(Text)) - ticks:
        text.set_fontsize(LARGER * text.get_fontsize())
    _regrid(fig, columns)
    _fit_legends(fig, LARGER)


def _axis_lines(fig):
    return [axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)]


def _power(value, _place):
    """10⁻⁴, as the explorables write it, and 100."""
    exponent = round(math.log10(value))
    if 0 <= exponent <= 3:
        return f"{10**exponent:,}"
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def _regrid(fig, columns):
    """Put the panels into a grid of so many columns; the last takes what is left of its row."""
    axes = [ax for ax in fig.axes if ax.get_subplotspec()]
    if not axes or axes[0].get_gridspec().ncols == columns:
        return
    rows = math.ceil(len(axes) / columns)
    grid = GridSpec(rows, columns, figure=fig)
    for place, ax in enumerate(axes):
        row, column = divmod(place, columns)
        ax.set_subplotspec(grid[row, column : columns if ax is axes[-1] else column + 1])
    for ax in axes:
        _say_what_is_shared(ax, axes, columns)


def _say_what_is_shared(ax, axes, columns):
    """The numbers of an axis that panels share: beside the first of a row, below the last rows."""
    place = axes.index(ax)
    for axis, shared, is_outer, side in (
        (ax.yaxis, ax.get_shared_y_axes(), place % columns == 0, "labelleft"),
        (ax.xaxis, ax.get_shared_x_axes(), place + columns >= len(axes), "labelbottom"),
    ):
        if len(shared.get_siblings(ax)) > 1:
            axis.set_tick_params(**{side: is_outer})


def _fit_legends(fig, larger=1.0):
    """Draw the legends above axes or figure, with as many entries side by side as have room."""
    hosts = getattr(fig, "legends_above", [])  # a figure that new_figure made knows
    if not hosts:
        return
    for host in hosts:
        for legend in [host.get_legend()] if isinstance(host, Axes) else list(host.legends):
            if legend:
                legend.remove()
    fig.get_layout_engine().execute(fig)  # now the axes have their width
    for host in hosts:
        axes = host if isinstance(host, Axes) else host.axes[0]
        room = _room(fig, host)
        for columns in range(len(axes.get_legend_handles_labels()[1]), 0, -1):
            legend = _legend(host, axes, columns, larger)
            if columns == 1 or legend.get_window_extent().width <= room:
                break
            legend.remove()


def _legend(host, axes, columns, larger):
    place = {"loc": "outside upper left"} if axes is not host else {
        "loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.3,
    }  # fmt: skip
    size = larger * rcParams["legend.fontsize"]
    return host.legend(
        *axes.get_legend_handles_labels(), ncols=columns, columnspacing=2, fontsize=size, **place
    )


def _room(fig, host):
    """How wide a legend may be, in pixels of the canvas."""
    if host is fig:
        return fig.bbox.width
    spec, box = host.get_subplotspec(), host.get_window_extent()
    return (fig.bbox.x1 if spec.is_last_col() else box.x1) - box.x0
