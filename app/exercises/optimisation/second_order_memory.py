"""What second-order methods have to store: a Hessian, the pairs of L-BFGS, and how long a factorisation takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.descent_theory import cholesky_flops
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Model:
    """n parameters. Level 1: the Hessian in float32, GB. Level 2: `pairs` pairs of L-BFGS, GB. Level 3: seconds for a
    Cholesky factorisation at `tflops` · 10¹² operations a second."""

    level: int
    n: int
    pairs: int = 0
    tflops: int = 1


def generate(rng: np.random.Generator, level: int) -> Model:
    if level == 1:
        return Model(1, int(rng.integers(2, 100)) * 10_000)
    if level == 2:
        return Model(2, int(rng.integers(2, 200)) * 1_000_000, int(rng.integers(3, 21)))
    return Model(3, int(rng.integers(2, 60)) * 10_000, 0, int(rng.choice([5, 10, 20, 50])))


def answer(p: Model) -> float:
    if p.level == 1:
        return 4 * p.n**2 / 1e9
    if p.level == 2:
        return 4 * 2 * p.pairs * p.n / 1e9
    return cholesky_flops(p.n) / (p.tflops * 1e12)


def prompt(p: Model) -> Text:
    if p.level == 1:
        return text(zh=f"一个模型有 {p.n:,} 个参数。完整的 Hessian 用 float32 存成方阵，要多少 GB（$10^9$ 字节）？",
                    en=f"A model has {p.n:,} parameters. How many GB ($10^9$ bytes) does its full Hessian take as a "
                    "square matrix of float32?")  # fmt: skip
    if p.level == 2:
        return text(zh=f"一个模型有 {p.n:,} 个参数，L-BFGS 记最近 {p.pairs} 对 $(s,y)$，float32。这些向量一共多少 GB？",
                    en=f"A model has {p.n:,} parameters; L-BFGS keeps the last {p.pairs} pairs $(s,y)$ in float32. How "
                    "many GB are these vectors?")  # fmt: skip
    return text(zh=rf"{p.n:,} 个参数，机器每秒做 ${p.tflops}\times10^{{12}}$ 次浮点运算。"
                "牛顿的一步要做一次 Cholesky 分解，只算首项，要几秒？",
                en=rf"{p.n:,} parameters on a machine with ${p.tflops}\times10^{{12}}$ operations a second. A "
                "Newton step needs one Cholesky factorisation: how many seconds, by the leading term?")  # fmt: skip


def mistakes(p: Model) -> Sequence[Mistake]:
    right = answer(p)
    if p.level == 1:
        return (
            Mistake("float64", 2 * right, text(zh="float32 是 4 字节，不是 8。", en="float32 is 4 bytes, not 8.")),
            Mistake("forgot-bytes", right / 4,
                    text(zh="这是元素个数（十亿）；每个 4 字节。",
                         en="That is the number of entries (in billions); each takes 4 bytes.")),
            Mistake("not-squared", 4 * p.n / 1e9,
                    text(zh="这是一个梯度的大小；Hessian 有 $n^2$ 个元素。",
                         en="That is a gradient; a Hessian has $n^2$ entries.")),
            Mistake("half", 2 * p.n**2 / 1e9,
                    text(zh="只存一半可以省到 $n(n+1)/2$，但题目问的是方阵。",
                         en="Storing one triangle saves half, but the square matrix was asked.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("one-vector-a-pair", right / 2,
                    text(zh="一对是两个向量：$s$ 和 $y$。", en="A pair is two vectors, $s$ and $y$.")),
            Mistake("forgot-bytes", right / 4,
                    text(zh="每个数 4 字节。", en="Each number takes 4 bytes.")),
            Mistake("matrix", 4 * p.n**2 / 1e9,
                    text(zh="这是 BFGS 的 $n\\times n$ 矩阵；L-BFGS 从不形成它。",
                         en="That is the $n\\times n$ matrix of BFGS; L-BFGS never forms it.")),
        )  # fmt: skip
    return (
        Mistake("cubed", 3 * right, text(zh="Cholesky 是 $n^3/3$，不是 $n^3$。",
                                         en="Cholesky takes $n^3/3$, not $n^3$.")),
        Mistake("lu", 2 * right, text(zh="$2n^3/3$ 是 LU；对称正定用 Cholesky，省一半。",
                                      en="$2n^3/3$ is LU; symmetric positive definite means Cholesky, half of it.")),
        Mistake("inverse", 6 * right, text(zh="显式求逆约 $2n^3$，既慢又不需要：分解再回代。",
                                           en="An explicit inverse takes about $2n^3$ and is not needed: factorise and "
                                           "substitute.")),
        Mistake("squared", p.n**2 / (p.tflops * 1e12),
                text(zh="$n^2$ 是回代的代价，分解是 $n^3/3$。",
                     en="$n^2$ is the substitution; the factorisation is $n^3/3$.")),
    )  # fmt: skip


def solution(p: Model) -> Text:
    if p.level == 1:
        return text(zh=rf"$4n^2/10^9={answer(p):,.4g}$ GB。", en=rf"$4n^2/10^9={answer(p):,.4g}$ GB.")
    if p.level == 2:
        return text(zh=rf"$4\cdot2\cdot{p.pairs}\cdot n/10^9={answer(p):,.4g}$ GB。",
                    en=rf"$4\cdot2\cdot{p.pairs}\cdot n/10^9={answer(p):,.4g}$ GB.")  # fmt: skip
    return text(zh=rf"$n^3/3\div({p.tflops}\times10^{{12}})={answer(p):,.4g}$ 秒，而每一步都要重来。",
                en=rf"$n^3/3\div({p.tflops}\times10^{{12}})={answer(p):,.4g}$ s, for every step anew.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="二阶方法要多少内存", en="What second order has to store"),
    generate, prompt, answer, lambda p: 0.01 * answer(p), mistakes, solution, demo="optimiser-race",
)  # fmt: skip
