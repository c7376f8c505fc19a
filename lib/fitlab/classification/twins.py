"""Trainings that should not differ, if the order of the inputs is nothing to a network."""

import functools

import numpy as np

from fitlab.classification.digit_networks import EPOCHS, NETWORKS, DigitTask, digit_training
from fitlab.classification.permutation import PIXELS, pixel_shuffle, with_permuted_inputs
from fitlab.classification.training import train_classifier


@functools.lru_cache(maxsize=64)
def mlp_and_its_twin(seed):
    """An MLP trained on digits, and one on shuffled digits whose columns started shuffled, too."""
    shuffle = pixel_shuffle(PIXELS, seed)
    split = DigitTask(seed, moved=PIXELS, shuffle_seed=seed).split()
    start = with_permuted_inputs(NETWORKS["MLP"](seed=seed), shuffle)
    twin = train_classifier(
        start, split.x, split.y, until=None, max_epochs=EPOCHS["MLP"], seed=seed
    )
    return digit_training(seed), twin


def largest_difference(one, other):
    """The largest difference of two trainings' losses over all epochs, in nats."""
    first, second = ([epoch.loss for epoch in run.history] for run in (one, other))
    return float(np.abs(np.subtract(first, second)).max())
