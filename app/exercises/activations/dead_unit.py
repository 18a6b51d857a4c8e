"""When a ReLU unit is dead: the bias that silences it on given points, on a box, and the step that kills it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Unit:
    """Level 1: all inputs (two coordinates each). Level 2: inputs anywhere in |x_i| <= radius. Level 3: one step of
    gradient descent on the first input, where the loss has slope `error` by the unit's output; biases and all move."""

    level: int
    weights: tuple[int, ...]
    points: tuple[tuple[int, int], ...] = ()
    radius: float = 1.0
    bias: int = 0
    error: int = 1


def generate(rng: np.random.Generator, level: int) -> Unit:
    while True:
        if level == 2:
            weights = tuple(int(w) for w in rng.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5], int(rng.integers(3, 5))))
            if min(weights) < 0 < max(weights):
                return Unit(2, weights, radius=float(rng.choice([1, 2, 0.5])))
            continue
        weights = tuple(int(w) for w in rng.choice([-3, -2, -1, 1, 2, 3], 2))
        points = tuple((int(a), int(b)) for a, b in rng.integers(-4, 5, (3, 2)))
        unit = Unit(level, weights, points, bias=int(rng.integers(-2, 3)), error=int(rng.integers(1, 4)))
        z = values(unit)
        if len(set(z)) == 3 and z[0] > 0 and (level == 1 or slowest(unit) > 0):
            return unit


def values(p: Unit) -> list[int]:
    """w·x + b at the points (b = 0 at level 1)."""
    bias = p.bias if p.level == 3 else 0
    return [p.weights[0] * a + p.weights[1] * b + bias for a, b in p.points]


def falls(p: Unit) -> list[int]:
    """How much w·x + b falls at each point for a learning rate of 1: error · (x₁·x + 1)."""
    (a, b), *_ = p.points
    return [p.error * (a * c + b * d + 1) for c, d in p.points]


def slowest(p: Unit) -> float:
    """The learning rate from which on the unit is silent on all points, or 0 if no rate does it."""
    rates = []
    for z, fall in zip(values(p), falls(p), strict=True):
        if z > 0 and fall <= 0:
            return 0.0
        if z <= 0 and fall < 0:
            return 0.0  # a larger step would wake it up there
        if z > 0:
            rates.append(z / fall)
    return max(rates)


def answer(p: Unit) -> float:
    if p.level == 1:
        return float(-max(values(p)))
    if p.level == 2:
        return -p.radius * sum(abs(w) for w in p.weights)
    return slowest(p)


def prompt(p: Unit) -> Text:
    w = "(" + ", ".join(map(str, p.weights)) + ")"
    shown = ", ".join(f"({a}, {b})" for a, b in p.points)
    if p.level == 1:
        return text(
            zh=f"ReLU 单元的权重 $w={w}$，训练集只有 ${shown}$。偏置 $b$ 最大是多少时，这个单元已经死了"
            "（对每个样本都输出 0）？",
            en=f"A ReLU unit has weights $w={w}$; the training set is ${shown}$. What is the largest bias $b$ at which "
            "the unit is dead (outputs 0 on every sample)?",
        )
    if p.level == 2:
        return text(
            zh=f"ReLU 单元的权重 $w={w}$，输入满足 $|x_i|\\le{p.radius:g}$，别无限制。偏置 $b$ 最大是多少时，"
            "它对所有可能的输入都输出 0？",
            en=f"A ReLU unit has weights $w={w}$ and inputs with $|x_i|\\le{p.radius:g}$, otherwise free. What is the "
            "largest bias $b$ at which it outputs 0 on every possible input?",
        )
    return text(
        zh=f"ReLU 单元 $w={w}$，$b={p.bias}$；训练集 ${shown}$。用第一个样本做一步 SGD，损失对该单元输出的导数是 "
        f"{p.error}。学习率至少多大，这一步之后单元就死了（对三个样本都输出 0）？",
        en=f"A ReLU unit has $w={w}$ and $b={p.bias}$; the training set is ${shown}$. One step of SGD on the first "
        f"sample, where the loss has derivative {p.error} by the unit's output. From which learning rate on is the "
        "unit dead after that step (0 on all three)?",
    )


