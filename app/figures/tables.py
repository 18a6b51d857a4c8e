"""The numbers of a view as rows: the data table under every figure, for those who read instead of look."""

from functools import singledispatch
from typing import Any

import numpy as np

from app.figures.traces import Json, axis_title, both
from app.kit import views
from app.kit.text import Text, same, text

ROWS = 60
"""Most rows of a data table; longer data is thinned evenly (first and last kept) and the table says so."""

_SERIES = text(zh="曲线", en="Series")
_ROW_BY_COLUMN = text(zh="行 \\ 列", en="row \\ column")


def table(view: views.View) -> Json:
    """{"id", "title", "columns", "rows", "of"}: `of` counts the rows before thinning."""
    columns, rows = _rows(view)
    kept = rows if len(rows) <= ROWS else [rows[i] for i in np.linspace(0, len(rows) - 1, ROWS).round().astype(int)]
    return {"id": view.id, "title": both(view.title), "columns": columns, "rows": kept, "of": len(rows)}


@singledispatch
def _rows(view: views.View) -> tuple[list[Json], list[list[Any]]]:
    raise TypeError(f"{type(view).__name__} has no table")


def _along(axis: views.Axis, values: Any) -> list[Any]:
    """Values of an axis as they are read: days as 2026-03-02, positions by their names."""
    if axis.date:
        return _list(np.asarray(values).astype("datetime64[ms]").astype("datetime64[D]").astype(str))
    return _list(values)


def _list(values: Any) -> list[Any]:
    return np.asarray(values).tolist()  # type: ignore[no-any-return]


@_rows.register
def _(view: views.Lines) -> tuple[list[Json], list[list[Any]]]:
    first = view.series[0] if view.series else None
    shared = first is not None and all(np.array_equal(np.asarray(s.x), np.asarray(first.x)) for s in view.series)
    if shared and first is not None:
        columns = [axis_title(view.x), *(both(s.name) for s in view.series)]
        return columns, [
            list(row) for row in zip(_along(view.x, first.x), *(_list(s.y) for s in view.series), strict=True)
        ]
    columns = [both(_SERIES), axis_title(view.x), axis_title(view.y)]
    rows = [[both(s.name), x, y] for s in view.series for x, y in zip(_along(view.x, s.x), _list(s.y), strict=True)]
    return columns, rows


@_rows.register
def _(view: views.Bars) -> tuple[list[Json], list[list[Any]]]:
    columns = [axis_title(view.x), *(both(s.name) for s in view.series)]
    rows = [
        [both(c), *row]
        for c, row in zip(view.categories, zip(*(_list(s.values) for s in view.series), strict=True), strict=True)
    ]
    return columns, rows


@_rows.register(views.Heatmap)
@_rows.register(views.Contours)
@_rows.register(views.Surface)
def _(view: views.Heatmap | views.Contours | views.Surface) -> tuple[list[Json], list[list[Any]]]:
    xs = _labels(view.x, view.xs)
    columns = [both(_ROW_BY_COLUMN), *xs[:: max(1, -(-len(xs) // 24))]]
    step = max(1, -(-len(xs) // 24))
    ys = _labels(view.y, view.ys)
    return columns, [[y, *row[::step]] for y, row in zip(ys, _list(view.z), strict=True)]


def _labels(axis: views.Axis, values: Any) -> list[Any]:
    if axis.categories is not None:
        return [both(c) for c in axis.categories]
    if axis.date:
        return [both(same(day)) for day in _along(axis, values)]
    return [both(same(f"{v:.4g}")) for v in _list(values)]


@_rows.register
def _(view: views.Boxes) -> tuple[list[Json], list[list[Any]]]:
    columns = [both(_SERIES), *(both(same(name)) for name in ("x1", "y1", "x2", "y2"))]
    rows = [[both(s.name), *_list(box)] for s in view.sets for box in np.asarray(s.boxes, dtype=float).reshape(-1, 4)]
    return columns, rows


@_rows.register
def _(view: views.Images) -> tuple[list[Json], list[list[Any]]]:
    images = np.asarray(view.images, dtype=float)
    statistics = (text(zh="最小", en="min"), text(zh="平均", en="mean"), text(zh="最大", en="max"))
    columns = [both(text(zh="图", en="Image")), *(both(s) for s in statistics)]
    return columns, [
        [both(c), float(i.min()), float(i.mean()), float(i.max())] for c, i in zip(view.captions, images, strict=True)
    ]


@_rows.register
def _(view: views.Graph) -> tuple[list[Json], list[list[Any]]]:
    columns = [both(t) for t in (text(zh="节点", en="Node"), text(zh="标注", en="Label"), text(zh="数值", en="Value"))]
    return columns, [[n.id, n.hover or n.label, n.value] for n in view.nodes]


@_rows.register
def _(view: views.Table) -> tuple[list[Json], list[list[Any]]]:
    return [both(c) for c in view.columns], [
        [both(cell) if isinstance(cell, Text) else cell for cell in row] for row in view.rows
    ]


@_rows.register
def _(view: views.Steps) -> tuple[list[Json], list[list[Any]]]:
    return _rows(view.frames[-1])
