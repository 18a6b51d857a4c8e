"""A stack of 3×3 convolutions with 2×2 poolings between its stages: its exact multiply–adds, and its forward pass.

Stages are tuples of output channels: VGG-16 is ((64, 64), (128, 128), …). Every convolution has stride 1, padding 1
and a ReLU; a 2×2 max pooling with stride 2 stands between two stages. The layers themselves are in layer_table.py (as
numbers) and conv.py (as arrays).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array
from app.core.architectures.vgg import VGG_STACKS, VGG_WIDTHS
from app.core.conv import conv2d, max_pool
from app.core.layer_table import Layer, conv, pool, trace

Floats = NDArray[np.float64]
Stages = Sequence[Sequence[int]]

VGG16: Stages = tuple((width,) * count for width, count in zip(VGG_WIDTHS, VGG_STACKS[16], strict=True))


def stack_layers(stages: Stages, ceil: bool = False) -> list[Layer]:
    """The stack as a table of layers, without a pooling after its last stage.

    ceil: poolings that round up (Caffe) instead of down (PyTorch's default).

    Examples
    --------
    >>> [layer.name for layer in stack_layers(((8,), (16, 16)))]
    ['conv1_1', 'pool1', 'conv2_1', 'conv2_2']
    """
    net: list[Layer] = []
    for stage, outputs in enumerate(stages, start=1):
        net += [conv(f"conv{stage}_{i}", out, 3, padding=1) for i, out in enumerate(outputs, start=1)]
        net.append(pool(f"pool{stage}", 2, 2, ceil=ceil))
    return net[:-1]


def map_size(stages: Stages, height: int, width: int, ceil: bool = False) -> tuple[int, int]:
    """Rows and columns of the last map of a stack.

    Examples
    --------
    >>> vgg16 = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
    >>> map_size(vgg16, 600, 1000), map_size(vgg16, 600, 1000, ceil=True)
    ((37, 62), (38, 63))
    """
    shape = trace(stack_layers(stages, ceil), (3, height, width))[-1].shape
    return shape.height, shape.width


def stack_macs(stages: Stages, height: int, width: int, ceil: bool = False) -> int:
    """Multiply–adds of one forward pass over a colour picture of height × width px.

    Notes
    -----
    A 3×3 convolution costs 9 · c_in · c_out multiply–adds at each of its output cells, padding counted like any cell;
    poolings and ReLUs have none.

    Examples
    --------
    >>> stack_macs(((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3), 224, 224)
    15346630656
    """
    return sum(row.macs for row in trace(stack_layers(stages, ceil), (3, height, width)))


def he_stack(stages: Stages, rng: np.random.Generator, channels: int = 3) -> list[list[Floats]]:
    """Random weights for a stack, each of shape (c_out, c_in, 3, 3), with the variance 2/(9 c_in) that suits ReLU.

    Examples
    --------
    >>> [w.shape for stage in he_stack(((8,), (16,)), np.random.default_rng(0)) for w in stage]
    [(8, 3, 3, 3), (16, 8, 3, 3)]
    """
    weights: list[list[Floats]] = []
    for outputs in stages:
        weights.append([])
        for out in outputs:
            weights[-1].append(rng.standard_normal((out, channels, 3, 3)) * np.sqrt(2 / (9 * channels)))
            channels = out
    return weights


def stack_features(image: Floats, weights: Sequence[Sequence[Floats]], pools: int) -> Floats:
    """The last map of a stack, shape (c, h / 2^pools, w / 2^pools).

    Parameters
    ----------
    image : ndarray, shape (channels, h, w)
    weights : as `he_stack` makes them
    pools : int
        How many poolings: one after each of the first `pools` stages.

    Examples
    --------
    >>> net = he_stack(((8,), (16,)), np.random.default_rng(0))
    >>> stack_features(np.ones((3, 32, 48)), net, pools=2).shape
    (16, 8, 12)
    """
    x: Array = image[None]
    for at, stage in enumerate(weights):
        for weight in stage:
            x = np.maximum(conv2d(x, weight, padding=1), 0.0)
        if at < pools:
            x = max_pool(x)[0]
    return np.asarray(x[0], dtype=np.float64)
