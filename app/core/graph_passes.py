"""What a framework does to a computation graph before running it: constant folding, common subexpressions, pruning.

Each pass takes a graph and gives an equivalent one: same output, to the bit, for every input.
"""

import numpy as np

from app.core.autodiff import RULES
from app.core.expression_graph import Graph, Node

COMMUTATIVE = frozenset({"add", "mul"})


def prune(graph: Graph) -> Graph:
    """Only the nodes that the output needs.

    >>> prune((Node("const", value=3.0), Node("input", name="x")))
    (Node(op='input', inputs=(), name='x', value=0.0),)
    """
    needed = {len(graph) - 1}
    for j in range(len(graph) - 1, -1, -1):
        if j in needed:
            needed.update(graph[j].inputs)
    place = {old: new for new, old in enumerate(sorted(needed))}
    return tuple(graph[j]._replace(inputs=tuple(place[i] for i in graph[j].inputs)) for j in sorted(needed))


def fold_constants(graph: Graph) -> Graph:
    """Operations on constants alone are computed once, now; what only fed them is pruned.

    >>> x, two, three = Node("input", name="x"), Node("const", value=2.0), Node("const", value=3.0)
    >>> [node.op for node in fold_constants((x, two, three, Node("add", (1, 2)), Node("mul", (0, 3))))]
    ['input', 'const', 'mul']
    """
    nodes: list[Node] = []
    with np.errstate(all="ignore"):
        for node in graph:
            known = [nodes[i] for i in node.inputs]
            if known and all(n.op == "const" for n in known):
                value = RULES[node.op].value(*(np.float64(n.value) for n in known))
                node = Node("const", value=float(value))
            nodes.append(node)
    return prune(tuple(nodes))


def eliminate_common(graph: Graph) -> Graph:
    """Nodes that do the same to the same become one (hash-consing); a + b and b + a are the same.

    >>> x, y = Node("input", name="x"), Node("input", name="y")
    >>> [node.op for node in eliminate_common((x, y, Node("mul", (0, 1)), Node("mul", (1, 0)), Node("add", (2, 3))))]
    ['input', 'input', 'mul', 'add']
    """
    nodes: list[Node] = []
    place: list[int] = []
    seen: dict[tuple[str, tuple[int, ...], str, str], int] = {}
    for node in graph:
        moved = node._replace(inputs=tuple(place[i] for i in node.inputs))
        order = tuple(sorted(moved.inputs)) if node.op in COMMUTATIVE else moved.inputs
        key = (node.op, order, node.name, repr(node.value))
        if key not in seen:
            seen[key] = len(nodes)
            nodes.append(moved)
        place.append(seen[key])
    return tuple(nodes)


def operations(graph: Graph) -> int:
    """How many nodes compute something: neither an input nor a constant.

    >>> operations((Node("input", name="x"), Node("const", value=2.0), Node("mul", (0, 1)), Node("sin", (2,))))
    2
    """
    return sum(bool(node.inputs) for node in graph)
