"""The one training: it steps as torch does, checks when it should, and ends as it should."""

import copy
import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from fitlab import CNN, MLP, random
from fitlab.classification.datasets import two_spirals, xor
from fitlab.networks.losses import NUMBER
from fitlab.networks.training import Ending, Recipe, Samples, Training

CLASSES = {"loss": "cross-entropy", "lr": 1e-2}


def as_samples(x, y):
    return Samples(torch.from_numpy(x), torch.from_numpy(y))


def new_training(width=16, depth=1, held_out=None, seed=0, **recipe):
    model = MLP(width, depth, inputs=2, outputs=2, seed=seed)
    samples = as_samples(*xor(200, 0))
    return Training(model, samples, Recipe(**CLASSES | recipe), held_out)


def to_the_end(training):
    return list(training.checks_to_the_ending())


@pytest.mark.parametrize("dealing", ["replacement", "epochs", "all"])
def test_it_is_a_plain_loop_of_torchs(dealing):
    training = new_training(dealing=dealing, batch=32, max_steps=21, check_every=5, seed=7)
    plain = copy.deepcopy(training.model)
    optimizer = torch.optim.Adam(plain.parameters(), lr=1e-2)
    x, y = training.samples.x, training.samples.y
    orders = [random.uniform(0, random.BATCHES, 200, e).argsort(kind="stable") for e in (1, 2, 3)]
    epochs = [order[at : at + 32] for order in orders for at in range(0, 200, 32)]
    drawn = {
        "replacement": random.batch_indices(0, np.arange(1, 22), 32, 200),
        "epochs": epochs[:21],
        "all": [slice(None)] * 21,
    }
    losses = []
    for chosen in drawn[dealing]:
        loss = functional.cross_entropy(plain(x[chosen]), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert to_the_end(training) == [5, 10, 15, 20, 21]
    assert training.losses == pytest.approx(losses, abs=1e-12)
    for a, b in zip(training.model.parameters(), plain.parameters(), strict=True):
        assert (a - b).abs().max() <= 1e-12
    wrong = (plain(x).argmax(1) != y).double().mean().item()
    assert training.checks[-1] == (21, wrong)
    assert training.error == wrong
    assert training.loss() == pytest.approx(functional.cross_entropy(plain(x), y).item())
    assert training.ending is Ending.OUT_OF_STEPS


def test_however_steps_are_dealt_out_the_end_is_the_same():
    whole = new_training(dealing="epochs", max_steps=60, tolerance=0)
    to_the_end(whole)
    parts = new_training(dealing="epochs", max_steps=60, tolerance=0)
    for most in itertools.cycle([1, 3, 30]):
        if parts.ending:
            break
        parts.advance(most)
    assert parts.losses == whole.losses
    assert parts.checks == whole.checks
    parts.advance(10)
    assert parts.steps == 60, "what has ended does not go on"


def test_classes_converge_when_so_few_are_wrong():
    training = new_training(tolerance=0.05, max_steps=2_000)
    to_the_end(training)
    assert training.ending is Ending.CONVERGED
    assert training.error < 0.05
    assert all(error >= 0.05 for _, error in training.checks[:-1])


def test_a_number_that_stands_for_the_class_is_right_when_it_is_nearest():
    x, y = xor(100, 1)
    model = MLP(16, 2, inputs=2, seed=1)
    training = Training(model, as_samples(x, y), Recipe(loss=NUMBER, tolerance=0.05, lr=1e-2))
    to_the_end(training)
    assert training.ending is Ending.CONVERGED
    assert training.error == np.mean(np.rint(model.predict(x)) != y) < 0.05


def test_a_picture_is_learnt_too():
    x = np.eye(4).repeat(10, axis=0)
    y = np.arange(4).repeat(10)
    model = CNN(side=2, outputs=4, channels=(4, 4))
    training = Training(model, as_samples(x, y), Recipe(**CLASSES))
    to_the_end(training)
    assert training.ending is Ending.CONVERGED
    assert model.accuracy(x, y) == 1


def test_held_out_samples_are_looked_at_and_nothing_else():
    held = as_samples(*two_spirals(50, 3))
    with_them, without = new_training(held_out=held), new_training()
    for training in (with_them, without):
        to_the_end(training)
    assert with_them.losses == without.losses
    assert with_them.checks == without.checks
    assert without.held_out == []
    assert [found.step for found in with_them.held_out] == [step for step, _ in without.checks]
    last, model = with_them.held_out[-1], with_them.model
    assert last.error == 1 - model.accuracy(held.x.numpy(), held.y.numpy())
    assert last.loss == pytest.approx(functional.cross_entropy(model(held.x), held.y).item())


def test_scores_that_are_no_numbers_are_a_divergence_and_no_answer():
    training = new_training(lr=1e300, optimizer="sgd", tolerance=0.99)
    to_the_end(training)
    assert training.ending is Ending.DIVERGED
    assert math.isnan(training.error)


def test_a_network_whose_scores_are_all_alike_is_dead():
    training = new_training(width=2, depth=2, check_every=10)
    with torch.no_grad():
        training.model.layers[0].bias.fill_(-100)  # no unit ever wakes up
    to_the_end(training)
    assert training.ending is Ending.DEAD
    assert training.steps == 50
    affine = new_training(depth=0, check_every=10, max_steps=100, lr=1e-9)
    with torch.no_grad():
        affine.model.layers[0].weight.zero_()
    to_the_end(affine)
    assert affine.ending is Ending.OUT_OF_STEPS, "it has no hidden layer that could be dead"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"loss": "hinge"}, "loss='hinge' was given; loss must be one of squared error"),
        ({"optimizer": "lbfgs"}, "optimizer must be one of adam, sgd, momentum"),
        ({"dealing": "cards"}, "dealing must be one of replacement, epochs, all"),
        ({"weight_decay": -1}, "weight_decay=-1"),
        ({"epsilon": math.inf}, "epsilon=inf"),
        ({"lr": 0}, "lr=0"),
        ({"batch": 0}, "batch=0"),
        ({"max_steps": 0}, "max_steps=0"),
        ({"check_every": 1.5}, r"check_every=1\.5"),
        ({"tolerance": -1}, "tolerance=-1"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_a_bad_recipe_is_refused_in_words(given, said):
    with pytest.raises(ValueError, match=said):
        Recipe(**given)
