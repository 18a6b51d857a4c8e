"""Logistic regression on K workers: exact sums over rows or columns, averaged weights, and stale gradients.

The loss is a sum over rows, so its gradient is the sum of the shards' gradients; only weights do not add up.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, sigmoid
from app.core.logistic_regression import hessian, newton, penalised_loss

Rows = NDArray[np.intp]
"""The indices of the rows (or columns) of one worker."""


def row_parallel_gradient(weights: Array, X: Array, y: Array, shards: Sequence[Rows]) -> Array:
    """Σ over shards of X_kᵀ(σ(X_k w) − y_k), shape (p,): each worker holds rows, p-vectors are reduced.

    >>> X, y = np.array([[1.0], [3.0]]), np.array([0.0, 1.0])
    >>> row_parallel_gradient(np.zeros(1), X, y, [np.array([0]), np.array([1])]).tolist()
    [-1.0]
    """
    return np.asarray(np.sum([penalised_loss(weights, X[rows], y[rows])[1] for rows in shards], axis=0))


def row_parallel_hessian(weights: Array, X: Array, shards: Sequence[Rows]) -> Array:
    """Σ over shards of X_kᵀS_kX_k, shape (p, p): a sum over rows as well, p(p + 1)/2 numbers to reduce.

    >>> row_parallel_hessian(np.zeros(1), np.array([[1.0], [3.0]]), [np.array([0]), np.array([1])]).tolist()
    [[2.5]]
    """
    return np.asarray(np.sum([hessian(weights, X[rows]) for rows in shards], axis=0))


def column_parallel_gradient(weights: Array, X: Array, y: Array, blocks: Sequence[Rows]) -> Array:
    """The same gradient, shape (p,), when each worker holds columns: the n-vectors X_b w_b are reduced to the margins,
    then every block's gradient X_bᵀ(σ(margin) − y) is local.

    >>> X, y = np.array([[1.0, 2.0]]), np.array([1.0])
    >>> column_parallel_gradient(np.zeros(2), X, y, [np.array([0]), np.array([1])]).tolist()
    [-0.5, -1.0]
    """
    margins = np.sum([X[:, block] @ weights[block] for block in blocks], axis=0)
    error = sigmoid(margins)[0] - y
    gradient = np.empty_like(weights)
    for block in blocks:
        gradient[block] = X[:, block].T @ error
    return gradient


def one_shot_average(X: Array, y: Array, shards: Sequence[Rows], ridge: float) -> Array:
    """The mean, weighted by rows, of the optima of the shards, shape (p,). Each shard gets its share of the ridge.

    >>> X, y = np.array([[1.0], [1.0]]), np.array([0.0, 1.0])
    >>> abs(one_shot_average(X, y, [np.array([0]), np.array([1])], ridge=1.0).round(6) + 0.0).tolist()
    [0.0]
    """
    share = np.array([len(rows) / len(y) for rows in shards])
    optima = [newton(X[rows], y[rows], ridge * part).weights for rows, part in zip(shards, share, strict=True)]
    return np.asarray(share @ np.array(optima))


def critical_step(delay: int, curvature: float = 1.0) -> float:
    """The step η below which w ← w − η L w(t − τ) is stable: η L = 2 sin(π / (4τ + 2)).

    The roots of z^(τ+1) − z^τ + ηL leave the unit circle there. Raises ValueError if τ < 0 or L ≤ 0.

    >>> [round(critical_step(delay), 6) for delay in (0, 1, 2)]
    [2.0, 1.0, 0.618034]
    """
    if delay < 0 or curvature <= 0:
        raise ValueError("the delay must be 0 or more and the curvature positive")
    return float(2 * np.sin(np.pi / (4 * delay + 2)) / curvature)


def recalibrate(p: Array | float, kept: float) -> Array | float:
    """The probability p / (p + (1 − p) / kept) after training on all positives and a share `kept` of the negatives.

    Raises ValueError unless 0 < kept ≤ 1.

    >>> round(recalibrate(0.5, 0.01), 8)
    0.00990099
    """
    if not 0 < kept <= 1:
        raise ValueError("the share of negatives kept must be in (0, 1]")
    return p / (p + (1 - p) / kept)
