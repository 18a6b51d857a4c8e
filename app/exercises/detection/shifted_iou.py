"""IoU of a square and its shifted copy: sideways, diagonally, and the shift that an IoU threshold allows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.boxes import iou
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Shift:
    """Level 1: a shift along x. Level 2: the same shift along x and y. Level 3: the IoU that must be kept (x only)."""

    level: int
    side: int
    shift: int
    least: float


def generate(rng: np.random.Generator, level: int) -> Shift:
    side = int(rng.integers(4, 41)) * 5
    return Shift(
        level, side, int(side * rng.uniform(0.05, 0.45)) + 1, float(rng.choice([0.5, 0.6, 0.7, 0.75, 0.8, 0.9]))
    )


def answer(p: Shift) -> float:
    if p.level == 3:
        return p.side * (1 - p.least) / (1 + p.least)
    across, down = (p.shift, p.shift if p.level == 2 else 0)
    return float(iou([0, 0, p.side, p.side], [across, down, across + p.side, down + p.side])[0, 0])


def tolerance(p: Shift) -> float:
    return 0.01 * p.side * (1 - p.least) if p.level == 3 else 0.003


def prompt(p: Shift) -> Text:
    s, d = p.side, p.shift
    if p.level == 1:
        return text(
            zh=f"真值是 {s}×{s} px 的正方形，预测框大小正确，只横移了 {d} px。IoU 是多少？（保留三位小数）",
            en=f"The truth is a square of {s}×{s} px; the prediction has the right size but is {d} px to the side. "
            "What is the IoU? (three decimals)",
        )
    if p.level == 2:
        return text(
            zh=f"真值是 {s}×{s} px 的正方形，预测框大小正确，向右、向下各偏了 {d} px。IoU 是多少？（保留三位小数）",
            en=f"The truth is a square of {s}×{s} px; the prediction has the right size but lies {d} px to the right "
            f"and {d} px down. What is the IoU? (three decimals)",
        )
    return text(
        zh=f"真值是 {s}×{s} px 的正方形，预测框大小正确。要 IoU 不低于 {p.least}，横向最多能偏多少 px？",
        en=f"The truth is a square of {s}×{s} px and the prediction has the right size. How many px may it be off to "
        f"the side for an IoU of at least {p.least}?",
    )


def mistakes(p: Shift) -> Sequence[Mistake]:
    s, d = p.side, p.shift
    if p.level == 3:
        return (
            Mistake("over-the-truth", s * (1 - p.least),
                    text(zh="并集比真值大：$(s-d)/(s+d)\\ge\\tau$，不是 $(s-d)/s\\ge\\tau$。",
                         en="The union exceeds the truth: $(s-d)/(s+d)\\ge\\tau$, not $(s-d)/s\\ge\\tau$.")),
            Mistake("shift-of-both-sides", s * (1 - p.least) / (2 * (1 + p.least)),
                    text(zh="只有一条边那么多的错位，不用再除以 2。",
                         en="Do not halve it: the boxes are off by d once.")),
            Mistake("inverted", s * (1 + p.least) / (1 - p.least),
                    text(zh="倒过来了：阈值越高，允许的偏移越小。", en="Upside down: a higher threshold allows less.")),
        )  # fmt: skip
    shared = (s - d) * (s - d if p.level == 2 else s)
    return (
        Mistake("over-the-truth", shared / s**2,
                text(zh="分母是并集，不是真值的面积。", en="Divide by the union, not by the area of the truth.")),
        Mistake("union-not-subtracted", shared / (2 * s**2),
                text(zh="并集 = 面积之和 − 交集。", en="The union is the sum of the areas minus the intersection.")),
        Mistake("one-axis-only", (s - d) / (s + d),
                text(zh="两个方向都偏了，交集是 $(s-d)^2$。", en="It is off both ways: the intersection is $(s-d)^2$."))
        if p.level == 2 else
        Mistake("both-axes", (s - d) ** 2 / (2 * s**2 - (s - d) ** 2),
                text(zh="只偏了一个方向，交集是 $s(s-d)$。",
                     en="It is off one way only: the intersection is $s(s-d)$.")),
    )  # fmt: skip


def solution(p: Shift) -> Text:
    s, d = p.side, p.shift
    if p.level == 1:
        formula = rf"$\frac{{s-d}}{{s+d}}=\frac{{{s - d}}}{{{s + d}}}={answer(p):.4f}$"
        return text(
            zh=f"交 $s(s-d)$，并 $s(s+d)$：{formula}。", en=f"Intersection $s(s-d)$, union $s(s+d)$: {formula}."
        )
    if p.level == 2:
        shared = (s - d) ** 2
        formula = rf"$\frac{{{shared}}}{{2\cdot{s * s}-{shared}}}={answer(p):.4f}$"
        return text(zh=f"交 $(s-d)^2$，并 $2s^2-(s-d)^2$：{formula}。",
                    en=f"Intersection $(s-d)^2$, union $2s^2-(s-d)^2$: {formula}.")  # fmt: skip
    formula = (
        rf"$d\le s\,\frac{{1-\tau}}{{1+\tau}}={s}\cdot\frac{{{1 - p.least:g}}}{{{1 + p.least:g}}}={answer(p):.2f}$"
    )
    return text(zh=f"由 $(s-d)/(s+d)\\ge\\tau$ 得 {formula} px。", en=f"From $(s-d)/(s+d)\\ge\\tau$: {formula} px.")


exercise = Exercise(
    __name__, text(zh="偏一点，IoU 剩多少", en="What a shift leaves of the IoU"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="box-regressor",
)  # fmt: skip
