"""What an explorable sends to its view: small, rounded, and the same on every machine.

Curves are rounded to 4 decimals (a hundredth of a pixel), errors to 6 digits; what is not a number
becomes None, because JSON has no word for it.
"""

import math

import numpy as np
import torch

from fitlab import figures
from fitlab.display import show
from fitlab.regression.approximants import taylor
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.targets import TARGETS, find_target

CURVE_POINTS = 201

# The targets as code, for "Copy as PyTorch"; a test holds them to TARGETS.
CODE = {
    "sine": "np.sin(x)",
    "fast_sine": "np.sin(3 * x)",
    "step": "np.where(x < 0, -1.0, 1.0)",
    "absolute": "np.abs(x)",
    "runge": "1 / (1 + 25 * x * x)",
    "sawtooth": "2 * (x - np.floor(x)) - 1",
}


def shown(target):
    """A Target as the view needs it: its name for people, its interval, its curve, its code."""
    x, y = target.samples(CURVE_POINTS)
    return {
        "label": target.label,
        "low": x[0],
        "high": x[-1],
        "curve": _decimals(y),
        "code": CODE[target.name],
    }


def taylor_errors(samples, highest=21):
    """[[degree, MSE], ...] of the Taylor polynomials of sin on the samples of that target."""
    x, y = TARGETS["sine"].samples(samples)
    degrees = range(1, highest + 1, 2)
    return [[n, _digits(np.mean((taylor(x, n) - y) ** 2))] for n in degrees]


def frame(training, mse, *, with_pieces):
    """One picture of a Training at its present step, where its MSE is `mse`.

    with_pieces: also find the straight pieces, which costs more than a few steps.
    """
    settings, model = training.settings, training.model
    target = find_target(settings.target)
    steps = training.steps
    checks = [check for check in training.checks if check[0] != steps] + [(steps, mse)]
    picture = {
        "target": target.name,
        "width": settings.width,
        "depth": settings.depth,
        "activation": settings.activation,
        "dropout": settings.dropout,
        "step": steps,
        "loss": _digits(training.losses[-1] if steps else math.nan),  # before a step there is none
        "mse": _digits(mse),
        "checks": [[step, _digits(mse)] for step, mse in checks],
        "curve": _decimals(_curve(model, target)),
        "pieces": None,
        "hinges": [],  # [x, y] of each
    }
    if with_pieces and settings.activation != "tanh" and math.isfinite(mse):
        pieces = linear_pieces(model, target.low, target.high)
        x = pieces.knots[1:-1]
        hinges = zip(_decimals(x), _decimals(pieces(x)), strict=True)
        picture.update(pieces=len(pieces), hinges=[list(point) for point in hinges])
    return picture


def picture(frame, target, network):
    """The figure at rest of a frame of that Target. network: the network in words."""
    x, y = target.samples(CURVE_POINTS)
    hinges = np.array(frame["hinges"], dtype=float).reshape(-1, 2)
    fig, ax = figures.new_figure()
    figures.draw_fit(ax, x, y, _floats(frame["curve"]), hinges[:, 0], hinges[:, 1])
    if target.high == math.pi:
        figures.pi_ticks(ax, target.low / math.pi, target.high / math.pi)
    figures.legend_above(ax)
    said = f"{network}, after {frame['step']:,} steps: {say_mse(frame['mse'])}{_say_pieces(frame)}"
    return figures.Picture(
        fig,
        alt=f"The target {target.label} from {target.low:.4g} to {target.high:.4g}, dashed, "
        f"and over it {said}.",
        caption=f"{target.label}, fitted by {said}.",
    )


def say_mse(mse):
    """An MSE in words, whether it is a number or None."""
    return "the MSE is not a number" if mse is None else f"MSE {show(mse)}"


def _say_pieces(frame):
    count = frame["pieces"]
    return "" if count is None else f", {count:,} straight piece{'s' if count != 1 else ''}"


def _curve(model, target):
    x, _ = target.samples(CURVE_POINTS)
    with torch.no_grad():  # not model.predict: what has diverged is shown as it is
        return model(torch.from_numpy(x)[:, None])[:, 0].numpy()


def _decimals(values):
    return [round(v, 4) + 0.0 if math.isfinite(v) else None for v in map(float, values)]


def _digits(value):
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _floats(values):
    return np.array([math.nan if v is None else v for v in values])
