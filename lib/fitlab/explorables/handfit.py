"""HandFit: the reader is the optimiser, and drags the hinges of a broken line over sin.

Nothing here trains while the reader drags: the best lines and the network's error are computed
once, and the view scores the reader's line against sin on the same points.
"""

import functools

import numpy as np

from fitlab import figures, validate
from fitlab.display import show, show_level
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Line
from fitlab.regression.approximants import best_pieces
from fitlab.regression.settings import Settings
from fitlab.regression.targets import TARGETS
from fitlab.regression.training import fit

SINE = TARGETS["sine"]
MOST_PIECES = 12
REACH = [-1.5, 1.5]  # how low and how high a hinge can be dragged
SMALLEST_GAP = 0.02  # between two neighbouring hinges, in x


def flat_line(pieces):
    """The line to begin with: evenly spaced, and 0 everywhere. A list of [x, y]."""
    return [[x, 0.0] for x, _ in even_line(pieces)]


def even_line(pieces):
    """The line that first comes to mind: evenly spaced, and on sin. A list of [x, y]."""
    x = np.linspace(SINE.low, SINE.high, pieces + 1)
    return np.column_stack([x, SINE.f(x)]).tolist()


class HandFit(Explorable):
    """A broken line of `pieces` pieces over sin, to be dragged, and its score.

    seed: of the network (`fitlab.fit`) to compare with.  `line` is the reader's line of now, a
    list of [x, y] from left to right. Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/handfit")
    name = "handfit"

    line = Line(
        [flat_line(n) for n in range(1, MOST_PIECES + 1)],
        low=REACH[0], high=REACH[1], gap=SMALLEST_GAP, ends="-pi to pi",
    )  # fmt: skip

    def __init__(self, pieces=6, seed=0):
        pieces = validate.integer("pieces", pieces, 1, MOST_PIECES)
        network = fit(seed=seed)
        settings = Settings()
        super().__init__(
            {"line": flat_line(pieces)},
            low=SINE.low,
            high=SINE.high,
            samples=settings.samples,
            goal=settings.tolerance,
            best=best_lines(),
            network={"mse": float(f"{network.mse:.6g}"), "pieces": network.pieces},
        )

    @property
    def mse(self):
        """The mean squared error of the reader's line on the recipe's points."""
        return line_mse(self.line)

    def figure_at_rest(self):
        """The evenly spaced line, and beside it the best one with as many pieces."""
        pieces, network = len(self.initial["line"]) - 1, self.setup["network"]
        even, best = even_line(pieces), best_lines()[pieces - 1]
        even_mse, best_mse = show(line_mse(even)), show(best["mse"])
        fig, axes = figures.new_figure(1, 2, height=2.7, sharey=True)
        _panel(axes[0], even, f"evenly spaced: {even_mse}", "target", "-", "hinges on sin")
        _panel(axes[1], best["line"], f"the best: {best_mse}", "best-line", None, None)
        axes[0].set_ylabel("y")
        figures.draw_line(axes[0], [], [], "best-line", "the best line")  # for the legend of both
        figures.legend_above(fig)
        word = f"{pieces} piece{'s' if pieces != 1 else ''}"
        return figures.Picture(
            fig,
            alt=f"""Two broken lines of {word} over sin x from minus pi to pi, dashed. Left, the
            hinges evenly spaced and on sin: MSE {even_mse}. Right, the best line with as many
            pieces: MSE {best_mse}; its hinges stand above and below sin.""",
            caption=f"""The best line of {word} has an MSE of {best_mse}; hinges evenly spaced
            on sin give {even_mse}. The goal is
            {show_level(self.setup["goal"])}, and the network, with {network["pieces"]} pieces, has
            {show(network["mse"])}.""",
        )

    def __repr__(self):
        pieces = len(self.line) - 1
        best = show(best_lines()[pieces - 1]["mse"])
        return f"HandFit({pieces} pieces on sin x: MSE {show(self.mse)}; the best has {best})"


def line_mse(line):
    """Mean squared error of a line, a list of [x, y], on the recipe's points."""
    x, y = SINE.samples(Settings().samples)
    return float(np.mean((np.interp(x, *np.transpose(line)) - y) ** 2))


@functools.cache
def best_lines():
    """For 1 to MOST_PIECES pieces: {"line": [[x, y], ...], "mse": ...}, the best that we find."""
    found = []
    for n in range(1, MOST_PIECES + 1):
        knots, values, _ = best_pieces(SINE.f, n, SINE.low, SINE.high)
        line = np.column_stack([knots, values]).round(8)
        line[[0, -1], 0] = SINE.low, SINE.high  # exactly: the view compares
        found.append({"line": line.tolist(), "mse": float(f"{line_mse(line):.6g}")})
    return found


def _panel(ax, line, words, role, dash, label):
    x, y = SINE.samples(201)
    knots, values = np.transpose(line)
    own = {"color": figures.ROLES["ink" if role == "target" else role], "linewidth": 1.8}
    if dash:
        own["linestyle"] = dash
    figures.draw_line(ax, knots, values, role, label, **own)
    figures.draw_line(ax, x, y, "target", "sin x")
    ax.plot(knots, values, "o", markersize=3.4, color=own["color"])
    figures.note(ax, words)
    ax.set(ylim=(-1.35, 1.6), xlabel="x (radians)")
    figures.pi_ticks(ax, -1, 1)
