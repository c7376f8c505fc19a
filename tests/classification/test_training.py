"""Classifiers start as torch's do, train as a plain loop does, and say why they ended."""

import copy
import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from fitlab import random
from fitlab.classification import datasets
from fitlab.classification.training import train_classifier
from fitlab.networks import classifiers, losses
from fitlab.networks.classifiers import cnn, collapse, linear, linear_stack, mlp
from fitlab.networks.losses import LOSSES

# the networks; the shapes of weights and biases; the inputs of a unit of each layer
NETWORKS = {
    "linear": (linear, [(10, 64), (10,)], [64]),
    "stack": (
        lambda **given: linear_stack(width=32, depth=2, **given),
        [(32, 64), (32,), (32, 32), (32,), (10, 32), (10,)],
        [64, 32, 32],
    ),
    "mlp": (mlp, [(64, 64), (64,), (10, 64), (10,)], [64, 64]),
    "deep mlp": (
        lambda **given: mlp(2, 3, width=5, depth=3, **given),
        [(5, 2), (5,), (5, 5), (5,), (5, 5), (5,), (3, 5), (3,)],
        [2, 5, 5, 5],
    ),
    "cnn": (cnn, [(8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (10, 256), (10,)], [9, 72, 256]),
}
COUNTS = {"linear": 650, "stack": 3_466, "mlp": 4_810, "deep mlp": 93, "cnn": 3_818}


@pytest.fixture
def examples():
    rng = np.random.default_rng(5)
    return rng.normal(size=(150, 4)), rng.integers(0, 3, 150)


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_and_parameter_counts_are_those_written_by_hand(name):
    make, shapes, _ = NETWORKS[name]
    model = make()
    assert [tuple(p.shape) for p in model.parameters()] == shapes
    assert {p.dtype for p in model.parameters()} == {torch.float64}
    assert model.parameter_count == COUNTS[name]
    assert f"{COUNTS[name]:,} parameters" in repr(model)


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_start_within_torchs_bounds_and_fill_them(name):
    make, _, fans = NETWORKS[name]
    parameters = list(make(seed=3).parameters())
    for weight, bias, fan_in in zip(parameters[::2], parameters[1::2], fans, strict=True):
        bound = 1 / math.sqrt(fan_in)
        assert weight.abs().max() <= bound
        assert bias.abs().max() <= bound
        if weight.numel() >= 500:  # uniform: reaches both ends, with the spread bound / sqrt(3)
            assert weight.max() > 0.97 * bound
            assert weight.min() < -0.97 * bound
            assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.1)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_seed_decides_the_parameters(name):
    make = NETWORKS[name][0]
    first, again, other = (weights(make(seed=s)) for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).mean() > 0.99


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()]).numpy()


def test_an_mlp_is_its_formula():
    model = mlp(4, 3, width=7, depth=2, seed=1)
    w1, b1, w2, b2, w3, b3 = (p.detach().numpy() for p in model.parameters())
    x = np.random.default_rng(0).normal(size=(9, 4))
    hidden = np.maximum(np.maximum(x @ w1.T + b1, 0) @ w2.T + b2, 0)
    assert np.allclose(model.scores(x), hidden @ w3.T + b3, rtol=0, atol=1e-12)


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_a_stack_collapses_into_one_affine_map(depth):
    stack = linear_stack(5, 3, width=8, depth=depth, seed=2)
    x = np.random.default_rng(1).normal(size=(200, 5))
    weight, bias = collapse(stack)
    assert weight.shape == (3, 5)
    assert bias.shape == (3,)
    assert np.abs(x @ weight.T + bias - stack.scores(x)).max() <= 1e-12


def test_what_is_collapsed_is_no_window_into_the_network():
    model = linear(5, 3)
    before = weights(model)
    for array in collapse(model):
        array += 1
    assert (weights(model) == before).all()


def test_an_mlp_does_not_collapse():
    with pytest.raises(ValueError, match="only a stack of linear layers is one affine map"):
        collapse(mlp())


