"""Activations against torch, scipy and central differences; their statistics against scipy's quadrature."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import integrate, optimize, special, stats

from app.core import activation_stats, activations
from app.core.activation_stats import (
    central_difference,
    chain,
    gaussian_moments,
    gaussian_quadrature,
    saturation_threshold,
)
from app.core.activations import ACTIVATIONS, elu, erf, gelu, gelu_tanh, leaky_relu, maxout, relu, rrelu, sigmoid, tanh

TORCH = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "scaled_tanh": lambda z: 1.7159 * torch.tanh(2 / 3 * z),
    "hard_sigmoid": F.hardsigmoid,
    "hard_tanh": F.hardtanh,
    "softplus": F.softplus,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "rrelu": lambda z: F.rrelu(z, training=False),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
}
Z = np.linspace(-8, 8, 801) + 0.0037  # no kink on the grid


def test_every_activation_has_an_oracle():
    assert set(TORCH) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_slope_agree_with_torch_autograd(name):
    z = torch.tensor(Z, requires_grad=True)
    y = TORCH[name](z)
    y.backward(torch.ones_like(y))
    value, slope = ACTIVATIONS[name](Z)
    assert np.allclose(value, y.detach().numpy(), rtol=0, atol=1e-11)
    rounded = 1e-8 if name == "hard_sigmoid" else 1e-11  # torch keeps its 1/6 in float32
    assert np.allclose(slope, z.grad.numpy(), rtol=0, atol=rounded)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_agrees_with_central_differences(name):
    assert np.abs(central_difference(ACTIVATIONS[name], Z) - ACTIVATIONS[name](Z)[1]).max() < 1e-8


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_float32_in_float32_out(name):
    z = Z.astype(np.float32).reshape(3, -1)
    value, slope = ACTIVATIONS[name](z)
    assert value.dtype == slope.dtype == np.float32
    assert value.shape == slope.shape == z.shape
    assert np.allclose(value, ACTIVATIONS[name](z.astype(np.float64))[0], atol=3e-6)


def test_slope_at_the_kink_is_the_one_of_the_framework():
    zero = np.zeros(1)
    for name in ("relu", "leaky_relu"):
        z = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        TORCH[name](z).backward()
        assert ACTIVATIONS[name](zero)[1] == z.grad.numpy()


def test_extreme_inputs_do_not_overflow():
    z = np.array([-1e4, -745.0, 745.0, 1e4])
    for name, phi in ACTIVATIONS.items():
        value, slope = phi(z)
        assert np.isfinite(value).all(), name
        assert np.isfinite(slope).all(), name


def test_knobs_of_leaky_and_elu_against_torch():
    z = torch.tensor(Z)
    for slope in (0.0, 0.2, 0.5):
        assert np.allclose(leaky_relu(Z, slope)[0], F.leaky_relu(z, slope).numpy())
    for alpha in (0.1, 2.0):
        assert np.allclose(elu(Z, alpha)[0], F.elu(z, alpha).numpy())


def test_rrelu_draws_within_its_bounds_and_rests_at_their_mean():
    value, slope = rrelu(-np.ones(20_000), np.random.default_rng(0))
    assert slope.min() >= 1 / 8
    assert slope.max() <= 1 / 3
    assert np.array_equal(value, -slope)
    standard_error = (1 / 3 - 1 / 8) / math.sqrt(12 * 20_000)
    assert abs(slope.mean() - 11 / 48) < 3 * standard_error
    assert rrelu(-np.ones(1))[1] == pytest.approx(11 / 48, abs=1e-15)
    with pytest.raises(ValueError, match="lower <= upper"):
        rrelu(Z, lower=0.5, upper=0.1)


def test_erf_against_scipy():
    x = np.concatenate([np.linspace(-7, 7, 20_001), [1e9, -1e9]])
    assert np.abs(erf(x) - special.erf(x)).max() < 5e-12


def test_maxout_against_torch_and_its_special_cases():
    z = np.random.default_rng(0).normal(size=(50, 4))
    t = torch.tensor(z, requires_grad=True)
    t.max(dim=-1).values.sum().backward()
    value, slope = maxout(z)
    assert np.array_equal(value, z.max(-1))
    assert np.array_equal(slope, t.grad.numpy())
    assert np.array_equal(maxout(np.stack([Z, 0 * Z], -1))[0], relu(Z)[0])
    assert np.allclose(maxout(np.stack([Z, 0.01 * Z], -1))[0], leaky_relu(Z)[0])
    assert np.array_equal(maxout(np.stack([Z, -Z], -1))[0], np.abs(Z))


def test_identities():
    assert np.abs(tanh(Z)[0] - (2 * sigmoid(2 * Z)[0] - 1)).max() < 1e-15
    assert sigmoid(np.zeros(1))[1] == 0.25
    assert gelu(np.ones(1))[0] == pytest.approx(stats.norm.cdf(1), abs=1e-11)
    assert elu(-np.ones(1))[0] == pytest.approx(math.exp(-1) - 1, abs=1e-15)


@pytest.mark.parametrize(("name", "where", "depth"), [("gelu", -0.75179, -0.16997), ("silu", -1.27846, -0.27846)])
def test_minimum_of_the_smooth_ones(name, where, depth):
    found = optimize.minimize_scalar(
        lambda z: float(ACTIVATIONS[name](np.asarray(z))[0]), bounds=(-3, 0), method="bounded", options={"xatol": 1e-9}
    )
    assert found.x == pytest.approx(where, abs=1e-5)
    assert found.fun == pytest.approx(depth, abs=1e-5)


def test_tanh_form_of_gelu_is_off_by_less_than_five_ten_thousandths():
    worst = np.abs(gelu(Z)[0] - gelu_tanh(Z)[0]).max()
    assert worst == pytest.approx(4.73e-4, abs=1e-6)


def test_scaled_tanh_passes_through_plus_and_minus_one():
    assert ACTIVATIONS["scaled_tanh"](np.array([-1.0, 1.0]))[0] == pytest.approx([-1, 1], abs=1e-4)


def test_saturation_thresholds():
    closed = math.log((1 + math.sqrt(1 - 0.04)) / (1 - math.sqrt(1 - 0.04)))  # σ(1-σ) = 0.01
    assert saturation_threshold(sigmoid) == pytest.approx(closed, abs=1e-8)
    assert saturation_threshold(sigmoid, side=-1) == pytest.approx(-closed, abs=1e-8)
    assert closed == pytest.approx(4.585, abs=5e-4)
    assert saturation_threshold(tanh) == pytest.approx(math.atanh(math.sqrt(0.99)), abs=1e-8)
    assert saturation_threshold(tanh) == pytest.approx(2.993, abs=5e-4)
    assert saturation_threshold(relu) == math.inf
    assert saturation_threshold(relu, side=-1) == 0
    assert saturation_threshold(leaky_relu, side=-1) == -math.inf
    assert saturation_threshold(ACTIVATIONS["hard_tanh"]) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("std", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gaussian_moments_against_scipy(name, std):
    phi = ACTIVATIONS[name]
    ours = gaussian_moments(phi, *gaussian_quadrature(std))
    for got, f in zip(ours, (lambda p: p[0], lambda p: p[0] ** 2, lambda p: p[1], lambda p: p[1] ** 2), strict=True):
        expected, _ = integrate.quad(
            lambda z, f=f: float(f(phi(np.asarray(z)))) * stats.norm.pdf(z, scale=std), -12 * std, 12 * std,
            points=[-3, -1, 0, 1, 3], limit=400, epsabs=1e-11,
        )  # fmt: skip
        assert got == pytest.approx(expected, abs=1e-9)


def test_gaussian_moments_in_closed_form():
    at_one = {name: gaussian_moments(phi, *gaussian_quadrature()) for name, phi in ACTIVATIONS.items()}
    r = at_one["relu"]
    assert r.mean == pytest.approx(1 / math.sqrt(2 * math.pi), abs=1e-12)
    assert r.second_moment == pytest.approx(0.5, abs=1e-12)
    assert r.second_moment - r.mean**2 == pytest.approx(0.34085, abs=5e-6)
    assert at_one["sigmoid"].mean_slope == pytest.approx(0.2066, abs=5e-5)
    assert at_one["sigmoid"].second_moment - 0.25 == pytest.approx(0.043379, abs=5e-7)
    assert at_one["tanh"].mean_slope == pytest.approx(0.6057, abs=5e-5)
    assert at_one["tanh"].second_moment == pytest.approx(0.394294, abs=5e-7)
    assert at_one["gelu"].mean == pytest.approx(1 / (2 * math.sqrt(math.pi)), abs=1e-10)
    assert at_one["selu"].mean == pytest.approx(0, abs=1e-12)
    assert at_one["selu"].second_moment == pytest.approx(1, abs=1e-12)
    a = 0.01
    assert at_one["leaky_relu"].second_moment == pytest.approx((1 + a * a) / 2, abs=1e-12)


def test_gauss_hermite_agrees_where_there_is_no_kink_and_not_where_there_is():
    z, w = np.polynomial.hermite_e.hermegauss(101)
    w = w / w.sum()
    assert gaussian_moments(gelu, *gaussian_quadrature()).second_moment == pytest.approx(w @ gelu(z)[0] ** 2, abs=1e-9)
    assert abs(w @ relu(z)[0] - 1 / math.sqrt(2 * math.pi)) > 1e-3


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"])
def test_chain_gradient_against_autograd(name):
    weight, z0, depth = -1.3, 0.8, 6
    values, gradients = chain(ACTIVATIONS[name], z0, weight, depth)
    x = torch.tensor(z0 / weight, dtype=torch.float64, requires_grad=True)
    h = x
    for k in range(1, depth + 1):
        h = TORCH[name](weight * h)
        assert values[k] == pytest.approx(h.item(), abs=1e-12)
        (grad,) = torch.autograd.grad(h, x, retain_graph=True)
        assert gradients[k] == pytest.approx(grad.item(), abs=1e-12)


def test_chain_bound():
    assert chain(sigmoid, 0.0, 4.0, 1)[1][-1] == 1.0
    for weight in (1.0, 1.5, 4.0):
        gradients = chain(sigmoid, 0.0, weight, 30)[1]
        assert (np.abs(gradients) <= (weight / 4) ** np.arange(31)).all()


@pytest.mark.parametrize("module", [activations, activation_stats])
def test_examples_in_the_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
