"""Convolution, pooling, folding and the small network against torch; the numbers every interviewer asks for."""

import doctest
import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import conv, conv_net, effective_field, equivariance, shapes
from app.core.conv import (
    avg_pool,
    avg_pool_backward,
    conv2d,
    conv2d_backward,
    fold_batch_norm,
    max_pool,
    max_pool_backward,
)
from app.core.layer_table import output_size, receptive_field


@pytest.mark.parametrize("module", [conv, conv_net, effective_field, equivariance, shapes])
def test_doctests(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


GRID = [(k, s, p, d) for k, s, p, d in itertools.product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2), (1, 2)) if d * (k - 1) < 9]


@pytest.mark.parametrize(("k", "s", "p", "d"), GRID)
def test_convolution_forward_and_backward_against_torch(k, s, p, d):
    rng = np.random.default_rng(0)
    x, kernel, bias = rng.standard_normal((2, 3, 9, 10)), rng.standard_normal((4, 3, k, k)), rng.standard_normal(4)
    tx, tk, tb = (torch.tensor(a, requires_grad=True) for a in (x, kernel, bias))
    ty = F.conv2d(tx, tk, tb, stride=s, padding=p, dilation=d)
    y = conv2d(x, kernel, bias, s, p, d)
    assert y.shape == (2, 4, output_size(9, k, s, p, d), output_size(10, k, s, p, d))
    np.testing.assert_allclose(y, ty.detach().numpy(), atol=1e-12)
    d_y = rng.standard_normal(y.shape)
    ty.backward(torch.tensor(d_y))
    for ours, theirs in zip(conv2d_backward(d_y, x, kernel, s, p, d), (tx, tk, tb), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-11)


def test_circular_border_against_torch():
    rng = np.random.default_rng(1)
    x, kernel = rng.standard_normal((2, 3, 8, 8)), rng.standard_normal((4, 3, 3, 3))
    expected = F.conv2d(F.pad(torch.tensor(x), (1, 1, 1, 1), mode="circular"), torch.tensor(kernel))
    np.testing.assert_allclose(conv2d(x, kernel, padding=1, circular=True), expected.numpy(), atol=1e-12)


@pytest.mark.parametrize(("k", "s"), [(2, 2), (3, 2), (3, 1), (2, 3)])
def test_pooling_against_torch(k, s):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((2, 3, 9, 8))
    tx = torch.tensor(x, requires_grad=True)
    y, place = max_pool(x, k, s)
    ty = F.max_pool2d(tx, k, s)
    np.testing.assert_array_equal(y, ty.detach().numpy())
    d_y = rng.standard_normal(y.shape)
    ty.backward(torch.tensor(d_y))
    np.testing.assert_allclose(max_pool_backward(d_y, place, x.shape, k, s), tx.grad.numpy(), atol=1e-12)
    tx.grad = None
    ty = F.avg_pool2d(tx, k, s)
    np.testing.assert_allclose(avg_pool(x, k, s), ty.detach().numpy(), atol=1e-12)
    ty.backward(torch.tensor(d_y))
    np.testing.assert_allclose(avg_pool_backward(d_y, x.shape, k, s), tx.grad.numpy(), atol=1e-12)


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="window"):
        conv2d(np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 3, 3)), dilation=2)


SIZES = [(32, 5, 1, 0, 1, 28), (227, 11, 4, 0, 1, 55), (224, 11, 4, 2, 1, 55), (224, 7, 2, 3, 1, 112),
         (28, 3, 1, 2, 1, 30), (112, 5, 2, 2, 1, 56), (30, 3, 1, 0, 2, 26), (7, 2, 2, 0, 1, 3)]  # fmt: skip


@pytest.mark.parametrize(("n", "k", "s", "p", "d", "out"), SIZES)
def test_sizes_everybody_asks_for(n, k, s, p, d, out):
    assert output_size(n, k, s, p, d) == out
    assert F.conv2d(torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k), None, s, p, d).shape[-1] == out


def test_224_without_padding_does_not_divide():
    assert (224 - 11) / 4 + 1 == 54.25


