"""Recurrent matrices and their powers against numpy and closed forms; the journey against torch; the cliff by hand."""

import doctest
import math

import numpy as np
import pytest
import torch
from scipy import integrate, optimize

from app.core import cliff, gradient_through_time
from app.core.activations import identity, relu, tanh
from app.core.cliff import clip, descend, one_unit_gradient, one_unit_loss
from app.core.gradient_through_time import journey, mean_field_rate, power_norms, recurrent_matrix, spectral_radius
from app.core.recurrent import Weights, init_weights
from app.core.signal_propagation import clip_by_global_norm


@pytest.mark.parametrize("module", [gradient_through_time, cliff], ids=lambda m: m.__name__)
def test_doctests(module) -> None:
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("kind", ["gaussian", "orthogonal", "identity", "shear"])
def test_every_matrix_has_the_radius_it_was_asked_for(kind: str) -> None:
    w = recurrent_matrix(kind, 32, 1.3, np.random.default_rng(0))
    assert spectral_radius(w) == pytest.approx(1.3, rel=1e-6)
    if kind in ("orthogonal", "identity"):
        np.testing.assert_allclose(w @ w.T, 1.69 * np.eye(32), atol=1e-12)


def test_unknown_matrices_and_odd_shears_are_refused() -> None:
    for kind, n in (("uniform", 4), ("shear", 5)):
        with pytest.raises(ValueError, match="no recurrent matrix"):
            recurrent_matrix(kind, n, 1.0, np.random.default_rng(0))


@pytest.mark.parametrize("radius", [0.9, 1.0, 1.1])
def test_powers_of_an_orthogonal_matrix(radius: float) -> None:
    w = recurrent_matrix("orthogonal", 16, radius, np.random.default_rng(1))
    np.testing.assert_allclose(power_norms(w, 50), radius ** np.arange(51.0), rtol=1e-12)


def test_orthogonal_powers_in_numbers() -> None:
    w = {r: recurrent_matrix("orthogonal", 16, r, np.random.default_rng(1)) for r in (0.9, 1.0, 1.1)}
    found = [power_norms(w[r], 50)[-1] for r in (0.9, 1.0, 1.1)]
    np.testing.assert_allclose(found, [0.0051538, 1.0, 117.391], rtol=1e-5)


def test_a_shear_grows_before_it_decays() -> None:
    norms = power_norms(np.array([[0.9, 5.0], [0.0, 0.9]]), 100)
    assert norms.argmax() == 9
    assert norms[9] == pytest.approx(19.3788, abs=5e-5)
    assert norms[100] == pytest.approx(0.01476, abs=5e-6)
    corner = np.array([k * 5 * 0.9 ** (k - 1) for k in range(1, 101)])
    assert np.all(norms[1:] >= corner)


def test_a_large_gaussian_matrix_has_radius_one_and_norm_two() -> None:
    w = np.random.default_rng(0).standard_normal((1000, 1000)) / math.sqrt(1000)
    assert spectral_radius(w) == pytest.approx(1, abs=0.05)
    assert float(np.linalg.norm(w, 2)) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize(("sigma", "std"), [(1.0, 0.3), (1.5, 0.3), (0.5, 1.0), (2.0, 1.0)])
def test_mean_field_rate_against_scipy(sigma: float, std: float) -> None:
    def mean(f, q: float) -> float:
        return integrate.quad(lambda z: f(math.sqrt(q) * z) * math.exp(-z * z / 2), -12, 12)[0] / math.sqrt(2 * math.pi)

    q = optimize.brentq(lambda v: sigma**2 * mean(lambda z: math.tanh(z) ** 2, v) + std**2 - v, 1e-6, 50)
    rate = sigma * math.sqrt(mean(lambda z: (1 - math.tanh(z) ** 2) ** 2, q))
    found = mean_field_rate(tanh, sigma, std)
    assert found[1] == pytest.approx(q, rel=1e-7)
    assert found[0] == pytest.approx(rate, rel=1e-7)


def test_mean_field_rate_in_closed_form() -> None:
    assert mean_field_rate(relu, 1.0, 0.5) == pytest.approx((math.sqrt(0.5), 0.5), rel=1e-9)  # q = q/2 + 1/4
    assert mean_field_rate(identity, 0.6, 0.8) == pytest.approx((0.6, 1.0), rel=1e-9)
    rate, q = mean_field_rate(relu, 1.5, 0.5)
    assert rate == pytest.approx(1.5 / math.sqrt(2), rel=1e-9)
    assert q == math.inf


