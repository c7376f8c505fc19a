"""What the engine is held to: the same networks in torch, with autograd and torch.optim."""

import math

import numpy as np
import torch
from torch.nn import functional

from fitlab import random

ACTIVATE = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda z: z}
OPTIMIZERS = {
    "adam": lambda p, o: torch.optim.Adam(
        p, lr=o["lr"], eps=o["epsilon"], weight_decay=o["weight_decay"]
    ),
    "sgd": lambda p, o: torch.optim.SGD(p, lr=o["lr"], weight_decay=o["weight_decay"]),
    "momentum": lambda p, o: torch.optim.SGD(
        p, lr=o["lr"], momentum=0.9, weight_decay=o["weight_decay"]
    ),
}


def _one_hot(z, y):
    return functional.one_hot(y.long(), z.shape[1]).double()


LOSSES = {
    "squared error": lambda z, y: functional.mse_loss(z, y.view_as(z)),
    "cross-entropy": lambda z, y: functional.cross_entropy(z, y.long()),
    "squared error of softmax": lambda z, y: functional.mse_loss(z.softmax(1), _one_hot(z, y)),
    "squared error of scores": lambda z, y: functional.mse_loss(z, _one_hot(z, y)),
    "squared error of the number": lambda z, y: functional.mse_loss(z[:, 0], y),
}


def shapes(options):
    """The shapes of all parameters, layer by layer: the weight, the bias."""
    if options["network"] == "cnn":
        first, second = options["channels1"], options["channels2"]
        last = (options["outputs"], second * (options["side"] // 2) ** 2)
        weights = [(first, 1, 3, 3), (second, first, 3, 3), last]
    else:
        hidden = [options["width"]] * options["depth"]
        ins, outs = [options["inputs"], *hidden], [*hidden, options["outputs"]]
        weights = list(zip(outs, ins, strict=True))
    return [shape for weight in weights for shape in (weight, weight[:1])]


def first_parameters(options):
    """What a network starts with, from the book's random numbers."""
    parts, seed = [], options["seed"]
    for index, weight in enumerate(shapes(options)[::2]):
        inputs, places = math.prod(weight[1:]), math.prod(weight[2:])
        bound = {
            "torch": 1 / math.sqrt(inputs),
            "glorot": math.sqrt(6 / (inputs + weight[0] * places)),
            "he": math.sqrt(6 / inputs),
        }[options["start"]] * options["start_factor"]
        size = math.prod(weight)
        drawn = (2 * random.uniform(seed, random.WEIGHTS, size + weight[0], index) - 1) * bound
        if options["start"] != "torch":
            drawn[size:] = 0
        parts.append(drawn)
    return np.concatenate(parts)


def batches(options, steps):
    """The samples of each step, from the book's random numbers."""
    n, batch, seed = options["samples"], options["batch"], options["seed"]
    if options["dealing"] == "all":
        return [np.arange(n)] * steps
    if options["dealing"] == "replacement":
        return random.batch_indices(seed, np.arange(1, steps + 1), batch, n)
    found, epoch = [], 0
    while len(found) < steps:
        epoch += 1
        order = random.uniform(seed, random.BATCHES, n, epoch).argsort(kind="stable")
        found += [order[i : i + batch] for i in range(0, n, batch)]
    return found[:steps]


def samples(options, n, seed=0):
    """Random points (n, inputs) and targets that fit the options."""
    generator = np.random.default_rng(seed)
    picture = options["network"] == "cnn"
    x = generator.normal(size=(n, options["side"] ** 2 if picture else options["inputs"]))
    if options["loss"] == "squared error":
        return x, generator.normal(size=(n, options["outputs"]))
    return x, generator.integers(max(2, options["outputs"]), size=n).astype(float)


class Oracle:
    """A network with these options of the engine, from a vector of parameters."""

    def __init__(self, options, vector):
        self.options, self.parameters = options, []
        for shape in shapes(options):
            part, vector = np.split(vector, [math.prod(shape)])
            self.parameters.append(torch.tensor(part).view(shape).requires_grad_())
        self.optimizer = OPTIMIZERS[options["optimizer"]](self.parameters, options)

    def __call__(self, x, step=None):
        """Outputs for x (n, inputs); step: with its dropout."""
        *hidden, last = zip(self.parameters[::2], self.parameters[1::2], strict=True)
        return functional.linear(self.hidden(torch.from_numpy(x), hidden, step)[-1], *last)

    def hidden(self, h, layers, step):
        """The values of h and of every hidden layer."""
        options, values = self.options, [h]
        if options["network"] == "cnn":
            side = options["side"]
            for weight, bias in layers:
                picture = values[-1].reshape(len(h), weight.shape[1], side, side)
                found = functional.conv2d(picture, weight, bias, padding=1).relu()
                values.append(found.flatten(1))
            values[-1] = functional.max_pool2d(found, 2).flatten(1)
            return values
        for index, layer in enumerate(layers):
            z = functional.linear(values[-1], *layer)
            if step is not None and options["dropout"]:
                z = z * self.scales(step, len(h))[index]
            values.append(ACTIVATE[options["activation"]](z))
        return values

    def scales(self, step, n):
        o = self.options
        keep = random.dropout_keep(o["seed"], step, o["depth"], n, o["width"], o["dropout"])
        return torch.from_numpy(keep / (1 - o["dropout"]))

    def loss(self, x, y, step=None):
        """The mean loss of samples, a tensor."""
        return LOSSES[self.options["loss"]](self(x, step), torch.from_numpy(y))

    def step(self, x, y, step):
        """Take one; returns the loss before it."""
        loss = self.loss(x, y, step)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @property
    def vector(self):
        return torch.nn.utils.parameters_to_vector(self.parameters).detach().numpy()
