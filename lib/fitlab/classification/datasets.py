"""Data that everybody has: scanned digits and two photographs from scikit-learn, and two puzzles.

Inputs are float64 arrays (n, inputs), labels int64 arrays (n,) from 0 to classes - 1.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits, load_sample_image

from fitlab import random, validate

# places in the stream of random numbers that is the digits' own
SPLIT, LABELS, CLASS_NUMBERS, CODE_BITS, PIXELS_MOVED = range(5)
LEVELS, PAPER_TO_INK = 16, "0123456789abcdefg"  # of a pixel
SIDE = 8  # a digit is a picture of 8 x 8 pixels
PHOTOGRAPHS = ("china", "flower")


@dataclass(frozen=True, eq=False)
class Split:
    """Examples to train on and examples held out: inputs `x` and labels `y` of each."""

    x: np.ndarray  # (n, inputs)
    y: np.ndarray  # (n,)
    x_test: np.ndarray
    y_test: np.ndarray

    def __repr__(self):
        return f"Split({len(self.y):,} to train on, {len(self.y_test):,} held out)"


@functools.cache
def _all_digits():
    bunch = load_digits()
    return bunch.data / LEVELS, bunch.target.astype(np.int64)


def digits(seed, held_out=0.25):
    """scikit-learn's 1,797 scanned digits, split by `seed`, with the classes in equal shares.

    A row is a picture of 8 x 8 pixels read line by line, each from 0 (paper) to 1 (ink).
    held_out: the share that is kept for testing, in (0, 1).
    All are shuffled and then, for the choice alone, sorted by class; from that row, evenly spaced
    ones are held out. The page does the same.
    """
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    share = validate.real("held_out", held_out, 0, 1, low_open=True, high_open=True)
    x, y = _all_digits()
    n, m = len(y), min(math.ceil(len(y) * share), len(y) - 1)
    order = random.permutation(seed, random.DIGITS, n, SPLIT)
    by_class = order[y[order].argsort(kind="stable")]
    held = np.isin(order, by_class[((np.arange(m) + 0.5) * n / m).astype(int)])
    training, test = order[~held], order[held]
    return Split(x[training], y[training], x[test], y[test])


def digits_as_text():
    """All digits as a page gets them: {"pixels": a character each, 0 to g, "labels": one each}."""
    x, y = _all_digits()
    pixels = np.array(list(PAPER_TO_INK))[np.rint(x * LEVELS).astype(int)]
    return {"pixels": "".join(pixels.ravel()), "labels": "".join(map(str, y))}


def photograph(name):
    """One of scikit-learn's two photographs, "china" or "flower": uint8 (427, 640, 3)."""
    return load_sample_image(f"{validate.one_of('name', name, PHOTOGRAPHS)}.jpg")


def xor(n, seed):
    """Points in four clouds around (±1, ±1); the class says whether their signs differ.

    n: how many, the clouds taking turns.  Returns x (n, 2) and y (n,).
    """
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    cloud = np.arange(validate.integer("n", n, 4)) % 4
    signs = np.array([[-1, -1], [1, 1], [-1, 1], [1, -1]])[cloud]
    return signs + rng.normal(scale=0.25, size=(n, 2)), (cloud // 2).astype(np.int64)


def two_spirals(n, seed, turns=1.5):
    """Two spirals wound into each other, the classes taking turns: x (n, 2) and y (n,).

    turns: how often each goes round the origin.
    """
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    turns = validate.real("turns", turns, 0, 5, low_open=True)
    y = np.arange(validate.integer("n", n, 2)) % 2
    radius = np.sqrt(rng.uniform(0.01, 1, n))  # so that the points are spread evenly
    angle = 2 * np.pi * turns * radius + np.pi * y
    x = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return x + rng.normal(scale=0.015, size=(n, 2)), y.astype(np.int64)
