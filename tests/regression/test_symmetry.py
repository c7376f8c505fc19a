"""A symmetric network is the symmetric part of an MLP, before, while and after it is trained."""

import re

import numpy as np
import pytest
import torch

import fitlab
from fitlab import MLP, Settings, random
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.optimizers import Adam
from fitlab.regression.symmetry import Symmetric, fit_symmetric

GRID = np.linspace(-4, 4, 801)
SHAPES = [(1, 1, "relu"), (8, 2, "relu"), (64, 5, "relu"), (7, 3, "tanh"), (5, 2, "identity")]
SIGNS = {"odd": -1, "even": 1}
HALF = fitlab.Target("half_sine", np.sin, 0.0, np.pi, "sin x")


@pytest.mark.parametrize("symmetry", SIGNS)
@pytest.mark.parametrize(("width", "depth", "activation"), [*SHAPES, (3, 0, "relu")])
def test_it_is_the_odd_or_the_even_part_and_both_add_up(symmetry, width, depth, activation):
    g = MLP(width, depth, activation, seed=3)
    model = Symmetric(g, symmetry)
    expected = (g.predict(GRID) + SIGNS[symmetry] * g.predict(-GRID)) / 2
    np.testing.assert_allclose(model.predict(GRID), expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(model.predict(-GRID), SIGNS[symmetry] * model.predict(GRID))
    both = Symmetric(g, "odd").predict(GRID) + Symmetric(g, "even").predict(GRID)
    np.testing.assert_allclose(both, g.predict(GRID), rtol=0, atol=1e-15)
    assert model.parameter_count == g.parameter_count


@pytest.mark.parametrize("symmetry", SIGNS)
@pytest.mark.parametrize(("width", "depth", "activation"), [*SHAPES, (3, 0, "relu")])
def test_unfolded_it_is_a_plain_network_of_twice_the_width(symmetry, width, depth, activation):
    model = Symmetric(MLP(width, depth, activation, seed=4), symmetry)
    plain = model.unfolded()
    assert type(plain) is MLP
    assert (plain.width, plain.depth) == (2 * width, depth)
    np.testing.assert_allclose(plain.predict(GRID), model.predict(GRID), rtol=0, atol=1e-14)


@pytest.mark.parametrize("symmetry", SIGNS)
@pytest.mark.parametrize(("width", "depth", "activation"), SHAPES)
@pytest.mark.parametrize("batch", [1, 64])
def test_a_hundred_steps_are_torchs(symmetry, width, depth, activation, batch):
    """Ours against autograd and torch.optim.Adam: the function within 1e-11 after 100 steps.

    Parameters are compared less closely. Some cancel out (the last bias of an odd network): their
    gradient is nothing but rounding, which Adam divides by its own size.
    """
    ours = Symmetric(MLP(width, depth, activation, seed=2), symmetry)
    g = MLP(width, depth, activation, seed=2)
    x, y = (torch.from_numpy(v)[:, None] for v in HALF.samples(1_000))
    take_step = TrainingStep(ours, Adam(lr=3e-3))
    optimizer = torch.optim.Adam(g.parameters(), lr=3e-3)
    for chosen in random.batch_indices(2, np.arange(1, 101), batch, 1_000):
        answer = (g(x[chosen]) + SIGNS[symmetry] * g(-x[chosen])) / 2
        loss = torch.nn.functional.mse_loss(answer, y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert take_step(x[chosen], y[chosen]) == pytest.approx(loss.item(), abs=1e-12)
    for a, b in zip(ours.parameters(), g.parameters(), strict=True):
        assert (a - b).abs().max() <= 1e-9
    answer = (g.predict(GRID) + SIGNS[symmetry] * g.predict(-GRID)) / 2
    np.testing.assert_allclose(ours.predict(GRID), answer, rtol=0, atol=1e-11)


def test_it_starts_from_the_parameters_of_the_plain_network():
    """A step as small as can be leaves them as they were."""
    settings = {"width": 9, "depth": 2, "seed": 5, "max_steps": 1, "lr": 1e-200}
    symmetric = fit_symmetric("odd", HALF, **settings).model
    plain = Settings(HALF, **settings).new_model()
    for a, b in zip(symmetric.network.parameters(), plain.parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("symmetry", SIGNS)
def test_a_fit_reports_its_error_truly_and_stops_as_any_fit(symmetry):
    fit = fit_symmetric(symmetry, HALF, width=16, depth=2, seed=1)
    x = np.linspace(0, np.pi, 10_000)
    assert fit.converged
    assert fit.mse < 5e-4
    assert fit.mse == pytest.approx(np.mean((fit.model.predict(x) - np.sin(x)) ** 2), rel=1e-9)
    assert fit.steps % 25 == 0
    assert f"after {fit.steps} steps" in fit.reason
    mirrored = np.mean((fit.model.predict(-x) - SIGNS[symmetry] * np.sin(x)) ** 2)
    assert mirrored == pytest.approx(fit.mse, rel=1e-9)  # it errs at -x as it errs at x


def test_its_pieces_are_counted_as_they_are():
    """Between its knots the network is straight: no second difference."""
    fit = fit_symmetric("odd", HALF, width=8, depth=2, max_steps=50)
    pieces = fitlab.linear_pieces(fit.model, -3, 3)
    np.testing.assert_allclose(pieces(GRID[100:701]), fit.model.predict(GRID[100:701]), atol=1e-12)
    np.testing.assert_allclose(pieces.knots, -pieces.knots[::-1], atol=1e-9)
    assert fit.pieces == len(fitlab.linear_pieces(fit.model, 0, np.pi))


def test_a_wrong_guess_ends_with_words():
    fit = fit_symmetric("even", "sine", width=16, depth=2, max_steps=100)
    assert not fit.converged
    assert 0.49 < fit.mse < 0.55
    assert "did not get below 5e-4" in fit.reason or "dead" in fit.reason


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["strange"], {}, "symmetry='strange' was given; symmetry must be one of odd, even"),
        (["odd"], {"dropout": 0.1}, "dropout=0.1 was given; a symmetric network must have"),
        (["odd", "nothing"], {}, "target='nothing'"),
        (["odd"], {"width": 0}, "width=0"),
    ],
)
def test_what_is_not_allowed_is_refused(arguments, settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        fit_symmetric(*arguments, **settings)


def test_it_says_what_it_is():
    model = Symmetric(MLP(4, 1, seed=0), "odd")
    assert repr(model) == f"Symmetric(odd part of {model.network!r})"
