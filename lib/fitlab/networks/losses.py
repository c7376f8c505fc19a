"""What training makes small: losses by name, each with its derivative by the outputs, written out.

Outputs are (n, k), or (m, n, k) for m networks at once; a loss is the mean over the n samples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional

SMOOTHING = 0.1  # the share of a label that all classes get alike, as in Szegedy and others 2016

Both = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


@dataclass(frozen=True)
class Loss:
    """A loss of outputs (n, k) and what was to be answered, y.

    rows: y, and k, to the rows (n, k) that the outputs are compared with. A training makes them
    once, and not at every step.
    both: outputs and rows to the loss, a tensor () or (m,), and its derivative by the outputs.
    of_classes: whether y are classes, int64 (n,); else they are numbers, float64 (n,) or (n, k).
    outputs: how many of them the loss takes; None: as many as there are classes or numbers.
    """

    name: str
    rows: Callable[[torch.Tensor, int], torch.Tensor]
    both: Both
    of_classes: bool = True
    outputs: int | None = None

    def __call__(self, outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """The loss of outputs (n, k) and y."""
        return self.both(outputs, self.rows(y, outputs.shape[-1]))[0]

    def derivative(self, outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Its derivative by the outputs, (n, k)."""
        return self.both(outputs, self.rows(y, outputs.shape[-1]))[1]

    def __repr__(self) -> str:
        return f"Loss({self.name!r})"


# ---------------------------------------------------------------------------- rows


def numbers(y: torch.Tensor, outputs: int) -> torch.Tensor:
    """Numbers (n,) or (n, outputs) as rows: float64 (n, outputs)."""
    return y.reshape(len(y), -1).double()


def one_hot(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Labels int64 (n,) as rows of zeros with a single one: float64 (n, classes)."""
    return functional.one_hot(labels, classes).double()


def smoothed(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """The same, with SMOOTHING of each row dealt out to all classes alike."""
    return (1 - SMOOTHING) * one_hot(labels, classes) + SMOOTHING / classes


# ---------------------------------------------------------------------------- losses


def _squares(outputs: torch.Tensor, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    error = outputs - rows
    n, k = error.shape[-2:]
    return error.square().mean(dim=(-2, -1)), error * (2 / (n * k))


def _squares_of_softmax(
    outputs: torch.Tensor, rows: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    p = functional.softmax(outputs, dim=-1)
    value, by_p = _squares(p, rows)
    return value, p * (by_p - (p * by_p).sum(dim=-1, keepdim=True))  # diag(p) - p p^T, times by_p


def _cross_entropy(outputs: torch.Tensor, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """-sum P log Q, in nats; its derivative is Q - P, as every row of P adds up to 1."""
    log_q = functional.log_softmax(outputs, dim=-1)
    value = -(rows * log_q).sum(dim=-1).mean(dim=-1)
    return value, (log_q.exp() - rows) * (1 / outputs.shape[-2])


def _divergence(outputs: torch.Tensor, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """D(P || Q) = sum P (log P - log Q): H(P) less, which the outputs do not change."""
    value, slope = _cross_entropy(outputs, rows)
    return value + torch.xlogy(rows, rows).sum(dim=-1).mean(dim=-1), slope


SQUARED, CROSS_ENTROPY, NUMBER = (
    "squared error",
    "cross-entropy",
    "squared error of the number",
)

LOSSES = {
    loss.name: loss
    for loss in (
        Loss(SQUARED, numbers, _squares, of_classes=False),
        Loss(CROSS_ENTROPY, one_hot, _cross_entropy),
        Loss("KL divergence", one_hot, _divergence),
        Loss("cross-entropy of smoothed labels", smoothed, _cross_entropy),
        Loss("KL divergence of smoothed labels", smoothed, _divergence),
        Loss("squared error of softmax", one_hot, _squares_of_softmax),
        Loss("squared error of scores", one_hot, _squares),
        Loss(NUMBER, numbers, _squares, outputs=1),
    )
}
CLASS_LOSSES = {name: loss for name, loss in LOSSES.items() if loss.of_classes}
