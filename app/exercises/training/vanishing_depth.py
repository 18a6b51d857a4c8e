"""After how many layers the gradient has fallen below (or risen above) a bound: a logarithm, rounded up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Chain:
    """given: the factor per layer (level 1), χ (level 2) or σ_w of a ReLU net (level 3); bound: 10^power."""

    level: int
    given: float
    power: int

    @property
    def factor(self) -> float:
        """What one layer multiplies the size of the gradient by."""
        return {1: self.given, 2: math.sqrt(self.given), 3: self.given / math.sqrt(2)}[self.level]

    def layers(self, factor: float) -> float:
        """log(bound) / log(factor), not yet rounded."""
        return self.power * math.log(10) / math.log(factor)


def generate(rng: np.random.Generator, level: int) -> Chain:
    while True:
        power = -int(rng.integers(2, 9))
        if level == 1:
            given = int(rng.integers(50, 98)) / 100
        elif level == 2:
            given = int(rng.integers(20, 96)) / 100
        else:
            grows = bool(rng.integers(2))
            given = int(rng.integers(150, 251) if grows else rng.integers(80, 136)) / 100
            power = -power if grows else power
        chain = Chain(level, given, power)
        if given != 1 and 0.02 < chain.layers(chain.factor) % 1 < 0.98:  # never on the edge between two answers
            return chain


def answer(p: Chain) -> float:
    return float(math.ceil(p.layers(p.factor)))


def prompt(p: Chain) -> Text:
    bound = rf"$10^{{{p.power}}}$"
    grows = p.power > 0
    given = {
        1: text(zh=f"反向传播时，每经过一层，梯度的大小乘以 {p.given:g}。",
                en=f"On its way back the size of the gradient is multiplied by {p.given:g} in every layer."),
        2: text(zh=rf"每经过一层，梯度的**平方**平均乘以 $\chi$ = {p.given:g}。",
                en=rf"In every layer the **squared** gradient is multiplied by $\chi$ = {p.given:g} on average."),
        3: text(zh=rf"一个很宽的 ReLU 网络，权重方差 $\sigma_w^2/n$，$\sigma_w$ = {p.given:g}，没有 BN 和残差。",
                en=rf"A wide ReLU net has weights of variance $\sigma_w^2/n$, $\sigma_w$ = {p.given:g}, no BN and no "
                "skips."),
    }[p.level]  # fmt: skip
    return text(
        zh=f"{given.zh}至少要多少层，梯度的大小才{'超过' if grows else '不到'}输出端的 {bound} 倍？",
        en=f"{given.en} How many layers does it take until its size is {'above' if grows else 'below'} {bound} times "
        "that "
        "at the output?",
    )


def mistakes(p: Chain) -> Sequence[Mistake]:
    floor = Mistake("rounded-down", math.floor(p.layers(p.factor)),
                    text(zh="舍掉小数后还没有越过界限，要向上取整。",
                         en="Rounded down, the bound is not yet passed: round up."))  # fmt: skip
    linear = Mistake("subtracted", math.ceil(abs(1 - 10.0**p.power) / abs(1 - p.factor)),
                     text(zh="每层是乘法，不是减法：要用对数。",
                          en="Layers multiply, they do not subtract: take logarithms."))  # fmt: skip
    if p.level == 1:
        natural = Mistake("mixed-logarithms", math.ceil(-abs(p.power) / math.log(p.factor)),
                          text(zh="分子用了常用对数，分母用了自然对数；两个要同底。",
                               en="That mixes log10 above with ln below; use one base."))  # fmt: skip
        return (floor, linear, natural)
    squared = Mistake("forgot-the-root", math.ceil(p.layers(p.factor**2)),
                      text(zh=r"$\chi$ 是平方的因子，大小的因子是 $\sqrt\chi$。",
                           en=r"$\chi$ is the factor of the square; the size goes with $\sqrt\chi$."))  # fmt: skip
    if p.level == 2:
        return (floor, squared, linear)
    forgot = Mistake("forgot-the-half", math.ceil(p.layers(p.given)) if (p.given > 1) == (p.power > 0) else math.nan,
                     text(zh=r"ReLU 关掉一半单元：$\chi=\sigma_w^2/2$，不是 $\sigma_w^2$。",
                          en=r"ReLU switches half of the units off: $\chi=\sigma_w^2/2$, not "
                          r"$\sigma_w^2$."))  # fmt: skip
    return (floor, squared, forgot)


def solution(p: Chain) -> Text:
    how = {1: "", 2: rf"$r=\sqrt{{\chi}}$ = {p.factor:.4f}", 3: rf"$r=\sigma_w/\sqrt2$ = {p.factor:.4f}"}[p.level]
    exact = rf"\ln 10^{{{p.power}}}/\ln {p.factor:.4f}"
    formula = rf"$\lceil {exact}\rceil = \lceil {p.layers(p.factor):.2f}\rceil = {answer(p):.0f}$"
    return text(
        zh=f"{how + '；' if how else ''}要 $r^L$ 越过界限：{formula}。",
        en=f"{how + '; ' if how else ''}$r^L$ must pass the bound: {formula}.",
    )


exercise = Exercise(
    __name__, text(zh="几层之后梯度就没了", en="Layers until the gradient is gone"),
    generate, prompt, answer, lambda p: 0.4, mistakes, solution, demo="signal-propagation",
)  # fmt: skip
