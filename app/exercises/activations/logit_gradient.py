"""The gradient that reaches the logit: of cross-entropy, of squared error, and how far they are apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.bce_numerics import plain_sigmoid, squared_error
from app.core.losses import logistic_loss
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Point:
    """A logit and its label."""

    level: int
    z: float
    y: int


def generate(rng: np.random.Generator, level: int) -> Point:
    y = int(rng.integers(2))
    size = int(rng.integers(5, 31)) / 10 if level < 3 else int(rng.integers(10, 61)) / 10
    wrong = level == 3 or rng.random() < 0.6
    return Point(level, size if (y == 0) == wrong else -size, y)


def parts(p: Point) -> tuple[float, float, float]:
    """σ, and the gradients of cross-entropy and squared error."""
    z, y = np.array([p.z]), np.array([float(p.y)])
    return float(plain_sigmoid(z)[0]), float(logistic_loss(z, y)[1][0]), float(squared_error(z, y)[1][0])


def answer(p: Point) -> float:
    _, cross, square = parts(p)
    return {1: cross, 2: square, 3: cross / square}[p.level]


def tolerance(p: Point) -> float:
    return 0.01 * abs(answer(p)) if p.level == 3 else max(0.0011, 0.01 * abs(answer(p)))


def prompt(p: Point) -> Text:
    given = rf"$z={p.z:g}$, $y={p.y}$"
    zh, en = given.replace(", ", "，"), given
    if p.level == 1:
        return text(zh=f"{zh}。二元交叉熵（先过 σ）对 $z$ 的梯度是多少？",
                    en=f"{en}. What is the gradient of binary cross-entropy (behind σ) by $z$?")  # fmt: skip
    if p.level == 2:
        return text(zh=rf"{zh}。平方误差 $(\sigma(z)-y)^2$ 对 $z$ 的梯度是多少？",
                    en=rf"{en}. What is the gradient of the squared error $(\sigma(z)-y)^2$ by $z$?")  # fmt: skip
    return text(
        zh=rf"{zh}：模型错了。交叉熵对 $z$ 的梯度是平方误差 $(\sigma(z)-y)^2$ 的多少倍？",
        en=rf"{en}: the model is wrong. By what factor is the gradient of cross-entropy by $z$ larger than that of "
        r"$(\sigma(z)-y)^2$?",
    )


def mistakes(p: Point) -> Sequence[Mistake]:
    s, cross, square = parts(p)
    slope = s * (1 - s)
    if p.level == 3:
        return (
            Mistake("forgot-the-two", 1 / slope,
                    text(zh="平方误差的导数还有因子 2。", en="The derivative of the square has a factor of 2.")),
            Mistake("upside-down", square / cross,
                    text(zh="倒过来了：问的是交叉熵 ÷ 平方误差。", en="Upside down: it is cross-entropy ÷ squared "
                                                      "error.")),
            Mistake("compared-the-losses", abs(math.log(1 - s if p.y == 0 else s)) / (s - p.y) ** 2,
                    text(zh="这是两个损失之比，不是梯度之比。", en="That compares the losses, not their gradients.")),
            Mistake("no-difference", 1.0,
                    text(zh=r"交叉熵把 $\sigma'$ 约掉了，平方误差没有。",
                         en=r"Cross-entropy cancels $\sigma'$; squared error does not.")),
        )  # fmt: skip
    sign = Mistake("wrong-sign", -answer(p),
                   text(zh=r"梯度是 $\sigma-y$ 的方向；$y-\sigma$ 是下降方向。",
                        en=r"The gradient goes with $\sigma-y$; $y-\sigma$ is the way down."))  # fmt: skip
    if p.level == 1:
        return (
            sign,
            Mistake("kept-the-slope", cross * slope,
                    text(zh=r"$\sigma'$ 被交叉熵的 $1/(\sigma(1-\sigma))$ 约掉了。",
                         en=r"Cross-entropy's $1/(\sigma(1-\sigma))$ cancels $\sigma'$.")),
            Mistake("gradient-by-the-probability", cross / slope,
                    text(zh=r"这是对概率 $\sigma$ 的梯度，还要乘 $\sigma'$。",
                         en=r"That is the gradient by the probability; multiply by $\sigma'$.")),
            Mistake("forgot-the-label", s if p.y else s - 1,
                    text(zh="减去的是真实标签 y。", en="Subtract the true label y.")),
        )  # fmt: skip
    return (
        sign,
        Mistake("forgot-the-two", square / 2, text(zh="漏了平方的因子 2。", en="The factor 2 of the square is "
                                                                       "missing.")),
        Mistake("forgot-the-slope", 2 * cross,
                text(zh=r"链式法则还要乘 $\sigma'=\sigma(1-\sigma)$。", en=r"The chain rule adds "
                                                                   r"$\sigma'=\sigma(1-\sigma)$.")),
        Mistake("as-cross-entropy", cross,
                text(zh="这是交叉熵的梯度。", en="That is the gradient of cross-entropy.")),
    )  # fmt: skip


def solution(p: Point) -> Text:
    s, cross, square = parts(p)
    if p.level == 1:
        formula = rf"$\sigma-y={s:.4f}-{p.y}={cross:.4f}$"
    elif p.level == 2:
        formula = rf"$2(\sigma-y)\sigma(1-\sigma)=2\cdot({cross:.4f})\cdot{s:.4f}\cdot{1 - s:.4f}={square:.4f}$"
    else:
        formula = rf"$\frac{{1}}{{2\sigma(1-\sigma)}}=1+\cosh z={cross / square:.4g}$"
    return text(zh=f"{formula}。", en=f"{formula}.")


exercise = Exercise(
    __name__, text(zh="传到 logit 的梯度：交叉熵与平方误差", en="The gradient at the logit: cross-entropy, squared "
                                                  "error"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="calibration",
)  # fmt: skip
