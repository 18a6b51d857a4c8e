"""What a cross costs: columns, cells, and how many of the cells stay empty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Cross:
    """m and n bins; level 2: both one-hots, with one more bin each for missing values, plus the cross; level 3: rows
    spread evenly at random over the m·n cells."""

    level: int
    m: int
    n: int
    rows: int


def generate(rng: np.random.Generator, level: int) -> Cross:
    m, n = (int(v) for v in rng.choice(np.arange(4, 51), 2, replace=False))
    return Cross(level, m, n, round(m * n * float(rng.choice([0.5, 1.0, 1.5, 2.0]))))


def answer(p: Cross) -> float:
    if p.level == 1:
        return float(p.m * p.n)
    if p.level == 2:
        return float((p.m + 1) * (p.n + 1) + p.m + p.n + 2)
    return float(100 * (1 - 1 / (p.m * p.n)) ** p.rows)


def prompt(p: Cross) -> Text:
    if p.level == 1:
        return text(
            zh=f"两个特征分别切成 {p.m} 箱和 {p.n} 箱。它们的交叉特征做 one-hot，有多少列？",
            en=f"Two features are cut into {p.m} and {p.n} bins. How many one-hot columns does their cross have?",
        )
    if p.level == 2:
        return text(
            zh=f"两个特征分别切成 {p.m} 箱和 {p.n} 箱，各自再加一个“缺失”箱。模型用两个 one-hot 和它们的交叉，"
            "一共多少列？",
            en=f"Two features are cut into {p.m} and {p.n} bins, each with one more bin for missing values. The model "
            "uses both one-hots and their cross. How many columns in all?",
        )
    return text(
        zh=f"{p.m} 箱与 {p.n} 箱交叉，{p.rows} 行训练数据均匀随机地落进各格。平均有百分之几的格子一行都没有？",
        en=f"A cross of {p.m} and {p.n} bins; {p.rows} training rows fall into its cells evenly at random. What "
        "percentage of the cells has no row, on average?",
    )


def mistakes(p: Cross) -> Sequence[Mistake]:
    m, n = p.m, p.n
    if p.level == 1:
        return (
            Mistake("sum", m + n, text(zh="并排才是相加；交叉是每一对各一列。",
                                       en="Side by side they add; a cross has a column for every pair.")),
            Mistake("one-less-each", (m - 1) * (n - 1),
                    text(zh="去掉一列参照是有截距时的做法；one-hot 交叉本身每格一列。",
                         en="Dropping a reference level goes with an intercept; the one-hot cross has one a cell.")),
            Mistake("with-both", m * n + m + n,
                    text(zh="这把两个原来的 one-hot 也算上了。", en="That counts the two one-hots as well.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("no-missing", m * n + m + n, text(zh="漏了“缺失”箱。",
                                                      en="The bins for missing values are left out.")),
            Mistake("cross-only", (m + 1) * (n + 1),
                    text(zh="只算了交叉，两个 one-hot 也在模型里。",
                         en="The cross only; the two one-hots are in the model too.")),
            Mistake("missing-not-crossed", m * n + m + n + 2,
                    text(zh="“缺失”箱也参加交叉。", en="The missing bins are crossed as well.")),
            Mistake("sum", m + n + 2, text(zh="漏了交叉。", en="The cross is missing.")),
        )  # fmt: skip
    cells = m * n
    return (
        Mistake("filled", 100 - answer(p), text(zh="这是有数据的格子。", en="Those are the cells with rows.")),
        Mistake("one-each", max(0.0, 100 * (1 - p.rows / cells)),
                text(zh="行不会自动各占一格：有的格子挤了好几行。",
                     en="Rows do not take a cell each: some cells hold several.")),
        Mistake("one-row", 100 * (1 - 1 / cells),
                text(zh="这是一行落不进某格的概率，要乘 $n$ 次方。",
                     en="That is one row missing a cell; raise it to the number of rows.")),
    )  # fmt: skip


def solution(p: Cross) -> Text:
    if p.level == 1:
        return text(zh=f"${p.m}\\times{p.n}={answer(p):.0f}$。", en=f"${p.m}\\times{p.n}={answer(p):.0f}$.")
    if p.level == 2:
        shown = f"${p.m + 1}+{p.n + 1}+{p.m + 1}\\times{p.n + 1}={answer(p):.0f}$"
        return text(zh=f"{shown}。", en=f"{shown}.")
    cells = p.m * p.n
    shown = rf"$(1-\frac{{1}}{{{cells}}})^{{{p.rows}}}\approx e^{{-{p.rows / cells:.3g}}}={answer(p):.1f}\%$"
    return text(zh=f"每格都没被选中的概率 {shown}。", en=f"The chance that a cell is never hit: {shown}.")


exercise = Exercise(
    __name__, text(zh="交叉特征有多大", en="How large a cross gets"),
    generate, prompt, answer, lambda p: 0.01 if p.level < 3 else 0.5, mistakes, solution,
    demo="how-many-bins",
)  # fmt: skip
