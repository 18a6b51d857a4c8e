"""One weight of FTRL-Proximal from its z and n."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.ftrl import ftrl_weights
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Coordinate:
    """α, β and the penalties; z and √n are given (levels 1, 2), or follow from the gradients seen while w was 0 (3)."""

    level: int
    alpha: float
    l1: float
    l2: float
    gradients: tuple[float, ...] = ()
    given_z: float = 0.0
    root: int = 0

    @property
    def z(self) -> float:
        return round(sum(self.gradients), 6) if self.level == 3 else self.given_z

    @property
    def n(self) -> float:
        return sum(g * g for g in self.gradients) if self.level == 3 else float(self.root**2)


BETA = 1.0


def generate(rng: np.random.Generator, level: int) -> Coordinate:
    while True:
        alpha, l1 = float(rng.choice([0.1, 0.2, 0.5])), float(rng.choice([0.5, 1, 1.5, 2]))
        sign = float(rng.choice([-1, 1]))
        if level < 3:
            z = sign * (l1 + float(rng.integers(3, 40)) / 10)
            l2 = float(rng.choice([1, 2, 5])) if level == 2 else 0.0
            return Coordinate(level, alpha, l1, l2, given_z=round(z, 1), root=int(rng.integers(1, 6)))
        steps = (*rng.integers(1, 5, 2).tolist(), int(rng.integers(6, 10)))  # the first two stay below λ₁ = 1
        q = Coordinate(3, alpha, 1.0, 0.0, tuple(round(sign * g / 10, 1) for g in steps))
        if abs(q.z) > 1.05:
            return q


def answer(q: Coordinate) -> float:
    return float(ftrl_weights(np.array(q.z), np.array(q.n), q.alpha, BETA, q.l1, q.l2))


def prompt(q: Coordinate) -> Text:
    settings = rf"$\alpha={q.alpha:g}$，$\beta=1$，$\lambda_1={q.l1:g}$，$\lambda_2={q.l2:g}$"
    plain = settings.replace("，", ", ")
    if q.level == 3:
        list_ = ", ".join(f"{g:g}" for g in q.gradients)
        return text(
            zh=f"FTRL-Proximal，{settings}。一个坐标先后收到梯度 {list_}，前几次之后权重一直是 0。现在的权重是多少？",
            en=f"FTRL-Proximal with {plain}. A coordinate has received the gradients {list_}, its weight being "
            f"0 up to the "
            "last of them. What is the weight now?",
        )
    return text(
        zh=f"FTRL-Proximal，{settings}。一个坐标的 z = {q.z:g}，n = {q.n:g}。它的权重是多少？",
        en=f"FTRL-Proximal with {plain}. A coordinate has z = {q.z:g} and n = {q.n:g}. What is its weight?",
    )


def mistakes(q: Coordinate) -> Sequence[Mistake]:
    rate = (BETA + math.sqrt(q.n)) / q.alpha + q.l2
    out = [
        Mistake("sign", -answer(q), text(zh="z 是累积的梯度，权重朝它的反方向走。",
                                         en="z has the accumulated gradient; the weight goes against it.")),
        Mistake("no-threshold", -q.z / rate, text(zh="先从 |z| 减去 λ₁。", en="First take λ₁ off |z|.")),
        Mistake("n-not-rooted", -(q.z - math.copysign(q.l1, q.z)) / ((BETA + q.n) / q.alpha + q.l2),
                text(zh="分母里是 √n。", en="The denominator has √n.")),
        Mistake("rate-only", -(q.z - math.copysign(q.l1, q.z)) * q.alpha,
                text(zh="学习率是 α/(β+√n)，不是 α。", en="The rate is α/(β+√n), not α.")),
    ]  # fmt: skip
    if q.level == 2:
        out.append(Mistake("no-l2", -(q.z - math.copysign(q.l1, q.z)) / ((BETA + math.sqrt(q.n)) / q.alpha),
                           text(zh="分母还要加 λ₂。", en="λ₂ belongs in the denominator.")))  # fmt: skip
    return out


def solution(q: Coordinate) -> Text:
    first = ""
    if q.level == 3:
        first = rf"$z=\sum g={q.z:g}$, $n=\sum g^2={q.n:.4g}$. "
    shown = (rf"$w=-\frac{{z-\mathrm{{sgn}}(z)\lambda_1}}{{(\beta+\sqrt n)/\alpha+\lambda_2}}"
             rf"=-\frac{{{q.z - math.copysign(q.l1, q.z):.4g}}}{{{(BETA + math.sqrt(q.n)) / q.alpha + q.l2:.4g}}}"
             rf"={answer(q):.4g}$")  # fmt: skip
    note_zh = "权重为 0 时 σw 也是 0，所以 z 就是梯度之和：" if q.level == 3 else ""
    note_en = "While the weight is 0, so is σw, and z is the sum of the gradients: " if q.level == 3 else ""
    return text(zh=f"{note_zh}{first.replace(', ', '，').replace('. ', '。')}{shown}。", en=f"{note_en}{first}{shown}.")


exercise = Exercise(
    __name__, text(zh="FTRL 的一个权重", en="A weight of FTRL"),
    generate, prompt, answer, lambda q: max(1e-4, 0.01 * abs(answer(q))), mistakes, solution,
    demo="many-workers-one-model",
)  # fmt: skip
