"""What a network says of rows: scores, probabilities, a class, and how often it is right."""

import math

import numpy as np
import pytest
import torch

from fitlab import CNN, MLP
from fitlab.networks.network import answered_classes

NETWORKS = [MLP(16, 2, inputs=64, outputs=10), MLP(1, 0, inputs=64, outputs=3), CNN()]


@pytest.mark.parametrize("model", NETWORKS, ids=repr)
def test_probabilities_add_up_to_one_and_agree_with_the_class(model):
    x = np.random.default_rng(2).random((130, 64))  # more than a CNN takes at a time
    p = model.probabilities(x)
    exponentials = np.exp(model.scores(x))
    np.testing.assert_allclose(p, exponentials / exponentials.sum(axis=1, keepdims=True))
    assert (p.argmax(axis=1) == model.classes(x)).all()
    assert model.classes(x).dtype == np.int64
    assert model.accuracy(x, model.classes(x)) == 1
    assert model.accuracy(x, model.classes(x) + 1) == 0


def test_of_equal_scores_the_first_class_is_answered():
    assert answered_classes(torch.tensor([[0.0, 1, 1], [2, 2, 2]])).tolist() == [1, 0]


def line(weight):
    model = MLP(1, 0)
    with torch.no_grad():
        model.layers[0].weight.fill_(weight)
        model.layers[0].bias.fill_(0)
    return model


def test_a_network_with_one_output_answers_the_nearest_integer():
    answered = line(1).classes([[-1.2], [0.4], [0.6], [3.49], [8.51]])
    assert answered.dtype == np.int64
    assert answered.tolist() == [-1, 0, 1, 3, 9]


def test_a_number_that_is_none_is_no_class_and_no_error():
    for weight in (math.nan, math.inf, -math.inf, 1e30):
        assert abs(line(weight).classes([[1.0]])[0]) >= 2**53


@pytest.mark.parametrize("x", [np.zeros((2, 63)), np.zeros(64), np.zeros((2, 8, 8))])
def test_rows_of_another_length_are_refused(x):
    for model in NETWORKS:
        with pytest.raises(ValueError, match=r"was given; .* x must be \(n, 64\)"):
            model.scores(x)
