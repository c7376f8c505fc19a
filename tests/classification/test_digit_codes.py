"""Code words for digits, and what classes have to do with each other."""

import numpy as np
import pytest

from fitlab.classification import digit_codes


@pytest.mark.parametrize("code", digit_codes.CODES)
def test_ten_words_that_differ(code):
    words = digit_codes.code_words(code, seed=0)
    assert len(np.unique(words, axis=0)) == 10
    assert set(np.unique(words)) == {0, 1}


def test_a_code_nearest_to_the_answer_is_mostly_the_right_one():
    one_hot, *_, binary = digit_codes.CODES
    few = [digit_codes.accuracy_with_code(code, 3, 100) for code in (one_hot, binary)]
    assert 0.6 < few[1] < few[0] < digit_codes.accuracy_with_code(one_hot, 3)


def test_the_confusion_counts_every_digit_held_out_once():
    counts = digit_codes.confusion(3)
    assert counts.sum() == 450
    assert np.trace(counts) > 420


def test_the_others_move_little_without_a_class():
    moves = digit_codes.moves_without(1, 3)
    assert moves.shape == (9,)
    assert 0 < np.abs(moves).mean() < 0.05


def test_the_share_of_errors_that_the_others_make_too():
    one, other = np.diag([5, 5, 5]), np.diag([5, 5, 5])
    one[0, 1], one[2, 0] = 3, 1
    other[0, 1], other[1, 2] = 1, 3
    # of the first the other's most frequent kind is 1, 2, of the second 0, 1
    assert digit_codes.share_of_known_errors([one, other], 1) == 1 / 8
    assert digit_codes.share_of_known_errors([one, one], 1) == 6 / 8
    assert digit_codes.share_of_known_errors([np.eye(3)] * 2) == 0


def test_a_code_that_is_none_is_refused():
    with pytest.raises(ValueError, match="code='morse' was given"):
        digit_codes.code_words("morse", 0)
