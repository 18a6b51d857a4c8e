"""A stack of 3×3 convolutions with 2×2 poolings between its stages: its forward pass, and its exact multiply–adds.

Stages are tuples of output channels: VGG-16 is ((64, 64), (128, 128), …). Every convolution has stride 1, padding 1
and a ReLU; a 2×2 max pooling with stride 2 stands between two stages (`pools` says how many there are). Maps have
shape (channels, height, width), float64.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.anchors import cells

Floats = NDArray[np.float64]
Stages = Sequence[Sequence[int]]

VGG16: Stages = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))


def stage_sizes(height: int, width: int, stages: int, ceil: bool = False) -> list[tuple[int, int]]:
    """Rows and columns of the map in each stage, one pooling between two of them.

    ceil: poolings that round up (Caffe) instead of down (PyTorch's default).

    Examples
    --------
    >>> stage_sizes(600, 1000, 5), stage_sizes(600, 1000, 5, ceil=True)[-1]
    ([(600, 1000), (300, 500), (150, 250), (75, 125), (37, 62)], (38, 63))
    """
    sizes = [(height, width)]
    for _ in range(stages - 1):
        rows, cols = sizes[-1]
        sizes.append((cells(rows, 2, ceil), cells(cols, 2, ceil)))
    return sizes


def stack_macs(stages: Stages, height: int, width: int, ceil: bool = False, channels: int = 3) -> int:
    """Multiply–adds of one forward pass through the convolutions of a stack; poolings and ReLUs have none.

    Parameters
    ----------
    stages : sequence of sequences of int
        Output channels of the convolutions, stage by stage.
    height, width : int
        Of the picture, px.
    ceil : bool
        As in `stage_sizes`.
    channels : int
        Of the picture.

    Notes
    -----
    A 3×3 convolution costs 9 · c_in · c_out multiply–adds at each of its output cells, padding counted like any cell.

    Source of the check: torchvision publishes 15.47 G for VGG-16 at 224 × 224, its three dense layers included.

    Examples
    --------
    >>> vgg16 = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
    >>> stack_macs(vgg16, 224, 224)
    15346630656
    """
    total = 0
    for outputs, (rows, cols) in zip(stages, stage_sizes(height, width, len(stages), ceil), strict=True):
        for out in outputs:
            total += 9 * channels * out * rows * cols
            channels = out
    return total


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


def conv3x3(x: Floats, weight: Floats) -> Floats:
    """A 3×3 convolution with stride 1 and padding 1: nine shifted copies of the map, one matrix product each.

    Parameters
    ----------
    x : ndarray, shape (c_in, h, w)
    weight : ndarray, shape (c_out, c_in, 3, 3)

    Returns
    -------
    ndarray, shape (c_out, h, w)

    Notes
    -----
    y[o, i, j] = Σ_{c, a, b} weight[o, c, a, b] · x[c, i + a − 1, j + b − 1], x being 0 outside.

    Examples
    --------
    A 1 in the middle of the kernel copies the map:

    >>> kernel = np.zeros((1, 1, 3, 3)); kernel[0, 0, 1, 1] = 1
    >>> conv3x3(np.arange(4.0).reshape(1, 2, 2), kernel).tolist()
    [[[0.0, 1.0], [2.0, 3.0]]]
    """
    _, h, w = x.shape
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    out = np.zeros((len(weight), h * w))
    for a in range(3):
        for b in range(3):
            out += weight[:, :, a, b] @ padded[:, a : a + h, b : b + w].reshape(len(x), -1)
    return out.reshape(len(weight), h, w)


def max_pool2x2(x: Floats, ceil: bool = False) -> Floats:
    """2×2 max pooling with stride 2, shape (c, h, w) → (c, h/2, w/2); an odd last row is dropped, or kept when `ceil`.

    Examples
    --------
    >>> x = np.arange(6.0).reshape(1, 2, 3)
    >>> max_pool2x2(x).tolist(), max_pool2x2(x, ceil=True).tolist()
    ([[[4.0]]], [[[4.0, 5.0]]])
    """
    c, h, w = x.shape
    rows, cols = cells(h, 2, ceil), cells(w, 2, ceil)
    room = ((0, 0), (0, max(2 * rows - h, 0)), (0, max(2 * cols - w, 0)))
    x = np.pad(x, room, constant_values=-np.inf)[:, : 2 * rows, : 2 * cols]
    pooled: Floats = x.reshape(c, rows, 2, cols, 2).max(axis=(2, 4))
    return pooled


def stack_features(image: Floats, weights: Sequence[Sequence[Floats]], pools: int, ceil: bool = False) -> Floats:
    """The last map of a stack, shape (c, ~h/2^pools, ~w/2^pools).

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
    x = image
    for at, stage in enumerate(weights):
        for weight in stage:
            x = np.maximum(conv3x3(x, weight), 0.0)
        if at < pools:
            x = max_pool2x2(x, ceil)
    return x
