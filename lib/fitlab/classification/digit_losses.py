"""The same network for the digits, trained with one loss or with another."""

from typing import Any

import numpy as np
import torch
from scipy.special import softmax as softmax_of

from fitlab import modes
from fitlab.classification import calibration
from fitlab.classification.datasets import digits
from fitlab.classification.digit_networks import digit_training
from fitlab.networks.losses import LOSSES

RIVALS = ("cross-entropy", "squared error of softmax", "squared error of scores")
SCORES = RIVALS[2]
EPOCHS, LR = 15, 1e-2
# Plain SGD's step size for each loss: of 0.03, 0.1, 0.3, 1, 3 and 10 the fastest with which all of
# the seeds 0 to 9 arrived. One for all would be unfair: the gradients' sizes differ.
SGD = dict(zip(RIVALS, (0.3, 10.0, 1.0), strict=True))
GOAL, PATIENCE = 0.98, 150  # right on the training examples, and the epochs that SGD may take
SMALLEST = 1e-3  # what a score is raised to before it is taken as a probability
SCALES = (1, 2, 5, 10, 20, 50)  # factors on all scores that are tried on the training digits


def trained_with(loss, seed, **how):
    """The training of an MLP with one of LOSSES, EPOCHS long; how: other fields of DigitTask."""
    return digit_training(seed, loss=loss, epochs=EPOCHS, **how)


def loss_curve(loss, seed):
    """The loss of such a training in every epoch, in its own unit: float64 (EPOCHS,)."""
    return np.array([epoch.loss for epoch in trained_with(loss, seed).history])


def accuracy_with(loss, seed, lr=LR):
    """The accuracy on held-out digits of the same at step size `lr`."""
    split = digits(seed)
    return trained_with(loss, seed, lr=lr).model.accuracy(split.x_test, split.y_test)


def log_loss_of(model, split, read="softmax"):
    """The log-loss of a network on the held-out digits of a Split, in nats.

    read: how scores become probabilities, by "softmax", by softmax once they are "scaled" by that
    of SCALES with which the log-loss on the training digits is least (Guo and others 2017), or
    "clipped" to [SMALLEST, 1] and divided by their sum.
    """
    if read == "scaled":
        scores = model.scores(split.x)
        scale = min(SCALES, key=lambda k: calibration.log_loss(softmax(k * scores), split.y))
        return calibration.log_loss(softmax(scale * model.scores(split.x_test)), split.y_test)
    p = model.probabilities(split.x_test)
    if read == "clipped":
        p = np.clip(model.scores(split.x_test), SMALLEST, 1)
        p /= p.sum(axis=1, keepdims=True)
    return calibration.log_loss(p, split.y_test)


def softmax(scores):
    """Scores (n, classes) as probabilities."""
    return softmax_of(scores, axis=1)


def by_sgd(loss):
    """The fields of DigitTask for plain SGD until GOAL of the training examples are right."""
    rules: dict[str, Any] = {"until": GOAL, "epochs": PATIENCE, "optimizer": "sgd", "lr": SGD[loss]}
    return {"loss": loss, **rules}


@modes.ours()
def wrong_slope(loss, score):
    """The length of a loss's gradient by ten scores: a wrong class has `score`, the others 0."""
    scores = torch.zeros(1, 10, dtype=torch.float64, device="cpu")
    scores[0, 1] = score
    return float(LOSSES[loss].derivative(scores, torch.tensor([0], device="cpu")).norm())
