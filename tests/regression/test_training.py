"""Training is Adam on the mean squared error, stops where it says, and says why."""

import inspect
import math

import numpy as np
import pytest

import fitlab
from fitlab import Settings, Target, fit, fit_stream
from fitlab.networks.backprop import TrainingStep
from fitlab.regression.training import Training


def test_the_default_fit_reaches_its_tolerance_and_reports_it_truly():
    result = fit()
    x, y = fitlab.TARGETS["sine"].samples(10_000)
    assert result.converged
    assert result.mse < 5e-4
    assert result.mse == pytest.approx(np.mean((result.model.predict(x) - y) ** 2), rel=1e-12)
    assert result.steps % 25 == 0
    assert len(result.losses) == result.steps == result.checks[-1][0]
    assert result.parameters == 16_833
    assert f"after {result.steps} steps" in result.reason


def test_the_same_settings_give_the_same_fit_and_other_seeds_do_not():
    first, again, other = (fit(width=16, depth=2, seed=s, max_steps=50) for s in (1, 1, 2))
    assert first.mse == again.mse
    assert (first.losses == again.losses).all()
    assert first.mse != other.mse


def test_a_check_is_screened_but_the_reported_error_is_full():
    result = fit(width=8, depth=1, max_steps=60)
    assert [step for step, _ in result.checks] == [25, 50, 60]
    x, y = fitlab.TARGETS["sine"].samples(10_000)
    error = (result.model.predict(x) - y) ** 2
    assert result.checks[-1][1] == pytest.approx(error[::16].mean(), rel=1e-9)
    assert result.mse == pytest.approx(error.mean(), rel=1e-9)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"depth": 0}, "without an activation the network is one straight line"),
        ({"dropout": 0.2}, "dropout 0.2 keeps the loss noisy; try a smaller one"),
        ({"width": 4, "depth": 1}, "width 4 may be too small"),
        (
            {"width": 2, "dropout": 0.5},
            "width 2 may be too small, and dropout 0.5 keeps the loss noisy",
        ),
        ({"width": 64, "depth": 2, "lr": 1e-6}, "or another learning rate"),
    ],
)
def test_running_out_of_steps_is_said_with_what_to_try(settings, said):
    result = fit(max_steps=100, **settings)
    assert not result.converged
    assert result.steps == 100
    assert "did not get below 5e-4 in 100 steps" in result.reason
    assert said in result.reason


def test_a_fit_that_diverges_returns_and_says_so():
    result = fit(width=8, depth=2, activation="identity", lr=1e200)
    assert not result.converged
    assert not math.isfinite(result.mse)
    assert result.steps < 5_000
    assert "diverged" in result.reason
    assert "smaller learning rate (lr) than 1e+200" in result.reason
    assert result.pieces is None


def test_an_error_beyond_all_bounds_is_a_divergence_too():
    result = fit(width=16, depth=8, activation="identity", lr=10.0)
    assert math.isfinite(result.mse)
    assert result.mse > 1e6
    assert "beyond all bounds" in result.reason
    large = fitlab.Target("large", lambda x: 1e4 * x, -1.0, 1.0, "a steep line")  # nor is this one
    assert "did not get below" in fit(large, width=4, depth=1, max_steps=50).reason


def test_a_dead_network_is_noticed():
    dead = next(f for s in range(40) if "dead" in (f := fit(width=1, depth=8, seed=s)).reason)
    x = np.linspace(-np.pi, np.pi, 999)
    assert not dead.converged
    assert dead.steps < 5_000
    assert np.ptp(dead.model.predict(x)) == 0


@pytest.mark.parametrize("samples", [10, 16])
def test_a_single_screened_sample_is_not_called_a_constant_output(samples):
    """The screen takes every 16th sample: of so few, one; and one number always equals itself."""
    result = fit(
        width=16, depth=2, seed=2, samples=samples, tolerance=1e-9, batch=10, max_steps=3_000
    )
    assert np.ptp(result.model.predict(np.linspace(-np.pi, np.pi, samples))) > 0
    assert "dead" not in result.reason
    assert result.converged or result.steps == 3_000


def test_an_affine_network_finds_the_best_line_and_no_more():
    """The best line 3x/pi^2 has MSE 1/2 - 3/pi^2, from the integrals of x sin x and x^2."""
    result = fit(depth=0, lr=1e-2, max_steps=2_000)
    assert result.mse == pytest.approx(0.5 - 3 / np.pi**2, rel=0.01)
    assert result.mse >= 0.5 - 3 / np.pi**2 - 1e-4  # 10,000 points stand for the integral
    assert result.pieces == 1


