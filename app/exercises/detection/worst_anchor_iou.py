"""The IoU of an object with the nearest anchor of its own size, when it lies as badly as it can."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.coverage import worst_iou
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Setting:
    """Width and height of object and anchor (px), stride (px)."""

    width: int
    height: int
    stride: int


def generate(rng: np.random.Generator, level: int) -> Setting:
    stride = int(rng.choice([4, 8, 16, 32]))
    if level == 1:
        side = stride * int(rng.choice([1, 2, 3, 4, 6, 8]))
        return Setting(side, side, stride)
    width = stride + 2 * int(rng.integers(1, 60))
    return Setting(width, width if level == 2 else stride + 2 * int(rng.integers(1, 60)), stride)


def parts(p: Setting) -> tuple[int, int]:
    """Intersection and area of one box, px²."""
    return (p.width - p.stride // 2) * (p.height - p.stride // 2), p.width * p.height


def answer(p: Setting) -> float:
    return float(worst_iou((p.width, p.height), (p.width, p.height), p.stride))


def prompt(p: Setting) -> Text:
    return text(
        zh=f"特征图步长 {p.stride} px，每格有一个宽 {p.width} px、高 {p.height} px 的 anchor。"
        "同样大小的物体落在最不利的位置（不考虑图像边界）时，它与最近 anchor 的 IoU 是多少？（保留三位小数）",
        en=f"The feature map has stride {p.stride} px, every cell an anchor {p.width} px wide and {p.height} px high. "
        "An object of the same size lies as badly as it can (away from the border). What is its IoU with the nearest "
        "anchor? (three decimals)",
    )


def mistakes(p: Setting) -> Sequence[Mistake]:
    shared, area = parts(p)
    whole = max(p.width - p.stride, 0) * max(p.height - p.stride, 0)
    one_axis = (p.width - p.stride // 2) * p.height
    return (
        Mistake("whole-stride", whole / (2 * area - whole),
                text(zh="最近的 anchor 中心最多偏半个步长 $s/2$，不是 $s$。",
                     en="The nearest centre is at most half a stride away, $s/2$, not $s$.")),
        Mistake("one-axis", one_axis / (2 * area - one_axis),
                text(zh="横向和纵向都会偏 $s/2$。", en="It is off by $s/2$ along both axes.")),
        Mistake("union-not-subtracted", shared / (2 * area),
                text(zh="并集要减去一次交集：$2wh$ 把交集算了两遍。",
                     en="Subtract the intersection once: $2wh$ counts it twice.")),
        Mistake("over-own-area", shared / area,
                text(zh="分母是并集，不是一个框的面积。", en="Divide by the union, not by the area of one box.")),
    )  # fmt: skip


def solution(p: Setting) -> Text:
    shared, area = parts(p)
    half = p.stride // 2
    formula = (
        rf"$\frac{{({p.width}-{half})({p.height}-{half})}}{{2\cdot {area} - {shared}}}"
        rf" = \frac{{{shared}}}{{{2 * area - shared}}} = {answer(p):.4f}$"
    )
    return text(
        zh=f"最坏时两个方向各偏 $s/2 = {half}$ px：{formula}。",
        en=f"At worst the centres are $s/2 = {half}$ px apart along both axes: {formula}.",
    )


exercise = Exercise(
    __name__,
    text(zh="最差位置的 IoU", en="IoU in the worst place"),
    generate,
    prompt,
    answer,
    lambda p: 0.002,
    mistakes,
    solution,
    demo="anchor-coverage",
)
