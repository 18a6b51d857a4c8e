"""One partial derivative by a reverse sweep on paper; the variable asked for is used more than once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.autodiff import evaluate, reverse, value_and_gradient
from app.core.expression_graph import parse
from app.kit import Exercise, Mistake, Text, text

FORMULAS = {
    1: ("(a*b+c)*a", "(a+b)*a+c", "a*(b+a)-c*a"),
    2: ("(a*b+c)*(a-c)", "a*b*a+c*a", "(a+b)*(a*c-b)"),
    3: ("relu(a*b+c)*a+a^2*c", "(a*b+c)/(a+1)+a*c", "(a+b)^2*c-relu(c-a*b)*a"),
}


@dataclass(frozen=True)
class Question:
    """A formula of a, b, c and where to differentiate it with respect to a."""

    formula: str
    a: int
    b: int
    c: int

    @property
    def at(self) -> dict[str, float]:
        return {"a": float(self.a), "b": float(self.b), "c": float(self.c)}

    def paths(self) -> list[float]:
        """What the consumers of a send back to it, one number for each use."""
        graph = parse(self.formula)
        flows = reverse(graph, evaluate(graph, self.at)).flows
        place = next(i for i, node in enumerate(graph) if node.name == "a")
        return [
            float(flow) for node, sent in zip(graph, flows, strict=True)
            for i, flow in zip(node.inputs, sent, strict=False) if i == place and flow is not None
        ]  # fmt: skip


def generate(rng: np.random.Generator, level: int) -> Question:
    while True:
        formula = str(rng.choice(FORMULAS[level]))
        a, b, c = (int(v) for v in rng.integers(-4, 6, 3))
        question = Question(formula, a, b, c)
        if 0 in (a, b, c) or a == -1 or (level == 3 and abs(a * b + c) < 1):
            continue
        paths = [p for p in question.paths() if p]
        if len(paths) > 1 and abs(sum(paths)) > 0.5:
            return question


def answer(q: Question) -> float:
    return value_and_gradient(q.formula, q.at)[1]["a"]


def written(formula: str) -> str:
    """The formula in TeX."""
    tex = formula.replace("relu", r"\mathrm{ReLU}").replace("*", r"\,")
    return tex.replace("(a\\,b+c)/(a+1)", r"\frac{a\,b+c}{a+1}")


def prompt(q: Question) -> Text:
    return text(
        zh=f"$f={written(q.formula)}$。在 $a={q.a},\\ b={q.b},\\ c={q.c}$ 处，$\\partial f/\\partial a$ 是多少？"
        "（画出图，反向走一遍）",
        en=f"$f={written(q.formula)}$. What is $\\partial f/\\partial a$ at $a={q.a},\\ b={q.b},\\ c={q.c}$? "
        "(Draw the graph and sweep it backwards.)",
    )


def mistakes(q: Question) -> Sequence[Mistake]:
    paths = q.paths()
    flat = value_and_gradient(q.formula.replace("relu", ""), q.at)[1]["a"]
    return (
        Mistake("one-path-only", paths[-1],
                text(zh="只算了 a 的一个用处；a 的每个用处都送回一个数，要加起来。",
                     en="That is one use of a; every use sends a number back, and they add up.")),
        Mistake("multiplied-the-paths", float(np.prod(paths)),
                text(zh="不同的路相加，同一条路上的偏导才相乘。",
                     en="Different paths add; only along one path do the factors multiply.")),
        Mistake("gave-the-value", value_and_gradient(q.formula, q.at)[0],
                text(zh="这是前向算出的 f，不是偏导。", en="That is f itself, from the forward pass.")),
        Mistake("ignored-the-relu", flat,
                text(zh="ReLU 的输入为负时，它什么也不送回来。", en="A ReLU whose input is negative sends back 0.")),
    )  # fmt: skip


def solution(q: Question) -> Text:
    paths = [p for p in q.paths() if p]
    total = " + ".join(f"({p:.4g})" for p in paths)
    return text(
        zh=f"输出的伴随取 1，逆着箭头走：a 的各个用处依次送回 ${total} = {answer(q):.4g}$（为 0 的略去）。",
        en=f"Seed the output with 1 and go against the arrows: the uses of a send back ${total} = {answer(q):.4g}$ "
        "(zeros left out).",
    )


exercise = Exercise(
    __name__, text(zh="手算反向模式：一个偏导", en="Reverse mode by hand: one partial derivative"),
    generate, prompt, answer, lambda q: max(0.01, 0.005 * abs(answer(q))), mistakes, solution, demo="graph-xray",
)  # fmt: skip
