"""When does a layer arrive? Distance to where its weights end, first crossings of a level, and the order of layers."""

import math

import numpy as np

from app.core.activations import Array


def remaining_distance(path: Array) -> Array:
    """‖w_t - w_T‖ / ‖w_0 - w_T‖ along a path of weights (times, ...); 1 at the start, 0 at the end. Returns (times,).

    A path that ends where it began gives NaN.

    >>> remaining_distance(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])).tolist()
    [1.0, 0.5, 0.0]
    """
    flat = path.reshape(len(path), -1)
    distance = np.linalg.norm(flat - flat[-1], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Array = distance / distance[0]
    return share


def first_crossing(times: Array, values: Array, level: float, rising: bool = True) -> float:
    """The first time at which values (n,) reach the level, linearly between samples; NaN if they never do.

    >>> first_crossing(np.array([0.0, 10.0, 20.0]), np.array([0.0, 0.5, 1.0]), 0.75)
    15.0
    >>> first_crossing(np.array([0.0, 10.0]), np.array([1.0, 0.0]), 0.5, rising=False)
    5.0
    """
    there = values >= level if rising else values <= level
    if not there.any():
        return math.nan
    i = int(np.argmax(there))
    if i == 0:
        return float(times[0])
    share = (level - values[i - 1]) / (values[i] - values[i - 1])
    return float(times[i - 1] + share * (times[i] - times[i - 1]))


def kendall_tau(values: Array) -> float:
    """How well values (n,) rise with their position: (pairs in order - pairs out of order) / √(all · untied pairs).

    1 if they always rise, -1 if they always fall (Kendall's τ-b against 0, 1, … n - 1). NaN values are left out; fewer
    than two, or all equal, gives NaN.

    >>> kendall_tau(np.array([1.0, 2.0, 3.0])), kendall_tau(np.array([3.0, 1.0, 2.0]))
    (1.0, -0.3333333333333333)
    """
    kept = values[~np.isnan(values)]
    first, second = np.triu_indices(len(kept), 1)
    signs = np.sign(kept[second] - kept[first])
    untied = np.count_nonzero(signs)
    return float(signs.sum() / math.sqrt(len(signs) * untied)) if untied else math.nan
