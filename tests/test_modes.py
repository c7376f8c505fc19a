"""Torch's global modes, set by whoever imports the library, change nothing that it computes."""

import contextlib

import numpy as np
import pytest
import torch

import fitlab
from fitlab.classification.datasets import xor
from fitlab.classification.digit_losses import wrong_slope
from fitlab.classification.training import train_classifier
from fitlab.distances import tsne
from fitlab.information.variational import learn_distribution
from fitlab.language.decoder import new_decoder, train_language_model
from fitlab.networks import classifiers
from fitlab.regression.constructions import broken_line_network, squaring_network
from fitlab.regression.symmetry import fit_symmetric

SHORT = {"width": 8, "depth": 2, "max_steps": 30, "samples": 100}
STREAM = np.arange(200) % 11


@contextlib.contextmanager
def default_device():
    torch.set_default_device("meta")
    try:
        yield
    finally:
        torch.set_default_device(None)


@contextlib.contextmanager
def default_type():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


MODES = {
    "meta": default_device,
    "float64": default_type,
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
}


def fit():
    curves = []
    done = fitlab.fit(**SHORT, on_progress=lambda progress: curves.append(progress.curve))
    return [done.losses, *curves, done.model.predict([0.5])]


def sweep():
    return [row.mse for row in fitlab.sweep(fitlab.grid([4], [1], range(2), max_steps=30))]


def classifier():
    x, y = xor(40, 0)
    run = train_classifier(classifiers.mlp(2, 2, width=4), x, y, max_epochs=2, until=None)
    return [epoch.loss for epoch in run.history] + [run.model.probabilities(x)]


def picture():
    return [classifiers.cnn(seed=1).scores(np.ones((2, 64)))]


def small_map():
    x = np.random.default_rng(0).normal(size=(12, 3))
    return [tsne.fit_embedding(fitlab.affinities(x, 3), steps=8).points]


def decoder():
    model = new_decoder(width=8, heads=2, depth=1, context=8)
    run = train_language_model(model, STREAM, STREAM[:20], steps=2, batch=2)
    return [run.losses, run.model.next_token_probabilities([1, 2])]


def learnt():
    found = learn_distribution([0.2, 0.3, 0.5], steps=(0, 5))
    return [found.probabilities]


def written_down():
    x = np.linspace(0, 1, 5)
    line = broken_line_network([0, 0.5, 1], [1, 0, 2])
    return [line.predict(x), squaring_network(2).predict(x)]


def others():
    return [fit_symmetric("odd", **SHORT).losses, wrong_slope("cross-entropy", 3.0)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "entry", [fit, sweep, classifier, picture, small_map, decoder, learnt, written_down, others]
)
def test_a_mode_that_somebody_set_changes_no_number(entry, mode):
    plain = entry()
    with MODES[mode]():
        found = entry()
        if mode == "float64":
            assert torch.get_default_dtype() == torch.float64, "and it is left as it was"
        if mode == "inference":
            assert torch.is_inference_mode_enabled()
    for one, other in zip(plain, found, strict=True):
        assert np.array_equal(one, other)
