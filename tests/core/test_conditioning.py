"""Spectra against numpy, steps against descent actually done, and the Gaussian moments in closed form."""

import doctest
import math

import numpy as np
import pytest
from scipy import integrate

from app.core import conditioning
from app.core.activation_stats import gaussian_moments, gaussian_quadrature
from app.core.activations import relu, sigmoid, tanh
from app.core.conditioning import (
    descent_path,
    predicted_condition,
    predicted_spectrum,
    same_sign_share,
    sample_path,
    second_moment,
    steps_to,
)


def test_doctests() -> None:
    failed, tried = doctest.testmod(conditioning)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("mean", "variance", "n"), [(0.5, 0.0434, 100), (0.0, 0.4, 7), (-0.3, 0.2, 64), (2.0, 1.0, 2)])
def test_spectrum_is_that_of_the_matrix(mean: float, variance: float, n: int) -> None:
    matrix = variance * np.eye(n) + mean**2 * np.ones((n, n))
    np.testing.assert_allclose(predicted_spectrum(mean, variance, n), np.linalg.eigvalsh(matrix), rtol=1e-9)
    assert predicted_condition(mean, variance, n) == pytest.approx(np.linalg.cond(matrix), rel=1e-9)


def moments(phi) -> tuple[float, float]:
    found = gaussian_moments(phi, *gaussian_quadrature())
    return found.mean, found.second_moment - found.mean**2


def test_condition_numbers_for_a_hundred_inputs() -> None:
    kappas = [predicted_condition(*moments(phi), 100) for phi in (sigmoid, tanh, relu)]
    np.testing.assert_allclose(kappas, [577.315, 1.0, 47.694], atol=1e-3)
    assert kappas[2] == pytest.approx(1 + 100 / (math.pi - 1), rel=1e-9)


def test_moments_against_scipy() -> None:
    def mean(f) -> float:
        return integrate.quad(lambda z: f(z) * math.exp(-z * z / 2), -12, 12)[0] / math.sqrt(2 * math.pi)

    assert moments(sigmoid)[1] == pytest.approx(mean(lambda z: (1 / (1 + math.exp(-z)) - 0.5) ** 2), rel=1e-8)
    assert moments(sigmoid)[1] == pytest.approx(0.043379, abs=5e-7)
    assert moments(tanh)[1] == pytest.approx(mean(lambda z: math.tanh(z) ** 2), rel=1e-8)
    assert moments(tanh)[1] == pytest.approx(0.394294, abs=5e-7)


def test_a_sample_has_the_spectrum_of_the_theory() -> None:
    h = sigmoid(np.random.default_rng(0).standard_normal((40_000, 50)))[0]
    spectrum, theory = np.linalg.eigvalsh(second_moment(h)), predicted_spectrum(*moments(sigmoid), 50)
    assert spectrum[-1] == pytest.approx(theory[-1], rel=3e-3)
    assert spectrum[:-1].mean() == pytest.approx(theory[0], rel=1e-2)


@pytest.mark.parametrize("rate", [0.5, 1.0, 1.7])
@pytest.mark.parametrize("seed", range(4))
def test_steps_are_those_of_descent_done(rate: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    h = relu(rng.standard_normal((500, 8)))[0]
    hessian = second_moment(h)
    spectrum, vectors = np.linalg.eigh(hessian)
    start = rng.standard_normal(8)
    path = descent_path(hessian, start, 400, rate)
    losses = 0.5 * np.einsum("ki,ij,kj->k", path, hessian, path)
    done = int(np.argmax(losses <= 0.01 * losses[0]))
    assert steps_to(spectrum, (vectors.T @ start) ** 2, 0.01, rate) == done


def test_steps_grow_with_the_condition_number() -> None:
    slow = np.array([1.0, 0.0])
    for kappa in (10.0, 100.0, 1000.0):
        steps = steps_to(np.array([1.0, kappa]), slow, 1e-3)
        assert steps == pytest.approx(kappa / 2 * math.log(1000), rel=0.1)
        assert (1 - 1 / kappa) ** (2 * steps) <= 1e-3 < (1 - 1 / kappa) ** (2 * steps - 2)


def test_bad_rates_and_tolerances_are_refused() -> None:
    for tolerance, rate in ((0.0, 1.0), (1.0, 1.0), (0.5, 0.0), (0.5, 2.0)):
        with pytest.raises(ValueError, match="must lie between"):
            steps_to(np.ones(2), np.ones(2), tolerance, rate)


def test_positive_inputs_move_all_weights_one_way() -> None:
    h = sigmoid(np.random.default_rng(0).standard_normal((200, 5)))[0]
    moves = np.diff(sample_path(h, np.array([1.0, -1.0, 0.5, -0.5, 0.2]), 1.0), axis=0)
    assert np.all((moves >= 0).all(axis=1) | (moves <= 0).all(axis=1))
    assert same_sign_share(h) == 1
    z = np.random.default_rng(1).standard_normal((40_000, 5))
    assert same_sign_share(tanh(z)[0]) == pytest.approx(2 * 0.5**5, abs=3 * math.sqrt(0.0625 / 40_000))


def test_tanh_is_a_stretched_sigmoid() -> None:
    x = np.linspace(-20, 20, 4001)
    assert np.abs(np.tanh(x) - (2 * sigmoid(2 * x)[0] - 1)).max() < 5e-16
