"""Where things stand on paper: scales from data to points, ticks, arrays as they were sent, how wide words are."""

import base64
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from app.figures.traces import Json
from app.kit.text import Lang

FONT = 12.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From data (low..high, their logarithms when `log`) to points (start..end)."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, values: Any) -> np.ndarray:
        array = np.asarray(values, dtype=float)
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                array = np.where(array > 0, np.log10(array), np.nan)
        return self.start + (array - self.low) / (self.high - self.low) * (self.end - self.start)

    def at(self, value: float) -> float:
        return float(self(value))


def array(values: Any) -> np.ndarray:
    """Plotly's typed array, or a list in which null is not a number."""
    if isinstance(values, dict):
        kind = {"f4": "<f4", "f8": "<f8", "i4": "<i4"}[values["dtype"]]
        flat = np.frombuffer(base64.b64decode(values["bdata"]), dtype=kind).astype(float)
        shape = values.get("shape")
        return flat.reshape([int(n) for n in shape.split(",")]) if shape else flat
    return np.array([[np.nan if v is None else v for v in row] if isinstance(row, list) else
                     np.nan if row is None else row for row in values], dtype=float)  # fmt: skip


def ticks(axis: Json, scale: Scale, lang: Lang, room: int) -> list[tuple[float, str]]:
    """Values and labels, about one every `room` points. Values of a log scale are the data's own."""
    if "tickvals" in axis:
        names = [words(t, lang) for t in axis["ticktext"]]
        return list(zip(map(float, axis["tickvals"]), names, strict=True))
    low, high = sorted((scale.low, scale.high))
    most = max(2, int(abs(scale.end - scale.start) // room))
    if scale.log:
        return _decades(low, high, most)
    step = _step((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    values = [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
    return [(value, number(value, step)) for value in values]


def number(value: float, step: float = 0.0) -> str:
    """A short number with a true minus sign."""
    if value == 0 or (step and abs(value) < step * 1e-6):
        return "0"
    if abs(value) >= 1e5 or abs(value) < 1e-3:
        mantissa, _, power = f"{value:.2g}".partition("e")
        if power:
            head = "" if mantissa == "1" else "−" if mantissa == "-1" else f"{mantissa.replace('-', '−')}×"
            return f"{head}10<sup>{str(int(power)).replace('-', '−')}</sup>"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step else None
    shown = f"{value:.{decimals}f}" if decimals is not None else f"{value:.3g}"
    return shown.replace("-", "−")


def words(value: Any, lang: Lang) -> str:
    """A label in one language: {"zh", "en"}, or the same in both."""
    return str(value[lang]) if isinstance(value, dict) else str(value)


def width(label: str, size: float = FONT) -> float:
    """About how wide a label is drawn."""
    return size * sum(1.0 if ord(c) >= 0x2E80 else 0.57 for c in re.sub(r"<[^>]*>", "", label))


_RICH = re.compile(r"<(sub|sup|b|i)>(.*?)</\1>", re.DOTALL)
_SPANS = {
    "sub": ('<tspan dy=".3em" font-size="75%">', '</tspan><tspan dy="-.22em">&#8203;</tspan>'),
    "sup": ('<tspan dy="-.4em" font-size="75%">', '</tspan><tspan dy=".3em">&#8203;</tspan>'),
    "b": ('<tspan font-weight="600">', "</tspan>"),
    "i": ('<tspan font-style="italic">', "</tspan>"),
}  # fmt: skip


def svg_words(label: str) -> str:
    """A label as SVG: <sub>, <sup>, <b> and <i> with their ends become spans, everything else is text."""
    out, at = "", 0
    for match in _RICH.finditer(label):
        before, after = _SPANS[match[1]]
        out += escape(label[at : match.start()], quote=False) + before + svg_words(match[2]) + after
        at = match.end()
    return out + escape(label[at:], quote=False)


def text_at(x: float, y: float, label: str, anchor: str, size: float) -> str:
    """Words at a place; anchor: start, middle or end."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:.3g}">{svg_words(label)}</text>'


def extent(values: Sequence[np.ndarray], log: bool, pad: float) -> tuple[float, float]:
    """The range of the data (of its logarithms), with some air around it."""
    flat = np.concatenate([np.ravel(v) for v in values]) if values else np.array([0.0, 1.0])
    if log:
        flat = np.log10(flat[np.isfinite(flat) & (flat > 0)])
    flat = flat[np.isfinite(flat)]
    if not len(flat):
        return 0.0, 1.0
    low, high = float(flat.min()), float(flat.max())
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    air = pad * (high - low)
    return low - air, high + air


def _decades(low: float, high: float, most: int) -> list[tuple[float, str]]:
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first < 1:
        values = [m * 10.0**e for e in range(first - 1, last + 2) for m in (1, 2, 5)]
        inside = [v for v in values if low - 1e-9 <= math.log10(v) <= high + 1e-9]
        return [(v, number(v)) for v in inside]
    step = max(1, math.ceil((last - first) / most))
    powers = range(first, last + 1, step)
    return [(10.0**e, f"10<sup>{str(e).replace('-', '−')}</sup>" if abs(e) > 2 else f"{10.0**e:g}") for e in powers]


def _step(least: float) -> float:
    if least <= 0 or not math.isfinite(least):
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))
