"""What an ensemble gains: variance left, members needed, and the floor that correlation sets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.averaging import ensemble_variance
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Ensemble:
    """Level 1: independent members. Level 2: correlated ones. Level 3: the correlation that leaves `left` of it."""

    level: int
    members: int
    correlation: float
    left: float = 0.0


def generate(rng: np.random.Generator, level: int) -> Ensemble:
    members = int(rng.integers(3, 13))
    if level == 1:
        return Ensemble(1, members, 0.0)
    correlation = int(rng.integers(2, 19)) / 20
    if level == 2:
        return Ensemble(2, members, correlation)
    return Ensemble(3, members, correlation, round(ensemble_variance(correlation, members), 3))


def answer(p: Ensemble) -> float:
    if p.level == 1:
        return math.sqrt(ensemble_variance(0.0, p.members))
    if p.level == 2:
        return ensemble_variance(p.correlation, p.members)
    return (p.left * p.members - 1) / (p.members - 1)


def prompt(p: Ensemble) -> Text:
    if p.level == 1:
        return text(
            zh=f"{p.members} 个模型的误差互相独立、方差相同，取平均。平均之后误差的标准差是单个模型的几倍？",
            en=f"{p.members} models err independently, with equal variance, and are averaged. The standard deviation "
            f"of the "
            "average's error is how many times that of one model?",
        )
    if p.level == 2:
        return text(
            zh=rf"{p.members} 个模型的误差方差都是 $\sigma^2$，两两相关系数 {p.correlation:g}，取平均。剩下的方差是 "
            rf"$\sigma^2$ 的几倍？",
            en=rf"{p.members} models have error variance $\sigma^2$ each and pairwise correlation {p.correlation:g}. "
            rf"Averaged, "
            r"what multiple of $\sigma^2$ is left?",
        )
    return text(
        zh=rf"{p.members} 个模型平均之后，误差方差还剩 $\sigma^2$ 的 {p.left:g}。它们误差的两两相关系数是多少？",
        en=rf"The average of {p.members} models keeps {p.left:g} of the error variance $\sigma^2$ of one. What is the "
        rf"pairwise "
        "correlation of their errors?",
    )


def mistakes(p: Ensemble) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("variance", 1 / p.members, text(zh="这是方差的倍数；标准差要开方。",
                                                    en="That is the variance; the standard deviation takes the root.")),
            Mistake("no-gain", 1.0, text(zh="独立的误差平均后会互相抵消。", en="Independent errors partly cancel.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("independent", 1 / p.members,
                    text(zh="相关的部分平均不掉。", en="The correlated part does not average out.")),
            Mistake("only-the-floor", p.correlation,
                    text(zh="这是无穷多个模型时的下限；还要加 $(1-\\rho)/M$。",
                         en="That is the floor for infinitely many; add $(1-\\rho)/M$.")),
            Mistake("swapped", 1 - p.correlation + p.correlation / p.members,
                    text(zh="反了：除以 $M$ 的是不相关的部分。",
                         en="Swapped: it is the uncorrelated part that is divided by $M$.")),
        )  # fmt: skip
    return (
        Mistake("read-as-correlation", p.left,
                text(zh="剩下的方差里还有 $(1-\\rho)/M$ 这一份。", en="What is left contains $(1-\\rho)/M$ too.")),
        Mistake("subtracted", p.left - 1 / p.members,
                text(zh="减去 $1/M$ 之后还要除以 $1-1/M$。", en="After subtracting $1/M$ divide by $1-1/M$.")),
    )  # fmt: skip


def solution(p: Ensemble) -> Text:
    if p.level == 1:
        formula = rf"1/\sqrt{{{p.members}}}={answer(p):.4f}"
    elif p.level == 2:
        rest = rf"\tfrac{{{1 - p.correlation:g}}}{{{p.members}}}"
        formula = rf"\rho+\tfrac{{1-\rho}}{{M}}={p.correlation:g}+{rest}={answer(p):.4f}"
    else:
        formula = rf"\rho=\tfrac{{M\cdot{p.left:g}-1}}{{M-1}}={answer(p):.4f}"
    return text(zh=f"${formula}$。", en=f"${formula}$.")


exercise = Exercise(
    __name__, text(zh="集成能消掉多少方差", en="What an ensemble averages out"),
    generate, prompt, answer, lambda p: 0.005, mistakes, solution,
)  # fmt: skip
