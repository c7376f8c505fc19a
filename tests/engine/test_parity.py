"""Whatever the network, loss, optimizer and dealing: the engine's steps are torch's."""

import numpy as np
import pytest
import torch

from fitlab.engine.machine import CHOICES, DEFAULTS, Machine
from tests.engine import oracle

# inputs, outputs, width, depth, and what is not a default
PERCEPTRONS = [
    (2, 2, 8, 2, {"loss": "cross-entropy", "activation": "tanh", "dealing": "epochs", "batch": 10}),
    (2, 2, 8, 2, {"loss": "cross-entropy", "optimizer": "sgd", "lr": 0.1, "batch": 10}),
    (2, 3, 16, 3, {"loss": "cross-entropy", "optimizer": "momentum", "dealing": "all"}),
    (2, 2, 1, 6, {"loss": "squared error of softmax", "activation": "tanh", "start": "glorot"}),
    (2, 1, 8, 2, {"loss": "squared error of the number", "dealing": "epochs"}),
    (2, 5, 9, 1, {"loss": "squared error of scores", "weight_decay": 1e-2, "start": "he"}),
    (3, 4, 7, 2, {"loss": "squared error", "dealing": "all", "activation": "tanh"}),
    (1, 1, 16, 2, {"loss": "squared error", "epsilon": 1e-3, "weight_decay": 0.1}),
    (1, 10, 5, 2, {"loss": "cross-entropy", "dropout": 0.2, "batch": 7}),
    (64, 10, 64, 1, {"loss": "cross-entropy"}),
    (64, 10, 64, 4, {"loss": "cross-entropy", "activation": "identity", "lr": 1e-3}),
    (64, 10, 1, 0, {"loss": "cross-entropy", "optimizer": "sgd", "lr": 1.0, "weight_decay": 1e-3}),
    (64, 10, 33, 2, {"loss": "squared error of softmax", "dropout": 0.5, "dealing": "epochs"}),
    (64, 1, 20, 2, {"loss": "squared error of the number", "optimizer": "momentum", "lr": 1e-3}),
    (5, 2, 3, 40, {"loss": "cross-entropy", "start": "he", "activation": "tanh", "lr": 1e-4}),
    (2, 2, 64, 6, {"loss": "cross-entropy", "start": "he", "lr": 1e-3, "batch": 65}),
    (17, 9, 31, 3, {"loss": "squared error of scores", "activation": "tanh", "dropout": 0.1}),
    (8, 2, 8, 2, {"loss": "cross-entropy", "start_factor": 3.0, "batch": 1}),
    (7, 6, 12, 2, {"loss": "squared error", "optimizer": "momentum", "start": "glorot"}),
    (9, 7, 24, 5, {"loss": "cross-entropy", "dealing": "epochs", "batch": 1_000}),
    (2, 2, 4, 1, {"loss": "cross-entropy", "optimizer": "momentum", "weight_decay": 1e-2,
                  "dealing": "epochs", "batch": 33, "lr": 0.03}),
    (4, 1, 2, 3, {"loss": "squared error", "optimizer": "sgd", "dropout": 0.3, "dealing": "all",
                  "activation": "tanh", "lr": 0.03}),
]  # fmt: skip
# side, channels, outputs
CNNS = [
    (8, (8, 16), 10, {"loss": "cross-entropy", "batch": 16}),
    (8, (8, 16), 10, {"loss": "squared error of softmax", "dealing": "epochs", "start": "he"}),
    (4, (3, 2), 3, {"loss": "cross-entropy", "optimizer": "sgd", "lr": 0.1, "batch": 70}),
    (2, (1, 1), 2, {"loss": "squared error of scores", "dealing": "all", "start": "glorot"}),
    (6, (2, 5), 1, {"loss": "squared error of the number", "optimizer": "momentum", "lr": 1e-3,
                    "weight_decay": 0.01}),
    (4, (5, 4), 2, {"loss": "squared error", "batch": 3}),
]  # fmt: skip
CASES = [
    {"inputs": inputs, "outputs": outputs, "width": width, "depth": depth, **others}
    for inputs, outputs, width, depth, others in PERCEPTRONS
] + [
    {"network": "cnn", "side": side, "channels1": first, "channels2": second, "outputs": outputs,
     **others}
    for side, (first, second), outputs, others in CNNS
]  # fmt: skip
SAMPLES, STEPS = 100, 100


def told(options):
    return ", ".join(map(str, options.values()))


def machine_for(options, n=SAMPLES, **others):
    x, y = oracle.samples({**DEFAULTS, **options}, n)
    machine = Machine()
    machine.create(x, y, **{"seed": 3, "tolerance": 0, "max_steps": STEPS, **options, **others})
    return machine, x, y


