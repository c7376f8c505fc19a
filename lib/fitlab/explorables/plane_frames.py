"""What PlaneExplorer sends to its view, and draws at rest: small, and the same on every machine."""

import math

import numpy as np
import torch

from fitlab import figures
from fitlab.classification import plane
from fitlab.classification.regions import linear_regions
from fitlab.networks.mlp import hidden
from fitlab.networks.network import evaluated

SURFACE, MAP, MAPPED = 32, 10, 8  # places on either axis; units of a layer that have a map
DRAWN = 3_000  # regions; more would be one grey
POINTS_DRAWN = 120  # at rest, so that a page stays light


def frame(training):
    """One picture of a PlaneTraining at its present step, as JSON.

    The linear regions are not among it: the view finds them itself, from the parameters.
    """
    model, recipe = training.model, training.recipe
    found = training.measured()
    checks = [row for row in training.found if row[0] != training.steps]
    vector = torch.nn.utils.parameters_to_vector(model.parameters())
    return {
        "width": model.width,
        "depth": model.depth,
        "activation": model.activation,
        "step": training.steps,
        "epoch": training.steps / recipe.check_every,
        "found": _digits(found, 6),
        "checks": [[step, *_digits(row, 6)] for step, *row in [*checks, [training.steps, *found]]],
        "surface": _rounded(belief(model, recipe.loss, SURFACE), 2),
        "units": _unit_maps(model),
        "parameters": _digits(vector.tolist(), 9),
        "regions": None,
    }


def places(side):
    """The middles of side x side equal squares of the plane, row by row from below: (side², 2)."""
    at = plane.EDGE * ((2 * np.arange(side) + 1) / side - 1)
    return torch.from_numpy(np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2))


def belief(model, loss, side):
    """What the network's two scores say of class 1 at `places`, from 0 to 1: float64 (side²,).

    Softmax's probability; scores that were to be 0 and 1 themselves are taken as they are.
    """
    zero, one = evaluated(model, places(side)).numpy().T
    if loss == "squared error of scores":
        return ((1 + one - zero) / 2).clip(0, 1)
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(zero - one))


@torch.no_grad()
def _unit_maps(model):
    """[layer][unit][place]: the first units of every hidden layer, as shares of their largest."""
    x, found = places(MAP), []
    for layer in model.layers[:-1]:
        x = hidden(layer, model.activation, x)
        shares = x[:, :MAPPED] / x[:, :MAPPED].abs().amax(dim=0).clamp(min=1e-300)
        found.append([_rounded(values.tolist(), 2) for values in shares.T])
    return found


def regions_of(model):
    """Its linear Regions; None where there are none (tanh, a divergence), or more than DRAWN."""
    finite = all(parameter.isfinite().all() for parameter in model.parameters())
    if model.activation == "tanh" or not finite:
        return None
    try:
        return linear_regions(model, -plane.EDGE, plane.EDGE, most=DRAWN)
    except ValueError:
        return None


def _rounded(values, decimals):
    """Rounded to so many decimals; None for what is no number."""
    return [round(v, decimals) + 0.0 if math.isfinite(v) else None for v in map(float, values)]


def _digits(values, digits):
    """Rounded to so many digits; None for what is no number."""
    return [
        None if value is None or not math.isfinite(value) else float(f"{value:.{digits}g}")
        for value in values
    ]


# ---------------------------------------------------------------------------- in words


def percent(share):
    """0.984 as "98.4 %"; only what is whole is said to be."""
    if share is None:
        return "–"
    if share in (0, 1):
        return f"{100 * share:g} %"
    return f"{min(99.9, max(0.1, _tenths(100 * share))):.1f} %"


def epochs(epoch):
    """An epoch may be left in the middle."""
    return f"{epoch:,.0f}" if epoch == round(epoch) else f"{_tenths(epoch):.1f}"


def _tenths(value):
    """Halves go up, as in plane_page.mjs."""
    return math.floor(10 * value + 0.5) / 10


def in_words(picture, regions):
    """What a frame shows.  regions: as `regions_of` its network."""
    _, right, _, held = picture["found"]
    linear = ""
    if regions is not None:
        linear = f", linear in {len(regions):,} region{'s' if len(regions) != 1 else ''}"
    new = "" if held is None else f" and {percent(held)} of new ones"
    return f"{percent(right)} of the points it was trained on right{new}{linear}"


# ---------------------------------------------------------------------------- at rest


def draw_frame(ax, picture, regions, points):
    """A frame on axes: the surface, the borders of the regions, the points to train on."""
    surface = np.array([v or 0 for v in picture["surface"]])  # what has diverged believes nothing
    figures.draw_decisions(ax, surface.reshape(SURFACE, SURFACE), plane.EDGE)
    if regions is not None and len(regions) > 1:
        figures.draw_borders(ax, regions.borders)
    figures.draw_two_classes(ax, points.x[:POINTS_DRAWN], points.y[:POINTS_DRAWN])
    ax.set(xticks=[], yticks=[], xlim=(-plane.EDGE, plane.EDGE), ylim=(-plane.EDGE, plane.EDGE))
    ax.grid(visible=False)
