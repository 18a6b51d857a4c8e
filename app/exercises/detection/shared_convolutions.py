"""When sharing the convolutions pays: the break-even, the factor at N regions, the N for a wanted factor."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Net:
    """Level 1: sides in px. Levels 2, 3: multiply–adds (G) of the convolutions on one crop and on the picture, and of
    the head for one region; regions N; the factor wanted."""

    level: int
    crop: int
    height: int
    width: int
    one: float
    whole: float
    head: float
    regions: int
    factor: int


def generate(rng: np.random.Generator, level: int) -> Net:
    if level == 1:
        crop = int(rng.choice([112, 128, 160, 192, 224, 256]))
        height, width = (int(n) for n in rng.integers(10, 26, 2) * 40)
        return Net(1, crop, height, width, 0, 0, 0, 0, 0)
    one, head = float(rng.integers(4, 20)), float(rng.choice([0.02, 0.04, 0.05, 0.1, 0.12, 0.2]))
    whole = float(round(one * rng.uniform(6, 20)))
    return Net(level, 0, 0, 0, one, whole, head, int(rng.choice([100, 200, 300, 500, 1000, 2000])),
               int(rng.choice([5, 8, 10, 15])))  # fmt: skip


def answer(p: Net) -> float:
    if p.level == 1:
        return float(p.height * p.width // p.crop**2 + 1)
    if p.level == 2:
        return p.regions * (p.one + p.head) / (p.whole + p.regions * p.head)
    return float(math.ceil(p.factor * p.whole / (p.one + p.head - p.factor * p.head) - 1e-9))


def tolerance(p: Net) -> float:
    return 0.01 * answer(p) if p.level == 2 else 0.1


def prompt(p: Net) -> Text:
    if p.level == 1:
        return text(
            zh=f"卷积网络的乘加与像素数成正比。图像 {p.height}×{p.width}，每个候选框缩放成 {p.crop}×{p.crop}。"
            "从几个候选框起，整图卷积一遍的乘加少于逐框卷积？（全连接层两边一样多）",
            en=f"A convolutional stack costs multiply–adds in proportion to its pixels. The picture has {p.height}×"
            f"{p.width} px and each region is warped to {p.crop}×{p.crop}. From how many regions on does one pass over "
            "the picture cost less than a pass over every crop? (The dense layers are the same for both.)",
        )
    costs_zh = f"乘加次数：一块裁剪的卷积 {p.one:g} G，整图的卷积 {p.whole:g} G，全连接层每个框 {p.head:g} G。"
    costs_en = (f"Multiply–adds: convolutions {p.one:g} G for a crop, {p.whole:g} G for the picture; dense layers "
                f"{p.head:g} G a region. ")  # fmt: skip
    if p.level == 2:
        return text(
            zh=f"{costs_zh}{p.regions} 个候选框时，R-CNN 的乘加是 Fast R-CNN 的多少倍？",
            en=f"{costs_en}With {p.regions} regions, by what factor does Fast R-CNN take fewer multiply–adds than "
            "R-CNN?",
        )
    return text(
        zh=f"{costs_zh}至少要多少个候选框，R-CNN 的乘加才达到 Fast R-CNN 的 {p.factor} 倍？",
        en=f"{costs_en}How many regions does it take, at least, for Fast R-CNN to save a factor of {p.factor}?",
    )


def mistakes(p: Net) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("side-not-area", math.floor(max(p.height, p.width) / p.crop) + 1,
                    text(zh="比的是面积，不是边长。", en="Compare areas, not sides.")),
            Mistake("at-the-break-even", p.height * p.width // p.crop**2,
                    text(zh="这么多个时还没有省：盈亏点要向上取。",
                         en="At that many it still costs as much or more: round up.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("head-forgotten", p.regions * p.one / p.whole,
                    text(zh="忘了全连接层：它每个框都要算，共享不了。",
                         en="The dense layers are missing: they run once a region and cannot be shared.")),
            Mistake("head-once", p.regions * (p.one + p.head) / (p.whole + p.head),
                    text(zh="Fast R-CNN 的全连接层也要算 N 遍。", en="Fast R-CNN runs its dense layers N times too.")),
            Mistake("number-of-regions", p.regions,
                    text(zh="整图比一块裁剪贵得多，不会正好省 N 倍。", en="The picture costs far more than one crop.")),
            Mistake("upside-down", 1 / answer(p), text(zh="倒过来了。", en="That is upside down.")),
        )  # fmt: skip
    return (
        Mistake("head-forgotten", math.ceil(p.factor * p.whole / p.one),
                text(zh="忘了全连接层：$N(m_c+h)\\ge k(m_i+Nh)$。",
                     en="The dense layers are missing: $N(m_c+h)\\ge k(m_i+Nh)$.")),
        Mistake("head-once", math.ceil(p.factor * p.whole / (p.one + p.head)),
                text(zh="Fast R-CNN 一边也有 $Nh$。", en="Fast R-CNN has $Nh$ on its side as well.")),
        Mistake("break-even-only", math.ceil(p.whole / p.one),
                text(zh=f"这是盈亏点，倍数才 1，不是 {p.factor}。",
                     en=f"That is the break-even, a factor of 1, not {p.factor}.")),
    )  # fmt: skip


def solution(p: Net) -> Text:
    if p.level == 1:
        ratio = p.height * p.width / p.crop**2
        formula = rf"${p.height}\cdot{p.width}/{p.crop}^2={ratio:.2f}$"
        return text(zh=f"盈亏点 {formula}，所以从第 {answer(p):.0f} 个起。", en=f"Break-even at {formula}: from region "
                    f"{answer(p):.0f} on.")  # fmt: skip
    if p.level == 2:
        n = p.regions
        formula = rf"$\frac{{{n}({p.one:g}+{p.head:g})}}{{{p.whole:g}+{n}\cdot{p.head:g}}}={answer(p):.2f}$"
        return text(zh=f"R-CNN 除以 Fast R-CNN：{formula}。", en=f"R-CNN over Fast R-CNN: {formula}.")
    k = p.factor
    formula = (rf"$N\ge\frac{{{k}\cdot{p.whole:g}}}{{{p.one:g}+{p.head:g}-{k}\cdot{p.head:g}}}="
               rf"{k * p.whole / (p.one + p.head - k * p.head):.2f}$")  # fmt: skip
    return text(
        zh=f"$N(m_c+h)\\ge k(m_i+Nh)$，即 {formula}，取 {answer(p):.0f}。",
        en=f"$N(m_c+h)\\ge k(m_i+Nh)$, so {formula}: {answer(p):.0f}.",
    )


exercise = Exercise(
    __name__, text(zh="共享卷积什么时候划算", en="When sharing the convolutions pays"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="shared-compute-race",
)  # fmt: skip
