"""FitExplorer: choose a network and a target, and watch the one fit the other.

At rest it is complete: the fit of its settings, as traits and as a figure. In Jupyter a moved
slider trains anew in the kernel (see live.py), in the built book in the page (fit_page.mjs).
"""

import functools
import math
from pathlib import Path
from typing import Unpack

from fitlab import validate
from fitlab.explorables import frames
from fitlab.explorables.live import LiveTraining
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Drawing, Fixed, Number
from fitlab.networks.mlp import ACTIVATIONS
from fitlab.regression.settings import (
    ADVICE,
    REASONS,
    FigureKeywords,
    Settings,
    show_settings,
)
from fitlab.regression.targets import DRAWN, TARGETS, drawn_target, find_target
from fitlab.regression.training import Training

# The sliders' stops
DROPOUTS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10]
BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]

MOST_STEPS = 20_000  # every frame carries the whole loss curve
DRAWING = [0.0] * 65  # a drawing before anything is drawn

# Networks to try, each for what it shows. The small ones take all their steps in a moment.
RECIPE = {
    name: getattr(Settings, name)
    for name in ("width", "depth", "activation", "dropout", "batch", "lr")
}
PRESETS = {
    "few": {**RECIPE, "width": 2, "depth": 1},
    "linear": {**RECIPE, "width": 16, "depth": 2, "activation": "identity"},
    "noisy": {**RECIPE, "width": 16, "depth": 2, "dropout": 0.5},
    "recipe": RECIPE,
}

# What is said besides the reasons of settings.REASONS, in the kernel and in the page.
WORDS = {
    **REASONS,
    "training": "training, for at most {max_steps} steps",
    "ready": "{rest}; press Train, and your browser makes this fit anew",
    "moving": "let go, and this network is trained",
    "broken": "your browser could not train it: reload the page to try again",
    "paused": "paused at step {steps} of at most {max_steps} ({mse})",
}


def as_in_settings(name, value):
    """The value of a setting, as `fitlab.Settings` keeps it; or ValueError."""
    return getattr(Settings(**{name: value}), name)


class FitExplorer(LiveTraining):
    """A figure of one fit, with controls for the network and the target.

    Takes those fields of `fitlab.Settings` as keywords that are traits below, with their defaults;
    setting one trains anew. Reset goes back to what was given here. With target "drawn" the
    target goes through `drawing`, values at evenly spaced points of [-1, 1].
    Raises ValueError for what is not allowed.
    """

    name = "fit"
    worker = "fit_worker"
    _esm = module("explorables/fit")

    # the settings
    target = Choice([*TARGETS, DRAWN])
    width = Number(1, 128, whole=True)
    depth = Number(0, 8, whole=True)
    activation = Choice(ACTIVATIONS)
    dropout = Number(0, 0.5, stops=DROPOUTS)
    samples = Fixed(as_in_settings)
    batch = Number(1, 1000, whole=True, stops=BATCHES)
    lr = Number(0, math.inf, low_open=True, stops=LEARNING_RATES)
    tolerance = Fixed(as_in_settings)
    max_steps = Fixed(functools.partial(validate.integer, low=1, high=MOST_STEPS))
    check_every = Fixed(as_in_settings)
    seed = Number(0, 9_999, whole=True)  # enough to choose from, and short enough to say
    drawing = Drawing(len(DRAWING), 1.5, where=["target", DRAWN])

    @show_settings
    def __init__(
        self, target=Settings.target, *, drawing=DRAWING, **settings: Unpack[FigureKeywords]
    ):
        ours = self.class_traits(reader=True)
        defaults = {name: value for name, value in vars(Settings()).items() if name in ours}
        samples = as_in_settings("samples", settings.get("samples", Settings.samples))
        super().__init__(
            {**defaults, **settings, "target": target, "drawing": drawing},
            targets={target.name: frames.shown(target) for target in TARGETS.values()},
            presets=PRESETS,
            taylor=frames.taylor_errors(samples),
            words={"reasons": WORDS, "advice": ADVICE},
            cell=Path(__file__).with_name("pytorch_cell.txt").read_text(encoding="utf-8"),
        )

    # ------------------------------------------------------------------ training

    def new_training(self, settings):
        return Training(_for_training(settings))

    def frame_of(self, training, *, moving, detailed):
        known = moving and training.checks
        mse = training.checks[-1][1] if known else training.mse
        return frames.frame(training, mse, with_pieces=detailed)

    def outcome(self, training):
        fit = training.fit()
        state = {"converged": "converged", "diverged": "failed"}.get(training.ending, "stopped")
        frame = frames.frame(training, fit.mse, with_pieces=True)
        return {"frame": frame, "state": state, "message": fit.reason}

    def say(self, what, frame=None):
        steps, mse = (f"{frame['step']:,}", frames.say_mse(frame["mse"])) if frame else ("", "")
        return WORDS[what].format(steps=steps, mse=mse, max_steps=f"{self.max_steps:,}")

    # ------------------------------------------------------------------ at rest

    def figure_at_rest(self):
        """The curve of now over its target, with its hinges."""
        shown = self.frame["target"]
        target = drawn_target(self.drawing) if shown == DRAWN else find_target(shown)
        return frames.picture(self.frame, target, self._network())

    def _network(self):
        """The network of the frame: the settings may be new, and not trained yet."""
        width, depth, activation, p = (
            self.frame[name] for name in ("width", "depth", "activation", "dropout")
        )
        dropout = f", dropout {p:g}" if p else ""
        return f"a network of width {width}, depth {depth} ({activation}{dropout})"

    def __repr__(self):
        return f"FitExplorer({self._network()} on target {self.frame['target']!r}: {self.message})"


def _for_training(settings):
    """The same as `fitlab.Settings`, which take a drawing as a Target."""
    settings = dict(settings)
    drawing = settings.pop("drawing")
    if settings["target"] == DRAWN:
        settings["target"] = drawn_target(drawing)
    return Settings(**settings)
