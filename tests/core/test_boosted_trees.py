"""Boosted trees against the dumps of XGBoost, brute force and closed forms."""

import doctest
import json

import numpy as np
import pytest
import xgboost
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance as sklearn_permutation

import app.core.boosted_trees
import app.core.tree_importance
from app.core.boosted_trees import (
    Settings,
    best_split,
    bin_edges,
    binned,
    boost,
    derivatives,
    grow,
    histogram,
    leaf_value,
    predict,
    sample_columns,
    split_curve,
)
from app.core.tree_importance import importances, permutation_importance

ONE = np.array([0])
OBJECTIVES = {"squared": ("reg:squarederror", 0.0), "logistic": ("binary:logistic", 0.5)}


def library(X, y, loss="squared", rounds=1, **settings):
    objective, base = OBJECTIVES[loss]
    given = {"nthread": 1, "objective": objective, "base_score": base, "tree_method": "exact", **settings}
    return xgboost.train(given, xgboost.DMatrix(X, y), rounds)


def dump(booster):
    return [json.loads(tree) for tree in booster.get_dump(with_stats=True, dump_format="json")]


def flat(node):
    """Nodes of a dump, depth first, as (feature, gain, cover, leaf)."""
    if "leaf" in node:
        return [(-1, 0.0, node["cover"], node["leaf"])]
    own = (int(node["split"][1:]), node["gain"], node["cover"], None)
    by_id = {child["nodeid"]: child for child in node["children"]}
    return [own, *flat(by_id[node["yes"]]), *flat(by_id[node["no"]])]


def ours_flat(tree, i=0):
    if tree.feature[i] < 0:
        return [(-1, 0.0, tree.cover[i], tree.value[i])]
    own = (int(tree.feature[i]), tree.gain[i], tree.cover[i], None)
    return [own, *ours_flat(tree, tree.left[i]), *ours_flat(tree, tree.right[i])]


def same_tree(tree, node, rel=2e-4):
    mine, theirs = ours_flat(tree), flat(node)
    assert [m[0] for m in mine] == [t[0] for t in theirs]
    for m, t in zip(mine, theirs, strict=True):
        assert m[1] == pytest.approx(t[1], rel=rel, abs=1e-3)
        assert m[2] == pytest.approx(t[2], rel=rel)
        assert m[3] is None or m[3] == pytest.approx(t[3], rel=rel, abs=1e-5)


@pytest.mark.parametrize("module", [app.core.boosted_trees, app.core.tree_importance])
def test_doctests(module):
    assert doctest.testmod(module).failed == 0


def test_four_points_by_hand_and_by_the_library():
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([-1.0, -1, 2, 4])
    g, h = derivatives("squared", np.zeros(4), y)
    curve = split_curve(x[:, 0], g, h)
    assert curve.gains[1] / 2 == pytest.approx([1.775, 5.0666667, 2.4], abs=1e-6)
    root = dump(library(x, y, max_depth=1, eta=1))[0]
    assert root["gain"] == pytest.approx(10.1333333, abs=1e-5)
    assert root["split_condition"] == 2.5
    assert [leaf_value(2.0, 2.0), leaf_value(-6.0, 2.0)] == pytest.approx([-2 / 3, 2])
    same_tree(grow(x, g, h, Settings(eta=1.0, max_depth=1), np.random.default_rng(0)), root)


def test_hist_has_the_same_partition_and_the_upper_value_as_threshold():
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([-1.0, -1, 2, 4])
    split = best_split(binned(x, 256), -y, np.ones(4), ONE, Settings(bins=256))
    root = dump(library(x, y, max_depth=1, eta=1, tree_method="hist"))[0]
    assert split.threshold == root["split_condition"] == 3
    assert split.gain == pytest.approx(root["gain"])


def test_the_library_s_default_is_hist():
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([-1.0, -1, 2, 4])
    booster = xgboost.train({"nthread": 1, "max_depth": 1, "base_score": 0}, xgboost.DMatrix(x, y), 1)
    assert dump(booster)[0]["split_condition"] == 3  # exact says 2.5


@pytest.mark.parametrize(("gamma", "kept"), [(10.083, True), (10.184, False)])
@pytest.mark.parametrize("method", ["exact", "hist"])
def test_gamma_is_compared_with_the_gain_without_a_half(gamma, kept, method):
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([-1.0, -1, 2, 4])
    settings = Settings(eta=1.0, max_depth=1, gamma=gamma, bins=0 if method == "exact" else 256)
    tree = grow(x, -y, np.ones(4), settings, np.random.default_rng(0))
    root = dump(library(x, y, max_depth=1, eta=1, gamma=gamma, tree_method=method))[0]
    assert (tree.feature[0] >= 0) == ("children" in root) == kept
    same_tree(tree, root)


