"""A power-law learning curve: the factor of more data, the data for half the error, and the floor under it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.scaling import data_for_share, power_law_error
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Curve:
    """Error = floor + a N^-β; `error` now (in %), `more` times the data; level 2: down to `share` of the error."""

    level: int
    exponent: float
    error: float
    more: float
    share: float = 0.5
    floor: float = 0.0


def generate(rng: np.random.Generator, level: int) -> Curve:
    exponent = int(rng.integers(10, 41)) / 100
    error, more = float(rng.integers(10, 40)), float(rng.choice([2, 4, 5, 10, 20, 100]))
    share = float(rng.choice([0.5, 0.7, 0.8]))
    floor = float(rng.integers(2, 9)) if level == 3 else 0.0
    return Curve(level, exponent, error, more, share, floor)


def answer(p: Curve) -> float:
    if p.level == 2:
        return data_for_share(p.share, p.exponent)
    return power_law_error(p.error, p.more, p.exponent, p.floor)


def prompt(p: Curve) -> Text:
    if p.level == 1:
        return text(
            zh=rf"测试误差按 $N^{{-{p.exponent:g}}}$ 下降，现在是 {p.error:g}%。数据变成 {p.more:g} 倍，"
            r"误差是百分之几？",
            en=rf"The test error falls as $N^{{-{p.exponent:g}}}$ and is {p.error:g}% now. With {p.more:g} times the "
            r"data, how "
            "many percent is it?",
        )
    if p.level == 2:
        return text(
            zh=rf"测试误差按 $N^{{-{p.exponent:g}}}$ 下降。要降到现在的 {p.share:.0%}，"
            r"需要现在几倍的数据？（三位有效数字）",
            en=rf"The test error falls as $N^{{-{p.exponent:g}}}$. How many times the present data bring it down to "
            f"{p.share:.0%} of what it is? (three significant digits)",
        )
    return text(
        zh=rf"误差 $=aN^{{-{p.exponent:g}}}+c$，不可约误差 $c={p.floor:g}$%，现在的误差 {p.error:g}%。"
        f"数据变成 {p.more:g} 倍，误差是百分之几？",
        en=rf"The error is $aN^{{-{p.exponent:g}}}+c$ with an irreducible $c={p.floor:g}$%; it is {p.error:g}% now. "
        r"With "
        f"{p.more:g} times the data, how many percent is it?",
    )


def mistakes(p: Curve) -> Sequence[Mistake]:
    if p.level == 2:
        return (
            Mistake("linear", 1 / p.share,
                    text(zh=r"那是 $\beta=1$；要取 $1/\beta$ 次方。", en=r"That is $\beta=1$; raise it to $1/\beta$.")),
            Mistake("exponent-not-inverted", float(p.share**-p.exponent),
                    text(zh=r"指数是 $1/\beta$，不是 $\beta$。", en=r"The exponent is $1/\beta$, not $\beta$.")),
            Mistake("inverse", 1 / answer(p), text(zh="倒过来了：误差降低要更多数据。",
                                                   en="Upside down: a lower error needs more data.")),
        )  # fmt: skip
    out = [
        Mistake("linear", p.floor + (p.error - p.floor) / p.more,
                text(zh=r"误差不与数据成反比：指数是 $\beta$。",
                     en=r"The error is not inverse to the data: the exponent is $\beta$.")),
        Mistake("no-change", p.error, text(zh="数据多了，误差会降一点。", en="With more data it falls somewhat.")),
    ]  # fmt: skip
    if p.level == 3:
        out.append(Mistake("forgot-the-floor", power_law_error(p.error, p.more, p.exponent),
                           text(zh="只有超出不可约误差的部分会缩小。",
                                en="Only the part above the irreducible error shrinks.")))  # fmt: skip
        out.append(Mistake("excess-only", answer(p) - p.floor,
                           text(zh="这是超出的部分；再加上不可约误差。",
                                en="That is the part above it; add the irreducible error.")))  # fmt: skip
    else:
        out.append(
            Mistake(
                "factor-only",
                float(p.more**-p.exponent),
                text(zh="这是倍数；再乘现在的误差。", en="That is the factor; multiply the present error by it."),
            )
        )
    return out


def solution(p: Curve) -> Text:
    if p.level == 2:
        shown = rf"${p.share:g}^{{-1/{p.exponent:g}}} = {answer(p):.4g}$"
        return text(
            zh=rf"$k^{{-\beta}}={p.share:g}$，所以 $k=$ {shown}。",
            en=rf"$k^{{-\beta}}={p.share:g}$, so $k=$ "
            rf"{shown}.",
        )
    start = rf"{p.floor:g}+({p.error:g}-{p.floor:g})" if p.level == 3 else f"{p.error:g}"
    shown = rf"${start}\cdot {p.more:g}^{{-{p.exponent:g}}} = {answer(p):.4g}$"
    return text(zh=f"{shown}%。", en=f"{shown}%.")


exercise = Exercise(
    __name__, text(zh="幂律学习曲线", en="Power-law learning curves"),
    generate, prompt, answer, lambda p: 0.005 * max(answer(p), 1.0), mistakes, solution,
)  # fmt: skip
