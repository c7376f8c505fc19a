"""How classifiers are trained: passes over all examples, until they are right or time is up."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from fitlab import interrupts, modes, validate
from fitlab.networks.dealing import steps_in_epoch
from fitlab.networks.losses import CLASS_LOSSES, CROSS_ENTROPY, LOSSES
from fitlab.networks.network import Network
from fitlab.networks.training import MAX_STEPS, Ending, Recipe, Samples, Training


@dataclass(frozen=True)
class Epoch:
    """One pass over all examples: the mean loss on its batches, and the accuracy after it."""

    number: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class TrainedClassifier:
    """A finished training; `reason` says in words why it ended."""

    model: Network
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


@modes.ours()
def train_classifier(
    model,
    x,
    y,
    *,
    loss=CROSS_ENTROPY,
    optimizer="adam",
    lr=3e-3,
    batch=64,
    max_epochs=100,
    until=1.0,
    seed=0,
    on_epoch: Callable[[Epoch], None] | None = None,
) -> TrainedClassifier:
    """Train a copy of `model` on x (n, inputs) and labels y (n,); the model itself stays as it is.

    A `Training` checked after every epoch: once over all examples, in an order that `seed` decides.
    loss, optimizer: names from LOSSES and OPTIMIZERS.  lr: the step size.  batch: examples in a
    step.  until: the accuracy on x at which training ends, 0 to 1; None goes on to max_epochs.
    on_epoch: called after every epoch.
    A training that diverges, dies or runs out of epochs returns with converged=False and a reason.
    One that is interrupted raises KeyboardInterrupt with its epoch, and leaves nothing.
    """
    samples = _checked_examples(x, y, model, loss)
    each = steps_in_epoch("epochs", validate.integer("batch", batch, 1), len(samples))
    recipe = Recipe(
        loss, optimizer, lr, dealing="epochs", batch=batch, seed=seed, check_every=each,
        tolerance=tolerance_for(until, len(samples)),
        max_steps=each * validate.integer("max_epochs", max_epochs, 1, MAX_STEPS // each),
    )  # fmt: skip
    training = Training(copy.deepcopy(model), samples, recipe)
    history = _epochs(training, on_epoch)
    converged, reason = training.ending is Ending.CONVERGED, _reason(training, history, until)
    return TrainedClassifier(training.model, history, converged, reason, training.seconds)


def _epochs(training, on_epoch):
    """Train to the ending, and tell of every epoch: [Epoch]."""
    history: list[Epoch] = []

    def reached():
        return f"training interrupted after epoch {len(history)}; no result was kept"

    with interrupts.told(reached):
        for _ in training.checks_to_the_ending():
            history.append(_epoch(training, len(history) + 1))
            if on_epoch:
                on_epoch(history[-1])
    return history


def _checked_examples(x, y, model, loss):
    """The examples as Samples that the model and the loss can take, or ValueError."""
    validate.one_of("loss", loss, CLASS_LOSSES)
    x, y = validate.finite("x", x), np.asarray(y)
    if x.ndim != 2 or y.shape != x.shape[:1] or len(y) == 0:
        raise ValueError(
            f"x of shape {x.shape} and y of shape {y.shape} were given; they must be (n, inputs) "
            "and (n,), n >= 1"
        )
    if not np.issubdtype(y.dtype, np.integer):
        raise ValueError(f"labels of type {y.dtype} were given; labels must be integers")
    if x.shape[1] != model.inputs:
        raise ValueError(
            f"x of shape {x.shape} was given; {model!r} does not take {x.shape[1]} inputs"
        )
    taken = LOSSES[loss].outputs
    if taken is not None and model.outputs != taken:
        raise ValueError(f"{model!r} has {model.outputs} outputs; the loss {loss!r} takes one")
    if taken is None and (y.min() < 0 or y.max() >= model.outputs):
        raise ValueError(
            f"labels from {y.min()} to {y.max()} were given; a network with {model.outputs} "
            f"outputs takes 0 to {model.outputs - 1}"
        )
    return Samples(torch.from_numpy(x), torch.from_numpy(y.astype(np.int64)))


def tolerance_for(until, n):
    """What the share of wrong answers among n is below exactly if that of right ones is `until`.

    until: from 0 to 1, or None: nothing is enough.
    """
    if until is None:
        return 0.0  # nothing is below it
    right = math.ceil(validate.real("until", until, 0, 1) * n)
    if (right - 1) / n >= until:  # until * n was rounded up
        right -= 1
    return (n - right + 0.5) / n


def _epoch(training, number):
    """What the last check found, as an Epoch."""
    n, batch, each = len(training.samples), training.recipe.batch, training.recipe.check_every
    sizes = [batch] * (each - 1) + [n - batch * (each - 1)]
    loss = float(np.dot(training.losses[-each:], sizes)) / n
    wrong = training.checks[-1][1]
    return Epoch(number, loss, (n - round(wrong * n)) / n if math.isfinite(wrong) else 0.0)


def _reason(training, history, until):
    last = history[-1]
    if training.ending is Ending.DIVERGED:
        return (
            f"diverged: the loss is not a number by epoch {last.number}; try a smaller learning "
            f"rate (lr) than {training.recipe.lr:g}"
        )
    said = f"{last.accuracy:.3f} of the training examples right after {last.number:,} epochs"
    if training.ending is Ending.DEAD:
        return (
            f"dead: all examples get the same scores, {said}; try another seed, a wider network "
            "or a smaller learning rate (lr)"
        )
    if until is None:
        return said
    if training.ending is Ending.CONVERGED:
        return f"reached its goal: {said}"
    return f"did not reach {until:g}: {said}; try more epochs, a wider network or another lr"
