"""The book's networks as anybody would write them in torch, for the loops that the bench times."""

import itertools

import torch


def rectified(width, depth, dtype):
    """A torch.nn.Sequential from one number to one, with `depth` hidden layers of ReLU."""
    sizes = [1, *[width] * depth]
    layers = [
        part
        for inputs, outputs in itertools.pairwise(sizes)
        for part in (torch.nn.Linear(inputs, outputs), torch.nn.ReLU())
    ]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 1)).to(dtype)
