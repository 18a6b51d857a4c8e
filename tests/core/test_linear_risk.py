"""Closed-form risks against numpy's lstsq, gradient descent, Monte-Carlo runs and published numbers."""

import doctest
import math

import numpy as np
import pytest

from app.core import linear_risk
from app.core.linear_risk import (
    fine_tuning_risk,
    least_squares_risk,
    nearest_solution,
    simulated_risks,
    task_distance,
    task_pair,
    tuning_pays_above,
)


def test_doctests():
    failed, tried = doctest.testmod(linear_risk)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("n", "d"), [(5, 12), (12, 12), (30, 12)])
def test_fit_against_lstsq(n: int, d: int):
    rng = np.random.default_rng(n)
    X, y, start = rng.standard_normal((n, d)), rng.standard_normal(n), rng.standard_normal(d)
    np.testing.assert_allclose(nearest_solution(X, y), np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-7)
    expected = start + np.linalg.lstsq(X, y - X @ start, rcond=None)[0]
    np.testing.assert_allclose(nearest_solution(X, y, start), expected, rtol=1e-7)
    stacked = nearest_solution(np.stack([X, 2 * X]), np.stack([y, y]), start)
    np.testing.assert_allclose(stacked[0], expected, rtol=1e-7)


def test_gradient_descent_ends_there():
    rng = np.random.default_rng(0)
    X, y, w = rng.standard_normal((6, 20)), rng.standard_normal(6), rng.standard_normal(20)
    goal = nearest_solution(X, y, w)
    for _ in range(4000):
        w = w - 0.02 * X.T @ (X @ w - y)
    np.testing.assert_allclose(w, goal, atol=1e-9)


# n, degrees, noise, mean over 200 repeats measured by a separate program with pinv, d = 100
MEASURED = [(20, 30, 0.0, 0.801, 0.212), (60, 90, 0.0, 0.395, 0.783), (60, 60, 0.0, 0.398, 0.407)]


@pytest.mark.parametrize(("n", "degrees", "noise", "scratch", "tuned"), MEASURED)
def test_closed_forms_near_earlier_measurements(n, degrees, noise, scratch, tuned):
    theta = math.radians(degrees)
    assert least_squares_risk(n, 100, noise=noise) == pytest.approx(scratch, rel=0.03)
    assert fine_tuning_risk(n, 100, theta, noise) == pytest.approx(tuned, rel=0.03)


def test_closed_forms_by_hand():
    assert least_squares_risk(20, 100) == pytest.approx(0.8, abs=1e-12)
    assert task_distance(math.radians(30)) == pytest.approx(0.267949, abs=1e-6)
    assert fine_tuning_risk(20, 100, math.radians(30)) == pytest.approx(0.2143594, abs=1e-6)
    assert fine_tuning_risk(30, 100, math.radians(45)) == pytest.approx(0.4100505, abs=1e-6)
    assert least_squares_risk(60, 100, noise=0.5) == pytest.approx(0.4 + 0.3846154, abs=1e-6)
    n = np.arange(1, 99)
    np.testing.assert_allclose(fine_tuning_risk(n, 100, math.pi / 3, 0.7), least_squares_risk(n, 100, noise=0.7))


# d = 50, noise 0.5: the two branches of double descent
BRANCHES = [(10, 0.8641), (25, 0.7604), (40, 1.3111), (60, 1.3889), (100, 0.2551), (200, 0.0839), (400, 0.0358)]


@pytest.mark.parametrize(("n", "risk"), BRANCHES)
def test_double_descent(n: int, risk: float):
    assert least_squares_risk(n, 50, noise=0.5) == pytest.approx(risk, abs=5e-5)


def test_interpolation_threshold():
    np.testing.assert_array_equal(least_squares_risk([49, 50, 51], 50, noise=0.1), np.inf)
    np.testing.assert_allclose(least_squares_risk([49, 50, 51], 50), [0.02, 0, 0], atol=1e-12)
    assert np.isfinite(least_squares_risk([48, 52], 50, noise=0.1)).all()


@pytest.mark.parametrize("theta", [0.0, 0.5, math.pi / 2])
@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("n", [10, 60, 150])
def test_experiment_agrees_with_theory(n: int, noise: float, theta: float):
    risks = simulated_risks(n, 100, theta, noise, 300, np.random.default_rng([n, int(10 * noise)]))
    expected = {"scratch": least_squares_risk(n, 100, 1, noise), "fine-tuning": fine_tuning_risk(n, 100, theta, noise)}
    for name, values in risks.items():
        assert abs(values.mean() - expected[name]) <= 3 * values.std(ddof=1) / math.sqrt(300) + 1e-9, name


def test_several_angles_share_their_data():
    several = simulated_risks(10, 30, [0.0, 0.7], 0.3, 5, np.random.default_rng(1))
    alone = simulated_risks(10, 30, 0.7, 0.3, 5, np.random.default_rng(1))
    for name in several:
        assert several[name].shape == (2, 5)
        np.testing.assert_allclose(several[name][1], alone[name])


def test_where_tuning_pays():
    for n in (20, 70, 150):
        edge = tuning_pays_above(n, 100, 0.4)
        if math.isnan(edge):
            continue
        for theta, better in ((edge + 0.01, True), (edge - 0.01, False)):
            assert (fine_tuning_risk(n, 100, theta, 0.4) < task_distance(theta)) == better
    assert tuning_pays_above(20, 100, 0.0) == 0
    assert math.isnan(tuning_pays_above(98, 100, 1.0))


def test_tasks_stand_at_their_angle():
    source, target = task_pair(30, 1.1, np.random.default_rng(3))
    assert source @ target == pytest.approx(math.cos(1.1))
    assert np.linalg.norm(source - target) ** 2 == pytest.approx(task_distance(1.1))
