"""A guess about the target, built into the network: that it is odd, or that it is even.

Every function g is the sum of an odd part, (g(x) - g(-x)) / 2, and an even part,
(g(x) + g(-x)) / 2. Whoever guesses that the target is odd keeps the odd part of an MLP and throws
the other away; then no training can make the network anything but odd.
"""

from typing import Any, Unpack

import torch

from fitlab import validate
from fitlab.networks.backprop import Gradients, MLPPasses
from fitlab.networks.mlp import MLP
from fitlab.regression.settings import Settings, SettingsKeywords, show_settings
from fitlab.regression.targets import Target
from fitlab.regression.training import Fit, Training

SIGNS = {"odd": -1, "even": 1}  # of g(-x)


class Symmetric(torch.nn.Module):
    """The odd or the even part of `network`, an MLP without dropout, and with its parameters."""

    def __init__(self, network: MLP, symmetry: str) -> None:
        super().__init__()
        self.symmetry = validate.one_of("symmetry", symmetry, SIGNS)
        if network.dropout:
            raise ValueError(
                f"dropout={network.dropout} was given; a symmetric network must have dropout 0, "
                "because what is dropped at x is not what is dropped at -x"
            )
        if (network.inputs, network.outputs) != (1, 1):
            raise ValueError(
                f"{network!r} was given; a symmetric network maps a number to a number"
            )
        self.network, self.sign = network, SIGNS[symmetry]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map x (n, 1) to (n, 1), float64."""
        return (self.network(x) + self.sign * self.network(-x)) / 2

    def passes(self, gradients: Gradients) -> "SymmetricPasses":
        """How a training step goes through it."""
        return SymmetricPasses(self, gradients)

    inputs = outputs = 1
    predict = MLP.predict
    parameter_count = MLP.parameter_count

    @property
    def activation(self) -> str:
        """That of the network."""
        return self.network.activation

    @property
    def depth(self) -> int:
        """Hidden layers, as in the network."""
        return self.network.depth

    @property
    def layers(self) -> Any:
        """The layers of a plain MLP that is the same function: the network and its mirror image.

        They stand side by side in layers of twice the width, and do not hear of each other.
        """
        return self.unfolded().layers

    @torch.no_grad()
    def unfolded(self) -> MLP:
        """An MLP of twice the width that is the same function; nothing in it is tied any more."""
        first, *middle, last = self.network.layers if self.depth else (None, self.network.layers[0])
        double = MLP(2 * self.network.width, self.depth, self.activation)
        if first is not None:
            double.layers[0].weight.copy_(torch.cat([first.weight, -first.weight]))
            double.layers[0].bias.copy_(first.bias.repeat(2))
        for own, layer in zip(double.layers[1:-1], middle, strict=True):
            own.weight.copy_(torch.block_diag(layer.weight, layer.weight))
            own.bias.copy_(layer.bias.repeat(2))
        halves = torch.cat([last.weight, self.sign * last.weight], dim=1) / 2
        # without a hidden layer both halves see the same x, and one of them with a minus
        double.layers[-1].weight.copy_(halves if self.depth else halves @ _MIRROR)
        double.layers[-1].bias.copy_(last.bias * (1 + self.sign) / 2)
        return double

    def __repr__(self) -> str:
        return f"Symmetric({self.symmetry} part of {self.network!r})"


_MIRROR = torch.tensor([[1.0], [-1.0]], dtype=torch.float64)


class SymmetricPasses:
    """Through a Symmetric network: through the one inside, on the batch and its mirror image."""

    def __init__(self, model: Symmetric, gradients: Gradients) -> None:
        self._inside, self._sign = MLPPasses(model.network, gradients), model.sign

    def forward(self, x: torch.Tensor, step: int) -> torch.Tensor:
        """The outputs for x (n, 1)."""
        here, there = self._inside.forward(torch.cat([x, -x]), step).chunk(2)
        return (here + self._sign * there) / 2

    def backward(self, d: torch.Tensor) -> None:
        """d (n, 1) is d loss / d outputs; that by g(x) is half of it."""
        half = d / 2
        self._inside.backward(torch.cat([half, self._sign * half]))


@show_settings
def fit_symmetric(
    symmetry: str, target: str | Target = "sine", **settings: Unpack[SettingsKeywords]
) -> Fit:
    """As `fitlab.fit`, with an "odd" or an "even" network; returns a Fit.

    Raises ValueError for another symmetry, for dropout, and for what `fit` does not allow.
    """
    settings_ = Settings(target, **settings)
    return Training(settings_, Symmetric(settings_.new_model(), symmetry)).run()
