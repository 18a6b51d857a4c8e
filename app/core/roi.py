"""RoI Pool: a box of any size becomes a fixed out × out grid of features, by rounding twice and taking maxima.

A feature map has shape (H, W) or (C, H, W); one cell covers `stride` image px. A box is (x1, y1, x2, y2) in image px,
so its edges in cells are x / stride. RoI Align (roi_align.py) and Precise RoI Pool (prroi.py) do without the rounding.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def as_roi(box: ArrayLike, out: int, stride: float) -> Floats:
    """The box as float64, shape (4,), px, after checking all three.

    Raises
    ------
    ValueError
        Unless x1 < x2, y1 < y2, out ≥ 1 and stride > 0.

    Examples
    --------
    >>> as_roi([100, 84, 292, 244], 7, 16)
    array([100.,  84., 292., 244.])
    """
    roi = np.asarray(box, dtype=np.float64)
    if roi.shape != (4,) or not (roi[0] < roi[2] and roi[1] < roi[3]):
        raise ValueError(f"a box is (x1, y1, x2, y2) with x1 < x2 and y1 < y2, got {roi.tolist()}")
    if out < 1 or stride <= 0:
        raise ValueError(f"need out >= 1 and stride > 0, got {out} and {stride}")
    return roi


def nearest_cell(x: float, stride: float) -> int:
    """The first quantisation of RoI Pool: x / stride rounded to the nearest whole number, halves away from zero.

    Examples
    --------
    100 px are 6.25 cells of 16 px, and 104 px are 6.5:

    >>> nearest_cell(100, 16), nearest_cell(104, 16)
    (6, 7)
    """
    cells = x / stride
    return int(np.copysign(np.floor(abs(cells) + 0.5), cells))


def quantised_bins(low: float, high: float, out: int, stride: float, size: int) -> Ints:
    """Both quantisations of RoI Pool along one axis: the whole cells [start, end) that each bin reads.

    Parameters
    ----------
    low, high : float
        Box edges on this axis, px.
    out : int
        Number of bins.
    stride : float
        px per cell.
    size : int
        Cells of the map on this axis; bins are cut off there.

    Returns
    -------
    ndarray, shape (out, 2), intp

    Notes
    -----
    first = round(low / stride), last = round(high / stride), n = last − first + 1 cells (both ends included).
    Bin k reads cells first + ⌊k n / out⌋ up to, not including, first + ⌈(k + 1) n / out⌉: neighbours overlap when
    out does not divide n, and no cell is left out. Compiled kernels divide in float32; for a few pairs (n = 7,
    out = 13) that lifts a ⌈⌉ by one, and the last bin reads one cell more than this formula says.

    Source: Girshick (2015), Fast R-CNN, arXiv:1504.08083, and its `roi_pooling_layer.cpp`.

    Examples
    --------
    >>> quantised_bins(100, 292, 7, 16, 24).tolist()
    [[6, 8], [7, 10], [9, 12], [11, 14], [13, 16], [15, 18], [17, 19]]
    """
    first, last = nearest_cell(low, stride), nearest_cell(high, stride)
    n = max(last - first + 1, 1)
    k = np.arange(out)
    starts = first + k * n // out
    ends = first - (-(k + 1) * n // out)  # ⌈a / b⌉ = −⌊−a / b⌋, in whole numbers: no rounding error
    return np.clip(np.stack([starts, ends], axis=1), 0, size).astype(np.intp)


def roi_pool(features: ArrayLike, box: ArrayLike, out: int, stride: float) -> tuple[Floats, Ints, Ints]:
    """RoI Pool: round the box to whole cells, cut it into whole-cell bins, keep the maximum of each.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    box : array_like, shape (4,), px
    out : int
        The output is out × out.
    stride : float
        px per cell.

    Returns
    -------
    values : ndarray, shape (..., out, out), float64
        0 for a bin that lies outside the map.
    x_bins, y_bins : ndarray, shape (out, 2), intp
        Cells [start, end) read by each column and row of bins.

    Raises
    ------
    ValueError
        If the box, `out` or `stride` is refused by `as_roi`.

    Notes
    -----
    Source: Girshick (2015), Fast R-CNN, arXiv:1504.08083, section 2.1.

    Examples
    --------
    >>> ramp = np.tile(np.arange(24.0), (24, 1))
    >>> roi_pool(ramp, [100, 84, 292, 244], 7, 16)[0][0].tolist()
    [7.0, 9.0, 11.0, 13.0, 15.0, 17.0, 18.0]
    """
    f = np.asarray(features, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    x_bins = quantised_bins(x1, x2, out, stride, f.shape[-1])
    y_bins = quantised_bins(y1, y2, out, stride, f.shape[-2])
    rows = np.stack([f[..., a:b, :].max(axis=-2, initial=-np.inf) for a, b in y_bins], axis=-2)
    values = np.stack([rows[..., a:b].max(axis=-1, initial=-np.inf) for a, b in x_bins], axis=-1)
    return np.where(values == -np.inf, 0.0, values), x_bins, y_bins


def finite_difference(pool: Callable[[Floats], Floats], box: ArrayLike, step: float = 1e-4) -> Floats:
    """Central differences of any pooling with respect to the four box coordinates: no formula of its own.

    Parameters
    ----------
    pool : callable
        From a box, shape (4,), px, to values of any shape.
    step : float
        px.

    Returns
    -------
    ndarray, shape (4, *values.shape), float64

    Examples
    --------
    The area of a 10 × 20 box:

    >>> finite_difference(lambda b: (b[2] - b[0]) * (b[3] - b[1]), [0, 0, 10, 20]).round(6).tolist()
    [-20.0, -10.0, 20.0, 10.0]
    """
    roi = np.asarray(box, dtype=np.float64)
    return np.stack([(pool(roi + nudge) - pool(roi - nudge)) / (2 * step) for nudge in step * np.eye(4)])
