"""What an explorable sends to its view: small, rounded, and the same on every machine.

Curves are rounded to 4 decimals (a hundredth of a pixel), errors to 6 digits; what is not a number
becomes None, because JSON has no word for it.
"""

import math

import numpy as np

from fitlab import figures
from fitlab.numbers import show
from fitlab.pieces import linear_pieces
from fitlab.targets import TARGETS

CURVE_POINTS = 201


def drawn(target):
    """A Target as the view needs it: its name for people, its interval, its curve."""
    x, y = target.samples(CURVE_POINTS)
    return {"label": target.label, "low": x[0], "high": x[-1], "curve": _decimals(y)}


def frame(target, checks, loss, curve):
    """One picture of a training. target: its name.  checks: [(step, mse), ...] up to now."""
    step, mse = checks[-1]
    return {
        "target": target,
        "step": step,
        "loss": _digits(loss),
        "mse": _digits(mse),
        "checks": [[step, _digits(mse)] for step, mse in checks],
        "curve": _decimals(curve),
        "pieces": None,
        "hinges": [],  # [x, y] of each, when the training is over
    }


def final_frame(fit):
    """The picture of a finished Fit, with its hinges. Its target is one of TARGETS, by name."""
    target = TARGETS[fit.settings.target]
    checks = [*fit.checks[:-1], (fit.steps, fit.mse)]
    last = frame(target.name, checks, fit.losses[-1], _curve(fit, target))
    if fit.pieces is not None:
        pieces = linear_pieces(fit.model, target.low, target.high)
        hinges = pieces.knots[1:-1]
        last["pieces"] = len(pieces)
        last["hinges"] = [
            list(p) for p in zip(_decimals(hinges), _decimals(pieces(hinges)), strict=True)
        ]
    return last


def picture(frame, network):
    """The figure at rest of a frame. network: the network in words."""
    target = TARGETS[frame["target"]]
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


def _curve(fit, target):
    return fit.model.predict(target.samples(CURVE_POINTS)[0])


def _decimals(values):
    return [round(v, 4) + 0.0 if math.isfinite(v) else None for v in map(float, values)]


def _digits(value):
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _floats(values):
    return np.array([math.nan if v is None else v for v in values])
