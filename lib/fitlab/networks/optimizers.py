"""How a step follows from a gradient: Adam, plain gradient descent, and the same with momentum.

Each adjusts one flat vector of parameters, float64, in place, as torch.optim's does.
"""

import math

import torch

from fitlab import validate

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # Kingma & Ba 2015, and torch's defaults
MOMENTUM = 0.9


class Optimizer:
    """Takes one step after another; weight_decay times p is part of the gradient g.

    lr: the step size.  memory: vectors as long as the parameters, which later steps depend on.
    """

    memories = 0

    def __init__(self, lr: float, *, weight_decay: float = 0.0, epsilon: float = EPSILON) -> None:
        self.lr = validate.real("lr", lr, 0, math.inf, low_open=True)
        self.weight_decay = validate.real("weight_decay", weight_decay, 0, math.inf)
        self.epsilon = validate.real("epsilon", epsilon, 0, math.inf)
        self.memory: list[torch.Tensor] = []

    def step(self, p: torch.Tensor, g: torch.Tensor) -> None:
        """Adjust the parameters p (n,) by their gradient g (n,), which may be changed too."""
        if not self.memory:
            self.memory = [torch.zeros_like(p) for _ in range(self.memories)]
        if self.weight_decay:
            g.add_(p, alpha=self.weight_decay)
        self._adjust(p, g)

    def _adjust(self, p: torch.Tensor, g: torch.Tensor) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr:g})"


class SGD(Optimizer):
    """p -= lr g: gradient descent, stochastic if the gradient is a batch's."""

    def _adjust(self, p: torch.Tensor, g: torch.Tensor) -> None:
        p.sub_(g, alpha=self.lr)


class Momentum(Optimizer):
    """m = 0.9 m + g; p -= lr m: torch's SGD with momentum=0.9 (Polyak 1964)."""

    memories = 1

    def _adjust(self, p: torch.Tensor, g: torch.Tensor) -> None:
        (m,) = self.memory
        p.sub_(m.mul_(MOMENTUM).add_(g), alpha=self.lr)


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015): p -= lr m / (sqrt(v) + epsilon), of running means of g and g².

    The bias corrections of m and v are running products: the page has no `pow`.
    """

    memories = 2
    _power1 = _power2 = 1.0

    def _adjust(self, p: torch.Tensor, g: torch.Tensor) -> None:
        mean, square = self.memory
        self._power1, self._power2 = self._power1 * BETA1, self._power2 * BETA2
        mean.lerp_(g, 1 - BETA1)
        square.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        root = square.sqrt().mul_(1 / math.sqrt(1 - self._power2)).add_(self.epsilon)
        p.addcdiv_(mean, root, value=-self.lr / (1 - self._power1))


OPTIMIZERS: dict[str, type[Optimizer]] = {"adam": Adam, "sgd": SGD, "momentum": Momentum}
