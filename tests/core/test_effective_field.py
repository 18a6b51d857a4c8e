"""The effective field with strides and with real ReLUs against torch, and the closed forms of its spread."""

import doctest

import numpy as np
import pytest

from app.core import effective_field as module
from app.core.effective_field import effective_fields, layers_to_span, spread, stack_spread, uniform_spread


def test_doctests():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("depth", "sigma"), [(5, 1.825741858), (10, 2.581988897), (20, 3.651483717), (40, 5.163977795)]
)
def test_sigma_of_equal_weights_is_the_closed_form(depth, sigma):
    *_, field = effective_fields([np.full((1, 1, 3, 3), 1 / 9)] * depth)
    assert spread(field[0]) == pytest.approx(sigma, abs=1e-8)
    assert uniform_spread(depth, 3) == pytest.approx(sigma, abs=1e-8)


@pytest.mark.parametrize(
    "windows", [[(3, 2), (3, 2), (3, 1), (5, 1)], [(7, 2), (3, 1), (3, 2), (3, 1)], [(2, 2), (3, 3)]]
)
def test_strided_field_is_that_of_autograd_and_spreads_as_the_closed_form(windows):
    import torch
    import torch.nn.functional as F

    side = 1
    for k, stride in reversed(windows):
        side = (side - 1) * stride + k
    x = torch.zeros(1, 1, side, side, dtype=torch.double, requires_grad=True)
    y = x
    for k, stride in windows:
        y = F.conv2d(y, torch.full((1, 1, k, k), 1 / k**2, dtype=torch.double), stride=stride)
    assert y.shape == (1, 1, 1, 1)
    y.sum().backward()
    kernels, strides = [np.full((1, 1, k, k), 1 / k**2) for k, _ in windows], [s for _, s in windows]
    *_, field = effective_fields(kernels, strides=strides)
    np.testing.assert_allclose(field[0], x.grad[0, 0].numpy(), atol=1e-15)
    assert spread(field[0]) == pytest.approx(stack_spread(windows), rel=1e-12)


def test_real_relus_at_he_initialisation_spread_like_the_closed_form():
    """Gates as a forward pass sets them, not coin flips: σ of the mean squared gradient within three errors."""
    import torch
    import torch.nn.functional as F

    depth, given = 10, torch.Generator().manual_seed(0)
    squares = []
    for _ in range(48):
        x = torch.randn(1, 1, 2 * depth + 1, 2 * depth + 1, generator=given, requires_grad=True)
        y, channels = x, 1
        for layer in range(depth):
            y = F.conv2d(y, torch.randn(8, channels, 3, 3, generator=given) * (2 / (9 * channels)) ** 0.5)
            y, channels = (F.relu(y) if layer < depth - 1 else y), 8
        y[0, 0, 0, 0].backward()
        square = (x.grad[0, 0] ** 2).numpy()
        squares.append(square / square.sum())
    each = np.array([spread(square) for square in squares])
    error = each.std(ddof=1) / np.sqrt(len(each))
    assert abs(spread(np.mean(squares, axis=0)) - uniform_spread(depth, 3)) < 3 * error
    assert error < 0.1


@pytest.mark.parametrize("k", [3, 5, 7])
@pytest.mark.parametrize("reach", [4, 17, 56])
def test_layers_to_span_are_the_fewest(k, reach):
    layers = layers_to_span(reach, k)
    assert 2 * uniform_spread(layers, k) >= reach - 1e-9
    assert 2 * uniform_spread(layers - 1, k) < reach
