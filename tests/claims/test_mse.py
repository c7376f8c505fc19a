"""Claims of the page on squared error: each could have come out otherwise."""

import pytest
import torch

from fitlab import claims
from fitlab.claims import Verdict, mse
from fitlab.distances import angles, norms


def test_a_likelihood_of_another_shape_would_fail(monkeypatch):
    monkeypatch.setattr(torch.distributions, "Normal", torch.distributions.Laplace)
    assert claims.check("mse-is-gaussian", range(1)).verdict == Verdict.FAILS


def test_a_mean_that_lost_on_gaussian_noise_would_fail(monkeypatch):
    monkeypatch.setattr(mse, "centre_error", lambda noise, p, seed: 2.0 if p == 2 else 1.0)
    assert claims.check("mse-is-gaussian", range(1)).verdict == Verdict.FAILS


@pytest.mark.parametrize("p", [1, 2])
def test_a_norm_that_chose_otherwise_would_fail(monkeypatch, p):
    real = norms.lp_centre
    monkeypatch.setattr(norms, "lp_centre", lambda values, _: real(values, p))
    assert claims.check("norm-chooses-the-answer", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize(
    ("squares", "verdict"),
    [(0.97, Verdict.FAILS), (0.963, Verdict.CAVEAT), (0.95, Verdict.HOLDS)],
)
def test_classes_could_need_cross_entropy(monkeypatch, squares, verdict):
    hits = dict(zip(mse.RIVALS, (0.97, 0.97, squares), strict=True))
    monkeypatch.setattr(mse, "accuracy_with", lambda loss, seed: hits[loss])
    monkeypatch.setattr(mse, "log_loss_with", lambda *_: 0.1)
    monkeypatch.setattr(mse, "sgd_epochs", lambda *_: 20)
    assert claims.check("classes-need-cross-entropy", range(2)).verdict == verdict


def test_a_network_that_closed_the_circle_with_one_number_would_fail(monkeypatch):
    two = angles.train("cos and sin", 0, epochs=10)
    for module in (mse, angles):
        monkeypatch.setattr(module, "listener", lambda way, seed: two)
    assert claims.check("distance-must-fit-the-space", range(2)).verdict == Verdict.FAILS
