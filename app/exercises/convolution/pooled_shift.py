"""Pooling a signal that moves by 1: max-pooling before and after the shift, and max-blur-pooling."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import Array
from app.core.conv import max_pool
from app.core.equivariance import blur_pool, shifted
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Signal:
    """A circular signal of 8 values; asked for entry `asked` (from 0) of the four that pooling leaves."""

    level: int
    values: tuple[int, ...]
    asked: int


def row(values: Sequence[float]) -> Array:
    """As a picture of two equal rows, on which the two-dimensional layers do what they do in one dimension."""
    return np.tile(np.array(values, dtype=float), (1, 1, 2, 1))


def pooled(values: Sequence[float], moved: bool, blur: bool) -> Array:
    """The four values after pooling: window 2 and stride 2, or maximum at stride 1, [1, 2, 1]/4, every second."""
    x = shifted(row(values), int(moved))
    return np.asarray((blur_pool(x) if blur else max_pool(x)[0])[0, 0, 0])


def generate(rng: np.random.Generator, level: int) -> Signal:
    while True:
        values = tuple(int(v) for v in rng.integers(0, 9, 8))
        signal = Signal(level, values, int(rng.integers(4)))
        slips = [m.value for m in mistakes(signal)]
        if sum(abs(v - answer(signal)) > 0.2 for v in slips) >= 2 and len(set(values)) > 4:
            return signal


def answer(p: Signal) -> float:
    return float(pooled(p.values, p.level > 1, p.level == 3)[p.asked])


def prompt(p: Signal) -> Text:
    data, nth = ", ".join(map(str, p.values)), p.asked + 1
    start = text(zh=f"一维循环信号 $({data})$。", en=f"A circular signal in one dimension: $({data})$. ")
    if p.level == 1:
        return text(
            zh=f"{start.zh}窗口 2、步长 2 的最大池化，输出的第 {nth} 个数（从 1 数）是多少？",
            en=f"{start.en}After max-pooling with window 2 and stride 2, what is value number {nth} (counted from 1)?",
        )
    shift = text(zh="先循环右移 1 格，", en="It moves right by 1, circularly. ")
    if p.level == 2:
        return text(
            zh=f"{start.zh}{shift.zh}再做窗口 2、步长 2 的最大池化。输出的第 {nth} 个数（从 1 数）是多少？",
            en=f"{start.en}{shift.en}Then max-pooling, window 2, stride 2: what is value number {nth} (from 1)?",
        )
    return text(
        zh=f"{start.zh}{shift.zh}然后：步长 1 取 $m_i=\\max(x_i,x_{{i+1}})$，用 $[1,2,1]/4$ 模糊（都循环），"
        f"从第 1 个起每隔一个取一个。"
        f"输出的第 {nth} 个数（从 1 数）是多少？",
        en=f"{start.en}{shift.en}Then $m_i=\\max(x_i,x_{{i+1}})$ at stride 1, a blur with $[1,2,1]/4$ (both circular), "
        f"and every second value from the first on: what is value number {nth} (from 1)?",
    )


def mistakes(p: Signal) -> Sequence[Mistake]:
    still = pooled(p.values, False, p.level == 3)
    pair = shifted(row(p.values), int(p.level > 1))[0, 0, 0]
    a, b = float(pair[2 * p.asked]), float(pair[2 * p.asked + 1])
    if p.level == 1:
        return (
            Mistake("stride-one", float(max(p.values[p.asked], p.values[p.asked + 1])), text(
                zh="步长是 2：第 $i$ 个窗口从第 $2i-1$ 个数开始。",
                en="The stride is 2: window $i$ starts at value $2i-1$.")),
            Mistake("mean", (a + b) / 2, text(zh="这是平均池化。", en="That is average pooling.")),
            Mistake("minimum", min(a, b), text(zh="要取大的那个。", en="Take the larger of the two.")),
        )  # fmt: skip
    out = [
        Mistake("did-not-move", float(still[p.asked]), text(
            zh="这是移动之前的输出；池化不是不变的。", en="That is the output before the shift.")),
        Mistake("moved-the-output", float(still[p.asked - 1]), text(
            zh="这是把输出右移 1 格：那相当于输入移 2 格。步长 2 的池化对 1 格不等变。",
            en="That moves the output by 1, which is the input by 2. Pooling of stride 2 does not commute with 1.")),
        Mistake("moved-left", float(pooled([*p.values[2:], *p.values[:2]], True, p.level == 3)[p.asked]), text(
            zh="方向反了：右移 1 格后，第一个数是原来的最后一个。",
            en="Wrong direction: after a move to the right the first value is the former last one.")),
    ]  # fmt: skip
    if p.level == 2:
        out.append(Mistake("zero-border", float(max(0.0 if p.asked == 0 else a, b)), text(
            zh="信号是循环的：移进来的是最后一个数，不是 0。",
            en="The signal is circular: the last value moves in, not 0.")))  # fmt: skip
    else:
        out += [
            Mistake("no-blur", max(a, b), text(zh="抽样之前还要模糊。", en="Blur before sampling.")),
            Mistake("not-normalised", 4 * answer(p), text(zh="还要除以 4。", en="Divide by 4.")),
        ]
    return out


def solution(p: Signal) -> Text:
    values = shifted(row(p.values), int(p.level > 1))[0, 0, 0]
    listed = ", ".join(f"{v:g}" for v in values)
    i = 2 * p.asked
    if p.level < 3:
        work = rf"\max({values[i]:g},\,{values[i + 1]:g})={answer(p):g}"
        if p.level == 1:
            return text(zh=f"第 {p.asked + 1} 个窗口：${work}$。", en=f"Window {p.asked + 1}: ${work}$.")
        return text(zh=f"移动后 $({listed})$，第 {p.asked + 1} 个窗口：${work}$。",
                    en=f"After the move $({listed})$; window {p.asked + 1}: ${work}$.")  # fmt: skip
    m = np.maximum(values, np.roll(values, -1))
    near = [m[i - 1], m[i], m[(i + 1) % 8]]
    work = rf"({near[0]:g}+2\cdot{near[1]:g}+{near[2]:g})/4={answer(p):g}"
    dense = ", ".join(f"{v:g}" for v in m)
    return text(
        zh=f"移动后 $({listed})$，$m=({dense})$；${work}$。",
        en=f"After the move $({listed})$, $m=({dense})$; ${work}$.",
    )


exercise = Exercise(
    __name__, text(zh="移 1 格再池化", en="Move by 1, then pool"),
    generate, prompt, answer, lambda p: 0.01, mistakes, solution, demo="what-convolution-assumes",
)  # fmt: skip
