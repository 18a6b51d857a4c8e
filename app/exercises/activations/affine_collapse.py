"""Layers without activation multiplied out: the highest rank, the bias that is left, and a coefficient."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.core.linear_collapse import collapse
from app.kit import Exercise, Mistake, Text, text

Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Stack:
    """Level 1: widths, input first. Levels 2, 3: matrices W (as in Wx + b: one row an output) and biases b."""

    level: int
    widths: tuple[int, ...] = ()
    weights: tuple[Matrix, ...] = ()
    biases: tuple[tuple[int, ...], ...] = ()


def generate(rng: np.random.Generator, level: int) -> Stack:
    if level == 1:
        count = int(rng.integers(4, 6))
        return Stack(1, widths=tuple(int(w) for w in rng.choice(np.arange(2, 65), count, replace=False)))
    sizes = [2, 2, 1] if level == 2 else [2, 2, 2, 1]
    nonzero = np.array([-3, -2, -1, 1, 2, 3, 4])
    weights = tuple(
        tuple(tuple(int(v) for v in row) for row in rng.choice(nonzero, (fan_out, fan_in)))
        for fan_in, fan_out in pairwise(sizes)
    )  # fmt: skip
    return Stack(level, weights=weights, biases=tuple(tuple(int(v) for v in rng.choice(nonzero, n)) for n in sizes[1:]))


def product(p: Stack) -> tuple[np.ndarray, np.ndarray]:
    """The one layer: its row of coefficients (2,) and its bias (1,)."""
    layers = [(np.array(W, float).T, np.array(b, float)) for W, b in zip(p.weights, p.biases, strict=True)]
    P, c = collapse(layers)
    return P[:, 0], c


def answer(p: Stack) -> float:
    if p.level == 1:
        return float(min(p.widths))
    return float(product(p)[1][0]) if p.level == 2 else float(product(p)[0][0])


def tex(p: Stack) -> str:
    matrices = [
        r"\begin{pmatrix}" + r"\\".join("&".join(map(str, row)) for row in W) + r"\end{pmatrix}" for W in p.weights
    ]
    vectors = [r"\begin{pmatrix}" + r"\\".join(map(str, b)) + r"\end{pmatrix}" for b in p.biases]
    parts = [f"W_{i}={W},\\ b_{i}={b}" for i, (W, b) in enumerate(zip(matrices, vectors, strict=True), 1)]
    return "$" + "$; $".join(parts) + "$"


def prompt(p: Stack) -> Text:
    if p.level == 1:
        shown = " → ".join(map(str, p.widths))
        return text(
            zh=f"全连接网络没有激活函数，各层宽度 {shown}（首个是输入，末个是输出）。整个网络的矩阵，秩最大是多少？",
            en=f"A dense network without activations has widths {shown} (input first, output last). What is the "
            "highest rank that the matrix of the whole network can have?",
        )
    asked = (
        text(zh="合成一层 $f(x)=p^\\top x+c$，$c$ 是多少？", en="As one layer, $f(x)=p^\\top x+c$. What is $c$?")
        if p.level == 2
        else text(zh="合成一层 $f(x)=p_1x_1+p_2x_2+c$，$p_1$ 是多少？",
                  en="As one layer, $f(x)=p_1x_1+p_2x_2+c$. What is $p_1$?")
    )  # fmt: skip
    return text(
        zh=f"每层是 $h\\leftarrow Wh+b$，没有激活函数：{tex(p)}。{asked.zh}",
        en=f"Every layer is $h\\leftarrow Wh+b$, without activation: {tex(p)}. {asked.en}",
    )


def mistakes(p: Stack) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("hidden-only", min(p.widths[1:-1]), text(
                zh="输入和输出的宽度也限制秩。", en="Input and output width bound the rank too.")),
            Mistake("ends-only", min(p.widths[0], p.widths[-1]), text(
                zh="中间的窄层也限制秩：这就是低秩瓶颈。", en="A narrow layer inside bounds it too: a bottleneck.")),
            Mistake("widest", max(p.widths), text(
                zh="秩由最窄处决定，不是最宽处。", en="The narrowest place decides, not the widest.")),
        )  # fmt: skip
    W = [np.array(w, float) for w in p.weights]
    b = [np.array(v, float) for v in p.biases]
    if p.level == 2:
        return (
            Mistake("no-bias-passed-on", float(b[1][0]), text(
                zh="前一层的偏置也要乘 $W_2$ 传过来。", en="The first bias passes through $W_2$ as well.")),
            Mistake("biases-added", float(b[0].sum() + b[1][0]), text(
                zh="$b_1$ 要先乘 $W_2$，不是直接相加。", en="$b_1$ is multiplied by $W_2$ first, not just added.")),
            Mistake("only-the-first", float((W[1] @ b[0])[0]), text(
                zh="还要加上 $b_2$。", en="$b_2$ is still to be added.")),
        )  # fmt: skip
    reversed_order = float((W[2] @ W[0] @ W[1])[0, 0])
    return (
        Mistake("wrong-order", reversed_order, text(
            zh="次序反了：是 $W_3W_2W_1$，矩阵乘法不可交换。",
            en="The order is wrong: it is $W_3W_2W_1$, and matrices do not commute.")),
        Mistake("elementwise", float(W[2][0, 0] * W[1][0, 0] * W[0][0, 0]), text(
            zh="这是左上角的数相乘；矩阵相乘要对中间的单元求和。",
            en="That multiplies the top left entries; a matrix product sums over the units between.")),
        Mistake("second-coefficient", float(product(p)[0][1]), text(
            zh="这是 $p_2$。", en="That is $p_2$.")),
    )  # fmt: skip


def solution(p: Stack) -> Text:
    if p.level == 1:
        return text(zh=f"秩不超过最窄的一处：$\\min={min(p.widths)}$。",
                    en=f"The rank is at most the narrowest width: $\\min={min(p.widths)}$.")  # fmt: skip
    formula = "c=W_2b_1+b_2" if p.level == 2 else "(p_1,p_2)=W_3W_2W_1"
    coefficients = ", ".join(f"{v:g}" for v in product(p)[0])
    value = f"{answer(p):g}" if p.level == 2 else f"({coefficients})"
    return text(zh=f"${formula}={value}$。", en=f"${formula}={value}$.")


exercise = Exercise(
    __name__, text(zh="没有激活的层合成一层", en="Layers without activation, multiplied out"),
    generate, prompt, answer, lambda p: 0.0, mistakes, solution, demo="linear-collapse",
)  # fmt: skip
