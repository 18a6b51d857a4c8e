"""Receptive field of a stack of convolutions and poolings: stride 1, with strides, and the depth that a field needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.layer_table import receptive_field
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Stack:
    """layers: (kernel, stride). goal: px to reach with further 3 × 3 of stride 1 (level 3)."""

    level: int
    layers: tuple[tuple[int, int], ...]
    goal: int = 0

    @property
    def field(self) -> int:
        return receptive_field([(k, s, 0) for k, s in self.layers]).size

    @property
    def jump(self) -> int:
        return math.prod(s for _, s in self.layers)


def generate(rng: np.random.Generator, level: int) -> Stack:
    if level == 1:
        return Stack(1, tuple((int(k), 1) for k in rng.choice([3, 5, 7], int(rng.integers(3, 6)))))
    if level == 2:
        while True:
            layers = tuple(
                (int(rng.choice([3, 5, 7])), int(rng.choice([1, 2]))) if rng.random() < 0.7 else (2, 2)
                for _ in range(int(rng.integers(3, 6)))
            )
            if any(s > 1 for _, s in layers[:-1]):
                return Stack(2, layers)
    stem = [(int(rng.choice([3, 5, 7])), 2), (int(rng.choice([2, 3])), 2)]
    stem += [(3, 2)] if rng.random() < 0.5 else []
    return Stack(3, tuple(stem), int(rng.choice([64, 96, 128, 224])) + int(rng.integers(0, 9)))


def answer(p: Stack) -> float:
    if p.level == 3:
        return float(math.ceil((p.goal - p.field) / (2 * p.jump)))
    return float(p.field)


def listed(p: Stack, lang: str) -> str:
    step, join = ("步长", "、") if lang == "zh" else ("stride", ", ")
    return join.join(rf"${k}\times{k}$" + (f" {step} {s}" if p.level > 1 else "") for k, s in p.layers)


def prompt(p: Stack) -> Text:
    if p.level == 1:
        return text(
            zh=f"依次叠放步长 1 的卷积：{listed(p, 'zh')}。最后一层的一个单元在输入上看到多少 px（边长）？",
            en=f"Convolutions of stride 1 follow one another: {listed(p, 'en')}. How many px of the input, along a "
            "side, does a unit of the last layer see?",
        )
    if p.level == 2:
        return text(
            zh=f"从输入起依次是 {listed(p, 'zh')}（卷积或池化）。最后一层的感受野边长是多少 px？",
            en=f"From the input on: {listed(p, 'en')} (convolutions or poolings). What is the side of the receptive "
            "field of the last layer, in px?",
        )
    return text(
        zh=f"网络开头是 {listed(p, 'zh')}。后面至少再接几个步长 1 的 $3\\times3$ 卷积，感受野才不小于 {p.goal} px？",
        en=f"A net begins with {listed(p, 'en')}. How many $3\\times3$ convolutions of stride 1 must follow, at least, "
        f"for a receptive field of {p.goal} px or more?",
    )


def mistakes(p: Stack) -> Sequence[Mistake]:
    if p.level == 3:
        room = p.goal - p.field
        return (
            Mistake("ignored-the-strides", math.ceil(room / 2),
                    text(zh=rf"前面步长的乘积是 {p.jump}：每个 $3\times3$ 增加 $2\times{p.jump}$ px，不是 2 px。",
                         en=rf"The strides multiply to {p.jump}: a $3\times3$ adds $2\times{p.jump}$ px, not 2.")),
            Mistake("kernel-not-kernel-minus-one", math.ceil(room / (3 * p.jump)),
                    text(zh="增加的是 $(k-1)$ 倍，不是 $k$ 倍。", en="It adds $(k-1)$ times the step, not $k$ times.")),
            Mistake("forgot-the-stem", math.ceil((p.goal - 1) / (2 * p.jump)),
                    text(zh=f"开头几层已经看到 {p.field} px。", en=f"The first layers already see {p.field} px.")),
            Mistake("rounded-down", math.floor(room / (2 * p.jump)),
                    text(zh="舍掉小数就还差一点：要向上取整。", en="Rounded down it falls short: round up.")),
        )  # fmt: skip
    kernels = [k for k, _ in p.layers]
    out = [
        Mistake("added-the-kernels", sum(kernels),
                text(zh="每层增加 $k-1$，不是 $k$：相邻窗口有重叠。",
                     en="A layer adds $k-1$, not $k$: neighbouring windows overlap.")),
        Mistake("forgot-the-first-pixel", p.field - 1,
                text(zh="从 1 个像素开始，不是 0。", en="Start from 1 pixel, not from 0.")),
        Mistake("multiplied-the-kernels", math.prod(kernels),
                text(zh="核不是相乘：步长 1 时每层只增加 $k-1$。",
                     en="Kernels do not multiply: at stride 1 each adds $k-1$.")),
    ]  # fmt: skip
    if p.level == 2:
        own_stride_first, jump = 1, 1
        for k, s in p.layers:
            jump *= s
            own_stride_first += (k - 1) * jump
        out += [
            Mistake("ignored-the-strides", 1 + sum(k - 1 for k in kernels),
                    text(zh="要乘上**之前**各层步长的乘积。",
                         en="Multiply by the strides of the layers **before** it.")),
            Mistake("own-stride-first", own_stride_first,
                    text(zh="一层自己的步长只影响它后面的层，不影响它本身。",
                         en="A layer's own stride counts for the layers after it, not for itself.")),
        ]  # fmt: skip
    return out


def solution(p: Stack) -> Text:
    terms, jump = ["1"], 1
    for k, s in p.layers:
        terms.append(rf"{k - 1}\cdot{jump}" if jump > 1 else f"{k - 1}")
        jump *= s
    formula = rf"$r={'+'.join(terms)}={p.field}$"
    if p.level == 3:
        more = rf"$\lceil({p.goal}-{p.field})/(2\cdot{p.jump})\rceil={answer(p):.0f}$"
        return text(zh=f"开头：{formula}，步长乘积 {p.jump}；还要 {more} 层。",
                    en=f"So far {formula}, strides multiply to {p.jump}; then {more} more.")  # fmt: skip
    return text(zh=f"每层加 $(k-1)$ × 之前步长的乘积：{formula}。",
                en=f"Each layer adds $(k-1)$ times the strides before it: {formula}.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="叠起来看多远：感受野", en="How far a stack sees: receptive field"),
    generate, prompt, answer, lambda p: 0.4, mistakes, solution, unit="", demo="architecture-ledger",
)  # fmt: skip
