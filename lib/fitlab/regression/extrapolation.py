"""Networks that saw sin on a stretch around zero, and what they answer beyond it: runs on record.

Each is the recipe's network, trained on evenly spaced points of its stretch alone until its MSE
there is below the tolerance. Its answers are kept as a broken line, which they are, with the bends
left out that nobody could see.
"""

import functools
import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

import numpy as np

from fitlab.regression.pieces import linear_pieces
from fitlab.regression.targets import Target
from fitlab.regression.training import Fit, fit

QUARTERS = range(1, 9)  # how far a stretch reaches to each side, in quarters of pi
SEEDS = range(20)
REACH = 2 * np.pi  # how far a network is asked, to each side
UNSEEN = 0.007  # how far a kept line is at most from its network: less than half a pixel
DECIMALS = 2  # of what is kept
RECORD = "extrapolation.json"

Line = np.ndarray  # float64 (k, 2): the ends and bends [x, y] of a broken line, x increasing


def stretch(quarters: int) -> Target:
    """sin on the stretch from -quarters * pi / 4 to quarters * pi / 4."""
    end = quarters * np.pi / 4
    return Target(f"sine_{quarters}", np.sin, -end, end, "sin x")


def fitted_on(quarters: int, seed: int) -> Fit:
    """The recipe's network, trained on a stretch of sin."""
    return fit(stretch(quarters), seed=seed)


def answers(fitted: Fit, reach: float = REACH) -> Line:
    """What a trained network answers from -reach to reach, as a line near enough to be it."""
    pieces = linear_pieces(fitted.model, -reach, reach)
    return thinned(np.column_stack([pieces.knots, pieces(pieces.knots)]), UNSEEN)


def thinned(line: Line, tolerance: float) -> Line:
    """Some of the points of a line, both ends included, that keep within `tolerance` of it in y.

    Where the straight line between two points is too far off, the farthest point between them
    stays (Ramer 1972; Douglas and Peucker 1973).
    """
    (first, *_, last), inner = line, line[1:-1]
    off = np.abs(np.interp(inner[:, 0], [first[0], last[0]], [first[1], last[1]]) - inner[:, 1])
    if off.max(initial=0) <= tolerance:
        return line[[0, -1]]
    farthest = int(off.argmax()) + 1
    parts = thinned(line[: farthest + 1], tolerance), thinned(line[farthest:], tolerance)
    return np.concatenate([parts[0][:-1], parts[1]])


def largest_gap(lines: Iterable[Line], low: float, high: float) -> float:
    """How far apart two of the lines are at most, in y, anywhere on [low, high]."""
    lines = list(lines)
    x = np.unique(np.concatenate([[low, high], *(line[:, 0] for line in lines)]))
    x = x[(low <= x) & (x <= high)]  # between two bends of any line a gap cannot grow and shrink
    y = np.array([np.interp(x, *line.T) for line in lines])
    return float(np.ptp(y, axis=0).max())


@functools.cache
def recorded() -> dict[str, Any]:
    """The runs on record: {"seeds": [...], "lines": {quarters: [Line, ...]}}.

    One line for each of "seeds".  `python tools/extrapolation.py` makes them anew.
    """
    text = resources.files(__package__).joinpath(RECORD).read_text(encoding="utf-8")
    stored = json.loads(text)
    lines = {int(q): [np.array(line) for line in many] for q, many in stored["lines"].items()}
    return {**stored, "lines": lines}


def run_all(quarters: Iterable[int] = QUARTERS, seeds: Iterable[int] = SEEDS) -> dict[str, Any]:
    """What `recorded` returns, trained now and as JSON; ValueError if a network does not fit."""
    seeds = list(seeds)
    lines = {q: [_rounded(_answers_of_a_fit(q, seed)) for seed in seeds] for q in quarters}
    return {"seeds": seeds, "lines": lines}


def _answers_of_a_fit(quarters: int, seed: int) -> Line:
    fitted = fitted_on(quarters, seed)
    if not fitted.converged:
        raise ValueError(f"seed {seed} on {stretch(quarters)} {fitted.reason}")
    return answers(fitted)


def _rounded(line: Line) -> list[list[float]]:
    return (line.round(DECIMALS) + 0.0).tolist()
