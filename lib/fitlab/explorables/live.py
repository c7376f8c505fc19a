"""What trains in the kernel while a reader looks: slice by slice, on the kernel's own event loop.

So the kernel answers in between: to the next position of a slider, to Pause, to a cell. In the
built book the page trains by itself, with the same numbers (kit/page_trainer.mjs).
"""

import asyncio
import contextlib
import math
import time
from typing import Any

import traitlets

from fitlab.explorables.base import STATES, Explorable

FRAME_SECONDS = 1 / 30  # no more frames than an eye can see
DETAIL_SECONDS = 0.008  # that the details of a moving frame may take; else it has none
FIRST_SLICE, SLICE_SECONDS = 25, 0.03  # steps, and then whatever takes so long
BREATH_SECONDS = 0.002  # between two slices: long enough for the kernel to hear a message


class LiveTraining(Explorable):
    """An explorable of one network in training, which goes on, pauses, steps and is reset.

    Each of its settings is a trait, and setting one trains anew. Reset goes back to what was given
    at the start. A subclass has `new_training`, `frame_of`, `outcome` and `say`.
    """

    state = traitlets.Enum(STATES).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)  # one sentence
    frame = traitlets.Dict().tag(sync=True)  # one picture of the training, as `frame_of` makes it

    _training: Any = None  # the training that is running, paused or finished
    _trained = None  # the settings it was started with
    _task = None  # where it runs on an event loop

    def __init__(self, given, /, **setup):
        """given: the settings to begin with, by name; they are trained at once.

        setup: what the view needs besides.
        """
        for name in given:
            if name not in self.class_traits(reader=True):
                raise TypeError(
                    f"{type(self).__name__}() got an unexpected keyword argument {name!r}"
                )
        self._trained = self.checked(given)
        self._training = self.new_training(self._trained)
        while self._training.ending is None:
            self._training.advance(FIRST_SLICE)
        self._rest = self.outcome(self._training)
        super().__init__(self._trained, self._rest, **setup)
        self.observe(self._on_settings, names=[*self.initial])
        self.on_msg(self._on_message)

    # ------------------------------------------------------------------ what a subclass knows

    def new_training(self, settings):
        """What trains with these settings: it has `advance`, `steps` and `ending`."""
        raise NotImplementedError

    def frame_of(self, training, *, moving, detailed):
        """A picture of a training.  detailed: also with what costs more than a few steps."""
        raise NotImplementedError

    def outcome(self, training):
        """The traits that the end of a training decides: frame, state, message."""
        raise NotImplementedError

    def say(self, what, frame=None):
        """The sentence for "training", or for "paused" at a frame."""
        raise NotImplementedError

    @property
    def settings(self):
        """The settings, by name."""
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
        self._set(state="training", message=self.say("training"))
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
        """Go back to the settings given at the start, and to their training."""
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

    def commands(self):
        """What a view may ask for: {name: method}; the rest of its message are the arguments."""
        return {"train": self.train, "pause": self.pause, "step": self.step, "reset": self.reset}

    def _on_message(self, _widget, content, _buffers):
        commands, content = self.commands(), dict(content) if isinstance(content, dict) else {}
        command = content.pop("command", None)
        if command not in commands:
            self._fail(f"command={command!r} was given; it must be one of {', '.join(commands)}")
        else:
            commands[command](**content)

    # ------------------------------------------------------------------ training

    def _begin(self):
        """A new training; if it cannot be, say why."""
        self._cancel()
        self._trained, self._training = self.settings, None
        try:
            self._training = self.new_training(self.settings)
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    async def _give_way(self):
        """Train, and let the event loop do its other work between two slices."""
        with contextlib.closing(self._slices()) as slices:
            for _ in slices:
                await asyncio.sleep(BREATH_SECONDS)

    def _slices(self):
        """Train and show it; yields after every slice. No error stays unseen."""
        training, shown, detail_took = self._training, -math.inf, 0.0
        steps = FIRST_SLICE
        assert training is not None
        try:
            while training.ending is None:
                started = time.monotonic()
                training.advance(steps)
                now = time.monotonic()
                steps = max(1, round(steps * min(2, SLICE_SECONDS / max(now - started, 1e-9))))
                if training.ending is None and now - shown >= FRAME_SECONDS:
                    detailed, shown = detail_took <= DETAIL_SECONDS, now
                    self.frame = self.frame_of(training, moving=True, detailed=detailed)
                    detail_took = max(detail_took, time.monotonic() - now)
                yield
                if training is not self._training or self.state != "training":
                    return  # whoever watched the frame has asked for something else
            self._set(**self.outcome(training))
        except Exception as error:
            self._fail(str(error) or type(error).__name__)

    def _show_paused(self):
        training = self._training
        assert training is not None
        if training.ending is not None:
            self._set(**self.outcome(training))
        else:
            frame = self.frame_of(training, moving=False, detailed=True)
            self._set(frame=frame, state="paused", message=self.say("paused", frame))

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
