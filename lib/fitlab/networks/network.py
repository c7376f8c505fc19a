"""What all networks of the book have: parameters drawn by a seed, outputs, a class they answer."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from fitlab import modes, random, validate

LARGEST = 2**53  # an answered integer; beyond it float64 does not hold every one

# start -> how far from 0 weights may start, from a unit's inputs and outputs; and biases.
# "torch": as torch.nn.Linear and Conv2d do; "glorot": Glorot & Bengio 2010; "he": He et al. 2015.
STARTS: dict[str, tuple[Callable[[int, int], float], bool]] = {
    "torch": (lambda inputs, outputs: 1 / math.sqrt(inputs), True),
    "glorot": (lambda inputs, outputs: math.sqrt(6 / (inputs + outputs)), False),
    "he": (lambda inputs, outputs: math.sqrt(6 / inputs), False),
}


class Network(torch.nn.Module):
    """From x (n, inputs) to outputs (n, outputs), float64: numbers, or a score for each class.

    A score becomes a probability by softmax.  chunk: rows evaluated at a time, so many that what
    the layers make of them stays in the cache.
    """

    inputs: int
    outputs: int
    seed: int
    layers: Any  # modules with weight and bias; a ModuleList does not say of what
    chunk = 1_000

    @modes.ours()
    def scores(self, x: npt.ArrayLike) -> np.ndarray:
        """The outputs for a NumPy array x (n, inputs), as float64 (n, outputs)."""
        rows = validate.finite("x", x)
        if rows.ndim != 2 or rows.shape[1] != self.inputs:
            raise ValueError(
                f"x of shape {rows.shape} was given; {self!r} does not take them: x must be "
                f"(n, {self.inputs})"
            )
        return evaluated(self, torch.from_numpy(rows)).numpy()

    @modes.ours()
    def probabilities(self, x: npt.ArrayLike) -> np.ndarray:
        """softmax of the scores: float64 (n, outputs), each row adding up to 1."""
        return functional.softmax(torch.from_numpy(self.scores(x)), dim=1).numpy()

    @modes.ours()
    def classes(self, x: npt.ArrayLike) -> np.ndarray:
        """The class with the highest score, int64 (n,); of a single number, the nearest integer."""
        return answered_classes(torch.from_numpy(self.scores(x))).numpy()

    def accuracy(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """The share of the rows of x whose answered class is y, from 0 to 1."""
        return float(np.mean(self.classes(x) == y))

    @property
    def parameter_count(self) -> int:
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())


@torch.no_grad()
def evaluated(model: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The outputs for x (n, inputs), or of an Ensemble for x (k, n, inputs), a part at a time."""
    chunk = getattr(model, "chunk", Network.chunk)
    return torch.cat([model(part) for part in x.split(chunk, dim=-2)], dim=-2)


def answered_classes(outputs: torch.Tensor) -> torch.Tensor:
    """Of outputs (..., k) the place of the largest, the first of equals; of one, the integer."""
    if outputs.shape[-1] > 1:
        return outputs.argmax(-1)
    numbers = outputs[..., 0].nan_to_num(nan=-LARGEST)  # after a divergence: no class
    return numbers.clamp(-LARGEST, LARGEST).round().long()


@torch.no_grad()
def draw_parameters(
    layers: Iterable[Any], seed: int, start: str = "torch", factor: float = 1.0
) -> None:
    """Fill the layers' weights, and biases if they have them, with numbers drawn by the seed.

    layers: modules with a weight (units, ...) and perhaps a bias (units,), in their order; the
    numbers come from the book's own generator and depend on that order and the shapes alone.
    start: a name from STARTS: uniform within so much of 0, times `factor`. A bias that is not
    drawn is 0.
    """
    bound_of, with_biases = STARTS[start]
    for index, layer in enumerate(layers):
        bound = bound_of(layer.weight[0].numel(), layer.weight[:, 0].numel()) * factor
        parts = [part for part in (layer.weight, getattr(layer, "bias", None)) if part is not None]
        sizes = [part.numel() for part in parts]
        drawn = (2 * random.uniform(seed, random.WEIGHTS, sum(sizes), index) - 1) * bound
        for part, numbers in zip(parts, torch.from_numpy(drawn).split(sizes), strict=True):
            part.copy_(numbers.view_as(part))
        if not with_biases:
            for bias in parts[1:]:
                bias.zero_()


def checked_start(start: str, start_factor: float) -> dict[str, str | float]:
    """How parameters start, as a dictionary of valid values, or ValueError."""
    return {
        "start": validate.one_of("start", start, STARTS),
        "start_factor": validate.real("start_factor", start_factor, 0, math.inf, low_open=True),
    }
