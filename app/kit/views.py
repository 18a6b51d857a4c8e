"""What a run shows, without ink: arrays, labels and one sentence for those who do not see the picture.

The set is closed: Lines, Points, Bars, Heatmap, Contours, Boxes, Images, Graph, Table, Surface, and Steps, which
animates any of them. `app/figures` is the one place that turns a view into a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.kit.text import Text

Array = NDArray[np.floating] | NDArray[np.integer] | NDArray[np.bool_] | Sequence[float]
Role = Literal["main", "reference", "highlight", "muted"]
"""main: computed here. reference: the independent answer (dashed). highlight: look here. muted: context."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """An axis: label (with its unit in `unit`), scale, fixed range when the maths gives one (data units, also for log).

    categories: tick labels for positions 0..n-1, every `every`-th one written. date: values are milliseconds since 1970
    (noon of a day, UTC).
    """

    label: Text
    unit: str = ""
    log: bool = False
    range: tuple[float, float] | None = None
    categories: tuple[Text, ...] | None = None
    reverse: bool = False
    every: int = 1
    date: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve or cloud: x and y, shape (n,). `key` is its meaning ("relu", "train", "theory"): same key, same colour
    everywhere. `values` (n,) colours points by number; `sizes` (n,) in px; `labels` are hover texts, one a point."""

    key: str
    name: Text
    x: Array
    y: Array
    role: Role = "main"
    draw: Literal["line", "points", "both", "area", "step"] = "line"
    values: Array | None = None
    sizes: Array | None = None
    labels: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A shaded range of an axis, with its meaning ("saturated", "dead")."""

    start: float
    end: float
    label: Text
    key: str = "region"
    axis: Literal["x", "y"] = "x"


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A labelled straight line at one value of an axis (a threshold, ln 2, the current knob)."""

    value: float
    label: Text
    axis: Literal["x", "y"] = "y"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class View:
    """Common to all. `id` is unique in a result and stable over runs; `description` says what is seen, with numbers."""

    id: str
    title: Text
    description: Text


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lines(View):
    """Curves in a plane."""

    series: Sequence[Series]
    x: Axis
    y: Axis
    regions: Sequence[Region] = ()
    marks: Sequence[Mark] = ()
    equal: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Points(Lines):
    """Clouds in a plane (give each Series draw="points"); `equal` keeps the aspect ratio."""


@dataclass(frozen=True, slots=True, eq=False)
class BarSeries:
    """One set of bars: values (n,), and their spread (n,) if it is a statistic (drawn as error bars)."""

    key: str
    name: Text
    values: Array
    spread: Array | None = None
    role: Role = "main"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bars(View):
    """Bars by category; `stacked` adds the series up."""

    categories: Sequence[Text]
    series: Sequence[BarSeries]
    x: Axis
    y: Axis
    stacked: bool = False
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Heatmap(View):
    """z (rows, columns) over xs (columns,) and ys (rows,). diverging: zero is neutral. text: print values in cells.
    cells: one tile a cell with paper between them, in a low wide picture (a calendar).
        series: curves or points drawn on top. boxes: rectangles drawn on top."""

    z: Array
    xs: Array
    ys: Array
    x: Axis
    y: Axis
    value: Axis
    diverging: bool = False
    text: bool = False
    cells: bool = False
    equal: bool = False
    series: Sequence[Series] = ()
    boxes: Sequence["BoxSet"] = ()
    drag: "DragBox | None" = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Contours(View):
    """Level lines of z (rows, columns) over xs and ys, with curves on top (an optimiser's path)."""

    z: Array
    xs: Array
    ys: Array
    x: Axis
    y: Axis
    value: Axis
    levels: tuple[float, float, float] | None = None
    equal: bool = False
    series: Sequence[Series] = ()


@dataclass(frozen=True, slots=True, eq=False)
class BoxSet:
    """Boxes (n, 4) xyxy in the units of the picture. labels: one a box, or none."""

    key: str
    name: Text
    boxes: Array
    role: Role = "main"
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DragBox:
    """Makes one box draggable: the four knobs (x1, y1, x2, y2) it writes, and the step in picture units."""

    knobs: tuple[str, str, str, str]
    step: float = 1.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Boxes(View):
    """Boxes on a picture `width` × `height` px, y down. image: (h, w) or (h, w, 3) in 0..1, or none for paper."""

    width: float
    height: float
    sets: Sequence[BoxSet]
    series: Sequence[Series] = ()
    image: Array | None = None
    drag: DragBox | None = None
    unit: str = "px"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Images(View):
    """Small pictures side by side: images (n, h, w), one caption each. shared: one colour scale for all."""

    images: Array
    captions: Sequence[Text]
    diverging: bool = False
    shared: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A node of a graph at (x, y); value decides its shade (0..1)."""

    id: str
    label: str
    x: float
    y: float
    value: float | None = None
    role: Role = "main"
    hover: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A directed edge; weight (0..1) decides its width."""

    source: str
    target: str
    weight: float = 0.5
    label: str = ""
    role: Role = "main"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Graph(View):
    """Nodes and edges at given places (a trellis, a computation graph). column_labels stand above x = 0, 1, 2 …,
    row_labels left of y = 0, -1, -2 …"""

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    column_labels: Sequence[Text] = ()
    row_labels: Sequence[Text] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table(View):
    """Numbers worth reading as numbers. rows hold str, int, float, None or Text."""

    columns: Sequence[Text]
    rows: Sequence[Sequence[str | int | float | Text | None]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Surface(View):
    """z (rows, columns) over xs and ys, in three dimensions."""

    z: Array
    xs: Array
    ys: Array
    x: Axis
    y: Axis
    value: Axis


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steps(View):
    """A process, frame by frame: play, step, reset. All frames are the same kind of view with the same axes."""

    frames: Sequence[View]
    labels: Sequence[Text]
    start: int = 0
