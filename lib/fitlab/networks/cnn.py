"""A small convolutional network, for the digits: it asks the same at every place of a picture."""

import torch
from torch.nn import functional

from fitlab import modes, random, validate
from fitlab.networks.mlp import linear
from fitlab.networks.network import Network, checked_start, draw_parameters

WINDOW, POOL = 3, 2  # pixels: the side of what a unit sees, and of what becomes one place


class CNN(Network):
    """Two convolutions of 3 x 3 with ReLU, the largest of every pool x pool places, an affine map.

    side: of the square grey picture that a row of x holds, line by line; a multiple of pool.
    channels: how many features each convolution computes at every place. Around the picture there
    is a margin of one pixel of 0.  start, start_factor: as for an MLP.
    pool: in pixels; with pool = side one number is left of each feature, wherever it was found.
    """

    depth = 2  # hidden layers
    chunk = 64
    start: str
    start_factor: float

    @modes.ours()
    def __init__(
        self,
        side: int = 8,
        outputs: int = 10,
        *,
        channels: tuple[int, int] = (8, 16),
        seed: int = 0,
        start: str = "torch",
        start_factor: float = 1.0,
        pool: int = POOL,
    ) -> None:
        super().__init__()
        self.side = validate.integer("side", side, 2)
        self.pool = validate.integer("pool", pool, 1)
        if self.side % self.pool:
            raise ValueError(
                f"side={side} was given; side must be a multiple of {pool}, as {pool} x {pool} "
                "places become one"
            )
        first, second = (validate.integer("channels", n, 1) for n in channels)
        self.channels, self.inputs = (first, second), self.side**2
        self.outputs = validate.integer("outputs", outputs, 1)
        self.seed = validate.integer("seed", seed, 0, random.MAX_SEED)
        for name, value in checked_start(start, start_factor).items():
            setattr(self, name, value)
        self.layers = torch.nn.ModuleList(
            [
                _convolution(1, first),
                _convolution(first, second),
                linear(second * (self.side // self.pool) ** 2, self.outputs),
            ]
        )
        draw_parameters(self.layers, self.seed, self.start, self.start_factor)

    def forward(self, x: torch.Tensor, step: int | None = None) -> torch.Tensor:
        """Map x (n, side * side) to (n, outputs), float64. step: as for an MLP; nothing drops."""
        first, second, last = self.layers
        z = x.unflatten(-1, (1, self.side, self.side))
        z = torch.relu(second(torch.relu(first(z))))  # (n, channels, side, side)
        return last(functional.max_pool2d(z, self.pool).flatten(1))

    def __repr__(self) -> str:
        pool = f"pool={self.pool}, " if self.pool != POOL else ""
        return (
            f"CNN(side={self.side}, channels={self.channels}, outputs={self.outputs}, {pool}"
            f"seed={self.seed}: {self.parameter_count:,} parameters)"
        )


def _convolution(channels: int, features: int) -> torch.nn.Conv2d:
    return torch.nn.utils.skip_init(
        torch.nn.Conv2d, channels, features, WINDOW, padding=1, dtype=torch.float64
    )
