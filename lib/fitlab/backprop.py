"""One training step of an MLP, written out: forward, backward, Adam.

`loss.backward()` and `torch.optim.Adam` do the same, and the tests hold this to them; but for
networks this small, most of their time goes into bookkeeping, and the page's own trainer needs
these very formulas.
"""

import math

import torch

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # Kingma & Ba 2015, and torch's defaults

# activation -> its derivative, as a function of its value h
DERIVATIVES = {"relu": lambda h: h > 0, "tanh": lambda h: 1 - h * h, "identity": torch.ones_like}


class TrainingStep:
    """Minimises the mean squared error of `model` on one batch after another.

    The model's parameters become views of one flat vector, and so do their gradients, so that Adam
    is six operations on vectors whatever the depth.
    """

    def __init__(self, model, lr):
        self.model, self.lr = model, lr
        parameters = list(model.parameters())
        self._vector = torch.cat([p.detach().flatten() for p in parameters])
        self._gradient, self._mean, self._square = (torch.zeros_like(self._vector) for _ in "gmv")
        for parameter, view in zip(parameters, _views(self._vector, parameters), strict=True):
            parameter.data = view
        views = _views(self._gradient, parameters)
        self._layer_gradients = list(zip(views[::2], views[1::2], strict=True))  # (weight, bias)
        self._steps, self._power1, self._power2 = 0, 1.0, 1.0

    @torch.no_grad()
    def __call__(self, x, y):
        """Take one step on the batch x (n, 1), y (n, 1); returns its loss before the step."""
        self._steps += 1
        inputs, scales = self._forward(x)
        error = inputs.pop() - y
        self._backward(error * (2 / len(x)), inputs, scales)
        self._adam()
        return error.square().mean().item()

    def _forward(self, x):
        """The input of every layer, then the output; and the hidden layers' dropout scales."""
        inputs, scales = [x], self.model.dropout_scales(self._steps, len(x))
        for layer, scale in zip(self.model.layers[:-1], scales, strict=True):
            inputs.append(self.model.hidden(layer, inputs[-1], scale))
        return [*inputs, self.model.layers[-1](inputs[-1])], scales

    def _backward(self, d, inputs, scales):
        """The chain rule, last layer first; d (n, k) is d loss / d (that layer's output)."""
        derivative = DERIVATIVES[self.model.activation]
        for index in reversed(range(len(inputs))):
            h, (weight_gradient, bias_gradient) = inputs[index], self._layer_gradients[index]
            torch.mm(d.T, h, out=weight_gradient)
            torch.sum(d, 0, out=bias_gradient)
            if index == 0:
                return
            d = (d @ self.model.layers[index].weight).mul_(derivative(h))
            if scales[index - 1] is not None:
                d.mul_(scales[index - 1])

    def _adam(self):
        """Adam with its bias corrections, which are running products: the page has no `pow`."""
        self._power1, self._power2 = self._power1 * BETA1, self._power2 * BETA2
        g = self._gradient
        self._mean.lerp_(g, 1 - BETA1)
        self._square.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        root = self._square.sqrt().mul_(1 / math.sqrt(1 - self._power2)).add_(EPSILON)
        self._vector.addcdiv_(self._mean, root, value=-self.lr / (1 - self._power1))


def _views(vector, parameters):
    """Cut a flat vector into pieces shaped like the parameters, sharing its memory."""
    pieces = vector.split([p.numel() for p in parameters])
    return [piece.view_as(p) for piece, p in zip(pieces, parameters, strict=True)]
