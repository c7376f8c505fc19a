"""Correlation: two groups of people, one correlation, and what naive Bayes makes of it.

The view computes everything by the formulas of `fitlab.classification.bayes`; no data is stored.
"""

import math

import numpy as np

from fitlab import figures
from fitlab.classification import bayes
from fitlab.display import show
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Number

RHOS = [round(0.05 * k, 2) for k in range(20)]
HEIGHTS, WEIGHTS = [142.0, 200.0], [22.0, 120.0]  # what is drawn, in cm and kg
RINGS = (1, 2)  # the ellipses, in standard deviations


class Correlation(Explorable):
    """Two made-up groups, the log-odds with and without their correlation, and one person.

    rho: the correlation of height and weight within each group, 0 to 0.95 in steps of 0.05.
    height, weight: of the person that both rules judge, in cm and kg. All three are traits that
    follow the reader. Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/correlation")
    name = "correlation"

    rho = Choice(RHOS, says="a multiple of 0.05")
    height = Number(*HEIGHTS)
    weight = Number(*WEIGHTS)

    def __init__(self, rho=0.5, height=178, weight=83):
        super().__init__(
            {"rho": rho, "height": height, "weight": weight},
            rings=list(RINGS),
            means=bayes.MEANS.tolist(),
            spreads=bayes.SPREADS.tolist(),
        )

    def claims(self):
        """The probability that the person is a man: by the full formula, and by naive Bayes."""
        person = [[self.height, self.weight]]
        odds = bayes.full_log_odds(person, self.rho), bayes.naive_log_odds(person)
        return tuple(float(bayes.probability(o[0])) for o in odds)

    def figure_at_rest(self):
        """The groups with both lines of even odds, and beside them what a claim is worth."""
        fig, (people, shares) = figures.new_figure(1, 2, height=3.6, width_ratios=(5, 4))
        self._draw_people(people)
        p = np.linspace(0.001, 0.999, 201)
        slope = bayes.naive_limit(self.rho).slope
        figures.draw_line(shares, p, p, "target")
        worth = bayes.probability(slope * np.log(p / (1 - p)))
        figures.draw_line(shares, p, worth, "counted")
        shares.set(xlabel="claimed probability “man”", ylabel="true share of men", aspect="equal")
        shares.set(xlim=(0, 1), ylim=(0, 1))
        figures.legend_above(fig)
        return figures.Picture(fig, alt=self._alt(), caption=self._caption())

    def _draw_people(self, ax):
        grey = figures.ROLES["data"]
        angle = np.linspace(0, 2 * math.pi, 73)
        for group, name, dash in ((0, "women", "-"), (1, "men", (0, (5, 2)))):
            for ring in RINGS:
                first, own = ring * np.cos(angle), ring * np.sin(angle)
                z = np.array([first, self.rho * first + math.sqrt(1 - self.rho**2) * own])
                x, y = bayes.MEANS[group][:, None] + bayes.SPREADS[:, None] * z
                label = name if ring == 1 else None
                ax.plot(x, y, color=grey, linestyle=dash, linewidth=1.3, label=label)
        for weights, role, label in (
            (bayes.full_weights(self.rho), "target", "even odds, full formula"),
            (bayes.DISTANCE, "counted", "even odds, naive Bayes"),
        ):
            x, y = _even_line(weights)
            figures.draw_line(ax, x, y, role, label)
        ink = figures.ROLES["ink"]
        ax.plot(self.height, self.weight, "o", color=ink, markersize=5, label="one person")
        ax.set(xlim=HEIGHTS, ylim=WEIGHTS, xlabel="height (cm)", ylabel="weight (kg)")

    def _said(self):
        full, naive = self.claims()
        best, lazy = bayes.full_limit(self.rho), bayes.naive_limit(self.rho)
        return f"""At {self.height:g} cm and {self.weight:g} kg the full formula gives “man” a
            probability of {show(full)}, naive Bayes {show(naive)}. On endless data their log-losses
            are {show(best.log_loss)} and {show(lazy.log_loss)} nats, their accuracies
            {best.accuracy:.3f} and {lazy.accuracy:.3f}; the calibration error of naive Bayes is
            {show(lazy.calibration_error)}"""

    def _alt(self):
        return f"""Left, two groups of made-up people as ellipses over height and weight, with
            correlation {self.rho:g} within each, and two lines of even odds. Right, the true share
            of men over the probability that naive Bayes claims. {self._said()}."""

    def _caption(self):
        first = "Where it is sure, naive Bayes is too sure" if self.rho else "Both rules are one"
        return f"""{first}: made-up people with correlation {self.rho:g} (ellipses at one and two
            standard deviations), and where both rules are undecided; then what a claim of naive
            Bayes is worth: an honest rule keeps to the dashed diagonal. {self._said()}."""

    def __repr__(self):
        full, naive = self.claims()
        return (
            f"Correlation(rho {self.rho:g}; at {self.height:g} cm and {self.weight:g} kg: full "
            f"{show(full)}, naive {show(naive)})"
        )


def _even_line(weights):
    """Two points of the line z . weights = 0, far outside what is drawn: x (2,) and y (2,)."""
    along = np.array([-weights[1], weights[0]]) / np.hypot(*weights)
    middle = bayes.MEANS.mean(axis=0)
    return (middle[:, None] + bayes.SPREADS[:, None] * along[:, None] * [-20, 20])[:2]
