"""The small library behind the book: every figure trains, and every claim is checked."""

from fitlab.approximants import best_pieces, least_squares, taylor, taylor_sine_coefficients
from fitlab.embedding import affinities
from fitlab.information import cross_entropy, entropy, kl_divergence
from fitlab.mlp import MLP
from fitlab.pieces import Pieces, linear_pieces
from fitlab.sweeps import by_shape, grid, sweep, sweep_stream
from fitlab.targets import TARGETS, Target
from fitlab.training import Fit, Progress, Settings, fit, fit_stream

__all__ = [
    "MLP",
    "TARGETS",
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
