"""k-means: Lloyd's algorithm with every half-step kept, and four ways to start it.

Neighbours: kmeans_restarts.py runs it hundreds of times; partitions.py knows the exact optimum of small problems.
Points are rows: m points in n dimensions. Distances are squared Euclidean, so J has the unit of the data squared.
"""

import numpy as np
from numpy.typing import NDArray


def squared_distances(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared Euclidean distance from every point to every centre.

    Parameters
    ----------
    points : (m, n) float64
    centres : (..., k, n) float64; leading axes (restarts) are kept.

    Returns
    -------
    (..., m, k) float64

    Examples
    --------
    >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))[:, 0].tolist()
    [0.0, 25.0]
    """
    out = np.zeros((*centres.shape[:-2], len(points), centres.shape[-2]))
    for axis in range(points.shape[1]):  # one coordinate at a time: exact, and no (m, k, n) array
        out += (points[:, axis, None] - centres[..., None, :, axis]) ** 2
    return out


def assign(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    """The assignment step: the nearest centre of each point (the first one in a tie).

    Parameters
    ----------
    points : (m, n) float64
    centres : (k, n) float64

    Returns
    -------
    (m,) int64, values 0..k-1

    Examples
    --------
    >>> assign(np.array([[1.0], [2.0], [10.0]]), np.array([[0.0], [9.0]])).tolist()
    [0, 0, 1]
    """
    nearest: NDArray[np.int64] = squared_distances(points, centres).argmin(axis=-1)
    return nearest


def inertia(points: NDArray[np.float64], centres: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The objective J: squared distance of every point to the centre of its own cluster, summed.

    Parameters
    ----------
    points : (m, n) float64
    centres : (k, n) float64
    labels : (m,) int64

    Notes
    -----
    J = Σᵢ ‖xᵢ − c_{a(i)}‖². Source: Lloyd (1982), Least squares quantization in PCM, doi:10.1109/TIT.1982.1056489.

    Examples
    --------
    >>> inertia(np.array([[0.0], [2.0]]), np.array([[1.0]]), np.array([0, 0]))
    2.0
    """
    return float(((points - centres[labels]) ** 2).sum())


def update(points: NDArray[np.float64], centres: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The update step: every centre moves to the mean of its points.

    A centre without points takes over the point that is farthest from its own centre (the next farthest for the next
    empty one). No point was served by an empty centre, so this cannot raise J either.

    Parameters
    ----------
    points : (m, n) float64
    centres : (k, n) float64
    labels : (m,) int64

    Returns
    -------
    (k, n) float64, a new array

    Examples
    --------
    >>> update(np.array([[1.0], [2.0], [9.0]]), np.array([[0.0], [8.0]]), np.array([0, 0, 1])).tolist()
    [[1.5], [9.0]]
    """
    moved = centres.copy()
    counts = np.bincount(labels, minlength=len(centres))
    for j in np.flatnonzero(counts):
        moved[j] = points[labels == j].mean(axis=0)
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        own = ((points - moved[labels]) ** 2).sum(axis=1)
        farthest = np.argsort(-own, kind="stable")[: len(empty)]
        moved[empty[: len(farthest)]] = points[farthest]
    return moved


def lloyd(
    points: NDArray[np.float64], centres: NDArray[np.float64], max_iter: int = 100
) -> list[tuple[NDArray[np.float64], NDArray[np.int64], float]]:
    """Lloyd's algorithm: assign, update, assign, update, … until an assignment changes nothing.

    Parameters
    ----------
    points : (m, n) float64
    centres : (k, n) float64, where to start; k <= m
    max_iter : int, most updates

    Returns
    -------
    list of (centres (k, n), labels (m,), J)
        One entry a half-step: even entries follow an assignment, odd ones an update. The last entry is the answer.

    Raises
    ------
    ValueError
        With fewer points than centres.

    Notes
    -----
    Each half-step minimises J over one of its two arguments (coordinate descent), so J never rises; there are finitely
    many partitions, so it stops, at a local optimum. One iteration costs O(m·k·n).
    Source: Lloyd (1982), Least squares quantization in PCM, doi:10.1109/TIT.1982.1056489.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    >>> [round(j, 2) for _, _, j in lloyd(x, np.array([[1.0], [2.0]]))]
    [246.0, 89.2, 41.68, 4.0, 4.0]
    """
    if len(points) < len(centres):
        raise ValueError(f"{len(centres)} centres need at least as many points, got {len(points)}")
    labels = assign(points, centres)
    steps = [(centres, labels, inertia(points, centres, labels))]
    for _ in range(max_iter):
        centres = update(points, centres, labels)
        steps.append((centres, labels, inertia(points, centres, labels)))
        new = assign(points, centres)
        settled = bool((new == labels).all())
        labels = new
        steps.append((centres, labels, inertia(points, centres, labels)))
        if settled:
            break
    return steps


def random_centres(points: NDArray[np.float64], k: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """k different points drawn uniformly (Forgy's start).

    Parameters
    ----------
    points : (m, n) float64
    k : int, at most m
    rng : np.random.Generator

    Returns
    -------
    (k, n) float64

    Examples
    --------
    >>> sorted(random_centres(np.array([[1.0], [2.0]]), 2, np.random.default_rng(0)).ravel().tolist())
    [1.0, 2.0]
    """
    return points[rng.choice(len(points), size=k, replace=False)]


def plus_plus_centres(points: NDArray[np.float64], k: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """The k-means++ start: each further centre is a point drawn with probability proportional to D².

    Parameters
    ----------
    points : (m, n) float64
    k : int, at most m
    rng : np.random.Generator

    Returns
    -------
    (k, n) float64

    Notes
    -----
    D(x) is the distance to the nearest centre so far. E[J] ≤ 8(ln k + 2)·OPT before any Lloyd step.
    Source: Arthur & Vassilvitskii (2007), k-means++: the advantages of careful seeding, SODA, 1027–1035.

    Examples
    --------
    >>> x = np.array([[0.0], [0.0], [5.0]])
    >>> sorted(plus_plus_centres(x, 2, np.random.default_rng(0)).ravel().tolist())
    [0.0, 5.0]
    """
    chosen = [int(rng.integers(len(points)))]
    nearest = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(k - 1):
        cumulative = np.cumsum(nearest)
        i = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
        chosen.append(min(i, len(points) - 1))
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]


def farthest_centres(points: NDArray[np.float64], k: int, first: int = 0) -> NDArray[np.float64]:
    """Farthest-first start: each further centre is the point farthest from those chosen. It loves outliers.

    Parameters
    ----------
    points : (m, n) float64
    k : int
    first : int, the row to start with

    Returns
    -------
    (k, n) float64

    Examples
    --------
    >>> farthest_centres(np.array([[0.0], [1.0], [9.0]]), 2).tolist()
    [[0.0], [9.0]]
    """
    chosen = [first]
    nearest = ((points - points[first]) ** 2).sum(axis=1)
    for _ in range(k - 1):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]
