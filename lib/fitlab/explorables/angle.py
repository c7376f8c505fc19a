"""The error of an angle: a true angle, a guess, and three ways to say how far apart they are.

The view computes everything by the formulas of `fitlab.distances.norms`; no data is stored.
"""

import math

import numpy as np

from fitlab import figures
from fitlab.distances import norms
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Number

TURN = [-180.0, 180.0]  # degrees
# name -> (look, error of guess and truth in radians); close to the truth all three are the same
ERRORS = {
    "difference": (figures.LINES["least-squares"], lambda guess, truth: np.abs(guess - truth)),
    "arc": (figures.ONE_OFF[0], norms.arc),
    "1 − cos": (figures.ONE_OFF[1], lambda guess, truth: np.sqrt(2 * norms.chordal(guess, truth))),
}


class AngleError(Explorable):
    """A true angle and a guess on a circle, and how far apart they are, measured in three ways.

    truth, guess: degrees from -180 to 180, traits that follow the reader. Raises ValueError for
    what is not allowed.
    """

    _esm = module("explorables/angle")
    name = "angle"

    truth = Number(*TURN)
    guess = Number(*TURN)

    def __init__(self, truth=150, guess=-130):
        super().__init__({"truth": truth, "guess": guess})

    def errors(self):
        """The three errors of the guess in degrees: {name: number}; the loss is their square.

        For 1 − cos it is the chord, the square root of 2 (1 − cos).
        """
        guess, truth = math.radians(self.guess), math.radians(self.truth)
        return {
            name: math.degrees(float(error(guess, truth))) for name, (_, error) in ERRORS.items()
        }

    def figure_at_rest(self):
        """The circle with both angles, and the three errors over the guess."""
        fig, (circle, curves) = figures.new_figure(1, 2, height=3.2, width_ratios=(3, 5))
        self._draw_circle(circle)
        low, high = TURN
        degrees = np.linspace(low, high, 721)
        here = self.errors()
        for name, (look, error) in ERRORS.items():
            y = np.degrees(error(np.radians(degrees), math.radians(self.truth)))
            curves.plot(degrees, y, label=name, **look)
            curves.plot(self.guess, here[name], "o", color=figures.ROLES["ink"], markersize=4)
        ink = figures.ROLES["ink"]
        curves.axvline(self.truth, color=ink, linewidth=0.9, linestyle=(0, (2, 2)), label="truth")
        curves.set(xlabel="guess (degrees)", ylabel="error (degrees)", xlim=TURN, ylim=(0, 360))
        curves.set(xticks=np.arange(-180, 181, 90), yticks=np.arange(0, 361, 90))
        figures.legend_above(curves)
        figures.legend_above(circle)
        return figures.Picture(fig, alt=self._alt(), caption=self._caption())

    def _draw_circle(self, ax):
        ink, grey = figures.ROLES["ink"], figures.ROLES["data"]
        angle = np.linspace(-math.pi, math.pi, 145)
        ax.plot(np.cos(angle), np.sin(angle), color=grey, linewidth=1.2)
        ax.plot([-1.12, -0.88], [0, 0], color=ink, linewidth=1.4)
        ax.annotate("seam", (-0.8, 0), va="center", fontsize=9, color=ink)
        for name, value, face in (("truth", self.truth, ink), ("guess", self.guess, "none")):
            at = math.radians(value)
            place = [math.cos(at)], [math.sin(at)]
            look = {"mfc": face, "mec": ink, "markersize": 7, "linestyle": "none"}
            ax.plot(*place, marker="o", label=name, **look)
        ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
        ax.set_axis_off()

    def _said(self):
        errors = self.errors()
        return f"""The truth is {self.truth:g} degrees, the guess {self.guess:g}: as numbers they
            are {errors["difference"]:.0f} degrees apart, along the circle {errors["arc"]:.0f}, and
            the chord is as long as an arc of {errors["1 − cos"]:.0f}""".replace("-", "−")

    def _alt(self):
        return f"""Left, a circle with a true angle, a guess and the seam at 180 degrees. Right,
            three errors over the guess: that of the numbers ends elsewhere than it began, the two
            others close. {self._said()}."""

    def _caption(self):
        return f"""The difference of two numbers jumps at the seam, where nothing happens on the
            circle: an angle, a guess, and three ways to measure how wrong it is. {self._said()}."""

    def __repr__(self):
        said = ", ".join(f"{name} {value:.1f}" for name, value in self.errors().items())
        return f"AngleError(truth {self.truth:g}, guess {self.guess:g} degrees: {said})"
