"""Entropy, cross-entropy and KL divergence, beside SciPy and torch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from torch.nn import functional

import fitlab
from fitlab.information.entropy import (
    gradient,
    score_gradient,
    score_gradients_of_p,
    smoothed_labels,
    softmax,
)

WEIGHTS = st.floats(0, 10).map(lambda w: 0 if w < 1e-3 else w)  # zeros are often drawn


@st.composite
def distributions(draw, count=2):
    """`count` arrays (3, k) of distributions, with zeros among them."""
    k = draw(st.integers(1, 12))
    weights = draw(arrays(np.float64, (count, 3, k), elements=WEIGHTS))
    weights[weights.sum(axis=-1) == 0] = 1
    return tuple(weights / weights.sum(axis=-1, keepdims=True))


@given(distributions())
def test_they_are_scipys(pair):
    p, q = pair
    for base in (np.e, 2, 10):
        assert fitlab.entropy(p, base) == pytest.approx(stats.entropy(p, base=base, axis=-1))
        expected = stats.entropy(p, q, base=base, axis=-1)
        assert fitlab.kl_divergence(p, q, base) == pytest.approx(expected, abs=1e-12)


@given(distributions())
def test_cross_entropy_is_entropy_plus_kl(pair):
    p, q = pair
    together = fitlab.entropy(p) + fitlab.kl_divergence(p, q)
    assert fitlab.cross_entropy(p, q) == pytest.approx(together, abs=1e-12)


def test_bits_are_nats_by_ln_2():
    p, q = [0.5, 0.25, 0.25], [0.25, 0.25, 0.5]
    assert fitlab.entropy(p, base=2) == 1.5  # exactly: one bit, and two bits twice
    assert fitlab.cross_entropy(p, q, base=2) == 1.75
    assert fitlab.entropy(p) == pytest.approx(1.5 * np.log(2), rel=1e-15)


def test_zeros_cost_nothing_where_p_is_zero_and_everything_where_only_q_is():
    assert str(fitlab.entropy([1.0, 0.0])) == "0.0"
    assert fitlab.cross_entropy([1, 0], [0.5, 0.5]) == pytest.approx(np.log(2))
    assert fitlab.cross_entropy([0.5, 0.5], [1, 0]) == np.inf
    assert fitlab.kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    assert fitlab.kl_divergence([1, 0], [1, 0]) == 0


def test_many_at_once_and_broadcast():
    p = np.array([[0.2, 0.8], [1, 0], [0.5, 0.5]])
    assert fitlab.entropy(p).shape == (3,)
    assert fitlab.cross_entropy(p[:, None], p[None]).shape == (3, 3)
    assert np.diag(fitlab.kl_divergence(p[:, None], p[None])) == pytest.approx(np.zeros(3))


def test_gradients_are_autograds_and_the_same_for_both():
    scores = np.random.default_rng(0).normal(size=(5, 7))
    p = np.random.default_rng(1).dirichlet(np.ones(7), size=5)
    target = torch.from_numpy(p)
    for loss in (
        lambda s: functional.cross_entropy(s, target, reduction="sum"),
        lambda s: functional.kl_div(s.log_softmax(-1), target, reduction="sum"),
    ):
        s = torch.from_numpy(scores).requires_grad_()
        loss(s).backward()
        assert score_gradient(p, scores) == pytest.approx(s.grad.numpy(), abs=1e-12)
    assert softmax(scores + 1e4) == pytest.approx(softmax(scores))


def test_the_gradient_by_q_is_autograds_and_the_same_for_both():
    p, q = np.random.default_rng(2).dirichlet(np.ones(5), size=(2, 4))
    for loss in (
        lambda q: -(torch.from_numpy(p) * q.log()).sum(),
        lambda q: functional.kl_div(q.log(), torch.from_numpy(p), reduction="sum"),
    ):
        free = torch.from_numpy(q).requires_grad_()
        loss(free).backward()
        assert gradient(p, q) == pytest.approx(free.grad.numpy(), rel=1e-14)
    assert gradient([1, 0, 0], [0.5, 0.5, 0]).tolist() == [-2, 0, 0]
    assert gradient([0.5, 0.5], [1, 0]).tolist() == [-0.5, -np.inf]


def test_the_gradients_by_p_are_autograds_and_differ():
    rng = np.random.default_rng(3)
    scores, q = rng.normal(size=(4, 5)), rng.dirichlet(np.ones(5), size=4)
    found = score_gradients_of_p(softmax(scores), q)
    for ours, of in zip(
        found,
        (
            lambda p: -(p * torch.from_numpy(q).log()).sum(),
            lambda p: (p * (p.log() - torch.from_numpy(q).log())).sum(),
        ),
        strict=True,
    ):
        s = torch.from_numpy(scores).requires_grad_()
        of(s.softmax(-1)).backward()
        assert ours == pytest.approx(s.grad.numpy(), abs=1e-14)
    assert abs(found[0] - found[1]).max() > 0.05
    at_home = score_gradients_of_p(q, q)
    assert at_home[1] == pytest.approx(np.zeros_like(q), abs=1e-15)
    sure = score_gradients_of_p([1.0, 0, 0], [0.2, 0.8, 0])
    assert [list(g) for g in sure] == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("smoothing", [0, 0.1, 1])
def test_smoothed_labels_give_torchs_loss(smoothing):
    scores, labels = np.random.default_rng(2).normal(size=(6, 4)), np.array([0, 1, 2, 3, 0, 3])
    p = smoothed_labels(labels, 4, smoothing)
    ours = fitlab.cross_entropy(p, softmax(scores)).mean()
    expected = functional.cross_entropy(
        torch.from_numpy(scores), torch.from_numpy(labels), label_smoothing=smoothing
    )
    assert ours == pytest.approx(expected.item(), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: fitlab.entropy([0.5, 0.6]), "add up to 1.1; they must add up to 1"),
        (lambda: fitlab.entropy([1.5, -0.5]), "a probability of -0.5; none may be negative"),
        (lambda: fitlab.entropy([np.nan, 1]), "1 of 2 values that are NaN or infinite"),
        (lambda: fitlab.entropy(1.0), r"p of shape \(\) was given"),
        (lambda: fitlab.entropy([[]]), r"with k >= 1 probabilities"),
        (lambda: fitlab.entropy(["a"]), "must be an array of numbers"),
        (lambda: fitlab.entropy([1], base=1), "base must be above 1"),
        (lambda: fitlab.entropy([1], base=0), "base=0 was given"),
        (lambda: fitlab.kl_divergence([1], [0.5, 0.5]), r"\(1,\) and q of shape \(2,\)"),
        (lambda: fitlab.cross_entropy([0.5, 0.5], [0.5, 0.4]), "q has probabilities"),
        (lambda: score_gradients_of_p([0.5, 0.5], [1, 0]), "q = 0 < p were given"),
        (lambda: smoothed_labels([4], 4), "label=4 was given"),
        (lambda: smoothed_labels([0], 4, 1.5), "smoothing=1.5 was given"),
    ],
)
def test_what_is_no_distribution_is_refused_in_words(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_distribution_is_one_within_the_rounding_of_its_type(dtype):
    p = np.random.default_rng(0).random(4_000).astype(dtype) + dtype(0.1)
    p /= p.sum(dtype=np.promote_types(dtype, np.float32)).astype(dtype)
    expected = stats.entropy(p.astype(np.float64))
    assert fitlab.entropy(p) == pytest.approx(expected, rel=40 * float(np.finfo(dtype).eps))
    scores = torch.randn(4_000, generator=torch.Generator().manual_seed(0))
    assert np.isfinite(fitlab.entropy(scores.softmax(0)))
    assert fitlab.entropy([1.0, -1e-17]) == 0
