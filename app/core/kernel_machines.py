"""Classifiers f(x) = Σ αᵢ yᵢ k(xᵢ, x) + b: kernels, and the ones of the logistic and of the squared loss.

All minimise ½‖f‖² + C Σ ℓ(mᵢ), mᵢ = yᵢ f(xᵢ), b not penalised. At the minimum αᵢ = C · (−ℓ'(mᵢ)): an example's
coefficient is its pull at the boundary times C, and Σ αᵢ yᵢ = 0, the pulls of the two classes balance. That of the
hinge loss, where αᵢ = 0 is possible, is svm.py. With the linear kernel w = Σ αᵢ yᵢ xᵢ.
"""

from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.logistic_regression import newton
from app.core.margin_losses import logistic


class Machine(NamedTuple):
    """alpha (n,): C times the pull of each example; offset b; steps taken; gap: by how much the conditions of a
    minimum are still missed (in units of the score)."""

    alpha: Array
    offset: float
    steps: int
    gap: float


def gram(A: Array, B: Array, kernel: str = "linear", gamma: float = 1.0) -> Array:
    """k(a, b) of every row of A (n, d) with every row of B (m, d), shape (n, m): aᵀb, or exp(−γ‖a − b‖²) for "rbf".

    Raises ValueError for another kernel.

    >>> gram(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [1.0, 2.0]])).tolist()
    [[11.0, 5.0]]
    >>> gram(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0], [0.0, 2.0]]), "rbf", 1.0).round(6).tolist()
    [[1.0, 0.367879]]
    """
    if kernel == "linear":
        return A @ B.T
    if kernel != "rbf":
        raise ValueError(f"no such kernel: {kernel}")
    apart = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.asarray(np.exp(-gamma * np.maximum(apart, 0.0)))


def scores(machine: Machine, y: Array, K: Array) -> Array:
    """f at new points, shape (m,). K (n, m): kernel of the n training examples (labels y = ±1) with the m points.

    >>> scores(Machine(np.array([0.5, 0.5]), 1.0, 0, 0.0), np.array([1.0, -1.0]), np.array([[4.0], [2.0]])).tolist()
    [2.0]
    """
    return (machine.alpha * y) @ K + machine.offset


def normal(machine: Machine, y: Array, X: Array) -> Array:
    """w = Σ αᵢ yᵢ xᵢ, shape (d,): the normal of the boundary, for the linear kernel.

    >>> normal(Machine(np.array([0.25, 0.25]), -2.0, 0, 0.0), np.array([1.0, -1.0]), np.array([[3.0, 3], [1, 1]]))
    array([0.5, 0.5])
    """
    return (machine.alpha * y) @ X


def kernel_logistic(K: Array, y: Array, C: float, tolerance: float = 1e-10) -> Machine:
    """Logistic regression with a kernel, by Newton's method.

    Parameters
    ----------
    K : ndarray, shape (n, n), float64
        Kernel of the examples with each other, positive semidefinite.
    y : ndarray, shape (n,), of ±1
    C : float
        Weight of the losses against ½‖f‖²; more than 0. Ridge λ = 1/C.
    tolerance : float
        Largest entry of the gradient per example at which Newton stops.

    Returns
    -------
    Machine
        No alpha is 0: every example has a say.

    Notes
    -----
    K = ΦΦᵀ with Φ = U√Λ, so this is plain logistic regression on the rows of Φ: no second algorithm is needed.
    αᵢ = C σ(−mᵢ). Source: Zhu and Hastie (2005), doi:10.1198/106186005X25619.

    Examples
    --------
    >>> X, y = np.array([[-1.0], [0.0], [1.0], [3.0]]), np.array([-1.0, 1, -1, 1])
    >>> machine = kernel_logistic(X @ X.T, y, C=1.0)
    >>> machine.alpha.round(3).tolist()
    [0.298, 0.589, 0.534, 0.244]
    """
    values, vectors = np.linalg.eigh(K)
    kept = values > 1e-12 * values[-1]
    features = np.column_stack([vectors[:, kept] * np.sqrt(values[kept]), np.ones(len(y))])
    ridge = np.append(np.full(int(kept.sum()), 1 / C), 0.0)
    fit = newton(features, (y + 1) / 2, ridge, tolerance)
    alpha = -C * logistic(y * (features @ fit.weights))[1]
    missed = np.abs(K @ (alpha * y) + fit.weights[-1] - features @ fit.weights).max()
    return Machine(alpha, float(fit.weights[-1]), fit.steps, float(missed))


def kernel_least_squares(K: Array, y: Array, C: float) -> Machine:
    """The squared loss ½(1 − m)² in the same frame: one linear system. K (n, n), y (n,) of ±1, C more than 0.

    αᵢ = C(1 − mᵢ), which is negative for an example that is more than right.

    >>> machine = kernel_least_squares(np.array([[4.0, -4], [-4, 4]]), np.array([1.0, -1.0]), C=1.0)
    >>> machine.alpha.round(6).tolist(), round(machine.offset, 6)
    ([0.111111, 0.111111], 0.0)
    """
    n = len(y)
    system = np.ones((n + 1, n + 1))
    system[:n, :n] = K + np.eye(n) / C
    system[n, n] = 0.0
    solved = np.linalg.solve(system, np.append(y, 0.0))
    missed = np.abs(system @ solved - np.append(y, 0.0)).max()
    return Machine(solved[:n] * y, float(solved[n]), 1, float(missed))
