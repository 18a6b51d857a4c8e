"""The gain of one split by hand: from sums, from y, and as the library prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.boosted_trees import derivatives, split_curve
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Node:
    """Rows in order of x with their y (scores are 0), split after the first k; loss; library: the number without ½."""

    y: tuple[float, ...]
    k: int
    lam: float
    loss: str
    library: bool

    @property
    def sums(self) -> tuple[float, float, float, float]:
        """G_L, H_L, G_R, H_R."""
        g, h = derivatives(self.loss, np.zeros(len(self.y)), np.array(self.y))
        return float(g[: self.k].sum()), float(h[: self.k].sum()), float(g[self.k :].sum()), float(h[self.k :].sum())


def generate(rng: np.random.Generator, level: int) -> Node:
    while True:
        n = 5 + level
        k = int(rng.integers(2, n - 1))
        loss = "logistic" if level == 3 else "squared"
        y = rng.integers(0, 2, n) if level == 3 else rng.integers(-5, 7, n)
        node = Node(tuple(map(float, y)), k, float(rng.integers(1, 4)), loss, level == 3 or bool(rng.integers(2)))
        gl, _, gr, _ = node.sums
        if abs(gl - gr) > 1.4 and gl != 0 and gr != 0 and bracket(node) > 0.5:
            return node


def bracket(p: Node) -> float:
    """The library's number: without ½."""
    g, h = derivatives(p.loss, np.zeros(len(p.y)), np.array(p.y))
    x = np.repeat([0.0, 1.0], [p.k, len(p.y) - p.k])
    return float(split_curve(x, g, h, p.lam, 0.0).gains[1, 0])


def answer(p: Node) -> float:
    return bracket(p) * (1.0 if p.library else 0.5)


def prompt(p: Node) -> Text:
    left, right = (", ".join(f"{v:g}" for v in part) for part in (p.y[: p.k], p.y[p.k :]))
    if p.loss == "squared":
        zh = f"平方损失 ½(y − s)²，当前预测 s = 0。左子 y = {left}；右子 y = {right}；λ = {p.lam:g}，γ = 0。"
        en = f"Squared loss ½(y − s)², current scores s = 0. Left child: y = {left}. Right: y = {right}. "
    else:
        zh = f"logistic 损失，当前分数 0（p = 0.5）。左子 y = {left}；右子 y = {right}；λ = {p.lam:g}，γ = 0。"
        en = f"Logistic loss, current scores 0 (p = 0.5). Left child: y = {left}. Right: y = {right}. "
    en += f"λ = {p.lam:g}, γ = 0. "
    if p.library:
        return text(zh=zh + "XGBoost 打印的增益（不带 ½）是多少？", en=en + "What gain does XGBoost print (no ½)?")
    return text(zh=zh + "论文公式的增益（带 ½）是多少？", en=en + "What is the gain by the paper's formula (with ½)?")


def mistakes(p: Node) -> Sequence[Mistake]:
    gl, hl, gr, hr = p.sums
    scale = 1.0 if p.library else 0.5
    children = gl**2 / (hl + p.lam) + gr**2 / (hr + p.lam)
    named = [
        Mistake("half", bracket(p) * (0.5 if p.library else 1.0),
                text(zh="差一个 ½：论文公式有，库打印的和 γ 比较的都没有。",
                     en="Off by the ½: the paper's formula has it; what the library prints, and γ meets, does not.")),
        Mistake("no-parent", scale * children,
                text(zh="要减去不分裂时父节点的 G²/(H+λ)。", en="Subtract the parent's G²/(H+λ).")),
        Mistake("no-lambda", scale * (gl**2 / hl + gr**2 / hr - (gl + gr) ** 2 / (hl + hr)),
                text(zh="漏了 λ：三个分母各加一次。", en="λ is missing: it belongs in all three denominators.")),
        Mistake("lambda-shared", scale * (children - (gl + gr) ** 2 / (hl + hr + 2 * p.lam)),
                text(zh="父节点也只加一个 λ，不是 2λ。", en="The parent has one λ too, not 2λ.")),
    ]  # fmt: skip
    if p.loss == "logistic":
        n, m = p.k, len(p.y) - p.k
        named.append(Mistake(
            "rows-for-hessian", gl**2 / (n + p.lam) + gr**2 / (m + p.lam) - (gl + gr) ** 2 / (n + m + p.lam),
            text(zh="H 不是行数：logistic 每行 h = p(1 − p) = 0.25。",
                 en="H is not the number of rows: logistic rows have h = p(1 − p) = 0.25 each."),
        ))  # fmt: skip
    return named


def solution(p: Node) -> Text:
    gl, hl, gr, hr = p.sums
    half = "" if p.library else r"\tfrac12\Big["
    close = "" if p.library else r"\Big]"
    terms = [rf"\frac{{({g:g})^2}}{{{h:g}+{p.lam:g}}}" for g, h in ((gl, hl), (gr, hr), (gl + gr, hl + hr))]
    formula = f"${half}{terms[0]}+{terms[1]}-{terms[2]}{close}={answer(p):.4g}$"
    rule = "g = s − y, h = 1" if p.loss == "squared" else "g = p − y, h = p(1 − p)"
    return text(zh=f"{rule}：{formula}。", en=f"{rule}: {formula}.")


exercise = Exercise(
    __name__,
    text(zh="手算分裂增益", en="A split's gain by hand"),
    generate,
    prompt,
    answer,
    lambda p: max(0.01, 0.004 * abs(answer(p))),
    mistakes,
    solution,
    demo="split-finder",
)
