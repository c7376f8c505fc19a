"""What the library gives back can be compared, put into a set, and shown, whatever it holds."""

import importlib
import re
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
import torch

import fitlab
from test_layers import MODULES

RESULTS = {
    found
    for module in set(MODULES) - {"claims.__main__", "engine.build"}
    for found in vars(importlib.import_module(f"fitlab.{module}")).values()
    if isinstance(found, type) and is_dataclass(found) and found.__module__.startswith("fitlab.")
}
ARRAYS = {"ndarray": lambda: np.arange(3.0), "Tensor": lambda: torch.arange(3.0)}


def array_for(field):
    """What makes an array for a field that may hold one, or None."""
    words = re.findall(r"\w+", str(field.type))
    found = (make for name, make in ARRAYS.items() if name in words)
    return None if "Callable" in words else next(found, None)


WITH_ARRAYS = sorted(
    (c for c in RESULTS if any(map(array_for, fields(c)))), key=lambda c: c.__name__
)


def made(kind):
    """One of a kind, its arrays filled and all else None."""
    result = object.__new__(kind)
    for field in fields(kind):
        object.__setattr__(result, field.name, (array_for(field) or (lambda: None))())
    return result


def test_all_kinds_are_found():
    names = {kind.__name__ for kind in WITH_ARRAYS}
    assert names >= {"Pieces", "Fit", "Progress", "Split", "Bins", "Affinities", "Embedding"}


@pytest.mark.parametrize("kind", WITH_ARRAYS, ids=lambda kind: kind.__name__)
def test_what_holds_arrays_is_itself_and_nothing_else(kind):
    """Arrays compare one by one, which is no answer to whether two results are the same."""
    one, other = made(kind), made(kind)
    assert one == one
    assert one != other
    assert one in [other, one]
    assert len({one, other}) == 2


def test_two_lines_can_be_compared():
    model = fitlab.MLP(4, 1)
    line, again = (fitlab.linear_pieces(model, -1, 1) for _ in range(2))
    assert line == line
    assert line != again
