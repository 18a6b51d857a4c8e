"""From a prior to its penalty: Gaussian, Laplace, and the number a library wants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Belief:
    """Noise of standard deviation `noise`; prior N(0, spread²) at level 1, else Laplace(`spread`). n examples."""

    level: int
    noise: float
    spread: float
    n: int = 1


def generate(rng: np.random.Generator, level: int) -> Belief:
    noise = float(rng.choice([0.5, 1.5, 2, 3, 4, 5]))
    spread = float(rng.choice([s for s in (0.1, 0.2, 0.4, 0.5, 2, 4) if s != noise]))
    return Belief(level, noise, spread, int(rng.choice([50, 100, 200, 500])) if level == 3 else 1)


def answer(q: Belief) -> float:
    if q.level == 1:
        return (q.noise / q.spread) ** 2
    return q.noise**2 / q.spread / q.n


def prompt(q: Belief) -> Text:
    if q.level == 1:
        return text(
            zh=rf"$y=Xw+\varepsilon$，噪声标准差 {q.noise:g}；各权重的先验是 $N(0,\tau^2)$，$\tau={q.spread:g}$。"
            r"MAP 等于最小化 $\frac12\lVert y-Xw\rVert^2+\frac\lambda2\lVert w\rVert^2$。$\lambda$ 是多少？",
            en=rf"$y=Xw+\varepsilon$ with noise of standard deviation {q.noise:g}; every weight has the prior "
            rf"$N(0,\tau^2)$ with $\tau={q.spread:g}$. The MAP minimises $\frac12\lVert y-Xw\rVert^2"
            r"+\frac\lambda2\lVert w\rVert^2$. What is $\lambda$?",
        )
    if q.level == 2:
        return text(
            zh=rf"$y=Xw+\varepsilon$，噪声标准差 {q.noise:g}；各权重的先验是 Laplace，密度 "
            rf"$\frac1{{2b}}e^{{-|w|/b}}$，$b={q.spread:g}$。MAP 等于最小化 "
            r"$\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$。$\lambda$ 是多少？",
            en=rf"$y=Xw+\varepsilon$ with noise of standard deviation {q.noise:g}; every weight has a Laplace prior of "
            rf"density $\frac1{{2b}}e^{{-|w|/b}}$, $b={q.spread:g}$. The MAP minimises "
            r"$\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$. What is $\lambda$?",
        )
    return text(
        zh=rf"$n={q.n}$ 个样本，噪声标准差 {q.noise:g}，权重的先验是 Laplace（$b={q.spread:g}$）。某个库的 lasso "
        "最小化 "
        r"$\frac1{2n}\lVert y-Xw\rVert^2+a\lVert w\rVert_1$。要得到 MAP，$a$ 取多少？",
        en=rf"There are $n={q.n}$ examples, noise of standard deviation {q.noise:g}, and a Laplace prior on the "
        "weights "
        rf"($b={q.spread:g}$). A library's lasso minimises $\frac1{{2n}}\lVert y-Xw\rVert^2+a\lVert w\rVert_1$. "
        "Which $a$ "
        "gives the MAP?",
    )


def mistakes(q: Belief) -> Sequence[Mistake]:
    if q.level == 1:
        return (
            Mistake("not-squared", q.noise / q.spread,
                    text(zh="是方差之比，不是标准差之比。",
                         en="It is a ratio of variances, not of standard deviations.")),
            Mistake("upside-down", (q.spread / q.noise) ** 2,
                    text(zh="反了：先验越窄，惩罚越大。", en="Upside down: a narrower prior is a larger penalty.")),
            Mistake("noise-is-one", 1 / q.spread**2,
                    text(zh=r"漏了噪声：似然带着 $1/\sigma^2$，乘掉它之后惩罚里就有 $\sigma^2$。",
                         en=r"The noise is missing: the likelihood carries $1/\sigma^2$, and clearing it puts "
                            r"$\sigma^2$ "
                         "into the penalty.")),
        )  # fmt: skip
    out = [
        Mistake("squared-the-scale", q.noise**2 / q.spread**2 / q.n,
                text(zh=r"Laplace 的负对数是 $|w|/b$：$b$ 只有一次方。",
                     en=r"The negative log of a Laplace is $|w|/b$: $b$ to the first power.")),
        Mistake("noise-not-squared", q.noise / q.spread / q.n,
                text(zh=r"要用噪声的方差 $\sigma^2$。", en=r"It takes the variance of the noise, $\sigma^2$.")),
        Mistake("upside-down", q.spread / q.noise**2 / q.n,
                text(zh="反了：先验越窄，惩罚越大。", en="Upside down: a narrower prior is a larger penalty.")),
    ]  # fmt: skip
    if q.level == 3:
        out += [
            Mistake("not-over-n", q.noise**2 / q.spread,
                    text(zh="这个目标把平方误差除以了 $n$，惩罚也要除以 $n$。",
                         en="This objective divides the squared error by $n$; divide the penalty too.")),
            Mistake("times-n", q.n * q.noise**2 / q.spread,
                    text(zh="平方误差变小了 $n$ 倍，惩罚也该变小，不是变大。",
                         en="The squared error is $n$ times smaller; the penalty must be smaller too, not larger.")),
        ]  # fmt: skip
    return out


def solution(q: Belief) -> Text:
    if q.level == 1:
        shown = rf"$\lambda=\sigma^2/\tau^2={q.noise:g}^2/{q.spread:g}^2={answer(q):.4g}$"
    elif q.level == 2:
        shown = rf"$\lambda=\sigma^2/b={q.noise:g}^2/{q.spread:g}={answer(q):.4g}$"
    else:
        shown = rf"$a=\frac{{\sigma^2}}{{nb}}=\frac{{{q.noise:g}^2}}{{{q.n}\cdot{q.spread:g}}}={answer(q):.4g}$"
    return text(zh=rf"负对数后验乘以 $\sigma^2$，平方误差的系数变成 $\frac12$：{shown}。",
                en=rf"Multiply the negative log posterior by $\sigma^2$, so that the error has the factor $\frac12$: "
                f"{shown}.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="先验换算成 λ", en="From prior to λ"),
    generate, prompt, answer, lambda q: 0.005 * answer(q), mistakes, solution, demo="shrink-or-cut",
)  # fmt: skip
