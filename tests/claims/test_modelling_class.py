"""Classes as distributions: every number of the page's library has an oracle that is not ours."""

import decimal
import math
from collections import Counter

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.calibration import calibration_curve
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB

from fitlab import claims
from fitlab.claims import Verdict, modelling_class
from fitlab.classification import bayes, calibration
from fitlab.classification.digit_networks import DigitTask, held_out_accuracy
from fitlab.language import corpus, counting, ngrams

PEOPLE = np.array([[171.0, 71.0], [178, 83], [150, 40], [190, 60], [160, 100]])
RHOS = [0, 0.3, 0.5, 0.8, 0.95]


def gaussians(rho):
    """Both groups as scipy knows them."""
    a, b = bayes.SPREADS
    covariance = [[a * a, rho * a * b], [rho * a * b, b * b]]
    return [stats.multivariate_normal(mean, covariance) for mean in bayes.MEANS]


# ---------------------------------------------------------------------------- Bayes' formula


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
        (lambda: calibration.log_loss([[0.5, 0.6]], [0]), "add up to 1"),
        (lambda: calibration.log_loss([[0.5, 0.5]], [2]), "from 0 to 1"),
        (lambda: calibration.log_loss([0.5, 0.5], [0, 1]), r"\(n, classes\)"),
        (lambda: calibration.reliability([1.2], [True]), "from 0 to 1"),
        (lambda: calibration.reliability([], []), "n >= 1"),
        (lambda: counting.pictures(0, 8), "height=0"),
        (lambda: counting.decimal_digits(0), "number=0"),
        (lambda: ngrams.ngrams(["a"], 0), "n=0"),
        (lambda: ngrams.unseen_share(["a b"], ["c"], 2), "no run of n=2 words"),
        (lambda: ngrams.halves(["a", "b"], -1), "seed=-1"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ---------------------------------------------------------------------------- calibration


@pytest.fixture(scope="module")
def claimed():
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.full(4, 0.6), size=3_000)
    return p, np.array([rng.choice(4, p=row**0.7 / (row**0.7).sum()) for row in p])


def test_log_loss_is_that_of_scikit_learn(claimed):
    p, y = claimed
    assert calibration.log_loss(p, y) == pytest.approx(log_loss(y, p), rel=1e-9)
    assert np.isfinite(calibration.log_loss([[0.0, 1.0]], [0]))


def test_reliability_is_that_of_scikit_learn(claimed):
    sure, right = calibration.confidence(*claimed)
    found = calibration.reliability(sure, right, bins=12)
    share, mean = calibration_curve(right, sure, n_bins=12)
    np.testing.assert_allclose(found.share, share)
    np.testing.assert_allclose(found.claimed, mean)
    assert found.count.sum() == len(right)
    expected = found.count @ abs(share - mean) / len(right)
    assert calibration.expected_calibration_error(sure, right, 12) == pytest.approx(expected)


def test_the_most_confident_by_hand():
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.45, 0.55]])
    y = np.array([0, 1, 1, 0])
    shares = [calibration.accuracy_of_most_confident(p, y, s) for s in (0.25, 0.5, 0.75, 1)]
    assert shares == pytest.approx([1, 1, 2 / 3, 1 / 2])


# ---------------------------------------------------------------------------- counting


def test_digits_are_those_of_the_number_written_out():
    around = [10**k + d for k in range(1, 400, 7) for d in (-1, 0, 1)]
    for number in (*range(1, 1_200), *around, 17**64):
        text = str(number)
        assert counting.decimal_digits(number) == len(text)
        mantissa, exponent = counting.leading(number, 3)
        assert exponent == len(text) - 1
        assert mantissa == pytest.approx(int(text[:3].ljust(3, "0")) / 100)


