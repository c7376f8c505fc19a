"""TaylorExplorer: the network beside the classical approximations of sin, and their errors.

Everything that the view draws is a function made of few numbers: the network its exact broken
line, the polynomials their coefficients. So it computes all curves and errors by itself.
"""

import math

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.special import spherical_jn

from fitlab import figures, validate
from fitlab.display import show, show_level
from fitlab.explorables.base import Explorable
from fitlab.explorables.handfit import MOST_PIECES, best_lines
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Number, Several
from fitlab.regression.approximants import taylor
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.settings import Settings
from fitlab.regression.targets import TARGETS
from fitlab.regression.training import fit

SINE = TARGETS["sine"]
DEGREES = list(range(1, 22, 2))
INTERVALS = [k / 2 for k in range(1, 9)]  # half-widths of what is shown, in multiples of pi
CURVES = ["network", "taylor", "least-squares", "best-line"]
NETWORK_DECIMALS = 7  # of the network's hinges: its MSE keeps six digits
LEAST, CEILING = 1e-6, 10  # the axis of the errors: no reader compares what is smaller
ENVELOPE = 0.5  # an error is drawn as the largest so near, in x: it has zeros that mean nothing


class TaylorExplorer(Explorable):
    """The network, T_n, least squares and the best broken line beside sin, with their errors.

    degree: of both polynomials, odd, 1 to 21.  interval: [-interval pi, interval pi] is shown, a
    multiple of 1/2 up to 4.  pieces: of the best broken line.  hidden: names of curves that are
    not shown.  seed: of the network. All but the seed are traits that follow the reader.
    Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/taylor")
    name = "taylor"

    degree = Choice(DEGREES, says="odd, as sin is")
    interval = Choice(INTERVALS, says="a multiple of 1/2")
    pieces = Number(1, MOST_PIECES, whole=True)
    hidden = Several(CURVES)

    def __init__(self, degree=7, interval=2, pieces=7, hidden=(), seed=0):
        network = fit(seed=seed)
        line = linear_pieces(network.model, *(k * INTERVALS[-1] * math.pi for k in (-1, 1)))
        points = np.column_stack([line.knots, line(line.knots)]).round(NETWORK_DECIMALS)
        super().__init__(
            {"degree": degree, "interval": interval, "pieces": pieces, "hidden": list(hidden)},
            samples=Settings().samples,
            errors=[LEAST, CEILING],
            nearby=ENVELOPE,
            network=points.tolist(),
            legendre=legendre_sine_coefficients(DEGREES[-1]).tolist(),
            best=[best["line"] for best in best_lines()],
        )

    def curve(self, name, x):
        """One of CURVES, by name, at x (n,), as the traits of now choose it."""
        if name == "taylor":
            return taylor(x, self.degree)
        if name == "least-squares":
            series = self.setup["legendre"][: self.degree + 1]
            return np.polynomial.Legendre(series, [SINE.low, SINE.high])(x)
        if name == "network":
            return broken_line(self.setup["network"], x)
        return broken_line(self.setup["best"][self.pieces - 1], x)

    def mse(self, name):
        """Mean squared error of a curve on the recipe's points, where the network was trained."""
        return self._mean_square(name, 1)

    def rmse(self, name):
        """Root of the mean squared error of a curve on the whole interval that is shown."""
        return math.sqrt(self._mean_square(name, self.interval))

    def _mean_square(self, name, half_width):
        x = half_width * np.linspace(SINE.low, SINE.high, self.setup["samples"])
        return float(np.mean((self.curve(name, x) - np.sin(x)) ** 2))

    def figure_at_rest(self):
        """The curves over sin, and below them how far from it they are."""
        half = self.interval * math.pi
        x = np.linspace(-half, half, 801)
        names = [name for name in CURVES if name not in self.hidden]
        fig, (above, below) = figures.new_figure(
            2, 1, height=4.6, sharex=True, height_ratios=(3, 2)
        )
        for name in names:
            y = self.curve(name, x)
            label = figures.with_index(self._label(name))
            figures.draw_line(above, x, np.clip(y, -9, 9), name, label, linewidth=1.6)
            error = np.clip(_envelope(x, np.abs(y - np.sin(x))), LEAST, 10 * CEILING)
            figures.draw_line(below, x, error, name, linewidth=1.6)
        figures.draw_line(above, x, np.sin(x), "target", "sin x")
        for ax in (above, below):
            ax.axvspan(max(-half, SINE.low), min(half, SINE.high),
                       color=figures.ROLES["data"], alpha=0.13, lw=0)  # fmt: skip
        above.set(ylim=(-2, 2), ylabel="y")
        below.set(yscale="log", ylim=(LEAST, CEILING), xlabel="x (radians)", ylabel="|error|")
        below.set_yticks(10.0 ** np.arange(-6, 1, 2))
        if {"network", "taylor"} <= set(names):
            self._draw_worth(below)
        below.set_xlim(-half, half)
        figures.pi_ticks(below, -self.interval, self.interval)
        figures.legend_above(fig)
        return figures.Picture(fig, alt=self._alt(names), caption=self._caption(names))

    def worth(self):
        """The degree of that Taylor polynomial whose MSE is, in ratio, nearest to the network's."""
        x, y = SINE.samples(self.setup["samples"])
        ratios = [np.mean((taylor(x, n) - y) ** 2) / self.mse("network") for n in DEGREES]
        return DEGREES[int(np.argmin(abs(np.log(ratios))))]

    def _draw_worth(self, ax):
        """A bracket over the stretch of the training: which polynomial is as good there."""
        foot, top = 0.3, 0.6
        ends = [SINE.low, SINE.low, SINE.high, SINE.high]
        figures.draw_line(ax, ends, [foot, top, top, foot], "network", linewidth=0.9)
        words = figures.with_index(f"in all as good as T_{self.worth()}")
        figures.name_beside(ax, 0, top, words, align="center", color=figures.ROLES["network"])

    def _label(self, name):
        return {
            "network": "network",
            "taylor": f"T_{self.degree}",
            "least-squares": f"least squares (degree {self.degree})",
            "best-line": f"best line ({self.pieces} piece{'s' if self.pieces != 1 else ''})",
        }[name]

    def _said(self, names, error):
        """Curves with an error of each: network 1.0e-4, T_7 3.0e-4."""
        words = [f"{self._label(name)} {show(error(name))}" for name in names]
        return ", ".join(words) or "none is shown"

    def _alt(self, names):
        reach = _times_pi(self.interval)
        return f"""Above, approximations of sin x from minus {reach} to {reach}; a band marks minus
            pi to pi, where the network was trained. Below, their absolute errors on a logarithmic
            axis, each as the largest nearby. MSE from minus pi to pi:
            {self._said(names, self.mse)}. Root of the MSE on all that is shown:
            {self._said(names, self.rmse)}."""

    def _caption(self, names):
        first = "Approximations of sin"
        if {"network", "taylor"} <= set(names):
            first = f"The network is as good as T_{self.worth()} where it was trained, in the band"
        return f"""{first}. Below, how far each is from sin at most nearby (what is below
            {show_level(LEAST)} is drawn there). The MSE in the band:
            {self._said(names, self.mse)}."""

    def __repr__(self):
        reach = _times_pi(self.interval)
        return (
            f"TaylorExplorer(degree {self.degree} on minus {reach} to {reach}: "
            f"T_{self.degree} {show(self.mse('taylor'))}, network {show(self.mse('network'))})"
        )


