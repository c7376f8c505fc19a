"""The digits' networks learn what their task says."""

from fitlab.classification.digit_networks import DigitTask, held_out_accuracy


def test_a_relabelled_network_is_trained_on_the_new_numbers():
    own, dealt = (DigitTask(3, renumbered=renumbered).split() for renumbered in (False, True))
    pairs = {*zip(own.y, dealt.y, strict=True), *zip(own.y_test, dealt.y_test, strict=True)}
    assert sorted(code for _, code in pairs) == list(range(10)), "one new number for each class"
    assert any(code != digit for digit, code in pairs)
    assert held_out_accuracy(3, renumbered=True) > 0.9
