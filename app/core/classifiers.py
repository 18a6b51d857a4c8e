"""Classifiers side by side: four Gaussian rules that are one formula, nearest neighbours, and a decision tree.

Two classes; X (n, d), y (n,) of 0s and 1s. Logistic regression stands in logistic_regression.py, the network in mlp.py.
"""

from typing import NamedTuple

import numpy as np

from app.core.activations import Array


class Quadratic(NamedTuple):
    """f(x) = xᵀAx + wᵀx + b, the log-odds of class 1; A (d, d) is exactly 0 where the rule is linear in x."""

    A: Array
    w: Array
    b: float


def gaussian_rule(X: Array, y: Array, shared: bool, independent: bool) -> Quadratic:
    """Fit a Gaussian to each class and apply Bayes' rule. Two yes-or-no choices name four classifiers.

    Parameters
    ----------
    X : ndarray, shape (n, d), float64
    y : ndarray, shape (n,), of 0s and 1s, both present
    shared : bool
        One covariance for both classes: LDA, naive Bayes with shared variances. Else QDA, Gaussian naive Bayes.
    independent : bool
        Only the diagonal of the covariances is kept: the naive Bayes assumption.

    Returns
    -------
    Quadratic

    Raises
    ------
    ValueError
        If a class is absent.
    numpy.linalg.LinAlgError
        If a covariance is singular.

    Notes
    -----
    ln p₁(x)π₁ − ln p₀(x)π₀ has the quadratic part A = ½(Σ₀⁻¹ − Σ₁⁻¹): it vanishes when the covariances are equal, and
    then only. w = Σ₁⁻¹m₁ − Σ₀⁻¹m₀, b = ½(m₀ᵀΣ₀⁻¹m₀ − m₁ᵀΣ₁⁻¹m₁) + ½ ln(|Σ₀|/|Σ₁|) + ln(π₁/π₀). Covariances are the
    maximum likelihood ones (divided by n).

    >>> X, y = np.array([[0.0], [2.0], [3.0], [5.0]]), np.array([0.0, 0, 1, 1])
    >>> rule = gaussian_rule(X, y, shared=True, independent=True)
    >>> rule.A.tolist(), rule.w.tolist(), rule.b
    ([[0.0]], [3.0], -7.5)
    """
    classes = [X[y == c] for c in (0, 1)]
    if not all(len(c) for c in classes):
        raise ValueError("both classes are needed")
    means = [c.mean(axis=0) for c in classes]
    spreads = [(c - m).T @ (c - m) / len(c) for c, m in zip(classes, means, strict=True)]
    if shared:
        pooled = sum(len(c) * s for c, s in zip(classes, spreads, strict=True)) / len(X)
        spreads = [pooled, pooled]
    if independent:
        spreads = [np.diag(np.diag(s)) for s in spreads]
    inverse = [np.linalg.inv(s) for s in spreads]
    sizes = [float(np.linalg.slogdet(s)[1]) for s in spreads]
    pull = [float(m @ i @ m) for m, i in zip(means, inverse, strict=True)]
    return Quadratic(
        0.5 * (inverse[0] - inverse[1]),
        inverse[1] @ means[1] - inverse[0] @ means[0],
        0.5 * (pull[0] - pull[1] + sizes[0] - sizes[1]) + float(np.log(len(classes[1]) / len(classes[0]))),
    )


def log_odds(rule: Quadratic, X: Array) -> Array:
    """f(x) for the rows of X (n, d), shape (n,). Class 1 where it is positive.

    >>> log_odds(Quadratic(np.eye(1), np.zeros(1), -1.0), np.array([[0.0], [2.0]])).tolist()
    [-1.0, 3.0]
    """
    return np.asarray(np.einsum("ni,ij,nj->n", X, rule.A, X) + X @ rule.w + rule.b)


