"""What a chain of leaky ReLU layers leaves of a gradient: w per layer, and the leaky slope where z is negative."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import leaky_relu
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Chain:
    """The pre-activations z seen by the layers, their leaky slope, and the weight of every layer."""

    z: tuple[float, ...]
    slope: float
    weight: float


def generate(rng: np.random.Generator, level: int) -> Chain:
    depth = int(rng.integers(3, 5 + level))
    size = rng.integers(2, 30, depth) / 10
    negative = np.ones(depth, bool) if level == 1 else rng.permutation(np.arange(depth) < rng.integers(1, depth))
    slope = float(rng.choice([0.01, 0.02, 0.05, 0.1, 0.2]))
    weight = 1.0 if level < 3 else float(rng.choice([0.5, 1.5, 2.0, 3.0]))
    return Chain(tuple(float(v) for v in np.where(negative, -size, size)), slope, weight)


def answer(c: Chain) -> float:
    slopes = leaky_relu(np.array(c.z), c.slope)[1]
    return float(np.prod(c.weight * slopes))


def flat(c: Chain) -> int:
    """How many layers are on the leaky side."""
    return sum(v < 0 for v in c.z)


def prompt(c: Chain) -> Text:
    zs = ", ".join(f"{v:g}" for v in c.z)
    return text(
        zh=f"{len(c.z)} 层 leaky ReLU（斜率 $a={c.slope:g}$）串在一起，每层权重 {c.weight:g}。"
        f"某个样本在各层的 $z$ 依次是 ${zs}$。梯度从最后一层传到输入，一共乘了多少？",
        en=f"{len(c.z)} leaky ReLU layers (slope $a={c.slope:g}$) in a chain, each with weight {c.weight:g}. For one "
        f"sample the layers see $z = {zs}$. By what is the gradient multiplied from the last layer back to the input?",
    )


def mistakes(c: Chain) -> Sequence[Mistake]:
    n, k = len(c.z), flat(c)
    return (
        Mistake("relu", 0.0, text(
            zh="那是 ReLU：leaky 的负半轴斜率不为零。", en="That is ReLU: the leaky side still has a slope.")),
        Mistake("added-instead", c.slope * k * c.weight**n, text(
            zh="斜率要连乘，不是相加。", en="The slopes multiply; they do not add up.")),
        Mistake("every-layer-leaks", (c.weight * c.slope) ** n, text(
            zh="$z>0$ 的层斜率是 1，不乘 $a$。", en="Where $z>0$ the slope is 1, not $a$.")),
        Mistake("once-only", c.slope * c.weight**n, text(
            zh=f"有 {k} 层在负半轴，每层都要乘一次 $a$。",
            en=f"{k} layers are on the negative side: each multiplies by $a$.")),
        Mistake("forgot-weights", c.slope**k, text(
            zh="每层还要乘权重。", en="Each layer multiplies by its weight too.")),
    )  # fmt: skip


def tex(value: float) -> str:
    """A number in scientific notation for a formula."""
    mantissa, exponent = f"{value:.3e}".split("e")
    return f"{mantissa}\\times10^{{{int(exponent)}}}"


def solution(c: Chain) -> Text:
    n, k = len(c.z), flat(c)
    formula = f"$w^{{{n}}}a^{{{k}}}={c.weight:g}^{{{n}}}\\times {c.slope:g}^{{{k}}}={tex(answer(c))}$"
    return text(
        zh=f"{k} 层在负半轴（斜率 $a$），其余斜率为 1：{formula}。",
        en=f"{k} of the layers are on the negative side (slope $a$), the others have slope 1: {formula}.",
    )


exercise = Exercise(
    __name__,
    text(zh="leaky ReLU 链的梯度", en="Gradient through a leaky ReLU chain"),
    generate,
    prompt,
    answer,
    lambda c: 0.01 * abs(answer(c)),
    mistakes,
    solution,
    demo="activation-curves",
)
