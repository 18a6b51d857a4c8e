"""Classifiers by hand against scikit-learn's, and against closed forms."""

import doctest
import math

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from app.core import classifiers
from app.core.classifiers import (
    Quadratic,
    crossing_points,
    gaussian_rule,
    grow_tree,
    log_odds,
    neighbour_share,
    tree_share,
)  # fmt: skip


@pytest.fixture(params=range(3))
def data(request) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(request.param)
    y = (rng.random(90) < 0.4).astype(float)
    X = rng.standard_normal((90, 3)) @ rng.standard_normal((3, 3)) + y[:, None]
    X[y == 1] *= [1.0, 2.0, 0.5]
    return X, y, rng.standard_normal((200, 3)) * 2


def test_doctests():
    assert doctest.testmod(classifiers).failed == 0


def test_the_four_gaussian_rules(data):
    X, y, Q = data
    log_ratio = lambda model: model.fit(X, y).predict_log_proba(Q) @ [-1, 1]  # noqa: E731
    nb = gaussian_rule(X, y, shared=False, independent=True)
    np.testing.assert_allclose(log_odds(nb, Q), log_ratio(GaussianNB(var_smoothing=0)), atol=1e-8)
    lda = gaussian_rule(X, y, shared=True, independent=False)
    np.testing.assert_allclose(log_odds(lda, Q), log_ratio(LinearDiscriminantAnalysis(solver="lsqr")), atol=1e-8)
    qda = gaussian_rule(X, y, shared=False, independent=False)
    k, means = (y == 1).sum(), [X[y == c].mean(0) for c in (0, 1)]
    by_density = math.log(k / (len(y) - k))
    for c in (0, 1):
        C = np.cov(X[y == c].T, bias=True)
        d = Q - means[c]
        by_density = by_density - (1 if c else -1) * 0.5 * (
            np.einsum("ni,ij,nj->n", d, np.linalg.inv(C), d) + np.linalg.slogdet(C)[1]
        )
    np.testing.assert_allclose(log_odds(qda, Q), by_density, atol=1e-8)
    agree = (log_odds(qda, Q) > 0) == (QuadraticDiscriminantAnalysis().fit(X, y).predict(Q) == 1)  # divides by n - 1
    assert agree.mean() > 0.97


def test_shared_variances_make_naive_bayes_linear_to_the_last_bit(data):
    X, y, Q = data
    rule = gaussian_rule(X, y, shared=True, independent=True)
    assert not rule.A.any()
    v = sum(((X[y == c] - X[y == c].mean(0)) ** 2).sum(0) for c in (0, 1)) / len(X)
    by_product = sum(
        norm.logpdf(Q, X[y == 1].mean(0), np.sqrt(v)).T - norm.logpdf(Q, X[y == 0].mean(0), np.sqrt(v)).T
    ) + math.log(y.mean() / (1 - y.mean()))
    np.testing.assert_allclose(log_odds(rule, Q), by_product, atol=1e-9)
    assert gaussian_rule(X, y, shared=False, independent=True).A.any()


def test_both_classes_are_needed():
    with pytest.raises(ValueError, match="both classes"):
        gaussian_rule(np.zeros((3, 1)), np.zeros(3), True, True)


def test_crossing_points_are_where_the_densities_meet():
    assert crossing_points(0, 1, 0, 2)[1] == pytest.approx(math.sqrt(math.log(4) / 0.75), abs=1e-12)
    assert crossing_points(0, 1, 0, 2)[1] == pytest.approx(1.3595560, abs=1e-7)
    for m0, s0, m1, s1, p in [(0, 1, 2, 1, 0.2), (0, 1, 1, 3, 0.5), (-1, 2, 1.5, 0.5, 0.6)]:
        for x in crossing_points(m0, s0, m1, s1, p):
            assert (1 - p) * norm.pdf(x, m0, s0) == pytest.approx(p * norm.pdf(x, m1, s1), rel=1e-9)
    assert crossing_points(0, 1, 0, 2, 0.01) != () == crossing_points(0, 2, 0, 1, 0.01)
    assert crossing_points(0, 1, 0, 1) == ()


@pytest.mark.parametrize("k", [1, 5, 15])
def test_neighbours(data, k: int):
    X, y, Q = data
    theirs = KNeighborsClassifier(k).fit(X, y).predict_proba(Q)[:, 1]
    np.testing.assert_allclose(neighbour_share(X, y, Q, k), theirs, atol=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_tree(data, depth: int):
    X, y, _ = data
    ours = grow_tree(X, y, depth, 5)
    theirs = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=5, random_state=0).fit(X, y)
    leaves = [np.sort(p) for p in (tree_share(ours, X), theirs.predict_proba(X)[:, 1])]  # ties may go either way
    np.testing.assert_allclose(*leaves, atol=1e-12)
    assert (ours.feature, ours.threshold) == (theirs.tree_.feature[0], pytest.approx(theirs.tree_.threshold[0]))


def test_a_tree_that_cannot_gain_is_a_leaf():
    assert grow_tree(np.array([[0.0], [0.0]]), np.array([0.0, 1]), 3).left is None
    assert log_odds(Quadratic(np.zeros((1, 1)), np.ones(1), 0.0), np.array([[2.0]])).tolist() == [2.0]


def test_gaussian_rule_is_scikit_learns_with_pooled_variances():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((40, 4)) * [1, 2, 0.5, 3], np.arange(40) % 2
    X[y == 1] += 0.7
    rule = gaussian_rule(X, y, shared=True, independent=True)
    theirs = GaussianNB(var_smoothing=0.0).fit(X, y)
    theirs.var_[:] = theirs.class_prior_ @ theirs.var_
    log_odds = np.diff(theirs.predict_log_proba(X))[:, 0]
    np.testing.assert_allclose(X @ rule.w + rule.b, log_odds, rtol=1e-9, atol=1e-9)
    one = LinearDiscriminantAnalysis(solver="lsqr", covariance_estimator=None).fit(X[:, :1], y)
    np.testing.assert_allclose(gaussian_rule(X[:, :1], y, shared=True, independent=True).w, one.coef_[0], rtol=1e-9)
