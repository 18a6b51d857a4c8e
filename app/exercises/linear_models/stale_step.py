"""The largest stable step with stale gradients, and the longest delay a step can bear."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.parallel_logistic import critical_step
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Late:
    """Level 1: delay and curvature L. Level 2: a step η·L, its longest delay. Level 3: `delay` + 1 workers take turns;
    L is the bound `square`/(4 rows)."""

    level: int
    delay: int
    curvature: float
    rows: int = 0
    square: int = 0
    step: float = 0.0


def generate(rng: np.random.Generator, level: int) -> Late:
    if level == 1:
        return Late(1, int(rng.integers(2, 25)), float(rng.integers(10, 60)) / 100)
    if level == 2:
        delay = int(rng.integers(2, 25))
        share = float(rng.uniform(0.25, 0.75))  # between the limits of this delay and the next
        scaled = share * critical_step(delay) + (1 - share) * critical_step(delay + 1)
        curvature = float(rng.choice([0.2, 0.25, 0.4, 0.5]))
        return Late(2, delay, curvature, step=round(scaled / curvature, 4))
    rows = int(rng.choice([1000, 2000, 5000, 10_000]))
    square = int(rows * rng.integers(8, 40) / 10)
    return Late(3, int(rng.integers(3, 24)), square / (4 * rows), rows, square)


def longest(scaled: float) -> int:
    """The largest τ with scaled < 2 sin(π/(4τ + 2)); scaled below 2."""
    delay = 0
    while critical_step(delay + 1) > scaled:
        delay += 1
    return delay


def answer(q: Late) -> float:
    return float(longest(q.step * q.curvature)) if q.level == 2 else critical_step(q.delay, q.curvature)


def prompt(q: Late) -> Text:
    if q.level == 1:
        return text(
            zh=f"海森的最大特征值是 L = {q.curvature:g}，每个梯度都晚 {q.delay} 步（$w\\leftarrow w-\\eta "
            f"g(w_{{t-\\tau}})$，"
            f"$\\tau={q.delay}$）。学习率 $\\eta$ 小于多少才稳定？",
            en=f"The Hessian's largest eigenvalue is L = {q.curvature:g} and every gradient is {q.delay} steps late "
            f"($w\\leftarrow w-\\eta g(w_{{t-\\tau}})$, $\\tau={q.delay}$). Below which rate $\\eta$ is this stable?",
        )
    if q.level == 2:
        return text(
            zh=f"L = {q.curvature:g}，学习率定为 $\\eta={q.step:g}$。梯度最多可以晚几步（整数）而仍然稳定？",
            en=f"L = {q.curvature:g} and the rate is fixed at $\\eta={q.step:g}$. By how many steps (a whole "
            f"number) may "
            "gradients be late at most and the descent still be stable?",
        )
    return text(
        zh=f"{q.delay + 1} 台机器轮流异步更新，每台读了参数就开始算，算完时别人已各更新过一次。数据 n = {q.rows} 行，"
        f"$\\lambda_{{\\max}}(X^\\top X)={q.square}$，平均逻辑损失的曲率用上界。能保证稳定的最大学习率是多少？",
        en=f"{q.delay + 1} workers update in turn without waiting: from reading the weights to writing, each of the "
        f"others has updated once. n = {q.rows} rows, $\\lambda_{{\\max}}(X^\\top X)={q.square}$; take the "
        f"upper bound for "
        "the curvature of the mean logistic loss. Up to which rate is it stable?",
    )


def mistakes(q: Late) -> Sequence[Mistake]:
    if q.level == 2:
        scaled = q.step * q.curvature
        return (
            Mistake("rounded-up", answer(q) + 1,
                    text(zh="再晚一步就越界了：取整要向下。", en="One step later is past the limit: round down.")),
            Mistake("two-over-tau", float(math.floor(2 / scaled)),
                    text(zh=r"界限约是 $\pi/(2\tau+1)$，不是 $2/\tau$。",
                         en=r"The limit is about $\pi/(2\tau+1)$, not $2/\tau$.")),
            Mistake("forgot-curvature", float(longest(min(q.step, 1.99))),
                    text(zh="要比较的是 $\\eta L$，不是 $\\eta$。", en="What counts is $\\eta L$, not $\\eta$.")),
        )  # fmt: skip
    out = [
        Mistake("no-delay", 2 / q.curvature,
                text(zh="那是没有延迟的界限。", en="That is the limit without delay.")),
        Mistake("divided", 2 / q.curvature / (q.delay + 1),
                text(zh=r"不是 $2/(\tau+1)$：界限是 $2\sin\frac{\pi}{4\tau+2}$。",
                     en=r"Not $2/(\tau+1)$: the limit is $2\sin\frac{\pi}{4\tau+2}$.")),
        Mistake("whole-angle", 2 * math.sin(math.pi / (2 * q.delay + 1)) / q.curvature,
                text(zh=r"角度是 $\pi/(4\tau+2)$，大了一倍。", en=r"The angle is $\pi/(4\tau+2)$, half of that.")),
        Mistake("forgot-curvature", critical_step(q.delay),
                text(zh="这是 $\\eta L$，还要除以 L。", en="That is $\\eta L$; divide by L.")),
    ]  # fmt: skip
    if q.level == 3:
        out += [
            Mistake("off-by-one", critical_step(q.delay + 1, q.curvature),
                    text(zh="K 台轮流，延迟是 K − 1。", en="With K in turn the delay is K − 1.")),
            Mistake("no-quarter", critical_step(q.delay, 4 * q.curvature),
                    text(zh=r"$\sigma'\le\frac14$：曲率的上界是 $\lambda_{\max}/4n$。",
                         en=r"$\sigma'\le\frac14$: the curvature is at most $\lambda_{\max}/4n$.")),
        ]  # fmt: skip
    return out


def solution(q: Late) -> Text:
    limit = rf"2\sin\frac{{\pi}}{{4\cdot{q.delay}+2}}={critical_step(q.delay):.4f}"
    if q.level == 2:
        after = rf"2\sin\frac{{\pi}}{{4\cdot{q.delay + 1}+2}}={critical_step(q.delay + 1):.4f}"
        return text(zh=rf"$\eta L={q.step * q.curvature:.4f}$，小于 ${limit}$，大于 ${after}$：$\tau={q.delay}$。",
                    en=rf"$\eta L={q.step * q.curvature:.4f}$ is below ${limit}$ and above ${after}$: "
                       rf"$\tau={q.delay}$.")  # fmt: skip
    first_zh = first_en = ""
    if q.level == 3:
        bound = rf"$L\le\frac{{{q.square}}}{{4\cdot{q.rows}}}={q.curvature:.4g}$"
        first_zh, first_en = f"$\\tau=K-1={q.delay}$，{bound}。", f"$\\tau=K-1={q.delay}$ and {bound}. "
    return text(zh=rf"{first_zh}$\eta L<{limit}$，除以 L 得 {answer(q):.4g}。",
                en=rf"{first_en}$\eta L<{limit}$; over L, {answer(q):.4g}.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="梯度过期时的步长", en="The step with stale gradients"),
    generate, prompt, answer, lambda q: 0.0 if q.level == 2 else 0.01 * answer(q), mistakes, solution,
    demo="many-workers-one-model",
)  # fmt: skip
