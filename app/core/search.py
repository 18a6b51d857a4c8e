"""Grid against random search: what n trials can be expected to find, exactly.

Source: Bergstra, Bengio (2012), Random Search for Hyper-Parameter Optimization, JMLR 13.
"""

import math

import numpy as np

from app.core.activations import Array


def hit_probability(share: float, trials: int) -> float:
    """The probability that at least one of n independent trials falls into the best `share` of the settings.

    >>> round(hit_probability(0.05, 59), 4)
    0.9515
    """
    return 1 - (1 - share) ** trials


def trials_needed(share: float, confidence: float) -> int:
    """The smallest number of independent trials with `hit_probability` of at least `confidence`.

    >>> trials_needed(0.05, 0.95)
    59
    """
    return math.ceil(math.log(1 - confidence) / math.log(1 - share) - 1e-9)


def grid_hit_probability(share: float, points: int) -> float:
    """The same for a grid with `points` values on the one axis that matters, placed at random; the good values are an
    interval of this share of the axis. The other axes do not help, however many points they take.

    >>> grid_hit_probability(0.1, 3), round(hit_probability(0.1, 9), 4)
    (0.30000000000000004, 0.6126)
    """
    return min(1.0, share * points)


def expected_best(values: Array, trials: int) -> float:
    """The expected largest of n values drawn with replacement. values: all there are, any shape.

    Notes
    -----
    With the values sorted, P(largest <= v₍ᵢ₎) = (i/m)ⁿ, hence E = Σ v₍ᵢ₎ ((i/m)ⁿ - ((i-1)/m)ⁿ).

    >>> round(expected_best(np.array([1.0, 2.0]), 2), 6)
    1.75
    """
    ordered = np.sort(np.ravel(values))
    below = (np.arange(len(ordered) + 1) / len(ordered)) ** trials
    return float(ordered @ np.diff(below))


def grid_bests(table: Array, points: int) -> Array:
    """The best value of every points × points grid on a table, one for each way to place it.

    table (rows, columns): `points` must divide both. Returns (rows/points · columns/points,).

    >>> grid_bests(np.arange(16).reshape(4, 4), 2).tolist()
    [10, 11, 14, 15]
    """
    rows, columns = table.shape
    if rows % points or columns % points:
        raise ValueError(f"{points} must divide {rows} and {columns}")
    down, across = rows // points, columns // points
    return np.array([table[i::down, j::across].max() for i in range(down) for j in range(across)])


def explained_share(table: Array, axis: int) -> float:
    """The share of the variance of a table that one axis alone explains: variance of its means over that of all cells.

    >>> explained_share(np.array([[1.0, 1.0], [3.0, 3.0]]), axis=0), explained_share(np.array([[1.0, 1.0]]), axis=0)
    (1.0, 0.0)
    """
    total = float(table.var())
    return float(table.mean(axis=1 - axis).var()) / total if total > 0 else 0.0
