"""The lasso by hand: one soft threshold, a column not of length 1, a coordinate step with a second one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.ridge import soft_threshold
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Coordinate:
    """Minimise ½‖y - Xw‖² + λ|w|₁ over one coordinate. dot: xᵀy; size: ‖x‖²; overlap, other: xᵀx₂ and w₂."""

    level: int
    dot: float
    penalty: float
    size: float = 1.0
    overlap: float = 0.0
    other: float = 0.0

    @property
    def pull(self) -> float:
        """xᵀ(y - what the other column explains)."""
        return self.dot - self.overlap * self.other


def generate(rng: np.random.Generator, level: int) -> Coordinate:
    while True:
        dot = float(rng.choice([-1, 1]) * rng.integers(5, 60)) / 10
        penalty = float(rng.integers(2, 25)) / 10
        size = float(rng.choice([2, 4, 5])) if level > 1 else 1.0
        overlap, other = (
            (float(rng.choice([-2, -1, 1, 2])), float(rng.integers(2, 9)) / 10) if level == 3 else (0.0, 0.0)
        )
        p = Coordinate(level, dot, penalty, size, overlap, other)
        if abs(p.pull) > 0.3 and abs(abs(p.pull) - penalty) > 0.15 and (abs(p.pull) > penalty or rng.random() < 0.25):
            return p


def answer(p: Coordinate) -> float:
    return float(soft_threshold(p.pull, p.penalty)) / p.size


def prompt(p: Coordinate) -> Text:
    if p.level == 1:
        return text(
            zh=rf"$X$ 的各列正交且长度为 1，某个系数的最小二乘解是 {p.dot:g}。最小化 "
            rf"$\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$，$\lambda={p.penalty:g}$：这个系数变成多少？",
            en=rf"The columns of $X$ are orthonormal and one coefficient is {p.dot:g} by least squares. Minimise "
            rf"$\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$ with $\lambda={p.penalty:g}$: what does it become?",
        )
    if p.level == 2:
        return text(
            zh=rf"只有一个特征 $x$，$x^\top y={p.dot:g}$，$\lVert x\rVert^2={p.size:g}$。最小化 "
            rf"$\frac12\lVert y-xw\rVert^2+\lambda|w|$，$\lambda={p.penalty:g}$，$w$ 是多少？",
            en=rf"One feature $x$ with $x^\top y={p.dot:g}$ and $\lVert x\rVert^2={p.size:g}$. Which $w$ minimises "
            rf"$\frac12\lVert y-xw\rVert^2+\lambda|w|$ with $\lambda={p.penalty:g}$?",
        )
    return text(
        zh=rf"lasso 的坐标下降，目标 $\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$，$\lambda={p.penalty:g}$。"
        rf"$x_1^\top y={p.dot:g}$，$\lVert x_1\rVert^2={p.size:g}$，$x_1^\top x_2={p.overlap:g}$，当前 "
        rf"$w_2={p.other:g}$。"
        "更新后的 $w_1$ 是多少？",
        en=rf"Coordinate descent for the lasso, $\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$ with "
        rf"$\lambda={p.penalty:g}$. $x_1^\top y={p.dot:g}$, $\lVert x_1\rVert^2={p.size:g}$, $x_1^\top "
        rf"x_2={p.overlap:g}$, at "
        rf"present $w_2={p.other:g}$. What is $w_1$ after its update?",
    )


def mistakes(p: Coordinate) -> Sequence[Mistake]:
    sign = float(np.sign(p.pull))
    out = [
        Mistake("as-l2", p.pull / (p.size + p.penalty),
                text(zh="这是 L2：按比例缩小，永远不会恰好为 0。L1 减去一个固定的量。",
                     en="That is L2: it scales and never reaches 0. L1 takes off a fixed amount.")),
        Mistake("no-penalty", p.pull / p.size,
                text(zh="这是没有惩罚的解。", en="That is the solution without a penalty.")),
        Mistake("wrong-direction", (p.pull + sign * p.penalty) / p.size,
                text(zh="软阈值是向 0 移动，不是远离 0。", en="The soft threshold moves towards 0, not away from it.")),
    ]  # fmt: skip
    if abs(p.pull) < p.penalty:
        out.append(Mistake("past-zero", (p.pull - sign * p.penalty) / p.size,
                           text(zh="越过了 0：绝对值不够减时，结果就是 0。",
                                en="It went past 0: when the magnitude is too small, the result is 0.")))  # fmt: skip
    elif p.level == 1:
        out.append(Mistake("all-or-nothing", 0.0, text(zh="只有绝对值不超过 λ 的才变成 0。",
                                                       en="Only magnitudes up to λ become 0.")))  # fmt: skip
    if p.level > 1:
        out.append(
            Mistake(
                "not-divided",
                float(soft_threshold(p.pull, p.penalty)),
                text(zh=r"还要除以 $\lVert x\rVert^2$。", en=r"Divide by $\lVert x\rVert^2$ as well."),
            )
        )
        out.append(Mistake("divided-first", float(soft_threshold(p.pull / p.size, p.penalty)),
                           text(zh=r"先减阈值，再除以 $\lVert x\rVert^2$。",
                                en=r"Take the threshold first, then divide by $\lVert x\rVert^2$.")))  # fmt: skip
    if p.level == 3:
        out.append(Mistake("forgot-the-residual", float(soft_threshold(p.dot, p.penalty)) / p.size,
                           text(zh="要先从 $y$ 里减去另一列已经解释的部分。",
                                en="First take from $y$ what the other column explains.")))  # fmt: skip
    return out


def solution(p: Coordinate) -> Text:
    start = rf"{p.dot:g}-({p.overlap:g})({p.other:g})={p.pull:.4g}" if p.level == 3 else f"{p.dot:g}"
    shown = rf"$\mathrm{{soft}}({p.pull:.4g}, {p.penalty:g}) / {p.size:g} = {answer(p):.4g}$"
    return text(zh=f"${start}$，绝对值减去 λ，不足则为 0：{shown}。",
                en=f"${start}$; take λ off its magnitude, but stop at 0: {shown}.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="L1 的软阈值", en="The soft threshold of L1"),
    generate, prompt, answer, lambda p: 0.005, mistakes, solution, demo="bias-variance",
)  # fmt: skip
