"""The data are what they say: the digits split fairly, the photographs whole, the puzzles true."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from fitlab.classification import datasets


def rows(x):
    return [row.tobytes() for row in x]


def test_the_split_holds_every_digit_once():
    split, everything = datasets.digits(0), load_digits()
    assert (len(split.x), len(split.x_test)) == (1_347, 450)
    assert (len(split.y), len(split.y_test)) == (1_347, 450)
    assert not set(rows(split.x)) & set(rows(split.x_test))
    found = zip(rows([*split.x, *split.x_test]), [*split.y, *split.y_test], strict=True)
    expected = zip(rows(everything.data / 16), everything.target, strict=True)
    assert sorted(found) == sorted(expected)
    assert repr(split) == "Split(1,347 to train on, 450 held out)"


@pytest.mark.parametrize(("seed", "share"), [(0, 0.25), (1, 0.25), (2, 0.1), (3, 0.5)])
def test_the_classes_have_equal_shares_to_within_an_example(seed, share):
    split = datasets.digits(seed, share)
    held_out, whole = np.bincount(split.y_test), np.bincount(load_digits().target)
    assert np.abs(held_out - whole * len(split.y_test) / 1_797).max() <= 1


def test_pixels_are_sixteenths_from_paper_to_ink():
    split = datasets.digits(0)
    for x, y in ((split.x, split.y), (split.x_test, split.y_test)):
        assert x.dtype == np.float64
        assert y.dtype == np.int64
        assert x.shape[1] == datasets.SIDE**2 == 64
        assert x.min() == 0
        assert x.max() == 1
        assert (x * 16 == np.rint(x * 16)).all()
        assert set(y) == set(range(10))


def test_the_seed_decides_the_split():
    first, again, other = (datasets.digits(s) for s in (1, 1, 2))
    assert (first.x == again.x).all()
    assert (first.y_test == again.y_test).all()
    assert (first.y_test != other.y_test).any()


def test_whoever_writes_into_a_split_does_not_change_the_next():
    datasets.digits(0).x[:] = 7
    assert datasets.digits(0).x.max() == 1


@pytest.mark.parametrize("name", datasets.PHOTOGRAPHS)
def test_a_photograph_is_whole_and_in_colour(name):
    photograph = datasets.photograph(name)
    assert photograph.shape == (427, 640, 3)
    assert photograph.dtype == np.uint8
    assert np.ptp(photograph) > 200
    assert (photograph[..., 0] != photograph[..., 2]).any()


def test_xor_is_the_sign_rule_well_inside_the_clouds():
    x, y = datasets.xor(2_000, 0)
    assert x.shape == (2_000, 2)
    assert y.dtype == np.int64
    inside = (np.abs(np.abs(x) - 1) < 0.5).all(axis=1)
    assert inside.mean() > 0.85  # two standard deviations either way, twice: 0.954**2 = 0.911
    # a cloud's point gets beyond an axis at four standard deviations: 1 in 30,000 a coordinate
    assert np.mean((x[inside].prod(axis=1) < 0) == y[inside]) > 0.999
    assert np.bincount(y).tolist() == [1_000, 1_000]
    quadrants = np.unique(np.sign(x), axis=0, return_counts=True)[1]
    assert quadrants == pytest.approx([500] * 4, abs=5)


@pytest.mark.parametrize("turns", [0.5, 1.5, 3])
def test_a_spiral_is_the_other_by_half_a_turn_up_to_noise(turns):
    """Turned back by its radius and its class, every point lies on the positive x axis."""
    x, y = datasets.two_spirals(1_000, 0, turns)
    assert np.bincount(y).tolist() == [500, 500]
    assert y.dtype == np.int64
    turned = np.where(y[:, None] == 1, -x, x)  # by half a turn
    z = turned[:, 0] + 1j * turned[:, 1]
    radius = np.abs(z)
    assert radius.max() < 1.1
    straight = z * np.exp(-2j * np.pi * turns * radius)
    # noise of 0.015 across, and along it through the angle, 2 pi turns radius times as much
    spread = 0.015 * np.hypot(1, 2 * np.pi * turns * radius)
    outer = radius > 0.2
    assert (np.abs(straight.imag) < 5 * spread)[outer].all()
    assert np.mean(straight.real[outer] > 0) > 0.99
    assert 0.5 < np.std(straight.imag[outer] / spread[outer]) < 1.2


@pytest.mark.parametrize("make", [datasets.xor, datasets.two_spirals])
def test_the_seed_decides_the_points(make):
    first, again, other = (make(20, s)[0] for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).all()


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (datasets.digits, {"seed": -1}, "seed=-1"),
        (datasets.digits, {"seed": 0.5}, r"seed=0\.5"),
        (datasets.digits, {"seed": 2**32}, "seed=4294967296"),
        (datasets.digits, {"seed": 0, "held_out": 0}, "held_out=0"),
        (datasets.digits, {"seed": 0, "held_out": 1}, "held_out=1"),
        (datasets.digits, {"seed": 0, "held_out": "half"}, "held_out='half'"),
        (datasets.photograph, {"name": "cat"}, "name='cat' was given; name must be one of china"),
        (datasets.xor, {"n": 3, "seed": 0}, "n=3"),
        (datasets.xor, {"n": 8.0, "seed": 0}, r"n=8\.0"),
        (datasets.xor, {"n": 8, "seed": -1}, "seed=-1"),
        (datasets.two_spirals, {"n": 1, "seed": 0}, "n=1"),
        (datasets.two_spirals, {"n": 8, "seed": -1}, "seed=-1"),
        (datasets.two_spirals, {"n": 8, "seed": 0, "turns": 0}, "turns=0"),
        (datasets.two_spirals, {"n": 8, "seed": 0, "turns": 6}, "turns=6"),
    ],
)
def test_bad_input_is_refused_in_words(make, given, said):
    with pytest.raises(ValueError, match=said):
        make(**given)


def test_the_digits_as_text_are_the_digits():
    text, bunch = datasets.digits_as_text(), load_digits()
    pixels = [int(character, 17) for character in text["pixels"]]
    assert pixels == bunch.data.astype(int).ravel().tolist()
    assert list(map(int, text["labels"])) == bunch.target.tolist()
