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

from fitlab import validate
from fitlab.explorables import frames
from fitlab.explorables.sources import module, style
from fitlab.mlp import ACTIVATIONS
from fitlab.targets import TARGETS
from fitlab.training import Settings, fit, fit_stream

# What the controls offer; the constructor allows no more than they do.
WIDTHS, DEPTHS = [1, 128], [0, 8]
DROPOUTS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]  # the slider's stops
MOST_STEPS = 20_000  # every frame carries the whole loss curve

FRAME_SECONDS = 1 / 30  # no more frames than an eye can see
BREATH_SECONDS = 0.002  # between two slices: long enough for the kernel to hear a message
NAMES = [field.name for field in fields(Settings)]


class FitExplorer(anywidget.AnyWidget):
    """A figure of one fit, with controls for the network and the target.

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
    frame = traitlets.Dict().tag(sync=True)  # the curve and its numbers: see `frames.frame`

    # what the view has to know and never changes
    initial = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    targets = traitlets.Dict().tag(sync=True)

    _task = None  # the training that is running on an event loop
    _latest = None  # its last frame, shown or not

    def __init__(self, target=Settings.target, **settings):
        settings = _allowed({"target": target, **settings})
        self._trained = settings
        super().__init__(
            **settings,
            **_outcome(fit(**settings)),
            initial=settings,
            choices={
                "width": WIDTHS,
                "depth": DEPTHS,
                "dropout": DROPOUTS,
                "activation": list(ACTIVATIONS),
            },
            targets={target.name: frames.drawn(target) for target in TARGETS.values()},
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

        On a running event loop (Jupyter) this returns at once, and the training goes on behind it.
        """
        self._cancel()
        self._trained = self.settings
        self._set(state="training", message=f"training, for at most {self.max_steps:,} steps")
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
        latest = self._latest
        self._cancel()
        if latest is None:
            self._set(state="stopped", message="stopped before the first step")
            return
        where = f"stopped at step {latest['step']:,} of at most {self.max_steps:,}"
        message = f"{where} ({frames.say_mse(latest['mse'])})"
        self._set(frame=latest, state="stopped", message=message)

    def reset(self):
        """Go back to the settings given at the start, and train."""
        self._trained = self.initial  # so that the changes below do not train one by one
        self._set(**self.initial)
        self.train()

    def close(self):
        """Stop the training, and take the views off the page."""
        self._cancel()
        super().close()

    # ------------------------------------------------------------------ what the view asks for

    def _on_settings(self, _change):
        if self.settings != self._trained:  # several may change at once: train once
            self.train()

    def _on_message(self, _widget, content, _buffers):
        commands = {"train": self.train, "stop": self.stop}
        command = content.get("command") if isinstance(content, dict) else None
        if command not in commands:
            self._fail(f"command={command!r} was given; it must be one of {', '.join(commands)}")
        else:
            commands[command]()

    # ------------------------------------------------------------------ training

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
                self._latest = frames.frame(self.target, checks, progress.loss, progress.curve)
                if time.monotonic() - shown >= FRAME_SECONDS:
                    shown, self.frame = time.monotonic(), self._latest
                yield
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    def _fit(self):
        """`fit_stream`, and at its end the finished fit is shown."""
        settings = _allowed(self.settings)
        finished = yield from fit_stream(curve_points=frames.CURVE_POINTS, **settings)
        self._set(**_outcome(finished))

    def _cancel(self):
        if self._task:
            self._task.cancel()
        self._task = self._latest = None

    def _fail(self, message):
        self._cancel()
        self._set(state="failed", message=message)

    def _set(self, **values):
        """Set several traits in one message, so that no view ever sees half of a change."""
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in values.items():
                setattr(self, name, value)

    # ------------------------------------------------------------------ at rest

    def _network(self):
        dropout = f", dropout {self.dropout:g}" if self.dropout else ""
        return f"a network of width {self.width}, depth {self.depth} ({self.activation}{dropout})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/html": frames.picture(self.frame, self._network()).html}, metadata

    def __repr__(self):
        return f"FitExplorer({self._network()} on target {self.target!r}: {self.message})"


def _allowed(settings):
    """All settings, checked, as a dictionary; ValueError if the explorer does not offer them."""
    settings = {**vars(Settings()), **settings}
    validate.one_of("target", settings["target"], TARGETS)
    validate.integer("width", settings["width"], *WIDTHS)
    validate.integer("depth", settings["depth"], *DEPTHS)
    validate.integer("max_steps", settings["max_steps"], 1, MOST_STEPS)
    validate.real("dropout", settings["dropout"], DROPOUTS[0], DROPOUTS[-1])
    return dict(vars(Settings(**settings)))


def _outcome(finished):
    """The traits that a finished Fit decides."""
    if finished.converged:
        state = "converged"
    else:
        state = "stopped" if math.isfinite(finished.mse) else "failed"
    return {"frame": frames.final_frame(finished), "state": state, "message": finished.reason}
