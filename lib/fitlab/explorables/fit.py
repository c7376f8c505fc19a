"""FitExplorer: choose a network and a target, and watch the one fit the other.

At rest it is complete: the fit of its settings, as traits and as a figure. In Jupyter a moved
slider trains anew in the kernel, slice by slice on the kernel's own event loop, so that the kernel
answers in between: to the next position of the slider, to Stop, to a cell.
"""

import asyncio
import contextlib
import math
import time
from dataclasses import fields

import anywidget
import traitlets

from fitlab import figures, validate
from fitlab.explorables.sources import module, style
from fitlab.mlp import ACTIVATIONS
from fitlab.pieces import linear_pieces
from fitlab.targets import TARGETS
from fitlab.training import Settings, fit, fit_stream

# What the controls offer; the constructor allows no more than they do.
LIMITS = {"width": [1, 128], "depth": [0, 8]}
MOST_STEPS = 20_000  # every frame carries the whole loss curve
MOST_DROPOUT = 0.5
DROPOUTS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, MOST_DROPOUT]  # the slider's stops

CURVE_POINTS = 201
FRAME_SECONDS = 1 / 30  # no more frames than an eye can see
BREATH_SECONDS = 0.002  # between two slices: long enough for the kernel to hear a message
NAMES = [field.name for field in fields(Settings)]


class FitExplorer(anywidget.AnyWidget):
    """A figure of one fit, with controls for everything that decides it.

    Takes the fields of `fitlab.Settings` as keywords, with their defaults; each of them is a trait,
    and setting it trains anew. Reset goes back to what was given here.
    Raises ValueError for what is not allowed.
    """

    _esm = module("fit")
    _css = style()

    # the settings
    target = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    depth = traitlets.Int().tag(sync=True)
    activation = traitlets.Unicode().tag(sync=True)
    dropout = traitlets.Float().tag(sync=True)
    samples = traitlets.Int().tag(sync=True)
    batch = traitlets.Int().tag(sync=True)
    lr = traitlets.Float().tag(sync=True)
    tolerance = traitlets.Float().tag(sync=True)
    max_steps = traitlets.Int().tag(sync=True)
    check_every = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    # how it goes
    state = traitlets.Enum(
        ["rest", "ready", "training", "paused", "converged", "stopped", "failed"]
    ).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)  # one sentence
    frame = traitlets.Dict().tag(sync=True)  # the curve and its numbers: see `_frame`

    # what the view needs to know, and never changes
    initial = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    targets = traitlets.Dict().tag(sync=True)

    def __init__(self, target=Settings.target, **settings):
        settings = _allowed({"target": target, **settings})
        self._task = self._latest = None
        self._trained = settings
        super().__init__(
            **settings,
            **_outcome(fit(**settings)),
            initial=settings,
            choices={**LIMITS, "dropout": DROPOUTS, "activation": list(ACTIVATIONS)},
            targets={target.name: _drawn(target) for target in TARGETS.values()},
        )
        self.observe(self._on_settings, names=NAMES)
        self.on_msg(self._on_message)

    @property
    def settings(self):
        """The settings as a dictionary that `fitlab.fit` takes."""
        return {name: getattr(self, name) for name in NAMES}

    # ------------------------------------------------------------------ what a reader can do

    def train(self):
        """Train anew with the settings of now; whatever was running ends first.

        On a running event loop (Jupyter) this returns at once and the training goes on behind.
        """
        self._cancel()
        self._trained = self.settings
        self.state, self.message = "training", f"training, for at most {self.max_steps:,} steps"
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop: a plain Python program waits
            for _ in self._slices():
                pass
        else:
            self._task = loop.create_task(self._give_way())

    def stop(self):
        """End the training where it is; the curve stays."""
        if self.state != "training":
            return
        self._cancel()
        if self._latest:
            self.frame = self._latest
        step, mse = self.frame["step"], self.frame["mse"]
        self.state = "stopped"
        self.message = f"stopped at step {step:,} of at most {self.max_steps:,} ({_say_mse(mse)})"

    def reset(self):
        """Go back to the settings given at the start, and train."""
        self._trained = self.initial  # so that the single changes below do not train
        with self.hold_sync():
            self.set_trait_values(self.initial)
        self.train()

    def set_trait_values(self, values):
        """Set several traits at once."""
        with self.hold_trait_notifications():
            for name, value in values.items():
                setattr(self, name, value)

    def close(self):
        """Stop the training, then leave the page."""
        self._cancel()
        super().close()

    # ------------------------------------------------------------------ what the view asks for

    def _on_settings(self, _change):
        if self.settings != self._trained:  # several may change at once: train once
            self.train()

    def _on_message(self, _widget, content, _buffers):
        commands = {"train": self.train, "stop": self.stop}
        command = content.get("command") if isinstance(content, dict) else None
        if command in commands:
            commands[command]()
        else:
            self._fail(f"unknown command {command!r}; allowed are {', '.join(commands)}")

    # ------------------------------------------------------------------ training

    def _cancel(self):
        if self._task:
            self._task.cancel()
        self._task = self._latest = None

    async def _give_way(self):
        """Train, and let the event loop do its other work between two slices."""
        with contextlib.closing(self._slices()) as slices:
            for _ in slices:
                await asyncio.sleep(BREATH_SECONDS)

    def _slices(self):
        """Train and show it; yields after every slice. No error stays unseen."""
        shown, checks = -math.inf, []
        try:
            for progress in self._fit():
                checks.append((progress.step, progress.mse))
                self._latest = _frame(self.target, progress.step, progress.loss, checks, progress.curve)
                if time.monotonic() - shown >= FRAME_SECONDS:
                    shown, self.frame = time.monotonic(), self._latest
                yield
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    def _fit(self):
        """`fit_stream`, with the finished fit shown at its end."""
        settings = _allowed(self.settings)
        finished = yield from fit_stream(curve_points=CURVE_POINTS, **settings)
        with self.hold_sync():  # one message, so that no view sees a half of it
            self.set_trait_values(_outcome(finished))

    def _fail(self, message):
        self._cancel()
        self.state, self.message = "failed", message
