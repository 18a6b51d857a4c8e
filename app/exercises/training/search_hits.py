"""Random search: the chance of a hit, the trials it takes, and how few different values a grid has."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.search import grid_hit_probability, hit_probability, trials_needed
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Search:
    """Level 1: probability of a hit. Level 2: trials for a confidence. Level 3: random minus grid, `points` per axis of
    `axes` axes, of which one matters."""

    level: int
    share: float
    trials: int = 0
    confidence: float = 0.0
    points: int = 0
    axes: int = 0


def generate(rng: np.random.Generator, level: int) -> Search:
    if level == 1:
        return Search(1, int(rng.integers(2, 21)) / 100, int(rng.integers(5, 61)))
    if level == 2:
        return Search(2, int(rng.integers(1, 16)) / 100, 0, float(rng.choice([0.9, 0.95, 0.99])))
    points, axes = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    return Search(3, int(rng.integers(4, 18)) / 100, points**axes, 0.0, points, axes)


def answer(p: Search) -> float:
    if p.level == 1:
        return hit_probability(p.share, p.trials)
    if p.level == 2:
        return float(trials_needed(p.share, p.confidence))
    return hit_probability(p.share, p.trials) - grid_hit_probability(p.share, p.points)


def prompt(p: Search) -> Text:
    share = f"{p.share:.0%}"
    if p.level == 1:
        return text(
            zh=f"好的设置占搜索空间的 {share}。随机搜索 {p.trials} 次，至少一次命中的概率是多少？",
            en=f"Good settings take {share} of the search space. What is the probability that {p.trials} random trials "
            f"hit at "
            "least once?",
        )
    if p.level == 2:
        return text(
            zh=f"想以 {p.confidence:.0%} 的把握至少命中一次最好的 {share}，随机搜索最少要几次？",
            en=f"How many random trials does it take, at least, to hit the best {share} with {p.confidence:.0%} "
            f"confidence?",
        )
    return text(
        zh=f"{p.axes} 个超参数，只有学习率要紧：好的学习率是对数轴上占 {share} 的一段。每维 {p.points} "
        f"个点的网格（位置随机）与同样次数的"
        "随机搜索，命中概率相差多少（随机减网格）？",
        en=f"{p.axes} hyper-parameters, of which only the learning rate matters: good rates are an interval of {share} "
        f"of its "
        f"log axis. A grid of {p.points} points per axis, placed at random, against as many random trials: by how much "
        f"do "
        "the hit probabilities differ (random minus grid)?",
    )


def mistakes(p: Search) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("added-up", p.share * p.trials,
                    text(zh="概率不能直接相加：会重复命中（甚至超过 1）。",
                         en="Probabilities do not add up: hits repeat (the sum can pass 1).")),
            Mistake("all-miss", 1 - answer(p), text(zh="这是全都没命中的概率。",
                                                    en="That is the probability of no hit.")),
            Mistake("all-hit", p.share**p.trials, text(zh="这是次次都命中。", en="That is a hit every time.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("added-up", math.ceil(p.confidence / p.share),
                    text(zh="把概率直接相加了；应当用 $1-(1-p)^n$。", en="That adds probabilities; use $1-(1-p)^n$.")),
            Mistake("expected-wait", math.ceil(1 / p.share),
                    text(zh="这是平均要等几次，把握只有六成多。",
                         en="That is the mean wait: confidence is only about 63%.")),
            Mistake("rounded-down", trials_needed(p.share, p.confidence) - 1,
                    text(zh="还差一点，要向上取整。", en="Not quite: round up.")),
        )  # fmt: skip
    return (
        Mistake("same-trials", 0.0,
                text(zh=f"网格的 {p.trials} 次里只有 {p.points} 个不同的学习率。",
                     en=f"The grid's {p.trials} trials hold only {p.points} different rates.")),
        Mistake("upside-down", -answer(p), text(zh="符号反了。", en="The sign is the wrong way round.")),
        Mistake("random-per-axis", hit_probability(p.share, p.points) - grid_hit_probability(p.share, p.points),
                text(zh=f"随机搜索有 {p.trials} 个不同的学习率，不是 {p.points} 个。",
                     en=f"Random search tries {p.trials} different rates, not {p.points}.")),
    )  # fmt: skip


def solution(p: Search) -> Text:
    q = f"{1 - p.share:g}"
    if p.level == 1:
        formula = f"1-{q}^{{{p.trials}}}={answer(p):.4f}"
    elif p.level == 2:
        formula = rf"n\ge\ln {1 - p.confidence:.2g}/\ln {q},\ n={answer(p):.0f}"
    else:
        grid = grid_hit_probability(p.share, p.points)
        formula = (
            rf"(1-{q}^{{{p.trials}}})-{p.points}\cdot{p.share:g}={answer(p) + grid:.4f}-{grid:.4g}={answer(p):.4f}"
        )
    return text(zh=f"${formula}$。", en=f"${formula}$.")


exercise = Exercise(
    __name__, text(zh="随机搜索要几次", en="How many random trials"),
    generate, prompt, answer, lambda p: 0.4 if p.level == 2 else 0.005, mistakes, solution, demo="tuning-bench",
)  # fmt: skip
