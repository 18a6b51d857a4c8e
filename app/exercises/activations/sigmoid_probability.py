"""Log-odds add up, probabilities do not: σ of a sum, a feature that moves, a temperature."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import sigmoid
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Output:
    """Level 1: w, x, b. Level 2: probability, weight · step. Level 3: probability, temperature."""

    level: int
    w: tuple[float, ...] = ()
    x: tuple[float, ...] = ()
    b: float = 0.0
    probability: float = 0.5
    weight: float = 0.0
    step: float = 0.0
    temperature: float = 1.0

    @property
    def logit(self) -> float:
        """The log-odds that the answer is σ of."""
        if self.level == 1:
            return sum(a * c for a, c in zip(self.w, self.x, strict=True)) + self.b
        base = math.log(self.probability / (1 - self.probability))
        return base + self.weight * self.step if self.level == 2 else base / self.temperature


def generate(rng: np.random.Generator, level: int) -> Output:
    while True:
        if level == 1:
            w, x = ((rng.integers(-4, 5, 2) / 2).tolist() for _ in range(2))
            made = Output(1, tuple(w), tuple(x), float(rng.choice([-1.5, -1, -0.5, 0.5, 1, 1.5])))
        elif level == 2:
            made = Output(2, probability=int(rng.integers(10, 91)) / 100, weight=int(rng.integers(-9, 10)) / 10,
                          step=float(rng.choice([0.5, 1, 2, 3])))  # fmt: skip
        else:
            made = Output(3, probability=float(rng.choice([0.05, 0.1, 0.2, 0.8, 0.9, 0.95, 0.99])),
                          temperature=int(rng.integers(12, 40)) / 10)  # fmt: skip
        if 0.3 < abs(made.logit) < 3.5 and (level != 2 or abs(made.weight) >= 0.3):
            return made


def probability(logit: float) -> float:
    return float(sigmoid(np.array([logit]))[0][0])


def answer(p: Output) -> float:
    return probability(p.logit)


def prompt(p: Output) -> Text:
    if p.level == 1:
        w, x = (", ".join(f"{v:g}" for v in values) for values in (p.w, p.x))
        return text(
            zh=f"$w=({w})$，$x=({x})$，$b={p.b:g}$。$\\sigma(w^\\top x+b)$ 是多少？（三位小数）",
            en=f"$w=({w})$, $x=({x})$, $b={p.b:g}$. What is $\\sigma(w^\\top x+b)$, to three decimals?",
        )
    if p.level == 2:
        return text(
            zh=f"逻辑回归给出概率 {p.probability:g}。权重为 {p.weight:g} 的特征增加 {p.step:g}，其余不变。"
            f"现在的概率是多少？"
            "（三位小数）",
            en=f"A logistic regression says {p.probability:g}. The feature of weight {p.weight:g} grows by "
            f"{p.step:g}, the "
            "rest stays. What does it say now, to three decimals?",
        )
    return text(
        zh=f"模型给出概率 {p.probability:g}，用温度 T={p.temperature:g} 缩放后是多少？（三位小数）",
        en=f"A model says {p.probability:g}. What is left of it after scaling with temperature T={p.temperature:g}, to "
        "three decimals?",
    )


def mistakes(p: Output) -> Sequence[Mistake]:
    odds = p.probability / (1 - p.probability)
    if p.level == 1:
        return (
            Mistake("forgot-the-bias", probability(p.logit - p.b), text(zh="漏了偏置 b。", en="The bias b is "
                                                                                         "missing.")),
            Mistake("wrong-sign", probability(-p.logit),
                    text(zh=r"指数上要取负号：$1/(1+e^{-z})$；你算的是 $1-\sigma(z)$。",
                         en=r"The exponent is negative, $1/(1+e^{-z})$; you have $1-\sigma(z)$.")),
            Mistake("took-tanh", math.tanh(p.logit),
                    text(zh=r"这是 $\tanh z=2\sigma(2z)-1$。", en=r"That is $\tanh z=2\sigma(2z)-1$.")),
            Mistake("left-it-a-logit", p.logit, text(zh="这还是 logit，要再过 σ。", en="That is still the logit.")),
        )  # fmt: skip
    if p.level == 2:
        move = p.weight * p.step
        return (
            Mistake("added-to-the-probability", p.probability + move,
                    text(zh="相加的是对数几率，不是概率。", en="It is the log-odds that add, not the probabilities.")),
            Mistake("scaled-the-probability", p.probability * math.exp(move),
                    text(zh=r"乘以 $e^{w\Delta}$ 的是几率 $p/(1-p)$，不是概率。",
                         en=r"What is multiplied by $e^{w\Delta}$ is the odds $p/(1-p)$, not the probability.")),
            Mistake("left-it-as-odds", odds * math.exp(move),
                    text(zh="这是几率；概率是 几率/(1+几率)。", en="Those are the odds; probability is "
                                                      "odds/(1+odds).")),
            Mistake("only-the-change", probability(move),
                    text(zh="漏了原来的对数几率。", en="The log-odds it started from are missing.")),
        )  # fmt: skip
    return (
        Mistake("divided-the-probability", p.probability / p.temperature,
                text(zh="除以 T 的是 logit，不是概率。", en="T divides the logit, not the probability.")),
        Mistake("multiplied", probability(p.logit * p.temperature**2),
                text(zh="这是乘以 T；T 大于 1 应使概率靠近 0.5。",
                     en="That multiplies by T; a T above 1 should move it towards 0.5.")),
        Mistake("power-not-normalised", p.probability ** (1 / p.temperature),
                text(zh=r"还要归一化：$p^{1/T}/(p^{1/T}+(1-p)^{1/T})$。",
                     en=r"Normalise, too: $p^{1/T}/(p^{1/T}+(1-p)^{1/T})$.")),
        Mistake("unchanged", p.probability,
                text(zh="不变的是判决和次序，概率会变。", en="Decisions and order stay; the probability changes.")),
    )  # fmt: skip


def solution(p: Output) -> Text:
    if p.level == 1:
        formula = rf"$z={p.logit:g}$, $1/(1+e^{{{-p.logit:g}}})={answer(p):.3f}$"
    elif p.level == 2:
        formula = (
            rf"$\ln\frac{{{p.probability:g}}}{{{1 - p.probability:.2g}}}+({p.weight:g})\cdot{p.step:g}={p.logit:.3f}$, "
            rf"$\sigma({p.logit:.3f})={answer(p):.3f}$"
        )
    else:
        formula = (
            rf"$\ln\frac{{{p.probability:g}}}{{{1 - p.probability:.2g}}}/{p.temperature:g}={p.logit:.3f}$, "
            rf"$\sigma({p.logit:.3f})={answer(p):.3f}$"
        )
    return text(zh=f"{formula.replace(', ', '，')}。", en=f"{formula}.")


exercise = Exercise(
    __name__, text(zh="对数几率与概率", en="Log-odds and probability"),
    generate, prompt, answer, lambda p: 0.0011, mistakes, solution, demo="calibration",
)  # fmt: skip
