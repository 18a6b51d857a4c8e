"""Level lines of f on the plane of who_holds_the_boundary: where the grid's lines cross a level, and pieces between."""

import numpy as np

from app.core.activations import Array
from app.demos.linear_models._holders_fits import PLANE

STEP = float(PLANE[1] - PLANE[0])


def zero_crossings(z: Array) -> tuple[Array, Array]:
    """Points of the boundary f = 0 on the lines of the plane's grid, by linear interpolation."""
    found = []
    for values, flip in ((z, False), (z.T, True)):
        row, column = np.nonzero(np.diff(np.sign(values), axis=1))
        left, right = values[row, column], values[row, column + 1]
        along = PLANE[column] + (PLANE[1] - PLANE[0]) * left / (left - right)
        found.append((PLANE[row], along) if flip else (along, PLANE[row]))
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def level(z: Array, value: float) -> tuple[Array, Array]:
    """The line z = value as short pieces, one a cell of the grid, with NaN between them (the pen is lifted)."""
    up = z > value
    corners = np.stack([up[:-1, :-1], up[:-1, 1:], up[1:, 1:], up[1:, :-1]])  # around a cell
    pieces: list[tuple[float, float]] = []
    for r, c in zip(*np.nonzero(corners.any(axis=0) & ~corners.all(axis=0)), strict=True):
        ends = []
        around = ((r, c), (r, c + 1), (r + 1, c + 1), (r + 1, c))
        for k, a in enumerate(around):
            b = around[(k + 1) % 4]
            if up[a] != up[b]:
                share = float((value - z[a]) / (z[b] - z[a]))
                ends.append((PLANE[a[1]] + share * STEP * (b[1] - a[1]), PLANE[a[0]] + share * STEP * (b[0] - a[0])))
        for k in range(0, len(ends), 2):
            pieces += [ends[k], ends[k + 1], (np.nan, np.nan)]
    found = np.array(pieces).reshape(-1, 2)
    return found[:, 0], found[:, 1]
