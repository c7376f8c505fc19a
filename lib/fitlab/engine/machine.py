"""engine.wasm in wasmtime: a network from options by name, arrays in and arrays out."""

import functools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fitlab import validate

WASM = Path(__file__).with_name("engine.wasm")

# What the engine has numbers for, in their order; network.mjs has the same.
CHOICES = {
    "network": ["mlp", "cnn"],
    "activation": ["relu", "tanh", "identity"],
    "dealing": ["replacement", "epochs", "all"],
    "loss": [
        "squared error", "cross-entropy", "squared error of softmax", "squared error of scores",
        "squared error of the number",
    ],
    "optimizer": ["adam", "sgd", "momentum"],
    "start": ["torch", "glorot", "he"],
}  # fmt: skip
# All options in the engine's order, with the book's defaults; network.mjs has the same.
DEFAULTS: dict[str, float | str] = {
    "network": "mlp", "inputs": 1, "outputs": 1, "width": 64, "depth": 5, "activation": "relu",
    "dropout": 0.0, "side": 8, "channels1": 8, "channels2": 16, "samples": 10_000, "held_out": 0,
    "batch": 64, "dealing": "replacement", "loss": "squared error", "optimizer": "adam",
    "lr": 3e-3, "weight_decay": 0.0, "epsilon": 1e-8, "start": "torch", "start_factor": 1.0,
    "tolerance": 5e-4, "max_steps": 5_000, "check_every": 25, "seed": 0,
}  # fmt: skip
GRID_POINTS = 4096  # as many points `predict` takes at a time
TILE = 64  # as many points have their hidden values kept

_LARGEST_INT = 2**31 - 1  # the engine's integers have 32 bits
_ALSO = {
    "side": ", and even, as 2 x 2 places become one",
    "outputs": ", and 1 for the squared error of the number",
}


@functools.cache
def _compiled() -> tuple[Any, Any, Any]:
    """wasmtime, and engine.wasm compiled by it, once for all."""
    try:
        import wasmtime
    except ImportError:
        raise ImportError(
            "running the engine in Python needs wasmtime: pip install wasmtime"
        ) from None
    engine = wasmtime.Engine()
    return wasmtime, engine, wasmtime.Module.from_file(engine, str(WASM))


