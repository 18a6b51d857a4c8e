"""Scaling arithmetic against the published Chinchilla run and hand calculations."""

import doctest

import pytest

from app.core import scaling as module
from app.core.scaling import data_for_share, optimal_parameters, power_law_error, training_days, training_flops


def test_examples():
    assert doctest.testmod(module).failed == 0


def test_chinchilla():
    assert training_flops(70e9, 1.4e12) == pytest.approx(5.88e23)
    assert optimal_parameters(5.88e23) == pytest.approx(70e9)
    assert training_flops(1e9, 20e9) == pytest.approx(1.2e20)


def test_budget_times_hundred_is_model_and_data_times_ten():
    assert optimal_parameters(1e24) / optimal_parameters(1e22) == pytest.approx(10)


def test_days():
    assert training_days(6 * 7e9 * 2e12, 512, 400e12, 0.4) == pytest.approx(11.87, abs=0.01)


def test_power_law_halves_where_it_should():
    more = data_for_share(0.5, 0.3)
    assert power_law_error(0.4, more, 0.3) == pytest.approx(0.2)
    assert power_law_error(0.4, more, 0.3, 0.1) == pytest.approx(0.25)
