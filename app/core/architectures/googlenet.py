"""GoogLeNet (Inception v1): four branches a module, 1 × 1 convolutions to save channels, GAP before the classifier."""

import math
from typing import Literal

from app.core.architectures.parts import conv_norm
from app.core.layer_table import Block, Layer, conv, fc, global_pool, pool

Reduction = Literal["all", "pool-only", "none"]
Five = Literal["5x5", "two-3x3", "3x3"]
MODULES = {  # 1×1; 1×1 then 3×3; 1×1 then 5×5; 1×1 after pooling
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64), "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}  # fmt: skip


def module(
    name: str, channels: int, reduction: Reduction = "all", five: Five = "5x5", batch_norm: bool = False
) -> Block:
    """One Inception module that gets `channels`.

    reduction: "all" as published; "pool-only" drops the 1 × 1 before 3 × 3 and 5 × 5; "none" also the one after
    pooling (the naive module of figure 2a). five: "two-3x3" with √(in·out) channels between them, as *Rethinking
    Inception* grows them; "3x3" is what torchvision has instead. Source: Szegedy et al. (2015), arXiv:1409.4842.

    >>> [len(path) for path in module("3a", 192).paths], [len(path) for path in module("3a", 192, "none").paths]
    ([1, 2, 2, 2], [1, 1, 1, 1])
    """
    one, before_three, three, before_five, last, projected = MODULES[name]

    def unit(label: str, out: int, kernel: int) -> tuple[Layer, ...]:
        if batch_norm:
            return conv_norm(f"{name}/{label}", out, kernel, padding=kernel // 2)
        return (conv(f"{name}/{label}", out, kernel, padding=kernel // 2),)

    reduced = reduction == "all"
    if five == "two-3x3":
        between = round(math.sqrt((before_five if reduced else channels) * last))
        wide = unit("5x5-first", between, 3) + unit("5x5-second", last, 3)
    else:
        wide = unit("5x5", last, 5 if five == "5x5" else 3)
    branches = (
        unit("1x1", one, 1),
        (unit("3x3-reduce", before_three, 1) if reduced else ()) + unit("3x3", three, 3),
        (unit("5x5-reduce", before_five, 1) if reduced else ()) + wide,
        (pool(f"{name}/pool", 3, 1, 1), *(unit("pool-1x1", projected, 1) if reduction != "none" else ())),
    )
    return Block(name, "concat", branches)


def width(name: str, channels: int, reduction: Reduction = "all") -> int:
    """Channels that a module gives: the sum of its branches.

    >>> width("3a", 192), width("3a", 192, "none")
    (256, 416)
    """
    one, _, three, _, last, projected = MODULES[name]
    return one + three + last + (channels if reduction == "none" else projected)


def googlenet(
    layout: Literal["paper", "torchvision"] = "paper", reduction: Reduction = "all", five: Five = "5x5"
) -> list[Layer | Block]:
    """The layers of GoogLeNet without its two auxiliary classifiers, which work in training only.

    Parameters
    ----------
    layout : "paper" or "torchvision"
        torchvision's model has batch normalisation, which came later; 3 × 3 kernels in its "5 × 5" branch, a mistake
        inherited with the weights and kept for them (its issue 906); and a 2 × 2 window in its fourth pooling.
    reduction, five
        What if; see `module`. torchvision's layout has "3x3" whatever `five`.

    Examples
    --------
    >>> [part.name for part in googlenet() if isinstance(part, Block)]
    ['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b']
    """
    batch_norm = layout == "torchvision"
    five = "3x3" if batch_norm else five

    def unit(label: str, out: int, kernel: int, stride: int = 1) -> tuple[Layer, ...]:
        if batch_norm:
            return conv_norm(label, out, kernel, stride, kernel // 2)
        return (conv(label, out, kernel, stride, kernel // 2),)

    net: list[Layer | Block] = [
        *unit("conv1", 64, 7, 2), pool("pool1", 3, 2, ceil=True),
        *unit("conv2-reduce", 64, 1), *unit("conv2", 192, 3), pool("pool2", 3, 2, ceil=True),
    ]  # fmt: skip
    channels = 192
    for name in MODULES:
        net.append(module(name, channels, reduction, five, batch_norm))
        channels = width(name, channels, reduction)
        if name in ("3b", "4e"):
            net.append(pool(f"pool{name[0]}", 2 if name == "4e" and batch_norm else 3, 2, ceil=True))
    return [*net, global_pool(), fc("fc", 1000)]


def auxiliary(batch_norm: bool = True) -> list[Layer]:
    """A head for training on 4a or 4d: 5 × 5 average pooling with stride 3, 1 × 1 to 128, two linear layers.

    >>> [(layer.kind, layer.out) for layer in auxiliary(batch_norm=False)]
    [('avg-pool', 0), ('conv', 128), ('fc', 1024), ('fc', 1000)]
    """
    reduce = conv_norm("conv", 128, 1) if batch_norm else (conv("conv", 128, 1),)
    return [pool("pool", 5, 3, kind="avg-pool"), *reduce, fc("fc1", 1024), fc("fc2", 1000)]
