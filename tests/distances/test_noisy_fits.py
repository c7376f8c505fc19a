"""What networks answer that learn from noisy measurements."""

import numpy as np
import pytest
import torch

from fitlab.distances import noisy_fits


@pytest.mark.parametrize("noise", noisy_fits.NOISES)
def test_noises_have_the_mean_0_and_the_median_that_is_said(noise):
    draw, median = noisy_fits.NOISES[noise]
    values = draw(np.random.default_rng(0), 100_000)
    assert values.mean() == pytest.approx(0, abs=0.02)
    assert np.median(values) == pytest.approx(median, abs=0.02)
    assert values.std() == pytest.approx(1, abs=0.02)


def test_the_absolute_error_has_torchs_derivative():
    outputs = torch.randn(50, 1, dtype=torch.float64, requires_grad=True)
    rows = torch.randn(50, 1, dtype=torch.float64)
    value, slope = noisy_fits.WAYS["absolute error"].both(outputs.detach(), rows)
    loss = torch.nn.functional.l1_loss(outputs, rows)
    assert value == pytest.approx(loss.item())
    torch.testing.assert_close(slope, torch.autograd.grad(loss, outputs)[0])


def test_what_is_unknown_is_refused():
    with pytest.raises(ValueError, match="noise='pink' was given"):
        noisy_fits.measurements("pink", 0)
    with pytest.raises(ValueError, match="loss='cubes' was given"):
        noisy_fits.offset("Gaussian", "cubes", 0)
