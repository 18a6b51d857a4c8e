"""Linear regions of a ReLU network in the plane: how many pieces its units cut it into, counted exactly.

Within one region every unit stays on one side of its kink, so the network is affine there. One hidden layer is an
arrangement of straight lines; deeper layers cut every region by lines of its own. Layers are (W, b) as in mlp.py.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array
from app.core.mlp import Layers

Polygon = list[tuple[float, float]]


def zaslavsky(hyperplanes: int, dims: int) -> int:
    """The most regions n hyperplanes cut d-dimensional space into, Σ_{i <= d} C(n, i); reached in general position.

    It bounds the activation patterns of one hidden layer of n ReLU units on d inputs; 2^n only while n <= d.
    Source: Zaslavsky (1975), Facing up to arrangements, Memoirs of the AMS 154.

    >>> [zaslavsky(n, 2) for n in (1, 2, 3, 4, 8)], zaslavsky(8, 8)
    ([2, 4, 7, 11, 37], 256)
    """
    return sum(math.comb(hyperplanes, i) for i in range(dims + 1))


def line_regions(W: Array, b: Array) -> NDArray[np.int64]:
    """Regions of the whole plane after the first 1, 2, … n lines w·x + b = 0; W (2, n), b (n,); returns (n,).

    Each new line is cut by the earlier ones it crosses into one more part than there are crossings, and every part
    halves a region. Two lines meet once unless parallel; no three may meet in one point (never for random weights).

    >>> line_regions(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), np.array([0.0, 1.0, 0.0])).tolist()  # two parallel
    [2, 3, 6]
    """
    crossing = np.abs(W[0][:, None] * W[1] - W[1][:, None] * W[0]) > 1e-12
    return 1 + np.cumsum(1 + np.tril(crossing, -1).sum(axis=1))


def line_regions_in_square(W: Array, b: Array, half: float) -> NDArray[np.int64]:
    """As `line_regions`, but regions of the square |x|, |y| <= half: 1 + lines that enter it + crossings inside it.

    >>> line_regions_in_square(np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([0.0, 0.0, -9.0]), 1.0).tolist()
    [2, 4, 4]
    """
    enters = np.abs(b) < half * np.abs(W).sum(axis=0)  # the corners lie on both sides
    det = W[0][:, None] * W[1] - W[1][:, None] * W[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (W[1][:, None] * b - b[:, None] * W[1]) / det
        y = (b[:, None] * W[0] - W[0][:, None] * b) / det
        inside = (np.abs(x) < half) & (np.abs(y) < half)
    return 1 + np.cumsum(enters + np.tril(inside, -1).sum(axis=1))


def cut(polygon: Polygon, g: tuple[float, float], d: float) -> tuple[Polygon, Polygon]:
    """A convex polygon cut by the line g·p + d = 0: its parts where that is >= 0 and <= 0; one is empty if missed.

    >>> cut([(0, 0), (2, 0), (2, 1), (0, 1)], (1, 0), -0.5)
    ([(0.5, 0.0), (2, 0), (2, 1), (0.5, 1.0)], [(0, 0), (0.5, 0.0), (0.5, 1.0), (0, 1)])
    """
    sides = [g[0] * x + g[1] * y + d for x, y in polygon]
    if min(sides) >= -1e-12:
        return polygon, []
    if max(sides) <= 1e-12:
        return [], polygon
    above: Polygon = []
    below: Polygon = []
    for i, (point, side) in enumerate(zip(polygon, sides, strict=True)):
        if side >= 0:
            above.append(point)
        if side <= 0:
            below.append(point)
        (x, y), after = polygon[(i + 1) % len(polygon)], sides[(i + 1) % len(polygon)]
        if side * after < 0:
            t = side / (side - after)
            crossing = (point[0] + t * (x - point[0]), point[1] + t * (y - point[1]))
            above.append(crossing)
            below.append(crossing)
    return above, below


class Region(NamedTuple):
    """A convex polygon, its vertices in order, and the pattern: for each hidden unit in turn, whether it is active."""

    polygon: Polygon
    pattern: tuple[bool, ...]


def activation_regions(hidden: Layers, half: float) -> list[Region]:
    """Every activation region of a ReLU network on the square |x|, |y| <= half, exactly: no grid, none missed.

    hidden: the hidden layers (W, b), the first with two inputs.

    Notes
    -----
    On a region h = x A + c. Unit j of the next layer has its kink on the line x (A w_j) + c·w_j + b_j = 0: straight
    inside this region, another one in the next. Cut the polygon by those lines, then set A, c of every part.

    >>> layer = (np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2))
    >>> sorted(region.pattern for region in activation_regions([layer], 1.0))
    [(False, False), (False, True), (True, False), (True, True)]
    """
    square = [(-half, -half), (half, -half), (half, half), (-half, half)]
    pieces: list[tuple[Polygon, tuple[bool, ...], Array, Array]] = [(square, (), np.eye(2), np.zeros(2))]
    for W, b in hidden:
        found = []
        for polygon, pattern, A, c in pieces:
            G, d = A @ W, c @ W + b
            z = np.array(polygon) @ G + d
            parts = [polygon]
            for unit in np.flatnonzero((z.min(axis=0) < -1e-12) & (z.max(axis=0) > 1e-12)):
                g, offset = (float(G[0, unit]), float(G[1, unit])), float(d[unit])
                parts = [side for part in parts for side in cut(part, g, offset) if side]
            on = np.array([np.mean(part, axis=0) for part in parts]) @ G + d > 0
            found += [
                (part, (*pattern, *active.tolist()), G * active, d * active)
                for part, active in zip(parts, on, strict=True)
            ]
        pieces = found
    return [Region(polygon, pattern) for polygon, pattern, _, _ in pieces]


def activation_patterns(hidden: Layers, X: Array) -> NDArray[Any]:
    """The different activation patterns met at the points X (n, 2): (patterns, units) bool. What one can see on a grid.

    >>> layer = (np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2))
    >>> activation_patterns([layer], np.array([[1.0, 1.0], [2.0, 2.0], [-1.0, 1.0]])).tolist()
    [[False, True], [True, True]]
    """
    h, seen = X, []
    for W, b in hidden:
        z = h @ W + b
        seen.append(z > 0)
        h = np.maximum(z, 0)
    return np.unique(np.concatenate(seen, axis=1), axis=0)
