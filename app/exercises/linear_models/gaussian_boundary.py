"""Where two Gaussian classes in one dimension meet: one threshold, or two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.classifiers import crossing_points
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Classes:
    """N(m0, s0²) with probability 1 − prior, N(m1, s1²) with probability prior. The answer is the largest crossing."""

    level: int
    m0: float
    s0: float
    m1: float
    s1: float
    prior: float


def generate(rng: np.random.Generator, level: int) -> Classes:
    if level == 1:
        m0 = float(rng.integers(-2, 2))
        return Classes(1, m0, float(rng.choice([1.0, 2.0])), m0 + float(rng.integers(2, 6)), 0.0,
                       float(rng.choice([0.1, 0.2, 0.3, 0.7, 0.8])))  # fmt: skip
    s0 = float(rng.choice([0.5, 1.0, 1.5]))
    s1 = s0 * float(rng.choice([1.5, 2.0, 3.0]))
    return Classes(level, 0.0, s0, 0.0 if level == 2 else float(rng.integers(1, 4)), s1, 0.5)


def crossing(p: Classes) -> tuple[float, ...]:
    return crossing_points(p.m0, p.s0, p.m1, p.s1 or p.s0, p.prior)


def answer(p: Classes) -> float:
    return crossing(p)[-1]


def prompt(p: Classes) -> Text:
    a, b = f"N({p.m0:g},\\,{p.s0:g}^2)", f"N({p.m1:g},\\,{p.s1 or p.s0:g}^2)"
    if p.level == 1:
        return text(
            zh=f"类 0 服从 ${a}$，类 1 服从 ${b}$，$P(y=1)={p.prior:g}$。错误率最小的阈值 $x$ 在哪里？",
            en=f"Class 0 is ${a}$, class 1 is ${b}$, and $P(y=1)={p.prior:g}$. Where is the threshold "
            f"$x$ with the fewest "
            "errors?",
        )
    return text(
        zh=f"类 0 服从 ${a}$，类 1 服从 ${b}$，先验相等。决策边界有两个点，较大的那个 $x$ 是多少？",
        en=f"Class 0 is ${a}$, class 1 is ${b}$, with equal priors. The boundary has two points; what is "
        f"the larger $x$?",
    )


def mistakes(p: Classes) -> Sequence[Mistake]:
    middle = (p.m0 + p.m1) / 2
    if p.level == 1:
        return (
            Mistake("middle", middle, text(zh="先验不等时阈值要离开中点。",
                                        en="With unequal priors it leaves the middle.")),
            Mistake("prior-sign", 2 * middle - answer(p), text(
                zh="方向反了：阈值朝**少见**的那一类移。", en="The wrong way: it moves towards the **rarer** class.")),
            Mistake("variance-forgotten", crossing_points(p.m0, 1, p.m1, 1, p.prior)[0], text(
                zh="移动量要乘方差：$\\sigma^2\\ln\\frac{\\pi_0}{\\pi_1}/(m_1-m_0)$。",
                en="The shift has the variance in it: $\\sigma^2\\ln\\frac{\\pi_0}{\\pi_1}/(m_1-m_0)$.")),
        )  # fmt: skip
    a = 0.5 * (p.s0**-2 - p.s1**-2)
    w, c = p.m1 / p.s1**2, -0.5 * (p.m1 / p.s1) ** 2
    no_log = (-w + math.sqrt(max(w * w - 4 * a * c, 0.0))) / (2 * a)
    return (
        Mistake("one-threshold", middle, text(
            zh="方差不等，边界不是中点，而是两个点。",
            en="With unequal variances the boundary is two points, not the middle.")),
        Mistake("no-normalisers", no_log, text(
            zh="漏了 $\\ln(\\sigma_0/\\sigma_1)$：密度前面的 $1/\\sigma$ 不相等。",
            en="$\\ln(\\sigma_0/\\sigma_1)$ is missing: the densities have different $1/\\sigma$ in front.")),
        Mistake("other-root", crossing(p)[0], text(zh="这是较小的那个点。", en="That is the smaller one.")),
    )  # fmt: skip


def solution(p: Classes) -> Text:
    if p.level == 1:
        shown = rf"$\frac{{m_0+m_1}}2+\frac{{\sigma^2}}{{m_1-m_0}}\ln\frac{{\pi_0}}{{\pi_1}}={answer(p):.4g}$"
        return text(
            zh=f"令两个加权密度相等，二次项抵消：{shown}。",
            en=f"Equate the weighted densities; squares cancel: {shown}.",
        )
    roots = ", ".join(f"{x:.4g}" for x in crossing(p))
    form = r"$\frac{(x-m_0)^2}{2\sigma_0^2}-\frac{(x-m_1)^2}{2\sigma_1^2}=\ln\frac{\sigma_1}{\sigma_0}$"
    return text(zh=f"{form}，二次项不抵消，两个根：{roots}。", en=f"{form}: the squares do not cancel. Roots: {roots}.")


exercise = Exercise(
    __name__, text(zh="两个高斯类的边界", en="The boundary of two Gaussian classes"),
    generate, prompt, answer, lambda p: max(0.005 * abs(answer(p)), 0.004), mistakes, solution, demo="boundary-gallery",
)  # fmt: skip
