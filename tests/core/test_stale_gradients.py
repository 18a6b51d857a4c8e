"""Delayed descent against a matrix power, its stability against eigenvalues and the closed form."""

import doctest

import numpy as np
import pytest

from app.core import stale_gradients
from app.core.parallel_logistic import critical_step
from app.core.stale_gradients import calm_step, delayed_amplitude, delayed_descent, delayed_radius


def test_doctests():
    failed, tried = doctest.testmod(stale_gradients)
    assert tried and not failed


def shift(step: float, delay: int) -> np.ndarray:
    """(w(t), …, w(t − τ)) to (w(t + 1), …): a matrix of order τ + 1."""
    A = np.eye(delay + 1, k=-1)
    A[0, 0] += 1
    A[0, -1] -= step
    return A


@pytest.mark.parametrize(("step", "delay"), [(0.3, 0), (0.9, 1), (0.1, 5), (0.5, 8)])
def test_the_walk_on_a_parabola_is_a_matrix_power(step: float, delay: int):
    path = delayed_descent(lambda w: w, np.array([1.0]), step, delay, 30)[:, 0]
    state = np.ones(delay + 1)
    for t in range(31):
        assert path[t] == pytest.approx(state[0], rel=1e-10, abs=1e-12)
        state = shift(step, delay) @ state
    radius = np.abs(np.linalg.eigvals(shift(step, delay))).max()
    assert delayed_radius(step, delay) == pytest.approx(radius, abs=1e-6)


@pytest.mark.parametrize("delay", [0, 1, 2, 4, 8, 16, 32])
def test_the_limit_is_on_the_unit_circle(delay: int):
    limit = critical_step(delay)
    assert np.abs(np.linalg.eigvals(shift(limit, delay))).max() == pytest.approx(1, abs=1e-9)
    assert delayed_radius(0.99 * limit, delay) < 1 < delayed_radius(1.01 * limit, delay)


@pytest.mark.parametrize("delay", [1, 2, 5, 12])
def test_the_calm_step_is_the_largest_with_a_real_leading_root(delay: int):
    def leading(step: float) -> complex:
        roots = np.linalg.eigvals(shift(step, delay))
        return complex(roots[np.abs(roots).argmax()])

    assert abs(leading(0.99 * calm_step(delay)).imag) < 1e-9
    assert abs(leading(1.01 * calm_step(delay)).imag) > 1e-3
    assert delayed_radius(calm_step(delay), delay) == pytest.approx(delay / (delay + 1), abs=1e-4)


def test_the_map_turns_at_the_closed_form():
    delays = np.arange(0, 33, 4)
    limits = np.array([critical_step(int(k)) for k in delays])
    for factor, sign in ((0.95, -1), (1.05, 1)):
        height = np.array([delayed_amplitude(np.array([factor * limit]), np.array([k]), 3000)[0, 0]
                           for k, limit in zip(delays, limits, strict=True)])  # fmt: skip
        assert (np.sign(height) == sign).all()
    together = delayed_amplitude(0.95 * limits, delays, 3000)
    assert (np.diag(together) < 0).all()


def test_the_map_is_the_walk():
    path = delayed_descent(lambda w: w, np.array([1.0]), 0.12, 6, 200)[:, 0]
    found = delayed_amplitude(np.array([0.12]), np.array([6]), 200)[0, 0]
    assert found == pytest.approx(np.log10(np.abs(path[-7:]).max()), abs=1e-10)
