"""After dropping negatives: the probability or the intercept to serve."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.parallel_logistic import recalibrate
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Sampled:
    """Every positive and a share `kept` of the negatives was used. The model says p (level 1), has the intercept b
    (level 2), or gives the log-odds z (level 3)."""

    level: int
    kept: float
    value: float

    @property
    def one_in(self) -> int:
        return round(1 / self.kept)


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def generate(rng: np.random.Generator, level: int) -> Sampled:
    kept = 1 / float(rng.choice([5, 8, 10, 20, 25, 40, 50, 100]))
    if level == 1:
        return Sampled(1, kept, float(rng.integers(2, 17)) / 20)
    if level == 2:
        return Sampled(2, kept, float(rng.integers(-30, 6)) / 10)
    return Sampled(3, kept, float(rng.integers(-8, 21)) / 10)


def answer(q: Sampled) -> float:
    if q.level == 2:
        return q.value + math.log(q.kept)
    return float(recalibrate(q.value if q.level == 1 else sigmoid(q.value), q.kept))


def prompt(q: Sampled) -> Text:
    zh = f"训练时正样本全留，负样本每 {q.one_in} 条随机留 1 条。"
    en = f"Training kept every positive and a random 1 in {q.one_in} of the negatives. "
    if q.level == 1:
        return text(zh=zh + f"模型对一次展示说 p = {q.value:g}。真实的概率应是多少？",
                    en=en + f"For some impression the model says p = {q.value:g}. What is the probability "
                            f"really?")  # fmt: skip
    if q.level == 2:
        return text(zh=zh + f"学到的截距是 {q.value:g}。上线时截距应改成多少？（其余权重不动）",
                    en=en + f"The intercept learnt is {q.value:g}. Which intercept should be served, the other weights "
                    "left alone?")  # fmt: skip
    return text(zh=zh + f"模型给出的对数赔率是 {q.value:g}。上线时应报多少概率？",
                en=en + f"The model's log-odds are {q.value:g}. Which probability should be served?")  # fmt: skip


def mistakes(q: Sampled) -> Sequence[Mistake]:
    if q.level == 2:
        return (
            Mistake("wrong-way", q.value - math.log(q.kept),
                    text(zh="方向反了：采样把赔率抬高了，上线要降回来，加的是 $\\ln w<0$。",
                         en="The wrong way: sampling raised the odds, serving has to lower them, by $\\ln w<0$.")),
            Mistake("added-w", q.value + q.kept,
                    text(zh="在对数赔率上，乘以 $w$ 是加 $\\ln w$，不是加 $w$。",
                         en="In log-odds a factor $w$ is a summand $\\ln w$, not $w$.")),
            Mistake("log-ten", q.value + math.log10(q.kept),
                    text(zh="要用自然对数。", en="It takes the natural logarithm.")),
            Mistake("left-alone", q.value, text(zh="斜率不用动，截距要动。",
                                                en="The slopes stay, the intercept does not.")),
        )  # fmt: skip
    p = q.value if q.level == 1 else sigmoid(q.value)
    return [
        Mistake("times-w", p * q.kept,
                text(zh="乘以 $w$ 的是赔率，不是概率。",
                     en="It is the odds that take the factor $w$, not the probability.")),
        Mistake("wrong-way", p / (p + (1 - p) * q.kept),
                text(zh="方向反了：丢掉的是负样本，真实概率更低。",
                     en="The wrong way: negatives were dropped, so the truth is lower.")),
        Mistake("left-alone", p, text(zh="没有校准。", en="That is as trained, not recalibrated.")),
        Mistake("odds", p / (1 - p) * q.kept,
                text(zh="这是赔率，还要换回概率：$o/(1+o)$。", en="Those are the odds; turn them back: $o/(1+o)$.")),
    ]  # fmt: skip


def solution(q: Sampled) -> Text:
    w = f"1/{q.one_in}"
    if q.level == 2:
        shown = rf"${q.value:g}+\ln\frac{{1}}{{{q.one_in}}}={answer(q):.4f}$"
        return text(zh=f"负样本少了，赔率被乘以 $1/w$；上线时截距加 $\\ln w$：{shown}。",
                    en=f"With fewer negatives the odds were multiplied by $1/w$; add $\\ln w$ to the intercept: "
                       f"{shown}.")  # fmt: skip
    p = q.value if q.level == 1 else sigmoid(q.value)
    shown = rf"$q=\frac{{p}}{{p+(1-p)/w}}$，$p={p:.4g}$，$w={w}$：${answer(q):.4g}$"
    first_zh = "" if q.level == 1 else "先 $p=\\sigma(z)$（或者直接 $\\sigma(z+\\ln w)$）。"
    first_en = "" if q.level == 1 else "First $p=\\sigma(z)$ (or at once $\\sigma(z+\\ln w)$). "
    return text(zh=f"{first_zh}{shown}。", en=first_en + shown.replace("，", ", ").replace("：", ": ") + ".")


exercise = Exercise(
    __name__, text(zh="负采样之后的概率", en="The probability after dropping negatives"),
    generate, prompt, answer, lambda q: 0.005 if q.level == 2 else 0.01 * answer(q), mistakes, solution,
    demo="many-workers-one-model",
)  # fmt: skip