def distance(ours, theirs):
    """The largest difference, relative to the numbers' size where that is above 1."""
    return np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs)))


def test_the_cases_try_everything():
    for name, choices in CHOICES.items():
        assert {case.get(name, DEFAULTS[name]) for case in CASES} == set(choices)
    assert len(CASES) >= 24


@pytest.mark.parametrize("options", CASES, ids=told)
def test_a_hundred_steps_are_torchs(options):
    """Every loss, all parameters, outputs, mean losses and hidden values, within 1e-12."""
    machine, x, y = machine_for(options)
    torchs = oracle.Oracle(machine.options, machine.parameters)
    for step, chosen in enumerate(oracle.batches(machine.options, STEPS), 1):
        assert machine.advance(1) == 1
        assert machine.loss == pytest.approx(torchs.step(x[chosen], y[chosen], step), abs=1e-12)
    assert distance(machine.parameters, torchs.vector) <= 1e-12
    with torch.no_grad():
        outputs = torchs(x).numpy()
        assert distance(machine.predict(x), outputs) <= 1e-12
        assert machine.evaluate() == pytest.approx(torchs.loss(x, y).item(), abs=1e-12)
        layers = zip(torchs.parameters[:-2:2], torchs.parameters[1:-2:2], strict=True)
        hidden = torchs.hidden(torch.from_numpy(x[:64]), layers, None)[1:]
    for layer, values in enumerate(hidden):
        found = machine.activations(layer, x[:64], values.shape[1])
        assert distance(found, values.numpy()) <= 1e-12


@pytest.mark.parametrize("options", CASES, ids=told)
def test_the_first_parameters_are_the_books_bit_for_bit(options):
    machine, _, _ = machine_for(options)
    assert machine.parameters.tobytes() == oracle.first_parameters(machine.options).tobytes()


def right(machine, x, y):
    scores = machine.predict(x)
    answers = np.rint(scores[:, 0]) if scores.shape[1] == 1 else scores.argmax(axis=1)
    return np.mean(answers == y)


@pytest.mark.parametrize("options", [c for c in CASES if c["loss"] != "squared error"], ids=told)
def test_accuracy_is_the_share_of_right_answers(options):
    machine, x, y = machine_for(options)
    machine.advance()
    assert machine.steps == DEFAULTS["check_every"]
    assert machine.accuracy() == right(machine, x, y)
    assert machine.checked_error == pytest.approx(1 - right(machine, x, y), abs=1e-15)


@pytest.mark.parametrize("options", [CASES[0], CASES[4], CASES[6], CASES[-6]], ids=told)
def test_held_out_samples_are_looked_at_only(options):
    machine, x, y = machine_for(options)
    held_x, held_y = oracle.samples(machine.options, 77, seed=1)
    watched = Machine()
    watched.create(x, y, held_x, held_y, **{**machine.options, "held_out": 77})
    while watched.ended == 0:
        assert watched.advance(10) == machine.advance(10)
        watched.evaluate(held_out=True)
    assert watched.parameters.tobytes() == machine.parameters.tobytes()
    torchs = oracle.Oracle(watched.options, watched.parameters)
    with torch.no_grad():
        expected = torchs.loss(held_x, held_y).item()
    assert watched.evaluate(held_out=True) == pytest.approx(expected, abs=1e-12)
    accuracy = watched.accuracy(held_out=True)
    if watched.classifies:
        assert accuracy == right(watched, held_x, held_y)
    else:
        assert np.isnan(accuracy)
    assert np.isnan([machine.evaluate(held_out=True), machine.accuracy(held_out=True)]).all()


def test_one_fit_can_begin_where_another_ended():
    options = CASES[0] | {"optimizer": "sgd", "dealing": "all"}
    (whole, *_), (half, *_), (rest, *_) = (machine_for(options) for _ in range(3))
    assert (whole.advance(), whole.advance(), half.advance()) == (25, 25, 25)
    rest.parameters = half.parameters
    rest.advance()
    assert rest.parameters.tobytes() == whole.parameters.tobytes()


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 250, 2_000])
def test_an_epoch_sees_every_sample_once(n):
    """With a rate so small that nothing moves, an epoch's mean loss is that of all samples."""
    machine, _, _ = machine_for(CASES[0] | {"lr": 1e-300, "optimizer": "sgd"}, n, max_steps=1_000)
    whole = machine.evaluate()
    for _ in range(3):
        sizes, losses = [], []
        while sum(sizes) < n:
            sizes.append(min(10, n - sum(sizes)))
            machine.advance(1)
            losses.append(machine.loss)
        assert np.average(losses, weights=sizes) == pytest.approx(whole, rel=1e-12)
