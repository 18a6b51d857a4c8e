"""How many anchors an image has: cells rounded up, times the anchors of a cell, summed over the levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from app.core.anchors import cells
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Picture:
    """An image (px), the strides of its feature maps (px), and the anchors of a cell."""

    height: int
    width: int
    strides: tuple[int, ...]
    per_cell: int


def generate(rng: np.random.Generator, level: int) -> Picture:
    if level == 3:
        height, width = (int(n) for n in rng.integers(20, 51, 2) * 20)
        return Picture(
            height, width, ((4, 8, 16, 32, 64), (8, 16, 32, 64, 128))[int(rng.integers(2))], 3 * int(rng.integers(1, 4))
        )
    stride, per_cell = int(rng.choice([8, 16, 32])), int(rng.choice([3, 6, 9, 12, 15]))
    rows, cols = (int(n) for n in rng.integers(12, 60, 2))
    cut = (0, 0) if level == 1 else tuple(int(n) for n in rng.integers(1, stride // 2, 2) * 2)
    return Picture(rows * stride - cut[0], cols * stride - cut[1], (stride,), per_cell)


def locations(p: Picture, up: bool = True) -> list[int]:
    """Cells of each level."""
    return [cells(p.height, s, up) * cells(p.width, s, up) for s in p.strides]


def answer(p: Picture) -> float:
    return float(sum(locations(p)) * p.per_cell)


def prompt(p: Picture) -> Text:
    strides = ", ".join(str(s) for s in p.strides)
    if len(p.strides) == 1:
        return text(
            zh=f"图像高 {p.height} px、宽 {p.width} px，RPN 挂在步长 {strides} 的特征图上（尺寸向上取整），"
            f"每格 {p.per_cell} 个 anchor。一共有多少个 anchor？",
            en=f"An image is {p.height} px high and {p.width} px wide. The RPN sits on a map of stride {strides} "
            f"(sizes rounded up) with {p.per_cell} anchors a cell. How many anchors are there?",
        )
    return text(
        zh=f"特征金字塔的步长是 {strides.replace(', ', '、')}，每层每格 {p.per_cell} 个 anchor，各层尺寸都向上取整。"
        f"图像高 {p.height} px、宽 {p.width} px，一共有多少个 anchor？",
        en=f"A feature pyramid has strides {strides}, with {p.per_cell} anchors a cell on every level; every size is "
        f"rounded up. The image is {p.height} px high and {p.width} px wide. How many anchors in all?",
    )


def mistakes(p: Picture) -> Sequence[Mistake]:
    area = sum(p.height * p.width / s**2 for s in p.strides)
    return (
        Mistake("forgot-k", float(sum(locations(p))),
                text(zh=f"这是格子数，每格还有 {p.per_cell} 个 anchor。",
                     en=f"That is the number of cells; each carries {p.per_cell} anchors.")),
        Mistake("floor", float(sum(locations(p, up=False)) * p.per_cell),
                text(zh="你把除不尽的地方舍掉了；这里的特征图尺寸向上取整。",
                     en="You rounded down where the division leaves a rest; here feature maps round up.")),
        Mistake("divided-the-area", float(ceil(area * p.per_cell)),
                text(zh="要先把高和宽各自取整再相乘，不能用面积除以 $s^2$。",
                     en="Round height and width apart, then multiply; do not divide the area by $s^2$.")),
        Mistake("finest-level-only", float(locations(p)[0] * p.per_cell),
                text(zh="这只是最细的一层，还要加上其余各层。",
                     en="That is the finest level alone; add the others.")),
        Mistake("every-pixel", float(p.height * p.width * p.per_cell),
                text(zh="anchor 按特征图的格子排，不是每个像素一组。",
                     en="Anchors sit on the cells of the feature map, not on every pixel.")),
    )  # fmt: skip


def solution(p: Picture) -> Text:
    terms = " + ".join(
        rf"\lceil {p.height}/{s}\rceil\lceil {p.width}/{s}\rceil" if len(p.strides) == 1
        else rf"{cells(p.height, s)}\cdot {cells(p.width, s)}" for s in p.strides
    )  # fmt: skip
    formula = rf"$({terms})\cdot {p.per_cell} = {sum(locations(p))}\cdot {p.per_cell} = {answer(p):.0f}$"
    return text(zh=f"格子数乘每格的个数：{formula}。", en=f"Cells times anchors a cell: {formula}.")


exercise = Exercise(
    __name__,
    text(zh="anchor 的个数", en="Number of anchors"),
    generate,
    prompt,
    answer,
    lambda p: 0.5,
    mistakes,
    solution,
    demo="anchor-coverage",
)
