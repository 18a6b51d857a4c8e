"""The condition number that the mean of a layer's inputs causes, and the steps of descent it costs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.conditioning import predicted_condition, predicted_spectrum, steps_to
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Inputs:
    """n inputs of mean m and variance s². Level 2: outputs of a ReLU on N(0, 1). Level 3: steps until this share of
    the loss is left, starting along a direction of the smallest eigenvalue."""

    level: int
    n: int
    mean: float
    variance: float
    share: float


RELU = (math.sqrt(1 / (2 * math.pi)), 0.5 - 1 / (2 * math.pi))


def generate(rng: np.random.Generator, level: int) -> Inputs:
    n = int(rng.choice([16, 32, 50, 64, 100, 128, 200, 256]))
    mean = float(rng.integers(1, 9)) / 10
    variance = float(rng.choice([0.04, 0.05, 0.1, 0.2, 0.25, 0.4]))
    if level == 2:
        mean, variance = RELU
    return Inputs(level, n, mean, variance, float(rng.choice([0.1, 0.01, 0.001])))


def kappa(i: Inputs) -> float:
    return predicted_condition(i.mean, i.variance, i.n)


def answer(i: Inputs) -> float:
    if i.level < 3:
        return kappa(i)
    slowest = np.zeros(i.n)
    slowest[0] = 1.0
    return float(steps_to(predicted_spectrum(i.mean, i.variance, i.n), slowest, i.share))


def prompt(i: Inputs) -> Text:
    if i.level == 2:
        return text(
            zh=f"上一层的输出是 ReLU，预激活是独立的 $N(0,1)$，共 {i.n} 个。它们的二阶矩阵的条件数是多少？"
            "（$E=1/\\sqrt{2\\pi}$，二阶矩 1/2）",
            en=f"{i.n} ReLU outputs, pre-activations independent $N(0,1)$. What is the condition number of their "
            "second-moment matrix? (Mean $1/\\sqrt{2\\pi}$, second moment 1/2.)",
        )
    given_zh = f"一层有 {i.n} 个互不相关的输入，均值 {i.mean:g}，方差 {i.variance:g}。"
    given_en = f"A layer has {i.n} uncorrelated inputs of mean {i.mean:g} and variance {i.variance:g}. "
    if i.level == 1:
        return text(
            zh=given_zh + "它们的二阶矩阵 $E[hh^\\top]$ 的条件数是多少？",
            en=given_en + "What is the condition number of their second-moment matrix $E[hh^\\top]$?",
        )
    return text(
        zh=given_zh + f"线性回归，梯度下降，步长 $1/\\lambda_{{\\max}}$，起点与最优值之差沿最小特征值的方向。"
        f"多少步后损失首次降到开始的 {i.share:g}？",
        en=given_en + "Linear regression by gradient descent with step size $1/\\lambda_{\\max}$, starting off along a "
        f"direction of the smallest eigenvalue. After how many steps is the loss first down to {i.share:g} of itself?",
    )


def mistakes(i: Inputs) -> Sequence[Mistake]:
    ratio = i.mean**2 / i.variance
    if i.level < 3:
        return (
            Mistake("forgot-the-width", 1 + ratio,
                    text(zh="大特征值是 $s^2+n\\,m^2$：每多一个输入都往上加。",
                         en="The large eigenvalue is $s^2+n\\,m^2$: every input adds to it.")),
            Mistake("forgot-the-one", i.n * ratio,
                    text(zh="大特征值里还有 $s^2$，所以要加 1。", en="The large eigenvalue holds $s^2$ too: add 1.")),
            Mistake("did-not-square", 1 + i.n * abs(i.mean) / i.variance,
                    text(zh="外积 $m\\mathbf 1(m\\mathbf 1)^\\top$ 给出 $m^2$。", en="The outer product gives $m^2$.")),
            Mistake("second-moment-for-variance", 1 + i.n * i.mean**2 / (i.variance + i.mean**2),
                    text(zh="分母是方差，不是二阶矩。", en="The denominator is the variance, not the second moment.")),
        )  # fmt: skip
    k = kappa(i)
    rate = math.log(1 - 1 / k)
    return (
        Mistake("error-not-loss", math.ceil(math.log(i.share) / rate),
                text(zh="损失是误差的平方，每步乘 $(1-1/\\kappa)^2$。",
                     en="The loss is quadratic: a step multiplies it by $(1-1/\\kappa)^2$.")),
        Mistake("decimal-logarithm", math.ceil(math.log10(i.share) / (2 * rate)),
                text(zh="用了常用对数，要用自然对数。", en="That used the decimal logarithm; take the natural one.")),
        Mistake("kappa-steps", math.ceil(k), text(zh="步数还要乘 $\\ln(1/\\text{比例})/2$。",
                                                  en="The steps are κ times $\\ln(1/\\text{share})/2$.")),
    )  # fmt: skip


def solution(i: Inputs) -> Text:
    made = rf"\kappa=1+n\,m^2/s^2=1+{i.n}\times{i.mean**2:.4g}/{i.variance:.4g}={kappa(i):.4g}"
    if i.level < 3:
        return text(zh=f"特征值是 $s^2$（$n-1$ 个）和 $s^2+nm^2$：${made}$。",
                    en=f"The eigenvalues are $s^2$ ($n-1$ of them) and $s^2+nm^2$: ${made}$.")  # fmt: skip
    return text(
        zh=f"${made}$；每步损失乘 $(1-1/\\kappa)^2$，$k\\ge\\ln({i.share:g})/(2\\ln(1-1/\\kappa))$，"
        f"即 {answer(i):.0f} 步。",
        en=f"${made}$; a step multiplies the loss by $(1-1/\\kappa)^2$, so "
        f"$k\\ge\\ln({i.share:g})/(2\\ln(1-1/\\kappa))$: {answer(i):.0f} steps.",
    )


def tolerance(i: Inputs) -> float:
    return max(0.5, 0.005 * answer(i)) if i.level == 3 else 0.005 * answer(i)


exercise = Exercise(
    __name__, text(zh="均值带来的条件数", en="The condition number a mean causes"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="zero-centring",
)  # fmt: skip
