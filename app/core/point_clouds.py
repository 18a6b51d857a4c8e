"""Point clouds in the plane with a known grouping, for clustering to find or to miss."""

import numpy as np
from numpy.typing import NDArray


def point_cloud(shape: str, n: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """n points of a shape, and the group each was drawn from.

    Parameters
    ----------
    shape : str
        "blobs": five alike. "grid25": 5 × 5 alike, 10σ apart. "pair": two, 6σ apart along y. "unequal": one wide blob
        with 80 % of the points beside two narrow ones. "moons": two half circles. "rectangle4": the corners of the unit
        square, always 4 points.
    n : int
    rng : np.random.Generator

    Returns
    -------
    points : (m, 2) float64, m = n except for "rectangle4"
    group : (m,) int64

    Raises
    ------
    KeyError
        For an unknown shape.

    Examples
    --------
    >>> points, group = point_cloud("pair", 4, np.random.default_rng(0))
    >>> points.shape, group.tolist()
    ((4, 2), [0, 0, 1, 1])
    """
    if shape == "rectangle4":
        return np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0, 1, 0, 1])
    if shape == "moons":
        group = np.arange(n) % 2
        angle = rng.uniform(0, np.pi, n) + np.pi * group
        arc = 4 * np.stack([np.cos(angle) + group, np.sin(angle) + 0.5 * group], axis=1)
        return arc + rng.normal(0, 0.35, (n, 2)), group
    middles, sigmas, shares = {
        "blobs": ([[0, 0], [6, 0], [0, 6], [6, 6], [3, 3]], [0.6] * 5, [0.2] * 5),
        "grid25": ([[6 * i, 6 * j] for i in range(5) for j in range(5)], [0.6] * 25, [0.04] * 25),
        "pair": ([[0, 0], [0, 6]], [1.0] * 2, [0.5] * 2),
        "unequal": ([[0, 0], [5, -1], [5, 1.5]], [2.0, 0.3, 0.3], [0.8, 0.1, 0.1]),
    }[shape]
    group = np.searchsorted(np.cumsum(shares), (np.arange(n) + 0.5) / n)
    spread = np.array(sigmas)[group, None]
    return np.array(middles, dtype=np.float64)[group] + spread * rng.normal(size=(n, 2)), group
