"""The one-unit sigmoid RNN at its fixed point: the factor per step, when it explodes, and the step a clip allows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.cliff import clip, one_unit_gradient, one_unit_states
from app.kit import Exercise, Mistake, Text, text

TARGET = 0.7


@dataclass(frozen=True)
class Unit:
    """x ← σ(w x - w/2) from x = 1/2, unrolled `steps` times. Level 2: until ∂x_T/∂x_0 passes 10^`power`. Level 3: the
    distance moved by one update with this rate and clip."""

    level: int
    w: float
    steps: int
    power: int
    rate: float
    bound: float


def generate(rng: np.random.Generator, level: int) -> Unit:
    w = float(rng.choice([5, 5.2, 5.6, 6, 6.4, 7, 8]))
    steps = int(rng.integers(5, 21)) if level == 1 else int(rng.integers(15, 41))
    return Unit(
        level,
        w,
        steps,
        int(rng.integers(2, 8)),
        float(rng.choice([0.1, 0.05, 0.01])),
        float(rng.choice([0.5, 1, 2, 5])),
    )


def gradient(u: Unit) -> tuple[float, float]:
    _, d_w, d_b = one_unit_gradient(np.array(u.w), np.array(-u.w / 2), u.steps, TARGET)
    return float(d_w), float(d_b)


def answer(u: Unit) -> float:
    if u.level == 1:
        slopes = one_unit_states(np.array(u.w), np.array(-u.w / 2), u.steps)[1]
        return float(np.prod(u.w * slopes))
    if u.level == 2:
        return math.floor(u.power * math.log(10) / math.log(u.w / 4)) + 1
    return u.rate * math.hypot(*clip(*gradient(u), u.bound))


def prompt(u: Unit) -> Text:
    unit = rf"$x_{{k+1}}=\sigma({u.w:g}\,x_k-{u.w / 2:g})$"
    if u.level == 1:
        return text(
            zh=f"{unit}，从 $x_0=0.5$ 出发。$\\partial x_{{{u.steps}}}/\\partial x_0$ 是多少？",
            en=f"{unit}, starting at $x_0=0.5$. What is $\\partial x_{{{u.steps}}}/\\partial x_0$?",
        )
    if u.level == 2:
        return text(
            zh=f"{unit}，从 $x_0=0.5$ 出发。至少展开几步，$\\partial x_T/\\partial x_0$ 才超过 $10^{{{u.power}}}$？",
            en=f"{unit}, starting at $x_0=0.5$. How many steps must be unrolled for $\\partial x_T/\\partial x_0$ to "
            f"pass $10^{{{u.power}}}$?",
        )
    return text(
        zh=f"{unit}，从 $x_0=0.5$ 出发，展开 {u.steps} 步，损失 $(x_T-0.7)^2$。"
        f"对 $(w,b)$ 的梯度按范数裁剪到 {u.bound:g}，再用学习率 {u.rate:g} 走一步。$(w,b)$ 移动了多远（L2）？",
        en=f"{unit}, starting at $x_0=0.5$, unrolled for {u.steps} steps, loss $(x_T-0.7)^2$. The gradient in $(w,b)$ "
        f"is clipped by norm at {u.bound:g} and plain gradient descent with learning rate {u.rate:g} takes one step. "
        "How far does $(w,b)$ move (L2)?",
    )


def mistakes(u: Unit) -> Sequence[Mistake]:
    if u.level == 1:
        return (
            Mistake("forgot-the-slope", u.w**u.steps,
                    text(zh="每步还要乘 $\\sigma'(0)=1/4$。", en="A step multiplies by $\\sigma'(0)=1/4$ as well.")),
            Mistake("slope-only", 0.25**u.steps,
                    text(zh="每步还要乘权重 $w$。", en="Every step multiplies by the weight $w$ as well.")),
            Mistake("one-step-short", (u.w / 4) ** (u.steps - 1),
                    text(zh="从 $x_0$ 到 $x_T$ 有 $T$ 步。", en="From $x_0$ to $x_T$ there are $T$ steps.")),
            Mistake("added-up", u.steps * u.w / 4, text(zh="是连乘，不是相加。", en="The factors multiply.")),
        )  # fmt: skip
    if u.level == 2:
        return (
            Mistake("forgot-the-slope", math.floor(u.power * math.log(10) / math.log(u.w)) + 1,
                    text(zh="每步的倍数是 $w/4$，不是 $w$。", en="The factor is $w/4$, not $w$.")),
            Mistake("natural-logarithm", math.floor(u.power / math.log(u.w / 4)) + 1,
                    text(zh="$10^k$ 的自然对数是 $k\\ln10$。", en="The natural logarithm of $10^k$ is $k\\ln10$.")),
        )  # fmt: skip
    d_w, d_b = gradient(u)
    return (
        Mistake("no-clipping", u.rate * math.hypot(d_w, d_b),
                text(zh="范数超过上限，要先裁剪。", en="The norm is above the bound: clip first.")),
        Mistake("clipped-by-value", u.rate * math.hypot(*clip(d_w, d_b, u.bound, by_value=True)),
                text(zh="这是逐分量截断；按范数裁剪后，范数恰好等于上限。",
                     en="That cuts each component; clipped by norm, the norm is exactly the bound.")),
        Mistake("forgot-the-rate", u.bound, text(zh="忘了乘学习率。", en="The learning rate is missing.")),
    )  # fmt: skip


def solution(u: Unit) -> Text:
    factor = f"{u.w / 4:.4g}"
    if u.level == 1:
        return text(
            zh=f"$x=0.5$ 是不动点，每步乘 $w\\sigma'(0)={factor}$；${factor}^{{{u.steps}}}={answer(u):.4g}$。",
            en=f"$x=0.5$ is a fixed point and every step multiplies by $w\\sigma'(0)={u.w:g}/4={factor}$: "
            f"${factor}^{{{u.steps}}}={answer(u):.4g}$.",
        )
    if u.level == 2:
        return text(
            zh=f"每步乘 ${factor}$；$T>{u.power}\\ln10/\\ln{factor}$，即 {answer(u):g} 步。",
            en=f"A step multiplies by ${factor}$; $T>{u.power}\\ln10/\\ln{factor}$: {answer(u):g} steps.",
        )
    norm = math.hypot(*gradient(u))
    return text(
        zh=f"梯度范数 {norm:.3g}，裁剪后恰为 {u.bound:g}；移动 ${u.rate:g}\\times{u.bound:g}={answer(u):.4g}$。",
        en=f"The gradient norm is {norm:.3g}, above the bound, so {u.bound:g} after clipping; the step is "
        f"${u.rate:g}\\times{u.bound:g}={answer(u):.4g}$.",
    )


def tolerance(u: Unit) -> float:
    return 0.25 if u.level == 2 else 0.01 * abs(answer(u))


exercise = Exercise(
    __name__, text(zh="悬崖边上的一步", en="A step at the cliff"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="gradient-through-time",
)  # fmt: skip
