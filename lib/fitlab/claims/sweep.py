"""The claim of the page `fitting_sine` that takes a whole sweep: is bigger better?"""

import functools
import itertools

import numpy as np

from fitlab.claims.ledger import Verdict, claim, percent, spread
from fitlab.sweeps import by_shape, grid, sweep

WIDTHS, DEPTHS = (4, 8, 16, 32, 64), (1, 2, 3, 4, 5, 6)
STEPS = 300
EARLY = 3  # hidden layers up to which each one helped, as we expected


def swept(widths=WIDTHS, depths=DEPTHS, seeds=(0,), steps=STEPS):
    """{(width, depth): MSE on sin of each seed, float64 (seeds,)} after so many steps. Kept."""
    return _swept(tuple(widths), tuple(depths), tuple(seeds), steps)


@functools.lru_cache(maxsize=8)
def _swept(widths, depths, seeds, steps):
    # no tolerance, one check at the end: nobody stops early, all see as many samples
    rules = {"tolerance": 0, "max_steps": steps, "check_every": steps}
    return by_shape(sweep(grid(widths, depths, seeds, **rules)))


@claim(
    "bigger-is-better",
    section="fitting_sine",
    says="A bigger network, wider or deeper, fits better.",
    recorded="holds with a caveat",
)
def bigger_is_better(seeds):
    """Holds if every doubling of the width and every layer more lowers the median MSE.

    With a caveat if most of them do. All networks are trained for 300 steps on sin.
    """
    errors = swept(seeds=seeds)
    median = {shape: np.median(values) for shape, values in errors.items()}
    wider = [
        median[big, d] < median[small, d]
        for small, big in itertools.pairwise(WIDTHS) for d in DEPTHS
    ]  # fmt: skip
    deeper = {
        more: [median[w, more] < median[w, less] for w in WIDTHS]
        for less, more in itertools.pairwise(DEPTHS)
    }
    early, late = (
        list(itertools.chain.from_iterable(deeper[d] for d in deeper if (d <= EARLY) == wanted))
        for wanted in (True, False)
    )
    better = percent([*wider, *early, *late])
    numbers = {
        "enlargements that lower the median MSE, in percent": better,
        "doublings of the width that do, in percent": percent(wider),
        f"layers more, up to depth {EARLY}, that do, in percent": percent(early),
        f"layers more, beyond depth {EARLY}, that do, in percent": percent(late),
        "largest MSE over smallest, of one shape, at most": max(
            values.max() / values.min() for values in errors.values()
        ),
    }
    numbers |= {f"MSE of 64 x {depth}": spread(errors[64, depth]) for depth in DEPTHS}
    numbers["MSE of 4 x 6"] = spread(errors[4, 6])
    if better == 100:
        return Verdict.HOLDS, numbers
    return (Verdict.CAVEAT if better > 50 else Verdict.FAILS), numbers
