"""L1 and elastic net by hand: coordinate descent, the largest useful penalty, the exact path, and a certificate.

The objective everywhere is ½‖y - Xw‖² + λ(α‖w‖₁ + ½(1-α)‖w‖²): α = 1 is the lasso, α = 0 ridge with the λ of ridge.py.
scikit-learn and glmnet divide the squared error by n; their λ is ours over n.
"""

import numpy as np
from numpy.typing import ArrayLike

from app.core.activations import Array
from app.core.ridge import soft_threshold


def elastic_net(
    X: Array, y: Array, penalty: ArrayLike, mix: float = 1.0, sweeps: int = 2000, tolerance: float = 1e-13
) -> Array:
    """The weights that minimise ½‖y - Xw‖² + λ(α‖w‖₁ + ½(1-α)‖w‖²), by coordinate descent; (..., p), some exactly 0.

    Parameters
    ----------
    X : (n, p), no column all 0.
    y : (..., n), one target or many.
    penalty : λ, (...), broadcast with the targets; all are solved at once.
    mix : α, the share of L1.
    sweeps : most rounds over the coordinates. Nearly parallel columns and small λ need many.
    tolerance : stop when no weight moved by more than this times the largest weight.

    Notes
    -----
    With all others fixed, coordinate j is one-dimensional, and its kink at 0 is a soft threshold:
    w_j ← soft(x_jᵀ(y - Xw) + ‖x_j‖²w_j, λα) / (‖x_j‖² + λ(1-α)). Columns that are exactly parallel have no single
    solution for α = 1: the first one then gets the weight. Source: Friedman, Hastie, Tibshirani (2010), Journal of
    Statistical Software 33(1).

    >>> elastic_net(np.eye(2), np.array([3.0, 0.5]), 1.0).tolist()
    [2.0, 0.0]
    >>> elastic_net(np.eye(2), np.array([3.0, 0.5]), 1.0, mix=0.5).round(9).tolist()
    [1.666666667, 0.0]
    """
    penalty = np.asarray(penalty, dtype=float)
    gram, target = X.T @ X, y @ X
    w = np.zeros((*np.broadcast_shapes(penalty.shape, target.shape[:-1]), X.shape[1]))
    for _ in range(sweeps):
        before = w.copy()
        for j, size in enumerate(np.diag(gram)):
            rest = target[..., j] - w @ gram[j] + size * w[..., j]
            w[..., j] = soft_threshold(rest, penalty * mix) / (size + penalty * (1 - mix))
        if np.abs(w - before).max() <= tolerance * np.abs(w).max():
            break
    return w


def largest_penalty(X: Array, y: Array, mix: float = 1.0) -> float:
    """λ_max = max_j |x_jᵀy| / α: from here on every weight is 0, just below it one is not. inf for α = 0.

    >>> largest_penalty(np.eye(2), np.array([3.0, -4.0]))
    4.0
    """
    return float(np.abs(X.T @ y).max() / mix) if mix else np.inf


def violation(X: Array, y: Array, w: Array, penalty: float, mix: float = 1.0) -> float:
    """How far w is from optimal: 0 exactly at the minimum of the elastic net, in the unit of xᵀy.

    Notes
    -----
    With g_j = x_jᵀ(y - Xw) - λ(1-α)w_j, optimal means g_j = λα sign(w_j) where w_j ≠ 0 and |g_j| ≤ λα where w_j = 0:
    the kink of |w| holds a weight at 0 until the pull of the residual exceeds it. No solver is asked.

    >>> violation(np.eye(2), np.array([3.0, 0.5]), np.array([2.0, 0.0]), 1.0)
    0.0
    >>> violation(np.eye(2), np.array([3.0, 0.5]), np.array([1.5, 0.0]), 1.0)
    0.5
    """
    pull = X.T @ (y - X @ w) - penalty * (1 - mix) * w
    gap = np.where(w == 0, np.maximum(np.abs(pull) - penalty * mix, 0), np.abs(pull - penalty * mix * np.sign(w)))
    return float(gap.max())


