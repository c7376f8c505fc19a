"""A path is told by its steps, and goes where it went."""

import re

import numpy as np
import pytest

from fitlab import svg


def walked(path):
    """The points of a path of M, L, l, q, c and z, by walking it."""
    here, start, points = np.zeros(2), np.zeros(2), []
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        steps = np.array(rest.split(), dtype=float).reshape(-1, 2)
        size = {"M": 1, "L": 1, "l": 1, "q": 2, "c": 3, "z": 1}[letter]
        if letter == "z":
            here = start
            continue
        for at in range(0, len(steps), size):
            told = (0 if letter.isupper() else here) + steps[at : at + size]
            here = told[-1]
            points += list(told)
        if letter == "M":
            start = here
    return np.array(points)


def test_it_goes_where_it_went_however_long_it_is():
    there = np.random.default_rng(0).uniform(0, 400, (1_000, 2))
    path = "M " + " L ".join(f"{x:.6f} {y:.6f}" for x, y in there)
    told = svg.relative(path)
    np.testing.assert_allclose(walked(told), there, atol=0.0500001)
    assert len(told) < 0.6 * len(path)
    np.testing.assert_allclose(walked(svg.absolute(told)), there, atol=0.0500001)


def test_a_mark_is_drawn_finer():
    told = svg.relative("M 0 1.301 C 0.345 1.301 0.676 1.164 0.92 0.92 z ")
    assert told == "M0 1.3c0.34 0 0.68 -0.14 0.92 -0.38z"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("M 10 20 L 30 20 L 30 40 z ", "M10 20l20 0 0 20z"),
        ("M 10 20 L 30 20 z M 12 20 L 13 21 ", "M10 20l20 0zM12 20l1 1"),
        ("M 10 20 Q 30 20 30 40 L 0 40 ", "M10 20q20 0 20 20l-30 0"),
        ("", ""),
    ],
)
def test_kinds_of_steps(path, told):
    assert svg.relative(path) == told


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("M10 20l20 0 0 20z", "M10 20L30 20 30 40z"),
        ("M10 20l20 0zM12 20l1 1", "M10 20L30 20zM12 20L13 21"),
        ("M10 20l20 0zl1 1", "M10 20L30 20zL11 21"),
        ("M10 20q20 0 20 20 -30 0 -20 0l1 -1", "M10 20Q30 20 30 40 0 40 10 40L11 39"),
        ("", ""),
    ],
)
def test_steps_lead_to_places(told, path):
    assert svg.absolute(told) == path
