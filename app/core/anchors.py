"""Anchors of a region proposal network: their shapes, their grid, their training labels.

An anchor is a fixed reference box at a cell of the feature map. Boxes are xyxy edges in px (see boxes.py); the one
exception is `py_faster_rcnn_anchors`, which gives the published table in its own +1 convention. What a grid of
anchors can and cannot reach is in coverage.py.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Layers = Sequence[tuple[int, int, int]]

VGG16_RPN: Layers = (
    *((3, 1, 1), (3, 1, 1), (2, 2, 0)),  # conv1_1, conv1_2, pool1: (kernel, stride, padding)
    *((3, 1, 1), (3, 1, 1), (2, 2, 0)),
    *((3, 1, 1), (3, 1, 1), (3, 1, 1), (2, 2, 0)),
    *((3, 1, 1), (3, 1, 1), (3, 1, 1), (2, 2, 0)),
    *((3, 1, 1), (3, 1, 1), (3, 1, 1)),  # conv5_1 … conv5_3
    (3, 1, 1),  # the RPN's own 3 × 3
)
ZF_RPN: Layers = ((7, 2, 3), (3, 2, 1), (5, 2, 2), (3, 2, 1), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 1, 1))


def py_faster_rcnn_anchors(
    base_size: int = 16, ratios: Sequence[float] = (0.5, 1, 2), scales: Sequence[float] = (8, 16, 32)
) -> Floats:
    """The anchors of py-faster-rcnn at the first cell, as that code computes them, rounding included.

    Parameters
    ----------
    base_size : int
        Side of the reference window (0, 0, base_size − 1, base_size − 1), px.
    ratios, scales : sequences of float
        Height over width, and multiples of the window's side.

    Returns
    -------
    ndarray, shape (len(ratios) · len(scales), 4), float64
        First and last pixel index (x1, y1, x2, y2): widths are x2 − x1 + 1. Ratios vary slowest.

    Notes
    -----
    Width round(√(base²/r)) and height round(width · r) are rounded at base size, *then* multiplied by the scale, so
    "1:2" becomes 23 × 12 and, at scale 8, 184 × 96: ratio 0.522. The comment that opens the published file lists the
    MATLAB table, whose indices start at 1: every number there is one more than what the Python returns.

    Source: Girshick and Bell (2015), py-faster-rcnn, lib/rpn/generate_anchors.py.

    Examples
    --------
    >>> py_faster_rcnn_anchors(ratios=[0.5, 1], scales=[8])
    array([[-84., -40.,  99.,  55.],
           [-56., -56.,  71.,  71.]])
    """
    r = np.asarray(ratios, dtype=np.float64)
    widths = np.round(np.sqrt(base_size**2 / r))
    heights = np.round(widths * r)
    sizes = np.stack([widths, heights], axis=1)[:, None, :] * np.asarray(scales, dtype=np.float64)[:, None]
    half = (sizes.reshape(-1, 2) - 1) / 2
    centre = (base_size - 1) / 2
    return np.hstack([centre - half, centre + half])


def centred_anchors(sizes: Sequence[float], ratios: Sequence[float] = (0.5, 1, 2)) -> Floats:
    """Anchors around (0, 0) without any rounding: every one has the area size², and exactly the ratio asked for.

    Parameters
    ----------
    sizes : sequence of float
        Square root of the area, px.
    ratios : sequence of float
        Height over width.

    Returns
    -------
    ndarray, shape (len(sizes) · len(ratios), 4), float64
        xyxy edges, px. Sizes vary slowest.

    Notes
    -----
    w = √(size²/r), h = r·w. Source: Wu et al. (2019), detectron2, DefaultAnchorGenerator.

    Examples
    --------
    >>> centred_anchors([32], [0.25, 1])
    array([[-32.,  -8.,  32.,   8.],
           [-16., -16.,  16.,  16.]])
    """
    size, ratio = (grid.ravel() for grid in np.meshgrid(sizes, ratios, indexing="ij"))
    widths = size / np.sqrt(ratio)
    half = np.stack([widths, ratio * widths], axis=1) / 2
    return np.hstack([-half, half])


def cells(length: int, stride: int, ceil: bool = True) -> int:
    """Cells of a feature map along a side of `length` px: ⌈length/stride⌉ (pooling that rounds up, or padding).

    >>> cells(600, 16), cells(600, 16, ceil=False)
    (38, 37)
    """
    return -(-length // stride) if ceil else length // stride


def anchor_grid(base: ArrayLike, rows: int, cols: int, stride: float, offset: float = 0.0) -> Floats:
    """Every anchor of a feature map: `base` moved to each cell.

    Parameters
    ----------
    base : array_like, shape (k, 4), px
        The anchors of one cell.
    rows, cols : int
        Size of the feature map.
    stride : float
        Distance of neighbouring cells on the image, px.
    offset : float
        Where the first cell lies, in strides: cell (i, j) moves by ((j + offset)·stride, (i + offset)·stride). For
        anchors around 0, offset ½ puts them at the middle of their cell; detectron2's default is 0.

    Returns
    -------
    ndarray, shape (rows · cols · k, 4), float64
        Order: row, column, anchor of the cell.

    Examples
    --------
    >>> anchor_grid([[-8, -8, 8, 8]], rows=1, cols=2, stride=16, offset=0.5)
    array([[ 0.,  0., 16., 16.],
           [16.,  0., 32., 16.]])
    """
    x, y = np.meshgrid((np.arange(cols) + offset) * stride, (np.arange(rows) + offset) * stride)
    shifts = np.stack([x, y, x, y], axis=-1).reshape(-1, 1, 4)
    return (shifts + np.asarray(base, dtype=np.float64)).reshape(-1, 4)


def rpn_labels(overlaps: ArrayLike, positive: float = 0.7, negative: float = 0.3) -> NDArray[np.int8]:
    """Training label of each anchor: 1 positive, 0 negative, −1 ignored.

    Parameters
    ----------
    overlaps : array_like, shape (anchors, objects)
        IoU of the anchors that take part (in the paper: those wholly inside the image) with the objects.
    positive, negative : float
        An anchor is positive from `positive` on, negative when below `negative` for every object.

    Returns
    -------
    ndarray, shape (anchors,), int8

    Notes
    -----
    The best anchor of each object (all of them, if several tie) is positive whatever its IoU, so that no object is
    left without one; this wins over the negative label. An object that overlaps no anchor at all gets none here;
    the published code would, by the same comparison, make every anchor of IoU 0 positive.

    Source: Ren et al. (2015), Faster R-CNN, arXiv:1506.01497, section 3.1.2.

    Examples
    --------
    >>> rpn_labels([[0.8, 0.0], [0.5, 0.1], [0.1, 0.25], [0.0, 0.0]])
    array([ 1, -1,  1,  0], dtype=int8)
    """
    o = np.asarray(overlaps, dtype=np.float64)
    labels = np.full(len(o), -1, dtype=np.int8)
    highest = o.max(axis=1, initial=0.0)
    labels[highest < negative] = 0
    best = o.max(axis=0, initial=0.0)
    labels[np.any((o >= best - 1e-9) & (best > 0), axis=1)] = 1
    labels[highest >= positive] = 1
    return labels
