"""The global modes of torch and NumPy, whoever sets them, change nothing that is computed here."""

import contextlib

import numpy as np
import pytest
import torch

import fitlab
from fitlab.classification import bayes, calibration
from fitlab.classification.datasets import xor
from fitlab.classification.digit_losses import wrong_slope
from fitlab.classification.training import train_classifier
from fitlab.distances import angles, norms, tsne
from fitlab.information import coding, entropy, variational
from fitlab.information.variational import learn_distribution
from fitlab.language.decoder import continue_text, new_decoder, train_language_model
from fitlab.language.kneser_ney import KneserNey
from fitlab.language.tokens import VOCABULARY
from fitlab.networks.cnn import CNN
from fitlab.networks.mlp import MLP
from fitlab.regression import taylor_distance
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
    "NumPy raises": lambda: np.errstate(all="raise"),
}


def fit():
    curves = []
    done = fitlab.fit(**SHORT, on_progress=lambda progress: curves.append(progress.curve))
    return [done.losses, *curves, done.model.predict([0.5])]


def sweep():
    return [row.mse for row in fitlab.sweep(fitlab.grid([4], [1], range(2), max_steps=30))]


def classifier():
    x, y = xor(40, 0)
    run = train_classifier(MLP(4, 1, inputs=2, outputs=2), x, y, max_epochs=2, until=None)
    return [epoch.loss for epoch in run.history] + [run.model.probabilities(x)]


def picture():
    return [CNN(seed=1).scores(np.ones((2, 64)))]


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


# ---------------------------------------------------------------------------- numbers near zero

TINY = 1e-320  # a share of it, or its square, is rounded to 0: NumPy calls that an underflow
SURE = [1, TINY]
PEAKS = variational.two_peaks(0.5, 12, 0.2)


class Sure:
    """A language model that all but knows the next token."""

    def next_token_probabilities(self, context):
        return np.array([1, TINY] + [0] * (VOCABULARY - 2))


def small_network():
    model = fitlab.MLP(4, 2)
    with torch.no_grad():
        for values in model.parameters():
            values.mul_(1e-160)
    return model


def written(temperature):
    return continue_text(Sure(), "a", 3, temperature=temperature)


def pieces():
    found = fitlab.linear_pieces(small_network(), -1, 1)
    return np.concatenate([found.knots, found.slopes, found([0, 1e-300])])


NEAR_ZERO = {
    "entropy": lambda: entropy.entropy(SURE),
    "cross-entropy": lambda: entropy.cross_entropy(SURE, [1, 0]),
    "KL": lambda: entropy.kl_divergence(SURE, [0.5, 0.5]),
    "softmax": lambda: entropy.softmax([0, -800]),
    "softmax of large scores": lambda: entropy.softmax([1e308, -1e308]),
    "gradient": lambda: entropy.gradient(SURE, [0.5, 0.5]),
    "gradient by scores": lambda: entropy.score_gradient(SURE, [0, -800]),
    "gradients by scores of P": lambda: entropy.score_gradients_of_p(SURE, [0.5, 0.5]),
    "smoothed labels": lambda: entropy.smoothed_labels([0, 1], 3, TINY),
    "code length": lambda: coding.code_length([0, 1], SURE),
    "code": lambda: coding.decode(coding.encode([0, 1], SURE), SURE, 2),
    "two peaks": lambda: variational.two_peaks(1e-300, 12, 0.2),
    "KL's gradient": lambda: variational.kl_gradient(np.array(SURE), np.log([0.5, 0.5])),
    "its rival": lambda: variational.cross_entropy_gradient(np.array(SURE), np.log([0.5, 0.5])),
    "learnt": lambda: learn_distribution(PEAKS, "cross-entropy", steps=(300,), lr=5).probabilities,
    "nearest bell": lambda: repr(variational.nearest_bell(PEAKS * (1 - 1e-6) + 4e-8)),
    "people": lambda: bayes.sample(5, TINY, 0)[0],
    "weights of measures": lambda: bayes.full_weights(TINY),
    "limit": lambda: repr(bayes.full_limit(TINY)),
    "limit of copies": lambda: repr(bayes.copied_limit(1_000)),
    "probability": lambda: bayes.probability(np.array([-740.0, 800])),
    "log-loss": lambda: calibration.log_loss([SURE], np.array([1])),
    "reliability": lambda: calibration.reliability([TINY, 0, 0], [True, False, True]).claimed,
    "calibration": lambda: calibration.expected_calibration_error([TINY, 0, 0], [False] * 3),
    "written, cold": lambda: written(1e-300),
    "written": lambda: written(1),
    "written, hot": lambda: written(1e300),
    "counted": lambda: KneserNey(STREAM, 3, 11).surprise(STREAM[:20]),
    "Taylor": lambda: fitlab.taylor([1e-200, 1, 100], 1_000),
    "least squares": lambda: fitlab.least_squares([-1, 0, 2], [0, TINY, 3e-320], 2).coef,
    "best pieces": lambda: fitlab.best_pieces(np.sin, 8, -np.pi, np.pi)[0],
    "best pieces of little": lambda: fitlab.best_pieces(lambda x: 1e-200 * np.sin(x), 2, 0, 1)[1],
    "pieces": pieces,
    "MSE": lambda: taylor_distance.mse([1e-200], [0]),
    "wild fit": lambda: fitlab.fit(**SHORT | {"lr": 1e5}).losses,
    "L3": lambda: norms.lp_distance([1, 2, 1e-300], [0, 1.5], 3),
    "L1 of little": lambda: norms.lp_distance([5e-324, 0], 0, 1),
    "centre": lambda: norms.lp_centre([1, 2, 7], 1_000),
    "centre of little": lambda: norms.lp_centre([5e-324, 0, 0], 2),
    "arc": lambda: norms.arc([0, 1e300], [5e-324, 0]),
    "chordal": lambda: norms.chordal(1e-200, 0),
    "Gaussian": lambda: norms.gaussian_nll([1e-200], 0, 1),
    "Laplace": lambda: norms.laplace_nll([TINY], 0, 1e10),
    "loudness": lambda: angles.loudness([TINY, 1e300]),
    "angles": lambda: angles.train("cos and sin", 0, n=50, width=4, epochs=2, lr=1).seam(100),
    "affinities": lambda: fitlab.affinities([[0], [1e-200], [3e-200], [7e-200]], 2).joint,
}


@pytest.mark.parametrize("call", NEAR_ZERO.values(), ids=NEAR_ZERO)
def test_what_rounds_to_zero_is_zero_also_where_numpy_is_told_to_raise(call):
    plain = call()
    with np.errstate(all="raise"):
        assert np.array_equal(call(), plain)
