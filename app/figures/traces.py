"""The parts pictures are made of: axes, curves, boxes, regions, marks. Text stays {"zh", "en"} until the page."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from app.figures import ink
from app.figures.arrays import typed
from app.kit import views
from app.kit.text import Text

Json = dict[str, Any]


def both(text: Text) -> Json:
    """A bilingual text on the wire; the page picks its language."""
    return {"zh": text.zh, "en": text.en}


def axis_title(axis: views.Axis) -> Json:
    if not axis.unit:
        return both(axis.label)
    return {"zh": f"{axis.label.zh}（{axis.unit}）", "en": f"{axis.label.en} ({axis.unit})"}


def axis(spec: views.Axis, **more: Any) -> Json:
    """A Plotly axis. Ranges are given in data units also for log axes."""
    out: Json = {"title": {"text": axis_title(spec)}, "zeroline": False, **more}
    if spec.log:
        out |= {"type": "log", "exponentformat": "power", "dtick": 1} | out
        if spec.range is not None and math.log10(spec.range[1] / spec.range[0]) > 8:
            out["dtick"] = math.ceil(math.log10(spec.range[1] / spec.range[0]) / 8)
        if spec.range is None:
            out.pop("dtick")
    if spec.date:
        out |= {"type": "date", "nticks": 5} | _DAYS
    if spec.range is not None:
        low, high = spec.range if not spec.log else (math.log10(spec.range[0]), math.log10(spec.range[1]))
        out["range"] = [high, low] if spec.reverse else [low, high]
    elif spec.reverse:
        out["autorange"] = "reversed"
    if spec.categories is not None:
        places = range(0, len(spec.categories), spec.every)
        out |= {"tickvals": list(places), "ticktext": [both(spec.categories[i]) for i in places]}
        out["automargin"] = True
    return out


_DAYS = {
    "tickformat": {"zh": "%-m/%-d", "en": "%-d %b"}, "hoverformat": {"zh": "%Y-%m-%d", "en": "%-d %b %Y"},
}  # fmt: skip
_MODE = {"line": "lines", "area": "lines", "step": "lines", "points": "markers", "both": "lines+markers"}


def curve(series: views.Series, xs: dict[int, Json] | None = None) -> Json:
    """A scatter trace from a Series. xs: arrays already encoded for this picture, by identity: curves share their x."""
    xs = {} if xs is None else xs
    if id(series.x) not in xs:
        xs[id(series.x)] = typed(series.x)
    out: Json = {
        "type": "scatter", "mode": _MODE[series.draw], "name": both(series.name), "meta": series.key,
        "x": xs[id(series.x)], "y": typed(series.y), "showlegend": True,
    }  # fmt: skip
    if series.draw != "points":
        out["line"] = ink.line(series.key, series.role)
        if series.draw == "step":
            out["line"]["shape"] = "hv"
        if series.draw == "area":
            out |= {"fill": "tozeroy", "opacity": 0.85}
    if series.draw in ("points", "both"):
        marker: Json = {"color": ink.colour(series.key, series.role), "symbol": ink.SYMBOL[series.role]}
        marker["size"] = typed(series.sizes) if series.sizes is not None else (11 if series.role == "highlight" else 6)
        if series.values is not None:
            marker |= {"color": typed(series.values), "colorscale": "@sequential", "showscale": True}
        out["marker"] = marker
    if series.labels is not None:
        out |= {"text": list(series.labels), "hoverinfo": "text+name"}
    return out


def outline(boxes: views.BoxSet) -> Json:
    """All boxes of a set as one broken line (one trace, however many boxes)."""
    array = np.asarray(boxes.boxes, dtype=float).reshape(-1, 4)
    gap = np.full(len(array), np.nan)
    xs = np.stack([array[:, 0], array[:, 2], array[:, 2], array[:, 0], array[:, 0], gap], axis=1).ravel()
    ys = np.stack([array[:, 1], array[:, 1], array[:, 3], array[:, 3], array[:, 1], gap], axis=1).ravel()
    out: Json = {
        "type": "scatter", "mode": "lines", "name": both(boxes.name), "meta": boxes.key, "x": typed(xs), "y": typed(ys),
        "line": ink.line(boxes.key, boxes.role), "hoverinfo": "name", "showlegend": True,
    }  # fmt: skip
    if boxes.labels:
        out |= {"text": [label for label in boxes.labels for _ in range(6)], "hoverinfo": "text+name"}
    return out


def shapes(regions: Iterable[views.Region], marks: Iterable[views.Mark]) -> list[Json]:
    """Shaded ranges and labelled lines, across the whole plot."""
    out: list[Json] = []
    for region in regions:
        along, across = ("x", "y") if region.axis == "x" else ("y", "x")
        tone = ink.colour(region.key, "main") if region.key != "region" else "@region"
        out.append({
            "type": "rect", f"{along}0": region.start, f"{along}1": region.end, f"{across}0": 0, f"{across}1": 1,
            f"{across}ref": "paper", "fillcolor": tone, "opacity": 0.13, "line": {"width": 0}, "layer": "below",
            "label": {"text": both(region.label), "textposition": "top center", "font": {"size": 11}},
        })  # fmt: skip
    for mark in marks:
        along, across = ("x", "y") if mark.axis == "x" else ("y", "x")
        flat = mark.axis == "y"
        out.append({
            "type": "line", f"{along}0": mark.value, f"{along}1": mark.value, f"{across}0": 0, f"{across}1": 1,
            f"{across}ref": "paper", "line": {"color": "@reference", "width": 1.2, "dash": "dot"},
            "label": {"text": both(mark.label), "textposition": "end" if flat else "start", "textangle": 0,
                      "font": {"size": 11}, "yanchor": "bottom", "xanchor": "right" if flat else "auto"},
        })  # fmt: skip
    return out


def layout(x: Json, y: Json, *, shapes: Sequence[Json] = (), equal: bool = False, **more: Any) -> Json:
    """The frame every plane picture shares: fixed margins (nothing jumps while dragging), legend above the data."""
    if equal:
        y = y | {"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
        x = x | {"constrain": "domain"}
    out: Json = {
        "xaxis": x, "yaxis": y, "shapes": list(shapes), "margin": {"l": 64, "r": 20, "t": 36, "b": 48},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}, "hovermode": "closest",
        "dragmode": False, "uirevision": "keep",
    }  # fmt: skip
    return out | more
