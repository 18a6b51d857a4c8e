"""Relative entropy of two small distributions, by hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.information import cross_entropy, kl_divergence
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Two:
    """Two distributions over the same outcomes, and the unit asked for."""

    p: tuple[float, ...]
    q: tuple[float, ...]
    bits: bool

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self.p), np.array(self.q)

    @property
    def scale(self) -> float:
        """Nats to the unit asked for."""
        return 1 / math.log(2) if self.bits else 1.0

    @property
    def unit(self) -> str:
        return "bit" if self.bits else "nat"


def generate(rng: np.random.Generator, level: int) -> Two:
    """Level 1: a fair coin in nats. Level 2: any two coins in nats. Level 3: three outcomes in bits."""
    while True:
        if level < 3:
            a = 50 if level == 1 else int(rng.integers(5, 96))
            b = int(rng.integers(5, 96))
            p, q = (a / 100, (100 - a) / 100), (b / 100, (100 - b) / 100)
        else:
            eighths = [rng.multinomial(5, np.ones(3) / 3) + 1 for _ in range(2)]
            p, q = (tuple((e / 8).tolist()) for e in eighths)
        if kl_divergence(np.array(p), np.array(q)) > 0.05:
            return Two(p, q, level == 3)


def answer(p: Two) -> float:
    return kl_divergence(*p.arrays) * p.scale


def prompt(p: Two) -> Text:
    a, b = (f"({', '.join(f'{v:g}' for v in values)})" for values in (p.p, p.q))
    return text(
        zh=f"$p={a}$，$q={b}$。$D(p\\|q)$ 是多少 {p.unit}？",
        en=f"$p={a}$ and $q={b}$. What is $D(p\\|q)$, in {p.unit}s?",
    )


def mistakes(p: Two) -> Sequence[Mistake]:
    a, b = p.arrays
    other = ("nat", "bit") if p.bits else ("bit", "nat")
    return (
        Mistake("reversed", kl_divergence(b, a) * p.scale,
                text(zh="方向反了：这是 $D(q\\|p)$。期望对前一个分布取。",
                     en="That is $D(q\\|p)$. The mean is over the first distribution.")),
        Mistake("cross-entropy", cross_entropy(a, b) * p.scale,
                text(zh="这是交叉熵 $H(p,q)$，还要减去 $H(p)$。",
                     en="That is the cross-entropy $H(p,q)$; subtract $H(p)$.")),
        Mistake("unit", kl_divergence(a, b) if p.bits else kl_divergence(a, b) / math.log(2),
                text(zh=f"你用了 {other[0]}，题目问 {other[1]}：1 nat = 1.4427 bit。",
                     en=f"You answered in {other[0]}s, {other[1]}s were asked: 1 nat = 1.4427 bits.")),
        Mistake("first-term", float(a[0] * np.log(a[0] / b[0])) * p.scale,
                text(zh="只算了第一个结果；要对所有结果求和。",
                     en="That is the first outcome only; add up all of them.")),
        Mistake("weights-from-q", float((b * np.log(a / b)).sum()) * p.scale,
                text(zh="权重该是 p，不是 q。散度也不会是负的。",
                     en="The weights are p, not q. And a divergence is never negative.")),
    )  # fmt: skip


def solution(p: Two) -> Text:
    log = r"\log_2" if p.bits else r"\ln"
    terms = "+".join(rf"{a:g}{log}\frac{{{a:g}}}{{{b:g}}}" for a, b in zip(p.p, p.q, strict=True))
    return text(
        zh=f"$D(p\\|q)=\\sum p\\,{log}\\frac pq={terms}={answer(p):.4f}$ {p.unit}。",
        en=f"$D(p\\|q)=\\sum p\\,{log}\\frac pq={terms}={answer(p):.4f}$ {p.unit}s.",
    )


exercise = Exercise(
    __name__,
    text(zh="手算 KL 散度", en="A KL divergence by hand"),
    generate,
    prompt,
    answer,
    lambda p: max(0.002, 0.01 * answer(p)),
    mistakes,
    solution,
    demo="information-diagram",
)
