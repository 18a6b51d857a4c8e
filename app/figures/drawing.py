"""A figure as it is sent to the page → one SVG: for paper, for flash cards, for wherever no script draws.

The same dicts that Plotly gets (pictures.py), so the picture on paper shows what the page shows.
"""

from collections.abc import Sequence

import numpy as np

from app.figures.axes import FONT, Scale, array, extent, svg_words, text_at, ticks, width, words
from app.figures.legends import WIDTH, colour_bar, has_bar, legend, legend_rows, legend_svg
from app.figures.paper import Inks
from app.figures.strokes import DRAW, Pen, cell_edges
from app.figures.traces import Json
from app.kit.text import Lang, broken

HEIGHT = 240.0


def drawable(figures: Sequence[Json]) -> list[Json]:
    """Those of a result that have a picture."""
    return [f for f in figures if "plot" in f]


def drawing(figure: Json, lang: Lang, inks: Inks) -> str:
    """The SVG of one figure (a process: as it starts, or the frame it starts at)."""
    plot = figure["plot"]
    layout = {**plot["layout"], "_data": plot["data"]}
    pairs = _pairs(layout)
    names = legend(layout, inks, lang)
    tall = HEIGHT + (40 if layout.get("yaxis", {}).get("scaleanchor") else 0) + 17 * max(0, legend_rows(names) - 2)
    top = 8 + legend_rows(names) * 17
    if len(pairs) > 1:
        tall = 130.0 if len(pairs) == 2 else HEIGHT - 60 if len(pairs) <= 4 else HEIGHT
    body = [legend_svg(names, inks), *(_panel(layout, pair, top, tall, lang, inks) for pair in pairs)]
    body += [_caption(note, layout, top, tall, lang) for note in layout.get("annotations", ()) if _is_caption(note)]
    bar = next((t for t in plot["data"] if has_bar(t, layout)), None)
    if bar is not None:
        body.append(colour_bar(bar, layout, top, tall, lang, inks))
    title = svg_words(words(figure["description"], lang))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {tall:.0f}" width="{WIDTH:.0f}"'
        f' height="{tall:.0f}" role="img" font-family="system-ui,-apple-system,Segoe UI,PingFang SC,Microsoft YaHei,'
        f'Noto Sans CJK SC,sans-serif" font-size="{FONT:.0f}" fill="{inks("@ink")}"><title>{title}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(body)}</svg>'
    )


def _pairs(layout: Json) -> list[tuple[str, str]]:
    """The pairs of axes that traces or images stand on."""
    used = {(t.get("xaxis", "x"), t.get("yaxis", "y")) for t in layout["_data"]}
    used |= {(i["xref"], i["yref"]) for i in layout.get("images", ())}
    return sorted(used, key=lambda pair: (len(pair[0]), pair)) or [("x", "y")]


