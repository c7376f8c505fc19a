"""Angles from noisy features: what a network learns when its answer lives on a circle.

Eight microphones stand around a table and each hears a speaker the louder the nearer it is; the
network is to say from which angle. Angles are in radians, from -pi to pi.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from fitlab import random, validate
from fitlab.distances import norms
from fitlab.networks.dealing import steps_in_epoch
from fitlab.networks.losses import LOSSES, SQUARED, Loss, numbers
from fitlab.networks.mlp import MLP
from fitlab.networks.training import Recipe, Samples, Training

MICROPHONES = 8
NOISE = 0.1
HELD_OUT = 2_000  # speakers
SEAM = math.radians(15)  # so near to ±pi an angle counts as near the seam
FAR = math.radians(60)  # an error that nobody would call a small one


def loudness(angle):
    """What the microphones hear without noise: angle (n,) -> float64 (n, 8), each from e^-2 to 1.

    Microphone k stands at k / 8 of a turn and hears exp(cos(angle - place) - 1).
    """
    places = 2 * math.pi * np.arange(MICROPHONES) / MICROPHONES
    return np.exp(np.cos(validate.finite("angle", angle)[..., None] - places) - 1)


def speakers(n, seed, noise=NOISE):
    """n speakers anywhere around the table: what is heard x (n, 8), and the true angles (n,).

    noise: the standard deviation of what is added to each loudness.
    """
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    angle = rng.uniform(-math.pi, math.pi, validate.integer("n", n, 1))
    noise = validate.real("noise", noise, 0, math.inf)
    return loudness(angle) + rng.normal(0, noise, (n, MICROPHONES)), angle


# ---------------------------------------------------------------------------- ways to answer


@dataclass(frozen=True)
class Way:
    """How a network answers with an angle.

    rows: true angles (n,) of NumPy to what the outputs are compared with, (n, outputs).
    loss: of outputs and rows, as torch tensors.  read: outputs (n, outputs) to angles (n,).
    """

    outputs: int
    rows: Callable
    loss: Loss
    read: Callable

    def __repr__(self):
        return f"Way({self.outputs} outputs)"


def _on_circle(angle):
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _one_less_cosine(outputs, rows):
    turned = outputs - rows
    return (1 - torch.cos(turned)).mean(dim=(-2, -1)), torch.sin(turned) * (1 / len(turned))


def _sum_of_squares(outputs, rows):
    error = outputs - rows
    return error.square().sum(dim=-1).mean(dim=-1), error * (2 / len(error))


def _own(name, both):
    return Loss(name, numbers, both, of_classes=False)


WAYS = {
    "difference": Way(1, lambda t: t[:, None], LOSSES[SQUARED], lambda o: o[:, 0]),
    "1 − cos": Way(1, lambda t: t[:, None], _own("1 − cos", _one_less_cosine), lambda o: o[:, 0]),
    "cos and sin": Way(
        2, _on_circle, _own("distance²", _sum_of_squares), lambda o: np.arctan2(o[:, 1], o[:, 0])
    ),
}


@dataclass(frozen=True)
class AngleNetwork:
    """A trained network together with the way in which it answers."""

    model: MLP
    way: str

    def predict(self, x):
        """The angles that it answers for x (n, 8): float64 (n,), in radians, of any turn."""
        return WAYS[self.way].read(self.model.scores(x))

    def seam(self, points=36_000):
        """Its worst error around the circle, in radians, and the arc on which it is beyond FAR.

        Without noise, at `points` angles (odd multiples of half a step, so that ±pi is between).
        """
        step = 2 * math.pi / validate.integer("points", points, 2)
        angle = -math.pi + step * (np.arange(points) + 0.5)
        error = norms.arc(self.predict(loudness(angle)), angle)
        return float(error.max()), float(step * np.count_nonzero(error > FAR))

    def __repr__(self):
        return f"AngleNetwork({self.way}: {self.model.parameter_count:,} parameters)"


def train(way, seed, *, n=2_000, width=32, depth=2, epochs=40, batch=256, lr=3e-3):
    """A network of `depth` hidden layers that hears and answers with an angle: AngleNetwork.

    way: a name from WAYS.  seed: of the speakers, the weights and the batches.  n: how many
    speakers it learns from.  Adam, `epochs` passes over all of them, float64.
    """
    chosen = WAYS[validate.one_of("way", way, WAYS)]
    x, angle = speakers(n, seed)
    model = MLP(width, depth, seed=seed, inputs=MICROPHONES, outputs=chosen.outputs)
    each = steps_in_epoch("epochs", validate.integer("batch", batch, 1), len(x))
    steps = each * validate.integer("epochs", epochs, 1)
    recipe = Recipe(
        lr=lr, dealing="epochs", batch=batch, seed=seed,
        tolerance=0, max_steps=steps, check_every=steps,
    )  # fmt: skip
    samples = Samples(torch.from_numpy(x), torch.from_numpy(chosen.rows(angle)))
    Training(model, samples, recipe, loss=chosen.loss).advance(steps)
    return AngleNetwork(model, way)


@functools.lru_cache(maxsize=64)
def listener(way, seed):
    """The network that answers with an angle in that way, trained with that seed; kept."""
    return train(way, seed)


def held_out_errors(way, seed):
    """Its mean error in degrees on speakers held out: of all, and of those near the seam."""
    x, angle = speakers(HELD_OUT, seed + 2**31)  # seeds that no training uses
    error = np.degrees(norms.arc(listener(way, seed).predict(x), angle))
    return float(error.mean()), float(error[math.pi - np.abs(angle) < SEAM].mean())
