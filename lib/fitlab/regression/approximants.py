"""The classical approximations, for comparison: Taylor, least squares, best broken lines."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import optimize

from fitlab import modes, validate

QUADRATURE_POINTS = 10_000  # the grid on which an integral over an interval is taken
DESCENT_EVERY = 5  # every fifth of its points is enough to find the knots
CANDIDATE_KNOTS = 240  # the grid on which best_pieces looks for a start
SMALLEST_GAP = 1e-9  # between two knots, as a share of the interval
MAX_DEGREE, MAX_PIECES = 1_000, 64


def taylor_sine_coefficients(degree: int) -> np.ndarray:
    """Coefficients of the Taylor polynomial of sin at 0: float64 (degree+1,), lowest power first.

    sin x = x - x^3/3! + x^5/5! - ...; the even ones are zero.
    """
    degree = validate.integer("degree", degree, 0, MAX_DEGREE)
    signs = (0, 1, 0, -1)
    return np.array([signs[k % 4] / math.factorial(k) for k in range(degree + 1)])


@modes.underflow_is_zero
def taylor(x: npt.ArrayLike, degree: int) -> np.ndarray:
    """The Taylor polynomial of sin at 0, evaluated at x (radians, any shape) by Horner's rule."""
    return np.polynomial.polynomial.polyval(
        validate.finite("x", x), taylor_sine_coefficients(degree)
    )


@modes.underflow_is_zero
def least_squares(x: npt.ArrayLike, y: npt.ArrayLike, degree: int) -> np.polynomial.Chebyshev:
    """The polynomial of `degree` with the least squared error on the points (x, y), as a callable.

    x, y: float64 (n,) with at least degree+1 different x. Solved in Chebyshev polynomials on the
    interval of x, where the problem is well conditioned (Trefethen, Approximation Theory, 2013).
    """
    x, y = validate.finite("x", x), validate.finite("y", y)
    degree = validate.integer("degree", degree, 0, MAX_DEGREE)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"x {x.shape} and y {y.shape} were given; they must be two arrays of one length"
        )
    different = len(np.unique(x))
    if different <= degree:
        raise ValueError(
            f"degree={degree} was given with {different} different x; "
            f"at least degree+1 = {degree + 1} are needed"
        )
    return np.polynomial.Chebyshev.fit(x, y, degree)


