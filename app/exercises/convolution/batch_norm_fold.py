"""Folding batch norm into the convolution before it: the new weight, the new bias, and one output through both."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.conv import fold_batch_norm
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Channel:
    """One output channel: a weight, its bias, and the batch norm behind it (eps neglected). x: level 3, the input of a
    1 × 1 convolution."""

    level: int
    weight: float
    bias: float
    gamma: float
    beta: float
    mean: float
    variance: float
    x: float


def generate(rng: np.random.Generator, level: int) -> Channel:
    std = float(rng.choice([0.5, 2.0, 4.0, 5.0]))
    weight, bias, gamma, mean, x = (float(rng.choice([-3, -2, -1, 1, 2, 3, 4])) for _ in range(5))
    return Channel(level, weight, bias, gamma * 0.5, float(rng.choice([-1.5, -0.5, 0.25, 1.0])), mean + 0.5, std**2, x)


def folded(c: Channel) -> tuple[float, float]:
    one = np.ones(1)
    kernel, bias = fold_batch_norm(
        c.weight * np.ones((1, 1, 1, 1)), c.bias * one, c.gamma * one, c.beta * one, c.mean * one, c.variance * one, 0.0
    )
    return float(kernel.item()), float(bias.item())


def answer(c: Channel) -> float:
    weight, bias = folded(c)
    return {1: weight, 2: bias, 3: weight * c.x + bias}[c.level]


def prompt(c: Channel) -> Text:
    zh = (f"一个通道：卷积权重 {c.weight:g}，偏置 {c.bias:g}；后接 BN，$\\gamma={c.gamma:g}$，$\\beta={c.beta:g}$，"
          f"滑动均值 {c.mean:g}，滑动方差 {c.variance:g}（忽略 $\\epsilon$）。")  # fmt: skip
    en = (f"One channel: convolution weight {c.weight:g}, bias {c.bias:g}; then BN with $\\gamma={c.gamma:g}$, "
          f"$\\beta={c.beta:g}$, running mean {c.mean:g}, running variance {c.variance:g} (neglect $\\epsilon$). "
          )  # fmt: skip
    asks = {
        1: ("推理时把 BN 并进卷积，新的权重是多少？", "Fold the BN into the convolution: what is the new weight?"),
        2: ("推理时把 BN 并进卷积，新的偏置是多少？", "Fold the BN into the convolution: what is the new bias?"),
        3: (f"它是 1×1 卷积，输入 {c.x:g}。推理时 BN 之后的输出是多少？",
            f"It is a 1×1 convolution with input {c.x:g}. What comes out of BN at inference?"),
    }[c.level]  # fmt: skip
    return text(zh=zh + asks[0], en=en + asks[1])


def mistakes(c: Channel) -> Sequence[Mistake]:
    std = math.sqrt(c.variance)
    by_variance = text(
        zh="除以标准差 $\\sqrt{\\sigma^2}$，不是方差。", en="Divide by the standard deviation, not the variance."
    )
    no_gamma = text(zh="忘了 $\\gamma$。", en="$\\gamma$ is missing.")
    no_mean = text(zh="忘了减滑动均值。", en="The running mean was not subtracted.")
    no_beta = text(zh="忘了 $\\beta$。", en="$\\beta$ is missing.")
    if c.level == 1:
        return (
            Mistake("by-variance", c.weight * c.gamma / c.variance, by_variance),
            Mistake("no-gamma", c.weight / std, no_gamma),
            Mistake("multiplied-by-std", c.weight * c.gamma * std, text(
                zh="标准差在分母上。", en="The standard deviation divides.")),
        )  # fmt: skip
    if c.level == 2:
        return (
            Mistake("by-variance", (c.bias - c.mean) * c.gamma / c.variance + c.beta, by_variance),
            Mistake("no-gamma", (c.bias - c.mean) / std + c.beta, no_gamma),
            Mistake("bias-not-scaled", c.bias + c.beta - c.mean * c.gamma / std, text(
                zh="卷积的偏置也经过 BN，同样要乘 $\\gamma/\\sigma$。",
                en="The convolution's bias goes through BN too: it is multiplied by $\\gamma/\\sigma$ as well.")),
            Mistake("no-mean", c.bias * c.gamma / std + c.beta, no_mean),
            Mistake("no-beta", (c.bias - c.mean) * c.gamma / std, no_beta),
        )  # fmt: skip
    z = c.weight * c.x + c.bias
    return (
        Mistake("by-variance", (z - c.mean) * c.gamma / c.variance + c.beta, by_variance),
        Mistake("no-mean", z * c.gamma / std + c.beta, no_mean),
        Mistake("no-bias", (c.weight * c.x - c.mean) * c.gamma / std + c.beta, text(
            zh="漏了卷积的偏置。", en="The convolution's bias is missing.")),
        Mistake("no-beta", (z - c.mean) * c.gamma / std, no_beta),
    )  # fmt: skip


def solution(c: Channel) -> Text:
    gain, (weight, bias) = c.gamma / math.sqrt(c.variance), folded(c)
    new_w = rf"w'={c.weight:g}\cdot({gain:.4g})={weight:.4g}"
    new_b = rf"b'=({c.bias:g}-({c.mean:g}))\cdot({gain:.4g})+({c.beta:g})={bias:.4g}"
    shown = {1: new_w, 2: new_b, 3: rf"{new_w},\ {new_b},\ w'\cdot({c.x:g})+b'={answer(c):.4g}"}[c.level]
    return text(
        zh=rf"$g=\gamma/\sqrt{{\sigma^2}}={gain:.4g}$；${shown}$。",
        en=rf"$g=\gamma/\sqrt{{\sigma^2}}={gain:.4g}$; ${shown}$.",
    )


exercise = Exercise(
    __name__, text(zh="把 BN 并进卷积", en="Folding batch norm into a convolution"),
    generate, prompt, answer, lambda c: 0.005 * max(abs(answer(c)), 0.02), mistakes, solution, demo="layer-playground",
)  # fmt: skip
