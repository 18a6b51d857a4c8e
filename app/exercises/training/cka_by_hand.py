"""Linear CKA by hand: one feature each (a squared correlation), two against one, and what a transformation changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.similarity import linear_cka
from app.kit import Exercise, Mistake, Text, text

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Pair:
    """Activations of two layers on the same samples, one row a sample."""

    X: Rows
    Y: Rows
    level: int


def centred(rows: Rows) -> np.ndarray:
    M = np.array(rows, float)
    out: np.ndarray = M - M.mean(axis=0)
    return out


def generate(rng: np.random.Generator, level: int) -> Pair:
    while True:
        X = rng.integers(-3, 4, (3, 1 if level == 1 else 2))
        Y = rng.integers(-3, 4, (3, 2 if level == 3 else 1))
        if level < 3:  # columns that are centred already
            X[2], Y[2] = -X[:2].sum(axis=0), -Y[:2].sum(axis=0)
        pair = Pair(
            tuple(tuple(int(v) for v in row) for row in X), tuple(tuple(int(v) for v in row) for row in Y), level
        )
        spread = min(np.abs(centred(pair.X)).max(axis=0).min(), np.abs(centred(pair.Y)).max(axis=0).min())
        if spread > 0.5 and 0.05 < answer(pair) < 0.95 and max(map(abs, np.concatenate([X, Y], 1).ravel())) < 7:
            return pair


def answer(p: Pair) -> float:
    return float(linear_cka(np.array(p.X, float), np.array(p.Y, float)))


def tex(rows: Rows) -> str:
    return r"\begin{pmatrix}" + r"\\".join("&".join(map(str, row)) for row in rows) + r"\end{pmatrix}"


def prompt(p: Pair) -> Text:
    shown = f"$X={tex(p.X)}$, $Y={tex(p.Y)}$"
    note = (
        text(zh="各列均值都是 0。", en=" Every column has mean 0.")
        if p.level < 3
        else text(zh="注意中心化。", en=" Mind the means.")
    )
    return text(
        zh=f"两层在同样三个样本上的激活（一行一个样本）：{shown.replace(', ', '，')}。{note.zh}线性 CKA 是多少？",
        en=f"Activations of two layers on the same three samples, one row each: {shown}.{note.en} What is their CKA?",
    )


def ratio(X: np.ndarray, Y: np.ndarray) -> tuple[float, float, float]:
    """‖XᵀY‖, ‖XᵀX‖, ‖YᵀY‖."""
    return tuple(float(np.linalg.norm(A.T @ B)) for A, B in ((X, Y), (X, X), (Y, Y)))  # type: ignore[return-value]


def mistakes(p: Pair) -> Sequence[Mistake]:
    cross, own_x, own_y = ratio(centred(p.X), centred(p.Y))
    raw = ratio(np.array(p.X, float), np.array(p.Y, float))
    wrong = [
        Mistake("not-squared", cross / np.sqrt(own_x * own_y), text(
            zh="分子是 $\\lVert X^\\top Y\\rVert$ 的**平方**。", en="The numerator is **squared**.")),
        Mistake("not-normalised", cross**2, text(
            zh="还要除以 $\\lVert X^\\top X\\rVert\\,\\lVert Y^\\top Y\\rVert$。",
            en="Divide by $\\lVert X^\\top X\\rVert\\,\\lVert Y^\\top Y\\rVert$.")),
    ]  # fmt: skip
    if p.level == 3:
        wrong.append(Mistake("forgot-centring", raw[0] ** 2 / (raw[1] * raw[2]), text(
            zh="先把每一列减去均值。", en="Subtract each column's mean first.")))  # fmt: skip
    if p.level > 1:
        spread = np.sum(centred(p.X) ** 2) * np.sum(centred(p.Y) ** 2)
        wrong.append(Mistake("trace-instead", cross**2 / spread, text(
            zh="分母用 $\\lVert X^\\top X\\rVert$ 的 Frobenius 范数，不是 $\\lVert X\\rVert^2$。",
            en="The denominator has the Frobenius norm of $X^\\top X$, not $\\lVert X\\rVert^2$.")))  # fmt: skip
    return wrong


def solution(p: Pair) -> Text:
    cross, own_x, own_y = ratio(centred(p.X), centred(p.Y))
    formula = rf"$\dfrac{{{cross**2:.4g}}}{{{own_x:.4g}\cdot{own_y:.4g}}}={answer(p):.3f}$"
    first = text(zh="各一个特征时就是相关系数的平方：", en="With one feature each it is the squared correlation: ")
    other = text(zh="中心化之后，", en="After centring ")
    lead = first if p.level == 1 else other
    norms = r"$\lVert X^\top Y\rVert^2/(\lVert X^\top X\rVert\lVert Y^\top Y\rVert)=$ "
    return text(zh=f"{lead.zh}{norms}{formula}。", en=f"{lead.en}{norms}{formula}.")


exercise = Exercise(
    __name__, text(zh="手算线性 CKA", en="Linear CKA by hand"),
    generate, prompt, answer, lambda p: 0.005, mistakes, solution, demo="two-rulers",
)  # fmt: skip
