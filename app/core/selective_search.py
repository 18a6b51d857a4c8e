"""Selective search: merge the most similar neighbouring regions until one is left; every region gives a box.

A picture is (height, width, channels) in 0..1. Boxes are (x1, y1, x2, y2) in px with edges as coordinates.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.region_features import colour_histograms, neighbours, region_boxes, texture_histograms
from app.core.region_similarity import (
    fill_similarity,
    histogram_intersection,
    merged_histogram,
    size_similarity,
    union_box,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Regions(NamedTuple):
    """What grouping knows of n regions: pixels (n,), boxes (n, 4), colour (n, 25c) and texture (n, 80c) histograms."""

    sizes: Floats
    boxes: Floats
    colour: Floats
    texture: Floats


class Hierarchy(NamedTuple):
    """A merge tree. The first n regions are the initial ones; region n + t came from merging `merges[t]`.

    merges: (n-1, 2). similarities: (n-1,), of the merged pairs. regions: all 2n-1 of them.
    """

    merges: Ints
    similarities: Floats
    regions: Regions


def describe(picture: Floats, labels: Ints) -> Regions:
    """The regions of a label picture (h, w), 0 … n-1, measured from the pixels of a picture (h, w, c) in 0..1.

    Raises
    ------
    ValueError
        If a number below the largest label has no pixel.

    Examples
    --------
    >>> describe(np.zeros((2, 3, 3)), np.array([[0, 0, 1], [0, 2, 1]])).sizes.tolist()
    [3.0, 2.0, 1.0]
    """
    sizes = np.bincount(labels.ravel()).astype(np.float64)
    if not sizes.all():
        raise ValueError("labels must be 0 … n-1, every one of them with a pixel")
    return Regions(sizes, region_boxes(labels), colour_histograms(picture, labels), texture_histograms(picture, labels))


def group(picture: Floats, labels: Ints, use: str = "CTSF", initial: Regions | None = None) -> Hierarchy:
    """Merge the most similar pair of neighbouring regions until one region is left.

    Parameters
    ----------
    picture : ndarray, shape (h, w, c), in 0..1
    labels : ndarray, shape (h, w), regions 0 … n-1
    use : str
        Which similarities are added up: C(olour), T(exture), S(ize), F(ill).
    initial : Regions, optional
        What `describe` finds for this picture and these labels, where that is known already.

    Raises
    ------
    ValueError
        If `use` is empty or holds another letter.

    Notes
    -----
    n regions take n - 1 merges and leave 2n - 1 regions in all. After a merge only the pairs that held one of the two
    are compared anew. Of pairs that are equal to 1e-9 the one that arose first is taken.

    Source: Uijlings, van de Sande, Gevers, Smeulders (2013), Selective Search for Object Recognition, IJCV 104.

    Examples
    --------
    >>> tree = group(np.zeros((2, 3, 3)), np.array([[0, 0, 1], [0, 2, 1]]))
    >>> tree.merges.tolist(), tree.regions.sizes.tolist()
    ([[0, 2], [1, 3]], [3.0, 2.0, 1.0, 4.0, 6.0])
    """
    if not use or set(use) - set("CTSF"):
        raise ValueError(f"use must hold some of C, T, S, F, got {use!r}")
    sizes, boxes, colour, texture = (list(of) for of in initial or describe(picture, labels))
    whole = float(labels.size)

    def similarity(a: int, b: int) -> float:
        total = 0.0
        if "C" in use:
            total += histogram_intersection(colour[a], colour[b])
        if "T" in use:
            total += histogram_intersection(texture[a], texture[b])
        if "S" in use:
            total += size_similarity(sizes[a], sizes[b], whole)
        if "F" in use:
            total += fill_similarity(boxes[a], boxes[b], sizes[a], sizes[b], whole)
        return round(total, 9)

    pairs = {pair: similarity(*pair) for pair in neighbours(labels)}
    merges: list[tuple[int, int]] = []
    similarities: list[float] = []
    while pairs:
        a, b = best = max(pairs, key=lambda pair: pairs[pair])
        merges.append(best)
        similarities.append(pairs[best])
        new = len(sizes)
        colour.append(merged_histogram(colour[a], colour[b], sizes[a], sizes[b]))
        texture.append(merged_histogram(texture[a], texture[b], sizes[a], sizes[b]))
        boxes.append(union_box(boxes[a], boxes[b]))
        sizes.append(sizes[a] + sizes[b])
        touched = [pair for pair in pairs if a in pair or b in pair]
        for pair in touched:
            del pairs[pair]
        for other in sorted({region for pair in touched for region in pair} - {a, b}):
            pairs[(other, new)] = similarity(other, new)
    everything = Regions(np.array(sizes), np.array(boxes), np.array(colour), np.array(texture))
    return Hierarchy(np.array(merges, dtype=np.int64).reshape(-1, 2), np.array(similarities), everything)


def ranked_boxes(hierarchies: Sequence[Hierarchy], rng: np.random.Generator) -> Floats:
    """The boxes of several merge trees as one list without repeats, likely objects first; shape (m, 4).

    Notes
    -----
    Position i in a tree counts from the top (i = 1: the whole picture). Boxes are sorted by i times a uniform random
    number, so that large regions come early but no tree's top crowds out the others; of equal boxes the first stays.

    Examples
    --------
    >>> tree = group(np.zeros((2, 3, 3)), np.array([[0, 0, 1], [0, 2, 1]]))
    >>> len(tree.regions.boxes), len(ranked_boxes([tree, tree], np.random.default_rng(0)))
    (5, 4)
    """
    boxes = np.concatenate([tree.regions.boxes[::-1] for tree in hierarchies])
    position = np.concatenate([np.arange(1, len(tree.regions.sizes) + 1) for tree in hierarchies])
    ordered = boxes[np.argsort(position * rng.random(len(boxes)), kind="stable")]
    _, first = np.unique(ordered, axis=0, return_index=True)
    unique: Floats = ordered[np.sort(first)]
    return unique
