"""Linear CKA against its definition by Gram matrices, the correlation of scipy, and its invariances."""

import doctest

import numpy as np
import pytest
from scipy.stats import ortho_group, pearsonr

from app.core import similarity as module
from app.core.similarity import linear_cka


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def by_gram_matrices(X, Y) -> float:
    """tr(K H L H) / √(tr(K H K H) tr(L H L H)), the definition by kernels."""
    n = len(X)
    H = np.eye(n) - np.ones((n, n)) / n
    K, L = H @ X @ X.T @ H, H @ Y @ Y.T @ H
    return float(np.sum(K * L) / np.sqrt(np.sum(K * K) * np.sum(L * L)))


@pytest.mark.parametrize("shape", [(30, 4, 7), (10, 20, 3), (5, 5, 5)])
def test_agrees_with_the_kernel_definition(shape):
    n, p, q = shape
    rng = np.random.default_rng(n)
    X, Y = rng.normal(2, 3, (n, p)), rng.normal(-1, 1, (n, q))
    assert linear_cka(X, Y) == pytest.approx(by_gram_matrices(X, Y), rel=1e-10)
    assert linear_cka(X, Y) == pytest.approx(linear_cka(Y, X), rel=1e-12)


def test_one_feature_each_is_the_squared_correlation():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=40), rng.normal(size=40)
    assert linear_cka(x[:, None], y[:, None]) == pytest.approx(pearsonr(x, y)[0] ** 2, rel=1e-10)


def test_rotations_and_scales_do_not_matter_but_other_linear_maps_do():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(50, 6)), rng.normal(size=(50, 6))
    turned = 7 * X @ ortho_group.rvs(6, random_state=0) + 3
    assert linear_cka(X, turned) == pytest.approx(1, abs=1e-12)
    assert linear_cka(turned, Y) == pytest.approx(linear_cka(X, Y), rel=1e-10)
    assert linear_cka(X, X @ np.diag([1, 1, 1, 10, 10, 10.0])) < 0.95


def test_many_snapshots_against_one():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(8, 20, 5)), rng.normal(size=(20, 3))
    together = linear_cka(X, Y)
    assert together.shape == (8,)
    assert together == pytest.approx([linear_cka(x, Y).item() for x in X], rel=1e-12)


def test_a_constant_layer_has_no_similarity():
    assert np.isnan(linear_cka(np.ones((5, 2)), np.random.default_rng(0).normal(size=(5, 2))))
