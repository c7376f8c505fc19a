"""A step written out is the step of torch's autograd and torch.optim."""

import copy

import numpy as np
import pytest
import torch

from fitlab import CNN, MLP, TARGETS, random
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.losses import LOSSES, NUMBER, SQUARED
from fitlab.networks.optimizers import OPTIMIZERS, Adam
from fitlab.regression.ensemble import Ensemble

STEPS = 100
SHAPES = [
    (1, 1, 64, "relu", 0), (1, 8, 16, "relu", 0), (3, 2, 1, "relu", 0), (5, 1, 7, "tanh", 0.2),
    (9, 0, 64, "relu", 0.5), (16, 2, 256, "relu", 0), (16, 2, 64, "tanh", 0),
    (33, 3, 100, "relu", 0.5), (64, 5, 64, "relu", 0), (64, 5, 64, "relu", 0.1),
    (7, 3, 50, "identity", 0.05), (128, 2, 1000, "relu", 0),
]  # fmt: skip
TORCHS = {
    "adam": torch.optim.Adam,
    "sgd": torch.optim.SGD,
    "momentum": lambda p, **how: torch.optim.SGD(p, momentum=0.9, **how),
}


def both_trained(model, x, y, loss=SQUARED, optimizer="adam", batch=64, lr=3e-3, **how):
    """The model after STEPS steps of ours, and its copy after as many of torch's."""
    other, loss = copy.deepcopy(model), LOSSES[loss]
    rows = loss.rows(y, model.outputs)
    take_step = TrainingStep(model, OPTIMIZERS[optimizer](lr, **how), loss)
    if optimizer == "adam" and "epsilon" in how:
        how["eps"] = how.pop("epsilon")
    torchs = TORCHS[optimizer](other.parameters(), lr=lr, **how)
    drawn = random.batch_indices(2, np.arange(1, STEPS + 1), batch, len(x))
    for step, chosen in enumerate(drawn, 1):
        value = loss.both(other(x[chosen], step=step), rows[chosen])[0]
        torchs.zero_grad()
        value.backward()
        torchs.step()
        assert take_step(x[chosen], rows[chosen]) == pytest.approx(value.item(), abs=1e-12)
    return model, other


def assert_same(ours, torchs, tolerance=1e-12):
    for a, b in zip(ours.parameters(), torchs.parameters(), strict=True):
        assert (a - b).abs().max() <= tolerance


@pytest.mark.parametrize(("width", "depth", "batch", "activation", "dropout"), SHAPES)
def test_a_hundred_steps_are_torchs(width, depth, batch, activation, dropout):
    x, y = (torch.from_numpy(v)[:, None] for v in TARGETS["sine"].samples(1_000))
    model = MLP(width, depth, activation, dropout, seed=2)
    assert_same(*both_trained(model, x, y, batch=batch))


def examples(inputs, outputs, loss):
    rng = np.random.default_rng(5)
    x = torch.from_numpy(rng.normal(size=(300, inputs)))
    if loss == SQUARED:
        return x, torch.sin(x @ torch.from_numpy(rng.normal(size=(inputs, outputs))))
    return x, torch.from_numpy(rng.integers(0, outputs if outputs > 1 else 3, 300))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_loss_with_every_optimizer_is_torchs(loss, optimizer):
    outputs = 1 if loss == NUMBER else 4
    model = MLP(12, 2, seed=1, inputs=3, outputs=outputs)
    lr = {"adam": 3e-3, "sgd": 0.1, "momentum": 0.01}[optimizer]
    data = examples(3, outputs, loss)
    assert_same(*both_trained(model, *data, loss, optimizer, batch=32, lr=lr))


