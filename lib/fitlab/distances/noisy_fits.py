"""Networks that learn sin from noisy measurements: which number a loss asks for at every x.

All noises have the mean 0 and a standard deviation near 1; in some of them the median is elsewhere.
"""

import functools
import math

import numpy as np
import torch

from fitlab import validate
from fitlab.networks.losses import LOSSES, SQUARED, Loss, numbers
from fitlab.networks.mlp import MLP
from fitlab.networks.training import Recipe, Samples, Training

EXAMPLES, WIDTH, BATCH, STEPS = 4_000, 32, 256, 480  # 30 passes over the examples
RARE, HEIGHT = 0.2, 2.5  # how often something is added, and how much
INSIDE = np.linspace(-3.0, 3.0, 601)  # where answers are compared with sin

# name -> (numbers of mean 0 from a generator, and their median)
NOISES = {
    "Gaussian": (lambda rng, n: rng.normal(0, 1, n), 0.0),
    "exponential": (lambda rng, n: rng.exponential(1, n) - 1, math.log(2) - 1),
    "jumping": (
        lambda rng, n: HEIGHT * ((rng.random(n) < RARE) - RARE),
        -HEIGHT * RARE,
    ),
}


def _absolute(outputs, rows):
    error = outputs - rows
    n, k = error.shape[-2:]
    return error.abs().mean(dim=(-2, -1)), error.sign() * (1 / (n * k))


WAYS = {
    SQUARED: LOSSES[SQUARED],
    "absolute error": Loss("absolute error", numbers, _absolute, of_classes=False),
}


def measurements(noise, seed, n=EXAMPLES):
    """x, uniform in [-pi, pi], and sin(x) with a noise of NOISES added: float64 (n,) both."""
    draw, _ = NOISES[validate.one_of("noise", noise, NOISES)]
    rng = np.random.default_rng(seed)
    x = rng.uniform(-math.pi, math.pi, validate.integer("n", n, 1))
    return x, np.sin(x) + draw(rng, n)


@functools.lru_cache(maxsize=128)
def offset(noise, loss, seed):
    """How far above sin(x) a network answers, on average over [-3, 3], after such measurements.

    loss: a name from WAYS.  One hidden layer of ReLU, Adam.
    """
    x, y = (torch.from_numpy(v[:, None]) for v in measurements(noise, seed))
    model = MLP(WIDTH, 1, seed=seed)
    recipe = Recipe(
        dealing="epochs", batch=BATCH, seed=seed, tolerance=0, max_steps=STEPS, check_every=STEPS
    )
    way = WAYS[validate.one_of("loss", loss, WAYS)]
    Training(model, Samples(x, y), recipe, loss=way).advance(STEPS)
    return float(np.mean(model.scores(INSIDE[:, None])[:, 0] - np.sin(INSIDE)))
