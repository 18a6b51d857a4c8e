"""Mutual information of a small table of counts, in bits, by hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.information import JointInformation, joint_information
from app.kit import Exercise, Mistake, Text, text

BIT = math.log(2)


@dataclass(frozen=True)
class Counts:
    """How often each pair was seen: a row for each y, a column for each x."""

    rows: tuple[tuple[int, ...], ...]

    @property
    def found(self) -> JointInformation:
        table = np.array(self.rows, dtype=float)
        return joint_information(table / table.sum())


def generate(rng: np.random.Generator, level: int) -> Counts:
    """Level 1: symmetric 2 × 2. Level 2: any 2 × 2. Level 3: 2 × 3, zeros allowed."""
    while True:
        if level == 1:
            a, b = (int(v) for v in rng.integers(1, 16, 2))
            counts = Counts(((a, b), (b, a)))
        else:
            drawn = rng.integers(1 if level == 2 else 0, 10, (2, level)).tolist()
            counts = Counts(tuple(tuple(row) for row in drawn))
        table = np.array(counts.rows)
        if table.sum(axis=0).min() > 0 and table.sum(axis=1).min() > 0 and counts.found.mutual > 0.05:
            return counts


def answer(p: Counts) -> float:
    return p.found.mutual / BIT


def prompt(p: Counts) -> Text:
    body = r"\\".join("&".join(map(str, row)) for row in p.rows)
    table = rf"$\begin{{pmatrix}}{body}\end{{pmatrix}}$"
    n = sum(map(sum, p.rows))
    return text(
        zh=f"{n} 次观测的列联表是 {table}（行是 $y$，列是 $x$）。用频率当概率，$I(X;Y)$ 是多少 bit？",
        en=f"{n} observations gave the table {table} (rows are $y$, columns $x$). Taking frequencies for "
        "probabilities, what is $I(X;Y)$ in bits?",
    )


def mistakes(p: Counts) -> Sequence[Mistake]:
    f = p.found
    given = np.nan_to_num(f.x_given)
    return (
        Mistake("nats", f.mutual,
                text(zh="这是 nat；除以 ln 2 才是 bit。", en="Those are nats; divide by ln 2 for bits.")),
        Mistake("conditional", f.x_given_y / BIT,
                text(zh="这是 $H(X\\mid Y)$，知道 Y 之后剩下的；互信息是减少的那部分。",
                     en="That is $H(X\\mid Y)$, what is left once Y is known; mutual information is what went away.")),
        Mistake("joint-entropy", f.joint / BIT,
                text(zh="这是联合熵 $H(X,Y)$；还要从 $H(X)+H(Y)$ 里减去它。",
                     en="That is the joint entropy $H(X,Y)$; take it from $H(X)+H(Y)$.")),
        Mistake("unweighted", (f.x - float(given.mean())) / BIT,
                text(zh="$H(X\\mid Y)$ 是按 $p(y)$ 加权的平均，不是各行的简单平均。",
                     en="$H(X\\mid Y)$ weighs the rows by $p(y)$; it is not their plain mean.")),
        Mistake("twice", 2 * f.mutual / BIT,
                text(zh="算了两遍：$H(X)+H(Y)-H(X,Y)$ 里互信息只留一份。",
                     en="Counted twice: $H(X)+H(Y)-H(X,Y)$ leaves it once.")),
    )  # fmt: skip


def solution(p: Counts) -> Text:
    f = p.found
    x, y, joint = f.x / BIT, f.y / BIT, f.joint / BIT
    line = f"$I=H(X)+H(Y)-H(X,Y)={x:.4f}+{y:.4f}-{joint:.4f}={answer(p):.4f}$"
    return text(zh=f"{line} bit。", en=f"{line} bits.")


exercise = Exercise(
    __name__,
    text(zh="手算互信息", en="Mutual information by hand"),
    generate,
    prompt,
    answer,
    lambda p: max(0.002, 0.01 * answer(p)),
    mistakes,
    solution,
    unit="bit",
    demo="information-diagram",
)
