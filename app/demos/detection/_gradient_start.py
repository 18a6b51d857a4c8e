"""The first tab of who_owns_the_gradient.py: before training, when every anchor answers the same."""

import math
from collections.abc import Mapping

import numpy as np

from app.core.activations import Array
from app.core.focal_loss import background_share, focal_answer, focal_loss, prior_bias
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Text, View, same, text

RIGHT = np.concatenate([np.linspace(0.01, 0.95, 95), np.linspace(0.955, 0.995, 9)])
"""The p_t at which losses are drawn."""
TRUE = np.linspace(0.02, 0.98, 49)


def start(ratio: float, pi: float, gamma: float, alpha: float) -> Result:
    """Shares in closed form, the loss by p_t, and the probability it asks for."""
    rules = {
        "ce_half": (0.5, 0.0, None),
        "ce_prior": (pi, 0.0, None),
        "alpha_prior": (pi, 0.0, alpha),
        "focal_prior": (pi, gamma, alpha),
        "focal_half": (0.5, gamma, alpha),
    }
    found = {name: background_share(ratio, *rule) for name, rule in rules.items()}
    one = np.ones(1)
    answer = focal_answer(TRUE, gamma)
    scalars = {
        **{f"share_{name}": values[0] for name, values in found.items()},
        **{f"pull_{name}": values[1] for name, values in found.items()},
        **{f"first_{name}": values[2] for name, values in found.items()},
        "bias": prior_bias(pi),
        "cheaper": math.log(2) / -math.log1p(-pi),
        "factor_90": 0.1**-gamma,
        "factor_968": 0.032**-gamma,
        "factor_50": 0.5**-gamma,
        "focal_at_90": focal_loss(one * math.log(9), one, gamma, None)[0].item(),
        "answer_90": focal_answer(0.9 * one, gamma).item(),
        "answer_60": focal_answer(0.6 * one, gamma).item(),
    }
    return Result(
        views=(_shares(scalars, ratio, pi, alpha, gamma), _losses(scalars, gamma), _answers(scalars, answer, gamma)),
        scalars=scalars,
        notes=_notes(scalars, ratio, pi, gamma),
        checks=_checks(found, rules, ratio, answer, gamma),
    )


def _shares(s: Mapping[str, float], ratio: float, pi: float, alpha: float, gamma: float) -> View:
    names = ("ce_half", "ce_prior", "alpha_prior", "focal_prior", "focal_half")
    return Bars(
        id="shares", title=text(zh="训练前，背景占多少？", en="Before training: what is the background's share?"),
        description=text(
            zh=f"每个目标配 {ratio:g} 个背景。全答 0.5 时背景占损失的 {s['share_ce_half']:.2%}；从 π={pi:g} 出发再用 "
            f"focal loss，占 {s['share_focal_prior']:.2%}。",
            en=f"{ratio:g} background anchors an object. All answering 0.5, the background has "
            f"{s['share_ce_half']:.2%} of the loss; focal loss from π={pi:g} leaves it {s['share_focal_prior']:.2%}."),
        categories=[
            text(zh="CE，p=0.5", en="CE, p=0.5"), text(zh=f"CE，p={pi:g}", en=f"CE, p={pi:g}"),
            text(zh=f"α={alpha:g} 加权 CE，p={pi:g}", en=f"CE with α={alpha:g}, p={pi:g}"),
            text(zh=f"focal γ={gamma:g}，p={pi:g}", en=f"focal γ={gamma:g}, p={pi:g}"),
            text(zh=f"focal γ={gamma:g}，p=0.5", en=f"focal γ={gamma:g}, p=0.5"),
        ],
        series=[
            BarSeries("loss", text(zh="占损失", en="of the loss"), np.array([s[f"share_{n}"] for n in names])),
            BarSeries("gradient", text(zh="占梯度 Σ|∂L/∂z|", en="of the gradient Σ|∂L/∂z|"),
                      np.array([s[f"pull_{n}"] for n in names])),
        ],
        x=Axis(text(zh="损失与初始概率", en="loss and initial probability")),
        y=Axis(text(zh="背景的份额", en="background's share"), range=(0, 1)),
    )  # fmt: skip


def _losses(s: Mapping[str, float], gamma: float) -> View:
    z, y = np.log(RIGHT / (1 - RIGHT)), np.ones(len(RIGHT))
    typed = -((1 - RIGHT) ** gamma) * np.log(RIGHT)
    return Lines(
        id="losses", title=text(zh="一个锚框的损失（不含 α）", en="Loss of one anchor (without α)"),
        description=text(
            zh=f"p_t=0.9 时 focal loss 是交叉熵的 1/{s['factor_90']:,.6g}，p_t=0.5 时是 1/{s['factor_50']:.4g}。",
            en=f"At p_t=0.9 the focal loss is cross-entropy over {s['factor_90']:,.6g}; at 0.5, over "
            f"{s['factor_50']:.4g}."),
        series=[
            Series("ce", text(zh="交叉熵", en="cross-entropy"), RIGHT, focal_loss(z, y, 0.0, None)[0]),
            Series("focal", same(f"focal, γ={gamma:g}"), RIGHT, focal_loss(z, y, gamma, None)[0]),
            Series("theory", text(zh="公式直接代入", en="the formula as printed"), RIGHT[::8], typed[::8], "reference",
                   "points"),
        ],
        x=Axis(text(zh="真实类别的概率 p_t", en="probability of the true class, p_t"), range=(0, 1)),
        y=Axis(text(zh="损失", en="loss"), unit="nat", log=True, range=(1e-8, 10)),
        marks=[Mark(0.5, same("p_t = 0.5"), axis="x")],
    )  # fmt: skip


