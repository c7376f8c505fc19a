"""The book's fits of sin, each once: pages and claims look at the same networks."""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from fitlab import random
from fitlab.regression.approximants import MAX_PIECES, best_pieces
from fitlab.regression.ensemble import Row
from fitlab.regression.settings import Settings, TrainingKeywords
from fitlab.regression.sweeps import by_shape, grid, sweep
from fitlab.regression.targets import TARGETS
from fitlab.regression.training import Fit, fit

SINE = TARGETS["sine"]
TOLERANCE = Settings().tolerance  # the article's 5e-4
DROPOUTS = (0.0, 0.01, 0.05, 0.2, 0.5)  # the last is what torch takes if none is given
SHAPES = ((8, 1), (16, 1), (64, 1), (16, 2), (64, 2), (64, 5))  # (width, depth)
WIDTHS, DEPTHS = (4, 8, 16, 32, 64), (1, 2, 3, 4, 5, 6)  # of the sweep
SWEEP_STEPS = 300

Errors = dict[tuple[int, int], np.ndarray]  # by (width, depth)


def fitted(seed: int, **settings: Any) -> Fit:
    """A fit of sine with these Settings, kept."""
    return _fitted(Settings(seed=seed, **settings))


@functools.lru_cache(maxsize=512)
def _fitted(settings: Settings) -> Fit:
    return fit(**vars(settings))


def swept(
    widths: Iterable[int] = WIDTHS,
    depths: Iterable[int] = DEPTHS,
    seeds: Iterable[int] = (0,),
    steps: int = SWEEP_STEPS,
) -> Errors:
    """{(width, depth): MSE on sin of each seed, float64 (seeds,)} after so many steps. Kept."""
    return by_shape(side_by_side(grid(widths, depths, seeds, **so_long(steps))))


def so_long(steps: int) -> TrainingKeywords:
    """No tolerance, one check at the end: nobody stops early, all see as many samples."""
    return {"tolerance": 0, "max_steps": steps, "check_every": steps}


_swept: dict[Settings, Row] = {}


def side_by_side(settings: Sequence[Settings]) -> list[Row]:
    """The fits of these settings, trained together, without their networks. Kept."""
    new = [each for each in settings if each not in _swept]
    if new:
        _swept.update(zip(new, sweep(new), strict=True))
    return [_swept[each] for each in settings]


@functools.cache
def best_line_mse(pieces: int) -> float:
    """The MSE of the best broken line of so many pieces."""
    return best_pieces(SINE.f, pieces, SINE.low, SINE.high)[2]


def enough_pieces(mse: float = TOLERANCE) -> int:
    """The fewest straight pieces whose best broken line has an MSE below this, by default the goal.

    Raises ValueError if even MAX_PIECES are not enough.
    """
    for n in range(1, MAX_PIECES + 1):
        if best_line_mse(n) < mse:
            return n
    raise ValueError(f"mse={mse!r} was given; {MAX_PIECES} pieces do not get below it")


def points_seen(settings: Settings, steps: int) -> int:
    """How many different points a training of so many steps has drawn."""
    drawn = random.batch_indices(
        settings.seed, np.arange(1, steps + 1), settings.batch, settings.samples
    )
    return len(np.unique(drawn))
