"""The value of an activation, its slope, or the slope of two layers in a row, at a given point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.activations import ACTIVATIONS
from app.kit import Exercise, Mistake, Text, text

FORMULAS = {
    "sigmoid": r"\sigma(z)", "tanh": r"\tanh(z)", "elu": r"\mathrm{ELU}(z)\ (\alpha=1)",
    "silu": r"\mathrm{SiLU}(z)=z\,\sigma(z)", "softplus": r"\ln(1+e^z)",
}  # fmt: skip
DERIVATIVES = {
    "sigmoid": r"\sigma(1-\sigma)", "tanh": r"1-\tanh^2", "elu": r"e^z\ (z<0),\ 1\ (z>0)",
    "silu": r"\sigma(1+z(1-\sigma))", "softplus": r"\sigma(z)",
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """Asked at z: the value (level 1), the slope (level 2), or d/dz of outer(weight · inner(z)) (level 3)."""

    inner: str
    outer: str
    z: float
    weight: float
    level: int


def generate(rng: np.random.Generator, level: int) -> Point:
    size = float(rng.integers(4, 26) / 10)
    if level < 3:
        name = str(rng.choice(list(FORMULAS)))
        return Point(name, "", -size if name == "elu" or rng.random() < 0.5 else size, 1.0, level)
    inner, outer = (str(n) for n in rng.permutation(["sigmoid", "tanh"]))
    return Point(inner, outer, size, float(rng.integers(2, 9) / 2), level)


def at(name: str, z: float) -> tuple[float, float]:
    value, slope = ACTIVATIONS[name](np.asarray(z))
    return float(value), float(slope)


def answer(p: Point) -> float:
    value, slope = at(p.inner, p.z)
    if p.level == 1:
        return value
    return slope if p.level == 2 else at(p.outer, p.weight * value)[1] * p.weight * slope


def prompt(p: Point) -> Text:
    if p.level == 3:
        f = f"f(z)=\\{names(p.outer)}({p.weight:g}\\,\\{names(p.inner)}(z))"
        return text(zh=f"${f}$，$f'({p.z:g})$ 是多少？", en=f"${f}$. What is $f'({p.z:g})$?")
    phi = FORMULAS[p.inner]
    if p.level == 1:
        return text(zh=f"$\\phi(z)={phi}$，求 $\\phi({p.z:g})$。", en=f"$\\phi(z)={phi}$. What is $\\phi({p.z:g})$?")
    return text(
        zh=f"$\\phi(z)={phi}$，求导数 $\\phi'({p.z:g})$。", en=f"$\\phi(z)={phi}$. What is the slope $\\phi'({p.z:g})$?"
    )


def names(name: str) -> str:
    return {"sigmoid": "sigma"}.get(name, name)


def mistakes(p: Point) -> Sequence[Mistake]:
    value, slope = at(p.inner, p.z)
    mirrored = Mistake("wrong-sign", at(p.inner, -p.z)[p.level == 2], text(
        zh="符号反了：你代入的是 $-z$。", en="The sign is wrong: you put in $-z$."))  # fmt: skip
    if p.level == 1:
        return (mirrored, Mistake("slope-instead", slope, text(
            zh="这是导数，题目问函数值。", en="That is the slope; the value was asked for.")))  # fmt: skip
    if p.level == 2:
        return (
            mirrored,
            Mistake("value-instead", value, text(
                zh="这是函数值，题目问导数。", en="That is the value; the slope was asked for.")),
            Mistake("at-zero", at(p.inner, 0.0)[1], text(zh="这是 $z=0$ 处的导数。", en="That is the slope at $z=0$.")),
        )  # fmt: skip
    outer = at(p.outer, p.weight * value)[1]
    return (
        Mistake("forgot-weight", outer * slope, text(
            zh="链式法则里还有一个因子 $w$。", en="The chain rule has a factor $w$ as well.")),
        Mistake("forgot-inner", outer * p.weight, text(
            zh="还要乘里层的导数。", en="Multiply by the inner slope too.")),
        Mistake("outer-at-z", at(p.outer, p.weight * p.z)[1] * p.weight * slope, text(
            zh="外层的导数要在 $w\\,\\phi(z)$ 处取，不是 $wz$。",
            en="Take the outer slope at $w\\,\\phi(z)$, not at $wz$.")),
    )  # fmt: skip


def solution(p: Point) -> Text:
    value, slope = at(p.inner, p.z)
    if p.level == 1:
        return text(zh=f"直接代入：{value:.4f}。", en=f"Put in the number: {value:.4f}.")
    if p.level == 2:
        formula = f"$\\phi'={DERIVATIVES[p.inner]}$"
        return text(zh=f"{formula}，代入得 {slope:.4f}。", en=f"{formula}, which is {slope:.4f} here.")
    outer = at(p.outer, p.weight * value)[1]
    product = f"${outer:.4f}\\times {p.weight:g}\\times {slope:.4f}={answer(p):.4f}$"
    return text(
        zh=f"里层 $\\phi(z)={value:.4f}$；外层斜率 × 权重 × 里层斜率 = {product}。",
        en=f"The inner value is ${value:.4f}$; outer slope × weight × inner slope = {product}.",
    )


exercise = Exercise(
    __name__,
    text(zh="激活函数在一点的值与导数", en="Value and slope of an activation at a point"),
    generate,
    prompt,
    answer,
    lambda p: max(0.01 * abs(answer(p)), 0.0001),
    mistakes,
    solution,
    demo="activation-curves",
)
