"""Growing data sets against the closed forms, scikit-learn and the random-matrix limits."""

import doctest

import numpy as np
import pytest
from scipy import integrate
from sklearn.linear_model import Ridge

from app.core import double_descent as module
from app.core.double_descent import growing_risks, optimal_penalty, optimal_ridge_risk, smallest_singular_values
from app.core.linear_risk import least_squares_risk
from app.core.ridge import ridge

SIZES = [10, 25, 40, 48, 52, 60, 100, 200, 400]


@pytest.fixture(scope="module")
def growth():
    return growing_risks(SIZES, 50, 0.5, optimal_penalty(50, 0.5), 400, np.random.default_rng(0))


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("n", [10, 25, 40, 60, 100, 200, 400])
def test_mean_risk_is_its_closed_form(growth, n):
    values = growth.total[:, SIZES.index(n)]
    expected = least_squares_risk(n, 50, 1.0, 0.5)
    assert abs(values.mean() - expected) < 3.5 * values.std() / np.sqrt(len(values))


def test_numbers_of_the_two_branches():
    found = least_squares_risk([10, 25, 40, 60, 100, 200, 400], 50, 1.0, 0.5)
    np.testing.assert_allclose(found, [0.864, 0.760, 1.311, 1.389, 0.2551, 0.0839, 0.0358], rtol=1e-3)
    assert least_squares_risk(48, 50, 1.0, 0.5) == pytest.approx(12.04, abs=1e-6)


def test_doubling_the_data_multiplies_the_median_error(growth):
    quarter, near = (np.median(growth.total[:, SIZES.index(n)]) for n in (25, 48))
    assert near > 4 * quarter


def test_signal_and_spread_are_the_two_terms(growth):
    n = np.array(SIZES)
    np.testing.assert_allclose(growth.signal.mean(axis=0), np.clip(1 - n / 50, 0, None), atol=0.02)
    away = SIZES.index(100)
    expected = 0.25 * 50 / (100 - 50 - 1)
    assert growth.spread[:, away].mean() == pytest.approx(expected, rel=0.05)


def test_optimal_ridge_falls_with_every_example_and_meets_its_limit(growth):
    means = growth.ridge.mean(axis=0)
    assert (np.diff(means) < 0).all()
    np.testing.assert_allclose(means, optimal_ridge_risk(SIZES, 50, 0.5), rtol=0.05)
    assert (growth.ridge.mean(axis=0) <= growth.total.mean(axis=0)).all()


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_other_penalties_do_no_better_on_average(factor):
    best, other = (
        growing_risks([30, 60], 50, 0.5, scale * optimal_penalty(50, 0.5), 300, np.random.default_rng(1)).ridge.mean(0)
        for scale in (1.0, factor)
    )
    assert (best < other).all()


@pytest.mark.parametrize("gamma", [0.25, 0.9, 1.0, 3.0])
def test_limit_is_an_integral_over_the_marchenko_pastur_law(gamma):
    """E tr-normalised of σ²γ/(eigenvalue + l), by scipy over the spectral density."""
    noise, low, high = 0.5, (1 - np.sqrt(gamma)) ** 2, (1 + np.sqrt(gamma)) ** 2
    shift = noise**2 * gamma

    def density(x: float) -> float:
        return float(np.sqrt(max((high - x) * (x - low), 0)) / (2 * np.pi * gamma * x) / (x + shift))

    total = integrate.quad(density, low + 1e-12, high, limit=400)[0] + max(1 - 1 / gamma, 0) / shift
    assert optimal_ridge_risk(1000, int(1000 * gamma), noise) == pytest.approx(noise**2 * gamma * total, rel=1e-3)


def test_batched_ridge_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(3, 8, 20)), rng.normal(size=(3, 8))
    for row, (a, b) in zip(ridge(X, y, 2.0), zip(X, y, strict=True), strict=True):
        np.testing.assert_allclose(row, Ridge(alpha=2.0, fit_intercept=False).fit(a, b).coef_, atol=1e-8)


def test_data_from_the_wrong_source_pull_the_fit_to_it():
    growth = growing_risks([100, 400], 20, 0.1, 1.0, 100, np.random.default_rng(0), 100, np.pi / 3)
    good, mixed = np.median(growth.total, axis=0)
    assert good < 0.01
    assert mixed == pytest.approx((300 / 400) ** 2, rel=0.1)  # ‖w' - w‖² = 1 at 60°


def test_smallest_singular_value_near_the_square_roots_difference():
    found = smallest_singular_values([50, 100, 300], 200, 20, np.random.default_rng(0)).mean(axis=0)
    expected = np.abs(np.sqrt([50, 100, 300]) - np.sqrt(200))
    np.testing.assert_allclose(found, expected, atol=0.5)
