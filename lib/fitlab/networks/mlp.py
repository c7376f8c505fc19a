"""The network of the book: a multilayer perceptron from one number to one number."""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from fitlab import modes, random, validate

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "identity": lambda z: z,
}
MAX_WIDTH, MAX_DEPTH = 4096, 64

Scales = torch.Tensor | Sequence[torch.Tensor | None]  # of dropout, one for each hidden layer


def checked(
    width: int, depth: int, activation: str, dropout: float, seed: int
) -> dict[str, int | float | str]:
    """What decides an MLP, as a dictionary of valid values, or ValueError."""
    return {
        "width": validate.integer("width", width, 1, MAX_WIDTH),
        "depth": validate.integer("depth", depth, 0, MAX_DEPTH),
        "activation": validate.one_of("activation", activation, ACTIVATIONS),
        "dropout": validate.real("dropout", dropout, 0, 1, high_open=True),
        "seed": validate.integer("seed", seed, 0, random.MAX_SEED),
    }


@torch.no_grad()
def draw_parameters(layers: Iterable[Any], seed: int) -> None:
    """Fill the layers' weights and biases as torch does, uniform in ±1/sqrt(inputs of a unit).

    layers: modules with a weight (units, ...) and perhaps a bias (units,), in their order; the
    numbers come from the book's own generator and depend on that order and the shapes alone.
    """
    for index, layer in enumerate(layers):
        bound = 1 / math.sqrt(layer.weight[0].numel())
        parts = [part for part in (layer.weight, getattr(layer, "bias", None)) if part is not None]
        sizes = [part.numel() for part in parts]
        drawn = (2 * random.uniform(seed, random.WEIGHTS, sum(sizes), index) - 1) * bound
        for part, numbers in zip(parts, torch.from_numpy(drawn).split(sizes), strict=True):
            part.copy_(numbers.view_as(part))


class MLP(torch.nn.Module):
    """`depth` hidden layers of `width` units, each Linear, Dropout, activation; then one Linear.

    depth 0 is an affine map. Parameters are float64. They start as torch.nn.Linear starts them,
    uniform in ±1/sqrt(inputs), but are drawn from the book's own generator (`fitlab.random`).
    activation: "relu", "tanh" or "identity".  dropout: probability in [0, 1) of dropping a unit.
    """

    width: int
    depth: int
    activation: str
    dropout: float
    seed: int
    layers: Any  # Linear modules; a ModuleList does not say of what

    @modes.ours()
    def __init__(
        self,
        width: int,
        depth: int,
        activation: str = "relu",
        dropout: float = 0.0,
        seed: int = 0,
    ) -> None:
        super().__init__()
        for name, value in checked(width, depth, activation, dropout, seed).items():
            setattr(self, name, value)
        sizes = [1, *[self.width] * self.depth, 1]
        self.layers = torch.nn.ModuleList(
            torch.nn.utils.skip_init(torch.nn.Linear, inputs, outputs, dtype=torch.float64)
            for inputs, outputs in itertools.pairwise(sizes)
        )
        draw_parameters(self.layers, self.seed)

    def forward(self, x: torch.Tensor, step: int | None = None) -> torch.Tensor:
        """Map x (n, 1) to (n, 1), float64.

        step: the training step whose dropout masks apply; None evaluates, with nothing dropped.
        """
        scales = self.dropout_scales(step, x.shape[-2])
        for layer, scale in zip(self.layers[:-1], scales, strict=True):
            x = self.hidden(layer, x, scale)
        return self.layers[-1](x)

    def hidden(
        self, layer: torch.nn.Module, x: torch.Tensor, scale: torch.Tensor | None = None
    ) -> torch.Tensor:
        """One hidden layer on x (n, inputs), with its dropout `scale` or None: (n, width)."""
        z = layer(x)
        return ACTIVATIONS[self.activation](z if scale is None else z * scale)

    def dropout_scales(self, step: int | None, n: int) -> Scales:
        """Inverted dropout (Srivastava et al. 2014): 0 or 1/(1-p) for n samples, (depth, n, width).

        A list of None, one for each hidden layer, where nothing is dropped.
        """
        if step is None or self.dropout == 0 or self.depth == 0:
            return [None] * self.depth
        keep = random.dropout_keep(self.seed, step, self.depth, n, self.width, self.dropout)
        return torch.from_numpy(keep * (1 / (1 - self.dropout)))

    @modes.ours()
    def predict(self, x: npt.ArrayLike) -> np.ndarray:
        """Evaluate on a NumPy array of any shape; returns float64 of the same shape."""
        points = validate.finite("x", x)
        with torch.no_grad():
            return self(torch.from_numpy(points.reshape(-1, 1))).numpy().reshape(points.shape)

    @property
    def parameter_count(self) -> int:
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())

    def __repr__(self) -> str:
        dropout = f", dropout={self.dropout:g}" if self.dropout else ""
        return (
            f"MLP(width={self.width}, depth={self.depth}, {self.activation}{dropout}, "
            f"seed={self.seed}: {self.parameter_count:,} parameters)"
        )
