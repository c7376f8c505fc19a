"""The network of the book: a multilayer perceptron from one number to one number."""

import itertools
import math

import torch

from fitlab import random, validate

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda z: z}
MAX_WIDTH, MAX_DEPTH = 4096, 64


class MLP(torch.nn.Module):
    """`depth` hidden layers of `width` units, each Linear, Dropout, activation; then one Linear.

    depth 0 is an affine map. Parameters are float64. They start as torch.nn.Linear starts them,
    uniform in ±1/sqrt(inputs), but are drawn from the book's own generator (`fitlab.random`).
    activation: "relu", "tanh" or "identity".  dropout: probability in [0, 1) of dropping a unit.
    """

    def __init__(self, width, depth, activation="relu", dropout=0.0, seed=0):
        super().__init__()
        self.width = validate.integer("width", width, 1, MAX_WIDTH)
        self.depth = validate.integer("depth", depth, 0, MAX_DEPTH)
        self.activation = validate.one_of("activation", activation, ACTIVATIONS)
        self.dropout = validate.real("dropout", dropout, 0, 1, high_open=True)
        self.seed = validate.integer("seed", seed, 0, random.MAX_SEED)
        sizes = [1, *[self.width] * self.depth, 1]
        self.layers = torch.nn.ModuleList(
            torch.nn.utils.skip_init(torch.nn.Linear, inputs, outputs, dtype=torch.float64)
            for inputs, outputs in itertools.pairwise(sizes)
        )
        self._draw_parameters()

    @torch.no_grad()
    def _draw_parameters(self):
        for index, layer in enumerate(self.layers):
            bound = 1 / math.sqrt(layer.in_features)
            size = layer.weight.numel() + layer.bias.numel()
            drawn = (2 * random.uniform(self.seed, random.WEIGHTS, size, index) - 1) * bound
            weight, bias = torch.from_numpy(drawn).split([layer.weight.numel(), layer.bias.numel()])
            layer.weight.copy_(weight.view_as(layer.weight))
            layer.bias.copy_(bias)

    def forward(self, x, step=None):
        """Map x (n, 1) to (n, 1), float64.

        step: the training step whose dropout masks apply; None evaluates, with nothing dropped.
        """
        for index, layer in enumerate(self.layers[:-1]):
            x, _ = self.hidden(layer, x, index, step)
        return self.layers[-1](x)

    def hidden(self, layer, x, index, step=None):
        """Hidden layer `index`, which is `layer`, applied to x (n, inputs), at a training `step`.

        Returns its activations (n, width), and the dropout scale (n, width) or None.
        """
        z, scale = layer(x), None
        if step is not None and self.dropout > 0:
            scale = self._dropout_scale(step, index, len(x))
            z = z * scale
        return ACTIVATIONS[self.activation](z), scale

    def _dropout_scale(self, step, index, n):
        """Inverted dropout (Srivastava et al. 2014): 0 or 1/(1-p), float64 (n, width)."""
        keep = random.dropout_keep(self.seed, step, index, n, self.width, self.dropout)
        return torch.from_numpy(keep * (1 / (1 - self.dropout)))

    def predict(self, x):
        """Evaluate on a NumPy array of any shape; returns float64 of the same shape."""
        points = validate.finite("x", x)
        with torch.no_grad():
            return self(torch.from_numpy(points.reshape(-1, 1))).numpy().reshape(points.shape)

    @property
    def parameter_count(self):
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())

    def __repr__(self):
        dropout = f", dropout={self.dropout:g}" if self.dropout else ""
        return (
            f"MLP(width={self.width}, depth={self.depth}, {self.activation}{dropout}, "
            f"seed={self.seed}: {self.parameter_count:,} parameters)"
        )
