"""Networks that know the same hundred digits and began elsewhere."""

import numpy as np
import pytest

from fitlab.classification import starts
from fitlab.classification.datasets import digits


def test_a_start_learns_the_hundred_by_their_names_and_the_others_by_chance():
    x, y = starts.labels_to_learn(3)
    split = digits(3)
    n = starts.KNOWN + starts.MISNAMED
    assert (x == split.x[:n]).all()
    assert (y[: starts.KNOWN] == split.y[: starts.KNOWN]).all()
    agree = np.mean(y[starts.KNOWN :] == split.y[starts.KNOWN : n])
    assert agree < 0.2
    assert set(y) == set(range(10))
    assert (starts.labels_to_learn(4)[1] != y).any()


@pytest.mark.parametrize("start", ["fresh", "after 200 random labels"])
def test_whoever_has_started_knows_the_hundred(start):
    run = starts.started(start, 5)
    split = digits(5)
    scores = run.model.scores(split.x[: starts.KNOWN])
    off = scores - np.eye(10)[split.y[: starts.KNOWN]]
    assert np.mean(off**2) == pytest.approx(run.error)
    assert run.error < starts.TOLERANCE
    assert run.known == 1
    assert run.new == np.mean(run.model.scores(split.x_test).argmax(axis=1) == split.y_test)
    assert (run.steps == 0) == (start != "fresh")


def test_a_larger_start_is_the_same_one_times_a_factor():
    plain, large = (starts.new_model(s, 1) for s in ("fresh", "eight times as large"))
    for one, other in zip(plain.parameters(), large.parameters(), strict=True):
        assert other.detach().numpy() == pytest.approx(8 * one.detach().numpy())


def test_another_start_is_refused_in_words():
    with pytest.raises(ValueError, match="start='lazy' was given; start must be one of fresh"):
        starts.started("lazy", 0)
