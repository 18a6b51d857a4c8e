"""P(O) of a small hidden Markov model by the forward algorithm, by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.hmm import forward, viterbi_path
from app.kit import Exercise, Mistake, Text, text

Floats = NDArray[np.float64]
Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Model:
    """π, A, B and the observations, counted from 0."""

    initial: tuple[float, ...]
    transition: Rows
    emission: Rows
    obs: tuple[int, ...]

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
        return np.array(self.initial), np.array(self.transition), np.array(self.emission), np.array(self.obs)


def row(rng: np.random.Generator, n: int) -> tuple[float, ...]:
    """n positive tenths that sum to 1."""
    cuts = np.sort(rng.choice(np.arange(1, 10), size=n - 1, replace=False))
    return tuple(round(float(w) / 10, 1) for w in np.diff([0, *cuts, 10]))


def generate(rng: np.random.Generator, level: int) -> Model:
    n, length = (3, 3) if level == 3 else (2, level + 1)
    obs = tuple(int(o) for o in rng.integers(0, 2, length))
    while True:
        model = Model(row(rng, n), tuple(row(rng, n) for _ in range(n)), tuple(row(rng, 2) for _ in range(n)), obs)
        if len(set(model.transition)) == len(set(model.emission)) == n:  # equal rows would hide the states
            return model


def answer(p: Model) -> float:
    return float(forward(*p.arrays)[-1].sum())


def matrix(rows: Rows) -> str:
    return r"\begin{pmatrix}" + r"\\".join("&".join(f"{v:g}" for v in r) for r in rows) + r"\end{pmatrix}"


def model_text(p: Model) -> Text:
    """π, A, B and O in a sentence."""
    model = rf"$\pi={matrix((p.initial,))}$, $A={matrix(p.transition)}$, $B={matrix(p.emission)}$"
    obs = ", ".join(map(str, p.obs))
    return text(
        zh=f"{model.replace(', $', '，$')}，观测 $O=({obs})$（符号即 B 的列，从 0 数）。",
        en=f"{model}, observations $O=({obs})$ (symbols are columns of B, counted from 0).",
    )


def prompt(p: Model) -> Text:
    given = model_text(p)
    return text(zh=given.zh + r"$P(O\mid\lambda)$ 是多少？", en=given.en + r" What is $P(O\mid\lambda)$?")


def mistakes(p: Model) -> Sequence[Mistake]:
    pi, a, b, obs = p.arrays
    alpha = forward(pi, a, b, obs)
    return (
        Mistake("max-for-sum", float(np.exp(viterbi_path(pi, a, b, obs)[1])),
                text(zh="每步取了最大：这是 Viterbi 最优路径的概率。",
                     en="You took maxima: that is the probability of the Viterbi path.")),
        Mistake("transposed", float(forward(pi, a.T, b, obs)[-1].sum()),
                text(zh="A 用反了：$a_{ij}$ 是从 i 到 j，要对列 j 求和 $\\sum_i\\alpha_i a_{ij}$。",
                     en="A is transposed: $a_{ij}$ goes from i to j, sum $\\sum_i\\alpha_i a_{ij}$.")),
        Mistake("forgot-last-emission", float(alpha[-2].sum()),
                text(zh="最后一步的观测概率漏乘了。", en="The emission of the last step is missing.")),
        Mistake("forgot-first-emission", float(forward(pi / b[:, obs[0]], a, b, obs)[-1].sum()),
                text(zh="$\\alpha_1(i)=\\pi_i b_i(o_1)$：第一步也要乘观测概率。",
                     en="$\\alpha_1(i)=\\pi_i b_i(o_1)$: the first step has an emission too.")),
        Mistake("one-state-only", float(alpha[-1].max()),
                text(zh="最后要把所有状态的 $\\alpha_T$ 加起来。", en="Add $\\alpha_T$ over all states at the end.")),
    )  # fmt: skip


def solution(p: Model) -> Text:
    alpha = forward(*p.arrays)
    steps = [rf"$\alpha_{{{t + 1}}}=({', '.join(f'{v:.4g}' for v in r)})$" for t, r in enumerate(alpha)]
    end = rf"$P(O)=\sum_i\alpha_{{{len(alpha)}}}(i)={answer(p):.4g}$"
    return text(zh="逐步递推：" + "，".join([*steps, end]) + "。", en="Step by step: " + ", ".join([*steps, end]) + ".")


exercise = Exercise(
    __name__,
    text(zh="前向算法求 P(O)", en="P(O) by the forward algorithm"),
    generate,
    prompt,
    answer,
    lambda p: 0.005 * answer(p),
    mistakes,
    solution,
    demo="hmm-trellis",
)
