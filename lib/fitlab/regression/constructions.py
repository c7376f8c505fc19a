"""Networks whose weights nobody trained: they are written down."""

import numpy as np
import numpy.typing as npt
import torch

from fitlab import modes, validate
from fitlab.networks.mlp import MLP


@modes.ours()
def broken_line_network(knots: npt.ArrayLike, values: npt.ArrayLike) -> MLP:
    """Write down the one-layer ReLU network that is the broken line through (knots, values).

    knots: float64 (n+1,), increasing; values: float64 (n+1,).  Returns an MLP with n units, equal
    to the line on [knots[0], knots[-1]]: every unit switches on at a knot and adds the change of
    slope there.
    """
    knots, values = validate.finite("knots", knots), validate.finite("values", values)
    if knots.ndim != 1 or knots.shape != values.shape or len(knots) < 2:
        raise ValueError(
            f"knots {knots.shape} and values {values.shape} were given; "
            "they must be two arrays of one length, at least 2"
        )
    if (np.diff(knots) <= 0).any():
        raise ValueError(f"knots={knots} was given; knots must increase")
    slopes = np.diff(values) / np.diff(knots)
    model = MLP(width=len(slopes), depth=1)
    hidden, hinges, output, start = model.parameters()
    with torch.no_grad():
        hidden.fill_(1)
        hinges.copy_(torch.from_numpy(-knots[:-1]))
        output.copy_(torch.from_numpy(np.diff(slopes, prepend=0.0))[None])
        start.fill_(values[0])
    return model


def bent_knots(
    polynomial: np.polynomial.Polynomial, pieces: int, low: float, high: float
) -> np.ndarray:
    """Knots for a broken line through a polynomial, closer where it bends: float64 (pieces+1,).

    A piece of length h errs by h^2 |p''| / 8, so equal errors ask for a density of |p''|^(1/2); a
    little of it everywhere keeps the knots apart.
    """
    x = np.linspace(low, high, 4_001)
    bend = np.abs(polynomial.deriv(2)(x)) ** 0.5
    mass = np.concatenate([[0.0], np.cumsum(bend + 0.01 * bend.mean() + 1e-12)])
    edges = np.linspace(low, high, len(mass))
    return np.interp(np.linspace(0, mass[-1], pieces + 1), mass, edges)


@modes.ours()
def squaring_network(depth: int) -> MLP:
    """x squared on [0, 1] with `depth` layers of 3 units, error 4**-(depth+1) (Yarotsky 2017).

    x**2 = x - sum over s of g_s(x) / 4**s, where g_s is the tent map applied s times. Each layer
    carries relu(g), relu(g - 1/2) and what is left of x.
    """
    model = MLP(3, depth)
    tent = torch.tensor([2.0, -4.0, 0.0], dtype=torch.float64, device="cpu")  # g after the tent map
    left = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64, device="cpu")
    with torch.no_grad():
        parameters = list(model.parameters())  # weights and biases in turns
        for s, (weight, bias) in enumerate(zip(parameters[::2], parameters[1::2], strict=True)):
            rest = left - tent / 4**s
            rows = [tent, tent, rest] if s < depth else [rest]
            weight.copy_(torch.stack(rows) if s else torch.ones(3, 1, device="cpu"))
            bias.copy_(torch.tensor([0.0, -0.5, 0.0], device="cpu")[: len(rows)])
    return model
