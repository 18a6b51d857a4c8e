"""What a positive means: one test, two independent tests, and a score whose base rate has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.bayes_rule import positive_predictive_value, updated
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Asked:
    """Level 1, 2: prior, sensitivity, specificity. Level 3: a score, the base rate in training and the one in use."""

    level: int
    prior: float
    sensitivity: float = 0.0
    specificity: float = 0.0
    score: float = 0.0
    trained: float = 0.5


def generate(rng: np.random.Generator, level: int) -> Asked:
    if level == 3:
        prior = float(rng.choice([0.01, 0.02, 0.05, 0.1]))
        return Asked(3, prior, score=float(rng.choice([0.6, 0.7, 0.8, 0.9, 0.95])),
                     trained=float(rng.choice([0.5, 0.5, 0.4, 0.3])))  # fmt: skip
    prior = float(rng.choice([0.002, 0.005, 0.01, 0.02, 0.05, 0.1]))
    return Asked(level, prior, int(rng.integers(80, 100)) / 100, int(rng.integers(88, 100)) / 100)


def answer(p: Asked) -> float:
    if p.level == 3:
        return float(updated(p.score, p.prior / (1 - p.prior) * (1 - p.trained) / p.trained))
    once = float(positive_predictive_value(p.prior, p.sensitivity, p.specificity))
    return once if p.level == 1 else float(positive_predictive_value(once, p.sensitivity, p.specificity))


def prompt(p: Asked) -> Text:
    if p.level == 3:
        return text(
            zh=f"模型在正例占 {p.trained:.0%} 的数据上训练，输出已校准。上线后正例只占 {p.prior:.0%}，"
            f"各类内部的分布不变。"
            f"它对一个样本输出 {p.score:g}，上线后该样本为正的概率是多少？",
            en=f"A model was trained on data with {p.trained:.0%} positives and is calibrated there. In use only "
            f"{p.prior:.0%} are positive; within each class nothing has changed. For one example it says {p.score:g}. "
            "What is the probability in use?",
        )
    test = text(
        zh=f"患病率 {p.prior:.1%}，灵敏度 {p.sensitivity:.0%}，特异度 {p.specificity:.0%}。",
        en=f"Prevalence {p.prior:.1%}, sensitivity {p.sensitivity:.0%}, specificity {p.specificity:.0%}. ",
    )
    if p.level == 1:
        return text(zh=test.zh + "检测为阳性的人，真有病的概率是多少？（0 到 1）",
                    en=test.en + "How likely is someone who tests positive to be ill? (0 to 1)")  # fmt: skip
    return text(
        zh=test.zh + "同一个人测两次都是阳性，两次的误差在给定有病与否时独立。真有病的概率是多少？（0 到 1）",
        en=test.en + "Someone tests positive twice; given ill or well, the two errors are independent. How likely is "
        "the illness? (0 to 1)",
    )


def mistakes(p: Asked) -> Sequence[Mistake]:
    prior, s, c = p.prior, p.sensitivity, p.specificity
    if p.level == 3:
        scaled = p.score * prior / p.trained
        return (
            Mistake("unchanged", p.score, text(zh="基率变了，后验也要变。",
                                               en="The base rate changed; so does the posterior.")),
            Mistake("scaled-the-probability", scaled,
                    text(zh="该乘的是几率 p/(1−p)，不是概率。", en="It is the odds p/(1 − p) that are multiplied.")),
            Mistake("wrong-way", float(updated(p.score, p.trained / (1 - p.trained) * (1 - prior) / prior)),
                    text(zh="比值反了：正例少了，概率应下降。",
                         en="The ratio is upside down: fewer positives lower it.")),
        )  # fmt: skip
    once = float(positive_predictive_value(prior, s, c))
    alone = float(positive_predictive_value(0.5, s, c))
    return (
        Mistake("inverted-condition", s,
                text(zh="这是 P(+ | 病)；问的是 P(病 | +)。", en="That is P(+ | ill); asked is P(ill | +).")),
        Mistake("no-base-rate", alone if p.level == 1 else float(positive_predictive_value(alone, s, c)),
                text(zh="这等于假设一半的人有病：忘了患病率。",
                     en="That assumes half of them ill: the prevalence is missing.")),
        Mistake("joint-not-posterior", prior * s if p.level == 1 else prior * s * s,
                text(zh="这只是分子，要除以阳性的总概率。", en="That is the numerator; divide by P(positive).")),
        Mistake("one-test-only" if p.level == 2 else "specificity-as-false-alarm",
                once if p.level == 2 else prior * s / (prior * s + (1 - prior) * c),
                text(zh="只更新了一次：第一次的后验是第二次的先验。",
                     en="Only one update: its posterior is the next prior.")
                if p.level == 2 else
                text(zh="误报率是 1 − 特异度。", en="The false alarm rate is 1 − specificity.")),
    )  # fmt: skip


def solution(p: Asked) -> Text:
    if p.level == 3:
        odds = p.score / (1 - p.score)
        ratio = p.prior / (1 - p.prior) * (1 - p.trained) / p.trained
        steps = rf"${odds:.4g}\times{ratio:.4g}={odds * ratio:.4g}$"
        return text(
            zh=f"后验几率乘以新旧先验几率之比：{steps}，化成概率 {answer(p):.4g}。",
            en=f"Multiply the posterior odds by new over old prior odds: {steps}, a probability of {answer(p):.4g}.",
        )
    ratio, odds = p.sensitivity / (1 - p.specificity), p.prior / (1 - p.prior)
    times = "" if p.level == 1 else "^2"
    steps = rf"${odds:.4g}\times{ratio:.4g}{times}={odds * ratio**p.level:.4g}$"
    return text(
        zh=f"先验几率 × 似然比（灵敏度 /（1 − 特异度））：{steps}，化成概率 {answer(p):.4g}。",
        en=f"Prior odds × likelihood ratio, sensitivity/(1 − specificity): {steps}, a probability of {answer(p):.4g}.",
    )


exercise = Exercise(
    __name__, text(zh="阳性意味着什么", en="What a positive means"),
    generate, prompt, answer, lambda p: 0.01 * answer(p), mistakes, solution, demo="posterior-machine",
)  # fmt: skip
