"""λ_max by hand: the smallest penalty at which every weight is 0, for L1, the elastic net, and with an intercept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.lasso import largest_penalty
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Asleep:
    """Two columns and a target, four rows of small whole numbers. Level 3: an intercept, and the error is over n."""

    level: int
    columns: tuple[tuple[int, ...], tuple[int, ...]]
    y: tuple[int, ...]
    mix: float = 1.0

    @property
    def dots(self) -> np.ndarray:
        """x_jᵀy, with y centred at level 3."""
        y = np.array(self.y, dtype=float)
        return np.asarray(np.array(self.columns) @ (y - y.mean() if self.level == 3 else y))

    @property
    def n(self) -> int:
        return len(self.y) if self.level == 3 else 1


def generate(rng: np.random.Generator, level: int) -> Asleep:
    while True:
        first, second, y = rng.integers(-3, 4, 4), rng.integers(-3, 4, 4), rng.integers(-2, 8, 4)
        if level == 3 and (first.sum() == 0 or second.sum() == 0 or y.sum() % 4):
            continue
        mix = float(rng.choice([0.2, 0.25, 0.5, 0.8])) if level == 2 else 1.0
        q = Asleep(level, (tuple(first.tolist()), tuple(second.tolist())), tuple(y.tolist()), mix)
        one, two = np.abs(q.dots)
        if abs(one - two) >= 2 and min(one, two) >= 1 and (q.dots.max() != np.abs(q.dots).max() or rng.random() < 0.5):
            return q


def answer(q: Asleep) -> float:
    y = np.array(q.y, dtype=float)
    X = np.array(q.columns, dtype=float).T
    return largest_penalty(X, y - y.mean() if q.level == 3 else y, q.mix) / q.n


def prompt(q: Asleep) -> Text:
    first, second = (f"({', '.join(map(str, column))})" for column in q.columns)
    data = rf"$x_1={first}$, $x_2={second}$, $y=({', '.join(map(str, q.y))})$"
    data_zh = data.replace("$, $", "$、$")
    if q.level == 1:
        return text(
            zh=rf"{data_zh}。最小化 $\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$（没有截距）。"
            r"使所有权重都为 0 的最小 $\lambda$ 是多少？",
            en=rf"{data}. Minimise $\frac12\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$ (no intercept). What is the "
            r"smallest $\lambda$ at which all weights are 0?",
        )
    if q.level == 2:
        return text(
            zh=rf"{data_zh}。弹性网最小化 $\frac12\lVert y-Xw\rVert^2+\lambda(\alpha\lVert w\rVert_1"
            rf"+\frac{{1-\alpha}}2\lVert w\rVert^2)$，$\alpha={q.mix:g}$，没有截距。"
            r"使所有权重都为 0 的最小 $\lambda$ 是多少？",
            en=rf"{data}. The elastic net minimises $\frac12\lVert y-Xw\rVert^2+\lambda(\alpha\lVert w\rVert_1"
            rf"+\frac{{1-\alpha}}2\lVert w\rVert^2)$ with $\alpha={q.mix:g}$, no intercept. What is the smallest "
            r"$\lambda$ at which all weights are 0?",
        )
    return text(
        zh=rf"{data_zh}。某个库的 lasso 最小化 $\frac1{{2n}}\lVert y-c-Xw\rVert^2+a\lVert w\rVert_1$，截距 $c$ "
        "不受惩罚。"
        "使两个权重都为 0 的最小 $a$ 是多少？",
        en=rf"{data}. A library's lasso minimises $\frac1{{2n}}\lVert y-c-Xw\rVert^2+a\lVert w\rVert_1$ with an "
        "intercept $c$ that is not penalised. What is the smallest $a$ at which both weights are 0?",
    )


def mistakes(q: Asleep) -> Sequence[Mistake]:
    raw = np.array(q.columns) @ np.array(q.y)
    out = [
        Mistake("signed", float(q.dots.max()) / q.mix / q.n,
                text(zh="要取绝对值：强的负相关同样会唤醒权重。",
                     en="Take magnitudes: a strong negative correlation wakes a weight just as well.")),
        Mistake("smallest", float(np.abs(q.dots).min()) / q.mix / q.n,
                text(zh="在这个 λ 只有一个权重为 0；要最大的那个 $|x_j^\\top y|$。",
                     en="There only one weight is 0; it takes the largest $|x_j^\\top y|$.")),
        Mistake("doubled", 2 * answer(q),
                text(zh="平方误差前有 $\\frac12$，导数里没有 2。",
                     en="The squared error carries a $\\frac12$: there is no 2 in its slope.")),
    ]  # fmt: skip
    if q.level == 2:
        out += [
            Mistake("no-mix", answer(q) * q.mix,
                    text(zh="阈值是 $\\lambda\\alpha$，所以还要除以 $\\alpha$。",
                         en="The threshold is $\\lambda\\alpha$: divide by $\\alpha$.")),
            Mistake("times-mix", answer(q) * q.mix**2,
                    text(zh="$\\lambda\\alpha=\\max|x_j^\\top y|$，要除以 $\\alpha$，不是乘。",
                         en="$\\lambda\\alpha=\\max|x_j^\\top y|$: divide by $\\alpha$, do not multiply.")),
        ]  # fmt: skip
    if q.level == 3:
        out += [
            Mistake("not-centred", float(np.abs(raw).max()) / q.n,
                    text(zh="截距先吃掉 $y$ 的均值：用中心化的 $y$。",
                         en="The intercept first takes the mean of $y$: use $y$ centred.")),
            Mistake("not-over-n", answer(q) * q.n,
                    text(zh="平方误差除以了 $n$，阈值也要除以 $n$。",
                         en="The squared error is over $n$, and so is the threshold.")),
        ]  # fmt: skip
    return out


def solution(q: Asleep) -> Text:
    dots = ", ".join(f"{d:g}" for d in q.dots)
    top = f"{np.abs(q.dots).max():g}"
    tail = f"{top}/{q.mix:g}={answer(q):.4g}" if q.level == 2 else f"{top}/{q.n}={answer(q):.4g}" if q.n > 1 else top
    centred_zh, centred_en = ("（$y$ 减去均值）", " (with $y$ less its mean)") if q.level == 3 else ("", "")
    return text(
        zh=f"在 $w=0$ 处残差就是 $y$：$x_j^\\top y$ 是 ${dots}${centred_zh}，绝对值最大的决定阈值：${tail}$。",
        en=f"At $w=0$ the residual is $y$: the $x_j^\\top y$ are ${dots}${centred_en}, and the largest magnitude "
        "sets the "
        f"threshold: ${tail}$.",
    )


exercise = Exercise(
    __name__, text(zh="让所有权重为 0 的最小 λ", en="The smallest λ that puts all weights to sleep"),
    generate, prompt, answer, lambda q: 0.005, mistakes, solution, demo="shrink-or-cut",
)  # fmt: skip
