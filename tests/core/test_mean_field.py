"""Mean-field theory against scipy's quadrature, closed forms and the published numbers."""

import doctest
import math

import numpy as np
import pytest
from scipy import integrate, optimize

from app.core import mean_field
from app.core.activations import Activation, gelu, identity, leaky_relu, relu, sigmoid, tanh
from app.core.mean_field import batch_norm_chi, chi, length_fixed_point, predicted_propagation


def expectation(f, q: float) -> float:
    """E[f(√q z)] by scipy's adaptive quadrature, cut at the kink."""

    def integrand(z: float) -> float:
        return float(f(np.array([math.sqrt(q) * z]))[0]) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    points = [-6.0, -2.0, -0.5, -0.1, 0.0, 0.1, 0.5, 2.0, 6.0]
    return integrate.quad(integrand, -12, 12, points=points, epsabs=1e-13, limit=400)[0]


def test_doctests():
    failed, tried = doctest.testmod(mean_field)
    assert tried > 0
    assert failed == 0


SATURATING = [(tanh, 1.05), (tanh, 1.5), (tanh, 2.0), (tanh, 4.0), (sigmoid, 0.5), (sigmoid, 1.0), (sigmoid, 4.0)]


@pytest.mark.parametrize(("phi", "sigma_w"), SATURATING)
def test_fixed_point_and_chi_against_scipy(phi: Activation, sigma_w: float):
    def excess(q: float) -> float:
        return sigma_w**2 * expectation(lambda z: phi(z)[0] ** 2, q) - q

    q = optimize.brentq(excess, 1e-4, 50, xtol=1e-13)
    assert float(length_fixed_point(phi, sigma_w)) == pytest.approx(q, rel=1e-8)
    expected = sigma_w**2 * expectation(lambda z: phi(z)[1] ** 2, q)
    assert float(chi(phi, sigma_w)) == pytest.approx(expected, rel=1e-8)


def test_root_of_chi_to_five_digits():
    roots = [float(np.sqrt(chi(phi, s))) for phi, s in ((sigmoid, 1.0), (sigmoid, 4.0), (tanh, 1.5), (tanh, 2.0))]
    np.testing.assert_allclose(roots, [0.23605, 0.63157, 1.06739, 1.16734], atol=5e-6)


def test_homogeneous_activations_in_closed_form():
    sigmas = np.array([0.5, 1.0, math.sqrt(2), 3.0])
    np.testing.assert_allclose(chi(relu, sigmas), sigmas**2 / 2, rtol=1e-9)
    np.testing.assert_allclose(chi(identity, sigmas), sigmas**2, rtol=1e-9)
    np.testing.assert_allclose(chi(lambda z: leaky_relu(z, 0.3), sigmas), sigmas**2 * 1.09 / 2, rtol=1e-9)
    np.testing.assert_array_equal(length_fixed_point(relu, sigmas), [0, 0, 1, math.inf])


def test_tanh_has_no_signal_up_to_the_edge_of_chaos():
    np.testing.assert_array_equal(length_fixed_point(tanh, np.array([0.5, 0.9, 1.0])), 0.0)
    np.testing.assert_allclose(chi(tanh, np.array([0.5, 0.9, 1.0])), [0.25, 0.81, 1.0], rtol=1e-9)
    assert float(length_fixed_point(tanh, 1.001)) > 0


def test_batch_norm_factor_in_closed_form():
    assert batch_norm_chi(relu) == pytest.approx(math.pi / (math.pi - 1), rel=1e-9)
    assert batch_norm_chi(relu) == pytest.approx(1.46694, abs=5e-6)
    assert batch_norm_chi(identity) == pytest.approx(1, rel=1e-9)
    slope = 0.25
    second, mean = (1 + slope**2) / 2, (1 - slope) / math.sqrt(2 * math.pi)
    assert batch_norm_chi(lambda z: leaky_relu(z, slope)) == pytest.approx(second / (second - mean**2), rel=1e-9)


@pytest.mark.parametrize("phi", [relu, tanh, sigmoid, gelu])
def test_batch_norm_factor_against_scipy_and_above_one(phi: Activation):
    mean, square = expectation(lambda z: phi(z)[0], 1.0), expectation(lambda z: phi(z)[0] ** 2, 1.0)
    expected = expectation(lambda z: phi(z)[1] ** 2, 1.0) / (square - mean**2)
    assert batch_norm_chi(phi) == pytest.approx(expected, rel=1e-8)
    assert batch_norm_chi(phi) > 1  # Gaussian Poincaré inequality


@pytest.mark.parametrize("phi", [tanh, sigmoid])
def test_deep_layers_of_the_recursion_reach_the_fixed_point(phi: Activation):
    moments, gradients = predicted_propagation(phi, 1.5, 200)
    assert 1.5**2 * moments[-1] == pytest.approx(float(length_fixed_point(phi, 1.5)), rel=1e-6)
    assert gradients[-3] / gradients[-2] == pytest.approx(float(chi(phi, 1.5)), rel=1e-6)


def test_recursion_with_batch_norm_and_skips_in_closed_form():
    depth, share = 12, 0.5 - 1 / (2 * math.pi)  # Var[ReLU(z)]
    _, gradients = predicted_propagation(relu, 3.0, depth, batch_norm=True)
    assert gradients[0] == pytest.approx(0.5 * (math.pi / (math.pi - 1)) ** (depth - 1), rel=1e-9)
    moments, gradients = predicted_propagation(relu, 3.0, depth, batch_norm=True, residual=True)
    layers = np.arange(depth + 1)
    np.testing.assert_allclose(moments, 1 + layers * share + layers**2 / (2 * math.pi), rtol=1e-9)
    assert gradients[0] == pytest.approx(np.prod(1 + 0.5 / (1 + layers[:-1] * share)), rel=1e-9)
    _, gradients = predicted_propagation(identity, 0.5, depth, residual=True)
    assert gradients[0] == pytest.approx(1.25**depth, rel=1e-9)
