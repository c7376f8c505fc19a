"""Where a ReLU network in the plane is linear: its regions, found exactly, by cutting polygons.

Where no unit changes its sign, the network is an affine map. So the affine maps of all units are
carried through the layers, and a polygon is cut wherever a unit is zero in it. A region here is a
set on which every unit stays on one side of zero: an "activation region" (Hanin and Rolnick 2019).
Each is convex. Two that lie side by side may have the same map, if nothing listens to the unit
that changes between them; they are counted as two.
"""

from dataclasses import dataclass

import numpy as np

from fitlab import modes, validate
from fitlab.networks.mlp import MLP

# A corner that is nearer to a unit's zero than this share of the unit's largest value counts as on
# it: rounding must not cut slivers off where lines meet.
ON_THE_LINE = 1e-12
MOST = 20_000  # regions, before the search gives up


@dataclass(frozen=True, eq=False)
class Regions:
    """The regions of a network in a square.

    polygons: the corners of each, float64 (corners, 2), in order.
    borders: where they were cut apart, float64 (cuts, 2, 2): both ends of each line.
    maps: float64 (regions, outputs, 3); output o is maps[:, o, :2] · x + maps[:, o, 2].
    """

    polygons: list[np.ndarray]
    borders: np.ndarray
    maps: np.ndarray

    def __len__(self) -> int:
        return len(self.polygons)

    def __repr__(self) -> str:
        return f"Regions({len(self):,} in the square)"


@modes.ours()
def linear_regions(
    model: MLP, low: float = -6.0, high: float = 6.0, *, most: int = MOST
) -> Regions:
    """The linear regions of an MLP with two inputs in the square from `low` to `high`, exactly.

    Raises ValueError for tanh, for another number of inputs, for parameters that are not finite,
    and for a network with more than `most` regions.
    """
    if model.activation == "tanh" or model.inputs != 2:
        raise ValueError(f"{model!r} was given; regions are of relu or identity and two inputs")
    low, high = validate.interval(low, high)
    square = np.array([[low, low], [high, low], [high, high], [low, high]])
    found = [(square, np.eye(2, 3))]  # a polygon, and the affine maps of all units on it
    borders: list[np.ndarray] = []
    *hidden, last = [
        np.column_stack(
            [validate.finite("weight", layer.weight), validate.finite("bias", layer.bias)]
        )
        for layer in model.layers
    ]
    for matrix in hidden:
        found = [(polygon, _composed(matrix, units)) for polygon, units in found]
        if model.activation == "relu":
            cut: list[tuple[np.ndarray, np.ndarray]] = []
            for polygon, units in found:
                cut += _rectified(polygon, units, borders)
                if len(cut) > most:
                    raise ValueError(f"{model!r} was given; it has more than {most:,} regions")
            found = cut
    maps = np.stack([_composed(last, units) for _, units in found])
    return Regions([polygon for polygon, _ in found], np.array(borders).reshape(-1, 2, 2), maps)


def _composed(matrix: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Affine maps (outputs, 3) of affine maps `units` (inputs, 3); matrix (outputs, inputs + 1)."""
    maps = matrix[:, :-1] @ units
    maps[:, 2] += matrix[:, -1]
    return maps


def _rectified(
    polygon: np.ndarray, units: np.ndarray, borders: list[np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut a polygon wherever a unit is zero, and set the units that are negative to zero.

    borders: the cuts are added.
    """
    parts = [polygon]
    for unit in units:
        parts = [half for part in parts for half in _halves(part, unit, borders)]
    middles = np.array([part.mean(axis=0) for part in parts])
    positive = middles @ units[:, :2].T + units[:, 2] > 0
    return [
        (part, np.where(on[:, None], units, 0.0)) for part, on in zip(parts, positive, strict=True)
    ]


def _halves(polygon: np.ndarray, unit: np.ndarray, borders: list[np.ndarray]) -> list[np.ndarray]:
    """The two parts of a convex polygon on either side of a unit's zero, or the whole."""
    values = polygon @ unit[:2] + unit[2]
    values[abs(values) <= ON_THE_LINE * (abs(polygon) @ abs(unit[:2]) + abs(unit[2]))] = 0
    if values.min() >= 0 or values.max() <= 0:
        return [polygon]
    following, next_values = np.roll(polygon, -1, axis=0), np.roll(values, -1)
    above, below, on = [], [], []
    for corner, value, other, next_value in zip(
        polygon, values, following, next_values, strict=True
    ):
        if value >= 0:
            above.append(corner)
        if value <= 0:
            below.append(corner)
        if value == 0:
            on.append(corner)
        if value * next_value < 0:
            crossing = corner + (other - corner) * (value / (value - next_value))
            for part in (above, below, on):
                part.append(crossing)
    borders.append(np.array(on))
    return [np.array(above), np.array(below)]
