"""Small pictures drawn by code: outlined shapes to classify, and pictures to try filters on; 0 is paper, 1 is ink.

Every stroke is a distance: a pixel's ink falls from 1 to 0 within 1 px of the edge of the stroke.
"""

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array

SHAPES = ("circle", "square", "plus", "cross")
PICTURES = ("edge", "blob", "digit", "noise")
_DIGIT = ((0.60, 0.12, 0.20, 0.62), (0.20, 0.62, 0.84, 0.62), (0.60, 0.12, 0.60, 0.90))  # a 4: x1, y1, x2, y2


def draw_shape(kind: str, x: Array, y: Array, radius: Array, side: int, stroke: float = 1.4) -> Array:
    """Outlines of one kind, (n, side, side), centred at x, y (n,) px (pixel centres are whole numbers).

    Raises ValueError for a kind that is not in SHAPES.

    >>> picture = draw_shape("square", np.array([3.0]), np.array([3.0]), np.array([2.0]), 7)[0]
    >>> picture[3].round(1).tolist()
    [0.2, 1.0, 0.2, 0.0, 0.2, 1.0, 0.2]
    """
    grid = np.arange(side, dtype=float)
    u, v = np.abs(grid - x[:, None, None]), np.abs(grid[:, None] - y[:, None, None])
    r = radius[:, None, None]
    if kind == "circle":
        distance = np.abs(np.hypot(u, v) - r)
    elif kind == "square":
        distance = np.abs(np.maximum(u, v) - r)
    elif kind in ("plus", "cross"):
        if kind == "cross":  # a plus turned by 45°
            u, v = np.abs(u - v) / np.sqrt(2), (u + v) / np.sqrt(2)
        short, long = np.minimum(u, v), np.maximum(u, v)
        distance = np.hypot(short, np.maximum(long - r, 0))
    else:
        raise ValueError(f"unknown shape {kind!r}: one of {', '.join(SHAPES)}")
    return _ink(distance, stroke)


def labelled_shapes(
    n: int, rng: np.random.Generator, side: int = 16, columns: tuple[float, float] | None = None, noise: float = 0.1
) -> tuple[Array, NDArray[np.intp]]:
    """n shapes to classify: images (n, 1, side, side) and class numbers (n,), the classes in turn.

    columns: the range of the centre's x in px (default: wherever the shape fits); size, y and brightness vary, and
    pixel noise of this standard deviation is added.

    >>> x, y = labelled_shapes(8, np.random.default_rng(0))
    >>> x.shape, y.tolist()
    ((8, 1, 16, 16), [0, 1, 2, 3, 0, 1, 2, 3])
    """
    kinds = np.arange(n) % len(SHAPES)
    radius = rng.uniform(0.18, 0.26, n) * side
    low, high = radius, side - 1 - radius
    x = rng.uniform(low, high) if columns is None else rng.uniform(*columns, n)
    y = rng.uniform(low, high)
    images = np.empty((n, 1, side, side))
    for number, kind in enumerate(SHAPES):
        of = kinds == number
        images[of, 0] = draw_shape(kind, x[of], y[of], radius[of], side)
    images *= rng.uniform(0.6, 1.0, n)[:, None, None, None]
    return images + noise * rng.standard_normal(images.shape), kinds


def sample_picture(name: str, side: int, rng: np.random.Generator) -> Array:
    """One picture (side, side): "edge" (left half 0, right half 1), "blob" (a Gaussian), "digit" (a 4), "noise".

    Raises ValueError for a name that is not in PICTURES.

    >>> sample_picture("edge", 4, np.random.default_rng(0))[0].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    grid = (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(grid, grid)
    if name == "edge":
        return np.where(x < 0.5, 0.0, 1.0)
    if name == "blob":
        return np.asarray(np.exp(-((x - 0.5) ** 2 + (y - 0.5) ** 2) / (2 * 0.15**2)))
    if name == "digit":
        strokes = [_to_segment(x, y, *segment) for segment in _DIGIT]
        return _ink(side * np.minimum.reduce(strokes), 0.09 * side)
    if name == "noise":
        return rng.random((side, side))
    raise ValueError(f"unknown picture {name!r}: one of {', '.join(PICTURES)}")


def _ink(distance: Array, stroke: float) -> Array:
    return np.asarray(np.clip(0.5 + stroke / 2 - distance, 0, 1))


def _to_segment(x: Array, y: Array, x1: float, y1: float, x2: float, y2: float) -> Array:
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    t = np.clip(along, 0, 1)
    return np.hypot(x - x1 - t * (x2 - x1), y - y1 - t * (y2 - y1))