def lasso_knots(X: Array, y: Array) -> tuple[Array, Array]:
    """The whole lasso path without a solver: its knots λ (k,), largest first, and the weights there (k, p).

    Between two knots every weight is linear in λ. A weight enters where its |x_jᵀ(y - Xw)| meets λ, and leaves where it
    crosses 0. The last knot is λ = 0, least squares.

    Raises
    ------
    numpy.linalg.LinAlgError
        Active columns are linearly dependent: then the solution is not unique.

    Notes
    -----
    On a piece with active columns A and signs s, X_Aᵀ(y - X_A w_A) = λs, hence w_A = (X_AᵀX_A)⁻¹(X_Aᵀy - λs). Source:
    Efron et al. (2004), Annals of Statistics 32(2): least angle regression, with the removals.

    >>> penalties, weights = lasso_knots(np.eye(2), np.array([3.0, -1.0]))
    >>> penalties.tolist(), weights.tolist()
    ([3.0, 1.0, 0.0], [[0.0, 0.0], [2.0, 0.0], [3.0, -1.0]])
    """
    gram, target = X.T @ X, X.T @ y
    p = len(target)
    penalty = float(np.abs(target).max())
    active = [int(np.abs(target).argmax())]
    signs = np.sign(target)
    penalties, weights, left = [penalty], [np.zeros(p)], -1
    while penalty > 0:
        inside = np.ix_(active, active)
        slope = np.linalg.solve(gram[inside], signs[active])  # -dw/dλ
        base = np.linalg.solve(gram[inside], target[active])  # w at λ = 0, were nothing to change
        best, event, sign = 0.0, -1, 0.0
        for j in range(p):
            if j in active:
                i = active.index(j)
                meets = [(base[i] / slope[i] if slope[i] else 0.0, 0.0)] if weights[-1][j] else []
            else:  # x_jᵀ(residual) = a + bλ meets ±λ
                a, b = target[j] - gram[j, active] @ base, gram[j, active] @ slope
                meets = [(a / (1 - b) if b != 1 else 0.0, 1.0), (-a / (1 + b) if b != -1 else 0.0, -1.0)]
            for at, side in meets:
                again = j == left and at > penalty * (1 - 1e-9)  # it has just left, at this very λ
                if best < at < penalty * (1 + 1e-9) and not again:
                    best, event, sign = float(min(at, penalty)), j, side
        penalty, w = best, np.zeros(p)
        w[active] = base - best * slope
        w[np.abs(w) < 1e-12 * np.abs(w).max()] = 0.0  # rounding, where two events share a λ
        if event in active:
            w[event], left = 0.0, event
            active.remove(event)
        elif event >= 0:
            active, left = [*active, event], -1
            signs[event] = sign
        penalties.append(penalty)
        weights.append(w)
    return np.array(penalties), np.array(weights)


def subgradient_descent(X: Array, y: Array, penalty: float, rate: float, steps: int) -> Array:
    """`steps` of w ← w - η(Xᵀ(Xw - y) + λ sign w) from 0, (p,): what L1 in the loss of a plain optimiser does.

    >>> subgradient_descent(np.eye(1), np.array([0.3]), 1.0, 0.1, 3).round(3).tolist()  # the lasso says 0
    [0.091]
    """
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - rate * (X.T @ (X @ w - y) + penalty * np.sign(w))
    return w


def proximal_descent(X: Array, y: Array, penalty: float, rate: float, steps: int) -> Array:
    """`steps` of ISTA from 0, (p,): a gradient step on the squared error only, then the soft threshold ηλ.

    The same cost as `subgradient_descent`, and exact zeros. Needs η ≤ 1/‖X‖², the largest
    singular value squared; then the objective never rises.

    >>> proximal_descent(np.eye(1), np.array([0.3]), 1.0, 0.1, 3).tolist()
    [0.0]
    """
    w: Array = np.zeros(X.shape[1])
    for _ in range(steps):
        w = soft_threshold(w - rate * (X.T @ (X @ w - y)), rate * penalty)
    return w
