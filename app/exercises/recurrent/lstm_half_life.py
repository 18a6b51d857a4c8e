"""The forget bias as a memory length: half-life, what is left after T steps, and the bias a memory needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.gate_roles import half_life, time_constant
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Memory:
    """Asked: at level 1 the half-life of `bias`, at 2 what is left after `steps`, at 3 the bias for this half-life."""

    level: int
    bias: float
    steps: int


def generate(rng: np.random.Generator, level: int) -> Memory:
    while True:
        steps = int(rng.integers(5, 30)) if level == 2 else int(rng.integers(4, 200))
        memory = Memory(level, float(rng.integers(1, 46)) / 10, steps)
        if level != 2 or 0.01 < answer(memory) < 0.9:
            return memory


def keep(m: Memory) -> float:
    """σ(bias)."""
    return 1 / (1 + math.exp(-m.bias))


def answer(m: Memory) -> float:
    if m.level == 1:
        return half_life(m.bias)
    if m.level == 2:
        return keep(m) ** m.steps
    return -math.log(2 ** (1 / m.steps) - 1)


def tolerance(m: Memory) -> float:
    return 0.05 if m.level == 3 else 0.02 * answer(m)


def prompt(m: Memory) -> Text:
    if m.level == 1:
        return text(
            zh=f"遗忘门的预激活恒为 {m.bias:g}，不写入。细胞里的内容几步剩一半？",
            en=f"A forget gate's pre-activation stays at {m.bias:g} and nothing is written. After how many steps is "
            "half of the cell's content left?",
        )
    if m.level == 2:
        return text(
            zh=f"遗忘门的预激活恒为 {m.bias:g}，不写入。{m.steps} 步之后细胞里还剩几分之几（0 到 1）？",
            en=f"A forget gate's pre-activation stays at {m.bias:g} and nothing is written. What share of the cell is "
            f"left after {m.steps} steps (0 to 1)?",
        )
    return text(
        zh=f"希望细胞的半衰期是 {m.steps} 步。遗忘门偏置应设为多少（其余输入为 0）？",
        en=f"The cell shall have a half-life of {m.steps} steps. What forget bias does that take (all else at the gate "
        "0)?",
    )


def mistakes(m: Memory) -> Sequence[Mistake]:
    f = keep(m)
    if m.level == 1:
        return (
            Mistake("time-constant", time_constant(m.bias), text(
                zh="$1/(1-f)$ 是时间常数（剩约 37%），不是半衰期。",
                en="$1/(1-f)$ is the time constant (about 37% left), not the half-life.")),
            Mistake("linear-loss", 0.5 / (1 - f), text(
                zh="每步损失的是剩余部分的一个比例，不是固定的量。",
                en="A step loses a share of what is left, not a fixed amount.")),
            Mistake("no-sigmoid", math.log(2) * m.bias, text(
                zh="$f=\\sigma(b)$：偏置要先过 sigmoid。", en="$f=\\sigma(b)$: the bias goes through the sigmoid.")),
        )  # fmt: skip
    if m.level == 2:
        return (
            Mistake("linear-loss", max(0.0, 1 - m.steps * (1 - f)), text(
                zh="连乘，不是连减：$f^T$。", en="It multiplies, it does not subtract: $f^T$.")),
            Mistake("tanh-gate", math.tanh(m.bias) ** m.steps, text(
                zh="门用的是 sigmoid，不是 tanh。", en="The gate is a sigmoid, not a tanh.")),
            Mistake("one-step", f, text(zh="这是一步；每步都要乘一次 $f$。",
                                        en="That is one step; every step multiplies by $f$.")),
            Mistake("time-constant", math.exp(-m.steps / m.bias), text(
                zh="偏置不是时间常数；时间常数是 $1+e^b$。", en="The bias is no time constant; that is $1+e^b$.")),
        )  # fmt: skip
    share = 2 ** (-1 / m.steps)
    return (
        Mistake("gave-the-gate", share, text(
            zh="这是门值 $f$；偏置是它的 logit，$\\ln\\frac{f}{1-f}$。",
            en="That is the gate $f$; the bias is its logit, $\\ln\\frac{f}{1-f}$.")),
        Mistake("time-constant", math.log(m.steps - 1), text(
            zh="这样时间常数 $1+e^b$ 才是那么多步，半衰期更短。",
            en="That makes the time constant $1+e^b$ this long; the half-life is shorter.")),
        Mistake("sign", math.log(2 ** (1 / m.steps) - 1), text(
            zh="符号反了：记得久要正的偏置。", en="The sign is wrong: a long memory takes a positive bias.")),
    )  # fmt: skip


def solution(m: Memory) -> Text:
    if m.level == 1:
        line = f"$f=\\sigma({m.bias:g})={keep(m):.4f}$, $\\ln\\frac12/\\ln f={answer(m):.4g}$"
    elif m.level == 2:
        line = f"$\\sigma({m.bias:g})^{{{m.steps}}}={keep(m):.4f}^{{{m.steps}}}={answer(m):.3g}$"
    else:
        line = f"$f=2^{{-1/{m.steps}}}={2 ** (-1 / m.steps):.5f}$, $b=\\ln\\frac{{f}}{{1-f}}={answer(m):.3f}$"
    return text(zh=f"{line.replace('$, $', '$，$')}。", en=f"{line}.")


exercise = Exercise(
    __name__, text(zh="遗忘偏置与记忆长度", en="Forget bias and memory length"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="lstm-gate-swap",
)  # fmt: skip
