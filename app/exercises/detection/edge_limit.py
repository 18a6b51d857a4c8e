"""When graph segmentation joins two components: the heaviest edge that still does, the limit after, the smallest k."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Components:
    """Two components: heaviest edge of their spanning trees, pixels; and an edge of weight w between them."""

    level: int
    inside: tuple[int, int]
    pixels: tuple[int, int]
    k: int
    w: int = 0

    @property
    def limits(self) -> tuple[float, float]:
        """Int(C) + k/|C| of both."""
        (i, j), (m, n) = self.inside, self.pixels
        return i + self.k / m, j + self.k / n


def generate(rng: np.random.Generator, level: int) -> Components:
    while True:
        i, j = (int(v) for v in rng.integers(1, 13, 2))
        m, n = (int(v) for v in rng.choice([4, 5, 8, 10, 20, 25, 40, 50], 2, replace=False))
        inside, pixels = (i, j), (m, n)
        q = Components(level, inside, pixels, int(rng.choice([50, 100, 150, 200, 300])), int(rng.integers(14, 40)))
        low, high = sorted(q.limits)
        if level == 2 and q.w > low:  # it must join
            q = Components(2, inside, pixels, q.k, int(max(inside) + 1))
        if inside[0] == inside[1] or high - low < 1 or low <= max(inside) or (level == 2 and q.w > low):
            continue
        k = answer(q) if level == 3 else q.k
        if i <= k / -(-m // 2) and j <= k / -(-n // 2):  # two halves would have joined so
            return q


def answer(q: Components) -> float:
    if q.level == 1:
        return min(q.limits)
    if q.level == 2:
        return q.w + q.k / sum(q.pixels)
    return float(max((q.w - i) * n for i, n in zip(q.inside, q.pixels, strict=True)))


def prompt(q: Components) -> Text:
    (i, j), (m, n) = q.inside, q.pixels
    zh = f"两个分量：$\\mathrm{{Int}}(C_1)={i}$，$|C_1|={m}$；$\\mathrm{{Int}}(C_2)={j}$，$|C_2|={n}$。"
    en = f"Two components: $\\mathrm{{Int}}(C_1)={i}$, $|C_1|={m}$; $\\mathrm{{Int}}(C_2)={j}$, $|C_2|={n}$. "
    if q.level == 1:
        return text(zh=f"{zh}$k={q.k}$。连接它们的边，权重最大是多少还会合并？",
                    en=f"{en}$k={q.k}$. How heavy may an edge between them be and still join them?")  # fmt: skip
    if q.level == 2:
        return text(
            zh=f"{zh}$k={q.k}$。权重 {q.w} 的边把它们并成 $C$。此后 $C$ 的门槛 $\\mathrm{{Int}}(C)+k/|C|$ 是多少？",
            en=f"{en}$k={q.k}$. An edge of weight {q.w} joins them to $C$. What is the limit "
            "$\\mathrm{Int}(C)+k/|C|$ of $C$ from then on?",
        )
    return text(zh=f"{zh}它们之间最轻的边权重 {q.w}。$k$ 至少要多大，这条边才会合并它们？",
                en=f"{en}The lightest edge between them weighs {q.w}. How large must $k$ be at least for it to join "
                "them?")  # fmt: skip


def mistakes(q: Components) -> Sequence[Mistake]:
    (i, j), (m, n) = q.inside, q.pixels
    if q.level == 1:
        return (
            Mistake("larger-limit", max(q.limits), text(
                zh="两边都要同意：取小的那个。", en="Both must agree: take the smaller limit.")),
            Mistake("no-k", min(i, j), text(zh="忘了 $k/|C|$。", en="The $k/|C|$ is missing.")),
            Mistake("sum-of-pixels", min(i, j) + q.k / (m + n), text(
                zh="各自用自己的像素数。", en="Each component uses its own number of pixels.")),
        )  # fmt: skip
    if q.level == 2:
        return (
            Mistake("old-inside", max(i, j) + q.k / (m + n), text(
                zh="边从轻到重处理，新的最重边就是刚接受的这一条。",
                en="Edges come from light to heavy: the heaviest inside is now the one just accepted.")),
            Mistake("old-limit", min(q.limits), text(
                zh="那是合并前的门槛。", en="That was the limit before the merge.")),
            Mistake("sum-inside", i + j + q.w + q.k / (m + n), text(
                zh="Int 是最大的边，不是边的和。", en="Int is the heaviest edge, not a sum of edges.")),
        )  # fmt: skip
    return (
        Mistake("smaller-k", min((q.w - i) * m, (q.w - j) * n), text(
            zh="这样只有一边同意。", en="Then only one side agrees.")),
        Mistake("inside-forgotten", q.w * max(m, n), text(
            zh="还有 Int(C)：只差 $w-\\mathrm{Int}(C)$。", en="Int(C) helps: only $w-\\mathrm{Int}(C)$ is missing.")),
        Mistake("divided", max((q.w - i) / m, (q.w - j) / n), text(
            zh="$k/|C|\\ge w-\\mathrm{Int}(C)$，所以要乘 $|C|$。",
            en="$k/|C|\\ge w-\\mathrm{Int}(C)$: multiply by $|C|$.")),
    )  # fmt: skip


def solution(q: Components) -> Text:
    (i, j), (m, n) = q.inside, q.pixels
    if q.level == 1:
        formula = f"\\min({i}+{q.k}/{m},\\ {j}+{q.k}/{n})={answer(q):.4g}"
    elif q.level == 2:
        formula = f"{q.w}+{q.k}/({m}+{n})={answer(q):.4g}"
    else:
        formula = f"\\max(({q.w}-{i})\\cdot{m},\\ ({q.w}-{j})\\cdot{n})={answer(q):.0f}"
    return text(zh=f"${formula}$。", en=f"${formula}$.")


exercise = Exercise(
    __name__, text(zh="图分割的合并门槛", en="The limit of graph segmentation"),
    generate, prompt, answer, lambda q: 0.5 if q.level == 3 else 0.02, mistakes, solution, demo="merge-tree-explorer",
)  # fmt: skip
