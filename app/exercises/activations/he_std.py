"""The standard deviation of initial weights that keeps a (leaky) ReLU layer's signal at constant size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from app.core.mlp import init_std
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Layer:
    """A dense layer (kernel 1) or a convolution of kernel × kernel, before a leaky ReLU of this slope (0: ReLU)."""

    inputs: int
    outputs: int
    kernel: int
    slope: float


def generate(rng: np.random.Generator, level: int) -> Layer:
    inputs, outputs = (int(n) for n in rng.choice([36, 50, 64, 80, 120, 144, 200, 300, 512], 2, replace=False))
    slope = 0.0 if level == 1 else float(rng.choice([0.2, 0.25, 0.3, 0.5]))
    return Layer(inputs, outputs, int(rng.choice([3, 5])) if level == 3 else 1, slope)


def fan_in(p: Layer) -> int:
    return p.inputs * p.kernel**2


def answer(p: Layer) -> float:
    return init_std("he", fan_in(p), p.outputs) / sqrt(1 + p.slope**2)


def prompt(p: Layer) -> Text:
    where = (
        text(
            zh=f"全连接层，{p.inputs} 个输入、{p.outputs} 个输出",
            en=f"A dense layer has {p.inputs} inputs and {p.outputs} outputs",
        )
        if p.kernel == 1
        else text(
            zh=f"${p.kernel}\\times{p.kernel}$ 卷积，{p.inputs} 个输入通道、{p.outputs} 个输出通道",
            en=f"A ${p.kernel}\\times{p.kernel}$ convolution has {p.inputs} input and {p.outputs} output channels",
        )
    )  # fmt: skip
    phi = "ReLU" if p.slope == 0 else f"leaky ReLU $(a={p.slope:g})$"
    return text(
        zh=f"{where.zh}，后接 {phi}。按 He 初始化（fan_in），权重的标准差是多少？",
        en=f"{where.en} and is followed by {phi}. "
        "What standard deviation does He initialisation (fan_in) give its weights?",
    )


def mistakes(p: Layer) -> Sequence[Mistake]:
    right = answer(p)
    wrong = [
        Mistake("variance", right**2, text(zh="这是方差，标准差要开方。", en="That is the variance; take its root.")),
        Mistake("fan-out", right * sqrt(p.inputs / p.outputs), text(
            zh="你用了 fan_out；题目要 fan_in。", en="You used fan_out; fan_in is asked for.")),
        Mistake("lecun", right / sqrt(2), text(
            zh="少了因子 2：ReLU 砍掉一半的二阶矩，要补回来。",
            en="The factor 2 is missing: ReLU halves the second moment and the weights make up for it.")),
        Mistake("xavier", right * sqrt(p.inputs / (p.inputs + p.outputs)), text(
            zh="这是 Xavier 的 $2/(n_{in}+n_{out})$，适合 tanh。",
            en="That is Xavier's $2/(n_{in}+n_{out})$, for tanh.")),
    ]  # fmt: skip
    if p.slope:
        wrong.append(Mistake("forgot-slope", right * sqrt(1 + p.slope**2), text(
            zh="负半轴也传递了 $a^2$ 份，分母要乘 $1+a^2$。",
            en="The negative side passes a share $a^2$ too: divide by $1+a^2$.")))  # fmt: skip
    if p.kernel > 1:
        wrong.append(Mistake("forgot-kernel", right * p.kernel, text(
            zh="卷积的 fan_in 是通道数乘核面积。",
            en="The fan-in of a convolution is channels times kernel area.")))  # fmt: skip
    return wrong


def solution(p: Layer) -> Text:
    n = f"{p.inputs}" if p.kernel == 1 else f"{p.inputs}\\cdot {p.kernel}^2={fan_in(p)}"
    gain = "2" if p.slope == 0 else f"2/(1+{p.slope:g}^2)"
    formula = f"$\\sqrt{{\\dfrac{{{gain}}}{{{fan_in(p)}}}}}={answer(p):.4f}$"
    return text(zh=f"fan_in $={n}$；标准差 {formula}。", en=f"fan_in $={n}$; the standard deviation is {formula}.")


exercise = Exercise(
    __name__,
    text(zh="He 初始化的标准差", en="Standard deviation of He initialisation"),
    generate,
    prompt,
    answer,
    lambda p: 0.005 * answer(p),
    mistakes,
    solution,
    demo="activation-race",
)
