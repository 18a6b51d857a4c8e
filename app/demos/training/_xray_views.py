"""The tape, the finite differences and the sentences of the graph X-ray."""

import math

import numpy as np

from app.core.activations import Array
from app.core.autodiff import active, difference_quotient, input_names, reverse, tangents
from app.core.expression_graph import Graph as Nodes
from app.core.graph_passes import operations
from app.demos.training._formula_words import plural, short
from app.demos.training._graph_drawing import names
from app.kit import Axis, Lines, Mark, Series, Table, Text, same, text

STEPS = 10.0 ** -np.linspace(1, 14, 53)
LEAST = 1e-17
"""What an error of exactly 0 is drawn as."""


def difference_errors(graph: Nodes, at: dict[str, float], exact: dict[str, float], central: bool) -> Array:
    """The largest error over the inputs, relative to the gradient (or 1, if that is more), for every step of STEPS."""
    errors = [
        abs(difference_quotient(graph, at, name, STEPS, central) - slope) / max(1.0, abs(slope))
        for name, slope in exact.items()
    ]
    return np.max(errors, axis=0) if errors else np.full(len(STEPS), np.nan)


def at_step(errors: Array, h: float) -> float:
    """The typical error within half a decade of a step: a single step can be lucky."""
    return float(np.median(errors[abs(np.log10(STEPS / h)) < 0.51]))


def tape(graph: Nodes, values: list[Array]) -> Table:
    """The Wengert list: every node with its inputs, value, adjoint and tangents."""
    label, bars, inputs, known = names(graph), reverse(graph, values).adjoints, input_names(graph), active(graph)
    dots = {name: tangents(graph, values, {name: 1.0}) for name in inputs}
    rows = []
    for j, node in enumerate(graph):
        made = f"{label[j]}({', '.join(label[i] for i in node.inputs)})" if node.inputs else label[j]
        slopes = (bars[j], *(dots[name][j] for name in inputs))
        rows.append((made, short(values[j]), *(short(slope) if known[j] else "–" for slope in slopes)))
    return Table(
        id="tape", rows=rows,
        title=text(zh="磁带：每个节点的值、伴随和切向", en="The tape: value, adjoint and tangents of every node"),
        description=text(
            zh=f"反向模式一遍算完 ∂f/∂v 这一列；前向模式的列有 {len(inputs)} 个，一列要一遍。",
            en=f"Reverse mode fills the column ∂f/∂v in one sweep; forward mode has {plural(len(inputs), 'column')} to "
            "fill, a sweep each.",
        ),
        columns=[text(zh="运算", en="operation"), text(zh="值 v", en="value v"), same("∂f/∂v"),
                 *(same(f"∂v/∂{name}") for name in inputs)],
    )  # fmt: skip


def difference_view(central: Array, one_sided: Array, s: dict[str, float]) -> Lines:
    curves = {
        "central": (text(zh="中心差分", en="central"), central),
        "one-sided": (text(zh="单边差分", en="one-sided"), one_sided),
    }
    seen = text(zh="函数值或导数不是有限的数，差分无从算起。",
                en="The value or a derivative is not finite: there is nothing to compare.")  # fmt: skip
    if math.isfinite(s["error_central"]):
        seen = text(
            zh=f"与反向模式相比：h = 10⁻⁵ 时中心差分的误差 {s['error_central']:.0e}，单边 {s['error_one_sided']:.0e}；"
            f"h = 10⁻¹² 时中心差分反而是 {s['error_tiny_step']:.0e}。",
            en=f"Against reverse mode: at h = 10⁻⁵ central differences are off by {s['error_central']:.0e}, one-sided "
            f"ones by {s['error_one_sided']:.0e}; at h = 10⁻¹² central ones by {s['error_tiny_step']:.0e}.",
        )
    root, cube = text(zh="√ε", en="√ε"), text(zh="∛ε", en="∛ε")
    return Lines(
        id="differences", description=seen,
        title=text(zh="有限差分的误差：步长太大太小都不行", en="Finite differences: the step can be too small"),
        series=[Series(key, name, STEPS, np.maximum(error, LEAST)) for key, (name, error) in curves.items()],
        x=Axis(text(zh="步长 h", en="Step h"), log=True, range=(1e-14, 0.1)),
        y=Axis(text(zh="相对误差", en="Relative error"), log=True, range=(1e-14, 10)),
        marks=[Mark(2.0**-26, root, "x"), Mark(2.0**-17.3, cube, "x")],
    )  # fmt: skip


def shared(graph: Nodes, values: list[Array]) -> list[Text]:
    """A sentence for an input (else an operation) whose adjoint is a sum."""
    label, flows = names(graph), reverse(graph, values).flows
    said = []
    for i in sorted(range(len(graph)), key=lambda i: graph[i].op != "input"):
        sent = [
            f for j, node in enumerate(graph) for k, f in zip(node.inputs, flows[j], strict=False)
            if k == i and f is not None
        ]  # fmt: skip
        if len(sent) > 1:
            total = f"{' + '.join(short(f) for f in sent)} = {short(sum(float(f) for f in sent))}"
            said.append(text(zh=f"{label[i]} 用了 {len(sent)} 次，送回来的伴随相加：{total}。",
                             en=f"{label[i]} is used {len(sent)} times; its adjoints add up: {total}."))  # fmt: skip
    return said[:1]


def graph_notes(graph: Nodes, values: list[Array], slopes: dict[str, float], s: dict[str, float]) -> list[Text]:
    ops, edges, n = operations(graph), int(s["edges"]), len(slopes)
    each = ", ".join(f"∂f/∂{name} = {short(slope)}" for name, slope in slopes.items())
    out = [text(
        zh=f"节点是 {ops} 个运算，数（张量）在 {edges} 条边上流动。f = {short(s['value'])}；{each}。",
        en=f"The nodes are {plural(ops, 'operation')}; numbers (tensors) flow along {plural(edges, 'edge')}. "
        f"f = {short(s['value'])}; {each}.",
    ), *shared(graph, values)]  # fmt: skip
    if n > 1:
        out.append(text(zh=f"{n} 个偏导：反向模式 1 遍，前向模式 {n} 遍。",
                        en=f"{n} partials: 1 sweep in reverse mode, {n} in forward mode."))  # fmt: skip
    if s["ops_removed"]:
        out.append(text(
            zh=f"写下的 {s['ops_written']:.0f} 个运算，优化后剩 {ops} 个，输出一位不差。",
            en=f"Of {s['ops_written']:.0f} operations written, {ops} are left; the output is the same to the last bit.",
        ))  # fmt: skip
    if not np.isfinite([s["value"], *slopes.values()]).all():
        out.append(text(
            zh="出现了 ∞ 或 NaN：链式法则没错，是中间值溢出，或者运算超出了定义域。要换一种等价的写法。",
            en="There is an ∞ or NaN. The chain rule is right; an intermediate value overflowed, or an operation left "
            "its domain. Write the formula in an equivalent, stable form.",
        ))  # fmt: skip
    return out
