"""Logistic regression by hand: the penalised likelihood with its gradient and Hessian, and Newton's method.

P(y = 1 | x) = σ(xᵀw). Rows of X (n, p) are examples, y (n,) holds 0s and 1s, w (p,) has no separate intercept: append
a column of ones for one. `ridge` is λ, a number or one per weight (0 leaves that weight, the intercept say, alone).
Whether the probabilities can be believed is measured in calibration.py; what theory says when p is not small beside n
stands in proportional_logistic.py.
"""

from typing import NamedTuple

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.losses import logistic_loss

Ridge = float | Array


class Fit(NamedTuple):
    """weights (p,); Newton steps taken; the largest entry of the gradient that is left; separated: the plane of these
    weights has every example on its own side, so that without ridge the likelihood has no finite maximum."""

    weights: Array
    steps: int
    gradient: float
    separated: bool


def draw(n: int, weights: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Examples for which logistic regression is exactly right: x ~ N(0, I), y = 1 with probability σ(xᵀw).

    Returns X (n, p) and y (n,), float64. The log-odds have standard deviation ‖w‖.

    >>> X, y = draw(5, np.array([1.0, -2.0]), np.random.default_rng(0))
    >>> X.shape, sorted(set(y.tolist()))
    ((5, 2), [0.0, 1.0])
    """
    X = rng.standard_normal((n, len(weights)))
    return X, (rng.random(n) < sigmoid(X @ weights)[0]).astype(np.float64)


def penalised_loss(weights: Array, X: Array, y: Array, ridge: Ridge = 0.0) -> tuple[float, Array]:
    """−log likelihood + ½ Σ λ_j w_j², in nats, and its gradient Xᵀ(σ(Xw) − y) + λw, shape (p,).

    >>> value, gradient = penalised_loss(np.zeros(1), np.array([[1.0], [3.0]]), np.array([0.0, 1.0]))
    >>> round(value, 6), gradient.tolist()
    (1.386294, [-1.0])
    """
    loss, slope = logistic_loss(X @ weights, y)
    return float(loss.sum() + 0.5 * np.sum(ridge * weights**2)), X.T @ slope + ridge * weights


def hessian(weights: Array, X: Array, ridge: Ridge = 0.0) -> Array:
    """XᵀSX + diag(λ) with S = diag(σ(1 − σ)), shape (p, p): positive semidefinite, so the loss is convex.

    >>> hessian(np.zeros(1), np.array([[1.0], [3.0]]), ridge=0.5).tolist()
    [[3.0]]
    """
    scaled = X * np.sqrt(sigmoid(X @ weights)[1])[:, None]
    curvature: Array = scaled.T @ scaled
    curvature[np.diag_indices_from(curvature)] += ridge
    return curvature


def newton(X: Array, y: Array, ridge: Ridge = 0.0, tolerance: float = 1e-8, max_steps: int = 50) -> Fit:
    """The weights that minimise `penalised_loss`, from 0, by Newton's method with step halving.

    Parameters
    ----------
    X : ndarray, shape (n, p), float64
    y : ndarray, shape (n,), of 0s and 1s
    ridge : float or ndarray, shape (p,)
    tolerance : float
        Stops when no entry of the gradient, divided by n, is larger.
    max_steps : int

    Returns
    -------
    Fit
        When the examples turn out to be separable and nothing is penalised, the step that showed it: the maximum
        likelihood estimate does not exist, the weights would grow for ever.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the Hessian is singular (columns of X that depend on each other, no ridge).

    Notes
    -----
    w ← w − tH⁻¹g, the step length t halved until the loss falls enough (Armijo). With t = 1 this is iteratively
    reweighted least squares; close to the minimum the number of right digits doubles in every step.

    Examples
    --------
    >>> X, y = np.array([[1.0, -1], [1, 0], [1, 1], [1, 2]]), np.array([0.0, 1, 0, 1])  # a column of ones
    >>> newton(X, y).weights.round(6).tolist()
    [-0.454092, 0.908184]
    >>> newton(X, np.array([0.0, 0, 1, 1])).separated
    True
    """
    weights = np.zeros(X.shape[1])
    value, gradient = penalised_loss(weights, X, y, ridge)
    signs, free = 2 * y - 1, not np.any(ridge)
    step, separated = 0, False
    while step < max_steps and np.abs(gradient).max() > tolerance * len(y) and not separated:
        direction = np.linalg.solve(hessian(weights, X, ridge), gradient)
        length, fall = 1.0, float(gradient @ direction)
        while penalised_loss(weights - length * direction, X, y, ridge)[0] > value - 1e-4 * length * fall:
            length /= 2
            if length < 1e-12:  # as low as rounding lets it go
                return Fit(weights, step, float(np.abs(gradient).max()), separated)
        weights = weights - length * direction
        value, gradient = penalised_loss(weights, X, y, ridge)
        separated = free and bool(np.all(signs * (X @ weights) > 0))
        step += 1
    return Fit(weights, step, float(np.abs(gradient).max()), separated)
