"""KL divergence of two Gaussians, by hand: the term of a variational autoencoder, and the general formula."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.kl_fitting import gaussian_kl
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Gaussians:
    """q = N(mean1, sd1²) against p = N(mean2, sd2²)."""

    mean1: float
    sd1: float
    mean2: float
    sd2: float


def generate(rng: np.random.Generator, level: int) -> Gaussians:
    """Level 1: equal variances. Level 2: against N(0, 1), as in a VAE. Level 3: any two."""
    while True:
        mean1, mean2 = (int(v) / 2 for v in rng.integers(-6, 7, 2))
        sd1, sd2 = (int(v) / 2 for v in rng.integers(1, 7, 2))
        if level == 1:
            sd1 = sd2
        if level == 2:
            mean2, sd2 = 0.0, 1.0
        if mean1 != mean2 and (level == 1 or sd1 != sd2):
            return Gaussians(mean1, sd1, mean2, sd2)


def answer(p: Gaussians) -> float:
    return gaussian_kl(p.mean1, p.sd1, p.mean2, p.sd2)


def normal(mean: float, sd: float) -> str:
    return rf"\mathcal N({mean:g},\,{sd * sd:g})"


def prompt(p: Gaussians) -> Text:
    q, r = normal(p.mean1, p.sd1), normal(p.mean2, p.sd2)
    return text(
        zh=f"$D({q}\\,\\|\\,{r})$ 是多少 nat？（第二个参数是方差。）",
        en=f"What is $D({q}\\,\\|\\,{r})$, in nats? (The second parameter is the variance.)",
    )


def mistakes(p: Gaussians) -> Sequence[Mistake]:
    gap = (p.mean1 - p.mean2) ** 2
    return (
        Mistake("reversed", gaussian_kl(p.mean2, p.sd2, p.mean1, p.sd1),
                text(zh="两个分布换了位置：分母上是后一个的方差。",
                     en="The two changed places: the variance of the second one is the divisor.")),
        Mistake("no-half", answer(p) + 0.5,
                text(zh="末尾的 −½ 漏了：同一个分布的散度必须是 0。",
                     en="The −½ at the end is missing: a distribution has divergence 0 from itself.")),
        Mistake("no-two", gap / p.sd2**2 + (p.sd1 / p.sd2) ** 2 - 1 + 2 * math.log(p.sd2 / p.sd1),
                text(zh="整个式子少除以 2。", en="The whole expression is to be halved.")),
        Mistake("log-of-variance", answer(p) + math.log(p.sd2 / p.sd1),
                text(zh="对数里是标准差之比；用方差之比要再乘 ½。",
                     en="The logarithm takes the ratio of standard deviations; with variances it needs another ½.")),
        Mistake("variance-as-sd", gaussian_kl(p.mean1, p.sd1**2, p.mean2, p.sd2**2),
                text(zh="你把方差当成了标准差。", en="You took the variances for standard deviations.")),
        Mistake("means-only", gap / (2 * p.sd2**2),
                text(zh="只算了均值的差；方差不同也要付代价。",
                     en="That is the price of the means only; different variances cost as well.")),
    )  # fmt: skip


def solution(p: Gaussians) -> Text:
    line = (
        rf"$\ln\frac{{\sigma_2}}{{\sigma_1}}+\frac{{\sigma_1^2+(\mu_1-\mu_2)^2}}{{2\sigma_2^2}}-\frac12"
        rf"=\ln\frac{{{p.sd2:g}}}{{{p.sd1:g}}}+\frac{{{p.sd1**2:g}+{(p.mean1 - p.mean2) ** 2:g}}}{{{2 * p.sd2**2:g}}}"
        rf"-\frac12={answer(p):.4f}$"
    )
    return text(zh=line + " nat。", en=line + " nats.")


exercise = Exercise(
    __name__,
    text(zh="手算两个高斯的 KL", en="KL of two Gaussians by hand"),
    generate,
    prompt,
    answer,
    lambda p: max(0.003, 0.01 * answer(p)),
    mistakes,
    solution,
    unit="nat",
    demo="information-diagram",
)
