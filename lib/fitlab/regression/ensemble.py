"""Many networks of one shape, trained at once: one matrix product for all of them, not one each.

A product of small matrices costs little more than asking for it, so asking once for 64 networks is
several times faster than asking 64 times. These are torch's batched products and nothing else: the
page's engine, run through wasmtime, is not faster (`make bench` measures both), and nobody needs
wasmtime who reads the book or reruns it.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from fitlab import modes, random
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.mlp import MLP, Scales
from fitlab.regression.settings import Outcome, Settings
from fitlab.regression.targets import find_target
from fitlab.regression.training import SCREEN_EVERY, Watch, full_mse, predictions

SLICE = 50  # steps whose batches are drawn at a time


@dataclass(frozen=True)
class Row(Outcome):
    """A finished fit without its network, which `fit(**vars(row.settings))` trains again."""

    def __repr__(self) -> str:
        s = self.settings
        return f"Row(width={s.width}, depth={s.depth}, seed={s.seed}: {self.reason})"


class StackedLinear(torch.nn.Module):
    """The same layer of k networks: weight (k, outputs, inputs), bias (k, outputs)."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __init__(self, layers: Sequence[torch.nn.Module]) -> None:
        super().__init__()
        for name in ("weight", "bias"):
            stacked = torch.stack([getattr(layer, name).detach() for layer in layers])
            setattr(self, name, torch.nn.Parameter(stacked, requires_grad=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map x (k, n, inputs) to (k, n, outputs), each network its own part."""
        return torch.baddbmm(self.bias[:, None], x, self.weight.mT)


class Ensemble(torch.nn.Module):
    """k MLPs that differ in their seeds only: maps x (k, n, 1) to (k, n, 1), float64."""

    forward, hidden = MLP.forward, MLP.hidden  # they work on stacked layers just as well

    def __init__(self, models: Sequence[MLP]) -> None:
        super().__init__()
        self.members, self.activation = list(models), models[0].activation
        self.layers = torch.nn.ModuleList(
            map(StackedLinear, zip(*(model.layers for model in models), strict=True))
        )

    def dropout_scales(self, step: int | None, n: int) -> Scales:
        """As those of an MLP, but (k, n, width) for each hidden layer."""
        scales = zip(*(model.dropout_scales(step, n) for model in self.members), strict=True)
        return [None if layer[0] is None else torch.stack(layer) for layer in scales]

    def keep(self, kept: Sequence[int]) -> None:
        """Forget all networks but those at the indices `kept` (m,)."""
        self.members = [self.members[index] for index in kept]
        for parameter in self.parameters():
            parameter.data = parameter[kept]

    def member(self, index: int) -> MLP:
        """One of the networks as it is now, an MLP."""
        model = self.members[index]
        for own, stacked in zip(model.parameters(), self.parameters(), strict=True):
            own.data = stacked[index]
        return model


@modes.ours()
def train_together(settings: Iterable[Settings]) -> list[Row]:
    """Train networks whose settings differ in the seed only; returns their Rows, in that order.

    The numbers are those of `fit`, one by one, up to rounding. Who has ended leaves the others.
    """
    first, *_ = settings = list(settings)
    if any(other.all_but_seed != first.all_but_seed for other in settings):
        raise ValueError(f"{settings} were given; they may differ in nothing but the seed")
    x, y = (torch.from_numpy(v)[:, None] for v in find_target(first.target).samples(first.samples))
    step = TrainingStep(Ensemble([each.new_model() for each in settings]), first.lr)
    watches, rows, done = [Watch(each, y) for each in settings], {}, 0
    while watches:
        due = min(done + first.check_every, first.max_steps)
        losses = _advance(step, [watch.settings for watch in watches], done, due, x, y)
        done = due
        _check(watches, step.model, done, losses, x, y)
        for index, watch in enumerate(watches):
            if watch.ending:
                mse = full_mse(step.model.member(index), x, y)
                row = Row(watch.settings, watch.ending, done, mse, watch.checks)
                rows[watch.settings.seed] = row
        going = [index for index, watch in enumerate(watches) if not watch.ending]
        if 0 < len(going) < len(watches):
            step.keep(going)
        watches = [watches[index] for index in going]
    return [rows[each.seed] for each in settings]


def _advance(
    step: TrainingStep,
    settings: list[Settings],
    done: int,
    due: int,
    x: torch.Tensor,
    y: torch.Tensor,
) -> torch.Tensor:
    """Take the steps from `done` to `due`; returns each network's last loss, (k,)."""
    batch, samples = settings[0].batch, len(x)
    for start in range(done + 1, due + 1, SLICE):
        steps = np.arange(start, min(start + SLICE, due + 1))
        drawn = [random.batch_indices(each.seed, steps, batch, samples) for each in settings]
        for chosen in torch.from_numpy(np.stack(drawn, axis=1)):  # (k, batch)
            error = step.take(x[chosen], y[chosen])
    return error.square().mean(dim=(-2, -1))


def _check(
    watches: list[Watch],
    ensemble: Ensemble,
    step: int,
    losses: torch.Tensor,
    x: torch.Tensor,
    y: torch.Tensor,
) -> None:
    """Let every network's Watch take note, as `Training` does."""
    screened = slice(None, None, SCREEN_EVERY)
    predicted = predictions(ensemble, x[screened].expand(len(watches), -1, -1))

    def full(index: int) -> float:
        return full_mse(ensemble.member(index), x, y)

    for index, (watch, loss) in enumerate(zip(watches, losses.tolist(), strict=True)):
        error = predicted[index] - y[screened]
        watch.note(step, loss, predicted[index], error, functools.partial(full, index))
