"""t-SNE: its P and its map are scikit-learn's, and its two losses are one."""

import math
import re

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import TSNE, _t_sne, trustworthiness
from torch.nn import functional

import fitlab
from fitlab import claims
from fitlab.claims import Verdict
from fitlab.distances import digit_maps, tsne

OTHERS = ~np.eye(digit_maps.COUNT, dtype=bool)


@pytest.fixture(scope="module")
def digits():
    return digit_maps.chosen_digits(0)[0]


@pytest.fixture(scope="module")
def p(digits):
    return fitlab.affinities(digits, 30)


@pytest.fixture(scope="module")
def short(p):
    """The map of either loss after some steps."""
    return {loss: tsne.fit_embedding(p, loss, steps=60) for loss in tsne.MAP_LOSSES}


def clouds(seed=0, n=40, k=3):
    return np.random.default_rng(seed).normal(size=(n, k))


# ---------------------------------------------------------------------------- P


@pytest.mark.parametrize("perplexity", [2, 5, 30, 90, 290])
def test_each_row_has_the_entropy_that_was_asked_for(digits, perplexity):
    p = fitlab.affinities(digits, perplexity)
    expected = stats.entropy(p.conditional, axis=1)  # SciPy's, not ours
    np.testing.assert_allclose(expected, math.log(perplexity), atol=1e-12, rtol=0)
    np.testing.assert_allclose(p.conditional_entropies, math.log(perplexity), atol=1e-12, rtol=0)


@pytest.mark.parametrize("perplexity", [2, 5, 15, 30, 50])
def test_the_joint_is_scikit_learns(digits, perplexity):
    """Theirs searches in float32, until an entropy is right to 1e-5."""
    squares = squareform(pdist(digits, "sqeuclidean")).astype(np.float32)
    theirs = squareform(_t_sne._joint_probabilities(squares, perplexity, 0))
    ours = fitlab.affinities(digits, perplexity)
    assert np.abs(ours.joint - theirs).max() < 2e-5 * theirs.max()
    assert ours.entropy == pytest.approx(stats.entropy(theirs[OTHERS]), abs=1e-4)


@pytest.mark.parametrize(("perplexity", "entropy"), [(5, 7.47), (15, 8.50), (30, 9.17), (50, 9.67)])
def test_entropies_differ_between_perplexities(digits, perplexity, entropy):
    assert fitlab.affinities(digits, perplexity).entropy == pytest.approx(entropy, abs=0.02)


def test_rows_are_bell_curves_around_each_point():
    """ln p(j | i) falls with the square of the distance, as steeply everywhere in its row."""
    x = clouds()
    p = fitlab.affinities(x, 8)
    for i, row in enumerate(p.conditional):
        others = np.arange(len(x)) != i
        squares = ((x[others] - x[i]) ** 2).sum(axis=1)
        line = stats.linregress(squares, np.log(row[others]))
        assert line.slope < 0
        assert line.rvalue == pytest.approx(-1, abs=1e-9)


def test_the_joint_is_a_distribution_of_pairs(p):
    assert p.joint.sum() == pytest.approx(1, abs=1e-12)
    assert (p.joint == p.joint.T).all()
    assert (np.diag(p.joint) == 0).all()
    np.testing.assert_allclose(p.joint.sum(axis=1) * 300, (1 + p.conditional.sum(axis=0)) / 2)


def test_scale_and_place_of_the_points_do_not_matter():
    x = clouds(1)
    p = fitlab.affinities(x, 8).joint
    for other in (1e6 * x, 1e-6 * x, x + 5):
        np.testing.assert_allclose(fitlab.affinities(other, 8).joint, p, rtol=1e-6)


