"""What a recurrent matrix leaves of a gradient: an orthogonal one, slopes below 1, and a shear that grows first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Chain:
    """Level 1: W = ρ · orthogonal, linear, `steps` steps back. Level 2: with root-mean-square slope `slope`, the steps
    until less than 10^`power` is left. Level 3: the upper right entry of ((ρ, c), (0, ρ))^steps."""

    level: int
    radius: float
    slope: float
    steps: int
    power: int
    corner: int


def generate(rng: np.random.Generator, level: int) -> Chain:
    radius = float(rng.choice([0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1.02, 1.05, 1.1]))
    if level > 1:
        radius = float(rng.choice([0.7, 0.8, 0.85, 0.9, 0.95]))
    steps = int(rng.integers(3, 16)) if level == 3 else int(rng.integers(2, 13)) * 10
    slope = float(rng.choice([0.8, 0.85, 0.9, 0.95]))
    return Chain(level, radius, slope, steps, int(rng.choice([-3, -4, -6, -9])), int(rng.integers(2, 10)))


def answer(c: Chain) -> float:
    if c.level == 1:
        return c.radius**c.steps
    if c.level == 2:
        return math.floor(c.power * math.log(10) / math.log(c.radius * c.slope)) + 1
    power = np.linalg.matrix_power(np.array([[c.radius, c.corner], [0.0, c.radius]]), c.steps)
    return float(power[0, 1])


def prompt(c: Chain) -> Text:
    if c.level == 1:
        return text(
            zh=f"线性 RNN，$W_{{hh}}={c.radius:g}\\,Q$，$Q$ 正交。梯度往回走 {c.steps} 步，范数变为原来的多少倍？",
            en=f"A linear RNN with $W_{{hh}}={c.radius:g}\\,Q$, $Q$ orthogonal. By what is the norm of a gradient "
            f"multiplied in {c.steps} steps back?",
        )
    if c.level == 2:
        return text(
            zh=f"tanh RNN，$W_{{hh}}={c.radius:g}\\,Q$，$Q$ 正交，$\\varphi'$ 的均方根是 {c.slope:g}。"
            f"往回走多少步之后，梯度首次小于 $10^{{{c.power}}}$ 倍？",
            en=f"A tanh RNN with $W_{{hh}}={c.radius:g}\\,Q$, $Q$ orthogonal; the root mean square of $\\varphi'$ is "
            f"{c.slope:g}. After how many steps back is a gradient first below $10^{{{c.power}}}$ of its size?",
        )
    matrix = rf"\begin{{pmatrix}}{c.radius:g}&{c.corner}\\0&{c.radius:g}\end{{pmatrix}}^{{{c.steps}}}"
    return text(
        zh=f"${matrix}$ 的右上角元素是多少？（它决定梯度先放大多少）",
        en=f"What is the upper right entry of ${matrix}$? (It decides how much a gradient grows at first.)",
    )


def mistakes(c: Chain) -> Sequence[Mistake]:
    if c.level == 1:
        return (
            Mistake("added-up", 1 + c.steps * (c.radius - 1),
                    text(zh="是连乘，不是每步加减同样多。", en="The factors multiply; they do not add.")),
            Mistake("squared", c.radius ** (2 * c.steps),
                    text(zh="这是范数平方的倍数。", en="That is the factor of the squared norm.")),
            Mistake("orthogonal-keeps-all", 1.0,
                    text(zh="只有 $Q$ 保范数；前面还乘着一个数。", en="Only $Q$ keeps norms; a factor precedes it.")),
        )  # fmt: skip
    if c.level == 2:
        exact = c.power * math.log(10)
        return (
            Mistake("forgot-the-slope", math.floor(exact / math.log(c.radius)) + 1,
                    text(zh="每步还要乘 $\\varphi'$。", en="Every step multiplies by $\\varphi'$ as well.")),
            Mistake("forgot-the-matrix", math.floor(exact / math.log(c.slope)) + 1,
                    text(zh="每步还要乘矩阵的倍数。", en="Every step multiplies by the matrix as well.")),
            Mistake("natural-logarithm", math.floor(c.power / math.log(c.radius * c.slope)) + 1,
                    text(zh="$10^k$ 的自然对数是 $k\\ln10$。", en="The natural logarithm of $10^k$ is $k\\ln10$.")),
        )  # fmt: skip
    return (
        Mistake("forgot-the-count", c.corner * c.radius ** (c.steps - 1),
                text(zh="有 $k$ 条路走到右上角，要乘 $k$。", en="$k$ ways lead into the corner: multiply by $k$.")),
        Mistake("entry-by-entry", float(c.corner) ** c.steps,
                text(zh="矩阵的幂不是逐个元素的幂。", en="A power of a matrix is not taken entry by entry.")),
        Mistake("eigenvalue-only", c.radius**c.steps,
                text(zh="那是对角线上的元素，只由特征值决定。", en="That is the diagonal, where eigenvalues decide.")),
        Mistake("one-power-too-many", c.steps * c.corner * c.radius**c.steps,
                text(zh="$k$ 个因子里有一个是右上角的数，剩 $k-1$ 个 $\\rho$。",
                     en="One of the $k$ factors is the corner: $k-1$ powers of $\\rho$ are left.")),
    )  # fmt: skip


def solution(c: Chain) -> Text:
    if c.level == 1:
        return text(
            zh=f"正交矩阵不改范数，每步只乘 {c.radius:g}：${c.radius:g}^{{{c.steps}}}={answer(c):.4g}$。",
            en=f"An orthogonal matrix keeps norms, so a step multiplies by {c.radius:g}: "
            f"${c.radius:g}^{{{c.steps}}}={answer(c):.4g}$.",
        )
    if c.level == 2:
        rate = c.radius * c.slope
        return text(
            zh=f"每步乘 ${c.radius:g}\\times{c.slope:g}={rate:.4g}$；"
            f"$k>{c.power}\\ln10/\\ln{rate:.4g}$，即 {answer(c):g} 步。",
            en=f"A step multiplies by ${c.radius:g}\\times{c.slope:g}={rate:.4g}$; "
            f"$k>{c.power}\\ln10/\\ln{rate:.4g}$: {answer(c):g} steps.",
        )
    product = rf"{c.steps}\times{c.corner}\times{c.radius:g}^{{{c.steps - 1}}}={answer(c):.4g}"
    return text(
        zh=f"右上角是 $k\\,c\\,\\rho^{{k-1}}={product}$。", en=f"The corner is $k\\,c\\,\\rho^{{k-1}}={product}$."
    )


def tolerance(c: Chain) -> float:
    return 0.25 if c.level == 2 else 0.01 * abs(answer(c))


exercise = Exercise(
    __name__, text(zh="循环矩阵的连乘", en="Powers of a recurrent matrix"),
    generate, prompt, answer, tolerance, mistakes, solution, demo="gradient-through-time",
)  # fmt: skip
