"""One function a view kind: view → {"data", "layout", "height"}. `picture` chooses by type."""

from functools import singledispatch
from typing import Any

import numpy as np

from app.figures import ink
from app.figures.arrays import png, typed
from app.figures.traces import Json, axis, axis_title, both, curve, layout, outline, shapes
from app.kit import views
from app.kit.text import LANGS, Text, broken

HEIGHT = 340
IMAGES_ACROSS = 4
"""Pictures side by side before a second row begins."""


@singledispatch
def picture(view: views.View) -> Json:
    """The Plotly figure of a view. Raises TypeError for a kind without a picture (a table)."""
    raise TypeError(f"{type(view).__name__} has no picture")


@picture.register
def _(view: views.Lines) -> Json:
    hover = "x unified" if all(s.draw in ("line", "step", "area") for s in view.series) else "closest"
    frame = layout(
        axis(view.x), axis(view.y), shapes=shapes(view.regions, view.marks), equal=view.equal, hovermode=hover
    )
    xs: dict[int, Json] = {}
    return {"data": [curve(s, xs) for s in view.series], "layout": frame, "height": 420 if view.equal else HEIGHT}


@picture.register
def _(view: views.Bars) -> Json:
    places = np.arange(len(view.categories))
    data: list[Json] = []
    for series in view.series:
        bar: Json = {
            "type": "bar", "name": both(series.name), "meta": series.key, "x": typed(places), "y": typed(series.values),
            "marker": {"color": ink.colour(series.key, series.role)}, "showlegend": len(view.series) > 1,
        }  # fmt: skip
        if view.x.every > 1:  # the axis names some of them only
            bar |= {"text": [both(c) for c in view.categories], "textposition": "none", "hoverinfo": "text+y+name"}
        if series.spread is not None:
            bar["error_y"] = {"type": "data", "array": typed(series.spread), "color": "@ink", "thickness": 1.2}
        data.append(bar)
    x = axis(views.Axis(view.x.label, view.x.unit, categories=tuple(view.categories), every=view.x.every))
    frame = layout(
        x, axis(view.y), shapes=shapes((), view.marks), barmode="stack" if view.stacked else "group", bargap=0.25
    )
    return {"data": data, "layout": frame, "height": HEIGHT}


@picture.register
def _(view: views.Heatmap) -> Json:
    z = np.asarray(view.z)
    heat: Json = {
        "type": "heatmap", "z": typed(z), "x": typed(view.xs), "y": typed(view.ys),
        "colorscale": "@diverging" if view.diverging else "@sequential", "colorbar": _bar(view.value),
        "hoverongaps": False, "showlegend": False,
    }  # fmt: skip
    if view.value.range is not None:
        heat |= {"zmin": view.value.range[0], "zmax": view.value.range[1]}
    elif view.diverging:
        heat["zmid"] = 0
    if view.text:
        heat |= {"texttemplate": "%{z:.3~g}"}
    if view.cells:
        heat |= {"xgap": 3, "ygap": 3}
    data = [heat, *(outline(b) for b in view.boxes), *(_on_top(s) for s in view.series)]
    frame = layout(axis(view.x), axis(view.y), equal=view.equal)
    rows = len(view.y.categories or ())
    if view.equal:  # the plot keeps its shape in the middle: a bar at the side would be far from it
        heat["colorbar"] |= {"orientation": "h", "y": -0.16, "yanchor": "top", "len": 0.5}
        heat["colorbar"]["title"]["side"] = "bottom"
        frame["margin"] = frame["margin"] | {"b": 110}
    return {
        "data": data,
        "layout": frame,
        "height": 500 if view.equal else 300 if view.cells else 420 if rows > 10 else HEIGHT + 20,
    }


def _on_top(series: views.Series) -> Json:
    """A curve on a heat map; points get an outline of paper, or they drown in dark cells."""
    out = curve(series)
    if "marker" in out:
        out["marker"]["line"] = {"color": "@paper", "width": 1}
    return out


