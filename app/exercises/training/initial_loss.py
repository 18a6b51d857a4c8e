"""The loss before training: ln K, the entropy of the class shares, and what a summed loss shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.losses import softmax_cross_entropy
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Untrained:
    """Level 1: `classes` balanced ones. Level 2: class shares in per cent. Level 3: a vocabulary of `classes` words,
    `tokens` a sequence, `sequences` a batch."""

    level: int
    classes: int
    shares: tuple[int, ...] = ()
    tokens: int = 1
    sequences: int = 1


def generate(rng: np.random.Generator, level: int) -> Untrained:
    if level == 1:
        return Untrained(1, int(rng.choice([3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 37, 50, 100, 200, 365, 1000])))
    if level == 2:
        count = int(rng.integers(2, 5))
        while True:
            cuts = np.sort(rng.choice(np.arange(1, 20), count - 1, replace=False)) * 5
            shares = np.diff(np.concatenate([[0], cuts, [100]]))
            if shares.max() >= 1.5 * 100 / count:
                return Untrained(2, count, tuple(int(s) for s in sorted(shares)[::-1]))
    vocabulary = int(rng.choice([256, 1000, 8000, 16000, 32000, 50257]))
    return Untrained(3, vocabulary, (), int(rng.choice([16, 32, 64, 128, 256])), int(rng.choice([4, 8, 16, 32])))


def answer(p: Untrained) -> float:
    if p.level == 2:
        logits = np.log(np.array([p.shares], dtype=float) / 100)  # the best a constant answer can be
        losses = [softmax_cross_entropy(logits, np.array([k]))[0] for k in range(p.classes)]
        return float(np.dot(losses, p.shares) / 100)
    return p.tokens * softmax_cross_entropy(np.zeros((1, p.classes)), np.array([0]))[0]


def prompt(p: Untrained) -> Text:
    if p.level == 1:
        return text(
            zh=f"{p.classes} 类分类，类别均衡，softmax 加交叉熵。网络还没训练、logits 接近 0，loss 应当是多少（nat）？",
            en=f"A balanced classifier with {p.classes} classes, softmax and cross-entropy. Before training, logits "
            f"near 0:"
            " what should the loss be, in nats?",
        )
    if p.level == 2:
        shares = [f"{s}%" for s in p.shares]
        return text(
            zh=f"{p.classes} 个类别分别占 {'、'.join(shares)}。隐藏层坏了，只有最后的偏置在学。"
            f"交叉熵最低能降到多少（nat）？",
            en=f"{p.classes} classes make up {', '.join(shares)} of the data. The hidden layers are broken: only the "
            f"last "
            "bias learns. What is the lowest cross-entropy it can reach, in nats?",
        )
    return text(
        zh=f"语言模型，词表 {p.classes}，每条序列 {p.tokens} 个 token，batch 是 {p.sequences} 条。loss 对一条序列内的 "
        f"token "
        "求和，再对 batch 取平均。训练前日志上的 loss 应当约是多少（nat）？",
        en=f"A language model: {p.classes} words, {p.tokens} tokens a sequence, {p.sequences} sequences a batch. The "
        f"loss is "
        "summed over the tokens of a sequence and averaged over the batch. What should the log show before training, "
        "in nats?",
    )


def mistakes(p: Untrained) -> Sequence[Mistake]:
    bits = Mistake("in-bits", answer(p) / math.log(2),
                   text(zh="这是以 2 为底（比特）；交叉熵用自然对数。",
                        en="That is in bits, to base 2; cross-entropy uses the natural logarithm."))  # fmt: skip
    if p.level == 1:
        return (
            bits,
            Mistake("base-ten", math.log10(p.classes),
                    text(zh="用了常用对数；应当用自然对数。", en="That is log10; take the natural logarithm.")),
            Mistake("error-rate", 1 - 1 / p.classes,
                    text(zh="这是瞎猜的错误率，不是交叉熵。",
                         en="That is the error rate of guessing, not the cross-entropy.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            bits,
            Mistake("uniform-guess", math.log(p.classes),
                    text(zh="这是均匀地猜；偏置会学到各类的占比。",
                         en="That is a uniform guess; the bias learns the class shares.")),
            Mistake("only-the-largest", -math.log(p.shares[0] / 100),
                    text(zh="只算了最大的一类；要对所有类按占比加权。",
                         en="That counts the largest class only: weight all classes by their share.")),
        )  # fmt: skip
    return (
        bits,
        Mistake("mean-over-tokens", math.log(p.classes),
                text(zh="token 之间是求和，不是平均。", en="Tokens are summed here, not averaged.")),
        Mistake("summed-over-the-batch", p.sequences * answer(p),
                text(zh="batch 之间是平均，不再乘序列条数。", en="The batch is averaged: do not multiply by it.")),
    )  # fmt: skip


def solution(p: Untrained) -> Text:
    if p.level == 2:
        terms = "+".join(rf"{s / 100:g}\ln\tfrac{{1}}{{{s / 100:g}}}" for s in p.shares)
        return text(
            zh=f"占比的熵：${terms} = {answer(p):.4f}$。", en=f"The entropy of the shares: ${terms} = {answer(p):.4f}$."
        )
    formula = rf"\ln {p.classes}" if p.level == 1 else rf"{p.tokens}\cdot\ln {p.classes}"
    return text(
        zh=f"每类的概率都是 $1/K$，所以是 ${formula} = {answer(p):.4f}$。",
        en=f"Every class has probability $1/K$, hence ${formula} = {answer(p):.4f}$.",
    )


exercise = Exercise(
    __name__, text(zh="训练前的 loss", en="The loss before training"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution, unit="nat", demo="training-clinic",
)  # fmt: skip
