"""How many regions hierarchical grouping leaves: 2n - 1 a tree, several trees, and how far a tree has come."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Grouping:
    """Level 1: one tree of n leaves. 2: one tree for each n, `repeats` boxes found more than once. 3: after `done`."""

    level: int
    segments: tuple[int, ...]
    repeats: int = 0
    done: int = 0


def generate(rng: np.random.Generator, level: int) -> Grouping:
    if level == 2:
        segments = tuple(int(n) for n in rng.integers(60, 500, int(rng.integers(2, 5))))
        return Grouping(2, segments, repeats=int(rng.integers(10, 55)))
    n = int(rng.integers(20, 500))
    return Grouping(level, (n,), done=int(rng.integers(5, n - 5)) if level == 3 else 0)


def answer(q: Grouping) -> float:
    if q.level == 3:
        return float(q.segments[0] + q.done)
    return float(sum(2 * n - 1 for n in q.segments) - q.repeats)


def prompt(q: Grouping) -> Text:
    n = q.segments[0]
    if q.level == 1:
        return text(
            zh=f"初始分割给出 {n} 个区域。反复合并最相似的一对相邻区域，直到剩一个。"
            "过程中出现过的区域（含初始的）一共多少个？",
            en=f"A segmentation gives {n} initial regions. The most similar pair of neighbours is merged again and "
            "again until one is left. How many regions have existed in all, the initial ones included?",
        )
    if q.level == 2:
        ns = ", ".join(str(n) for n in q.segments)
        return text(
            zh=f"用 {len(q.segments)} 种分割各跑一遍层次合并，初始区域数分别是 {ns.replace(', ', '、')}。"
            f"每个出现过的区域给一个框，其中 {q.repeats} 个框与前面的重复，删掉。剩下多少个候选框？",
            en=f"Hierarchical grouping runs on {len(q.segments)} segmentations with {ns} initial regions. Every region "
            f"that ever existed gives a box; {q.repeats} boxes repeat an earlier one and are dropped. How many "
            "proposals are left?",
        )
    return text(
        zh=f"从 {n} 个初始区域出发，合并了 {q.done} 次。到此为止一共出现过多少个不同的区域（含已被并掉的）？",
        en=f"From {n} initial regions, {q.done} merges have been made. How many different regions have existed so far, "
        "those already merged away included?",
    )


def mistakes(q: Grouping) -> Sequence[Mistake]:
    n = q.segments[0]
    if q.level == 3:
        return (
            Mistake("left-over", n - q.done, text(
                zh="这是现在还剩的区域数；被并掉的也出现过。",
                en="That is how many are left now; those merged away existed too.")),
            Mistake("two-each", n + 2 * q.done, text(
                zh="每次合并只新增一个区域。", en="A merge adds one region only.")),
            Mistake("whole-tree", 2 * n - 1, text(
                zh="那要合并到底才有。", en="That takes the whole tree.")),
        )  # fmt: skip
    total = sum(q.segments)
    out = [
        Mistake("merged-only", total - len(q.segments) - q.repeats, text(
            zh="这是合并的次数 n−1；初始区域也各给一个框。",
            en="That is the number of merges, n−1; the initial regions give boxes too.")),
        Mistake("off-by-one", 2 * total - q.repeats, text(
            zh="n 个区域只合并 n−1 次，不是 n 次。", en="n regions take n−1 merges, not n.")),
        Mistake("all-pairs", sum(m * (m - 1) // 2 for m in q.segments) - q.repeats, text(
            zh="不是任意两个都合并：每次合并少两个、多一个。",
            en="Not every pair is merged: each merge takes two away and adds one.")),
    ]  # fmt: skip
    if q.level == 2:
        out += [
            Mistake("one-tree", 2 * total - 1 - q.repeats, text(
                zh="每棵树各减 1，不是总共减 1。", en="Take 1 off for every tree, not once.")),
            Mistake("repeats-kept", 2 * total - len(q.segments), text(
                zh="重复的框还没有删。", en="The repeated boxes are still in.")),
        ]  # fmt: skip
    return out


def solution(q: Grouping) -> Text:
    n = q.segments[0]
    if q.level == 3:
        return text(zh=f"每次合并新增一个：${n}+{q.done}={answer(q):.0f}$。",
                    en=f"Every merge adds one: ${n}+{q.done}={answer(q):.0f}$.")  # fmt: skip
    if q.level == 1:
        return text(zh=f"${n}$ 个初始区域加 ${n - 1}$ 次合并：$2\\cdot{n}-1={answer(q):.0f}$。",
                    en=f"${n}$ initial regions and ${n - 1}$ merges: $2\\cdot{n}-1={answer(q):.0f}$.")  # fmt: skip
    terms = "+".join(str(2 * m - 1) for m in q.segments)
    return text(zh=f"每棵树 $2n-1$ 个：${terms}-{q.repeats}={answer(q):.0f}$。",
                en=f"Each tree has $2n-1$: ${terms}-{q.repeats}={answer(q):.0f}$.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="层次合并给出多少个区域", en="How many regions grouping leaves"),
    generate, prompt, answer, lambda q: 0.1, mistakes, solution, demo="merge-tree-explorer",
)  # fmt: skip
