"""Naive Bayes by hand: estimates from counts (maximum likelihood, smoothed, MAP) and the classifier.

P(y | x) ∝ P(y) ∏_j P(x_j | y): given the class, the features are taken to be independent. Fitting is counting.
Classes and values are whole numbers from 0. How base rates and costs turn a posterior into a decision stands in
bayes_rule.py, its Gaussian form in classifiers.py.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array

Codes = NDArray[np.integer]


def smoothed(counts: Array | Codes, extra: float = 1.0) -> Array:
    """(n_s + λ) / (N + Sλ): every value is seen λ = `extra` times more. λ = 0 is maximum likelihood, 1 is Laplace.

    Parameters
    ----------
    counts : ndarray, shape (..., S)
        How often each of S values was seen; each row is one distribution.
    extra : float
        λ ≥ 0.

    Returns
    -------
    ndarray, shape (..., S), float64
        Rows sum to 1; NaN where nothing was counted and λ is 0.

    Raises
    ------
    ValueError
        If λ is negative.

    Notes
    -----
    It is the posterior mean of the probabilities under a Dirichlet(λ, …, λ) prior.

    >>> smoothed(np.array([3, 0, 1])).round(6).tolist()  # 4/7, 1/7, 2/7
    [0.571429, 0.142857, 0.285714]
    """
    if extra < 0:
        raise ValueError("λ must not be negative")
    raised = np.asarray(counts, dtype=np.float64) + extra
    with np.errstate(invalid="ignore"):
        return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def most_probable(counts: Array | Codes, concentration: float = 1.0) -> Array:
    """The MAP estimate under a Dirichlet(α, …, α) prior: (n_s + α − 1) / (N + S(α − 1)). α = 1 (flat) gives the MLE.

    counts (..., S), α = `concentration` ≥ 1. Raises ValueError for α < 1: with a zero count the density then has no
    maximum, it grows without bound at the edge of the simplex.

    >>> most_probable(np.array([3, 0, 1])).tolist()  # flat prior: the zero is back
    [0.75, 0.0, 0.25]
    >>> most_probable(np.array([3, 0, 1]), 2.0).round(6).tolist()  # add-one again
    [0.571429, 0.142857, 0.285714]
    """
    if concentration < 1:
        raise ValueError("below α = 1 a zero count leaves the posterior without a mode")
    return smoothed(counts, concentration - 1)


class NaiveBayes(NamedTuple):
    """prior (classes,); tables: one (classes, values) array a feature, row c is P(x_j | y = c)."""

    prior: Array
    tables: tuple[Array, ...]


def fit(X: Codes, y: Codes, levels: Sequence[int], extra: float = 1.0) -> NaiveBayes:
    """Count, then smooth: the classes and every feature with the same λ = `extra`.

    Parameters
    ----------
    X : ndarray, shape (n, d), whole numbers; feature j takes the values 0 … levels[j] − 1
    y : ndarray, shape (n,), whole numbers from 0; every class must occur
    levels : sequence of int, length d
    extra : float
        λ ≥ 0; 0 is maximum likelihood.

    >>> model = fit(np.array([[0], [0], [1]]), np.array([0, 0, 1]), [2], extra=0.0)
    >>> model.prior.round(6).tolist(), model.tables[0].tolist()
    ([0.666667, 0.333333], [[1.0, 0.0], [0.0, 1.0]])
    """
    classes = int(y.max()) + 1
    tables = []
    for j, values in enumerate(levels):
        counts = np.bincount(y * values + X[:, j], minlength=classes * values).reshape(classes, values)
        tables.append(smoothed(counts, extra))
    return NaiveBayes(smoothed(np.bincount(y), extra), tuple(tables))


def log_joint(model: NaiveBayes, X: Codes) -> Array:
    """ln P(y) + Σ_j ln P(x_j | y), shape (n, classes): sums of logarithms do not underflow as the product does.

    −∞ where some factor is 0.

    >>> model = NaiveBayes(np.array([0.5, 0.5]), (np.array([[0.9, 0.1], [0.2, 0.8]]),))
    >>> np.exp(log_joint(model, np.array([[1]]))).round(6).tolist()
    [[0.05, 0.4]]
    """
    with np.errstate(divide="ignore"):
        total = np.log(model.prior) + np.zeros((len(X), 1))
        for j, table in enumerate(model.tables):
            total = total + np.log(table).T[X[:, j]]
    return np.asarray(total)


def posterior(joint: Array) -> Array:
    """P(y | x) from `log_joint`, shape (n, classes). NaN where no class allows what was seen.

    >>> posterior(np.log(np.array([[0.05, 0.4]]))).round(6).tolist()
    [[0.111111, 0.888889]]
    """
    with np.errstate(invalid="ignore"):
        weights = np.exp(joint - joint.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
