"""The hand-written network against torch's autograd, finite differences, and the theory of wide networks."""

import doctest
import math

import numpy as np
import pytest
import torch
from scipy import stats

from app.core import signal_propagation
from app.core.activations import Activation, identity, relu, sigmoid, tanh
from app.core.mean_field import batch_norm_chi, chi, predicted_propagation
from app.core.signal_propagation import (
    backward,
    clip_by_global_norm,
    forward,
    jacobian,
    normalise,
    normalise_backward,
    per_layer_rate,
    random_weights,
)

TORCH = {relu: torch.relu, tanh: torch.tanh, sigmoid: torch.sigmoid, identity: lambda z: z}


def small_net(seed: int = 0, depth: int = 5, width: int = 7, batch: int = 6, sigma_w: float = 1.3):
    rng = np.random.default_rng(seed)
    inputs, arriving = rng.standard_normal((2, batch, width))
    return inputs, arriving, random_weights(rng, depth, width, sigma_w)


def test_doctests():
    failed, tried = doctest.testmod(signal_propagation)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("phi", [relu, tanh, sigmoid, identity])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("residual", [False, True])
def test_forward_and_backward_against_autograd(phi: Activation, batch_norm: bool, residual: bool):
    inputs, arriving, weights = small_net()
    activations, tape = forward(inputs, weights, phi, batch_norm, residual)
    gradients, weight_gradients = backward(arriving, activations, tape, weights, batch_norm, residual)

    h = torch.tensor(inputs, requires_grad=True)
    matrices = [torch.tensor(w, requires_grad=True) for w in weights]
    hs = [h]
    for matrix in matrices:
        z = h @ matrix.T
        if batch_norm:
            z = torch.nn.functional.batch_norm(z, None, None, training=True, eps=1e-8)
        h = h + TORCH[phi](z) if residual else TORCH[phi](z)
        hs.append(h)
    expected = torch.autograd.grad((h * torch.tensor(arriving)).sum(), [*hs, *matrices])

    for mine, theirs in zip(activations, hs, strict=True):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
    for mine, theirs in zip([*gradients, *weight_gradients], expected, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_backward_against_central_differences(batch_norm: bool):
    inputs, arriving, weights = small_net(1, depth=3, width=4, batch=5)

    def loss(x: np.ndarray) -> float:
        return float((forward(x, weights, tanh, batch_norm)[0][-1] * arriving).sum())

    activations, tape = forward(inputs, weights, tanh, batch_norm)
    gradient = backward(arriving, activations, tape, weights, batch_norm)[0][0]
    step = 1e-5
    for index in np.ndindex(inputs.shape):
        shift = np.zeros_like(inputs)
        shift[index] = step
        assert gradient[index] == pytest.approx((loss(inputs + shift) - loss(inputs - shift)) / (2 * step), abs=2e-8)


def test_normalise_against_torch():
    z, upstream = np.random.default_rng(2).standard_normal((2, 9, 4)) * 3 + 1
    x = torch.tensor(z, requires_grad=True)
    out = torch.nn.functional.batch_norm(x, None, None, training=True, eps=1e-8)
    out.backward(torch.tensor(upstream))
    z_hat, std = normalise(z)
    np.testing.assert_allclose(z_hat, out.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(normalise_backward(upstream, z_hat, std), x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("residual", [False, True])
def test_jacobian_against_autograd(residual: bool):
    inputs, _, weights = small_net(3, batch=1)

    def net(h: torch.Tensor) -> torch.Tensor:
        for w in weights:
            out = torch.tanh(torch.tensor(w) @ h)
            h = h + out if residual else out
        return h

    expected = torch.autograd.functional.jacobian(net, torch.tensor(inputs[0])).numpy()
    _, tape = forward(inputs, weights, tanh, residual=residual)
    np.testing.assert_allclose(jacobian(weights, tape, residual), expected, atol=1e-12)


def test_mean_squared_singular_value_is_chi_and_the_largest_follows_random_matrix_theory():
    rng = np.random.default_rng(4)
    width = 800
    weights = random_weights(rng, 1, width, math.sqrt(2))
    _, tape = forward(rng.standard_normal((1, width)), weights, relu)
    values = np.linalg.svd(jacobian(weights, tape), compute_uv=False)
    assert (values**2).mean() == pytest.approx(float(chi(relu, math.sqrt(2))), rel=0.1)
    # half of the rows are zero; a (n/2) × n Gaussian matrix has largest singular value σ_w (1 + √(1/2))
    assert values[0] == pytest.approx(math.sqrt(2) * (1 + math.sqrt(0.5)), rel=0.03)
    assert (values > 1e-9).mean() == pytest.approx(0.5, abs=0.06)


def run(phi: Activation, sigma_w: float, *, batch_norm=False, residual=False, depth=40, width=256, batch=128, seed=0):
    """The rate of the gradient's norm over the last three quarters of the layers, and the theory's over the same."""
    rng = np.random.default_rng(seed)
    inputs, arriving = rng.standard_normal((2, batch, width))
    weights = random_weights(rng, depth, width, sigma_w)
    activations, tape = forward(inputs, weights, phi, batch_norm, residual)
    gradients, _ = backward(arriving, activations, tape, weights, batch_norm, residual)
    norms = np.sqrt((gradients**2).sum(axis=(1, 2)))
    theory = np.sqrt(predicted_propagation(phi, sigma_w, depth, batch_norm, residual)[1])
    return tuple(per_layer_rate(curve[depth // 4 :][::-1]) for curve in (norms, theory))


CASES = [
    (relu, math.sqrt(2), False, False), (relu, 1.0, False, False), (tanh, 1.0, False, False), (tanh, 1.5, False, False),
    (tanh, 2.0, False, False), (sigmoid, 1.0, False, False), (sigmoid, 4.0, False, False),
    (identity, 1.0, False, False), (relu, 1.0, True, False), (tanh, 1.0, True, False), (relu, 1.0, True, True),
    (tanh, 1.0, False, True), (sigmoid, 1.0, False, True), (tanh, 2.0, True, True),
]  # fmt: skip


@pytest.mark.parametrize(("phi", "sigma_w", "batch_norm", "residual"), CASES)
def test_rate_within_three_percent_of_theory_at_width_256(phi, sigma_w, batch_norm, residual):
    rate, theory = run(phi, sigma_w, batch_norm=batch_norm, residual=residual)
    assert rate == pytest.approx(theory, rel=0.03)


def test_deep_rate_is_the_root_of_chi():
    for phi, sigma_w in ((sigmoid, 1.0), (sigmoid, 4.0), (tanh, 1.5), (tanh, 2.0), (relu, 1.0)):
        assert run(phi, sigma_w)[0] == pytest.approx(math.sqrt(float(chi(phi, sigma_w))), rel=0.03)


def test_batch_norm_relu_grows_by_pi_over_pi_minus_one():
    rate, _ = run(relu, 1.0, batch_norm=True)
    assert rate**2 == pytest.approx(batch_norm_chi(relu), rel=0.03)


def test_batch_norm_explodes_faster_in_a_small_batch():
    # Yang et al. (2019): a BN linear net has (B - 2) / (B - 3), which goes to 1 for a large batch
    small, large = (run(identity, 1.0, batch_norm=True, batch=b, width=512, depth=24)[0] for b in (8, 128))
    assert small**2 == pytest.approx(6 / 5, rel=0.06)
    assert 1 < large**2 < 1.08 < small**2


def test_weight_scale_does_not_matter_under_batch_norm():
    one, three = (run(relu, s, batch_norm=True, depth=12, width=64)[0] for s in (1.0, 3.0))
    assert one == pytest.approx(three, rel=1e-6)


def test_examples_are_independent_without_batch_norm():
    inputs, arriving, weights = small_net(5)
    activations, tape = forward(inputs, weights, relu)
    whole = backward(arriving, activations, tape, weights)[0]
    part, tape = forward(inputs[:2], weights, relu)
    np.testing.assert_allclose(backward(arriving[:2], part, tape, weights)[0], whole[:, :2], atol=1e-14)


def test_relu_weight_gradients_carry_one_number_through_all_layers():
    # φ homogeneous: Σ W ∘ ∂loss/∂W is the same in every layer (Euler), whatever σ_w does to the activations
    inputs, arriving, weights = small_net(6, sigma_w=0.6)
    activations, tape = forward(inputs, weights, relu)
    products = (backward(arriving, activations, tape, weights)[1] * weights).sum(axis=(1, 2))
    np.testing.assert_allclose(products, (arriving * activations[-1]).sum(), rtol=1e-9)


def test_random_weights_are_gaussian_with_the_given_scale():
    weights = random_weights(np.random.default_rng(7), 4, 100, 1.7)
    assert weights.shape == (4, 100, 100)
    assert stats.kstest(weights.ravel() * 10 / 1.7, "norm").pvalue > 0.001
    again = random_weights(np.random.default_rng(7), 4, 100, 1.7)
    np.testing.assert_array_equal(weights, again)


def test_per_layer_rate_against_linregress():
    norms = np.random.default_rng(8).lognormal(size=30)
    expected = math.exp(stats.linregress(np.arange(30), np.log(norms)).slope)
    assert per_layer_rate(norms) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("norms", [[1.0], [1.0, 0.0], [1.0, math.inf], [1.0, -2.0]])
def test_per_layer_rate_refuses_what_has_no_rate(norms):
    with pytest.raises(ValueError, match="positive, finite"):
        per_layer_rate(np.array(norms))


@pytest.mark.parametrize("bound", [0.5, 3.0, 1e3])
def test_clipping_against_torch(bound: float):
    rng = np.random.default_rng(9)
    gradients = [rng.standard_normal((3, 4)), rng.standard_normal(5)]
    parameters = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    expected = torch.nn.utils.clip_grad_norm_(parameters, bound)
    clipped, norm = clip_by_global_norm(gradients, bound)
    assert norm == pytest.approx(expected.item(), rel=1e-12)
    for mine, parameter in zip(clipped, parameters, strict=True):
        np.testing.assert_allclose(mine, parameter.grad.numpy(), rtol=1e-5)  # torch adds 1e-6 to the norm


def test_clipping_nothing_leaves_nothing():
    clipped, norm = clip_by_global_norm([np.zeros(3)], 1.0)
    assert norm == 0
    np.testing.assert_array_equal(clipped[0], 0)
