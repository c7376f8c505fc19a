"""One training step, written out: forward, the loss, the chain rule backward, the optimizer.

`loss.backward()` and `torch.optim` do the same, and the tests hold this to them; but for networks
this small, most of their time goes into bookkeeping, and the page's own trainer needs these very
formulas.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch.nn import functional

from fitlab.networks.cnn import CNN, WINDOW
from fitlab.networks.losses import LOSSES, SQUARED, Loss
from fitlab.networks.mlp import Scales, hidden
from fitlab.networks.optimizers import Optimizer

# activation -> its derivative, as a function of its value h
DERIVATIVES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": lambda h: h > 0,
    "tanh": lambda h: 1 - h * h,
    "identity": torch.ones_like,
}

Gradients = Sequence[tuple[torch.Tensor, torch.Tensor]]  # of each layer: by its weight, its bias


class TrainingStep:
    """Makes a loss of `model` smaller on one batch after another.

    model: an MLP, a CNN, or an Ensemble of k MLPs; then what is (n, ...) below is (k, n, ...). One
    of another kind has a method `passes`, which gives what MLPPasses is for an MLP.
    Its parameters become views of one flat vector, and so do their gradients, so that an optimizer
    is a few operations on vectors whatever the depth, and whatever the number of networks.
    """

    def __init__(self, model: Any, optimizer: Optimizer, loss: Loss = LOSSES[SQUARED]) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self._hold(torch.cat([p.detach().flatten() for p in model.parameters()]))
        self.steps = 0

    def _hold(self, vector: torch.Tensor) -> None:
        """Train the parameters that stand in this vector."""
        self._vector, self._gradient = vector, torch.zeros_like(vector)
        parameters = list(self.model.parameters())
        for parameter, view in zip(parameters, _views(vector, parameters), strict=True):
            parameter.data = view
        views = _views(self._gradient, parameters)
        self._passes = _passes(self.model, list(zip(views[::2], views[1::2], strict=True)))

    def __call__(self, x: torch.Tensor, rows: torch.Tensor) -> float:
        """Take one step on the batch x (n, inputs) with the loss's rows (n, outputs).

        Returns the loss before the step.
        """
        return self.take(x, rows).item()

    @torch.no_grad()
    def take(self, x: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """The same, but returns a tensor: (), or (k,) of an Ensemble."""
        self.steps += 1
        value, slope = self.loss.both(self._passes.forward(x, self.steps), rows)
        self._passes.backward(slope)
        self.optimizer.step(self._vector, self._gradient)
        return value

    @torch.no_grad()
    def keep(self, kept: Sequence[int]) -> None:
        """Go on with some networks of an Ensemble only: indices (m,) below k."""
        stacked = list(self.model.parameters())

        def of_kept(vector: torch.Tensor) -> torch.Tensor:
            return torch.cat([view[kept].flatten() for view in _views(vector, stacked)])

        vector = of_kept(self._vector)
        self.optimizer.memory = [of_kept(each) for each in self.optimizer.memory]
        self.model.keep(kept)
        self._hold(vector)


def _passes(model: Any, gradients: Gradients) -> Any:
    """What goes forward and backward through the model, and leaves its gradients there."""
    if isinstance(model, CNN):
        return CNNPasses(model, gradients)
    return model.passes(gradients) if hasattr(model, "passes") else MLPPasses(model, gradients)


class MLPPasses:
    """Through an MLP or an Ensemble of them."""

    def __init__(self, model: Any, gradients: Gradients) -> None:
        self.model, self._gradients = model, gradients
        self._derivatives = [DERIVATIVES[name] for name in model.activations]

    def forward(self, x: torch.Tensor, step: int) -> torch.Tensor:
        """The outputs for x (n, inputs) in a training step, which decides what is dropped."""
        model, scales = self.model, self.model.dropout_scales(step, x.shape[-2])
        inputs = [x]  # of every layer
        for layer, name, scale in zip(model.layers[:-1], model.activations, scales, strict=True):
            inputs.append(hidden(layer, name, inputs[-1], scale))
        self._inputs, self._scales = inputs, scales
        return model.layers[-1](inputs[-1])

    def backward(self, d: torch.Tensor) -> None:
        """The chain rule, last layer first; d (n, outputs) is d loss / d outputs."""
        scales: Scales = self._scales
        for index in reversed(range(len(self._inputs))):
            h, (by_weight, by_bias) = self._inputs[index], self._gradients[index]
            torch.matmul(d.mT, h, out=by_weight)
            torch.sum(d, -2, out=by_bias)
            if index == 0:
                return
            d = (d @ self.model.layers[index].weight).mul_(self._derivatives[index - 1](h))
            scale = scales[index - 1]
            if scale is not None:
                d.mul_(scale)


class CNNPasses:
    """Through a CNN. Pictures are (channels, n, side, side) here.

    A convolution is then one product: of its weight, (features, channels * 9), and the windows
    around all places of all pictures, (channels * 9, n * side * side).
    """

    def __init__(self, model: CNN, gradients: Gradients) -> None:
        self.model, self._gradients = model, gradients

    def forward(self, x: torch.Tensor, step: int) -> torch.Tensor:
        """The outputs for x (n, side * side); nothing is dropped, whatever the step."""
        *convolutions, last = self.model.layers
        n, side = len(x), self.model.side
        self._windows, self._features, z = [], [], x.view(1, n, side, side)
        for layer in convolutions:
            seen = windows(z)
            features = torch.addmm(layer.bias[:, None], layer.weight.flatten(1), seen).relu_()
            self._windows.append(seen)
            self._features.append(features)  # (features, n * side * side)
            z = features.view(-1, n, side, side)
        pooled, self._places = functional.max_pool2d(z, self.model.pool, return_indices=True)
        self._pooled = pooled.transpose(0, 1).flatten(1)  # (n, features * places)
        return last(self._pooled)

    def backward(self, d: torch.Tensor) -> None:
        """The chain rule, last layer first; d (n, outputs) is d loss / d outputs."""
        *convolutions, last = self.model.layers
        *_, (by_weight, by_bias) = self._gradients
        torch.matmul(d.mT, self._pooled, out=by_weight)
        torch.sum(d, 0, out=by_bias)
        d = self._to_largest(d @ last.weight)
        for index in reversed(range(len(convolutions))):
            by_weight, by_bias = self._gradients[index]
            d.mul_(self._features[index] > 0)
            torch.matmul(d, self._windows[index].mT, out=by_weight.flatten(1))
            torch.sum(d, 1, out=by_bias)
            if index > 0:
                d = convolutions[index].weight.flatten(1).mT @ d
                d = overlapped(d, len(self._pooled), self.model.side)

    def _to_largest(self, d: torch.Tensor) -> torch.Tensor:
        """What was the largest of the places that became one gets all of d.

        Returns (features, n * side * side).
        """
        features, n, *left = self._places.shape
        d = d.view(n, features, math.prod(left)).transpose(0, 1)
        full = d.new_zeros(features, n, self.model.side**2)
        return full.scatter_(2, self._places.flatten(2), d).flatten(1)


def windows(z: torch.Tensor) -> torch.Tensor:
    """The 3 x 3 places around every place of pictures (channels, n, side, side), 0 outside.

    Returns (channels * 9, n * side * side): a row for each place of a window.
    """
    seen = functional.pad(z, (1, 1, 1, 1)).unfold(2, WINDOW, 1).unfold(3, WINDOW, 1)
    return seen.permute(0, 4, 5, 1, 2, 3).reshape(len(z) * WINDOW**2, -1)


def overlapped(d: torch.Tensor, n: int, side: int) -> torch.Tensor:
    """The derivative by the pictures from that by their windows: a place is in nine of them.

    d: (channels * 9, n * side * side).  Returns (channels, n * side * side).
    """
    parts = d.view(-1, WINDOW, WINDOW, n, side, side)
    padded = d.new_zeros(len(parts), n, side + 2, side + 2)
    for row in range(WINDOW):
        for column in range(WINDOW):
            place = padded[..., row : row + side, column : column + side]
            place.add_(parts[:, row, column])
    return padded[..., 1:-1, 1:-1].flatten(1)


def _views(vector: torch.Tensor, parameters: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Cut a flat vector into pieces shaped like the parameters, sharing its memory."""
    pieces = vector.split([p.numel() for p in parameters])
    return [piece.view_as(p) for piece, p in zip(pieces, parameters, strict=True)]
