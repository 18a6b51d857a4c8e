"""Graph-based over-segmentation (Felzenszwalb and Huttenlocher): Kruskal's algorithm with a threshold that relaxes.

A picture is a float array (height, width, channels) with values in 0..1; labels are whole numbers (height, width).
"""

import numpy as np
from numpy.typing import NDArray

from app.core.smoothing import gaussian_blur

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def grid_edges(picture: Floats) -> tuple[Ints, Floats]:
    """The edges of the 8-connected pixel grid and their weights: how far apart two neighbours' colours are.

    Returns
    -------
    edges : ndarray, shape (m, 2), int64
        Pixel numbers, row by row.
    weights : ndarray, shape (m,), float64
        Euclidean distance of the colours on the 0..255 scale, rounded to 1e-9 so that equal stays equal.

    Examples
    --------
    >>> edges, weights = grid_edges(np.array([[[0.0], [1.0]], [[0.0], [1.0]]]))
    >>> len(edges), sorted(weights.tolist())
    (6, [0.0, 0.0, 255.0, 255.0, 255.0, 255.0])
    """
    height, width = picture.shape[:2]
    number = np.arange(height * width).reshape(height, width)
    flat = 255.0 * picture.reshape(height * width, -1)
    pairs = [
        (number[:, :-1], number[:, 1:]),
        (number[:-1], number[1:]),
        (number[:-1, :-1], number[1:, 1:]),
        (number[1:, :-1], number[:-1, 1:]),
    ]
    edges = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in pairs])
    apart = flat[edges[:, 0]] - flat[edges[:, 1]]
    return edges, np.sqrt((apart**2).sum(axis=1)).round(9)


def segment_graph(nodes: int, edges: Ints, weights: Floats, k: float, min_size: int = 1) -> Ints:
    """The component of every node, shape (nodes,), numbered 0, 1, … in the order of their first nodes.

    Parameters
    ----------
    k : float
        Scale of observation, in the unit of the weights times nodes: larger k, larger components.
    min_size : int
        Components smaller than this are joined to a neighbour afterwards, along the lightest edges first.

    Raises
    ------
    ValueError
        If k is negative.

    Notes
    -----
    Edges are taken from light to heavy. An edge of weight w joins the components C1 and C2 if

        w <= min(Int(C1) + k/|C1|, Int(C2) + k/|C2|),

    where Int(C), the heaviest edge of C's minimum spanning tree, is just the last edge that was accepted: edges come
    sorted. k/|C| lets small components grow at any contrast and fades as they grow. O(m log m).

    Source: Felzenszwalb and Huttenlocher (2004), Efficient Graph-Based Image Segmentation, IJCV 59.

    Examples
    --------
    Two tight pairs far apart, and a k that is too small to bridge the gap, or large enough:

    >>> edges, weights = np.array([[0, 1], [2, 3], [1, 2]]), np.array([1.0, 1.0, 10.0])
    >>> segment_graph(4, edges, weights, k=5).tolist(), segment_graph(4, edges, weights, k=20).tolist()
    ([0, 0, 1, 1], [0, 0, 0, 0])
    """
    if k < 0:
        raise ValueError(f"k must not be negative, got {k}")
    parent, size, limit = list(range(nodes)), [1] * nodes, [float(k)] * nodes

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    order = np.argsort(weights, kind="stable")
    first, second = edges[order].T
    for u, v, w in zip(first.tolist(), second.tolist(), weights[order].tolist(), strict=True):
        a, b = find(u), find(v)
        if a != b and w <= limit[a] and w <= limit[b]:
            parent[b] = a
            size[a] += size[b]
            limit[a] = w + k / size[a]
    roots = np.array([find(i) for i in range(nodes)])
    apart = roots[first] != roots[second]  # the other edges can change nothing any more
    for u, v in zip(first[apart].tolist(), second[apart].tolist(), strict=True):
        a, b = find(u), find(v)
        if a != b and min(size[a], size[b]) < min_size:
            parent[b] = a
            size[a] += size[b]
    return renumbered(np.array([find(i) for i in range(nodes)]))


def renumbered(labels: Ints) -> Ints:
    """The same partition with labels 0, 1, … in the order of first appearance.

    Examples
    --------
    >>> renumbered(np.array([7, 7, 2, 7, 5])).tolist()
    [0, 0, 1, 0, 2]
    """
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse].reshape(labels.shape)


def segment_picture(picture: Floats, k: float, sigma: float = 0.8, min_size: int = 20) -> Ints:
    """Over-segmentation of a picture (h, w, c) with values in 0..1: labels (h, w), 0 … n-1.

    k is on the 0..255 scale of the weights (50 to 300 are usual), sigma in px, min_size in px.

    Examples
    --------
    >>> half = np.zeros((8, 8, 1))
    >>> half[:, 4:] = 1.0
    >>> segment_picture(half, k=100, sigma=0, min_size=1)[0].tolist()
    [0, 0, 0, 0, 1, 1, 1, 1]
    """
    edges, weights = grid_edges(gaussian_blur(picture, sigma))
    height, width = picture.shape[:2]
    return segment_graph(height * width, edges, weights, k, min_size).reshape(height, width)
