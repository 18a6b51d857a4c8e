"""RoI Align: no rounding; every bin is the mean of r × r points, each interpolated from its 4 neighbouring cells.

The centre of cell j sits at j + ½ cells (`aligned`, hence the − ½ to reach the indices) or, in older code, at j.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.roi import as_roi

Floats = NDArray[np.float64]


def bilinear(features: ArrayLike, ys: ArrayLike, xs: ArrayLike) -> Floats:
    """Values at fractional positions, each from its 4 neighbouring cells.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    ys, xs : array_like, shapes that broadcast to P
        Positions in cells; cell j is at j.

    Returns
    -------
    ndarray, shape (..., *P), float64

    Notes
    -----
    f(y, x) = (1−v)(1−u) f₀₀ + (1−v) u f₀₁ + v (1−u) f₁₀ + v u f₁₁ with u = x − ⌊x⌋, v = y − ⌊y⌋. As in the usual RoI
    Align kernels the edge cell is repeated for one cell outside the map; further out the value is 0.

    Examples
    --------
    >>> float(bilinear([[0, 1], [2, 3]], 0.5, 0.25))
    1.25
    """
    f = np.asarray(features, dtype=np.float64)
    rows, columns = f.shape[-2:]
    ys, xs = np.asarray(ys, dtype=np.float64), np.asarray(xs, dtype=np.float64)
    inside = (ys >= -1) & (ys <= rows) & (xs >= -1) & (xs <= columns)
    y, x = np.clip(ys, 0, rows - 1), np.clip(xs, 0, columns - 1)
    top, left = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    v, u = y - top, x - left
    upper = (1 - u) * f[..., top, left] + u * f[..., top, right]
    lower = (1 - u) * f[..., bottom, left] + u * f[..., bottom, right]
    return np.where(inside, (1 - v) * upper + v * lower, 0.0)


def sample_positions(
    low: float, high: float, out: int, stride: float, sampling_ratio: int = 2, aligned: bool = True
) -> Floats:
    """Where RoI Align reads along one axis: r evenly spaced points in each of the `out` bins, in cells.

    Parameters
    ----------
    low, high : float
        Box edges on this axis, px.
    sampling_ratio : int
        r; if ≤ 0 it adapts to the bin: r = ⌈bin size in cells⌉.
    aligned : bool
        True subtracts half a cell (cell centres at j + ½). False is the older convention, which also widens boxes
        below one cell to one cell.

    Returns
    -------
    ndarray, shape (out · r,), float64

    Examples
    --------
    >>> sample_positions(100, 292, 1, 16, sampling_ratio=2).tolist()
    [8.75, 14.75]
    """
    start, length = low / stride, (high - low) / stride
    if aligned:
        start -= 0.5
    else:
        length = max(length, 1.0)
    r = sampling_ratio if sampling_ratio > 0 else int(np.ceil(length / out))
    n = out * r
    return start + (np.arange(n) + 0.5) * length / n


def roi_align(
    features: ArrayLike, box: ArrayLike, out: int, stride: float, sampling_ratio: int = 2, aligned: bool = True
) -> tuple[Floats, Floats, Floats]:
    """RoI Align: nothing is rounded; each bin is the mean of r × r bilinear samples.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    box : array_like, shape (4,), px
    out, stride, sampling_ratio, aligned
        As in `sample_positions`.

    Returns
    -------
    values : ndarray, shape (..., out, out), float64
    xs, ys : ndarray, shapes (out · r,), float64
        Columns and rows of the sampling grid, in cells.

    Raises
    ------
    ValueError
        If the box, `out` or `stride` is refused by `roi.as_roi`.

    Notes
    -----
    Source: He, Gkioxari, Dollár, Girshick (2017), Mask R-CNN, arXiv:1703.06870, section 3.

    Examples
    --------
    >>> ramp = np.tile(np.arange(24.0), (24, 1))
    >>> roi_align(ramp, [100, 84, 292, 244], 7, 16)[0][0].round(3).tolist()
    [6.607, 8.321, 10.036, 11.75, 13.464, 15.179, 16.893]
    """
    f = np.asarray(features, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    xs = sample_positions(x1, x2, out, stride, sampling_ratio, aligned)
    ys = sample_positions(y1, y2, out, stride, sampling_ratio, aligned)
    samples = bilinear(f, ys[:, None], xs[None, :])
    grid = samples.reshape(*f.shape[:-2], out, len(ys) // out, out, len(xs) // out)
    return grid.mean(axis=(-3, -1)), xs, ys


def bilinear_slopes(features: ArrayLike, ys: ArrayLike, xs: ArrayLike) -> tuple[Floats, Floats]:
    """∂f/∂y and ∂f/∂x of the bilinear surface at points, per cell.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    ys, xs : array_like, shapes that broadcast to P
        Positions in cells.

    Returns
    -------
    slopes_y, slopes_x : ndarray, shapes (..., *P), float64
        On a cell line, where the slope jumps, the slope to the right of it; 0 where the edge cell is repeated.

    Examples
    --------
    >>> [float(slope) for slope in bilinear_slopes([[0, 1], [2, 3]], 0.5, 0.25)]
    [2.0, 1.0]
    """
    f = np.asarray(features, dtype=np.float64)
    rows, columns = f.shape[-2:]
    ys, xs = np.asarray(ys, dtype=np.float64), np.asarray(xs, dtype=np.float64)
    y, x = np.clip(ys, 0, rows - 1), np.clip(xs, 0, columns - 1)
    top, left = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    v, u = y - top, x - left
    f00, f01 = f[..., top, left], f[..., top, right]
    f10, f11 = f[..., bottom, left], f[..., bottom, right]
    slopes_y = (1 - u) * (f10 - f00) + u * (f11 - f01)
    slopes_x = (1 - v) * (f01 - f00) + v * (f11 - f10)
    y_moves = (ys >= 0) & (ys <= rows) & (xs >= -1) & (xs <= columns)
    x_moves = (xs >= 0) & (xs <= columns) & (ys >= -1) & (ys <= rows)
    return np.where(y_moves, slopes_y, 0.0), np.where(x_moves, slopes_x, 0.0)


def roi_align_gradient(
    features: ArrayLike, box: ArrayLike, out: int, stride: float, sampling_ratio: int = 2, aligned: bool = True
) -> Floats:
    """∂values/∂(x1, y1, x2, y2) of RoI Align, per px.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    box : array_like, shape (4,), px
    out, stride, sampling_ratio, aligned
        As in `sample_positions`. An adaptive number of points is held fixed.

    Returns
    -------
    ndarray, shape (4, ..., out, out), float64

    Raises
    ------
    ValueError
        If the box, `out` or `stride` is refused by `roi.as_roi`.

    Notes
    -----
    A point a fraction t along the box is at x = (1 − t) x1 + t x2, so ∂x/∂x1 = (1 − t)/stride and ∂x/∂x2 = t/stride in
    cells per px. The slope of the surface jumps at cell lines, so this gradient is not continuous in the box.

    Examples
    --------
    >>> ramp = np.tile(np.arange(24.0), (24, 1))
    >>> roi_align_gradient(ramp, [100, 84, 292, 244], 7, 16)[:, 0, 0].round(5).tolist()
    [0.05804, 0.0, 0.00446, 0.0]
    """
    f = np.asarray(features, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    xs = sample_positions(x1, x2, out, stride, sampling_ratio, aligned)
    ys = sample_positions(y1, y2, out, stride, sampling_ratio, aligned)
    slopes_y, slopes_x = bilinear_slopes(f, ys[:, None], xs[None, :])
    tx, ty = (np.arange(len(xs)) + 0.5) / len(xs), (np.arange(len(ys)) + 0.5) / len(ys)
    if not aligned:  # a side below one cell was widened to one: all its points move with x1 (or y1) alone
        tx = tx if x2 - x1 >= stride else np.zeros_like(tx)
        ty = ty if y2 - y1 >= stride else np.zeros_like(ty)
    ty = ty[:, None]
    moved = np.stack([slopes_x * (1 - tx), slopes_y * (1 - ty), slopes_x * tx, slopes_y * ty])
    grid = moved.reshape(4, *f.shape[:-2], out, len(ys) // out, out, len(xs) // out)
    return np.asarray(grid.mean(axis=(-3, -1)) / stride)
