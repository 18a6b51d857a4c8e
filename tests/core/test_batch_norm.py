"""Batch normalisation by hand against torch, closed forms and finite differences."""

import doctest
import math

import numpy as np
import pytest
import torch

from app.core import batch_norm as module
from app.core.batch_norm import (
    batch_norm,
    batch_norm_backward,
    batch_norm_inference,
    finite_differences,
    inference_shrinkage,
    update_running,
)
from app.core.conv import conv2d, fold_batch_norm


def test_doctests():
    assert doctest.testmod(module).failed == 0


def test_training_pass_gradient_and_running_statistics_are_those_of_torch():
    rng = np.random.default_rng(0)
    x, d_y, scale, shift = rng.normal(2, 3, (7, 5)), rng.normal(size=(7, 5)), rng.normal(size=5), rng.normal(size=5)
    layer = torch.nn.BatchNorm1d(5, dtype=torch.float64)
    layer.weight.data, layer.bias.data = torch.tensor(scale), torch.tensor(shift)
    leaf = torch.tensor(x, requires_grad=True)
    out = layer(leaf)
    out.backward(torch.tensor(d_y))
    y, x_hat, std = batch_norm(x, scale, shift)
    d_x, d_scale, d_shift = batch_norm_backward(d_y, x_hat, std, scale)
    mean, variance = update_running(np.zeros(5), np.ones(5), x)
    layer.eval()
    pairs = [
        (y, out.detach()), (d_x, leaf.grad), (d_scale, layer.weight.grad), (d_shift, layer.bias.grad),
        (mean, layer.running_mean), (variance, layer.running_var),
        (batch_norm_inference(x, scale, shift, mean, variance), layer(torch.tensor(x)).detach()),
    ]  # fmt: skip
    for ours, theirs in pairs:
        assert np.allclose(ours, theirs.numpy(), rtol=1e-12, atol=1e-13)
    assert np.abs(d_x.sum(axis=0)).max() < 1e-13
    assert np.abs((d_x * x_hat).sum(axis=0)).max() < 1e-4  # not 0: ε
    assert np.allclose(finite_differences(x, d_y, scale, shift), d_x, atol=1e-8)


@pytest.mark.parametrize(("gap", "value"), [(0.1, 0.9980060), (1.0, 0.9999800)])
def test_a_batch_of_two_is_plus_or_minus_one(gap, value):
    y = batch_norm(np.array([[3.0], [3.0 + gap]]), np.ones(1), np.zeros(1))[0]
    assert y.ravel() == pytest.approx([-value, value], abs=1e-7)
    assert value == pytest.approx(gap / 2 / math.sqrt(gap**2 / 4 + 1e-5), abs=1e-7)


def test_a_batch_of_one_is_zero_and_has_no_gradient_where_torch_refuses():
    y, x_hat, std = batch_norm(np.array([[7.0]]), np.ones(1), np.zeros(1))
    assert y.item() == 0
    assert batch_norm_backward(np.ones((1, 1)), x_hat, std, np.ones(1))[0].item() == 0
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        torch.nn.BatchNorm1d(1)(torch.tensor([[7.0]]))
    with pytest.raises(ValueError, match="two values"):
        inference_shrinkage(1)


def test_running_mean_needs_44_batches_for_99_per_cent():
    mean, means = np.zeros(1), []
    for _ in range(44):
        mean, _ = update_running(mean, np.ones(1), np.full((2, 1), 10.0))
        means.append(mean.item())
    assert means[21] == pytest.approx(9.0152291, abs=1e-7)
    assert means[42] < 9.9 < means[43]


def test_inference_on_the_same_batch_is_smaller_than_training():
    x = np.random.default_rng(1).normal(size=(4, 3))
    mean, variance = np.zeros(3), np.ones(3)
    for _ in range(400):
        mean, variance = update_running(mean, variance, x)
    one = np.ones(3)
    ratio = batch_norm_inference(x, one, 0 * one, mean, variance, 0) / batch_norm(x, one, 0 * one, 0)[0]
    assert np.allclose(ratio, inference_shrinkage(4), atol=1e-12)


def test_twice_the_weights_same_output_half_the_gradient_and_orthogonal_to_the_weights():
    rng = np.random.default_rng(2)
    h, w, d_y, one = rng.normal(size=(64, 6)), rng.normal(size=(6, 4)), rng.normal(size=(64, 4)), np.ones(4)

    def gradient(weights):
        y, x_hat, std = batch_norm(h @ weights, one, 0 * one, 1e-14)
        return y, h.T @ batch_norm_backward(d_y, x_hat, std, one)[0]

    (y, g), (y2, g2) = gradient(w), gradient(2 * w)
    assert np.allclose(y, y2, atol=1e-12)
    assert np.allclose(g, 2 * g2, atol=1e-11)
    assert np.abs((g * w).sum(axis=0)).max() < 1e-11


def test_inference_folds_into_the_convolution_before_it():
    rng = np.random.default_rng(3)
    x, kernel, bias = rng.normal(size=(2, 3, 6, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    scale, shift, mean, variance = rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), rng.uniform(0.5, 2, 4)
    maps = conv2d(x, kernel, bias)
    rows = np.moveaxis(maps, 1, -1)
    two_steps = np.moveaxis(batch_norm_inference(rows, scale, shift, mean, variance), -1, 1)
    assert np.allclose(two_steps, conv2d(x, *fold_batch_norm(kernel, bias, scale, shift, mean, variance)), atol=1e-12)


def test_a_layer_of_64_channels_has_128_parameters_and_129_buffers():
    layer = torch.nn.BatchNorm2d(64)
    assert sum(p.numel() for p in layer.parameters()) == 128
    assert sum(b.numel() for b in layer.buffers()) == 129
