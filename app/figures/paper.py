"""Ink for pictures that no browser script draws: what the colour tokens of a figure are on white paper.

The colours are read from the site's tokens.css, where every colour of the site is stated.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours by name ("blue", "seq-0"), as #rrggbb."""

    names: Mapping[str, str]

    def __call__(self, token: object, default: str = "ink") -> str:
        """The colour of "@blue"; what is no token is a colour itself."""
        if not isinstance(token, str):
            token = f"@{default}"
        return self.names.get(token[1:], self.names[default]) if token.startswith("@") else token

    def ramp(self, scale: object) -> np.ndarray:
        """(5, 3) colours of a scale, in 0..1, low to high."""
        name = "div" if scale == "@diverging" else "seq"
        last = 1 if scale == "@nodes" else 4
        stops = [self.names[f"{name}-{i}"] for i in np.linspace(0, last, 5).round().astype(int)]
        return np.array([_rgb(stop) for stop in stops]) / 255

    def shade(self, values: np.ndarray, scale: object) -> np.ndarray:
        """(..., 3) colours in 0..1 for values in 0..1; paper for what is not a number."""
        ramp = self.ramp(scale)
        place = np.clip(np.nan_to_num(values), 0, 1)
        out = np.stack([np.interp(place, np.linspace(0, 1, len(ramp)), ramp[:, k]) for k in range(3)], axis=-1)
        out[~np.isfinite(values)] = np.array(_rgb(self.names["paper"])) / 255
        return out


def inks(css: str) -> Inks:
    """The light colours of tokens.css; paper is white."""
    found = dict(re.findall(r"--(?:plot-)?([a-z]+(?:-\d)?):\s*light-dark\((#[0-9a-f]{6}),", css))
    return Inks(found | {"paper": "#ffffff", "warn": found.get("warn", found["ink"])})


def hexed(colour: np.ndarray) -> str:
    """#rrggbb of three numbers in 0..1."""
    return "#" + "".join(f"{round(float(c) * 255):02x}" for c in colour)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
