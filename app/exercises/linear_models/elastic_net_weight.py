"""One weight under L2, under the elastic net, and after a change of unit; orthogonal columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.lasso import elastic_net
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Weight:
    """A column of squared length `size` that is orthogonal to the others; `b` is the least-squares weight."""

    level: int
    b: float
    penalty: float
    mix: float
    size: float = 1.0

    @property
    def pull(self) -> float:
        """xᵀy."""
        return self.size * self.b


def generate(rng: np.random.Generator, level: int) -> Weight:
    while True:
        b = float(rng.choice([-1, 1]) * rng.integers(8, 60)) / 10
        penalty = float(rng.choice([0.5, 1, 1.5, 2, 3, 4]))
        mix = 0.0 if level == 1 else float(rng.choice([0.2, 0.25, 0.5, 0.75, 0.8]))
        size = float(rng.choice([2, 4, 5])) if level == 3 else 1.0
        q = Weight(level, b, penalty, mix, size)
        short = abs(q.pull) - penalty * mix
        if abs(short) > 0.2 and (short > 0 or rng.random() < 0.2):
            return q


def answer(q: Weight) -> float:
    X = np.array([[np.sqrt(q.size)]])
    return float(elastic_net(X, X[:, 0] * q.b, q.penalty, q.mix)[0])


def prompt(q: Weight) -> Text:
    if q.level == 1:
        return text(
            zh=rf"$X$ 的各列正交、长度为 1，某个权重的最小二乘解是 {q.b:g}。最小化 "
            rf"$\frac12\lVert y-Xw\rVert^2+\frac\lambda2\lVert w\rVert^2$，$\lambda={q.penalty:g}$：它变成多少？",
            en=rf"The columns of $X$ are orthonormal; one weight is {q.b:g} by least squares. Minimise "
            rf"$\frac12\lVert y-Xw\rVert^2+\frac\lambda2\lVert w\rVert^2$ with $\lambda={q.penalty:g}$: what does it "
            "become?",
        )
    if q.level == 2:
        return text(
            zh=rf"$X$ 的各列正交、长度为 1，某个权重的最小二乘解是 {q.b:g}。弹性网最小化 $\frac12\lVert y-Xw\rVert^2"
            rf"+\lambda(\alpha\lVert w\rVert_1+\frac{{1-\alpha}}2\lVert w\rVert^2)$，$\lambda={q.penalty:g}$、"
            rf"$\alpha={q.mix:g}$：它变成多少？",
            en=rf"The columns of $X$ are orthonormal; one weight is {q.b:g} by least squares. The elastic net "
            "minimises "
            rf"$\frac12\lVert y-Xw\rVert^2+\lambda(\alpha\lVert w\rVert_1+\frac{{1-\alpha}}2\lVert w\rVert^2)$ with "
            rf"$\lambda={q.penalty:g}$, $\alpha={q.mix:g}$: what does it become?",
        )
    return text(
        zh=rf"某一列与其他列正交，但 $\lVert x\rVert^2={q.size:g}$；它的最小二乘权重是 {q.b:g}。弹性网最小化 "
        rf"$\frac12\lVert y-Xw\rVert^2+\lambda(\alpha\lVert w\rVert_1+\frac{{1-\alpha}}2\lVert w\rVert^2)$，"
        rf"$\lambda={q.penalty:g}$、$\alpha={q.mix:g}$：这个权重变成多少？",
        en=rf"One column is orthogonal to the others but has $\lVert x\rVert^2={q.size:g}$; its least-squares "
        "weight is "
        rf"{q.b:g}. The elastic net minimises $\frac12\lVert y-Xw\rVert^2+\lambda(\alpha\lVert w\rVert_1"
        rf"+\frac{{1-\alpha}}2\lVert "
        rf"w\rVert^2)$ with $\lambda={q.penalty:g}$, $\alpha={q.mix:g}$: what is this weight?",
    )


def mistakes(q: Weight) -> Sequence[Mistake]:
    sign, l1, l2 = float(np.sign(q.b)), q.penalty * q.mix, q.penalty * (1 - q.mix)
    cut = max(abs(q.pull) - l1, 0.0)
    if q.level == 1:
        return (
            Mistake("as-l1", sign * max(abs(q.b) - q.penalty, 0.0),
                    text(zh="这是 L1 的软阈值。L2 是按比例缩小：除以 $1+\\lambda$。",
                         en="That is L1's soft threshold. L2 shrinks in proportion: divide by $1+\\lambda$.")),
            Mistake("twice", q.b / (1 + 2 * q.penalty),
                    text(zh="惩罚前面有 $\\frac12$：导数是 $\\lambda w$，不是 $2\\lambda w$。",
                         en="The penalty carries a $\\frac12$: its slope is $\\lambda w$, not $2\\lambda w$.")),
            Mistake("took-off-a-share", q.b * (1 - q.penalty),
                    text(zh="不是减去 $\\lambda$ 那么多比例：解 $(1+\\lambda)w=b$。",
                         en="It does not lose the share $\\lambda$: solve $(1+\\lambda)w=b$.")),
        )  # fmt: skip
    out = [
        Mistake("l1-only", sign * cut / q.size,
                text(zh="只做了软阈值；L2 部分还在分母里加 $\\lambda(1-\\alpha)$。",
                     en="That is the soft threshold alone; the L2 part adds $\\lambda(1-\\alpha)$ below.")),
        Mistake("l2-only", q.pull / (q.size + l2),
                text(zh="只做了收缩；L1 部分要先减 $\\lambda\\alpha$。",
                     en="That only shrinks; the L1 part first takes off $\\lambda\\alpha$.")),
        Mistake("shares-swapped", sign * max(abs(q.pull) - l2, 0.0) / (q.size + l1),
                text(zh="$\\alpha$ 是 L1 的份额，$1-\\alpha$ 才是 L2 的。",
                     en="$\\alpha$ is the share of L1; that of L2 is $1-\\alpha$.")),
        Mistake("shrunk-first", sign * max(abs(q.pull) / (q.size + l2) - l1, 0.0),
                text(zh="次序反了：先减阈值，再除。", en="Wrong order: take the threshold off first, then divide.")),
    ]  # fmt: skip
    if q.level == 3:
        out.append(Mistake("as-if-of-length-1", sign * max(abs(q.b) - l1, 0.0) / (1 + l2),
                           text(zh="列的长度不是 1：阈值比的是 $x^\\top y=\\lVert x\\rVert^2b$，分母是 "
                                   "$\\lVert x\\rVert^2+\\lambda(1-\\alpha)$。",
                                en="The column is not of length 1: compare $x^\\top y=\\lVert x\\rVert^2b$ with the "
                                   "threshold, and divide by $\\lVert x\\rVert^2+\\lambda(1-\\alpha)$.")))  # fmt: skip
    return out


def solution(q: Weight) -> Text:
    if q.level == 1:
        return text(zh=f"导数为 0：$w-b+\\lambda w=0$，${q.b:g}/(1+{q.penalty:g})={answer(q):.4g}$。",
                    en=f"Slope 0: $w-b+\\lambda w=0$, ${q.b:g}/(1+{q.penalty:g})={answer(q):.4g}$.")  # fmt: skip
    l1, l2 = q.penalty * q.mix, q.penalty * (1 - q.mix)
    shown = rf"$\frac{{\mathrm{{soft}}({q.pull:g},\,{l1:g})}}{{{q.size:g}+{l2:g}}}={answer(q):.4g}$"
    return text(zh=f"先减 $\\lambda\\alpha$（不足则为 0），再除以 $\\lVert x\\rVert^2+\\lambda(1-\\alpha)$：{shown}。",
                en="Take off $\\lambda\\alpha$ (but stop at 0), then divide by "
                   "$\\lVert x\\rVert^2+\\lambda(1-\\alpha)$: "
                f"{shown}.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="L2 与弹性网下的一个权重", en="One weight under L2 and the elastic net"),
    generate, prompt, answer, lambda q: 0.005, mistakes, solution, demo="shrink-or-cut",
)  # fmt: skip
