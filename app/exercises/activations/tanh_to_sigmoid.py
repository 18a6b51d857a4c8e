"""tanh x = 2σ(2x) - 1 put to work: a value, a unit's new weights, and the bias of the layer after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Swap:
    """Level 1: σ(x) = p is given, asked is tanh(x/2). Level 2: y = v·tanh(w x + b) as y = v'·σ(w' x + b') + c; asked is
    v' · w'. Level 3: three tanh units with outgoing weights `out` and bias `bias`; asked is the new bias."""

    level: int
    p: float
    w: float
    v: float
    out: tuple[float, ...]
    bias: float


def generate(rng: np.random.Generator, level: int) -> Swap:
    def number(scale: int) -> float:
        return float(rng.integers(1, scale)) / 10 * float(rng.choice([-1, 1]))

    p = float(rng.integers(5, 96)) / 100
    while abs(p - 0.5) < 0.03:
        p = float(rng.integers(5, 96)) / 100
    out = tuple(number(20) for _ in range(3))
    while abs(sum(out)) < 0.15:
        out = tuple(number(20) for _ in range(3))
    return Swap(level, p, number(20), number(20), out, number(10))


def answer(s: Swap) -> float:
    if s.level == 1:
        return 2 * s.p - 1
    if s.level == 2:
        return (2 * s.v) * (2 * s.w)
    return s.bias - sum(s.out)


def prompt(s: Swap) -> Text:
    if s.level == 1:
        return text(zh=f"已知 $\\sigma(x)={s.p:g}$。$\\tanh(x/2)$ 是多少？（不用计算器也能答）",
                    en=f"Given $\\sigma(x)={s.p:g}$: what is $\\tanh(x/2)$? (No calculator needed.)")  # fmt: skip
    if s.level == 2:
        return text(
            zh=f"把 $y={s.v:g}\\tanh({s.w:g}\\,x+b)$ 改写成 $y=v'\\sigma(w'x+b')+c'$。$v'w'$ 是多少？",
            en=f"Rewrite $y={s.v:g}\\tanh({s.w:g}\\,x+b)$ as $y=v'\\sigma(w'x+b')+c'$. What is $v'w'$?",
        )
    listed = ",\\ ".join(f"{v:g}" for v in s.out)
    return text(
        zh=f"三个 tanh 单元的输出权重是 $({listed})$，下一层的偏置是 {s.bias:g}。换成等价的 sigmoid 单元"
        "（输入权重、偏置和输出权重都乘 2）之后，下一层的偏置应改为多少？",
        en=f"Three tanh units have outgoing weights $({listed})$ and the next layer has bias {s.bias:g}. They are "
        "replaced by equivalent sigmoid units (incoming weights, biases and outgoing weights doubled). What must the "
        "next bias be?",
    )


def mistakes(s: Swap) -> Sequence[Mistake]:
    if s.level == 1:
        return (
            Mistake("forgot-to-shift", 2 * s.p,
                    text(zh="还要减 1：tanh 的值域是 (-1, 1)。", en="Subtract 1: tanh ranges over (-1, 1).")),
            Mistake("forgot-to-stretch", s.p - 0.5,
                    text(zh="平移之后还要乘 2。", en="After the shift, multiply by 2.")),
            Mistake("tanh-of-the-value", float(np.tanh(s.p / 2)),
                    text(zh="给的是 σ(x)，不是 x。", en="Given is σ(x), not x.")),
            Mistake("wrong-way", (s.p + 1) / 2,
                    text(zh="这是从 tanh 换到 σ 的公式。", en="That is the formula from tanh to σ.")),
        )  # fmt: skip
    if s.level == 2:
        return (
            Mistake("only-outside", 2 * s.v * s.w, text(zh="里面也要乘 2：$\\sigma(2wx+2b)$。",
                                                        en="Double inside too: $\\sigma(2wx+2b)$.")),
            Mistake("nothing-doubled", s.v * s.w, text(zh="里外各乘 2。", en="Double inside and outside.")),
            Mistake("halved", s.v * s.w / 4, text(zh="是乘 2，不是除以 2：$\\sigma$ 更平。",
                                                  en="Double, not halve: σ is the flatter one.")),
        )  # fmt: skip
    total = sum(s.out)
    return (
        Mistake("kept-the-bias", s.bias, text(zh="每个单元都带来一个 $-v_i$，要并进偏置。",
                                              en="Every unit brings a $-v_i$ that goes into the bias.")),
        Mistake("added-them", s.bias + total, text(zh="$2v\\sigma-v$：符号是减。",
                                                   en="$2v\\sigma-v$: the sign is minus.")),
        Mistake("subtracted-twice", s.bias - 2 * total,
                text(zh="减的是原来的权重，不是乘 2 之后的。", en="Subtract the old weights, not the doubled ones.")),
    )  # fmt: skip


def solution(s: Swap) -> Text:
    if s.level == 1:
        return text(zh=f"$\\tanh(x/2)=2\\sigma(x)-1={answer(s):g}$。", en=f"$\\tanh(x/2)=2\\sigma(x)-1={answer(s):g}$.")
    if s.level == 2:
        return text(
            zh=f"$\\tanh u=2\\sigma(2u)-1$，所以 $w'={2 * s.w:g}$，$v'={2 * s.v:g}$，积是 {answer(s):.4g}。",
            en=f"$\\tanh u=2\\sigma(2u)-1$, so $w'={2 * s.w:g}$ and $v'={2 * s.v:g}$; product {answer(s):.4g}.",
        )
    return text(
        zh=f"$\\sum v_i\\tanh u_i=\\sum2v_i\\sigma(2u_i)-\\sum v_i$："
        f"新偏置 $={s.bias:g}-({sum(s.out):.4g})={answer(s):.4g}$。",
        en=f"$\\sum v_i\\tanh u_i=\\sum2v_i\\sigma(2u_i)-\\sum v_i$: the new bias is ${s.bias:g}-({sum(s.out):.4g})="
        f"{answer(s):.4g}$.",
    )


exercise = Exercise(
    __name__, text(zh="用 sigmoid 写 tanh", en="Tanh written with a sigmoid"),
    generate, prompt, answer, lambda s: 0.005, mistakes, solution, demo="zero-centring",
)  # fmt: skip
