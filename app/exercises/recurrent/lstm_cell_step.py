"""One step of one LSTM unit by hand: which activation goes where, and what is added to what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import identity, sigmoid, tanh
from app.core.gated import lstm_forward
from app.core.recurrent import Weights
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Unit:
    """Level 1: i, f, g, o are the gates' values. Levels 2 and 3: their pre-activations. c: the old cell."""

    level: int
    i: float
    f: float
    g: float
    o: float
    c: float


def generate(rng: np.random.Generator, level: int) -> Unit:
    c = float(rng.choice([-1, 1]) * rng.integers(5, 30) / 10)
    if level == 1:
        i, f, o = (float(v) / 10 for v in rng.integers(1, 10, 3))
        return Unit(level, i, f, float(rng.choice([-1, 1]) * rng.integers(2, 10) / 10), o, c)
    while True:
        i, f, g, o = (float(v) / 2 for v in rng.choice([-4, -3, -2, -1, 1, 2, 3, 4], 4))
        unit = Unit(level, i, f, g, o, c)
        if abs(step(unit)[0]) > 0.4:
            return unit


def step(u: Unit) -> tuple[float, float]:
    """The new c and h."""
    gate, candidate = (identity, identity) if u.level == 1 else (sigmoid, tanh)
    weights = Weights(np.zeros((4, 1)), np.zeros((4, 1)), np.array([u.i, u.f, u.g, u.o]), np.zeros(4))
    old = (np.zeros((1, 1)), np.array([[u.c]]))
    trace = lstm_forward(weights, np.zeros((1, 1, 1)), old, gate, candidate)
    return float(trace.cs[-1, 0, 0]), float(trace.hs[-1, 0, 0])


def answer(u: Unit) -> float:
    c, h = step(u)
    return h if u.level == 3 else c


def prompt(u: Unit) -> Text:
    if u.level == 1:
        return text(
            zh=f"一个 LSTM 单元：$f={u.f:g}$，$i={u.i:g}$，$g={u.g:g}$，$o={u.o:g}$，旧细胞 $c_{{t-1}}={u.c:g}$。$c_t$ "
            "是多少？",
            en=f"One LSTM unit: $f={u.f:g}$, $i={u.i:g}$, $g={u.g:g}$, $o={u.o:g}$, old cell $c_{{t-1}}={u.c:g}$. What "
            "is $c_t$?",
        )
    asked = "$h_t$" if u.level == 3 else "$c_t$"
    return text(
        zh=f"一个标准 LSTM 单元的预激活：$a_f={u.f:g}$，$a_i={u.i:g}$，$a_g={u.g:g}$，$a_o={u.o:g}$，旧细胞 "
        f"$c_{{t-1}}={u.c:g}$。{asked} 是多少？",
        en=f"Pre-activations of a standard LSTM unit: $a_f={u.f:g}$, $a_i={u.i:g}$, $a_g={u.g:g}$, $a_o={u.o:g}$; old "
        f"cell $c_{{t-1}}={u.c:g}$. What is {asked}?",
    )


def phi(u: Unit) -> tuple[float, float, float, float]:
    """i, f, g, o after their activations."""
    values = np.array([u.i, u.f, u.g, u.o])
    if u.level > 1:
        values = np.where([True, True, False, True], sigmoid(values)[0], tanh(values)[0])
    i, f, g, o = values.tolist()
    return i, f, g, o


def mistakes(u: Unit) -> Sequence[Mistake]:
    i, f, g, o = phi(u)
    c, _ = step(u)
    if u.level == 1:
        return (
            Mistake("coupled", f * u.c + (1 - f) * g, text(
                zh="$1-f$ 是 GRU 的写法；LSTM 的输入门 $i$ 与 $f$ 独立。",
                en="$1-f$ is how a GRU does it; the LSTM's input gate $i$ is independent of $f$.")),
            Mistake("ungated-candidate", f * u.c + g, text(
                zh="候选 $g$ 要先过输入门：乘 $i$。", en="The candidate $g$ passes the input gate: times $i$.")),
            Mistake("swapped-gates", i * u.c + f * g, text(
                zh="遗忘门乘旧细胞，输入门乘候选；反了。",
                en="The forget gate multiplies the old cell, the input gate the candidate.")),
            Mistake("stopped-at-h", o * float(np.tanh(c)), text(
                zh="这是 $h_t$；问的是细胞 $c_t$。", en="That is $h_t$; the question is the cell $c_t$.")),
        )  # fmt: skip
    ti, tf, to = np.tanh([u.i, u.f, u.o]).tolist()
    if u.level == 2:
        return (
            Mistake("tanh-gates", tf * u.c + ti * g, text(
                zh="门用了 tanh，可能变成负数；门用 sigmoid。", en="That puts tanh in the gates; gates are sigmoids.")),
            Mistake("sigmoid-candidate", f * u.c + i * float(sigmoid(np.array(u.g))[0]), text(
                zh="候选用了 sigmoid，写入就永远非负；候选用 tanh。",
                en="That puts a sigmoid in the candidate, so writes are never negative; it is a tanh.")),
            Mistake("raw-values", u.f * u.c + u.i * u.g, text(
                zh="直接用了预激活，要先过激活函数。", en="Those are pre-activations; apply the activations first.")),
            Mistake("coupled", f * u.c + (1 - f) * g, text(
                zh="$1-f$ 是 GRU 的写法；LSTM 有独立的输入门。",
                en="$1-f$ is how a GRU does it; an LSTM has its own input gate.")),
        )  # fmt: skip
    return (
        Mistake("no-output-tanh", o * c, text(
            zh="漏了输出的 tanh：$h_t=o\\tanh(c_t)$。", en="The output tanh is missing: $h_t=o\\tanh(c_t)$.")),
        Mistake("the-cell", c, text(zh="这是 $c_t$，还要过输出。", en="That is $c_t$; the output comes after it.")),
        Mistake("tanh-output-gate", to * float(np.tanh(c)), text(
            zh="输出门是 sigmoid，不是 tanh。", en="The output gate is a sigmoid, not a tanh.")),
        Mistake("sigmoid-of-c", o * float(sigmoid(np.array(c))[0]), text(
            zh="细胞要用 tanh 压缩，保留正负。", en="The cell is squashed by tanh, which keeps its sign.")),
    )  # fmt: skip


def solution(u: Unit) -> Text:
    i, f, g, o = phi(u)
    c, h = step(u)
    line = f"$c_t={f:.3g}\\cdot({u.c:g})+{i:.3g}\\cdot({g:.3g})={c:.4g}$"
    if u.level == 3:
        line += f"，$h_t={o:.3g}\\cdot\\tanh({c:.4g})={h:.4g}$"
    if u.level == 1:
        return text(zh=f"{line}。", en=f"{line}.")
    return text(
        zh=f"门过 sigmoid，候选过 tanh：{line}。",
        en=f"Gates through sigmoid, candidate through tanh: {line.replace('，', ', ')}.",
    )


exercise = Exercise(
    __name__, text(zh="手算一步 LSTM", en="One LSTM step by hand"),
    generate, prompt, answer, lambda _: 0.006, mistakes, solution, demo="lstm-gate-swap",
)  # fmt: skip
