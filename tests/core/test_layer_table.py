"""The layer table against torch: sizes, parameters and multiply-adds counted there, receptive fields by autograd."""

import doctest

import numpy as np
import pytest

from app.core import layer_table
from app.core.anchors import VGG16_RPN, ZF_RPN
from app.core.layer_table import (
    Block,
    Field,
    act,
    conv,
    fc,
    global_pool,
    grow,
    norm,
    output_size,
    pool,
    receptive_field,
    trace,
)  # fmt: skip
from tests.core.torch_nets import counted, gradient_support


def test_doctests():
    failed, tried = doctest.testmod(layer_table)
    assert tried > 0
    assert failed == 0


RESIDUAL = Block("r", "add", ((conv("a", 8, 3, 2, 1, bias=False), norm("an")), (conv("s", 8, 1, 2),)))
INCEPTION = Block(
    "i", "concat",
    ((conv("1", 4, 1),), (conv("2a", 3, 1), conv("2b", 6, 3, padding=1)), (conv("3", 4, 5, padding=2),),
     (pool("4a", 3, 1, 1), conv("4b", 2, 1)),
     (conv("5a", 2, (1, 7), padding=(0, 3)), conv("5b", 2, (7, 1), 1, (3, 0)))),
)  # fmt: skip
MIXED = (conv("stem", 6, 7, 2, 3), pool("p", 3, 2, ceil=True), INCEPTION, act("relu"), RESIDUAL, Block("n", "add", (
    (), (conv("d", 8, 3, 1, 2, 2, groups=4),))), pool("avg", 2, 2, kind="avg-pool"))  # fmt: skip


@pytest.mark.parametrize("size", [31, 40, 61])
@pytest.mark.parametrize("head", [(), (fc("fc", 10),), (global_pool(), fc("fc", 10, bias=False))])
def test_shape_parameters_and_macs_are_torchs(size, head):
    rows = trace((*MIXED, *head), (3, size, size + 9))
    parameters, macs, shape = counted((*MIXED, *head), (3, size, size + 9))
    assert sum(row.parameters for row in rows) == parameters
    assert sum(row.macs for row in rows) == macs
    assert rows[-1].shape == shape


def test_output_size_is_torchs():
    import torch

    rng = np.random.default_rng(0)
    for _ in range(300):
        n, k, s, d = (int(v) for v in (rng.integers(1, 40), rng.integers(1, 8), rng.integers(1, 5), rng.integers(1, 4)))
        p, ceil = int(rng.integers(0, k // 2 + 1)), bool(rng.integers(2))
        if n + 2 * p < d * (k - 1) + 1:
            with pytest.raises(ValueError, match="does not fit"):
                output_size(n, k, s, p, d, ceil)
            continue
        x = torch.empty(1, 1, n, device="meta")
        assert output_size(n, k, s, p, d, ceil) == torch.nn.functional.max_pool1d(x, k, s, p, d, ceil).shape[-1]


def test_sizes_that_interviewers_ask():
    assert [output_size(32, 5), output_size(227, 11, 4), output_size(224, 11, 4, 2), output_size(224, 7, 2, 3)] == [
        28, 55, 55, 112]  # fmt: skip
    assert (224 - 11) / 4 + 1 == 54.25  # the 224 of the AlexNet paper does not divide


def measured_field(layers, unit=20, length=700):
    """First and last input pixel that one output unit depends on, by the gradient of a one-dimensional stack."""
    import torch

    x = torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, padding in layers:
        weight = torch.full((1, 1, kernel), 1 / kernel, dtype=torch.float64)
        y = torch.nn.functional.conv1d(y, weight, stride=stride, padding=padding)
    y[0, 0, unit].backward()
    support = np.flatnonzero(x.grad[0, 0].numpy())
    return int(support[0]), int(support[-1])


@pytest.mark.parametrize(
    ("layers", "size"), [(VGG16_RPN, 228), (VGG16_RPN[:-1], 196), (ZF_RPN, 171), (ZF_RPN[:-1], 139)]
)
def test_receptive_field_is_what_autograd_sees(layers, size):
    got, jump, centre = receptive_field(layers)
    first, last = measured_field(layers)
    assert got == size == last - first + 1
    assert jump == 16
    assert centre + 20 * jump == (first + last + 1) / 2  # edge coordinates: half a pixel after the index


@pytest.mark.parametrize("net", [MIXED[:1], MIXED[:3], MIXED[:5], MIXED, INCEPTION.paths[4][:1]])
def test_fields_of_blocks_are_what_autograd_sees(net):
    unit, row = 6, trace(net, (1, 251, 251))[-1]
    for field, (first, last) in zip((row.y, row.x), gradient_support(net, 251, unit), strict=True):
        assert field.size == last - first + 1
        assert field.centre + unit * field.jump == (first + last + 1) / 2


def test_field_of_dilated_and_of_whole_map_layers():
    assert receptive_field([(3, 1, 1)] * 4) == Field(9, 1, 0.5)
    assert grow(grow(Field(1, 1, 0.5), 3, dilation=2), 3, dilation=4) == Field(13, 1, 6.5)
    whole = trace([conv("a", 2, 3, 2), global_pool(), fc("b", 5)], (1, 9, 15))
    assert (whole[-1].y.size, whole[-1].x.size) == (9, 15)
    assert whole[-2].layer.kernel == (4, 7)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="c: 3 or 8 channels"):
        trace([conv("c", 8, 1, groups=2)], (3, 8, 8))
    with pytest.raises(ValueError, match="b: paths of sizes"):
        trace([Block("b", "add", ((), (conv("c", 3, 3),)))], (3, 8, 8))
    with pytest.raises(ValueError, match="does not fit"):
        trace([conv("c", 3, 9)], (3, 8, 8))
