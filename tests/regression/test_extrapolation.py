"""Networks that saw a stretch of sin: what is on record is what they answer."""

import numpy as np
import pytest

import fitlab
from fitlab.regression import extrapolation
from fitlab.regression.extrapolation import QUARTERS, REACH, largest_gap, recorded, thinned


def test_every_network_on_record_is_there_whole():
    runs = recorded()
    assert runs["seeds"] == list(extrapolation.SEEDS)
    assert list(runs["lines"]) == list(QUARTERS)
    for lines in runs["lines"].values():
        assert len(lines) == len(runs["seeds"])
        for line in lines:
            assert np.isfinite(line).all()
            assert (np.diff(line[:, 0]) >= 0).all()
            assert line[[0, -1], 0] == pytest.approx([-REACH, REACH], abs=0.005)


def test_each_fits_what_it_saw_to_the_tolerance():
    """Of what is kept, which is off by a hundredth at most."""
    for quarters, lines in recorded()["lines"].items():
        x = np.linspace(-quarters * np.pi / 4, quarters * np.pi / 4, 2_001)
        for line in lines:
            error = np.interp(x, *line.T) - np.sin(x)
            assert np.sqrt(np.mean(error**2)) < np.sqrt(5e-4) + 0.012


@pytest.mark.parametrize(("quarters", "seed"), [(1, 17), (4, 3), (5, 11)])
def test_a_run_made_anew_is_the_one_on_record(quarters, seed):
    """The oracle is the network itself, asked at many places."""
    target = fitlab.Target("stretch", np.sin, -quarters * np.pi / 4, quarters * np.pi / 4, "sin x")
    model = fitlab.fit(target, seed=seed).model
    x = np.linspace(-REACH, REACH, 3_001)
    kept = np.interp(x, *recorded()["lines"][quarters][seed].T)
    assert abs(kept - model.predict(x)).max() < 0.03


def test_a_thinned_line_keeps_within_the_tolerance_and_needs_fewer_points():
    x = np.linspace(0, 2 * np.pi, 1_001)
    line = np.column_stack([x, np.sin(x)])
    few = thinned(line, 0.01)
    assert 8 < len(few) < 40
    assert {tuple(point) for point in few} <= {tuple(point) for point in line}
    assert abs(np.interp(x, *few.T) - np.sin(x)).max() <= 0.01
    assert (thinned(line[:2], 0.01) == line[:2]).all()
    assert (thinned(line, 3) == line[[0, -1]]).all()


def test_the_largest_gap_is_between_any_two_lines_anywhere():
    level = np.array([[0.0, 0.0], [4.0, 0.0]])
    peak = np.array([[0.0, 0.1], [1.0, 3.0], [2.0, 0.0], [4.0, -2.0]])
    low = np.array([[0.0, 0.0], [1.0, -0.5], [4.0, 0.0]])
    assert largest_gap([level, peak, low], 0, 4) == pytest.approx(3.5)
    assert largest_gap([level, peak], 2, 3) == pytest.approx(1.0)
    assert largest_gap([level], 0, 4) == 0


def test_a_network_that_does_not_fit_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(
        extrapolation, "fitted_on", lambda q, seed: fitlab.fit(width=1, depth=1, max_steps=5)
    )
    with pytest.raises(ValueError, match="seed 3 on Target"):
        extrapolation.run_all([2], [3])
