"""The last page's claim: what a guess about the function is worth, and how it might fail."""

from types import SimpleNamespace

import numpy as np
import pytest

import fitlab
from fitlab import claims
from fitlab.claims import Verdict, conclusion
from fitlab.regression import half_sine

NEVER = {"odd": lambda x: np.sin(x), "plain": lambda x: np.abs(np.sin(x)) / 2, "even": np.abs}


def with_networks(monkeypatch, **networks):
    """Let these functions stand for the trained networks."""
    functions = NEVER | networks

    def impostor(guess, target, seed, **settings):
        model = SimpleNamespace(predict=functions[guess])
        return SimpleNamespace(model=model, mse=1e-4, steps=100)

    monkeypatch.setattr(conclusion, "guessed", impostor)
    return claims.check("built-in-oddness", range(2)).verdict


def test_it_holds_only_if_odd_is_right_plain_is_wrong_and_even_is_worse(monkeypatch):
    def even(x):
        return np.abs(np.sin(x))

    assert with_networks(monkeypatch, even=even) == Verdict.HOLDS
    assert with_networks(monkeypatch, even=even, odd=lambda x: 0.9 * np.sin(x)) == Verdict.FAILS
    assert with_networks(monkeypatch, even=even, plain=np.sin) == Verdict.FAILS
    assert with_networks(monkeypatch, even=np.sin) == Verdict.FAILS


def test_the_unseen_half_is_the_mirror_image_of_the_seen_one():
    """Mean of (0 - sin)^2 on [-pi, 0] is 1/2; of x - sin there by the closed form."""
    zero = SimpleNamespace(predict=lambda x: 0 * x)
    assert half_sine.unseen_mse(zero) == pytest.approx(0.5, abs=1e-4)
    line = SimpleNamespace(predict=lambda x: x)
    expected = np.pi**2 / 3 - 2 + 1 / 2  # of x^2, of 2 x sin x, of sin^2
    assert half_sine.unseen_mse(line) == pytest.approx(expected, rel=1e-3)
    right = fitlab.Target("right", np.abs, 0.0, 1.0, "|x|")
    assert half_sine.unseen_mse(line, right) == pytest.approx(4 / 3, rel=1e-3)


def test_networks_are_kept_and_plain_ones_are_those_of_fit():
    first = half_sine.guessed("plain", half_sine.HALF, 1, width=8, depth=1, max_steps=50)
    assert first is half_sine.guessed("plain", half_sine.HALF, 1, width=8, depth=1, max_steps=50)
    again = fitlab.fit(half_sine.HALF, seed=1, width=8, depth=1, max_steps=50)
    assert (first.losses == again.losses).all()


def test_a_single_seed_found_by_hand():
    """The odd network's error left of 0 is its error right of 0; the plain one's is not."""
    x = np.linspace(0, np.pi, 10_000)
    errors = {
        guess: half_sine.guessed(guess, half_sine.HALF, 3).model.predict(-x) + np.sin(x)
        for guess in half_sine.GUESSES
    }
    mses = {guess: float(np.mean(e**2)) for guess, e in errors.items()}
    assert mses["odd"] < 5e-4 < 0.05 < mses["plain"] < mses["even"]
    assert mses["even"] == pytest.approx(2, abs=0.15)  # the mean of (2 sin x)^2
    found = claims.check("built-in-oddness", [3]).numbers
    for guess, value in mses.items():
        assert found[f"MSE on the unseen half, {guess}"]["median"] == pytest.approx(value, rel=1e-9)
