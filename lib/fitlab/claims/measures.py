"""What the trials of claims are trained on, and what is measured of their networks.

`TASKS` says for each task how the networks are trained here, how a page's engine would train the
same ones, and which measures there are. `engine/tasks.mjs` has the same ones by the same names.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitlab.classification import calibration, digit_codes
from fitlab.classification import region_growth as growth
from fitlab.classification.datasets import Split
from fitlab.classification.digit_losses import log_loss_of
from fitlab.classification.digit_networks import DigitTask, digit_training
from fitlab.classification.training import TrainedClassifier, tolerance_for
from fitlab.networks.cnn import CNN
from fitlab.networks.dealing import steps_in_epoch
from fitlab.networks.losses import SQUARED
from fitlab.networks.mlp import collapse
from fitlab.regression import taylor_distance
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.settings import Settings
from fitlab.regression.sine import SINE, TOLERANCE, fitted, side_by_side
from fitlab.regression.stops import STOP_STEPS, stopped

LAST = 100  # steps whose losses are averaged
CHECK_EVERY = Settings().check_every
SAMPLES = 10_000  # of a stretch outside the interval

Given = Mapping[str, Any]  # a trial's settings


@dataclass(frozen=True)
class Task:
    """A kind of network for each seed.

    runs: seeds and a trial's settings to a run for each seed, which is kept.
    plan: the settings to {"options": of the engine, "data": what is learnt}, as JSON.
    measures: name -> a number from a run, and from what the measure needs besides.
    """

    runs: Callable[[Sequence[int], Given], list[Any]]
    plan: Callable[[Given], dict[str, Any]]
    measures: Mapping[str, Callable[..., float]]


# ---------------------------------------------------------------------------- fits of sin


def _fits(seeds: Sequence[int], given: Given) -> list[Any]:
    settings = Settings(**given)
    # as many steps for all, and looked at once: they are trained together, which is several times
    # faster; of those only the error is known
    if settings.tolerance == 0 and settings.check_every == settings.max_steps:
        return side_by_side([Settings(seed=seed, **given) for seed in seeds])
    return [fitted(seed, **given) for seed in seeds]


def _fit_plan(given: Given) -> dict[str, Any]:
    return {"options": dict(given), "data": {}}


@functools.lru_cache(maxsize=512)
def _distances(fit: Any) -> dict[int, float]:
    found = taylor_distance.distances_to_taylor(fit.model)
    return dict(zip(map(int, taylor_distance.DEGREES), map(float, found), strict=True))


def _rmse_between(fit: Any, low: float, high: float) -> float:
    x = np.linspace(low * np.pi, high * np.pi, SAMPLES)
    return taylor_distance.rmse(fit.model.predict(x), np.sin(x))


def _pieces_before(fit: Any) -> float:
    return len(linear_pieces(fit.settings.new_model(), SINE.low, SINE.high))


FITS = Task(
    _fits,
    _fit_plan,
    {
        "converged": lambda fit: fit.converged,
        "steps": lambda fit: fit.steps,
        "MSE": lambda fit: fit.mse,
        "last losses": lambda fit: fit.losses[-LAST:].mean(),
        "pieces": lambda fit: fit.pieces,
        "pieces before": _pieces_before,
        "distance to Taylor": lambda fit, degree: _distances(fit)[degree],
        "nearest degree": lambda fit: min(_distances(fit), key=_distances(fit).__getitem__),
        "worth": lambda fit: taylor_distance.worth(fit.mse),
        "RMSE between": _rmse_between,
    },
)

STOPS = Task(
    lambda seeds, given: [stopped(seed) for seed in seeds],
    lambda given: {
        "options": {"tolerance": 0, "max_steps": STOP_STEPS, "check_every": CHECK_EVERY},
        "data": {"goal": TOLERANCE},
    },
    {
        "stopped": lambda run, rule: rule in run.stops,
        "step": lambda run, rule: run.stops[rule].step if rule in run.stops else math.inf,
        "MSE then": lambda run, rule: run.stops[rule].mse if rule in run.stops else math.inf,
        "lowest largest error": lambda run: run.lowest,
    },
)


# ---------------------------------------------------------------------------- digits


def _digit_runs(seeds: Sequence[int], given: Given) -> list[Any]:
    return [DigitRun(DigitTask(seed, **given)) for seed in seeds]


@dataclass(frozen=True)
class DigitRun:
    """A task, and its network, trained when it is asked for."""

    task: DigitTask

    @property
    def split(self) -> Split:
        """The digits as the task has them."""
        return self.task.split()

    @functools.cached_property
    def trained(self) -> TrainedClassifier:
        """The training, which is kept."""
        return digit_training(**vars(self.task))


def _digit_plan(given: Given) -> dict[str, Any]:
    task = DigitTask(0, **given)
    return {
        "options": {
            **_shape(task.new_model()),
            **{name: getattr(task, name) for name in ("loss", "optimizer", "lr", "batch")},
            **_as_long(len(task.split().y), task.batch, task.epochs, task.until),
        },
        "data": {"labels": task.labels},
    }


def _shape(model: Any) -> dict[str, Any]:
    """A network as the engine's options."""
    if isinstance(model, CNN):
        first, second = model.channels
        shape = {"network": "cnn", "side": model.side, "channels1": first, "channels2": second}
    else:
        shape = {name: getattr(model, name) for name in ("width", "depth", "activation", "inputs")}
    return {**shape, "outputs": model.outputs, "start": model.start}


