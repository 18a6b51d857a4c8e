"""The solvable chain: closed forms against scipy's integrator, quadrature, and a deep linear network of ours."""

import doctest
import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from app.core import scalar_chain as module
from app.core.activations import identity
from app.core.losses import mean_squared_error
from app.core.mlp import train
from app.core.scalar_chain import balanced_flow, descent, factors, flow, flow_time, half_time, limits

STARTS = [(0.1, 1.5, 1.0), (0.5, 0.5, 2.0), (2.0, 0.1, 1.0), (2.0, 1.5, 1.0), (1.5, 0.2, 3.0)]


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("a", "b", "s"), STARTS)
def test_closed_forms_against_scipy(a, b, s):
    def slope(_, p):
        return [(s - p[0] * p[1]) * p[1], (s - p[0] * p[1]) * p[0]]

    exact = solve_ivp(slope, (0, 2), [a, b], rtol=1e-12, atol=1e-14, t_eval=np.linspace(0, 2, 9))
    u, D = exact.y[0] * exact.y[1], a * a - b * b
    assert flow_time(u, a * b, D, s) == pytest.approx(exact.t, abs=1e-7)
    assert np.array(factors(u, D)) == pytest.approx(exact.y, abs=1e-9)
    assert flow(a, b, s, 2.0, 400)[-1] == pytest.approx(exact.y[:, -1], abs=1e-8)
    end = solve_ivp(slope, (0, 60), [a, b], rtol=1e-12, atol=1e-14).y[:, -1]
    assert limits(a, b, s) == pytest.approx(tuple(end), abs=1e-8)


def test_time_by_quadrature():
    D, s, u0, u = -2.24, 1.0, 0.15, 0.9
    expected = quad(lambda v: 1 / ((s - v) * math.sqrt(D * D + 4 * v * v)), u0, u, epsabs=1e-13)[0]
    assert flow_time(np.array(u), u0, D, s) == pytest.approx(expected, abs=1e-11)


def test_published_run_from_a_tenth_and_one_and_a_half():
    path = descent(0.1, 1.5, 1.0, 0.01, 2000)
    assert path[0, 0] ** 2 - path[0, 1] ** 2 == pytest.approx(-2.24, abs=1e-12)
    assert path[-1, 0] ** 2 - path[-1, 1] ** 2 == pytest.approx(-2.2366, abs=5e-5)
    assert limits(0.1, 1.5, 1.0) == pytest.approx((0.61763, 1.61909), abs=5e-6)
    assert limits(0.5, 2.0, 3.0) == pytest.approx((1.2895, 2.3265), abs=5e-5)


def test_a_discrete_step_shrinks_the_conserved_quantity_by_the_stated_factor():
    path = descent(0.3, 1.1, 2.0, 0.05, 100)
    D = path[:, 0] ** 2 - path[:, 1] ** 2
    error = 2.0 - path[:-1, 0] * path[:-1, 1]
    assert D[1:] / D[:-1] == pytest.approx(1 - (0.05 * error) ** 2, rel=1e-10)


@pytest.mark.parametrize(("s", "expected"), [(3.0, 0.95007), (1.0, 2.29756)])
def test_balanced_flow_and_its_half_time(s, expected):
    u0, lr = 0.01, 1e-4
    path = descent(math.sqrt(u0), math.sqrt(u0), s, lr, 40_000)
    u, t = path[:, 0] * path[:, 1], lr * np.arange(40_001)
    assert np.abs(u - balanced_flow(t, s, u0)).max() < 5e-4
    assert half_time(s, u0) == pytest.approx(expected, abs=5e-6)
    assert balanced_flow(np.array(half_time(s, u0)), s, u0) == pytest.approx(s / 2, rel=1e-12)
    assert flow_time(np.array(s / 2), u0, 0.0, s) == pytest.approx(half_time(s, u0), rel=1e-9)


def test_the_chain_is_a_linear_network_with_one_unit_a_layer():
    layers = [(np.array([[0.1]]), np.zeros(1)), (np.array([[1.5]]), np.zeros(1))]
    x = np.array([[1.0], [-1.0]])  # mean 0: the biases stay where they are
    steps = list(train(layers, x, x, identity, lr=0.005, steps=300, momentum=0.0, loss=mean_squared_error))
    path = descent(0.1, 1.5, 1.0, 0.01, 300)  # the mean square has twice the gradient of one half of it
    assert steps[-1].layers[0][0].item() == pytest.approx(path[-1, 0], rel=1e-9)
    assert steps[-1].layers[1][0].item() == pytest.approx(path[-1, 1], rel=1e-9)
