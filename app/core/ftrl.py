"""FTRL-Proximal for logistic regression: one pass over sparse rows, a rate for every coordinate, exact zeros.

Source: McMahan and others (2013), Ad Click Prediction: a View from the Trenches, KDD, algorithm 1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, sigmoid


class Pass(NamedTuple):
    """S models after one pass. weights (S, size); z, n (S, size): the two numbers kept for a coordinate;
    predicted (S, rows): the probability before the label was seen (progressive validation)."""

    weights: Array
    z: Array
    n: Array
    predicted: Array


def ftrl_weights(z: Array, n: Array, alpha: float, beta: float, l1: Array | float, l2: float) -> Array:
    """w = 0 where |z| ≤ λ₁, else −(z − sgn(z) λ₁) / ((β + √n)/α + λ₂), with the shape of z.

    z: accumulated gradient less the proximal shift; n: accumulated squared gradient.

    >>> ftrl_weights(np.array([0.8, 3.0]), np.array([1.0, 4.0]), 0.1, 1.0, 1.0, 0.0).round(6).tolist()
    [0.0, -0.066667]
    """
    shrunk = np.sign(z) * np.maximum(np.abs(z) - l1, 0.0)
    return 0.0 - shrunk / ((beta + np.sqrt(n)) / alpha + l2)


def ftrl_pass(
    columns: NDArray[np.intp], values: Array, y: Array, size: int, alpha: float, beta: float, l1: Array, l2: float = 0.0
) -> Pass:
    """Train S models side by side, one example at a time, from 0.

    Parameters
    ----------
    columns : ndarray, shape (S, rows, k) or (1, rows, k)
        The k coordinates that are not 0 in each row; none twice in a row.
    values : ndarray, broadcast with columns
    y : ndarray, shape (rows,), of 0s and 1s
    size : int
        Number of coordinates.
    alpha, beta : float
        Rate of a coordinate: α/(β + √n).
    l1 : ndarray, shape (S,)
    l2 : float

    Returns
    -------
    Pass

    Notes
    -----
    For the coordinates of the row: w from (z, n); p = σ(w·x); g = (p − y)x; σ = (√(n + g²) − √n)/α; z ← z + g − σw;
    n ← n + g². With λ₁ = λ₂ = 0 this is gradient descent with AdaGrad rates.

    Examples
    --------
    >>> one = ftrl_pass(np.array([[[0]]]), np.ones((1, 1, 1)), np.array([1.0]), 2, 1.0, 1.0, np.array([0.0]))
    >>> one.weights.round(6).tolist(), one.predicted.tolist()
    ([[0.333333, 0.0]], [[0.5]])
    """
    models, rows = len(l1), len(y)
    columns = np.broadcast_to(columns, (models, *columns.shape[1:]))
    values = np.broadcast_to(values, columns.shape)
    z, n, predicted = np.zeros((models, size)), np.zeros((models, size)), np.empty((models, rows))
    model, threshold = np.arange(models)[:, None], l1[:, None]
    for t in range(rows):
        at, x = (model, columns[:, t]), values[:, t]
        z_old, n_old = z[at], n[at]
        w = ftrl_weights(z_old, n_old, alpha, beta, threshold, l2)
        p = sigmoid((w * x).sum(axis=1))[0]
        predicted[:, t] = p
        g = (p - y[t])[:, None] * x
        n_new = n_old + g * g
        z[at] = z_old + g - (np.sqrt(n_new) - np.sqrt(n_old)) / alpha * w
        n[at] = n_new
    return Pass(ftrl_weights(z, n, alpha, beta, threshold, l2), z, n, predicted)


def subgradient_pass(
    columns: NDArray[np.intp], y: Array, size: int, alpha: float, beta: float, l1: float
) -> tuple[Array, NDArray[np.intp]]:
    """The same pass by plain gradient steps with the subgradient of (λ₁/rows)|w| added, same rates: w and how often
    each coordinate was seen, both (size,). columns: (rows, k), all values 1.

    >>> w, seen = subgradient_pass(np.array([[0], [0]]), np.array([1.0, 0.0]), 2, 1.0, 1.0, 0.2)
    >>> w.round(4).tolist(), seen.tolist()
    ([-0.0528, 0.0], [2, 0])
    """
    w, n, seen = np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.intp)
    for at, label in zip(columns, y, strict=True):
        g = sigmoid(w[at].sum())[0] - label
        n[at] += g * g
        w[at] -= alpha / (beta + np.sqrt(n[at])) * (g + l1 / len(y) * np.sign(w[at]))
        seen[at] += 1
    return w, seen
