"""Losses of the margin m = y f(x), y = ±1, each with its slope: how hard one example pulls at the boundary.

Every loss takes margins of any shape (no unit) and returns (value, slope), two float64 arrays of that shape. The slope
is never positive while an example pulls towards its own side; −slope is its pull.
"""

import numpy as np

from app.core.activations import Array


def hinge(m: Array) -> tuple[Array, Array]:
    """max(0, 1 − m): flat from m = 1 on, slope −1 below (at m = 1 any slope in [−1, 0] is one; 0 is given).

    >>> value, slope = hinge(np.array([-2.0, 0.0, 1.0, 5.0]))
    >>> value.tolist(), slope.tolist()
    ([3.0, 1.0, 0.0, 0.0], [-1.0, -1.0, 0.0, 0.0])
    """
    return np.maximum(0.0, 1 - m), np.where(m < 1, -1.0, 0.0)


def logistic(m: Array) -> tuple[Array, Array]:
    """ln(1 + e⁻ᵐ) in nats, slope −σ(−m): never 0 (written so that it is not rounded to 0 either).
    Divided by ln 2 it bounds the zero-one loss from above.

    >>> value, slope = logistic(np.array([-2.0, 0.0, 2.0]))
    >>> value.round(6).tolist(), slope.round(6).tolist()
    ([2.126928, 0.693147, 0.126928], [-0.880797, -0.5, -0.119203])
    """
    return np.logaddexp(0.0, -m), -np.exp(-np.logaddexp(0.0, m))


def squared(m: Array) -> tuple[Array, Array]:
    """½(1 − m)², which is ½(y − f)²: beyond m = 1 the slope is positive, an example is pulled back for being too right.

    >>> value, slope = squared(np.array([-3.0, 1.0, 5.0]))
    >>> value.tolist(), slope.tolist()
    ([8.0, 0.0, 8.0], [-4.0, 0.0, 4.0])
    """
    return 0.5 * (1 - m) ** 2, m - 1


def zero_one(m: Array) -> Array:
    """1 where the sign is wrong (m <= 0), else 0: what one would like to minimise, with slope 0 wherever it has one.

    >>> zero_one(np.array([-0.1, 0.0, 2.0])).tolist()
    [1.0, 1.0, 0.0]
    """
    return np.where(m <= 0, 1.0, 0.0)


def best_score(loss: str, eta: Array) -> Array:
    """The score f that minimises η ℓ(f) + (1 − η) ℓ(−f), where P(y = 1) = η in (0, 1), η ≠ ½ for the hinge.

    Parameters
    ----------
    loss : "hinge", "logistic" or "squared"
    eta : ndarray of any shape

    Returns
    -------
    ndarray, of eta's shape

    Raises
    ------
    KeyError
        For another loss.

    Notes
    -----
    Logistic: ln(η/(1 − η)). Squared: 2η − 1. Both can be solved for η. Hinge: sign(2η − 1), which cannot: 0.51 and
    0.99 have the same best score. Source: Bartlett, Jordan and McAuliffe (2006), doi:10.1198/016214505000000907.

    Examples
    --------
    >>> best_score("hinge", np.array([0.2, 0.51, 0.99])).tolist()
    [-1.0, 1.0, 1.0]
    >>> best_score("logistic", np.array([0.51, 0.99])).round(2).tolist()
    [0.04, 4.6]
    """
    return {"hinge": np.sign(2 * eta - 1), "logistic": np.log(eta / (1 - eta)), "squared": 2 * eta - 1}[loss]
