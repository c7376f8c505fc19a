"""The networks on the circle."""

import math
import re

import numpy as np
import pytest
import torch

from fitlab.distances import angles, norms
from fitlab.networks.classifiers import mlp


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
