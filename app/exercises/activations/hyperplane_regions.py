"""How many pieces a layer of ReLU units cuts its input space into: general position, parallel kinks, no biases."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.linear_regions import line_regions, zaslavsky
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Layer:
    """`units` ReLU units on `inputs` inputs. parallel: that many have parallel weights. central: all biases are 0."""

    units: int
    inputs: int
    parallel: int = 1
    central: bool = False


def generate(rng: np.random.Generator, level: int) -> Layer:
    units = int(rng.integers(4, 13))
    if level == 1:
        return Layer(units, 2)
    if level == 2:
        return Layer(units, int(rng.integers(3, 5)))
    if rng.random() < 0.5:
        return Layer(units, int(rng.integers(2, 4)), central=True)
    return Layer(units, 2, parallel=int(rng.integers(2, units)))


def arrangement(p: Layer) -> tuple[np.ndarray, np.ndarray]:
    """Lines in the plane of which the first `parallel` have one direction: W (2, units), b (units,)."""
    angle = np.r_[np.zeros(p.parallel), np.linspace(0.3, 2.8, p.units - p.parallel)]
    return np.stack([np.cos(angle), np.sin(angle)]), np.sqrt(np.arange(2.0, 2.0 + p.units))


def answer(p: Layer) -> float:
    if p.central:
        return 2 * zaslavsky(p.units - 1, p.inputs - 1)
    if p.parallel > 1:
        return float(line_regions(*arrangement(p))[-1])
    return zaslavsky(p.units, p.inputs)


def prompt(p: Layer) -> Text:
    if p.central:
        return text(
            zh=f"一层 {p.units} 个 ReLU，{p.inputs} 个输入，**偏置全为 0**，权重一般位置。输入空间被切成几块"
            "（每块里开关模式相同）？",
            en=f"A layer of {p.units} ReLUs on {p.inputs} inputs, **all biases 0**, weights in general position. Into "
            "how many pieces of equal on–off pattern is the input space cut?",
        )
    if p.parallel > 1:
        return text(
            zh=f"一层 {p.units} 个 ReLU，2 个输入，其中 {p.parallel} 个单元的权重互相平行（偏置不同），其余一般位置。"
            "平面被切成几块？",
            en=f"A layer of {p.units} ReLUs on 2 inputs. {p.parallel} of them have parallel weights (and different "
            "biases), the others are in general position. Into how many pieces is the plane cut?",
        )
    if p.inputs == 2:
        return text(
            zh=f"一层 {p.units} 个 ReLU，2 个输入，一般位置。平面被切成几块（每块里网络是仿射的）？",
            en=f"A layer of {p.units} ReLUs on 2 inputs, in general position. Into how many pieces is the plane cut "
            "(the layer is affine on each)?",
        )
    return text(
        zh=f"一层 {p.units} 个 ReLU，{p.inputs} 个输入。最多能出现多少种开关模式？",
        en=f"A layer of {p.units} ReLUs on {p.inputs} inputs. How many on–off patterns can occur at most?",
    )


def mistakes(p: Layer) -> Sequence[Mistake]:
    n, d = p.units, p.inputs
    wrong = [
        Mistake("all-patterns", 2.0**n, text(
            zh="$2^n$ 种组合大多不会出现：$d$ 维里 $n$ 个超平面切不出那么多块。",
            en="Most of the $2^n$ patterns never occur: $n$ hyperplanes in $d$ dimensions do not make that many.")),
        Mistake("one-dimension", n + 1.0, text(
            zh="$n+1$ 是一维的答案：$n$ 个点分数轴。", en="$n+1$ is for one dimension: $n$ points on a line.")),
        Mistake("top-term-only", math.comb(n, d), text(
            zh=f"$\\binom{{{n}}}{{{d}}}$ 只是一项；要加上低阶的各项。",
            en=f"$\\binom{{{n}}}{{{d}}}$ is one term; the lower ones are missing.")),
    ]  # fmt: skip
    if p.parallel > 1 or p.central:
        wrong.append(Mistake("general-position", zaslavsky(n, d), text(
            zh="这是一般位置的上限；这里平行的不相交，或者全都过原点。",
            en="That is the bound for general position; here parallel kinks never meet, or all pass through 0.",
        )))  # fmt: skip
    if d > 2:
        wrong.append(Mistake("as-if-planar", zaslavsky(n, 2), text(
            zh="这是两个输入的答案。", en="That is the answer for two inputs.")))  # fmt: skip
    return wrong


def solution(p: Layer) -> Text:
    n, d = p.units, p.inputs
    value = f"{answer(p):.0f}"
    if p.central:
        total = "+".join(f"\\binom{{{n - 1}}}{{{i}}}" for i in range(d))
        return text(
            zh=f"都过原点：$2\\big({total}\\big)={value}$。", en=f"All through 0: $2\\big({total}\\big)={value}$."
        )
    total = "+".join(f"\\binom{{{n}}}{{{i}}}" for i in range(d + 1))
    if p.parallel > 1:
        lost = f"{total}-\\binom{{{p.parallel}}}{{2}}"
        return text(zh=f"平行的两两不相交，少这么多个交点：${lost}={value}$。",
                    en=f"Parallel lines do not cross, so as many crossings are missing: ${lost}={value}$.")  # fmt: skip
    return text(zh=f"${total}={value}$。", en=f"${total}={value}$.")


exercise = Exercise(
    __name__, text(zh="ReLU 层切出的块数", en="Pieces a ReLU layer makes"),
    generate, prompt, answer, lambda p: 0.0, mistakes, solution, demo="linear-collapse",
)  # fmt: skip
