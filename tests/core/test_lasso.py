"""Coordinate descent, the exact path and the certificate, against scikit-learn, brute force and ridge's closed form."""

import doctest

import numpy as np
import pytest
from scipy import linalg
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, Ridge, lars_path

from app.core import lasso as module
from app.core.lasso import (
    elastic_net,
    largest_penalty,
    lasso_knots,
    proximal_descent,
    subgradient_descent,
    violation,
)
from app.core.ridge import degrees_of_freedom, ridge, soft_threshold


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(0).normal(size=(50, 10))
    return X, X @ np.ones(10) + np.random.default_rng(1).normal(size=50)


@pytest.fixture(scope="module")
def diabetes() -> tuple[np.ndarray, np.ndarray]:
    X, y = load_diabetes(return_X_y=True)
    return X, y - y.mean()


def test_examples():
    assert doctest.testmod(module).failed == 0


def test_lasso_is_that_of_scikit_learn(data):
    X, y = data
    penalties = np.array([0.5, 5.0, 40.0, 200.0])
    found = elastic_net(X, y, penalties)
    for row, penalty in zip(found, penalties, strict=True):
        theirs = Lasso(alpha=penalty / len(y), fit_intercept=False, tol=1e-14, max_iter=100_000).fit(X, y).coef_
        np.testing.assert_allclose(row, theirs, atol=1e-8)
    assert (found[-1] == 0).any() and not (found[0] == 0).any()


@pytest.mark.parametrize("mix", [0.2, 0.5, 0.9])
def test_elastic_net_is_that_of_scikit_learn_for_many_targets_at_once(data, mix):
    X, y = data
    targets = np.stack([y, -2 * y, y + X[:, 0]])
    found = elastic_net(X, targets[:, None], np.array([1.0, 30.0]), mix)
    assert found.shape == (3, 2, 10)
    for i, target in enumerate(targets):
        for j, penalty in enumerate((1.0, 30.0)):
            model = ElasticNet(alpha=penalty / 50, l1_ratio=mix, fit_intercept=False, tol=1e-14, max_iter=100_000)
            np.testing.assert_allclose(found[i, j], model.fit(X, target).coef_, atol=1e-8)
            assert violation(X, target, found[i, j], penalty, mix) < 1e-10


def test_without_l1_it_is_ridge(data):
    X, y = data
    np.testing.assert_allclose(elastic_net(X, y, 7.0, mix=0.0), ridge(X, y, 7.0), atol=1e-10)
    assert violation(X, y, ridge(X, y, 7.0), 7.0, mix=0.0) < 1e-10
    assert largest_penalty(X, y, 0.0) == np.inf


def test_orthonormal_columns_shift_and_cut_or_shrink():
    """3, -0.5, 1.2 with λ = 1, also by scikit-learn on a Hadamard design."""
    X = linalg.hadamard(8)[:, 1:4] / np.sqrt(8)
    y = X @ [3.0, -0.5, 1.2]
    np.testing.assert_allclose(elastic_net(X, y, 1.0), [2, 0, 0.2], atol=1e-12)
    np.testing.assert_allclose(elastic_net(X, y, 1.0), soft_threshold(X.T @ y, 1.0), atol=1e-12)
    np.testing.assert_allclose(elastic_net(X, y, 1.0, mix=0.0), [1.5, -0.25, 0.6], atol=1e-12)
    np.testing.assert_allclose(Ridge(alpha=1.0, fit_intercept=False).fit(X, y).coef_, [1.5, -0.25, 0.6], atol=1e-12)
    np.testing.assert_allclose(Lasso(alpha=1 / 8, fit_intercept=False).fit(X, y).coef_, [2, 0, 0.2], atol=1e-12)


def test_the_path_on_diabetes_is_that_of_least_angle_regression(diabetes):
    X, y = diabetes
    penalties, weights = lasso_knots(X, y)
    alphas, _, theirs = lars_path(X, y, method="lasso")
    np.testing.assert_allclose(penalties, alphas * len(y), atol=1e-8)
    np.testing.assert_allclose(weights, theirs.T, atol=1e-8)
    order: list[int] = []
    for w in weights:
        order += [int(j) + 1 for j in np.flatnonzero(w) if j + 1 not in order]
    assert order == [3, 9, 4, 7, 2, 10, 5, 8, 6, 1]


