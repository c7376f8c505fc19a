"""Digits whose pixels are shuffled, the two networks that learn them, and the runs on record."""

import functools
import json
from collections.abc import Callable
from importlib import resources

from fitlab import classifiers, datasets, validate
from fitlab.permutation import PIXELS, permuted, pixel_shuffle

NETWORKS: dict[str, Callable] = {"MLP": classifiers.mlp, "CNN": classifiers.cnn}
EPOCHS = {"MLP": 30, "CNN": 20}  # both have learnt nearly all training pictures by then
COUNTS = (0, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64)  # of shuffled pixels, in the runs on record
SEEDS = range(10)
SHUFFLE_SEED = 0  # of the one shuffle on record
RECORD = "explorables/shuffled_digits.json"


@functools.lru_cache(maxsize=512)
def shuffled_split(count, seed, shuffle_seed=SHUFFLE_SEED):
    """The digits as `datasets.digits(seed)` splits them, `count` pixels shuffled in all of them."""
    split = datasets.digits(seed)
    shuffle = pixel_shuffle(count, shuffle_seed)
    x, x_test = permuted(split.x, shuffle), permuted(split.x_test, shuffle)
    return datasets.Split(x, split.y, x_test, split.y_test)


@functools.lru_cache(maxsize=512)
def trained(network, count, seed, shuffle_seed=SHUFFLE_SEED):
    """Train "MLP" or "CNN" on digits with `count` shuffled pixels; a TrainedClassifier, kept.

    seed: of the split, of the weights and of the order of the examples.
    """
    build = NETWORKS[validate.one_of("network", network, NETWORKS)]
    split = shuffled_split(count, seed, shuffle_seed)
    return classifiers.train_classifier(
        build(seed=seed), split.x, split.y, until=None, max_epochs=EPOCHS[network], seed=seed
    )


def held_out_accuracy(network, count, seed, shuffle_seed=SHUFFLE_SEED):
    """The accuracy of such a network on digits that it has not seen, shuffled in the same way."""
    split = shuffled_split(count, seed, shuffle_seed)
    model = trained(network, count, seed, shuffle_seed).model
    return model.accuracy(split.x_test, split.y_test)


@functools.cache
def recorded():
    """The runs on record: {"MLP": [[right, ...], ...], "CNN": ..., "held_out": 450, ...}.

    right: how many of the held-out digits a network names, one row for each of "counts", one entry
    for each of "seeds".  `python tools/shuffled_digits.py` makes them anew.
    """
    text = resources.files("fitlab").joinpath(RECORD).read_text(encoding="utf-8")
    return json.loads(text)


def run_all(counts=COUNTS, seeds=SEEDS):
    """The runs that `recorded` returns, trained now: some 3 seconds for each count and seed."""
    total = len(datasets.digits(0).y_test)
    right = {
        network: [
            [round(total * held_out_accuracy(network, count, seed)) for seed in seeds]
            for count in counts
        ]
        for network in NETWORKS
    }
    settings = {"counts": list(counts), "seeds": list(seeds), "shuffle_seed": SHUFFLE_SEED}
    return {**settings, "pixels": PIXELS, "held_out": total, **right}
