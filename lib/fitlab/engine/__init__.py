"""The engine that trains a network inside a page, run from Python.

`engine.c` and the files that it includes hold all of it: the same networks, random numbers,
batches, losses, optimizers and stop rule as `fitlab`, compiled to `engine.wasm` (`python -m
fitlab.engine.build`). Here it runs in wasmtime, which compiles WebAssembly outside a browser, so
that the tests can hold it to torch.
"""

import math
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from fitlab import validate
from fitlab.engine.machine import CHOICES, DEFAULTS, GRID_POINTS, WASM, Machine
from fitlab.networks.losses import LOSSES
from fitlab.regression.settings import Ending, Settings, SettingsKeywords, show_settings
from fitlab.regression.targets import Target, find_target

__all__ = [
    "ACTIVATIONS", "CHOICES", "DEFAULTS", "ENDINGS", "GRID_POINTS", "WASM", "Engine", "Machine"
]  # fmt: skip

ACTIVATIONS = CHOICES["activation"]
ENDINGS = [None, *Ending]  # as the engine numbers them


class Engine(Machine):
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
        super().__init__()
        self.start(target)

    def start(self, settings: Settings) -> None:
        """Start with these settings. It can be done again in the same instance, as a page does."""
        target, loss = find_target(settings.target), settings.recipe.loss
        x, y = target.samples(settings.samples)
        options: dict[str, Any] = {
            name: getattr(settings, name)
            for name in set(DEFAULTS) - {"samples"}  # they are counted
            if hasattr(settings, name)
        }
        outputs = LOSSES[loss].outputs or target.outputs
        held_out = target.held_out() or ((), ())
        self.create(x, y, *held_out, **{**options, "loss": loss, "outputs": outputs})
        self.settings = settings

    def train(self) -> Ending:
        """Train to the ending; returns it."""
        while self.ending is None:
            self.advance()
        return self.ending

    @property
    def ending(self) -> Ending | None:
        """Why training ended: an Ending; None while it can go on."""
        return ENDINGS[self.ended]

    def predict(self, x: npt.ArrayLike) -> np.ndarray:
        """The outputs for points (..., inputs): float64 (..., outputs).

        From one number to one number, x may have any shape, and the result has the same.
        """
        if self.inputs == self.outputs == 1:
            return super().predict(validate.finite("x", x)[..., None])[..., 0]
        return super().predict(x)

    def __repr__(self) -> str:
        s = self.settings
        state, name = self.ending or "training", "wrong" if self.classifies else "mse"
        found = self.checked_error
        error = f", {name}={found:.3g}" if not math.isnan(found) else ""
        return (
            f"Engine(width={s.width}, depth={s.depth}, {s.activation}, seed={s.seed}: "
            f"{state} at step {self.steps:,}{error})"
        )
