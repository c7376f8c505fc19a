"""Draw the pictures that stand outside the pages: the README's, and one of each page's experiment.

    python tools/pictures.py       half a minute

Writes book/_static/readme.svg and book/pictures/*.svg; a test draws them again.
"""

from pathlib import Path

import numpy as np
import torch

import fitlab
from fitlab import figures, files
from fitlab.classification.datasets import two_spirals
from fitlab.classification.digit_networks import held_out_probabilities
from fitlab.classification.puzzles import puzzle_solver
from fitlab.explorables import FrayedSine, ShufflePixels, TwoDistributions
from fitlab.regression.approximants import taylor
from fitlab.regression.half_sine import GUESSES, HALF, guessed

BOOK = Path(__file__).resolve().parents[1] / "book"
SMALL = {"width": 1.5, "height": 0.9}  # inches, of a page's picture
REACH = 1.5 * np.pi  # where a picture of sin ends
PAPER = "background: #fff; color: #1d2733"  # where it is shown there may be no style sheet of ours


def readme():
    """The frayed sine, with words for its three parts."""
    return FrayedSine().picture(width=7.2, height=2.0, on_phone=False)


def hypothesis(ax):
    """Two spirals, and where a network changes its mind."""
    x, y = two_spirals(80, 0)
    side = np.linspace(-1.1, 1.1, 81) * np.abs(x).max()
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    belief = puzzle_solver("two spirals", True, 0).probabilities(grid)[:, 1].reshape(81, 81)
    ax.contour(side, side, belief, [0.5], colors=figures.ROLES["network"], linewidths=1.6)
    figures.draw_two_classes(ax, x, y)
    ax.set_aspect("equal")


def modelling_image(ax):
    """A digit, and the same pixels in another order."""
    example = ShufflePixels()
    for place, count in ((0, 0), (0.55, 64)):
        part = ax.inset_axes((place, 0, 0.45, 1))
        figures.draw_pixels(part, example.picture(count).reshape(8, 8))


def modelling_class(ax):
    """What a network believes of the held-out digit that it is least sure of."""
    belief, _ = held_out_probabilities(0)
    ax.bar(range(10), belief[belief.max(axis=1).argmin()], color=figures.ROLES["network"])


def fitting_sine(ax):
    """The broken line that a small network fits to sin."""
    sine = fitlab.TARGETS["sine"]
    line = fitlab.linear_pieces(fitlab.fit(width=8, depth=1).model, sine.low, sine.high)
    x, y = sine.samples(101)
    figures.draw_fit(ax, x, y, line(x), line.knots[1:-1], line(line.knots[1:-1]))
    ax.set(xlabel="", ylabel="")


def against_taylor(ax):
    """A network and the polynomial of degree 7, which both leave the sine."""
    x = np.linspace(-REACH, REACH, 201)
    figures.draw_line(ax, x, taylor(x, 7), "taylor")
    figures.draw_line(ax, x, fitlab.fit().model.predict(x), "network")
    figures.draw_line(ax, x, np.sin(x), "target")
    ax.set(ylim=(-2, 2))


def cross_entropy(ax):
    """Two distributions of one thing."""
    example = TwoDistributions()
    places = range(len(example.p))
    ax.bar(places, example.p, width=0.8, color=figures.ROLES["data"], alpha=0.5)
    for place, height in zip(places, example.q, strict=True):
        figures.draw_line(ax, place + np.array([-0.4, 0.4]), [height] * 2, "target", linewidth=1.8)


def mse(ax):
    """The squares of six errors, as squares."""
    x = np.linspace(0, 5, 6)
    y = np.random.default_rng(0).normal(scale=2, size=6)
    figures.draw_line(ax, x[[0, -1]], np.full(2, y.mean()), "network")
    for at, value in zip(x, y, strict=True):
        off = value - y.mean()
        look = {"facecolor": figures.ROLES["data"], "alpha": 0.3, "lw": 0}
        ax.add_patch(figures.plt.Rectangle((at, min(value, y.mean())), abs(off), abs(off), **look))
    ax.plot(x, y, "o", markersize=3, color=figures.ROLES["ink"])
    ax.set_aspect("equal")


def conclusion(ax):
    """Three networks that saw the right half of sin, and what was built into them."""
    x = np.linspace(-np.pi, np.pi, 121)
    ax.axvspan(0, np.pi, color=figures.ROLES["data"], alpha=0.18, lw=0)
    for guess, dash in zip(GUESSES, ("-", (0, (5, 2)), (0, (1, 1.3))), strict=True):
        answers = guessed(guess, HALF, 0).model.predict(x)
        figures.draw_line(ax, x, answers, "network", linestyle=dash, linewidth=1.5)
    figures.draw_line(ax, x, np.sin(x), "target")


PAGES = {
    "hypothesis": hypothesis,
    "modelling_image": modelling_image,
    "modelling_class": modelling_class,
    "fitting_sine": fitting_sine,
    "taylor": against_taylor,
    "cross_entropy": cross_entropy,
    "mse": mse,
    "conclusion": conclusion,
}


def page_picture(page):
    """A drawing without words or axes."""
    fig, ax = figures.new_figure(**SMALL, on_phone=False)
    ax.set_axis_off()
    PAGES[page](ax)
    alt = " ".join(PAGES[page].__doc__.split())
    return figures.Picture(fig, alt=alt, caption=alt)


def draw_all():
    """{path: the picture as SVG, on paper}."""
    pictures = {"_static/readme.svg": readme()}
    pictures |= {f"pictures/{page}.svg": page_picture(page) for page in PAGES}
    return {
        BOOK / name: picture.svg.replace("<svg ", f'<svg style="{PAPER}" ', 1) + "\n"
        for name, picture in pictures.items()
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    for path, svg in draw_all().items():
        files.write_whole(path, svg)
        print(f"drew {path}")
