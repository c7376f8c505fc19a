"""The networks on the circle."""

import math
import re

import numpy as np
import pytest
import torch

from fitlab import random
from fitlab.distances import angles, norms
from fitlab.networks.mlp import MLP


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
    assert way.loss(torch.from_numpy(two + 1), torch.from_numpy(two)).item() == pytest.approx(2)
    np.testing.assert_allclose(way.rows(truth), two)
    np.testing.assert_allclose(way.read(5 * two), truth)


@pytest.mark.parametrize("way", angles.WAYS.values(), ids=angles.WAYS)
def test_slopes_are_torchs(way):
    rng = np.random.default_rng(2)
    rows = torch.from_numpy(way.rows(rng.uniform(-3, 3, 7)))
    outputs = torch.from_numpy(rng.normal(size=rows.shape)).requires_grad_()
    (slope,) = torch.autograd.grad(way.loss(outputs, rows), outputs)
    assert (way.loss.derivative(outputs, rows) - slope).abs().max() < 1e-15


def test_training_is_a_plain_loop_of_torchs():
    """One epoch in three batches, the last one smaller; torch differentiates the loss."""
    x, angle = map(torch.from_numpy, angles.speakers(50, 1))
    plain = MLP(4, 2, seed=1, inputs=8)
    optimizer = torch.optim.Adam(plain.parameters(), 3e-3)
    order = random.uniform(1, random.BATCHES, 50, 1).argsort()
    for chosen in (order[:20], order[20:40], order[40:]):
        loss = (1 - torch.cos(plain(x[chosen])[:, 0] - angle[chosen])).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    ours = angles.train("1 − cos", 1, n=50, width=4, epochs=1, batch=20).model
    for a, b in zip(ours.parameters(), plain.parameters(), strict=True):
        assert (a - b).abs().max() < 1e-14


@pytest.mark.parametrize("way", ["difference", "1 − cos"])
def test_one_output_errs_by_a_half_turn_somewhere_even_untrained(way):
    """A continuous answer that returns to its number cannot follow a whole turn: topology."""
    for seed in range(3):
        network = angles.AngleNetwork(MLP(64, 1, inputs=8, seed=seed), way)
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
