"""Classifiers: networks from a row of numbers to a score for each class, and how they are trained.

The networks are plain torch modules, float64. A score becomes a probability by softmax.
"""

import copy
import functools
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fitlab import random, validate
from fitlab.mlp import draw_parameters

MAX_EPOCHS = 1_000_000
CHUNK = 64  # rows evaluated at a time: what a convolution makes of them stays in the cache
SMOOTHING = 0.1  # the share of a label that all classes get alike, as in Szegedy and others 2016
LARGEST = 2**53  # a prediction; beyond it float64 does not hold every integer


# ---------------------------------------------------------------------------- the networks


class Classifier(nn.Sequential):
    """Layers one after the other, from x (n, inputs) to scores (n, outputs), both float64.

    name: what it is called.  The parameters start as torch's do, drawn by `seed` from the book's
    own generator.  A network with one output answers with a number instead of scores.
    """

    def __init__(self, name, *layers, seed=0):
        super().__init__(*layers)
        self.name, self.seed = name, validate.integer("seed", seed, 0, random.MAX_SEED)
        draw_parameters([layer for layer in self if hasattr(layer, "weight")], self.seed)

    @torch.no_grad()
    def scores(self, x):
        """The scores of a NumPy array x (n, inputs), as float64 (n, outputs)."""
        parts = torch.from_numpy(validate.finite("x", x)).split(CHUNK)
        return torch.cat([self(part) for part in parts]).numpy()

    def probabilities(self, x):
        """softmax of the scores: float64 (n, classes), each row adding up to 1."""
        return functional.softmax(torch.from_numpy(self.scores(x)), dim=1).numpy()

    def predict(self, x):
        """The class with the highest score, int64 (n,); of a single number, the nearest integer."""
        scores = self.scores(x)
        if scores.shape[1] == 1:
            numbers = np.nan_to_num(scores[:, 0], nan=-LARGEST)  # after a divergence: no class
            return np.rint(numbers.clip(-LARGEST, LARGEST)).astype(np.int64)
        return scores.argmax(axis=1)

    def accuracy(self, x, y):
        """The share of the rows of x whose predicted class is y, from 0 to 1."""
        return float(np.mean(self.predict(x) == y))

    @property
    def parameter_count(self):
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())

    def __repr__(self):
        return f"Classifier({self.name}, seed={self.seed}: {self.parameter_count:,} parameters)"


_Linear = functools.partial(nn.utils.skip_init, nn.Linear, dtype=torch.float64)
_Conv2d = functools.partial(nn.utils.skip_init, nn.Conv2d, dtype=torch.float64)


def linear(inputs=64, outputs=10, *, seed=0):
    """One affine map: scores = W x + b. Trained with cross-entropy, it is logistic regression."""
    return linear_stack(inputs, outputs, depth=0, seed=seed)


def linear_stack(inputs=64, outputs=10, *, width=64, depth=4, seed=0):
    """`depth` + 1 affine maps in a row with nothing between them: still one affine map."""
    name = "linear" if depth == 0 else f"{depth + 1} linear layers"
    return Classifier(name, *_affine_maps(inputs, outputs, width, depth), seed=seed)


def mlp(inputs=64, outputs=10, *, width=64, depth=1, seed=0):
    """`depth` hidden layers of `width` units, each an affine map and a ReLU; then an affine map."""
    layers = []
    for affine in _affine_maps(inputs, outputs, width, validate.integer("depth", depth, 1)):
        layers += [affine, nn.ReLU()]
    return Classifier("MLP", *layers[:-1], seed=seed)


def cnn(side=8, outputs=10, *, channels=(8, 16), seed=0):
    """Two convolutions of 3 x 3 with ReLU, the largest of every 2 x 2 places, an affine map.

    side: of the square grey picture that a row of x holds, line by line; even.
    channels: how many features each convolution computes at every place.
    """
    side = validate.integer("side", side, 2)
    first, second = (validate.integer("channels", n, 1) for n in channels)
    if side % 2:
        raise ValueError(f"side={side} was given; side must be even, as 2 x 2 places become one")
    return Classifier(
        "CNN",
        nn.Unflatten(1, (1, side, side)),
        _Conv2d(1, first, 3, padding=1),
        nn.ReLU(),
        _Conv2d(first, second, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        _Linear(second * (side // 2) ** 2, validate.integer("outputs", outputs, 1)),
        seed=seed,
    )


def _affine_maps(inputs, outputs, width, depth):
    hidden = [validate.integer("width", width, 1)] * validate.integer("depth", depth, 0)
    ends = validate.integer("inputs", inputs, 1), validate.integer("outputs", outputs, 1)
    sizes = [ends[0], *hidden, ends[1]]
    return [_Linear(a, b) for a, b in itertools.pairwise(sizes)]


@torch.no_grad()
def collapse(stack):
    """The one affine map that a stack of linear layers is, multiplied out and not fitted.

    W_k (... (W_1 x + b_1) ...) + b_k = W x + b.  Returns W (outputs, inputs) and b (outputs,).
    """
    if not all(isinstance(layer, nn.Linear) for layer in stack):
        raise ValueError(f"{stack!r} was given; only a stack of linear layers is one affine map")
    first, *others = stack
    weight, bias = first.weight.clone(), first.bias.clone()
    for layer in others:
        weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
    return weight.numpy(), bias.numpy()


# ---------------------------------------------------------------------------- losses


def one_hot(labels, classes):
    """Labels int64 (n,) as rows of zeros with a single one: float64 (n, classes)."""
    return functional.one_hot(labels, classes).double()


def _smoothed(labels, classes):
    return (1 - SMOOTHING) * one_hot(labels, classes) + SMOOTHING / classes


# name -> loss(scores (n, outputs), labels (n,)), a number to make small; cross-entropy is in nats
LOSSES: dict[str, Callable] = {
    "cross-entropy": functional.cross_entropy,
    "cross-entropy of smoothed labels": lambda scores, labels: functional.cross_entropy(
        scores, _smoothed(labels, scores.shape[1])
    ),
    "KL divergence of smoothed labels": lambda scores, labels: functional.kl_div(
        functional.log_softmax(scores, dim=1),
        _smoothed(labels, scores.shape[1]),
        reduction="batchmean",
    ),
    "squared error of softmax": lambda scores, labels: functional.mse_loss(
        functional.softmax(scores, dim=1), one_hot(labels, scores.shape[1])
    ),
    "squared error of scores": lambda scores, labels: functional.mse_loss(
        scores, one_hot(labels, scores.shape[1])
    ),
    "squared error of the number": lambda scores, labels: functional.mse_loss(
        scores[:, 0], labels.double()
    ),
}
# fused: one call for all parameters, which is quicker and the same up to rounding
OPTIMIZERS: dict[str, Callable] = {
    "adam": functools.partial(torch.optim.Adam, fused=True),
    "sgd": torch.optim.SGD,
}


# ---------------------------------------------------------------------------- training


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
    try:
        while len(history) < max_epochs and not _is_over(history, until):
            history.append(next(epochs))
            if on_epoch:
                on_epoch(history[-1])
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"training interrupted after epoch {len(history)}; no result was kept"
        ) from None
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
