"""ResNet: blocks whose input is added to their output; basic and bottleneck, with the strides of v1 and of v1.5."""

from typing import Literal

from app.core.architectures.parts import conv_norm
from app.core.layer_table import Block, Layer, fc, global_pool, pool

BlockKind = Literal["basic", "bottleneck"]
Strided = Literal["1x1", "3x3"]
RESNET_WIDTHS = (64, 128, 256, 512)
RESNET_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def block(
    name: str, channels: int, out: int, stride: int = 1, kind: BlockKind = "basic", strided: Strided = "3x3",
    groups: int = 1, middle: int = 0,
) -> Block:  # fmt: skip
    """A residual block from `channels` to `out`.

    basic: two 3 × 3 at width `out`. bottleneck: 1 × 1 to `middle` (default out/4), 3 × 3 in `groups`, 1 × 1 to `out`;
    `strided` names the layer that takes the stride. The shortcut is the identity where shapes agree, else a 1 × 1.

    >>> [layer.name for layer in block("b", 256, 256, kind="bottleneck").paths[0] if layer.kind == "conv"]
    ['b/1x1-reduce', 'b/3x3', 'b/1x1']
    """
    if kind == "basic":
        residual = conv_norm(f"{name}/3x3-1", out, 3, stride, 1) + conv_norm(f"{name}/3x3-2", out, 3, 1, 1)
    else:
        narrow, (first, second) = middle or out // 4, (stride, 1) if strided == "1x1" else (1, stride)
        residual = (
            conv_norm(f"{name}/1x1-reduce", narrow, 1, first)
            + conv_norm(f"{name}/3x3", narrow, 3, second, 1, groups)
            + conv_norm(f"{name}/1x1", out, 1)
        )
    same = stride == 1 and channels == out
    return Block(name, "add", (residual, () if same else conv_norm(f"{name}/shortcut", out, 1, stride)))


def resnet(
    depth: int = 50, strided: Strided = "3x3", kind: BlockKind | None = None, groups: int = 1
) -> list[Layer | Block]:
    """The layers of ResNet-18, 34, 50, 101 or 152.

    Parameters
    ----------
    depth : int
    strided : "1x1" or "3x3"
        Which layer of a bottleneck takes stride 2: "1x1" as published (v1), "3x3" as in most code (v1.5).
    kind : "basic", "bottleneck" or None
        None: as published, bottlenecks from 50 layers on. "basic" for those: what if each block were two 3 × 3 at the
        block's full width.
    groups : int
        32 makes the bottlenecks those of ResNeXt 32×4d: the middle twice as wide, cut into 32 groups.

    Notes
    -----
    Sources: He et al. (2016), CVPR, arXiv:1512.03385, table 1; Xie et al. (2017), arXiv:1611.05431 (groups).

    Examples
    --------
    >>> sum(3 for part in resnet(50) if isinstance(part, Block)) + 2  # 16 blocks of three layers, conv1 and fc
    50
    """
    expansion = 4 if depth >= 50 else 1
    kind = kind or ("bottleneck" if depth >= 50 else "basic")
    net: list[Layer | Block] = [*conv_norm("conv1", 64, 7, 2, 3), pool("pool1", 3, 2, 1)]
    channels = 64
    for stage, (width, count) in enumerate(zip(RESNET_WIDTHS, RESNET_BLOCKS[depth], strict=True), start=2):
        for i in range(1, count + 1):
            stride = 2 if i == 1 and stage > 2 else 1
            out, middle = width * expansion, width * (2 if groups > 1 else 1)
            net.append(block(f"conv{stage}_{i}", channels, out, stride, kind, strided, groups, middle))
            channels = out
    return [*net, global_pool(), fc("fc", 1000)]
