"""FitExplorer: choose a network and a target, and watch the one fit the other.

At rest it is complete: the fit of its settings, as traits and as a figure. In Jupyter a moved
slider trains anew in the kernel, slice by slice on the kernel's own event loop, so that the kernel
answers in between: to the next position of the slider, to Pause, to a cell. In the built book the
page trains by itself, with the same numbers (see fit_page.mjs).
"""

import asyncio
import contextlib
import math
import time
from dataclasses import fields
from pathlib import Path

import traitlets

from fitlab import validate
from fitlab.explorables import frames
from fitlab.explorables.base import STATES, Explorable
from fitlab.explorables.sources import module
from fitlab.networks.mlp import ACTIVATIONS
from fitlab.regression.settings import ADVICE, REASONS, Settings
from fitlab.regression.targets import DRAWN, TARGETS, drawn_target, find_target
from fitlab.regression.training import Training

# What the controls offer; the constructor allows no more than they do.
WIDTHS, DEPTHS = [1, 128], [0, 8]
DROPOUTS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]  # the sliders' stops
LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10]
BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]
MOST_SEED = 9_999  # enough to choose from, and short enough to say
MOST_STEPS = 20_000  # every frame carries the whole loss curve
DRAWING = [0.0] * 65  # a drawing before anything is drawn
MOST_DRAWN = 1.5  # how far a drawing goes up and down

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
NAMES = [field.name for field in fields(Settings)]


class FitExplorer(Explorable):
    """A figure of one fit, with controls for the network and the target.

    Takes the fields of `fitlab.Settings` as keywords, with their defaults; each of them is a trait,
    and setting it trains anew. Reset goes back to what was given here. With target "drawn" the
    target goes through `drawing`, values at evenly spaced points of [-1, 1].
    Raises ValueError for what is not allowed.
    """

    name = "fit"
    trains = True
    _esm = module("explorables/fit")

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
    drawing = traitlets.List(traitlets.Float()).tag(sync=True)

    # how it goes
    state = traitlets.Enum(STATES).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)  # one sentence
    frame = traitlets.Dict().tag(sync=True)  # the curve and its numbers: see `frames.frame`

    # what the view has to know and never changes
    initial = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    targets = traitlets.Dict().tag(sync=True)
    taylor = traitlets.List().tag(sync=True)  # see `frames.taylor_errors`
    words = traitlets.Dict().tag(sync=True)
    cell = traitlets.Unicode().tag(sync=True)  # of "Copy as PyTorch", without its settings

    _training: Training | None = None  # the Training that is running, paused or finished
    _trained = None  # the settings it was started with
    _task = None  # where it runs on an event loop

    def __init__(self, target=Settings.target, *, drawing=DRAWING, **settings):
        settings = _checked({"target": target, "drawing": drawing, **settings})
        training = Training(_for_training(settings))
        training.run()
        self._trained, self._training = settings, training
        self._rest = _outcome(training)
        super().__init__(
            **settings,
            **self._rest,
            initial=settings,
            choices=_choices(settings),
            targets={target.name: frames.shown(target) for target in TARGETS.values()},
            taylor=frames.taylor_errors(settings["samples"]),
            words={"reasons": WORDS, "advice": ADVICE},
            cell=Path(__file__).with_name("pytorch_cell.txt").read_text(encoding="utf-8"),
        )
        self.observe(self._on_settings, names=[*NAMES, "drawing"])
        self.on_msg(self._on_message)

    @property
    def settings(self):
        """The settings, by name: those of `fitlab.Settings`, and the drawing."""
        return {name: getattr(self, name) for name in [*NAMES, "drawing"]}

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
            self._training = Training(_for_training(_checked(self.settings)))
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


def _checked(settings):
    """All settings, checked, as a dictionary; ValueError if the explorer does not offer them."""
    settings = {**vars(Settings()), **settings}
    validate.one_of("target", settings["target"], [*TARGETS, DRAWN])
    validate.integer("width", settings["width"], *WIDTHS)
    validate.integer("depth", settings["depth"], *DEPTHS)
    validate.integer("max_steps", settings["max_steps"], 1, MOST_STEPS)
    validate.integer("seed", settings["seed"], 0, MOST_SEED)
    validate.integer("batch", settings["batch"], BATCHES[0], BATCHES[-1])
    validate.real("dropout", settings["dropout"], DROPOUTS[0], DROPOUTS[-1])
    drawing = validate.finite("the drawing", settings["drawing"])
    if drawing.shape != (len(DRAWING),) or abs(drawing).max() > MOST_DRAWN:
        raise ValueError(
            f"a drawing of shape {drawing.shape} was given, with values up to "
            f"{abs(drawing).max(initial=0):g}; it must be {len(DRAWING)} values within "
            f"±{MOST_DRAWN:g}"
        )
    checked = vars(_for_training({**settings, "drawing": drawing}))
    return {**checked, "target": settings["target"], "drawing": drawing.tolist()}


def _for_training(settings):
    """The same as `fitlab.Settings`, which take a drawing as a Target."""
    settings = dict(settings)
    drawing = settings.pop("drawing")
    if settings["target"] == DRAWN:
        settings["target"] = drawn_target(drawing)
    return Settings(**settings)


def _choices(settings):
    """What the controls offer; a value that was given is among the stops."""

    def stops(name, offered):
        return sorted({*offered, settings[name]})

    return {
        "width": WIDTHS,
        "depth": DEPTHS,
        "dropout": stops("dropout", DROPOUTS),
        "lr": stops("lr", LEARNING_RATES),
        "batch": stops("batch", BATCHES),
        "seed": [0, MOST_SEED],
        "activation": list(ACTIVATIONS),
        "drawn": MOST_DRAWN,
    }


def _outcome(training):
    """The traits that the end of a training decides."""
    fit = training.fit()
    state = {"converged": "converged", "diverged": "failed"}.get(training.ending, "stopped")
    frame = frames.frame(training, fit.mse, with_pieces=True)
    return {"frame": frame, "state": state, "message": fit.reason}
