"""The digits' networks learn what their task says."""

import numpy as np
import pytest

from fitlab.classification import digit_networks
from fitlab.classification.digit_networks import DigitTask, held_out_accuracy, shifted


def test_a_relabelled_network_is_trained_on_the_new_numbers():
    own, dealt = (DigitTask(3, labels=labels).split() for labels in ("true", "renumbered"))
    pairs = {*zip(own.y, dealt.y, strict=True), *zip(own.y_test, dealt.y_test, strict=True)}
    assert sorted(code for _, code in pairs) == list(range(10)), "one new number for each class"
    assert any(code != digit for digit, code in pairs)
    assert held_out_accuracy(3, labels="renumbered") > 0.9


def test_a_picture_that_is_moved_loses_what_leaves_it():
    picture = np.arange(1.0, 65).reshape(8, 8)
    up, right = (shifted(picture.reshape(1, 64), *by).reshape(8, 8) for by in ((-1, 0), (0, 1)))
    np.testing.assert_array_equal(up[:-1], picture[1:])
    np.testing.assert_array_equal(right[:, 1:], picture[:, :-1])
    assert not up[-1].any()
    assert not right[:, 0].any()
    np.testing.assert_array_equal(shifted(picture.reshape(1, 64), 0, 0), picture.reshape(1, 64))


def test_digits_are_moved_in_four_directions(monkeypatch):
    """A network that knows the blank edge: right is who has one where it says."""

    class Edge:
        def accuracy(self, x, y):
            return float(not x.reshape(-1, 8, 8)[:, 0].any())  # moved down: paper at the top

    monkeypatch.setattr(
        digit_networks, "digit_training", lambda *_, **__: type("T", (), {"model": Edge()})
    )
    assert digit_networks.shifted_accuracy(0) == 0.25


@pytest.mark.parametrize("network", ["pile", "pile with He's start"])
def test_a_pile_is_as_deep_as_it_says(network):
    model = digit_networks.NETWORKS[network](seed=0)
    assert (model.depth, model.width) == (digit_networks.PILE_DEPTH, digit_networks.PILE_WIDTH)
    assert (model.start == "he") == ("He" in network)


def test_the_optimiser_is_part_of_the_task():
    accuracies = {held_out_accuracy(3, epochs=2, optimizer=name) for name in ("adam", "sgd")}
    assert len(accuracies) == 2
