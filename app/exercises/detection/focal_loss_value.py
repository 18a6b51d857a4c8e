"""The focal loss by hand: how much lighter an easy example gets, the loss of a background anchor, and a gradient."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.focal_loss import focal_loss
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Anchor:
    """One anchor with predicted probability p of an object. Level 1: the factor CE/FL. Level 2: the loss of a
    background anchor, with α. Level 3: |∂FL/∂z| of an object, without α."""

    level: int
    p: float
    gamma: int
    alpha: float


def generate(rng: np.random.Generator, level: int) -> Anchor:
    p = round(float(rng.integers(55, 96) if level == 1 else rng.integers(8, 66)) / 100, 2)
    gamma = int(rng.choice([2, 3] if level != 2 else [1, 2]))
    return Anchor(level, p, gamma, float(rng.choice([0.25, 0.1, 0.4])))


def answer(a: Anchor) -> float:
    if a.level == 1:
        return float((1 - a.p) ** -a.gamma)
    z = np.array([math.log(a.p / (1 - a.p))])
    if a.level == 2:
        return focal_loss(z, np.zeros(1), a.gamma, a.alpha)[0].item()
    return abs(focal_loss(z, np.ones(1), a.gamma, None)[1].item())


def prompt(a: Anchor) -> Text:
    if a.level == 1:
        return text(
            zh=f"一个目标锚框，$p={a.p:g}$。focal loss（$\\gamma={a.gamma}$，不用 $\\alpha$）比交叉熵小多少倍？",
            en=f"An anchor on an object has $p={a.p:g}$. By what factor is its focal loss ($\\gamma={a.gamma}$, no "
            "$\\alpha$) smaller than its cross-entropy?",
        )
    if a.level == 2:
        return text(
            zh=f"一个**背景**锚框，网络说“是目标”的概率 $p={a.p:g}$。$\\gamma={a.gamma}$，$\\alpha={a.alpha:g}$。"
            f"focal loss "
            "是多少 nat？（三位有效数字）",
            en=f"A **background** anchor; the net gives an object probability $p={a.p:g}$. With $\\gamma={a.gamma}$ "
            f"and "
            f"$\\alpha={a.alpha:g}$, what is the focal loss in nats? (three significant digits)",
        )
    return text(
        zh=f"一个目标锚框，$p={a.p:g}$，$\\gamma={a.gamma}$，不用 $\\alpha$。focal loss 对 logit 的梯度绝对值 "
        "$|\\partial FL/\\partial z|$ 是多少？（三位有效数字）",
        en=f"An anchor on an object: $p={a.p:g}$, $\\gamma={a.gamma}$, no $\\alpha$. What is the size of the gradient "
        "by the logit, $|\\partial FL/\\partial z|$? (three significant digits)",
    )


def mistakes(a: Anchor) -> Sequence[Mistake]:
    p, g = a.p, a.gamma
    if a.level == 1:
        return (
            Mistake("power-of-p", p**-g, text(
                zh="底数是 $1-p_t$，不是 $p_t$。", en="The base is $1-p_t$, not $p_t$.")),
            Mistake("times-gamma", g / (1 - p), text(
                zh="$\\gamma$ 是指数，不是系数。", en="$\\gamma$ is an exponent, not a factor.")),
            Mistake("the-weight-itself", (1 - p) ** g, text(
                zh="这是权重；问的是缩小的倍数，取倒数。",
                en="That is the weight; the factor asked for is one over it.")),
        )  # fmt: skip
    if a.level == 2:
        loss = -math.log(1 - p)
        return (
            Mistake("as-an-object", -a.alpha * (1 - p) ** g * math.log(p), text(
                zh="这是目标的损失。背景的 $p_t=1-p$。", en="That is an object's loss. For background $p_t=1-p$.")),
            Mistake("alpha-of-objects", a.alpha * p**g * loss, text(
                zh="背景的权重是 $1-\\alpha$。", en="Background has weight $1-\\alpha$.")),
            Mistake("log-of-ten", (1 - a.alpha) * p**g * loss / math.log(10), text(
                zh="用了 $\\log_{10}$；损失用自然对数。", en="That used $\\log_{10}$; the loss takes natural logs.")),
            Mistake("no-focus", (1 - a.alpha) * loss, text(
                zh="漏了 $(1-p_t)^\\gamma=p^\\gamma$。", en="The factor $(1-p_t)^\\gamma=p^\\gamma$ is missing.")),
        )  # fmt: skip
    return (
        Mistake("weight-times-ce-gradient", (1 - p) ** (g + 1), text(
            zh="权重 $(1-p_t)^\\gamma$ 也含 $z$，乘积法则还有 $\\gamma p_t\\ln p_t$ 一项。",
            en="The weight $(1-p_t)^\\gamma$ depends on $z$ too: the product rule adds $\\gamma p_t\\ln p_t$.")),
        Mistake("cross-entropy", 1 - p, text(zh="这是交叉熵的梯度。", en="That is the gradient of cross-entropy.")),
        Mistake("by-p", (1 - p) ** (g - 1) * abs(g * p * math.log(p) + p - 1) / p, text(
            zh="这是对 $p$ 的导数；对 logit 还要乘 $p(1-p)$。",
            en="That is the derivative by $p$; by the logit it gets another $p(1-p)$.")),
    )  # fmt: skip


def solution(a: Anchor) -> Text:
    p, g, found = a.p, a.gamma, answer(a)
    if a.level == 1:
        line = rf"$(1-p_t)^{{-\gamma}}={1 - p:.4g}^{{-{g}}}={found:.4g}$"
    elif a.level == 2:
        line = rf"$p_t={1 - p:.4g}$, $(1-\alpha)\,p^{{\gamma}}(-\ln p_t)={1 - a.alpha:g}\cdot{p:g}^{{{g}}}\cdot"
        line += rf"{-math.log(1 - p):.4f}={found:.4g}$"
    else:
        inner = g * p * math.log(p) + p - 1
        line = rf"$(1-p_t)^\gamma\,|\gamma p_t\ln p_t+p_t-1|={(1 - p) ** g:.4g}\cdot{abs(inner):.4f}={found:.4g}$"
    return text(zh=line + "。", en=line + ".")


exercise = Exercise(
    __name__, text(zh="手算 focal loss", en="Focal loss by hand"),
    generate, prompt, answer, lambda a: 0.01 * answer(a), mistakes, solution, demo="who-owns-the-gradient",
)  # fmt: skip
