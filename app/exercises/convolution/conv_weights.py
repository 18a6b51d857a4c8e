"""Parameters of a convolution: plain with bias, in groups, and what a 1 × 1 in front of it saves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.layer_table import conv, trace
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Conv:
    """k × k, c_in → c_out. groups: level 2; middle: the channels of the 1 × 1 in front, level 3."""

    level: int
    kernel: int
    c_in: int
    c_out: int
    groups: int = 1
    middle: int = 0


def generate(rng: np.random.Generator, level: int) -> Conv:
    kernel = int(rng.choice([3, 5, 7]))
    if level == 1:
        return Conv(1, kernel, int(rng.choice([3, 16, 32, 64, 96, 128])), int(rng.choice([24, 48, 64, 80, 128, 192])))
    if level == 2:
        groups = int(rng.choice([2, 4, 8, 16]))
        return Conv(
            2, kernel, groups * int(rng.choice([4, 8, 12, 16])), groups * int(rng.choice([4, 6, 8, 20])), groups
        )
    c_in = int(rng.choice([192, 256, 480, 512, 528, 832]))
    return Conv(
        3, int(rng.choice([3, 5])), c_in, int(rng.choice([32, 48, 64, 128])), middle=int(rng.choice([16, 24, 32]))
    )


def parameters(p: Conv, bias: bool, c_in: int | None = None) -> int:
    """Of the k × k convolution, counted by the library."""
    layer = conv("conv", p.c_out, p.kernel, padding=p.kernel // 2, groups=p.groups, bias=bias)
    return trace([layer], (c_in or p.c_in, 8, 8))[-1].parameters


def reduced(p: Conv) -> int:
    """Weights of the 1 × 1 to `middle` and the k × k from there."""
    return p.c_in * p.middle + parameters(p, False, p.middle)


def answer(p: Conv) -> float:
    if p.level == 3:
        return parameters(p, False) / reduced(p)
    return float(parameters(p, True))


def tolerance(p: Conv) -> float:
    return 0.01 * answer(p) if p.level == 3 else 0.5


def prompt(p: Conv) -> Text:
    k = rf"${p.kernel}\times{p.kernel}$"
    if p.level == 1:
        return text(
            zh=f"一个 {k} 卷积，输入 {p.c_in} 个通道，输出 {p.c_out} 个通道，带偏置。共有多少个参数？",
            en=f"A {k} convolution takes {p.c_in} channels, gives {p.c_out}, and has biases. How many parameters?",
        )
    if p.level == 2:
        return text(
            zh=f"一个 {k} 卷积分 {p.groups} 组，输入 {p.c_in} 个通道，输出 {p.c_out} 个通道，带偏置。有多少个参数？",
            en=f"A {k} convolution in {p.groups} groups takes {p.c_in} channels, gives {p.c_out}, and has biases. How "
            "many parameters?",
        )
    return text(
        zh=f"输入 {p.c_in} 个通道，用 {k} 卷积得到 {p.c_out} 个通道（步长 1，大小不变，不计偏置）。若先用 $1\\times1$ "
        f"降到 {p.middle} 个通道，再做 {k}，乘加能省多少倍？填“直接做 ÷ 先降维”。",
        en=f"From {p.c_in} channels a {k} convolution is to give {p.c_out} (stride 1, same size, no biases). A "
        f"$1\\times1$ down to {p.middle} channels may come in front. How many times fewer multiply-adds is that? Give "
        "direct ÷ reduced.",
    )


def mistakes(p: Conv) -> Sequence[Mistake]:
    area = p.kernel**2
    if p.level == 3:
        return (
            Mistake("forgot-the-one-by-one", p.c_in / p.middle,
                    text(zh=r"忘了 $1\times1$ 卷积自己的代价。", en=r"The $1\times1$ itself has a cost, too.")),
            Mistake("counted-kernel-once", (p.c_in * p.c_out) / (p.c_in * p.middle + p.middle * p.c_out),
                    text(zh=r"忘了乘卷积核的面积 $k^2$。", en=r"The area $k^2$ of the kernel is missing.")),
            Mistake("upside-down", 1 / answer(p),
                    text(zh="倒过来了：要填直接 ÷ 先降维。", en="Upside down: it is direct ÷ reduced.")),
        )  # fmt: skip
    plain = Conv(p.level, p.kernel, p.c_in, p.c_out)
    out = [
        Mistake("forgot-the-bias", parameters(p, False),
                text(zh="漏了偏置：每个输出通道一个。", en="The biases are missing: one for each output channel.")),
        Mistake("bias-per-input", parameters(p, False) + p.c_in,
                text(zh="偏置按输出通道数，不是输入通道数。", en="Biases go by output channels, not input channels.")),
        Mistake("one-filter-for-all-inputs", area * p.c_out + p.c_out,
                text(zh="每个滤波器要跨所有（本组的）输入通道，还要乘输入通道数。",
                     en="A filter spans all input channels (of its group): multiply by them.")),
        Mistake("kernel-side-not-area", p.kernel * p.c_in // p.groups * p.c_out + p.c_out,
                text(zh=r"核有 $k\times k$ 个位置，不是 $k$ 个。", en=r"A kernel has $k\times k$ places, not $k$.")),
    ]  # fmt: skip
    if p.level == 2:
        out += [
            Mistake("ignored-the-groups", parameters(plain, True),
                    text(zh="每个滤波器只看本组的输入通道：要除以组数。",
                         en="A filter sees the input channels of its group only: divide by the groups.")),
            Mistake("divided-twice", area * p.c_in * p.c_out // p.groups**2 + p.c_out,
                    text(zh="多除了一次：各组合起来仍有全部输出通道。",
                         en="Divided once too often: together the groups still give all output channels.")),
        ]  # fmt: skip
    return out


def solution(p: Conv) -> Text:
    k, i, o = p.kernel, p.c_in, p.c_out
    if p.level == 3:
        formula = (
            rf"$\frac{{{k}^2\cdot {i}\cdot {o}}}{{{i}\cdot {p.middle}+{k}^2\cdot {p.middle}\cdot {o}}}"
            rf"=\frac{{{parameters(p, False)}}}{{{reduced(p)}}}={answer(p):.2f}$"
        )
        return text(
            zh=f"位置数相同，比权重数即可：{formula}。",
            en=f"The positions are the same, so compare weights: {formula}.",
        )
    inputs = f"{i}" if p.groups == 1 else rf"({i}/{p.groups})"
    formula = rf"${k}^2\cdot {inputs}\cdot {o}+{o}={answer(p):.0f}$"
    return text(zh=f"{formula}。", en=f"{formula}.")


exercise = Exercise(
    __name__, text(zh="卷积的参数，与 1×1 省下的", en="Weights of a convolution, and what a 1×1 saves"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="architecture-ledger",
)  # fmt: skip
