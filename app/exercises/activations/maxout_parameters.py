"""Parameters of maxout layers: k affine maps a unit, but one output a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Stack:
    """Widths of a network, input first; every hidden layer is maxout with `pieces` maps a unit, the last is linear.

    Level 1 asks for the one maxout layer between two widths.
    """

    level: int
    widths: tuple[int, ...]
    pieces: int


def generate(rng: np.random.Generator, level: int) -> Stack:
    widths = [int(w) for w in rng.choice([8, 10, 16, 20, 32, 50, 64, 100], level + 1, replace=False)]
    return Stack(level, tuple(widths if level == 1 else [*widths[:level], 10]), int(rng.integers(2, 6)))


def count(p: Stack, pieces: int, bias: int = 1, widened: int = 1) -> float:
    """Parameters if hidden units have `pieces` maps, and if each sent `widened` numbers to the next layer."""
    total = 0
    for i, (fan_in, fan_out) in enumerate(pairwise(p.widths)):
        last = p.level > 1 and i == len(p.widths) - 2
        total += (fan_in * (widened if i else 1) + bias) * fan_out * (1 if last else pieces)
    return float(total)


def answer(p: Stack) -> float:
    return count(p, p.pieces)


def prompt(p: Stack) -> Text:
    if p.level == 1:
        d, m = p.widths
        return text(
            zh=f"一个 maxout 层，{d} 个输入、{m} 个单元，每个单元取 $k={p.pieces}$ 个仿射映射的最大值。"
            "权重与偏置一共多少个参数？",
            en=f"A maxout layer has {d} inputs and {m} units, each the maximum of $k={p.pieces}$ affine maps. How many "
            "parameters, weights and biases?",
        )
    shown = " → ".join(map(str, p.widths))
    return text(
        zh=f"网络各层宽度 {shown}，隐藏层都是 maxout（$k={p.pieces}$），最后一层是线性的。一共多少个参数？",
        en=f"A network has widths {shown}. Its hidden layers are maxout with $k={p.pieces}$, the last layer is linear. "
        "How many parameters in all?",
    )


def mistakes(p: Stack) -> Sequence[Mistake]:
    wrong = [
        Mistake("always-two", count(p, 2), text(
            zh="“翻倍”只对 $k=2$ 成立。", en="“Twice as many” holds for $k=2$ only.")),
        Mistake("max-is-free", count(p, 1), text(
            zh="取最大值没有参数，但它的 $k$ 个输入各有一套。",
            en="The maximum has none, but each of its $k$ inputs has a set of its own.")),
        Mistake("no-biases", count(p, p.pieces, bias=0), text(
            zh="每个仿射映射还有一个偏置。", en="Every affine map has a bias too.")),
        Mistake("k-squared", count(p, p.pieces**2), text(zh="是 $k$ 倍，不是 $k^2$ 倍。", en="$k$ times, not $k^2$.")),
    ]  # fmt: skip
    if p.level > 1:
        wrong.append(Mistake("k-outputs", count(p, p.pieces, widened=p.pieces), text(
            zh="取最大值之后每个单元只输出一个数，下一层的输入数不乘 $k$。",
            en="After the maximum a unit sends one number on: the next fan-in is not multiplied by $k$.")))  # fmt: skip
    return wrong


def solution(p: Stack) -> Text:
    terms = []
    for i, (fan_in, fan_out) in enumerate(pairwise(p.widths)):
        last = p.level > 1 and i == len(p.widths) - 2
        terms.append(f"({fan_in}+1)\\cdot{fan_out}" + ("" if last else f"\\cdot{p.pieces}"))
    formula = f"${'+'.join(terms)}={answer(p):.0f}$"
    return text(
        zh=f"隐藏层是普通层的 $k$ 倍：{formula}。", en=f"A hidden layer has $k$ times those of a plain one: {formula}."
    )


exercise = Exercise(
    __name__, text(zh="maxout 的参数量", en="Parameters of maxout"),
    generate, prompt, answer, lambda p: 0.0, mistakes, solution,
)  # fmt: skip
