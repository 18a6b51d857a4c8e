"""Shift errors of random deep nets: zero exactly at the multiples of the stride, against torch and over seeds."""

import doctest

import numpy as np
import pytest

from app.core import shift_comb as module
from app.core.shift_comb import random_net, shift_comb


def drawn(seed: int):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((1, 1, 16, 16))
    return x, [rng.standard_normal((4, c, 3, 3)) * np.sqrt(2 / (9 * c)) for c in (1, 4, 4)]


def test_doctests():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("pool", ["none", "max", "blur"])
@pytest.mark.parametrize("halvings", [0, 1, 2])
def test_teeth_stand_at_every_shift_the_stride_does_not_divide(seed: int, pool: str, halvings: int):
    comb = shift_comb(*drawn(seed), pool, halvings)
    fits = np.arange(9) % 2**halvings == 0
    assert comb[fits].max() < 1e-12
    assert (comb[~fits] > 1e-3).all()


@pytest.mark.parametrize("seed", range(4))
def test_zero_padding_breaks_every_shift(seed: int):
    assert (shift_comb(*drawn(seed), halvings=0, circular=False)[1:] > 1e-2).all()


def test_blurring_makes_the_teeth_shorter():
    """The median over seeds: a net whose last ReLUs are nearly all shut divides by almost nothing."""
    for depth in (1, 3):
        teeth = {}
        for pool in ("none", "max", "blur"):
            nets = [drawn(seed) for seed in range(100, 116)]
            teeth[pool] = np.median([shift_comb(x, kernels[:depth], pool)[1::2].mean() for x, kernels in nets])
        assert teeth["blur"] < teeth["max"]
        assert teeth["blur"] < teeth["none"]


@pytest.mark.parametrize("circular", [True, False])
def test_net_against_torch(circular: bool):
    import torch
    import torch.nn.functional as F

    x, kernels = drawn(0)
    y = torch.tensor(x)
    for layer, kernel in enumerate(kernels):
        padded = F.pad(y, (1, 1, 1, 1), mode="circular" if circular else "constant")
        y = F.relu(F.conv2d(padded, torch.tensor(kernel)))
        y = F.max_pool2d(y, 2) if layer < 2 else y
    np.testing.assert_allclose(random_net(x, kernels, "max", 2, circular), y.numpy(), atol=1e-12)
