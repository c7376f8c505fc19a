"""A P that learns: the minimiser of KL is Q, that of cross-entropy a single place."""

import re

import numpy as np
import pytest
import torch
from scipy import optimize, stats

from fitlab import claims
from fitlab.claims import Verdict
from fitlab.information import variational
from fitlab.information.variational import PLACES, learn_distribution, nearest_bell, two_peaks

Q = two_peaks()


def random_distribution(seed, k=25):
    weights = np.random.default_rng(seed).uniform(0.1, 1, k)
    return weights / weights.sum()


# ---------------------------------------------------------------------------- Q


def test_q_has_two_peaks_and_the_left_one_is_higher():
    expected = 0.6 * stats.norm.pdf(PLACES, -2.5, 0.75) + 0.4 * stats.norm.pdf(PLACES, 2.5, 0.75)
    np.testing.assert_allclose(Q, expected / expected.sum(), atol=1e-6)
    inner = Q[1:-1]
    peaks = 1 + np.flatnonzero((inner > Q[:-2]) & (inner > Q[2:]))
    np.testing.assert_allclose(PLACES[peaks], [-2.5, 2.5])
    assert Q[peaks[0]] > Q[peaks[1]]
    assert stats.entropy(Q) == pytest.approx(2.5, abs=0.01)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"share": 0}, "share=0"), ({"share": 1}, "share=1"), ({"distance": -1}, "distance=-1"),
     ({"spread": 0}, "spread=0")],
)  # fmt: skip
def test_other_peaks_are_refused(settings, said):
    with pytest.raises(ValueError, match=f"{said} was given"):
        two_peaks(**settings)


# ---------------------------------------------------------------------------- gradients and Adam


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("loss", variational.GRADIENTS)
def test_the_gradients_are_autograds(loss, seed):
    scores = torch.from_numpy(np.random.default_rng(seed).normal(size=(4, 25))).requires_grad_()
    log_p, log_q = torch.log_softmax(scores, dim=1), torch.from_numpy(np.log(Q))
    surprise = log_p - log_q if loss == "kl" else -log_q
    (log_p.exp() * surprise).sum().backward()
    found = variational.GRADIENTS[loss](log_p.exp().detach().numpy(), np.log(Q))
    np.testing.assert_allclose(found, scores.grad, atol=1e-14)


@pytest.mark.parametrize("loss", variational.GRADIENTS)
def test_the_fit_is_torchs_adam(loss):
    log_q = torch.from_numpy(np.log(Q))
    start = np.random.default_rng(5).normal(size=25)
    scores = torch.tensor(start, requires_grad=True)
    adam = torch.optim.Adam([scores], lr=0.1)
    for _ in range(100):
        log_p = torch.log_softmax(scores, dim=0)
        value = (log_p.exp() * (log_p - log_q if loss == "kl" else -log_q)).sum()
        adam.zero_grad()
        value.backward()
        adam.step()
    found = learn_distribution(Q, loss, steps=(100,), seeds=(5,)).probabilities[0, 0]
    np.testing.assert_allclose(found, torch.softmax(scores, dim=0).detach(), atol=1e-9)


# ---------------------------------------------------------------------------- what they find


