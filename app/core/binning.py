"""Binning a feature for a linear model: cut points, one-hot columns, crosses, and the weights that follow by counting.

A feature x (n,) and inner cut points edges (K − 1,) in ascending order give K bins; bin k holds edges[k−1] ≤ x <
edges[k], the first and the last are open-ended. Cut points are learned from training rows only.
"""

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, sigmoid

Index = NDArray[np.intp]


def equal_width_edges(x: Array, bins: int) -> Array:
    """Cut points that split [min x, max x] into `bins` intervals of one width, shape (bins − 1,).

    >>> equal_width_edges(np.array([0.0, 1.0, 8.0]), 4).tolist()
    [2.0, 4.0, 6.0]
    """
    return np.linspace(x.min(), x.max(), bins + 1)[1:-1]


def quantile_edges(x: Array, bins: int) -> Array:
    """Cut points at the k/bins quantiles, each one a value of x (order statistic); equal ones are merged.

    As they depend on the order of x only, any strictly increasing map of x maps the edges and leaves every row in its
    bin.

    >>> quantile_edges(np.array([0.0, 1.0, 2.0, 3.0, 100.0]), 2).tolist()
    [2.0]
    """
    return np.unique(np.quantile(x, np.arange(1, bins) / bins, method="lower"))


def bin_of(x: Array, edges: Array) -> Index:
    """The bin number of each value, 0 to len(edges), shape of x.

    >>> bin_of(np.array([-9.0, 1.9, 2.0, 3000.0]), np.array([2.0, 4.0])).tolist()
    [0, 0, 1, 2]
    """
    return np.searchsorted(edges, x, side="right")


def one_hot(index: Index, bins: int) -> Array:
    """One column a bin, shape (n, bins): 1 where the row is in it.

    >>> one_hot(np.array([0, 2]), 3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    columns = np.zeros((len(index), bins))
    columns[np.arange(len(index)), index] = 1
    return columns


def cross(first: Index, second: Index, second_bins: int) -> Index:
    """The cell number of a pair of bins, row by row: m and n bins make m·n cells.

    >>> cross(np.array([0, 1]), np.array([2, 0]), 3).tolist()
    [2, 3]
    """
    return first * second_bins + second


def hats(x: Array, knots: Array) -> Array:
    """Piecewise-linear columns (a spline of degree 1), shape (n, knots): column j is 1 at knot j, 0 at all others.

    Every row sums to 1; beyond the outer knots the value there is kept. Same number of weights as bins, no jumps.

    >>> hats(np.array([0.5, 9.0]), np.array([0.0, 1.0, 2.0])).tolist()
    [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    """
    return np.stack([np.interp(x, knots, row) for row in np.eye(len(knots))], axis=1)


def bin_counts(index: Index, y: Array, bins: int) -> tuple[Array, Array]:
    """How many rows of class 1 and of class 0 every bin holds, two arrays (bins,).

    >>> [n.tolist() for n in bin_counts(np.array([0, 0, 1]), np.array([1.0, 0.0, 1.0]), 2)]
    [[1.0, 1.0], [1.0, 0.0]]
    """
    ones = np.bincount(index, weights=y, minlength=bins).astype(np.float64)
    return ones, np.bincount(index, minlength=bins).astype(np.float64) - ones


def bin_weights(ones: Array, zeros: Array, ridge: float = 0.0) -> Array:
    """Weights of logistic regression on one-hot bins, no intercept, by counting: shape (bins,).

    Parameters
    ----------
    ones, zeros : ndarray, shape (bins,)
        Rows of class 1 and class 0 in each bin.
    ridge : float
        λ of ½λ‖w‖² beside the summed loss (C = 1/λ in scikit-learn).

    Returns
    -------
    ndarray, shape (bins,)
        Log-odds of each bin. Without ridge ln(ones/zeros): ±inf in a bin of one class only; 0 in an empty one.

    Notes
    -----
    A row is in one bin, so the loss falls apart into one problem a bin: nσ(w) − n₁ + λw = 0. For λ > 0 Newton's method
    from 0 never overshoots: σ is concave on the right of 0 and convex on the left.

    Examples
    --------
    >>> bin_weights(np.array([10.0, 30.0]), np.array([90.0, 30.0])).round(4).tolist()
    [-2.1972, 0.0]
    >>> bin_weights(np.array([5.0]), np.array([0.0]), ridge=0.01).round(3).tolist()
    [4.665]
    """
    rows = ones + zeros
    if ridge <= 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(rows == 0, 0.0, np.log(ones) - np.log(zeros))
    w = np.zeros(len(rows))
    for _ in range(60):
        p, slope = sigmoid(w)
        step = (rows * p - ones + ridge * w) / (rows * slope + ridge)
        w = w - step
        if np.abs(step).max() < 1e-12:
            break
    return w


def weight_of_evidence(ones: Array, zeros: Array, smoothing: float = 0.0) -> Array:
    """WOE of each bin, ln[(n₁ₖ/n₁)/(n₀ₖ/n₀)], shape (bins,): its log-odds minus those of all rows.

    smoothing: a number added to every count, so that a bin without one of the classes stays finite.

    >>> weight_of_evidence(np.array([10.0, 30, 60]), np.array([90.0, 70, 40])).round(5).tolist()
    [-1.50408, -0.15415, 1.09861]
    """
    ones, zeros = ones + smoothing, zeros + smoothing
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(ones / ones.sum()) - np.log(zeros / zeros.sum()))


def information_value(ones: Array, zeros: Array, smoothing: float = 0.0) -> float:
    """IV = Σₖ (n₁ₖ/n₁ − n₀ₖ/n₀) WOEₖ, never negative: KL divergence one way plus the other, in nats.

    >>> round(information_value(np.array([10.0, 30, 60]), np.array([90.0, 70, 40])), 6)
    0.97358
    """
    p, q = (ones + smoothing) / (ones + smoothing).sum(), (zeros + smoothing) / (zeros + smoothing).sum()
    return float(((p - q) * weight_of_evidence(ones, zeros, smoothing)).sum())


def expected_loss(truth: Array, predicted: Array) -> float:
    """Mean log loss in nats of probabilities `predicted` when y = 1 with probability `truth`, both (n,).

    With predicted = truth it is the entropy, which no model beats.

    >>> round(expected_loss(np.array([0.5, 0.5]), np.array([0.5, 0.5])), 6)
    0.693147
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(t == 0, 0, t * np.log(p)) for t, p in ((truth, predicted), (1 - truth, 1 - predicted))]
    return float(-(terms[0] + terms[1]).mean())


def best_steps(truth: Array, index: Index, bins: int) -> Array:
    """The best probability a step function on these bins can have: the mean of `truth` in each, shape (n,).

    >>> best_steps(np.array([0.2, 0.4, 0.9]), np.array([0, 0, 1]), 2).round(3).tolist()
    [0.3, 0.3, 0.9]
    """
    rows = np.maximum(np.bincount(index, minlength=bins), 1)
    return (np.bincount(index, weights=truth, minlength=bins) / rows)[index]
