"""One step by hand: Newton in one dimension, Newton beside a saddle, the first step of conjugate gradients."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.conjugate import linear_cg
from app.core.descent import newton
from app.core.surfaces import Oracle, Surface, quadratic
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Step:
    """Level 1: f = a x⁴ + b x² + c x from x. Level 2: f = a x² − b y² + c y⁴ from (·, x), the new y is asked.
    Level 3: [[a, b], [b, c]] x = rhs from 0, the first coordinate after one CG step is asked."""

    level: int
    a: int
    b: int
    c: int
    x: float = 0.0
    rhs: tuple[int, int] = (0, 0)

    @property
    def slope(self) -> float:
        x = self.x
        return 4 * self.a * x**3 + 2 * self.b * x + self.c if self.level == 1 else -2 * self.b * x + 4 * self.c * x**3

    @property
    def curvature(self) -> float:
        x = self.x
        return 12 * self.a * x**2 + 2 * self.b if self.level == 1 else -2 * self.b + 12 * self.c * x**2

    @property
    def matrix(self) -> np.ndarray:
        return np.array([[self.a, self.b], [self.b, self.c]], dtype=float)


def generate(rng: np.random.Generator, level: int) -> Step:
    if level == 1:
        a, b, c = (int(v) for v in rng.integers([1, 1, -9], [6, 6, 10]))
        return Step(1, a, b, c, float(rng.choice([-2, -1, 1, 2])))
    if level == 2:
        return Step(
            2, int(rng.integers(1, 6)), int(rng.integers(2, 7)), 1, float(rng.choice([0.1, 0.15, 0.2, 0.25, 0.3]))
        )
    while True:
        a, c = (int(v) for v in rng.integers(2, 9, 2))
        b, rhs = int(rng.choice([-2, -1, 1, 2])), tuple(int(v) for v in rng.integers(1, 7, 2))
        if a * c - b * b > 2 and rhs[0] != rhs[1]:
            return Step(3, a, b, c, 0.0, (rhs[0], rhs[1]))


def answer(p: Step) -> float:
    if p.level == 3:
        steps = linear_cg(p.matrix, np.array(p.rhs, dtype=float), np.zeros(2))
        next(steps)
        return float(next(steps)[0])
    line = Surface(lambda x: 0.0, lambda x: np.array([p.slope]), lambda x: np.array([[p.curvature]]), np.zeros((1, 1)))
    steps = newton(Oracle(line), np.array([p.x]))
    next(steps)
    return float(next(steps, np.array([p.x]))[0])


def signed(value: int, term: str) -> str:
    return f"{'-' if value < 0 else '+'} {'' if abs(value) == 1 and term else abs(value)}{term}" if value else ""


def lead(value: int) -> str:
    return "" if value == 1 else str(value)


def prompt(p: Step) -> Text:
    if p.level == 1:
        f = f"{lead(p.a)}x^4 {signed(p.b, 'x^2')} {signed(p.c, 'x')}"
        return text(zh=f"$f(x)={f}$，从 $x={p.x:g}$ 走一步纯牛顿（求最小值）。新的 $x$ 是多少？",
                    en=f"$f(x)={f}$. One pure Newton step (to minimise) from $x={p.x:g}$: what is the new "
                    "$x$?")  # fmt: skip
    if p.level == 2:
        f = f"{lead(p.a)}x^2 - {p.b}y^2 + y^4"
        return text(zh=f"$f(x,y)={f}$，从 $(1,{p.x:g})$ 走一步纯牛顿。新的 $y$ 是多少？（看看它去了哪里）",
                    en=f"$f(x,y)={f}$. One pure Newton step from $(1,{p.x:g})$: what is the new $y$? (Note where it "
                    "goes.)")  # fmt: skip
    system = rf"\begin{{pmatrix}}{p.a}&{p.b}\\{p.b}&{p.c}\end{{pmatrix}}x="
    system += rf"\begin{{pmatrix}}{p.rhs[0]}\\{p.rhs[1]}\end{{pmatrix}}"
    return text(zh=f"用共轭梯度解 ${system}$，从 $x_0=0$ 开始。第一步之后 $x_1$ 的第一个分量是多少？",
                en=f"Solve ${system}$ by conjugate gradients from $x_0=0$. What is the first coordinate after the "
                "first step?")  # fmt: skip


def mistakes(p: Step) -> Sequence[Mistake]:
    if p.level == 3:
        rhs = np.array(p.rhs, dtype=float)
        long = float(rhs @ p.matrix @ rhs) / float(rhs @ rhs)
        return (
            Mistake("upside-down", float(rhs[0] * long),
                    text(zh="步长是 $r^\\top r/p^\\top Ap$，你把它颠倒了。",
                         en="The step is $r^\\top r/p^\\top Ap$; yours is its inverse.")),
            Mistake("solved", float(quadratic(p.matrix, rhs).minima[0][0]),
                    text(zh="这是方程组的解，第二步才到。", en="That is the solution: it takes the second step.")),
            Mistake("unit-step", float(rhs[0]),
                    text(zh="方向是残差 $r_0=b$，但还要乘步长。",
                         en="The direction is the residual $r_0=b$; it still has to be scaled.")),
            Mistake("diagonal", p.rhs[0] / p.a,
                    text(zh="$b_1/a_{11}$ 是 Jacobi 迭代的一步。", en="$b_1/a_{11}$ is a step of Jacobi's iteration.")),
        )  # fmt: skip
    step_only = Mistake("step-only", -p.slope / p.curvature,
                        text(zh="这是步长，还要加上原来的位置。",
                             en="That is the step; add where you were."))  # fmt: skip
    if p.level == 1:
        value = p.a * p.x**4 + p.b * p.x**2 + p.c * p.x
        root = Mistake("root-of-f", p.x - value / p.slope if p.slope else float("nan"),
                       text(zh="$x-f/f'$ 求的是 $f$ 的根；最小化要对 $f'$ 用牛顿法。",
                            en="$x-f/f'$ looks for a root of $f$; to minimise, apply Newton to $f'$."))  # fmt: skip
        uphill = Mistake("uphill", p.x + p.slope / p.curvature,
                         text(zh="符号：$x-f'/f''$。", en="Sign: it is $x-f'/f''$."))  # fmt: skip
        return (step_only, uphill, root)
    gradient = Mistake("gradient", p.x - p.slope,
                       text(zh="这是学习率 1 的梯度下降，没有除以曲率。",
                            en="That is gradient descent at rate 1: divide by the curvature."))  # fmt: skip
    return (step_only, gradient, Mistake("absolute-curvature", p.x - p.slope / abs(p.curvature), text(
        zh="取 $|f''|$ 是无鞍牛顿（saddle-free）的做法；纯牛顿保留负号，所以走向鞍点。",
        en="Taking $|f''|$ is saddle-free Newton; the pure method keeps the sign, and so heads for the saddle.",
    )))  # fmt: skip


def solution(p: Step) -> Text:
    if p.level == 3:
        rhs = np.array(p.rhs, dtype=float)
        top, bottom = float(rhs @ rhs), float(rhs @ p.matrix @ rhs)
        formula = rf"\alpha=\frac{{r^\top r}}{{p^\top Ap}}=\frac{{{top:g}}}{{{bottom:g}}}"
        formula += rf",\ \alpha\cdot{p.rhs[0]}={answer(p):.4f}"
        return text(zh=f"$p_0=r_0=b$，${formula}$。", en=f"$p_0=r_0=b$, ${formula}$.")
    name = "x" if p.level == 1 else "y"
    formula = rf"{p.x:g}-\frac{{{p.slope:.4g}}}{{{p.curvature:.4g}}}={answer(p):.4f}"
    if p.level == 1:
        return text(zh=rf"$x-f'/f''$：${formula}$。", en=rf"$x-f'/f''$: ${formula}$.")
    return text(zh=rf"Hessian 是对角的，${name}$ 单独走：${formula}$。曲率为负，它走到鞍点 $y=0$ 附近。",
                en=rf"The Hessian is diagonal, so ${name}$ moves on its own: ${formula}$. The curvature is "
                "negative: it lands beside the saddle at $y=0$.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="手算一步", en="One step by hand"),
    generate, prompt, answer, lambda p: 0.005, mistakes, solution, demo="optimiser-race",
)  # fmt: skip
