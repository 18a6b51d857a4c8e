"""What a partition of points is worth: sums of squares, exact optima of small problems, and the borders between cells.

Independent answers for kmeans.py: nothing here uses Lloyd's algorithm.
"""

import numpy as np
from numpy.typing import NDArray


def sums_of_squares(points: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[float, float, float]:
    """Total, within-cluster and between-cluster sums of squares of a partition.

    Parameters
    ----------
    points : (m, n) float64
    labels : (m,) int64

    Returns
    -------
    (total, within, between)

    Notes
    -----
    T = Σᵢ‖xᵢ−x̄‖², W = Σⱼ Σ_{i∈j}‖xᵢ−x̄ⱼ‖², B = Σⱼ nⱼ‖x̄ⱼ−x̄‖², each computed by itself; T = W + B.

    Examples
    --------
    >>> sums_of_squares(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    (104.0, 4.0, 100.0)
    """
    middle = points.mean(axis=0)
    total = ((points - middle) ** 2).sum()
    within = between = 0.0
    for j in np.unique(labels):
        own = points[labels == j]
        centre = own.mean(axis=0)
        within += ((own - centre) ** 2).sum()
        between += len(own) * ((centre - middle) ** 2).sum()
    return float(total), float(within), float(between)


def pairwise_within(points: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The within-cluster sum of squares without any centre: from the distances between points alone.

    Parameters
    ----------
    points : (m, n) float64
    labels : (m,) int64

    Notes
    -----
    W = Σⱼ 1/(2nⱼ) Σ_{i,i'∈j} ‖xᵢ − xᵢ'‖².

    Examples
    --------
    >>> pairwise_within(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    4.0
    """
    out = 0.0
    for j in np.unique(labels):
        own = points[labels == j]
        out += sum(float(((own - x) ** 2).sum()) for x in own) / (2 * len(own))
    return out


def optimal_1d(values: NDArray[np.float64], k: int) -> tuple[float, NDArray[np.int64]]:
    """The global optimum of k-means on a line, by dynamic programming over the sorted values.

    Parameters
    ----------
    values : (m,) float64
    k : int, 1..m

    Returns
    -------
    (J, labels (m,) int64), clusters numbered from left to right

    Notes
    -----
    On a line optimal clusters are intervals: D[j, i] = min over h of D[j−1, h] + cost of the values h..i−1. O(k·m²).
    Source: Wang & Song (2011), Ckmeans.1d.dp, The R Journal 3(2), doi:10.32614/RJ-2011-015.

    Examples
    --------
    >>> best, labels = optimal_1d(np.array([12.0, 1.0, 2.0, 3.0, 10.0, 11.0]), 2)
    >>> best, labels.tolist()
    (4.0, [1, 0, 0, 0, 1, 1])
    """
    order = np.argsort(values, kind="stable")
    x = values[order] - values.mean()
    m = len(x)
    one, two = np.append(0.0, np.cumsum(x)), np.append(0.0, np.cumsum(x * x))
    best = np.full((k + 1, m + 1), np.inf)
    cut = np.zeros((k + 1, m + 1), dtype=np.int64)
    best[0, 0] = 0.0
    for j in range(1, k + 1):
        for i in range(j, m + 1):
            h = np.arange(j - 1, i)  # the last cluster holds values h..i−1
            cost = best[j - 1, h] + (two[i] - two[h]) - (one[i] - one[h]) ** 2 / (i - h)
            cut[j, i] = h[cost.argmin()]
            best[j, i] = cost.min()
    labels = np.empty(m, dtype=np.int64)
    end = m
    for j in range(k, 0, -1):
        labels[order[cut[j, end] : end]] = j - 1
        end = int(cut[j, end])
    return float(best[k, m]), labels


def optimal_partition(points: NDArray[np.float64], k: int) -> tuple[float, NDArray[np.int64]]:
    """The global optimum by trying every partition into at most k clusters. For a dozen points, not more.

    Parameters
    ----------
    points : (m, n) float64, m <= 12
    k : int

    Returns
    -------
    (J, labels (m,) int64)

    Raises
    ------
    ValueError
        With more than 12 points (there would be millions of partitions).

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 1.0], [4.0, 1.0]])
    >>> best, labels = optimal_partition(corners, 2)
    >>> best, labels.tolist()
    (1.0, [0, 1, 0, 1])
    """
    if len(points) > 12:
        raise ValueError(f"at most 12 points can be tried out, got {len(points)}")
    partitions: list[tuple[int, ...]] = [()]
    for _ in points:  # a point joins a cluster that exists or opens the next one: each partition arises once
        partitions = [(*p, j) for p in partitions for j in range(min(max(p, default=-1) + 2, k))]
    best = min(partitions, key=lambda p: sums_of_squares(points, np.array(p))[1])
    return sums_of_squares(points, np.array(best))[1], np.array(best)


def voronoi_edges(
    centres: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The borders between the cells of centres in the plane, cut off at a box.

    Parameters
    ----------
    centres : (k, 2) float64
    low, high : (2,) float64, opposite corners of the box

    Returns
    -------
    (e, 2, 2) float64: e straight pieces, their two ends, x and y

    Notes
    -----
    The border of i and j lies on p(t) = (cᵢ+cⱼ)/2 + t·d, d ⟂ cⱼ−cᵢ. Every other centre c, and every side of the box,
    leaves a half-line of t; what all of them leave is the piece.

    Examples
    --------
    >>> voronoi_edges(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([-1.0, -1.0]), np.array([3.0, 1.0])).tolist()
    [[[1.0, -1.0], [1.0, 1.0]]]
    """
    i, j = np.triu_indices(len(centres), 1)
    apart = (centres[i] != centres[j]).any(axis=1)
    i, j = i[apart], j[apart]
    across = centres[j] - centres[i]
    middle = (centres[i] + centres[j]) / 2
    along = np.stack([-across[:, 1], across[:, 0]], axis=1)
    # half-planes g·p <= b, one a row: nearer to centre i than to c, then the four sides of the box
    others = centres[None] - centres[i][:, None]
    g = np.concatenate([others, np.broadcast_to([[1, 0], [0, 1], [-1, 0], [0, -1]], (len(i), 4, 2))], axis=1)
    size = (centres**2).sum(axis=1)
    b = np.concatenate(
        [(size[None] - size[i][:, None]) / 2, np.broadcast_to(np.concatenate([high, -low]), (len(i), 4))], axis=1
    )
    slope = (g * along[:, None]).sum(axis=2)
    room = b - (g * middle[:, None]).sum(axis=2)
    rows = np.arange(len(i))
    for c in (i, j):  # a border does not cut itself
        slope[rows, c], room[rows, c] = 0.0, 0.0
    t = np.divide(room, slope, out=np.zeros_like(room), where=slope != 0)
    first = np.where(slope < 0, t, -np.inf).max(axis=1, initial=-np.inf)
    last = np.where(slope > 0, t, np.inf).min(axis=1, initial=np.inf)
    seen = (first < last) & ~((slope == 0) & (room < 0)).any(axis=1)
    ends = np.stack([first[seen], last[seen]], axis=1)
    edges: NDArray[np.float64] = middle[seen][:, None] + ends[..., None] * along[seen][:, None]
    return edges
