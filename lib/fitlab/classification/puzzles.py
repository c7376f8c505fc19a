"""Two puzzles in the plane that no straight line solves, and networks trained on them."""

import functools

from fitlab.classification import datasets
from fitlab.classification.training import train_classifier
from fitlab.networks.mlp import MLP

PUZZLES = {"XOR": datasets.xor, "two spirals": datasets.two_spirals}
POINTS = 400  # of a puzzle, to train on, and as many to test


@functools.lru_cache(maxsize=128)
def puzzle_solver(puzzle, with_relu, seed):
    """A network trained on one of PUZZLES, two hidden layers of 32 units with or without ReLU."""
    x, y = PUZZLES[puzzle](POINTS, seed)
    activation = "relu" if with_relu else "identity"
    network = MLP(32, 2, activation, seed=seed, inputs=2, outputs=2)
    options = {"max_epochs": 100, "batch": 32, "lr": 1e-2, "seed": seed}
    return train_classifier(network, x, y, **options).model


def puzzle_accuracy(puzzle, with_relu, seed):
    """The share right of as many new points as it was trained on."""
    x, y = PUZZLES[puzzle](POINTS, seed + 2**31)
    return puzzle_solver(puzzle, with_relu, seed).accuracy(x, y)
