"""Estimates from few counts: Laplace smoothing, the MAP under a Dirichlet prior, a naive Bayes posterior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import Array
from app.core.naive_bayes import NaiveBayes, log_joint, most_probable, posterior, smoothed
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Counts:
    """Level 1, 2: how often each value was seen, and Dirichlet's α. Level 3: examples of the two classes (negative,
    positive), and in how many of each the two words occur."""

    level: int
    seen: tuple[int, ...]
    alpha: float = 1.0
    words: tuple[tuple[int, int], ...] = ()


def generate(rng: np.random.Generator, level: int) -> Counts:
    if level == 1:
        seen = (int(rng.integers(0, 2)), *(int(v) for v in rng.integers(1, 9, int(rng.integers(2, 5)))))
        return Counts(1, seen)
    if level == 2:
        seen = tuple(int(v) for v in rng.integers(1, 9, int(rng.integers(2, 5))))
        return Counts(2, (int(rng.integers(0, 3)), *seen), float(rng.choice([1.5, 2.0, 3.0])))
    low, high = (int(v) for v in rng.integers(4, 13, 2))
    first = (int(rng.integers(1, low)), int(rng.integers(1, high)))
    return Counts(3, (low, high), 1.0, (first, (int(rng.integers(1, low)), 0)))


def model(p: Counts, extra: float) -> NaiveBayes:
    sizes = np.array(p.seen)

    def table(having: tuple[int, int]) -> Array:
        return smoothed(np.column_stack([sizes - having, np.array(having)]), extra)

    return NaiveBayes(smoothed(sizes, extra), tuple(table(having) for having in p.words))


def joint(p: Counts, extra: float) -> Array:
    """P(y) ∏ P(word | y) for a text with both words, negative and positive class."""
    return np.asarray(np.exp(log_joint(model(p, extra), np.ones((1, 2), dtype=int)))[0])


def answer(p: Counts) -> float:
    if p.level == 3:
        return float(posterior(np.log(joint(p, 1.0))[None])[0, 1])
    seen = np.array(p.seen)
    return float((smoothed(seen, 1.0) if p.level == 1 else most_probable(seen, p.alpha))[0])


def prompt(p: Counts) -> Text:
    if p.level == 3:
        (low, high), (one, two) = p.seen, p.words
        return text(
            zh=f"训练集有 {high} 封垃圾邮件、{low} 封正常邮件。词 A 出现在 {one[1]} 封垃圾、{one[0]} "
            f"封正常邮件里；词 B 出现在 "
            f"{two[1]} 封垃圾、{two[0]} 封正常邮件里。朴素贝叶斯（特征是词出现与否，类别与特征都用 λ = 1 平滑）："
            "一封同时含 A、B 的邮件是垃圾的概率？",
            en=f"Training data: {high} spam and {low} normal mails. Word A is in {one[1]} spam and {one[0]} "
            f"normal mails, "
            f"word B in {two[1]} spam and {two[0]} normal ones. Naive Bayes on word present or absent, classes "
            f"and words "
            "smoothed with λ = 1: how likely is a mail with both A and B to be spam?",
        )
    listed, total = "、".join(map(str, p.seen)), sum(p.seen)
    if p.level == 1:
        return text(
            zh=f"一个特征有 {len(p.seen)} 种取值，在某一类的 {total} 个样本里各出现 {listed} 次。"
            f"用拉普拉斯平滑（λ = 1），"
            "第一种取值的概率估计是多少？",
            en=f"A feature has {len(p.seen)} values, seen {', '.join(map(str, p.seen))} times in the {total} "
            f"examples of "
            "a class. With Laplace smoothing (λ = 1), what is the estimate for the first value?",
        )
    return text(
        zh=f"{len(p.seen)} 种取值，各出现 {listed} 次；先验是 Dirichlet(α, …, α)，α = {p.alpha:g}。"
        "第一种取值概率的 **MAP** 估计（后验众数）是多少？",
        en=f"{len(p.seen)} values, seen {', '.join(map(str, p.seen))} times; the prior is Dirichlet(α, …, α) with α = "
        f"{p.alpha:g}. What is the **MAP** estimate (the posterior's mode) for the first value?",
    )


def mistakes(p: Counts) -> Sequence[Mistake]:
    if p.level == 3:
        plain, full = joint(p, 0.0), joint(p, 1.0)
        tables = model(p, 1.0).tables
        likely = np.array([tables[0][c, 1] * tables[1][c, 1] for c in (0, 1)])
        return (
            Mistake("no-smoothing", float(plain[1] / plain.sum()),
                    text(zh="没有平滑：词 B 在垃圾里的 0 次否决了一切。",
                         en="Not smoothed: the 0 of word B among the spam vetoes everything.")),
            Mistake("not-normalised", float(full[1]),
                    text(zh="这只是分子；除以两类分子之和。",
                         en="That is the numerator; divide by both classes' sum.")),
            Mistake("forgot-the-prior", float(likely[1] / likely.sum()),
                    text(zh="还要乘类别的先验 P(y)。", en="The prior P(y) of the classes is missing.")),
        )  # fmt: skip
    c, n, s = p.seen[0], sum(p.seen), len(p.seen)
    mle = Mistake("maximum-likelihood", c / n,
                  text(zh="这是频率，即极大似然。", en="That is the frequency: maximum likelihood."))  # fmt: skip
    if p.level == 2:
        return (
            mle,
            Mistake("posterior-mean", (c + p.alpha) / (n + s * p.alpha),
                    text(zh="这是后验均值。众数要减 1：$(n_s+\\alpha-1)/(N+S(\\alpha-1))$。",
                         en="That is the posterior mean. The mode subtracts 1: $(n_s+\\alpha-1)/(N+S(\\alpha-1))$.")),
            Mistake("laplace", (c + 1) / (n + s),
                    text(zh="那是 α = 2 的 MAP，或 α = 1 的均值。",
                         en="That is MAP for α = 2, or the mean for α = 1.")),
        )  # fmt: skip
    return (
        mle,
        Mistake("denominator-only", c / (n + s),
                text(zh="分子也要加 λ：否则 0 还是 0，和也不是 1。",
                     en="Add λ above too: otherwise 0 stays 0 and the sum is not 1.")),
        Mistake("one-below", (c + 1) / (n + 1),
                text(zh="分母加的是 Sλ：每种取值各加一次。", en="Below goes Sλ: every value is seen once more.")),
        Mistake("numerator-only", (c + 1) / n,
                text(zh="分母也要加 Sλ，否则和大于 1。", en="Add Sλ below too, or the sum is above 1.")),
    )  # fmt: skip


def solution(p: Counts) -> Text:
    if p.level == 3:
        low, high = joint(p, 1.0)
        (ham, spam), (one, two) = p.seen, p.words
        total = ham + spam + 2
        above, below = (
            rf"\frac{{{size + 1}}}{{{total}}}\cdot\frac{{{a + 1}}}{{{size + 2}}}\cdot\frac{{{b + 1}}}{{{size + 2}}}"
            for size, a, b in ((spam, one[1], two[1]), (ham, one[0], two[0]))
        )
        return text(
            zh=rf"垃圾：${above}={high:.4g}$；正常：${below}={low:.4g}$；归一化得 {answer(p):.4g}。",
            en=rf"Spam: ${above}={high:.4g}$; normal: ${below}={low:.4g}$; normalised: {answer(p):.4g}.",
        )
    extra = 1.0 if p.level == 1 else p.alpha - 1
    form = rf"\frac{{{p.seen[0]}+{extra:g}}}{{{sum(p.seen)}+{len(p.seen)}\cdot{extra:g}}}={answer(p):.4g}"
    if p.level == 1:
        return text(zh=rf"$(n_s+\lambda)/(N+S\lambda)={form}$。", en=rf"$(n_s+\lambda)/(N+S\lambda)={form}$.")
    return text(zh=rf"$(n_s+\alpha-1)/(N+S(\alpha-1))={form}$。", en=rf"$(n_s+\alpha-1)/(N+S(\alpha-1))={form}$.")


exercise = Exercise(
    __name__, text(zh="从少量计数估计概率", en="Probabilities from few counts"),
    generate, prompt, answer, lambda p: 0.01 * answer(p), mistakes, solution, demo="posterior-machine",
)  # fmt: skip