def _as_long(n: int, batch: int, epochs: int | None, until: float | None = None) -> dict[str, Any]:
    """So many passes over n examples, as the engine's options."""
    each = steps_in_epoch("epochs", batch, n)
    assert epochs is not None
    steps = {"check_every": each, "max_steps": each * epochs}
    return {"dealing": "epochs", "tolerance": tolerance_for(until, n), **steps}


def _probabilities(run: Any) -> tuple[np.ndarray, np.ndarray]:
    return run.trained.model.probabilities(run.split.x_test), run.split.y_test


def _accuracy_of_most_confident(run: Any, share: float) -> float:
    return calibration.accuracy_of_most_confident(*_probabilities(run), share)


def _confidence(run: Any) -> float:
    return calibration.confidence(*_probabilities(run))[0].mean()


def _calibration_error(run: Any) -> float:
    return calibration.expected_calibration_error(*calibration.confidence(*_probabilities(run)))


def _collapse_error(run: Any) -> float:
    """How far the untrained network is from the one affine map that it is."""
    model = run.task.new_model()
    weight, bias = collapse(model)
    x = run.split.x_test
    return float(np.abs(x @ weight.T + bias - model.scores(x)).max())


DIGITS = Task(
    _digit_runs,
    _digit_plan,
    {
        "learnt": lambda run: run.trained.converged,
        "epochs": lambda run: run.trained.epochs,
        "accuracy": lambda run: run.trained.model.accuracy(run.split.x_test, run.split.y_test),
        "accuracy of the surest": _accuracy_of_most_confident,
        "confidence": _confidence,
        "calibration error": _calibration_error,
        "log-loss": lambda run, read="softmax": log_loss_of(run.trained.model, run.split, read),
        "collapse error": _collapse_error,
    },
)


def _codes(seeds: Sequence[int], given: Given) -> list[float]:
    return [digit_codes.accuracy_with_code(given["code"], seed, given.get("n")) for seed in seeds]


def _code_plan(given: Given) -> dict[str, Any]:
    code, n = given["code"], given.get("n")
    words = digit_codes.code_words(code, 0)
    model = digit_codes.new_model(words, 0)
    steps = {"max_steps": digit_codes.STEPS, "check_every": digit_codes.STEPS, "tolerance": 0}
    rules = {"loss": SQUARED, "dealing": "epochs", "batch": digit_codes.BATCH, **steps}
    return {"options": {**_shape(model), **rules}, "data": {"code": code, "n": n}}


CODES = Task(_codes, _code_plan, {"accuracy": lambda accuracy: accuracy})


# ---------------------------------------------------------------------------- points in the plane


def _growth(seeds: Sequence[int], given: Given) -> list[Any]:
    grown = growth.region_growth(given["puzzle"], given["width"], tuple(seeds))
    return [{name: values[i] for name, values in grown.items()} for i in range(len(seeds))]


def _growth_plan(given: Given) -> dict[str, Any]:
    puzzle = {
        "puzzle": given["puzzle"],
        "n": 500,
        "noise": 0,
        "held_out": 0.5,
        "false_labels": 0,
        "learnt": growth.LEARNT,
    }
    shape = {
        "inputs": 2,
        "outputs": 2,
        "width": given["width"],
        "depth": growth.DEPTH,
        "activation": "relu",
    }
    rules = {"loss": "cross-entropy", "lr": growth.LR, "batch": growth.BATCH}
    return {
        "options": {**shape, **rules, **_as_long(250, growth.BATCH, growth.EPOCHS)},
        "data": puzzle,
    }


REGIONS = Task(
    _growth,
    _growth_plan,
    {
        "regions before": lambda run: run["before"],
        "regions": lambda run: run["after"],
        "epochs until learnt": lambda run: run["epochs"],
    },
)

TASKS = {"sine": FITS, "stops": STOPS, "digits": DIGITS, "codes": CODES, "regions": REGIONS}


def measured(seeds: Sequence[int]) -> Callable[[Any, str, tuple], np.ndarray]:
    """What a formula's trials give on these seeds: (trial, measure, arguments) -> (seeds,)."""

    def values(trial: Any, name: str, arguments: tuple) -> np.ndarray:
        task = TASKS[trial.task]
        runs = task.runs(seeds, trial.settings)
        return np.array([float(task.measures[name](run, *arguments)) for run in runs])

    return values
