"""The frayed sine: twenty networks that agree where they saw sin, and nowhere else."""

import functools

import numpy as np

from fitlab import figures
from fitlab.display import show
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Number
from fitlab.regression.extrapolation import QUARTERS, REACH, largest_gap, recorded

HEIGHT = 1.55  # of the picture, up and down from zero
NAMES = ["π/4", "π/2", "3π/4", "π", "5π/4", "3π/2", "7π/4", "2π"]  # of QUARTERS


class FrayedSine(Explorable):
    """Twenty networks that saw sin on a stretch around zero, and whose edge a reader may drag.

    quarters: how far the stretch reaches to each side, in quarters of pi, 1 to 8; a trait that
    follows the reader. The networks are those that `fitlab.regression.extrapolation` has on record.
    Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/frayed")
    name = "frayed"

    quarters = Number(QUARTERS[0], QUARTERS[-1], whole=True)

    def __init__(self, quarters=4):
        runs = recorded()
        super().__init__(
            {"quarters": quarters},
            reach=REACH,
            height=HEIGHT,
            names=NAMES,
            lines=[[line.tolist() for line in runs["lines"][q]] for q in QUARTERS],
            gaps=[gaps(q) for q in QUARTERS],
        )

    @property
    def end(self):
        """Where the stretch ends on the right, in radians; on the left it is the negative."""
        return self.quarters * np.pi / 4

    def figure_at_rest(self):
        """The networks over sin, and the stretch that they saw."""
        return self.picture(height=1.9, on_phone=(1, 1.8))

    def picture(self, **layout):
        """The same in a layout of its own: the settings of `figures.new_figure`."""
        fig, ax = figures.new_figure(**layout)
        draw_frayed(ax, recorded()["lines"][self.quarters], self.end)
        figures.pi_ticks(ax, -2, 2)
        ax.set(ylim=(-HEIGHT, HEIGHT), yticks=[])
        beyond = (self.end + REACH) / 2
        for words, x in (("guessed", -beyond), ("seen", 0), ("guessed", beyond)):
            if words == "seen" or self.quarters < QUARTERS[-2]:  # where there is room
                ax.text(x, 1.05 * HEIGHT, words, ha="center", color=figures.ROLES["ink"])
        return figures.Picture(fig, alt=self._alt(), caption=self._caption())

    def _said(self):
        inside, anywhere = (show(gap) for gap in gaps(self.quarters))
        name = NAMES[self.quarters - 1]
        return f"""Where they saw it, from −{name} to {name}, no two of them are more than {inside}
            apart; beyond, up to {anywhere}"""

    def _alt(self):
        return f"""A dashed sine over two full periods, and {self._count()} networks over it, in
            blue. On the grey stretch in the middle, which they were trained on, they are one line;
            at its edges they fray into a fan. {self._said()}."""

    def _caption(self):
        return f"""Where {self._count()} networks have seen a curve, they agree; beyond, each goes
            its own way. All have learnt sin x on the grey stretch, and none was told anything
            else. {self._said()}."""

    def _count(self):
        return len(recorded()["seeds"])

    def __repr__(self):
        inside, anywhere = gaps(self.quarters)
        return (
            f"FrayedSine(seen to {self.end:.2f}: apart {inside:.2g} there, {anywhere:.2g} anywhere)"
        )


@functools.cache
def gaps(quarters):
    """How far apart two of the networks are at most: on their stretch, and in the whole picture."""
    lines, end = recorded()["lines"][quarters], quarters * np.pi / 4
    return largest_gap(lines, -end, end), largest_gap(lines, -REACH, REACH)


def draw_frayed(ax, lines, end, width=0.9):
    """Lines over sin, dashed, and a grey stretch from -end to end: the emblem of the book.

    width: of each line, points.
    """
    ax.axvspan(-end, end, color=figures.ROLES["data"], alpha=0.18, lw=0)
    for line in lines:
        figures.draw_line(ax, line[:, 0], line[:, 1], "network", linewidth=width)
    low, high = lines[0][[0, -1], 0]
    x = np.linspace(low, high, 201)
    figures.draw_line(ax, x, np.sin(x), "target")
    ax.set(xlim=(low, high))
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
