"""How far from the optimum Lloyd can stop: two centres on the corners of a rectangle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.kmeans import lloyd
from app.core.partitions import optimal_partition
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Rectangle:
    """Width and height (w > h). invert: the ratio is given and the width is asked."""

    w: float
    h: float
    invert: bool = False


def generate(rng: np.random.Generator, level: int) -> Rectangle:
    if level == 1:
        return Rectangle(float(rng.integers(3, 13)), float(rng.integers(1, 3)))
    if level == 2:
        h = int(rng.integers(5, 21)) / 10
        return Rectangle(round(h * int(rng.integers(15, 60)) / 10, 2), h)
    h = float(rng.integers(2, 10))
    return Rectangle(h * int(rng.integers(2, 16)), h, invert=True)


def ratio(p: Rectangle) -> float:
    corners = np.array([[0.0, 0.0], [p.w, 0.0], [0.0, p.h], [p.w, p.h]])
    stuck = lloyd(corners, np.array([[p.w / 2, 0.0], [p.w / 2, p.h]]))[-1][2]
    return stuck / optimal_partition(corners, 2)[0]


def answer(p: Rectangle) -> float:
    return p.w if p.invert else ratio(p)


def prompt(p: Rectangle) -> Text:
    if p.invert:
        return text(
            zh=f"数据是矩形的四个角，高 {p.h:g}，k = 2，起点是两条长边的中点。"
            f"Lloyd 停下时 J 是最优值的 {ratio(p):.0f} 倍。矩形的宽是多少？",
            en=f"The data are the corners of a rectangle of height {p.h:g}; k = 2, starting from the middles of the "
            f"two long sides. Lloyd stops at {ratio(p):.0f} times the optimal J. How wide is the rectangle?",
        )
    return text(
        zh=f"数据是矩形的四个角，宽 {p.w:g}、高 {p.h:g}，k = 2，起点是两条长边的中点。"
        "Lloyd 停下时的 J 是最优 J 的多少倍？",
        en=f"The data are the corners of a rectangle {p.w:g} wide and {p.h:g} high; k = 2, starting from the middles "
        "of the two long sides. Lloyd's final J is how many times the optimal J?",
    )


def mistakes(p: Rectangle) -> Sequence[Mistake]:
    squared = text(zh="J 是距离的平方和：比值要平方。", en="J sums squared distances: the ratio is squared.")
    if p.invert:
        return (
            Mistake("forgot-square", p.h * ratio(p), squared),
            Mistake("forgot-height", float(np.sqrt(ratio(p))),
                    text(zh=f"这是宽高比，还要乘以高 {p.h:g}。", en=f"That is w/h; multiply by the height {p.h:g}.")),
        )  # fmt: skip
    return (
        Mistake("forgot-square", p.w / p.h, squared),
        Mistake("upside-down", (p.h / p.w) ** 2,
                text(zh="你把比值倒过来了：坏解的 J 更大。", en="Upside down: the bad solution has the larger J.")),
        Mistake("j-itself", p.w**2,
                text(zh="这是坏解的 J 本身，还要除以最优的 $h^2$。",
                     en="That is the bad J itself; divide by the optimal $h^2$.")),
        Mistake("it-finds-the-optimum", 1.0,
                text(zh="起点已经是不动点：每个角离自己那条长边的中点更近，均值也不动。",
                     en="The start is a fixed point: every corner is nearest to the middle of its own long side.")),
    )  # fmt: skip


def solution(p: Rectangle) -> Text:
    sums = r"$J_\text{bad}=4(w/2)^2=w^2$, $J_\text{opt}=4(h/2)^2=h^2$"
    end = rf"$(w/h)^2=({p.w:g}/{p.h:g})^2={ratio(p):.4g}$"
    if p.invert:
        end = rf"$w=h\sqrt{{{ratio(p):.0f}}}={p.w:g}$"
    return text(zh=f"{sums.replace(', ', '，')}，所以 {end}。", en=f"{sums}, so {end}.")


exercise = Exercise(
    __name__,
    text(zh="局部最优能有多坏", en="How bad a local optimum can be"),
    generate,
    prompt,
    answer,
    lambda p: 0.005 * answer(p),
    mistakes,
    solution,
    demo="k-means",
)
