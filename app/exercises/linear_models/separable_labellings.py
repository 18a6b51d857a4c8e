"""Cover's count: how many labellings of N points a hyperplane can separate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.dichotomies import separable_dichotomies
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Dots:
    """Level 1: the count in ℝᵈ. Level 2: the share. Level 3: all features up to degree 2 of d inputs, the share."""

    level: int
    points: int
    inputs: int


def generate(rng: np.random.Generator, level: int) -> Dots:
    d = int(rng.integers(1, 5)) if level < 3 else int(rng.integers(2, 5))
    width = d if level < 3 else d * (d + 3) // 2
    return Dots(level, int(rng.integers(width + 2, 2 * width + 5)), d)


def dims(p: Dots) -> int:
    return p.inputs if p.level < 3 else p.inputs * (p.inputs + 3) // 2


def scale(p: Dots) -> float:
    return 1.0 if p.level == 1 else 2.0**-p.points


def answer(p: Dots) -> float:
    return separable_dichotomies(p.points, dims(p)) * scale(p)


def prompt(p: Dots) -> Text:
    n, d = p.points, p.inputs
    if p.level == 1:
        return text(
            zh=f"$\\mathbb{{R}}^{d}$ 里一般位置的 {n} 个点，有多少种 0/1 标签能被一个超平面（带偏置）分开？",
            en=f"{n} points in general position in $\\mathbb{{R}}^{d}$: how many 0/1 labellings can a "
            "hyperplane with a bias separate?",
        )
    if p.level == 2:
        return text(
            zh=f"$\\mathbb{{R}}^{d}$ 里一般位置的 {n} 个点，标签靠抛硬币。能被超平面（带偏置）分开的概率是多少？",
            en=f"{n} points in general position in $\\mathbb{{R}}^{d}$, labelled by coin flips: with what probability "
            "can a hyperplane with a bias separate them?",
        )
    return text(
        zh=f"{d} 个输入的 {n} 个随机点，标签靠抛硬币。逻辑回归的特征是全部一次、二次单项式"
        "（含交叉项）加偏置。可分的概率是多少？",
        en=f"{n} random points with {d} inputs and coin-flip labels; logistic regression on every "
        "monomial of degree 1 and 2 (products included) and a bias. With what probability are they separable?",
    )


def mistakes(p: Dots) -> Sequence[Mistake]:
    n, d, s = p.points, dims(p), scale(p)
    raw = Mistake("raw-inputs", separable_dichotomies(n, p.inputs) * s, text(
        zh=f"可分性看特征的维数：这里是 {d}，不是 {p.inputs}。",
        en=f"What counts is the number of features: here {d}, not {p.inputs}."
    ))  # fmt: skip
    return (
        Mistake("no-bias", separable_dichotomies(n, d - 1) * s, text(
            zh="求和要到 $k=d$：偏置也是一个自由的参数。",
            en="The sum goes up to $k=d$: the bias is a free parameter too.")),
        Mistake("no-factor-two", separable_dichotomies(n, d) * s / 2, text(
            zh="漏了因子 2：两类互换也算一种标签。",
            en="The factor 2 is missing: swapping the classes is another labelling.")),
        Mistake("n-not-n-minus-one", (separable_dichotomies(n + 1, d) * s), text(
            zh="组合数里是 $N-1$，不是 $N$。", en="The binomials take $N-1$, not $N$.")),
        Mistake("all-of-them", 2.0**n * s, text(
            zh="只有 $N\\le d+1$ 时才全部可分。", en="All are separable only up to $N=d+1$.")),
        *((raw,) if p.level == 3 else ()),
    )  # fmt: skip


def solution(p: Dots) -> Text:
    n, d = p.points, dims(p)
    total = separable_dichotomies(n, d)
    shown = f"$2\\sum_{{k=0}}^{{{d}}}\\binom{{{n - 1}}}{{k}}={total}$"
    if p.level == 1:
        return text(zh=f"Cover 公式：{shown}。", en=f"Cover's formula: {shown}.")
    share = f"${total}/2^{{{n}}}={answer(p):.4g}$"
    return text(zh=f"特征 {d} 维：{shown}，除以 $2^{{{n}}}$：{share}。", en=f"With {d} features: {shown}, and {share}.")


exercise = Exercise(
    __name__, text(zh="可分的标签有多少", en="How many labellings are separable"),
    generate, prompt, answer, lambda p: 0.25 if p.level == 1 else 0.002 * answer(p), mistakes, solution,
    demo="boundary-gallery",
)  # fmt: skip
