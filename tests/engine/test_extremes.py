"""No option that the engine takes makes it trap, loop for ever or write where it should not."""

import numpy as np
import pytest

from fitlab.engine.machine import DEFAULTS, Machine
from tests.engine import oracle

PLANE = {"inputs": 2, "outputs": 2, "loss": "cross-entropy", "width": 5, "depth": 2}
CNN = {"network": "cnn", "side": 4, "outputs": 3, "loss": "cross-entropy"}
LARGE, SMALL = 1e300, 1e-300


def trained(n=20, **options):
    """A Machine that was trained for 100 steps, or to an earlier ending."""
    x, y = oracle.samples({**DEFAULTS, **options}, n)
    machine = Machine()
    machine.create(x, y, **{"max_steps": 100, **options})
    for _ in range(100):
        machine.advance()
    assert machine.ended
    return machine


@pytest.mark.parametrize("network", [PLANE, CNN, {}], ids=["classes", "pictures", "numbers"])
@pytest.mark.parametrize(
    "options",
    [
        {"lr": LARGE}, {"lr": 0}, {"lr": SMALL}, {"start_factor": LARGE}, {"start_factor": 0},
        {"weight_decay": LARGE}, {"epsilon": LARGE}, {"epsilon": 0}, {"tolerance": LARGE},
        {"tolerance": 0}, {"dropout": 1 - 2**-53}, {"check_every": 2**31 - 1}, {"check_every": 1},
        {"batch": 10_000_000, "dealing": "epochs"}, {"batch": 1, "dealing": "all"},
        {"optimizer": "sgd", "lr": LARGE}, {"optimizer": "momentum", "lr": LARGE},
        {"width": 1, "depth": 40, "start": "he"}, {"depth": 64, "activation": "tanh"},
        {"width": 1, "depth": 1, "dealing": "epochs"}, {"seed": 2**32 - 1}, {"depth": 0},
        {"loss": "squared error of scores", "lr": LARGE},
        {"loss": "squared error of softmax", "start_factor": LARGE},
    ],
    ids=str,
)  # fmt: skip
def test_extremes_end(network, options):
    for n in (1, 20, 65):
        assert trained(n, **{**network, **options}).steps <= 100


def test_what_grows_beyond_all_numbers_is_called_diverged():
    for network in (PLANE, CNN, {}):
        assert trained(**network, optimizer="sgd", lr=LARGE).ended == 2
        assert trained(**network, start_factor=LARGE).ended == 2


@pytest.mark.parametrize("loss", ["cross-entropy", "squared error of softmax"])
def test_scores_of_any_finite_size_have_a_loss(loss):
    """Log-sum-exp overflows nowhere: 2e300 apart, a right answer costs 0 and a wrong one 2e300."""
    machine = Machine()
    machine.create([[1.0], [1.0]], [0, 0], **{"loss": loss, "outputs": 2, "depth": 0})
    machine.parameters = [LARGE, -LARGE, 0, 0]
    assert (machine.evaluate(), machine.accuracy()) == (0, 1)
    machine.parameters = [-LARGE, LARGE, 0, 0]
    assert machine.evaluate() == (2 * LARGE if loss == "cross-entropy" else 1)
    assert machine.accuracy() == 0


@pytest.mark.parametrize("network", [PLANE, CNN], ids=["classes", "pictures"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_go_where_they_go_in_torch(network, bad):
    """One bad parameter, wherever it is: the loss and the outputs are as torch's."""
    x, y = oracle.samples({**DEFAULTS, **network}, 20)
    machine = Machine()
    machine.create(x, y, **network)
    start = machine.parameters
    for place in np.linspace(0, len(start) - 1, 12, dtype=int):
        vector = start.copy()
        vector[place] = bad
        machine.parameters = vector
        torchs = oracle.Oracle(machine.options, vector)
        expected = torchs(x).detach().numpy()
        np.testing.assert_allclose(machine.predict(x), expected, rtol=1e-12, atol=1e-12)
        loss = torchs.loss(x, y).item()
        assert machine.evaluate() == pytest.approx(loss, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("network", [PLANE, CNN], ids=["classes", "pictures"])
@pytest.mark.parametrize("label", [-1, 0.5, 1e300, np.nan, 99])
def test_a_label_that_is_no_class_ends_the_training_as_diverged(network, label):
    x, y = oracle.samples({**DEFAULTS, **network}, 20)
    y[3] = label
    machine = Machine()
    machine.create(x, y, **network, dealing="all")
    machine.advance()
    assert np.isnan(machine.loss)
    assert machine.ended == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_no_answer(bad):
    """A check that finds such a score says so, even when the last batch's loss was still finite."""
    machine = Machine()
    machine.create([[1.0]], [0], outputs=2, depth=0, loss="cross-entropy", check_every=1, lr=0)
    machine.parameters = [1, np.nan, 1, 0]
    assert np.isnan(machine.evaluate())
    assert machine.accuracy() == 0
    machine.parameters = [bad, 1, 1, 0]
    machine.advance()
    assert np.isnan(machine.checked_error)
    assert machine.ended == 2


def test_networks_of_any_kind_in_one_instance_leave_nothing_behind():
    kinds = [
        {}, PLANE | {"dealing": "epochs"}, CNN, PLANE | {"dropout": 0.5}, {"inputs": 7}, CNN | PLANE
    ]  # fmt: skip
    every = [{**DEFAULTS, **kind, "max_steps": 50, "tolerance": 0} for kind in kinds]
    given = [oracle.samples(options, 70) for options in every]

    def run(machine, options, x, y):
        machine.create(x, y, **{**options, "samples": 70, "inputs": x.shape[1]})
        while not machine.ended:
            machine.advance()
        return machine.parameters.tobytes()

    alone = [run(Machine(), o, *samples) for o, samples in zip(every, given, strict=True)]
    shared = Machine()
    for _ in range(3):
        assert [run(shared, o, *s) for o, s in zip(every, given, strict=True)] == alone


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"width": 0}, "width=0 was given; width must be from 1 to 4096"),
        ({"depth": 65}, "depth=65 was given; depth must be from 0 to 64"),
        ({"batch": 2.5}, "batch=2.5 was given; batch must be from 1 to 10000000"),
        ({"dropout": 1}, "dropout=1 was given"),
        ({"lr": np.nan}, "lr=nan was given; lr must be a number"),
        ({"network": "cnn", "side": 5}, "x of shape"),
        ({"loss": "hinge"}, "loss='hinge' was given; loss must be one of squared error, cross-"),
        ({"rate": 1}, "option='rate' was given; option must be one of network, inputs"),
        ({"loss": "squared error of the number", "outputs": 2}, "outputs=2 was given"),
        ({"outputs": 2}, "targets of shape"),
        ({"inputs": 2}, "x of shape"),
        ({"width": 4_096, "depth": 64}, "more memory than WebAssembly has"),
    ],
)
def test_bad_options_are_refused_in_words(options, said):
    with pytest.raises(ValueError, match=said):
        Machine().create([1.0, 2.0], [1.0, 2.0], **options)


def test_pictures_have_an_even_side():
    with pytest.raises(ValueError, match="side=3 was given; side must be from 2 to 64, and even"):
        Machine().create(np.zeros((1, 9)), [0], network="cnn", side=3, loss="cross-entropy")
