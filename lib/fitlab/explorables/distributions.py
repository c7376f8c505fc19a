"""Two distributions: bars to drag, and what they make of entropy, cross-entropy and KL divergence.

The view computes everything by the formulas of `fitlab.information.entropy`; no data is stored.
"""

import math

import numpy as np

from fitlab import figures
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Distribution, Flag
from fitlab.information.entropy import cross_entropy, entropy, kl_divergence

SYMBOLS = ["sun", "cloud", "rain", "fog", "snow"]
UNITS = {"bits": 2.0, "nats": math.e}
# Powers of two, so that all code lengths at rest are whole bits.
WEATHER = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16)
BELIEF = (1 / 8, 1 / 2, 1 / 4, 1 / 16, 1 / 16)


class TwoDistributions(Explorable):
    """The weather P, a belief Q about it, and what a day costs in the code for Q.

    p, q: the probabilities of the five SYMBOLS, each list adding up to 1; zeros are allowed.
    unit: "bits" or "nats".  locked: whether P stays, as labels do. All four are traits that follow
    the reader. Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/distributions")
    name = "distributions"

    p = Distribution(SYMBOLS)
    q = Distribution(SYMBOLS)
    unit = Choice(UNITS)
    locked = Flag()

    def __init__(self, p=WEATHER, q=BELIEF, unit="bits", locked=False):
        super().__init__({"p": p, "q": q, "unit": unit, "locked": locked}, symbols=SYMBOLS)

    def measures(self):
        """H(P), D(P || Q), H(P, Q) and D(Q || P), in the chosen unit."""
        p, q, base = self.p, self.q, UNITS[self.unit]
        found = (
            entropy(p, base),
            kl_divergence(p, q, base),
            cross_entropy(p, q, base),
            kl_divergence(q, p, base),
        )
        return tuple(map(float, found))

    def figure_at_rest(self):
        """Both distributions, the cost of a day as an area, and the sum as bars."""
        ratios = {"height_ratios": (3.2, 1), "width_ratios": (1.2, 1)}
        fig, axes = figures.new_figure(2, 2, height=4.3, gridspec_kw=ratios)
        axes[1, 1].remove()
        axes[1, 0].set_subplotspec(axes[1, 0].get_gridspec()[1, :])
        self._draw_bars(axes[0, 0])
        self._draw_costs(axes[0, 1])
        self._draw_sum(axes[1, 0])
        figures.legend_above(fig)
        return figures.Picture(fig, alt=self._alt(), caption=self._caption())

    def _draw_bars(self, ax):
        places = np.arange(len(SYMBOLS))
        ax.bar(places - 0.2, self.p, 0.36, label="P, the weather", **_P_LOOK)
        ax.bar(places + 0.2, self.q, 0.36, label="Q, the belief", **_Q_LOOK)
        ax.set_xticks(places, SYMBOLS)
        ax.set(ylabel="probability", ylim=(0, 1))

    def _draw_costs(self, ax):
        """A rectangle a symbol, as wide as it is frequent, as high as its code word is long."""
        edges = np.cumsum([0, *self.p])
        base = math.log(UNITS[self.unit])
        with np.errstate(divide="ignore"):
            own, other = (np.minimum(-np.log(x) / base, 99) for x in (self.p, self.q))
        ax.bar(edges[:-1], own, self.p, align="edge", **_P_LOOK)
        ax.stairs(other, edges, **_Q_LOOK)
        ax.set(xlim=(0, 1), xlabel="share of days", ylabel=f"code length ({self.unit})")
        ax.set_ylim(0, 5)

    def _draw_sum(self, ax):
        entropy, kl, cross, _ = self.measures()
        end = max(3.0, 1.1 * cross) if math.isfinite(cross) else entropy + 3
        ax.barh(1, entropy, 0.7, **_P_LOOK)
        ax.barh(1, min(kl, end), 0.7, left=entropy, **_KL_LOOK)
        ax.barh(0, min(cross, end), 0.7, **_Q_LOOK)
        ax.set_yticks([1, 0], ["H(P) + D(P‖Q)", "H(P, Q)"])
        ax.set(xlim=(0, end), xlabel=f"{self.unit} a day")

    def _said(self):
        entropy, kl, cross, back = (_number(value) for value in self.measures())
        return f"""In {self.unit}, H(P) = {entropy} and D(P‖Q) = {kl} add up to H(P, Q) = {cross};
            the other way round, D(Q‖P) = {back}"""

    def _alt(self):
        shares = (
            f"{name} {100 * p:g} against {100 * q:g}"
            for name, p, q in zip(SYMBOLS, self.p, self.q, strict=True)
        )
        return f"""Left, the weather P against a belief Q, in percent: {", ".join(shares)}. Right,
            the code lengths of both as bars that are as wide as P. Below, bars that add up.
            {self._said()}."""

    def _caption(self):
        return f"""{self._said()}. First, the weather P and a belief Q; then what a day costs in the
            code for Q (dashed) and in the code for P (grey): a bar is as wide as its weather is
            frequent, so the areas are H(P, Q) and H(P)."""

    def __repr__(self):
        entropy, kl, cross, _ = (_number(value) for value in self.measures())
        return (
            f"TwoDistributions(in {self.unit}: H(P) {entropy} + D(P‖Q) {kl} = H(P, Q) {cross}"
            f"{', P locked' if self.locked else ''})"
        )


_P_LOOK = {"facecolor": figures.ROLES["data"], "edgecolor": "none", "alpha": 0.5}
_Q_LOOK = {
    "facecolor": "none",
    "edgecolor": figures.ROLES["target"],
    "linestyle": (0, (4, 2)),
    "linewidth": 1.3,
}
_KL_LOOK = {"facecolor": figures.ROLES["network"], "edgecolor": "none", "alpha": 0.75}


def _number(value):
    return f"{round(value, 3):g}" if math.isfinite(value) else "infinite"
