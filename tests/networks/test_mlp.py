"""The MLP is what torch.nn would build, started from the book's own numbers."""

import math

import numpy as np
import pytest
import torch

from fitlab import MLP

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
    ],
)
def test_bad_input_is_refused_in_words(given, said):
    with pytest.raises(ValueError, match=said):
        MLP(**{"width": 4, "depth": 1, **given})


def test_it_says_what_it_is():
    assert repr(MLP(64, 5)) == "MLP(width=64, depth=5, relu, seed=0: 16,833 parameters)"