def test_it_is_cross_correlation():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 1
    kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    assert conv2d(x, kernel, padding=1)[0, 0, 1:4, 1:4].ravel().tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_one_by_one_and_full_size_kernels_are_linear_layers():
    rng = np.random.default_rng(3)
    x, weights = rng.standard_normal((2, 8, 7, 7)), rng.standard_normal((4, 8))
    by_pixel = np.einsum("oc,nchw->nohw", weights, x)
    np.testing.assert_allclose(conv2d(x, weights[:, :, None, None]), by_pixel, atol=1e-12)
    dense = rng.standard_normal((10, 8 * 49))
    as_conv = conv2d(x, dense.reshape(10, 8, 7, 7))[:, :, 0, 0]
    np.testing.assert_allclose(as_conv, x.reshape(2, -1) @ dense.T, atol=1e-11)


def test_batch_norm_folds_into_the_convolution():
    rng = np.random.default_rng(4)
    layer, norm = torch.nn.Conv2d(3, 8, 3).double(), torch.nn.BatchNorm2d(8).double().eval()
    for values, target in (((8,), norm.running_mean), ((8,), norm.weight.data), ((8,), norm.bias.data)):
        target.copy_(torch.tensor(rng.standard_normal(values)))
    norm.running_var.copy_(torch.tensor(rng.uniform(0.5, 2, 8)))
    x = rng.standard_normal((2, 3, 10, 10))
    state = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
    kernel, bias = fold_batch_norm(*(p.detach().numpy() for p in (layer.weight, layer.bias, *state)))
    expected = norm(layer(torch.tensor(x))).detach().numpy()
    np.testing.assert_allclose(conv2d(x, kernel, bias), expected, atol=1e-12)


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize(("pool", "head"), [("max", "gap"), ("avg", "fc"), ("stride", "gap"), ("none", "fc")])
@pytest.mark.parametrize("training", [True, False])
def test_network_against_autograd(batch_norm, pool, head, training):
    from app.core.activations import tanh

    rng = np.random.default_rng(5)
    net = conv_net.conv_net([2, 3, 4], 5, 8, tanh, rng, pool, head, batch_norm)
    x, y = rng.standard_normal((6, 2, 8, 8)), np.arange(6) % 5
    conv_net.forward(net, x, training=True)  # moves the running statistics away from their start
    stats = [(torch.tensor(m), torch.tensor(v)) for m, v in zip(net.means, net.variances, strict=True)]
    twins = [torch.tensor(p.copy(), requires_grad=True) for p in net.parameters]
    kernels, shifts, scales = twins[:2], twins[2:4], twins[4:-2]
    h = torch.tensor(x)
    for i in range(2):
        h = F.conv2d(h, kernels[i], stride=2 if pool == "stride" else 1, padding=1)
        if batch_norm:
            h = F.batch_norm(h, *stats[i], scales[i], shifts[i], training=training)
        else:
            h = h + shifts[i][:, None, None]
        h = torch.tanh(h)
        h = F.max_pool2d(h, 2) if pool == "max" else F.avg_pool2d(h, 2) if pool == "avg" else h
    features = h.mean((2, 3)) if head == "gap" else h.flatten(1)
    loss = F.cross_entropy(features @ twins[-2] + twins[-1], torch.tensor(y))
    loss.backward()
    tape = conv_net.forward(net, x, training)
    value, d_logits = conv_net.softmax_cross_entropy(tape.logits, y)
    assert value == pytest.approx(loss.item(), abs=1e-12)
    for ours, theirs in zip(conv_net.backward(net, tape, d_logits), twins, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-7, atol=1e-12)


def test_running_statistics_after_one_batch():
    rng = np.random.default_rng(6)
    net = conv_net.conv_net([1, 1], 2, 8, lambda z: (z, np.ones_like(z)), rng, pool="none")
    net.kernels[0][:] = 0
    net.kernels[0][0, 0, 1, 1] = 1  # the convolution hands the picture on
    x = 5 + 3 * rng.standard_normal((64, 1, 10, 10))
    conv_net.forward(net, x, training=True)
    assert net.means[0][0] == pytest.approx(0.1 * x.mean())
    assert net.variances[0][0] == pytest.approx(0.9 + 0.1 * x.var(ddof=1))
    assert net.variances[0][0] == pytest.approx(1.8, abs=0.05)


