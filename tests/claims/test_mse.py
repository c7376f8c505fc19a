"""Claims of the page on squared error: each could have come out otherwise."""

import numpy as np
import pytest
import torch

from fitlab import claims
from fitlab.claims import Verdict, mse
from fitlab.distances import angles, norms, trees


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
    ("squares", "surprise", "verdict"),
    [(0.97, 0.2, Verdict.HOLDS), (0.97, 0.1, Verdict.CAVEAT), (0.95, 0.2, Verdict.FAILS)],
)
def test_classes_could_need_cross_entropy(networks_that, squares, surprise, verdict):
    hits = dict(zip(mse.RIVALS, (0.97, 0.97, squares), strict=True))
    nats = dict(zip(mse.RIVALS, (0.1, 0.1, surprise), strict=True))

    def says(trial, name, *_):
        given = {"accuracy": hits, "log-loss": nats}
        return given[name][trial.settings["loss"]] if name in given else 20

    networks_that(says)
    assert claims.check("classes-need-cross-entropy", range(2)).verdict == verdict


def test_a_network_that_closed_the_circle_with_one_number_would_fail(monkeypatch):
    two = angles.train("cos and sin", 0, epochs=10)
    for module in (mse, angles):
        monkeypatch.setattr(module, "listener", lambda way, seed: two)
    assert claims.check("distance-must-fit-the-space", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize("off", ["squares", "absolute"])
def test_a_loss_that_asked_for_something_else_would_fail(monkeypatch, off):
    def offset(noise, loss, seed):
        median = mse.noisy_fits.NOISES[noise][1]
        return 0.3 if off in loss else median * (loss != mse.SQUARED)

    off = {"squares": "squared", "absolute": "absolute"}[off]
    monkeypatch.setattr(mse.noisy_fits, "offset", offset)
    assert claims.check("squares-ask-for-the-mean", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize(("flat", "bent"), [(0.05, 0.05), (0.2, 0.2)])
def test_a_tree_that_lay_flat_or_nowhere_would_fail(monkeypatch, flat, bent):
    off = {"flat": flat, "hyperbolic": bent}
    found = lambda plane, _: trees.TreeMap(plane, np.zeros((2, 2)), np.full(1, off[plane]))  # noqa: E731
    monkeypatch.setattr(mse.trees, "tree_map", found)
    assert claims.check("a-bent-space-holds-a-tree", range(2)).verdict == Verdict.FAILS
