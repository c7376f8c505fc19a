"""Family trees on a flat and on a hyperbolic plane."""

import numpy as np
import pytest
import torch

from fitlab.distances import trees


def test_steps_between_relatives():
    parents = np.array([-1, 0, 0, 1, 1, 2])
    steps = trees.steps_between(parents)
    assert (steps == steps.T).all()
    assert steps[0].tolist() == [0, 1, 1, 2, 2, 2]
    assert steps[3].tolist() == [2, 1, 3, 0, 2, 4]


def test_everybody_in_a_family_has_two_children_or_three_until_it_is_full():
    parents = trees.family(3)
    assert len(parents) == trees.MEMBERS
    counts = np.bincount(parents[1:])
    assert set(counts[:-1]) == {2, 3}


def test_the_drawing_keeps_generations_apart():
    parents = trees.family(1)
    radius = np.linalg.norm(trees.fan(parents), axis=1)
    np.testing.assert_allclose(radius, trees.steps_between(parents)[0], atol=1e-12)


def test_distances_are_those_of_the_two_planes():
    points = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]], dtype=torch.float64)
    assert trees.flat(points)[1, 2] == pytest.approx(5)
    bent = trees.hyperbolic(points)
    assert bent[0, 1] == pytest.approx(3)
    assert bent[1, 2] == pytest.approx(np.arccosh(np.cosh(3) * np.cosh(4)))  # Pythagoras there


def test_far_enough_a_small_tree_lies_in_the_hyperbolic_plane_and_not_in_the_flat_one():
    found = {plane: trees.tree_map(plane, 5) for plane in trees.PLANES}
    assert found["hyperbolic"].errors.mean() < 0.1 < found["flat"].errors.mean()
    assert repr(found["flat"]).startswith("TreeMap(flat: distances off by 2")


def test_the_disc_holds_all_and_its_lines_join_their_ends():
    points = trees.tree_map("hyperbolic", 5).points
    disc = trees.in_disc(points)
    assert np.linalg.norm(disc, axis=1).max() < 1
    line = trees.line_in_disc(points[0], points[7])
    np.testing.assert_allclose(line[[0, -1]], disc[[0, 7]], atol=1e-9)


def test_a_line_through_the_middle_is_straight():
    line = trees.line_in_disc(np.array([-1.0, 0.0]), np.array([2.0, 0.0]))
    np.testing.assert_allclose(line[:, 1], 0, atol=1e-12)


def test_a_plane_that_is_none_is_refused():
    with pytest.raises(ValueError, match="plane='round' was given"):
        trees.tree_map("round", 0)
