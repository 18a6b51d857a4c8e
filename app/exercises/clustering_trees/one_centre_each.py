"""The chance that k random points fall one in each of k clusters: k!/k^k, or k!·∏ p for unequal clusters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Clusters:
    """Shares of the points in tenths or k-ths: weights of the k clusters."""

    weights: tuple[int, ...]

    @property
    def k(self) -> int:
        return len(self.weights)

    @property
    def equal(self) -> bool:
        return len(set(self.weights)) == 1


def generate(rng: np.random.Generator, level: int) -> Clusters:
    if level < 3:
        return Clusters((1,) * int(rng.integers(2, 6) if level == 1 else rng.integers(6, 13)))
    while True:
        k = int(rng.integers(3, 6))
        cuts = np.sort(rng.choice(np.arange(1, 20), size=k - 1, replace=False))
        weights = tuple(int(w) for w in np.diff([0, *cuts, 20]))
        if len(set(weights)) > 1:
            return Clusters(tuple(sorted(weights, reverse=True)))


def product(p: Clusters) -> float:
    return math.prod(w / sum(p.weights) for w in p.weights)


def answer(p: Clusters) -> float:
    return math.factorial(p.k) * product(p)


def prompt(p: Clusters) -> Text:
    if p.equal:
        return text(
            zh=f"数据有 {p.k} 个一样大的簇，点数很多。随机取 {p.k} 个点当初始中心，恰好每簇一个的概率是多少？",
            en=f"The data have {p.k} equal clusters with many points each. {p.k} points are drawn at random as initial "
            "centres. What is the probability of exactly one in each cluster?",
        )
    percent = [f"{100 * w / sum(p.weights):.0f}%" for w in p.weights]
    return text(
        zh=f"{p.k} 个簇分别占数据的 {'、'.join(percent)}，点数很多。随机取 {p.k} 个点当初始中心，"
        "恰好每簇一个的概率是多少？",
        en=f"{p.k} clusters hold {', '.join(percent)} of a large data set. {p.k} points are drawn at random as initial "
        "centres. What is the probability of exactly one in each cluster?",
    )


def mistakes(p: Clusters) -> Sequence[Mistake]:
    k = p.k
    return (
        Mistake("forgot-order", product(p),
                text(zh=f"这只是一种先后次序；取到各簇的次序有 ${k}!$ 种。",
                     en=f"That is one order of drawing; there are ${k}!$ of them.")),
        Mistake("one-over-factorial", 1 / math.factorial(k),
                text(zh=f"各次抽取互不相关，所有结果有 $k^k$ 种，不是 ${k}!$ 种。",
                     en=f"The draws are independent: there are $k^k$ outcomes, not ${k}!$.")),
        Mistake("one-cluster-missed", (1 - 1 / k) ** k,
                text(zh="$(1-1/k)^k$ 是某一个簇一个点都没取到的概率。",
                     en="$(1-1/k)^k$ is the chance that one given cluster gets no point.")),
        Mistake("as-if-equal", math.factorial(k) / k**k,
                text(zh="簇不一样大，要用各自的占比。", en="The clusters are not equal: use their shares.")),
        Mistake("complement", 1 - answer(p),
                text(zh="这是至少漏掉一个簇的概率。", en="That is the chance of missing at least one cluster.")),
    )  # fmt: skip


def solution(p: Clusters) -> Text:
    if p.equal:
        formula = rf"$k!/k^k={p.k}!/{p.k}^{{{p.k}}}={answer(p):.4g}$"
    else:
        shares = r"\cdot".join(f"{w / sum(p.weights):g}" for w in p.weights)
        formula = rf"$k!\prod_j p_j={p.k}!\cdot{shares}={answer(p):.4g}$"
    return text(zh=f"每种次序的概率相同，共 k! 种：{formula}。", en=f"All k! orders are equally likely: {formula}.")


exercise = Exercise(
    __name__,
    text(zh="随机起点各占一簇的概率", en="Chance of one random centre in each cluster"),
    generate,
    prompt,
    answer,
    lambda p: 0.01 * answer(p),
    mistakes,
    solution,
    demo="k-means",
)
