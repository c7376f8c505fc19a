"""The runs on record of shuffled digits."""

import numpy as np
import pytest

from fitlab.classification import shuffled_digits
from fitlab.classification.digit_networks import digit_training


def test_bad_input_is_refused_in_words():
    with pytest.raises(ValueError, match="network='RNN'"):
        digit_training(0, "RNN")


def test_the_runs_on_record_have_the_right_shape_and_are_no_nonsense():
    runs = shuffled_digits.recorded()
    assert runs["counts"] == list(shuffled_digits.COUNTS)
    assert runs["seeds"] == list(shuffled_digits.SEEDS)
    for network in shuffled_digits.SHUFFLED:
        right = np.array(runs[network])
        assert right.shape == (len(runs["counts"]), len(runs["seeds"]))
        assert ((right > 0.9 * runs["held_out"]) & (right <= runs["held_out"])).all()


@pytest.mark.parametrize(("count", "seed"), [(32, 3), (64, 8)])
def test_a_run_made_anew_is_the_one_on_record(count, seed):
    runs = shuffled_digits.recorded()
    again = shuffled_digits.run_all([count], [seed])
    row, column = runs["counts"].index(count), runs["seeds"].index(seed)
    for network in shuffled_digits.SHUFFLED:  # another processor may flip a picture or two
        assert abs(again[network][0][0] - runs[network][row][column]) <= 2, network
    assert again["held_out"] == runs["held_out"]
