"""A convolutional network as a table: the shape, parameters, multiply-adds and receptive field after every layer.

Nothing is computed on images: a layer is its name and its numbers, a network a sequence of layers, and `trace` walks
an input shape through it. Parts that split and meet again (Inception modules, residual blocks) are a `Block`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Kind = Literal["input", "conv", "max-pool", "avg-pool", "global-pool", "fc", "norm", "act", "concat", "add"]
Pair = tuple[int, int]


class Shape(NamedTuple):
    """A feature map: channels, then height and width in px."""

    channels: int
    height: int
    width: int

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return self.channels * self.height * self.width


class Field(NamedTuple):
    """What the units of a layer see of the input, along one side: how many px, how far apart two neighbours are (px),
    and the centre of unit 0 (px, edge coordinates: the middle of the first pixel is at ½)."""

    size: int
    jump: int
    centre: float


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of the table. `out`: channels it gives (0: as many as it gets). kernel, stride, padding, dilation:
    (vertical, horizontal). Make them with conv, pool, global_pool, fc, norm and act."""

    name: str
    kind: Kind
    out: int = 0
    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = False
    ceil: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Paths that start from the same map and meet: their outputs are stacked ("concat") or added ("add").

    An empty path is the identity shortcut.
    """

    name: str
    join: Literal["concat", "add"]
    paths: tuple[tuple["Layer | Block", ...], ...]


Network = Sequence[Layer | Block]


class Row(NamedTuple):
    """What is known after a layer. parameters: those that are learned. macs: multiply-adds for one image, of
    convolutions and fully connected layers (the rest is small change). y, x: the receptive field down and across."""

    layer: Layer
    shape: Shape
    parameters: int
    macs: int
    y: Field
    x: Field


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else value


def conv(
    name: str, out: int, kernel: int | Pair, stride: int | Pair = 1, padding: int | Pair = 0,
    dilation: int | Pair = 1, groups: int = 1, bias: bool = True,
) -> Layer:  # fmt: skip
    """A convolution. Its weights are (out, in / groups, kernel), plus one bias per output channel if `bias`."""
    window = (_pair(kernel), _pair(stride), _pair(padding), _pair(dilation))
    return Layer(name, "conv", out, *window, groups=groups, bias=bias)


def pool(
    name: str, kernel: int, stride: int, padding: int = 0, kind: Literal["max-pool", "avg-pool"] = "max-pool",
    ceil: bool = False,
) -> Layer:  # fmt: skip
    """A pooling layer; `ceil` rounds the output size up, as Caffe does, instead of down."""
    return Layer(name, kind, 0, _pair(kernel), _pair(stride), _pair(padding), ceil=ceil)


def global_pool(name: str = "global-pool") -> Layer:
    """Global average pooling (GAP): one number a channel."""
    return Layer(name, "global-pool")


def fc(name: str, out: int, bias: bool = True) -> Layer:
    """A fully connected layer. On a map it is a convolution whose kernel is the whole map."""
    return Layer(name, "fc", out, bias=bias)


def norm(name: str) -> Layer:
    """Batch normalisation: a learned scale and shift for each channel."""
    return Layer(name, "norm")


def act(name: str) -> Layer:
    """Anything elementwise without parameters: an activation, dropout."""
    return Layer(name, "act")


def output_size(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, ceil: bool = False) -> int:
    """How many places a window has along a side of n px.

    Raises
    ------
    ValueError
        If the window does not fit into the padded input even once.

    Notes
    -----
    ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1. With `ceil` the quotient is rounded up, but a window must start inside the
    input or its left padding. Source: PyTorch documentation, Conv2d and MaxPool2d.

    Examples
    --------
    >>> output_size(224, 7, stride=2, padding=3), output_size(112, 3, stride=2, ceil=True)
    (112, 56)
    """
    room = n + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError(f"a window of {dilation * (kernel - 1) + 1} does not fit into {n} + 2·{padding}")
    if not ceil:
        return room // stride + 1
    places = -(-room // stride) + 1
    return places - 1 if (places - 1) * stride >= n + padding else places


def grow(field: Field, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Field:
    """The field after one more window: r += d(k − 1)·j, centre += (d(k − 1)/2 − p)·j, then j ·= s.

    >>> grow(Field(size=5, jump=2, centre=0.5), kernel=3, stride=2, padding=1)
    Field(size=9, jump=4, centre=0.5)
    """
    reach = dilation * (kernel - 1)
    return Field(
        field.size + reach * field.jump, field.jump * stride, field.centre + (reach / 2 - padding) * field.jump
    )


def receptive_field(windows: Sequence[tuple[int, int, int]]) -> Field:
    """What one output unit of a stack of convolutions and poolings sees: (size px, stride px, centre of unit 0 px).

    Parameters
    ----------
    windows : sequence of (kernel, stride, padding)

    Notes
    -----
    Start at r = j = 1, c = ½ (the middle of pixel 0, in edge coordinates); every layer makes it `grow`. Unit i is
    centred at c + i·j. Source: Araujo, Norris, Sim (2019), Distill, doi:10.23915/distill.00021.

    Examples
    --------
    >>> receptive_field([(3, 1, 1), (3, 1, 1), (3, 1, 1)]).size == receptive_field([(7, 1, 3)]).size == 7
    True
    """
    field = Field(1, 1, 0.5)
    for kernel, stride, padding in windows:
        field = grow(field, kernel, stride, padding)
    return field


def trace(net: Network, shape: tuple[int, int, int]) -> list[Row]:
    """Walk an input through a network.

    Parameters
    ----------
    net : sequence of Layer or Block
    shape : (channels, height, width)
        Of the input, px.

    Returns
    -------
    list of Row
        The input first, then every layer; a Block gives the rows of its paths, one after the other, then its join.

    Raises
    ------
    ValueError
        If a window does not fit, channels do not divide into groups, or paths that meet differ in size.

    Notes
    -----
    Convolution: out·in/groups·k_h·k_w weights (plus out biases), each used once at every output place; a fully
    connected layer is the case kernel = map. Normalisation: 2 per channel. The rest has no parameters.

    Examples
    --------
    >>> lenet = [conv("c1", 6, 5, padding=2), pool("s2", 2, 2), conv("c3", 16, 5), pool("s4", 2, 2),
    ...          fc("c5", 120), fc("f6", 84), fc("out", 10)]
    >>> rows = trace(lenet, (1, 28, 28))
    >>> sum(row.parameters for row in rows), sum(row.macs for row in rows), rows[4].shape
    (61706, 416520, Shape(channels=16, height=5, width=5))
    """
    start = Field(1, 1, 0.5)
    rows = [Row(Layer("input", "input"), Shape(*shape), 0, 0, start, start)]
    for part in net:
        rows += _after(part, rows[-1])
    return rows


def _after(part: Layer | Block, before: Row) -> list[Row]:
    """The rows that a layer, or a block with its join, adds."""
    if isinstance(part, Layer):
        return [_apply(part, before)]
    rows, ends = [], []
    for path in part.paths:
        here = before
        for inner in path:
            rows += _after(inner, here)
            here = rows[-1]
        ends.append(here)
    return [*rows, _joined(part, ends)]


def _apply(layer: Layer, before: Row) -> Row:
    channels, *sides = before.shape
    if layer.kind in ("fc", "global-pool"):
        layer = replace(layer, kernel=(sides[0], sides[1]))
    out = layer.out or channels
    if channels % layer.groups or out % layer.groups:
        raise ValueError(f"{layer.name}: {channels} or {out} channels do not divide into {layer.groups} groups")
    windows = list(zip(layer.kernel, layer.stride, layer.padding, layer.dilation, strict=True))
    height, width = (output_size(n, *window, ceil=layer.ceil) for n, window in zip(sides, windows, strict=True))
    y, x = (grow(field, *window) for field, window in zip((before.y, before.x), windows, strict=True))
    parameters = macs = 0
    if layer.kind in ("conv", "fc"):
        weights = out * (channels // layer.groups) * layer.kernel[0] * layer.kernel[1]
        parameters, macs = weights + out * layer.bias, weights * height * width
    elif layer.kind == "norm":
        parameters = 2 * channels
    return Row(layer, Shape(out, height, width), parameters, macs, y, x)


def _joined(block: Block, ends: Sequence[Row]) -> Row:
    sizes = {end.shape[1:] if block.join == "concat" else end.shape for end in ends}
    if len(sizes) > 1:
        raise ValueError(f"{block.name}: paths of sizes {sorted(sizes)} cannot meet")
    channels = sum(end.shape.channels for end in ends) if block.join == "concat" else ends[0].shape.channels
    y, x = _hull([end.y for end in ends]), _hull([end.x for end in ends])
    return Row(Layer(block.name, block.join), Shape(channels, *ends[0].shape[1:]), 0, 0, y, x)


def _hull(fields: Sequence[Field]) -> Field:
    """The smallest field that holds all of these, which have one jump."""
    first = min(field.centre - field.size / 2 for field in fields)
    last = max(field.centre + field.size / 2 for field in fields)
    return Field(int(last - first), fields[0].jump, (first + last) / 2)
