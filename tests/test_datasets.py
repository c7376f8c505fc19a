"""The data are what the pages say: split fairly, the same for a seed; bad requests are refused."""

import hashlib

import numpy as np
import pytest
from sklearn.datasets import load_digits

from fitlab import corpus, datasets


def rows(x):
    """The rows of an array as a set that can be compared; equal pictures count once."""
    return {row.tobytes() for row in np.ascontiguousarray(x)}


def test_digits_are_scikit_learns_and_every_one_is_on_one_side():
    split = datasets.digits(1)
    bunch = load_digits()
    assert split.x.shape == (1_347, 64)
    assert split.x_test.shape == (450, 64)
    both = np.vstack([split.x, split.x_test])
    assert (np.sort(both * 16, axis=None) == np.sort(bunch.data, axis=None)).all()
    assert rows(both * 16) == rows(bunch.data)
    assert not rows(split.x) & rows(split.x_test)
    assert both.min() == 0
    assert both.max() == 1
    assert repr(split) == "Split(1,347 to train on, 450 held out)"


def test_both_sides_have_the_classes_in_equal_shares():
    split = datasets.digits(2)
    shares = np.bincount(load_digits().target) / 1_797
    for y in (split.y, split.y_test):
        assert abs(np.bincount(y) - shares * len(y)).max() <= 1


def test_a_seed_means_a_split():
    one, same, other = (datasets.digits(seed) for seed in (3, 3, 4))
    assert (one.x == same.x).all()
    assert (one.x_test != other.x_test).any()
    assert len(datasets.digits(0, held_out=0.5).y_test) == 899


def test_photographs_are_pictures_with_three_channels():
    for name in datasets.PHOTOGRAPHS:
        photo = datasets.photograph(name)
        assert photo.shape == (427, 640, 3)
        assert photo.dtype == np.uint8
        assert photo.std() > 20  # not a blank one


def test_xor_asks_whether_the_signs_differ():
    x, y = datasets.xor(1_000, 5)
    clear = abs(x).min(axis=1) > 0.2
    assert (y[clear] == (x[clear, 0] * x[clear, 1] < 0)).all()
    assert clear.mean() > 0.95
    assert np.mean(y) == 0.5


def test_one_spiral_is_the_other_turned_by_half_a_turn():
    x, y = datasets.two_spirals(2_000, 6)
    assert np.mean(y) == 0.5
    turned = -x[y == 1]  # half a turn
    distances = np.linalg.norm(turned[:, None] - x[y == 0][None], axis=2).min(axis=1)
    assert np.quantile(distances, 0.95) < 0.06
    assert np.linalg.norm(x, axis=1).max() < 1.1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: datasets.digits(-1), "seed=-1"),
        (lambda: datasets.digits(0, held_out=0), "held_out=0"),
        (lambda: datasets.digits(0, held_out=1), "held_out=1"),
        (lambda: datasets.photograph("cat"), "name='cat' was given; name must be one of china"),
        (lambda: datasets.xor(3, 0), "n=3"),
        (lambda: datasets.two_spirals(10, 0, turns=0), "turns=0"),
        (lambda: datasets.two_spirals(1, 0), "n=1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()


# ---------------------------------------------------------------------------- the corpus

WORDS = "the sum of all elements along the given axis of the array is returned as a new array"


def test_the_corpus_is_numpys_and_without_its_tests():
    documents = corpus.docstrings()
    assert len(documents) > 500
    assert any("Dot product of two arrays." in text for text in documents)
    joined = "\f".join(documents)
    assert hashlib.sha256(joined.encode()).hexdigest() == corpus.SHA256
    assert len(set(documents)) == len(documents)


def test_copies_and_near_copies_are_left_out():
    other = "a completely different text about random numbers and how a generator draws them"
    nearly = WORDS.replace("new", "fresh")
    assert corpus.without_near_duplicates([WORDS, other, WORDS, nearly]) == [WORDS, other]
    assert corpus.without_near_duplicates(["too short"]) == []


def test_what_repeats_a_little_is_kept():
    start = " ".join(WORDS.split()[:7])
    longer = f"{start} and then it goes on with many other words that nobody has written before"
    assert corpus.without_near_duplicates([WORDS, longer]) == [WORDS, longer]


def test_another_text_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(corpus, "_all_docstrings", lambda: [WORDS])
    with pytest.raises(RuntimeError, match=r"SHA-256.*pip install numpy==2\.4\.6"):
        corpus.docstrings.__wrapped__()
