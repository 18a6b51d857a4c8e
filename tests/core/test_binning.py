"""Bins, crosses and weights of evidence against scikit-learn, the general Newton solver and closed forms."""

import doctest
import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, SplineTransformer

from app.core import binning
from app.core.logistic_regression import newton, penalised_loss

from app.core.binning import (  # isort: skip
    best_steps, bin_counts, bin_of, bin_weights, cross, equal_width_edges, expected_loss, hats, information_value,
    one_hot, quantile_edges, weight_of_evidence,
)  # fmt: skip


def sample(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, n)
    return x, (rng.random(n) < 1 / (1 + np.exp(-2.5 * np.sin(1.5 * x)))).astype(float)


def test_doctests():
    failed, tried = doctest.testmod(binning)
    assert tried > 10
    assert failed == 0


@pytest.mark.parametrize("bins", [2, 7, 20])
def test_equal_width_is_kbinsdiscretizer(bins: int):
    x, _ = sample()
    oracle = KBinsDiscretizer(bins, encode="ordinal", strategy="uniform", subsample=None).fit(x[:, None])
    np.testing.assert_allclose(equal_width_edges(x, bins), oracle.bin_edges_[0][1:-1], rtol=1e-12)
    np.testing.assert_array_equal(bin_of(x, equal_width_edges(x, bins)), oracle.transform(x[:, None])[:, 0])


@pytest.mark.parametrize("bins", [2, 7, 20])
def test_quantile_bins_hold_equal_shares_as_kbinsdiscretizer_has_them(bins: int):
    x, _ = sample(401)
    rows = np.bincount(bin_of(x, quantile_edges(x, bins)))
    assert len(rows) == bins and rows.max() - rows.min() <= 2
    oracle = KBinsDiscretizer(
        bins, encode="ordinal", strategy="quantile", quantile_method="linear", subsample=None
    ).fit(x[:, None])
    theirs = np.bincount(oracle.transform(x[:, None])[:, 0].astype(int))
    assert np.abs(rows - theirs).max() <= 2  # they interpolate between two values, we take one of them


@pytest.mark.parametrize("transform", [np.exp, lambda x: x**3, lambda x: np.log(x + 4), np.arctan])
def test_quantile_bins_do_not_change_under_an_increasing_map(transform):
    x, _ = sample()
    edges = quantile_edges(x, 12)
    np.testing.assert_array_equal(transform(edges), quantile_edges(transform(x), 12))
    np.testing.assert_array_equal(bin_of(x, edges), bin_of(transform(x), quantile_edges(transform(x), 12)))
    uniform = bin_of(x, equal_width_edges(x, 12)), bin_of(np.exp(x), equal_width_edges(np.exp(x), 12))
    assert not np.array_equal(*uniform)


def test_one_hot_and_cross_against_scikit_learn():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 4, 300), rng.integers(0, 5, 300)
    ours = one_hot(cross(a, b, 5), 20)
    first, second = (OneHotEncoder(sparse_output=False).fit_transform(v[:, None]) for v in (a, b))
    np.testing.assert_array_equal(ours, np.einsum("ni,nj->nij", first, second).reshape(300, 20))


def test_unpenalised_weights_are_the_log_odds_of_the_bins():
    x, y = sample()
    index = bin_of(x, quantile_edges(x, 6))
    ones, zeros = bin_counts(index, y, 6)
    w = bin_weights(ones, zeros)
    np.testing.assert_allclose(w, np.log(ones / zeros), rtol=1e-12)
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-12, max_iter=1000, solver="newton-cholesky")
    np.testing.assert_allclose(w, model.fit(one_hot(index, 6), y).coef_[0], atol=1e-6)