def test_the_path_bends_only_at_its_knots_and_solves_everywhere(diabetes):
    X, y = diabetes
    penalties, weights = lasso_knots(X, y)
    between = np.random.default_rng(0).uniform(0, penalties[0], 20)
    for penalty in between:
        w = np.array([np.interp(penalty, penalties[::-1], column[::-1]) for column in weights.T])
        w[np.abs(w) < 1e-9] = 0
        assert violation(X, y, w, penalty) < 1e-7


@pytest.mark.parametrize("seed", range(30))
def test_the_path_agrees_with_coordinate_descent_on_correlated_columns(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, 6)) + rng.normal(size=(20, 1))
    y = X @ rng.normal(size=6) + rng.normal(size=20)
    penalties, weights = lasso_knots(X, y)
    np.testing.assert_allclose(elastic_net(X, y, penalties, sweeps=100_000), weights, atol=1e-6)


@pytest.mark.parametrize("truth", [(2.0, 2.0, 0.0), (1.0, 1.0, 1.0), (1.0, -1.0, 0.5)])
def test_weights_that_enter_together(truth):
    X = np.array([[1, 0, 0.65], [0, 1, 0.65], [0, 0, np.sqrt(1 - 2 * 0.65**2)]])
    penalties, weights = lasso_knots(X, X @ truth)
    np.testing.assert_allclose(elastic_net(X, X @ truth, penalties, sweeps=100_000), weights, atol=1e-8)
    np.testing.assert_allclose(weights[-1], truth, atol=1e-12)


def test_just_below_the_largest_penalty_one_weight_wakes(diabetes):
    X, y = diabetes
    top = largest_penalty(X, y)
    assert top / len(y) == pytest.approx(2.1480436, abs=5e-8)
    assert not elastic_net(X, y, 1.001 * top).any()
    assert np.flatnonzero(elastic_net(X, y, 0.999 * top)).tolist() == [2]


@pytest.mark.parametrize(("penalty", "freedom"), [(0, 10), (0.01, 9.2483), (0.1, 7.6417), (1, 3.9423), (10, 0.8317)])
def test_degrees_of_freedom_of_ridge_on_diabetes(diabetes, penalty, freedom):
    assert degrees_of_freedom(diabetes[0], penalty) == pytest.approx(freedom, abs=5e-5)


def test_of_two_copies_coordinate_descent_keeps_the_first_and_every_split_is_as_good():
    x = np.random.default_rng(0).normal(size=40)
    X, y = np.stack([x, x], axis=1), 2 * x + np.random.default_rng(1).normal(size=40)
    w = elastic_net(X, y, 4.0)
    assert w[1] == 0
    theirs = Lasso(alpha=4 / 40, fit_intercept=False, tol=1e-14).fit(X, y).coef_
    np.testing.assert_allclose(w, theirs, atol=1e-8)
    for share in (0.0, 0.3, 1.0):
        assert violation(X, y, w[0] * np.array([share, 1 - share]), 4.0) < 1e-10
    halves = ridge(X, y, 4.0)
    assert halves[0] == pytest.approx(halves[1], abs=1e-12)
    blend = elastic_net(X, y, 4.0, mix=0.5)
    assert blend[0] == pytest.approx(blend[1], abs=1e-9)


def test_subgradients_leave_no_exact_zero_and_the_proximal_step_does(data):
    X, y = data
    rate = 1 / np.linalg.norm(X, 2) ** 2
    exact = elastic_net(X, y, 40.0)
    prox, plain = (f(X, y, 40.0, rate, 3000) for f in (proximal_descent, subgradient_descent))
    np.testing.assert_allclose(prox, exact, atol=1e-9)
    assert ((prox == 0) == (exact == 0)).all() and (exact == 0).sum() >= 1
    assert (plain != 0).all()
    np.testing.assert_allclose(plain, exact, atol=1.2)  # it dithers around the kink
