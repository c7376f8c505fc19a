"""The regions of a network are found exactly: all of them, each with its own affine map."""

import itertools
import json

import numpy as np
import pytest
import torch

from fitlab.classification import regions
from fitlab.classification.regions import linear_regions
from fitlab.networks.mlp import MLP

SHAPES = [(1, 1), (3, 1), (8, 1), (8, 2), (4, 4), (16, 2)]


def network(width, depth, activation="relu", seed=1):
    return MLP(width, depth, activation, seed=seed, inputs=2, outputs=2)


def area(polygon):
    """The shoelace formula."""
    x, y = polygon.T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def patterns(model, x):
    """Which units are on at points x (n, 2), by torch: bool (n, units)."""
    found = []
    for layer in model.layers[:-1]:
        x = layer(x)
        found.append(x > 0)
        x = x.clamp(min=0)
    return torch.cat(found, dim=1).numpy()


@pytest.mark.parametrize(("width", "depth"), SHAPES)
def test_the_regions_fill_the_square(width, depth):
    found = linear_regions(network(width, depth))
    assert sum(map(area, found.polygons)) == pytest.approx(144, rel=1e-12)
    assert min(map(area, found.polygons)) > 0


@pytest.mark.parametrize(("width", "depth"), SHAPES)
def test_the_borders_are_where_the_network_bends(width, depth):
    """Every cut makes one region more, and on it a unit is zero."""
    model = network(width, depth)
    found = linear_regions(model)
    assert len(found.borders) == len(found) - 1
    x = torch.from_numpy(found.borders.mean(axis=1))
    nearest = np.full(len(x), np.inf)
    for layer in model.layers[:-1]:
        x = layer(x)
        nearest = np.minimum(nearest, x.abs().min(dim=1).values.detach().numpy())
        x = x.clamp(min=0)
    assert nearest.max(initial=0) < 1e-12


@pytest.mark.parametrize(("width", "depth"), SHAPES)
def test_on_a_region_the_network_is_the_affine_map_that_is_told(width, depth):
    model = network(width, depth)
    found, rng = linear_regions(model), np.random.default_rng(0)
    for polygon, maps in zip(found.polygons, found.maps, strict=True):
        inside = rng.dirichlet(np.ones(len(polygon)), size=5) @ polygon
        answers = model(torch.from_numpy(inside)).detach().numpy()
        np.testing.assert_allclose(inside @ maps[:, :2].T + maps[:, 2], answers, atol=1e-12)


@pytest.mark.parametrize(("width", "depth"), SHAPES)
def test_dense_sampling_sees_no_region_that_is_not_found(width, depth):
    """And misses only slivers between its points."""
    model, step = network(width, depth), 0.01
    grid = torch.arange(-6 + step / 2, 6, step, dtype=torch.float64)
    seen = {row.tobytes() for row in patterns(model, torch.cartesian_prod(grid, grid))}
    found = linear_regions(model).polygons
    middles = torch.from_numpy(np.array([polygon.mean(axis=0) for polygon in found]))
    all_found = [row.tobytes() for row in patterns(model, middles)]
    assert len(set(all_found)) == len(found)  # a pattern belongs to one region
    assert seen <= set(all_found)
    missed = [p for p, pattern in zip(found, all_found, strict=True) if pattern not in seen]
    assert max(map(area, missed), default=0) < 0.01
    assert len(missed) <= 0.05 * len(found) + 1


def test_one_hidden_layer_cuts_the_square_as_lines_do():
    """Lines in general position make 1 + lines + crossings regions (Steiner 1826)."""
    model = network(12, 1, seed=4)
    weight, bias = (p.detach().numpy() for p in model.layers[0].parameters())

    def inside(point):
        return abs(point).max() < 6

    crossings = sum(
        inside(np.linalg.solve(weight[[i, j]], -bias[[i, j]]))
        for i, j in itertools.combinations(range(12), 2)
    )
    corners = np.array(list(itertools.product((-6, 6), repeat=2)))
    through = sum(len(set(np.sign(corners @ w + b))) > 1 for w, b in zip(weight, bias, strict=True))
    assert len(linear_regions(model)) == 1 + through + crossings


def test_lines_that_meet_in_a_corner_cut_no_slivers():
    model = network(4, 1)
    with torch.no_grad():
        model.layers[0].weight[:] = torch.tensor([[1.0, 0], [0, 1], [1, 1], [1, -1]])
        model.layers[0].bias.zero_()
    assert len(linear_regions(model)) == 8  # four lines through one point


@pytest.mark.parametrize(("depth", "activation"), [(0, "relu"), (3, "identity")])
def test_without_a_relu_there_is_one_region(depth, activation):
    assert len(linear_regions(network(5, depth, activation))) == 1


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (network(3, 1, "tanh"), "relu or identity"),
        (MLP(3, 1), "two inputs"),
    ],
)
def test_what_has_no_regions_in_the_plane_is_refused_in_words(model, words):
    with pytest.raises(ValueError, match=words):
        linear_regions(model)


def test_parameters_that_are_no_numbers_are_refused():
    model = network(3, 1)
    model.layers[0].bias.data[1] = float("nan")
    with pytest.raises(ValueError, match="finite"):
        linear_regions(model)


def test_too_many_regions_are_not_waited_for():
    with pytest.raises(ValueError, match="more than 50"):
        linear_regions(network(16, 2), most=50)


@pytest.mark.parametrize(("width", "depth"), SHAPES)
def test_the_page_finds_the_same_regions(node, width, depth):
    model = network(width, depth)
    ours = linear_regions(model)
    numbers = torch.nn.utils.parameters_to_vector(model.parameters()).tolist()
    shape = {"width": width, "depth": depth, "activation": "relu", "outputs": 2}
    page = node(
        f"linearRegions(Float64Array.from({json.dumps(numbers)}), {json.dumps(shape)}, "
        "{ low: -6, high: 6 }, MOST_REGIONS)"
        ".parts.map(({ corners, units }) => [corners, [...units]])"
    )
    assert len(page) == len(ours)
    for (corners, units), polygon, maps in zip(page, ours.polygons, ours.maps, strict=True):
        np.testing.assert_allclose(np.reshape(corners, (-1, 2)), polygon, atol=1e-9)
        np.testing.assert_allclose(np.reshape(units, (-1, 3)), maps, atol=1e-9)


def test_the_page_gives_up_where_python_does(node):
    assert node("MOST_REGIONS") == regions.MOST
    numbers = torch.nn.utils.parameters_to_vector(network(16, 2).parameters()).tolist()
    shape = '{ width: 16, depth: 2, activation: "relu", outputs: 2 }'
    told = f"linearRegions(Float64Array.from({numbers}), {shape}, {{ low: -6, high: 6 }}"
    for limits in ("50", "1000, 0"):  # too many, and too late
        found = node(f"(({{ parts, complete }}) => [parts.length, complete])({told}, {limits}))")
        assert found[1] is False
        assert 0 < found[0] < len(linear_regions(network(16, 2)))
