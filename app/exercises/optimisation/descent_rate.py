"""How fast gradient descent and conjugate gradients shrink the error of a quadratic, from its extreme eigenvalues."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.descent_theory import conjugate_rate, gradient_rate, steps_for
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Spectrum:
    """Smallest and largest eigenvalue. Level 1: ratio of f − f* in one worst-case exact step. Level 2: steps until the
    error of the best fixed rate is `gain` times smaller. Level 3: the same for the bound of conjugate gradients."""

    level: int
    low: int
    high: int
    gain: float = 1.0

    @property
    def kappa(self) -> float:
        return self.high / self.low


def generate(rng: np.random.Generator, level: int) -> Spectrum:
    low = int(rng.integers(1, 6))
    if level == 1:
        return Spectrum(1, low, low * int(rng.integers(3, 60)))
    kappa = int(rng.integers(20, 400)) if level == 2 else int(rng.integers(5, 31)) ** 2
    return Spectrum(level, low, low * kappa, 10.0 ** int(rng.integers(3, 7)))


def answer(p: Spectrum) -> float:
    if p.level == 1:
        return gradient_rate(p.kappa) ** 2
    if p.level == 2:
        return float(steps_for(gradient_rate(p.kappa), p.gain))
    return float(steps_for(conjugate_rate(p.kappa), 2 * p.gain))


def power(gain: float) -> str:
    return f"10^{{{round(math.log10(gain))}}}"


def prompt(p: Spectrum) -> Text:
    zh = f"二次函数的 Hessian 特征值从 {p.low} 到 {p.high}。"
    en = f"The Hessian of a quadratic has eigenvalues from {p.low} to {p.high}. "
    if p.level == 1:
        return text(
            zh=zh + "最速下降用精确线搜索，最坏的起点下，一步之后 $f-f^*$ 是原来的几倍？",
            en=en + "Steepest descent with exact line search, worst start: by what is $f-f^*$ multiplied in one step?",
        )
    if p.level == 2:
        return text(
            zh=zh
            + f"梯度下降用最好的固定学习率，按最坏方向算，几步之后误差（到最小点的距离）缩小 ${power(p.gain)}$ 倍？",
            en=en + f"Gradient descent at its best fixed rate, worst direction: after how many steps is the error (the "
            f"distance to the minimum) ${power(p.gain)}$ times smaller?",
        )
    return text(
        zh=zh + rf"按共轭梯度的上界 $2\left(\frac{{\sqrt\kappa-1}}{{\sqrt\kappa+1}}\right)^k$，"
        f"几步能保证误差（$A$ 范数）缩小 ${power(p.gain)}$ 倍？",
        en=en
        + r"By the bound of conjugate gradients, $2\left(\frac{\sqrt\kappa-1}{\sqrt\kappa+1}\right)^k$, after how "
        f"many steps is the error (in the $A$-norm) surely ${power(p.gain)}$ times smaller?",
    )


def mistakes(p: Spectrum) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("no-square", gradient_rate(p.kappa),
                    text(zh="这是误差的因子；$f-f^*$ 是误差的二次型，要平方。",
                         en="That is the factor on the error; $f-f^*$ is quadratic in it: square.")),
            Mistake("largest-only", gradient_rate(p.high) ** 2,
                    text(zh="条件数是最大与最小特征值之比，不是最大特征值。",
                         en="The condition number is largest over smallest, not the largest alone.")),
            Mistake("one-over-kappa", (1 - 1 / p.kappa) ** 2,
                    text(zh="$1-1/\\kappa$ 对应固定学习率 $1/L$；精确线搜索的最坏情形是 "
                            "$\\frac{\\kappa-1}{\\kappa+1}$。",
                         en="$1-1/\\kappa$ belongs to the fixed rate $1/L$; the worst case of the exact search is "
                         "$\\frac{\\kappa-1}{\\kappa+1}$.")),
            Mistake("root", conjugate_rate(p.kappa) ** 2,
                    text(zh="$\\sqrt\\kappa$ 是共轭梯度和最优动量的。",
                         en="$\\sqrt\\kappa$ is for conjugate gradients and the best momentum.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("on-f", float(steps_for(gradient_rate(p.kappa) ** 2, p.gain)),
                    text(zh="你用了平方后的因子，那是 $f-f^*$ 缩小的步数。",
                         en="You used the squared factor: that is how long $f-f^*$ takes.")),
            Mistake("rate-one-over-l", float(steps_for(1 - 1 / p.kappa, p.gain)),
                    text(zh="这是 $\\eta=1/L$ 的步数；最好的是 $2/(\\lambda_1+\\lambda_n)$，快一倍。",
                         en="That is for $\\eta=1/L$; the best rate $2/(\\lambda_1+\\lambda_n)$ is twice as fast.")),
            Mistake("root", float(steps_for(conjugate_rate(p.kappa), p.gain)),
                    text(zh="$\\sqrt\\kappa$ 是动量或共轭梯度的；普通梯度下降是 $\\kappa$。",
                         en="$\\sqrt\\kappa$ needs momentum or conjugate gradients; plain descent has $\\kappa$.")),
        )  # fmt: skip
    return (
        Mistake("no-root", float(steps_for(gradient_rate(p.kappa), 2 * p.gain)),
                text(zh="这里用了 $\\kappa$，那是梯度下降；共轭梯度是 $\\sqrt\\kappa$。",
                     en="You used $\\kappa$, as for gradient descent; conjugate gradients have $\\sqrt\\kappa$.")),
        Mistake("on-f", float(steps_for(conjugate_rate(p.kappa) ** 2, 4 * p.gain)),
                text(zh="平方后是 $f-f^*$ 的界，题目问误差本身。",
                     en="Squared, the bound is for $f-f^*$; the error itself was asked.")),
        Mistake("kappa-steps", math.sqrt(p.kappa),
                text(zh="$\\sqrt\\kappa$ 只是量级，还要乘 $\\frac12\\ln(2\\times\\text{倍数})$。",
                     en="$\\sqrt\\kappa$ is only the scale; multiply by $\\frac12\\ln(2\\times\\text{gain})$.")),
    )  # fmt: skip


def solution(p: Spectrum) -> Text:
    k = f"{p.kappa:g}"
    if p.level == 1:
        formula = rf"\left(\frac{{{k}-1}}{{{k}+1}}\right)^2={answer(p):.5f}"
    elif p.level == 2:
        rate = gradient_rate(p.kappa)
        formula = rf"\ln {power(p.gain)}\,/\,(-\ln {rate:.5f})={math.log(p.gain) / -math.log(rate):.2f}"
    else:
        rate = conjugate_rate(p.kappa)
        formula = rf"\ln(2\cdot{power(p.gain)})\,/\,(-\ln {rate:.5f})={math.log(2 * p.gain) / -math.log(rate):.2f}"
    up_zh, up_en = ("", "") if p.level == 1 else (f"，取 {answer(p):.0f}", f", so {answer(p):.0f}")
    return text(zh=rf"$\kappa={k}$，${formula}${up_zh}。", en=rf"$\kappa={k}$ and ${formula}${up_en}.")


exercise = Exercise(
    __name__, text(zh="条件数与步数", en="Condition number and steps"),
    generate, prompt, answer, lambda p: 0.0006 if p.level == 1 else 1.0, mistakes, solution, demo="optimiser-race",
)  # fmt: skip
