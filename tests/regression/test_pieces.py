"""The pieces of a ReLU network are exact: no sampling finds one more, and none moves."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fitlab import MLP, fit, linear_pieces
from fitlab.regression.constructions import broken_line_network

LOW, HIGH = -np.pi, np.pi
SAMPLING = np.linspace(LOW, HIGH, 200_001)
STEP = SAMPLING[1] - SAMPLING[0]
SHAPES = st.tuples(st.integers(1, 40), st.integers(0, 6), st.integers(0, 2**32 - 1))


@settings(max_examples=40, deadline=None)
@given(SHAPES)
def test_pieces_are_the_network(shape):
    width, depth, seed = shape
    model = MLP(width, depth, seed=seed)
    pieces = linear_pieces(model, LOW, HIGH)
    assert np.abs(pieces(SAMPLING) - model.predict(SAMPLING)).max() < 1e-12
    assert pieces.knots[0] == LOW
    assert pieces.knots[-1] == HIGH
    assert (np.diff(pieces.knots) > 0).all()
    left = pieces.slopes[:-1] * pieces.knots[1:-1] + pieces.intercepts[:-1]
    right = pieces.slopes[1:] * pieces.knots[1:-1] + pieces.intercepts[1:]
    assert np.allclose(left, right, atol=1e-12)  # continuous


@pytest.mark.parametrize(("width", "depth"), [(8, 1), (64, 1), (16, 2), (64, 5)])
@pytest.mark.parametrize("trained", [False, True])
def test_sampling_sees_a_bend_at_every_hinge_and_nowhere_else(width, depth, trained):
    """Second differences of 200,001 samples against the hinges, to the width of a step."""
    model = fit(width=width, depth=depth, max_steps=500).model if trained else MLP(width, depth)
    pieces = linear_pieces(model, LOW, HIGH)
    bends = np.diff(model.predict(SAMPLING), 2)
    seen = SAMPLING[1:-1][np.abs(bends) > 1e-12]
    hinges = pieces.knots[1:-1]
    far = np.abs(hinges[None] - seen[:, None]).min(axis=1)
    assert far.max() <= STEP  # no bend without a hinge
    strong = np.abs(np.diff(pieces.slopes)) * STEP > 1e-11  # a bend that rounding cannot hide
    missed = np.abs(hinges[strong, None] - seen[None]).min(axis=1)
    assert missed.max() <= STEP  # no hinge without a bend
    assert strong.mean() > 0.9


def tent_map(layers):
    """The tent map on [0, 1] applied `layers` times, with 2 units a layer (Telgarsky 2016)."""
    model = MLP(2, layers)
    fold = torch.tensor([[2.0, -4.0]], dtype=torch.float64)
    with torch.no_grad():
        for index, layer in enumerate(model.layers):
            rows = 2 if index < layers else 1
            layer.weight.copy_((fold if index else torch.ones(1, 1)).expand(rows, -1))
            layer.bias.copy_(torch.tensor([0.0, -0.5])[:rows])
    return model


@pytest.mark.parametrize("layers", [1, 2, 5, 10, 16])
def test_stacked_tents_have_two_to_the_layers_pieces(layers):
    pieces = linear_pieces(tent_map(layers), 0, 1)
    assert len(pieces) == 2**layers
    assert np.array_equal(pieces.knots, np.arange(2**layers + 1) / 2**layers)
    assert np.array_equal(np.abs(pieces.slopes), np.full(2**layers, 2.0**layers))


@pytest.mark.parametrize("depth", [0, 1, 5])
def test_without_activation_there_is_one_piece(depth):
    assert len(linear_pieces(MLP(16, depth, "identity"), LOW, HIGH)) == 1


def test_a_unit_that_nothing_listens_to_makes_no_piece():
    model = broken_line_network([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 0.0])
    assert len(linear_pieces(model, 0, 3)) == 2  # the knot at 1 does not bend


def test_a_dead_network_is_one_piece():
    model = MLP(4, 2)
    with torch.no_grad():
        model.layers[1].bias.fill_(-100)
    assert len(linear_pieces(model, LOW, HIGH)) == 1


LINE = st.lists(st.tuples(st.floats(0.05, 1), st.floats(-1, 1)), min_size=2, max_size=30)


@given(LINE)
def test_a_written_network_is_its_broken_line(line):
    gaps, values = np.array(line).T
    knots = np.cumsum(gaps)
    x = np.linspace(knots[0], knots[-1], 500)
    model = broken_line_network(knots, values)
    assert np.abs(model.predict(x) - np.interp(x, knots, values)).max() < 1e-11
    assert model.width == len(knots) - 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: linear_pieces(MLP(2, 1, "tanh"), 0, 1), "activation='tanh'"),
        (lambda: linear_pieces(MLP(2, 1), 1, 0), "low must be smaller than high"),
        (lambda: broken_line_network([0, 1], [0, 1, 2]), "two arrays of one length"),
        (lambda: broken_line_network([0, 0], [0, 1]), "knots must increase"),
        (lambda: broken_line_network([0, 1], [0, np.nan]), "NaN"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_parameters_that_are_not_finite_are_refused():
    model = MLP(2, 1)
    with torch.no_grad():
        model.layers[0].weight[0] = torch.nan
    with pytest.raises(ValueError, match="the weights has 1 of 2 values"):
        linear_pieces(model, 0, 1)