@pytest.mark.parametrize("name", NETWORKS)
def test_probabilities_add_up_to_one_and_agree_with_the_prediction(name):
    model = NETWORKS[name][0]()
    x = np.random.default_rng(2).random((30, 2 if name == "deep mlp" else 64))
    p = model.probabilities(x)
    assert (p > 0).all()
    assert np.allclose(p.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert (p.argmax(axis=1) == model.predict(x)).all()
    assert model.accuracy(x, model.predict(x)) == 1
    assert model.accuracy(x, model.predict(x) + 1) == 0


def test_a_network_with_one_output_predicts_the_nearest_integer():
    model = linear(1, 1)
    with torch.no_grad():
        model[0].weight.fill_(1)
        model[0].bias.fill_(0)
    predicted = model.predict([[-1.2], [0.4], [0.6], [3.49], [8.51]])
    assert predicted.dtype == np.int64
    assert predicted.tolist() == [-1, 0, 1, 3, 9]


def test_a_number_that_is_none_is_no_class_and_no_error():
    model = linear(1, 1)
    with torch.no_grad():
        model[0].bias.fill_(0)
        for weight in (math.nan, math.inf, -math.inf, 1e30):
            model[0].weight.fill_(weight)
            assert abs(model.predict([[1.0]])[0]) >= 2**53


def test_the_losses_are_their_formulas():
    rng = np.random.default_rng(3)
    scores, labels = rng.normal(scale=3, size=(40, 6)), rng.integers(0, 6, 40)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = np.eye(6)[labels]
    smooth = 0.9 * truth + 0.1 / 6
    expected = {
        "cross-entropy of smoothed labels": -(smooth * np.log(softmax)).sum(axis=1).mean(),
        "KL divergence of smoothed labels": (smooth * np.log(smooth / softmax)).sum(axis=1).mean(),
        "cross-entropy": -np.log(softmax[np.arange(40), labels]).mean(),
        "KL divergence": -np.log(softmax[np.arange(40), labels]).mean(),  # from one-hot labels
        "squared error of softmax": ((softmax - truth) ** 2).mean(),
        "squared error of scores": ((scores - truth) ** 2).mean(),
        "squared error of the number": ((scores[:, 0] - labels) ** 2).mean(),
    }
    assert set(expected) == set(LOSSES)
    for name, value in expected.items():
        given = scores[:, :1] if name.endswith("number") else scores
        found = LOSSES[name](torch.from_numpy(given), torch.from_numpy(labels)).item()
        assert found == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "torchs"), [("adam", torch.optim.Adam), ("sgd", torch.optim.SGD)]
)
def test_epochs_are_those_of_a_plain_torch_loop(examples, optimizer, torchs):
    x, y = examples
    model = mlp(4, 3, width=8, seed=1)
    ours = train_classifier(
        model, x, y, optimizer=optimizer, lr=0.01, batch=32, max_epochs=2, until=None, seed=7
    )
    plain, losses = copy.deepcopy(model), []
    stepper = torchs(plain.parameters(), lr=0.01)
    for epoch in (1, 2):
        order = random.uniform(7, random.BATCHES, 150, epoch).argsort(kind="stable")
        total = 0
        for start in range(0, 150, 32):
            chosen = order[start : start + 32]
            scores = plain(torch.from_numpy(x[chosen]))
            loss = torch.nn.functional.cross_entropy(scores, torch.from_numpy(y[chosen]))
            stepper.zero_grad()
            loss.backward()
            stepper.step()
            total += loss.item() * len(chosen)
        losses.append(total / 150)
    assert np.abs(weights(ours.model) - weights(plain)).max() <= 1e-12
    assert [e.loss for e in ours.history] == pytest.approx(losses, abs=1e-12)
    assert [e.number for e in ours.history] == [1, 2]
    assert ours.history[-1].accuracy == np.mean(plain.scores(x).argmax(axis=1) == y)


