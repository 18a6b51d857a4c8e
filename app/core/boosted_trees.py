"""Gradient-boosted trees by hand: the second-order gain, split search with missing values, growth, boosting.

Written so that its trees are those of XGBoost: gains are reported without the factor ½ of the paper, and `gamma` is
compared with that number. Neighbours: tree_importance.py asks which features such trees used.
X (n, d) float64 holds one example a row, NaN where a value is missing; g, h (n,) are the first and second derivatives
of the loss by the score. Source: Chen & Guestrin (2016), XGBoost, arXiv 1603.02754.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, sigmoid

TIE = 1e-9
"""Gains closer than this (relative) are equal: the first wins, on every processor."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Settings(NamedTuple):
    """Named as in XGBoost, with its defaults; lam is lambda; colsample: by tree, by level, by node. bins 0: exact."""

    eta: float = 0.3
    max_depth: int = 6
    lam: float = 1.0
    gamma: float = 0.0
    min_child_weight: float = 1.0
    subsample: float = 1.0
    colsample: tuple[float, float, float] = (1.0, 1.0, 1.0)
    bins: int = 0


class Curve(NamedTuple):
    """Every split of one column. thresholds (k,): x < t goes left; gains (2, k) with the missing rows sent left (0) or
    right (1), −inf where min_child_weight forbids it; left (2, k, 2): the sums of g and of h on the left."""

    thresholds: Array
    gains: Array
    left: Array


class Split(NamedTuple):
    """The best split of a node. gain is the bracket without ½; left, right: (Σg, Σh) of the children."""

    feature: int
    threshold: float
    missing_left: bool
    gain: float
    left: tuple[float, float]
    right: tuple[float, float]


class Tree(NamedTuple):
    """Arrays with one entry a node, root first. feature −1: a leaf. value: η times the best leaf value."""

    feature: Ints
    threshold: Array
    missing_left: Bools
    left: Ints
    right: Ints
    value: Array
    gain: Array
    cover: Array


def derivatives(loss: str, score: Array, y: Array) -> tuple[Array, Array]:
    """g and h by the score, each (n,): "squared" is ½(y − s)², "logistic" the cross-entropy of σ(s).

    >>> g, h = derivatives("logistic", np.zeros(2), np.array([0.0, 1.0]))
    >>> g.tolist(), h.tolist()
    ([0.5, -0.5], [0.25, 0.25])
    """
    if loss == "squared":
        return score - y, np.ones_like(y)
    p, slope = sigmoid(score)
    return p - y, np.maximum(slope, 1e-16)


def leaf_value(G: float, H: float, lam: float = 1.0) -> float:
    """The w that minimises Gw + ½(H + λ)w²: −G / (H + λ).

    >>> leaf_value(2.0, 2.0), leaf_value(-6.0, 2.0)
    (-0.6666666666666666, 2.0)
    """
    return -G / (H + lam)


def split_curve(
    x: Array, g: Array, h: Array, lam: float = 1.0, min_child_weight: float = 1.0, midpoints: bool = True
) -> Curve:
    """Gain of every threshold of one column, with the missing rows on either side.

    Notes
    -----
    gain = G_L²/(H_L + λ) + G_R²/(H_R + λ) − G²/(H + λ): twice what the objective falls by. Thresholds lie between two
    neighbouring values, or on the upper one (midpoints=False, for binned columns). If values are missing, a last
    candidate at +inf parts those present (left) from those missing (right).

    >>> curve = split_curve(np.array([1.0, 2, 3, 4]), np.array([1.0, 1, -2, -4]), np.ones(4))
    >>> curve.thresholds.tolist(), curve.gains[1].round(4).tolist()
    ([1.5, 2.5, 3.5], [3.55, 10.1333, 4.8])
    """
    here = ~np.isnan(x)
    order = np.argsort(x[here], kind="stable")
    values, sums = x[here][order], np.cumsum(np.stack([g[here], h[here]])[:, order], axis=1)
    cut = np.flatnonzero(values[1:] > values[:-1])
    thresholds = (values[cut] + values[cut + 1]) / 2 if midpoints else values[cut + 1]
    if len(values) and not here.all():
        cut, thresholds = np.append(cut, len(values) - 1), np.append(thresholds, np.inf)
    total = np.array([g.sum(), h.sum()])
    missing = np.array([g[~here].sum(), h[~here].sum()])
    left = np.stack([sums[:, cut].T + missing, sums[:, cut].T])
    right = total - left
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = left[..., 0] ** 2 / (left[..., 1] + lam) + right[..., 0] ** 2 / (right[..., 1] + lam)
        gains -= total[0] ** 2 / (total[1] + lam)
    allowed = np.minimum(left[..., 1], right[..., 1]) >= min_child_weight
    if not here.all():
        allowed[0, -1:] = False  # all rows on the left: not a split
    return Curve(thresholds, np.where(allowed, gains, -np.inf), left)


