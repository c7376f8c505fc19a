"""Runs of words, counted by hand."""

from collections import Counter

import pytest

from fitlab.language import corpus, ngrams


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ngrams.ngrams(["a"], 0), "n=0"),
        (lambda: ngrams.unseen_share(["a b"], ["c"], 2), "no run of n=2 words"),
        (lambda: ngrams.halves(["a", "b"], -1), "seed=-1"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_runs_of_words_by_counter():
    text = "The array, the ARRAY_like; the shape."
    assert ngrams.words(text) == ["the", "array", "the", "array_like", "the", "shape"]
    assert ngrams.ngrams([text, "the array"], 2) == Counter(
        [("the", "array"), ("array", "the"), ("the", "array_like"), ("array_like", "the"),
         ("the", "shape"), ("the", "array")]
    )  # fmt: skip
    assert ngrams.unseen_share(["a b c"], ["a b d d"], 1) == 0.5
    assert ngrams.unseen_share(["a b c"], ["a b d d"], 2) == pytest.approx(2 / 3)


def test_halves_share_no_document_and_lose_none():
    documents = corpus.docstrings()
    one, other = ngrams.halves(documents, 7)
    assert Counter(one + other) == Counter(documents)
    assert abs(len(one) - len(other)) <= 1
    assert one != ngrams.halves(documents, 8)[0]
