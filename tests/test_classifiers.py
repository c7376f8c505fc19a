"""Classifiers are what they say, and training them is torch's own training."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from torch.nn import functional

from fitlab import classifiers, datasets, random
from fitlab.classifiers import cnn, collapse, linear, linear_stack, mlp, train_classifier

RNG = np.random.default_rng(0)
X = RNG.uniform(size=(40, 6))
Y = RNG.integers(3, size=40)


def small(**settings):
    """A network for X and Y."""
    return mlp(6, 3, width=8, **settings)


# ---------------------------------------------------------------------------- the networks


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (linear(), 65 * 10),
        (linear_stack(), 65 * 64 * 4 + 65 * 10),
        (mlp(), 65 * 64 + 65 * 10),
        (mlp(2, 2, width=32, depth=2), 3 * 32 + 33 * 32 + 33 * 2),
        (cnn(), 8 * 10 + 16 * (8 * 9 + 1) + 10 * (16 * 16 + 1)),
    ],
)
def test_networks_have_the_parameters_that_one_counts_by_hand(model, parameters):
    assert model.parameter_count == parameters
    assert f"{parameters:,} parameters" in repr(model)


@pytest.mark.parametrize("model", [linear(seed=3), mlp(seed=3), cnn(seed=3)])
def test_weights_start_within_torchs_bounds_and_fill_them(model):
    for layer in model:
        if hasattr(layer, "weight"):
            bound = 1 / np.sqrt(layer.weight[0].numel())
            largest = layer.weight.abs().max().item()
            assert 0.9 * bound < largest <= bound
            assert layer.weight.dtype == torch.float64


def test_a_seed_means_a_network():
    assert (small(seed=1).scores(X) == small(seed=1).scores(X)).all()
    assert (small(seed=1).scores(X) != small(seed=2).scores(X)).any()


def test_the_convolution_slides_one_window_over_the_picture():
    """One unit by hand: a sum over the 3 x 3 pixels around a place, outside of which is paper."""
    model = cnn(side=4, outputs=2, channels=(1, 1), seed=0)
    picture = RNG.uniform(size=16)
    with torch.no_grad():
        seen = model[1](model[0](torch.from_numpy(picture)[None]))[0, 0].numpy()
    padded = np.pad(picture.reshape(4, 4), 1)
    weight, bias = model[1].weight[0, 0].detach().numpy(), model[1].bias.item()
    by_hand = [[np.sum(padded[i : i + 3, j : j + 3] * weight) + bias for j in range(4)]
               for i in range(4)]  # fmt: skip
    np.testing.assert_allclose(seen, by_hand, atol=1e-14)


def test_probabilities_are_a_distribution_and_the_class_is_the_largest():
    model = small(seed=4)
    probabilities = model.probabilities(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-14)
    scores = model.scores(X)
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, expected, atol=1e-14)
    assert (model.predict(X) == probabilities.argmax(axis=1)).all()
    assert model.accuracy(X, model.predict(X)) == 1


def test_a_single_output_is_rounded_to_a_class():
    model = linear(6, 1)
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].bias.fill_(1.6)
    assert (model.predict(X) == 2).all()


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_a_collapsed_stack_gives_the_stacks_answers(depth):
    stack = linear_stack(6, 3, width=9, depth=depth, seed=5)
    weight, bias = collapse(stack)
    assert weight.shape == (3, 6)
    np.testing.assert_allclose(X @ weight.T + bias, stack.scores(X), atol=1e-12)


def test_what_has_a_kink_cannot_be_collapsed():
    with pytest.raises(ValueError, match="only a stack of linear layers is one affine map"):
        collapse(mlp())


# ---------------------------------------------------------------------------- losses


def test_losses_are_their_formulas():
    scores, labels = RNG.normal(size=(20, 3)), RNG.integers(3, size=20)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    known = {
        "cross-entropy": log_loss(labels, softmax, labels=[0, 1, 2]),
        "squared error of softmax": np.mean((softmax - np.eye(3)[labels]) ** 2),
        "squared error of scores": np.mean((scores - np.eye(3)[labels]) ** 2),
        "squared error of the number": np.mean((scores[:, 0] - labels) ** 2),
    }
    assert known.keys() == classifiers.LOSSES.keys()
    for name, value in known.items():
        found = classifiers.LOSSES[name](torch.from_numpy(scores), torch.from_numpy(labels))
        assert found.item() == pytest.approx(value, rel=1e-12), name


# ---------------------------------------------------------------------------- training


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_an_epoch_is_a_plain_torch_loop(optimizer):
    settings = {"optimizer": optimizer, "lr": 0.02, "batch": 7, "seed": 6}
    ours = train_classifier(small(seed=6), X, Y, max_epochs=2, until=None, **settings)
    model = small(seed=6)
    kind = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[optimizer]
    steps = kind(model.parameters(), lr=0.02)
    for epoch in (1, 2):
        order = np.argsort(random.uniform(6, random.BATCHES, 40, epoch), kind="stable")
        for start in range(0, 40, 7):
            rows = order[start : start + 7]
            loss = functional.cross_entropy(model(torch.tensor(X[rows])), torch.tensor(Y[rows]))
            steps.zero_grad()
            loss.backward()
            steps.step()
    for a, b in zip(ours.model.parameters(), model.parameters(), strict=True):
        assert (a - b).abs().max() < 1e-13
    assert ours.history[-1].accuracy == model.accuracy(X, Y)


def test_the_given_model_stays_as_it_is_and_a_seed_means_a_training():
    model = small(seed=7)
    before = model.scores(X)
    one, same, other = (train_classifier(model, X, Y, max_epochs=3, seed=s) for s in (1, 1, 2))
    assert (model.scores(X) == before).all()
    assert [e.loss for e in one.history] == [e.loss for e in same.history]
    assert [e.loss for e in one.history] != [e.loss for e in other.history]


def test_it_ends_early_when_the_goal_is_reached_and_says_why_it_ended():
    told = train_classifier(small(), X, Y, lr=0.03, max_epochs=500, until=0.8)
    assert told.converged
    assert told.epochs < 500
    assert told.history[-1].accuracy >= 0.8 > told.history[-2].accuracy
    assert told.reason.startswith("reached its goal: 0.8")
    short = train_classifier(small(), X, Y, max_epochs=2)
    assert (short.converged, short.epochs) == (False, 2)
    assert "did not reach 1" in short.reason
    assert "try more epochs" in short.reason
    whole = train_classifier(small(), X, Y, max_epochs=2, until=None)
    assert (whole.converged, whole.epochs) == (False, 2)


def test_a_training_that_diverges_says_so():
    settings = {"loss": "squared error of scores", "optimizer": "sgd", "lr": 1e6}
    told = train_classifier(small(), X, Y, max_epochs=50, **settings)
    assert not told.converged
    assert told.epochs < 50
    assert "diverged" in told.reason
    assert "try a smaller learning rate (lr) than 1e+06" in told.reason


def test_an_interrupted_training_says_how_far_it_was_and_leaves_nothing():
    model = small(seed=8)
    before = model.scores(X)

    def interrupt(epoch):
        if epoch.number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="interrupted after epoch 3; no result was kept"):
        train_classifier(model, X, Y, on_epoch=interrupt)
    assert (model.scores(X) == before).all()


def test_a_linear_classifier_trained_long_is_logistic_regression():
    split = datasets.digits(0)
    peer = LogisticRegression(C=10, max_iter=2_000).fit(split.x, split.y)
    ours = train_classifier(linear(), split.x, split.y, lr=1e-2, max_epochs=60, until=None).model
    assert ours.accuracy(split.x, split.y) == pytest.approx(peer.score(split.x, split.y), abs=0.02)
    agree = np.mean(ours.predict(split.x_test) == peer.predict(split.x_test))
    assert agree > 0.95


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"x": X[:5]}, r"x of shape \(5, 6\) and y of shape \(40,\)"),
        ({"x": X[0]}, r"must be \(n, inputs\)"),
        ({"x": X * np.nan}, "NaN or infinite"),
        ({"y": Y + 0.5}, "labels must be integers"),
        ({"y": Y + 1}, "takes 0 to 2"),
        ({"y": Y - 1}, "labels from -1"),
        ({"loss": "hinge"}, "loss='hinge' was given; loss must be one of cross-entropy"),
        ({"loss": "squared error of the number"}, "has 3 outputs; the loss .* takes one"),
        ({"optimizer": "lbfgs"}, "optimizer='lbfgs'"),
        ({"lr": 0}, "lr=0"),
        ({"batch": 0}, "batch=0"),
        ({"max_epochs": 0}, "max_epochs=0"),
        ({"until": 1.5}, "until=1.5"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_bad_input_is_refused_in_words(changes, said):
    with pytest.raises(ValueError, match=said):
        train_classifier(**{"model": small(), "x": X, "y": Y, **changes})


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: mlp(depth=0), "depth=0"),
        (lambda: mlp(width=0), "width=0"),
        (lambda: linear(0), "inputs=0"),
        (lambda: linear_stack(depth=-1), "depth=-1"),
        (lambda: cnn(side=7), "side must be even"),
        (lambda: cnn(channels=(0, 4)), "channels=0"),
        (lambda: mlp(seed=2**32), "seed=4294967296"),
    ],
)
def test_networks_that_cannot_be_are_refused(build, said):
    with pytest.raises(ValueError, match=said):
        build()
