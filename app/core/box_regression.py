"""Bounding-box regression as R-CNN does it: features of a proposal's crop, and a ridge regression to the offsets.

The "features" are a coarse soft picture of the object as the proposal's crop shows it, the kind of thing a feature map
holds. Boxes are xyxy edges in px.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.boxes import as_boxes, decode
from app.core.ridge import ridge

Floats = NDArray[np.float64]


def crop_features(proposals: ArrayLike, objects: ArrayLike, cells: int = 12, reach: float = 1.6,
                  softness: float = 0.06) -> Floats:  # fmt: skip
    """What each proposal's crop shows of its object: soft occupancy on a cells × cells grid; shape (n, cells²), 0..1.

    Parameters
    ----------
    proposals, objects : array_like, shape (n, 4), px
    cells : int
        The grid has cells × cells points.
    reach : float
        Side of the crop, in sides of the proposal: above 1 it includes context.
    softness : float
        Width of the object's soft edges, in sides of the proposal.

    Notes
    -----
    Along an axis the occupancy is σ((x − x1)/s)·σ((x2 − x)/s), and the picture is the product of both axes. An object
    outside the crop leaves no trace, so nothing in the features tells where it is.

    Examples
    --------
    >>> crop_features([0, 0, 10, 10], [5, 0, 15, 10], cells=4, reach=1.0).reshape(4, 4)[1].round(2).tolist()
    [0.0, 0.11, 0.89, 1.0]
    """
    p, g = as_boxes(proposals), as_boxes(objects)
    size = p[:, 2:] - p[:, :2]
    grid = ((np.arange(cells) + 0.5) / cells - 0.5) * reach + 0.5  # in sides of the proposal, 0 at its left edge
    low, high = ((g[:, at] - p[:, :2]) / size for at in (slice(0, 2), slice(2, 4)))
    soft = _sigmoid((grid[:, None, None] - low) / softness) * _sigmoid((high - grid[:, None, None]) / softness)
    across, down = soft[..., 0].T, soft[..., 1].T
    return (down[:, :, None] * across[:, None, :]).reshape(len(p), -1)


def _sigmoid(z: Floats) -> Floats:
    half: Floats = 0.5 + 0.5 * np.tanh(z / 2)
    return half


class Linear(NamedTuple):
    """Weights (d, k) and bias (k,) of a linear regression."""

    weights: Floats
    bias: Floats

    def __call__(self, features: Floats) -> Floats:
        return features @ self.weights + self.bias


def fit_offsets(features: ArrayLike, targets: ArrayLike, strength: float) -> Linear:
    """Ridge regression of the offsets on the features: argmin ‖X W + b − T‖² + λ‖W‖²; the bias is not penalised.

    Parameters
    ----------
    features, targets : array_like, shapes (n, d) and (n, k)
    strength : float
        λ ≥ 0. It has the scale of a sum of squared features: what is a good value depends on them and on n.

    Raises
    ------
    ValueError
        For a negative λ.

    Notes
    -----
    With X and T centred, W = (XᵀX + λI)⁻¹XᵀT and b = mean(T) − mean(X) W.

    Source: Girshick et al. (2014), R-CNN, arXiv:1311.2524, appendix C (λ = 1000 on pool5 features).

    Examples
    --------
    >>> fit = fit_offsets([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]], 0.0)
    >>> fit.weights.round(9).tolist(), fit.bias.round(9).tolist()
    ([[2.0]], [1.0])
    """
    if strength < 0:
        raise ValueError(f"the penalty must not be negative, got {strength}")
    x, t = np.asarray(features, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    mean_x, mean_t = x.mean(axis=0), t.mean(axis=0)
    weights: Floats = np.asarray(ridge(x - mean_x, (t - mean_t).T, strength).T, dtype=np.float64)
    return Linear(weights, mean_t - mean_x @ weights)


def pixel_offsets(proposals: ArrayLike, boxes: ArrayLike) -> Floats:
    """Differences of centre and size in px, (Δx, Δy, Δw, Δh): targets without any normalisation; shape (n, 4).

    Examples
    --------
    >>> pixel_offsets([0, 0, 100, 100], [10, 20, 210, 120]).tolist()
    [[60.0, 20.0, 100.0, 0.0]]
    """
    p, b = as_boxes(proposals), as_boxes(boxes)
    return np.hstack([(b[:, :2] + b[:, 2:] - p[:, :2] - p[:, 2:]) / 2, (b[:, 2:] - b[:, :2]) - (p[:, 2:] - p[:, :2])])


def apply_pixel_offsets(proposals: ArrayLike, offsets: ArrayLike, smallest: float = 1.0) -> Floats:
    """The inverse of `pixel_offsets`; a width or height that came out below `smallest` px is set to it.

    Examples
    --------
    >>> apply_pixel_offsets([0, 0, 100, 100], [[60, 20, 100, -150]]).tolist()
    [[10.0, 69.5, 210.0, 70.5]]
    """
    p, t = as_boxes(proposals), np.atleast_2d(np.asarray(offsets, dtype=np.float64))
    centre = (p[:, :2] + p[:, 2:]) / 2 + t[:, :2]
    half = np.maximum(p[:, 2:] - p[:, :2] + t[:, 2:], smallest) / 2
    return np.hstack([centre - half, centre + half])


def proposals_near(
    count: int, low: float, high: float, rng: np.random.Generator, spread: tuple[float, float] = (0.25, 0.3)
) -> tuple[Floats, Floats]:
    """Random proposals and their objects with low ≤ IoU < high; two arrays of shape (count, 4), px.

    Parameters
    ----------
    count : int
    low, high : float
        Bounds of the IoU of a proposal with its object.
    rng : numpy Generator
    spread : (float, float)
        Standard deviations of the proposal's offsets from the object: of t_x, t_y, and of t_w, t_h.

    Notes
    -----
    Rejection sampling. Objects are 25 to 81 px wide and high (uniform in the logarithm).

    Examples
    --------
    >>> p, g = proposals_near(5, 0.6, 1.0, np.random.default_rng(0))
    >>> p.shape, bool((paired_iou(p, g) >= 0.6).all())
    ((5, 4), True)
    """
    found: list[tuple[Floats, Floats]] = []
    while sum(len(p) for p, _ in found) < count:
        n = 4 * count
        centre, size = rng.uniform(100, 300, (n, 2)), np.exp(rng.uniform(3.2, 4.4, (n, 2)))
        objects = np.hstack([centre - size / 2, centre + size / 2])
        proposals = decode(objects, rng.standard_normal((n, 4)) * np.repeat(spread, 2))
        overlap = paired_iou(proposals, objects)
        keep = (overlap >= low) & (overlap < high)
        found.append((proposals[keep], objects[keep]))
    return np.vstack([p for p, _ in found])[:count], np.vstack([g for _, g in found])[:count]


def paired_iou(a: ArrayLike, b: ArrayLike) -> Floats:
    """IoU of the first box with the first, the second with the second, …; shape (n,).

    Examples
    --------
    >>> paired_iou([[0, 0, 10, 10], [0, 0, 10, 10]], [[5, 0, 15, 10], [0, 0, 10, 10]]).round(4).tolist()
    [0.3333, 1.0]
    """
    p, q = as_boxes(a), as_boxes(b)
    size = np.maximum(np.minimum(p[:, 2:], q[:, 2:]) - np.maximum(p[:, :2], q[:, :2]), 0.0)
    inner = size.prod(axis=1)
    union = (p[:, 2:] - p[:, :2]).prod(axis=1) + (q[:, 2:] - q[:, :2]).prod(axis=1) - inner
    overlap: Floats = np.divide(inner, union, out=np.zeros_like(inner), where=union > 0)
    return overlap
