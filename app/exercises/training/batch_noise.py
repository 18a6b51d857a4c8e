"""Gradient noise and batch size: the 1/√B, the batch that brings it down, and the noise scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.net_probes import gradient_noise
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Noise:
    """Level 1: batch -> other. Level 2: noise at `batch`, wanted at most `target`. Level 3: `batch` rows on each of
    `devices`, `accumulated` times; noise there, and the norm `target` of the true gradient."""

    level: int
    batch: int
    other: int = 0
    noise: float = 0.0
    target: float = 0.0
    devices: int = 1
    accumulated: int = 1

    @property
    def effective(self) -> int:
        return self.batch * self.devices * self.accumulated


def generate(rng: np.random.Generator, level: int) -> Noise:
    batch = int(rng.choice([16, 24, 32, 48, 64, 96, 128]))
    if level == 1:
        return Noise(1, batch, batch * int(rng.choice([2, 3, 4, 5, 6, 8, 9, 10, 16])))
    noise = int(rng.integers(20, 100)) / 10
    if level == 2:
        return Noise(2, batch, noise=noise, target=round(noise / float(rng.uniform(1.5, 5)), 1))
    target = int(rng.integers(5, 40)) / 10
    return Noise(3, batch // 8, 0, noise, target, int(rng.choice([2, 4, 8])), int(rng.choice([2, 4, 8])))


def _unit_noise(batch: int) -> float:
    """The noise at a batch size when that of a single row is 1."""
    return gradient_noise(np.array([[1.0], [-1.0]]), batch)


def answer(p: Noise) -> float:
    if p.level == 1:
        return _unit_noise(p.batch) / _unit_noise(p.other)
    one_row = p.noise / _unit_noise(p.effective)
    exact = (one_row / p.target) ** 2
    return math.ceil(round(exact, 9)) if p.level == 2 else exact


def prompt(p: Noise) -> Text:
    if p.level == 1:
        return text(
            zh=f"batch 从 {p.batch} 加到 {p.other}，梯度噪声的标准差变为原来的 $1/x$，$x$ 是多少？",
            en=f"The batch grows from {p.batch} to {p.other}. By what is the standard deviation of the gradient noise "
            "divided?",
        )
    if p.level == 2:
        return text(
            zh=f"batch {p.batch} 时测得梯度噪声的均方根是 {p.noise:g}。要降到 {p.target:g} 以下，batch 最小取多少？",
            en=f"At batch {p.batch} the gradient noise has root mean square {p.noise:g}. What is the smallest batch "
            f"that brings it to {p.target:g} or less?",
        )
    return text(
        zh=f"{p.devices} 张卡，每卡 {p.batch} 个样本，累积 {p.accumulated} 次再更新。这时梯度噪声的均方根是 "
        f"{p.noise:g}，真实梯度的"
        rf"范数是 {p.target:g}。梯度噪声尺度 $\mathrm{{tr}}\,\Sigma/\lVert G\rVert^2$（噪声等于梯度的 batch 大小）"
        rf"是多少？",
        en=f"{p.devices} devices, {p.batch} rows on each, {p.accumulated} accumulations per update. The gradient noise "
        f"there "
        f"has root mean square {p.noise:g}, the true gradient norm {p.target:g}. What is the gradient noise scale "
        r"$\mathrm{tr}\,\Sigma/\lVert G\rVert^2$ (the batch at which noise equals gradient)?",
    )


def mistakes(p: Noise) -> Sequence[Mistake]:
    if p.level == 1:
        return (
            Mistake("variance", p.other / p.batch,
                    text(zh="这是方差的倍数；标准差要开方。",
                         en="That is the factor of the variance; the standard deviation takes the root.")),
            Mistake("upside-down", math.sqrt(p.batch / p.other),
                    text(zh="噪声变小，所以 $x$ 大于 1。", en="The divisor is asked: it is above 1.")),
            Mistake("no-change", 1.0, text(zh="取平均会让噪声变小。", en="Averaging does reduce the noise.")),
        )  # fmt: skip
    ratio = p.noise / p.target
    if p.level == 2:
        return (
            Mistake("linear", math.ceil(p.batch * ratio),
                    text(zh="噪声按 $1/\\sqrt B$ 降，batch 要按平方加。",
                         en="Noise falls as $1/\\sqrt B$: the batch must grow with the square.")),
            Mistake("square-root", math.ceil(p.batch * math.sqrt(ratio)),
                    text(zh="开方开反了：应当是平方。", en="The root is the wrong way round: square it.")),
            Mistake("rounded-down", math.floor(round(p.batch * ratio**2, 9)),
                    text(zh="向下取整后还差一点；要向上取整。", en="Rounded down it is still too noisy: round up.")),
        )  # fmt: skip
    return (
        Mistake("one-device", p.batch * ratio**2,
                text(zh="batch 是所有卡、所有累积次数的总和。",
                     en="The batch is that of all devices and accumulations.")),
        Mistake("no-accumulation", p.batch * p.devices * ratio**2,
                text(zh="漏了梯度累积。", en="The accumulation is missing.")),
        Mistake("forgot-the-batch", ratio**2,
                text(zh="这是信噪比；要换算回单个样本，乘上 batch。",
                     en="That is the noise-to-signal ratio; multiply by the batch to get back to single rows.")),
        Mistake("forgot-the-square", p.effective * ratio,
                text(zh="噪声与梯度之比要平方：$\\mathrm{tr}\\,\\Sigma$ 是方差。",
                     en="Square the ratio: $\\mathrm{tr}\\,\\Sigma$ is a variance.")),
    )  # fmt: skip


def solution(p: Noise) -> Text:
    if p.level == 1:
        formula = rf"\sqrt{{{p.other}/{p.batch}}} = {answer(p):.4g}"
    elif p.level == 2:
        formula = rf"\lceil {p.batch}\cdot({p.noise:g}/{p.target:g})^2\rceil = {answer(p):.0f}"
    else:
        formula = (
            rf"B\,(\text{{noise}}/\lVert G\rVert)^2 = {p.effective}\cdot({p.noise:g}/{p.target:g})^2 = {answer(p):.4g}"
        )
    return text(
        zh=rf"噪声 $=\sqrt{{\mathrm{{tr}}\,\Sigma/B}}$，所以 ${formula}$。",
        en=rf"The noise is $\sqrt{{\mathrm{{tr}}\,\Sigma/B}}$, hence ${formula}$.",
    )


exercise = Exercise(
    __name__, text(zh="batch 与梯度噪声", en="Batch size and gradient noise"),
    generate, prompt, answer, lambda p: 0.4 if p.level == 2 else 0.005 * answer(p), mistakes, solution,
    demo="training-clinic",
)  # fmt: skip
