"""Taylor, least squares and the best broken lines against closed forms and NumPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from fitlab import best_pieces, least_squares, taylor, taylor_sine_coefficients

X = np.linspace(-np.pi, np.pi, 10_000)


@given(st.integers(0, 60), st.floats(-20, 20))
def test_taylor_is_the_sum_of_its_terms(degree, x):
    terms = [(-1) ** k * x ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(31)]
    expected = math.fsum(terms[: (degree + 1) // 2])
    scale = math.fsum(map(abs, terms)) + 1e-300
    assert abs(taylor(x, degree) - expected) <= 1e-13 * scale


@given(st.integers(1, 30), st.floats(-10, 10))
def test_the_remainder_is_bounded_by_lagrange(k, x):
    degree = 2 * k - 1
    bound = abs(x) ** (degree + 2) / math.factorial(degree + 2)
    assert abs(taylor(x, degree) - math.sin(x)) <= bound + 1e-11


def test_the_coefficients_are_those_of_its_derivatives():
    """The derivatives of sin at 0 repeat 0, 1, 0, -1."""
    polynomial = Polynomial(taylor_sine_coefficients(9))
    assert [polynomial.deriv(k)(0) for k in range(1, 9)] == pytest.approx([1, 0, -1, 0] * 2)


@pytest.mark.parametrize(("degree", "mse"), [(5, 1.89e-2), (7, 3.03e-4), (9, 2.11e-6)])
def test_errors_on_the_interval_agree_with_the_integral(degree, mse):
    """The mean of (T_n - sin)^2 by Gauss-Legendre, and the values that the design measured."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    integral = weights @ (taylor(np.pi * nodes, degree) - np.sin(np.pi * nodes)) ** 2 / 2
    assert np.mean((taylor(X, degree) - np.sin(X)) ** 2) == pytest.approx(integral, rel=2e-2)
    assert integral == pytest.approx(mse, rel=5e-3)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=7))
def test_least_squares_finds_a_polynomial_again(coefficients):
    y = Polynomial(coefficients)(X[::100])
    found = least_squares(X[::100], y, len(coefficients) - 1)
    assert np.allclose(found(X), Polynomial(coefficients)(X), atol=1e-9)


def test_least_squares_is_numpys_and_no_polynomial_is_better():
    ours = least_squares(X, np.sin(X), 7)
    numpys = np.polyfit(X, np.sin(X), 7)
    assert np.allclose(ours(X), np.polyval(numpys, X), atol=1e-10)
    residual = ours(X) - np.sin(X)
    for degree in range(8):  # orthogonal to every polynomial of its degree
        assert abs(np.mean(residual * X**degree)) < 1e-9 * np.pi**degree


@pytest.mark.parametrize(
    ("x", "y", "degree", "said"),
    [
        ([0, 1], [0, 1, 2], 1, "two arrays of one length"),
        ([0, 1, 1], [0, 1, 1], 2, "2 different x; at least degree.1 = 3"),
        ([0, np.nan], [0, 1], 1, "1 of 2 values that are NaN"),
        ([0, 1], [0, 1], -1, "degree=-1"),
        ("ab", [0, 1], 1, "an array of numbers"),
    ],
)
def test_least_squares_refuses_in_words(x, y, degree, said):
    with pytest.raises(ValueError, match=said):
        least_squares(x, y, degree)


def test_one_piece_is_the_regression_line():
    knots, values, mse = best_pieces(np.sin, 1, -np.pi, np.pi)
    assert knots == pytest.approx([-np.pi, np.pi])
    assert values == pytest.approx([-3 / np.pi, 3 / np.pi], rel=1e-4)
    assert mse == pytest.approx(0.5 - 3 / np.pi**2, rel=1e-5)


def test_best_pieces_is_far_ahead_of_even_knots_and_never_behind_a_random_search():
    """Whatever knots we draw, the best values for them (numpy.linalg) are no better."""
    x = np.linspace(-np.pi, np.pi, 2_001)
    rng = np.random.default_rng(0)
    for n in (2, 3, 4, 5, 7):
        _, _, mse = best_pieces(np.sin, n, -np.pi, np.pi)
        for _ in range(300):
            knots = np.sort(np.concatenate([[-np.pi, np.pi], rng.uniform(-np.pi, np.pi, n - 1)]))
            hats = np.array([np.interp(x, knots, row) for row in np.eye(n + 1)]).T
            values = np.linalg.lstsq(hats, np.sin(x), rcond=None)[0]
            assert np.mean((hats @ values - np.sin(x)) ** 2) > mse * (1 - 1e-2)


def test_its_mse_is_that_of_its_line_and_its_knots_increase():
    knots, values, mse = best_pieces(np.cos, 5, 0, 6)
    x = np.linspace(0, 6, 100_001)
    assert (np.diff(knots) > 0).all()
    assert np.mean((np.interp(x, knots, values) - np.cos(x)) ** 2) == pytest.approx(mse, rel=1e-2)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4))
def test_a_broken_line_of_three_equal_pieces_is_found_exactly(values):
    line = lambda x: np.interp(x, [0, 1, 2, 3], values)  # noqa: E731
    assert best_pieces(line, 3, 0, 3)[2] < 1e-8


def test_more_pieces_are_never_worse():
    errors = [best_pieces(np.sin, n, -np.pi, np.pi)[2] for n in range(1, 10)]
    assert (np.diff(errors) < 1e-9).all()


@pytest.mark.parametrize(
    ("n", "low", "high", "said"),
    [(0, 0, 1, "n=0"), (2, 1, 1, "low must be smaller than high"), (2, 0, np.inf, "high=inf")],
)
def test_best_pieces_refuses_in_words(n, low, high, said):
    with pytest.raises(ValueError, match=said):
        best_pieces(np.sin, n, low, high)


def test_best_pieces_refuses_another_shape_and_survives_a_constant():
    with pytest.raises(ValueError, match="shapes must agree"):
        best_pieces(lambda x: 1.0, 2, 0, 1)
    assert best_pieces(lambda x: 0 * x + 3, 6, 0, 1)[2] < 1e-20


def test_taylor_refuses_in_words():
    with pytest.raises(ValueError, match="degree=-1 was given"):
        taylor(0.0, -1)
    with pytest.raises(ValueError, match="x has 1 of 1 values"):
        taylor(math.nan, 3)
