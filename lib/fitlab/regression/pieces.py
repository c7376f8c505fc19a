"""The straight pieces of a ReLU network of one variable, found exactly.

On a stretch where no unit changes sign, every unit is an affine function of x. So we carry slopes
and intercepts of all units through the layers, and cut a stretch wherever a unit crosses zero in
it. Nothing is sampled: a piece is found however short it is (Montufar et al. 2014 count them so).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fitlab import modes, validate


@dataclass(frozen=True, eq=False)
class Pieces:
    """A broken line: piece i is slopes[i] * x + intercepts[i] for x in [knots[i], knots[i+1]].

    knots: float64 (n+1,), increasing, with both ends.  slopes, intercepts: float64 (n,).
    """

    knots: np.ndarray
    slopes: np.ndarray
    intercepts: np.ndarray

    @modes.underflow_is_zero
    def __call__(self, x: Any) -> Any:
        """Evaluate at x (any shape); outside the knots the end pieces go on."""
        piece = np.searchsorted(self.knots[1:-1], x, side="right")
        return self.slopes[piece] * x + self.intercepts[piece]

    def __len__(self) -> int:
        return len(self.slopes)

    def __repr__(self) -> str:
        return f"Pieces({len(self)} on [{self.knots[0]:.4g}, {self.knots[-1]:.4g}])"


@modes.underflow_is_zero
def linear_pieces(model: Any, low: float, high: float) -> Pieces:
    """The exact straight pieces of `model` (an MLP with "relu" or "identity") on [low, high].

    Raises ValueError for tanh, which has none, for several inputs or outputs, and for parameters
    that are not finite.
    """
    low, high = validate.interval(low, high)
    validate.one_of("activation", model.activation, ("relu", "identity"))
    if (model.inputs, model.outputs) != (1, 1):
        raise ValueError(f"{model!r} was given; only a network from one number to one has pieces")
    knots = np.array([low, high])
    slopes, intercepts = np.ones((1, 1)), np.zeros((1, 1))  # x itself: (pieces, units)
    for index, layer in enumerate(model.layers):
        weight = validate.finite("the weights", layer.weight.detach().numpy())
        bias = validate.finite("the biases", layer.bias.detach().numpy())
        slopes, intercepts = slopes @ weight.T, intercepts @ weight.T + bias
        if model.activation == "relu" and index < model.depth:
            knots, slopes, intercepts = _rectify(knots, slopes, intercepts)
    return _merge_equal(Pieces(knots, slopes[:, 0], intercepts[:, 0]))


def _rectify(
    knots: np.ndarray, slopes: np.ndarray, intercepts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the pieces where a unit crosses zero, then set the negative units to zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = -intercepts / slopes  # (pieces, units); NaN or infinite where a unit is flat
    inside = (crossings > knots[:-1, None]) & (crossings < knots[1:, None])
    cut = np.union1d(knots, crossings[inside])
    parent = np.searchsorted(knots, cut[:-1], side="right") - 1
    slopes, intercepts = slopes[parent], intercepts[parent]
    middle = (cut[:-1] + cut[1:]) / 2
    active = slopes * middle[:, None] + intercepts > 0
    return cut, slopes * active, intercepts * active


def _merge_equal(pieces: Pieces) -> Pieces:
    """Join neighbours that lie on one line: a unit that nothing listens to makes no bend."""
    scale = np.abs(pieces.slopes).max()
    bends = np.abs(np.diff(pieces.slopes)) > 1e-12 * scale
    first = np.concatenate([[True], bends])
    knots = np.concatenate([pieces.knots[:-1][first], pieces.knots[-1:]])
    return Pieces(knots, pieces.slopes[first], pieces.intercepts[first])
