"""The MLP is what torch.nn would build, started from the book's own numbers."""

import math

import numpy as np
import pytest
import torch

from fitlab import CNN, MLP
from fitlab.networks.mlp import collapse

SHAPES = [(1, 1), (3, 0), (7, 2), (64, 5), (5, 8)]


def sequential(model, activation):
    """The same network from torch.nn's own parts."""
    parts = []
    for layer in model.layers[:-1]:
        parts += [layer, activation()]
    return torch.nn.Sequential(*parts, model.layers[-1])


@pytest.mark.parametrize(("width", "depth"), SHAPES)
@pytest.mark.parametrize(
    ("name", "activation"),
    [("relu", torch.nn.ReLU), ("tanh", torch.nn.Tanh), ("identity", torch.nn.Identity)],
)
def test_it_computes_what_torch_nn_computes(width, depth, name, activation):
    model = MLP(width, depth, name, seed=3)
    x = torch.linspace(-3, 3, 50, dtype=torch.float64)[:, None]
    assert torch.equal(model(x), sequential(model, activation)(x))


@pytest.mark.parametrize(("width", "depth"), SHAPES)
def test_parameter_count(width, depth):
    expected = 2 if depth == 0 else 2 * width + (depth - 1) * (width + 1) * width + width + 1
    assert MLP(width, depth).parameter_count == expected


def test_it_starts_as_torch_starts_a_linear_layer():
    model = MLP(200, 2, seed=1)
    for layer in model.layers:
        bound = 1 / math.sqrt(layer.in_features)
        values = torch.cat([layer.weight.flatten(), layer.bias]).detach().numpy()
        assert np.abs(values).max() <= bound
        assert np.abs(values).max() > 0.9 * bound
        assert abs(values.mean()) < 0.2 * bound


def test_a_seed_decides_the_network_and_nothing_else_does():
    state = torch.random.get_rng_state()
    first, again, other = MLP(8, 2, seed=5), MLP(8, 2, seed=5), MLP(8, 2, seed=6)
    assert torch.equal(state, torch.random.get_rng_state())
    assert torch.equal(first.layers[1].weight, again.layers[1].weight)
    assert not torch.equal(first.layers[1].weight, other.layers[1].weight)


def test_dropout_acts_in_training_steps_only():
    model = MLP(50, 1, dropout=0.4)
    x = torch.ones(400, 1, dtype=torch.float64)
    assert torch.equal(model(x), model(x))
    assert len(model(x).unique()) == 1
    scales = model.dropout_scales(step=1, n=400)
    assert set(scales.unique().tolist()) == {0.0, 1 / 0.6}
    by_hand = torch.relu(model.layers[0](x) * scales[0])
    assert torch.equal(model(x, step=1), model.layers[1](by_hand))
    assert not torch.equal(model(x, step=1), model(x, step=2))


def test_predict_keeps_the_shape():
    model = MLP(4, 1)
    points = np.linspace(-1, 1, 6).reshape(2, 3)
    assert model.predict(points).shape == (2, 3)
    assert model.predict(0.5).shape == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"width": 0}, "width=0 was given; width must be an integer from 1"),
        ({"width": 2.5}, "width=2.5"),
        ({"width": True}, "width=True"),
        ({"depth": -1}, "depth=-1 was given; depth must be an integer from 0"),
        ({"activation": "sin"}, "must be one of relu, tanh, identity"),
        ({"dropout": 1}, r"dropout=1 was given; dropout must be a number in \[0, 1\)"),
        ({"dropout": float("nan")}, "dropout=nan"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": 2**32}, "seed=4294967296"),
        ({"inputs": 0}, "inputs=0"),
        ({"outputs": 2.5}, r"outputs=2\.5"),
        ({"start": "zero"}, "start='zero' was given; start must be one of torch, glorot, he"),
        ({"start_factor": 0}, r"start_factor=0 was given; start_factor must be a number in \(0"),
    ],
)
def test_bad_input_is_refused_in_words(given, said):
    with pytest.raises(ValueError, match=said):
        MLP(**{"width": 4, "depth": 1, **given})


def test_it_says_what_it_is():
    assert repr(MLP(64, 5)) == "MLP(width=64, depth=5, relu, seed=0: 16,833 parameters)"
    digits = MLP(64, 1, inputs=64, outputs=10)
    assert repr(digits) == (
        "MLP(inputs=64, outputs=10, width=64, depth=1, relu, seed=0: 4,810 parameters)"
    )


