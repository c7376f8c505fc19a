"""The book's random numbers are Philox4x32-10, and mean the same place in every language."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitlab import random

# Known answers published with the generator (Random123, kat_vectors).
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def hexadecimal(text):
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    found = random.philox(hexadecimal(counter), hexadecimal(key))
    assert found.tolist() == hexadecimal(answer)


def philox_in_plain_integers(counter, key):
    """The paper's ten rounds with Python's own integers: slow, and hard to get wrong."""
    c, k, low = list(counter), list(key), 0xFFFFFFFF
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & low, (first >> 32) ^ c[3] ^ k[1], first & low]
        k = [(k[0] + 0x9E3779B9) & low, (k[1] + 0xBB67AE85) & low]
    return c


WORD = st.integers(0, 2**32 - 1)


@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_the_same_as_in_plain_integers(counter, key):
    assert random.philox(counter, key).tolist() == philox_in_plain_integers(counter, key)


@given(WORD, st.integers(1, 9), st.integers(0, 1000))
def test_words_are_numbered_by_their_place(seed, n, place):
    blocks = [
        philox_in_plain_integers((block, place, 0, 0), (seed, random.BATCHES)) for block in range(3)
    ]
    assert (
        random.words(seed, random.BATCHES, n, place).tolist() == np.concatenate(blocks)[:n].tolist()
    )


@given(WORD, st.integers(1, 70), st.integers(1, 10_000))
def test_batches_do_not_depend_on_how_many_are_drawn_at_once(seed, batch, samples):
    together = random.batch_indices(seed, np.arange(1, 6), batch, samples)
    assert together.shape == (5, batch)
    assert ((together >= 0) & (together < samples)).all()
    assert (random.batch_indices(seed, [4], batch, samples)[0] == together[3]).all()


@given(WORD, st.integers(1, 5), st.integers(1, 9), st.integers(1, 9))
def test_dropout_asks_for_one_word_by_sample_unit_layer_and_step(seed, step, batch, width):
    keep = random.dropout_keep(seed, step, 2, batch, width, 0.3)
    assert keep.shape == (2, batch, width)
    sample, unit, layer = batch - 1, width - 1, 1
    words = philox_in_plain_integers((sample // 4, unit, layer, step), (seed, random.DROPOUT))
    assert keep[layer, sample, unit] == (words[sample % 4] / 2**32 >= 0.3)


def test_numbers_are_uniform_and_streams_differ():
    drawn = random.uniform(7, random.WEIGHTS, 100_000)
    counts = np.histogram(drawn, bins=20, range=(0, 1))[0]
    chi_square = ((counts - 5_000) ** 2 / 5_000).sum()
    assert 3 < chi_square < 50  # 19 degrees of freedom: 99.99 % lie in here
    assert abs(np.corrcoef(drawn, random.uniform(7, random.BATCHES, 100_000))[0, 1]) < 0.02
    assert abs(random.dropout_keep(7, 1, 5, 64, 64, 0.2).mean() - 0.8) < 0.02


def test_a_permutation_is_the_order_of_the_uniform_numbers():
    drawn = random.uniform(7, random.DIGITS, 50, 3)
    order = random.permutation(7, random.DIGITS, 50, 3)
    assert sorted(order) == list(range(50))
    assert (np.diff(drawn[order]) >= 0).all()
