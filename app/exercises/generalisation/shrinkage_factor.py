"""What shrinkage leaves: one ridge direction, the degrees of freedom of several, one direction of a stopped descent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.ridge import early_stopping_factor, ridge_factor
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Shrunk:
    """Levels 1, 2: ridge on directions with singular values `s`. Level 3: `steps` of gradient descent with `rate`."""

    level: int
    s: tuple[float, ...]
    penalty: float
    rate: float = 0.0
    steps: int = 0


def generate(rng: np.random.Generator, level: int) -> Shrunk:
    if level == 1:
        return Shrunk(1, (float(rng.integers(2, 10)),), float(rng.integers(2, 40)))
    if level == 2:
        s = sorted(rng.choice(np.arange(1, 11), 4, replace=False).tolist(), reverse=True)
        return Shrunk(2, tuple(float(v) for v in s), float(rng.choice([2, 4, 5, 10, 20])))
    while True:
        size, rate = float(rng.choice([1, 1.5, 2, 2.5, 3, 4])), float(rng.choice([0.01, 0.02, 0.03, 0.05]))
        steps = int(rng.integers(2, 16))
        if 0.15 < early_stopping_factor(size, rate, steps) < 0.9:
            return Shrunk(3, (size,), 1 / (rate * steps), rate, steps)


def answer(p: Shrunk) -> float:
    if p.level == 3:
        return float(early_stopping_factor(p.s[0], p.rate, p.steps))
    return float(ridge_factor(p.s, p.penalty).sum())


def prompt(p: Shrunk) -> Text:
    shown = ", ".join(f"{s:g}" for s in p.s)
    if p.level == 1:
        return text(
            zh=rf"岭回归最小化 $\lVert y-Xw\rVert^2+\lambda\lVert w\rVert^2$。奇异值 $s={shown}$ 的方向，"
            rf"$\lambda={p.penalty:g}$ 时"
            "保留最小二乘解的多大比例？（小数）",
            en=rf"Ridge minimises $\lVert y-Xw\rVert^2+\lambda\lVert w\rVert^2$. What share of the least-squares "
            r"solution is "
            rf"left in the direction with singular value $s={shown}$ when $\lambda={p.penalty:g}$? (a decimal)",
        )
    if p.level == 2:
        return text(
            zh=rf"$X$ 的奇异值是 {shown.replace(', ', '、')}。岭回归取 $\lambda={p.penalty:g}$，有效自由度是多少？",
            en=rf"$X$ has singular values {shown}. How many effective degrees of freedom does ridge with "
            rf"$\lambda={p.penalty:g}$ have?",
        )
    return text(
        zh=rf"线性回归，损失 $\frac12\lVert y-Xw\rVert^2$，从 $w=0$ 出发做梯度下降，学习率 $\eta={p.rate:g}$，走 "
        rf"{p.steps} 步就停。"
        rf"奇异值 $s={shown}$ 的方向学到了最小二乘解的多大比例？（小数）",
        en=rf"Linear regression with loss $\frac12\lVert y-Xw\rVert^2$; gradient descent from $w=0$ with "
        rf"$\eta={p.rate:g}$ is "
        rf"stopped after {p.steps} steps. What share of the least-squares solution has the direction with singular "
        r"value "
        rf"$s={shown}$ reached? (a decimal)",
    )


def mistakes(p: Shrunk) -> Sequence[Mistake]:
    s = np.array(p.s)
    if p.level == 3:
        left = 1 - p.rate * s[0] ** 2
        return (
            Mistake("what-is-left", float(left**p.steps),
                    text(zh=r"$(1-\eta s^2)^t$ 是还没学到的部分；用 1 减它。",
                         en=r"$(1-\eta s^2)^t$ is what is still missing; take it from 1.")),
            Mistake("not-squared", float(1 - (1 - p.rate * s[0]) ** p.steps),
                    text(zh=r"$X^\top X$ 的特征值是 $s^2$，不是 $s$。",
                         en=r"The eigenvalues of $X^\top X$ are $s^2$, not $s$.")),
            Mistake("linear", float(p.steps * p.rate * s[0] ** 2),
                    text(zh=r"$\eta ts^2$ 只在很小时成立：每一步只补上剩余部分的一个比例。",
                         en=r"$\eta ts^2$ holds only while it is small: each step takes a share of what is left.")),
            Mistake("matching-ridge", float(ridge_factor(s[0], p.penalty)),
                    text(zh=r"这是 $\lambda=1/(\eta t)$ 的岭回归：很接近，但不是同一个数。",
                         en=r"That is ridge with $\lambda=1/(\eta t)$: close, but not the same number.")),
        )  # fmt: skip
    out = [
        Mistake("not-squared", float((s / (s + p.penalty)).sum()),
                text(zh=r"分子分母里是 $s^2$，不是 $s$。", en=r"It is $s^2$ above and below, not $s$.")),
        Mistake("what-is-removed", float((p.penalty / (s**2 + p.penalty)).sum()),
                text(zh=r"$\lambda/(s^2+\lambda)$ 是被压掉的部分。", en=r"$\lambda/(s^2+\lambda)$ is what is "
                                                                r"removed.")),
        Mistake("penalty-squared", float((s**2 / (s**2 + p.penalty**2)).sum()),
                text(zh=r"$\lambda$ 不平方：惩罚项就是 $\lambda\lVert w\rVert^2$。",
                     en=r"$\lambda$ is not squared: the penalty is $\lambda\lVert w\rVert^2$.")),
    ]  # fmt: skip
    if p.level == 2:
        out.append(Mistake("counted-parameters", float(len(s)),
                           text(zh="这是参数个数；惩罚之后每个方向只算一部分。",
                                en="That counts parameters; under a penalty each direction counts in "
                                "part.")))  # fmt: skip
    return out


def solution(p: Shrunk) -> Text:
    if p.level == 3:
        sum_ = rf"$1-(1-{p.rate:g}\cdot {p.s[0]:g}^2)^{{{p.steps}}} = {answer(p):.4g}$"
        return text(zh=f"每一步缩小剩余部分：{sum_}。", en=f"Each step shrinks what is left: {sum_}.")
    parts = "+".join(rf"\frac{{{s**2:g}}}{{{s**2:g}+{p.penalty:g}}}" for s in p.s)
    shown = rf"$\sum \frac{{s^2}}{{s^2+\lambda}} = {parts} = {answer(p):.4g}$"
    if p.level == 1:
        shown = rf"$\frac{{s^2}}{{s^2+\lambda}} = {parts} = {answer(p):.4g}$"
    return text(zh=f"{shown}。", en=f"{shown}.")


exercise = Exercise(
    __name__, text(zh="岭回归与早停：保留多少", en="Ridge and early stopping: how much is kept"),
    generate, prompt, answer, lambda p: 0.01 * answer(p), mistakes, solution, demo="bias-variance",
)  # fmt: skip
