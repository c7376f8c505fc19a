"""The claims of the page about cross-entropy can come out otherwise."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from fitlab import claims
from fitlab.claims import Verdict, cross_entropy
from fitlab.information.entropy import entropy


def test_the_pairs_are_distributions_with_zeros_and_of_every_seed_others():
    p, q = cross_entropy.pairs(1)
    for x in (p, q):
        assert x.shape == (cross_entropy.PAIRS, 8)
        assert x.sum(axis=1) == pytest.approx(np.ones(len(x)))
        assert 0.05 < (x == 0).mean() < 0.15
    assert (cross_entropy.pairs(2)[0] != p).any()


def test_the_gradients_are_the_formulas():
    p, q = cross_entropy.pairs(3, zeros=0)
    found = cross_entropy.gradients(p, q)
    for gradient in found["q"]:
        np.testing.assert_allclose(gradient, -p / q, rtol=1e-13)
    np.testing.assert_allclose(found["p"][0], -np.log(q), rtol=1e-13)
    np.testing.assert_allclose(found["p"][1], np.log(p / q) + 1, atol=1e-12)
    for gradient in cross_entropy.score_gradients(p, np.log(q)):
        np.testing.assert_allclose(gradient * len(p), q - p, atol=1e-12)


def test_a_message_costs_what_scipy_says():
    for seed in range(3):
        bits, ideal, lossless, expected, error, own, kl = cross_entropy.sent(seed)
        assert lossless
        assert bits / cross_entropy.MESSAGE == pytest.approx(expected, abs=5 * error + 0.01)
        assert (bits - own) / cross_entropy.MESSAGE == pytest.approx(kl, abs=5 * error + 0.01)
        assert abs(bits - ideal) < 40


def test_an_identity_that_fails_somewhere_fails(monkeypatch):
    reversed_kl = lambda p, q: stats.entropy(q, p, axis=-1)  # noqa: E731
    monkeypatch.setattr(cross_entropy, "kl_divergence", reversed_kl)
    assert claims.check("ce-is-entropy-plus-kl", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize("broken", ["gradients", "networks", "curves"])
def test_two_losses_that_train_otherwise_would_fail(monkeypatch, broken):
    curve = np.linspace(2, 1, 15)
    of_label = entropy([0.91] + [0.01] * 9)
    monkeypatch.setattr(cross_entropy, "same_network", lambda _: broken != "networks")
    shifts = of_label + 1e-9 * (broken == "curves"), 0
    shift = dict(zip(cross_entropy.SMOOTHED, shifts, strict=True))
    monkeypatch.setattr(cross_entropy, "loss_curve", lambda loss, _: curve + shift[loss])
    if broken == "gradients":
        off = lambda p, q: {"q": [-p / q, 1 - p / q], "p": [p, q]}  # noqa: E731
        monkeypatch.setattr(cross_entropy, "gradients", off)
    check = lambda: claims.check("same-gradient-when-p-is-fixed", range(2)).verdict  # noqa: E731
    assert check() == Verdict.FAILS
    monkeypatch.undo()
    monkeypatch.setattr(cross_entropy, "same_network", lambda _: True)
    shift[cross_entropy.SMOOTHED[0]] = of_label
    monkeypatch.setattr(cross_entropy, "loss_curve", lambda loss, _: curve + shift[loss])
    assert check() == Verdict.HOLDS


@pytest.mark.parametrize("trouble", ["wasteful", "lossy"])
def test_a_coder_that_wastes_or_loses_would_fail(monkeypatch, trouble):
    if trouble == "wasteful":
        encode = cross_entropy.coding.encode
        monkeypatch.setattr(
            cross_entropy.coding, "encode", lambda x, q: np.pad(encode(x, q), (0, 2))
        )
    else:
        decode = cross_entropy.coding.decode
        monkeypatch.setattr(
            cross_entropy.coding, "decode", lambda w, q, n: np.roll(decode(w, q, n), 1)
        )
    assert claims.check("ce-is-code-length", range(2)).verdict == Verdict.FAILS


def maps_that_end(monkeypatch, kl, trusted):
    """Maps of JUDGED with these losses that keep neighbours so well; of seed 1, that of 5 best."""
    ends = [
        SimpleNamespace(kl=a, entropy=h, cross_entropy=a + h)
        for a, h in zip(kl, (7.5, 9.2, 10.0), strict=True)
    ]
    kept = dict(zip(cross_entropy.JUDGED, trusted, strict=True))
    monkeypatch.setattr(cross_entropy, "ends_of_maps", lambda seed: ends)
    monkeypatch.setattr(cross_entropy, "trust", lambda seed, k, steps: kept[k] + seed * (k == 5))


@pytest.mark.parametrize(
    ("kl", "verdict"), [((0.9, 0.6, 0.4), Verdict.HOLDS), ((9.0, 6.0, 0.4), Verdict.FAILS)]
)
def test_cross_entropies_could_say_more_than_how_large_the_entropy_is(monkeypatch, kl, verdict):
    maps_that_end(monkeypatch, kl, (0.9, 0.9, 0.9))
    found = claims.check("perplexity-moves-the-entropy", [0])
    assert (found.verdict, found.literally) == (verdict, Verdict.FAILS)


@pytest.mark.parametrize(
    ("kl", "trusted", "verdict"),
    [
        ((0.9, 0.6, 0.4), (0.5, 0.9, 0.8), Verdict.HOLDS),
        ((0.9, 0.6, 0.4), (0.9, 0.5, 0.8), Verdict.FAILS),  # always that of least cross-entropy
        ((0.4, 0.6, 0.9), (0.5, 0.9, 0.8), Verdict.FAILS),
    ],
)
def test_a_loss_could_choose_the_best_map(monkeypatch, kl, trusted, verdict):
    maps_that_end(monkeypatch, kl, trusted)
    assert claims.check("a-loss-tells-the-perplexity", range(2)).verdict == verdict
