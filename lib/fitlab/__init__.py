"""The small library behind the book: every figure trains, and every claim is checked."""

from fitlab.distances.tsne import affinities
from fitlab.information.entropy import cross_entropy, entropy, kl_divergence
from fitlab.networks.cnn import CNN
from fitlab.networks.mlp import MLP
from fitlab.regression.approximants import (
    best_pieces,
    least_squares,
    taylor,
    taylor_sine_coefficients,
)
from fitlab.regression.examples import Examples
from fitlab.regression.pieces import Pieces, linear_pieces
from fitlab.regression.settings import Settings
from fitlab.regression.sweeps import by_shape, grid, sweep, sweep_stream
from fitlab.regression.targets import TARGETS, Target
from fitlab.regression.training import Fit, Progress, fit, fit_stream

__all__ = [
    "CNN",
    "MLP",
    "TARGETS",
    "Examples",
    "Fit",
    "Pieces",
    "Progress",
    "Settings",
    "Target",
    "affinities",
    "best_pieces",
    "by_shape",
    "cross_entropy",
    "entropy",
    "fit",
    "fit_stream",
    "grid",
    "kl_divergence",
    "least_squares",
    "linear_pieces",
    "sweep",
    "sweep_stream",
    "taylor",
    "taylor_sine_coefficients",
]
