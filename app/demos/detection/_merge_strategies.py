"""One scene under one strategy (colour space, similarities, k) or several, and how well its objects are covered."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.boxes import iou
from app.core.colour_spaces import in_space
from app.core.graph_segmentation import segment_picture
from app.core.object_scenes import Scene
from app.core.selective_search import Hierarchy, Regions, describe, group
from app.kit import Text, same, text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KIND_NAMES = {
    "plain": text(zh="单色", en="plain"),
    "two-part": text(zh="两半两色", en="two parts"),
    "striped": text(zh="条纹", en="striped"),
    "ring": text(zh="中间另一色", en="ring"),
    "shaded": text(zh="渐暗", en="shaded"),
}
SIMILARITY_NAMES = {
    "C": text(zh="颜色", en="colour"),
    "T": text(zh="纹理", en="texture"),
    "S": text(zh="尺寸", en="size"),
    "F": text(zh="填充", en="fill"),
}
SPACE_NAMES = {"rgb": same("RGB"), "hsv": same("HSV"), "lab": same("Lab"), "intensity": text(zh="灰度", en="grey")}


class Strategy(NamedTuple):
    space: str
    use: str
    k: float

    @property
    def name(self) -> Text:
        s = SPACE_NAMES[self.space]
        return text(zh=f"{s.zh} {self.use} k={self.k:g}", en=f"{s.en} {self.use} k={self.k:g}")


def joined(use: tuple[str, ...]) -> str:
    """The chosen similarities as letters in a fixed order, for `group`."""
    return "".join(letter for letter in SIMILARITY_NAMES if letter in use)


def diversified(first: Strategy) -> list[Strategy]:
    """Eight strategies, the reader's first: then another colour space, without colour, and half of k.

    From HSV, CTSF and k = 100 these are the eight of the paper's fast mode.
    """
    space = "hsv" if first.space == "lab" else "lab"
    use = "CTSF" if first.use == "TSF" else "TSF"
    return [
        Strategy(s, u, k) for k in (first.k, first.k / 2) for u in (first.use, use) for s in (first.space, space)
    ]  # fmt: skip


class Search:
    """Selective search on one scene; what strategies share (colours, segmentation, histograms) is computed once."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._pictures: dict[str, Floats] = {}
        self._labels: dict[tuple[str, float], Ints] = {}
        self._regions: dict[tuple[str, float], Regions] = {}

    def picture(self, space: str) -> Floats:
        if space not in self._pictures:
            self._pictures[space] = in_space(self.scene.picture, space)
        return self._pictures[space]

    def labels(self, space: str, k: float) -> Ints:
        if (space, k) not in self._labels:
            self._labels[space, k] = segment_picture(self.picture(space), k)
        return self._labels[space, k]

    def tree(self, strategy: Strategy) -> Hierarchy:
        space, use, k = strategy
        picture, labels = self.picture(space), self.labels(space, k)
        if (space, k) not in self._regions:
            self._regions[space, k] = describe(picture, labels)
        return group(picture, labels, use, self._regions[space, k])

    def covered(self, boxes: Floats) -> Floats:
        """Best overlap of every object, shape (objects,)."""
        return np.asarray(iou(boxes, self.scene.boxes).max(axis=0))
