"""Before training: the bias for a prior, and what share of the loss the background has, with and without focus."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.focal_loss import background_share, prior_bias
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Start:
    """All anchors answer π. Level 1: the bias. Level 2: the background's share (%) of cross-entropy. Level 3: of the
    focal loss with γ = 2. ratio: background anchors for one object."""

    level: int
    pi: float
    ratio: int
    alpha: float


def generate(rng: np.random.Generator, level: int) -> Start:
    pi = round(float(rng.integers(5, 100)) / 1000, 3)
    ratio = int(rng.choice([50, 100, 200] if level == 2 else [500, 1000, 2000, 5000]))
    return Start(level, pi, ratio, float(rng.choice([0.25, 0.5])))


def answer(s: Start) -> float:
    if s.level == 1:
        return prior_bias(s.pi)
    rule = (0.0, None) if s.level == 2 else (2.0, s.alpha)
    return 100 * background_share(s.ratio, s.pi, *rule)[0]


def prompt(s: Start) -> Text:
    if s.level == 1:
        return text(
            zh=f"想让检测头一开始对每个锚框都答 $\\pi={s.pi:g}$。最后一层的权重近似 0，偏置应设为多少？（三位小数）",
            en=f"A detection head should answer $\\pi={s.pi:g}$ for every anchor at the start. Its last weights are "
            "about 0: which bias does it need? (three decimals)",
        )
    loss = (
        text(zh="交叉熵", en="cross-entropy")
        if s.level == 2
        else text(
            zh=f"focal loss（$\\gamma=2$，$\\alpha={s.alpha:g}$）", en=f"focal loss ($\\gamma=2$, α = {s.alpha:g})"
        )
    )
    return text(
        zh=f"每个目标配 {s.ratio} 个背景锚框，训练前所有锚框都答 $p={s.pi:g}$，损失用{loss.zh}。"
        f"背景占总损失的百分之几？",
        en=f"There are {s.ratio} background anchors for one object; before training all answer $p={s.pi:g}$. The loss "
        f"is {loss.en}. What percentage of the total loss is background?",
    )


def _percent(background: float, one: float) -> float:
    return 100 * background / (background + one)


def mistakes(s: Start) -> Sequence[Mistake]:
    p, n = s.pi, s.ratio
    if s.level == 1:
        return (
            Mistake("wrong-sign", -answer(s), text(
                zh="符号反了：$\\sigma$ 会给出 $1-\\pi$。", en="The sign is wrong: σ gives $1-\\pi$.")),
            Mistake("log-of-pi", math.log(p), text(
                zh="那是 $\\ln\\pi$，不是 logit：少了 $-\\ln(1-\\pi)$。",
                en="That is $\\ln\\pi$, not the logit: $-\\ln(1-\\pi)$ is missing.")),
            Mistake("log-of-ten", answer(s) / math.log(10), text(
                zh="sigmoid 的反函数用自然对数。", en="The inverse of the sigmoid takes natural logs.")),
        )  # fmt: skip
    easy, hard = -math.log1p(-p), -math.log(p)
    by_number = Mistake("by-number", _percent(n, 1), text(
        zh="这是数量的份额，也是 $p=0.5$ 时的答案。",
        en="That is its share by number, right for $p=0.5$."))  # fmt: skip
    swapped = Mistake("swapped-logs", _percent(n * hard, easy), text(
        zh="两类的 $p_t$ 弄反了：背景的损失是 $-\\ln(1-\\pi)$。",
        en="The two p_t are swapped: a background anchor pays $-\\ln(1-\\pi)$."))  # fmt: skip
    if s.level == 2:
        return (by_number, swapped)
    return (
        by_number,
        swapped,
        Mistake("no-focus", _percent(n * easy, hard), text(
            zh="这是交叉熵的份额，没有乘 $(1-p_t)^\\gamma$。",
            en="That is cross-entropy's share: the factor $(1-p_t)^\\gamma$ is missing.")),
        Mistake("alpha-swapped", _percent(n * s.alpha * p**2 * easy, (1 - s.alpha) * (1 - p) ** 2 * hard), text(
            zh="$\\alpha$ 是目标的权重，背景的是 $1-\\alpha$。", en="α weighs the objects; background gets 1 − α.")),
    )  # fmt: skip


def solution(s: Start) -> Text:
    if s.level == 1:
        line = rf"$b=-\ln\frac{{1-\pi}}{{\pi}}=-\ln {(1 - s.pi) / s.pi:.4g}={answer(s):.4f}$"
        return text(zh=line + "。", en=line + ".")
    easy, hard = -math.log1p(-s.pi), -math.log(s.pi)
    if s.level == 3:
        easy, hard = (1 - s.alpha) * s.pi**2 * easy, s.alpha * (1 - s.pi) ** 2 * hard
    one, other = _tex(easy), _tex(hard)
    line = rf"$\frac{{{s.ratio}\cdot {one}}}{{{s.ratio}\cdot {one}+{other}}}={answer(s):.3g}\%$"
    return text(
        zh=f"每个背景 ${one}$，每个目标 ${other}$：{line}。",
        en=f"${one}$ for a background anchor, ${other}$ for the object: {line}.",
    )


def _tex(value: float) -> str:
    """0.0683, or 5.317·10⁻⁵ as TeX."""
    if value >= 1e-3:
        return f"{value:.4g}"
    mantissa, power = f"{value:.3e}".split("e")
    return rf"{mantissa}\cdot10^{{{int(power)}}}"


exercise = Exercise(
    __name__, text(zh="训练前背景占多少损失", en="The background's share before training"),
    generate, prompt, answer, lambda s: 0.005 if s.level == 1 else 0.01 * answer(s), mistakes, solution,
    demo="who-owns-the-gradient",
)  # fmt: skip
