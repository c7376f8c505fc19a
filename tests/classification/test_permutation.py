"""A shuffle of pixels, and the network that does not notice it."""

import itertools
import re

import numpy as np
import pytest

from fitlab.classification.permutation import permuted, pixel_shuffle, with_permuted_inputs
from fitlab.networks.cnn import CNN
from fitlab.networks.mlp import MLP


@pytest.mark.parametrize("count", [0, 1, 2, 3, 32, 63, 64])
def test_a_shuffle_moves_so_many_pixels_and_none_of_them_stays(count):
    shuffle = pixel_shuffle(count, seed=5)
    assert sorted(shuffle) == list(range(64))
    assert np.sum(shuffle != np.arange(64)) == (0 if count == 1 else count)


def test_a_small_shuffle_moves_pixels_that_a_larger_one_moves():
    moved = [set(np.flatnonzero(pixel_shuffle(n, 3) != np.arange(64))) for n in (0, 2, 8, 40, 64)]
    for fewer, more in itertools.pairwise(moved):
        assert fewer < more
    assert (pixel_shuffle(64, 3) != pixel_shuffle(64, 4)).any()


def test_weights_that_move_along_give_the_same_scores():
    x = np.random.default_rng(0).uniform(size=(20, 64))
    model, shuffle = MLP(64, 1, seed=1, inputs=64, outputs=10), pixel_shuffle(64, 2)
    before = model.layers[0].weight.detach().clone()
    twin = with_permuted_inputs(model, shuffle)
    np.testing.assert_allclose(twin.scores(permuted(x, shuffle)), model.scores(x), atol=1e-14)
    assert abs(model.scores(permuted(x, shuffle)) - model.scores(x)).max() > 1e-3
    assert (model.layers[0].weight == before).all(), "the model itself stays as it is"


def test_bad_input_is_refused_in_words():
    with pytest.raises(ValueError, match="count=65"):
        pixel_shuffle(65)
    with pytest.raises(ValueError, match="must hold each of 0 to 63 once"):
        permuted(np.zeros((1, 64)), np.zeros(64, dtype=int))
    with pytest.raises(ValueError, match=re.escape("x must be (n, inputs)")):
        permuted(np.zeros(64), pixel_shuffle(64))
    with pytest.raises(ValueError, match="first layer must be linear"):
        with_permuted_inputs(CNN(), pixel_shuffle(64))
