"""Parallel logistic regression against one machine, scikit-learn and published numbers; delays against roots."""

import doctest

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from app.core import parallel_logistic
from app.core.logistic_regression import draw, hessian, newton, penalised_loss

from app.core.parallel_logistic import (  # isort: skip
    column_parallel_gradient, critical_step, one_shot_average, recalibrate, row_parallel_gradient, row_parallel_hessian,
)  # fmt: skip

HOURS = np.array([0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5])
PASSED = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1], dtype=float)


def test_doctests():
    failed, tried = doctest.testmod(parallel_logistic)
    assert tried and not failed


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_rows_and_columns_give_the_serial_gradient(workers):
    rng = np.random.default_rng(0)
    X, y = draw(501, rng.standard_normal(20) / 4, rng)
    w = rng.standard_normal(20)
    serial = penalised_loss(w, X, y)[1]
    rows, columns = np.array_split(np.arange(501), workers), np.array_split(np.arange(20), workers)
    np.testing.assert_allclose(row_parallel_gradient(w, X, y, rows), serial, rtol=0, atol=1e-11)
    np.testing.assert_allclose(column_parallel_gradient(w, X, y, columns), serial, rtol=0, atol=1e-11)


@pytest.mark.parametrize("seed", range(3))
def test_the_average_of_optima_is_not_the_optimum_and_skew_makes_it_worse(seed):
    rng = np.random.default_rng(seed)
    truth = np.full(8, 0.4)
    X, y = draw(2000, truth, rng)
    best = newton(X, y, 1.0).weights
    sklearn = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10, max_iter=1000).fit(X, y).coef_[0]
    np.testing.assert_allclose(one_shot_average(X, y, [np.arange(2000)], 1.0), sklearn, atol=1e-4)
    floor = penalised_loss(best, X, y, 1.0)[0]
    gaps = [
        penalised_loss(one_shot_average(X, y, np.array_split(order, 8), 1.0), X, y, 1.0)[0] - floor
        for order in (np.arange(2000), np.argsort(X @ truth))
    ]
    assert 1e-3 < gaps[0] < gaps[1]


@pytest.mark.parametrize(
    ("delay", "value"), [(0, 2), (1, 1), (2, 0.618034), (4, 0.347296), (8, 0.184537), (16, 0.095164)]
)
def test_the_critical_step_is_where_a_root_leaves_the_unit_circle(delay, value):
    assert critical_step(delay) == pytest.approx(value, abs=1e-6)

    def radius(step):
        polynomial = np.zeros(delay + 2)
        polynomial[0] = 1
        polynomial[1] -= 1
        polynomial[-1] += step
        return np.abs(np.roots(polynomial)).max()

    assert radius(0.99 * critical_step(delay)) < 1 < radius(1.01 * critical_step(delay))


def test_recalibration_and_refusals():
    assert recalibrate(0.5, 0.01) == pytest.approx(1 / 101, abs=1e-12)
    with pytest.raises(ValueError, match="share"):
        recalibrate(0.5, 0)
    with pytest.raises(ValueError, match="delay"):
        critical_step(-1)


@pytest.mark.parametrize("workers", [1, 3, 7])
def test_the_hessian_adds_up_over_rows_as_well(workers):
    rng = np.random.default_rng(1)
    X, _ = draw(200, rng.standard_normal(6) / 2, rng)
    w = rng.standard_normal(6)
    shards = np.array_split(rng.permutation(200), workers)
    found = row_parallel_hessian(w, X, shards)
    rows = torch.tensor(X)
    exact = torch.autograd.functional.hessian(lambda v: torch.nn.functional.softplus(rows @ v).sum(), torch.tensor(w))
    np.testing.assert_allclose(found, exact.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(found, hessian(w, X), rtol=0, atol=1e-11)


def test_hours_of_study_gives_the_published_fit():
    """Twenty students; R's glm prints −4.0777 (1.7610), 1.5046 (0.6287)."""
    students = np.column_stack([np.ones(20), HOURS])
    fit = newton(students, PASSED, tolerance=1e-12)
    errors = np.sqrt(np.diag(np.linalg.inv(hessian(fit.weights, students))))
    np.testing.assert_allclose(fit.weights, [-4.0777134, 1.5046454], atol=5e-8)
    np.testing.assert_allclose(errors, [1.7610, 0.6287], atol=5e-5)
    assert -penalised_loss(fit.weights, students, PASSED)[0] == pytest.approx(-8.0298785, abs=5e-8)
    assert -penalised_loss(np.zeros(2), students, PASSED)[0] == pytest.approx(-20 * np.log(2), abs=1e-12)
    ours = 1 / (1 + np.exp(-fit.weights @ np.array([[1, 1], [2, 4]])))
    np.testing.assert_allclose(ours, [0.25570, 0.87445], atol=5e-6)
    library = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(HOURS[:, None], PASSED)
    np.testing.assert_allclose(fit.weights, [library.intercept_[0], library.coef_[0, 0]], atol=1e-4)


def test_separable_rows_have_no_optimum_and_the_weight_grows_like_the_logarithm():
    X, y = np.array([[-2.0], [-1], [1], [2]]), np.array([0.0, 0, 1, 1])
    w, seen = np.zeros(1), []
    for t in range(1, 10_001):
        w = w - penalised_loss(w, X, y)[1] / 4
        if t in (10, 100, 1000, 10_000):
            seen.append(w[0] / np.log(t))
    np.testing.assert_allclose(seen, [0.913, 0.873, 0.902, 0.925], atol=5e-4)


@pytest.mark.parametrize("kept", [0.5, 0.1, 0.01])
def test_recalibration_is_bayes_rule_on_the_sampling(kept):
    rng = np.random.default_rng(3)
    truth = rng.uniform(0.01, 0.9, 200)
    sampled = truth / (truth + (1 - truth) * kept)  # P(y = 1 | kept row)
    np.testing.assert_allclose(recalibrate(sampled, kept), truth, rtol=1e-12)
    shifted = np.log(sampled / (1 - sampled)) + np.log(kept)
    np.testing.assert_allclose(recalibrate(sampled, kept), 1 / (1 + np.exp(-shifted)), rtol=1e-12)