def best_split(X: Array, g: Array, h: Array, features: Ints, settings: Settings) -> Split | None:
    """The (feature, threshold, side of the missing) with the largest gain; None if no split is allowed.

    >>> X = np.array([[1.0, 1], [2, 5], [3, 2], [np.nan, 6]])
    >>> best_split(X, np.array([1.0, 1, -2, -4]), np.ones(4), np.array([0, 1]), Settings())[:3]
    (0, 2.5, False)
    """
    best: Split | None = None
    for f in features:
        curve = split_curve(X[:, f], g, h, settings.lam, settings.min_child_weight, settings.bins == 0)
        if curve.gains.size == 0:
            continue
        gain = float(curve.gains.max())
        if np.isfinite(gain) and (best is None or gain > best.gain + TIE * abs(best.gain)):
            first = int((curve.gains[::-1] >= gain - TIE * abs(gain)).argmax())  # a tie sends the missing right
            side, k = 1 - first // curve.gains.shape[1], first % curve.gains.shape[1]
            G, H = (float(v) for v in curve.left[side, k])
            rest = (float(g.sum()) - G, float(h.sum()) - H)
            best = Split(int(f), float(curve.thresholds[k]), side == 0, gain, (G, H), rest)
    return best


def bin_edges(x: Array, bins: int) -> Array:
    """Lower edges of at most `bins` bins of equal count; of every distinct value if there are no more than that.

    (XGBoost finds such quantiles by a sketch, in one pass over data that need not fit into memory.)

    >>> bin_edges(np.array([4.0, 1, 3, 2, np.nan]), 2).tolist(), bin_edges(np.array([1.0, 1, 5]), 256).tolist()
    ([1.0, 3.0], [1.0, 5.0])
    """
    values = np.sort(x[~np.isnan(x)])
    distinct = np.unique(values)
    if len(distinct) <= bins:
        return distinct
    return np.unique(values[np.arange(bins) * len(values) // bins])


def binned(X: Array, bins: int) -> Array:
    """X with every value replaced by the lower edge of its bin; missing stays missing.

    >>> binned(np.array([[4.0], [1.0], [3.0], [2.0]]), 2)[:, 0].tolist()
    [3.0, 1.0, 3.0, 1.0]
    """
    out = X.copy()
    for f in range(X.shape[1]):
        edges, here = bin_edges(X[:, f], bins), ~np.isnan(X[:, f])
        out[here, f] = edges[np.searchsorted(edges, X[here, f], side="right") - 1]
    return out


def histogram(x: Array, edges: Array, g: Array, h: Array) -> Array:
    """Σg and Σh of every bin, (2, bins): all that split search needs. One child's is the parent's minus the other's.

    >>> histogram(np.array([1.0, 2, 3, 4]), np.array([1.0, 3.0]), np.array([1.0, 1, -2, -4]), np.ones(4)).tolist()
    [[2.0, -6.0], [2.0, 2.0]]
    """
    here = ~np.isnan(x)
    code = np.searchsorted(edges, x[here], side="right") - 1
    return np.stack([np.bincount(code, weights=v[here], minlength=len(edges)) for v in (g, h)])


def sample_columns(columns: Ints, share: float, rng: np.random.Generator) -> Ints:
    """⌊share · count⌋ of the columns, at least one, without replacement.

    >>> len(sample_columns(np.arange(10), 0.75, np.random.default_rng(0)))
    7
    """
    if share >= 1:
        return columns
    return np.sort(rng.choice(columns, size=max(1, int(share * len(columns))), replace=False))


def grow(X: Array, g: Array, h: Array, settings: Settings, rng: np.random.Generator) -> Tree:
    """One tree, level by level; X must be binned already if settings.bins is not 0.

    gamma: the exact method grows first and then prunes from the bottom; with bins a split that gains less than gamma
    is never made.

    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> g = np.array([1.0, 1, -2, -4])
    >>> grow(x, g, np.ones(4), Settings(eta=1.0, max_depth=1), np.random.default_rng(0)).value.round(3).tolist()
    [0.8, -0.667, 2.0]
    """
    by_tree, by_level, by_node = settings.colsample
    columns = sample_columns(np.arange(X.shape[1]), by_tree, rng)
    worth = max(1e-6, settings.gamma if settings.bins else 0.0)
    rows, level = [np.arange(len(X))], [0]
    feature, threshold, missing_left, children, gain = [-1], [0.0], [False], [(-1, -1)], [0.0]
    sums = [(float(g.sum()), float(h.sum()))]
    for _ in range(settings.max_depth):
        here, grown = sample_columns(columns, by_level, rng), []
        for i in level:
            r = rows[i]
            split = best_split(X[r], g[r], h[r], sample_columns(here, by_node, rng), settings)
            if split is None or split.gain < worth:
                continue
            x = X[r, split.feature]
            goes_left = np.where(np.isnan(x), split.missing_left, x < split.threshold)
            feature[i], threshold[i], gain[i] = split.feature, split.threshold, split.gain
            missing_left[i], children[i] = split.missing_left, (len(rows), len(rows) + 1)
            for side, child in ((goes_left, split.left), (~goes_left, split.right)):
                grown.append(len(rows))
                rows.append(r[side])
                sums.append(child)
                feature.append(-1)
                threshold.append(0.0)
                missing_left.append(False)
                children.append((-1, -1))
                gain.append(0.0)
        level = grown
    for i in reversed(range(len(rows))):  # children come after their parents
        a, b = children[i]
        if feature[i] >= 0 and feature[a] < 0 and feature[b] < 0 and gain[i] < settings.gamma:
            feature[i], gain[i], children[i] = -1, 0.0, (-1, -1)
    left, right = np.array(children).T
    G, H = np.array(sums).T
    value = -settings.eta * G / (H + settings.lam)
    return Tree(
        np.array(feature), np.array(threshold), np.array(missing_left), left, right, value, np.array(gain), H
    )  # fmt: skip


def predict(tree: Tree, X: Array) -> Array:
    """What the tree adds to the score of every row, (n,).

    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> g = np.array([1.0, 1, -2, -4])
    >>> tree = grow(x, g, np.ones(4), Settings(eta=1.0, max_depth=1), np.random.default_rng(0))
    >>> predict(tree, np.array([[0.0], [9.0]])).round(3).tolist()
    [-0.667, 2.0]
    """
    node, all_rows = np.zeros(len(X), dtype=np.int64), np.arange(len(X))
    while (inner := tree.feature[node] >= 0).any():
        x = X[all_rows, np.maximum(tree.feature[node], 0)]
        goes_left = np.where(np.isnan(x), tree.missing_left[node], x < tree.threshold[node])
        node = np.where(inner, np.where(goes_left, tree.left[node], tree.right[node]), node)
    values: Array = tree.value[node]
    return values


def boost(
    X: Array, y: Array, loss: str, rounds: int, settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[Tree, Bools]]:
    """After every round: the new tree, and the rows (bool, (n,)) it was grown on. Scores start from 0.

    Row sampling keeps each row with probability `subsample`, anew in every round.

    >>> x, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([-1.0, -1, 2, 4])
    >>> trees = [tree for tree, _ in boost(x, y, "squared", 60, Settings(), np.random.default_rng(0))]
    >>> sum(predict(tree, x) for tree in trees).round(2).tolist()
    [-1.0, -1.0, 2.0, 4.0]
    """
    source, score = (binned(X, settings.bins) if settings.bins else X), np.zeros(len(X))
    for _ in range(rounds):
        g, h = derivatives(loss, score, y)
        kept = rng.random(len(X)) < settings.subsample if settings.subsample < 1 else np.full(len(X), True)
        tree = grow(source[kept], g[kept], h[kept], settings, rng)
        score = score + predict(tree, X)
        yield tree, kept
