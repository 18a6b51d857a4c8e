"""The risk of minimum-norm least squares: more examples than features, fewer, and the change between two sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.linear_risk import least_squares_risk
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Fit:
    """n examples (level 3: also m), d features, noise variance `variance`, ‖w‖² = norm2."""

    level: int
    n: int
    d: int
    variance: float
    norm2: float
    m: int = 0

    def risk(self, n: int) -> float:
        return float(least_squares_risk(n, self.d, self.norm2, np.sqrt(self.variance)))


def generate(rng: np.random.Generator, level: int) -> Fit:
    variance = float(rng.choice([0.25, 0.5, 1, 2]))
    d = int(rng.integers(2, 13)) * 10
    if level == 1:
        return Fit(1, d + int(rng.integers(1, 13)) * d // 5 + 1, d, variance, 1.0)
    if level == 2:
        return Fit(2, int(rng.integers(2, 9)) * d // 10, d, variance, float(rng.choice([1, 2, 4])))
    n = d // 2
    return Fit(3, n, d, variance, 1.0, d - int(rng.integers(2, max(3, d // 8) + 1)))


def answer(p: Fit) -> float:
    return p.risk(p.m) / p.risk(p.n) if p.level == 3 else p.risk(p.n)


def prompt(p: Fit) -> Text:
    model = rf"$y=w^\top x+\varepsilon$，$x\in\mathbb R^{{{p.d}}}$"
    world_zh = rf"{model} 为标准正态，$\mathrm{{Var}}\,\varepsilon={p.variance:g}$"
    world_en = (
        rf"$y=w^\top x+\varepsilon$ with standard normal $x\in\mathbb R^{{{p.d}}}$ and "
        rf"$\mathrm{{Var}}\,\varepsilon={p.variance:g}$"
    )
    if p.level == 1:
        return text(
            zh=rf"{world_zh}。用 $n={p.n}$ 个样本做最小二乘，$E\lVert\hat w-w\rVert^2$ 是多少？（三位有效数字）",
            en=rf"{world_en}. Least squares on $n={p.n}$ examples: what is $E\lVert\hat w-w\rVert^2$? (three "
            r"significant "
            "digits)",
        )
    if p.level == 2:
        return text(
            zh=rf"{world_zh}，$\lVert w\rVert^2={p.norm2:g}$。只有 $n={p.n}$ 个样本，取范数最小的插值解，"
            r"$E\lVert\hat w-w\rVert^2$ 是多少？（三位有效数字）",
            en=rf"{world_en}, $\lVert w\rVert^2={p.norm2:g}$. With only $n={p.n}$ examples, the interpolating "
            r"solution of "
            r"least norm is taken. What is $E\lVert\hat w-w\rVert^2$? (three significant digits)",
        )
    return text(
        zh=rf"{world_zh}，$\lVert w\rVert^2=1$。最小范数最小二乘，样本从 {p.n} 个加到 {p.m} 个，"
        "期望误差变成原来的多少倍？（三位有效数字）",
        en=rf"{world_en}, $\lVert w\rVert^2=1$. Least squares of minimum norm: going from {p.n} to {p.m} examples "
        r"multiplies "
        "the expected error by what? (three significant digits)",
    )


def spread(n: int, p: Fit, minus: int = 1) -> float:
    """σ² min(n, d)/(|d − n| − minus)."""
    gap = abs(p.d - n) - minus
    return p.variance * min(n, p.d) / gap if gap > 0 else float("nan")


def mistakes(p: Fit) -> Sequence[Mistake]:
    unseen = p.norm2 * max(1 - p.n / p.d, 0)
    forgot_one = text(zh="分母是 $|d-n|-1$，别漏了 1（逆 Wishart 的均值）。",
                      en="The denominator is $|d-n|-1$; the 1 comes from the mean of an inverse Wishart.")  # fmt: skip
    if p.level == 1:
        return (
            Mistake("no-minus-one", spread(p.n, p, 0), forgot_one),
            Mistake("large-n", p.variance * p.d / p.n,
                    text(zh=r"$\sigma^2d/n$ 只在 $n\gg d$ 时成立。", en=r"$\sigma^2d/n$ holds only for $n\gg d$.")),
            Mistake("squared-again", spread(p.n, p) * p.variance,
                    text(zh="给的已经是方差，不要再平方。", en="The variance is given: do not square it again.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("no-noise", unseen, text(zh="漏了噪声项：插值也拟合了噪声。",
                                             en="The noise term is missing: interpolation fits the noise too.")),
            Mistake("noise-only", spread(p.n, p),
                    text(zh=r"漏了没见过的方向：$\lVert w\rVert^2(1-n/d)$。",
                         en=r"The unseen directions are missing: $\lVert w\rVert^2(1-n/d)$.")),
            Mistake("no-minus-one", unseen + spread(p.n, p, 0), forgot_one),
            Mistake("d-above", unseen + p.variance * p.d / (p.d - p.n - 1),
                    text(zh="$n<d$ 时分子是 $n$：只有 $n$ 个方向被拟合。",
                         en="For $n<d$ the numerator is $n$: only $n$ directions are fitted.")),
        )  # fmt: skip
    half, more = p.risk(p.n), p.risk(p.m)
    return (
        Mistake("inverse", half / more, text(zh="倒过来了：是新误差除以旧误差。",
                                             en="Upside down: new error over old error.")),
        Mistake("bias-only", (1 - p.m / p.d) / (1 - p.n / p.d),
                text(zh="只算了没见过的方向；噪声项在 $n$ 接近 $d$ 时发散。",
                     en="That counts the unseen directions only; the noise term diverges near $n=d$.")),
        Mistake("more-is-better", p.n / p.m,
                text(zh="误差不按 $1/n$ 下降：这里还没过插值阈值。",
                     en="The error does not fall as $1/n$ here, below the interpolation threshold.")),
    )  # fmt: skip


def solution(p: Fit) -> Text:
    if p.level == 1:
        shown = rf"$\frac{{{p.variance:g}\cdot {p.d}}}{{{p.n}-{p.d}-1}} = {answer(p):.4g}$"
        return text(zh=f"$n>d+1$：{shown}。", en=f"$n>d+1$: {shown}.")
    if p.level == 2:
        shown = (
            rf"${p.norm2:g}\left(1-\frac{{{p.n}}}{{{p.d}}}\right)+"
            rf"{p.variance:g}\cdot\frac{{{p.n}}}{{{p.d}-{p.n}-1}} = {answer(p):.4g}$"
        )
        return text(zh=f"没见过的方向加上噪声：{shown}。", en=f"Unseen directions plus noise: {shown}.")
    shown = rf"${p.risk(p.n):.4g}\to{p.risk(p.m):.4g}$"
    return text(zh=f"两次用 $n<d$ 的公式：{shown}，之比 {answer(p):.4g}。",
                en=f"The formula for $n<d$ twice: {shown}, a ratio of {answer(p):.4g}.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="插值阈值两侧的误差", en="The risk on both sides of the threshold"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution, demo="when-more-hurts",
)  # fmt: skip