# ---------------------------------------------------------------------------- inputs and outputs


@pytest.mark.parametrize(
    ("network", "shapes"),
    [
        ((64, 0, 64, 10), [(10, 64), (10,)]),
        ((32, 2, 64, 10), [(32, 64), (32,), (32, 32), (32,), (10, 32), (10,)]),
        ((5, 3, 2, 3), [(5, 2), (5,), (5, 5), (5,), (5, 5), (5,), (3, 5), (3,)]),
    ],
)
def test_shapes_are_those_written_by_hand(network, shapes):
    width, depth, inputs, outputs = network
    model = MLP(width, depth, inputs=inputs, outputs=outputs)
    assert [tuple(p.shape) for p in model.parameters()] == shapes
    assert {p.dtype for p in model.parameters()} == {torch.float64}
    assert model.parameter_count == sum(math.prod(shape) for shape in shapes)


def test_several_inputs_and_outputs_are_the_formula():
    model = MLP(7, 2, inputs=4, outputs=3, seed=1)
    w1, b1, w2, b2, w3, b3 = (p.detach().numpy() for p in model.parameters())
    x = np.random.default_rng(0).normal(size=(9, 4))
    hidden = np.maximum(np.maximum(x @ w1.T + b1, 0) @ w2.T + b2, 0)
    expected = hidden @ w3.T + b3
    np.testing.assert_allclose(model.scores(x), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(model.predict(x), expected, rtol=0, atol=1e-12)


def test_predict_keeps_the_shape_of_the_points():
    x = np.ones((5, 6, 4))
    assert MLP(3, 1, inputs=4).predict(x).shape == (5, 6)
    assert MLP(3, 1, inputs=4, outputs=2).predict(x).shape == (5, 6, 2)
    assert MLP(3, 1, outputs=2).predict(x).shape == (5, 6, 4, 2)
    with pytest.raises(ValueError, match=r"x of shape \(4, 3\) was given; .* \(..., 4\)"):
        MLP(3, 1, inputs=4).predict(np.ones((4, 3)))


@pytest.mark.parametrize(
    ("start", "bound", "with_biases"),
    [
        ("torch", lambda fan_in, fan_out: 1 / math.sqrt(fan_in), True),
        ("glorot", lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)), False),
        ("he", lambda fan_in, fan_out: math.sqrt(6 / fan_in), False),
    ],
)
@pytest.mark.parametrize("factor", [1, 0.25, 3])
def test_a_start_is_uniform_within_its_bound(start, bound, with_biases, factor):
    model = MLP(100, 2, inputs=30, outputs=20, start=start, start_factor=factor, seed=1)
    plain = MLP(100, 2, inputs=30, outputs=20, seed=1)
    for layer, other in zip(model.layers, plain.layers, strict=True):
        fan_out, fan_in = layer.weight.shape
        limit = factor * bound(fan_in, fan_out)
        stretched = other.weight * (limit * math.sqrt(fan_in))  # the same numbers, drawn once
        assert (layer.weight - stretched).abs().max() < 1e-15
        assert 0.98 * limit < layer.weight.abs().max() <= limit
        assert layer.weight.std().item() == pytest.approx(limit / math.sqrt(3), rel=0.05)
        assert (layer.bias != 0).all() if with_biases else (layer.bias == 0).all()


# ---------------------------------------------------------------------------- collapse


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_a_stack_collapses_into_one_affine_map(depth):
    stack = MLP(8, depth, "identity", inputs=5, outputs=3, seed=2)
    x = np.random.default_rng(1).normal(size=(200, 5))
    weight, bias = collapse(stack)
    assert weight.shape == (3, 5)
    assert bias.shape == (3,)
    assert np.abs(x @ weight.T + bias - stack.scores(x)).max() <= 1e-12


def test_what_is_collapsed_is_no_window_into_the_network():
    model = MLP(1, 0, inputs=5, outputs=3)
    before = model.layers[0].weight.detach().clone()
    for array in collapse(model):
        array += 1
    assert torch.equal(model.layers[0].weight, before)
    collapse(MLP(8, 0, "relu"))  # without a hidden layer nothing bends


@pytest.mark.parametrize("model", [MLP(8, 1), MLP(8, 1, "tanh"), CNN()])
def test_what_bends_does_not_collapse(model):
    with pytest.raises(ValueError, match="only a stack of linear layers is one affine map"):
        collapse(model)