def _panel(layout: Json, pair: tuple[str, str], top: float, tall: float, lang: Lang, inks: Inks) -> str:
    """One coordinate system with everything on it."""
    own = [t for t in layout["_data"] if (t.get("xaxis", "x"), t.get("yaxis", "y")) == pair]
    x_axis, y_axis = (layout.get(f"{ref[0]}axis{ref[1:]}", {}) for ref in pair)
    bare = x_axis.get("visible") is False
    bar = next((t for t in own if has_bar(t, layout)), None)
    left, right = _sides(layout, own, y_axis, bare, bar, lang)
    top += 20 if bare and "domain" not in x_axis else 0
    low_end = tall - (24 if bare else 40 + 12 * _in_two_lines(x_axis, WIDTH - left - right, lang))
    top += 34 if any(n.get("yref") == "paper" and not _is_caption(n) for n in layout.get("annotations", ())) else 0
    if "domain" in x_axis:
        (a, b), (c, d) = x_axis["domain"], y_axis["domain"]
        wide = WIDTH - left - right
        left, right = left + a * wide, WIDTH - (left + b * wide)
        high = tall - 10 - top - 14
        top, low_end = top + 14 + (1 - d) * high, top + 14 + (1 - c) * high
    x_range, y_range = _range(x_axis, own, layout, "x"), _range(y_axis, own, layout, "y")
    box = [left, WIDTH - right, low_end, top]
    if y_axis.get("scaleanchor"):
        box = _equal(box, x_range, y_range)
    x = Scale(*x_range, box[0], box[1], x_axis.get("type") == "log")
    y = Scale(*y_range, box[2], box[3], y_axis.get("type") == "log")
    pen = Pen(x, y, inks, lang, layout)
    clip = f"c{pair[0]}"
    graph = bare and "domain" not in x_axis
    out = [] if bare else [_frame(pen, x_axis, y_axis, box, lang)]
    out.append(
        f'<clipPath id="{clip}"><rect x="{box[0]:.1f}" y="{box[3]:.1f}" width="{box[1] - box[0]:.1f}"'
        f' height="{box[2] - box[3]:.1f}"/></clipPath><g{"" if graph else f""" clip-path="url(#{clip})" """}>'
    )
    shapes = [s for s in layout.get("shapes", ()) if pair == ("x", "y")]
    out += [_image(image, pen) for image in layout.get("images", ()) if (image["xref"], image["yref"]) == pair]
    out += [_shape(shape, pen, box) for shape in shapes]
    turns: dict[str, int] = {}
    for trace in own:
        out += DRAW[trace["type"]](trace, pen, turns.setdefault(trace["type"], 0))
        turns[trace["type"]] += 1
    out.append("</g>")
    out += [_shape_label(shape, pen, box, lang) for shape in shapes]
    if pair == ("x", "y"):
        out += [_side_note(note, pen, box, lang) for note in layout.get("annotations", ()) if not _is_caption(note)]
    return "".join(out)


def _sides(
    layout: Json, own: list[Json], y_axis: Json, bare: bool, bar: Json | None, lang: Lang
) -> tuple[float, float]:
    """Room left for the labels of y, and right for a colour bar."""
    right = 14.0 + (52 if bar is not None else 0)
    if bare:
        labels = [words(n["text"], lang) for n in layout.get("annotations", ()) if n.get("xanchor") == "right"]
        graph = "domain" not in layout.get("xaxis", {})
        return max([34.0 if graph else 10.0, *(width(label) + 34 for label in labels)]), right + (20 if graph else 0)
    low, high = _range(y_axis, own, layout, "y")
    scale = Scale(low, high, 200, 0, y_axis.get("type") == "log")
    widest = max((width(label, 11) for _, label in ticks(y_axis, scale, lang, 30)), default=20)
    return min(150.0, widest + 30), right


def _range(axis: Json, own: list[Json], layout: Json, which: str) -> tuple[float, float]:
    """From an axis's own range, or what its traces need; the first end is left or below."""
    if "range" in axis:
        return float(axis["range"][0]), float(axis["range"][1])
    log = axis.get("type") == "log"
    values, pad = [], 0.04
    for trace in own:
        if trace["type"] in ("heatmap", "contour", "surface"):
            z = array(trace["z"])
            plain = Scale(0, 1, 0, 1) if not log else Scale(0, 1, 0, 1, True)
            edges = cell_edges(trace, which, z.shape[1 if which == "x" else 0], plain)
            values.append(10.0**edges if log else edges)
            pad = 0.0
        elif trace["type"] == "bar" and which == "x":
            values.append(np.concatenate([array(trace["x"]) - 0.5, array(trace["x"]) + 0.5]))
            pad = 0.0
        elif trace["type"] == "bar":
            values.append(array(trace["y"]) if log else np.append(array(trace["y"]), 0.0))
        else:
            values.append(array(trace[which]))
    if which == "y" and layout.get("barmode") == "stack":
        values.append(sum(array(t["y"]) for t in own if t["type"] == "bar"))  # type: ignore[arg-type]
    if which == "x" and all(t["type"] == "scatter" and "markers" not in t.get("mode", "") for t in own):
        pad = 0.0
    low, high = extent(values, log, pad)
    if which == "y" and not log and low < 0 <= min((float(np.nanmin(v)) for v in values if v.size), default=-1.0):
        low = 0.0
    return (high, low) if axis.get("autorange") == "reversed" else (low, high)


