"""Support vector machines by hand: the dual solved two coordinates at a time (SMO), and one at a time without a bias.

Primal: minimise ½‖w‖² + C Σ max(0, 1 − yᵢ f(xᵢ)). Dual: maximise Σ αᵢ − ½ Σ αᵢ αⱼ yᵢ yⱼ k(xᵢ, xⱼ) with 0 ≤ αᵢ ≤ C and,
if there is a bias, Σ αᵢ yᵢ = 0. Labels are ±1. The same frame with other losses: kernel_machines.py.
"""

import math

import numpy as np

from app.core.activations import Array
from app.core.kernel_machines import Machine
from app.core.margin_losses import hinge


def smo(K: Array, y: Array, C: float = math.inf, tolerance: float = 1e-10, max_steps: int = 100_000) -> Machine:
    """Sequential minimal optimisation: the pair of coefficients that promises most is solved exactly, over and over.

    Parameters
    ----------
    K : ndarray, shape (n, n), float64
        Kernel of the examples with each other, positive semidefinite.
    y : ndarray, shape (n,), of ±1, both present
    C : float
        Bound of a coefficient; inf is the hard margin, for data that can be separated.
    tolerance : float
        Stops when the conditions of a maximum are missed by no more (in units of the score).
    max_steps : int
        Stops anyway; see `gap`.

    Returns
    -------
    Machine
        alpha is exactly 0 off the support vectors and exactly C inside the margin. gap: what is missed at the end.

    Raises
    ------
    ValueError
        If all labels are the same.

    Notes
    -----
    With gᵢ = yᵢ − Σⱼ αⱼ yⱼ k(xⱼ, xᵢ), the maximum is reached when no example whose αᵢyᵢ may grow has a larger g than
    one whose αᵢyᵢ may shrink; between the two lies b. Moving αᵢyᵢ by +t and αⱼyⱼ by −t keeps Σ αᵢ yᵢ = 0, and gains
    (gᵢ − gⱼ)t − ½t²(k(i,i) + k(j,j) − 2k(i,j)). i has the largest g, j the largest gain.
    Source: Fan, Chen and Lin (2005), "Working Set Selection Using Second Order Information for Training SVMs".

    Examples
    --------
    >>> X, y = np.array([[3.0, 3], [4, 3], [1, 1]]), np.array([1.0, 1, -1])
    >>> machine = smo(X @ X.T, y)
    >>> machine.alpha.tolist(), machine.offset
    ([0.25, 0.0, 0.25], -2.0)
    """
    if np.all(y == y[0]):
        raise ValueError("both classes are needed")
    alpha, g, diagonal = np.zeros(len(y)), y.astype(np.float64), np.diag(K)
    can_grow, can_shrink = y > 0, y < 0  # of αᵢyᵢ
    step, gap = 0, math.inf
    while step < max_steps:
        i = int(np.argmax(np.where(can_grow, g, -np.inf)))
        gap = float(g[i] - np.where(can_shrink, g, np.inf).min())
        if gap <= tolerance:
            break
        slope = np.where(can_shrink, g[i] - g, 0.0)
        bend = np.maximum(K[i, i] + diagonal - 2 * K[i], 1e-12)
        j = int(np.argmax(np.where(slope > 0, slope * slope / bend, -np.inf)))
        room_i = C - alpha[i] if y[i] > 0 else alpha[i]
        room_j = alpha[j] if y[j] > 0 else C - alpha[j]
        t = min(float(slope[j] / bend[j]), room_i, room_j)
        for k, room, way in ((i, room_i, y[i]), (j, room_j, -y[j])):
            alpha[k] = alpha[k] + way * t if t < room else (C if way > 0 else 0.0)
            can_grow[k], can_shrink[k] = (
                (alpha[k] < C, alpha[k] > 0) if y[k] > 0 else (alpha[k] > 0, alpha[k] < C)
            )  # fmt: skip
        g -= t * (K[i] - K[j])
        step += 1
    offset = 0.5 * (np.where(can_grow, g, -np.inf).max() + np.where(can_shrink, g, np.inf).min())
    return Machine(alpha, float(offset), step, max(gap, 0.0))


def duality_gap(machine: Machine, K: Array, y: Array, C: float) -> float:
    """Primal minus dual objective, never below 0 (up to rounding) and 0 only at the solution: a certificate. C finite.

    >>> X, y = np.array([[3.0, 3], [4, 3], [1, 1]]), np.array([1.0, 1, -1])
    >>> abs(duality_gap(smo(X @ X.T, y, 1.0), X @ X.T, y, 1.0)) < 1e-12
    True
    """
    inner = K @ (machine.alpha * y)
    norm = float((machine.alpha * y) @ inner)
    primal = 0.5 * norm + C * float(hinge(y * (inner + machine.offset))[0].sum())
    return primal - (float(machine.alpha.sum()) - 0.5 * norm)


def dual_coordinate_descent(
    Z: Array, C: float = math.inf, tolerance: float = 1e-10, sweeps: int = 20_000
) -> tuple[Array, Array]:
    """The linear SVM without a bias, one coefficient at a time; w is kept, the n × n kernel is never formed.

    Parameters
    ----------
    Z : ndarray, shape (n, d), float64
        Rows yᵢxᵢ, none of them 0. For a bias that is penalised like a weight give x a column of ones.
    C : float
        Bound of a coefficient; inf is the hard margin, for data that can be separated.
    tolerance : float
        Stops when no projected derivative of the dual is larger.
    sweeps : int
        Stops anyway after so many rounds.

    Returns
    -------
    (ndarray, ndarray), shapes (d,) and (n,)
        w = Σ αᵢ zᵢ and α.

    Notes
    -----
    αᵢ ← clip(αᵢ + (1 − wᵀzᵢ)/‖zᵢ‖², 0, C). A round costs O(nd). Source: Hsieh, Chang, Lin, Keerthi and Sundararajan
    (2008), "A dual coordinate descent method for large-scale linear SVM", doi:10.1145/1390156.1390208.

    Examples
    --------
    >>> w, alpha = dual_coordinate_descent(np.array([[1.0, 4.0], [1.0, 0.5], [2.0, 0.2]]))
    >>> w.round(6).tolist(), (alpha > 0).tolist()
    ([0.8, 0.4], [False, True, False])
    """
    w, alpha, square = np.zeros(Z.shape[1]), np.zeros(len(Z)), (Z**2).sum(axis=1)
    for _ in range(sweeps):
        worst = 0.0
        for i, z in enumerate(Z):
            moved = min(max(alpha[i] + (1 - w @ z) / square[i], 0.0), C) - alpha[i]
            alpha[i] += moved
            w += moved * z
            worst = max(worst, abs(moved) * square[i])
        if worst <= tolerance:
            break
    return w, alpha


def margin_width(w: Array) -> float:
    """2/‖w‖: the distance between the planes wᵀx + b = 1 and −1, in units of x.

    >>> round(margin_width(np.array([0.5, 0.5])), 6)
    2.828427
    """
    return 2 / float(np.linalg.norm(w))
