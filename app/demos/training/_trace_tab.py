"""The tab on tracing: a Python function with a branch becomes a graph, is replayed, and is traced again if need be."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from app.core.autodiff import evaluate
from app.core.tracing import Function, select, signature, trace
from app.demos.training._formula_words import short
from app.demos.training._graph_drawing import State, drawing
from app.kit import Axis, Check, Lines, Mark, Series, Table, Text, View, same, text

GRID = np.linspace(-4, 4, 161)
CALLS: tuple[tuple[str, Any], ...] = (
    ("tensor(2.0, float64)", np.float64(2)), ("tensor(-2.0, float64)", np.float64(-2)),
    ("tensor(2.0, float32)", np.float32(2)), ("3", 3), ("-3", -3), ("3", 3),
)  # fmt: skip


def branchy(x: Any) -> Any:
    """f(x) = x² for x > 0, else -x: Python decides."""
    return x * x if x > 0 else -x


def selecting(x: Any) -> Any:
    """The same function, but the graph decides."""
    return select(x, x * x, -x)


BODIES: dict[str, Callable[[Any], Any]] = {"python": branchy, "graph": selecting}


def traced(branch: str, example: float) -> tuple[list[View], dict[str, float], list[Text], list[Check]]:
    """Views, scalars, notes and checks of the tab."""
    graph = trace(BODIES[branch], np.float64(example))
    eager = np.array([branchy(x) for x in GRID])
    replayed = np.broadcast_to(evaluate(graph, {"x": GRID})[-1], GRID.shape)
    wrong = replayed != eager
    function, rows = Function(BODIES[branch]), []
    fresh, again = text(zh="追踪并打印", en="traced, prints"), text(zh="重放", en="replayed")
    for written, x in CALLS:
        before, y = function.traces, function(x)
        what = fresh if function.traces > before else again
        rows.append((f"f({written})", signature(x), what, short(y), short(branchy(x))))
    mistaken = sum(row[3] != row[4] for row in rows)
    x = -example if example else 1.0
    s = {
        "eager_other": float(branchy(x)), "traced_other": float(evaluate(graph, {"x": x})[-1]),
        "traces": float(function.traces), "calls": float(len(CALLS)), "traced_nodes": float(len(graph)),
        "wrong_share": float(wrong.mean()),
    }  # fmt: skip
    everything = State(frozenset(range(len(graph))), {}, {}, frozenset())
    title = text(zh="记录下来的图", en="The graph that was recorded")
    ops = ", ".join(node.op for node in graph if node.inputs)
    seen = text(zh=f"图里的运算：{ops}；边上是 x = {example:g} 时的数。",
                en=f"Its operations: {ops}; on the edges, the numbers for x = {example:g}.")  # fmt: skip
    picture = drawing(graph, evaluate(graph, {"x": np.float64(example)}), everything, title)
    picture = dataclasses.replace(picture, id="recorded", description=seen)
    views: list[View] = [curves(example, eager, replayed, s), picture, calls(rows, s, mistaken)]
    taken = text(zh="if 属于 Python，追踪时就选定了一支。", en="The if is Python's: one branch was taken, for ever.")
    both = text(zh="两支都在图里，运行时由数据选。", en="Both branches are there, and the data choose at run time.")
    why = taken if branch == "python" else both
    notes = [
        text(zh=f"在 x = {example:g} 处追踪，图里的运算有 {ops}。{why.zh}",
             en=f"Traced at x = {example:g}, the graph holds {ops}. {why.en}"),
        text(zh=f"x = {x:g}：直接执行得 {s['eager_other']:g}，重放图得 {s['traced_other']:g}。",
             en=f"At x = {x:g} eager execution gives {s['eager_other']:g}, the replayed graph {s['traced_other']:g}."),
        text(zh=f"{len(CALLS)} 次调用里 Python 函数体只跑了 {function.traces} 次：张量看 dtype 和形状，Python 数看值。",
             en=f"In {len(CALLS)} calls the Python body ran {function.traces} times: a tensor counts by dtype and "
             "shape, a Python number by value."),
    ]  # fmt: skip
    same_side = (GRID > 0) == (example > 0)
    kept = float(np.abs(replayed - eager)[same_side if branch == "python" else slice(None)].max())
    where = text(zh="追踪所在的一侧：图与直接执行", en="On the traced side: graph and eager")
    return views, s, notes, [Check(where, kept, 1e-12)]


def curves(example: float, eager: Any, replayed: Any, s: dict[str, float]) -> Lines:
    return Lines(
        id="branch", title=text(zh="追踪得到的图，还是原来的函数吗？", en="Is the traced graph still the function?"),
        description=text(
            zh=f"f(x)：x > 0 时是 x²，否则是 −x。有 {s['wrong_share']:.0%} 的输入，重放的图与直接执行不同。",
            en=f"f(x) is x² where x > 0, else −x. At {s['wrong_share']:.0%} of the inputs the replayed graph differs.",
        ),
        series=[Series("eager", text(zh="直接执行 Python", en="Python, executed eagerly"), GRID, eager, "reference"),
                Series("replayed", text(zh="重放追踪的图", en="the traced graph, replayed"), GRID, replayed)],
        x=Axis(same("x"), range=(-4, 4)), y=Axis(same("f(x)"), range=(-5, 16)),
        marks=[Mark(example, text(zh="在此追踪", en="traced here"), "x")],
    )  # fmt: skip


def calls(rows: list[Any], s: dict[str, float], mistaken: int) -> Table:
    return Table(
        id="calls", title=text(zh="什么时候重新追踪", en="When it is traced again"),
        description=text(zh=f"{s['calls']:.0f} 次调用，追踪 {s['traces']:.0f} 次；{mistaken} 次重放给出了错的值。",
                         en=f"{s['calls']:.0f} calls, {s['traces']:.0f} traces; wrong values: {mistaken}."),
        columns=[text(zh="调用", en="call"), text(zh="签名", en="signature"), text(zh="发生了什么", en="what happens"),
                 text(zh="得到", en="result"), text(zh="应得", en="eager")],
        rows=rows,
    )  # fmt: skip
