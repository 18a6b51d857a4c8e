"""How fast batch normalisation without skips makes the gradient grow at initialisation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import leaky_relu, relu
from app.core.mean_field import batch_norm_chi
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Stack:
    """Level 1: `depth` BN-ReLU layers. Level 2: layers until 10^power. Level 3: leaky ReLU with this slope."""

    level: int
    depth: int
    power: int
    slope: float


def generate(rng: np.random.Generator, level: int) -> Stack:
    return Stack(level, int(rng.integers(8, 41)), int(rng.integers(2, 13)), int(rng.integers(5, 61)) / 100)


def layers(p: Stack) -> float:
    """Layers until the gradient has grown 10^power times, not yet rounded."""
    return 2 * p.power * math.log(10) / math.log(batch_norm_chi(relu))


def second_moment(p: Stack) -> float:
    """E[φ'²] = E[φ²] of leaky ReLU for z ~ N(0, 1)."""
    return (1 + p.slope**2) / 2


def answer(p: Stack) -> float:
    if p.level == 1:
        return math.sqrt(batch_norm_chi(relu)) ** p.depth
    return float(math.ceil(layers(p))) if p.level == 2 else batch_norm_chi(lambda z: leaky_relu(z, p.slope))


def prompt(p: Stack) -> Text:
    hint = text(
        zh=r"每层：BN 后接 ReLU，批很大，没有残差。",
        en="Every layer is BN followed by ReLU, the batch is large, no skips.",
    )
    if p.level == 1:
        return text(
            zh=f"初始化时的一个很宽的网络，共 {p.depth} 层。{hint.zh}每过一层梯度的平方乘以 $\\pi/(\\pi-1)$。"
            "输入端的梯度大小是输出端的多少倍？（三位有效数字）",
            en=f"A wide net of {p.depth} layers at initialisation. {hint.en} A layer multiplies the squared gradient "
            "by $\\pi/(\\pi-1)$. The size of the gradient at the input is how many times that at the output? (three "
            "significant digits)",
        )
    if p.level == 2:
        return text(
            zh=f"初始化时的一个很宽的网络。{hint.zh}至少多少层，输入端的梯度大小才超过输出端的 $10^{{{p.power}}}$ 倍？",
            en=f"A wide net at initialisation. {hint.en} How many layers does it take until the gradient at the input "
            f"is more than $10^{{{p.power}}}$ times that at the output?",
        )
    return text(
        zh=rf"每层：BN 后接 leaky ReLU（负半轴斜率 {p.slope:g}），批很大，没有残差。反向每过一层，梯度的平方乘以 "
        r"$E[\varphi'^2]/\mathrm{Var}[\varphi]$，$z\sim N(0,1)$。它等于多少？",
        en=f"Every layer is BN followed by leaky ReLU (slope {p.slope:g} on the negative side), large batch, no "
        r"skips. A layer multiplies the squared gradient by $E[\varphi'^2]/\mathrm{Var}[\varphi]$, $z\sim N(0,1)$. "
        "What is it?",
    )


def mistakes(p: Stack) -> Sequence[Mistake]:
    if p.level == 1:
        stable = text(
            zh="BN 稳住的是前向的激活值；反向的梯度被同一个标准差除，变大了。",
            en="BN keeps the activations stable; the gradient is divided by the same deviation and grows.",
        )
        return (
            Mistake("squared-gradient", batch_norm_chi(relu) ** p.depth,
                    text(zh="这是平方的倍数；大小要再开方。",
                         en="That is for the square; take the root for the size.")),
            Mistake("bn-keeps-it", 1.0, stable),
            Mistake("upside-down", batch_norm_chi(relu) ** (-p.depth / 2),
                    text(zh="倒过来了：往输入端是变大。", en="Upside down: towards the input it grows.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("forgot-the-root", math.ceil(layers(p) / 2),
                    text(zh=r"$\pi/(\pi-1)$ 是平方的因子；大小每层只乘 1.211。",
                         en=r"$\pi/(\pi-1)$ is the factor of the square; the size grows by 1.211 a layer.")),
            Mistake("rounded-down", math.floor(layers(p)),
                    text(zh="舍掉小数后还没超过，要向上取整。", en="Rounded down it is not yet exceeded: round up.")),
        )  # fmt: skip
    return (
        Mistake("no-mean", 1.0,
                text(zh=r"除了 $E[\varphi^2]$：BN 除的是方差，要减去均值的平方。",
                     en=r"That divides by $E[\varphi^2]$: BN divides by the variance, so subtract the squared mean.")),
        Mistake("plain-relu", batch_norm_chi(relu),
                text(zh="这是 ReLU（斜率 0）的值。", en="That is for ReLU (slope 0).")),
        Mistake("took-the-root", math.sqrt(answer(p)),
                text(zh="这是大小的因子；问的是平方。", en="That is the factor of the size; the square is asked.")),
        Mistake("mean-not-squared", second_moment(p) / (second_moment(p) - (1 - p.slope) / math.sqrt(2 * math.pi)),
                text(zh=r"方差是 $E[\varphi^2]-(E[\varphi])^2$，均值要平方。",
                     en=r"The variance is $E[\varphi^2]-(E[\varphi])^2$: square the mean.")),
    )  # fmt: skip


def solution(p: Stack) -> Text:
    if p.level == 1:
        formula = rf"$(\pi/(\pi-1))^{{{p.depth}/2}} = 1.4669^{{{p.depth / 2:g}}} = {answer(p):.4g}$"
    elif p.level == 2:
        formula = rf"$\lceil 2\cdot {p.power}\ln 10/\ln 1.4669\rceil = \lceil {layers(p):.2f}\rceil = {answer(p):.0f}$"
    else:
        mean = (1 - p.slope) / math.sqrt(2 * math.pi)
        formula = (
            rf"$E[\varphi'^2]=E[\varphi^2]=(1+a^2)/2={second_moment(p):.4f}$, "
            rf"$E[\varphi]=(1-a)/\sqrt{{2\pi}}={mean:.4f}$, "
            rf"${second_moment(p):.4f}/({second_moment(p):.4f}-{mean:.4f}^2)={answer(p):.4f}$"
        )
    return text(zh=f"代入：{formula}。", en=f"Put in the numbers: {formula}.")


def tolerance(p: Stack) -> float:
    return 0.005 * answer(p) if p.level == 1 else 0.4 if p.level == 2 else 0.003


exercise = Exercise(
    __name__, text(zh="BN 让梯度涨多快", en="How fast batch norm makes the gradient grow"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="signal-propagation",
)  # fmt: skip