def mistakes(p: Unit) -> Sequence[Mistake]:
    if p.level == 1:
        z = values(p)
        return (
            Mistake("some-sample", float(-min(z)), text(
                zh="那样只有一个样本输出 0；死亡要求**所有**样本。", en="That silences one sample; dead is **all**.")),
            Mistake("sign", float(max(z)), text(zh="符号反了：$b\\le-\\max_i w^\\top x_i$。",
                                                en="The sign is wrong: $b\\le-\\max_i w^\\top x_i$.")),
            Mistake("mean", float(-np.mean(z)), text(
                zh="平均为负不够，最大的也要不为正。", en="A negative mean will not do: the largest counts.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("plain-sum", -p.radius * sum(p.weights), text(
                zh="最坏的输入让每一项都为正：要加绝对值。", en="The worst input makes every term positive.")),
            Mistake("norm", -p.radius * float(np.linalg.norm(p.weights)), text(
                zh="L2 范数对应球；方盒用 L1 范数。", en="The L2 norm is for a ball; a box takes the L1 norm.")),
            Mistake("largest-weight", -p.radius * max(abs(w) for w in p.weights), text(
                zh="各个坐标可以同时取到最坏。", en="All coordinates can be at their worst together.")),
            Mistake("forgot-radius", -float(sum(abs(w) for w in p.weights)), text(
                zh="还要乘输入的范围。", en="Multiply by the range of the inputs.")),
        )  # fmt: skip
    z, fall = values(p), falls(p)
    return (
        Mistake("first-sample-only", z[0] / fall[0], text(
            zh="这只让第一个样本熄灭，另外的还亮着。", en="That silences the first sample only.")),
        Mistake("bias-fixed", max((v / (f - p.error) for v, f in zip(z, fall, strict=True) if v > 0 and f > p.error),
                                  default=0.0), text(
            zh="偏置也走一步：$b$ 也减去 $\\eta g$。", en="The bias moves too, by $\\eta g$.")),
        Mistake("error-ignored", slowest(p) * p.error, text(
            zh="步长还要乘损失的导数。", en="The step is proportional to the loss's derivative too.")),
    )  # fmt: skip


def solution(p: Unit) -> Text:
    if p.level == 1:
        shown = ", ".join(map(str, values(p)))
        return text(zh=f"$w^\\top x$ 依次是 {shown}；$b\\le-{max(values(p))}$。".replace("--", ""),
                    en=f"$w^\\top x$ is {shown}, so $b\\le-{max(values(p))}$.".replace("--", ""))  # fmt: skip
    if p.level == 2:
        worst, bound = f"$r\\lVert w\\rVert_1={-answer(p):g}$", f"$b\\le{answer(p):g}$"
        return text(zh=f"最坏的输入给出 {worst}，所以 {bound}。", en=f"The worst input gives {worst}, so {bound}.")
    rows = "; ".join(f"${v}-{f}\\eta$" for v, f in zip(values(p), falls(p), strict=True)).replace("--", "+")
    return text(
        zh=f"一步之后，三个样本上是 {rows}；都不为正要 $\\eta\\ge{answer(p):.4g}$。",
        en=f"After the step the samples see {rows}; none is positive from $\\eta={answer(p):.4g}$ on.",
    )


exercise = Exercise(
    __name__, text(zh="死亡的 ReLU 单元", en="A dead ReLU unit"),
    generate, prompt, answer, lambda p: 0.0 if p.level < 3 else 0.005 * answer(p), mistakes, solution,
    demo="resurrection-test",
)  # fmt: skip