@picture.register
def _(view: views.Contours) -> Json:
    levels: Json = {}
    if view.levels is not None:
        levels = {"autocontour": False, "contours": dict(zip(("start", "end", "size"), view.levels, strict=True))}
    level: Json = {
        "type": "contour", "z": typed(view.z), "x": typed(view.xs), "y": typed(view.ys), "colorscale": "@sequential",
        "colorbar": _bar(view.value), "showlegend": False, **levels,
    }  # fmt: skip
    frame = layout(axis(view.x), axis(view.y), equal=view.equal)
    return {"data": [level, *(curve(s) for s in view.series)], "layout": frame, "height": 420}


@picture.register
def _(view: views.Boxes) -> Json:
    side = max(view.width, view.height) * 0.02
    unit = views.Axis(label=_POSITION_X, unit=view.unit, range=(-side, view.width + side))
    down = views.Axis(label=_POSITION_Y, unit=view.unit, range=(-side, view.height + side), reverse=True)
    frame = layout(axis(unit), axis(down), equal=True)
    frame["shapes"] = [{
        "type": "rect", "x0": 0, "y0": 0, "x1": view.width, "y1": view.height, "layer": "below",
        "line": {"color": "@muted", "width": 1}, "fillcolor": "rgba(0,0,0,0)",
    }]  # fmt: skip
    if view.image is not None:
        frame["images"] = [{
            "source": png(view.image), "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": view.width,
            "sizey": view.height, "sizing": "stretch", "layer": "below",
        }]  # fmt: skip
    return {
        "data": [*(outline(s) for s in view.sets), *(curve(s) for s in view.series)],
        "layout": frame,
        "height": 460,
    }


