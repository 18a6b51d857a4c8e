"""Axis-aligned boxes: overlap, regression targets, clipping and greedy non-maximum suppression.

A box is (x1, y1, x2, y2) in px, float64, with *edges* as coordinates: x runs right, y down, the width is x2 − x1.
Older code (PASCAL VOC, py-faster-rcnn) stores the *indices* of the first and last pixel instead, so its width is
x2 − x1 + 1: the "+1 convention". `from_inclusive` turns such boxes into ours; nothing else here ever adds 1.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def as_boxes(boxes: ArrayLike) -> Floats:
    """Boxes as a float64 array of shape (n, 4), checked.

    Raises
    ------
    ValueError
        If the shape is not (n, 4) or (4,), or some box has x2 < x1 or y2 < y1.

    Examples
    --------
    >>> as_boxes([0, 0, 10, 20])
    array([[ 0.,  0., 10., 20.]])
    """
    array = np.atleast_2d(np.asarray(boxes, dtype=np.float64))
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"boxes must have shape (n, 4), got {array.shape}")
    if np.any(array[:, 2:] < array[:, :2]):
        raise ValueError("a box needs x1 <= x2 and y1 <= y2")
    return array


def from_inclusive(boxes: ArrayLike) -> Floats:
    """Edge coordinates of boxes given by the indices of their first and last pixel (the +1 convention).

    Examples
    --------
    A 16 × 16 window is written (0, 0, 15, 15) there:

    >>> from_inclusive([0, 0, 15, 15])
    array([[ 0.,  0., 16., 16.]])
    """
    edges: Floats = as_boxes(boxes) + np.array([0.0, 0.0, 1.0, 1.0])
    return edges


def area(boxes: ArrayLike) -> Floats:
    """Areas of the boxes, shape (n,), in px².

    Examples
    --------
    >>> area([[0, 0, 10, 20], [5, 5, 6, 6]])
    array([200.,   1.])
    """
    b = as_boxes(boxes)
    areas: Floats = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return areas


def iou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Intersection over union of every box of `a` with every box of `b`.

    Parameters
    ----------
    a, b : array_like, shapes (n, 4) and (m, 4), px

    Returns
    -------
    ndarray, shape (n, m), float64
        In 0..1; 0 where both boxes are empty.

    Notes
    -----
    IoU = |A ∩ B| / (|A| + |B| − |A ∩ B|): the intersection is counted twice in |A| + |B|, hence subtracted once.

    Source: Jaccard (1901); for detection Everingham et al. (2010), The PASCAL VOC challenge, IJCV 88.

    Examples
    --------
    >>> iou([0, 0, 100, 100], [[10, 20, 210, 120], [100, 0, 200, 100]]).round(5)
    array([[0.31579, 0.     ]])
    """
    p, q = as_boxes(a)[:, None, :], as_boxes(b)[None, :, :]
    width = np.minimum(p[..., 2], q[..., 2]) - np.maximum(p[..., 0], q[..., 0])
    height = np.minimum(p[..., 3], q[..., 3]) - np.maximum(p[..., 1], q[..., 1])
    intersection = np.maximum(width, 0.0) * np.maximum(height, 0.0)
    union = area(a)[:, None] + area(b)[None, :] - intersection
    overlap: Floats = np.divide(intersection, union, out=np.zeros_like(intersection), where=union > 0)
    return overlap


def encode(anchors: ArrayLike, boxes: ArrayLike) -> Floats:
    """Regression targets (t_x, t_y, t_w, t_h) that move each anchor onto its box; shape (n, 4), no unit.

    Raises
    ------
    ValueError
        If an anchor or a box has no width or no height (its logarithm would not exist).

    Notes
    -----
    With centres x, y and sizes w, h: t_x = (x − x_a)/w_a, t_y = (y − y_a)/h_a, t_w = ln(w/w_a), t_h = ln(h/h_a).

    Source: Girshick et al. (2014), R-CNN, arXiv:1311.2524, appendix C; Ren et al. (2015), arXiv:1506.01497, eq. 2.

    Examples
    --------
    >>> encode([0, 0, 100, 100], [10, 20, 210, 120]).round(4)
    array([[0.6   , 0.2   , 0.6931, 0.    ]])
    """
    a, b = as_boxes(anchors), as_boxes(boxes)
    size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    if np.any(size_a <= 0) or np.any(size_b <= 0):
        raise ValueError("encode needs boxes with a width and a height above 0")
    shift = (b[:, :2] + b[:, 2:] - a[:, :2] - a[:, 2:]) / 2
    return np.hstack([shift / size_a, np.log(size_b / size_a)])


def decode(anchors: ArrayLike, offsets: ArrayLike) -> Floats:
    """The boxes that offsets (t_x, t_y, t_w, t_h), shape (n, 4), make of the anchors: the inverse of `encode`.

    The exponential keeps width and height above 0, whatever a network puts out.

    Examples
    --------
    >>> decode([0, 0, 100, 100], [[0.6, 0.2, np.log(2), 0.0]])
    array([[ 10.,  20., 210., 120.]])
    """
    a, t = as_boxes(anchors), np.atleast_2d(np.asarray(offsets, dtype=np.float64))
    size = a[:, 2:] - a[:, :2]
    centre = (a[:, :2] + a[:, 2:]) / 2 + t[:, :2] * size
    half = size * np.exp(t[:, 2:]) / 2
    return np.hstack([centre - half, centre + half])


def clip(boxes: ArrayLike, height: float, width: float) -> Floats:
    """Boxes cut to the picture [0, width] × [0, height] (px); a box wholly outside becomes empty, on the border.

    Examples
    --------
    >>> clip([-20, 10, 50, 700], height=600, width=800)
    array([[  0.,  10.,  50., 600.]])
    """
    limits = np.array([width, height, width, height], dtype=np.float64)
    return np.clip(as_boxes(boxes), 0.0, limits)


def inside(boxes: ArrayLike, height: float, width: float) -> NDArray[np.bool_]:
    """Which boxes lie wholly in the picture (touching the border counts as inside); shape (n,).

    Examples
    --------
    >>> inside([[0, 0, 800, 600], [-1, 0, 50, 50]], height=600, width=800)
    array([ True, False])
    """
    b = as_boxes(boxes)
    return (b[:, 0] >= 0) & (b[:, 1] >= 0) & (b[:, 2] <= width) & (b[:, 3] <= height)


def nms(boxes: ArrayLike, scores: ArrayLike, threshold: float, most: int | None = None) -> NDArray[np.intp]:
    """Greedy non-maximum suppression: the indices kept, best score first.

    Take the best box left, drop every other one that overlaps it by more than `threshold` (IoU), repeat. Equal scores
    are taken in the order given. most: stop when so many are kept (the same as cutting the answer off there).

    Raises
    ------
    ValueError
        If there is not exactly one score a box.

    Notes
    -----
    O(n · kept) overlaps; suppression is not transitive: a dropped box suppresses nobody.

    Examples
    --------
    >>> nms([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], [0.8, 0.9, 0.7], threshold=0.5)
    array([1, 2])
    """
    b, s = as_boxes(boxes), np.asarray(scores, dtype=np.float64)
    if s.shape != (len(b),):
        raise ValueError(f"one score a box: {len(b)} boxes, scores of shape {s.shape}")
    order = np.argsort(-s, kind="stable")
    kept: list[int] = []
    while order.size and len(kept) != most:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        order = rest[iou(b[best], b[rest])[0] <= threshold] if rest.size else rest
    return np.array(kept, dtype=np.intp)
