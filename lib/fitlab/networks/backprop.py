"""One training step of an MLP, written out: forward, backward, Adam.

`loss.backward()` and `torch.optim.Adam` do the same, and the tests hold this to them; but for
networks this small, most of their time goes into bookkeeping, and the page's own trainer needs
these very formulas.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from fitlab.networks.mlp import Scales

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # Kingma & Ba 2015, and torch's defaults

# activation -> its derivative, as a function of its value h
DERIVATIVES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": lambda h: h > 0,
    "tanh": lambda h: 1 - h * h,
    "identity": torch.ones_like,
}


class TrainingStep:
    """Minimises the mean squared error of `model` on one batch after another.

    The model is an MLP, or an Ensemble of k of them; then what is (n, 1) below is (k, n, 1). Its
    parameters become views of one flat vector, and so do their gradients, so that Adam is six
    operations on vectors whatever the depth, and whatever the number of networks.
    """

    def __init__(self, model: Any, lr: float) -> None:
        self.model, self.lr = model, lr
        vector = torch.cat([p.detach().flatten() for p in model.parameters()])
        self._hold(vector, torch.zeros_like(vector), torch.zeros_like(vector))
        self._steps, self._power1, self._power2 = 0, 1.0, 1.0

    def _hold(self, vector: torch.Tensor, mean: torch.Tensor, square: torch.Tensor) -> None:
        """Train these parameters, with these running means of the gradient and of its square."""
        self._vector, self._mean, self._square = vector, mean, square
        self._gradient, parameters = torch.zeros_like(vector), list(self.model.parameters())
        for parameter, view in zip(parameters, _views(vector, parameters), strict=True):
            parameter.data = view
        views = _views(self._gradient, parameters)
        self._layer_gradients = list(zip(views[::2], views[1::2], strict=True))  # (weight, bias)

    def __call__(self, x: torch.Tensor, y: torch.Tensor) -> float:
        """Take one step on the batch x (n, 1), y (n, 1); returns its loss before the step."""
        return self.take(x, y).square().mean().item()

    @torch.no_grad()
    def take(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """The same, but returns the errors before the step, (n, 1)."""
        self._steps += 1
        inputs, scales = self._forward(x)
        error = inputs.pop() - y
        self._backward(error * (2 / x.shape[-2]), inputs, scales)
        self._adam()
        return error

    @torch.no_grad()
    def keep(self, kept: Sequence[int]) -> None:
        """Go on with some networks of an Ensemble only: indices (m,) below k."""
        stacked = list(self.model.parameters())
        state = [
            torch.cat([view[kept].flatten() for view in _views(vector, stacked)])
            for vector in (self._vector, self._mean, self._square)
        ]
        self.model.keep(kept)
        self._hold(*state)

    def _forward(self, x: torch.Tensor) -> tuple[list[torch.Tensor], Scales]:
        """The input of every layer, then the output; and the hidden layers' dropout scales."""
        inputs, scales = [x], self.model.dropout_scales(self._steps, x.shape[-2])
        for layer, scale in zip(self.model.layers[:-1], scales, strict=True):
            inputs.append(self.model.hidden(layer, inputs[-1], scale))
        return [*inputs, self.model.layers[-1](inputs[-1])], scales

    def _backward(
        self,
        d: torch.Tensor,
        inputs: Sequence[torch.Tensor],
        scales: Scales,
    ) -> None:
        """The chain rule, last layer first; d (n, k) is d loss / d (that layer's output)."""
        derivative = DERIVATIVES[self.model.activation]
        for index in reversed(range(len(inputs))):
            h, (weight_gradient, bias_gradient) = inputs[index], self._layer_gradients[index]
            torch.matmul(d.mT, h, out=weight_gradient)
            torch.sum(d, -2, out=bias_gradient)
            if index == 0:
                return
            d = (d @ self.model.layers[index].weight).mul_(derivative(h))
            scale = scales[index - 1]
            if scale is not None:
                d.mul_(scale)

    def _adam(self) -> None:
        """Adam with its bias corrections, which are running products: the page has no `pow`."""
        self._power1, self._power2 = self._power1 * BETA1, self._power2 * BETA2
        g = self._gradient
        self._mean.lerp_(g, 1 - BETA1)
        self._square.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        root = self._square.sqrt().mul_(1 / math.sqrt(1 - self._power2)).add_(EPSILON)
        self._vector.addcdiv_(self._mean, root, value=-self.lr / (1 - self._power1))


def _views(vector: torch.Tensor, parameters: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Cut a flat vector into pieces shaped like the parameters, sharing its memory."""
    pieces = vector.split([p.numel() for p in parameters])
    return [piece.view_as(p) for piece, p in zip(pieces, parameters, strict=True)]
