"""How much of a gradient can survive n sigmoid or tanh layers, (|w| · max φ')ⁿ, and how many layers lose it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Chain:
    """n layers h ← φ(w h); steepest = max φ'. floor > 0 asks for the number of layers instead of the bound."""

    activation: str
    steepest: float
    weight: float
    depth: int
    floor: float


def generate(rng: np.random.Generator, level: int) -> Chain:
    depth = int(rng.integers(3, 21))
    if level == 1:
        return Chain("sigmoid", 0.25, 1.0, depth, 0.0)
    weight = float(rng.integers(5, 36) / 10)
    if level == 2:
        return Chain("sigmoid", 0.25, weight, depth, 0.0)
    activation, steepest = (("sigmoid", 0.25), ("tanh", 1.0))[int(rng.integers(2))]
    weight = float(rng.integers(12, 36) / 10) if activation == "sigmoid" else float(rng.integers(5, 10) / 10)
    return Chain(activation, steepest, weight, 0, 10.0 ** -int(rng.integers(2, 9)))


def factor(c: Chain) -> float:
    """The most a layer can multiply the gradient by."""
    return c.weight * c.steepest


def answer(c: Chain) -> float:
    if c.floor:
        return float(ceil(log(c.floor) / log(factor(c)) - 1e-9))
    return factor(c) ** c.depth


def prompt(c: Chain) -> Text:
    if c.floor:
        chain, target = "$h_k=\\phi(w\\,h_{k-1})$", f"$10^{{{log(c.floor, 10):.0f}}}$"
        return text(
            zh=f"一串 {c.activation} 层 {chain}，$|w|={c.weight:g}$。"
            f"最少要几层，$|\\partial h_n/\\partial h_0|$ 的上界才不超过 {target}？",
            en=f"A chain of {c.activation} layers {chain} with $|w|={c.weight:g}$. Which is the smallest $n$ for which "
            f"the bound on $|\\partial h_n/\\partial h_0|$ is at most {target}?",
        )
    return text(
        zh=f"{c.depth} 层 sigmoid 串在一起：$h_k=\\sigma(w\\,h_{{k-1}})$，$|w|={c.weight:g}$。"
        f"$|\\partial h_{{{c.depth}}}/\\partial h_0|$ 的上界是多少？",
        en=f"{c.depth} sigmoid layers in a chain: $h_k=\\sigma(w\\,h_{{k-1}})$ with $|w|={c.weight:g}$. "
        f"What is the upper bound of $|\\partial h_{{{c.depth}}}/\\partial h_0|$?",
    )


def mistakes(c: Chain) -> Sequence[Mistake]:
    if c.floor:
        real = log(c.floor) / log(factor(c))
        bare = log(c.floor) / log(c.steepest) if c.steepest < 1 else log(c.floor) / log(c.weight / 4)
        return (
            Mistake("rounded-down", float(int(real)), text(
                zh="要向上取整：少一层时上界还没降到。", en="Round up: one layer fewer is not enough yet.")),
            Mistake("wrong-slope" if c.steepest == 1 else "forgot-weight", float(ceil(bare)), text(
                zh="每层的因子是 $|w|\\cdot\\max\\phi'$：sigmoid 的最大斜率是 1/4，tanh 的是 1。",
                en="A layer's factor is $|w|\\cdot\\max\\phi'$: the largest slope is 1/4 for sigmoid, 1 for tanh.")),
            Mistake("a-decade-a-layer", -log(c.floor, 10), text(
                zh="每层并不恰好损失一个数量级。", en="A layer does not lose exactly a factor of ten.")),
        )  # fmt: skip
    return (
        Mistake("forgot-weight", 0.25**c.depth, text(
            zh="每层还要乘权重 $|w|$。", en="Each layer multiplies by the weight $|w|$ too.")),
        Mistake("slope-one", c.weight**c.depth, text(
            zh="最大斜率 1 是 tanh 的；sigmoid 是 1/4。", en="A largest slope of 1 is tanh's; the sigmoid's is 1/4.")),
        Mistake("added-instead", c.depth * factor(c), text(
            zh="链式法则是连乘，不是相加。", en="The chain rule multiplies; it does not add.")),
        Mistake("one-layer-short", factor(c) ** (c.depth - 1), text(
            zh=f"一共 {c.depth} 层，就有 {c.depth} 个因子。", en=f"{c.depth} layers make {c.depth} factors.")),
    )  # fmt: skip


def tex(value: float) -> str:
    """A number in scientific notation for a formula."""
    mantissa, exponent = f"{value:.3e}".split("e")
    return f"{mantissa}\\times10^{{{int(exponent)}}}"


def solution(c: Chain) -> Text:
    each = f"{c.weight:g}\\times {'1/4' if c.steepest < 1 else '1'} = {factor(c):g}"
    if c.floor:
        logs = f"\\ln 10^{{{log(c.floor, 10):.0f}}}/\\ln {factor(c):g}"
        count = f"$n=\\lceil {logs}\\rceil={answer(c):.0f}$"
        return text(
            zh=f"每层最多乘 ${each}$，所以 {count}。", en=f"A layer multiplies by at most ${each}$, so {count}."
        )
    return text(
        zh=f"$\\sigma'\\le 1/4$，每层最多乘 ${each}$；上界是 ${factor(c):g}^{{{c.depth}}}={tex(answer(c))}$。",
        en=f"$\\sigma'\\le 1/4$, so a layer multiplies by at most ${each}$; "
        f"the bound is ${factor(c):g}^{{{c.depth}}}={tex(answer(c))}$.",
    )


exercise = Exercise(
    __name__,
    text(zh="sigmoid 链的梯度上界", en="Bound on the gradient of a sigmoid chain"),
    generate,
    prompt,
    answer,
    lambda c: 0.4 if c.floor else 0.02 * answer(c),
    mistakes,
    solution,
    demo="activation-curves",
)