@modes.underflow_is_zero
def best_pieces(
    f: Callable[[np.ndarray], np.ndarray], n: int, low: float, high: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """The best continuous broken line of `n` pieces for `f` on [low, high], its knots free.

    f: maps float64 (m,) to (m,).  Returns knots (n+1,), values (n+1,) there, and the MSE over
    QUADRATURE_POINTS evenly spaced points. The values are a linear least-squares problem once the
    knots are known; the knots are not. So this is a local search from four starts, one of them the
    best broken line with jumps, which dynamic programming finds on a grid (Bellman 1961).
    """
    n = validate.integer("n", n, 1, MAX_PIECES)
    low, high = validate.interval(low, high)
    x = low + (high - low) * (np.arange(QUADRATURE_POINTS) + 0.5) / QUADRATURE_POINTS
    y = validate.finite("f(x)", f(x))
    if y.shape != x.shape:
        raise ValueError(f"f turned {x.shape} into {y.shape}; the shapes must agree")
    found = [_descend(start, x, y) for start in _starts(x, y, n, low, high)]
    knots, values, mse = min(found, key=lambda line: line[-1])
    return knots, values, mse


def _starts(
    x: np.ndarray, y: np.ndarray, n: int, low: float, high: float
) -> tuple[np.ndarray, ...]:
    even = np.linspace(low, high, n + 1)
    bend = np.abs(np.gradient(np.gradient(y, x), x)) ** 0.4 + 1e-3  # de Boor's density |f''|^(2/5)
    mass = np.concatenate([[0], np.cumsum(bend)]) / bend.sum()
    edges = np.linspace(low, high, len(mass))
    bent = np.interp(np.linspace(0, 1, n + 1), mass, edges)
    lopsided = low + (high - low) * np.linspace(0, 1, n + 1) ** 1.5  # symmetry can be a trap
    return even, bent, lopsided, _broken_with_jumps(x, y, n, low, high)


def _broken_with_jumps(x: np.ndarray, y: np.ndarray, n: int, low: float, high: float) -> np.ndarray:
    """Knots (n+1,) of the best line with jumps allowed, on a grid of candidates."""
    edges = np.linspace(0, len(x), CANDIDATE_KNOTS + 1).astype(int)
    cost = _line_fit_costs(x, y, edges)  # (m+1, m+1): squared error of one line from edge i to j
    best, back = cost[0], []
    for _ in range(n - 1):
        total = best[:, None] + cost  # the last piece starts at edge i and ends at edge j
        back.append(total.argmin(axis=0))
        best = total.min(axis=0)
    cut = [len(edges) - 1]
    for choice in reversed(back):
        cut.append(choice[cut[-1]])
    inner = low + (high - low) * edges[cut[:0:-1]] / len(x)
    return np.concatenate([[low], inner, [high]])


def _line_fit_costs(x: np.ndarray, y: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Squared error of the best straight line on each stretch of points, by prefix sums."""
    centred = x - x.mean()
    moments = np.stack([np.ones_like(x), centred, y, centred**2, centred * y, y**2])
    sums = np.concatenate([np.zeros((6, 1)), moments.cumsum(axis=1)], axis=1)[:, edges]
    count, sx, sy, sxx, sxy, syy = sums[:, None, :] - sums[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        vx, vxy, vy = sxx - sx * sx / count, sxy - sx * sy / count, syy - sy * sy / count
        cost = vy - np.where(vx > 0, vxy * vxy / vx, 0)
    return np.where(count >= 2, np.maximum(cost, 0), np.inf)


def _descend(
    knots: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Move the inner knots of a broken line downhill; returns knots, values, MSE.

    Gauss-Newton on gaps (as logarithms, so that knots stay in order) and values together.
    """
    n, low, length = len(knots) - 1, knots[0], knots[-1] - knots[0]
    few = slice(DESCENT_EVERY // 2, None, DESCENT_EVERY)

    def line(unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        gaps = np.exp(unknowns[:n] - unknowns[:n].max())
        shares = gaps / gaps.sum() * (1 - n * SMALLEST_GAP) + SMALLEST_GAP
        inner = low + length * np.cumsum(shares)[:-1]
        return np.concatenate([knots[:1], inner, knots[-1:]]), shares, unknowns[n:]

    def residuals(unknowns: np.ndarray) -> np.ndarray:
        at, _, values = line(unknowns)
        return _hats(at, x[few]) @ values - y[few]

    def jacobian(unknowns: np.ndarray) -> np.ndarray:
        at, shares, values = line(unknowns)
        hats = _hats(at, x[few])
        piece = _piece_of(at, x[few])
        by_knot = -(np.diff(values) / np.diff(at))[piece, None] * hats  # moving a knot to the right
        knot_by_log = length * (np.tri(n + 1, n, -1) - np.cumsum([0, *shares])[:, None]) * shares
        return np.hstack([by_knot @ knot_by_log, hats])

    gaps = np.maximum(np.diff(knots) / length, 1e-4)
    start = np.concatenate([np.log(gaps), _best_values(knots, x[few], y[few])])
    found = optimize.least_squares(
        residuals, start, jacobian, method="lm", xtol=1e-10, max_nfev=200
    )
    knots = line(found.x)[0]
    values = _best_values(knots, x, y)
    return knots, values, float(np.mean((_hats(knots, x) @ values - y) ** 2))


def _piece_of(knots: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)


def _hats(knots: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The hat functions of the knots at x: (m, n+1); a broken line is hats @ values."""
    piece, rows = _piece_of(knots, x), np.arange(len(x))
    right = (x - knots[piece]) / np.diff(knots)[piece]
    hats = np.zeros((len(x), len(knots)))
    hats[rows, piece], hats[rows, piece + 1] = 1 - right, right
    return hats


def _best_values(knots: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(_hats(knots, x), y, rcond=None)[0]
