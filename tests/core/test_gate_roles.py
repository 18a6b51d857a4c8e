"""One hand-set LSTM unit against torch.nn.LSTMCell, scipy's quadrature and closed forms."""

import doctest
import math

import numpy as np
import pytest
import torch
from scipy import integrate

from app.core import gate_roles
from app.core.activations import hard_sigmoid, relu, sigmoid, tanh
from app.core.gate_roles import accumulated, carried, half_life, held, leaked, moments, one_unit, time_constant

RNG = np.random.default_rng


def test_doctests():
    failed, tried = doctest.testmod(gate_roles)
    assert tried > 0
    assert failed == 0


def test_the_held_memory_is_that_of_torchs_cell():
    weights = one_unit((np.zeros(1), 0.0), (np.array([0.7]), 1.5), (np.zeros(1), 0.0))
    cell = torch.nn.LSTMCell(1, 1).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    cell.load_state_dict({name: torch.tensor(w) for name, w in zip(names, weights, strict=True)})
    x, (h, c) = RNG(3).standard_normal((9, 4, 1)), (torch.zeros(4, 1).double(), torch.ones(4, 1).double())
    for step in torch.tensor(x):
        h, c = cell(step, (h, c))
    assert np.allclose(held(1.5, 0.7, 9, 4, RNG(3))[-1], c.detach().numpy()[:, 0], atol=1e-14)


@pytest.mark.parametrize("phi", [sigmoid, tanh, relu, hard_sigmoid])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.0, 1.0), (-4.0, 1.0), (3.5, 0.3)])
def test_moments_against_scipy(phi, mean: float, std: float):
    for power, ours in zip((1, 2), moments(phi, mean, std), strict=True):

        def integrand(z: float, power=power) -> float:
            return float(phi(np.array([mean + std * z]))[0][0]) ** power * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        kinks = [k for k in ((-3 - mean) / std, -mean / std, (3 - mean) / std) if abs(k) < 9]
        assert ours == pytest.approx(integrate.quad(integrand, -9, 9, points=kinks or None, limit=200)[0], abs=1e-6)
    assert moments(phi, mean, 0.0)[1] == pytest.approx(moments(phi, mean, 0.0)[0] ** 2)


@pytest.mark.parametrize("gate", [sigmoid, tanh, hard_sigmoid])
def test_what_is_held_is_a_power_of_the_mean_gate(gate):
    c = held(1.0, 1.0, 12, 20_000, RNG(0), gate)
    first, second = moments(gate, 1.0, 1.0)
    t = np.arange(13)
    error = np.sqrt((second**t - first ** (2 * t)) / 20_000)
    assert (np.abs(c.mean(axis=1) - first**t) <= 3.5 * error + 1e-12).all()


@pytest.mark.parametrize("gate", [sigmoid, tanh, relu, hard_sigmoid])
def test_what_leaks_in_adds_up_as_a_random_walk(gate):
    c = leaked(1.0, 1.0, 10, 20_000, RNG(0), gate)
    squares = c**2
    expected = np.arange(11) * moments(gate, -1.0, 1.0)[1]
    assert (np.abs(squares.mean(axis=1) - expected) <= 3.5 * squares.std(axis=1) / math.sqrt(20_000) + 1e-12).all()


def test_two_hundred_writes():
    """Sigmoid candidate: mean 100, variance 8.68; tanh: mean 0, variance 78.86 (E[tanh²] = 0.3943)."""
    for candidate, mean, variance in ((sigmoid, 100.0, 8.675), (tanh, 0.0, 78.86)):
        first, second = moments(candidate, 0.0, 1.0)
        assert 200 * first == pytest.approx(mean, abs=1e-6)
        assert 200 * (second - first**2) == pytest.approx(variance, rel=1e-3)
        c = accumulated(200, 20_000, RNG(0), candidate)[-1]
        assert abs(c.mean() - mean) < 3 * math.sqrt(variance / 20_000)
        assert abs(c.var() - variance) < 3 * variance * math.sqrt(2 / 20_000)


def test_half_lives():
    for bias, expected in ((0, 1.000), (1, 2.213), (2, 5.461), (3, 14.266), (5, 103.218)):
        assert half_life(bias) == pytest.approx(expected, abs=5e-4)
        keep = 1 / (1 + math.exp(-bias))
        assert keep ** half_life(bias) == pytest.approx(0.5, rel=1e-12)
        assert time_constant(bias) == pytest.approx(1 / (1 - keep), rel=1e-12)
    assert time_constant(1) == pytest.approx(1 + math.e)
    assert held(3.0, 0.0, 50, 1, RNG(0))[-1, 0] == pytest.approx(0.0881, abs=5e-5)


@pytest.mark.parametrize("candidate", [tanh, sigmoid, relu])
def test_the_candidate_has_no_part_in_the_gradient_along_the_cell(candidate):
    assert carried(60, 1.0, RNG(0), candidate) == pytest.approx((1 / (1 + math.exp(-1))) ** 60, rel=1e-12)
    assert carried(60, 40.0, RNG(0), candidate) == pytest.approx(1, rel=1e-12)
