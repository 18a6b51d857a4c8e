"""The chain y = a b x under gradient flow: where it ends, and how long half of it takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.scalar_chain import half_time, limits
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Chain:
    """Level 1: b at the moment a has the value `now`. Level 2: where a ends. Level 3: time to half of s, from a = b."""

    level: int
    a: float
    b: float
    s: float
    now: float = 0.0


def generate(rng: np.random.Generator, level: int) -> Chain:
    a, b = (float(v) / 10 for v in rng.choice(np.arange(1, 25), 2, replace=False))
    s = float(rng.choice([0.5, 1, 1.5, 2, 3, 4, 5]))
    if level == 1:
        return Chain(1, a, b, s, now=float(rng.choice([a + k / 10 for k in (2, 4, 5, 8)])))
    if level == 3:
        small = float(rng.choice([0.02, 0.05, 0.1, 0.2]))
        return Chain(3, small, small, s)
    return Chain(2, a, b, s)


def answer(p: Chain) -> float:
    if p.level == 1:
        return math.sqrt(p.now**2 - p.a**2 + p.b**2)
    return limits(p.a, p.b, p.s)[0] if p.level == 2 else half_time(p.s, p.a * p.b)


def prompt(p: Chain) -> Text:
    loss = rf"$\frac12({p.s:g}-ab)^2$"
    start = rf"$a_0={p.a:g}$, $b_0={p.b:g}$"
    if p.level == 1:
        return text(
            zh=f"对 {loss} 做梯度流，从 {start.replace(', ', '、')} 出发。某一刻 $a={p.now:g}$，$b$（正数）是多少？",
            en=f"Gradient flow on {loss} from {start}. At some moment $a={p.now:g}$. What is $b$ (positive) then?",
        )
    if p.level == 2:
        return text(
            zh=f"对 {loss} 做梯度流，从 {start.replace(', ', '、')} 出发。$a$ 最后停在哪里？",
            en=f"Gradient flow on {loss} from {start}. Where does $a$ end?",
        )
    return text(
        zh=f"对 {loss} 做梯度流，从 $a_0=b_0={p.a:g}$ 出发。乘积 $ab$ 走到 $s/2={p.s / 2:g}$ 用多少时间？",
        en=f"Gradient flow on {loss} from $a_0=b_0={p.a:g}$. How long until the product $ab$ is $s/2={p.s / 2:g}$?",
    )


def mistakes(p: Chain) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("sum-conserved", p.a + p.b - p.now, text(
                zh="守恒的不是 $a+b$，是 $a^2-b^2$。", en="Conserved is $a^2-b^2$, not $a+b$.")),
            Mistake("circle", math.sqrt(abs(p.a**2 + p.b**2 - p.now**2)), text(
                zh="守恒的是平方**差**，不是平方和。", en="The **difference** of squares is conserved, not the sum.")),
            Mistake("product-conserved", p.a * p.b / p.now, text(
                zh="乘积 $ab$ 正是在变的量。", en="The product $ab$ is what changes.")),
            Mistake("same-increase", p.b + p.now - p.a, text(
                zh="两个因子走得不一样快：小的快。", en="They do not move alike: the smaller one is faster.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("balanced", math.sqrt(p.s), text(
                zh="只有 $a_0=b_0$ 时才停在 $\\sqrt s$。", en="It ends at $\\sqrt s$ only from $a_0=b_0$.")),
            Mistake("the-other-factor", limits(p.a, p.b, p.s)[1], text(zh="这是 $b$ 的终点。", en="There $b$ ends.")),
            Mistake("b-fixed", p.s / p.b, text(zh="$b$ 也在动。", en="$b$ moves as well.")),
            Mistake("squared", limits(p.a, p.b, p.s)[0] ** 2, text(
                zh="解出的是 $a^2$，还要开方。", en="That is $a^2$; take the root.")),
        )  # fmt: skip
    u0 = p.a * p.b
    return (
        Mistake("start-not-squared", half_time(p.s, p.a), text(
            zh="$u_0=a_0b_0$，是起点的平方。", en="$u_0=a_0b_0$, the square of the start.")),
        Mistake("forgot-two", 2 * half_time(p.s, u0), text(
            zh="两个因子都在学：指数是 $2st$。", en="Both factors learn: the exponent is $2st$.")),
        Mistake("forgot-s", p.s * half_time(p.s, u0), text(
            zh="还要除以 $s$：强的模式学得快。", en="Divide by $s$: strong modes are fast.")),
    )  # fmt: skip


def solution(p: Chain) -> Text:
    if p.level == 3:
        u0 = p.a * p.b
        formula = rf"$\dfrac{{\ln({p.s:g}/{u0:.4g}-1)}}{{2\cdot{p.s:g}}}={answer(p):.4g}$"
        return text(
            zh=f"$u_0=a_0b_0={u0:.4g}$，半程时间 {formula}。", en=f"$u_0=a_0b_0={u0:.4g}$; half-time {formula}."
        )
    D = p.a**2 - p.b**2
    if p.level == 1:
        formula = rf"$b=\sqrt{{{p.now:g}^2-({D:.4g})}}={answer(p):.4g}$"
    else:
        formula = rf"$a=\sqrt{{\tfrac12(D+\sqrt{{D^2+4\cdot{p.s:g}^2}})}}={answer(p):.4g}$"
    return text(zh=f"$D=a^2-b^2={D:.4g}$ 守恒：{formula}。", en=f"$D=a^2-b^2={D:.4g}$ is conserved: {formula}.")


exercise = Exercise(
    __name__, text(zh="两因子链的终点", en="Where the two-factor chain ends"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution, demo="two-rulers",
)  # fmt: skip
