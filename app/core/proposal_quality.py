"""How good a list of proposals is: best overlap of every object among the first m boxes, and what chance would give.

Boxes are xyxy edges in px.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.boxes import iou

Floats = NDArray[np.float64]


def best_overlaps(boxes: ArrayLike, objects: ArrayLike) -> Floats:
    """Best IoU of every object among the first 1, 2, … m boxes: shape (m, objects), rising down each column.

    Its row means are the average best overlap (ABO); the share above 0.5 is the recall.

    Examples
    --------
    >>> best_overlaps([[0, 0, 4, 4], [0, 0, 2, 4], [9, 9, 10, 10]], [[0, 0, 2, 4]])[:, 0].tolist()
    [0.5, 1.0, 1.0]
    """
    running: Floats = np.maximum.accumulate(iou(boxes, objects), axis=0)
    return running


def possible_boxes(height: int, width: int) -> int:
    """How many axis-aligned boxes with whole-pixel edges a picture has: C(h+1, 2) · C(w+1, 2).

    Examples
    --------
    >>> possible_boxes(96, 96), possible_boxes(375, 500)
    (21678336, 8830125000)
    """
    return (height * (height + 1) // 2) * (width * (width + 1) // 2)


def random_boxes(n: int, height: int, width: int, rng: np.random.Generator) -> Floats:
    """n boxes drawn uniformly from all `possible_boxes`; shape (n, 4).

    Notes
    -----
    A box is two different edges of the w + 1 along x and two of the h + 1 along y. To draw two different numbers of
    0 … n: draw the first from n + 1, the second from n, and count the second up if it is not below the first.

    Examples
    --------
    >>> random_boxes(2, 1, 1, np.random.default_rng(0)).tolist()
    [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]]
    """
    sides = []
    for length in (width, height):
        first, second = rng.integers(0, length + 1, n), rng.integers(0, length, n)
        second = second + (second >= first)
        sides.append(np.sort(np.stack([first, second], axis=1), axis=1))
    x, y = sides
    return np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1).astype(np.float64)
