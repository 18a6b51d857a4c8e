"""A network without activations is one affine map: the map, and the best that any affine classifier can do.

Layers are (W, b) as in mlp.py: h ← h W + b. The limits (a convex optimum, an exact count) come from no training.
"""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.losses import bce_with_logits
from app.core.mlp import Layers


def collapse(layers: Layers) -> tuple[Array, Array]:
    """The one affine map x P + c that these layers make when nothing stands between them.

    Returns P (inputs, outputs) and c (outputs,).

    Notes
    -----
    (x P + c) W + b = x (P W) + (c W + b), layer after layer. rank P is at most the narrowest width.

    >>> P, c = collapse([(np.array([[1.0, 2.0]]), np.array([1.0, 0.0])), (np.array([[3.0], [1.0]]), np.array([-1.0]))])
    >>> P.tolist(), c.tolist()
    ([[5.0]], [2.0])
    """
    P, c = layers[0]
    for W, b in layers[1:]:
        P, c = P @ W, c @ W + b
    return P, c


def nonaffine_share(X: Array, f: Array) -> float:
    """Share of the variance of outputs f (n,) at points X (n, d) that no affine map of x explains: 1 - R², 0 to 1.

    0 for a constant f. Least squares; the answer to "how far from one layer is this network?"

    >>> x = np.linspace(-1, 1, 101)[:, None]
    >>> round(nonaffine_share(x, 3 * x[:, 0] + 1), 12), round(nonaffine_share(x, x[:, 0] ** 2), 12)
    (0.0, 1.0)
    """
    A = np.column_stack([X, np.ones(len(X))])
    residual = f - A @ np.linalg.lstsq(A, f, rcond=None)[0]
    spread = float(np.sum((f - f.mean()) ** 2))
    return float(np.sum(residual**2)) / spread if spread > 1e-12 * len(f) else 0.0


class Fit(NamedTuple):
    """A logistic regression: weights (features,), the bias last; its loss in nats; the largest gradient entry."""

    weights: Array
    loss: float
    gradient: float


def logistic_regression(features: Array, y: Array, steps: int = 40) -> Fit:
    """The global minimum of the cross-entropy over all w·features + bias, by damped Newton steps (it is convex).

    features (n, k), y (n,) of 0s and 1s. Separable data have their infimum 0 at infinity: the loss is then tiny and
    the weights are large, wherever the steps ended.

    >>> corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> fit = logistic_regression(corners, np.array([0.0, 1.0, 1.0, 0.0]))
    >>> round(fit.loss, 6), bool(np.allclose(fit.weights, 0))  # XOR: the best is to answer 1/2 everywhere, ln 2
    (0.693147, True)
    """
    A = np.column_stack([features, np.ones(len(features))])
    w = np.zeros(A.shape[1])
    loss, d = bce_with_logits((A @ w)[:, None], y)
    for _ in range(steps):
        p = d[:, 0] * len(y) + y
        gradient = A.T @ d[:, 0]
        if loss < 1e-9 or np.abs(gradient).max() < 1e-13:
            break
        hessian = (A * (p * (1 - p) / len(y))[:, None]).T @ A
        step = np.linalg.solve(hessian + 1e-14 * np.trace(hessian) * np.eye(len(w)), gradient)
        size = 1.0
        while size > 1e-9 and bce_with_logits((A @ (w - size * step))[:, None], y)[0] > loss:
            size /= 2
        if size <= 1e-9:
            break
        w = w - size * step
        loss, d = bce_with_logits((A @ w)[:, None], y)
    return Fit(w, loss, float(np.abs(A.T @ d[:, 0]).max()))


def monomials(X: Array, degree: int) -> Array:
    """All monomials x^i y^j with 1 <= i + j <= degree at points X (n, 2), as columns: features of a polynomial.

    A network with activation z² and L hidden layers is a polynomial of degree at most 2^L in its inputs.

    >>> monomials(np.array([[2.0, 3.0]]), 2).tolist()
    [[2.0, 3.0, 4.0, 6.0, 9.0]]
    """
    powers = [(total - j, j) for total in range(1, degree + 1) for j in range(total + 1)]
    return np.column_stack([X[:, 0] ** i * X[:, 1] ** j for i, j in powers])


def best_line_accuracy(X: Array, y: Array) -> float:
    """The highest accuracy that any straight line reaches on points X (n, 2) with classes y (n,) of 0s and 1s.

    Exact for points in general position (no three on a line), in O(n² log n).

    Notes
    -----
    A best line can be moved until it passes through a point i (which may then count on either side). Turn it about i:
    the points on its left change only where it meets one of them, so a running sum over the sorted angles sees all.

    >>> corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> best_line_accuracy(corners, np.array([0, 1, 1, 0]))  # XOR
    0.75
    """
    sign = np.where(y == 1, 1, -1)
    n = len(X)
    best = max(0, int(sign.sum()))
    others = ~np.eye(n, dtype=bool)
    difference = (X[None] - X[:, None])[others].reshape(n, n - 1, 2)
    signs = np.broadcast_to(sign, (n, n))[others].reshape(n, n - 1)
    angle = np.arctan2(difference[..., 1], difference[..., 0])
    left = np.where((angle >= 0) & (angle < math.pi), signs, 0).sum(axis=1)  # of a line just below direction 0
    turn = 2 * math.pi
    events = np.concatenate([angle % turn, (angle + math.pi) % turn], axis=1)
    change = np.concatenate([-signs, signs], axis=1)  # turned past a point: it leaves; past its opposite: it enters
    order = np.argsort(events, axis=1, kind="stable")
    sums = left[:, None] + np.cumsum(np.take_along_axis(change, order, axis=1), axis=1)
    best = max(best, int((sums + np.maximum(sign, 0)[:, None]).max()))
    return (int(np.sum(y == 0)) + best) / n
