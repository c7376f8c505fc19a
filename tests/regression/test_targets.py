"""The targets are the formulas that they say they are."""

import math

import numpy as np
import pytest

from fitlab import TARGETS

FORMULAS = {
    "sine": math.sin,
    "fast_sine": lambda x: math.sin(3 * x),
    "step": lambda x: -1 if x < 0 else 1,
    "absolute": abs,
    "runge": lambda x: 1 / (1 + 25 * x**2),
    "sawtooth": lambda x: 2 * (x % 1) - 1,
}


def test_a_formula_maps_a_number_to_a_number_and_holds_nothing_out():
    for target in TARGETS.values():
        assert (target.inputs, target.outputs, target.of_classes) == (1, 1, False)
        assert target.held_out() is None


def test_every_target_has_a_formula_here():
    assert set(FORMULAS) == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_values_and_ends(name):
    target = TARGETS[name]
    x, y = target.samples(1_001)
    assert x[0] == target.low
    assert x[-1] == pytest.approx(target.high, abs=1e-15)
    assert np.allclose(np.diff(x), (target.high - target.low) / 1_000)
    assert np.allclose(y, [FORMULAS[name](v) for v in x.tolist()])
    assert name in repr(target)
