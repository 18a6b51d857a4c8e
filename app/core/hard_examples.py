"""Which examples a detector trains on: random 3 : 1, hard negatives, OHEM. Selection by loss, and a small test bed.

loss (n,) is the present loss of every example, y (n,) its label, 1 for an object and 0 for background. Selections are
(n,) masks of booleans; whatever is not selected gets weight 0. The focal loss, which selects nothing, is in
focal_loss.py.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.activations import Array
from app.core.boxes import nms

Mask = NDArray[np.bool_]


def hardest(loss: Array, count: int) -> Mask:
    """The `count` examples of largest loss, positives and negatives alike; of equal ones the earlier.

    >>> hardest(np.array([0.1, 2.0, 0.1, 0.7]), 2).tolist()
    [False, True, False, True]
    """
    chosen = np.zeros(len(loss), dtype=bool)
    chosen[np.argsort(-loss, kind="stable")[:count]] = True
    return chosen


def hard_negatives(loss: Array, y: Array, ratio: float = 3.0) -> Mask:
    """All positives, and for each of them the `ratio` negatives of largest loss. As in SSD (Liu et al., 2016).

    >>> hard_negatives(np.array([0.1, 0.2, 2.0, 0.1, 0.7]), np.array([1, 0, 0, 0, 0]), ratio=2).tolist()
    [True, False, True, False, True]
    """
    return np.asarray((y == 1) | hardest(np.where(y == 1, -np.inf, loss), _wanted(y, ratio)))


def random_negatives(y: Array, rng: np.random.Generator, ratio: float = 3.0) -> Mask:
    """All positives, and for each of them `ratio` negatives drawn without looking at their loss.

    >>> random_negatives(np.array([1, 0, 0, 0, 0, 0]), np.random.default_rng(0)).sum().item()
    4
    """
    return hard_negatives(rng.random(len(y)), y, ratio)


def _wanted(y: Array, ratio: float) -> int:
    positives = int(np.sum(y == 1))
    return min(len(y) - positives, round(ratio * positives))


def ohem(loss: Array, boxes: ArrayLike, budget: int, threshold: float = 0.7) -> NDArray[np.intp]:
    """Online hard example mining: the indices of at most `budget` regions, largest loss first.

    Notes
    -----
    The loss is that of classification plus localisation, of every region of the picture. Regions that overlap see the
    same features and would count one difficulty twice, so suppression goes before the cut: NMS with the loss as score.
    Source: Shrivastava et al. (2016), arXiv:1604.03540, section 4 (budget 128, threshold 0.7).

    Examples
    --------
    >>> regions = [[0, 0, 10, 10], [0, 0, 10, 9], [20, 0, 30, 10], [40, 0, 50, 10]]
    >>> ohem(np.array([2.0, 1.9, 0.1, 0.5]), regions, budget=2).tolist()
    [0, 3]
    """
    return nms(boxes, loss, threshold, most=budget)


class Anchors(NamedTuple):
    """Generated anchors. X (n, 2): features. y (n,): labels as the annotator gave them. object (n,): what is there.
    hard (n,): background that looks almost like an object."""

    X: Array
    y: Array
    object: Mask
    hard: Mask


def draw_anchors(positives: int, easy: int, hard: int, rng: np.random.Generator, missed: float = 0.0) -> Anchors:
    """Objects around (2, 2), hard background next to them around (2, 0.6), both with standard deviation 0.5; easy
    background around (−2, −2) with 1.2. missed: the share of objects nobody annotated, so labelled background.

    >>> anchors = draw_anchors(10, 100, 5, np.random.default_rng(0), missed=0.2)
    >>> len(anchors.X), int(anchors.y.sum()), int(anchors.object.sum()), int(anchors.hard.sum())
    (115, 8, 10, 5)
    """
    kind = np.repeat([0, 1, 2], [positives, easy, hard])
    centre = np.array([[2.0, 2.0], [-2.0, -2.0], [2.0, 0.6]])[kind]
    X = centre + np.array([0.5, 1.2, 0.5])[kind][:, None] * rng.standard_normal((len(kind), 2))
    y = (kind == 0).astype(float)
    y[: round(missed * positives)] = 0.0
    return Anchors(X, y, kind == 0, kind == 2)
