"""Posterior means under Gaussian and Laplace priors, against quadrature, scipy's distributions and sampling."""

import doctest

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from app.core import shrinkage_priors as module
from app.core.ridge import ridge, soft_threshold
from app.core.shrinkage_priors import (
    cost_of_the_mode,
    gaussian_mean,
    gaussian_posterior,
    laplace_mean,
    laplace_posterior,
    laplace_sides,
    normal_below,
)


def test_examples():
    assert doctest.testmod(module).failed == 0


def test_normal_below_is_that_of_scipy():
    x = np.linspace(-30, 8, 50)
    np.testing.assert_allclose(normal_below(x), stats.norm.cdf(x), rtol=1e-12)


@pytest.mark.parametrize("penalty", [0.1, 1.0, 3.0])
@pytest.mark.parametrize("y", [-4.0, 0.0, 0.5, 1.0, 3.0])
def test_laplace_mean_density_and_evidence_by_quadrature(y, penalty):
    def joint(w: float) -> float:
        return float(stats.norm.pdf(y, w, 1) * stats.laplace.pdf(w, scale=1 / penalty))

    parts = [integrate.quad(joint, *ends, epsabs=1e-13)[0] for ends in ((-40, 0), (0, 40))]
    np.testing.assert_allclose(laplace_sides(y, penalty), parts, rtol=1e-8)
    first = sum(integrate.quad(lambda w: w * joint(w), *ends, epsabs=1e-13)[0] for ends in ((-40, 0), (0, 40)))
    assert laplace_mean(y, penalty) == pytest.approx(first / sum(parts), abs=1e-8)
    grid = np.linspace(-10, 10, 7)
    np.testing.assert_allclose(laplace_posterior(grid, y, penalty), [joint(w) / sum(parts) for w in grid], rtol=1e-8)


@pytest.mark.parametrize(("y", "mean", "mode"), [(0.5, 0.24102, 0), (1, 0.50322, 0), (2, 1.16109, 1), (3, 2.02581, 2)])
def test_the_mean_is_not_sparse_and_the_mode_is(y, mean, mode):
    assert laplace_mean(y, 1.0) == pytest.approx(mean, abs=5e-6)
    assert soft_threshold(y, 1.0) == mode
    peak = optimize.minimize_scalar(lambda w: -laplace_posterior(w, y, 1.0), bounds=(-5, 5), method="bounded")
    assert peak.x == pytest.approx(mode, abs=1e-5)


def test_the_gaussian_prior_is_ridge_with_noise_over_prior_variance():
    rng = np.random.default_rng(0)
    X, noise, spread = rng.normal(size=(30, 5)), 0.7, 1.3
    y = X @ rng.normal(0, spread, 5) + rng.normal(0, noise, 30)
    precision = X.T @ X / noise**2 + np.eye(5) / spread**2
    posterior_mean = np.linalg.solve(precision, X.T @ y / noise**2)
    np.testing.assert_allclose(ridge(X, y, noise**2 / spread**2), posterior_mean, atol=1e-8)


@pytest.mark.parametrize("penalty", [0.5, 1.0, 4.0])
def test_gaussian_posterior_is_a_density_around_the_shrunk_value(penalty):
    w = np.linspace(-10, 10, 100_001)
    density = gaussian_posterior(w, 3.0, penalty)
    assert density.sum() * (w[1] - w[0]) == pytest.approx(1, abs=1e-9)
    assert w[density.argmax()] == pytest.approx(gaussian_mean(3.0, penalty), abs=2e-4)
    assert gaussian_mean(3.0, penalty) == 3 / (1 + penalty)


@pytest.mark.parametrize("penalty", [0.1, 0.5, 1.0, 3.0, 6.0])
def test_cost_of_the_mode_by_sampling(penalty):
    rng = np.random.default_rng(1)
    w = rng.laplace(scale=1 / penalty, size=400_000)
    y = w + rng.normal(size=w.size)
    often, excess = cost_of_the_mode(penalty)
    zero = np.abs(y) <= penalty
    assert often == pytest.approx(zero.mean(), abs=4 * zero.std() / np.sqrt(w.size) + 1e-6)
    gain = (soft_threshold(y, penalty) - w) ** 2 - (laplace_mean(y, penalty) - w) ** 2
    assert excess == pytest.approx(gain.mean(), abs=4 * gain.std() / np.sqrt(w.size))
    assert excess > 0
