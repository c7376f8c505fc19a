"""Which samples each step of a training sees: three ways of dealing them out, one generator."""

import functools
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch

from fitlab import random

Chosen = torch.Tensor | slice  # what picks a step's samples out of all


def steps_in_epoch(dealing: str, batch: int, samples: int) -> int:
    """How many steps go once over all samples; with replacement, as many as would."""
    return 1 if dealing == "all" else -(-samples // batch)


def _with_replacement(seed: int, steps: range, batch: int, samples: int) -> Iterable[torch.Tensor]:
    """Each sample of each step drawn anew among all: the book's recipe."""
    return torch.from_numpy(random.batch_indices(seed, np.array(steps), batch, samples))


def _in_epochs(seed: int, steps: range, batch: int, samples: int) -> Iterator[torch.Tensor]:
    """Once over all samples in an order of the epoch's own, then again; a rest is a batch, too."""
    each = steps_in_epoch("epochs", batch, samples)
    for step in steps:
        epoch, place = divmod(step - 1, each)
        yield epoch_order(seed, epoch + 1, samples)[place * batch : (place + 1) * batch]


@functools.lru_cache(maxsize=4)
def epoch_order(seed: int, epoch: int, samples: int) -> torch.Tensor:
    """The order in which epoch 1, 2, ... sees the samples: int64 (samples,)."""
    return torch.from_numpy(random.permutation(seed, random.BATCHES, samples, epoch))


def _all_at_once(seed: int, steps: range, batch: int, samples: int) -> Iterator[slice]:
    """Every step sees all samples, in their order."""
    return (slice(None) for _ in steps)


Deal = Callable[[int, range, int, int], Iterable[Chosen]]
DEALINGS: dict[str, Deal] = {
    "replacement": _with_replacement,
    "epochs": _in_epochs,
    "all": _all_at_once,
}
