"""IoU of two boxes given by their corners; at level 3 the corners are pixel indices (the +1 convention)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.boxes import area, from_inclusive, iou
from app.kit import Exercise, Mistake, Text, text

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Pair:
    """Two boxes (x1, y1, x2, y2), px; inclusive: x2 and y2 are the last pixels, not edges."""

    a: Box
    b: Box
    inclusive: bool


def generate(rng: np.random.Generator, level: int) -> Pair:
    unit = 10 if level == 1 else 1
    low, high = (3, 11) if level == 1 else (12, 100) if level == 2 else (3, 10)
    w, h, v, u = (int(n) for n in rng.integers(low, high, 4))
    x, y = (int(n) for n in rng.integers(0, high, 2))
    dx = int(rng.integers(-v + 1 + v // 4, w - w // 4))
    dy = int(rng.integers(-u + 1 + u // 4, h - h // 4))
    x, y = x + max(-dx - x, 0), y + max(-dy - y, 0)
    a = (x * unit, y * unit, (x + w) * unit, (y + h) * unit)
    b = ((x + dx) * unit, (y + dy) * unit, (x + dx + v) * unit, (y + dy + u) * unit)
    return Pair(a, b, level == 3)


def areas(p: Pair, plus_one: bool) -> tuple[float, float, float]:
    """Area of a, area of b and of their intersection, px²."""
    a, b = (from_inclusive(box) if plus_one else np.array([box], dtype=np.float64) for box in (p.a, p.b))
    first, second, overlap = float(area(a)[0]), float(area(b)[0]), float(iou(a, b)[0, 0])
    return first, second, overlap * (first + second) / (1 + overlap)


def answer(p: Pair) -> float:
    return float(iou(*(from_inclusive(box) if p.inclusive else np.array(box) for box in (p.a, p.b)))[0, 0])


def prompt(p: Pair) -> Text:
    if p.inclusive:
        return text(
            zh=f"两个框用首末像素的下标表示（都含在框内）：$A = {p.a}$，$B = {p.b}$，格式 (x1, y1, x2, y2)。"
            "IoU 是多少？（保留三位小数）",
            en=f"Two boxes are given by the indices of their first and last pixels, both included: $A = {p.a}$, "
            f"$B = {p.b}$, as (x1, y1, x2, y2). What is their IoU? (three decimals)",
        )
    return text(
        zh=f"两个框 $A = {p.a}$，$B = {p.b}$，格式 (x1, y1, x2, y2)，坐标是边的位置，宽为 $x_2 - x_1$。"
        "IoU 是多少？（保留三位小数）",
        en=f"Two boxes $A = {p.a}$ and $B = {p.b}$, as (x1, y1, x2, y2); coordinates are edges, so the width is "
        "$x_2 - x_1$. What is their IoU? (three decimals)",
    )


def mistakes(p: Pair) -> Sequence[Mistake]:
    a, b, shared = areas(p, p.inclusive)
    left, right, other = areas(p, not p.inclusive)
    if p.inclusive:
        name, why = (
            "forgot-plus-one",
            text(
                zh="首末像素都算在内，宽是 $x_2 - x_1 + 1$。", en="Both end pixels count: the width is $x_2 - x_1 + 1$."
            ),
        )
    else:
        name, why = (
            "plus-one",
            text(
                zh="你用了像素下标的 +1 约定；这里坐标是边，宽就是 $x_2 - x_1$。",
                en="You used the +1 of pixel indices; these are edges, and the width is $x_2 - x_1$.",
            ),
        )
    return (
        Mistake("union-not-subtracted", shared / (a + b),
                text(zh="并集 = 两个面积之和减去交集，否则交集算了两遍。",
                     en="The union is the sum of the areas minus the intersection, or it is counted twice.")),
        Mistake(name, other / (left + right - other), why),
        Mistake("over-the-smaller", shared / min(a, b),
                text(zh="分母是并集，不是较小的框。", en="Divide by the union, not by the smaller box.")),
        Mistake("dice", 2 * shared / (a + b),
                text(zh="这是 Dice 系数 $2|A\\cap B|/(|A|+|B|)$，不是 IoU。",
                     en="That is the Dice coefficient $2|A\\cap B|/(|A|+|B|)$, not the IoU.")),
    )  # fmt: skip


def solution(p: Pair) -> Text:
    a, b, shared = areas(p, p.inclusive)
    formula = rf"$\frac{{{shared:.0f}}}{{{a:.0f} + {b:.0f} - {shared:.0f}}} = {answer(p):.4f}$"
    plus = (" （宽高都要加 1）", " (widths and heights with their +1)") if p.inclusive else ("", "")
    return text(zh=f"交集除以并集{plus[0]}：{formula}。", en=f"Intersection over union{plus[1]}: {formula}.")


exercise = Exercise(
    __name__,
    text(zh="两个框的 IoU", en="IoU of two boxes"),
    generate,
    prompt,
    answer,
    lambda p: 0.002,
    mistakes,
    solution,
    demo="anchor-coverage",
)