@pytest.mark.parametrize(("method", "nodes"), [("exact", 5), ("hist", 1)])
def test_exact_prunes_afterwards_hist_never_makes_the_split(method, nodes):
    """The root gains 3.8 < gamma = 4, the split below it more: only growing first finds that one."""
    x, y = np.arange(8.0)[:, None], np.array([0.0, 4, 4, 0, 0, 4, 4, -0.1])
    settings = Settings(eta=1.0, max_depth=3, gamma=4.0, bins=0 if method == "exact" else 256)
    tree = grow(x, -y, np.ones(8), settings, np.random.default_rng(0))
    same_tree(tree, dump(library(x, y, max_depth=3, eta=1, gamma=4, tree_method=method))[0])
    assert len(ours_flat(tree)) == nodes


def test_logistic_leaves_gain_and_cover():
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([0.0, 0, 1, 1])
    g, h = derivatives("logistic", np.zeros(4), y)
    tree = grow(x, g, h, Settings(eta=1.0, max_depth=1, min_child_weight=0.0), np.random.default_rng(0))
    assert tree.value[1:] == pytest.approx([-2 / 3, 2 / 3])
    assert (tree.gain[0], tree.cover[0]) == pytest.approx((4 / 3, 1))
    same_tree(tree, dump(library(x, y, "logistic", max_depth=1, eta=1, min_child_weight=0))[0])


@pytest.mark.parametrize(("rows", "splits"), [(3, False), (4, True)])
def test_min_child_weight_counts_hessians_not_rows(rows, splits):
    x, y = np.arange(2.0 * rows)[:, None], np.repeat([0.0, 1.0], rows)
    g, h = derivatives("logistic", np.zeros(2 * rows), y)
    tree = grow(x, g, h, Settings(eta=1.0, max_depth=1), np.random.default_rng(0))
    assert (tree.feature[0] >= 0) == splits
    same_tree(tree, dump(library(x, y, "logistic", max_depth=1, eta=1))[0])


