"""Losses of a predicted box against its ground truth, each with its gradient to the predicted box.

Boxes are xyxy edges, px, float64, shape (n, 4). Every loss returns (values, gradients), shapes (n,) and (n, 4), the
gradient being ∂loss/∂(x1, y1, x2, y2) of the prediction. The coordinate losses compare regression targets relative to
a proposal (boxes.encode); the overlap losses compare the boxes themselves.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.boxes import area, as_boxes, encode

Floats = NDArray[np.float64]
Loss = tuple[Floats, Floats]


def l2(residual: ArrayLike) -> Loss:
    """½ r², summed over the last axis, and its derivative r.

    Examples
    --------
    >>> [a.tolist() for a in l2([[0.5, -2.0]])]
    [[2.125], [[0.5, -2.0]]]
    """
    r = np.asarray(residual, dtype=np.float64)
    return (r**2).sum(axis=-1) / 2, r


def l1(residual: ArrayLike) -> Loss:
    """|r|, summed over the last axis, and its derivative sign r (0 at 0).

    Examples
    --------
    >>> [a.tolist() for a in l1([[0.5, -2.0]])]
    [[2.5], [[1.0, -1.0]]]
    """
    r = np.asarray(residual, dtype=np.float64)
    return np.abs(r).sum(axis=-1), np.sign(r)


def smooth_l1(residual: ArrayLike, beta: float = 1.0) -> Loss:
    """r²/(2β) where |r| < β, |r| − β/2 beyond: quadratic near 0, of bounded slope far away.

    Parameters
    ----------
    residual : array_like, shape (..., 4)
    beta : float
        Where the two pieces meet, above 0. The paper has 1.

    Raises
    ------
    ValueError
        Unless beta > 0.

    Notes
    -----
    Source: Girshick (2015), Fast R-CNN, arXiv:1504.08083, eq. 3. It is Huber's loss divided by β.

    Examples
    --------
    >>> smooth_l1(np.array([[0.5], [1.0], [2.0]]))[0].tolist()
    [0.125, 0.5, 1.5]
    """
    if not beta > 0:
        raise ValueError(f"beta must be above 0, got {beta}")
    r = np.asarray(residual, dtype=np.float64)
    size = np.abs(r)
    values = np.where(size < beta, r**2 / (2 * beta), size - beta / 2)
    return values.sum(axis=-1), np.clip(r / beta, -1.0, 1.0)


def encode_backward(proposals: ArrayLike, boxes: ArrayLike, gradient: ArrayLike) -> Floats:
    """Chain rule through `boxes.encode`: ∂L/∂box from ∂L/∂(t_x, t_y, t_w, t_h); shape (n, 4), per px.

    Notes
    -----
    t_x = ((x1 + x2)/2 − x_p)/w_p and t_w = ln((x2 − x1)/w_p), so ∂t_x/∂x1 = ∂t_x/∂x2 = 1/(2 w_p), and
    ∂t_w/∂x2 = −∂t_w/∂x1 = 1/(x2 − x1).

    Examples
    --------
    >>> encode_backward([0, 0, 50, 100], [0, 0, 20, 20], [[1.0, 0.0, 1.0, 0.0]]).round(3).tolist()
    [[-0.04, 0.0, 0.06, 0.0]]
    """
    p, b, g = as_boxes(proposals), as_boxes(boxes), np.atleast_2d(np.asarray(gradient, dtype=np.float64))
    centre = g[:, :2] / (2 * (p[:, 2:] - p[:, :2]))
    size = g[:, 2:] / (b[:, 2:] - b[:, :2])
    return np.hstack([centre - size, centre + size])


def decode_backward(proposals: ArrayLike, boxes: ArrayLike, gradient: ArrayLike) -> Floats:
    """Chain rule through `boxes.decode`: ∂L/∂(t_x, t_y, t_w, t_h) from ∂L/∂box of the decoded boxes; shape (n, 4).

    Notes
    -----
    x1 = x_p + w_p t_x − w/2 and x2 = x_p + w_p t_x + w/2 with w = w_p exp(t_w), so ∂x1/∂t_x = ∂x2/∂t_x = w_p and
    ∂x2/∂t_w = −∂x1/∂t_w = w/2.

    Examples
    --------
    >>> decode_backward([0, 0, 50, 100], [0, 0, 20, 20], [[0.1, 0.0, 0.3, 0.0]]).round(3).tolist()
    [[20.0, 0.0, 2.0, 0.0]]
    """
    p, b, g = as_boxes(proposals), as_boxes(boxes), np.atleast_2d(np.asarray(gradient, dtype=np.float64))
    centre = (g[:, :2] + g[:, 2:]) * (p[:, 2:] - p[:, :2])
    size = (g[:, 2:] - g[:, :2]) * (b[:, 2:] - b[:, :2]) / 2
    return np.hstack([centre, size])


def coordinate_loss(kind: str, boxes: ArrayLike, truth: ArrayLike, proposals: ArrayLike, beta: float = 1.0) -> Loss:
    """L2, L1 or smooth L1 between the regression targets of the predicted and of the true box.

    Parameters
    ----------
    kind : str
        "l2", "l1" or "smooth-l1".
    boxes, truth, proposals : array_like, shapes (n, 4) or (4,), px
    beta : float
        Of smooth L1.

    Raises
    ------
    ValueError
        For another kind, or a box without a width or a height.

    Examples
    --------
    >>> value, gradient = coordinate_loss("l2", [110, 100, 160, 200], [100, 100, 150, 200], [100, 100, 150, 200])
    >>> value.round(3).tolist(), gradient.round(4).tolist()
    ([0.02], [[0.002, 0.0, 0.002, 0.0]])
    """
    if kind not in ("l2", "l1", "smooth-l1"):
        raise ValueError(f"kind is l2, l1 or smooth-l1, got {kind!r}")
    residual = encode(proposals, boxes) - encode(proposals, truth)
    value, gradient = l2(residual) if kind == "l2" else l1(residual) if kind == "l1" else smooth_l1(residual, beta)
    return value, encode_backward(proposals, boxes, gradient)


def beyond(a: Floats, b: Floats) -> Floats:
    """1 where a > b, 0 where a < b, ½ where they are equal: the derivative of max(a, b) to a.

    >>> beyond(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.heaviside(a - b, 0.5)


def overlap(boxes: ArrayLike, truth: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Intersection and union of each pair, px², shapes (n,), and their gradients to the first box, shapes (n, 4).

    Notes
    -----
    The intersection is w·h with w = min(x2, x2′) − max(x1, x1′), cut at 0. Only an edge of the first box that bounds
    the intersection moves it; |A ∪ B| = |A| + |B| − |A ∩ B|. Where two edges coincide, the mean of the two one-sided
    derivatives is taken.

    Examples
    --------
    >>> inner, union, d_inner, d_union = overlap([0, 0, 10, 10], [5, 2, 15, 12])
    >>> inner.tolist(), union.tolist(), d_inner.tolist(), d_union.tolist()
    ([40.0], [160.0], [[0.0, 0.0, 8.0, 5.0]], [[-10.0, -10.0, 2.0, 5.0]])
    """
    b, g = np.broadcast_arrays(as_boxes(boxes), as_boxes(truth))
    size = np.minimum(b[:, 2:], g[:, 2:]) - np.maximum(b[:, :2], g[:, :2])
    w, h = np.maximum(size, 0.0).T
    inner = w * h
    touching = (size > 0).all(axis=1)
    other = np.stack([h, w], axis=1)  # moving an edge of x by 1 px changes the intersection by h
    bounding = np.hstack([beyond(b[:, :2], g[:, :2]), beyond(g[:, 2:], b[:, 2:])])  # edges that bound the intersection
    d_inner = np.hstack([-other, other]) * bounding * touching[:, None]
    sides = (b[:, 2:] - b[:, :2])[:, ::-1]
    d_union = np.hstack([-sides, sides]) - d_inner
    return inner, area(b) + area(g) - inner, d_inner + 0.0, d_union


def iou_loss(boxes: ArrayLike, truth: ArrayLike) -> Loss:
    """1 − IoU. Constant 1, with gradient 0, wherever the boxes do not overlap.

    Notes
    -----
    Yu et al. (2016), UnitBox, arXiv:1608.01471, use −ln IoU, which is infinite there.

    Examples
    --------
    >>> [a.round(4).tolist() for a in iou_loss([[0, 0, 10, 10], [20, 0, 30, 10]], [5, 0, 15, 10])]
    [[0.6667, 1.0], [[-0.0222, 0.0, -0.0667, 0.0], [0.0, 0.0, 0.0, 0.0]]]
    """
    inner, union, d_inner, d_union = overlap(boxes, truth)
    return 1 - inner / union, ((inner / union)[:, None] * d_union - d_inner) / union[:, None] + 0.0


def hull(boxes: ArrayLike, truth: ArrayLike) -> tuple[Floats, Floats]:
    """Width and height of the smallest box around each pair, shape (n, 2), px, and which edges of the first box bound
    it: −1 for x1 and y1, +1 for x2 and y2, half of it where both boxes do, 0 for other edges; shape (n, 4).

    Examples
    --------
    >>> [a.tolist() for a in hull([0, 0, 10, 10], [5, 0, 15, 20])]
    [[[15.0, 20.0]], [[-1.0, -0.5, 0.0, 0.0]]]
    """
    b, g = np.broadcast_arrays(as_boxes(boxes), as_boxes(truth))
    size = np.maximum(b[:, 2:], g[:, 2:]) - np.minimum(b[:, :2], g[:, :2])
    return size, np.hstack([-beyond(g[:, :2], b[:, :2]), beyond(b[:, 2:], g[:, 2:])]) + 0.0


def giou_loss(boxes: ArrayLike, truth: ArrayLike) -> Loss:
    """1 − GIoU, with GIoU = IoU − (|C| − |A ∪ B|)/|C| and C the smallest box around both; in 0..2.

    Notes
    -----
    Disjoint boxes still get a gradient, from the empty part of C. Where one box contains the other, C is the larger
    one and GIoU is IoU. Source: Rezatofighi et al. (2019), arXiv:1902.09630.

    Examples
    --------
    Unit squares a gap of 1 apart have GIoU −1/3:

    >>> value, gradient = giou_loss([0, 0, 1, 1], [2, 0, 3, 1])
    >>> (1 - value).round(4).tolist(), gradient.round(4).tolist()
    ([-0.3333], [[0.1111, 0.0, -0.3333, 0.0]])
    """
    loss, gradient = iou_loss(boxes, truth)
    _, union, _, d_union = overlap(boxes, truth)
    size, bounds = hull(boxes, truth)
    whole = size.prod(axis=1)
    d_whole = bounds * np.hstack([size[:, ::-1], size[:, ::-1]])
    # the penalty is 1 − U/C, so its derivative is −U′/C + U C′/C²
    penalty = -d_union / whole[:, None] + (union / whole**2)[:, None] * d_whole
    return loss + 1 - union / whole, gradient + penalty


def diou_loss(boxes: ArrayLike, truth: ArrayLike) -> Loss:
    """1 − IoU + ρ²/c²: the squared distance of the centres over the squared diagonal of the box around both.

    Notes
    -----
    It moves the centre directly, where GIoU first lets the box grow. Source: Zheng et al. (2020), arXiv:1911.08287.

    Examples
    --------
    >>> [a.round(4).tolist() for a in diou_loss([0, 0, 10, 10], [20, 0, 30, 10])]
    [[1.4], [[0.004, 0.004, -0.02, -0.004]]]
    """
    loss, gradient = iou_loss(boxes, truth)
    b, g = np.broadcast_arrays(as_boxes(boxes), as_boxes(truth))
    shift = (b[:, :2] + b[:, 2:] - g[:, :2] - g[:, 2:]) / 2
    size, bounds = hull(boxes, truth)
    rho, diagonal = (shift**2).sum(axis=1), (size**2).sum(axis=1)
    d_diagonal = 2 * bounds * np.hstack([size, size])
    penalty = np.hstack([shift, shift]) / diagonal[:, None] - (rho / diagonal**2)[:, None] * d_diagonal
    return loss + rho / diagonal, gradient + penalty


def ciou_loss(boxes: ArrayLike, truth: ArrayLike) -> Loss:
    """DIoU loss + α v, which also compares the aspect ratios.

    Notes
    -----
    v = 4/π² (arctan(w′/h′) − arctan(w/h))² and α = v/(1 − IoU + v) are as in the paper; like its code, the gradient
    treats α as a constant. Source: Zheng et al. (2020), arXiv:1911.08287, section "Complete IoU loss".

    Examples
    --------
    Same centre, same area, other shape:

    >>> box, truth = [0, 0, 20, 10], [5, -5, 15, 15]
    >>> [loss(box, truth)[0].round(4).tolist() for loss in (iou_loss, diou_loss, ciou_loss)]
    [[0.6667], [0.6667], [0.7004]]
    """
    loss, gradient = diou_loss(boxes, truth)
    b, g = np.broadcast_arrays(as_boxes(boxes), as_boxes(truth))
    (w, h), (v_w, v_h) = (b[:, 2:] - b[:, :2]).T, (g[:, 2:] - g[:, :2]).T
    gap = np.arctan2(v_w, v_h) - np.arctan2(w, h)
    v = 4 / math.pi**2 * gap**2
    rest = iou_loss(boxes, truth)[0] + v
    alpha = np.divide(v, rest, out=np.zeros_like(v), where=rest > 0)
    # d arctan(w/h) = (h dw − w dh)/(w² + h²)
    slope = -8 / math.pi**2 * gap * alpha / (w**2 + h**2)
    turn = np.stack([-h, w, h, -w], axis=1)
    return loss + alpha * v, gradient + slope[:, None] * turn
