"""How many boxes greedy NMS keeps: from a table of IoUs, and at level 3 from the boxes themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.core.boxes import iou, nms
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Squares:
    """Equal squares side by side on one line: left edges (px), their side, scores, and the threshold of NMS."""

    level: int
    starts: tuple[int, ...]
    side: int
    scores: tuple[float, ...]
    threshold: float

    @cached_property
    def boxes(self) -> list[tuple[int, int, int, int]]:
        return [(x, 0, x + self.side, self.side) for x in self.starts]

    @cached_property
    def overlaps(self) -> list[list[float]]:
        return [[float(v) for v in row] for row in iou(self.boxes, self.boxes)]

    @property
    def names(self) -> str:
        return "ABCDEFGH"[: len(self.starts)]


def generate(rng: np.random.Generator, level: int) -> Squares:
    count = {1: 4, 2: 5, 3: 5}[level]
    while True:
        side = int(rng.choice([40, 60, 80, 100]))
        steps = (rng.uniform(0.15, 0.7, count - 1) * side).round().astype(int)
        starts = np.concatenate([[0], np.cumsum(steps)]) + (int(rng.integers(0, 5)) * 10 if level == 3 else 0)
        scores = rng.permutation(np.arange(50, 99, 4)[: 2 * count])[:count] / 100
        order = rng.permutation(count)
        p = Squares(level, tuple(int(x) for x in starts[order]), side, tuple(float(s) for s in scores),
                    float(rng.choice([0.3, 0.4, 0.5, 0.6])))  # fmt: skip
        clear = all(abs(v - p.threshold) > 0.02 for row in p.overlaps for v in row)
        if clear and 1 < answer(p) < count and (level == 1 or transitive(p) != answer(p)):
            return p


def answer(p: Squares) -> float:
    return float(len(nms(p.boxes, p.scores, p.threshold)))


def order(p: Squares) -> list[int]:
    return sorted(range(len(p.scores)), key=lambda i: -p.scores[i])


def transitive(p: Squares) -> int:
    """Kept if dropped boxes went on dropping others."""
    ranked = order(p)
    return sum(all(p.overlaps[j][i] <= p.threshold for j in ranked[:at]) for at, i in enumerate(ranked))


def lonely(p: Squares) -> int:
    """Boxes that overlap no other one too much."""
    count = len(p.scores)
    return sum(all(p.overlaps[i][j] <= p.threshold for j in range(count) if j != i) for i in range(count))


def prompt(p: Squares) -> Text:
    scores = ", ".join(f"{n} {s:.2f}" for n, s in zip(p.names, p.scores, strict=True))
    if p.level == 3:
        boxes = ", ".join(f"{n} {box}" for n, box in zip(p.names, p.boxes, strict=True))
        return text(
            zh=f"框（x1, y1, x2, y2）：{boxes}。分数：{scores}。做贪心 NMS，去掉 IoU > {p.threshold} 的，"
            "最后留下几个框？",
            en=f"Boxes (x1, y1, x2, y2): {boxes}. Scores: {scores}. Greedy NMS drops boxes with an IoU above "
            f"{p.threshold}. How many are kept?",
        )
    pairs = [(i, j) for i in range(len(p.names)) for j in range(i) if p.overlaps[i][j] > 0]
    table = ", ".join(f"{p.names[j]}{p.names[i]} {p.overlaps[i][j]:.2f}" for i, j in pairs)
    return text(
        zh=f"分数：{scores}。两两的 IoU：{table}，其余为 0。做贪心 NMS，去掉 IoU > {p.threshold} 的，最后留下几个框？",
        en=f"Scores: {scores}. IoU of the pairs: {table}; all others 0. Greedy NMS drops boxes with an IoU above "
        f"{p.threshold}. How many are kept?",
    )


def mistakes(p: Squares) -> Sequence[Mistake]:
    worst_first = len(nms(p.boxes, [-s for s in p.scores], p.threshold))
    below = len(nms_below(p))
    return (
        Mistake("dropped-drop-on", transitive(p),
                text(zh="被删掉的框不能再删别人：只有留下的框才压制。",
                     en="A dropped box drops nobody: only kept boxes suppress.")),
        Mistake("any-overlap-drops", lonely(p),
                text(zh="重叠太多的一对里，分数高的那个留下，不是两个都删。",
                     en="Of a pair that overlaps too much the better one stays; they do not both go.")),
        Mistake("worst-first", worst_first,
                text(zh="要从分数最高的开始取。", en="Start from the highest score, not the lowest.")),
        Mistake("threshold-reversed", below,
                text(zh="删的是 IoU 大于阈值的，不是小于的。", en="Those above the threshold go, not those below.")),
        Mistake("kept-all", len(p.scores),
                text(zh="总有 IoU 超过阈值的一对。", en="At least one pair overlaps by more than the threshold.")),
    )  # fmt: skip


def nms_below(p: Squares) -> list[int]:
    kept: list[int] = []
    for i in order(p):
        if all(p.overlaps[i][j] > p.threshold for j in kept):
            kept.append(i)
    return kept


def solution(p: Squares) -> Text:
    kept = [int(i) for i in nms(p.boxes, p.scores, p.threshold)]
    gone: set[int] = set()
    zh, en = [], []
    for k in kept:
        now = [i for i in order(p) if i not in gone and i != k and i not in kept and p.overlaps[k][i] > p.threshold]
        gone |= set(now)
        names = ", ".join(f"{p.names[i]} ({p.overlaps[k][i]:.2f})" for i in now)
        zh.append(f"取 {p.names[k]}，" + (f"删 {names}" if now else "不删"))
        en.append(f"take {p.names[k]}, " + (f"drop {names}" if now else "drop none"))
    return text(
        zh=f"按分数：{'；'.join(zh)}。留下 {len(kept)} 个。", en=f"By score: {'; '.join(en)}. {len(kept)} kept."
    )


exercise = Exercise(
    __name__, text(zh="贪心 NMS 留下几个框", en="How many boxes greedy NMS keeps"),
    generate, prompt, answer, lambda p: 0.1, mistakes, solution, demo="shared-compute-race",
)  # fmt: skip
