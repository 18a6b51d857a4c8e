"""From anchors to proposals: what a region proposal network does with its offsets and scores, and who dropped whom.

Boxes are xyxy edges in px (boxes.py); anchors and their training labels are in anchors.py.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.boxes import as_boxes, clip, decode, iou, nms

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Proposals(NamedTuple):
    """boxes (m, 4) px with their scores (m,), best first; sources (m,): the anchor each came from; counts: how many
    boxes were left after decoding, after the size filter, after the cut by score, after NMS."""

    boxes: Floats
    scores: Floats
    sources: Ints
    counts: tuple[int, int, int, int]


def propose(
    anchors: ArrayLike, offsets: ArrayLike, scores: ArrayLike, height: float, width: float,
    smallest: float = 16.0, before: int = 6000, threshold: float = 0.7, after: int = 300,
) -> Proposals:  # fmt: skip
    """Decode, clip, drop the tiny, keep the best by score, suppress, keep the best again.

    Parameters
    ----------
    anchors : array_like, shape (n, 4), px
    offsets : array_like, shape (n, 4)
        (t_x, t_y, t_w, t_h), as `boxes.decode` takes them.
    scores : array_like, shape (n,)
        Objectness; only their order matters.
    height, width : float
        Of the picture, px.
    smallest : float
        Shortest side that is kept, px.
    before, after : int
        Most boxes that go into NMS, and that come out.
    threshold : float
        IoU above which NMS drops the lower score.

    Notes
    -----
    Source: Ren et al. (2015), Faster R-CNN, arXiv:1506.01497, section 3.3; 6000, 0.7 and 300 are the values its
    published code uses at test time.

    Examples
    --------
    Two anchors that decode to the same box, and one that leaves the picture:

    >>> anchors, offsets = [[0, 0, 40, 40], [10, 0, 50, 40], [90, 0, 130, 40]], [[0.25, 0, 0, 0], [0] * 4, [2, 0, 0, 0]]
    >>> out = propose(anchors, offsets, scores=[0.8, 0.9, 0.7], height=100, width=100)
    >>> out.boxes.tolist(), out.sources.tolist(), out.counts
    ([[10.0, 0.0, 50.0, 40.0]], [1], (3, 2, 2, 1))
    """
    boxes, s = clip(decode(anchors, offsets), height, width), np.asarray(scores, dtype=np.float64)
    large = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).min(axis=1) >= smallest)
    best = large[np.argsort(-s[large], kind="stable")][:before]
    kept = best[nms(boxes[best], s[best], threshold, after)]
    return Proposals(boxes[kept], s[kept], kept, (len(boxes), len(large), len(best), len(kept)))


def suppressed_by(boxes: ArrayLike, kept: ArrayLike, threshold: float) -> Ints:
    """For every box the kept box that removed it in greedy NMS; −1 for those that were kept.

    Parameters
    ----------
    boxes : array_like, shape (n, 4), px
    kept : array_like, shape (k,)
        Indices as `nms` returns them, best score first.
    threshold : float
        The IoU threshold it was run with.

    Notes
    -----
    A dropped box fell to the first kept one, in the order of scores, that overlaps it by more than the threshold.

    Examples
    --------
    >>> boxes = [[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]]
    >>> suppressed_by(boxes, nms(boxes, [0.8, 0.9, 0.7], 0.5), 0.5).tolist()
    [1, -1, -1]
    """
    b, survivors = as_boxes(boxes), np.asarray(kept, dtype=np.intp)
    by = np.full(len(b), -1, dtype=np.intp)
    if survivors.size:
        over = iou(b[survivors], b) > threshold
        by = np.where(over.any(axis=0), survivors[over.argmax(axis=0)], -1)
        by[survivors] = -1
    return by


def greedy_violations(boxes: ArrayLike, scores: ArrayLike, kept: ArrayLike, threshold: float) -> int:
    """How many boxes break the definition of greedy NMS: kept beside a better kept one, or dropped without cause.

    Notes
    -----
    A set K is the answer when each box is in K exactly if no better-scored member of K overlaps it by more than the
    threshold (equal scores: the earlier one counts as better). Checked for every box apart, without any loop of NMS.

    Examples
    --------
    >>> boxes = [[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]]
    >>> greedy_violations(boxes, [0.8, 0.9, 0.7], [1, 2], 0.5), greedy_violations(boxes, [0.8, 0.9, 0.7], [0, 1], 0.5)
    (0, 2)
    """
    b, s = as_boxes(boxes), np.asarray(scores, dtype=np.float64)
    place = np.empty(len(b), dtype=np.intp)
    place[np.argsort(-s, kind="stable")] = np.arange(len(b))
    member = np.zeros(len(b), dtype=bool)
    member[np.asarray(kept, dtype=np.intp)] = True
    beaten = ((iou(b, b) > threshold) & (place[:, None] < place) & member[:, None]).any(axis=0)
    return int(np.count_nonzero(member == beaten))
