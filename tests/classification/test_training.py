"""Classifiers train as a plain loop does, and say why they ended."""

import copy
import functools
import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from fitlab import MLP, random
from fitlab.classification import datasets
from fitlab.classification.training import train_classifier


def mlp(width=64, depth=1, inputs=4, outputs=3, **how):
    return MLP(width, depth, inputs=inputs, outputs=outputs, **how)


def linear(inputs=4, outputs=3):
    return mlp(1, 0, inputs, outputs)


@pytest.fixture
def examples():
    rng = np.random.default_rng(5)
    return rng.normal(size=(150, 4)), rng.integers(0, 3, 150)


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()]).numpy()


@pytest.mark.parametrize(
    ("optimizer", "torchs"),
    [
        ("adam", torch.optim.Adam),
        ("sgd", torch.optim.SGD),
        ("momentum", functools.partial(torch.optim.SGD, momentum=0.9)),
    ],
)
def test_epochs_are_those_of_a_plain_torch_loop(examples, optimizer, torchs):
    x, y = examples
    model = mlp(8, seed=1)
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
        [e.loss for e in train_classifier(mlp(), *examples, max_epochs=3, seed=s).history]
        for s in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_the_model_that_is_given_stays_as_it_is(examples):
    model = mlp()
    before = weights(model)
    result = train_classifier(model, *examples, max_epochs=3)
    assert (weights(model) == before).all()
    assert (weights(result.model) != before).any()


def test_training_ends_at_its_goal():
    x, y = datasets.xor(200, 0)
    result = train_classifier(mlp(16, 1, 2, 2), x, y, lr=0.02, until=0.9)
    assert result.converged
    assert result.epochs < 100
    assert result.history[-1].accuracy == result.model.accuracy(x, y) >= 0.9
    assert all(e.accuracy < 0.9 for e in result.history[:-1])
    assert "reached its goal" in result.reason
    assert result.reason in repr(result)


def test_running_out_of_epochs_is_said_with_what_to_try(examples):
    result = train_classifier(linear(), *examples, max_epochs=4)
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

    model = mlp()
    before = weights(model)
    with pytest.raises(KeyboardInterrupt, match="after epoch 2; no result was kept"):
        train_classifier(model, *examples, on_epoch=interrupt)
    assert (weights(model) == before).all()


@pytest.mark.parametrize("until", [0, 0.07, 0.29, 0.57, 0.9, 0.98, 1])
def test_the_goal_is_the_share_that_was_asked_for(until):
    """Of 100 examples a network that knows nothing of y gets some share right, and no other."""
    x, y = np.zeros((100, 4)), np.arange(100) % 3
    for right in {round(100 * until) - 1, round(100 * until)} - {-1}:
        model = linear()
        with torch.no_grad():
            model.layers[0].bias.copy_(torch.tensor([1e6, 0, 0]))
        y = np.where(np.arange(100) < right, 0, 1)
        run = train_classifier(model, x, y, lr=1e-9, until=until, max_epochs=1)
        assert run.history[-1].accuracy == right / 100
        assert run.converged == (right / 100 >= until)


def test_a_network_that_answers_all_alike_and_cannot_learn_is_called_dead(examples):
    model = mlp(2, 2)
    with torch.no_grad():
        model.layers[0].bias.fill_(-100)
    result = train_classifier(model, *examples, max_epochs=50)
    assert not result.converged
    assert result.epochs < 50
    assert "dead: all examples get the same scores" in result.reason


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
        ({"loss": "squared error"}, "loss='squared error' was given"),
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
        train_classifier(linear(), **arguments)


def test_the_loss_of_the_number_refuses_ten_outputs():
    with pytest.raises(ValueError, match="10 outputs; the loss 'squared error of the number'"):
        train_classifier(linear(4, 10), X, Y, loss="squared error of the number")


def test_a_linear_classifier_is_logistic_regression():
    split = datasets.digits(0)
    theirs = LogisticRegression(C=1e4, max_iter=5_000).fit(split.x, split.y)
    ours = train_classifier(linear(64, 10), split.x, split.y, lr=0.02, max_epochs=100, until=None)
    accuracy = ours.model.accuracy(split.x, split.y)
    assert accuracy == pytest.approx(theirs.score(split.x, split.y), abs=0.01)
