"""Guess: a plot that leaves an answer open until a reader has put a mark where they expect it."""

import numpy as np

from fitlab import figures
from fitlab.explorables.base import Explorable
from fitlab.explorables.questions import question
from fitlab.explorables.sources import module
from fitlab.explorables.state import Flag, Perhaps

LOOKS: dict[str, dict] = {
    "line": {},
    "dashed": {"linestyle": (0, (5, 2))},
    "dotted": {"linestyle": (0, (1, 1.3))},
    "dots": {"linestyle": "none", "marker": "o", "markersize": 5},
}


class Guess(Explorable):
    """A question of `fitlab.explorables.questions` as a plot, and the reader's guess on it.

    name: of the question.  guess: where the mark stands, in hundredths of its axis, or None as long
    as it stands nowhere.  shown: whether the answer is. Both are traits that follow the reader.
    Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/guess")
    name = "guess"

    guess = Perhaps(0, 100, whole=True)
    shown = Flag()

    def __init__(self, name="shuffled-pixels", guess=None, shown=False):
        self.question = question(name)
        super().__init__({"guess": guess, "shown": shown}, **self.question.as_json())

    def figure_at_rest(self):
        """What is known, and a question mark where the answer will be."""
        asked = self.question
        fig, ax = figures.new_figure(height=2.3, on_phone=(1, 2.5))
        for layer in asked.known:
            draw_layer(ax, layer)
        if asked.goal:
            figures.mark_level(ax, *asked.goal)
        for set_axis, axis in (("x", asked.x), ("y", asked.y)):
            low, high = axis.ends()
            ax.set(**{f"{set_axis}lim": (low, high), f"{set_axis}label": axis.name})
            if axis.log:
                ax.set(**{f"{set_axis}scale": "log"})
            set_ticks = getattr(ax, f"set_{set_axis}ticks")
            set_ticks([value for value, _ in axis.ticks], [words for _, words in axis.ticks])
            set_ticks([], minor=True)
        draw_question_mark(ax, asked)
        figures.legend_above(ax)
        return figures.Picture(fig, alt=asked.alt, caption=f"{asked.shows} {asked.asks}")

    def __repr__(self):
        return f"Guess({self.question.name!r}: {self.question.asks})"


def draw_layer(ax, layer):
    """A layer of a question, with its name for the legend."""
    x, y = np.transpose(layer.points)
    figures.draw_line(ax, x, y, layer.role, layer.name, **LOOKS[layer.look])


def draw_question_mark(ax, asked):
    """A question mark, and arrows from it along the stretch where the answer must be."""
    look = {"color": figures.ROLES["ink"], "lw": 1, "arrowstyle": "->", "shrinkA": 0, "shrinkB": 0}
    if asked.marks == "y":
        coords, along = "data", lambda share: (asked.where, asked.y.at(share))
    else:
        coords, along = "axes fraction", lambda share: (0.35 + 0.006 * share, 0.88)
    place = {"xycoords": coords, "textcoords": coords}
    for start, end in ((42, 0), (58, 100)):
        ax.annotate("", along(end), along(start), **place, arrowprops=look)
    middle = {"ha": "center", "va": "center", "fontsize": 10, "fontweight": "bold"}
    ax.text(*along(50), "?", color=figures.ROLES["ink"], **middle,
            transform=ax.transData if asked.marks == "y" else ax.transAxes)  # fmt: skip
