"""What stands around a picture on paper: the legend above it, the colour bar beside it."""

import numpy as np

from app.figures.axes import Scale, array, number, svg_words, text_at, width, words
from app.figures.paper import Inks, hexed
from app.figures.strokes import scale_of, value_range
from app.figures.traces import Json
from app.kit.text import Lang

WIDTH = 360.0
MOST = 8
"""Names in a legend, before those of muted curves are left out."""


def has_bar(trace: Json, layout: Json) -> bool:
    if trace["type"] not in ("heatmap", "contour", "surface"):
        return False
    if "coloraxis" in trace:
        return bool(layout.get("coloraxis", {}).get("showscale"))
    return trace.get("showscale", True) is not False


def colour_bar(trace: Json, layout: Json, top: float, tall: float, lang: Lang, inks: Inks) -> str:
    """What the colours stand for, at the right edge."""
    z = array(trace["z"])
    low, high = value_range(trace, layout, z)
    top, tall = top + 12, tall - top - 64
    stops = inks.ramp(scale_of(trace, layout))
    name = f"g{trace.get('xaxis', 'x')}"
    gradient = "".join(f'<stop offset="{i / 4}" stop-color="{hexed(stop)}"/>' for i, stop in enumerate(stops))
    scale, left = Scale(low, high, top + tall, top), WIDTH - 60
    out = (
        f'<linearGradient id="{name}" x1="0" y1="1" x2="0" y2="0">{gradient}</linearGradient>'
        f'<rect x="{left}" y="{top:.1f}" width="9" height="{tall:.1f}" fill="url(#{name})"/>'
    )
    for value in np.linspace(low, high, 5):
        out += text_at(left + 12, scale.at(float(value)) + 4, number(float(f"{value:.3g}"), 0), "start", 9.5)
    title = words(trace.get("colorbar", {}).get("title", {}).get("text", ""), lang)
    return out + (
        f'<text transform="translate({WIDTH - 5} {top + tall / 2:.1f}) rotate(-90)" text-anchor="middle"'
        f' font-size="10.5">{svg_words(title)}</text>'
    )


def legend(layout: Json, inks: Inks, lang: Lang) -> list[tuple[str, str, str]]:
    """(label, colour, how it looks) of every trace that is named."""
    out = []
    for trace in layout["_data"]:
        if not trace.get("showlegend") or not trace.get("name"):
            continue
        line, marker = trace.get("line", {}), trace.get("marker", {})
        given = line.get("color") or marker.get("color")
        look = (
            "bar"
            if trace["type"] == "bar"
            else "marks"
            if trace.get("mode") == "markers"
            else line.get("dash", "solid")
        )
        out.append((words(trace["name"], lang), inks(given if isinstance(given, str) else "@ink"), look))
    if len(out) > MOST:  # what is only context goes first
        out = [name for name in out if name[1] != inks("@muted")]
    return out


def _spots(names: list[tuple[str, str, str]]) -> list[tuple[float, int]]:
    spots, x, row = [], 10.0, 0
    for label, _, _ in names:
        wide = width(label, 11) + 38
        if x + wide > WIDTH - 6 and x > 10:
            x, row = 10.0, row + 1
        spots.append((x, row))
        x += wide
    return spots


def legend_rows(names: list[tuple[str, str, str]]) -> int:
    return max((row + 1 for _, row in _spots(names)), default=0)


def legend_svg(names: list[tuple[str, str, str]], inks: Inks) -> str:
    out = ""
    for (label, colour, look), (x, row) in zip(names, _spots(names), strict=True):
        y = 13 + row * 17
        if look == "bar":
            out += f'<rect x="{x:.1f}" y="{y - 5}" width="16" height="9" fill="{colour}"/>'
        elif look == "marks":
            out += f'<circle cx="{x + 8:.1f}" cy="{y - 0.5}" r="3.5" fill="{colour}"/>'
        else:
            dash = {"dash": ' stroke-dasharray="5 3"', "dot": ' stroke-dasharray="2 2"'}.get(look, "")
            out += f'<path d="M{x:.1f} {y - 0.5}h17" stroke="{colour}" stroke-width="2.2"{dash}/>'
        out += text_at(x + 21, y + 3.5, label, "start", 11)
    return out
