"""How many rows min_child_weight really asks for: it counts hessians."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Child:
    """min_child_weight, the probability p of the rows, and `sure` rows of probability `q` already in the child."""

    weight: float
    p: float
    sure: int
    q: float

    @property
    def h(self) -> float:
        return self.p * (1 - self.p)

    @property
    def there(self) -> float:
        """ΣH of the rows already in the child."""
        return self.sure * self.q * (1 - self.q)


def generate(rng: np.random.Generator, level: int) -> Child:
    while True:
        weight = float(rng.integers(1, 13))
        p = 0.5 if level == 1 else float(rng.choice([0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 0.95]))
        sure = 0 if level < 3 else int(rng.integers(3, 13))
        child = Child(weight, p, sure, float(rng.choice([0.4, 0.5, 0.6])))
        exact = (weight - child.there) / child.h
        whole = abs(exact - round(exact)) < 1e-9
        if exact > 1 and (level == 1 or not whole):
            return child


def answer(p: Child) -> float:
    return float(math.ceil((p.weight - p.there) / p.h - 1e-9))


def prompt(p: Child) -> Text:
    zh = f"二分类（logistic 损失），min_child_weight = {p.weight:g}。"
    en = f"Binary classification with the logistic loss and min_child_weight = {p.weight:g}. "
    if p.sure:
        zh += f"一个子节点里已有 {p.sure} 行预测概率为 {p.q:g} 的样本，"
        zh += f"其余样本的预测概率都是 {p.p:g}。至少还要几行才合法？"
        en += (
            f"A child holds {p.sure} rows of predicted probability {p.q:g}; all other rows have {p.p:g}. "
            "How many more does it need, at least?"
        )
    else:
        zh += f"子节点里所有样本的预测概率都是 {p.p:g}。一个合法的子节点至少要几行？"
        en += f"Every row has predicted probability {p.p:g}. How many rows must a child have, at least?"
    return text(zh=zh, en=en)


def mistakes(p: Child) -> Sequence[Mistake]:
    named = [
        Mistake("rows", p.weight - p.sure,
                text(zh="min_child_weight 数的是 ΣH；只有平方损失 h = 1 时才等于行数。",
                     en="min_child_weight counts ΣH, which is the number of rows only for squared loss, h = 1.")),
        Mistake("probability", float(math.ceil((p.weight - p.sure * p.q) / p.p - 1e-9)),
                text(zh="每行的权重是 p(1 − p)，不是 p。", en="A row weighs p(1 − p), not p.")),
        Mistake("rounded-down", float(math.floor((p.weight - p.there) / p.h + 1e-9)),
                text(zh="ΣH 必须达到下限，所以要向上取整。", en="ΣH must reach the bound, so round up.")),
    ]  # fmt: skip
    if p.sure:
        named.append(
            Mistake("forgot-those-there", float(math.ceil(p.weight / p.h - 1e-9)),
                    text(zh="已经在里面的行也有权重。", en="The rows already there weigh something too.")),
        )  # fmt: skip
    return [mistake for mistake in named if mistake.value > 0]


def solution(p: Child) -> Text:
    there = f"-{p.sure}\\times{p.q:g}\\times{1 - p.q:.2g}" if p.sure else ""
    formula = rf"$\lceil({p.weight:g}{there})/({p.p:g}\times{1 - p.p:.2g})\rceil={answer(p):.0f}$"
    return text(zh=f"每行 h = p(1 − p)：{formula} 行。", en=f"A row has h = p(1 − p): {formula} rows.")


exercise = Exercise(
    __name__,
    text(zh="min_child_weight 要几行", en="Rows for min_child_weight"),
    generate,
    prompt,
    answer,
    lambda p: 0.4,
    mistakes,
    solution,
    unit="",
    demo="split-finder",
)
