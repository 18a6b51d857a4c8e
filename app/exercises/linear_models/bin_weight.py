"""The weight of a bin by counting: log-odds, weight of evidence, and the information value of a two-bin feature."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.binning import bin_weights, information_value, weight_of_evidence
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Counts:
    """Level 1: one bin. Levels 2 and 3: a feature of two bins (a positives and b negatives in each)."""

    level: int
    ones: tuple[int, ...]
    zeros: tuple[int, ...]


def generate(rng: np.random.Generator, level: int) -> Counts:
    while True:
        ones, zeros = (tuple(int(v) for v in 10 * rng.integers(1, 20, 2 if level > 1 else 1)) for _ in range(2))
        p = Counts(level, ones, zeros)
        if abs(math.log(ones[0] / zeros[0])) < 0.2 or (level > 1 and abs(sum(ones) / sum(zeros) - 1) < 0.2):
            continue
        if level == 3 and information_value(np.array(ones, float), np.array(zeros, float)) < 0.05:
            continue
        if level == 2 and abs(answer(p)) < 0.1:
            continue
        return p


def answer(p: Counts) -> float:
    ones, zeros = np.array(p.ones, float), np.array(p.zeros, float)
    if p.level == 1:
        return float(bin_weights(ones, zeros)[0])
    return float(weight_of_evidence(ones, zeros)[0]) if p.level == 2 else information_value(ones, zeros)


def prompt(p: Counts) -> Text:
    a, b = p.ones[0], p.zeros[0]
    if p.level == 1:
        return text(
            zh=f"逻辑回归只用一个分箱后的 one-hot 特征，不加截距、不加正则。某个箱里有 {a} 个正例、{b} 个负例。"
            "这个箱学到的权重是多少？",
            en=f"Logistic regression on one binned, one-hot feature, no intercept, no penalty. A bin holds {a} "
            f"positives and {b} negatives. What weight does it learn?",
        )
    table = text(
        zh=f"一个特征分成两箱：箱 1 有 {a} 个正例、{b} 个负例，箱 2 有 {p.ones[1]} 个正例、{p.zeros[1]} 个负例。",
        en=f"A feature has two bins: bin 1 with {a} positives and {b} negatives, bin 2 with {p.ones[1]} positives and "
        f"{p.zeros[1]} negatives. ",
    )
    if p.level == 2:
        return text(
            zh=f"{table.zh}箱 1 的证据权重 WOE（正例占比除以负例占比，取自然对数）是多少？",
            en=f"{table.en}What is the weight of evidence of bin 1 (share of positives over share of negatives, "
            "natural logarithm)?",
        )
    return text(
        zh=f"{table.zh}这个特征的信息值 IV 是多少（自然对数）？",
        en=f"{table.en}What is the information value of the feature (natural logarithm)?",
    )


def mistakes(p: Counts) -> Sequence[Mistake]:
    ones, zeros = np.array(p.ones, float), np.array(p.zeros, float)
    a, b, rate = ones[0], zeros[0], ones[0] / (ones[0] + zeros[0])
    flipped = Mistake("upside-down", -answer(p),
                      text(zh="正负例放反了：正例在分子上。", en="Upside down: positives go on top."))  # fmt: skip
    if p.level == 1:
        return (
            flipped,
            Mistake("rate", rate, text(zh="这是正例率；权重是对数几率。",
                                       en="That is the rate; a weight is log-odds.")),
            Mistake("log-rate", math.log(rate),
                    text(zh="这是概率的对数；要取几率 $n_1/n_0$ 的对数。",
                         en="That is the log of the probability; take that of the odds $n_1/n_0$.")),
            Mistake("odds", a / b, text(zh="忘了取对数。", en="The logarithm is missing.")),
            Mistake("base-ten", math.log10(a / b), text(zh="要用自然对数。", en="Use the natural logarithm.")),
        )  # fmt: skip
    woe, shares = weight_of_evidence(ones, zeros), (ones / ones.sum(), zeros / zeros.sum())
    if p.level == 2:
        return (
            flipped,
            Mistake("log-odds", math.log(a / b),
                    text(zh="这是箱内的对数几率；WOE 还要减去总体的对数几率。",
                         en="That is the log-odds in the bin; WOE subtracts those of all rows.")),
            Mistake("no-log", float(shares[0][0] / shares[1][0]),
                    text(zh="忘了取对数。", en="The logarithm is missing.")),
            Mistake("added-base", float(2 * math.log(a / b) - woe[0]),
                    text(zh="总体的对数几率是减去，不是加上。",
                         en="The log-odds of all rows are subtracted, not added.")),
            Mistake("base-ten", float(woe[0] / math.log(10)),
                    text(zh="要用自然对数。", en="Use the natural logarithm.")),
        )  # fmt: skip
    return (
        Mistake("sum-of-woe", float(woe.sum()),
                text(zh="WOE 不能直接相加：每一项要乘以两类占比之差。",
                     en="WOE are not just added: each is multiplied by the difference of the shares.")),
        Mistake("one-way-kl", float((shares[0] * woe).sum()),
                text(zh="这只是一个方向的 KL 散度；IV 是两个方向之和。",
                     en="That is KL one way; IV is both directions added.")),
        Mistake("one-bin", float((shares[0][0] - shares[1][0]) * woe[0]),
                text(zh="只算了箱 1，还要加箱 2。", en="Bin 1 only; add bin 2.")),
        Mistake("log-odds-weighted", float(((shares[0] - shares[1]) * np.log(ones / zeros)).sum() / 2),
                text(zh="多除了 2。", en="There is no factor of one half.")),
    )  # fmt: skip


def solution(p: Counts) -> Text:
    a, b, result = p.ones[0], p.zeros[0], f"{answer(p):.4f}"
    if p.level == 1:
        return text(zh=f"$\\ln({a}/{b})={result}$。", en=f"$\\ln({a}/{b})={result}$.")
    n, m = sum(p.ones), sum(p.zeros)
    woe = [f"{w:.4f}" for w in weight_of_evidence(np.array(p.ones, float), np.array(p.zeros, float))]
    first = rf"\ln\frac{{{a}/{n}}}{{{b}/{m}}}={woe[0]}"
    if p.level == 2:
        return text(zh=f"${first}$。", en=f"${first}$.")
    shown = (rf"${first}$, $\mathrm{{WOE}}_2={woe[1]}$; $(\frac{{{a}}}{{{n}}}-\frac{{{b}}}{{{m}}})({woe[0]})+"
             rf"(\frac{{{p.ones[1]}}}{{{n}}}-\frac{{{p.zeros[1]}}}{{{m}}})({woe[1]})={result}$")  # fmt: skip
    return text(zh=f"{shown}。", en=f"{shown}.")


exercise = Exercise(
    __name__, text(zh="箱的权重与 WOE", en="The weight of a bin, and WOE"),
    generate, prompt, answer, lambda p: max(0.005 * abs(answer(p)), 0.002), mistakes, solution,
    demo="how-many-bins",
)  # fmt: skip
