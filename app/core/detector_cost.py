"""What a region-based detector computes for one picture, in multiply–adds: R-CNN, Fast R-CNN, Faster R-CNN.

The three share a convolutional stack (conv_stack.py) and a head of dense layers that runs once a region. They differ
in how often the stack runs, and in where the regions come from. Outside proposals (selective search) have no
multiply–adds here: they are a search on the CPU, and were measured in seconds.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from app.core.conv_stack import Stages, map_size, stack_macs


class Cost(NamedTuple):
    """Multiply–adds for one picture: convolutions of the stack, the RPN, the dense layers of all regions."""

    conv: int
    rpn: int
    head: int

    @property
    def total(self) -> int:
        return self.conv + self.rpn + self.head


def dense_macs(widths: Sequence[int]) -> int:
    """Multiply–adds of dense layers one after the other: widths[0]·widths[1] + widths[1]·widths[2] + …

    Examples
    --------
    The head of Fast R-CNN on VGG-16: 7·7·512 pooled features, fc6, fc7, then 21 scores and 4·21 box offsets.

    >>> dense_macs([7 * 7 * 512, 4096, 4096, 21 + 4 * 21])
    119967744
    """
    return sum(a * b for a, b in pairwise(widths))


def rpn_macs(rows: int, cols: int, channels: int, anchors: int = 9) -> int:
    """Multiply–adds of a region proposal network: a 3×3 convolution that keeps the channels, then 1×1 to 6 an anchor.

    Two scores and four offsets an anchor. Source: Ren et al. (2015), Faster R-CNN, arXiv:1506.01497, section 3.1.

    Examples
    --------
    >>> rpn_macs(37, 62, 512)
    5475649536
    """
    return rows * cols * (9 * channels * channels + channels * 6 * anchors)


def rcnn_cost(stages: Stages, head: Sequence[int], regions: int, crop: int) -> Cost:
    """R-CNN: the whole network once for every region, on a crop of crop × crop px.

    Source: Girshick et al. (2014), arXiv:1311.2524, section 2.

    Examples
    --------
    >>> vgg16 = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
    >>> rcnn_cost(vgg16, [25088, 4096, 4096, 105], regions=2000, crop=224).total / 1e12
    30.9331968
    """
    return Cost(regions * stack_macs(stages, crop, crop), 0, regions * dense_macs(head))


def fast_rcnn_cost(
    stages: Stages, head: Sequence[int], regions: int, height: int, width: int, ceil: bool = False
) -> Cost:
    """Fast R-CNN: the convolutions once for the picture, the head once for every region.

    RoI pooling itself only compares numbers. Source: Girshick (2015), arXiv:1504.08083, section 2.

    Examples
    --------
    >>> vgg16 = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
    >>> cost = fast_rcnn_cost(vgg16, [25088, 4096, 4096, 105], 2000, 600, 1000)
    >>> round(cost.conv / 1e9, 1), round(cost.head / 1e9, 1)
    (183.2, 239.9)
    """
    return Cost(stack_macs(stages, height, width, ceil), 0, regions * dense_macs(head))


def faster_rcnn_cost(
    stages: Stages, head: Sequence[int], regions: int, height: int, width: int, ceil: bool = False, anchors: int = 9
) -> Cost:
    """Faster R-CNN: Fast R-CNN plus a region proposal network on the shared map, which makes do with fewer regions.

    Examples
    --------
    >>> vgg16 = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
    >>> faster_rcnn_cost(vgg16, [25088, 4096, 4096, 105], 300, 600, 1000).rpn / 1e9
    5.475649536
    """
    shared = fast_rcnn_cost(stages, head, regions, height, width, ceil)
    rows, cols = map_size(stages, height, width, ceil)
    return shared._replace(rpn=rpn_macs(rows, cols, stages[-1][-1], anchors))


def break_even(stages: Stages, crop: int, height: int, width: int, ceil: bool = False) -> float:
    """Regions from which one pass over the picture costs less than a pass over every crop.

    Notes
    -----
    R-CNN costs N (m_c + h), Fast R-CNN m_i + N h: equal at N = m_i / m_c, whatever the head. Convolutions cost the
    same per px, so that is the area of the picture over the area of a crop (up to the rounding of the poolings).

    Examples
    --------
    >>> vgg16 = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
    >>> round(break_even(vgg16, 224, 600, 1000), 2), round(600 * 1000 / 224**2, 2)
    (11.93, 11.96)
    """
    return stack_macs(stages, height, width, ceil) / stack_macs(stages, crop, crop)