def _equal(box: list[float], x: tuple[float, float], y: tuple[float, float]) -> list[float]:
    """The box made smaller so that a unit is as long across as upwards."""
    per_x, per_y = (box[1] - box[0]) / abs(x[1] - x[0]), (box[2] - box[3]) / abs(y[1] - y[0])
    unit = min(per_x, per_y)
    wide, high = unit * abs(x[1] - x[0]), unit * abs(y[1] - y[0])
    middle = (box[0] + box[1]) / 2
    return [middle - wide / 2, middle + wide / 2, box[3] + high, box[3]]


def _frame(pen: Pen, x_axis: Json, y_axis: Json, box: list[float], lang: Lang) -> str:
    """Grid, ticks and titles."""
    left, right, low, top = box
    grid, soft, out = pen.inks("@grid", "grid"), pen.inks("@grey"), ""
    across = ticks(x_axis, pen.x, lang, 52)
    crowded = _in_two_lines(x_axis, right - left, lang)
    for place, (value, label) in enumerate(across):
        x = pen.x.at(value)
        if left - 0.5 <= x <= right + 0.5:
            out += f'<path d="M{x:.1f} {top:.1f}V{low:.1f}" stroke="{grid}"/>' if "tickvals" not in x_axis else ""
            room = (right - left) / max(1, len(across)) - 4
            lines = _halves(label) if crowded and width(label, 10) > room else [label]
            size = min(11.0, 10.5 if crowded else 11.0, 10.5 * room / max(width(line, 10.5) for line in lines))
            for line, part in enumerate(lines if "tickvals" not in x_axis or size > 5 or place % 2 == 0 else ()):
                out += text_at(
                    x, low + 14 + line * 11, part, "middle", 11 if "tickvals" not in x_axis else max(size, 7.5)
                )
    size = min(11.0, 0.95 * (low - top) / max(1, len(y_axis.get("ticktext", ()))))
    for value, label in ticks(y_axis, pen.y, lang, 30):
        y = pen.y.at(value)
        if top - 0.5 <= y <= low + 0.5:
            out += f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{grid}"/>'
            out += text_at(left - 5, y + 4, label, "end", size)
    out += f'<path d="M{left:.1f} {top:.1f}V{low:.1f}H{right:.1f}" fill="none" stroke="{soft}"/>'
    x_title, y_title = (words(axis.get("title", {}).get("text", ""), lang) for axis in (x_axis, y_axis))
    out += text_at((left + right) / 2, low + 33 + 12 * crowded, x_title, "middle", 11.5)
    widest = max((width(label, 11) for _, label in ticks(y_axis, pen.y, lang, 30)), default=0)
    return out + (
        f'<text transform="translate({max(11.0, left - widest - 14):.1f} {(top + low) / 2:.1f}) rotate(-90)"'
        f' text-anchor="middle" font-size="{min(11.5, 11.5 * (low - top + 30) / max(1.0, width(y_title, 11.5))):.3g}">'
        f"{svg_words(y_title)}</text>"
    )


def _halves(label: str) -> list[str]:
    """A label in two lines, broken at the space nearest its middle (Chinese: in the middle)."""
    spaces = [i for i, c in enumerate(label) if c == " "]
    at = min(spaces, key=lambda i: abs(i - len(label) / 2)) if spaces else len(label) // 2
    return [label] if len(label) < 4 else [label[:at].strip(), label[at:].strip()]


def _in_two_lines(axis: Json, room: float, lang: Lang) -> bool:
    """Whether the names below an axis need a second line."""
    names = [words(t, lang) for t in axis.get("ticktext", ())]
    return any(width(name, 10.5) + 4 > room / len(names) for name in names)


