"""Smooth L1 of a box: the plain sum, another β, and targets divided by their standard deviations first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.box_losses import l1, l2, smooth_l1
from app.kit import Exercise, Mistake, Text, text

STDS = (0.1, 0.1, 0.2, 0.2)


@dataclass(frozen=True)
class Residual:
    """Predicted minus true offsets (t_x, t_y, t_w, t_h), and β; at level 3 they are divided by STDS before the loss."""

    level: int
    values: tuple[float, ...]
    beta: float

    @property
    def scaled(self) -> np.ndarray:
        return np.array(self.values) / (np.array(STDS) if self.level == 3 else 1.0)


def generate(rng: np.random.Generator, level: int) -> Residual:
    while True:
        spread = {1: 1.5, 2: 1.0, 3: 0.2}[level]
        values = tuple(float(v) for v in rng.normal(0, spread, 4).round(1 if level == 1 else 2))
        p = Residual(level, values, float(rng.choice([0.25, 0.5, 2.0])) if level == 2 else 1.0)
        size = np.abs(p.scaled)
        inside = int(np.count_nonzero(size < p.beta))
        if 0 < inside < 4 and np.all(size > 0.04) and np.all(np.abs(size - p.beta) > 0.02):
            return p


def answer(p: Residual) -> float:
    return float(smooth_l1(p.scaled, p.beta)[0])


def shown(p: Residual) -> str:
    return ", ".join(f"{v:g}" for v in p.values)


def prompt(p: Residual) -> Text:
    if p.level == 1:
        return text(
            zh=f"预测与目标之差 $t-t^*=({shown(p)})$。smooth L1（β = 1，四项相加）的损失是多少？（保留三位小数）",
            en=f"Prediction minus target: $t-t^*=({shown(p)})$. What is the smooth L1 loss (β = 1, the four terms "
            "added)? (three decimals)",
        )
    if p.level == 2:
        return text(
            zh=f"预测与目标之差 $t-t^*=({shown(p)})$。β = {p.beta:g} 的 smooth L1（$|r|<\\beta$ 时 $r^2/(2\\beta)$，"
            "四项相加）的损失是多少？（保留三位小数）",
            en=f"Prediction minus target: $t-t^*=({shown(p)})$. What is the smooth L1 loss with β = {p.beta:g} "
            "($r^2/(2\\beta)$ where $|r|<\\beta$, the four terms added)? (three decimals)",
        )
    return text(
        zh=f"预测与目标之差 $t-t^*=({shown(p)})$。像 Faster R-CNN 的公开代码那样，先除以标准差 (0.1, 0.1, 0.2, 0.2)，"
        "再算 smooth L1（β = 1，四项相加）。损失是多少？（保留三位小数）",
        en=f"Prediction minus target: $t-t^*=({shown(p)})$. As in the published code of Faster R-CNN, divide by the "
        "standard deviations (0.1, 0.1, 0.2, 0.2) first, then take smooth L1 (β = 1, the four terms added). What is "
        "the loss? (three decimals)",
    )


def mistakes(p: Residual) -> Sequence[Mistake]:
    r = p.scaled
    return (
        Mistake("plain-l1", float(l1(r)[0]), text(zh="这是 L1；$|r|<\\beta$ 的项应当是平方。",
                                                  en="That is L1; terms with $|r|<\\beta$ are squared.")),
        Mistake("plain-l2", float(l2(r)[0]), text(zh="这是 L2；$|r|\\ge\\beta$ 的项应当是线性的。",
                                                  en="That is L2; terms with $|r|\\ge\\beta$ are linear.")),
        Mistake("forgot-minus-half", answer(p) + p.beta / 2 * np.count_nonzero(np.abs(r) >= p.beta),
                text(zh="线性的一段是 $|r|-\\beta/2$，否则在接点处断开。",
                     en="The linear piece is $|r|-\\beta/2$, or the two would not meet.")),
        Mistake("averaged", answer(p) / 4, text(zh="四项相加，不取平均。",
                                                en="The four terms are added, not averaged.")),
        Mistake("beta-one", float(smooth_l1(r, 1.0)[0]), text(zh=f"β 是 {p.beta:g}，不是 1。",
                                                              en=f"β is {p.beta:g}, not 1.")),
        Mistake("not-divided", float(smooth_l1(np.array(p.values), p.beta)[0]),
                text(zh="先要除以标准差。", en="Divide by the standard deviations first.")),
    )  # fmt: skip


def solution(p: Residual) -> Text:
    terms = [float(smooth_l1(np.array([v]), p.beta)[0]) for v in p.scaled]
    line = " + ".join(f"{t:.4g}" for t in terms)
    formula = f"${line} = {answer(p):.4f}$"
    if p.level == 3:
        scaled = ", ".join(f"{v:g}" for v in p.scaled.round(4))
        return text(zh=f"除完是 $({scaled})$，各项：{formula}。", en=f"Divided: $({scaled})$; term by term: {formula}.")
    return text(zh=f"各项：{formula}。", en=f"Term by term: {formula}.")


exercise = Exercise(
    __name__, text(zh="smooth L1 的值", en="The value of smooth L1"),
    generate, prompt, answer, lambda p: max(0.004, 0.002 * answer(p)), mistakes, solution, demo="box-regressor",
)  # fmt: skip
