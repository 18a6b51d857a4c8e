"""The margin of a hard-margin SVM: 2/‖w‖, the scale of w, and the two points that hold it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.svm import margin_width
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Margin:
    """Levels 1, 2: f = a x₁ + b x₂ + …, |f| = scale at the nearest points. Level 3: the two support vectors and a point
    to be scored."""

    level: int
    w: tuple[int, int]
    scale: float
    plus: tuple[int, int]
    minus: tuple[int, int]
    point: tuple[int, int]


def generate(rng: np.random.Generator, level: int) -> Margin:
    while True:
        w = (int(rng.integers(-6, 7)), int(rng.integers(-6, 7)))
        scale = float(rng.choice([0.5, 2.0, 3.0, 4.0])) if level == 2 else 1.0
        plus, minus, point = (tuple(int(v) for v in rng.integers(-4, 6, 2)) for _ in range(3))
        p = Margin(level, w, scale, (plus[0], plus[1]), (minus[0], minus[1]), (point[0], point[1]))
        apart = math.dist(plus, minus)
        shaped = min(map(abs, w)) > 0 and math.hypot(*w) > 2.2 and apart > 2.5 and abs(apart - 4) > 0.3
        if shaped and (level < 3 or (abs(answer(p)) > 0.2 and abs(abs(answer(p)) - 1) > 0.05)):
            return p


def score(p: Margin) -> tuple[np.ndarray, float]:
    """w = 2(x₊ − x₋)/‖x₊ − x₋‖² and b: f is 1 at x₊ and −1 at x₋."""
    plus, minus = np.array(p.plus, float), np.array(p.minus, float)
    w = 2 * (plus - minus) / ((plus - minus) @ (plus - minus))
    return w, float(1 - w @ plus)


def answer(p: Margin) -> float:
    if p.level < 3:
        return p.scale * margin_width(np.array(p.w, float))
    w, b = score(p)
    return float(w @ np.array(p.point) + b)


def plane(p: Margin) -> str:
    second = f"{p.w[1]:+d}".replace("+1", "+").replace("-1", "-") if abs(p.w[1]) == 1 else f"{p.w[1]:+d}"
    first = {1: "", -1: "-"}.get(p.w[0], str(p.w[0]))
    return f"f(x)={first}x_1{second}x_2+b"


def prompt(p: Margin) -> Text:
    if p.level == 1:
        return text(
            zh=f"硬间隔线性 SVM 的解是 ${plane(p)}$，支持向量上 $yf(x)=1$。间隔（两条虚线之间的距离）有多宽？",
            en=f"A hard-margin linear SVM has ${plane(p)}$, with $y f(x)=1$ at the support vectors. How wide is the "
            "margin, from one dashed line to the other?",
        )
    if p.level == 2:
        return text(
            zh=f"一个分类器 ${plane(p)}$，离边界最近的正类点和负类点上 $yf(x)={p.scale:g}$。两类之间的间隔有多宽？",
            en=f"A classifier has ${plane(p)}$; at the nearest positive and at the nearest negative point "
            f"$y f(x)={p.scale:g}$. How wide is the margin between the classes?",
        )
    return text(
        zh=f"硬间隔线性 SVM 恰有两个支持向量：正类 ${p.plus}$，负类 ${p.minus}$。它在 ${p.point}$ 处的得分 $f$ "
        "是多少？",
        en=f"A hard-margin linear SVM has exactly two support vectors: positive ${p.plus}$, negative ${p.minus}$. What "
        f"is its score $f$ at ${p.point}$?",
    )


def mistakes(p: Margin) -> Sequence[Mistake]:
    norm = math.hypot(*p.w)
    half = text(
        zh="这只是边界到一侧的距离；间隔是两侧之和。", en="That is from the boundary to one side; the margin is both."
    )
    if p.level < 3:
        return (
            Mistake("one-side-only", p.scale / norm, half),
            Mistake("norm-squared", 2 * p.scale / norm**2,
                    text(zh="除以的是 $\\|w\\|$，不是 $\\|w\\|^2$。", en="Divide by $\\|w\\|$, not by $\\|w\\|^2$.")),
            Mistake("sum-of-weights", 2 * p.scale / sum(map(abs, p.w)),
                    text(zh="分母是 L2 范数，不是绝对值之和。", en="The norm is L2, not the sum of absolute values.")),
            Mistake("scale-forgotten", 2 / norm,
                    text(zh="$2/\\|w\\|$ 的前提是最近的点上 $yf=1$；这里不是，要乘上那个值。",
                         en="$2/\\|w\\|$ assumes $y f=1$ at the nearest points; here multiply by what it is.")),
        )  # fmt: skip
    w, b = score(p)
    plus, minus, x = (np.array(v, float) for v in (p.plus, p.minus, p.point))
    middle = (plus + minus) / 2
    return (
        Mistake("not-scaled", float((plus - minus) @ (x - middle)),
                text(zh="$w$ 的方向对，长度不对：要让 $f(x_+)=1$，$w=2(x_+-x_-)/\\|x_+-x_-\\|^2$。",
                     en="$w$ has the right direction, not the right length: $f(x_+)=1$ needs "
                     "$w=2(x_+-x_-)/\\|x_+-x_-\\|^2$.")),
        Mistake("distance", float((plus - minus) @ (x - middle) / np.linalg.norm(plus - minus)),
                text(zh="这是到边界的有向距离；得分是距离乘 $\\|w\\|$。",
                     en="That is the signed distance to the boundary; the score is that times $\\|w\\|$.")),
        Mistake("half-the-length", float((w / 2) @ (x - middle)),
                text(zh="两个支持向量的得分相差 2，不是 1。", en="The scores of the two support vectors differ by 2.")),
        Mistake("no-offset", float(w @ x), text(zh="漏了 $b$。", en="The offset $b$ is missing.")),
        Mistake("sign", -float(w @ x + b), text(zh="正负类反了。", en="The classes are swapped.")),
    )  # fmt: skip


def solution(p: Margin) -> Text:
    if p.level < 3:
        norm = rf"\sqrt{{{p.w[0] ** 2}+{p.w[1] ** 2}}}"
        shown = rf"$2\cdot{p.scale:g}/{norm}={answer(p):.4g}$" if p.level == 2 else rf"$2/{norm}={answer(p):.4g}$"
        return text(
            zh=f"间隔 = 最近点的 $|f|$ × $2/\\|w\\|$：{shown}。", en=f"Nearest $|f|$ times $2/\\|w\\|$: {shown}."
        )
    w, b = score(p)
    shown = f"$w=({w[0]:.4g}, {w[1]:.4g})$, $b={b:.4g}$, $f={answer(p):.4g}$"
    return text(
        zh=f"边界是连线的中垂线，$f(x_+)=1$、$f(x_-)=-1$：{shown}。",
        en=f"The boundary is the perpendicular bisector, with $f(x_+)=1$ and $f(x_-)=-1$: {shown}.",
    )


exercise = Exercise(
    __name__, text(zh="SVM 的间隔", en="The margin of an SVM"),
    generate, prompt, answer, lambda p: max(0.005 * abs(answer(p)), 0.004), mistakes, solution,
    demo="who-holds-the-boundary",
)  # fmt: skip
