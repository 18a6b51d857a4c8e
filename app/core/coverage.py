"""Which objects a grid of anchors can reach: the highest IoU by place and by size of the object.

Boxes are xyxy edges in px, anchors are given around (0, 0) as in anchors.py.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.anchors import anchor_grid
from app.core.boxes import iou

Floats = NDArray[np.float64]


def worst_iou(size: ArrayLike, anchor: ArrayLike, stride: float) -> Floats:
    """IoU with the nearest anchor when the object lies as badly as it can, on a grid without borders.

    Parameters
    ----------
    size, anchor : array_like, shapes (..., 2), px
        Width and height of the object and of the anchor (they broadcast).
    stride : float
        Distance of neighbouring anchor centres, px.

    Returns
    -------
    ndarray, shape (...), float64

    Notes
    -----
    The nearest centre is at most s/2 away along x and along y, and the intersection never grows with either distance,
    so the worst place is the corner (s/2, s/2). Two intervals of lengths w and v whose centres are d apart share
    max(0, min(w, v, (w + v)/2 − d)). For a square object and an anchor of the same side a ≥ s/2:

        IoU = (a − s/2)² / (2a² − (a − s/2)²).

    Examples
    --------
    >>> worst_iou([32, 32], [32, 32], stride=16).round(4), worst_iou([128, 128], [128, 128], stride=16).round(4)
    (np.float64(0.3913), np.float64(0.784))
    """
    o, a = np.asarray(size, dtype=np.float64), np.asarray(anchor, dtype=np.float64)
    shared = np.maximum(np.minimum(np.minimum(o, a), (o + a - stride) / 2), 0.0)
    intersection = shared.prod(axis=-1)
    return np.asarray(intersection / (o.prod(axis=-1) + a.prod(axis=-1) - intersection))


def best_iou_map(
    xs: ArrayLike, ys: ArrayLike, size: tuple[float, float], base: ArrayLike, rows: int, cols: int, stride: float,
    offset: float = 0.0, frame: tuple[float, float] | None = None,
) -> Floats:  # fmt: skip
    """Highest IoU over all anchors of a grid, for an object centred at every (x, y) of `ys` × `xs`.

    Parameters
    ----------
    xs, ys : array_like, shapes (n,) and (m,), px
        Centres of the object.
    size : (float, float)
        Its width and height, px.
    base, rows, cols, stride, offset
        The grid, as in `anchor_grid`.
    frame : (float, float), optional
        Height and width of the image, px: only anchors wholly inside count.

    Returns
    -------
    ndarray, shape (m, n), float64

    Notes
    -----
    For one anchor shape the areas are constant, so IoU grows with the intersection; and the intersection is a length
    along x times a length along y. The best column and the best row can be found apart: O((n + m)·grid side), where
    comparing every object with every anchor would cost n·m·rows·cols.

    Examples
    --------
    >>> best_iou_map([400, 408], [304], (32, 32), [[-16, -16, 16, 16]], 38, 50, stride=16, offset=0.5).round(4)
    array([[0.3913, 0.6   ]])
    """
    w, h = size
    height, width = frame or (None, None)
    shifts_x, shifts_y = (np.arange(cols) + offset) * stride, (np.arange(rows) + offset) * stride
    best = np.zeros((np.size(ys), np.size(xs)))
    for x1, y1, x2, y2 in np.asarray(base, dtype=np.float64):
        along_x = longest_overlap(xs, w, shifts_x + x1, shifts_x + x2, width)
        along_y = longest_overlap(ys, h, shifts_y + y1, shifts_y + y2, height)
        intersection = np.outer(along_y, along_x)
        best = np.maximum(best, intersection / (w * h + (x2 - x1) * (y2 - y1) - intersection))
    return best


def longest_overlap(centres: ArrayLike, length: float, starts: Floats, ends: Floats, limit: float | None) -> Floats:
    """Longest stretch that an interval of `length` around each centre shares with one of [starts, ends]; shape (n,).

    limit: only intervals inside [0, limit] count; None: all of them.

    >>> longest_overlap([10, 30], 8, np.array([0.0, 8.0]), np.array([8.0, 16.0]), limit=None)
    array([6., 0.])
    """
    c = np.asarray(centres, dtype=np.float64)[:, None]
    if limit is not None:
        keep = (starts >= 0) & (ends <= limit)
        starts, ends = starts[keep], ends[keep]
    shared = np.minimum(c + length / 2, ends) - np.maximum(c - length / 2, starts)
    longest: Floats = shared.max(axis=1, initial=0.0)
    return longest


def swept_iou(size: ArrayLike, base: ArrayLike, stride: float, steps: int = 5) -> tuple[float, float]:
    """Worst and best IoU of an object over its places in a cell, by brute force on a borderless 5 × 5 grid.

    Parameters
    ----------
    size : array_like, shape (2,), px
        Width and height of the object.
    base : array_like, shape (k, 4), px
        The anchors of a cell, around (0, 0).
    stride : float
        Distance of neighbouring cells, px.
    steps : int
        Places tried along each axis, from the centre of a cell to its corner (the rest follows by symmetry).

    Examples
    --------
    >>> worst, best = swept_iou((32, 32), [[-16, -16, 16, 16]], stride=16)
    >>> round(worst, 4), best
    (0.3913, 1.0)
    """
    x, y = (shift.ravel() for shift in np.meshgrid(*[np.linspace(0, stride / 2, steps)] * 2))
    w, h = np.asarray(size, dtype=np.float64) / 2
    objects = np.stack([x - w, y - h, x + w, y + h], axis=1)
    best = iou(objects, anchor_grid(base, 5, 5, stride, offset=-2)).max(axis=1)
    return float(best.min()), float(best.max())