@picture.register
def _(view: views.Images) -> Json:
    images = np.asarray(view.images, dtype=float)
    n = len(images)
    frame: Json = {"margin": {"l": 10, "r": 10, "t": 30, "b": 10}, "dragmode": False, "annotations": [], "images": []}
    data: list[Json] = []
    gap = 0.03
    lines = -(-n // IMAGES_ACROSS)
    across = -(-n // lines)
    width, tall, head = (1 - gap * (across - 1)) / across, 1 / lines, 0.13 if lines > 1 else 0.0
    for i, (image, caption) in enumerate(zip(images, view.captions, strict=True)):
        tail = "" if i == 0 else str(i + 1)
        left, top = i % across * (width + gap), 1 - i // across * tall - head
        bare: Json = {"visible": False, "fixedrange": True}
        rows, columns = image.shape[:2]
        x_range, y_range = [-0.5, columns - 0.5], [rows - 0.5, -0.5]
        frame[f"xaxis{tail}"] = bare | {"domain": [left, left + width], "range": x_range, "constrain": "domain"}
        frame[f"yaxis{tail}"] = bare | {
            "domain": [top - tall + head, top], "anchor": f"x{tail}", "scaleanchor": f"x{tail}", "range": y_range,
            "constrain": "domain",
        }  # fmt: skip
        frame["annotations"].append({
            "text": both(wrapped(caption) if lines > 1 else caption), "x": left + width / 2, "y": top, "xref": "paper",
            "yref": "paper", "xanchor": "center", "yanchor": "bottom", "showarrow": False, "font": {"size": 12},
        })  # fmt: skip
        refs = {"xaxis": f"x{tail}", "yaxis": f"y{tail}"}
        if image.ndim == 3:
            frame["images"].append({
                "source": png(image), "xref": refs["xaxis"], "yref": refs["yaxis"], "x": -0.5, "y": -0.5,
                "sizex": columns, "sizey": rows, "sizing": "stretch",
            })  # fmt: skip
            continue
        colours: Json = {"coloraxis": "coloraxis"} if view.shared else {"colorscale": "@sequential", "showscale": False}
        data.append({"type": "heatmap", "z": typed(image), "name": both(caption), **colours, **refs})
    scale = {"colorscale": "@diverging", "cmid": 0} if view.diverging else {"colorscale": "@sequential"}
    frame["coloraxis"] = scale | {"showscale": images.ndim == 3 and view.shared, "colorbar": {"thickness": 10}}
    return {"data": data, "layout": frame, "height": 300 if lines == 1 else 440}


def wrapped(caption: Text, most: float = 15.0) -> Text:
    """A caption in lines of at most `most` em, broken after spaces and between Chinese characters."""
    return Text(**{lang: "<br>".join(broken(caption[lang], most)) for lang in LANGS})


@picture.register
def _(view: views.Graph) -> Json:
    place = {node.id: node for node in view.nodes}
    groups: dict[tuple[views.Role, int], list[views.Edge]] = {}
    for edge in view.edges:
        groups.setdefault((edge.role, round(4 * min(max(edge.weight, 0.0), 1.0))), []).append(edge)
    data: list[Json] = []
    for (role, width), edges in sorted(groups.items()):
        ends = [(place[e.source], place[e.target]) for e in edges]
        nan = float("nan")
        xs = [v for a, b in ends for v in (a.x, b.x, nan)]
        ys = [v for a, b in ends for v in (a.y, b.y, nan)]
        line = {"color": "@accent" if role == "highlight" else "@muted", "width": 0.6 + 1.6 * width}
        data.append({
            "type": "scatter", "mode": "lines", "x": typed(xs), "y": typed(ys), "line": line, "hoverinfo": "skip",
            "showlegend": False, "meta": f"edges-{role}",
        })  # fmt: skip
    for edge in view.edges:
        if edge.label:
            a, b = place[edge.source], place[edge.target]
            data.append({
                "type": "scatter", "mode": "text", "x": [a.x + 0.4 * (b.x - a.x)], "y": [a.y + 0.4 * (b.y - a.y)],
                "text": [edge.label], "textfont": {"size": 10}, "hoverinfo": "skip", "showlegend": False,
            })  # fmt: skip
    data += [_nodes([n for n in view.nodes if n.role == role], role) for role in sorted({n.role for n in view.nodes})]
    notes = [_note(text, x=i, y=1.0, yref="paper", yanchor="bottom") for i, text in enumerate(view.column_labels)]
    notes += [_note(text, x=0.0, y=-i, xref="paper", xanchor="right") for i, text in enumerate(view.row_labels)]
    bare = {"visible": False, "fixedrange": True}
    frame = layout(bare, bare, annotations=notes, margin={"l": 90, "r": 20, "t": 36, "b": 16})
    return {"data": data, "layout": frame, "height": 380}


def _nodes(nodes: list[views.Node], role: views.Role) -> Json:
    shade = [0.5 if n.value is None else n.value for n in nodes]
    edge = {"color": "@accent" if role == "highlight" else "@ink", "width": 3 if role == "highlight" else 1}
    marker = {
        "size": 44, "color": shade, "cmin": 0, "cmax": 1, "colorscale": "@nodes", "showscale": False, "line": edge,
    }  # fmt: skip
    return {
        "type": "scatter", "mode": "markers+text", "x": [n.x for n in nodes], "y": [n.y for n in nodes],
        "text": [n.label for n in nodes], "hovertext": [n.hover or n.label for n in nodes], "hoverinfo": "text",
        "textfont": {"size": 11}, "marker": marker, "showlegend": False, "meta": f"nodes-{role}",
    }  # fmt: skip


def _note(text: Any, **where: Any) -> Json:
    return {"text": both(text), "showarrow": False, "font": {"size": 12}, **where}


@picture.register
def _(view: views.Surface) -> Json:
    surface = {
        "type": "surface", "z": typed(view.z), "x": typed(view.xs), "y": typed(view.ys), "colorscale": "@sequential",
        "colorbar": _bar(view.value),
    }  # fmt: skip
    titles = {"xaxis": view.x, "yaxis": view.y, "zaxis": view.value}
    scene = {name: {"title": {"text": axis_title(spec)}} for name, spec in titles.items()}
    return {"data": [surface], "layout": {"scene": scene, "margin": {"l": 0, "r": 0, "t": 10, "b": 0}}, "height": 440}


def _bar(value: views.Axis) -> Json:
    return {"title": {"text": axis_title(value), "side": "right"}, "thickness": 12, "outlinewidth": 0}


_POSITION_X = Text(zh="横坐标", en="x")
_POSITION_Y = Text(zh="纵坐标", en="y")
