"""One fixed shuffle of a picture's pixels, and the network that does not notice it."""

import copy

import numpy as np
import torch
from torch import nn

from fitlab import random, validate
from fitlab.classification.datasets import PIXELS_MOVED

PIXELS = 64  # of a digit, 8 x 8


def pixel_shuffle(count, seed=0, pixels=PIXELS):
    """A permutation that moves `count` of the pixels among themselves: int64 (pixels,).

    Entry j says which pixel of the picture comes to place j. Of one seed, the pixels that a small
    count moves are among those that a larger one moves. They go round in one circle, so that none
    stays where it was (Sattolo 1986); count 0 is the identity, and so is 1: one pixel alone has
    nowhere to go.
    """
    pixels = validate.integer("pixels", pixels, 1)
    count = validate.integer("count", count, 0, pixels)
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    moved = random.permutation(seed, random.DIGITS, pixels, PIXELS_MOVED)[:count]
    permutation = np.arange(pixels)
    permutation[moved] = np.roll(moved, 1)
    return permutation


def permuted(x, permutation):
    """The rows of x (n, inputs) with entry permutation[j] in place j: float64 (n, inputs)."""
    x = validate.finite("x", x)
    if x.ndim != 2:
        raise ValueError(f"x of shape {x.shape} was given; x must be (n, inputs)")
    return x[:, checked_permutation(permutation, x.shape[1])]


def with_permuted_inputs(model, permutation):
    """A copy of a network that answers to `permuted(x, permutation)` as it did to x.

    W x is a sum over the inputs, and the columns of the first layer's W move along with them. Only
    for a network whose first layer is linear: it must be fully connected.
    """
    model = copy.deepcopy(model)
    first = model.layers[0]
    if not isinstance(first, nn.Linear):
        raise ValueError(f"{model!r} was given; its first layer must be linear")
    order = torch.from_numpy(checked_permutation(permutation, first.in_features))
    with torch.no_grad():
        first.weight.copy_(first.weight[:, order])
    return model


def checked_permutation(permutation, size):
    """The permutation as int64 (size,), or ValueError."""
    order = np.asarray(permutation)
    right = order.shape == (size,) and np.issubdtype(order.dtype, np.integer)
    if not right or (np.sort(order) != np.arange(size)).any():
        raise ValueError(
            f"permutation={permutation!r} was given; it must hold each of 0 to {size - 1} once"
        )
    return order.astype(np.int64)
