"""How hard examples pull in logistic regression, next to the hinge: one, a share of several, and after rescaling."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.margin_losses import hinge, logistic
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Scored:
    """Scores f and labels y = ±1 of the examples; factor: what all scores are multiplied by (level 3)."""

    level: int
    f: tuple[float, ...]
    y: tuple[int, ...]
    factor: int

    @property
    def m(self) -> np.ndarray:
        return np.asarray(np.array(self.f) * np.array(self.y))


def generate(rng: np.random.Generator, level: int) -> Scored:
    while True:
        count = {1: 1, 2: 3, 3: 1}[level]
        f = tuple(float(v) for v in rng.integers(-30, 31, count) / 10)
        y = tuple(int(v) for v in rng.choice([-1, 1], count))
        p = Scored(level, f, y, int(rng.choice([2, 3, 4])))
        m = p.m
        if level == 1 and 0.3 <= abs(m[0]) <= 3 and y[0] == -1:
            return p
        if level == 2 and m[0] < -0.4 and m[1:].min() > 0.2 and m[1:].max() > 1.2 and m[1:].min() < 0.9:
            return p
        if level == 3 and 0.4 <= m[0] <= 1.5:
            return p


def answer(p: Scored) -> float:
    pull = -logistic(p.m)[1]
    if p.level == 1:
        return float(pull[0])
    if p.level == 2:
        return float(pull[0] / pull.sum())
    return float(-logistic(p.factor * p.m)[1][0] / pull[0])


def listed(p: Scored) -> str:
    return ", ".join(f"({y:+d},\\ {f:g})" for y, f in zip(p.y, p.f, strict=True))


def prompt(p: Scored) -> Text:
    if p.level == 1:
        return text(
            zh=f"逻辑回归，标签 $y={p.y[0]:+d}$，得分 $f={p.f[0]:g}$。这个样本的拉力 $-\\ell'(m)$ 是多少（$m=yf$）？",
            en=f"Logistic regression, label $y={p.y[0]:+d}$, score $f={p.f[0]:g}$. How hard does this example pull, "
            "$-\\ell'(m)$ with $m=y f$?",
        )
    if p.level == 2:
        return text(
            zh=f"三个样本的 $(y, f)$ 是 ${listed(p)}$。逻辑回归里，分错的那个占三者拉力之和的几分之几？（填 0 到 1）",
            en=f"Three examples have $(y, f)$ = ${listed(p)}$. In logistic regression, what share of their summed "
            "pull is "
            "that of the wrong one? (0 to 1)",
        )
    return text(
        zh=f"一个样本 $m={p.m[0]:g}$。把 $w$ 和 $b$ 都乘以 {p.factor}，它在逻辑回归里的拉力变为原来的多少倍？",
        en=f"An example has $m={p.m[0]:g}$. Multiply $w$ and $b$ by {p.factor}: by what factor does its pull in "
        "logistic "
        "regression change?",
    )


def mistakes(p: Scored) -> Sequence[Mistake]:
    m, pull = p.m, -logistic(p.m)[1]
    if p.level == 1:
        return (
            Mistake("sign-of-the-margin", float(1 - pull[0]),
                    text(zh="这是 $\\sigma(m)$，即判对的概率；拉力是判错的那部分 $\\sigma(-m)$。",
                         en="That is $\\sigma(m)$, the probability of being right; the pull is the rest, "
                         "$\\sigma(-m)$.")),
            Mistake("loss-not-slope", float(logistic(m)[0][0]),
                    text(zh="这是损失 $\\ln(1+e^{-m})$，问的是它的斜率。",
                         en="That is the loss $\\ln(1+e^{-m})$; the question is its slope.")),
            Mistake("slope-of-the-sigmoid", float(pull[0] * (1 - pull[0])),
                    text(zh="这是 $\\sigma'(m)$；损失里的对数约掉了其中一个因子。",
                         en="That is $\\sigma'(m)$; the logarithm in the loss cancels one of its factors.")),
            Mistake("hinge", -float(hinge(m)[1][0]),
                    text(zh="这是 hinge 的拉力：非 0 即 1。", en="That is the hinge's pull: 0 or 1.")),
        )  # fmt: skip
    if p.level == 2:
        counted, losses, gaps = -hinge(m)[1], logistic(m)[0], hinge(m)[0]
        return (
            Mistake("hinge-pull", float(counted[0] / counted.sum()),
                    text(zh="这是 hinge 的拉力之比；逻辑损失在 $m>1$ 处也在拉，而且拉力不只有 0 和 1。",
                         en="Those are hinge pulls; the logistic loss pulls beyond $m=1$ too, and not by 0 or 1.")),
            Mistake("losses", float(losses[0] / losses.sum()),
                    text(zh="这是损失之比，不是斜率之比。", en="That is the share of the loss, not of the slope.")),
            Mistake("hinge-loss", float(gaps[0] / gaps.sum()),
                    text(zh="这是 hinge 损失之比。", en="That is the share of the hinge loss.")),
            Mistake("probability-right", float((1 - pull[0]) / (1 - pull).sum()),
                    text(zh="用了 $\\sigma(m)$；拉力是 $\\sigma(-m)$。", en="That uses $\\sigma(m)$; the pull is "
                                                                     "$\\sigma(-m)$.")),
        )  # fmt: skip
    return (
        Mistake("unchanged", 1.0,
                text(zh="不变的是边界和准确率；拉力随 $m$ 变。",
                     en="Boundary and accuracy stay; the pull changes with $m$.")),
        Mistake("proportional", 1 / p.factor,
                text(zh="拉力不与 $m$ 成反比：$\\sigma(-m)$ 按指数衰减。",
                     en="The pull is not inverse to $m$: $\\sigma(-m)$ decays exponentially.")),
        Mistake("pure-exponential", math.exp(-(p.factor - 1) * float(m[0])),
                text(zh="$e^{-m}$ 只是 $m$ 很大时的近似，这里 $m$ 不大。",
                     en="$e^{-m}$ is the approximation for large $m$; here $m$ is not large.")),
        Mistake("losses", float(logistic(p.factor * m)[0][0] / logistic(m)[0][0]),
                text(zh="这是损失之比，不是斜率之比。", en="That is the ratio of the losses, not of the slopes.")),
    )  # fmt: skip


def solution(p: Scored) -> Text:
    pull = -logistic(p.m)[1]
    if p.level == 1:
        shown = rf"$\sigma(-m)=1/(1+e^{{{p.m[0]:g}}})={answer(p):.4f}$"
        return text(zh=f"$m=yf={p.m[0]:g}$，{shown}。", en=f"$m=y f={p.m[0]:g}$, {shown}.")
    if p.level == 2:
        each = ", ".join(f"{v:.4f}" for v in pull)
        return text(
            zh=f"各点 $\\sigma(-m)$ 依次是 {each.replace(', ', '、')}，第一个占 {answer(p):.4f}。",
            en=f"The pulls $\\sigma(-m)$ are {each}; the first has {answer(p):.4f} of their sum.",
        )
    top = -logistic(p.factor * p.m)[1][0]
    shown = rf"$\sigma(-{p.factor * p.m[0]:g})/\sigma(-{p.m[0]:g})={top:.4f}/{pull[0]:.4f}={answer(p):.4f}$"
    return text(zh=f"{shown}。", en=f"{shown}.")


exercise = Exercise(
    __name__, text(zh="一个样本的拉力", en="The pull of an example"),
    generate, prompt, answer, lambda p: max(0.005 * answer(p), 0.0015), mistakes, solution,
    demo="who-holds-the-boundary",
)  # fmt: skip