@pytest.mark.parametrize("kind", ["gaussian", "orthogonal"])
def test_a_wide_random_net_follows_the_theory(kind: str) -> None:
    rng = np.random.default_rng(3)
    n, steps = 256, 60
    w = Weights(rng.standard_normal((1, n, n)) / math.sqrt(n), recurrent_matrix(kind, n, 1.0, rng)[None],
                np.zeros((1, n)), np.zeros((1, n)))  # fmt: skip
    trip = journey("rnn", w, 0.3 * rng.standard_normal((steps, 1, 8, n)), rng.standard_normal((1, 8, n)), tanh)
    measured = (trip.norms[10, 0] / trip.norms[-1, 0]) ** (1 / 50)
    assert measured == pytest.approx(mean_field_rate(tanh, 1.0, 0.3)[0], rel=0.02)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_journey_is_that_of_autograd(cell: str) -> None:
    """∂L/∂x_t through torch's own layers."""
    rng = np.random.default_rng(0)
    steps, batch, n = 12, 3, 5
    weights = init_weights(cell, n, n, rng, networks=1)
    x, read = rng.standard_normal((steps, 1, batch, n)), rng.standard_normal((1, batch, n))
    trip = journey(cell, weights, x, read, tanh)
    layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](n, n, dtype=torch.float64)
    for name, value in zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), weights, strict=True):
        getattr(layer, name).data = torch.tensor(value[0])
    given = torch.tensor(x[:, 0], requires_grad=True)
    (layer(given)[0][-1] * torch.tensor(read[0])).sum().backward()
    np.testing.assert_allclose(trip.inputs[:, 0], given.grad.flatten(1).norm(dim=1).numpy(), rtol=1e-9)
    np.testing.assert_allclose(trip.norms[-1, 0], np.linalg.norm(read) if cell != "lstm" else trip.norms[-1, 0])


def test_the_path_of_a_constant_gate_is_a_power() -> None:
    weights = init_weights("lstm", 4, 4, np.random.default_rng(0), memory_bias=2.0, networks=1)
    still = Weights(*(w * 0 if w.ndim == 3 else w for w in weights))
    trip = journey("lstm", still, np.zeros((30, 1, 2, 4)), np.ones((1, 2, 4)), tanh)
    keep = 1 / (1 + math.exp(-2.0))
    np.testing.assert_allclose(trip.path[:, 0], keep ** (30 - np.arange(31.0)), rtol=1e-12)
    np.testing.assert_allclose(trip.norms[:, 0] / trip.norms[-1, 0], trip.path[:, 0], rtol=1e-12)


def test_the_slope_of_the_cliff_in_closed_form() -> None:
    loss, d_w, d_b = (float(v) for v in one_unit_gradient(np.array(6.0), np.array(-3.0), 50, 0.7))
    assert loss == pytest.approx(0.04, abs=1e-12)
    assert d_w == pytest.approx(-0.1 * (1.5**50 - 1), rel=1e-9)
    assert d_w == pytest.approx(-63_762_149.9, rel=1e-8)
    assert d_b == pytest.approx(2 * d_w, rel=1e-9)


def test_the_gradient_of_one_unit_against_torch() -> None:
    rng = np.random.default_rng(0)
    w, b = rng.uniform(2, 5, 20), rng.uniform(-3, 0, 20)
    tw, tb = (torch.tensor(v, requires_grad=True) for v in (w, b))
    x = torch.full((20,), 0.5, dtype=torch.float64)
    for _ in range(25):
        x = torch.sigmoid(tw * x + tb)
    ((x - 0.7) ** 2).sum().backward()
    loss, d_w, d_b = one_unit_gradient(w, b, 25, 0.7)
    np.testing.assert_allclose(d_w, tw.grad.numpy(), rtol=1e-9)
    np.testing.assert_allclose(d_b, tb.grad.numpy(), rtol=1e-9)
    np.testing.assert_allclose(loss, one_unit_loss(w, b, 25, 0.7))


def test_clipping_as_torch_does_it() -> None:
    parameter = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    parameter.grad = torch.tensor([3.0, 4.0], dtype=torch.float64)
    norm = torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    assert norm.item() == 5
    np.testing.assert_allclose(clip(3.0, 4.0, 1.0), parameter.grad.numpy(), rtol=1e-6)
    (ours,), total = clip_by_global_norm([np.array([3.0, 4.0])], 1.0)
    assert total == 5
    np.testing.assert_allclose(ours, clip(3.0, 4.0, 1.0))
    assert clip(0.3, 0.4, 1.0) == (0.3, 0.4)
    assert clip(30.0, 0.4, None) == (30.0, 0.4)


def test_clipping_by_value_turns_the_gradient() -> None:
    u, v = clip(30.0, 0.4, 1.0, by_value=True)
    assert (u, v) == (1.0, 0.4)
    turned = math.degrees(math.atan2(v, u) - math.atan2(0.4, 30.0))
    assert turned == pytest.approx(21.04, abs=0.005)


def test_unclipped_it_flies_away_and_clipped_it_arrives() -> None:
    free, by_norm = descend(6.0, -3.0, 0.1, 600, 50, 0.7, [(None, False), (1.0, False)])
    assert free.w[1] == pytest.approx(6_376_221, rel=1e-6)
    assert free.w[-1] == free.w[1]
    assert free.norm[1] == 0
    assert by_norm.loss[-1] < 1e-3
    assert by_norm.loss[300] > 1e-2  # not yet, with half the updates


def test_the_arrival_does_not_hang_on_the_last_bit() -> None:
    rng = np.random.default_rng(0)
    for _ in range(6):
        w, b = 6 + 1e-12 * rng.standard_normal(), -3 + 1e-12 * rng.standard_normal()
        (run,) = descend(w, b, 0.1, 600, 50, 0.7, [(1.0, False)])
        assert run.loss[-1] < 1e-3
