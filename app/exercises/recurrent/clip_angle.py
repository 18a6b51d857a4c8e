"""By how much clipping by value turns a gradient, which clipping by norm does not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Cut:
    """A gradient, and the bound at which every component is cut."""

    values: tuple[float, ...]
    bound: float

    @property
    def after(self) -> tuple[float, ...]:
        return tuple(min(max(v, -self.bound), self.bound) for v in self.values)


def generate(rng: np.random.Generator, level: int) -> Cut:
    """Level 1: one of two components is cut. 2: two with signs, both may be cut. 3: three components."""
    while True:
        bound = float(rng.choice([1, 2, 5]))
        values = [float(v) for v in rng.integers(1, 40, 3 if level == 3 else 2)]
        if level == 1:
            values = [values[0] + 3 * bound, round(float(rng.uniform(0.2, 0.9)) * bound, 1)]
        else:
            values = [v * float(rng.choice([-1, 1])) * float(rng.choice([0.1, 1])) for v in values]
        cut = Cut(tuple(round(v, 1) for v in values), bound)
        if answer(cut) > 4 and 0 not in cut.values:
            return cut


def angle(a: Sequence[float], b: Sequence[float]) -> float:
    """The angle between two vectors, in degrees."""
    cosine = float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))
    return math.degrees(math.acos(min(1.0, cosine)))


def answer(c: Cut) -> float:
    return angle(c.values, c.after)


def vector(values: Sequence[float]) -> str:
    return "(" + ",\\ ".join(f"{v:g}" for v in values) + ")"


def prompt(c: Cut) -> Text:
    return text(
        zh=f"梯度 ${vector(c.values)}$ 逐分量截断到 $[-{c.bound:g},\\ {c.bound:g}]$。方向转了多少度？",
        en=f"The gradient ${vector(c.values)}$ is clipped by value to $[-{c.bound:g},\\ {c.bound:g}]$. By how many "
        "degrees does its direction turn?",
    )


def mistakes(c: Cut) -> Sequence[Mistake]:
    turned = answer(c)
    return (
        Mistake("kept-the-direction", 0.0,
                text(zh="只有按范数裁剪才保持方向；逐分量截断改变各分量之比。",
                     en="Only clipping by norm keeps it; cutting components changes their ratios.")),
        Mistake("radians", math.radians(turned), text(zh="这是弧度，题目问的是度。",
                                                      en="That is in radians; degrees were asked for.")),
        Mistake("the-new-direction", angle(c.after, [1.0] + [0.0] * (len(c.values) - 1)),
                text(zh="这是截断后与第一个轴的夹角；要的是截断前后的夹角。",
                     en="That is the angle with the first axis; asked is the one between before and after.")),
        Mistake("the-complement", 90 - turned, text(zh="算成了余角：夹角用反余弦，不是反正弦。",
                                                    en="The complement: the angle is an arc cosine, not arc sine.")),
    )  # fmt: skip


def solution(c: Cut) -> Text:
    said = rf"${vector(c.values)}\to{vector(c.after)}$"
    return text(
        zh=f"{said}，夹角的余弦是内积除以两个范数之积：{answer(c):.1f}°。",
        en=f"{said}; the cosine is the inner product over both norms: {answer(c):.1f}°.",
    )


exercise = Exercise(
    __name__, text(zh="逐分量截断转了多少度", en="How far clipping by value turns a gradient"),
    generate, prompt, answer, lambda c: 0.5, mistakes, solution, unit="°", demo="gradient-through-time",
)  # fmt: skip
