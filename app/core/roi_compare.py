"""The three RoI poolings side by side: while the box slides, and RoI Align against the integral it approximates."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.prroi import bin_edges, hat_integral, mean_hat, prroi_pool
from app.core.roi import as_roi, quantised_bins
from app.core.roi_align import bilinear, roi_align, sample_positions

Floats = NDArray[np.float64]


def first_bin_while_sliding(
    features: ArrayLike, box: ArrayLike, shifts: ArrayLike, out: int, stride: float,
    sampling_ratio: int = 2, aligned: bool = True,
) -> Floats:  # fmt: skip
    """The top left output of RoI Pool, RoI Align and Precise RoI Pool while the box moves along x.

    Parameters
    ----------
    features : array_like, shape (H, W)
    box : array_like, shape (4,), px
    shifts : array_like, shape (S,), px
        How far the box has moved; all shifts are computed at once.
    out, stride, sampling_ratio, aligned
        As in `roi_align.roi_align`.

    Returns
    -------
    ndarray, shape (3, S), float64

    Raises
    ------
    ValueError
        If the box, `out` or `stride` is refused by `roi.as_roi`.

    Examples
    --------
    >>> ramp = np.tile(np.arange(24.0), (24, 1))
    >>> first_bin_while_sliding(ramp, [100, 84, 292, 244], [0, 2, 4], 7, 16).round(3).tolist()
    [[7.0, 7.0, 8.0], [6.607, 6.732, 6.857], [6.607, 6.732, 6.857]]
    """
    f, d = np.asarray(features, dtype=np.float64), np.asarray(shifts, dtype=np.float64)
    x1, y1, x2, y2 = as_roi(box, out, stride)
    rows, columns = f.shape
    top, bottom = quantised_bins(y1, y2, out, stride, rows)[0]
    bins = [quantised_bins(x1 + shift, x2 + shift, out, stride, columns)[0] for shift in d]
    pool = [f[top:bottom, a:b].max() if top < bottom and a < b else 0.0 for a, b in bins]

    ys = sample_positions(y1, y2, out, stride, sampling_ratio, aligned)
    xs = sample_positions(x1, x2, out, stride, sampling_ratio, aligned)
    moved = xs[: len(xs) // out] + d[:, None] / stride
    align = bilinear(f, ys[: len(ys) // out, None], moved[:, None, :]).mean(axis=(1, 2))

    start, end = bin_edges(x1, x2, out, stride, aligned)[:2, None] + d / stride
    weights = (hat_integral(end, columns) - hat_integral(start, columns)) / (end - start)[:, None]
    prroi = weights @ (mean_hat(bin_edges(y1, y2, out, stride, aligned)[:2], rows)[0] @ f)
    return np.stack([np.array(pool), align, prroi])


def sampling_errors(
    features: ArrayLike, box: ArrayLike, out: int, stride: float, ratios: Sequence[int], aligned: bool = True
) -> Floats:
    """Largest |RoI Align(r) − Precise RoI Pool| over the bins for every r in `ratios`, shape (len(ratios),).

    Notes
    -----
    RoI Align is the midpoint rule for the integral of Precise RoI Pool: exact on a single bilinear patch, and off by
    O(1/r²) where a bin crosses cell lines.

    Examples
    --------
    >>> checker = np.indices((8, 8)).sum(axis=0) % 2
    >>> sampling_errors(checker, [16, 16, 96, 96], 2, 16, [1, 2, 4, 8]).round(4).tolist()
    [0.12, 0.0263, 0.003, 0.001]
    """
    exact = prroi_pool(features, box, out, stride, aligned)
    sampled = [roi_align(features, box, out, stride, r, aligned)[0] for r in ratios]
    return np.array([np.abs(values - exact).max() for values in sampled])