def legendre_sine_coefficients(degree):
    """sin x = sum of c_k P_k(x / pi): the coefficients, float64 (degree+1,).

    The first n+1 of them are the polynomial of degree n with the least mean squared error on
    [-pi, pi], taken as an integral: for odd k, c_k = (2k+1) (-1)^((k-1)/2) j_k(pi), with the
    spherical Bessel function j_k (Rayleigh's plane wave). A solver would lose the highest ones to
    rounding, and with them what the polynomial does outside.
    """
    degree = validate.integer("degree", degree, 0)
    k = np.arange(degree + 1)
    signs = np.array([0, 1, 0, -1])[k % 4]
    return signs * (2 * k + 1) * spherical_jn(k, math.pi)


def broken_line(points, x):
    """The line through points [[x, y], ...] at x (n,); its end pieces go straight on."""
    knots, values = np.transpose(points)
    piece = np.searchsorted(knots[1:-1], x, side="right")
    slopes = np.diff(values) / np.diff(knots)
    return values[piece] + (x - knots[piece]) * slopes[piece]


def _envelope(x, error):
    """The largest error near each of the evenly spaced x (n,)."""
    return maximum_filter1d(error, 2 * round(ENVELOPE / (x[1] - x[0])) + 1, mode="nearest")


def _times_pi(count):
    return "pi" if count == 1 else f"{count:g} pi"
