"""Few points, the curves through them, and how much these bend."""

import numpy as np
import pytest

from fitlab.regression import few_points
from fitlab.regression.few_points import (
    CLASSICAL,
    WORLDS,
    FewPoints,
    bending,
    bending_of_dots,
    classical,
    network_through,
    relative_bending_of,
)

QUICK = {"width": 256, "depth": 1, "lr": 1e-2, "tolerance": 1e-6, "max_steps": 10_000}


@pytest.mark.parametrize("world", WORLDS)
def test_points_lie_on_the_curve_or_within_the_noise(world):
    plain = few_points.few_points(world, 9)
    assert plain.x == pytest.approx(np.linspace(-1, 1, 9))
    assert plain.y == pytest.approx(plain.truth(plain.x))
    noisy = few_points.few_points(world, 500, noise=0.3, shifted=True, seed=4)
    off = noisy.y - noisy.truth(noisy.x)
    assert 0.29 < abs(off).max() <= 0.3
    assert abs(off.mean()) < 0.05
    other = few_points.few_points(world, 500, noise=0.3, shifted=True, seed=5)
    assert abs(noisy.truth(noisy.x) - other.truth(noisy.x)).max() > 0.01


def test_worlds_repeat_themselves_between_minus_one_and_one():
    x = np.linspace(-1, 1, 1_001)
    for curve, period in WORLDS.values():
        assert curve(x + period) == pytest.approx(curve(x), abs=1e-12)
        assert (curve(x).min(), curve(x).max()) == pytest.approx((-1, 1), abs=1e-2)


@pytest.mark.parametrize("name", CLASSICAL)
def test_classical_curves_pass_through_the_points_and_bend_no_less_than_they_must(name):
    for seed in range(5):
        points = few_points.few_points(noise=0.5, seed=seed)
        assert classical(name, points)(points.x) == pytest.approx(points.y, abs=1e-9)
        assert relative_bending_of(name, points) > 1 - 1e-3


def test_bending_by_hand():
    zigzag = FewPoints(np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0]), np.abs)
    assert bending_of_dots(zigzag.x, zigzag.y) == pytest.approx(2)  # the slope goes from 1 to -1
    assert bending(np.square) == pytest.approx(4, rel=1e-2)  # from -2 to 2
    assert bending(np.square, 0, 1) == pytest.approx(2, rel=1e-2)
    assert bending(lambda x: 3 * x + 1) == pytest.approx(0, abs=1e-9)


def test_a_network_bends_as_much_as_many_points_of_it_say():
    found = network_through(0, noise=0.5, **QUICK)
    x = np.linspace(-1, 1, 200_001)
    slopes = np.diff(found.fit.model.predict(x)) / (x[1] - x[0])
    assert bending(found.fit.model) == pytest.approx(np.abs(np.diff(slopes)).sum(), rel=1e-4)
    assert found.relative_bending == bending(found.fit.model) / bending_of_dots(
        found.points.x, found.points.y
    )


def test_a_network_passes_through_its_points_and_knows_how_far_it_is_from_the_truth():
    found = network_through(1, noise=0.5, **QUICK)
    assert found.fit.converged
    assert found.fit.model.predict(found.points.x) == pytest.approx(found.points.y, abs=5e-3)
    x = np.random.default_rng(0).uniform(-1, 1, 20_000)
    off = found.fit.model.predict(x) - np.sin(np.pi * x)
    assert found.rms_to_truth == pytest.approx(np.sqrt(np.mean(off**2)), rel=0.02)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"world": "moon"}, "world='moon' was given; world must be one of sine, triangles"),
        ({"n": 1}, "n=1"),
        ({"noise": -1}, "noise=-1"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_other_points_are_refused_in_words(given, said):
    with pytest.raises(ValueError, match=said):
        few_points.few_points(**given)
