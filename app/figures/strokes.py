"""One function a kind of trace: Plotly's trace → SVG, on axes that are given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.figures.arrays import png
from app.figures.axes import FONT, Scale, array, number, text_at
from app.figures.paper import Inks, hexed
from app.figures.traces import Json
from app.kit.text import Lang

MOST_MARKS = 900
_DASHES = {"dash": "6 4", "dot": "2 3"}


@dataclass(frozen=True, slots=True)
class Pen:
    """What every trace is drawn with: its axes, the ink, the language, and the whole layout."""

    x: Scale
    y: Scale
    inks: Inks
    lang: Lang
    layout: Json


def scatter(trace: Json, pen: Pen, _: int) -> list[str]:
    """Lines, marks and words."""
    xs, ys = pen.x(array(trace["x"])), pen.y(array(trace["y"]))
    mode, out = trace.get("mode", "lines"), []
    line = trace.get("line", {})
    colour = pen.inks(line.get("color"), "blue")
    if "lines" in mode:
        lx, ly = _stairs(xs, ys) if line.get("shape") == "hv" else (xs, ys)
        if trace.get("fill") == "tozeroy":
            base = min(max(pen.y.at(0.0 if not pen.y.log else 1.0), pen.y.end), pen.y.start)
            out.append(f'<path d="{_area(lx, ly, base)}" fill="{colour}" fill-opacity=".18"/>')
        dash = _DASHES.get(line.get("dash", ""), "")
        out.append(
            f'<path d="{path(lx, ly)}" fill="none" stroke="{colour}" stroke-width="{line.get("width", 2) * 0.85:.1f}"'
            f' stroke-linejoin="round"{f""" stroke-dasharray="{dash}" """ if dash else ""}/>'
        )
    if "markers" in mode:
        out += _marks(trace, pen, xs, ys)
    if "text" in mode:
        size = trace.get("textfont", {}).get("size", 11) * 0.9
        for x, y, label in zip(xs, ys, trace["text"], strict=True):
            lines = str(label).split("<br>")
            for i, line in enumerate(lines if np.isfinite(x) and np.isfinite(y) else ()):
                at = y + size * (0.36 + 1.05 * (i - (len(lines) - 1) / 2))
                out.append(text_at(x, at, line, "middle", size))
    return out


def bars(trace: Json, pen: Pen, turn: int) -> list[str]:
    """`turn`: which of the bar traces this is."""
    traces = [t for t in pen.layout["_data"] if t["type"] == "bar"]
    stacked = pen.layout.get("barmode") == "stack"
    xs, ys = array(trace["x"]), array(trace["y"])
    wide = (1 - pen.layout.get("bargap", 0.2)) / (1 if stacked else len(traces))
    left = xs - (1 - pen.layout.get("bargap", 0.2)) / 2 + (0 if stacked else turn * wide)
    below = sum((array(t["y"]) for t in traces[:turn]), np.zeros_like(ys)) if stacked else np.zeros_like(ys)
    floor = 10.0**pen.y.low if pen.y.log else 0.0
    colour, out = pen.inks(trace["marker"]["color"]), []
    spread = array(trace["error_y"]["array"]) if "error_y" in trace else None
    for i in range(len(xs)):
        if not np.isfinite(ys[i]):
            continue
        x0, x1 = pen.x.at(left[i]), pen.x.at(left[i] + wide)
        y0, y1 = pen.y.at(max(below[i], floor) if pen.y.log else below[i]), pen.y.at(below[i] + ys[i])
        if np.isfinite(y1):
            top, tall = min(y0, y1), abs(y0 - y1)
            out.append(f'<rect x="{x0:.1f}" y="{top:.1f}" width="{x1 - x0:.1f}" height="{tall:.1f}" fill="{colour}"/>')
        if spread is not None:
            a, b, mid = pen.y.at(ys[i] - spread[i]), pen.y.at(ys[i] + spread[i]), (x0 + x1) / 2
            out.append(f'<path d="M{mid:.1f} {a:.1f}V{b:.1f}" stroke="{pen.inks("@ink")}" stroke-width="1.2"/>')
    return out


def heatmap(trace: Json, pen: Pen, _: int) -> list[str]:
    """Cells as one small picture when they are evenly spaced, else one rectangle each."""
    z = array(trace["z"])
    xs, ys = cell_edges(trace, "x", z.shape[1], pen.x), cell_edges(trace, "y", z.shape[0], pen.y)
    shades = pen.inks.shade(unit_values(trace, pen.layout, z), scale_of(trace, pen.layout))
    out = []
    if trace["type"] == "heatmap" and not (_even(xs) and _even(ys)):
        for i, j in np.ndindex(*z.shape):
            left, top = min(xs[j : j + 2]), min(ys[i : i + 2])
            wide, tall = abs(xs[j + 1] - xs[j]) + 0.3, abs(ys[i + 1] - ys[i]) + 0.3
            tone = hexed(shades[i, j])
            out.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{tone}"/>')
    else:
        shown = shades[:: 1 if ys[-1] > ys[0] else -1, :: 1 if xs[-1] > xs[0] else -1]
        crisp = ' style="image-rendering:pixelated"' if trace["type"] == "heatmap" else ""
        out.append(
            f'<image x="{min(xs):.1f}" y="{min(ys):.1f}" width="{abs(xs[-1] - xs[0]):.1f}"'
            f' height="{abs(ys[-1] - ys[0]):.1f}" preserveAspectRatio="none"{crisp} href="{png(shown)}"/>'
        )
    if trace.get("texttemplate") and z.size <= 150:
        size = min(FONT, abs(xs[1] - xs[0]) / 3.4)
        dark = shades.mean(axis=-1) < 0.55
        for i, j in np.argwhere(np.isfinite(z)):
            x, y = (xs[j] + xs[j + 1]) / 2, (ys[i] + ys[i + 1]) / 2 + size * 0.35
            words = text_at(x, y, number(float(z[i, j])), "middle", size)
            out.append(f'<g fill="{pen.inks("@paper" if dark[i, j] else "@ink")}">{words}</g>')
    return out


def contour(trace: Json, pen: Pen, turn: int) -> list[str]:
    """The heights as a soft picture, with level lines."""
    z = array(trace["z"])
    xs, ys = pen.x(array(trace["x"])), pen.y(array(trace["y"]))
    own = trace.get("contours", {})
    finite = z[np.isfinite(z)]
    levels = (
        np.arange(own["start"], own["end"] + own["size"] / 2, own["size"])
        if {"start", "end", "size"} <= own.keys()
        else np.linspace(finite.min(), finite.max(), 13)[1:-1]
    )
    ink = pen.inks("@reference")
    lines = "".join(_level(z, xs, ys, level) for level in levels[:40])
    return [
        *heatmap(trace, pen, turn),
        f'<path d="{lines}" fill="none" stroke="{ink}" stroke-width=".5" opacity=".55"/>',
    ]


DRAW: dict[str, Callable[[Json, Pen, int], list[str]]] = {
    "scatter": scatter, "bar": bars, "heatmap": heatmap, "contour": contour, "surface": contour,
}  # fmt: skip


def path(xs: np.ndarray, ys: np.ndarray) -> str:
    """A line through points, broken where one is missing; points that fall on each other are left out."""
    out, last = "", None
    for x, y in zip(np.clip(xs, -5000, 5000), np.clip(ys, -5000, 5000), strict=True):
        if not (np.isfinite(x) and np.isfinite(y)):
            last = None
        elif last is None:
            out += f"M{x:.1f} {y:.1f}"
            last = (x, y)
        elif abs(x - last[0]) + abs(y - last[1]) > 0.35:
            out += f"L{x:.1f} {y:.1f}"
            last = (x, y)
    return out


def cell_edges(trace: Json, axis: str, count: int, scale: Scale) -> np.ndarray:
    """The edges of cells, in points; the centres are given, or are 0, 1, 2 …"""
    centres = array(trace[axis]) if axis in trace else np.arange(count, dtype=float)
    if trace["type"] != "heatmap":
        ends = scale(centres)
        return np.linspace(ends[0], ends[-1], count + 1)
    where = np.log10(centres) if scale.log else centres
    if count == 1:
        edges = np.array([where[0] - 0.5, where[0] + 0.5])
    else:
        middle = (where[:-1] + where[1:]) / 2
        edges = np.concatenate([[2 * where[0] - middle[0]], middle, [2 * where[-1] - middle[-1]]])
    return scale(10.0**edges if scale.log else edges)


def scale_of(trace: Json, layout: Json) -> Any:
    """The colour scale of a trace: its own or the shared one."""
    return layout.get("coloraxis", {}).get("colorscale") if "coloraxis" in trace else trace.get("colorscale")


def value_range(trace: Json, layout: Json, z: np.ndarray) -> tuple[float, float]:
    """What the two ends of the colour scale stand for."""
    shared = layout.get("coloraxis", {}) if "coloraxis" in trace else {}
    if "coloraxis" in trace:
        z = np.concatenate([np.ravel(array(t["z"])) for t in layout["_data"] if "coloraxis" in t])
    finite = z[np.isfinite(z)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    low, high = trace.get("zmin", low), trace.get("zmax", high)
    if (middle := trace.get("zmid", shared.get("cmid"))) is not None:
        reach = max(abs(low - middle), abs(high - middle))
        low, high = middle - reach, middle + reach
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def unit_values(trace: Json, layout: Json, z: np.ndarray) -> np.ndarray:
    low, high = value_range(trace, layout, z)
    return (z - low) / (high - low)


def _marks(trace: Json, pen: Pen, xs: np.ndarray, ys: np.ndarray) -> list[str]:
    marker = trace.get("marker", {})
    count = len(xs)
    sizes = marker.get("size", 6)
    radii = np.broadcast_to(
        (array(sizes) if isinstance(sizes, dict | list) else np.array(float(sizes))) / 2.2, (count,)
    )
    given = marker.get("color")
    if isinstance(given, dict | list):
        values = array(given)
        low, high = marker.get("cmin", np.nanmin(values)), marker.get("cmax", np.nanmax(values))
        shades = pen.inks.shade((values - low) / ((high - low) or 1), marker.get("colorscale"))
        tones = [hexed(shade) for shade in shades]
    else:
        tones = [pen.inks(given)] * count
    edge = marker.get("line", {})
    rim = f' stroke="{pen.inks(edge.get("color"))}" stroke-width="{edge.get("width", 1)}"' if edge else ""
    hollow = "open" in marker.get("symbol", "")
    out = []
    for i in np.unique(np.linspace(0, count - 1, min(count, MOST_MARKS)).astype(int)) if count else ():
        if not (np.isfinite(xs[i]) and np.isfinite(ys[i])):
            continue
        x, y, r = xs[i], ys[i], max(1.2, radii[i])
        fill = f'fill="none" stroke="{tones[i]}" stroke-width="1.4"' if hollow else f'fill="{tones[i]}"{rim}'
        if marker.get("symbol") == "diamond":
            out.append(f'<path d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z" {fill}/>')
        else:
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {fill}/>')
    return out


def _stairs(xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1]


def _area(xs: np.ndarray, ys: np.ndarray, base: float) -> str:
    whole = np.isfinite(xs) & np.isfinite(ys)
    if not whole.any():
        return ""
    xs, ys = xs[whole], ys[whole]
    return f"{path(xs, ys)}L{xs[-1]:.1f} {base:.1f}L{xs[0]:.1f} {base:.1f}Z"


def _even(edges: np.ndarray) -> bool:
    steps = np.diff(edges)
    return bool(np.ptp(steps) <= 0.02 * abs(steps.mean()))


def _level(z: np.ndarray, xs: np.ndarray, ys: np.ndarray, level: float) -> str:
    """One level line by marching squares: every cell's edges are cut where the level lies on them."""
    out = ""
    above = z > level
    mixed = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    for i, j in np.argwhere((mixed > 0) & (mixed < 4)):
        corners = ((i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j))
        cuts = []
        for (a, b), (c, d) in zip(corners, (*corners[1:], corners[0]), strict=True):
            p, q = z[a, b], z[c, d]
            if np.isfinite(p) and np.isfinite(q) and (p > level) != (q > level):
                t = (level - p) / (q - p)
                cuts.append((xs[b] + t * (xs[d] - xs[b]), ys[a] + t * (ys[c] - ys[a])))
        for k in range(0, len(cuts) - 1, 2):
            out += f"M{cuts[k][0]:.1f} {cuts[k][1]:.1f}L{cuts[k + 1][0]:.1f} {cuts[k + 1][1]:.1f}"
    return out
