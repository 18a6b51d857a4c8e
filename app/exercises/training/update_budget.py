"""Epochs, batches and updates: how many updates a run makes, what a larger batch needs, and its warmed-up rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.optimisers import cosine
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Budget:
    """rows, batch, epochs of a run; `larger`: the batch it is changed to. Level 3: `lr` is the rate at `batch`, warmed
    up over `warmup` epochs to the linearly scaled one; the rate at update `at` (from 0) is asked."""

    level: int
    rows: int
    batch: int
    epochs: int
    larger: int = 0
    lr: float = 0.0
    warmup: int = 0
    at: int = 0


def generate(rng: np.random.Generator, level: int) -> Budget:
    batch, epochs = int(rng.choice([16, 32, 64, 128])), int(rng.integers(3, 31))
    if level == 1:
        return Budget(1, batch * int(rng.integers(20, 200)) + int(rng.integers(1, batch)), batch, epochs)
    larger = batch * int(rng.choice([2, 4, 8, 16]))
    rows = larger * int(rng.integers(10, 80))
    if level == 2:
        return Budget(2, rows, batch, epochs, larger)
    warmup = int(rng.integers(2, 6))
    at = int(rng.integers(2, max(4, int(0.8 * warmup * rows / larger))))
    return Budget(3, rows, batch, epochs, larger, float(rng.choice([0.01, 0.02, 0.05, 0.1])), warmup, at)


def answer(p: Budget) -> float:
    if p.level == 1:
        return float(p.epochs * (p.rows // p.batch))
    if p.level == 2:
        return p.epochs * p.larger / p.batch
    return cosine(p.lr * p.larger / p.batch, 10**9, p.warmup * p.rows // p.larger)(p.at)


def prompt(p: Budget) -> Text:
    if p.level == 1:
        return text(
            zh=f"训练集 {p.rows} 个样本，batch {p.batch}，最后不足一个 batch 的丢掉，训练 {p.epochs} 轮。"
            f"一共更新多少次？",
            en=f"{p.rows} training rows, batch {p.batch}, an incomplete last batch is dropped, {p.epochs} epochs. How "
            f"many "
            "updates in all?",
        )
    if p.level == 2:
        return text(
            zh=f"{p.rows} 个样本，batch {p.batch} 训练 {p.epochs} 轮。batch 换成 {p.larger}，要更新同样多次，"
            f"得训练几轮？",
            en=f"{p.rows} rows, batch {p.batch}, {p.epochs} epochs. With batch {p.larger}, how many epochs make the "
            f"same "
            "number of updates?",
        )
    return text(
        zh=f"batch {p.batch} 时学习率 {p.lr:g} 合适。现在 batch {p.larger}，按线性缩放，并用 {p.warmup} 轮从 0 "
        f"线性预热（{p.rows} 个样本；"
        f"第 $t$ 次更新用目标的 $(t+1)/$预热步数，$t$ 从 0 起）。$t={p.at}$ 时学习率是多少？",
        en=f"Learning rate {p.lr:g} suits batch {p.batch}. Now the batch is {p.larger}: scale linearly, and warm up "
        f"from 0 "
        f"over {p.warmup} epochs of {p.rows} rows (update $t$, counted from 0, uses $(t+1)/$warm-up updates of the "
        f"target). What is the rate at $t={p.at}$?",
    )


def mistakes(p: Budget) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("kept-the-rest", p.epochs * -(-p.rows // p.batch),
                    text(zh="每轮最后的零头丢掉了，不算一次。", en="The incomplete batch of each epoch is dropped.")),
            Mistake("dropped-once", p.epochs * p.rows // p.batch,
                    text(zh="零头每一轮都丢，要先取整再乘轮数。",
                         en="It is dropped every epoch: round first, then multiply.")),
            Mistake("one-epoch", p.rows // p.batch, text(zh="这是一轮的。", en="That is one epoch.")),
        )  # fmt: skip
    times = p.larger / p.batch
    if p.level == 2:
        return (
            Mistake("same-epochs", p.epochs,
                    text(zh=f"轮数不变，更新次数就少了 {times:g} 倍。",
                         en=f"The same epochs make {times:g} times fewer updates.")),
            Mistake("upside-down", p.epochs / times,
                    text(zh="方向反了：batch 大，一轮的更新更少。",
                         en="The wrong way: a large batch updates less per epoch.")),
        )  # fmt: skip
    target, warm = p.lr * times, p.warmup * p.rows // p.larger
    return (
        Mistake("no-warm-up", target, text(zh="这是预热完的学习率。", en="That is the rate after the warm-up.")),
        Mistake("root-scaling", p.lr * times**0.5 * (p.at + 1) / warm,
                text(zh="这是按 $\\sqrt{\\cdot}$ 缩放；题目是线性。",
                     en="That scales with the root; linear is asked.")),
        Mistake("not-scaled", p.lr * (p.at + 1) / warm, text(zh="忘了缩放。", en="The rate was not scaled.")),
        Mistake("old-batch-steps", target * (p.at + 1) / (warm * times),
                text(zh="预热步数要按新的 batch 算：一轮的更新变少了。",
                     en="Count warm-up updates with the new batch: an epoch has fewer.")),
    )  # fmt: skip


def solution(p: Budget) -> Text:
    if p.level == 1:
        formula = rf"{p.epochs}\cdot\lfloor {p.rows}/{p.batch}\rfloor = {answer(p):.0f}"
    elif p.level == 2:
        formula = rf"{p.epochs}\cdot {p.larger}/{p.batch} = {answer(p):g}"
    else:
        warm = p.warmup * p.rows // p.larger
        formula = (
            rf"{p.lr:g}\cdot\tfrac{{{p.larger}}}{{{p.batch}}}\cdot\tfrac{{{p.at + 1}}}{{{warm}}} = {answer(p):.4g}"
        )
    return text(zh=f"${formula}$。", en=f"${formula}$.")


exercise = Exercise(
    __name__, text(zh="轮数、batch 与更新次数", en="Epochs, batches and updates"),
    generate, prompt, answer, lambda p: 0.005 * answer(p) if p.level == 3 else 0.4, mistakes, solution,
    demo="training-clinic",
)  # fmt: skip