def test_the_stream_is_the_fit_in_slices():
    stream = fit_stream(width=16, depth=2, max_steps=100, curve_points=11)
    seen = []
    try:
        while True:
            seen.append(next(stream))
    except StopIteration as end:
        finished = end.value
    assert [p.step for p in seen] == [25, 50, 75, 100]
    assert [(p.step, p.mse) for p in seen] == finished.checks
    grid = np.linspace(-np.pi, np.pi, 11)
    assert np.allclose(seen[-1].curve, finished.model.predict(grid))
    assert finished.mse == fit(width=16, depth=2, max_steps=100).mse


def test_a_fit_checks_its_settings_once(monkeypatch):
    check, checked = Settings.__post_init__, []

    def counted(settings):
        checked.append(settings)
        check(settings)

    monkeypatch.setattr(Settings, "__post_init__", counted)
    fit(width=2, depth=1, max_steps=1)
    assert len(checked) == 1


def test_an_interrupted_fit_says_where_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(TrainingStep, "take", interrupt_at(60, TrainingStep.take))
    with pytest.raises(KeyboardInterrupt, match="after step 50"):
        fit(width=8, depth=1)
    monkeypatch.undo()
    assert fit(width=8, depth=1, max_steps=50).steps == 50


def interrupt_at(step, method):
    calls = []

    def interrupted(self, *batch):
        calls.append(1)
        if len(calls) == step:
            raise KeyboardInterrupt
        return method(self, *batch)

    return interrupted


def test_before_the_first_check_there_is_no_progress_and_words_say_so():
    training = Training(Settings(width=2, depth=1, check_every=10))
    for points in (0, 5):
        with pytest.raises(ValueError, match="step 0 and was not checked yet; the first check is"):
            training.progress(points)
    training.advance(3)
    with pytest.raises(ValueError, match=r"step 3 and was not checked yet; .* at step 10"):
        training.progress(0)
    training.advance(100)
    assert training.progress(0).step == 10


def test_progress_is_reported_with_curves():
    seen = []
    fit(width=8, depth=1, max_steps=50, on_progress=seen.append)
    assert [p.step for p in seen] == [25, 50]
    assert all(p.curve.shape == (257,) for p in seen)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target": "cosine"}, "target='cosine' was given; target must be one of sine"),
        ({"width": 0}, "width=0"),
        ({"samples": 1}, "samples=1"),
        ({"batch": 0}, "batch=0"),
        ({"lr": 0}, "lr=0"),
        ({"lr": math.inf}, "lr=inf"),
        ({"tolerance": -1}, "tolerance=-1"),
        ({"max_steps": 0}, "max_steps=0"),
        ({"check_every": 0}, "check_every=0"),
        ({"dropout": 1}, "dropout=1"),
        ({"dropout": "0.1"}, "dropout='0.1'"),
        ({"lr": "0.003"}, "lr='0.003'"),
        ({"lr": 10**400}, "lr=1000"),
        ({"curve_points": -1}, "curve_points=-1"),
    ],
)
def test_bad_settings_are_refused_at_the_call(given, said):
    """At the call, not at the first step of the generator."""
    with pytest.raises(ValueError, match=said):
        fit_stream(**given)


def test_settings_alone_refuse_what_a_fit_would():
    with pytest.raises(ValueError, match="width=-1"):
        Settings(width=-1)
    with pytest.raises(ValueError, match="low must be smaller than high"):
        Target("backwards", np.sin, 1, 0, "?")
    with pytest.raises(ValueError, match=r"n=2\.5"):
        fitlab.TARGETS["sine"].samples(2.5)


def test_an_error_in_the_callback_is_not_taken_for_the_end():
    def stop(_progress):
        raise StopIteration

    with pytest.raises(StopIteration):
        fit(width=8, depth=1, max_steps=50, on_progress=stop)


def test_a_constant_target_is_fitted_even_by_a_dead_network():
    result = fit(Target("five", lambda x: 0 * x + 5, 0, 1, "5"), width=2, depth=2, lr=3e-2)
    assert result.converged, result


def test_a_target_with_nan_or_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="4 of 4 values that are NaN or infinite"):
        fit(Target("broken", lambda x: x * np.nan, 0, 1, "?"), samples=4)
    with pytest.raises(ValueError, match="shapes must agree"):
        fit(Target("broken", lambda x: x[:2], 0, 1, "?"), samples=4)


def test_help_shows_every_setting_with_its_default():
    parameters = inspect.signature(fit).parameters
    assert parameters["width"].default == Settings().width == 64
    assert parameters["lr"].default == 3e-3
    assert "settings" not in parameters
