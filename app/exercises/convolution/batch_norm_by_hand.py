"""Batch normalisation by hand: x̂ of one sample, then one entry of ∂L/∂x, then with γ and a full gradient."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.batch_norm import batch_norm, batch_norm_backward
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Batch:
    """One feature over a batch (ε = 0): inputs x, gradient g = ∂L/∂y, scale γ; asked about one sample (from 0)."""

    level: int
    x: tuple[float, ...]
    g: tuple[float, ...]
    gamma: float
    asked: int


def generate(rng: np.random.Generator, level: int) -> Batch:
    while True:
        x = tuple(float(v) for v in rng.integers(-3, 8, 4))
        asked = int(rng.integers(4))
        g = (
            tuple(float(v) for v in rng.integers(-2, 4, 4))
            if level == 3
            else tuple(np.eye(4)[rng.integers(4)].tolist())
        )
        batch = Batch(level, x, g, float(rng.choice([0.5, 1.5, 2.0, -1.0])) if level == 3 else 1.0, asked)
        known = np.std(x) > 0.9 and x[asked] != np.mean(x)
        if known and (level == 1 or (abs(answer(batch)) > 0.05 and any(g))):
            return batch


def passed(b: Batch) -> tuple[np.ndarray, np.ndarray, float]:
    """x̂, ∂L/∂x and the standard deviation."""
    one = np.array([b.gamma])
    _, x_hat, std = batch_norm(np.array(b.x)[:, None], one, np.zeros(1), eps=0.0)
    return x_hat.ravel(), batch_norm_backward(np.array(b.g)[:, None], x_hat, std, one)[0].ravel(), std.item()


def answer(b: Batch) -> float:
    x_hat, d_x, _ = passed(b)
    return float((x_hat if b.level == 1 else d_x)[b.asked])


def prompt(b: Batch) -> Text:
    listed = ", ".join(f"{v:g}" for v in b.x)
    if b.level == 1:
        return text(
            zh=f"训练时，一个特征在一批 4 个样本上的值是 {listed}。"
            f"第 {b.asked + 1} 个样本的 $\\hat x$ 是多少？（忽略 $\\epsilon$）",
            en=f"In training a feature has the values {listed} in a batch of 4. What is $\\hat x$ of sample "
            f"{b.asked + 1}? (neglect $\\epsilon$)",
        )  # fmt: skip
    arriving = ", ".join(f"{v:g}" for v in b.g)
    return text(
        zh=f"一个特征在一批 4 个样本上的值是 {listed}，$\\gamma={b.gamma:g}$，传来的 $\\partial L/\\partial y$ 是 "
        f"({arriving})。$\\partial L/\\partial x_{b.asked + 1}$ 是多少？（训练模式，忽略 $\\epsilon$）",
        en=f"A feature has the values {listed} in a batch of 4, $\\gamma={b.gamma:g}$, and $\\partial L/\\partial y$ "
        f"is ({arriving}). What is $\\partial L/\\partial x_{b.asked + 1}$? (training mode, neglect $\\epsilon$)",
    )


def mistakes(b: Batch) -> Sequence[Mistake]:
    x_hat, d_x, std = passed(b)
    centred = b.x[b.asked] - float(np.mean(b.x))
    if b.level == 1:
        return (
            Mistake("unbiased", centred / float(np.std(b.x, ddof=1)), text(
                zh="训练的前向除以 $B$，无偏方差只用于滑动统计。",
                en="The pass in training divides by $B$; the unbiased variance is for the running statistics.")),
            Mistake("by-variance", centred / std**2, text(
                zh="要开方：除以标准差。", en="Take the root: divide by the standard deviation.")),
            Mistake("no-mean", b.x[b.asked] / std, text(zh="忘了减均值。", en="The mean was not subtracted.")),
        )  # fmt: skip
    g = np.array(b.g)
    frozen, one_part = b.gamma * g / std, b.gamma * (g - g.mean()) / std
    return (
        Mistake("constants", float(frozen[b.asked]), text(
            zh="把均值和方差当成了常数；它们也依赖 x。", en="Mean and variance were held constant; they depend on x.")),
        Mistake("mean-only", float(one_part[b.asked]), text(
            zh=r"只减了 $\bar g$，还要减 $\hat x_i\,\overline{g\hat x}$（方差那一路）。",
            en=r"Only $\bar g$ was taken out; $\hat x_i\,\overline{g\hat x}$, by way of the variance, is missing.")),
        Mistake("summed", float((b.gamma * (g - g.mean() - x_hat * (g * x_hat).sum()) / std)[b.asked]), text(
            zh=r"$\overline{g\hat x}$ 是平均，不是求和。", en=r"$\overline{g\hat x}$ is a mean, not a sum.")),
        Mistake("not-divided", float(d_x[b.asked]) * std, text(
            zh="漏了最后除以标准差。", en="The division by the standard deviation is missing.")),
    )  # fmt: skip


def solution(b: Batch) -> Text:
    x_hat, _, std = passed(b)
    hat = x_hat[b.asked]
    start = rf"\mu={np.mean(b.x):g},\ \sigma=\sqrt{{{np.var(b.x):g}}}={std:.4f},\ \hat x={hat:.4f}"
    if b.level == 1:
        return text(zh=f"${start}$。", en=f"${start}$.")
    g = np.array(b.g)
    along, own = float((g * x_hat).mean()), b.g[b.asked]
    shown = (rf"\bar g={g.mean():g},\ \overline{{g\hat x}}={along:.4f},\ \frac{{{b.gamma:g}}}{{{std:.4f}}}"
             rf"\big({own:g}-({g.mean():g})-({hat:.4f})({along:.4f})\big)={answer(b):.4f}")  # fmt: skip
    return text(zh=f"${start}$；${shown}$。", en=f"${start}$; ${shown}$.")


exercise = Exercise(
    __name__, text(zh="手算 BN 的正向与反向", en="Batch norm forwards and backwards by hand"),
    generate, prompt, answer, lambda b: max(0.004 * math.fabs(answer(b)), 0.002), mistakes, solution,
    demo="batch-norm-stress",
)  # fmt: skip
