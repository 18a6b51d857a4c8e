"""The four similarities of two regions that selective search adds up, and what the two become when merged.

Sizes are in pixels, boxes are xyxy edges in px, histograms sum to 1.

Source: Uijlings, van de Sande, Gevers, Smeulders (2013), Selective Search for Object Recognition, IJCV 104.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def union_box(a: ArrayLike, b: ArrayLike) -> Floats:
    """The smallest box around two boxes.

    Examples
    --------
    >>> union_box([0, 0, 10, 10], [10, 5, 30, 8]).tolist()
    [0.0, 0.0, 30.0, 10.0]
    """
    p, q = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return np.concatenate([np.minimum(p[:2], q[:2]), np.maximum(p[2:], q[2:])])


def histogram_intersection(a: ArrayLike, b: ArrayLike) -> float:
    """Sum of the smaller of two bins: 1 for equal normalised histograms, 0 for disjoint ones (colour and texture).

    Examples
    --------
    >>> histogram_intersection([0.5, 0.5, 0.0], [0.0, 0.25, 0.75])
    0.25
    """
    return float(np.minimum(a, b).sum())


def size_similarity(size_a: float, size_b: float, picture_size: float) -> float:
    """1 - (|a| + |b|) / |picture|: small regions first, so that scales grow evenly all over the picture.

    Examples
    --------
    >>> size_similarity(100, 100, 10_000)
    0.98
    """
    return 1.0 - (size_a + size_b) / picture_size


def fill_similarity(box_a: ArrayLike, box_b: ArrayLike, size_a: float, size_b: float, picture_size: float) -> float:
    """1 - (|box around both| - |a| - |b|) / |picture|: high where the two fill their common box.

    Examples
    --------
    Squares of 10 × 10 in a picture of 100 × 100, side by side or touching at a corner:

    >>> fill_similarity([0, 0, 10, 10], [10, 0, 20, 10], 100, 100, 10_000)
    1.0
    >>> fill_similarity([0, 0, 10, 10], [10, 10, 20, 20], 100, 100, 10_000)
    0.98
    """
    x1, y1, x2, y2 = union_box(box_a, box_b)
    return float(1.0 - ((x2 - x1) * (y2 - y1) - size_a - size_b) / picture_size)


def merged_histogram(a: Floats, b: Floats, size_a: float, size_b: float) -> Floats:
    """The histogram of two regions together, from theirs, weighted by size: no pixel is looked at again.

    Examples
    --------
    >>> merged_histogram(np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.25, 0.75]), 300, 100).tolist()
    [0.375, 0.4375, 0.1875]
    """
    joined: Floats = (size_a * a + size_b * b) / (size_a + size_b)
    return joined
