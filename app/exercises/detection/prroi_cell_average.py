"""Precise RoI Pool by hand: the mean of a bilinear surface over one cell, over part of one, and across a kink."""

from dataclasses import dataclass

import numpy as np

from app.core.prroi import prroi_pool
from app.core.roi_align import bilinear
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Bin:
    """Cells (rows of values) with their centres at whole numbers, and the bin from `start` to `end` along x.

    Levels 1 and 2: a 2 × 2 block, the bin spans y from 0 to 1. Level 3: one row of three cells, constant along y.
    """

    level: int
    cells: tuple[tuple[int, ...], ...]
    start: float
    end: float


def generate(rng: np.random.Generator, level: int) -> Bin:
    if level < 3:
        values = rng.choice(np.arange(1, 20), size=4, replace=False)
        ends = (0.0, 1.0) if level == 1 else [(0.0, 0.5), (0.5, 1.0), (0.0, 0.25), (0.75, 1.0)][rng.integers(4)]
        return Bin(level, (tuple(map(int, values[:2])), tuple(map(int, values[2:]))), *ends)
    values = rng.choice(np.arange(0, 13), size=3, replace=False) * 2
    start, end = rng.choice([0.0, 0.25, 0.5]), rng.choice([1.5, 2.0])
    return Bin(level, (tuple(map(int, values)),), float(start), float(end))


def surface(p: Bin) -> np.ndarray:
    """The cells as an array; a single row is repeated so that it is constant along y."""
    f = np.array(p.cells, dtype=np.float64)
    return f if len(f) == 2 else np.repeat(f, 2, axis=0)


def answer(p: Bin) -> float:
    return float(prroi_pool(surface(p), [p.start, 0, p.end, 1], 1, 1, aligned=False)[0, 0])


def prompt(p: Bin) -> Text:
    if p.level == 3:
        a, b, c = p.cells[0]
        return text(
            zh=f"一行三格的值是 {a}、{b}、{c}，格心在 x = 0、1、2，沿 y 不变。"
            f"PrRoI 在 x 从 {p.start:g} 到 {p.end:g} 的 bin 上输出多少？保留两位小数。",
            en=f"A row of three cells holds {a}, {b}, {c} with centres at x = 0, 1, 2, constant along y. What does "
            f"PrRoI return for the bin from x = {p.start:g} to {p.end:g}? Two decimals.",
        )
    (a, b), (c, d) = p.cells
    where_zh = "四个格心围成的一整格" if p.level == 1 else f" x 从 {p.start:g} 到 {p.end:g}、y 从 0 到 1"
    where_en = (
        "the unit square between the four centres"
        if p.level == 1
        else f"x from {p.start:g} to {p.end:g}, y from 0 to 1"
    )
    return text(
        zh=f"四个相邻的格：左上 {a}，右上 {b}，左下 {c}，右下 {d}，格心在 (0,0)、(1,0)、(0,1)、(1,1)。"
        f"bin 是{where_zh}，PrRoI 输出多少？",
        en=f"Four neighbouring cells: top left {a}, top right {b}, bottom left {c}, bottom right {d}, centres at "
        f"(0,0), (1,0), (0,1), (1,1). The bin is {where_en}. What does PrRoI return?",
    )


def mistakes(p: Bin) -> list[Mistake]:
    f = surface(p)
    every = float(f.mean())
    found = [
        Mistake("maximum", float(f.max()), text(zh="取最大是 RoI Pool。", en="The maximum is RoI Pool.")),
        Mistake("sum", float(np.array(p.cells).sum()), text(zh="要的是平均，不是和。", en="The mean, not the sum.")),
    ]  # fmt: skip
    if p.level > 1:
        found += [
            Mistake("plain-average", every,
                    text(zh="格的简单平均只在 bin 正好是一整格时才对。",
                         en="The plain average of the cells is right only for a bin of exactly one cell.")),
            Mistake("forgot-area", answer(p) * (p.end - p.start),
                    text(zh="积分对了，还要除以 bin 的面积。", en="The integral; divide it by the bin's area.")),
        ]  # fmt: skip
    if p.level == 3:
        middle = float(bilinear(f, 0.5, (p.start + p.end) / 2))
        found.append(
            Mistake("centre-sample", middle,
                    text(zh="只在中点取样是 r = 1 的 RoI Align；跨过格心处的折点，它就不等于积分。",
                         en="One sample at the middle is RoI Align with r = 1; across a kink it is not the integral."))
        )  # fmt: skip
    return found


def solution(p: Bin) -> Text:
    if p.level == 1:
        (a, b), (c, d) = p.cells
        return text(
            zh=f"双线性曲面在一整格上的平均就是四角的平均：$({a}+{b}+{c}+{d})/4={answer(p):g}$。",
            en=f"Over one whole cell the mean of the bilinear surface is the mean of its corners: $({a}+{b}+{c}+{d})/4="
            f"{answer(p):g}$.",
        )
    if p.level == 2:
        x = (p.start + p.end) / 2
        left, right = (sum(column) / 2 for column in zip(*p.cells, strict=True))
        return text(
            zh=f"bin 没有跨过格心，曲面在里面是双线性的，平均值就是中点 ({x:g}, 0.5) 的值："
            f"${1 - x:g}\\cdot{left:g}+{x:g}\\cdot{right:g}={answer(p):g}$。",
            en=f"The bin crosses no cell centre, so inside it the surface is bilinear and its mean is the value at "
            f"the middle ({x:g}, 0.5): ${1 - x:g}\\cdot{left:g}+{x:g}\\cdot{right:g}={answer(p):g}$.",
        )
    a, b, c = p.cells[0]
    at_start, at_end = a + (b - a) * p.start, b + (c - b) * (p.end - 1)
    one, two = (at_start + b) / 2 * (1 - p.start), (b + at_end) / 2 * (p.end - 1)
    work = f"({one:g}+{two:g})/{p.end - p.start:g}={answer(p):.4g}"
    return text(
        zh=f"在 x = 1 处有折点，分两段用梯形：左段面积 {one:g}，右段 {two:g}，除以宽度：${work}$。",
        en=f"There is a kink at x = 1; two trapezia, {one:g} left and {two:g} right, divided by the width: ${work}$.",
    )


exercise = Exercise(
    __name__,
    text(zh="PrRoI 的积分", en="The integral of PrRoI"),
    generate, prompt, answer, lambda p: 0.006, mistakes, solution, demo="roi-microscope",
)  # fmt: skip
