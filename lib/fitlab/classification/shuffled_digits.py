"""Digits whose pixels are shuffled, and how well two networks learn them: the runs on record."""

import functools
import json
from importlib import resources

from fitlab.classification.datasets import digits
from fitlab.classification.digit_networks import held_out_accuracy
from fitlab.classification.permutation import PIXELS

SHUFFLED = ("MLP", "CNN")  # the networks on record
COUNTS = (0, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64)  # of shuffled pixels
SEEDS = range(10)
SHUFFLE_SEED = 0  # of the one shuffle on record
RECORD = "shuffled_digits.json"


@functools.cache
def recorded():
    """The runs on record: {"MLP": [[right, ...], ...], "CNN": ..., "held_out": 450, ...}.

    right: how many of the held-out digits a network names, one row for each of "counts", one entry
    for each of "seeds".  `python tools/shuffled_digits.py` makes them anew.
    """
    text = resources.files(__package__).joinpath(RECORD).read_text(encoding="utf-8")
    return json.loads(text)


def run_all(counts=COUNTS, seeds=SEEDS):
    """The runs that `recorded` returns, trained now: some 3 seconds for each count and seed."""
    total = len(digits(0).y_test)
    right = {
        network: [
            [
                round(total * held_out_accuracy(s, network, moved=n, shuffle_seed=SHUFFLE_SEED))
                for s in seeds
            ]
            for n in counts
        ]
        for network in SHUFFLED
    }
    settings = {"counts": list(counts), "seeds": list(seeds), "shuffle_seed": SHUFFLE_SEED}
    return {**settings, "pixels": PIXELS, "held_out": total, **right}
