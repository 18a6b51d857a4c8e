"""The decomposition is an identity; batched refits equal one-by-one fits; the noise integrates out exactly."""

import doctest

import numpy as np
import pytest

from app.core import bias_variance as module
from app.core.bias_variance import decompose, legendre_features, matched_early_stopping, polynomial_refits
from app.core.ridge import degrees_of_freedom, descend, ridge, ridge_factor

PLACES = np.linspace(0, 1, 11)


def wave(x: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * x)


def refits(n: int, degree: int, penalties, factor=ridge_factor, sets: int = 40, noise: float = 0.3, same_x=False):
    rng = np.random.default_rng(0)
    x = rng.random((sets, n))
    x = np.repeat(x[:1], sets, axis=0) if same_x else x
    y = wave(x) + noise * rng.normal(size=x.shape)
    return x, y, polynomial_refits(x, y, wave(x), PLACES, degree, np.asarray(penalties, dtype=float), factor)


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("unbiased", [True, False])
def test_bias_and_variance_add_up_to_the_error(unbiased):
    predictions = np.random.default_rng(0).normal(size=(7, 30))
    d = decompose(predictions, PLACES[:1], unbiased)
    assert d.bias2 + d.variance == pytest.approx(d.error, rel=1e-12)


def test_unbiased_version_has_the_right_mean():
    rng = np.random.default_rng(0)
    found = [decompose(0.5 + rng.normal(size=(4, 50)), np.zeros(50), unbiased=True) for _ in range(400)]
    for values, expected in (([d.bias2 for d in found], 0.25), ([d.variance for d in found], 1.0)):
        assert abs(np.mean(values) - expected) < 3 * np.std(values) / 20


@pytest.mark.parametrize(("n", "degree"), [(20, 15), (20, 3), (10, 15)])
def test_batched_fits_are_those_made_one_by_one(n, degree):
    penalties = [1e-3, 0.1]
    x, y, found = refits(n, degree, penalties, sets=3)
    for r in range(3):
        X = legendre_features(x[r], degree)
        for i, penalty in enumerate(penalties):
            w = ridge(X, y[r], penalty)
            np.testing.assert_allclose(found.predictions[r, i], legendre_features(PLACES, degree) @ w, atol=1e-8)
            assert found.train[r, i] == pytest.approx(np.mean((X @ w - y[r]) ** 2), abs=1e-9)
            assert found.freedom[r, i] == pytest.approx(degrees_of_freedom(X, penalty), abs=1e-9)


def test_early_stopped_refits_were_really_descended():
    x, y, found = refits(20, 9, [0.05], matched_early_stopping, sets=2)
    X = legendre_features(x[1], 9)
    rate = 1 / np.linalg.svd(X, compute_uv=False)[0] ** 2
    steps = 1 / (rate * 0.05)
    low, high = (descend(X, y[1], rate, int(t)) for t in (np.floor(steps), np.ceil(steps)))
    between = low + (steps % 1) * (high - low)
    np.testing.assert_allclose(found.predictions[1, 0], legendre_features(PLACES, 9) @ between, atol=1e-4)


@pytest.mark.parametrize("factor", [ridge_factor, matched_early_stopping])
def test_noise_integrates_out(factor):
    _, _, found = refits(20, 9, [0.01, 1.0], factor, sets=2000, same_x=True)
    bias2, variance = found.expected(wave(PLACES), 0.3)
    errors = ((found.predictions - wave(PLACES)) ** 2).mean(axis=2)
    expected = found.expected_errors(wave(PLACES), 0.3)
    for i in range(2):
        standard_error = errors[:, i].std() / np.sqrt(2000)
        assert abs(errors[:, i].mean() - expected[:, i].mean()) < 3 * standard_error
        assert abs(errors[:, i].mean() - bias2[i] - variance[i]) < 3 * standard_error


def test_gap_between_fresh_and_training_labels_is_two_sigma_squared_times_the_freedom():
    """E[error on new labels at the same x] - E[training error] = 2σ² tr(H)/n."""
    x, _, found = refits(20, 9, [0.1], sets=1, same_x=True)
    X = legendre_features(x[0], 9)
    hat = X @ np.linalg.solve(X.T @ X + 0.1 * np.eye(10), X.T)
    rng = np.random.default_rng(1)
    y, fresh = (wave(x[0]) + 0.3 * rng.normal(size=(4000, 20)) for _ in range(2))
    gaps = ((y @ hat - fresh) ** 2 - (y @ hat - y) ** 2).mean(axis=1)
    expected = 2 * 0.3**2 * found.freedom[0, 0] / 20
    assert abs(gaps.mean() - expected) < 3 * gaps.std() / np.sqrt(4000)


def test_known_errors_of_a_ninth_degree_polynomial():
    """Twenty points, σ = 0.3: with λ = 0.1 the variance is a small fraction of what it is without a penalty."""
    _, _, found = refits(20, 9, [1e-9, 0.1], sets=300)
    wild, tame = (decompose(found.predictions[:, i], wave(PLACES)) for i in range(2))
    assert wild.variance > 1000 * tame.variance
    assert tame.bias2 < 0.02
    assert found.train.mean(axis=0) == pytest.approx([0.044, 0.050], abs=0.003)
