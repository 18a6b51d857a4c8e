"""How many labellings of N points a hyperplane can separate: Cover's count, and the count by trying.

A dichotomy is one way to give N points the labels 0 and 1; there are 2ᴺ. separability.py decides a single one.
"""

import math
from itertools import product

import numpy as np

from app.core.activations import Array
from app.core.separability import separate


def separable_dichotomies(points: int, dims: int) -> int:
    """2 Σ_{k=0}^{d} C(N − 1, k): the labellings of N points in general position in ℝᵈ that a hyperplane separates.

    Parameters
    ----------
    points : int
        N ≥ 1. General position: no d + 1 of them in a hyperplane.
    dims : int
        d ≥ 0, without the constant: the hyperplane wᵀx + b = 0 has d + 1 coefficients.

    Raises
    ------
    ValueError
        For fewer points than 1 or fewer dimensions than 0.

    Notes
    -----
    C(N + 1) = C(N, d) + C(N, d − 1): a new point doubles exactly the labellings whose hyperplane can be made to pass
    through it. All 2ᴺ up to N = d + 1 (the VC dimension), exactly half of them at N = 2(d + 1). Source: Cover (1965),
    doi:10.1109/PGEC.1965.264137, stated there for hyperplanes through the origin, with d + 1 in place of d.

    >>> [separable_dichotomies(n, 2) for n in (3, 4, 5, 6)]
    [8, 14, 22, 32]
    """
    if points < 1 or dims < 0:
        raise ValueError("at least one point, and no negative dimension")
    return 2 * sum(math.comb(points - 1, k) for k in range(dims + 1))


def separable_share(points: int, dims: int) -> float:
    """The share of the 2ᴺ labellings that can be separated.

    >>> separable_share(6, 2), separable_share(12, 5)
    (0.5, 0.5)
    """
    return float(separable_dichotomies(points, dims) / 2**points)


def count_separable(X: Array) -> int:
    """Tries every labelling of the rows of X (n, d): exact, in 2ⁿ⁻¹ linear programmes (a labelling and its opposite
    are separated by the same plane).

    >>> count_separable(np.array(list(product([0.0, 1.0], repeat=2))))  # of 16 Boolean functions all but XOR and XNOR
    14
    """
    return 2 * sum(separate(X, np.array((0.0, *rest))).separable for rest in product([0.0, 1.0], repeat=len(X) - 1))


def sampled_share(points: int, dims: int, trials: int, rng: np.random.Generator) -> float:
    """The share of `trials` draws, N points from N(0, I) with fair-coin labels, that a hyperplane separates.

    >>> sampled_share(3, 2, 20, np.random.default_rng(0))  # three points in the plane: always
    1.0
    """
    found = 0
    for _ in range(trials):
        X, y = rng.standard_normal((points, dims)), rng.integers(0, 2, points).astype(np.float64)
        found += separate(X, y).separable
    return found / trials
