"""The points of the plane are those of their puzzles, dealt out fairly, here and in the page."""

import json

import numpy as np
import pytest
from scipy import stats

from fitlab.classification import plane

NAMES = list(plane.PUZZLES)
SEED = 2**32 - 1
MANY = 4_000


def all_points(name, **how):
    """Those to train on and those held out, together."""
    found = plane.puzzle(name, SEED, n=MANY, **how)
    return np.vstack([found.x, found.x_test]), np.concatenate([found.y, found.y_test])


# ---------------------------------------------------------------------------- the puzzles


def test_a_circle_is_a_disc_in_a_ring():
    x, y = all_points("circle")
    radius = np.hypot(*x.T)
    assert radius[y == 1].max() < 2.5
    assert radius[y == 0].min() > 3.5
    assert radius.max() < 5
    assert (y == 1).mean() == 0.5


def test_the_class_of_xor_is_whether_the_signs_are_alike():
    x, y = all_points("XOR")
    assert ((x[:, 0] > 0) == (x[:, 1] > 0)).tolist() == (y == 1).tolist()
    assert abs(x).min() > 0.3
    assert abs(x).max() < 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.5, 4)])
def test_gauss_has_two_normal_clouds(noise, variance):
    x, y = all_points("gauss", noise=noise)
    for label, middle in ((0, -2), (1, 2)):
        for coordinate in x[y == label].T:
            standard = (coordinate - middle) / np.sqrt(variance)
            assert stats.kstest(standard, "norm").pvalue > 1e-3


@pytest.mark.parametrize("name", ["spiral", "two spirals"])
def test_the_arms_of_a_spiral_lie_opposite_each_other(name):
    x, y = all_points(name)
    radius = np.hypot(*x.T)
    turns = {"spiral": 1.75, "two spirals": 1.5}[name]
    clockwise = np.arctan2(x[:, 0], x[:, 1])  # from the top
    off = clockwise - 2 * np.pi * turns * radius / 5 - np.pi * (1 - y)
    off = (off + np.pi) % (2 * np.pi) - np.pi
    assert np.median(abs(off)) < 0.15  # some are moved off their arm
    assert radius.max() < 5.5


@pytest.mark.parametrize("name", NAMES)
def test_noise_mixes_the_classes_or_moves_the_points(name):
    clean, noisy = all_points(name), all_points(name, noise=0.5)
    assert not all(np.array_equal(a, b) for a, b in zip(clean, noisy, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_the_same_points_and_another_seed_others(name):
    first, again, other = (plane.puzzle(name, seed, n=40) for seed in (3, 3, 4))
    assert np.array_equal(first.x, again.x)
    assert not np.array_equal(first.x, other.x)


# ---------------------------------------------------------------------------- dealt out


def test_all_points_are_dealt_out_and_none_twice():
    x = np.arange(20.0).reshape(10, 2)
    found = plane.dealt(x, np.arange(10) % 2, 5, 0.3, 0.0)
    assert (len(found.x), len(found.x_test)) == (7, 3)
    assert sorted(map(tuple, np.vstack([found.x, found.x_test]))) == list(map(tuple, x))
    both = np.vstack([found.x, found.x_test])[:, 0], np.concatenate([found.y, found.y_test])
    assert (both[0] / 2 % 2 == both[1]).all()  # every point has kept its label


def test_false_labels_are_as_many_as_asked_for_and_none_is_held_out():
    true = plane.puzzle("gauss", 1, n=500)
    false = plane.puzzle("gauss", 1, n=500, false_labels=0.2)
    assert false.false.sum() == 50
    assert ((true.y != false.y) == false.false).all()
    assert np.array_equal(true.y_test, false.y_test)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "moons"}, "moons.*circle"),
        ({"noise": 0.6}, "noise=0.6"),
        ({"noise": float("nan")}, "noise"),
        ({"held_out": 1.0}, "held_out=1.0"),
        ({"false_labels": 1.5}, "false_labels=1.5"),
        ({"n": 1}, "n=1"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(wrong, words):
    given = {"name": "circle", "seed": 0, **wrong}
    with pytest.raises(ValueError, match=words):
        plane.puzzle(given.pop("name"), given.pop("seed"), **given)


# ---------------------------------------------------------------------------- the page


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_the_same_points(node, name):
    how = {"n": 301, "noise": 0.15, "held_out": 0.3, "false_labels": 0.1}
    ours = plane.puzzle(name, SEED, **how)
    page = node(f"puzzle({json.dumps(name)}, {json.dumps({'seed': SEED, **how})})")
    np.testing.assert_allclose(page["x"], ours.x, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(page["held"]["x"], ours.x_test, rtol=1e-14, atol=1e-14)
    assert page["y"] == ours.y.tolist()
    assert page["held"]["y"] == ours.y_test.tolist()
    assert page["false"] == ours.false.tolist()


def test_the_pages_random_numbers_are_those_of_random123(node):
    """Two known answers of the authors' own test file (kat_vectors of Random123)."""
    assert node("philox([0, 0, 0, 0], [0, 0])") == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    ones = "[4294967295, 4294967295, 4294967295, 4294967295], [4294967295, 4294967295]"
    assert node(f"philox({ones})") == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]
