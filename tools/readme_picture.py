"""Draw the picture of the README, book/_static/readme.svg: small networks that fit sin.

python tools/readme_picture.py
"""

from pathlib import Path

import numpy as np
import torch

import fitlab
from fitlab import figures, files

PATH = Path(__file__).resolve().parents[1] / "book" / "_static" / "readme.svg"
WIDTHS = (4, 8, 64)
ALT = "Three fits of sin, from a few straight pieces to a curve that looks smooth."


def draw():
    """The picture as SVG, on a white ground: where it is shown there is no style sheet of ours."""
    sine = fitlab.TARGETS["sine"]
    x = np.linspace(sine.low, sine.high, 257)
    fig, axes = figures.new_figure(1, len(WIDTHS), height=2.3, width=8, sharey=True, on_phone=False)
    for ax, width in zip(axes, WIDTHS, strict=True):
        line = fitlab.linear_pieces(fitlab.fit(width=width, depth=2).model, sine.low, sine.high)
        figures.draw_fit(ax, x, sine.f(x), line(x), line.knots, line(line.knots))
        figures.note(ax, f"2 layers of {width} units:\n{len(line)} straight pieces")
        ax.set(ylabel="", ylim=(-1.3, 1.9))
        figures.pi_ticks(ax, -1, 1)
    svg = figures.Picture(fig, alt=ALT, caption=ALT).svg
    return svg.replace("<svg ", '<svg style="background: #fff; color: #1d2733" ', 1) + "\n"


if __name__ == "__main__":
    torch.set_num_threads(1)
    files.write_whole(PATH, draw())
    print(f"drew {PATH}")