class Machine:
    """One instance of engine.wasm, which trains one network at a time.

    Raises ImportError without wasmtime.
    """

    def __init__(self) -> None:
        wasmtime, engine, module = _compiled()
        self._store = wasmtime.Store(engine)
        self._exports: Any = wasmtime.Instance(self._store, module, []).exports(self._store)
        self.options: dict[str, Any] = {}
        self._count = 0

    def create(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        held_x: npt.ArrayLike = (),
        held_y: npt.ArrayLike = (),
        **options: Any,
    ) -> int:
        """A new network, to be trained on x and y, in the place of the last one.

        x: float64 (n, inputs), or (n,) of one input.  y: classes (n,); numbers (n, outputs), or
        (n,) of one output.  held_x, held_y: samples to look at only.
        options: those of DEFAULTS but samples and held_out, which are counted, and inputs, if they
        can be counted too.
        Returns how many parameters it has. Raises ValueError for options that are not allowed,
        shapes that do not fit them, and what needs more memory than WebAssembly has (4 GiB).
        """
        x, held_x = _rows(x), _rows(held_x)
        counted = {"inputs": x.shape[1], "samples": len(x), "held_out": len(held_x)}
        self.options = _complete({**counted, **options})
        if self.inputs != x.shape[1] or len(x) != self.options["samples"]:
            raise ValueError(f"x of shape {x.shape} was given with {options}; they do not agree")
        self._count = self._create()
        self._give("inputs", x, len(x) * self.inputs)
        self._give("targets", y, len(x) * self._target_size)
        self._give("held_inputs", held_x, len(held_x) * self.inputs)
        self._give("held_targets", held_y, len(held_x) * self._target_size)
        return self._count

    def _create(self) -> int:
        self._view("options", len(DEFAULTS))[:] = _numbers(self.options)
        count = self._call("create")
        if count < 0:
            raise ValueError(self._refusal(-1 - count))
        if count == 0:
            shown = ", ".join(f"{n}={self.options[n]}" for n in ("width", "depth", "inputs"))
            raise ValueError(
                f"{shown} were given with samples={self.options['samples']}; "
                "together they need more memory than WebAssembly has"
            )
        return int(count)

    def _refusal(self, number: int) -> str:
        """Why the option of that number is not allowed."""
        name = [*DEFAULTS][number]
        low, high = self._view("limits", 2 * len(DEFAULTS)).reshape(-1, 2)[number]
        allowed = f"from {low:.15g} to {high:.15g}{_ALSO.get(name, '')}"
        return f"{name}={self.options[name]!r} was given; {name} must be {allowed}"

    @property
    def inputs(self) -> int:
        """How many numbers a sample has."""
        return int(self.options["inputs"])

    @property
    def outputs(self) -> int:
        """How many numbers the network gives for a sample."""
        return int(self.options["outputs"])

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.options["loss"] != "squared error")

    @property
    def _target_size(self) -> int:
        return 1 if self.classifies else self.outputs

    def _give(self, name: str, values: npt.ArrayLike, size: int) -> None:
        given = np.asarray(values, dtype=np.float64)
        if given.size != size:
            raise ValueError(f"{name} of shape {given.shape} were given; {size} are needed")
        self._view(name, size)[:] = given.reshape(-1)

    def _call(self, name: str, *arguments: float) -> Any:
        return self._exports[name](self._store, *arguments)

    def _view(self, name: str, n: int, *arguments: int) -> np.ndarray:
        """The engine's own memory at `name`, float64 (n,); made anew as memory moves."""
        memory, start = self._exports["memory"], self._call(name, *arguments) % 2**32
        buffer = memory.get_buffer_ptr(self._store)
        return np.frombuffer(buffer, dtype=np.float64, count=n, offset=start)

    def advance(self, most: int = _LARGEST_INT) -> int:
        """Take at most `most` steps, but none beyond a check or an ending; returns how many."""
        return int(self._call("advance", validate.integer("most", most, 0, _LARGEST_INT)))

    @property
    def steps(self) -> int:
        """How many steps have been taken."""
        return int(self._call("steps"))

    @property
    def ended(self) -> int:
        """Why training ended, as the engine numbers it; 0 while it can go on."""
        return int(self._call("ending"))

    @property
    def loss(self) -> float:
        """The mean loss of the last step's batch, before that step; NaN before any."""
        return float(self._call("loss"))

    @property
    def checked_error(self) -> float:
        """What the last check found; NaN before any.

        Of numbers the mean squared error, screened or full as in Progress; of classes the share of
        wrong answers.
        """
        return float(self._call("checked_error"))

    def evaluate(self, held_out: bool = False) -> float:
        """The mean loss over all training samples, or the held-out ones, as the network is now.

        NaN if none are held out.
        """
        return float(self._call("evaluate", int(held_out)))

    def accuracy(self, held_out: bool = False) -> float:
        """The share of right answers, from 0 to 1, among the same; NaN for numbers."""
        self.evaluate(held_out)
        return float(self._call("accuracy"))

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
        """The network's outputs for points x (..., inputs): float64 (..., outputs)."""
        points = validate.finite("x", x)
        if points.ndim == 0 or points.shape[-1] != self.inputs:
            raise ValueError(
                f"x of shape {points.shape} was given; it must be (..., {self.inputs})"
            )
        rows = points.reshape(-1, self.inputs)
        parts = [self._predict(rows[i : i + GRID_POINTS]) for i in range(0, len(rows), GRID_POINTS)]
        found = np.concatenate(parts) if parts else np.empty(0)
        return found.reshape(*points.shape[:-1], self.outputs)

    def _predict(self, rows: np.ndarray) -> np.ndarray:
        self._view("grid", rows.size)[:] = rows.reshape(-1)
        self._call("predict", len(rows))
        return self._view("answers", len(rows) * self.outputs).copy()

    def activations(self, layer: int, x: npt.ArrayLike, units: int) -> np.ndarray:
        """The first `units` values of hidden layer `layer` for points x (n, inputs): (n, units).

        n <= TILE. The values are those that the next layer reads: of a CNN's last, the pooled ones.
        """
        rows = _rows(x)
        validate.integer("the number of points", len(rows), 1, TILE)
        self._predict(rows)
        stride = self._call("stride", layer)
        found = self._view("activations", len(rows) * stride, layer).reshape(len(rows), stride)
        return found[:, :units].copy()


def _rows(x: npt.ArrayLike) -> np.ndarray:
    """Points as float64 (n, inputs), also of one input when x is (n,)."""
    x = np.asarray(x, dtype=np.float64)
    return x[:, None] if x.ndim == 1 else x


def _complete(options: Mapping[str, Any]) -> dict[str, Any]:
    """All options: what is not given, or None, has its default."""
    for name in options:
        validate.one_of("option", name, DEFAULTS)
    given = {name: value for name, value in options.items() if value is not None}
    complete: dict[str, Any] = {**DEFAULTS, **given}
    if complete["network"] == "cnn":
        complete["inputs"] = int(complete["side"]) ** 2
    return complete


def _numbers(options: Mapping[str, Any]) -> list[float]:
    """The options as the engine takes them."""
    numbers: list[float] = []
    for name, value in options.items():
        if name in CHOICES:
            numbers.append(CHOICES[name].index(validate.one_of(name, value, CHOICES[name])))
        else:
            numbers.append(validate.real(name, value, -math.inf, math.inf))
    return numbers
