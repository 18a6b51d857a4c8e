"""Gradient descent on separable data: the largest margin in the limit, the 1/ln t law, scipy's integrator."""

import doctest
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from app.core import implicit_bias
from app.core.implicit_bias import angle, descend, flow, pull, safe_rate
from app.core.svm import dual_coordinate_descent

THREE = np.array([[3.0, 3, 1], [4, 3, 1], [-1, -1, -1]])
LINE = np.array([[1, 4], [1, 0.5], [2, 0.2]])
POWERS = np.array([10, 100, 1000, 10_000, 100_000])


def test_doctests():
    assert doctest.testmod(implicit_bias).failed == 0


def test_three_points_turn_towards_the_largest_margin():
    """Mean loss and rate 0.1, bias as a weight."""
    turned = angle(descend(THREE, 0.1 / 3, POWERS), np.array([0.5, 0.5, -2]))
    np.testing.assert_allclose(turned, [64.5, 16.8, 6.54, 4.26, 3.09], atol=0.05)


def test_three_points_without_a_bias():
    w = descend(LINE, 0.1 / 3, POWERS[-1:])[0]
    assert math.degrees(math.atan2(w[1], w[0])) == pytest.approx(math.degrees(math.atan(0.5)), abs=0.5)


def test_margins_of_the_support_vectors_follow_the_dual():
    """Soudry et al.: there exp(−margin) · ηt tends to the dual coefficient."""
    rate, t = safe_rate(THREE), 100_000
    margins = THREE @ descend(THREE, rate, np.array([t]))[0]
    alpha = dual_coordinate_descent(THREE)[1]
    held = alpha > 0
    np.testing.assert_allclose(margins[held], np.log(rate * t / alpha[held]), atol=0.03)


def test_angle_times_log_of_time_settles():
    late = np.array([1e6, 1e9, 1e12])
    product = np.radians(angle(flow(THREE, late), np.array([0.5, 0.5, -2]))) * np.log(late)
    assert product.max() / product.min() < 1.1


def test_flow_is_scipys():
    ours = flow(THREE, np.array([0.5, 5.0, 300.0]))
    theirs = solve_ivp(lambda _, w: pull(THREE, w), (0, 300), np.zeros(3), t_eval=[0.5, 5, 300], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours, theirs.y.T, rtol=1e-5)


def test_small_steps_follow_the_flow():
    far = descend(THREE, 1e-3, np.array([20_000]))[0]
    np.testing.assert_allclose(far, flow(THREE, np.array([20.0]))[0], rtol=2e-3)


def test_steps_divided_by_the_loss_arrive_far_sooner():
    to = np.array([0.5, 0.5, -2])
    plain, normalised = (angle(descend(THREE, safe_rate(THREE), np.array([10_000]), n)[0], to) for n in (False, True))
    assert normalised < 0.2 < 3 < plain


def test_a_safe_rate_never_raises_the_loss():
    w = descend(THREE, safe_rate(THREE), np.arange(200))
    assert np.all(np.diff(np.log1p(np.exp(-w @ THREE.T)).sum(axis=1)) <= 1e-12)
