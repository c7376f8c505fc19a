"""The book's networks as anybody would write them in torch, for the loops that the bench times."""

import itertools

import torch


def layered(sizes, activation, dtype):
    """A torch.nn.Sequential with layers of these sizes, the inputs first.

    activation: what makes the module that follows every hidden layer.
    """
    *pairs, (last, outputs) = itertools.pairwise(sizes)
    layers = [part for pair in pairs for part in (torch.nn.Linear(*pair), activation())]
    return torch.nn.Sequential(*layers, torch.nn.Linear(last, outputs)).to(dtype)


def rectified(width, depth, dtype):
    """From one number to one, with `depth` hidden layers of ReLU."""
    return layered([1, *[width] * depth, 1], torch.nn.ReLU, dtype)
