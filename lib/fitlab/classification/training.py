"""How classifiers are trained: passes over all examples, until they are right or time is up."""

import copy
import functools
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from fitlab import interrupts, modes, random, validate
from fitlab.networks.classifiers import Classifier
from fitlab.networks.losses import LOSSES

MAX_EPOCHS = 1_000_000

# fused: one call for all parameters, which is quicker and the same up to rounding
OPTIMIZERS: dict[str, Callable] = {
    "adam": functools.partial(torch.optim.Adam, fused=True),
    "sgd": torch.optim.SGD,
}


@dataclass(frozen=True)
class Epoch:
    """One pass over all examples: the mean loss on its batches, and the accuracy after it."""

    number: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class TrainedClassifier:
    """A finished training; `reason` says in words why it ended."""

    model: Classifier
    history: list[Epoch]
    converged: bool  # whether the accuracy on the training examples reached what was asked for
    reason: str
    seconds: float

    @property
    def epochs(self):
        """How many times all examples were seen."""
        return len(self.history)

    def __repr__(self):
        return f"TrainedClassifier({self.model!r}: {self.reason})"


@modes.ours(grad=True)
def train_classifier(
    model,
    x,
    y,
    *,
    loss="cross-entropy",
    optimizer="adam",
    lr=3e-3,
    batch=64,
    max_epochs=100,
    until=1.0,
    seed=0,
    on_epoch: Callable[[Epoch], None] | None = None,
) -> TrainedClassifier:
    """Train a copy of `model` on x (n, inputs) and labels y (n,); the model itself stays as it is.

    loss: a name from LOSSES.  optimizer: "adam" or "sgd".  lr: its step size.
    batch: examples in a step; every epoch goes once over all examples, in an order that `seed`
    decides.  until: the accuracy on x at which training ends, 0 to 1; None goes on to max_epochs.
    on_epoch: called after every epoch.
    A training that diverges or runs out of epochs returns with converged=False and a reason. One
    that is interrupted raises KeyboardInterrupt with the epoch it had reached, and leaves nothing.
    """
    x, y = _checked_examples(x, y, model, loss)
    until = until if until is None else validate.real("until", until, 0, 1)
    max_epochs = validate.integer("max_epochs", max_epochs, 1, MAX_EPOCHS)
    lr = validate.real("lr", lr, 0, np.inf, low_open=True)
    model = copy.deepcopy(model)
    epochs = _epochs(
        model,
        torch.from_numpy(x),
        torch.from_numpy(y),
        LOSSES[loss],
        OPTIMIZERS[validate.one_of("optimizer", optimizer, OPTIMIZERS)](model.parameters(), lr),
        validate.integer("batch", batch, 1),
        validate.integer("seed", seed, 0, random.MAX_SEED),
    )
    history, started = [], time.perf_counter()

    def reached():
        return f"training interrupted after epoch {len(history)}; no result was kept"

    with interrupts.told(reached):
        while len(history) < max_epochs and not _is_over(history, until):
            history.append(next(epochs))
            if on_epoch:
                on_epoch(history[-1])
    seconds = time.perf_counter() - started
    converged = until is not None and history[-1].accuracy >= until
    return TrainedClassifier(model, history, converged, _reason(history, until, lr), seconds)


def _checked_examples(x, y, model, loss):
    """The examples as arrays that the model and the loss can take, or ValueError."""
    validate.one_of("loss", loss, LOSSES)
    x, y = validate.finite("x", x), np.asarray(y)
    if x.ndim != 2 or y.shape != x.shape[:1] or len(y) == 0:
        raise ValueError(
            f"x of shape {x.shape} and y of shape {y.shape} were given; they must be (n, inputs) "
            "and (n,), n >= 1"
        )
    if not np.issubdtype(y.dtype, np.integer):
        raise ValueError(f"labels of type {y.dtype} were given; labels must be integers")
    try:
        outputs = model.scores(x[:1]).shape[1]
    except RuntimeError as error:
        raise ValueError(
            f"x of shape {x.shape} was given; {model!r} does not take {x.shape[1]} inputs"
        ) from error
    if loss == "squared error of the number":
        if outputs != 1:
            raise ValueError(f"{model!r} has {outputs} outputs; the loss {loss!r} takes one")
    elif y.min() < 0 or y.max() >= outputs:
        raise ValueError(
            f"labels from {y.min()} to {y.max()} were given; a network with {outputs} outputs "
            f"takes 0 to {outputs - 1}"
        )
    return x, y.astype(np.int64)


def passes(model, x, y, loss, optimizer, batch, seed):
    """Train `model` in place, for ever; yields the mean loss on the batches of every pass.

    x: float64 (n, inputs), y: (n,), tensors.  loss: outputs and their part of y to a number.
    Each pass goes once over all examples, in an order that `seed` decides.
    """
    for number in itertools.count(1):
        order = random.uniform(seed, random.BATCHES, len(x), number).argsort(kind="stable")
        total = 0.0
        for chosen in torch.from_numpy(order).split(batch):
            value = loss(model(x[chosen]), y[chosen])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.item() * len(chosen)
        yield total / len(x)


def _epochs(model, x, y, *settings):
    """The same as `passes`, but yields an Epoch."""
    for number, loss in enumerate(passes(model, x, y, *settings), start=1):
        yield Epoch(number, loss, model.accuracy(x.numpy(), y.numpy()))


def _is_over(history, until):
    if not history:
        return False
    last = history[-1]
    return not np.isfinite(last.loss) or (until is not None and last.accuracy >= until)


def _reason(history, until, lr):
    last = history[-1]
    if not np.isfinite(last.loss):
        return (
            f"diverged: the loss is not a number by epoch {last.number}; try a smaller learning "
            f"rate (lr) than {lr:g}"
        )
    said = f"{last.accuracy:.3f} of the training examples right after {last.number:,} epochs"
    if until is None:
        return said
    if last.accuracy >= until:
        return f"reached its goal: {said}"
    return f"did not reach {until:g}: {said}; try more epochs, a wider network or another lr"
