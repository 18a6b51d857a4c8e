"""Running statistics: the mean after some batches, the variance after one, and the output at inference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import Array
from app.core.batch_norm import batch_norm_inference, update_running
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Running:
    """Batches of one feature, all alike: x, seen `updates` times with momentum m from (0, 1). query: for level 3."""

    level: int
    x: tuple[float, ...]
    updates: int
    momentum: float
    query: float


def generate(rng: np.random.Generator, level: int) -> Running:
    size = {1: 4, 2: 4, 3: 3}[level]
    while True:
        x = tuple(float(v) for v in rng.integers(1, 13, size))
        if np.std(x) > 1.2:
            updates = int(rng.integers(3, 31)) if level == 1 else 1 if level == 2 else int(rng.integers(2, 6))
            momentum = 0.1 if level == 1 else float(rng.choice([0.1, 0.2, 0.3]))
            return Running(level, x, updates, momentum, float(rng.integers(14, 21)))


def statistics(r: Running) -> tuple[float, float]:
    mean: Array = np.zeros(1)
    variance: Array = np.ones(1)
    for _ in range(r.updates):
        mean, variance = update_running(mean, variance, np.array(r.x)[:, None], r.momentum)
    return mean.item(), variance.item()


def output(query: float, mean: float, variance: float) -> float:
    one = np.ones(1)
    return batch_norm_inference(np.array([[query]]), one, 0 * one, mean * one, variance * one, eps=0.0).item()


def answer(r: Running) -> float:
    mean, variance = statistics(r)
    return (mean, variance, output(r.query, mean, variance))[r.level - 1]


def prompt(r: Running) -> Text:
    listed = ", ".join(f"{v:g}" for v in r.x)
    start = text(
        zh=f"BN 的滑动均值从 0、滑动方差从 1 开始，$m={r.momentum:g}$（PyTorch 的记法：新一批占 $m$）。",
        en=f"BN's running mean starts at 0, its running variance at 1, $m={r.momentum:g}$ (PyTorch's notation: the new "
        "batch has weight $m$). ",
    )
    if r.level == 1:
        return text(
            zh=f"{start.zh}每一批的均值都是 {np.mean(r.x):g}。{r.updates} 批之后，滑动均值是多少？",
            en=f"{start.en}Every batch has the mean {np.mean(r.x):g}. What is the running mean after {r.updates} "
            "batches?",
        )
    if r.level == 2:
        return text(
            zh=f"{start.zh}第一批是 {listed}。更新之后滑动方差是多少？",
            en=f"{start.en}The first batch is {listed}. What is the running variance after it?",
        )
    return text(
        zh=f"{start.zh}连续 {r.updates} 批都是 {listed}。"
        f"推理时输入 {r.query:g}，输出是多少？（$\\gamma=1,\\beta=0$，忽略 $\\epsilon$）",
        en=f"{start.en}{r.updates} batches in a row are {listed}. What is the output for an input of {r.query:g} at "
        "inference? ($\\gamma=1$, $\\beta=0$, neglect $\\epsilon$)",
    )  # fmt: skip


def mistakes(r: Running) -> Sequence[Mistake]:
    mean, biased, unbiased = float(np.mean(r.x)), float(np.var(r.x)), float(np.var(r.x, ddof=1))
    kept = (1 - r.momentum) ** r.updates
    swapped = text(
        zh="$m$ 和 $1-m$ 用反了：PyTorch 的 momentum 是新一批的权重。",
        en="$m$ and $1-m$ are swapped: PyTorch's momentum is the weight of the new batch.",
    )
    wrong_divisor = text(
        zh="滑动方差记的是无偏方差（除以 $B-1$）。", en="The running variance records the unbiased one (divisor $B-1$)."
    )
    if r.level == 1:
        return (
            Mistake("swapped", mean * (1 - r.momentum**r.updates), swapped),
            Mistake("one-batch", mean * r.momentum, text(zh="这是一批之后。", en="That is after one batch.")),
            Mistake("settled", mean, text(
                zh=f"还没收敛：初值 0 仍占 {kept:.1%}。", en=f"Not settled: the initial 0 still counts {kept:.1%}.")),
        )  # fmt: skip
    if r.level == 2:
        return (
            Mistake("biased", kept + biased * (1 - kept), wrong_divisor),
            Mistake("swapped", r.momentum + unbiased * (1 - r.momentum), swapped),
            Mistake("from-zero", r.momentum * unbiased, text(
                zh="滑动方差的初值是 1，不是 0。", en="The running variance starts at 1, not 0.")),
        )  # fmt: skip
    running_mean, variance = statistics(r)
    return (
        Mistake("biased", output(r.query, running_mean, kept + biased * (1 - kept)), wrong_divisor),
        Mistake("own-batch", (r.query - mean) / math.sqrt(biased), text(
            zh="这用了那一批自己的统计；推理用滑动统计，它们还没收敛。",
            en="That is with the batch's own statistics; inference uses the running ones, which have not settled.")),
        Mistake("by-variance", (r.query - running_mean) / variance, text(
            zh="除以标准差，不是方差。", en="Divide by the standard deviation, not the variance.")),
    )  # fmt: skip


def solution(r: Running) -> Text:
    mean, variance = statistics(r)
    kept, unbiased = (1 - r.momentum) ** r.updates, float(np.var(r.x, ddof=1))
    decay = rf"{1 - r.momentum:g}^{{{r.updates}}}={kept:.4f}"
    first = rf"{np.mean(r.x):.4g}\,(1-{decay.split('=')[0]})={mean:.4f}"
    second = rf"{kept:.4f}\cdot1+{1 - kept:.4f}\cdot{unbiased:.4f}={variance:.4f}"
    shown = (first, second, rf"{decay},\ \mu={mean:.4f},\ \sigma^2={second},\ "
             rf"({r.query:g}-{mean:.4f})/\sqrt{{{variance:.4f}}}={answer(r):.4f}")[r.level - 1]  # fmt: skip
    return text(zh=f"${shown}$。", en=f"${shown}$.")


exercise = Exercise(
    __name__, text(zh="BN 的滑动统计", en="Batch norm's running statistics"),
    generate, prompt, answer, lambda r: max(0.003 * abs(answer(r)), 0.002), mistakes, solution,
    demo="batch-norm-stress",
)  # fmt: skip
