"""Distances: every formula has an oracle that is not ours."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from fitlab.distances import norms

PS = [1, 1.1, 1.5, 2, 3, 7.5, 20, 200, math.inf]
ANY = st.floats(-1e6, 1e6)
numbers = st.lists(ANY, min_size=1, max_size=12)


def sample(seed, n=11):
    return np.random.default_rng(seed).normal(size=n) * 3 + 1


# ---------------------------------------------------------------------------- on a line


@pytest.mark.parametrize("n", [1, 2, 10, 11])
def test_the_closed_forms_are_numpys(n):
    values = sample(n, n)
    assert norms.lp_centre(values, 1) == np.median(values)
    assert norms.lp_centre(values, 2) == np.mean(values)
    assert norms.lp_centre(values, math.inf) == pytest.approx(np.ptp(values) / 2 + values.min())


@pytest.mark.parametrize("p", [1.1, 1.5, 2, 3, 7.5])
@pytest.mark.parametrize("seed", range(3))
def test_the_centre_is_where_scipy_finds_the_least(p, seed):
    values = sample(seed)
    found = optimize.minimize_scalar(
        lambda c: np.sum(np.abs(values - c) ** p),
        bounds=(values.min(), values.max()), method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    assert norms.lp_centre(values, p) == pytest.approx(found.x, abs=1e-6)


@pytest.mark.parametrize("p", PS)
def test_the_distance_is_numpys_norm_of_the_errors(p):
    values, centres = sample(4), np.array([[-2.0, 0.5], [20, 7]])
    expected = [
        [np.linalg.norm(values - c, ord=p) / (1 if p == math.inf else 11 ** (1 / p)) for c in row]
        for row in centres
    ]
    np.testing.assert_allclose(norms.lp_distance(values, centres, p), expected, rtol=1e-12)


@given(values=numbers, p=st.sampled_from(PS), other=ANY)
@example(values=[5e-324], p=1.1, other=0.0)  # half of the least number is rounded to 0
@settings(max_examples=150, deadline=None)
def test_no_other_constant_is_nearer(values, p, other):
    centre = norms.lp_centre(values, p)
    ours, theirs = norms.lp_distance(values, np.array([centre, other]), p)
    assert ours <= theirs * (1 + 1e-9) + 1e-9
    assert min(values) <= centre <= max(values)


@given(values=numbers, p=st.sampled_from(PS), shift=st.floats(-1e3, 1e3))
@settings(max_examples=80, deadline=None)
def test_moving_all_numbers_moves_the_answer_along(values, p, shift):
    moved = norms.lp_centre(np.add(values, shift), p)
    assert moved == pytest.approx(norms.lp_centre(values, p) + shift, abs=1e-4)


def test_large_exponents_neither_overflow_nor_vanish():
    values = np.array([0.0, 1e200, 3e200])
    assert norms.lp_distance(values, 0.0, 500) == pytest.approx(3e200, rel=0.01)
    assert norms.lp_centre(values, 5_000) == pytest.approx(1.5e200, rel=1e-3)
    assert norms.lp_centre([4.0, 4.0], 3) == 4
    assert norms.lp_distance([4.0, 4.0], 4, 3) == 0


def test_readings_are_as_announced():
    values = norms.readings(3)
    assert values.shape == (100,)
    wrong = values > 20
    assert wrong.sum() == 5
    assert values[wrong].min() >= 50
    assert values[wrong].max() <= 100
    assert values[~wrong].mean() == pytest.approx(5, abs=0.4)
    assert values[~wrong].std() == pytest.approx(1, abs=0.25)
    assert (norms.readings(3) == values).all()
    assert norms.readings(0, n=10, outliers=0).max() < 20


# ---------------------------------------------------------------------------- on a circle


@given(a=st.floats(-20, 20), b=st.floats(-20, 20))
@settings(max_examples=200, deadline=None)
def test_the_arc_is_the_angle_between_two_complex_numbers(a, b):
    expected = abs(np.angle(np.exp(1j * a) * np.exp(-1j * b)))
    assert norms.arc(a, b) == pytest.approx(expected, abs=1e-12)
    assert norms.arc(a, b) == pytest.approx(norms.arc(b, a), abs=1e-12)
    assert norms.chordal(a, b) == pytest.approx(1 - math.cos(a - b), abs=1e-12)
    chord = abs(np.exp(1j * a) - np.exp(1j * b))
    assert norms.chordal(a, b) == pytest.approx(chord**2 / 2, abs=1e-12)


def test_across_the_seam_by_hand():
    a, b = np.radians([[170, 10, 180], [-170, 350, -180]])
    np.testing.assert_allclose(np.degrees(norms.arc(a, b)), [20, 20, 0], atol=1e-10)
    assert norms.arc(0, math.pi) == math.pi
    assert norms.chordal(1e-9, 0) == pytest.approx(5e-19, rel=1e-9)  # 1 - cos would say 0


@given(a=st.floats(-4, 4), b=st.floats(-4, 4), c=st.floats(-4, 4))
@settings(max_examples=100, deadline=None)
def test_the_arc_is_a_distance(a, b, c):
    assert norms.arc(a, c) <= norms.arc(a, b) + norms.arc(b, c) + 1e-12


# ---------------------------------------------------------------------------- likelihoods


@pytest.mark.parametrize("scale", [0.01, 1, 30])
def test_likelihoods_are_those_of_torch_and_scipy(scale):
    y, centre = sample(6), sample(7)
    expected = -torch.distributions.Normal(torch.from_numpy(centre), scale).log_prob(
        torch.from_numpy(y)
    )
    assert norms.gaussian_nll(y, centre, scale) == pytest.approx(expected.mean().item())
    expected = -stats.laplace.logpdf(y, centre, scale).mean()
    assert norms.laplace_nll(y, centre, scale) == pytest.approx(expected)


def test_least_squares_is_the_likeliest_gaussian_and_least_absolute_error_the_laplacian():
    y = sample(8)
    for nll, centre in ((norms.gaussian_nll, y.mean()), (norms.laplace_nll, np.median(y))):
        around = [nll(y, centre + step, 1.3) for step in (-0.1, 0, 0.1)]
        assert min(around) == around[1]


@pytest.mark.parametrize("noise", norms.NOISES)
def test_noises_have_mean_0_and_deviation_1(noise):
    drawn = norms.NOISES[noise](np.random.default_rng(0), 200_000)
    assert drawn.mean() == pytest.approx(0, abs=0.01)
    assert drawn.std() == pytest.approx(1, abs=0.01)


def median_variance(noise, n=101):
    """The variance of the median of n numbers, by the density of the middle order statistic."""
    middle = (n - 1) // 2

    def moment(x):
        share = noise.cdf(x)
        return x**2 * noise.pdf(x) * stats.beta.pdf(share, middle + 1, middle + 1)

    return 2 * integrate.quad(moment, 0, 3)[0]


@pytest.mark.parametrize(
    ("noise", "p", "expected"),
    [
        ("Gaussian", 2, 1 / 101),
        ("Gaussian", 1, median_variance(stats.norm())),
        ("Laplace", 1, median_variance(stats.laplace(scale=math.sqrt(0.5)))),
        ("uniform", math.inf, 6 / (102 * 103)),  # of 2 a^2 / ((n + 1)(n + 2)), a^2 = 3
    ],
)
def test_errors_of_the_centre_are_those_of_the_textbook(noise, p, expected):
    found = norms.centre_error(noise, p, seed=0, repeats=3_000)
    assert found == pytest.approx(expected, rel=0.1)


# ---------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: norms.lp_centre([], 2), "values of shape (0,)"),
        (lambda: norms.lp_centre([[1, 2]], 2), "values of shape (1, 2)"),
        (lambda: norms.lp_centre([1, math.nan], 2), "NaN"),
        (lambda: norms.lp_centre([1, 2], 0.5), "p=0.5 was given"),
        (lambda: norms.lp_centre([1, 2], "2"), "p='2' was given"),
        (lambda: norms.lp_centre([1, 2], math.nan), "p=nan was given"),
        (lambda: norms.lp_centre([1, 2], -math.inf), "p=-inf was given"),
        (lambda: norms.lp_distance([1, 2], math.inf, 2), "centre has 1"),
        (lambda: norms.arc("a", 0), "a='a'"),
        (lambda: norms.chordal(0, math.nan), "b has 1"),
        (lambda: norms.gaussian_nll([1], [1], 0), "sigma=0"),
        (lambda: norms.gaussian_nll([], [], 1), "no numbers"),
        (lambda: norms.laplace_nll([1], [1], -1), "scale=-1"),
        (lambda: norms.centre_error("pink", 2, 0), "noise='pink'"),
        (lambda: norms.centre_error("uniform", 2, 0, n=0), "n=0"),
        (lambda: norms.readings(-1), "seed=-1"),
        (lambda: norms.readings(0, outliers=1.5), "outliers=1.5"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        call()