def _is_caption(note: Json) -> bool:
    """Above one of several small pictures; the other notes name the rows and columns of a graph."""
    return note.get("xref") == "paper" and note.get("yref") == "paper"


def _side_note(note: Json, pen: Pen, box: list[float], lang: Lang) -> str:
    label = words(note["text"], lang)
    if note.get("xref") == "paper":
        return text_at(box[0] - 28, pen.y.at(note["y"]) + 4, label, "end", 11)
    lines = label.split("<br>")
    x = pen.x.at(note["x"])
    return "".join(
        text_at(x, box[3] - 26 - 12 * (len(lines) - 1 - i), line, "middle", 11) for i, line in enumerate(lines)
    )


def _caption(note: Json, layout: Json, top: float, tall: float, lang: Lang) -> str:
    bar = any(has_bar(t, layout) for t in layout["_data"])
    wide = WIDTH - 24 - (52 if bar else 0)
    across = len({t.get("xaxis") for t in layout["_data"]} | {i["xref"] for i in layout.get("images", ())})
    x, y = 10 + note["x"] * wide, top + 14 + (1 - note["y"]) * (tall - top - 24) - 4
    room = wide / min(4, max(1, across)) - 4
    lines = broken(words(note["text"], lang).replace("<br>", ""), room / 9.5)[:3]
    return "".join(text_at(x, y - 10.5 * (len(lines) - 1 - i), line, "middle", 9.5) for i, line in enumerate(lines))


def _image(image: Json, pen: Pen) -> str:
    x0, x1 = pen.x.at(image["x"]), pen.x.at(image["x"] + image["sizex"])
    down = 1 if pen.y.low > pen.y.high else -1
    y0, y1 = pen.y.at(image["y"]), pen.y.at(image["y"] + down * image["sizey"])
    return (
        f'<image x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
        f' preserveAspectRatio="none" style="image-rendering:pixelated" href="{image["source"]}"/>'
    )


def _corners(shape: Json, pen: Pen, box: list[float]) -> tuple[float, float, float, float]:
    def x(key: str) -> float:
        return box[0] + shape[key] * (box[1] - box[0]) if shape.get("xref") == "paper" else pen.x.at(shape[key])

    def y(key: str) -> float:
        return box[2] - shape[key] * (box[2] - box[3]) if shape.get("yref") == "paper" else pen.y.at(shape[key])

    return x("x0"), y("y0"), x("x1"), y("y1")


def _shape(shape: Json, pen: Pen, box: list[float]) -> str:
    """A shaded range, a rectangle, a straight line."""
    x0, y0, x1, y1 = _corners(shape, pen, box)
    line = shape.get("line", {})
    stroke = f'stroke="{pen.inks(line["color"])}" stroke-width="{line.get("width", 1)}"' if "color" in line else ""
    if shape["type"] == "line":
        dash = ' stroke-dasharray="2 3"' if line.get("dash") == "dot" else ""
        return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" {stroke}{dash}/>'
    fill = pen.inks(shape.get("fillcolor"))
    fill = "none" if fill.startswith("rgba") else fill
    return (
        f'<rect x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
        f' fill="{fill}" fill-opacity="{shape.get("opacity", 1)}" {stroke}/>'
    )


def _shape_label(shape: Json, pen: Pen, box: list[float], lang: Lang) -> str:
    if "label" not in shape:
        return ""
    label = words(shape["label"]["text"], lang)
    x0, y0, x1, y1 = _corners(shape, pen, box)
    half = width(label, 10.5) / 2
    if shape["type"] == "rect":
        return text_at((x0 + x1) / 2, min(y0, y1) + 12, label, "middle", 10.5) if 2 * half < abs(x1 - x0) else ""
    if y0 == y1:
        return text_at(box[1] - 3, y0 - 4, label, "end", 10.5) if box[3] <= y0 <= box[2] else ""
    x = min(max(x0, box[0] + half), box[1] - half)
    return text_at(x, box[3] + 12, label, "middle", 10.5) if box[0] <= x0 <= box[1] else ""
