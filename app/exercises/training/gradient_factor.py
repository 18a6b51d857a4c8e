"""χ of a layer from its activation and the variance of its weights, and the initialisation that makes it 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import leaky_relu
from app.core.mean_field import chi
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Layer:
    """Weights of variance c / n, leaky ReLU with this slope on the left (0: ReLU, 1: linear), `depth` layers."""

    level: int
    c: float
    slope: float
    depth: int

    def chi(self, c: float) -> float:
        return float(chi(lambda z: leaky_relu(z, self.slope), math.sqrt(c)))


def generate(rng: np.random.Generator, level: int) -> Layer:
    slope = {1: float(rng.integers(2)), 2: 0.0, 3: int(rng.integers(5, 61)) / 100}[level]
    while True:
        c = int(rng.integers(11, 41)) / 10
        if c != 2:  # He initialisation: nothing to compute
            return Layer(level, c, slope, int(rng.integers(4, 17)))


def answer(p: Layer) -> float:
    if p.level == 1:
        return p.chi(p.c)
    return p.chi(p.c) ** (p.depth / 2) if p.level == 2 else 1 / p.chi(1.0)


def prompt(p: Layer) -> Text:
    name = text(zh="线性层（无激活函数）", en="linear layers") if p.slope == 1 else text(zh="ReLU", en="ReLU")
    if p.level == 1:
        return text(
            zh=f"一个很宽的网络用{name.zh}，权重方差是 ${p.c:g}/n$（$n$ 是宽度）。反向每过一层，"
            r"梯度的**平方**平均乘以多少（$\chi$）？",
            en=f"A wide net with {name.en} has weights of variance ${p.c:g}/n$ ($n$ is the width). By what factor "
            r"does a layer multiply the **squared** gradient on average ($\chi$)?",
        )
    if p.level == 2:
        return text(
            zh=f"一个很宽的 ReLU 网络，权重方差 ${p.c:g}/n$，共 {p.depth} 层。输入端的梯度大小是输出端的多少倍？"
            "（三位有效数字）",
            en=f"A wide ReLU net of {p.depth} layers has weights of variance ${p.c:g}/n$. The size of the gradient at "
            "the input is how many times that at the output? (three significant digits)",
        )
    return text(
        zh=rf"激活函数是 leaky ReLU，负半轴斜率 {p.slope:g}。权重方差取 $c/n$，$c$ 等于多少时 $\chi=1$？",
        en=rf"The activation is leaky ReLU with slope {p.slope:g} on the negative side. Weights have variance $c/n$: "
        r"which $c$ makes $\chi=1$?",
    )


def mistakes(p: Layer) -> Sequence[Mistake]:
    half = text(zh="ReLU 的导数有一半概率是 0：$E[\\varphi'^2]=1/2$；线性层才是 1。",
                en="ReLU's slope is 0 half the time: $E[\\varphi'^2]=1/2$; for a linear layer it is 1.")  # fmt: skip
    if p.level == 1:
        return (
            Mistake(*(("halved-linear", p.c / 2) if p.slope == 1 else ("forgot-the-half", p.c)), half),
            Mistake("took-the-root", math.sqrt(answer(p)),
                    text(zh="这是大小的因子；问的是平方的因子。",
                         en="That is the factor of the size; the square is asked.")),
            Mistake("squared-the-variance", answer(p) * p.c,
                    text(zh=r"给的已经是方差 $\sigma_w^2$，不用再平方。",
                         en=r"$\sigma_w^2$, the variance, is given: do not square it again.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("squared-gradient", p.chi(p.c) ** p.depth,
                    text(zh=r"这是平方的倍数 $\chi^L$；大小是 $\chi^{L/2}$。",
                         en=r"That is $\chi^L$, for the square; the size goes with $\chi^{L/2}$.")),
            Mistake("forgot-the-half", p.c ** (p.depth / 2), half),
            Mistake("multiplied-by-depth", p.depth * math.sqrt(p.chi(p.c)),
                    text(zh="每层相乘，不是相加。", en="Layers multiply; they do not add.")),
        )  # fmt: skip
    return (
        Mistake("plain-relu", 2.0, text(zh="这是 ReLU（斜率 0）的值。", en="That is for ReLU (slope 0).")),
        Mistake("mean-slope-squared", 4 / (1 + p.slope) ** 2,
                text(zh=r"先平均再平方了：要的是 $E[\varphi'^2]$，不是 $(E[\varphi'])^2$。",
                     en=r"That squares the mean: $E[\varphi'^2]$ is needed, not $(E[\varphi'])^2$.")),
        Mistake("forgot-the-half", 1 / (1 + p.slope**2),
                text(zh="两半各占一半概率：$E[\\varphi'^2]=(1+a^2)/2$。",
                     en="Each side has probability one half: $E[\\varphi'^2]=(1+a^2)/2$.")),
        Mistake("standard-deviation", math.sqrt(answer(p)),
                text(zh=r"这是 $\sigma_w$；问的是方差里的 $c=\sigma_w^2$。",
                     en=r"That is $\sigma_w$; $c=\sigma_w^2$ is asked.")),
    )  # fmt: skip


def solution(p: Layer) -> Text:
    if p.level == 1:
        share = "1" if p.slope == 1 else r"\tfrac12"
        formula = rf"$\chi = \sigma_w^2E[\varphi'^2] = {p.c:g}\cdot {share} = {answer(p):g}$"
    elif p.level == 2:
        formula = (
            rf"$\chi = {p.c:g}/2 = {p.chi(p.c):g}$, $\chi^{{L/2}} = {p.chi(p.c):g}^{{{p.depth}/2}} = {answer(p):.4g}$"
        )
    else:
        formula = rf"$\chi = c\,(1+a^2)/2 = 1 \Rightarrow c = 2/(1+{p.slope:g}^2) = {answer(p):.4f}$"
    return text(zh=f"代入：{formula}。", en=f"Put in the numbers: {formula}.")


exercise = Exercise(
    __name__, text(zh="一层把梯度放大多少：χ", en="The gradient factor χ of a layer"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution, demo="signal-propagation",
)  # fmt: skip
