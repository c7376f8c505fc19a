"""Losses are their formulas, and their slopes are torch's."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from fitlab.networks.losses import LOSSES, NUMBER, SQUARED, one_hot


@pytest.fixture
def given():
    rng = np.random.default_rng(3)
    return rng.normal(scale=3, size=(40, 6)), rng.integers(0, 6, 40)


def test_the_losses_are_their_formulas(given):
    scores, labels = given
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
        "squared error": ((scores - 2 * truth) ** 2).mean(),
    }
    assert set(expected) == set(LOSSES)
    for name, value in expected.items():
        outputs = scores[:, :1] if name == NUMBER else scores
        y = 2 * truth if name == SQUARED else labels
        found = LOSSES[name](torch.from_numpy(outputs), torch.from_numpy(y)).item()
        assert found == pytest.approx(value, abs=1e-12)


TORCHS = {  # the same, as torch has them
    "cross-entropy": functional.cross_entropy,
    "KL divergence": lambda o, y: functional.kl_div(
        functional.log_softmax(o, 1), functional.one_hot(y, 6).double(), reduction="batchmean"
    ),
    "cross-entropy of smoothed labels": lambda o, y: functional.cross_entropy(
        o, y, label_smoothing=0.1
    ),
    "KL divergence of smoothed labels": lambda o, y: functional.kl_div(
        functional.log_softmax(o, 1),
        0.9 * functional.one_hot(y, 6).double() + 0.1 / 6,
        reduction="batchmean",
    ),
    "squared error of softmax": lambda o, y: functional.mse_loss(
        functional.softmax(o, 1), functional.one_hot(y, 6).double()
    ),
    "squared error of scores": lambda o, y: functional.mse_loss(
        o, functional.one_hot(y, 6).double()
    ),
    "squared error of the number": lambda o, y: functional.mse_loss(o[:, 0], y.double()),
    "squared error": functional.mse_loss,
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("scale", [1, 100])  # at 100, softmax is all but certain
def test_value_and_slope_are_torchs(name, scale, given):
    scores, labels = map(torch.from_numpy, given)
    outputs = (scale * (scores[:, :1] if name == NUMBER else scores)).requires_grad_()
    y = torch.sin(scores) if name == SQUARED else labels
    value = TORCHS[name](outputs, y)
    (slope,) = torch.autograd.grad(value, outputs)
    loss = LOSSES[name]
    assert loss(outputs, y).item() == pytest.approx(value.item(), rel=1e-13)
    assert (loss.derivative(outputs, y) - slope).abs().max() <= 1e-15 * max(1, scale)


@pytest.mark.parametrize("name", LOSSES)
def test_of_several_networks_at_once_each_has_its_own(name, given):
    scores, labels = map(torch.from_numpy, given)
    loss = LOSSES[name]
    outputs = scores[:, :1] if name == NUMBER else scores
    rows = loss.rows(torch.sin(scores) if name == SQUARED else labels, outputs.shape[1])
    values, slopes = loss.both(torch.stack([outputs, -outputs]), torch.stack([rows, rows]))
    for index, own in enumerate([outputs, -outputs]):
        value, slope = loss.both(own, rows)
        assert torch.equal(values[index], value)
        assert torch.equal(slopes[index], slope)


def test_a_score_that_is_no_number_is_not_hidden():
    scores = torch.tensor([[float("nan"), 0.0]], dtype=torch.float64)
    for loss in LOSSES.values():
        outputs = scores[:, :1] if loss.outputs == 1 else scores
        y = torch.zeros_like(outputs) if loss.name == SQUARED else torch.tensor([0])
        assert loss(outputs, y).isnan()
        assert loss.derivative(outputs, y).isnan().any()


def test_labels_become_rows_with_a_single_one():
    rows = one_hot(torch.tensor([2, 0]), 3)
    assert rows.dtype == torch.float64
    assert rows.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_a_loss_says_what_it_is():
    assert repr(LOSSES["cross-entropy"]) == "Loss('cross-entropy')"
