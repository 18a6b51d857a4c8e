"""From a Python function to a graph, as a tracing framework does it: run the function once and write down what it does.

Neighbours: expression_graph.py (the graph), autodiff.py (runs it).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.core.autodiff import RULES, evaluate
from app.core.expression_graph import Graph, Node


class Traced:
    """Stands in for a tensor while a function is traced: arithmetic adds a node to the graph being recorded.

    `value` is what the example input gives here. A comparison returns a plain Python bool from it, so a Python `if`
    is decided now, once, and leaves no trace in the graph.
    """

    def __init__(self, nodes: list[Node], place: int, value: Any) -> None:
        self.nodes, self.place, self.value = nodes, place, value

    def _record(self, op: str, *operands: Any) -> "Traced":
        traced = [o if isinstance(o, Traced) else self._constant(o) for o in operands]
        self.nodes.append(Node(op, tuple(t.place for t in traced)))
        return Traced(self.nodes, len(self.nodes) - 1, RULES[op].value(*(t.value for t in traced)))

    def _constant(self, value: float) -> "Traced":
        self.nodes.append(Node("const", value=float(value)))
        return Traced(self.nodes, len(self.nodes) - 1, np.float64(value))

    def __add__(self, other: Any) -> "Traced":
        return self._record("add", self, other)

    def __mul__(self, other: Any) -> "Traced":
        return self._record("mul", self, other)

    def __neg__(self) -> "Traced":
        return self._record("neg", self)

    def __gt__(self, other: float) -> bool:
        return bool(self.value > other)

    def select(self, yes: Any, no: Any) -> "Traced":
        return self._record("select", self, yes, no)


def select(x: Any, yes: Any, no: Any) -> Any:
    """`yes` where x > 0, else `no`. Traced, it is one node: both branches are in the graph, the data decide later.

    >>> graph = trace(lambda x: select(x, x * x, -x), np.float64(2))
    >>> [node.op for node in graph], float(evaluate(graph, {"x": -3.0})[-1])
    (['input', 'mul', 'neg', 'select'], 3.0)
    """
    return x.select(yes, no) if isinstance(x, Traced) else (yes if x > 0 else no)


def trace(function: Callable[[Any], Any], example: Any) -> Graph:
    """The graph of what `function` does to `example`, a number. Python code runs here and never again.

    >>> graph = trace(lambda x: x * x if x > 0 else -x, np.float64(2))
    >>> [node.op for node in graph], float(evaluate(graph, {"x": -3.0})[-1])
    (['input', 'mul'], 9.0)
    """
    nodes = [Node("input", name="x")]
    out = function(Traced(nodes, 0, example))
    if not isinstance(out, Traced):
        return (Node("const", value=float(out)),)
    return tuple(nodes[: out.place + 1])


class Function:
    """A function that is traced once for each signature of its argument, and then replayed from the graph.

    Signature, as in tf.function: a tensor (numpy scalar or array) counts by dtype and shape, a Python number by its
    value. `traces` counts how often the Python body ran.

    >>> double = Function(lambda x: x + x)
    >>> [float(double(x)) for x in (np.float32(1), np.float32(5), np.float64(1), 7, 8, 7)], double.traces
    ([2.0, 10.0, 2.0, 14.0, 16.0, 14.0], 4)
    """

    def __init__(self, body: Callable[[Any], Any]) -> None:
        self.body = body
        self.graphs: dict[str, Graph] = {}
        self.traces = 0

    def __call__(self, x: Any) -> Any:
        key = signature(x)
        if key not in self.graphs:
            self.traces += 1
            literal = isinstance(x, int | float) and not isinstance(x, np.generic)
            self.graphs[key] = trace(lambda _: self.body(x), x) if literal else trace(self.body, x)
        return evaluate(self.graphs[key], {"x": x})[-1]


def signature(x: Any) -> str:
    """What decides whether a call needs a new trace.

    >>> signature(np.zeros((2, 3), np.float32)), signature(np.float64(1)), signature(3)
    ('float32 (2, 3)', 'float64 ()', '3')
    """
    if isinstance(x, np.ndarray | np.generic):
        return f"{x.dtype} {x.shape}"
    return repr(x)