def test_the_same_seed_gives_the_same_training_and_other_seeds_do_not(examples):
    first, again, other = (
        [e.loss for e in train_classifier(mlp(4, 3), *examples, max_epochs=3, seed=s).history]
        for s in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_the_model_that_is_given_stays_as_it_is(examples):
    model = mlp(4, 3)
    before = weights(model)
    result = train_classifier(model, *examples, max_epochs=3)
    assert (weights(model) == before).all()
    assert (weights(result.model) != before).any()


def test_training_ends_at_its_goal():
    x, y = datasets.xor(200, 0)
    result = train_classifier(mlp(2, 2, width=16), x, y, lr=0.02, until=0.9)
    assert result.converged
    assert result.epochs < 100
    assert result.history[-1].accuracy == result.model.accuracy(x, y) >= 0.9
    assert all(e.accuracy < 0.9 for e in result.history[:-1])
    assert "reached its goal" in result.reason
    assert result.reason in repr(result)


def test_running_out_of_epochs_is_said_with_what_to_try(examples):
    result = train_classifier(linear(4, 3), *examples, max_epochs=4)
    assert not result.converged
    assert result.epochs == 4
    assert "did not reach 1" in result.reason
    assert "after 4 epochs" in result.reason
    assert "try more epochs" in result.reason


def test_without_a_goal_all_epochs_are_run_and_reported():
    x, y, seen = np.array([[-1.0], [1.0]]), np.array([0, 1]), []
    result = train_classifier(
        linear(1, 2), x, y, lr=0.1, max_epochs=30, until=None, on_epoch=seen.append
    )
    assert result.history[-1].accuracy == result.history[-2].accuracy == 1
    assert result.epochs == 30
    assert seen == result.history
    assert not result.converged


def test_an_interrupted_training_says_where_and_leaves_the_model(examples):
    def interrupt(epoch):
        if epoch.number == 2:
            raise KeyboardInterrupt

    model = mlp(4, 3)
    before = weights(model)
    with pytest.raises(KeyboardInterrupt, match="after epoch 2; no result was kept"):
        train_classifier(model, *examples, on_epoch=interrupt)
    assert (weights(model) == before).all()


@pytest.mark.parametrize(
    ("outputs", "loss"), [(3, "squared error of scores"), (1, "squared error of the number")]
)
def test_a_training_that_diverges_returns_and_says_so(examples, outputs, loss):
    result = train_classifier(
        linear(4, outputs), *examples, loss=loss, optimizer="sgd", lr=1e100, until=None
    )
    assert not result.converged
    assert result.epochs < 100
    assert "diverged" in result.reason
    assert "smaller learning rate (lr) than 1e+100" in result.reason


X, Y = np.zeros((6, 4)), np.array([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"x": np.zeros(6)}, r"x of shape \(6,\)"),
        ({"x": np.zeros((6, 2, 2))}, r"x of shape \(6, 2, 2\)"),
        ({"x": np.zeros((5, 4))}, r"x of shape \(5, 4\) and y of shape \(6,\)"),
        ({"x": np.zeros((6, 5))}, "15 parameters\\) does not take 5 inputs"),
        ({"x": np.zeros((0, 4)), "y": Y[:0]}, r"n >= 1"),
        ({"y": Y[:, None]}, r"y of shape \(6, 1\)"),
        ({"x": np.full((6, 4), np.nan)}, "x has 24 of 24 values that are NaN"),
        ({"x": "digits"}, "x must be an array of numbers"),
        ({"y": Y + 1}, "labels from 1 to 3 were given; a network with 3 outputs takes 0 to 2"),
        ({"y": Y - 1}, "labels from -1 to 1"),
        ({"y": Y / 1}, "labels of type float64"),
        ({"y": Y > 1}, "labels of type bool"),
        ({"loss": "hinge"}, "loss='hinge' was given; loss must be one of cross-entropy"),
        ({"loss": "squared error of the number"}, "has 3 outputs"),
        ({"optimizer": "lbfgs"}, "optimizer='lbfgs'"),
        ({"lr": 0}, "lr=0"),
        ({"lr": math.inf}, "lr=inf"),
        ({"batch": 0}, "batch=0"),
        ({"max_epochs": 0}, "max_epochs=0"),
        ({"until": 1.5}, r"until=1\.5"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_bad_input_is_refused_in_words(given, said):
    arguments = {"x": X, "y": Y} | given
    with pytest.raises(ValueError, match=said):
        train_classifier(linear(4, 3), **arguments)


def test_the_loss_of_the_number_refuses_ten_outputs():
    with pytest.raises(ValueError, match="10 outputs; the loss 'squared error of the number'"):
        train_classifier(linear(4), X, Y, loss="squared error of the number")


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (cnn, {"side": 7}, "side=7 was given; side must be even"),
        (cnn, {"side": 0}, "side=0"),
        (cnn, {"channels": (8, 0)}, "channels=0"),
        (cnn, {"outputs": 0}, "outputs=0"),
        (linear_stack, {"depth": -1}, "depth=-1"),
        (mlp, {"depth": -1}, "depth=-1"),
        (mlp, {"depth": 0}, "depth=0"),
        (mlp, {"width": 0}, "width=0"),
        (linear, {"inputs": 0}, "inputs=0"),
        (linear, {"outputs": 2.5}, r"outputs=2\.5"),
        (linear, {"seed": -1}, "seed=-1"),
    ],
)
def test_bad_shapes_are_refused_in_words(make, given, said):
    with pytest.raises(ValueError, match=said):
        make(**given)


def test_a_linear_classifier_is_logistic_regression():
    split = datasets.digits(0)
    theirs = LogisticRegression(C=1e4, max_iter=5_000).fit(split.x, split.y)
    ours = train_classifier(linear(), split.x, split.y, lr=0.02, max_epochs=100, until=None)
    accuracy = ours.model.accuracy(split.x, split.y)
    assert accuracy == pytest.approx(theirs.score(split.x, split.y), abs=0.01)


def test_labels_become_rows_with_a_single_one():
    rows = losses.one_hot(torch.tensor([2, 0]), 3)
    assert rows.dtype == torch.float64
    assert rows.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_the_convolution_slides_one_window_over_the_picture():
    """One unit by hand: a sum over the 3 x 3 pixels around a place, outside of which is paper."""
    model = classifiers.cnn(side=4, outputs=2, channels=(1, 1))
    picture = np.random.default_rng(0).uniform(size=(4, 4))
    with torch.no_grad():
        seen = model[1](torch.from_numpy(picture)[None, None])[0, 0].numpy()
    padded = np.pad(picture, 1)
    weight, bias = model[1].weight[0, 0].detach().numpy(), model[1].bias.item()
    by_hand = [
        [np.sum(padded[i : i + 3, j : j + 3] * weight) + bias for j in range(4)] for i in range(4)
    ]
    np.testing.assert_allclose(seen, by_hand, atol=1e-14)
