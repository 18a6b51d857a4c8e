"""VGG: nothing but 3 × 3 convolutions and 2 × 2 pooling, then AlexNet's fully connected layers."""

from app.core.architectures.parts import fc_head
from app.core.layer_table import Layer, conv, pool

VGG_WIDTHS = (64, 128, 256, 512, 512)
VGG_STACKS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}


def vgg(depth: int = 16, gap: bool = False) -> list[Layer]:
    """The layers of VGG-11, 13, 16 or 19 (configurations A, B, D, E): five stacks of 3 × 3, each ended by pooling.

    gap: what if the fully connected stack were global average pooling and one linear layer. Configuration C, the only
    one with 1 × 1 convolutions, is not among them. Raises KeyError for another depth.
    Source: Simonyan, Zisserman (2015), ICLR, arXiv:1409.1556, table 1.

    >>> [layer.name for layer in vgg(11)]  # doctest: +NORMALIZE_WHITESPACE
    ['conv1_1', 'pool1', 'conv2_1', 'pool2', 'conv3_1', 'conv3_2', 'pool3', 'conv4_1', 'conv4_2', 'pool4',
     'conv5_1', 'conv5_2', 'pool5', 'fc6', 'fc7', 'fc8']
    """
    net: list[Layer] = []
    for stack, (width, count) in enumerate(zip(VGG_WIDTHS, VGG_STACKS[depth], strict=True), start=1):
        net += [conv(f"conv{stack}_{i}", width, 3, padding=1) for i in range(1, count + 1)]
        net.append(pool(f"pool{stack}", 2, 2))
    return net + fc_head(gap)