def test_the_number_of_photographs_by_decimal():
    photographs = counting.pictures(224, 224, channels=3)
    assert photographs == 256**150_528
    with decimal.localcontext(prec=30, Emax=decimal.MAX_EMAX):
        value = decimal.Decimal(256) ** 150_528
    assert counting.decimal_digits(photographs) == value.adjusted() + 1 == 362_508
    mantissa, _ = counting.leading(photographs, 6)
    assert mantissa == pytest.approx(float(value.scaleb(-value.adjusted())), abs=1e-5)
    assert counting.pictures(8, 8, levels=17) == pytest.approx(10 ** (64 * math.log10(17)))
    assert counting.sequences(7, 3) == 343


def test_runs_of_words_by_counter():
    text = "The array, the ARRAY_like; the shape."
    assert ngrams.words(text) == ["the", "array", "the", "array_like", "the", "shape"]
    assert ngrams.ngrams([text, "the array"], 2) == Counter(
        [("the", "array"), ("array", "the"), ("the", "array_like"), ("array_like", "the"),
         ("the", "shape"), ("the", "array")]
    )  # fmt: skip
    assert ngrams.unseen_share(["a b c"], ["a b d d"], 1) == 0.5
    assert ngrams.unseen_share(["a b c"], ["a b d d"], 2) == pytest.approx(2 / 3)


def test_halves_share_no_document_and_lose_none():
    documents = corpus.docstrings()
    one, other = ngrams.halves(documents, 7)
    assert Counter(one + other) == Counter(documents)
    assert abs(len(one) - len(other)) <= 1
    assert one != ngrams.halves(documents, 8)[0]


# ---------------------------------------------------------------------------- claims


def test_a_number_that_did_as_well_would_fail(monkeypatch):
    monkeypatch.setattr(modelling_class, "held_out_accuracy", lambda *_, **__: 0.97)
    assert claims.check("codes-impose-an-order", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize("mistakes", ["sure", "many"])
def test_confidence_that_tells_nothing_would_fail(monkeypatch, mistakes):
    y = np.arange(100) % 2
    sure = np.where(np.arange(100) < 10, 0.9, 0.6)
    wrong = np.arange(100) < 10 if mistakes == "sure" else np.arange(100) % 4 == 0
    column = np.where(wrong, 1 - y, y)
    p = np.where(np.arange(2) == column[:, None], sure[:, None], 1 - sure[:, None])
    monkeypatch.setattr(modelling_class, "held_out_probabilities", lambda *_: (p, y))
    assert claims.check("probability-says-more", range(2)).verdict == Verdict.FAILS


@pytest.mark.parametrize(
    ("patched", "value", "verdict"),
    [("RHO", 0.0, Verdict.FAILS), ("FEW", 300, Verdict.CAVEAT)],
)
def test_naive_bayes_can_come_out_otherwise(monkeypatch, patched, value, verdict):
    monkeypatch.setattr(modelling_class, patched, value)
    assert claims.check("naive-bayes-needs-independence", range(2)).verdict == verdict
    if patched == "FEW":  # many people, and a correlation that costs decisions too
        monkeypatch.setattr(modelling_class, "RHO", 0.9)
        found = claims.check("naive-bayes-needs-independence", range(2))
        assert found.verdict == Verdict.HOLDS


@pytest.mark.parametrize(("share", "verdict"), [(0.9, Verdict.HOLDS), (0.1, Verdict.FAILS)])
def test_counting_can_come_out_otherwise(monkeypatch, share, verdict):
    monkeypatch.setattr(modelling_class, "unseen_in_docstrings", lambda *_: share)
    assert claims.check("counting-is-hopeless", range(2)).verdict == verdict


def test_a_relabelled_network_is_trained_on_the_new_numbers():
    own, dealt = (DigitTask(3, renumbered=renumbered).split() for renumbered in (False, True))
    pairs = {*zip(own.y, dealt.y, strict=True), *zip(own.y_test, dealt.y_test, strict=True)}
    assert sorted(code for _, code in pairs) == list(range(10)), "one new number for each class"
    assert any(code != digit for digit, code in pairs)
    assert held_out_accuracy(3, renumbered=True) > 0.9
