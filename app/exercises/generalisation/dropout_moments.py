"""Inverted dropout by hand: the value of a kept unit, the variance of one unit, the variance of a weighted sum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.ridge import dropout_loss
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Dropped:
    """Units x with weights w; each is dropped with probability p. Levels 1, 2 use one unit and no weight."""

    level: int
    p: float
    x: tuple[float, ...]
    w: tuple[float, ...]


def generate(rng: np.random.Generator, level: int) -> Dropped:
    count = 3 if level == 3 else 1
    p = float(rng.choice([0.1, 0.2, 0.25, 0.4, 0.6, 0.75, 0.8]))
    x = tuple(float(v) for v in rng.integers(1, 10, count))
    w = tuple(float(v) for v in rng.choice([-3, -2, -1, 1, 2, 3], count)) if level == 3 else (1.0,)
    return Dropped(level, p, x, w)


def answer(q: Dropped) -> float:
    if q.level == 1:
        return q.x[0] / (1 - q.p)
    X, w = np.array([q.x]), np.array(q.w)
    return dropout_loss(X, X @ w, w, q.p)  # with y = Xw only the variance is left


def prompt(q: Dropped) -> Text:
    if q.level == 1:
        return text(
            zh=f"inverted dropout（训练时缩放），丢弃概率 $p={q.p:g}$。某单元的激活值是 {q.x[0]:g}，这一步没有被丢弃。"
            "它传给下一层的值是多少？",
            en=f"Inverted dropout (rescaled in training) with drop probability $p={q.p:g}$. A unit has activation "
            f"{q.x[0]:g} and is not dropped in this step. What does it pass on?",
        )
    if q.level == 2:
        return text(
            zh=f"inverted dropout，丢弃概率 $p={q.p:g}$，激活值 {q.x[0]:g}。训练时这个单元输出的**方差**是多少？",
            en=f"Inverted dropout with drop probability $p={q.p:g}$, activation {q.x[0]:g}. What is the **variance** "
            "of the "
            "unit's output in training?",
        )
    xs, ws = (", ".join(f"{v:g}" for v in values) for values in (q.x, q.w))
    return text(
        zh=rf"$z=\sum_j w_jx_j$，$x=({xs})$，$w=({ws})$。对各 $x_j$ 独立做 inverted dropout，丢弃概率 $p={q.p:g}$。"
        "$z$ 的方差是多少？",
        en=rf"$z=\sum_j w_jx_j$ with $x=({xs})$ and $w=({ws})$. Inverted dropout acts on every $x_j$ independently "
        r"with drop "
        rf"probability $p={q.p:g}$. What is the variance of $z$?",
    )


def mistakes(q: Dropped) -> Sequence[Mistake]:
    terms = np.array(q.x) * np.array(q.w)
    if q.level == 1:
        return (
            Mistake("no-scaling", q.x[0],
                    text(zh="忘了缩放：训练时要除以保留概率，测试时才能什么都不做。",
                         en="The scaling is missing: training divides by the probability of keeping, so that testing "
                         "need "
                         "not do anything.")),
            Mistake("divided-by-p", q.x[0] / q.p,
                    text(zh="除以的是保留概率 $1-p$，不是丢弃概率。",
                         en="Divide by the probability of keeping, $1-p$, not of dropping.")),
            Mistake("multiplied", q.x[0] * (1 - q.p),
                    text(zh="乘 $1-p$ 是旧式 dropout 在测试时做的事。",
                         en="Multiplying by $1-p$ is what the old form does at test time.")),
        )  # fmt: skip
    squares = float((terms**2).sum())
    out = [
        Mistake("no-scaling", q.p * (1 - q.p) * squares,
                text(zh="这是没有缩放的方差 $p(1-p)x^2$；除以 $1-p$ 之后还要再除以 $(1-p)^2$。",
                     en="That is $p(1-p)x^2$, without the scaling, which divides it by $(1-p)^2$.")),
        Mistake("swapped", (1 - q.p) / q.p * squares,
                text(zh="$p$ 是丢弃的概率：丢得越多方差越大。",
                     en="$p$ is the probability of dropping: the more is dropped, the larger the variance.")),
        Mistake("standard-deviation", float(np.sqrt(q.p / (1 - q.p) * squares)),
                text(zh="这是标准差；问的是方差。", en="That is the standard deviation; the variance was asked for.")),
    ]  # fmt: skip
    if q.level == 3:
        out.append(Mistake("squared-the-sum", q.p / (1 - q.p) * float(terms.sum()) ** 2,
                           text(zh="各单元独立丢弃：方差相加，要先平方再求和。",
                                en="Units are dropped independently: variances add, so square first, then "
                                "sum.")))  # fmt: skip
    return out


def solution(q: Dropped) -> Text:
    if q.level == 1:
        shown = rf"${q.x[0]:g}/(1-{q.p:g}) = {answer(q):.4g}$"
        return text(zh=f"除以保留概率：{shown}，均值因此不变。",
                    en=f"Divide by the probability of keeping: {shown}, which preserves the mean.")  # fmt: skip
    squares = "+".join(f"({w:g}\\cdot{x:g})^2" if q.level == 3 else f"{x:g}^2" for x, w in zip(q.x, q.w, strict=True))
    shown = rf"$\frac{{p}}{{1-p}}\left({squares}\right) = {answer(q):.4g}$"
    return text(zh=f"缩放后的掩码方差是 $p/(1-p)$：{shown}。", en=f"The scaled mask has variance $p/(1-p)$: {shown}.")


exercise = Exercise(
    __name__, text(zh="dropout 的均值与方差", en="Mean and variance under dropout"),
    generate, prompt, answer, lambda q: 0.005 * max(1.0, answer(q)), mistakes, solution, demo="bias-variance",
)  # fmt: skip
