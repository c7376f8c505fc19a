"""The network of the book: a multilayer perceptron, from numbers to numbers or to a class."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from fitlab import modes, random, validate
from fitlab.networks.network import Network, checked_start, draw_parameters

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


class MLP(Network):
    """`depth` hidden layers of `width` units, each Linear, Dropout, activation; then one Linear.

    depth 0 is an affine map. Parameters are float64. They start as torch.nn.Linear starts them,
    uniform in ±1/sqrt(inputs), but are drawn from the book's own generator (`fitlab.random`).
    activation: "relu", "tanh" or "identity".  dropout: probability in [0, 1) of dropping a unit.
    inputs, outputs: how many numbers go in and come out.
    start: "torch", "glorot" or "he" (see network.STARTS), times start_factor.
    """

    width: int
    depth: int
    activation: str
    dropout: float
    start: str
    start_factor: float

    @modes.ours()
    def __init__(
        self,
        width: int,
        depth: int,
        activation: str = "relu",
        dropout: float = 0.0,
        seed: int = 0,
        *,
        inputs: int = 1,
        outputs: int = 1,
        start: str = "torch",
        start_factor: float = 1.0,
    ) -> None:
        super().__init__()
        given = checked(width, depth, activation, dropout, seed)
        given["inputs"] = validate.integer("inputs", inputs, 1, MAX_WIDTH)
        given["outputs"] = validate.integer("outputs", outputs, 1, MAX_WIDTH)
        for name, value in {**given, **checked_start(start, start_factor)}.items():
            setattr(self, name, value)
        sizes = [self.inputs, *[self.width] * self.depth, self.outputs]
        self.layers = torch.nn.ModuleList(itertools.starmap(linear, itertools.pairwise(sizes)))
        draw_parameters(self.layers, self.seed, self.start, self.start_factor)

    @property
    def activations(self) -> Sequence[str]:
        """Of each hidden layer."""
        return [self.activation] * self.depth

    def forward(self, x: torch.Tensor, step: int | None = None) -> torch.Tensor:
        """Map x (n, inputs) to (n, outputs), float64.

        step: the training step whose dropout masks apply; None evaluates, with nothing dropped.
        """
        scales = self.dropout_scales(step, x.shape[-2])
        for layer, activation, scale in zip(
            self.layers[:-1], self.activations, scales, strict=True
        ):
            x = hidden(layer, activation, x, scale)
        return self.layers[-1](x)

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
        """What it answers to a NumPy array, in float64.

        With one input, x is of any shape; with several, (..., inputs). With one output, the answers
        have the shape of the points; with several, (..., outputs).
        """
        values = validate.finite("x", x)
        points = values.shape if self.inputs == 1 else values.shape[:-1]
        if self.inputs > 1 and values.shape[-1:] != (self.inputs,):
            raise ValueError(
                f"x of shape {values.shape} was given; {self!r} takes x of shape "
                f"(..., {self.inputs})"
            )
        rows = torch.from_numpy(values.reshape(-1, self.inputs))
        with torch.no_grad():
            outputs = self(rows).numpy()
        return outputs.reshape(points if self.outputs == 1 else (*points, self.outputs))

    def __repr__(self) -> str:
        ends = f"inputs={self.inputs}, outputs={self.outputs}, "
        dropout = f", dropout={self.dropout:g}" if self.dropout else ""
        return (
            f"{type(self).__name__}({ends if (self.inputs, self.outputs) != (1, 1) else ''}"
            f"width={self.width}, depth={self.depth}, {self.activation}{dropout}, "
            f"seed={self.seed}: {self.parameter_count:,} parameters)"
        )


def linear(inputs: int, outputs: int) -> torch.nn.Linear:
    """An affine map in float64 whose parameters are still to be drawn."""
    return torch.nn.utils.skip_init(torch.nn.Linear, inputs, outputs, dtype=torch.float64)


def hidden(
    layer: torch.nn.Module, activation: str, x: torch.Tensor, scale: torch.Tensor | None = None
) -> torch.Tensor:
    """One hidden layer on x (n, inputs), with its dropout `scale` or None: (n, width)."""
    z = layer(x)
    return ACTIVATIONS[activation](z if scale is None else z * scale)


@torch.no_grad()
def collapse(stack: MLP) -> tuple[np.ndarray, np.ndarray]:
    """The one affine map that an MLP with the identity is, multiplied out and not fitted.

    W_k (... (W_1 x + b_1) ...) + b_k = W x + b.  Returns W (outputs, inputs) and b (outputs,).
    """
    if not isinstance(stack, MLP) or any(name != "identity" for name in stack.activations):
        raise ValueError(f"{stack!r} was given; only a stack of linear layers is one affine map")
    first, *others = stack.layers
    weight, bias = first.weight.clone(), first.bias.clone()
    for layer in others:
        weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
    return weight.numpy(), bias.numpy()