def test_missing_rows_choose_their_side():
    x, y = np.array([[1.0], [2], [3], [4], [np.nan], [np.nan]]), np.array([-1.0, -1, 2, 4, 4, 4])
    curve = split_curve(x[:, 0], -y, np.ones(6))
    at = int(np.flatnonzero(curve.thresholds == 2.5)[0])
    assert curve.gains[:, at] == pytest.approx([-1.371429, 19.961905], abs=1e-6)
    split = best_split(x, -y, np.ones(6), ONE, Settings())
    root = dump(library(x, y, max_depth=1, eta=1))[0]
    assert not split.missing_left
    assert root["missing"] == root["no"]
    assert split.gain == pytest.approx(root["gain"], abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("method", ["exact", "hist"])
def test_ensembles_are_the_library_s(seed, loss, method):
    """Three columns (continuous, few levels, with a fifth missing): every node of twelve trees, and the scores."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal(120), rng.integers(0, 6, 120), rng.standard_normal(120)]).astype("f4")
    X[rng.random(120) < 0.2, 2] = np.nan
    signal = np.sin(2 * X[:, 0]) + 0.3 * X[:, 1] + np.nan_to_num(X[:, 2], nan=1.0)
    y = signal + 0.3 * rng.standard_normal(120) if loss == "squared" else (signal > 1).astype(float)
    settings = Settings(max_depth=3, bins=0 if method == "exact" else 256)
    X = X.astype(float)
    trees = [tree for tree, _ in boost(X, y, loss, 12, settings, rng)]
    theirs = library(X, y, loss, 12, max_depth=3, tree_method=method)
    score = theirs.predict(xgboost.DMatrix(X), output_margin=True)
    assert sum(predict(tree, X) for tree in trees) == pytest.approx(score, abs=2e-3)
    for tree, node in zip(trees, dump(theirs), strict=True):
        same_tree(tree, node, rel=2e-3)
    for name in ("weight", "gain", "total_gain", "cover", "total_cover"):
        want = theirs.get_score(importance_type=name)
        mine = importances(trees, 3)[name]
        assert [want.get(f"f{f}", 0.0) for f in range(3)] == pytest.approx(mine, rel=2e-3)


@pytest.mark.parametrize("seed", range(5))
def test_every_gain_is_the_fall_of_the_objective_by_masks(seed):
    rng = np.random.default_rng(seed)
    x, g, h = rng.integers(0, 9, 30).astype(float), rng.standard_normal(30), rng.uniform(0.1, 1, 30)
    x[:4] = np.nan

    def score(mask):
        return g[mask].sum() ** 2 / (h[mask].sum() + 0.7)

    curve = split_curve(x, g, h, 0.7, 0.0)
    for k, t in enumerate(curve.thresholds):
        for side in (0, 1):
            left = np.where(np.isnan(x), side == 0, x < t)
            if left.all():
                assert curve.gains[side, k] == -np.inf
                continue
            want = score(left) + score(~left) - score(left | True)
            assert curve.gains[side, k] == pytest.approx(want, abs=1e-9)


def test_histograms_subtract_and_give_the_gains():
    rng = np.random.default_rng(3)
    x, g, h = rng.standard_normal(200), rng.standard_normal(200), np.ones(200)
    edges, left = bin_edges(x, 16), rng.random(200) < 0.4
    assert len(edges) == 16
    whole = histogram(x, edges, g, h)
    rest = whole - histogram(x[left], edges, g[left], h[left])
    assert rest == pytest.approx(histogram(x[~left], edges, g[~left], h[~left]))
    G, H = np.cumsum(whole, axis=1)[:, :-1]
    want = G**2 / (H + 1) + (g.sum() - G) ** 2 / (200 - H + 1) - g.sum() ** 2 / 201
    assert split_curve(binned(x[:, None], 16)[:, 0], g, h, midpoints=False).gains[1] == pytest.approx(want)


def test_rows_are_kept_independently_like_the_library_s():
    rng = np.random.default_rng(0)
    X, y = rng.random((500, 1)), rng.random(500)
    theirs = [t["cover"] for t in dump(library(X, y, rounds=60, subsample=0.5, max_depth=1, tree_method="hist"))]
    settings = Settings(subsample=0.5, max_depth=1)
    kept = np.array([rows for _, rows in boost(X, y, "squared", 60, settings, rng)])
    for sizes in (theirs, kept.sum(axis=1)):
        assert np.mean(sizes) == pytest.approx(250, abs=3 * 11.2 / 60**0.5)
        assert 8 < np.std(sizes) < 15  # a fixed size would have 0, Bernoulli has 11.2
    assert kept.any(axis=0).all()  # every row serves in some round


@pytest.mark.parametrize("share", [0.75, 0.59, 0.2, 0.05])
def test_columns_are_the_library_s_number(share):
    X = np.random.default_rng(1).random((2000, 10))
    trees = dump(library(X, X.sum(axis=1), rounds=3, colsample_bytree=share, max_depth=8, tree_method="hist"))
    used = {len({f for f, *_ in flat(tree) if f >= 0}) for tree in trees}
    assert used == {len(sample_columns(np.arange(10), share, np.random.default_rng(0)))}


def test_column_shares_multiply():
    rng, columns = np.random.default_rng(0), np.arange(64)
    for share, left in ((0.5, 32), (0.5, 16), (0.5, 8)):
        columns = sample_columns(columns, share, rng)
        assert len(columns) == len(set(columns.tolist())) == left


def test_a_feature_is_never_used_up():
    rng = np.random.default_rng(2)
    X = rng.random((500, 4))
    tree = grow(X, -np.sin(9 * X[:, 0]), np.ones(500), Settings(max_depth=4), rng)
    assert (tree.feature == 0).sum() > 8


def test_permutation_importance_against_scikit_learn():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 3))
    y = 3 * X[:, 0] + X[:, 1]
    mine = permutation_importance(lambda Z: float(((3 * Z[:, 0] + Z[:, 1] - y) ** 2).mean()), X, rng, 40)
    assert mine == pytest.approx([18, 2, 0], rel=0.15, abs=1e-12)  # 2·var·slope²

    class Model(BaseEstimator):
        def fit(self, X, y):
            return self

        def predict(self, Z):
            return 3 * Z[:, 0] + Z[:, 1]

    theirs = sklearn_permutation(Model(), X, y, scoring="neg_mean_squared_error", n_repeats=40, random_state=0)
    assert mine == pytest.approx(theirs.importances_mean, rel=0.1, abs=1e-12)
