"""Clipping by norm: one vector, several layers with one joint norm, and the step it leaves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.signal_propagation import clip_by_global_norm
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Clip:
    """Level 1: the components of one gradient. Levels 2, 3: the norms of the gradients of several layers."""

    level: int
    values: tuple[int, ...]
    bound: float
    rate: float

    @property
    def norm(self) -> float:
        return math.hypot(*self.values)


def generate(rng: np.random.Generator, level: int) -> Clip:
    count = {1: 2, 2: 3, 3: 3}[level]
    while True:
        values = tuple(int(v) for v in rng.integers(1, 13, count))
        bound = int(rng.choice([1, 2, 4, 5, 10, 15]))
        clip = Clip(level, values, bound, float(rng.choice([0.1, 0.01, 0.05])))
        if level == 3 or (clip.norm > 1.1 * bound and values[0] > bound / 4 and len(set(values)) > 1):
            return clip


def clipped(p: Clip) -> list[float]:
    """The values after clipping by the joint norm."""
    return [float(g[0]) for g in clip_by_global_norm([np.array([float(v)]) for v in p.values], p.bound)[0]]


def answer(p: Clip) -> float:
    return p.rate * math.hypot(*clipped(p)) if p.level == 3 else clipped(p)[0]


def prompt(p: Clip) -> Text:
    shown = ", ".join(str(v) for v in p.values)
    if p.level == 1:
        return text(
            zh=f"梯度是 $({shown})$，按范数裁剪，上限 {p.bound:g}。裁剪后第一个分量是多少？",
            en=f"The gradient is $({shown})$. It is clipped by norm at {p.bound:g}. What is its first component "
            "afterwards?",
        )
    if p.level == 2:
        return text(
            zh=f"三层权重的梯度，范数依次是 {shown.replace(', ', '、')}。用全局范数裁剪，上限 {p.bound:g}。"
            "裁剪后第一层梯度的范数是多少？",
            en=f"The weight gradients of three layers have norms {shown}. They are clipped by their global norm at "
            f"{p.bound:g}. What is the norm of the first layer's gradient afterwards?",
        )
    return text(
        zh=f"三层权重的梯度，范数依次是 {shown.replace(', ', '、')}。先用全局范数裁剪，上限 {p.bound:g}，再用 "
        f"SGD（无动量，学习率 {p.rate:g}）走一步。所有参数合起来移动了多远（L2）？",
        en=f"The weight gradients of three layers have norms {shown}. They are clipped by their global norm at "
        f"{p.bound:g}, then plain SGD with learning rate {p.rate:g} takes a step. How far do all parameters together "
        "move (L2)?",
    )


def mistakes(p: Clip) -> Sequence[Mistake]:
    first, total, bound = p.values[0], float(sum(p.values)), p.bound
    if p.level == 3:
        apart = math.hypot(*(min(v, bound) for v in p.values))
        return (
            Mistake("no-clipping", p.rate * p.norm,
                    text(zh="这是没有裁剪的步长；范数超过上限了。",
                         en="That is the step without clipping; the norm is above the bound.")),
            Mistake("always-at-the-bound", p.rate * bound,
                    text(zh="范数没到上限时不动它：裁剪不会放大梯度。",
                         en="Below the bound nothing happens: clipping never enlarges.")),
            Mistake("layer-by-layer", p.rate * apart,
                    text(zh="这是逐层裁剪；全局裁剪用一个共同的范数。",
                         en="That clips layer by layer; global clipping uses one joint norm.")),
            Mistake("forgot-the-rate", math.hypot(*clipped(p)),
                    text(zh="忘了乘学习率。", en="The learning rate is missing.")),
            Mistake("added-the-norms", p.rate * min(total, bound),
                    text(zh="合起来的范数是平方和开方，不是直接相加。",
                         en="Norms combine as the root of the sum of squares, not by adding.")),
        )  # fmt: skip
    return (
        Mistake("clipped-by-value", min(first, bound),
                text(zh="这是逐个截断：方向会变。按范数裁剪是所有分量乘同一个数。",
                     en="That cuts each one alone and bends the direction; by norm, one number scales them all.")),
        Mistake("to-unit-length", first / p.norm,
                text(zh=f"缩到了长度 1；应缩到上限 {bound:g}。",
                     en=f"That scales to length 1; the bound is {bound:g}.")),
        Mistake("added-the-values", first * bound / total,
                text(zh="范数是平方和开方，不是直接相加。",
                     en="A norm is the root of the sum of squares, not the sum.")),
        Mistake("no-clipping", first, text(zh="范数超过上限，要缩小。",
                                           en="The norm is above the bound: scale it down.")),
    )  # fmt: skip


def solution(p: Clip) -> Text:
    squares = "+".join(f"{v}^2" for v in p.values)
    norm = rf"$\sqrt{{{squares}}} = {p.norm:.4g}$"
    if p.level == 3:
        step = rf"${p.rate:g}\cdot\min({p.norm:.4g}, {p.bound:g}) = {answer(p):.4g}$"
        return text(zh=f"全局范数 {norm}；步长 {step}。", en=f"Global norm {norm}; step {step}.")
    scaled = rf"${p.values[0]}\cdot {p.bound:g}/{p.norm:.4g} = {answer(p):.4g}$"
    return text(
        zh=f"范数 {norm}，都乘以上限与它之比：{scaled}。", en=f"Norm {norm}; multiply by bound over norm: {scaled}."
    )


exercise = Exercise(
    __name__, text(zh="按范数裁剪梯度", en="Clipping gradients by norm"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution,
)  # fmt: skip
