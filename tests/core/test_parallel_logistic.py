"""Parallel logistic regression against one machine and scikit-learn, delays against polynomial roots, FTRL against a
minimiser, hashing against simulation."""

import doctest

import numpy as np
import pytest
from scipy import optimize
from sklearn.linear_model import LogisticRegression

from app.core import ftrl, hashing, parallel_logistic
from app.core.logistic_regression import draw, newton, penalised_loss

from app.core.parallel_logistic import (  # isort: skip
    column_parallel_gradient, critical_step, one_shot_average, recalibrate, row_parallel_gradient,
)  # fmt: skip


@pytest.mark.parametrize("module", [parallel_logistic, ftrl, hashing])
def test_doctests(module):
    failed, tried = doctest.testmod(module)
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


@pytest.mark.parametrize(("z", "n"), [(0.8, 1.0), (3.0, 4.0), (-2.5, 9.0)])
def test_ftrl_minimises_its_objective(z, n):
    rate = (1 + np.sqrt(n)) / 0.1 + 0.5
    found = optimize.minimize_scalar(lambda w: z * w + abs(w) + rate * w * w / 2, bounds=(-2, 2), method="bounded",
                                     options={"xatol": 1e-9}).x  # fmt: skip
    assert ftrl.ftrl_weights(np.array(z), np.array(n), 0.1, 1.0, 1.0, 0.5) == pytest.approx(found, abs=1e-6)


def test_hashing_against_simulation():
    runs = [len(np.unique(np.random.default_rng(s).integers(0, 2**14, 10_000))) for s in range(40)]
    error = np.std(runs, ddof=1) / np.sqrt(len(runs))
    assert abs(np.mean(runs) - hashing.expected_occupied(10_000, 2**14)) < 3 * error
    assert hashing.collision_probability(10_000, 2**18) == pytest.approx(0.0374, abs=5e-5)
