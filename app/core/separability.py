"""Can a hyperplane separate two classes? Either answer comes with its proof: a hyperplane, or a point in both hulls.

One linear programme decides. It is solved in floating point, the proof is then checked in exact fractions (every float
is one), and where rounding was in the way the programme is solved again in fractions: no tolerance decides.
How many of all labellings can be separated is counted in dichotomies.py.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array


class Verdict(NamedTuple):
    """separable: the answer. Then `plane` (d + 1,) holds w and b with wᵀx + b > 0 for class 1, < 0 for class 0.

    Else `shares` (n,) are the coefficients of a point in both convex hulls: non-negative, they add to 1 over each
    class, and Σ over class 1 of shares·x equals Σ over class 0; at most d + 2 of them are not 0. The one that does not
    apply is None. exact: the programme had to be solved in fractions. pivots: steps of the simplex method.
    """

    separable: bool
    plane: Array | None
    shares: Array | None
    exact: bool
    pivots: int


def separate(X: Array, y: Array) -> Verdict:
    """Strict linear separability of X (n, d) with labels y (n,) of 0s and 1s, with a proof of the answer.

    Parameters
    ----------
    X : ndarray, shape (n, d), float64
    y : ndarray, shape (n,), of 0s and 1s

    Returns
    -------
    Verdict

    Notes
    -----
    With s = ±1, exactly one of two systems has a solution (Farkas, Gordan): (a) s_i (wᵀx_i + b) > 0 for every i;
    (b) λ ≥ 0, Σ λ_i = 2, Σ λ_i s_i = 0, Σ λ_i s_i x_i = 0: the λ of each class are a convex combination, and both give
    the same point. Phase one of the simplex method looks for (b); where it ends without one, its multipliers are the
    plane of (a). A basis has d + 2 columns, so no more points are needed to prove (b): Carathéodory, Radon.

    Examples
    --------
    >>> X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    >>> separate(X, np.array([0.0, 0, 0, 1])).separable  # AND
    True
    >>> separate(X, np.array([0.0, 1, 1, 0])).shares.tolist()  # XOR: both diagonals have the same midpoint
    [0.5, 0.5, 0.5, 0.5]
    """
    signs = np.where(np.asarray(y) > 0.5, 1.0, -1.0)
    if np.all(signs == signs[0]):  # one class only: any plane far enough away
        return Verdict(True, np.append(np.zeros(X.shape[1]), signs[0]), None, False, 0)
    columns = np.vstack([(signs[:, None] * X).T, signs, np.ones(len(X))])
    basis, multipliers, pivots = _phase_one(columns, 1e-11)
    plane = -multipliers[:-1]
    if proves_plane(X, y, plane):
        return Verdict(True, plane, None, False, pivots)
    shares = _exact_shares(columns, basis)
    if shares is not None:
        return Verdict(False, None, shares, False, pivots)
    return _in_fractions(X, y, columns)


def proves_plane(X: Array, y: Array, plane: Array) -> bool:
    """True when wᵀx + b > 0 for every example of class 1 and < 0 for every one of class 0, in exact arithmetic.

    >>> proves_plane(np.array([[1.0], [2.0]]), np.array([0.0, 1.0]), np.array([2.0, -3.0]))
    True
    """
    if not np.all(np.isfinite(plane)):
        return False
    signs = np.where(np.asarray(y) > 0.5, 1.0, -1.0)
    score = signs * (X @ plane[:-1] + plane[-1])
    doubt = 1e-14 * (len(plane) + 1) * (np.abs(X) @ np.abs(plane[:-1]) + abs(plane[-1]))  # bounds the rounding
    if np.any(score < -doubt):
        return False
    w, b = [Fraction(float(v)) for v in plane[:-1]], Fraction(float(plane[-1]))
    return all(
        int(signs[i]) * (sum((v * Fraction(float(x)) for v, x in zip(w, X[i], strict=True)), b)) > 0
        for i in np.flatnonzero(score <= doubt)
    )


def _phase_one(columns: NDArray[Any], tolerance: float) -> tuple[NDArray[np.intp], NDArray[Any], int]:
    """min of the artificial variables of `columns` λ + a = (0, …, 0, 2): the basis, the multipliers, the pivots.

    columns (m, n) of floats, or of Fractions with tolerance 0. Entries ≥ n of the basis are artificial. The
    column that helps most, later Bland's rule (the first that helps, the first row of those that tie), which cannot
    cycle though the right-hand side is 0.
    """
    m, n = columns.shape
    one = columns[-1, 0]
    tableau = np.hstack([columns, np.eye(m, dtype=int) * one, np.zeros((m, 1), dtype=int) * one])
    tableau[-1, -1] = 2 * one
    cost = np.concatenate([-columns.sum(axis=0), np.zeros(m, dtype=int) * one, [-2 * one]])  # reduced costs
    basis = np.arange(n, n + m)
    pivots = 0
    while not tolerance or pivots < 200 + 50 * m:
        helpful = np.flatnonzero(cost[:n] < -tolerance)
        if not len(helpful):
            break
        j = int(helpful[0]) if pivots > 20 * m else int(cost[:n].argmin())
        rows = np.flatnonzero(tableau[:, j] > tolerance)
        if not len(rows):
            break  # rounding: phase one is bounded
        ratio = tableau[rows, -1] / tableau[rows, j]
        tied = rows[ratio <= ratio.min() + tolerance]
        r = int(tied[np.argmin(basis[tied])])
        tableau[r] = tableau[r] / tableau[r, j]
        others = np.arange(m) != r
        tableau[others] -= np.outer(tableau[others, j], tableau[r])
        cost = cost - cost[j] * tableau[r]
        basis[r] = j
        pivots += 1
    return basis, one - cost[n : n + m], pivots


def _exact_shares(columns: Array, basis: NDArray[np.intp]) -> Array | None:
    """The λ of a basis solved in fractions, (n,), or None where they prove nothing (negative, or artificial > 0)."""
    m, n = columns.shape
    system = [
        [Fraction(float(columns[i, k])) if k < n else Fraction(int(k - n == i)) for k in basis]
        + [Fraction(2 * (i == m - 1))]
        for i in range(m)
    ]
    for c in range(m):
        pivot = next((r for r in range(c, m) if system[r][c] != 0), None)
        if pivot is None:
            return None
        system[c], system[pivot] = system[pivot], system[c]
        system[c] = [v / system[c][c] for v in system[c]]
        for r in range(m):
            if r != c and system[r][c] != 0:
                system[r] = [a - system[r][c] * b for a, b in zip(system[r], system[c], strict=True)]
    values = [row[-1] for row in system]
    if any(v < 0 or (k >= n and v != 0) for v, k in zip(values, basis, strict=True)):
        return None
    shares = np.zeros(n)
    for v, k in zip(values, basis, strict=True):
        if k < n:
            shares[k] = float(v)
    return shares


def _in_fractions(X: Array, y: Array, columns: Array) -> Verdict:
    """The same programme without rounding: slow, and always right."""
    exact = np.array([[Fraction(float(v)) for v in row] for row in columns], dtype=object)
    basis, multipliers, pivots = _phase_one(exact, 0)
    shares = _exact_shares(columns, basis)
    if shares is not None:
        return Verdict(False, None, shares, True, pivots)
    largest = max(abs(v) for v in multipliers[:-1])
    return Verdict(True, np.array([float(-v / largest) for v in multipliers[:-1]]), None, True, pivots)


class Mistakes(NamedTuple):
    """per_pass: mistakes in every pass through the data; plane (d + 1,): the weights and the bias at the end."""

    per_pass: list[int]
    plane: Array


def perceptron(X: Array, y: Array, passes: int) -> Mistakes:
    """Rosenblatt's perceptron, step size 1, from 0, examples in order: w += s x, b += s wherever s (wᵀx + b) ≤ 0.

    Stops after a pass without a mistake. Its mistakes never exceed (R/γ)² when a plane through the origin of (x, 1)
    has margin γ and ‖(x, 1)‖ ≤ R; where the classes cannot be separated it never stops.

    >>> X, y = np.array([[3.0, 3], [4, 3], [1, 1]]), np.array([1.0, 1, 0])
    >>> seen = perceptron(X, y, 100)
    >>> sum(seen.per_pass), seen.plane.tolist()
    (7, [1.0, 1.0, -3.0])
    """
    Z = np.where(np.asarray(y) > 0.5, 1.0, -1.0)[:, None] * np.column_stack([X, np.ones(len(X))])
    plane, per_pass = np.zeros(Z.shape[1]), []
    for _ in range(passes):
        wrong = 0
        for z in Z:
            if plane @ z <= 0:
                plane += z
                wrong += 1
        per_pass.append(wrong)
        if not wrong:
            break
    return Mistakes(per_pass, plane)


def mistake_bound(X: Array, y: Array, plane: Array) -> float:
    """(R/γ)²: the most mistakes the perceptron can make, from any `plane` (d + 1,) that separates.

    Notes
    -----
    With u = plane/‖plane‖ every mistake adds at least γ = min s uᵀ(x, 1) to uᵀw and at most R² to ‖w‖², so after k of
    them kγ ≤ uᵀw ≤ ‖w‖ ≤ R√k.

    >>> mistake_bound(np.array([[3.0], [-4.0]]), np.array([1.0, 0.0]), np.array([1.0, 0.0])).__round__(6)
    1.888889
    """
    Z = np.where(np.asarray(y) > 0.5, 1.0, -1.0)[:, None] * np.column_stack([X, np.ones(len(X))])
    margin = float((Z @ plane).min() / np.linalg.norm(plane))
    return float((Z**2).sum(axis=1).max()) / margin**2
