"""Trainings in the plane that the tests compare: every choice at least once, and every ending."""

import numpy as np

from fitlab.explorables.plane import OWN, PlaneExplorer

OWN_POINTS = [
    [round(float(x), 2), round(float(y), 2), int(x * y > 0)]
    for x, y in np.random.default_rng(5).uniform(-5, 5, (40, 2))
]
SETTINGS = [
    {},
    {"activation": "identity", "max_epochs": 40},
    {"puzzle": "XOR", "width": 8, "depth": 1, "activation": "tanh"},
    {"puzzle": "circle", "loss": "squared error of softmax", "held_out": 0.2, "batch": 7},
    {"puzzle": "gauss", "noise": 0.2, "optimizer": "sgd", "lr": 0.1, "max_epochs": 20},
    {"puzzle": "spiral", "loss": "squared error of scores", "depth": 3, "max_epochs": 60},
    {"puzzle": "XOR", "optimizer": "momentum", "lr": 0.03, "weight_decay": 1e-3, "held_out": 0.0},
    {"puzzle": "circle", "false_labels": 0.2, "dropout": 0.1, "width": 20, "max_epochs": 30},
    {"puzzle": OWN, "own": OWN_POINTS, "width": 6, "depth": 0, "max_epochs": 50},
    {"puzzle": "gauss", "lr": 1e300, "depth": 1, "max_epochs": 10},
    {"puzzle": "XOR", "width": 1, "depth": 6, "seed": 3, "lr": 0.1},
]


def ended(changes, seed=0):
    return PlaneExplorer(**{"seed": seed, **changes})