@pytest.mark.parametrize(
    ("x", "perplexity", "said"),
    [
        (clouds(), 1, "perplexity=1 was given"),
        (clouds(), 39, "in (1, 39)"),
        (clouds(), "many", "perplexity='many'"),
        (clouds()[:2], 1.5, "x of shape (2, 3)"),
        (clouds()[:, 0], 5, "x of shape (40,)"),
        ([[0, 1], [2, math.nan], [3, 4]], 1.5, "NaN or infinite"),
        (np.repeat(clouds(n=8), 5, axis=0), 2, "too many others are equally near"),
        (np.eye(5), 3, "too many others are equally near"),  # all of them: the entropy is ln 4
        (digit_maps.chosen_digits(0)[0], 1.5, "no precision gives point 124"),  # a tie for nearest
        (np.zeros((9, 2)), 3, "too many others are equally near"),
    ],
)
def test_what_has_no_affinities_is_refused(x, perplexity, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        fitlab.affinities(x, perplexity)


# ---------------------------------------------------------------------------- Q and the losses


def test_q_is_students_t():
    y = clouds(2, 20, 2)
    weights = 1 / (1 + squareform(pdist(y, "sqeuclidean")))
    np.fill_diagonal(weights, 0)
    ours = tsne.log_similarities(torch.from_numpy(y)).numpy()
    others = ~np.eye(20, dtype=bool)
    expected = np.log(weights[others] / weights.sum())
    np.testing.assert_allclose(ours[others], expected, rtol=1e-12)


def test_the_losses_are_torchs_and_scipys(p):
    y = torch.from_numpy(clouds(3, 300, 2))
    joint, log_q = torch.from_numpy(p.joint), tsne.log_similarities(y)
    found = tsne.measured(joint, y)
    theirs = functional.kl_div(log_q, joint, reduction="sum").item()
    assert found.kl == pytest.approx(theirs, rel=1e-12)
    q = log_q.exp().numpy()[OTHERS]
    assert found.kl == pytest.approx(stats.entropy(p.joint[OTHERS], q), rel=1e-9)
    assert found.entropy == pytest.approx(stats.entropy(p.joint[OTHERS]), rel=1e-12)
    assert found.cross_entropy == pytest.approx(found.entropy + found.kl, rel=1e-14)


def test_the_gradient_is_the_papers():
    """4 sum_j (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|^2), equation 5."""
    x, y = clouds(4), clouds(5, 40, 2)
    p = fitlab.affinities(x, 8).joint
    weights = 1 / (1 + squareform(pdist(y, "sqeuclidean")))
    np.fill_diagonal(weights, 0)
    pull = (p - weights / weights.sum()) * weights
    expected = 4 * (pull[:, :, None] * (y[:, None] - y)).sum(axis=1)
    for loss in tsne.MAP_LOSSES:
        found = tsne.loss_gradient(torch.from_numpy(p), torch.from_numpy(y), loss)
        np.testing.assert_allclose(found, expected, atol=1e-14)


@pytest.mark.parametrize("loss", ["kl", "cross-entropy"])
def test_early_exaggeration_is_scikit_learns(loss):
    """They multiply P in the formula of the gradient, where Q still adds up to 1."""
    x, y = clouds(4), clouds(5, 40, 2)
    p = fitlab.affinities(x, 8).joint
    _, theirs = _t_sne._kl_divergence(y.ravel(), 12 * squareform(p), 1, 40, 2)
    ours = tsne.loss_gradient(torch.from_numpy(p), torch.from_numpy(y), loss, 12.0)
    np.testing.assert_allclose(ours.ravel(), theirs, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_both_losses_have_one_gradient_in_every_bit(p, seed):
    y = torch.from_numpy(clouds(seed, 300, 2))
    joint = torch.from_numpy(p.joint)
    kl, other = (tsne.loss_gradient(joint, y, loss) for loss in ("kl", "cross-entropy"))
    assert torch.equal(kl, other)
    leaf = y.clone().requires_grad_()
    functional.kl_div(tsne.log_similarities(leaf), joint, reduction="sum").backward()
    assert torch.equal(leaf.grad, kl)  # torch's own KL has it too


def test_written_with_a_ratio_the_gradient_is_equal_only_to_rounding(p):
    joint, y = torch.from_numpy(p.joint), torch.from_numpy(clouds(1, 300, 2)).requires_grad_()
    q = tsne.log_similarities(y).exp()
    ratio = torch.where(joint > 0, joint / q, 1.0)
    (gradient,) = torch.autograd.grad((joint * ratio.log()).sum(), y)
    difference = (gradient - tsne.loss_gradient(joint, y, "cross-entropy")).abs().max()
    assert 0 < difference < 1e-14


# ---------------------------------------------------------------------------- the map


def test_both_losses_draw_one_map(short):
    assert np.array_equal(short["kl"].points, short["cross-entropy"].points)
    assert short["kl"].history == short["cross-entropy"].history


def test_entropy_stays_and_both_losses_fall_together(short):
    history = short["kl"].history
    assert [losses.step for losses in history] == [0, 10, 20, 30, 40, 50, 60]
    assert len({losses.entropy for losses in history}) == 1
    assert history[-1].kl < history[0].kl
    for losses in history:
        assert losses.cross_entropy - losses.kl == pytest.approx(losses.entropy, abs=1e-12)
    # the first map is a dot: all ordered pairs are equally near
    assert history[0].cross_entropy == pytest.approx(math.log(300 * 299), abs=1e-6)


@pytest.mark.parametrize("perplexity", [5, 30])
def test_it_is_as_good_as_scikit_learns(digits, perplexity):
    """From the same starts, 500 steps: the medians of the loss and of the neighbours kept."""
    p, ours, theirs = fitlab.affinities(digits, perplexity), [], []
    for seed in range(4):
        fit = tsne.fit_embedding(p, steps=500, seed=seed)
        start = tsne.START * np.random.default_rng(seed).standard_normal((300, 2))
        peer = TSNE(perplexity=perplexity, method="exact", init=start, max_iter=500)
        points = peer.fit_transform(digits)
        ours.append((fit.kl, trustworthiness(digits, fit.points, n_neighbors=10)))
        theirs.append((peer.kl_divergence_, trustworthiness(digits, points, n_neighbors=10)))
    (kl, kept), (their_kl, they_kept) = np.median(ours, axis=0), np.median(theirs, axis=0)
    assert kl == pytest.approx(their_kl, abs=0.03)
    assert kept == pytest.approx(they_kept, abs=0.01)


def test_their_measure_of_our_map_is_ours(digits, p, short):
    fit = short["kl"]
    theirs, _ = _t_sne._kl_divergence(
        fit.points.ravel(), squareform(p.joint, checks=False), 1.0, 300, 2
    )
    assert fit.kl == pytest.approx(theirs, rel=1e-6)


def test_groups_far_apart_stay_apart():
    x = np.concatenate([clouds(6), clouds(7) + 20])
    y = tsne.fit_embedding(fitlab.affinities(x, 10), "cross-entropy", steps=300).points
    first, second = y[:40], y[40:]
    gap = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert gap > 2 * max(first.std(axis=0).max(), second.std(axis=0).max())


def test_the_seed_decides_the_map_and_nothing_global_does(p):
    def points(seed):
        return tsne.fit_embedding(p, steps=5, seed=seed).points

    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)
    one = points(3)
    np.random.seed(2)  # noqa: NPY002
    torch.manual_seed(2)
    assert np.array_equal(one, points(3))
    assert not np.array_equal(one, points(4))


def test_progress_is_reported_and_an_interrupted_fit_says_how_far_it_came(p):
    seen = []
    fit = tsne.fit_embedding(p, steps=15, on_progress=seen.append)
    assert [losses.step for losses in seen] == [0, 10, 15]
    assert seen == fit.history

    def interrupt(losses):
        if losses.step == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="interrupted after about 10 steps; no result"):
        tsne.fit_embedding(p, steps=30, on_progress=interrupt)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"loss": "mse"}, "loss='mse' was given; loss must be one of kl, cross-entropy"),
        ({"steps": 0}, "steps=0"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_other_settings_are_refused(p, settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        tsne.fit_embedding(p, **settings)


def test_they_say_what_they_are(p, short):
    assert repr(p) == "Affinities(300 points, perplexity 30: H(P) = 9.18 nats)"
    assert re.fullmatch(
        r"Embedding\(300 points by kl, 60 steps: KL \d\.\d, cross-entropy \d+\.\d nats\)",
        repr(short["kl"]),
    )


# ---------------------------------------------------------------------------- the claim


@pytest.fixture
def forgetful():
    """A claim that does not remember the maps of other tests, nor they its."""
    kept = digit_maps.digit_affinities, digit_maps.digit_map, digit_maps.trust
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def test_a_loss_that_is_not_the_same_would_let_the_letter_hold(monkeypatch, forgetful):
    def other(p, log_q):  # D(Q || P), the wrong way round
        return (log_q.exp() * (log_q - p.clamp(min=1e-300).log())).fill_diagonal_(0).sum()

    monkeypatch.setitem(tsne.MAP_LOSSES, "cross-entropy", other)
    assert claims.check("perplexity-moves-the-entropy", [0]).literally == Verdict.HOLDS


def test_a_loss_that_is_equal_to_rounding_would_be_a_caveat_to_the_letter(monkeypatch, forgetful):
    def other(p, log_q):
        ratio = torch.where(p > 0, p / log_q.exp(), 1.0)
        return (p * ratio.log()).sum()

    monkeypatch.setitem(tsne.MAP_LOSSES, "cross-entropy", other)
    fit = tsne.fit_embedding
    monkeypatch.setattr(tsne, "fit_embedding", lambda p, loss, **s: fit(p, loss, steps=3))
    assert claims.check("perplexity-moves-the-entropy", [0]).literally == Verdict.CAVEAT


def test_rows_of_another_entropy_would_let_the_letter_hold(monkeypatch, forgetful):
    rows = tsne._rows_of_entropy
    monkeypatch.setattr(tsne, "_rows_of_entropy", lambda h, d: rows(h + 1e-9, d))
    monkeypatch.setattr(claims.cross_entropy, "digit_map", lambda *_: fit)
    monkeypatch.setattr(claims.cross_entropy, "trust", lambda *_: 1.0)
    fit = tsne.fit_embedding(fitlab.affinities(digit_maps.chosen_digits(0)[0], 30), steps=1)
    assert claims.check("perplexity-moves-the-entropy", [0]).literally == Verdict.HOLDS


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_points_of_any_size_have_the_affinities_of_small_ones(scale):
    x = np.array([[0], [1], [-1], [3]])
    with np.errstate(all="raise"):
        far = tsne.affinities(x * scale, 2)
    assert far.joint == pytest.approx(tsne.affinities(x, 2).joint, rel=1e-6)


def test_one_point_far_off_leaves_the_others_their_perplexity():
    x = np.random.default_rng(0).standard_normal((100, 2))
    x[0] = 1e8
    entropies = stats.entropy(tsne.affinities(x, 10).conditional, axis=1)
    assert entropies == pytest.approx(np.full(100, np.log(10)), abs=1e-6)
