"""Arrival of layers: Kendall's tau against scipy, crossings by hand."""

import doctest
import math

import numpy as np
import pytest
from scipy.stats import kendalltau

from app.core import convergence as module
from app.core.convergence import first_crossing, kendall_tau, remaining_distance


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("seed", range(5))
def test_kendall_tau_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    for values in (rng.normal(size=9), rng.integers(0, 4, 9).astype(float)):
        assert kendall_tau(values) == pytest.approx(kendalltau(np.arange(9), values)[0], abs=1e-12)


def test_kendall_tau_leaves_out_what_never_arrived():
    assert kendall_tau(np.array([1.0, math.nan, 3.0, 5.0])) == 1
    assert math.isnan(kendall_tau(np.array([2.0, 2.0])))
    assert math.isnan(kendall_tau(np.array([math.nan, 2.0])))


def test_crossings():
    times, values = np.arange(5.0), np.array([0.0, 0.2, 0.6, 0.4, 1.0])
    assert first_crossing(times, values, 0.5) == pytest.approx(1.75)
    assert first_crossing(times, values, 0.0) == 0
    assert math.isnan(first_crossing(times, values, 2.0))
    assert first_crossing(times, 1 - values, 0.5, rising=False) == pytest.approx(1.75)


def test_remaining_distance_of_a_straight_path_and_of_none():
    path = np.linspace(0, 1, 6)[:, None, None] * np.ones((2, 3))
    assert remaining_distance(path) == pytest.approx(1 - np.linspace(0, 1, 6))
    assert np.isnan(remaining_distance(np.ones((3, 2)))).all()