def _answers(s: Mapping[str, float], answer: Array, gamma: float) -> View:
    return Lines(
        id="answers", title=text(zh="损失最小时网络答多少？", en="Which probability makes the loss smallest?"),
        description=text(
            zh=f"真实比例 0.9 的一群锚框，γ={gamma:g} 的最优回答是 {s['answer_90']:.3f}；0.6 的是 "
            f"{s['answer_60']:.3f}。",
            en=f"For anchors that are objects 9 times in 10 the best answer at γ={gamma:g} is {s['answer_90']:.3f}; "
            f"for 6 in 10, {s['answer_60']:.3f}."),
        series=[
            Series("ce", text(zh="γ=0：如实回答", en="γ=0: honest"), TRUE, TRUE, "muted"),
            Series("focal", same(f"focal, γ={gamma:g}"), TRUE, answer),
            Series("theory", text(zh="逐点穷举", en="exhaustive search"), TRUE[::4], _searched(gamma), "reference",
                   "points"),
        ],
        x=Axis(text(zh="真实的目标比例", en="true share of objects"), range=(0, 1)),
        y=Axis(text(zh="最优回答 p", en="best answer p"), range=(0, 1)), equal=True,
    )  # fmt: skip


def _searched(gamma: float) -> Array:
    """The best of 9999 probabilities, for every fourth of TRUE."""
    p = np.arange(1, 10_000) / 10_000
    positive, negative = (1 - p) ** gamma * np.log(p), p**gamma * np.log1p(-p)
    return np.array([p[np.argmax(q * positive + (1 - q) * negative)] for q in TRUE[::4]])


def _checks(
    found: Mapping[str, tuple[float, float, float]], rules: Mapping[str, tuple[float, float, float | None]],
    ratio: float, answer: Array, gamma: float,
) -> tuple[Check, ...]:  # fmt: skip
    by_hand = []
    for p, g, a in rules.values():
        weight = (1.0, 1.0) if a is None else (a, 1 - a)
        positive, negative = -weight[0] * (1 - p) ** g * math.log(p), -ratio * weight[1] * p**g * math.log(1 - p)
        by_hand.append(negative / (negative + positive))
    z, step = np.linspace(-6, 6, 49), 1e-5
    worst = 0.0
    for label in (np.ones(49), np.zeros(49)):
        up, down = (focal_loss(z + move, label, gamma, 0.25)[0] for move in (step, -step))
        worst = max(worst, float(np.abs((up - down) / (2 * step) - focal_loss(z, label, gamma, 0.25)[1]).max()))
    shares = max(abs(values[0] - hand) for values, hand in zip(found.values(), by_hand, strict=True))
    return (
        Check(text(zh="背景份额，与公式代入", en="background's share, formula typed in"), shares, 1e-12),
        Check(text(zh="focal 梯度，与有限差分", en="focal gradient, finite differences"), worst, 1e-8),
        Check(text(zh="最优回答，与逐点穷举", en="best answer, exhaustive search"),
              float(np.abs(answer[::4] - _searched(gamma)).max()), 1e-4),
    )  # fmt: skip


def _notes(s: Mapping[str, float], ratio: float, pi: float, gamma: float) -> list[Text]:
    return [
        text(
            zh=f"{ratio:g} : 1，全答 0.5：背景占损失的 {s['share_ce_half']:.2%}。只把偏置设为 "
            f"{s['bias']:.3f}（p={pi:g}），"
            f"是 {s['share_ce_prior']:.1%}；再加 focal loss（γ={gamma:g}），{s['share_focal_prior']:.2%}。",
            en=f"{ratio:g} : 1, all answering 0.5: the background has {s['share_ce_half']:.2%} of the loss. Setting "
            f"the "
            f"bias to {s['bias']:.3f} (p={pi:g}) makes it {s['share_ce_prior']:.1%}; focal loss (γ={gamma:g}) on "
            f"top, to {s['share_focal_prior']:.2%}.",
        ),
        text(
            zh=f"只换 focal loss、仍从 0.5 出发，背景还有 {s['share_focal_half']:.2%}：p 相同时，$(1-p_t)^\\gamma$ "
            f"对两类"
            "也相同。",
            en=f"Focal loss that still starts at 0.5 leaves the background {s['share_focal_half']:.2%}: while all "
            "answer 0.5, $(1-p_t)^\\gamma$ is the same for both classes.",
        ),
    ]
