"""Local descent: with one step a round it is gradient descent, with very many it is the average of the optima."""

import doctest

import numpy as np
import pytest
from scipy.special import expit

from app.core import local_descent as module
from app.core.local_descent import local_descent
from app.core.logistic_regression import draw, newton, penalised_loss
from app.core.parallel_logistic import one_shot_average


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried and not failed


@pytest.fixture
def data():
    rng = np.random.default_rng(2)
    return draw(300, np.array([0.8, -0.5, 0.3, 0.0]), rng)


@pytest.mark.parametrize("workers", [1, 4, 7])
def test_one_local_step_is_gradient_descent_on_all_rows(data, workers: int):
    X, y = data
    shards = np.array_split(np.random.default_rng(0).permutation(len(y)), workers)
    path = local_descent(X, y, shards, 0.5, 1, 40, ridge=2.0)
    w = np.zeros(4)
    for t in range(41):
        np.testing.assert_allclose(path[t], w, rtol=0, atol=1e-13)
        w = w - 0.5 * (X.T @ (expit(X @ w) - y) + 2.0 * w) / len(y)


def test_many_local_steps_are_the_one_shot_average(data):
    X, y = data
    shards = np.array_split(np.arange(len(y)), 3)
    path = local_descent(X, y, shards, 1.0, 3000, 1, ridge=1.0)
    np.testing.assert_allclose(path[-1], one_shot_average(X, y, shards, 1.0), rtol=0, atol=1e-9)


def test_the_fixed_point_drifts_from_the_optimum_to_the_average_of_optima(data):
    X, y = data
    shards = np.array_split(np.argsort(y, kind="stable"), 3)
    best = newton(X, y, 1.0).weights
    away = [
        np.linalg.norm(local_descent(X, y, shards, 0.5, steps, 400, ridge=1.0)[-1] - best) for steps in (1, 2, 8, 32)
    ]
    assert away[0] < 1e-8
    assert away == sorted(away)
    assert away[-1] < np.linalg.norm(one_shot_average(X, y, shards, 1.0) - best) + 1e-9


def test_a_batch_is_unbiased_and_needs_a_generator(data):
    X, y = data
    shards = [np.arange(150), np.arange(150, 300)]
    rng = np.random.default_rng(5)
    first = np.array([local_descent(X, y, shards, 1.0, 1, 1, 0.0, 8, rng)[1] for _ in range(2000)])
    whole = -penalised_loss(np.zeros(4), X, y)[1] / len(y)
    assert (np.abs(first.mean(axis=0) - whole) < 4 * first.std(axis=0) / np.sqrt(2000)).all()
    with pytest.raises(ValueError, match="generator"):
        local_descent(X, y, shards, 1.0, 1, 1, 0.0, 8)
