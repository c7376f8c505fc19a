"""Many networks of one shape, trained at once: one matrix product for all of them, not one each.

A product of small matrices costs little more than asking for it, so asking once for 64 networks is
several times faster than asking 64 times. These are torch's batched products and nothing else: the
page's engine, run through wasmtime, is not faster (`make bench` measures both), and nobody needs
wasmtime who reads the book or reruns it.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from fitlab import modes
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.dealing import DEALINGS
from fitlab.networks.losses import LOSSES
from fitlab.networks.mlp import MLP, Scales
from fitlab.networks.network import evaluated
from fitlab.networks.training import Watch
from fitlab.regression.settings import Outcome, Settings
from fitlab.regression.training import samples_of

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
    """k MLPs that differ in their seeds only: x (k, n, inputs) to (k, n, outputs), float64."""

    forward = MLP.forward  # it works on stacked layers just as well

    def __init__(self, models: Sequence[MLP]) -> None:
        super().__init__()
        self.members, self.activations = list(models), models[0].activations
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
    together = _Together(settings)
    rows: dict[int, Row] = {}
    while together.going:
        together.advance()
        rows |= {row.settings.seed: row for row in together.leave()}
    return [rows[each.seed] for each in settings]


class _Together:
    """Several trainings under way, each with its Watch, as `Training` has one."""

    def __init__(self, settings: Sequence[Settings]) -> None:
        first = settings[0]
        self.going = list(settings)
        self._recipe, self._samples = first.recipe, samples_of(first)[0]
        ensemble, loss = Ensemble([each.new_model() for each in settings]), first.recipe.loss
        self._step = TrainingStep(ensemble, first.recipe.new_optimizer(), LOSSES[loss])
        self._rows = LOSSES[loss].rows(self._samples.y, ensemble.members[0].outputs)
        self._watches = [Watch(each.recipe, self._samples, each.depth) for each in settings]

    def advance(self) -> None:
        """Take the steps to the next check, and let every network's Watch take note."""
        done, every = self._step.steps, self._recipe.check_every
        due = min(done + every, self._recipe.max_steps)
        for start in range(done + 1, due + 1, SLICE):
            for chosen in self._dealt(range(start, min(start + SLICE, due + 1))):
                losses = self._step.take(self._samples.x[chosen], self._rows[chosen])
        screened = self._samples.screened
        outputs = evaluated(self._step.model, screened.x.expand(len(self.going), -1, -1))
        for index, (watch, loss) in enumerate(zip(self._watches, losses.tolist(), strict=True)):
            own, full = outputs[index], functools.partial(self._error, index)
            watch.note(due, loss, own, screened.error(own), full)

    def _dealt(self, steps: range) -> Iterable[torch.Tensor]:
        """For each step the samples of each network: int64 (k, batch)."""
        recipe, n = self._recipe, len(self._samples)
        if recipe.dealing == "all":
            return [torch.arange(n, device="cpu").expand(len(self.going), -1)] * len(steps)
        deal = DEALINGS[recipe.dealing]
        dealt: list[Any] = [deal(each.seed, steps, recipe.batch, n) for each in self.going]
        if isinstance(dealt[0], torch.Tensor):
            return torch.stack(dealt, dim=1)
        return map(torch.stack, zip(*dealt, strict=True))

    def _error(self, index: int) -> float:
        return self._samples.error_of(self._step.model.member(index))

    def leave(self) -> list[Row]:
        """The Rows of those that have ended, which are no longer trained."""
        rows, kept = [], []
        for index, (each, watch) in enumerate(zip(self.going, self._watches, strict=True)):
            if watch.ending:
                error = self._error(index)
                rows.append(Row(each, watch.ending, self._step.steps, error, watch.checks))
            else:
                kept.append(index)
        if 0 < len(kept) < len(self.going):
            self._step.keep(kept)
        self.going = [self.going[index] for index in kept]
        self._watches = [self._watches[index] for index in kept]
        return rows