@pytest.mark.parametrize(
    ("network", "how"),
    [
        ({"activation": "tanh"}, {}),
        ({"dropout": 0.3}, {}),
        ({"activation": "identity"}, {"weight_decay": 0.1}),
        ({"depth": 0}, {"optimizer": "momentum", "weight_decay": 0.1, "lr": 0.01}),
        ({"depth": 7, "start": "he"}, {"optimizer": "sgd", "weight_decay": 1e-3, "lr": 0.01}),
        ({"start": "glorot"}, {"epsilon": 1e-3}),
        ({"inputs": 64, "outputs": 10}, {"batch": 1}),
    ],
    ids=str,
)
def test_classes_learnt_in_other_ways_are_torchs(network, how):
    shape = {"width": 9, "depth": 2, "inputs": 2, "outputs": 3} | network
    model = MLP(**shape, seed=4)
    data = examples(shape["inputs"], shape["outputs"], "cross-entropy")
    assert_same(*both_trained(model, *data, "cross-entropy", **how))


@pytest.mark.parametrize(
    ("shape", "loss", "how"),
    [
        ({}, "cross-entropy", {}),
        ({"side": 4, "channels": (1, 1), "outputs": 2}, "cross-entropy", {"optimizer": "sgd"}),
        ({"side": 2, "channels": (3, 2)}, "squared error of softmax", {"weight_decay": 0.1}),
        ({"side": 6, "channels": (2, 5), "outputs": 1}, NUMBER, {"lr": 1e-3}),
        ({"channels": (4, 3), "start": "he"}, "cross-entropy", {"batch": 5}),
        ({"channels": (3, 4), "pool": 8}, "cross-entropy", {"lr": 1e-2}),
    ],
    ids=str,
)
def test_convolutions_are_torchs(shape, loss, how):
    model = CNN(**shape, seed=3)
    x, y = examples(model.inputs, model.outputs, loss)
    assert_same(*both_trained(model, x, y, loss, **{"batch": 16} | how))


def test_of_places_as_large_as_each_other_the_first_learns_as_torchs():
    """Blank paper looks the same everywhere: 2 x 2 places are often equal."""
    _, y = examples(64, 10, "cross-entropy")
    x = torch.zeros(300, 64, dtype=torch.float64)
    x[:, :8] = y[:, None] / 10
    assert_same(*both_trained(CNN(seed=2), x, y, "cross-entropy", batch=16))


def test_networks_trained_together_are_each_as_alone():
    shape = {"width": 6, "depth": 2, "inputs": 2, "outputs": 3, "dropout": 0.1}
    x, y = examples(2, 3, "cross-entropy")
    loss = LOSSES["cross-entropy"]
    rows = loss.rows(y, 3)
    together = Ensemble([MLP(**shape, seed=s) for s in range(4)])
    step = TrainingStep(together, OPTIMIZERS["momentum"](0.01), loss)
    alone = [MLP(**shape, seed=s) for s in range(4)]
    steps = [TrainingStep(model, OPTIMIZERS["momentum"](0.01), loss) for model in alone]
    kept = [0, 1, 2, 3]
    for number in range(40):
        if number == 20:
            kept = [1, 3]
            step.keep(kept)
        batches = [torch.arange(number + seed, number + seed + 20) for seed in kept]
        chosen = torch.stack(batches)
        losses = step.take(x[chosen], rows[chosen])
        own = [steps[k](x[b], rows[b]) for k, b in zip(kept, batches, strict=True)]
        assert losses.tolist() == pytest.approx(own, abs=1e-14)
    for place, seed in enumerate(kept):
        assert_same(together.member(place), alone[seed], 1e-14)


def test_the_parameters_are_one_vector_that_a_step_moves():
    model = MLP(4, 1, inputs=2)
    before = copy.deepcopy(model)
    step = TrainingStep(model, Adam(0.1))
    assert_same(model, before, 0)
    step(torch.ones(3, 2, dtype=torch.float64), torch.ones(3, 1, dtype=torch.float64))
    assert len({p.untyped_storage().data_ptr() for p in model.parameters()}) == 1
    assert not torch.equal(model.layers[0].weight, before.layers[0].weight)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
@pytest.mark.parametrize("given", [{"lr": 0}, {"weight_decay": -1}, {"epsilon": float("nan")}])
def test_an_optimizer_refuses_in_words(optimizer, given):
    (name,) = given
    with pytest.raises(ValueError, match=f"{name}=.* was given; {name} must be a number"):
        optimizer(**{"lr": 0.1} | given)
