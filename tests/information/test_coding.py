"""A message through a real range coder: nothing is lost, and the length is what theory says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fitlab.information import coding


@st.composite
def messages(draw):
    """Symbols and a distribution in which each of them has some probability, others maybe none."""
    k = draw(st.integers(1, 30))
    symbols = draw(st.lists(st.integers(0, k - 1), max_size=200))
    weights = np.array(draw(st.lists(st.floats(0, 5), min_size=k, max_size=k)))
    weights[weights < 1e-3] = 0
    weights[symbols] = np.maximum(weights[symbols], 1e-3)
    weights[0] = max(weights[0], 1e-3)
    return symbols, weights / weights.sum()


@settings(deadline=None)
@given(messages())
def test_every_message_comes_back(message):
    symbols, q = message
    words = coding.encode(symbols, q)
    assert words.dtype == np.uint32
    found = coding.decode(words, q, len(symbols))
    assert found.dtype == np.int64
    assert found.tolist() == symbols
    assert found[:3].tolist() == coding.decode(words, q, min(3, len(symbols))).tolist()


@settings(deadline=None)
@given(messages())
def test_the_ideal_length_is_minus_the_logarithm_of_the_messages_probability(message):
    symbols, q = message
    by_hand = -sum(math.log2(q[symbol]) for symbol in symbols)
    assert coding.code_length(symbols, q) == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_a_long_message_takes_n_times_the_cross_entropy(seed):
    """By scipy's entropy, in bits: -sum p log2 q = H(P) + D(P || Q)."""
    rng = np.random.default_rng(seed)
    p, q = 0.9 * rng.dirichlet(np.ones(4), size=2) + 0.025
    symbols = rng.choice(4, 100_000, p=p)
    bits = coding.WORD * len(coding.encode(symbols, q))
    expected = stats.entropy(p, base=2) + stats.entropy(p, q, base=2)
    assert bits / 100_000 == pytest.approx(expected, abs=0.03)
    assert -1 < bits - coding.code_length(symbols, q) <= coding.WORD + 3


def test_whole_bits_by_hand():
    assert coding.code_length([0, 0, 1, 2], [0.5, 0.25, 0.25]) == 6
    assert coding.code_length([], [1.0]) == 0
    assert coding.code_length([0] * 99, [1.0]) == 0
    assert len(coding.encode([0] * 99, [1.0])) <= 1


def test_a_better_q_gives_a_shorter_message():
    symbols = np.array([0] * 900 + [1] * 100)
    lengths = [len(coding.encode(symbols, [q, 1 - q])) for q in (0.9, 0.7, 0.5, 0.1)]
    assert lengths == sorted(set(lengths))


def test_another_code_does_not_give_it_back():
    symbols = np.arange(300) % 3
    words = coding.encode(symbols, [0.2, 0.3, 0.5])
    assert coding.decode(words, [0.5, 0.3, 0.2], 300).tolist() != symbols.tolist()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: coding.encode([0, 1], [1.0, 0.0]), "symbol 1 was given, for which q is 0"),
        (lambda: coding.code_length([1], [1.0, 0.0]), "symbol 1 was given, for which q is 0"),
        (lambda: coding.encode([0, 2], [0.5, 0.5]), "symbol 2 was given; q has the symbols 0 to 1"),
        (lambda: coding.encode([-1], [0.5, 0.5]), "symbol -1"),
        (lambda: coding.encode([0.5], [0.5, 0.5]), "must be integers"),
        (lambda: coding.encode([[0]], [0.5, 0.5]), r"shape \(1, 1\)"),
        (lambda: coding.encode([0], [0.5, 0.6]), "add up to 1.1"),
        (lambda: coding.encode([0], [[0.5, 0.5]]), r"q of shape \(1, 2\)"),
        (lambda: coding.decode([1, 2], [0.5, 0.5], 2), "words of type int64"),
        (lambda: coding.decode(np.array([1], np.uint32), [0.5, 0.5], -1), "n=-1"),
        (
            lambda: coding.decode(np.full(3, 2**32 - 1, np.uint32), [0.1, 0.2, 0.7], 50),
            "no message in the code for this q",
        ),
    ],
)
def test_what_has_no_code_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()
