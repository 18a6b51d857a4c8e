"""The convolutional stack and the cost of detectors, against torch: its layers and its FLOP counter."""

import doctest
from fractions import Fraction

import numpy as np
import pytest

from app.core import conv_stack, detector_cost
from app.core.conv_stack import VGG16, he_stack, map_size, stack_features, stack_macs
from app.core.detector_cost import break_even, dense_macs, fast_rcnn_cost, faster_rcnn_cost, rcnn_cost, rpn_macs

HEAD = [7 * 7 * 512, 4096, 4096, 21 + 84]


@pytest.mark.parametrize("module", [conv_stack, detector_cost], ids=lambda m: m.__name__)
def test_doctests(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def as_torch(stages, pools, ceil=False):
    """The same stack as a torch module, without weights (on the meta device)."""
    import torch

    layers, channels = [], 3
    for at, outputs in enumerate(stages):
        for out in outputs:
            layers += [torch.nn.Conv2d(channels, out, 3, padding=1, bias=False, device="meta"), torch.nn.ReLU()]
            channels = out
        if at < pools:
            layers.append(torch.nn.MaxPool2d(2, ceil_mode=ceil))
    return torch.nn.Sequential(*layers)


@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize(("height", "width"), [(224, 224), (600, 1000), (600, 800), (127, 333)])
def test_multiply_adds_are_half_of_torchs_flops(height, width, ceil):
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    for stages in (VGG16, ((8,), (16,), (32,), (32,))):
        with FlopCounterMode(display=False) as counter:
            out = as_torch(stages, len(stages) - 1, ceil)(torch.empty(1, 3, height, width, device="meta"))
        assert 2 * stack_macs(stages, height, width, ceil) == counter.get_total_flops()
        assert map_size(stages, height, width, ceil) == tuple(out.shape[-2:])


def test_vgg16_has_the_published_count():
    assert stack_macs(VGG16, 224, 224) == 15_346_630_656
    assert (
        stack_macs(VGG16, 224, 224) + dense_macs([25088, 4096, 4096, 1000]) == 15_470_264_320
    )  # 15.47 G in torchvision
    assert dense_macs(HEAD[:3]) == 25088 * 4096 + 4096 * 4096


def test_features_are_torchs():
    import torch

    net = he_stack(((4, 6), (8,)), np.random.default_rng(2))
    image = np.random.default_rng(3).standard_normal((3, 20, 26))
    module = as_torch(((4, 6), (8,)), 2).to_empty(device="cpu").double()
    with torch.no_grad():
        for layer, weight in zip(
            [m for m in module if isinstance(m, torch.nn.Conv2d)], [w for s in net for w in s], strict=True
        ):
            layer.weight.copy_(torch.from_numpy(weight))
        theirs = module(torch.from_numpy(image)[None])[0].numpy()
    np.testing.assert_allclose(stack_features(image, net, 2), theirs, atol=1e-12)


def test_he_weights_have_their_variance():
    weight = he_stack(((64,), (64,)), np.random.default_rng(4))[1][0]
    spread = weight.var() * 9 * 64 / 2
    assert abs(spread - 1) < 3 * np.sqrt(2 / weight.size)


def test_cost_of_the_three_detectors():
    """Two thousand passes of VGG-16 are 30.9 T multiply–adds; fc6 and fc7 outweigh the shared convolutions."""
    one = stack_macs(VGG16, 224, 224)
    slow = rcnn_cost(VGG16, HEAD, 2000, 224)
    fast, faster = fast_rcnn_cost(VGG16, HEAD, 2000, 600, 1000), faster_rcnn_cost(VGG16, HEAD, 300, 600, 1000)
    assert slow.total == 2000 * (one + dense_macs(HEAD))
    assert slow.total / 1e12 == pytest.approx(30.9, abs=0.05)
    assert fast.head > fast.conv
    assert faster.conv == fast.conv
    assert faster.rpn == rpn_macs(37, 62, 512) == 37 * 62 * 512 * (9 * 512 + 54)
    assert faster.rpn / faster.total < 0.03
    assert faster_rcnn_cost(VGG16, HEAD, 300, 600, 1000, ceil=True).rpn == rpn_macs(38, 63, 512)


def test_break_even_is_where_the_costs_meet():
    for crop, height, width in ((224, 600, 1000), (112, 256, 256), (64, 300, 500)):
        even = Fraction(stack_macs(VGG16, height, width), stack_macs(VGG16, crop, crop))
        assert break_even(VGG16, crop, height, width) == pytest.approx(float(even), rel=1e-15)
        below, above = int(even), int(even) + 1
        for n, cheaper in ((below, False), (above, True)):
            cost = fast_rcnn_cost(VGG16, HEAD, n, height, width).total, rcnn_cost(VGG16, HEAD, n, crop).total
            assert (cost[0] < cost[1]) == (cheaper and n > even)
    assert break_even(VGG16, 112, 256, 256) == pytest.approx((256 / 112) ** 2, rel=1e-12)
