"""Two groups of people, two body measures: what Bayes' formula says with and without independence.

The people are made up: in each group height (cm) and weight (kg) are jointly Gaussian, with the
same spread and the same correlation rho in both groups, and both groups are equally frequent. So
every quantity in the limit of endless data has a formula. Log-odds are natural logarithms; losses
are in nats.

With z the measures in standard deviations from the midpoint between the groups, d the distance of
the group means and R the correlation matrix, Bayes' formula gives the log-odds of group 1

    z . R^-1 d      and, if R is taken to be the identity (naive Bayes),      z . d

(linear discriminant analysis; Hastie, Tibshirani & Friedman 2009, section 4.3).
"""

import functools
from dataclasses import dataclass

import numpy as np
from scipy.integrate import simpson
from scipy.special import expit, log_expit, ndtr
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fitlab import modes, random, validate

MEASURES = ("height", "weight")  # cm and kg, in this order everywhere
MEANS = np.array([[164.0, 62.0], [178.0, 80.0]])  # of group 0 and group 1: round, and made up
SPREADS = np.array([7.0, 12.0])  # standard deviations within each group
DISTANCE = (MEANS[1] - MEANS[0]) / SPREADS  # of the means, in standard deviations
MOST_CORRELATED = 0.95
REACH, STEPS = 10, 4_000  # the integrals end 10 standard deviations out


@dataclass(frozen=True)
class Limit:
    """How a rule does on endless data: log-loss (nats), accuracy and calibration error (0 to 1).

    slope: the true log-odds of those for whom the rule claims log-odds s are slope * s; below 1 the
    rule claims too much.
    """

    log_loss: float
    accuracy: float
    calibration_error: float
    slope: float


@modes.underflow_is_zero
def sample(n, rho, seed):
    """Made-up people, n of each group: x float64 (2n, 2) in cm and kg, and y int64 (2n,)."""
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    n = validate.integer("n", n, 1)
    first, own = rng.normal(size=(2, 2 * n))
    rho = _rho(rho)
    z = np.column_stack([first, rho * first + np.sqrt(1 - rho**2) * own])
    y = np.repeat([0, 1], n)
    return MEANS[y] + SPREADS * z, y


def full_log_odds(x, rho):
    """Log-odds of group 1 at measures x (n, 2) by Bayes' formula: float64 (n,)."""
    return _standardised(x) @ full_weights(rho)


def naive_log_odds(x):
    """The same if the two measures were independent within each group."""
    return _standardised(x) @ DISTANCE


def probability(log_odds):
    """The probability of group 1: 1 / (1 + exp(-log-odds))."""
    return expit(log_odds)


def full_weights(rho):
    """The weight of each measure (in standard deviations) in the log-odds: R^-1 d, (2,)."""
    return np.linalg.solve(_correlation(rho), DISTANCE)


def full_limit(rho):
    """What nobody can beat: Bayes' formula with the true correlation."""
    return _limit(full_weights(rho), DISTANCE, _correlation(rho))


def naive_limit(rho):
    """What naive Bayes comes to on endless data."""
    return _limit(DISTANCE, DISTANCE, _correlation(rho))


def copied_limit(copies):
    """Naive Bayes from the height alone, given `copies` times as if each were another measure."""
    copies = validate.integer("copies", copies, 1)
    return _limit(copies * DISTANCE[:1], DISTANCE[:1], np.eye(1))


@modes.underflow_is_zero
def _limit(weights, distance, correlation):
    """The Limit of the rule "log-odds = z . weights".

    Within the groups these log-odds s are Gaussian with means +-m/2 and variance v. Two Gaussians
    of one width: so the true log-odds at s are s m / v.
    """
    m = float(weights @ distance)
    v = float(weights @ correlation @ weights)
    slope = m / v
    t = np.linspace(-REACH, REACH, STEPS + 1)
    bell = np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    loss = float(simpson(-log_expit(m / 2 + np.sqrt(v) * t) * bell, x=t))
    # both groups mirror each other: twice the part with s > 0, where nothing has a kink
    s = np.linspace(0, m / 2 + REACH * np.sqrt(v), STEPS + 1)
    density = sum(np.exp(-((s - mean) ** 2) / (2 * v)) for mean in (m / 2, -m / 2)) / 2
    off = np.abs(expit(s) - expit(slope * s)) * density / np.sqrt(2 * np.pi * v)
    return Limit(loss, float(ndtr(m / 2 / np.sqrt(v))), 2 * float(simpson(off, x=s)), slope)


def _logistic_regression():
    """It fits the line and assumes nothing of the measures; hardly held back (C)."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=1e4, max_iter=2_000))


# names -> scikit-learn's estimators that learn such rules from examples
LEARNERS = {
    "naive Bayes": GaussianNB,
    "one covariance for both (LDA)": LinearDiscriminantAnalysis,
    "a covariance for each (QDA)": QuadraticDiscriminantAnalysis,
    "logistic regression": _logistic_regression,
}


@functools.lru_cache(maxsize=64)
def _many_people(rho, seed):
    return sample(5_000, rho, seed)


def learnt_accuracy(learner, n, rho, seed, draws=20):
    """Mean accuracy on 10,000 people of a learner (a name from LEARNERS) that saw n of each group.

    draws: so many training sets are drawn, all by `seed`; n >= 3, or a covariance has no inverse.
    """
    estimator = LEARNERS[validate.one_of("learner", learner, LEARNERS)]
    n, draws = validate.integer("n", n, 3), validate.integer("draws", draws, 1)
    seed = validate.integer("seed", seed, 0, random.MAX_SEED // 2 - 1)
    x_test, y_test = _many_people(_rho(rho), 2 * seed + 1)
    x, y = sample(n * draws, rho, 2 * seed)  # even and odd seeds: nobody is in both
    scores = []
    for draw in range(draws):
        chosen = np.r_[draw * n : (draw + 1) * n, (draws + draw) * n : (draws + draw + 1) * n]
        scores.append(estimator().fit(x[chosen], y[chosen]).score(x_test, y_test))
    return float(np.mean(scores))


def _standardised(x):
    x = validate.finite("x", x)
    if x.ndim != 2 or x.shape[1] != len(MEASURES):
        raise ValueError(f"x of shape {x.shape} was given; it must be (n, 2): height and weight")
    return (x - MEANS.mean(axis=0)) / SPREADS


def _rho(rho):
    return validate.real("rho", rho, 0, MOST_CORRELATED)


def _correlation(rho):
    return np.array([[1, _rho(rho)], [rho, 1]])
