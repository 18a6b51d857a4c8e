"""Reading a layer table: what each part of a network costs, how deep it lies, and what it sees, from either end."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.core.layer_table import Block, Field, Layer, Network, Row, Shape, trace


class Entry(NamedTuple):
    """A part of a network, a single layer or a whole block: what it gives, its cost, its receptive field (down), and
    how many layers with weights lie on the longest path up to here."""

    name: str
    shape: Shape
    parameters: int
    macs: int
    field: Field
    depth: int


def weight_layers(part: Layer | Block) -> int:
    """Layers with weights on the longest path through a part: the 16 of VGG-16.

    >>> weight_layers(Block("b", "add", ((Layer("1", "conv", 8), Layer("n", "norm"), Layer("2", "conv", 8)), ())))
    2
    """
    if isinstance(part, Layer):
        return int(part.kind in ("conv", "fc"))
    return max(sum(weight_layers(inner) for inner in path) for path in part.paths)


def entries(net: Network, shape: tuple[int, int, int]) -> list[Entry]:
    """The ledger of a network, one entry a part; a normalisation is booked with the convolution before it.

    >>> net = [Layer("conv", "conv", 8, (3, 3)), Layer("bn", "norm"), Layer("fc", "fc", 10)]
    >>> [(e.name, e.parameters, e.depth) for e in entries(net, (3, 10, 10))]
    [('conv', 232, 1), ('fc', 5120, 2)]
    """
    rows = iter(trace(net, shape)[1:])
    out: list[Entry] = []
    depth = 0
    for part in net:
        own = [next(rows) for _ in range(_count(part))]
        parameters, macs = sum(row.parameters for row in own), sum(row.macs for row in own)
        depth += weight_layers(part)
        if not _has_entry(part) and out:
            last = out[-1]
            out[-1] = last._replace(parameters=last.parameters + parameters)
        else:
            out.append(Entry(part.name, own[-1].shape, parameters, macs, own[-1].y, depth))
    return out


def _has_entry(part: Layer | Block) -> bool:
    return not (isinstance(part, Layer) and part.kind in ("norm", "act"))


def _count(part: Layer | Block) -> int:
    """Rows that a part has in a trace: its layers, and the join of a block."""
    return 1 if isinstance(part, Layer) else 1 + sum(_count(inner) for path in part.paths for inner in path)


def totals(rows: Sequence[Row] | Sequence[Entry]) -> tuple[int, int]:
    """Parameters and multiply-adds of a whole table."""
    return sum(row.parameters for row in rows), sum(row.macs for row in rows)


def by_stage(ledger: Sequence[Entry]) -> dict[str, tuple[int, int]]:
    """Parameters and multiply-adds by stage, in order: "conv3_2" counts for conv3; what costs nothing is left out.

    >>> net = [Layer("conv1_1", "conv", 4), Layer("conv1_2", "conv", 4), Layer("pool1", "max-pool", 0, (2, 2))]
    >>> by_stage(entries(net, (3, 2, 2)))
    {'conv1': (28, 112)}
    """
    stages: dict[str, tuple[int, int]] = {}
    for entry in ledger:
        if entry.parameters or entry.macs:
            stage = re.split("[_-]", entry.name)[0]
            parameters, macs = stages.get(stage, (0, 0))
            stages[stage] = (parameters + entry.parameters, macs + entry.macs)
    return stages


def features(net: Network) -> list[Layer | Block]:
    """The part of a network before its first global pooling or fully connected layer."""
    for i, part in enumerate(net):
        if isinstance(part, Layer) and part.kind in ("fc", "global-pool"):
            return list(net[:i])
    return list(net)


def input_span(net: Network, first: int = 0, last: int = 0) -> tuple[int, int]:
    """First and last input row that the output rows first … last depend on, followed from the output back to the input.

    Parameters
    ----------
    net : sequence of Layer or Block
        Convolutions, poolings and elementwise layers only.

    Notes
    -----
    An output row y of a window reads the rows s·y − p … s·y − p + d(k − 1); a block reads what any of its paths reads.
    Negative rows lie in the padding. The other way round than `grow`, hence a check of it:
    last − first + 1 = r, (first + last + 1)/2 = centre.

    Examples
    --------
    >>> input_span([Layer("a", "conv", 1, (3, 3), stride=(2, 2), padding=(1, 1)), Layer("b", "conv", 1, (3, 3))])
    (-1, 5)
    """
    for part in reversed(net):
        if isinstance(part, Block):
            spans = [input_span(path, first, last) for path in part.paths]
            first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        else:
            corner = part.stride[0] * last - part.padding[0]
            first, last = part.stride[0] * first - part.padding[0], corner + part.dilation[0] * (part.kernel[0] - 1)
    return first, last


def input_spans(net: Network) -> list[tuple[int, int]]:
    """The `input_span` of output row 0 after each entry of the ledger, every one followed back on its own."""
    return [input_span(net[: i + 1]) for i, part in enumerate(net) if _has_entry(part)]