def test_convolution_commutes_with_a_shift_and_pooling_only_with_an_even_one():
    rng = np.random.default_rng(7)
    x, kernel = rng.standard_normal((1, 1, 32, 32)), rng.standard_normal((1, 1, 3, 3))

    def circular(x):
        return conv2d(x, kernel, padding=1, circular=True)

    def pooled(x):
        return max_pool(np.maximum(circular(x), 0))[0]

    error = equivariance.shift_error
    assert error(circular, x, 1) < 1e-12
    assert error(lambda x: conv2d(x, kernel, padding=1), x, 1) > 0.1
    assert error(pooled, x, 1, stride=2) > 0.2
    assert error(pooled, x, 2, stride=2) < 1e-12
    blurred = error(lambda x: equivariance.blur_pool(np.maximum(circular(x), 0)), x, 1, stride=2)
    assert 1e-3 < blurred < error(pooled, x, 1, stride=2)
    assert error(lambda x: np.maximum(circular(x), 0).mean(axis=(2, 3), keepdims=True), x, 5) < 1e-12


def test_a_map_that_is_zero_has_no_error_unless_the_shift_wakes_it():
    x = np.random.default_rng(0).standard_normal((1, 1, 8, 8))
    assert equivariance.shift_error(np.zeros_like, x, 3) == 0
    assert equivariance.shift_error(lambda moved: np.where(moved == x, 0, moved), x, 3) == np.inf


@pytest.mark.parametrize(("depth", "std"), [(5, 1.826), (10, 2.582), (20, 3.651), (40, 5.164)])
def test_effective_field_grows_as_the_root_of_depth(depth, std):
    *_, field = effective_field.effective_fields([np.full((1, 1, 3, 3), 1 / 9)] * depth)
    assert field.shape[-1] == receptive_field([(3, 1, 1)] * depth).size == 2 * depth + 1
    assert effective_field.spread(field[0]) == pytest.approx(std, abs=5e-4)
    assert effective_field.spread(field[0]) == pytest.approx(effective_field.uniform_spread(depth, 3), rel=1e-9)


def test_effective_field_against_autograd():
    rng = np.random.default_rng(8)
    kernels = [rng.standard_normal((out, given, 3, 3)) for given, out in ((1, 3), (3, 3), (3, 2), (2, 4))]
    x = torch.zeros(1, 1, 9, 9, dtype=torch.double, requires_grad=True)
    h = x
    for kernel in kernels:
        h = F.conv2d(h, torch.tensor(kernel))
    h[0, 0].sum().backward()
    *_, field = effective_field.effective_fields(kernels)
    np.testing.assert_allclose(field, x.grad[0].numpy(), atol=1e-12)


def test_squared_field_of_random_layers_spreads_alike():
    rng = np.random.default_rng(9)
    squares = np.zeros((21, 21))
    for _ in range(20):
        kernels = [rng.standard_normal((6, 1 if layer == 0 else 6, 3, 3)) for layer in range(10)]
        *_, field = effective_field.effective_fields(kernels, rng)
        squares += (field[0] / 27**5) ** 2
    assert effective_field.spread(squares) == pytest.approx(effective_field.uniform_spread(10, 3), rel=0.15)


def test_shapes_are_where_they_are_asked_to_be():
    x, y = shapes.labelled_shapes(400, np.random.default_rng(0), 16, (4.0, 6.0), noise=0)
    assert np.bincount(y).tolist() == [100] * 4
    assert x.min() >= 0
    assert x.max() <= 1
    centre = (x[:, 0].sum(axis=1) @ np.arange(16)) / x[:, 0].sum(axis=(1, 2))
    assert centre.min() > 3.9
    assert centre.max() < 6.1
    with pytest.raises(ValueError, match="circle"):
        shapes.draw_shape("star", np.zeros(1), np.zeros(1), np.ones(1), 8)
