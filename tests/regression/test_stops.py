"""One training, four rules to stop it."""

import numpy as np
import pytest

from fitlab import Settings
from fitlab.regression import sine, stops


@pytest.fixture
def short(monkeypatch):
    """A training of 200 steps, not kept."""
    monkeypatch.setattr(stops, "STOP_STEPS", 200)
    return stops.stopped.__wrapped__(0)


def test_the_mse_stops_where_the_recipe_does(short):
    fit = sine.fitted(0)
    assert short.stops["MSE"].step == fit.steps
    assert short.stops["MSE"].mse == pytest.approx(fit.mse)


def test_a_batch_stops_at_its_first_loss_below_the_goal(short):
    losses = sine.fitted(0, tolerance=0.0, max_steps=200).losses
    assert short.stops[stops.ONE_BATCH].step == np.argmax(losses < sine.TOLERANCE) + 1
    assert [loss for _, loss in short.curves[stops.ONE_BATCH]] == pytest.approx(losses)


def test_each_error_is_at_most_the_next(short):
    mean, largest = (dict(short.curves[rule]) for rule in ("mean error", "largest error"))
    assert all(mean[step] <= largest[step] for step in largest)
    assert short.lowest == min(largest.values())


def test_the_points_seen_are_those_of_the_batches():
    settings = Settings(samples=10, batch=4)
    assert sine.points_seen(settings, 1) <= 4
    assert sine.points_seen(settings, 200) == 10
    expected = 10_000 * (1 - (1 - 1e-4) ** 6_400)  # of so many draws, with replacement
    assert sine.points_seen(Settings(), 100) == pytest.approx(expected, rel=0.03)


def test_pieces_enough_for_an_error_are_the_fewest(monkeypatch):
    assert sine.enough_pieces() == 7
    assert sine.best_line_mse(sine.enough_pieces(1e-4)) < 1e-4
    assert sine.best_line_mse(sine.enough_pieces(1e-4) - 1) >= 1e-4
    monkeypatch.setattr(sine, "best_line_mse", lambda n: 1.0)
    with pytest.raises(ValueError, match="pieces do not get below it"):
        sine.enough_pieces(0.0)
