"""The effective receptive field of equal weights: its σ, the layers a reach takes, and what strides in front do."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.effective_field import layers_to_span, stack_spread
from app.core.layer_table import receptive_field
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Stack:
    """windows: (k, stride), first layer first. reach: level 2, the half-width in px that 2σ should have."""

    level: int
    windows: tuple[tuple[int, int], ...]
    reach: int = 0

    @property
    def k(self) -> int:
        return self.windows[-1][0]

    @property
    def jump(self) -> int:
        return math.prod(stride for _, stride in self.windows)


def generate(rng: np.random.Generator, level: int) -> Stack:
    k, layers = int(rng.choice([3, 5, 7])), int(rng.integers(6, 41))
    if level == 1:
        return Stack(1, ((k, 1),) * layers)
    if level == 2:
        return Stack(2, ((k, 1),), int(rng.integers(12, 61)))
    strided = int(rng.integers(1, 3))
    return Stack(3, ((3, 2),) * strided + ((k, 1),) * int(rng.integers(4, 17)))


def answer(p: Stack) -> float:
    return float(layers_to_span(p.reach, p.k)) if p.level == 2 else stack_spread(p.windows)


def tolerance(p: Stack) -> float:
    return 1.0 if p.level == 2 else 0.01 * answer(p)


def prompt(p: Stack) -> Text:
    k = rf"${p.k}\times{p.k}$"
    if p.level == 1:
        return text(
            zh=f"{len(p.windows)} 层 {k} 卷积，步长 1，权重全相等，无激活。"
            "一个输出单元的有效感受野沿 $x$ 的标准差 $\\sigma$ 是多少 px？",
            en=f"{len(p.windows)} convolutions of {k}, stride 1, all weights equal, no activation. What is the "
            "standard deviation $\\sigma$ of a unit's effective receptive field along $x$, in px?",
        )
    if p.level == 2:
        return text(
            zh=f"{k} 卷积，步长 1，权重全相等。至少多少层，$2\\sigma$ 才不小于 {p.reach} px？（差 1 层算对）",
            en=f"Convolutions of {k}, stride 1, equal weights. How many layers until $2\\sigma$ is at least {p.reach} "
            "px? (within 1 layer)",
        )
    strided = sum(stride == 2 for _, stride in p.windows)
    rest = len(p.windows) - strided
    return text(
        zh=rf"先 {strided} 层步长 2 的 $3\times3$，再 {rest} 层步长 1 的 {k}，权重全相等。"
        r"有效感受野沿 $x$ 的 $\sigma$ 是多少 px（在输入上）？",
        en=rf"{strided} of $3\times3$ with stride 2 come first, then {rest} of {k} with stride 1, all weights equal. "
        r"What is $\sigma$ of the effective receptive field along $x$, in px of the input?",
    )


def mistakes(p: Stack) -> Sequence[Mistake]:
    k = p.k
    if p.level == 2:
        return (
            Mistake("theoretical", math.ceil((2 * p.reach - 1) / (k - 1)), text(
                zh="这是理论感受野够大的层数；有效的只按 $\\sqrt L$ 长。",
                en="That many make the theoretical field large enough; the effective one grows as $\\sqrt L$.")),
            Mistake("one-sigma", layers_to_span(2 * p.reach, k), text(
                zh="要的是 $2\\sigma$，不是 $\\sigma$。", en="It is $2\\sigma$ that has to get there, not $\\sigma$.")),
            Mistake("no-square", math.ceil(p.reach / 2 * 12 / (k * k - 1)), text(
                zh="$\\sigma$ 要平方：方差才与层数成正比。", en="Square $\\sigma$: the variance grows with $L$.")),
        )  # fmt: skip
    layers = len(p.windows)
    out = [
        Mistake("variance", stack_spread(p.windows) ** 2, text(zh="这是方差，还要开方。", en="That is the variance.")),
        Mistake("half-the-field", receptive_field([(k, s, 0) for k, s in p.windows]).size / 2, text(
            zh="这是理论感受野的一半。", en="That is half the theoretical field.")),
        Mistake("added-deviations", math.fsum(
            stack_spread([(k, 1)]) * math.prod(s for _, s in p.windows[:i]) for i, (k, _) in enumerate(p.windows)),
            text(zh="相加的是方差，不是标准差。", en="Variances add, standard deviations do not.")),
    ]  # fmt: skip
    if p.level == 1:
        out.append(
            Mistake(
                "continuous-box",
                math.sqrt(layers * k * k / 12),
                text(
                    zh="$k$ 个离散的点，方差是 $(k^2-1)/12$。", en="$k$ separate taps have the variance $(k^2-1)/12$."
                ),
            )
        )
    else:
        own = math.sqrt(math.fsum((k * k - 1) / 12 * math.prod(s for _, s in p.windows[: i + 1]) ** 2
                                  for i, (k, _) in enumerate(p.windows)))  # fmt: skip
        out += [
            Mistake("ignored-the-strides", stack_spread([(k, 1) for k, _ in p.windows]), text(
                zh=f"步长之后，相邻单元在输入上隔 {p.jump} px，方差要乘 {p.jump}²。",
                en=f"Behind the strides neighbours are {p.jump} px apart: their variance counts {p.jump}² times.")),
            Mistake("own-stride-first", own, text(
                zh="一层自己的步长只影响它后面的层。", en="A layer's own stride counts for the layers after it only.")),
            Mistake("not-squared", math.sqrt(math.fsum((k * k - 1) / 12 * math.prod(s for _, s in p.windows[:i])
                                                       for i, (k, _) in enumerate(p.windows))), text(
                zh="方差乘的是间距的平方。", en="The variance counts the spacing squared times.")),
        ]  # fmt: skip
    return out


def solution(p: Stack) -> Text:
    k = p.k
    if p.level == 1:
        work = rf"\sigma=\sqrt{{{len(p.windows)}\cdot({k}^2-1)/12}}={answer(p):.3f}"
    elif p.level == 2:
        work = rf"L\ge({p.reach}/2)^2\cdot12/({k}^2-1),\ L={answer(p):.0f}"
    else:
        terms, jump = [], 1
        for taps, stride in p.windows:
            terms.append((jump, taps))
            jump *= stride
        groups = {term: terms.count(term) for term in terms}
        total = "+".join(rf"{count}\cdot{j}^2\cdot({taps}^2-1)/12" for (j, taps), count in groups.items())
        work = rf"\sigma=\sqrt{{{total}}}={answer(p):.3f}"
    return text(zh=f"方差相加：${work}$。", en=f"Variances add: ${work}$.")


exercise = Exercise(
    __name__, text(zh="有效感受野有多宽", en="How wide the effective field is"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="what-convolution-assumes",
)  # fmt: skip
