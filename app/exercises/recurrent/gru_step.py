"""One step of one GRU unit in PyTorch's convention, and where a GRU that tries to count ends up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.counters import leaky_state
from app.core.gated import gru_forward
from app.core.recurrent import Weights
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Step:
    """Level 1: z, candidate n, old state h. Level 2: pre-activations r and z, the candidate's input part n and hidden
    part u. Level 3: z kept fixed, a a's and b b's."""

    level: int
    z: float
    n: float
    h: float
    r: float = 0.0
    u: float = 0.0
    a: int = 0
    b: int = 0


def generate(rng: np.random.Generator, level: int) -> Step:
    if level == 1:
        z, n, h = float(rng.choice([1, 2, 3, 7, 8, 9])) / 10, 0.0, 0.0
        while abs(h - n) < 0.5 or h == 0:
            n, h = (float(v) / 10 for v in rng.integers(-9, 10, 2))
        return Step(level, z, n, h)
    if level == 2:
        r, z = (float(v) / 2 for v in rng.choice([-4, -3, -2, 2, 3, 4], 2))
        n, u = (float(rng.choice([-1, 1]) * rng.integers(2, 5)) / 2 for _ in range(2))
        return Step(level, z, n, float(rng.choice([-1, 1]) * rng.integers(2, 10)) / 10, r, u)
    a, b = int(rng.integers(2, 9)), int(rng.integers(2, 9))
    return Step(level, float(rng.choice([0.5, 0.6, 0.7, 0.8, 0.9])), 0.0, 0.0, a=a, b=b)


def answer(p: Step) -> float:
    if p.level == 1:
        return p.z * p.h + (1 - p.z) * p.n
    if p.level == 2:
        weights = Weights(np.zeros((3, 1)), np.zeros((3, 1)), np.array([p.r, p.z, p.n]), np.array([0.0, 0.0, p.u]))
        return float(gru_forward(weights, np.zeros((1, 1, 1)), np.array([[p.h]])).hs[-1, 0, 0])
    return float(leaky_state(p.z, np.array(p.a), np.array(p.b)))


def prompt(p: Step) -> Text:
    if p.level == 1:
        return text(
            zh=f"PyTorch 的 GRU：$z_t={p.z:g}$，候选 $n_t={p.n:g}$，旧状态 $h_{{t-1}}={p.h:g}$。$h_t$ 是多少？",
            en=f"A GRU in PyTorch: $z_t={p.z:g}$, candidate $n_t={p.n:g}$, old state $h_{{t-1}}={p.h:g}$. What is "
            "$h_t$?",
        )
    if p.level == 2:
        return text(
            zh=f"PyTorch 的 GRU 单元：重置门预激活 {p.r:g}，更新门预激活 {p.z:g}；候选的输入部分 "
            f"$W_{{in}}x+b_{{in}}={p.n:g}$，循环部分 $W_{{hn}}h+b_{{hn}}={p.u:g}$；旧状态 {p.h:g}。$h_t$ 是多少？",
            en=f"A GRU unit in PyTorch: reset pre-activation {p.r:g}, update pre-activation {p.z:g}; the candidate's "
            f"input part $W_{{in}}x+b_{{in}}={p.n:g}$, its recurrent part $W_{{hn}}h+b_{{hn}}={p.u:g}$; old state "
            f"{p.h:g}. What is $h_t$?",
        )
    return text(
        zh=f"GRU 单元，更新门固定 $z={p.z:g}$（PyTorch 记法），候选对 a 是 +1、对 b 是 −1，初态 0。读完 {p.a} 个 a 再"
        f"读 {p.b} 个 b，状态是多少？",
        en=f"A GRU unit with its update gate fixed at $z={p.z:g}$ (PyTorch's convention), candidate +1 for a and −1 "
        f"for b, starts at 0. What is its state after {p.a} a's and then {p.b} b's?",
    )


def sigma(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def mistakes(p: Step) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("swapped", (1 - p.z) * p.h + p.z * p.n, text(
                zh="这是 Chung 等人的记法；PyTorch 里 $z$ 乘旧状态。",
                en="That is Chung et al.'s convention; in PyTorch $z$ multiplies the old state.")),
            Mistake("ungated-candidate", p.z * p.h + p.n, text(
                zh="候选要乘 $1-z$：GRU 的输入与遗忘是耦合的。",
                en="The candidate is multiplied by $1-z$: a GRU couples input and forgetting.")),
            Mistake("gated-candidate", p.z * p.n, text(zh="旧状态丢了。", en="The old state is lost.")),
        )  # fmt: skip
    if p.level == 2:
        r, z = sigma(p.r), sigma(p.z)
        new = math.tanh(p.n + r * p.u)
        return (
            Mistake("swapped", (1 - z) * p.h + z * new, text(
                zh="$z$ 与 $1-z$ 反了：PyTorch 里 $z$ 乘旧状态。",
                en="$z$ and $1-z$ are exchanged: in PyTorch $z$ multiplies the old state.")),
            Mistake("no-reset", z * p.h + (1 - z) * math.tanh(p.n + p.u), text(
                zh="漏了重置门：它乘在候选的循环部分上。",
                en="The reset gate is missing: it multiplies the candidate's recurrent part.")),
            Mistake("reset-everything", z * p.h + (1 - z) * math.tanh(r * (p.n + p.u)), text(
                zh="重置门只乘循环部分，不乘输入部分。", en="The reset gate touches the recurrent part only.")),
            Mistake("sigmoid-candidate", z * p.h + (1 - z) * sigma(p.n + r * p.u), text(
                zh="候选用 tanh，不是 sigmoid。", en="The candidate is a tanh, not a sigmoid.")),
        )  # fmt: skip
    keep, a, b = p.z, p.a, p.b
    return (
        Mistake("it-counts", (1 - keep) * (a - b), text(
            zh="这样就是在计数了；GRU 每步还把旧值乘 $z$。",
            en="That would be counting; a GRU also multiplies the old by $z$.")),
        Mistake("a-alone", 1 - keep**a, text(zh="这是读完 a 时的状态。", en="That is the state after the a's.")),
        Mistake("b-alone", keep**b - 1, text(
            zh="这是从 0 开始读 b；a 留下的还没算进去。",
            en="That starts the b's from 0; what the a's left is missing.")),
        Mistake("swapped", float(leaky_state(1 - keep, np.array(a), np.array(b))), text(
            zh="$z$ 与 $1-z$ 反了。", en="$z$ and $1-z$ are exchanged.")),
    )  # fmt: skip


def solution(p: Step) -> Text:
    if p.level == 1:
        line = f"$z h+(1-z)n={p.z:g}\\cdot({p.h:g})+{1 - p.z:g}\\cdot({p.n:g})={answer(p):.4g}$"
        return text(zh=f"{line}。", en=f"{line}.")
    if p.level == 2:
        r, z = sigma(p.r), sigma(p.z)
        new = math.tanh(p.n + r * p.u)
        line = (
            f"$r={r:.3f}$, $z={z:.3f}$, $n=\\tanh({p.n:g}+{r:.3f}\\cdot({p.u:g}))={new:.3f}$, "
            f"$h=z\\cdot({p.h:g})+(1-z)n={answer(p):.3f}$"
        )
        return text(zh=f"{line.replace('$, $', '$，$')}。", en=f"{line}.")
    line = f"$h=z^b(2-z^a)-1={p.z:g}^{{{p.b}}}(2-{p.z:g}^{{{p.a}}})-1={answer(p):.4f}$"
    return text(
        zh=f"读 a：到 1 的距离每步乘 $z$；读 b：到 −1 的距离每步乘 $z$。{line}。",
        en=f"An a multiplies the distance to 1 by $z$, a b the distance to −1: {line}.",
    )


exercise = Exercise(
    __name__, text(zh="手算一步 GRU", en="One GRU step by hand"),
    generate, prompt, answer, lambda p: 0.006 if p.level == 1 else 0.01, mistakes, solution, demo="counter-duel",
)  # fmt: skip
