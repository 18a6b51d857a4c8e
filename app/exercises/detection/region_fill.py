"""Size and fill similarity of two rectangular regions by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.region_similarity import fill_similarity, size_similarity
from app.kit import Exercise, Mistake, Text, text

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Regions:
    """Two rectangles side by side, bottoms aligned, in a square picture; px. Level 3 moves the second one down."""

    level: int
    side: int
    first: tuple[int, int]
    second: tuple[int, int]
    drop: int = 0

    @property
    def sizes(self) -> tuple[int, int]:
        return self.first[0] * self.first[1], self.second[0] * self.second[1]

    @property
    def boxes(self) -> tuple[Box, Box]:
        (w1, h1), (w2, h2) = self.first, self.second
        top = max(h1, h2)
        return (0, top - h1, w1, top), (w1, top - h2 + self.drop, w1 + w2, top + self.drop)

    @property
    def common(self) -> int:
        """Area of the box around both."""
        (_, a, _, b), (_, c, right, d) = self.boxes
        return right * (max(b, d) - min(a, c))


def generate(rng: np.random.Generator, level: int) -> Regions:
    while True:
        w1, h1, w2, h2 = (int(n) * 5 for n in rng.integers(2, 9, 4))
        drop = 5 * int(rng.integers(1, 7)) if level == 3 else 0
        q = Regions(level, int(rng.choice([80, 100, 125, 200])), (w1, h1), (w2, h2), drop)
        shared = min(q.boxes[0][3], q.boxes[1][3]) - max(q.boxes[0][1], q.boxes[1][1])
        if h1 != h2 and shared > 0 and q.side >= w1 + w2 and q.side >= max(h1, h2) + drop:
            return q


def answer(q: Regions) -> float:
    (a, b), whole = q.sizes, float(q.side**2)
    fill = fill_similarity(*q.boxes, a, b, whole)
    if q.level == 1:
        return size_similarity(a, b, whole)
    return fill if q.level == 2 else fill + size_similarity(a, b, whole)


def prompt(q: Regions) -> Text:
    (w1, h1), (w2, h2) = q.first, q.second
    side = q.side
    base_zh = f"图像 {side}×{side} px。两个相邻的矩形区域，宽×高是 {w1}×{h1} 和 {w2}×{h2}，左右紧挨着"
    base_en = (f"A picture of {side}×{side} px holds two rectangular regions of {w1}×{h1} and {w2}×{h2} px (width × "
               "height), side by side")  # fmt: skip
    if q.level == 1:
        return text(zh=f"{base_zh}。尺寸相似度 $s_{{size}}$ 是多少？", en=f"{base_en}. What is their size similarity "
                    "$s_{size}$?")  # fmt: skip
    if q.level == 2:
        return text(zh=f"{base_zh}，底边对齐。填充相似度 $s_{{fill}}$ 是多少？",
                    en=f"{base_en}, bottoms aligned. What is their fill similarity $s_{{fill}}$?")  # fmt: skip
    return text(
        zh=f"{base_zh}，第二个的底边比第一个低 {q.drop} px。"
        "只用尺寸和填充两项时，相似度 $s_{size}+s_{fill}$ 是多少？",
        en=f"{base_en}; the second one's bottom is {q.drop} px lower. With size and fill alone, what is the similarity "
        "$s_{size}+s_{fill}$?",
    )


def mistakes(q: Regions) -> Sequence[Mistake]:
    (a, b), whole = q.sizes, q.side**2
    size, fill = 1 - (a + b) / whole, 1 - (q.common - a - b) / whole
    if q.level == 1:
        return (
            Mistake("not-subtracted", (a + b) / whole, text(
                zh="还要用 1 减：小的区域才应当更像。",
                en="Take it from 1: small regions should be the similar ones.")),
            Mistake("larger-only", 1 - max(a, b) / whole, text(
                zh="两个区域的面积都要算。", en="Both areas count.")),
            Mistake("box-area", 1 - q.common / whole, text(
                zh="尺寸项用区域的像素数，不是外接框的面积。",
                en="Size counts pixels of the regions, not the area of their box.")),
        )  # fmt: skip
    ratio = (a + b) / q.common
    out = [
        Mistake("share-of-the-box", ratio if q.level == 2 else size + ratio, text(
            zh="分母是整幅图的面积，不是外接框的面积。",
            en="The gap is divided by the picture's area, not by the box's.")),
        Mistake("gap-only", 1 - fill if q.level == 2 else size + 1 - fill, text(
            zh="这是没填上的部分占的份额，还要用 1 减。", en="That is the share of the gap; take it from 1.")),
        Mistake("regions-kept", 1 - q.common / whole if q.level == 2 else size + 1 - q.common / whole, text(
            zh="外接框里要减去两个区域本身。", en="The regions themselves are to be taken off their box.")),
    ]  # fmt: skip
    if q.level == 3:
        level = Regions(2, q.side, q.first, q.second)
        out += [
            Mistake("not-shifted", size + 1 - (level.common - a - b) / whole, text(
                zh=f"底边差 {q.drop} px，外接框更高。", en=f"The bottoms differ by {q.drop} px: the box is taller.")),
            Mistake("averaged", (size + fill) / 2, text(
                zh="各项相加，不取平均。", en="The terms are added, not averaged.")),
        ]  # fmt: skip
    return out


def solution(q: Regions) -> Text:
    (a, b), whole = q.sizes, q.side**2
    size = rf"1-\frac{{{a}+{b}}}{{{whole}}}"
    fill = rf"1-\frac{{{q.common}-{a}-{b}}}{{{whole}}}"
    if q.level == 1:
        return text(zh=f"$s_{{size}}={size}={answer(q):.4g}$。", en=f"$s_{{size}}={size}={answer(q):.4g}$.")
    if q.level == 2:
        return text(zh=f"外接框面积 {q.common}：$s_{{fill}}={fill}={answer(q):.4g}$。",
                    en=f"The common box has {q.common} px: $s_{{fill}}={fill}={answer(q):.4g}$.")  # fmt: skip
    return text(zh=f"外接框面积 {q.common}：$\\left({size}\\right)+\\left({fill}\\right)={answer(q):.4g}$。",
                en=f"The common box has {q.common} px: $\\left({size}\\right)+\\left({fill}\\right)={answer(q):.4g}$."
                )  # fmt: skip


exercise = Exercise(
    __name__, text(zh="尺寸与填充相似度", en="Size and fill similarity"),
    generate, prompt, answer, lambda q: 0.0006, mistakes, solution, demo="merge-tree-explorer",
)  # fmt: skip
