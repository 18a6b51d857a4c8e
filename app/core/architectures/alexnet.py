"""AlexNet: five convolutions, three fully connected layers; as published, and the one-tower layout of torchvision."""

from typing import Literal

from app.core.architectures.parts import fc_head
from app.core.layer_table import Layer, act, conv, pool

PAPER = (96, 256, 384, 384, 256)
TORCHVISION = (64, 192, 384, 256, 256)


def alexnet(layout: Literal["paper", "torchvision"] = "paper", groups: int = 2, gap: bool = False) -> list[Layer]:
    """The layers of AlexNet.

    Parameters
    ----------
    layout : "paper" or "torchvision"
        The published widths, or those of "One weird trick" (one tower), which torchvision carries.
    groups : int
        Paper layout: 2 cuts conv2, conv4 and conv5 into the halves of the two graphics cards; 1 joins them.
        The torchvision layout has no groups.
    gap : bool
        What if: global average pooling and one linear layer instead of the fully connected stack.

    Notes
    -----
    The paper says 224 px, but (224 − 11)/4 is no whole number; with padding 2 (torchvision), or 227 px, conv1 gives
    55 × 55 as the paper's memory layout needs. Sources: Krizhevsky, Sutskever, Hinton (2012), NeurIPS; Krizhevsky
    (2014), arXiv:1404.5997.

    Examples
    --------
    >>> [(layer.out, layer.kernel[0], layer.groups) for layer in alexnet() if layer.kind == "conv"]
    [(96, 11, 1), (256, 5, 2), (384, 3, 1), (384, 3, 2), (256, 3, 2)]
    """
    widths, cut = (PAPER, groups) if layout == "paper" else (TORCHVISION, 1)
    response_norm = layout == "paper"
    return [
        conv("conv1", widths[0], 11, stride=4, padding=2), *[act("lrn1")] * response_norm, pool("pool1", 3, 2),
        conv("conv2", widths[1], 5, padding=2, groups=cut), *[act("lrn2")] * response_norm, pool("pool2", 3, 2),
        conv("conv3", widths[2], 3, padding=1),
        conv("conv4", widths[3], 3, padding=1, groups=cut),
        conv("conv5", widths[4], 3, padding=1, groups=cut), pool("pool5", 3, 2),
        *fc_head(gap),
    ]  # fmt: skip
