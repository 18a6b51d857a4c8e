"""Pictures of a few known objects on a background, drawn by code, with the tight box of what is seen of each.

Every kind of object defeats some way of grouping: parts of other colours, stripes, a hole, a fall-off of light.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KINDS = ("plain", "two-part", "striped", "ring", "shaded")
SEEN = 0.6  # an object counts when at least this share of it is not hidden by later ones


class Scene(NamedTuple):
    """picture: (side, side, 3), RGB in 0..1. boxes: (n, 4) px of the objects that count; kinds: their names."""

    picture: Floats
    boxes: Floats
    kinds: tuple[str, ...]


def draw_scene(rng: np.random.Generator, side: int = 96, objects: int = 6, noise: float = 0.04) -> Scene:
    """Rectangles and ellipses of five kinds on a plain background, later ones in front, plus pixel noise.

    Parameters
    ----------
    side : int
        Width and height, px; objects are between an eighth and a third of it wide and high.
    objects : int
        How many are drawn, the kinds in turn but shuffled; those hidden by more than 40% have no box.
    noise : float
        Standard deviation added to every channel of every pixel.

    Examples
    --------
    >>> scene = draw_scene(np.random.default_rng(0))
    >>> scene.picture.shape, len(scene.boxes) == len(scene.kinds) <= 6
    ((96, 96, 3), True)
    """
    picture = np.ones((side, side, 3)) * rng.uniform(0.2, 0.8, 3)
    owner, areas, kinds = np.full((side, side), -1), [], []
    y, x = np.indices((side, side)) + 0.5
    for i, kind in enumerate(rng.permutation(np.resize(KINDS, objects)).tolist()):
        w, h = (int(n) for n in rng.integers(side // 8, side // 3, 2))
        left, top = (int(rng.integers(1, side - length)) for length in (w, h))
        u, v = (x - left) / w, (y - top) / h  # 0..1 inside
        mask = (u > 0) & (u < 1) & (v > 0) & (v < 1)
        if rng.random() < 0.5:
            mask &= (2 * u - 1) ** 2 + (2 * v - 1) ** 2 <= 1
        first, second = rng.uniform(0, 1, (2, 3))
        if kind == "shaded":
            colour = first * (0.35 + 0.65 * u[..., None])
        else:
            other = {"plain": np.zeros_like(mask), "two-part": u < 0.5, "striped": x // 2 % 2 == 0,
                     "ring": np.maximum(abs(2 * u - 1), abs(2 * v - 1)) < 0.5}[kind]  # fmt: skip
            colour = np.where(other[..., None], second, first)
        picture[mask], owner[mask] = colour[mask], i
        areas.append(int(mask.sum()))
        kinds.append(kind)
    counted = [i for i in range(objects) if (owner == i).sum() >= SEEN * areas[i]]
    boxes = [_tight(owner == i) for i in counted]
    noisy = picture + noise * rng.standard_normal(picture.shape)
    return Scene(np.clip(noisy, 0, 1), np.array(boxes, dtype=np.float64).reshape(-1, 4),
                 tuple(kinds[i] for i in counted))  # fmt: skip


def _tight(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
