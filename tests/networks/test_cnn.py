"""The network for pictures is what torch.nn would build, started from the book's own numbers."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from fitlab import CNN


def parameters_of(model):
    return [tuple(p.shape) for p in model.parameters()]


def test_shapes_and_parameter_counts_are_those_written_by_hand():
    model = CNN()
    expected = [(8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (10, 256), (10,)]
    assert parameters_of(model) == expected
    assert {p.dtype for p in model.parameters()} == {torch.float64}
    assert model.parameter_count == 3_818
    assert (model.inputs, model.outputs, model.depth) == (64, 10, 2)
    small = CNN(side=4, outputs=3, channels=(2, 5))
    assert parameters_of(small)[-2:] == [(3, 5 * 4), (3,)]


def test_it_computes_what_torch_nn_computes():
    model = CNN(seed=3)
    first, second, last = model.layers
    plain = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)), first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), last,
    )  # fmt: skip
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(70, 64)))
    assert torch.equal(model(x), plain(x))
    np.testing.assert_allclose(model.scores(x.numpy()), plain(x).detach(), rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("start", "bound", "with_biases"),
    [
        ("torch", lambda fan_in, fan_out: 1 / math.sqrt(fan_in), True),
        ("glorot", lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)), False),
        ("he", lambda fan_in, fan_out: math.sqrt(6 / fan_in), False),
    ],
)
def test_it_starts_as_it_is_told(start, bound, with_biases):
    model = CNN(seed=3, start=start, start_factor=0.5)
    fans = [(9, 72), (72, 144), (256, 10)]  # of a unit's window, and of the windows that it is in
    for layer, ends in zip(model.layers, fans, strict=True):
        limit = 0.5 * bound(*ends)
        assert 0.9 * limit < layer.weight.abs().max() <= limit
        assert (layer.bias != 0).all() if with_biases else (layer.bias == 0).all()


def test_the_convolution_slides_one_window_over_the_picture():
    """One unit by hand: a sum over the 3 x 3 pixels around a place, outside of which is paper."""
    layer = CNN(side=4, outputs=2, channels=(1, 1)).layers[0]
    picture = np.random.default_rng(0).uniform(size=(4, 4))
    with torch.no_grad():
        seen = layer(torch.from_numpy(picture)[None, None])[0, 0].numpy()
    padded = np.pad(picture, 1)
    weight, bias = layer.weight[0, 0].detach().numpy(), layer.bias.item()
    by_hand = [
        [np.sum(padded[i : i + 3, j : j + 3] * weight) + bias for j in range(4)] for i in range(4)
    ]
    np.testing.assert_allclose(seen, by_hand, atol=1e-14)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"side": 7}, "side=7 was given; side must be a multiple of 2"),
        ({"pool": 3}, "side=8 was given; side must be a multiple of 3"),
        ({"pool": 0}, "pool=0"),
        ({"side": 0}, "side=0"),
        ({"channels": (8, 0)}, "channels=0"),
        ({"outputs": 0}, "outputs=0"),
        ({"seed": -1}, "seed=-1"),
        ({"start": "zero"}, "start='zero' was given; start must be one of torch, glorot, he"),
    ],
)
def test_bad_shapes_are_refused_in_words(given, said):
    with pytest.raises(ValueError, match=said):
        CNN(**given)


def test_it_says_what_it_is():
    assert repr(CNN()) == "CNN(side=8, channels=(8, 16), outputs=10, seed=0: 3,818 parameters)"
    assert "outputs=10, pool=8, seed=0" in repr(CNN(pool=8))


def test_pooled_over_the_whole_picture_it_forgets_where_it_found_something():
    """Rolled by two pixels where nothing leaves the picture, it answers the same."""
    model = CNN(pool=8, seed=1)
    assert parameters_of(model)[-2] == (10, 16)
    picture = np.zeros((8, 8))
    picture[2:4, 2:5] = np.random.default_rng(0).uniform(size=(2, 3))
    moved = np.roll(picture, (1, 1), axis=(0, 1))
    scores = [m.scores(p.reshape(1, 64)) for m in (model, CNN(seed=1)) for p in (picture, moved)]
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-14)
    assert np.abs(scores[2] - scores[3]).max() > 1e-3
