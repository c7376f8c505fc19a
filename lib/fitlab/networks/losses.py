"""What a classifier's training makes small: losses by name, from scores and labels to a number."""

from collections.abc import Callable

from torch.nn import functional

SMOOTHING = 0.1  # the share of a label that all classes get alike, as in Szegedy and others 2016


def one_hot(labels, classes):
    """Labels int64 (n,) as rows of zeros with a single one: float64 (n, classes)."""
    return functional.one_hot(labels, classes).double()


def _smoothed(labels, classes):
    return (1 - SMOOTHING) * one_hot(labels, classes) + SMOOTHING / classes


def _divergence_from_one_hot(scores, labels):
    """The mean of D(one-hot || softmax(scores)), by its own formula."""
    truth = functional.one_hot(labels, scores.shape[1]).to(scores.dtype)
    return functional.kl_div(functional.log_softmax(scores, 1), truth, reduction="batchmean")


# name -> loss(scores (n, outputs), labels (n,)), a number to make small; cross-entropy is in nats
LOSSES: dict[str, Callable] = {
    "cross-entropy": functional.cross_entropy,
    "KL divergence": _divergence_from_one_hot,
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
