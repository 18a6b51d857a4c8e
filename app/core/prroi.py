"""Precise RoI Pool: every bin is the exact mean of the bilinear surface, so nothing is rounded and nothing is sampled.

Bilinear interpolation gives cell j the weight hat(u − j) = max(0, 1 − |u − j|) at position u. Its integral is known,
and the two axes separate: the layer is two small matrices around the map.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.roi import as_roi
from app.core.roi_align import bilinear

Floats = NDArray[np.float64]


def bin_edges(low: float, high: float, out: int, stride: float, aligned: bool = True) -> Floats:
    """The out + 1 unrounded bin edges along one axis, in cells.

    Examples
    --------
    >>> bin_edges(104, 136, 2, 16).tolist()
    [6.0, 7.0, 8.0]
    """
    return np.linspace(low, high, out + 1) / stride - (0.5 if aligned else 0.0)


def hat_integral(t: ArrayLike, size: int) -> Floats:
    """∫ from −∞ to t of max(0, 1 − |u − j|) du for the cells j = 0 … size − 1.

    The hat is the weight that bilinear interpolation gives to cell j at position u.

    Returns
    -------
    ndarray, shape (len(t), size), float64

    Examples
    --------
    >>> hat_integral([0.0, 1.0], 2).tolist()
    [[0.5, 0.0], [1.0, 0.5]]
    """
    u = np.clip(np.asarray(t, dtype=np.float64)[:, None] - np.arange(size), -1.0, 1.0)
    return np.asarray(0.5 + u - 0.5 * u * np.abs(u))


def mean_hat(edges: ArrayLike, size: int) -> Floats:
    """The mean weight of every cell over each bin, shape (len(edges) − 1, size).

    Examples
    --------
    >>> mean_hat([0.0, 1.0, 2.0], 3).tolist()
    [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]
    """
    e = np.asarray(edges, dtype=np.float64)
    return np.asarray(np.diff(hat_integral(e, size), axis=0) / np.diff(e)[:, None])


def prroi_pool(features: ArrayLike, box: ArrayLike, out: int, stride: float, aligned: bool = True) -> Floats:
    """Precise RoI Pool: the exact mean of the bilinear surface over each bin; no sampling points at all.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    box : array_like, shape (4,), px
    out, stride, aligned
        As in `bin_edges`. The published code has aligned=False.

    Returns
    -------
    ndarray, shape (..., out, out), float64
        Outside the map the surface falls to 0 within one cell.

    Raises
    ------
    ValueError
        If the box, `out` or `stride` is refused by `roi.as_roi`.

    Notes
    -----
    PrPool = ∬_bin f(x, y) dx dy / area. With f(x, y) = Σ fᵢⱼ hat(y − i) hat(x − j) the double integral is a product of
    two single ones, so the whole layer is A_y F A_xᵀ with the mean hat weights A.

    Source: Jiang, Luo, Mao, Xiao, Jiang (2018), Acquisition of Localization Confidence for Accurate Object Detection,
    arXiv:1807.11590.

    Examples
    --------
    A bin from cell centre to cell centre is the mean of its four corner cells:

    >>> float(prroi_pool([[6.0, 7.0], [11.0, 12.0]], [0.5, 0.5, 1.5, 1.5], 1, 1)[0, 0])
    9.0
    """
    f = np.asarray(features, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    a_y = mean_hat(bin_edges(y1, y2, out, stride, aligned), f.shape[-2])
    a_x = mean_hat(bin_edges(x1, x2, out, stride, aligned), f.shape[-1])
    return np.asarray(a_y @ f @ a_x.T)


def cell_pieces(edges: ArrayLike) -> tuple[Floats, Floats]:
    """Bins cut again at every whole cell: the middle of each piece, and its share of each bin.

    Returns
    -------
    middles : ndarray, shape (P,), float64
        In cells.
    shares : ndarray, shape (bins, P), float64
        Rows sum to 1.

    Examples
    --------
    >>> [part.round(2).tolist() for part in cell_pieces([0.5, 2.5])]
    [[0.75, 1.5, 2.25], [[0.25, 0.5, 0.25]]]
    """
    e = np.asarray(edges, dtype=np.float64)
    cuts = np.union1d(e, np.arange(np.ceil(e[0]), e[-1]))
    middles = (cuts[1:] + cuts[:-1]) / 2
    owner = np.clip(np.searchsorted(e, middles) - 1, 0, len(e) - 2)
    shares = np.where(owner == np.arange(len(e) - 1)[:, None], np.diff(cuts) / np.diff(e)[owner], 0.0)
    return middles, shares


def prroi_pool_by_cells(features: ArrayLike, box: ArrayLike, out: int, stride: float, aligned: bool = True) -> Floats:
    """Precise RoI Pool a second way, cell by cell: within one cell the mean of a bilinear patch is its middle value.

    Same parameters and result as `prroi_pool`, without any integral; this is how the published kernel loops.

    Examples
    --------
    >>> float(prroi_pool_by_cells([[6.0, 7.0], [11.0, 12.0]], [0.5, 0.5, 1.5, 1.5], 1, 1)[0, 0])
    9.0
    """
    f = np.asarray(features, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    ys, rows = cell_pieces(bin_edges(y1, y2, out, stride, aligned))
    xs, columns = cell_pieces(bin_edges(x1, x2, out, stride, aligned))
    ring = [(0, 0)] * (f.ndim - 2) + [(1, 1), (1, 1)]  # a ring of zeros: the surface falls to 0 outside the map
    patches = bilinear(np.pad(f, ring), ys[:, None] + 1, xs[None, :] + 1)
    return np.asarray(rows @ patches @ columns.T)


def mean_hat_gradient(
    low: float, high: float, out: int, stride: float, size: int, aligned: bool = True
) -> tuple[Floats, Floats]:
    """∂A/∂low and ∂A/∂high of the mean hat weights A of `mean_hat`, per px.

    Returns
    -------
    d_low, d_high : ndarray, shapes (out, size), float64

    Notes
    -----
    A bin [a, b] has the mean A = (∫ₐᵇ hat)/(b − a), hence ∂A/∂a = (A − hat(a))/(b − a), ∂A/∂b = (hat(b) − A)/(b − a).
    Edge k of the bins is at (1 − k/out) low + (k/out) high.

    Examples
    --------
    >>> mean_hat_gradient(0.5, 1.5, 1, 1, 2)[1].tolist()
    [[-0.5, 0.5]]
    """
    edges = bin_edges(low, high, out, stride, aligned)
    width = np.diff(edges)[:, None]
    mean = mean_hat(edges, size)
    hat = np.maximum(0.0, 1.0 - np.abs(edges[:, None] - np.arange(size)))
    d_start, d_end = (mean - hat[:-1]) / width, (hat[1:] - mean) / width
    t = np.arange(out + 1)[:, None] / out
    d_low = (1 - t[:-1]) * d_start + (1 - t[1:]) * d_end
    d_high = t[:-1] * d_start + t[1:] * d_end
    return d_low / stride, d_high / stride


def prroi_gradient(features: ArrayLike, box: ArrayLike, out: int, stride: float, aligned: bool = True) -> Floats:
    """∂values/∂(x1, y1, x2, y2) of Precise RoI Pool, per px.

    Parameters
    ----------
    features : array_like, shape (..., H, W)
    box : array_like, shape (4,), px
    out, stride, aligned
        As in `prroi_pool`.

    Returns
    -------
    ndarray, shape (4, ..., out, out), float64

    Raises
    ------
    ValueError
        If the box, `out` or `stride` is refused by `roi.as_roi`.

    Notes
    -----
    The values are A_y F A_xᵀ; the hat is continuous, hence so is this gradient.

    Source: Jiang et al. (2018), arXiv:1807.11590.

    Examples
    --------
    >>> ramp = np.tile(np.arange(24.0), (24, 1))
    >>> (1e5 * prroi_gradient(ramp, [100, 84, 292, 244], 7, 16)[:, 0, 0]).round().astype(int).tolist()
    [5804, 0, 446, 0]
    """
    f = np.asarray(features, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    a_y = mean_hat(bin_edges(y1, y2, out, stride, aligned), f.shape[-2])
    a_x = mean_hat(bin_edges(x1, x2, out, stride, aligned), f.shape[-1])
    d_x1, d_x2 = mean_hat_gradient(x1, x2, out, stride, f.shape[-1], aligned)
    d_y1, d_y2 = mean_hat_gradient(y1, y2, out, stride, f.shape[-2], aligned)
    return np.stack([a_y @ f @ d_x1.T, d_y1 @ f @ a_x.T, a_y @ f @ d_x2.T, d_y2 @ f @ a_x.T])
