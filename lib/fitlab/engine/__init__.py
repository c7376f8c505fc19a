"""The engine that trains a network inside a page, run from Python.

`engine.c` holds all of it: the same network, random numbers, batches, Adam and stop rule as
`fitlab.regression.training`, compiled to `engine.wasm` (`python -m fitlab.engine.build`). Here it
runs in wasmtime, which compiles WebAssembly outside a browser, so that the tests can hold it to
torch.
"""

import math
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from fitlab import validate
from fitlab.regression.settings import Ending, Settings, SettingsKeywords, show_settings
from fitlab.regression.targets import Target, find_target

WASM = Path(__file__).with_name("engine.wasm")

# What the engine has numbers for; whoever calls it from JavaScript needs the same lists.
ACTIVATIONS = ["relu", "tanh", "identity"]
ENDINGS = [None, *Ending]
GRID_POINTS = 4096  # as many points `predict` takes at a time

_LARGEST_INT = 2**31 - 1  # the engine's integers have 32 bits


class Engine:
    """One network in training, with everything that `fit` would use for it.

    target: a name from TARGETS or a Target, and then the fields of Settings, as for `fit`; or a
    Settings alone.
    Raises ValueError for settings that are not allowed or need more memory than WebAssembly has
    (4 GiB), and ImportError without wasmtime.
    """

    @show_settings
    def __init__(
        self,
        target: str | Target | Settings = "sine",
        **settings: Unpack[SettingsKeywords],
    ) -> None:
        if not isinstance(target, Settings):
            target = Settings(target, **settings)
        elif settings:
            raise ValueError(f"a Settings and {', '.join(settings)} were given; give one of them")
        self._start()
        self._create(target)

    def _start(self) -> None:
        """A fresh instance of engine.wasm."""
        try:
            import wasmtime
        except ImportError:
            raise ImportError(
                "running the engine in Python needs wasmtime: pip install wasmtime"
            ) from None
        engine = wasmtime.Engine()
        self._store = wasmtime.Store(engine)
        module = wasmtime.Module.from_file(engine, str(WASM))
        self._exports: Any = wasmtime.Instance(self._store, module, []).exports(self._store)

    def _create(self, settings: Settings) -> None:
        """Start with these settings. It can be done again in the same instance, as a page does."""
        s = settings
        x, y = find_target(s.target).samples(s.samples)
        self._count = self._call(
            "create", s.width, s.depth, ACTIVATIONS.index(s.activation), s.dropout, s.samples,
            s.batch, s.lr, s.tolerance, s.max_steps, s.check_every, _signed(s.seed),
        )  # fmt: skip
        if self._count == 0:
            raise ValueError(
                f"width={s.width}, depth={s.depth} with samples={s.samples} were given; "
                "together they need more memory than WebAssembly has"
            )
        self.settings = settings
        self._view("inputs", s.samples)[:] = x
        self._view("targets", s.samples)[:] = y

    def _call(self, name: str, *arguments: float) -> Any:
        return self._exports[name](self._store, *arguments)

    def _view(self, name: str, n: int) -> np.ndarray:
        """The engine's own memory at `name`, float64 (n,); made anew as memory moves."""
        memory, start = self._exports["memory"], self._call(name) % 2**32
        buffer = memory.get_buffer_ptr(self._store)
        return np.frombuffer(buffer, dtype=np.float64, count=n, offset=start)

    def advance(self, most: int = _LARGEST_INT) -> int:
        """Take at most `most` steps, but none beyond a check or an ending; returns how many."""
        return self._call("advance", validate.integer("most", most, 0, _LARGEST_INT))

    def train(self) -> Ending:
        """Train to the ending; returns it."""
        while self.ending is None:
            self.advance()
        return self.ending

    @property
    def steps(self) -> int:
        """How many steps have been taken."""
        return self._call("steps")

    @property
    def loss(self) -> float:
        """The mean squared error of the last step's batch, before that step; NaN before any."""
        return self._call("loss")

    @property
    def checked_mse(self) -> float:
        """What the last check found, screened or full as in Progress; NaN before any."""
        return self._call("checked_mse")

    def mse(self) -> float:
        """The mean squared error over all samples, as the network is now."""
        return self._call("mse")

    @property
    def ending(self) -> Ending | None:
        """Why training ended: an Ending; None while it can go on."""
        return ENDINGS[self._call("ending")]

    @property
    def parameters(self) -> np.ndarray:
        """All weights and biases, float64 (n,), a copy: per layer the weight by rows, the bias.

        Assigning changes the network. Raises ValueError for another shape. NaN and infinity are
        taken as they are: what becomes of them is the engine's to show.
        """
        return self._view("parameters", self._count).copy()

    @parameters.setter
    def parameters(self, values: npt.ArrayLike) -> None:
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (self._count,):
            raise ValueError(
                f"parameters of shape {values.shape} were given; the shape must be {(self._count,)}"
            )
        self._view("parameters", self._count)[:] = values

    def predict(self, x: npt.ArrayLike) -> np.ndarray:
        """Evaluate on an array of any shape; returns float64 of the same shape."""
        points = validate.finite("x", x)
        result = points.reshape(-1).copy()
        for first in range(0, len(result), GRID_POINTS):
            part = result[first : first + GRID_POINTS]
            self._view("grid", len(part))[:] = part
            self._call("predict", len(part))
            part[:] = self._view("grid", len(part))
        return result.reshape(points.shape)

    def __repr__(self) -> str:
        s = self.settings
        state = self.ending or "training"
        mse = f", mse={self.checked_mse:.3g}" if not math.isnan(self.checked_mse) else ""
        return (
            f"Engine(width={s.width}, depth={s.depth}, {s.activation}, seed={s.seed}: "
            f"{state} at step {self.steps:,}{mse})"
        )


def _signed(word: int) -> int:
    """A word below 2**32 as wasmtime takes it: the same bits, with a sign."""
    return word - 2**32 if word >= 2**31 else word
