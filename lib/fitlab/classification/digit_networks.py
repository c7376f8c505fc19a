"""Networks trained on the digits, each once: pages and claims look at the same ones."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitlab import random, validate
from fitlab.classification import datasets
from fitlab.classification.datasets import Split, digits
from fitlab.classification.permutation import permuted, pixel_shuffle
from fitlab.classification.training import train_classifier
from fitlab.networks.cnn import CNN
from fitlab.networks.losses import NUMBER
from fitlab.networks.mlp import MLP

SIDE, CLASSES = 8, 10  # of the pictures
PILE_WIDTH, PILE_DEPTH = 32, 20  # of a pile of layers with ReLU, of which nobody took care
_mlp = functools.partial(MLP, inputs=SIDE**2, outputs=CLASSES)
NETWORKS: dict[str, Callable] = {
    "linear": functools.partial(_mlp, 64, 0),
    "linear stack": functools.partial(_mlp, 64, 4, "identity"),
    "MLP": functools.partial(_mlp, 64, 1),
    "wide MLP": functools.partial(_mlp, 256, 1),  # more than enough to keep 1,347 digits apart
    "CNN": functools.partial(CNN, SIDE, outputs=CLASSES),
    "pooled CNN": functools.partial(CNN, SIDE, outputs=CLASSES, pool=SIDE),
    "four layers": functools.partial(_mlp, 64, 4),
    "pile": functools.partial(_mlp, PILE_WIDTH, PILE_DEPTH),
    "pile with He's start": functools.partial(_mlp, PILE_WIDTH, PILE_DEPTH, start="he"),
}
# by then each has learnt nearly all that it will of the training pictures, if it learns at all
EPOCHS = {
    "linear": 30, "linear stack": 30, "MLP": 30, "wide MLP": 30, "CNN": 20, "pooled CNN": 15,
    "four layers": 15, "pile": 15, "pile with He's start": 15,
}  # fmt: skip
# how a network is trained until it knows all of its labels
BY_HEART: dict[str, Any] = {
    "network": "wide MLP", "epochs": 1_000, "until": 1.0, "batch": 256, "lr": 1e-2
}  # fmt: skip
LABELS = ("true", "renumbered", "shuffled")  # own, of class numbers dealt out anew, of any picture


@dataclass(frozen=True)
class DigitTask:
    """What a network learns of the digits, and how: the same task gives the same network.

    seed: of the split, of the weights and of the order of the examples.
    network: a name from NETWORKS.  loss: a name from LOSSES; the loss NUMBER gives one output.
    lr, optimizer: the step size, and a name from OPTIMIZERS.  batch: digits in a step.
    epochs: at most; None takes those of EPOCHS.  until: the share of the training digits right at
    which it ends before, or None.
    moved: how many pixels are shuffled, by `shuffle_seed`, alike in all pictures.
    labels: one of LABELS; by the seed, and "shuffled" only of the digits to train on.
    """

    seed: int
    network: str = "MLP"
    loss: str = "cross-entropy"
    lr: float = 3e-3
    optimizer: str = "adam"
    batch: int = 64
    epochs: int | None = None
    until: float | None = None
    moved: int = 0
    shuffle_seed: int = 0
    labels: str = "true"

    def __post_init__(self):
        validate.one_of("network", self.network, NETWORKS)
        validate.one_of("labels", self.labels, LABELS)
        epochs = self.epochs or EPOCHS[self.network]
        object.__setattr__(self, "epochs", epochs)  # the only way to fill a frozen dataclass

    def new_model(self):
        """The network, untrained."""
        outputs = 1 if self.loss == NUMBER else CLASSES
        return NETWORKS[self.network](outputs=outputs, seed=self.seed)

    def split(self) -> Split:
        """The digits of this seed, with pixels and labels as the task has them."""
        plain = _shuffled_digits(self.moved, self.seed, self.shuffle_seed)
        y, y_test = plain.y, plain.y_test
        if self.labels == "renumbered":
            numbers = class_numbers(self.seed)
            y, y_test = numbers[y], numbers[y_test]
        elif self.labels == "shuffled":
            y = y[random.permutation(self.seed, random.DIGITS, len(y), datasets.LABELS)]
        return Split(plain.x, y, plain.x_test, y_test)


def class_numbers(seed):
    """The numbers 0 to 9, dealt out to the ten classes anew: int64 (10,)."""
    return random.permutation(seed, random.DIGITS, CLASSES, datasets.CLASS_NUMBERS)


@functools.lru_cache(maxsize=512)
def _shuffled_digits(moved, seed, shuffle_seed):
    split, shuffle = digits(seed), pixel_shuffle(moved, shuffle_seed)
    x, x_test = permuted(split.x, shuffle), permuted(split.x_test, shuffle)
    return Split(x, split.y, x_test, split.y_test)


def digit_training(seed, network="MLP", **how):
    """A network trained on the digits: a TrainedClassifier, kept.

    network, how: the fields of DigitTask.
    """
    return _trained(DigitTask(seed, network, **how))


@functools.lru_cache(maxsize=512)
def _trained(task):
    split = task.split()
    names = ("loss", "lr", "optimizer", "batch", "until", "seed")
    rules = {name: getattr(task, name) for name in names}
    return train_classifier(task.new_model(), split.x, split.y, max_epochs=task.epochs, **rules)


def held_out_accuracy(seed, network="MLP", **how):
    """The share of the held-out digits that it gets right; arguments as for digit_training."""
    split = DigitTask(seed, network, **how).split()
    return digit_training(seed, network, **how).model.accuracy(split.x_test, split.y_test)


def training_accuracy(seed, network="MLP", **how):
    """The same of the digits that it was trained on."""
    split = DigitTask(seed, network, **how).split()
    return digit_training(seed, network, **how).model.accuracy(split.x, split.y)


def shifted_accuracy(seed, network="MLP", **how):
    """The share right of the held-out digits moved by a pixel, the mean over four directions."""
    split = DigitTask(seed, network, **how).split()
    model = digit_training(seed, network, **how).model
    moved = [shifted(split.x_test, *by) for by in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    return float(np.mean([model.accuracy(x, split.y_test) for x in moved]))


def shifted(x, down, right):
    """Pictures x (n, 64) moved by at most a pixel each way: what leaves is lost, paper comes in."""
    framed = np.pad(x.reshape(-1, SIDE, SIDE), ((0, 0), (1, 1), (1, 1)))
    rows, columns = slice(1 - down, 1 - down + SIDE), slice(1 - right, 1 - right + SIDE)
    return framed[:, rows, columns].reshape(-1, SIDE**2)


def held_out_probabilities(seed, network="MLP", **how):
    """What such a network claims of the digits held out: (n, 10), and their classes (n,)."""
    split = DigitTask(seed, network, **how).split()
    return digit_training(seed, network, **how).model.probabilities(split.x_test), split.y_test


def memorised_labels(shuffled, seed):
    """A wide MLP trained until it knows every training digit, or every shuffled label, by heart."""
    return digit_training(seed, labels="shuffled" if shuffled else "true", **BY_HEART)
