"""Naive Bayes and Bayes' rule against scikit-learn, exact fractions and textbook numbers."""

import doctest
import math
from fractions import Fraction as F

import numpy as np
import pytest
from scipy import optimize, stats
from sklearn.naive_bayes import CategoricalNB

from app.core import bayes_rule, naive_bayes
from app.core.bayes_rule import bayes_error, copied, linear_error, positive_predictive_value, threshold, updated
from app.core.logistic_regression import penalised_loss
from app.core.naive_bayes import fit, log_joint, most_probable, posterior, smoothed

SIZE = {"S": 0, "M": 1, "L": 2}
LI_HANG_X = np.array([[i // 5, SIZE[s]] for i, s in enumerate("SMMSSSMMLLLMMLL")])
LI_HANG_Y = np.array([0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0])


@pytest.mark.parametrize("module", [naive_bayes, bayes_rule])
def test_doctests(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def test_li_hang_examples_are_exact():
    asked = np.array([[1, 0]])
    plain = np.exp(log_joint(fit(LI_HANG_X, LI_HANG_Y, (3, 3), 0.0), asked))[0]
    assert plain == pytest.approx([float(F(1, 15)), float(F(1, 45))], rel=1e-12)
    laplace = np.exp(log_joint(fit(LI_HANG_X, LI_HANG_Y, (3, 3), 1.0), asked))[0]
    assert laplace == pytest.approx([float(F(28, 459)), float(F(5, 153))], rel=1e-12)


@pytest.mark.parametrize("extra", [0.1, 1.0, 3.5])
def test_categorical_against_scikit_learn(extra):
    rng = np.random.default_rng(4)
    X, y = np.column_stack([rng.integers(0, k, 60) for k in (2, 3, 5)]), np.arange(60) % 3
    theirs = CategoricalNB(alpha=extra, min_categories=[2, 3, 5]).fit(X, y)
    ours = fit(X, y, (2, 3, 5), extra)
    for table, log_table in zip(ours.tables, theirs.feature_log_prob_, strict=True):
        np.testing.assert_allclose(table, np.exp(log_table), rtol=1e-12)
    np.testing.assert_allclose(posterior(log_joint(ours, X)), theirs.predict_proba(X), rtol=1e-10)  # equal classes


def test_person_example():
    """Height (ft), weight (lb), foot (in) of four men and four women; unbiased variances per class."""
    men = np.array([[6, 180, 12], [5.92, 190, 11], [5.58, 170, 12], [5.92, 165, 10]])
    women = np.array([[5, 100, 6], [5.5, 150, 8], [5.42, 130, 7], [5.75, 150, 9]])
    numerators = [
        0.5 * stats.norm.pdf([6, 130, 8], g.mean(0), g.std(0, ddof=1)).prod() for g in (men, women)
    ]  # fmt: skip
    assert numerators == pytest.approx([6.19707e-9, 5.37791e-4], rel=1e-5)


def test_estimates_from_counts():
    counts = np.array([3, 0, 1])
    assert smoothed(counts, 0).tolist() == most_probable(counts, 1).tolist() == [0.75, 0, 0.25]
    assert smoothed(counts, 1) == pytest.approx([4 / 7, 1 / 7, 2 / 7], rel=1e-14)
    for alpha in (1.5, 2.0, 4.0):
        found = optimize.minimize(
            lambda z, alpha=alpha: -stats.dirichlet.logpdf(np.exp(z) / np.exp(z).sum(), counts + alpha), np.zeros(3)
        ).x
        assert np.exp(found) / np.exp(found).sum() == pytest.approx(most_probable(counts, alpha), abs=1e-4)
        assert smoothed(counts, alpha) == pytest.approx(stats.dirichlet.mean(counts + alpha), rel=1e-12)
    assert np.isnan(smoothed(np.zeros(3), 0)).all()


def test_estimates_refuse_what_has_no_answer():
    with pytest.raises(ValueError, match="negative"):
        smoothed(np.ones(2), -0.5)
    with pytest.raises(ValueError, match="mode"):
        most_probable(np.ones(2), 0.5)


def test_a_zero_vetoes_and_no_class_left_is_nan():
    joint = log_joint(fit(np.array([[0], [1]]), np.array([0, 1]), (3,), 0.0), np.array([[0], [2]]))
    assert posterior(joint)[0].tolist() == [1, 0]
    assert np.isnan(posterior(joint)[1]).all()


def test_many_factors_do_not_underflow():
    X, y = np.tile(np.array([[0], [1]]), (1, 3000)), np.array([0, 1])
    assert posterior(log_joint(fit(X, y, (2,) * 3000), X[:1]))[0] == pytest.approx([1, 0])


def test_base_rate_costs_and_copies():
    assert F(1, 100) * F(99, 100) / (F(1, 100) * F(99, 100) + F(99, 100) * F(5, 100)) == F(1, 6)
    assert float(positive_predictive_value(0.01, 0.99, 0.95)) == pytest.approx(1 / 6, rel=1e-12)
    assert float(updated(0.01, 0.99 / 0.05)) == pytest.approx(1 / 6, rel=1e-12)
    assert np.isnan(positive_predictive_value(0.0, 0.5, 1.0))
    assert threshold(1, 9) == 0.1
    assert copied(0.7, np.array([2, 5, 10])) == pytest.approx([0.84483, 0.98575, 0.99979], abs=1e-5)


def test_linear_error_against_simulation_and_the_floor():
    rng = np.random.default_rng(3)
    mean, w, b = np.array([0.6, 0.2]), np.array([1.0, 0.3]), 0.2
    covariance = np.array([[1, 0.5], [0.5, 1]])
    y = rng.integers(0, 2, 200_000)
    x = rng.multivariate_normal(np.zeros(2), covariance, len(y)) + np.where(y, 1, -1)[:, None] * mean
    wrong = ((x @ w + b > 0) != (y == 1)).mean()
    exact = linear_error(w, b, mean, covariance)
    assert abs(wrong - exact) < 3 * math.sqrt(exact * (1 - exact) / len(y))
    floor = bayes_error(mean, covariance)
    assert floor == pytest.approx(linear_error(np.linalg.solve(covariance, mean), 0, mean, covariance), rel=1e-12)
    assert floor < exact
    assert bayes_error(np.ones(1), np.eye(1)) == pytest.approx(stats.norm.cdf(-1), rel=1e-9)


def test_ridge_is_a_gaussian_prior_up_to_a_constant():
    """−ln posterior and the penalised loss differ by the prior's constant, −(d/2) ln(λ/2π) = −1.5 ln(2/2π) here."""
    rng = np.random.default_rng(0)
    X, y, ridge = rng.standard_normal((8, 3)), np.arange(8) % 2 * 1.0, 2.0
    for w in rng.standard_normal((5, 3)):
        probability = 1 / (1 + np.exp(-X @ w))
        minus_log = -np.log(np.where(y == 1, probability, 1 - probability)).sum()
        minus_log -= stats.norm.logpdf(w, scale=ridge**-0.5).sum()
        difference = penalised_loss(w, X, y, ridge)[0] - minus_log
        assert difference == pytest.approx(-1.5 * math.log(2 * math.pi) + 1.5 * math.log(2), abs=1e-6)
        assert difference == pytest.approx(-1.7170948, abs=1e-6)
