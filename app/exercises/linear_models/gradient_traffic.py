"""What one worker sends for a gradient: by rows, by columns, in a grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.all_reduce import central_traffic, grid_traffic, ring_traffic
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Cut:
    """Rows and features in millions; the grid is row_blocks × column_blocks. Level 1 by rows, 2 by columns, 3 both."""

    level: int
    rows: float
    features: float
    row_blocks: int
    column_blocks: int

    @property
    def workers(self) -> int:
        return self.row_blocks * self.column_blocks


def generate(rng: np.random.Generator, level: int) -> Cut:
    rows, features = (float(v) for v in rng.choice([4, 6, 8, 10, 12, 20, 24, 30, 40, 60], size=2, replace=False))
    if level < 3:
        workers = int(rng.choice([4, 5, 8, 10, 16, 20]))
        return Cut(level, rows, features, *((workers, 1) if level == 1 else (1, workers)))
    return Cut(3, rows, features, *(int(v) for v in rng.choice([2, 4, 5, 8], size=2, replace=False)))


def answer(q: Cut) -> float:
    return grid_traffic(q.rows, q.features, q.row_blocks, q.column_blocks)


def prompt(q: Cut) -> Text:
    zh = f"逻辑回归，一步用 {q.rows:g} 百万行、{q.features:g} 百万个特征，{q.workers} 台机器，环形 all-reduce。"
    en = (f"Logistic regression, {q.rows:g} million rows in a step, {q.features:g} million features, "
          f"{q.workers} workers, "
          "ring all-reduce. ")  # fmt: skip
    how = {
        1: ("数据按行切。算一次梯度，每台要发多少个数？", "The data is cut by rows. How many numbers does each "
                                     "worker send for one "
            "gradient?"),
        2: ("数据按列切（标签每台都有）。算一次梯度，每台要发多少个数？",
            "The data is cut by columns (all have the labels). How many numbers does each worker send for one "
            "gradient?"),
        3: (f"数据切成 {q.row_blocks} 个行块 × {q.column_blocks} 个列块，一台一格。算一次梯度，每台要发多少个数？",
            f"The data is cut into {q.row_blocks} row blocks × {q.column_blocks} column blocks, a worker for each. How "
            "many numbers does each send for one gradient?"),
    }[q.level]  # fmt: skip
    return text(zh=zh + how[0], en=en + how[1])


def mistakes(q: Cut) -> Sequence[Mistake]:
    if q.level == 3:
        return (
            Mistake("whole-vectors", ring_traffic(q.rows, q.column_blocks) + ring_traffic(q.features, q.row_blocks),
                    text(zh="一格只管 n/R 行、d/C 列：向量没有那么长。",
                         en="A cell has n/R rows and d/C columns only: its vectors are shorter.")),
            Mistake("blocks-swapped",
                    ring_traffic(q.rows / q.row_blocks, q.row_blocks)
                    + ring_traffic(q.features / q.column_blocks, q.column_blocks),
                    text(zh="边际由同一行块的 C 台求和，梯度由同一列块的 R 台求和。",
                         en="Margins are summed over the C workers of a row block, gradients over the R of a "
                            "column block.")),
            Mistake("gradient-only", ring_traffic(q.features / q.column_blocks, q.row_blocks),
                    text(zh="还有边际 $Xw$：先要在列块之间求和。",
                         en="The margins $Xw$ have to be summed first, across column blocks.")),
        )  # fmt: skip
    right, other = (q.features, q.rows) if q.level == 1 else (q.rows, q.features)
    return (
        Mistake("other-vector", ring_traffic(other, q.workers),
                text(zh="按行切归约 d 维梯度，按列切归约 n 维边际，弄反了。",
                     en="Rows reduce the d-vector of gradients, columns the n-vector of margins: the other way "
                        "round.")),
        Mistake("half", ring_traffic(right, q.workers) / 2,
                text(zh="累加和分发各走 K − 1 次，要乘 2。",
                     en="K − 1 passes to add up and K − 1 to hand out: twice that.")),
        Mistake("central", central_traffic(right, q.workers),
                text(zh="这是中心主机的流量；环形每台不到 2 倍长度。",
                     en="That is a host in the middle; in a ring each sends less than twice the vector.")),
        Mistake("not-chunked", 2 * (q.workers - 1) * right,
                text(zh="每次只传 1/K 的一块，不是整个向量。",
                     en="A pass moves a chunk of 1/K, not the whole vector.")),
    )  # fmt: skip


def solution(q: Cut) -> Text:
    if q.level == 3:
        shown = (rf"$\frac{{2({q.column_blocks}-1)}}{{{q.column_blocks}}}\cdot\frac{{{q.rows:g}}}{{{q.row_blocks}}}"
                 rf"+\frac{{2({q.row_blocks}-1)}}{{{q.row_blocks}}}\cdot\frac{{{q.features:g}}}{{{q.column_blocks}}}"
                 rf"={answer(q):.4g}$")  # fmt: skip
        return text(zh=f"先归约本行块的边际，再归约本列块的梯度：{shown} 百万。",
                    en=f"The margins of the row block, then the gradient of the column block: {shown} "
                       f"million.")  # fmt: skip
    size = q.features if q.level == 1 else q.rows
    shown = rf"$\frac{{2({q.workers}-1)}}{{{q.workers}}}\cdot{size:g}={answer(q):.4g}$"
    return text(zh=f"归约的是{'梯度（d 维）' if q.level == 1 else '边际 $Xw$（n 维）'}：{shown} 百万。",
                en=f"What is reduced is "
                   f"{'the gradient (d numbers)' if q.level == 1 else 'the margins $Xw$ (n numbers)'}: "
                f"{shown} million.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="一次梯度的通信量", en="The traffic of one gradient"),
    generate, prompt, answer, lambda q: 0.002 * answer(q), mistakes, solution, unit="10⁶",
    demo="many-workers-one-model",
)  # fmt: skip