@pytest.mark.parametrize("seed", range(3))
def test_kl_finds_q_whatever_q_is(seed):
    q = random_distribution(seed)
    fit = learn_distribution(q, "kl", steps=(3_000,), seeds=(seed, seed + 10))
    np.testing.assert_allclose(fit.probabilities[0], [q, q], atol=2e-3)
    np.testing.assert_allclose(fit.entropies[0], stats.entropy(q), atol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_cross_entropy_gives_all_to_the_largest_place(seed):
    """H(P, Q) is linear in P, so that its minimum is a corner: one-hot."""
    q = random_distribution(seed)
    corner = optimize.linprog(-np.log(q), A_eq=np.ones((1, 25)), b_eq=[1]).x
    found = learn_distribution(q, "cross-entropy", steps=(10_000,), seeds=(seed,)).probabilities
    np.testing.assert_allclose(found[0, 0], corner, atol=1e-2)


def test_its_entropy_falls_without_end():
    fit = learn_distribution(Q, "cross-entropy", steps=(0, 20, 200, 2_000, 20_000), seeds=range(4))
    assert fit.probabilities.shape == (5, 4, 25)
    assert fit.entropies.shape == (5, 4)
    assert (np.diff(fit.entropies[1:], axis=0) < 0).all()
    assert fit.entropies[2].max() < 0.2
    assert fit.entropies[3].max() < 5e-3
    assert fit.entropies[4].max() < 1e-6


def test_two_peaks_of_one_height_are_shared_as_the_start_decides():
    even = two_peaks(share=0.5)
    fit = learn_distribution(even, "cross-entropy", steps=(2_000,), seeds=range(6))
    peaks = fit.probabilities[0][:, [7, 17]]
    assert (peaks.sum(axis=1) > 0.99).all()
    assert np.ptp(peaks[:, 0]) > 0.2
    assert (fit.entropies < np.log(2) + 0.02).all()


def test_seeds_are_fitted_side_by_side_as_each_alone():
    together = learn_distribution(Q, steps=(0, 50), seeds=(3, 1)).probabilities
    for i, seed in enumerate((3, 1)):
        alone = learn_distribution(Q, steps=(0, 50), seeds=(seed,)).probabilities
        np.testing.assert_allclose(together[:, i], alone[:, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("q", "settings", "said"),
    [
        ([0.5, 0.4], {}, "add up to 0.9"),
        ([1.0, 0.0], {}, "positive everywhere"),
        ([[0.5, 0.5]], {}, "q of shape (1, 2) was given; q must be (k,)"),
        (Q, {"loss": "mse"}, "loss='mse'"),
        (Q, {"steps": ()}, "steps=[] was given"),
        (Q, {"steps": (5, 5)}, "steps=[5, 5] was given"),
        (Q, {"steps": (5, 2)}, "increasing"),
        (Q, {"steps": (-1,)}, "steps=-1"),
        (Q, {"lr": 0}, "lr=0"),
        (Q, {"seeds": (-1,)}, "seed=-1"),
    ],
)
def test_what_cannot_be_learnt_is_refused(q, settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        learn_distribution(q, **settings)


# ---------------------------------------------------------------------------- one bell curve


@pytest.mark.parametrize("share", [0.5, 0.6, 0.8])
def test_the_bell_that_covers_has_the_mean_and_the_variance_of_q(share):
    """The nearest of an exponential family in D(Q || P) has the same moments: Bishop 2006, 10.7."""
    q = two_peaks(share)
    p = nearest_bell(q, "mass-covering").probabilities
    for power in (1, 2):
        assert p @ PLACES**power == pytest.approx(q @ PLACES**power, abs=1e-5)


def test_the_bell_that_seeks_sits_on_one_peak_whichever_is_near():
    found = [nearest_bell(Q, "mode-seeking", seed) for seed in range(8)]
    for bell in found:
        assert abs(bell.mean) == pytest.approx(2.5, abs=0.01)
        assert bell.spread == pytest.approx(0.75, abs=0.02)
        assert bell.divergence == pytest.approx(stats.entropy(bell.probabilities, Q), abs=1e-9)
        peak = 0.6 if bell.mean < 0 else 0.4  # on one bell of a mixture, D is about -ln(its share)
        assert bell.divergence == pytest.approx(-np.log(peak), abs=5e-3)
    assert len({bell.mean > 0 for bell in found}) == 2


@pytest.mark.parametrize("direction", variational.DIRECTIONS)
def test_no_other_bell_of_a_fine_grid_is_nearer(direction):
    best = min(nearest_bell(Q, direction, seed).divergence for seed in range(6))
    for mean in np.linspace(-4, 4, 81):
        for spread in np.geomspace(0.4, 5, 40):
            p = variational.bell(mean, spread)
            pair = (p, Q) if direction == "mode-seeking" else (Q, np.maximum(p, 1e-300))
            assert stats.entropy(*pair) > best - 1e-9


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"direction": "up"}, "direction='up'"), ({"seed": 0.5}, "seed=0.5"),
     ({"q": [0.5, 0.5]}, "q of shape (2,)")],
)  # fmt: skip
def test_what_has_no_nearest_bell_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        nearest_bell(**{"q": Q, **settings})


# ---------------------------------------------------------------------------- the claim


@pytest.mark.parametrize(
    ("patched", "verdict"),
    [
        ({"cross-entropy": variational.kl_gradient}, Verdict.FAILS),
        ({"kl": variational.cross_entropy_gradient}, Verdict.FAILS),
        ({"cross-entropy": lambda p, log_q: 0 * p}, Verdict.CAVEAT),
    ],
)
def test_another_gradient_gets_another_verdict(monkeypatch, patched, verdict):
    learnt = claims.cross_entropy.learnt.__wrapped__
    short = lambda loss, seeds: learnt(loss, seeds, (200, 2_000))  # noqa: E731
    monkeypatch.setattr(claims.cross_entropy, "learnt", short)
    assert claims.check("kl-matters-when-p-learns", [0, 1]).verdict == Verdict.HOLDS
    for name, gradient in patched.items():
        monkeypatch.setitem(variational.GRADIENTS, name, gradient)
    assert claims.check("kl-matters-when-p-learns", [0, 1]).verdict == verdict


def test_it_says_what_it_is():
    fit = learn_distribution(Q, steps=(2_000,))
    assert repr(fit) == "LearntDistribution(kl, 2,000 steps: H(P) = 2.5 nats)"
