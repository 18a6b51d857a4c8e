"""Trained parameters of LoRA: one matrix, a stack of attention layers, and the rank a budget allows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.transfer import adapter_size
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Adapted:
    """One matrix rows × columns with rank r. Level 2: `layers` attention layers, `count` square matrices in each.
    Level 3: at most `percent` of the matrix may be trained."""

    level: int
    rows: int
    columns: int
    rank: int
    layers: int
    count: int
    percent: float


def generate(rng: np.random.Generator, level: int) -> Adapted:
    sizes = [768, 1024, 2048, 4096]
    rows = int(rng.choice(sizes))
    columns = rows if level == 2 else int(rng.choice([s for s in (*sizes, 3072, 11008) if s != rows]))
    return Adapted(
        level, rows, columns, int(rng.choice([4, 8, 16, 32])), int(rng.choice([12, 16, 24, 32])),
        int(rng.choice([2, 4])), float(rng.choice([0.5, 1.0, 2.0, 3.0])),
    )  # fmt: skip


def answer(p: Adapted) -> float:
    if p.level == 1:
        return float(adapter_size(p.rows, p.columns, p.rank))
    if p.level == 2:
        return float(p.layers * p.count * adapter_size(p.rows, p.columns, p.rank))
    return float(round(10 * p.percent) * p.rows * p.columns // (1000 * adapter_size(p.rows, p.columns, 1)))


def _names(p: Adapted) -> tuple[str, str]:
    return ("Q、V 两个", "Q and V") if p.count == 2 else ("Q、K、V、O 四个", "Q, K, V and O")


def prompt(p: Adapted) -> Text:
    if p.level == 1:
        return text(
            zh=f"权重矩阵 ${p.rows}\\times{p.columns}$ 冻结，加上秩 $r={p.rank}$ 的 LoRA。训练多少个参数？",
            en=f"A weight matrix of ${p.rows}\\times{p.columns}$ is frozen and gets LoRA of rank $r={p.rank}$. "
            "How many parameters are trained?",
        )
    if p.level == 2:
        zh, en = _names(p)
        return text(
            zh=f"一个 {p.layers} 层的 Transformer，模型宽度 {p.rows}，每层注意力的 {zh}方阵加秩 {p.rank} 的 LoRA，"
            "其余全部冻结。训练多少个参数？",
            en=f"A Transformer with {p.layers} layers of width {p.rows}: the square matrices {en} of every attention "
            f"layer get LoRA of rank {p.rank}, all else is frozen. How many parameters are trained?",
        )
    return text(
        zh=f"权重矩阵 ${p.rows}\\times{p.columns}$。LoRA 训练的参数最多是原矩阵的 {p.percent:g}%，秩最大能取多少？",
        en=f"A weight matrix of ${p.rows}\\times{p.columns}$. LoRA may train {p.percent:g} % as many numbers as it "
        "has, at most. What is the largest rank?",
    )


def mistakes(p: Adapted) -> Sequence[Mistake]:
    one = adapter_size(p.rows, p.columns, p.rank)
    product = text(
        zh=r"两个小矩阵是 $d_{in}\times r$ 和 $r\times d_{out}$：相加，不是相乘。",
        en=r"The two small matrices are $d_{in}\times r$ and $r\times d_{out}$: their sizes add up.",
    )
    half = text(zh="只算了一个小矩阵，还有另一个。", en="That is one of the two small matrices only.")
    if p.level == 1:
        return (
            Mistake("one-factor", p.rank * p.rows, half),
            Mistake("other-factor", p.rank * p.columns, half),
            Mistake("product", p.rank * p.rows * p.columns, product),
            Mistake("whole-matrix", p.rows * p.columns, text(
                zh="这是全量微调的参数量；LoRA 冻结原矩阵。",
                en="That is what full fine-tuning trains; LoRA freezes the matrix.")),
            Mistake("rank-squared", one + p.rank**2, text(
                zh="中间没有 $r\\times r$ 的矩阵。", en="There is no $r\\times r$ matrix in between.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("one-factor", p.layers * p.count * p.rank * p.rows, half),
            Mistake("one-layer", p.count * one, text(zh="忘了乘层数。", en="The number of layers is missing.")),
            Mistake("one-matrix", p.layers * one, text(
                zh="每层不止一个矩阵。", en="There is more than one matrix in a layer.")),
            Mistake("whole-matrices", p.layers * p.count * p.rows**2, text(
                zh="这是把这些矩阵全部训练的参数量。", en="That is training those matrices whole.")),
        )  # fmt: skip
    budget = p.percent / 100 * p.rows * p.columns
    return (
        Mistake("one-factor", budget // p.rows, half),
        Mistake("other-factor", budget // p.columns, half),
        Mistake("rounded-up", answer(p) + 1, text(
            zh="应向下取整：再大 1 就超了。", en="Round down: one more exceeds the budget.")),
        Mistake("share-of-the-rank", p.percent / 100 * min(p.rows, p.columns) // 1, text(
            zh="参数的百分比不是秩的百分比。", en="A share of the parameters is not that share of the rank.")),
    )  # fmt: skip


def solution(p: Adapted) -> Text:
    if p.level == 1:
        shown = rf"{p.rank}\cdot({p.rows}+{p.columns})={answer(p):.0f}"
    elif p.level == 2:
        shown = rf"{p.layers}\cdot{p.count}\cdot{p.rank}\cdot2\cdot{p.rows}={answer(p):.0f}"
    else:
        shown = (
            rf"\lfloor{p.percent / 100:g}\cdot{p.rows}\cdot{p.columns}/({p.rows}+{p.columns})\rfloor={answer(p):.0f}"
        )
    return text(zh=f"${shown}$。", en=f"${shown}$.")


exercise = Exercise(
    __name__, text(zh="LoRA 训练多少参数", en="How many parameters LoRA trains"),
    generate, prompt, answer, lambda p: 0.1, mistakes, solution, demo="transfer-map",
)  # fmt: skip
