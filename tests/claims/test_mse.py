"""Squared error: the networks on the circle, and claims that could have come out otherwise."""

import copy
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional

from fitlab import claims, random
from fitlab.claims import Verdict, mse
from fitlab.classification import calibration, datasets, digit_losses
from fitlab.classification.training import passes
from fitlab.distances import angles, norms
from fitlab.networks.classifiers import mlp

# ---------------------------------------------------------------------------- angles


def test_the_loudest_microphone_is_the_nearest():
    places = np.arange(8) * math.pi / 4
    heard = angles.loudness(places)
    assert (heard.argmax(axis=1) == np.arange(8)).all()
    np.testing.assert_allclose(heard[0], np.exp([math.cos(p) - 1 for p in places]))
    np.testing.assert_allclose(angles.loudness([math.pi]), angles.loudness([-math.pi]), atol=1e-15)


def test_speakers_are_as_announced():
    x, angle = angles.speakers(20_000, 1)
    assert x.shape == (20_000, 8)
    assert abs(angle).max() <= math.pi
    assert np.histogram(angle, 8, (-math.pi, math.pi))[0].std() < 150  # evenly around
    assert (x - angles.loudness(angle)).std() == pytest.approx(angles.NOISE, rel=0.02)
    assert (angles.speakers(5, 1, noise=0)[0] == angles.loudness(angles.speakers(5, 1)[1])).all()


def test_losses_are_the_formulas_of_distances():
    answer, truth = np.array([[0.3], [-3.0], [9.0]]), np.array([0.1, 3.0, -2.0])
    tensors = torch.from_numpy(answer), torch.from_numpy(truth)
    found = {way: angles.WAYS[way].loss(*tensors).item() for way in ("difference", "1 − cos")}
    assert found["difference"] == pytest.approx(np.mean((answer[:, 0] - truth) ** 2))
    assert found["1 − cos"] == pytest.approx(norms.chordal(answer[:, 0], truth).mean())
    two = np.column_stack([np.cos(truth), np.sin(truth)])
    way = angles.WAYS["cos and sin"]
    assert way.loss(torch.from_numpy(two + 1), tensors[1]).item() == pytest.approx(2)
    np.testing.assert_allclose(way.read(5 * two), truth)


@pytest.mark.parametrize("way", ["difference", "1 − cos"])
def test_one_output_errs_by_a_half_turn_somewhere_even_untrained(way):
    """A continuous answer that returns to its number cannot follow a whole turn: topology."""
    for seed in range(3):
        network = angles.AngleNetwork(mlp(inputs=8, outputs=1, seed=seed), way)
        worst, _ = network.seam()
        assert worst > math.radians(179.9)


def test_two_outputs_learn_the_whole_circle():
    network = angles.train("cos and sin", 0)
    worst, arc = network.seam()
    assert worst < math.radians(10)
    assert arc == 0
    x, angle = angles.speakers(500, 77)
    assert np.degrees(norms.arc(network.predict(x), angle)).mean() < 7
    assert repr(network).startswith("AngleNetwork(cos and sin: ")


def test_the_seam_is_measured_on_the_circle():
    class Constant:
        """Answers 0 everywhere: off by the angle itself."""

        def scores(self, x):
            return np.zeros((len(x), 1))

    worst, arc = angles.AngleNetwork(Constant(), "difference").seam(3_600)
    assert worst == pytest.approx(math.pi, abs=1e-3)
    assert arc == pytest.approx(2 * (math.pi - angles.FAR), abs=1e-2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: angles.train("polar", 0), "way='polar' was given; way must be one of difference"),
        (lambda: angles.train("difference", 0, epochs=0), "epochs=0"),
        (lambda: angles.train("difference", 0, lr=0), "lr=0"),
        (lambda: angles.train("difference", -1), "seed=-1"),
        (lambda: angles.speakers(0, 0), "n=0"),
        (lambda: angles.speakers(1, 0, noise=-1), "noise=-1"),
        (lambda: angles.loudness([math.nan]), "angle has 1"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        call()


# ---------------------------------------------------------------------------- training


def test_a_pass_sees_every_example_once_and_steps_as_torch_does():
    rng = np.random.default_rng(0)
    x, y = torch.from_numpy(rng.normal(size=(10, 8))), torch.from_numpy(rng.normal(size=10))
    model = mlp(inputs=8, outputs=1, width=4, seed=0)
    other = copy.deepcopy(model)
    squares = angles.WAYS["difference"].loss
    found = next(passes(model, x, y, squares, torch.optim.SGD(model.parameters(), 0.1), 4, 5))
    order = random.uniform(5, random.BATCHES, 10, 1).argsort()
    assert sorted(order) == list(range(10))
    total = 0
    for chosen in (order[:4], order[4:8], order[8:]):
        loss = functional.mse_loss(other(x[chosen])[:, 0], y[chosen])
        total += loss.item() * len(chosen)
        slopes = torch.autograd.grad(loss, list(other.parameters()))
        with torch.no_grad():
            for parameter, slope in zip(other.parameters(), slopes, strict=True):
                parameter -= 0.1 * slope
    assert found == pytest.approx(total / 10)
    for ours, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-14)


# ---------------------------------------------------------------------------- claims


def test_gradients_when_confidently_wrong_by_hand():
    """Cross-entropy: softmax less one-hot. Squares on scores: 2 (s - onehot) / 10."""
    p = np.exp([0, 20.0, *[0] * 8])
    p /= p.sum()
    truth = np.eye(10)[0]
    assert digit_losses.wrong_slope("cross-entropy", 20) == pytest.approx(np.linalg.norm(p - truth))
    scores = np.array([0, 20.0, *[0] * 8])
    expected = np.linalg.norm(2 * (scores - truth) / 10)
    assert digit_losses.wrong_slope("squared error of scores", 20) == pytest.approx(expected)
    jacobian = np.diag(p) - np.outer(p, p)
    expected = np.linalg.norm(jacobian @ (2 * (p - truth) / 10))
    assert digit_losses.wrong_slope("squared error of softmax", 20) == pytest.approx(expected)
    assert expected < 1e-8


def test_scores_taken_as_probabilities_are_clipped_and_add_up(monkeypatch):
    y = datasets.digits(0).y_test

    class Model:
        scores = staticmethod(lambda x: 4 * np.eye(10)[y] - 2)
        probabilities = staticmethod(lambda x: np.full((len(x), 10), 0.1))

    training = SimpleNamespace(model=Model())
    monkeypatch.setattr(digit_losses, "trained_with", lambda *_, **__: training)
    assert digit_losses.log_loss_with("any", 0) == pytest.approx(math.log(10))
    assert digit_losses.log_loss_with("any", 0, "clipped") == pytest.approx(math.log(1.009))


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


def test_networks_are_judged_on_what_they_never_saw():
    split = datasets.digits(0)
    model = digit_losses.trained_with(digit_losses.SCORES, 0, lr=digit_losses.LR).model
    assert digit_losses.accuracy_with(digit_losses.SCORES, 0) == np.mean(
        model.scores(split.x_test).argmax(axis=1) == split.y_test
    )
    expected = calibration.log_loss(model.probabilities(split.x_test), split.y_test)
    assert digit_losses.log_loss_with(digit_losses.SCORES, 0) == expected
