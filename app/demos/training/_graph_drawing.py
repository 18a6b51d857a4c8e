"""A computation graph on paper: where its nodes stand, and the frames of a run forward and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.core.activations import Array
from app.core.autodiff import active, input_names, reverse, tangents
from app.core.expression_graph import Graph as Nodes
from app.demos.training._formula_words import plural, short
from app.kit import Edge, Graph, Node, Steps, Text, same, text

MOST_FRAMES = 12
"""Most frames of one sweep; beyond that several operations share a frame."""


def names(graph: Nodes) -> list[str]:
    """x1, log, mul, mul_1, …: as a framework names its operations; constants by their number."""
    seen: dict[str, int] = {}
    out = []
    for node in graph:
        base = node.name or (short(node.value) if node.op == "const" else node.op)
        count = seen.get(base, 0)
        seen[base] = count + 1
        out.append(base if not count or node.op in ("const", "input") else f"{base}_{count}")
    return out


def early(graph: Nodes) -> list[int]:
    """Columns: every operation right after its inputs; constants right before their first consumer."""
    out = [0] * len(graph)
    for j, node in enumerate(graph):
        out[j] = 1 + max((out[i] for i in node.inputs), default=-1)
    for i, node in enumerate(graph):
        if node.op == "const":
            out[i] = min((out[j] - 1 for j, other in enumerate(graph) if i in other.inputs), default=0)
    return out


def late(graph: Nodes) -> list[int]:
    """Columns: inputs in the first, everything else right before its first consumer."""
    out = [early(graph)[-1]] * len(graph)
    for j in range(len(graph) - 1, -1, -1):
        for i in graph[j].inputs:
            out[i] = min(out[i], out[j] - 1)
    return [0 if node.op == "input" else c for node, c in zip(graph, out, strict=True)]


def stacked(graph: Nodes, column: list[int]) -> list[float]:
    """Heights: in a column, nodes are ordered by where their neighbours are."""
    links = [(i, j) for j, node in enumerate(graph) for i in node.inputs]
    height = [float(-i) for i in range(len(graph))]
    tallest = max(column.count(c) for c in set(column))
    for sweep in range(6):
        for c in sorted(set(column), reverse=bool(sweep % 2)):
            members = [i for i in range(len(graph)) if column[i] == c]
            pull = {}
            for i in members:
                near = [height[b if a == i else a] for a, b in links if i in (a, b)]
                pull[i] = sum(near) / len(near) if near else height[i]
            for k, i in enumerate(sorted(members, key=lambda i: (-pull[i], i))):
                height[i] = -(k + 0.5) * tallest / len(members)
    return height


def muddle(graph: Nodes, column: list[int], height: list[float]) -> int:
    """How often an edge runs into a node that is not its own, and by how much columns are crowded."""
    tallest = max(column.count(c) for c in set(column))
    found = 3 * max(0, tallest - 5)
    for j, node in enumerate(graph):
        for i in set(node.inputs):
            for k in range(len(graph)):
                if column[i] < column[k] < column[j]:
                    share = (column[k] - column[i]) / (column[j] - column[i])
                    found += abs(height[i] + share * (height[j] - height[i]) - height[k]) < 0.13 * tallest
    return found


@lru_cache(maxsize=64)
def places(graph: Nodes) -> list[tuple[float, float]]:
    """(x, y) of every node, in the clearer of two layouts."""
    tried = [(column, stacked(graph, column)) for column in (early(graph), late(graph))]
    column, height = min(tried, key=lambda layout: muddle(graph, *layout))
    return [(float(c), h) for c, h in zip(column, height, strict=True)]


@dataclass(frozen=True)
class State:
    """What is known at one moment: nodes with a value, nodes with a second number (adjoint or tangent), what flows
    on each edge (consumer, slot), and the nodes just worked on."""

    valued: frozenset[int]
    second: Mapping[int, Array]
    flows: Mapping[tuple[int, int], Array]
    now: frozenset[int]


def drawing(graph: Nodes, values: Sequence[Array], state: State, title: Text, mark: str = "∂f/∂v") -> Graph:
    """One frame. Operations are nodes; every edge carries the number that flows on it, and what comes back."""
    where, label = places(graph), names(graph)
    last = len(graph) - 1
    nodes = []
    for i, node in enumerate(graph):
        known, more = i in state.valued, i in state.second
        face = f"{label[i]}<br>{short(state.second[i], 3)}" if more else label[i]
        hover = f"{label[i]}: v = {short(values[i])}" if known else label[i]
        if more:
            hover += f", {mark} = {short(state.second[i])}"
        shade = (0.55 if known else 0.25) if node.inputs else 0.05
        nodes.append(Node(f"n{i}", face, *where[i], shade, "highlight" if i in state.now else "main", hover))
    nodes.append(Node("out", "f", where[last][0] + 1, where[last][1], 0.0, "muted", f"f = {short(values[last])}"))
    edges = []
    for j, node in enumerate(graph):
        for i in dict.fromkeys(node.inputs):
            slots = [k for k, source in enumerate(node.inputs) if source == i]
            back = " + ".join(short(state.flows[j, k], 3) for k in slots if (j, k) in state.flows)
            said = ", ".join(short(values[i]) for _ in slots) if i in state.valued else ""
            hot = j in state.now
            edges.append(Edge(f"n{i}", f"n{j}", 0.5 if hot else 0.15, f"{said}<br>{'← ' + back if back else ' '}",
                              "highlight" if hot else "main"))  # fmt: skip
    edges.append(Edge(f"n{last}", "out", 0.15, f"{short(values[last]) if last in state.valued else ''}<br> "))
    ops, tensors = sum(bool(node.inputs) for node in graph), sum(len(node.inputs) for node in graph)
    return Graph(
        id="frame", title=title, nodes=nodes, edges=edges,
        description=text(
            zh=f"{title.zh}。节点是 {ops} 个运算，它们的输入是 {tensors} 条边；边上是流过的数，← 后是送回的伴随，"
            f"节点里是 {mark}。",
            en=f"{title.en}. {plural(ops, 'operation')}, fed by {plural(tensors, 'edge')}; on an edge the number that "
            f"flows and, after ←, what comes back; in a node {mark}.",
        ),
    )  # fmt: skip


def batches(items: Sequence[int], most: int) -> list[list[int]]:
    """The items in order, in at most `most` groups."""
    return [list(part) for part in np.array_split(np.array(items, dtype=int), min(len(items), most))] if items else []


def _listed(graph: Nodes, group: Sequence[int], values: Sequence[Array], label: Sequence[str]) -> str:
    if len(group) > 1:
        return ", ".join(label[j] for j in group)
    node = graph[group[0]]
    return f"{label[group[0]]}({', '.join(short(values[i]) for i in node.inputs)}) = {short(values[group[0]])}"


def reverse_frames(graph: Nodes, values: Sequence[Array]) -> Steps:
    """Values forward, operation by operation, then adjoints back."""
    sweep, label, needed = reverse(graph, list(values)), names(graph), active(graph)
    ops = [j for j, node in enumerate(graph) if node.inputs]
    valued = {i for i, node in enumerate(graph) if not node.inputs}
    start = text(zh="输入和常数就位", en="Inputs and constants are in place")
    frames = [drawing(graph, values, State(frozenset(valued), {}, {}, frozenset()), start)]
    for group in batches(ops, MOST_FRAMES):
        valued |= set(group)
        said = _listed(graph, group, values, label)
        title = text(zh=f"前向：{said}", en=f"Forward: {said}")
        frames.append(drawing(graph, values, State(frozenset(valued), {}, {}, frozenset(group)), title))
    second: dict[int, Array] = {len(graph) - 1: sweep.adjoints[-1]}
    flows: dict[tuple[int, int], Array] = {}
    todo = [j for j in reversed(ops) if needed[j]]
    if todo:
        title = text(zh="反向：输出的伴随是 1", en="Reverse: the adjoint of the output is 1")
        frames.append(drawing(graph, values, State(frozenset(valued), dict(second), {}, frozenset()), title))
    for group in batches(todo, MOST_FRAMES):
        for j in group:
            for k, (i, flow) in enumerate(zip(graph[j].inputs, sweep.flows[j], strict=True)):
                if flow is not None:
                    flows[j, k] = flow
                    second[i] = second.get(i, np.zeros(())) + flow
        if len(group) == 1:
            (j,) = group
            sent = [(label[i], short(flow)) for i, flow in zip(graph[j].inputs, sweep.flows[j], strict=True)
                    if flow is not None]  # fmt: skip
            zh = "，".join(f"给 {to} 送回 {what}" for to, what in sent)
            en = ", ".join(f"{what} to {to}" for to, what in sent)
            title = text(zh=f"反向：{label[j]} 收到 {short(sweep.adjoints[j])}，{zh}",
                         en=f"Reverse: {label[j]} gets {short(sweep.adjoints[j])}, sends {en}")  # fmt: skip
        else:
            title = text(
                zh=f"反向：{', '.join(label[j] for j in group)}", en=f"Reverse: {', '.join(label[j] for j in group)}"
            )
        frames.append(
            drawing(graph, values, State(frozenset(valued), dict(second), dict(flows), frozenset(group)), title)
        )
    return steps(frames, text(zh="计算图：前向算值，反向送回伴随", en="The graph: values forward, adjoints back"))


def forward_frames(graph: Nodes, values: Sequence[Array]) -> Steps:
    """Forward mode: one sweep for every input, tangents beside the values."""
    ops, inputs = [j for j, node in enumerate(graph) if node.inputs], input_names(graph)
    everything = frozenset(range(len(graph)))
    frames: list[Graph] = []
    for turn, name in enumerate(inputs, 1):
        dots = tangents(graph, list(values), {name: 1.0})
        second = {i: dots[i] for i, node in enumerate(graph) if node.op == "input"}
        label = names(graph)
        for group in batches(ops, max(1, 2 * MOST_FRAMES // len(inputs))):
            second |= {j: dots[j] for j in group}
            said = ", ".join(f"{label[j]} {short(dots[j])}" for j in group)
            title = text(zh=f"第 {turn}/{len(inputs)} 遍（只让 {name} 变化）：{said}",
                         en=f"Sweep {turn} of {len(inputs)} (only {name} moves): {said}")  # fmt: skip
            frames.append(
                drawing(graph, values, State(everything, dict(second), {}, frozenset(group)), title, f"∂v/∂{name}")
            )
    if not frames:
        frames = [drawing(graph, values, State(everything, {}, {}, frozenset()), same("f"))]
    return steps(
        frames, text(zh="计算图：前向模式，一个输入一遍", en="The graph: forward mode, a sweep for each input")
    )


def steps(frames: list[Graph], title: Text) -> Steps:
    return Steps(
        id="graph", title=title, description=frames[-1].description, frames=frames,
        labels=[frame.title for frame in frames], start=len(frames) - 1,
    )  # fmt: skip
