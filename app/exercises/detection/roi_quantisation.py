"""RoI Pool's two quantisations by hand: how far an edge moves, how many columns the box gets, what one bin reads."""

import math
from dataclasses import dataclass

import numpy as np

from app.core.roi import nearest_cell, quantised_bins
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Box:
    """Left and right edge in px; `bin` is asked for at level 3, counted from 0."""

    level: int
    x1: float
    x2: float
    stride: int
    out: int
    bin: int

    @property
    def first(self) -> int:
        return nearest_cell(self.x1, self.stride)

    @property
    def last(self) -> int:
        return nearest_cell(self.x2, self.stride)

    @property
    def columns(self) -> int:
        return self.last - self.first + 1


def generate(rng: np.random.Generator, level: int) -> Box:
    stride = int(rng.choice([8, 16, 32]))
    cells = rng.integers([1, 8], [9, 30])
    # Never a multiple of the stride, never exactly between two cells.
    inner = [q for q in range(1, 4 * stride) if q != 2 * stride]
    x1, x2 = (float(c * stride + rng.choice(inner) / 4) for c in (cells[0], cells.sum()))
    out = int(rng.choice([3, 5, 7]))
    return Box(level, x1, x2, stride, out, int(rng.integers(out)))


def prompt(p: Box) -> Text:
    if p.level == 1:
        return text(
            zh=f"框的左边在 {p.x1:g} px，特征图步长 {p.stride}。RoI Pool 的第一次取整让这条边挪动了多少 px？",
            en=f"The left edge of a box is at {p.x1:g} px, the stride is {p.stride}. By how many px does RoI Pool's "
            "first rounding move this edge?",
        )
    if p.level == 2:
        return text(
            zh=f"框的左右边在 {p.x1:g} 和 {p.x2:g} px，步长 {p.stride}。取整后 RoI Pool 把它当成几列格（两端都算）？",
            en=f"A box runs from {p.x1:g} to {p.x2:g} px, the stride is {p.stride}. After rounding, how many columns "
            "of cells does RoI Pool take it for (both ends included)?",
        )
    return text(
        zh=f"框的左右边在 {p.x1:g} 和 {p.x2:g} px，步长 {p.stride}，输出 {p.out} × {p.out}。"
        f"RoI Pool 第 {p.bin} 列的 bin（从 0 数）读几列格？",
        en=f"A box runs from {p.x1:g} to {p.x2:g} px, the stride is {p.stride}, the output {p.out} × {p.out}. How many "
        f"columns of cells does a bin in column {p.bin} (counting from 0) read?",
    )


def answer(p: Box) -> float:
    if p.level == 1:
        return abs(p.first * p.stride - p.x1)
    if p.level == 2:
        return p.columns
    start, end = quantised_bins(p.x1, p.x2, p.out, p.stride, p.last + 1)[p.bin]
    return float(end - start)


def mistakes(p: Box) -> list[Mistake]:
    floor = text(zh="这里是四舍五入，不是向下取整。", en="It rounds to the nearest cell, it does not truncate.")
    cells = (math.floor(p.x1 / p.stride), math.floor(p.x2 / p.stride))
    if p.level == 1:
        return [
            Mistake("floor", p.x1 - cells[0] * p.stride, floor),
            Mistake("ceil", (cells[0] + 1) * p.stride - p.x1,
                    text(zh="不是向上取整，取最近的格。", en="Not the next cell up: the nearest one.")),
            Mistake("in-cells", abs(p.first - p.x1 / p.stride),
                    text(zh="这是格数，还要乘步长。", en="That is in cells; multiply by the stride.")),
        ]  # fmt: skip
    if p.level == 2:
        return [
            Mistake("forgot-both-ends", p.columns - 1,
                    text(zh="两端都算，要加 1。", en="Both ends are included: add 1.")),
            Mistake("floor", cells[1] - cells[0] + 1, floor),
            Mistake("unrounded", (p.x2 - p.x1) / p.stride,
                    text(zh="这是取整之前的宽度。", en="That is the width before any rounding.")),
        ]  # fmt: skip
    share = p.columns / p.out
    return [
        Mistake("truncated", math.floor(share),
                text(zh="bin 不是截成等宽的整数格：起点向下取整，终点向上取整。",
                     en="Bins are not cut to equal whole widths: starts round down, ends round up.")),
        Mistake("unrounded", share,
                text(zh="bin 的边也要落到整格上，这是第二次量化。",
                     en="Bin edges go to whole cells too: the second quantisation.")),
        Mistake("one-too-many", math.ceil(share) + 1,
                text(zh="终点不含在内。", en="The end is not included.")),
    ]  # fmt: skip


def solution(p: Box) -> Text:
    first = f"$\\mathrm{{round}}({p.x1:g}/{p.stride})=\\mathrm{{round}}({p.x1 / p.stride:.4g})={p.first}$"
    if p.level == 1:
        return text(
            zh=f"{first}，即 {p.first * p.stride} px，挪了 {answer(p):g} px。最多挪半格，{p.stride / 2:g} px。",
            en=f"{first}, that is {p.first * p.stride} px, a move of {answer(p):g} px. It can be up to half a cell, "
            f"{p.stride / 2:g} px.",
        )
    last = f"$\\mathrm{{round}}({p.x2:g}/{p.stride})={p.last}$"
    count = f"${p.last}-{p.first}+1={p.columns}$"
    if p.level == 2:
        return text(zh=f"{first}，{last}，共 {count} 列。", en=f"{first}, {last}, so {count} columns.")
    k, n, out = p.bin, p.columns, p.out
    reads = f"$\\lceil {k + 1}\\cdot {n}/{out}\\rceil-\\lfloor {k}\\cdot {n}/{out}\\rfloor={answer(p):g}$"
    return text(
        zh=f"{first}，{last}，共 {count} 列。这个 bin 读 {reads} 列；相邻的 bin 会重叠，不会漏掉格。",
        en=f"{first}, {last}, so {count} columns. The bin reads {reads}; neighbouring bins overlap, none is lost.",
    )


exercise = Exercise(
    __name__,
    text(zh="RoI Pool 的两次取整", en="The two roundings of RoI Pool"),
    generate, prompt, answer, lambda p: 0.01, mistakes, solution, demo="roi-microscope",
)  # fmt: skip
