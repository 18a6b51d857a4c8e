"""GIoU by hand: disjoint boxes on one line, disjoint boxes anywhere, and the DIoU loss of overlapping ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.box_losses import diou_loss, giou_loss, hull, overlap
from app.kit import Exercise, Mistake, Text, text

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Pair:
    """A prediction and its truth (x1, y1, x2, y2), px. Levels 1 and 2 ask for GIoU, level 3 for the DIoU loss."""

    level: int
    box: Box
    truth: Box


def generate(rng: np.random.Generator, level: int) -> Pair:
    w, h, v, u = (int(n) for n in rng.integers(2, 10, 4))
    if level == 1:
        gap = int(rng.integers(1, 12))
        return Pair(1, (0, 0, w, h), (w + gap, 0, w + gap + v, h))
    if level == 2:
        dx, dy = (int(n) for n in rng.integers(1, 8, 2))
        return Pair(2, (0, 0, w, h), (w + dx, h + dy, w + dx + v, h + dy + u))
    dx, dy = int(rng.integers(1, max(2, w))), int(rng.integers(1, max(2, h)))
    if (2 * dx + v - w) == 0 and (2 * dy + u - h) == 0:
        dx += 1
    return Pair(3, (0, 0, w, h), (dx, dy, dx + v, dy + u))


def parts(p: Pair) -> tuple[float, float, float, float, float]:
    """Intersection, union, hull area, squared distance of the centres, squared diagonal of the hull."""
    inner, union, _, _ = overlap(p.box, p.truth)
    width, height = hull(p.box, p.truth)[0][0]
    b, g = np.array(p.box, dtype=float), np.array(p.truth, dtype=float)
    shift = (b[:2] + b[2:] - g[:2] - g[2:]) / 2
    return float(inner[0]), float(union[0]), float(width * height), float(shift @ shift), float(width**2 + height**2)


def answer(p: Pair) -> float:
    return float(diou_loss(p.box, p.truth)[0][0]) if p.level == 3 else 1 - float(giou_loss(p.box, p.truth)[0][0])


def prompt(p: Pair) -> Text:
    if p.level == 3:
        return text(
            zh=f"预测框 {p.box}，真值 {p.truth}，格式 (x1, y1, x2, y2)。DIoU 损失 $1-\\mathrm{{IoU}}+\\rho^2/c^2$ "
            "是多少？（保留三位小数）",
            en=f"Prediction {p.box}, truth {p.truth}, as (x1, y1, x2, y2). What is the DIoU loss "
            "$1-\\mathrm{IoU}+\\rho^2/c^2$? (three decimals)",
        )
    return text(
        zh=f"预测框 {p.box}，真值 {p.truth}，格式 (x1, y1, x2, y2)，两框不重叠。GIoU 是多少？（保留三位小数）",
        en=f"Prediction {p.box} and truth {p.truth}, as (x1, y1, x2, y2), do not overlap. What is their GIoU? (three "
        "decimals)",
    )


def mistakes(p: Pair) -> Sequence[Mistake]:
    inner, union, whole, rho, diagonal = parts(p)
    if p.level == 3:
        return (
            Mistake("not-squared", 1 - inner / union + (rho / diagonal) ** 0.5,
                    text(zh="是距离的平方除以对角线的平方。",
                         en="It is the squared distance over the squared diagonal.")),
            Mistake("subtracted", 1 - inner / union - rho / diagonal,
                    text(zh="中心离得远要加大损失，是加号。", en="Distant centres increase the loss: add the term.")),
            Mistake("iou-only", 1 - inner / union, text(zh="漏了中心距离的一项。",
                                                        en="The distance of the centres is missing.")),
            Mistake("diou-itself", inner / union - rho / diagonal,
                    text(zh="这是 DIoU；损失是 1 减去它。", en="That is DIoU; the loss is 1 minus it.")),
        )  # fmt: skip
    return (
        Mistake("iou", 0.0, text(zh="IoU 是 0，GIoU 还要减去外接框里空白的比例。",
                                 en="IoU is 0; GIoU also subtracts the empty share of the box around both.")),
        Mistake("over-the-union", -(whole - union) / union,
                text(zh="空白除以外接框的面积，不是并集。", en="Divide the empty part by the hull, not by the union.")),
        Mistake("loss-instead", 1 + (whole - union) / whole,
                text(zh="这是 GIoU 损失 1 − GIoU。", en="That is the GIoU loss, 1 − GIoU.")),
        Mistake("sign", (whole - union) / whole, text(zh="空白是要减掉的：不重叠时 GIoU 是负的。",
                                                      en="The empty share is subtracted: disjoint boxes have a "
                                                         "negative GIoU.")),
    )  # fmt: skip


def solution(p: Pair) -> Text:
    inner, union, whole, rho, diagonal = parts(p)
    if p.level == 3:
        formula = rf"$1-\frac{{{inner:g}}}{{{union:g}}}+\frac{{{rho:g}}}{{{diagonal:g}}}={answer(p):.4f}$"
        return text(zh=f"交 {inner:g}，并 {union:g}，中心距平方 {rho:g}，对角线平方 {diagonal:g}：{formula}。",
                    en=f"Intersection {inner:g}, union {union:g}, squared distance {rho:g}, squared diagonal "
                       f"{diagonal:g}: {formula}.")  # fmt: skip
    formula = rf"$0-\frac{{{whole:g}-{union:g}}}{{{whole:g}}}={answer(p):.4f}$"
    return text(zh=f"并 {union:g}，外接框 {whole:g}：{formula}。", en=f"Union {union:g}, hull {whole:g}: {formula}.")


exercise = Exercise(
    __name__, text(zh="GIoU 与 DIoU 手算", en="GIoU and DIoU by hand"),
    generate, prompt, answer, lambda p: 0.003, mistakes, solution, demo="box-regressor",
)  # fmt: skip