@pytest.mark.parametrize("C", [1e-2, 1.0, 100.0, 1e4])
def test_penalised_weights_against_scikit_learn_and_newton(C: float):
    x, y = sample()
    index = bin_of(x, equal_width_edges(x, 60))
    ones, zeros = bin_counts(index, y, 60)
    w = bin_weights(ones, zeros, 1 / C)
    assert (ones * zeros == 0).any()  # bins of one class are among them
    model = LogisticRegression(C=C, fit_intercept=False, tol=1e-10, max_iter=1000, solver="newton-cholesky")
    np.testing.assert_allclose(w, model.fit(one_hot(index, 60), y).coef_[0], atol=1e-5)
    np.testing.assert_allclose(w, newton(one_hot(index, 60), y, 1 / C, tolerance=1e-12).weights, atol=1e-6)
    assert np.abs(penalised_loss(w, one_hot(index, 60), y, 1 / C)[1]).max() < 1e-9


def test_pure_and_empty_bins():
    w = bin_weights(np.array([5.0, 0.0, 0.0]), np.array([0.0, 5.0, 0.0]))
    np.testing.assert_array_equal(w, [math.inf, -math.inf, 0])
    tame = bin_weights(np.array([5.0, 0.0, 0.0]), np.array([0.0, 5.0, 0.0]), 0.01)
    assert tame[0] == pytest.approx(-tame[1]) and 3 < tame[0] < 6 and tame[2] == 0


def test_weight_of_evidence_and_information_value_in_closed_form():
    ones, zeros = np.array([10.0, 30, 60]), np.array([90.0, 70, 40])
    woe = weight_of_evidence(ones, zeros)
    np.testing.assert_allclose(woe, [-1.504077, -0.154151, math.log(3)], atol=1e-6)
    np.testing.assert_allclose(woe, bin_weights(ones, zeros) - math.log(100 / 200), atol=1e-12)
    p, q = ones / 100, zeros / 200
    both_ways = (p * np.log(p / q)).sum() + (q * np.log(q / p)).sum()
    assert information_value(ones, zeros) == pytest.approx(both_ways) == pytest.approx(0.973580, abs=1e-6)
    assert information_value(ones, 2 * ones) == pytest.approx(0, abs=1e-15)
    assert math.isinf(information_value(np.array([0.0, 5]), np.array([5.0, 5])))
    assert math.isfinite(information_value(np.array([0.0, 5]), np.array([5.0, 5]), 0.5))


def test_xor_on_four_points():
    X = np.array([[1, -1, -1], [1, -1, 1], [1, 1, -1], [1, 1, 1.0]])
    y = np.array([0.0, 1, 1, 0])
    raw = newton(X, y)
    np.testing.assert_allclose(raw.weights, 0, atol=1e-12)
    assert penalised_loss(raw.weights, X, y)[0] / 4 == pytest.approx(math.log(2), abs=1e-12)
    crossed = np.column_stack([X, X[:, 1] * X[:, 2]])
    w = newton(crossed, y, 1e-6, tolerance=1e-13).weights
    logits = crossed @ w
    loss = float(np.logaddexp(0, -(2 * y - 1) * logits).mean())
    theirs = LogisticRegression(C=1e6, fit_intercept=False, tol=1e-12, max_iter=5000).fit(crossed, y)
    assert loss < 1e-5 and w[3] < -10
    np.testing.assert_allclose(w[:3], 0, atol=1e-6)
    assert theirs.coef_[0][3] == pytest.approx(w[3], rel=0.05)


@pytest.mark.parametrize("count", [2, 5, 12])
def test_hats_against_spline_transformer(count: int):
    x, _ = sample()
    knots = np.linspace(x.min(), x.max(), count)
    oracle = SplineTransformer(degree=1, knots=knots[:, None], extrapolation="constant").fit(x[:, None])
    wide = np.append(x, [-50, 50])
    np.testing.assert_allclose(hats(wide, knots), oracle.transform(wide[:, None]), atol=1e-12)


def test_best_steps_lose_less_than_any_others():
    grid = np.linspace(-3, 3, 600)
    truth, index = 1 / (1 + np.exp(-2.5 * np.sin(1.5 * grid))), bin_of(grid, np.array([-1.0, 1.0]))
    best = best_steps(truth, index, 3)
    for nudge in (-0.02, 0.02):
        assert expected_loss(truth, best) < expected_loss(truth, best + nudge)
    assert expected_loss(truth, truth) < expected_loss(truth, best)
    assert math.isinf(expected_loss(truth, np.zeros(600)))
