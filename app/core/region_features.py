"""What selective search knows of the regions of a label picture: boxes, colour and texture histograms, neighbours.

A picture is (height, width, channels) in 0..1; labels are (height, width), 0 … n-1. Boxes are xyxy edges in px.
"""

import numpy as np
from numpy.typing import NDArray

from app.core.smoothing import gaussian_blur

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLOUR_BINS = 25
ORIENTATIONS = 8
TEXTURE_BINS = 10
STEEPEST = 0.4  # per px: a step from 0 to 1 has, smoothed by a Gaussian of 1 px, a slope of 1/√(2π) = 0.399 at most


def region_boxes(labels: Ints) -> Floats:
    """The tight box of every region of a label picture (h, w); shape (n, 4), px.

    Examples
    --------
    >>> region_boxes(np.array([[0, 0, 1], [0, 2, 1]])).tolist()
    [[0.0, 0.0, 2.0, 2.0], [2.0, 0.0, 3.0, 2.0], [1.0, 1.0, 2.0, 2.0]]
    """
    flat, n = labels.ravel(), int(labels.max()) + 1
    y, x = (axis.ravel() for axis in np.indices(labels.shape))
    low, high = np.full((n, 2), max(labels.shape)), np.zeros((n, 2), dtype=np.int64)
    for i, along in enumerate((x, y)):
        np.minimum.at(low[:, i], flat, along)
        np.maximum.at(high[:, i], flat, along + 1)
    return np.hstack([low, high]).astype(np.float64)


def colour_histograms(picture: Floats, labels: Ints) -> Floats:
    """25 bins a channel, one L1-normalised row a region: shape (n, 25c), so 75 numbers for three channels.

    Examples
    --------
    >>> h = colour_histograms(np.full((2, 2, 3), 0.5), np.zeros((2, 2), dtype=np.int64))
    >>> h.shape, float(h.sum().round(12)), h[0].nonzero()[0].tolist()
    ((1, 75), 1.0, [12, 37, 62])
    """
    return _histograms(picture, labels, COLOUR_BINS, 1.0)


def texture_histograms(picture: Floats, labels: Ints) -> Floats:
    """Gaussian derivatives in 8 directions, 10 bins each, a channel: shape (n, 80c), so 240 numbers for three channels.

    The derivative is taken after smoothing with a standard deviation of 1 px. Only rises count: a fall is a rise in the
    opposite direction. Rows are L1-normalised.

    Examples
    --------
    >>> texture_histograms(np.zeros((4, 4, 3)), np.zeros((4, 4), dtype=np.int64)).shape
    (1, 240)
    """
    down, right = np.gradient(gaussian_blur(picture, 1.0), axis=(0, 1))
    angles = np.arange(ORIENTATIONS) * 2 * np.pi / ORIENTATIONS
    rises = np.concatenate([np.maximum(np.cos(a) * right + np.sin(a) * down, 0.0) for a in angles], axis=-1)
    return _histograms(rises.round(9), labels, TEXTURE_BINS, STEEPEST)


def _histograms(values: Floats, labels: Ints, bins: int, top: float) -> Floats:
    """One histogram of `bins` equal bins over 0..top a channel and region, beside one another, rows summing to 1."""
    n, channels = int(labels.max()) + 1, values.shape[-1]
    cell = np.clip((values / top * bins).astype(np.int64), 0, bins - 1)
    cell += bins * np.arange(channels) + bins * channels * labels[..., None]
    counts = np.bincount(cell.ravel(), minlength=n * channels * bins).reshape(n, channels * bins).astype(np.float64)
    normalised: Floats = counts / counts.sum(axis=1, keepdims=True)
    return normalised


def neighbours(labels: Ints) -> list[tuple[int, int]]:
    """Pairs of regions that share a pixel edge, each once, smaller number first, sorted.

    Examples
    --------
    >>> neighbours(np.array([[0, 0, 1], [0, 2, 1]]))
    [(0, 1), (0, 2), (1, 2)]
    """
    touching = [(labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])]
    pairs = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in touching])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    return [(int(a), int(b)) for a, b in pairs]
