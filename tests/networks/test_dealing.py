"""Samples are dealt out to steps in three ways."""

import itertools

import numpy as np
import pytest
import torch

from fitlab import random
from fitlab.networks.dealing import DEALINGS, epoch_order, steps_in_epoch


def dealt(dealing, first, last, seed=3, batch=4, samples=10):
    everything = torch.arange(samples)
    steps = range(first, last + 1)
    return [everything[c].tolist() for c in DEALINGS[dealing](seed, steps, batch, samples)]


def test_with_replacement_is_the_recipe_of_the_book():
    assert dealt("replacement", 5, 7) == random.batch_indices(3, np.arange(5, 8), 4, 10).tolist()


def test_an_epoch_goes_once_over_all_samples_in_an_order_of_its_own():
    batches = dealt("epochs", 1, 6)
    assert [len(batch) for batch in batches] == [4, 4, 2] * 2
    first, second = (list(itertools.chain(*batches[at : at + 3])) for at in (0, 3))
    assert sorted(first) == sorted(second) == list(range(10))
    for number, order in ((1, first), (2, second)):
        expected = random.uniform(3, random.BATCHES, 10, number).argsort(kind="stable")
        assert order == expected.tolist() == epoch_order(3, number, 10).tolist()
    assert first != second
    assert dealt("epochs", 1, 3, seed=4) != batches[:3]


def test_all_is_all():
    assert dealt("all", 1, 2) == [list(range(10))] * 2


@pytest.mark.parametrize("dealing", DEALINGS)
def test_a_step_sees_the_same_however_steps_are_asked_for(dealing):
    together = dealt(dealing, 1, 20)
    assert [batch for at in range(1, 21) for batch in dealt(dealing, at, at)] == together


def test_how_many_steps_an_epoch_has():
    assert [steps_in_epoch("epochs", 4, n) for n in (1, 4, 5, 8, 9)] == [1, 1, 2, 2, 3]
    assert steps_in_epoch("all", 4, 9) == 1
