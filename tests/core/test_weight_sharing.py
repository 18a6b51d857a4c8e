"""Learned layers against torch's convolution, scikit-learn's least squares and the closed forms of their errors."""

import doctest

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from app.core import weight_sharing as module
from app.core.linear_risk import least_squares_risk
from app.core.weight_sharing import (
    as_matrix,
    dense_matrix,
    drawn_maps,
    local_filters,
    patches,
    place_filters,
    shared_filters,
    shift_commutator,
)


def world(n: int, drift: float, noise: float, seed: int, side: int = 6):
    filters = place_filters(side, 3, drift, np.random.default_rng([seed, 0]))
    return (filters, *drawn_maps(filters, n, noise, np.random.default_rng([seed, 1])))


def test_doctests():
    assert doctest.testmod(module).failed == 0


def test_maps_of_one_filter_are_those_of_torch():
    import torch
    import torch.nn.functional as F

    filters, x, y = world(3, 0.0, 0.0, 0)
    padded = F.pad(torch.tensor(x)[:, None], (1, 1, 1, 1), mode="circular")
    theirs = F.conv2d(padded, torch.tensor(filters[0].reshape(1, 1, 3, 3))).reshape(3, -1).numpy()
    np.testing.assert_allclose(y, theirs, atol=1e-12)
    np.testing.assert_allclose(x.reshape(3, -1) @ as_matrix(filters).T, theirs, atol=1e-12)


def test_matrix_of_filters_that_differ_gives_their_maps():
    filters, x, y = world(4, 0.7, 0.0, 1)
    np.testing.assert_allclose(x.reshape(4, -1) @ as_matrix(filters).T, y, atol=1e-12)
    np.testing.assert_allclose((filters**2).sum(axis=1).mean(), 1, atol=0.6)


@pytest.mark.parametrize("n", [5, 30, 60])
def test_fits_against_scikit_learn(n: int):
    _, x, y = world(n, 0.3, 0.5, 2)
    seen, flat = patches(x, 3), x.reshape(n, -1)
    one = LinearRegression(fit_intercept=False).fit(seen.reshape(-1, 9), y.ravel()).coef_
    np.testing.assert_allclose(shared_filters(x, y, 3), np.tile(one, (36, 1)), atol=1e-10)
    local = [LinearRegression(fit_intercept=False).fit(seen[:, p], y[:, p]).coef_ for p in range(36)]
    np.testing.assert_allclose(local_filters(x, y, 3), local, atol=1e-9)
    np.testing.assert_allclose(dense_matrix(x, y), LinearRegression(fit_intercept=False).fit(flat, y).coef_, atol=1e-9)


@pytest.mark.parametrize("n", [16, 45, 120])
def test_errors_are_those_of_the_closed_forms(n: int):
    """36 outputs of one data set are not independent, worlds are: three standard errors over 60 of them."""
    local, dense, shared = [], [], []
    for seed in range(60):
        filters, x, y = world(n, 0.0, 0.5, seed + 10)
        truth = as_matrix(filters)
        local.append(((local_filters(x, y, 3) - filters) ** 2).sum() / 36)
        dense.append(((dense_matrix(x, y) - truth) ** 2).sum() / 36)
        shared.append(((shared_filters(x, y, 3)[0] - filters[0]) ** 2).sum())
    for errors, unknowns, rows in ((local, 9, n), (dense, 36, n), (shared, 9, 36 * n)):
        expected = float(least_squares_risk(rows, unknowns, 1, 0.5))
        assert abs(np.mean(errors) - expected) < 3 * np.std(errors, ddof=1) / np.sqrt(60)


def test_only_the_shared_layer_commutes_with_a_shift():
    _, x, y = world(20, 0.0, 0.5, 3)
    assert shift_commutator(as_matrix(shared_filters(x, y, 3))) == 0
    assert shift_commutator(as_matrix(local_filters(x, y, 3))) > 0.2
    assert shift_commutator(dense_matrix(x, y)) > 1


def test_commutator_is_what_shifting_pictures_shows():
    _, x, y = world(20, 0.5, 0.5, 4)
    matrix = as_matrix(local_filters(x, y, 3))
    shift = np.eye(36)[np.roll(np.arange(36).reshape(6, 6), 1, axis=1).ravel()]
    np.testing.assert_array_equal((shift @ x[0].ravel()).reshape(6, 6), np.roll(x[0], 1, axis=1))
    expected = np.linalg.norm(matrix @ shift - shift @ matrix) / np.linalg.norm(matrix)
    assert shift_commutator(matrix) == pytest.approx(expected, rel=1e-12)
