"""One step of Lloyd's algorithm by hand, on a line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.kmeans import assign, inertia, lloyd, update
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Line:
    """Points on a line and the centres to start from, both from left to right. asks: the first centre, or J."""

    points: tuple[float, ...]
    centres: tuple[float, ...]
    asks: str

    @property
    def x(self) -> np.ndarray:
        return np.array(self.points)[:, None]

    @property
    def c(self) -> np.ndarray:
        return np.array(self.centres)[:, None]


def generate(rng: np.random.Generator, level: int) -> Line:
    while True:
        points = np.sort(rng.choice(np.arange(1, 25), size=5 + level, replace=False))
        centres = np.sort(rng.choice(points, size=3 if level == 3 else 2, replace=False))
        line = Line(tuple(map(float, points)), tuple(map(float, centres)), "centre" if level == 1 else "J")
        far = np.sort(np.abs(line.x - line.c.T), axis=1)
        sizes = np.bincount(assign(line.x, line.c), minlength=len(centres))
        if (far[:, 0] < far[:, 1]).all() and sizes.min() >= 1 and sizes[0] >= 2:  # no ties
            return line


def answer(p: Line) -> float:
    labels = assign(p.x, p.c)
    moved = update(p.x, p.c, labels)
    return float(moved[0, 0]) if p.asks == "centre" else inertia(p.x, moved, labels)


def prompt(p: Line) -> Text:
    points, centres = (", ".join(f"{v:g}" for v in values) for values in (p.points, p.centres))
    zh = f"一维数据 {points.replace(', ', '、')}，初始中心 {centres.replace(', ', '、')}。做一次分配和一次更新，"
    en = f"Data on a line: {points}. Centres to start: {centres}. After one assignment and one update, "
    if p.asks == "centre":
        return text(zh=zh + "最左边的中心移到哪里？", en=en + "where is the leftmost centre?")
    return text(
        zh=zh + "此时 J（到自己中心的距离平方和）是多少？",
        en=en + "what is J (squared distances to the own centre, summed)?",
    )


def mistakes(p: Line) -> Sequence[Mistake]:
    labels = assign(p.x, p.c)
    moved = update(p.x, p.c, labels)
    own = p.x[labels == 0, 0]
    if p.asks == "centre":
        return (
            Mistake("mean-with-old-centre", float((own.sum() + p.centres[0]) / (len(own) + 1)),
                    text(zh="旧中心只用来分配，不参加求均值。",
                     en="The old centre only assigns; it is not averaged in.")),
            Mistake("midpoint", float((own.min() + own.max()) / 2),
                    text(zh="这是两端的中点；更新取的是均值。",
                     en="That is the middle of the two ends; the update takes the mean.")),
            Mistake("median", float(np.median(own)),
                    text(zh="中位数对应 L1（k-medians），k-means 取均值。",
                     en="The median belongs to L1 (k-medians); k-means takes the mean.")),
            Mistake("not-updated", p.centres[0],
                    text(zh="这是更新前的位置。", en="That is where it was before the update.")),
            Mistake("all-points", float(p.x.mean()),
                    text(zh="只平均分给这个中心的点。", en="Average only the points assigned to this centre.")),
        )  # fmt: skip
    return (
        Mistake("before-update", inertia(p.x, p.c, labels),
                text(zh="这是更新之前的 J，中心还没有移到均值。",
                     en="That is J before the update: the centres have not moved yet.")),
        Mistake("absolute", float(np.abs(p.x - moved[labels]).sum()),
                text(zh="你加的是距离，J 加的是距离的平方。", en="You added distances; J adds their squares.")),
        Mistake("mean", answer(p) / len(p.points),
                text(zh="J 是总和，不除以点数。", en="J is the sum, not the mean.")),
        Mistake("converged", lloyd(p.x, p.c)[-1][2],
                text(zh="这是收敛后的 J，题目只走一步。", en="That is J at convergence; only one step was asked.")),
    )  # fmt: skip


def solution(p: Line) -> Text:
    labels = assign(p.x, p.c)
    moved = update(p.x, p.c, labels)[:, 0]
    groups = [rf"\{{{', '.join(f'{v:g}' for v in p.x[labels == j, 0])}\}}\to {moved[j]:.4g}" for j in range(len(moved))]
    shown = ", ".join(f"${g}$" for g in groups)
    end = "" if p.asks == "centre" else f", $J={answer(p):.4g}$"
    return text(zh=f"分配再取均值：{(shown + end).replace(', $', '，$')}。", en=f"Assign, then average: {shown}{end}.")


exercise = Exercise(
    __name__,
    text(zh="手算一步 Lloyd", en="One Lloyd step by hand"),
    generate,
    prompt,
    answer,
    lambda p: 0.006 if p.asks == "centre" else max(0.02, 0.002 * answer(p)),
    mistakes,
    solution,
    demo="k-means",
)
