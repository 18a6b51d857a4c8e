"""Ridge, early stopping, soft threshold and input dropout, against scikit-learn, torch, scipy and brute force."""

import doctest

import numpy as np
import pytest
import torch
from scipy import optimize
from sklearn.linear_model import Ridge

from app.core import ridge as module
from app.core.ridge import (
    degrees_of_freedom,
    descend,
    dropout_loss,
    early_stopping_factor,
    filtered,
    masked_losses,
    ridge,
    ridge_factor,
    soft_threshold,
)


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(0).normal(size=(50, 10))
    return X, X @ np.ones(10) + np.random.default_rng(1).normal(size=50)


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("penalty", [1e-6, 1.0, 5.0, 1e4])
def test_ridge_is_that_of_scikit_learn_and_the_spectral_filter(data, penalty):
    X, y = data
    expected = Ridge(alpha=penalty, fit_intercept=False, solver="svd").fit(X, y).coef_
    s = np.linalg.svd(X, compute_uv=False)
    np.testing.assert_allclose(ridge(X, y, penalty), expected, rtol=1e-8)
    np.testing.assert_allclose(filtered(X, y, ridge_factor(s, penalty)), expected, rtol=1e-8)


def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(data):
    X, _ = data
    trace = np.trace(X @ np.linalg.solve(X.T @ X + 5 * np.eye(10), X.T))
    assert degrees_of_freedom(X, 5.0) == pytest.approx(trace, abs=1e-9)
    assert degrees_of_freedom(X, 5.0) == pytest.approx(8.934254, abs=5e-7)
    assert ridge_factor(3.0, 3.0) == 0.75


@pytest.mark.parametrize("steps", [0, 1, 40, 1000])
def test_early_stopped_descent_is_a_spectral_filter(data, steps):
    X, y = data
    s = np.linalg.svd(X, compute_uv=False)
    found = filtered(X, y, early_stopping_factor(s, 0.01, steps))
    np.testing.assert_allclose(descend(X, y, 0.01, steps), found, atol=1e-12)


def test_one_descent_step_is_that_of_torch(data):
    X, y = data
    w = torch.zeros(10, dtype=torch.float64, requires_grad=True)
    (0.5 * ((torch.tensor(X) @ w - torch.tensor(y)) ** 2).sum()).backward()
    np.testing.assert_allclose(descend(X, y, 0.01, 1), -0.01 * w.grad.numpy(), rtol=1e-10)


def test_early_stopping_and_ridge_leave_the_same_order_of_magnitude():
    s = np.geomspace(1e-4, 1, 200)
    for penalty in (1e-6, 1e-3, 0.1):
        stopped, shrunk = early_stopping_factor(s, 1.0, 1 / penalty), ridge_factor(s, penalty)
        assert (stopped / shrunk).min() > 0.9 and (stopped / shrunk).max() < 1.36
        assert np.abs(stopped - shrunk).max() < 0.25


def test_soft_threshold_in_closed_form_and_as_a_minimum():
    assert soft_threshold(3.0, 1.0) == 2.0
    assert soft_threshold(0.5, 1.0) == 0.0
    assert soft_threshold(0.8, 0.3) == pytest.approx(0.5)
    for z in (-2.0, -0.4, 0.1, 1.7):
        best = optimize.minimize_scalar(lambda w, z=z: 0.5 * (w - z) ** 2 + abs(w), bounds=(-4, 4), method="bounded")
        assert soft_threshold(z, 1.0) == pytest.approx(best.x, abs=1e-5)


def test_dropout_on_the_inputs_is_an_adaptive_ridge():
    rng = np.random.default_rng(3)
    X, y, w = rng.normal(size=(30, 5)), rng.normal(size=30), rng.normal(size=5)
    losses = masked_losses(X, y, w, 0.3, 40_000, rng)
    expected = dropout_loss(X, y, w, 0.3)
    assert expected == pytest.approx(395.763, abs=1e-3)
    assert abs(losses.mean() - expected) < 3 * losses.std() / np.sqrt(40_000)


def test_dropout_moments_with_torch():
    torch.manual_seed(0)
    dropped = torch.nn.functional.dropout(torch.full((200_000,), 2.0), 0.5)
    assert dropped.mean().item() == pytest.approx(2, abs=3 * 2 / np.sqrt(200_000))
    assert dropped.var().item() == pytest.approx(2**2 * 0.5 / (1 - 0.5), rel=0.02)
