"""Bayes' formula on two measures: every number has an oracle that is not ours."""

import math

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB

from fitlab.classification import bayes, calibration

PEOPLE = np.array([[171.0, 71.0], [178, 83], [150, 40], [190, 60], [160, 100]])


RHOS = [0, 0.3, 0.5, 0.8, 0.95]


def gaussians(rho):
    """Both groups as scipy knows them."""
    a, b = bayes.SPREADS
    covariance = [[a * a, rho * a * b], [rho * a * b, b * b]]
    return [stats.multivariate_normal(mean, covariance) for mean in bayes.MEANS]


@pytest.mark.parametrize("rho", RHOS)
def test_the_full_formula_is_the_ratio_of_two_densities(rho):
    woman, man = gaussians(rho)
    expected = man.logpdf(PEOPLE) - woman.logpdf(PEOPLE)
    np.testing.assert_allclose(bayes.full_log_odds(PEOPLE, rho), expected, atol=1e-10)


def test_naive_bayes_multiplies_the_densities_of_the_measures():
    odds = [stats.norm.logpdf(PEOPLE, mean, bayes.SPREADS).sum(axis=1) for mean in bayes.MEANS]
    np.testing.assert_allclose(bayes.naive_log_odds(PEOPLE), odds[1] - odds[0], atol=1e-10)


@pytest.mark.parametrize("rho", RHOS)
@pytest.mark.parametrize("rule", ["full", "naive"])
def test_the_limits_are_integrals_over_the_plane(rho, rule):
    """By a sum over a fine grid of the plane, which knows nothing of log-odds being Gaussian."""
    limit = getattr(bayes, f"{rule}_limit")(rho)
    u = np.linspace(-9, 9, 1_201)
    first, own = np.meshgrid(u, u)
    mass = np.exp(-(first**2 + own**2) / 2) * (u[1] - u[0]) ** 2 / (2 * np.pi)
    z = np.stack([first, rho * first + math.sqrt(1 - rho**2) * own], axis=-1)
    x = (bayes.MEANS[1] + bayes.SPREADS * z).reshape(-1, 2)  # men; women mirror them
    odds = bayes.full_log_odds(x, rho) if rule == "full" else bayes.naive_log_odds(x)
    mass = mass.ravel()
    assert limit.log_loss == pytest.approx(mass @ np.logaddexp(0, -odds), abs=1e-6)
    assert limit.accuracy == pytest.approx(mass @ (odds > 0), abs=2e-3)
    deflection = odds @ mass / math.sqrt(mass @ odds**2 - (mass @ odds) ** 2)
    assert limit.accuracy == pytest.approx(stats.norm.cdf(deflection), abs=1e-6)


@pytest.mark.parametrize("rho", RHOS)
def test_calibration_in_the_limit_by_adaptive_quadrature(rho):
    limit, d = bayes.naive_limit(rho), bayes.DISTANCE
    m, v = d @ d, d @ [[1, rho], [rho, 1]] @ d
    man, woman = (stats.norm(sign * m / 2, math.sqrt(v)) for sign in (1, -1))

    def off(s):
        share = man.pdf(s) / (man.pdf(s) + woman.pdf(s))
        return abs(1 / (1 + math.exp(-s)) - share) * (man.pdf(s) + woman.pdf(s)) / 2

    expected = sum(integrate.quad(off, *ends, epsabs=1e-11)[0] for ends in ((-25, 0), (0, 25)))
    assert limit.calibration_error == pytest.approx(expected, abs=1e-8)
    assert limit.slope == pytest.approx(math.log(man.pdf(3) / woman.pdf(3)) / 3)


@pytest.mark.parametrize("rho", [0, 0.5, 0.9])
def test_endless_data_is_what_huge_samples_come_to(rho):
    x, y = bayes.sample(100_000, rho, seed=1)
    x_test, y_test = bayes.sample(100_000, rho, seed=2)
    for estimator, limit in (
        (GaussianNB(), bayes.naive_limit(rho)),
        (QuadraticDiscriminantAnalysis(), bayes.full_limit(rho)),
        (LinearDiscriminantAnalysis(), bayes.full_limit(rho)),
    ):
        p = estimator.fit(x, y).predict_proba(x_test)
        assert limit.log_loss == pytest.approx(log_loss(y_test, p), abs=5e-3)
        assert limit.accuracy == pytest.approx(estimator.score(x_test, y_test), abs=4e-3)
        found = calibration.expected_calibration_error(p[:, 1], y_test == 1, bins=40)
        assert limit.calibration_error == pytest.approx(found, abs=5e-3)


@pytest.mark.parametrize("copies", [2, 10])
def test_a_copied_column_is_a_gaussian_nb_on_copies(copies):
    x, y = bayes.sample(200_000, 0.5, seed=3)
    height = np.repeat(x[:, :1], copies, axis=1)
    p = GaussianNB().fit(height, y).predict_proba(height)
    limit = bayes.copied_limit(copies)
    assert limit.log_loss == pytest.approx(log_loss(y, p), rel=0.02)
    assert limit.accuracy == bayes.copied_limit(1).accuracy
    assert limit.slope == pytest.approx(1 / copies)


def test_people_are_as_announced():
    x, y = bayes.sample(100_000, 0.6, seed=4)
    for group in (0, 1):
        own = x[y == group]
        np.testing.assert_allclose(own.mean(axis=0), bayes.MEANS[group], atol=0.2)
        np.testing.assert_allclose(own.std(axis=0), bayes.SPREADS, rtol=0.01)
        assert np.corrcoef(own.T)[0, 1] == pytest.approx(0.6, abs=0.01)
    assert (bayes.sample(5, 0.6, 4)[0] == bayes.sample(5, 0.6, 4)[0]).all()
    assert (bayes.sample(5, 0.6, 4)[0] != bayes.sample(5, 0.6, 5)[0]).all()


def test_learners_get_better_with_more_people():
    few, many = (bayes.learnt_accuracy("naive Bayes", n, 0.5, 0, draws=5) for n in (3, 300))
    assert few < many == pytest.approx(bayes.naive_limit(0.5).accuracy, abs=0.01)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: bayes.full_limit(1), "rho=1"),
        (lambda: bayes.sample(0, 0.5, 0), "n=0"),
        (lambda: bayes.sample(5, -0.1, 0), "rho=-0.1"),
        (lambda: bayes.full_log_odds([1, 2], 0.5), r"must be \(n, 2\)"),
        (lambda: bayes.learnt_accuracy("nobody", 5, 0.5, 0), "learner='nobody'"),
        (lambda: bayes.learnt_accuracy("naive Bayes", 2, 0.5, 0), "n=2"),
        (lambda: bayes.copied_limit(0), "copies=0"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()
