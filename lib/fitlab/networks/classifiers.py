"""Classifiers: networks from a row of numbers to a score for each class.

They are plain torch modules, float64. A score becomes a probability by softmax.
"""

import functools
import itertools

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fitlab import modes, random, validate
from fitlab.networks.mlp import draw_parameters

CHUNK = 64  # rows evaluated at a time: what a convolution makes of them stays in the cache
LARGEST = 2**53  # a prediction; beyond it float64 does not hold every integer


class Classifier(nn.Sequential):
    """Layers one after the other, from x (n, inputs) to scores (n, outputs), both float64.

    name: what it is called.  The parameters start as torch's do, drawn by `seed` from the book's
    own generator.  A network with one output answers with a number instead of scores.
    """

    @modes.ours()
    def __init__(self, name, *layers, seed=0):
        super().__init__(*layers)
        self.name, self.seed = name, validate.integer("seed", seed, 0, random.MAX_SEED)
        draw_parameters([layer for layer in self if hasattr(layer, "weight")], self.seed)

    @modes.ours()
    def scores(self, x):
        """The scores of a NumPy array x (n, inputs), as float64 (n, outputs)."""
        parts = torch.from_numpy(validate.finite("x", x)).split(CHUNK)
        return torch.cat([self(part) for part in parts]).numpy()

    @modes.ours()
    def probabilities(self, x):
        """softmax of the scores: float64 (n, classes), each row adding up to 1."""
        return functional.softmax(torch.from_numpy(self.scores(x)), dim=1).numpy()

    def predict(self, x):
        """The class with the highest score, int64 (n,); of a single number, the nearest integer."""
        scores = self.scores(x)
        if scores.shape[1] == 1:
            numbers = np.nan_to_num(scores[:, 0], nan=-LARGEST)  # after a divergence: no class
            return np.rint(numbers.clip(-LARGEST, LARGEST)).astype(np.int64)
        return scores.argmax(axis=1)

    def accuracy(self, x, y):
        """The share of the rows of x whose predicted class is y, from 0 to 1."""
        return float(np.mean(self.predict(x) == y))

    @property
    def parameter_count(self):
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())

    def __repr__(self):
        return f"Classifier({self.name}, seed={self.seed}: {self.parameter_count:,} parameters)"


_Linear = functools.partial(nn.utils.skip_init, nn.Linear, dtype=torch.float64)
_Conv2d = functools.partial(nn.utils.skip_init, nn.Conv2d, dtype=torch.float64)


def linear(inputs=64, outputs=10, *, seed=0):
    """One affine map: scores = W x + b. Trained with cross-entropy, it is logistic regression."""
    return linear_stack(inputs, outputs, depth=0, seed=seed)


def linear_stack(inputs=64, outputs=10, *, width=64, depth=4, seed=0):
    """`depth` + 1 affine maps in a row with nothing between them: still one affine map."""
    name = "linear" if depth == 0 else f"{depth + 1} linear layers"
    return Classifier(name, *_affine_maps(inputs, outputs, width, depth), seed=seed)


def mlp(inputs=64, outputs=10, *, width=64, depth=1, seed=0):
    """`depth` hidden layers of `width` units, each an affine map and a ReLU; then an affine map."""
    layers = []
    for affine in _affine_maps(inputs, outputs, width, validate.integer("depth", depth, 1)):
        layers += [affine, nn.ReLU()]
    return Classifier("MLP", *layers[:-1], seed=seed)


@modes.ours()
def cnn(side=8, outputs=10, *, channels=(8, 16), seed=0):
    """Two convolutions of 3 x 3 with ReLU, the largest of every 2 x 2 places, an affine map.

    side: of the square grey picture that a row of x holds, line by line; even.
    channels: how many features each convolution computes at every place.
    """
    side = validate.integer("side", side, 2)
    first, second = (validate.integer("channels", n, 1) for n in channels)
    if side % 2:
        raise ValueError(f"side={side} was given; side must be even, as 2 x 2 places become one")
    return Classifier(
        "CNN",
        nn.Unflatten(1, (1, side, side)),
        _Conv2d(1, first, 3, padding=1),
        nn.ReLU(),
        _Conv2d(first, second, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        _Linear(second * (side // 2) ** 2, validate.integer("outputs", outputs, 1)),
        seed=seed,
    )


@modes.ours()
def _affine_maps(inputs, outputs, width, depth):
    hidden = [validate.integer("width", width, 1)] * validate.integer("depth", depth, 0)
    ends = validate.integer("inputs", inputs, 1), validate.integer("outputs", outputs, 1)
    sizes = [ends[0], *hidden, ends[1]]
    return [_Linear(a, b) for a, b in itertools.pairwise(sizes)]


@torch.no_grad()
def collapse(stack):
    """The one affine map that a stack of linear layers is, multiplied out and not fitted.

    W_k (... (W_1 x + b_1) ...) + b_k = W x + b.  Returns W (outputs, inputs) and b (outputs,).
    """
    if not all(isinstance(layer, nn.Linear) for layer in stack):
        raise ValueError(f"{stack!r} was given; only a stack of linear layers is one affine map")
    first, *others = stack
    weight, bias = first.weight.clone(), first.bias.clone()
    for layer in others:
        weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
    return weight.numpy(), bias.numpy()
