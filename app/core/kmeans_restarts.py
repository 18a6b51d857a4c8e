"""k-means many times over: where restarts end, and the best objective found for every number of clusters."""

import numpy as np
from numpy.typing import NDArray

from app.core.kmeans import lloyd, plus_plus_centres, squared_distances, update


def restart_inertias(
    points: NDArray[np.float64], starts: NDArray[np.float64], max_iter: int = 100
) -> NDArray[np.float64]:
    """Final J of many runs of Lloyd's algorithm at once: what `lloyd` gives, for restarts by the hundred.

    Parameters
    ----------
    points : (m, n) float64
    starts : (r, k, n) float64, one set of centres a run
    max_iter : int, most updates

    Returns
    -------
    (r,) float64

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    >>> restart_inertias(x, np.array([[[1.0], [2.0]], [[3.0], [12.0]]])).tolist()
    [4.0, 4.0]
    """
    runs, k, _ = starts.shape
    centres = starts.copy()
    final = np.zeros(runs)
    active = np.arange(runs)
    labels = np.full((runs, len(points)), -1)
    for step in range(max_iter + 1):
        distances = squared_distances(points, centres[active])
        new = distances.argmin(axis=-1)
        final[active] = distances.min(axis=-1).sum(axis=1)
        moving = (new != labels[active]).any(axis=1)
        active, new = active[moving], new[moving]
        if len(active) == 0 or step == max_iter:
            break
        labels[active] = new
        flat = (new + k * np.arange(len(active))[:, None]).ravel()  # cluster j of run r has number r·k + j
        counts = np.bincount(flat, minlength=len(active) * k).reshape(-1, k)
        sums = np.stack(
            [np.bincount(flat, np.tile(column, len(active)), len(active) * k).reshape(-1, k) for column in points.T],
            axis=-1,
        )
        with_empty = active[(counts == 0).any(axis=1)]
        reseeded = {r: update(points, centres[r], labels[r]) for r in with_empty}
        centres[active] = sums / np.maximum(counts, 1)[..., None]
        for r, moved in reseeded.items():
            centres[r] = moved
    return final


def inertia_by_k(points: NDArray[np.float64], ks: list[int], rng: np.random.Generator) -> dict[int, float]:
    """The best J found for each number of clusters: what an elbow plot shows.

    Parameters
    ----------
    points : (m, n) float64
    ks : list of int, increasing, at most m
    rng : np.random.Generator

    Returns
    -------
    dict k → J, never increasing

    Notes
    -----
    Three runs for each k: from the answer for the previous k with the worst-served points added as centres (which is
    why J cannot grow), and from two k-means++ starts.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    >>> inertia_by_k(x, [1, 2, 6], np.random.default_rng(0))
    {1: 125.5, 2: 4.0, 6: 0.0}
    """
    best, found = points.mean(axis=0)[None], {}
    for k in ks:
        while len(best) < k:
            best = np.vstack([best, points[squared_distances(points, best).min(axis=1).argmax()]])
        starts = [best, plus_plus_centres(points, k, rng), plus_plus_centres(points, k, rng)]
        best, _, found[k] = min((lloyd(points, start)[-1] for start in starts), key=lambda run: run[2])
    return found
