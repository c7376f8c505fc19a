"""Distances: what "as near as possible" means, for numbers on a line and for angles on a circle.

An L-p distance decides which single number stands best for many: the median for p = 1, the mean for
p = 2, the midrange for p = infinity (Boyd & Vandenberghe 2004, chapter 6).  Angles are in radians.
"""

import functools
import math

import numpy as np

from fitlab import modes, random, validate

HALVINGS = 100  # of the interval that holds the answer; after 60 no float64 lies between its ends
OUTLIERS = 50.0, 100.0  # the range of readings that went wrong; the others are near 5


# ---------------------------------------------------------------------------- on a line


@modes.underflow_is_zero
def lp_distance(values, centre, p):
    """(mean of |values - centre|^p)^(1/p), in the values' unit; for p = inf the largest of them.

    values: (n,).  centre: a number, or an array (...) of them.  p: from 1 to infinity.
    Returns float64 (...).
    """
    values, p = _sample(values), _exponent(p)
    away = np.abs(validate.finite("centre", centre)[..., None] - values)  # (..., n)
    largest = away.max(axis=-1)
    if p == math.inf:
        return largest
    scale = np.where(largest > 0, largest, 1)  # powers of shares neither overflow nor all vanish
    return scale * np.mean((away / scale[..., None]) ** p, axis=-1) ** (1 / p)


@modes.underflow_is_zero
def lp_centre(values, p):
    """The number c that makes lp_distance(values, c, p) least; of an interval of such, its middle.

    values: (n,).  p: from 1 to infinity.  Exact for 1, 2 and infinity; between them c is where the
    slope of the convex sum of |values - c|^p changes its sign, found by halving an interval.
    """
    values, p = _sample(values), _exponent(p)
    low, high = float(values.min()), float(values.max())
    if p == 1:
        return float(np.median(values))
    if p == 2:
        return float(values.mean())
    if p == math.inf:
        return _middle(low, high)
    for _ in range(HALVINGS):
        middle = _middle(low, high)
        if _slope(values, middle, p) < 0:
            low = middle
        else:
            high = middle
    return _middle(low, high)


def _middle(low, high):
    """Half way, without overflow; never outside, although half of the least number is 0."""
    return min(max(low / 2 + high / 2, low), high)


def _slope(values, centre, p):
    """The slope of sum |values - centre|^p by centre, up to a positive factor."""
    away = centre - values
    largest = np.abs(away).max()
    return np.sum(np.sign(away) * (np.abs(away) / largest) ** (p - 1)) if largest > 0 else 0.0


def readings(seed, n=100, outliers=0.05):
    """Made-up measurements of something that is 5, some of which went wrong: float64 (n,).

    The good ones have a standard deviation of 1; the share `outliers` (0 to 1), rounded to whole
    readings, is uniform between 50 and 100.
    """
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    wrong = round(validate.real("outliers", outliers, 0, 1) * validate.integer("n", n, 1))
    return np.concatenate([rng.normal(5, 1, n - wrong), rng.uniform(*OUTLIERS, wrong)])


# ---------------------------------------------------------------------------- on a circle


def arc(a, b):
    """The way from angle a to angle b along the circle, the shorter way round: 0 to pi radians."""
    turn = np.mod(validate.finite("a", a) - validate.finite("b", b), 2 * math.pi)
    return np.minimum(turn, 2 * math.pi - turn)


@modes.underflow_is_zero
def chordal(a, b):
    """1 - cos(a - b), half the squared straight line between two points of the unit circle: 0 to 2.

    Computed as 2 sin^2((a - b) / 2), which keeps its digits where a and b are close.
    """
    return 2 * np.sin((validate.finite("a", a) - validate.finite("b", b)) / 2) ** 2


# ---------------------------------------------------------------------------- as likelihoods


@modes.underflow_is_zero
def gaussian_nll(y, mean, sigma):
    """The mean of -ln N(y; mean, sigma^2): (y - mean)^2 / (2 sigma^2) + ln(sigma sqrt(2 pi)).

    y, mean: arrays that broadcast together, n >= 1.  sigma: > 0, in their unit.  In nats.
    """
    error, sigma = _errors(y, mean), _scale("sigma", sigma)
    return float(np.mean((error / sigma) ** 2 / 2) + math.log(sigma * math.sqrt(2 * math.pi)))


@modes.underflow_is_zero
def laplace_nll(y, median, scale):
    """The mean of -ln of the Laplace density: |y - median| / scale + ln(2 scale), in nats.

    y, median: arrays that broadcast together, n >= 1.  scale: > 0, in their unit.
    """
    error, scale = _errors(y, median), _scale("scale", scale)
    return float(np.mean(np.abs(error) / scale) + math.log(2 * scale))


NORMS = {"L1": 1, "L2": 2, "L∞": math.inf}
OWN_NORM = {"Laplace": "L1", "Gaussian": "L2", "uniform": "L∞"}  # whose likelihood it is

# name -> numbers of mean 0 and standard deviation 1 of the given size
NOISES = {
    "Gaussian": lambda rng, size: rng.normal(0, 1, size),
    "Laplace": lambda rng, size: rng.laplace(0, 1 / math.sqrt(2), size),
    "uniform": lambda rng, size: rng.uniform(-math.sqrt(3), math.sqrt(3), size),
}


@functools.cache
def centre_error(noise, p, seed, n=101, repeats=300):
    """The mean squared error of lp_centre on samples of noise, whose true centre is 0.

    noise: a name from NOISES, all of standard deviation 1.  p: from 1 to infinity.
    n: numbers in a sample.  repeats: how many samples.
    """
    draw = NOISES[validate.one_of("noise", noise, NOISES)]
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    size = validate.integer("repeats", repeats, 1), validate.integer("n", n, 1)
    return float(np.mean([lp_centre(sample, p) ** 2 for sample in draw(rng, size)]))


# ---------------------------------------------------------------------------- what is allowed


def _sample(values):
    values = validate.finite("values", values)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"values of shape {values.shape} were given; they must be (n,), n >= 1")
    return values


def _exponent(p):
    if isinstance(p, int | float) and p == math.inf:
        return p
    try:
        return validate.real("p", p, 1, math.inf)
    except ValueError:
        raise ValueError(
            f"p={p!r} was given; p must be a number from 1, or math.inf: below 1 there are many "
            "valleys, and no distance"
        ) from None


def _errors(y, centre):
    error = np.subtract(validate.finite("y", y), validate.finite("centre", centre))
    if error.size == 0:
        raise ValueError("no numbers were given; the mean of at least one is taken")
    return error


def _scale(name, value):
    return validate.real(name, value, 0, math.inf, low_open=True)
