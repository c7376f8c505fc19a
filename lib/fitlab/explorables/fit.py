"""FitExplorer: choose a network and a target, and watch the one fit the other.

At rest it is complete: the fit of its settings, as traits and as a figure. In Jupyter a moved
slider trains anew in the kernel, slice by slice on the kernel's own event loop, so that the kernel
answers in between: to the next position of the slider, to Pause, to a cell. In the built book the
page trains by itself, with the same numbers (see fit_page.mjs).
"""

import asyncio
import contextlib
import functools
import math
import time
from pathlib import Path
from typing import Unpack

import traitlets

from fitlab import validate
from fitlab.explorables import frames
from fitlab.explorables.base import STATES, Explorable
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

FRAME_SECONDS = 1 / 30  # no more frames than an eye can see
PIECES_SECONDS = 0.008  # that finding the pieces of a moving curve may take; else it has none
FIRST_SLICE, SLICE_SECONDS = 25, 0.03  # steps, and then whatever takes so long
BREATH_SECONDS = 0.002  # between two slices: long enough for the kernel to hear a message


def as_in_settings(name, value):
    """The value of a setting, as `fitlab.Settings` keeps it; or ValueError."""
    return getattr(Settings(**{name: value}), name)


class FitExplorer(Explorable):
    """A figure of one fit, with controls for the network and the target.

    Takes those fields of `fitlab.Settings` as keywords that are traits below, with their defaults;
    setting one trains anew. Reset goes back to what was given here. With target "drawn" the
    target goes through `drawing`, values at evenly spaced points of [-1, 1].
    Raises ValueError for what is not allowed.
    """

    name = "fit"
    trains = True
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

    # how it goes
    state = traitlets.Enum(STATES).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)  # one sentence
    frame = traitlets.Dict().tag(sync=True)  # the curve and its numbers: see `frames.frame`

    _training: Training | None = None  # the Training that is running, paused or finished
    _trained = None  # the settings it was started with
    _task = None  # where it runs on an event loop

    @show_settings
    def __init__(
        self, target=Settings.target, *, drawing=DRAWING, **settings: Unpack[FigureKeywords]
    ):
        defaults = {n: value for n, value in vars(Settings()).items() if self.has_trait(n)}
        given = {**defaults, **settings, "target": target, "drawing": drawing}
        self._trained = {**given, **self.checked(given)}
        self._training = Training(_for_training(self._trained))
        self._training.run()
        self._rest = _outcome(self._training)
        super().__init__(
            self._trained,
            self._rest,
            targets={target.name: frames.shown(target) for target in TARGETS.values()},
            presets=PRESETS,
            taylor=frames.taylor_errors(self._trained["samples"]),
            words={"reasons": WORDS, "advice": ADVICE},
            cell=Path(__file__).with_name("pytorch_cell.txt").read_text(encoding="utf-8"),
        )
        self.observe(self._on_settings, names=[*self.initial])
        self.on_msg(self._on_message)

    @property
    def settings(self):
        """The settings, by name: those of `fitlab.Settings`, and the drawing."""
        return {name: getattr(self, name) for name in self.initial}

    # ------------------------------------------------------------------ what a reader can do

    def train(self):
        """Go on if it was paused; else train anew, with the settings of now.

        On a running event loop (Jupyter) this returns at once, and the training goes on behind it.
        """
        if self.state != "paused":
            self._begin()
        if self._training is None:
            return
        self._set(state="training", message=self._say("training"))
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop: a plain Python program waits
            for _ in self._slices():
                pass
        else:
            self._task = loop.create_task(self._give_way())

    def pause(self):
        """Hold the training where it is; Train goes on from there."""
        if self.state == "training":
            self._cancel()
            self._show_paused()

    def step(self):
        """Take a single step: the next one of a paused training, or the first of a new one."""
        if self.state == "training":
            self.pause()
        if self.state != "paused":
            self._begin()
        if self._training is None:
            return
        try:
            self._training.advance(1)
            self._show_paused()
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    def reset(self):
        """Go back to the settings given at the start, and to their fit."""
        self._cancel()
        self._trained, self._training = self.initial, None
        self._set(**self.initial, **self._rest)

    def close(self):
        """Stop the training, and take the views off the page."""
        self._cancel()
        super().close()

    # ------------------------------------------------------------------ what the view asks for

    def _on_settings(self, _change):
        if self.settings != self._trained:  # several may change at once: train once
            self._cancel()
            self.state = "ready"  # what was paused has other settings
            self.train()

    def _on_message(self, _widget, content, _buffers):
        commands = {"train": self.train, "pause": self.pause, "step": self.step}
        commands["reset"] = self.reset
        command = content.get("command") if isinstance(content, dict) else None
        if command not in commands:
            self._fail(f"command={command!r} was given; it must be one of {', '.join(commands)}")
        else:
            commands[command]()

    # ------------------------------------------------------------------ training

    def _begin(self):
        """A new Training; if it cannot be, say why."""
        self._cancel()
        self._trained, self._training = self.settings, None
        try:
            self._training = Training(_for_training(self.settings))
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    async def _give_way(self):
        """Train, and let the event loop do its other work between two slices."""
        with contextlib.closing(self._slices()) as slices:
            for _ in slices:
                await asyncio.sleep(BREATH_SECONDS)

    def _slices(self):
        """Train and show it; yields after every slice. No error stays unseen."""
        training, shown, pieces_took = self._training, -math.inf, 0.0
        steps = FIRST_SLICE
        assert training is not None
        try:
            while training.ending is None:
                started = time.monotonic()
                training.advance(steps)
                now = time.monotonic()
                steps = max(1, round(steps * min(2, SLICE_SECONDS / max(now - started, 1e-9))))
                if training.ending is None and now - shown >= FRAME_SECONDS:
                    with_pieces, shown = pieces_took <= PIECES_SECONDS, now
                    mse = training.checks[-1][1] if training.checks else training.mse
                    self.frame = frames.frame(training, mse, with_pieces=with_pieces)
                    pieces_took = max(pieces_took, time.monotonic() - now)
                yield
                if training is not self._training or self.state != "training":
                    return  # whoever watched the frame has asked for something else
            self._set(**_outcome(training))
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    def _show_paused(self):
        training = self._training
        assert training is not None
        if training.ending is not None:
            self._set(**_outcome(training))
        elif training.steps == 0:
            self._set(state="ready", message="nothing was trained yet")
        else:
            frame = frames.frame(training, training.mse, with_pieces=True)
            self._set(frame=frame, state="paused", message=self._say("paused", frame))

    def _say(self, what, frame=None):
        steps, mse = (f"{frame['step']:,}", frames.say_mse(frame["mse"])) if frame else ("", "")
        return WORDS[what].format(steps=steps, mse=mse, max_steps=f"{self.max_steps:,}")

    def _cancel(self):
        if self._task:
            self._task.cancel()
        self._task = None

    def _fail(self, message):
        self._cancel()
        self._set(state="failed", message=message)

    def _set(self, **values):
        """Set several traits in one message, so that no view ever sees half of a change."""
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in values.items():
                setattr(self, name, value)

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


def _outcome(training):
    """The traits that the end of a training decides."""
    fit = training.fit()
    state = {"converged": "converged", "diverged": "failed"}.get(training.ending, "stopped")
    frame = frames.frame(training, fit.mse, with_pieces=True)
    return {"frame": frame, "state": state, "message": fit.reason}