def crossing_points(m0: float, s0: float, m1: float, s1: float, prior: float = 0.5) -> tuple[float, ...]:
    """Where N(m0, s0²) and N(m1, s1²), weighted 1 − prior and prior, are equal: none, one or two points, sorted.

    >>> [round(x, 6) for x in crossing_points(0, 1, 0, 2)]  # ±√(ln 4 / 0.75)
    [-1.359556, 1.359556]
    >>> crossing_points(0, 1, 2, 1)
    (1.0,)
    """
    a = 0.5 * (s0**-2 - s1**-2)
    w = m1 / s1**2 - m0 / s0**2
    b = 0.5 * ((m0 / s0) ** 2 - (m1 / s1) ** 2) + float(np.log(s0 / s1) + np.log(prior / (1 - prior)))
    if a == 0:
        return () if w == 0 else (-b / w,)
    inside = w * w - 4 * a * b
    if inside < 0:
        return ()
    return tuple(sorted(((-w - inside**0.5) / (2 * a), (-w + inside**0.5) / (2 * a))))


def neighbour_share(X: Array, y: Array, queries: Array, k: int) -> Array:
    """The share of class 1 among the k nearest rows of X, Euclidean, for `queries` (q, d); shape (q,).

    >>> neighbour_share(np.array([[0.0], [1.0], [5.0]]), np.array([0.0, 1, 1]), np.array([[0.1], [4.0]]), 2).tolist()
    [0.5, 1.0]
    """
    far = (queries**2).sum(axis=1)[:, None] - 2 * queries @ X.T + (X**2).sum(axis=1)
    nearest = np.argpartition(far, k - 1, axis=1)[:, :k]
    return np.asarray(y[nearest].mean(axis=1))


class Tree(NamedTuple):
    """A node: the share of class 1 in it. An inner one has a feature, a threshold and children too: x ≤ t goes left."""

    share: float
    feature: int = -1
    threshold: float = 0.0
    left: "Tree | None" = None
    right: "Tree | None" = None


def grow_tree(X: Array, y: Array, depth: int, least: int = 1) -> Tree:
    """A CART tree of at most `depth` splits from root to leaf, no leaf smaller than `least`; Gini impurity.

    Every split takes the feature and the threshold (half-way between neighbours) with the smallest Σ n p(1 − p) over
    both sides; splits that gain nothing are not made.

    >>> tree = grow_tree(np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 1, 1]), depth=3)
    >>> tree.threshold, tree.left.share, tree.right.share
    (0.5, 0.0, 1.0)
    """
    share, n = float(y.mean()), len(y)
    best = (n * share * (1 - share) - 1e-12, -1, 0.0)
    for j in range(X.shape[1]) if depth and 0 < share < 1 else ():
        order = np.argsort(X[:, j], kind="stable")
        x, ones = X[order, j], np.cumsum(y[order])[:-1]
        size = np.arange(1, n)
        rest = y.sum() - ones
        impurity = ones * (1 - ones / size) + rest * (1 - rest / (n - size))
        allowed = (x[1:] > x[:-1]) & (size >= least) & (n - size >= least)
        impurity = np.where(allowed, impurity, np.inf)
        if len(impurity) and impurity.min() < best[0]:
            i = int(impurity.argmin())
            best = (float(impurity[i]), j, float((x[i] + x[i + 1]) / 2))
    if best[1] < 0:
        return Tree(share)
    low = X[:, best[1]] <= best[2]
    return Tree(
        share, best[1], best[2],
        grow_tree(X[low], y[low], depth - 1, least), grow_tree(X[~low], y[~low], depth - 1, least),
    )  # fmt: skip


def tree_share(tree: Tree, X: Array) -> Array:
    """The share of class 1 in the leaf every row of X (n, d) falls into, shape (n,).

    >>> tree_share(Tree(0.5, 0, 1.0, Tree(0.0), Tree(1.0)), np.array([[0.0], [3.0]])).tolist()
    [0.0, 1.0]
    """
    if tree.left is None or tree.right is None:
        return np.full(len(X), tree.share)
    low = X[:, tree.feature] <= tree.threshold
    out = np.empty(len(X))
    out[low], out[~low] = tree_share(tree.left, X[low]), tree_share(tree.right, X[~low])
    return out
