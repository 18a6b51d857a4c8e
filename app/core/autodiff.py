"""Derivatives on a computation graph: values forward, adjoints backward (reverse mode), tangents forward, differences.

A graph is a tuple of nodes in topological order (expression_graph.py). Every function works on float64 scalars or, for
many points at once, on arrays that broadcast against each other. inf and NaN are results, not errors.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from app.core.activations import Array, relu, sigmoid, tanh
from app.core.expression_graph import Graph, parse


class Rule(NamedTuple):
    """An operation: its value from its inputs, and ∂value/∂input for each of them from (value, *inputs)."""

    value: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]]


def power_partials(v: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """(b a^(b-1), aᵇ ln a), with 0 where the limit is: exponent 0, and base 0 with an exponent >= 0.

    >>> [float(p) for p in power_partials(np.float64(8), np.float64(2), np.float64(3))]
    [12.0, 5.545177444479562]
    """
    by_base = np.where(b == 0, 0.0, b * np.power(a, b - 1))
    by_exponent = np.where((a == 0) & (b >= 0), 0.0, v * np.log(a))
    return by_base, by_exponent


RULES: dict[str, Rule] = {
    "add": Rule(lambda a, b: a + b, lambda v, a, b: (1.0, 1.0)),
    "sub": Rule(lambda a, b: a - b, lambda v, a, b: (1.0, -1.0)),
    "mul": Rule(lambda a, b: a * b, lambda v, a, b: (b, a)),
    "div": Rule(lambda a, b: a / b, lambda v, a, b: (1 / b, -v / b)),
    "pow": Rule(np.power, power_partials),
    "neg": Rule(np.negative, lambda v, a: (-1.0,)),
    "sin": Rule(np.sin, lambda v, a: (np.cos(a),)),
    "cos": Rule(np.cos, lambda v, a: (-np.sin(a),)),
    "exp": Rule(np.exp, lambda v, a: (v,)),
    "log": Rule(np.log, lambda v, a: (1 / a,)),
    "relu": Rule(lambda a: relu(a)[0], lambda v, a: (relu(a)[1],)),
    "sigmoid": Rule(lambda a: sigmoid(a)[0], lambda v, a: (v * (1 - v),)),
    "tanh": Rule(lambda a: tanh(a)[0], lambda v, a: (1 - v * v,)),
    "select": Rule(lambda c, a, b: np.where(c > 0, a, b), lambda v, c, a, b: (0.0, 1.0 * (c > 0), 1.0 * ~(c > 0))),
}


def evaluate(graph: Graph, inputs: Mapping[str, Any]) -> list[Array]:
    """The value of every node, in order; the last is the output. Raises KeyError for an input that is not given.

    >>> [round(float(v), 4) for v in evaluate(parse("log(x1)+x1*x2-sin(x2)"), {"x1": 2, "x2": 5})]
    [2.0, 0.6931, 5.0, 10.0, 10.6931, -0.9589, 11.6521]
    """
    values: list[Array] = []
    with np.errstate(all="ignore"):
        for node in graph:
            if node.op == "input":
                values.append(np.asarray(inputs[node.name], dtype=np.float64))
            elif node.op == "const":
                values.append(np.asarray(node.value))
            else:
                values.append(np.asarray(RULES[node.op].value(*(values[i] for i in node.inputs))))
    return values


def active(graph: Graph) -> list[bool]:
    """Which nodes depend on an input. The others are constants: nothing is differentiated there, as in a framework
    (the exponent of (-2)^3 would ask for ln(-2)).

    >>> active(parse("x1^(1+1)"))
    [True, False, False, False, True]
    """
    out: list[bool] = []
    for node in graph:
        out.append(node.op == "input" or any(out[i] for i in node.inputs))
    return out


class Sweep(NamedTuple):
    """What a reverse sweep leaves. adjoints[i] = ∂output/∂node i, the sum of what its consumers send;
    flows[j] = what node j sends to each of its inputs (None to a constant)."""

    adjoints: list[Array]
    flows: list[tuple[Array | None, ...]]


def reverse(graph: Graph, values: list[Array]) -> Sweep:
    """Reverse mode: one sweep from the output to the inputs gives ∂output/∂(every node).

    Notes
    -----
    v̄ᵢ = Σⱼ v̄ⱼ ∂vⱼ/∂vᵢ over the consumers j of i, seeded with 1 at the output. A node is visited after all of its
    consumers, so its sum is complete. The values of the forward pass are needed, hence kept: that is the memory bill.
    Source: Baydin, Pearlmutter, Radul, Siskind (2018), arXiv:1502.05767, section 3.2.

    >>> graph = parse("log(x1)+x1*x2-sin(x2)")
    >>> sweep = reverse(graph, evaluate(graph, {"x1": 2, "x2": 5}))
    >>> float(sweep.adjoints[0]), [float(flow[0]) for flow in sweep.flows[1:4:2]]
    (5.5, [0.5, 5.0])
    """
    needed = active(graph)
    adjoints: list[Array] = [np.zeros(()) for _ in graph]
    adjoints[-1] = np.ones(())
    flows: list[tuple[Array | None, ...]] = [() for _ in graph]
    with np.errstate(all="ignore"):
        for j in range(len(graph) - 1, -1, -1):
            node = graph[j]
            if not node.inputs or not needed[j]:
                continue
            partials = RULES[node.op].partials(values[j], *(values[i] for i in node.inputs))
            sent = [adjoints[j] * p if needed[i] else None for i, p in zip(node.inputs, partials, strict=True)]
            flows[j] = tuple(sent)
            for i, flow in zip(node.inputs, sent, strict=True):
                if flow is not None:
                    adjoints[i] = adjoints[i] + flow
    return Sweep(adjoints, flows)


def tangents(graph: Graph, values: list[Array], direction: Mapping[str, float]) -> list[Array]:
    """Forward mode: the derivative of every node along one direction of the inputs, v̇ⱼ = Σᵢ ∂vⱼ/∂vᵢ v̇ᵢ.

    direction: v̇ of the inputs by name (0 for those left out). One sweep gives one directional derivative: the gradient
    with respect to n inputs takes n sweeps.

    >>> graph = parse("log(x1)+x1*x2-sin(x2)")
    >>> float(tangents(graph, evaluate(graph, {"x1": 2, "x2": 5}), {"x1": 1})[-1])
    5.5
    """
    needed = active(graph)
    out: list[Array] = []
    with np.errstate(all="ignore"):
        for j, node in enumerate(graph):
            if node.op == "input":
                out.append(np.asarray(direction.get(node.name, 0.0), dtype=np.float64))
            elif not needed[j]:
                out.append(np.zeros(()))
            else:
                partials = RULES[node.op].partials(values[j], *(values[i] for i in node.inputs))
                terms = [p * out[i] for i, p in zip(node.inputs, partials, strict=True) if needed[i]]
                out.append(np.asarray(sum(terms)))
    return out


def input_names(graph: Graph) -> list[str]:
    """The inputs of a graph, in the order of their first use."""
    return [node.name for node in graph if node.op == "input"]


def gradient(graph: Graph, inputs: Mapping[str, Any]) -> dict[str, float]:
    """∂output/∂(every input) by one reverse sweep.

    >>> gradient(parse("(x1+x2)*x3"), {"x1": -2, "x2": 5, "x3": -4})
    {'x1': -4.0, 'x2': -4.0, 'x3': 3.0}
    """
    adjoints = reverse(graph, evaluate(graph, inputs)).adjoints
    return {node.name: float(bar) for node, bar in zip(graph, adjoints, strict=True) if node.op == "input"}


def value_and_gradient(formula: str, inputs: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
    """A formula from text to its value and all its partial derivatives. Raises ExpressionError.

    >>> value_and_gradient("(a*b+c)*a", {"a": 2, "b": -3, "c": 4})
    (-4.0, {'a': -8.0, 'b': 4.0, 'c': 2.0})
    """
    graph = parse(formula)
    return float(evaluate(graph, inputs)[-1]), gradient(graph, inputs)


def forward_gradient(graph: Graph, inputs: Mapping[str, Any]) -> dict[str, float]:
    """The same by forward mode, one sweep for each input.

    >>> forward_gradient(parse("(x1+x2)*x3"), {"x1": -2, "x2": 5, "x3": -4})
    {'x1': -4.0, 'x2': -4.0, 'x3': 3.0}
    """
    values = evaluate(graph, inputs)
    return {name: float(tangents(graph, values, {name: 1.0})[-1]) for name in input_names(graph)}


def difference_quotient(graph: Graph, inputs: Mapping[str, float], name: str, h: Array, central: bool = True) -> Array:
    """∂output/∂(one input) from values only, for every step in h (k,): central (f(x+h) - f(x-h))/2h, whose truncation
    error is of order h², or forward (f(x+h) - f(x))/h, of order h. Rounding adds about 1e-16 |f| / h to either.

    >>> difference_quotient(parse("x1^2"), {"x1": 3.0}, "x1", np.array([0.5]), central=False).tolist()
    [6.5]
    """
    x = inputs[name]
    with np.errstate(all="ignore"):
        above = evaluate(graph, {**inputs, name: x + h})[-1]
        below = evaluate(graph, {**inputs, name: x - h if central else x})[-1]
        return np.asarray((above - below) / (2 * h if central else h))
