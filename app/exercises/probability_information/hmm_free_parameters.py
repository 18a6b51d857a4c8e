"""How many free parameters a hidden Markov model has: every row sums to 1, so each loses one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Size:
    """n states, m symbols. chain: left to right, a state stays or moves on by one, and state 1 comes first."""

    n: int
    m: int
    chain: bool = False


def generate(rng: np.random.Generator, level: int) -> Size:
    if level == 1:
        return Size(int(rng.integers(2, 6)), int(rng.integers(2, 6)))
    if level == 2:
        return Size(int(rng.integers(5, 21)), int(rng.integers(10, 101)))
    return Size(int(rng.integers(3, 13)), int(rng.integers(3, 41)), chain=True)


def answer(p: Size) -> float:
    if p.chain:
        return float((p.n - 1) + p.n * (p.m - 1))
    return float((p.n - 1) + p.n * (p.n - 1) + p.n * (p.m - 1))


def prompt(p: Size) -> Text:
    if p.chain:
        return text(
            zh=f"从左到右的 HMM：{p.n} 个状态、{p.m} 种观测，必从状态 1 开始，每步只能留下或前进一格，"
            "最后一个状态只能留下。有多少个自由参数？",
            en=f"A left-to-right HMM: {p.n} states, {p.m} symbols; it starts in state 1, each step stays or moves on "
            "by one, the last state only stays. How many free parameters?",
        )
    return text(
        zh=f"离散 HMM 有 {p.n} 个状态、{p.m} 种观测符号，$\\lambda=(\\pi,A,B)$ 没有其它限制。有多少个自由参数？",
        en=f"A discrete HMM has {p.n} states and {p.m} symbols, $\\lambda=(\\pi,A,B)$ otherwise unrestricted. How many "
        "free parameters?",
    )


def mistakes(p: Size) -> Sequence[Mistake]:
    n, m = p.n, p.m
    sums = text(zh="每行之和为 1，所以每行少一个自由参数。", en="Every row sums to 1, so each row has one fewer.")
    if p.chain:
        return (
            Mistake("full-model", float(n * n - 1 + n * (m - 1)),
                    text(zh="这是不限制转移的 HMM；这里大部分 $a_{ij}$ 固定为 0，π 也固定了。",
                         en="That is the unrestricted HMM; here most $a_{ij}$ are fixed at 0, and so is π.")),
            Mistake("no-constraints", float(2 * n - 1 + n * m), sums),
            Mistake("last-state-too", float(n + n * (m - 1)),
                    text(zh="最后一个状态只能留下，它没有可选的参数。",
                         en="The last state can only stay: nothing is free there.")),
        )  # fmt: skip
    return (
        Mistake("no-constraints", float(n + n * n + n * m), sums),
        Mistake("forgot-pi", float(n * (n - 1) + n * (m - 1)),
                text(zh="初始分布 π 也有 $N-1$ 个。", en="The initial distribution π has $N-1$ too.")),
        Mistake("forgot-b", float(n * n - 1),
                text(zh="还有观测矩阵 B 的 $N(M-1)$ 个。", en="The emissions B add $N(M-1)$.")),
        Mistake("one-constraint-a-matrix", float((n - 1) + (n * n - 1) + (n * m - 1)),
                text(zh="约束是每行一个，不是每个矩阵一个。", en="There is one constraint a row, not one a matrix.")),
        Mistake("swapped", float((m - 1) + m * (m - 1) + m * (n - 1)),
                text(zh="状态数和符号数用反了。", en="States and symbols are swapped.")),
    )  # fmt: skip


def solution(p: Size) -> Text:
    n, m = p.n, p.m
    if p.chain:
        terms = rf"$(N-1)+N(M-1)={n - 1}+{n}\cdot{m - 1}={answer(p):.0f}$"
        return text(
            zh=f"π 没有自由度，前 N−1 个状态各一个（留下的概率），B 每行 M−1 个：{terms}。",
            en=f"π has none, each of the first N−1 states has one (staying), each row of B has M−1: {terms}.",
        )
    terms = rf"$(N-1)+N(N-1)+N(M-1)={n - 1}+{n * (n - 1)}+{n * (m - 1)}={answer(p):.0f}$"
    return text(zh=f"每个分布少一个：{terms}。", en=f"Every distribution loses one: {terms}.")


exercise = Exercise(
    __name__,
    text(zh="HMM 的自由参数", en="Free parameters of an HMM"),
    generate,
    prompt,
    answer,
    lambda p: 0.4,
    mistakes,
    solution,
    demo="hmm-trellis",
)
