"""Which distance: a few numbers on a line, an exponent p, and the one number that stands for them.

The view computes everything by the formulas of `fitlab.distances.norms`; no data is stored.
"""

import numpy as np

from fitlab import figures
from fitlab.distances import norms
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Numbers

# The exponents on offer, as text, because JSON has no infinity; float() reads them all.
PS = ["1", "1.1", "1.25", "1.5", "2", "3", "4", "6", "10", "20", "50", "inf"]
LINE = [0.0, 20.0]
POINTS = [1.0, 3.0, 5.0, 7.0, 19.0]
MARKS = {"1": "P", "2": "^", "inf": "D"}
NAMES = {"1": "the median", "2": "the mean", "inf": "the midrange"}


class WhichDistance(Explorable):
    """Five numbers on a line and the number c that is nearest to them all, by an L-p distance.

    p: the exponent, one of PS as a number (math.inf is allowed) or as text.
    points: five numbers from 0 to 20. Both are traits that follow the reader (p as text). Raises
    ValueError for what is not allowed.
    """

    _esm = module("explorables/distance")
    name = "distance"

    p = Choice(PS)
    points = Numbers(LINE[0], LINE[1], len(POINTS), each="a point")

    def __init__(self, p=2, points=POINTS):
        exponent = f"{p:g}" if isinstance(p, int | float) else p
        super().__init__({"p": exponent, "points": points})

    def answers(self):
        """The best constant for every exponent of PS: {text of p: number}."""
        return {p: norms.lp_centre(self.points, float(p)) for p in PS}

    def figure_at_rest(self):
        """The distance to all five over c, for three exponents; and the answer over p."""
        fig, (cost, path) = figures.new_figure(1, 2, height=3.2, width_ratios=(5, 4))
        low, high = LINE
        c, answers = np.linspace(low, high, 401), self.answers()
        long, short, _ = figures.ONE_OFF
        looks = {"1": short, "2": figures.LINES["least-squares"], "inf": long}
        ink = figures.ROLES["ink"]
        for p, look in looks.items():
            label = f"p = {p.replace('inf', '∞')}, {NAMES[p]}"
            exponent, answer = float(p), answers[p]
            cost.plot(c, norms.lp_distance(self.points, c, exponent), label=label, **look)
            at_best = norms.lp_distance(self.points, answer, exponent)
            mark = {"marker": MARKS[p], "markersize": 5, "color": look["color"]}
            cost.plot(answer, at_best, **mark)
            path.plot(PS.index(p), answer, **mark)
        cost.plot(self.points, np.zeros(len(self.points)), "o", color=ink, label="the numbers")
        path.plot(range(len(PS)), answers.values(), color=ink, linewidth=1, zorder=1)
        cost.set(xlabel="number c", ylabel="distance to all five", xlim=LINE, ylim=(-0.6, 14))
        shown = [p for p in PS if p in {"1", "1.5", "2", "4", "10", "inf"}]
        path.set_xticks([PS.index(p) for p in shown], [p.replace("inf", "∞") for p in shown])
        path.set(xlabel="exponent p", ylabel="best c")
        figures.legend_above(fig)
        return figures.Picture(fig, alt=self._alt(), caption=self._caption())

    def _said(self):
        a = self.answers()
        return f"""the best c is {a["1"]:.1f} for p = 1 (the median), {a["2"]:.1f} for p = 2 (the
            mean) and {a["inf"]:.1f} for infinite p (the midrange)"""

    def _alt(self):
        numbers = ", ".join(f"{x:g}" for x in self.points)
        return f"""Left, the distance from c to the numbers {numbers} over c, for three exponents;
            each curve has one lowest point. Right, the best c over p. For these numbers
            {self._said()}."""

    def _caption(self):
        return f"""The exponent decides the answer: {self._said()}. First, the distance of a
            constant c to five numbers, for three exponents, with its lowest point; then where that
            point is for every p."""

    def __repr__(self):
        numbers = ", ".join(f"{x:g}" for x in self.points)
        return f"WhichDistance(p = {self.p}; {numbers}: best c {self.answers()[self.p]:.2f})"
