"""Reading a merge tree: the partition after so many merges, how deep it is, and the order of leaves without crossings.

merges: (n-1, 2); the first n regions are the leaves, region n + t comes from merging `merges[t]`.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def labels_after(labels: Ints, merges: Ints, steps: int) -> Ints:
    """The label picture after the first `steps` merges; labels are region numbers of the tree, 0 … n + steps - 1.

    Examples
    --------
    >>> labels_after(np.array([[0, 0, 1], [0, 2, 1]]), np.array([[0, 2], [1, 3]]), 1).tolist()
    [[3, 3, 1], [3, 3, 1]]
    """
    n = len(merges) + 1
    names = np.arange(n)
    for t in range(steps):
        names[np.isin(names, merges[t])] = n + t
    return names[labels]


def heights(merges: Ints) -> Ints:
    """The most merges below every region: 0 for leaves; shape (2n-1,). Between log2 n and n-1 at the root.

    Examples
    --------
    A balanced tree of four and a chain of four:

    >>> heights(np.array([[0, 1], [2, 3], [4, 5]]))[-1], heights(np.array([[0, 1], [2, 4], [3, 5]]))[-1]
    (np.int64(2), np.int64(3))
    """
    n = len(merges) + 1
    height = np.zeros(2 * n - 1, dtype=np.int64)
    for t, (a, b) in enumerate(merges):
        height[n + t] = 1 + max(height[a], height[b])
    return height


def leaf_places(merges: Ints) -> NDArray[np.float64]:
    """Where to draw every region so that no branches cross; shape (2n-1,): leaves at 0 … n-1, others halfway.

    Examples
    --------
    >>> leaf_places(np.array([[0, 2], [1, 3]])).tolist()
    [1.0, 0.0, 2.0, 1.5, 0.75]
    """
    n = len(merges) + 1
    place, waiting, at = np.zeros(2 * n - 1), [2 * n - 2], 0
    while waiting:
        region = waiting.pop()
        if region < n:
            place[region], at = at, at + 1
        else:
            waiting += [int(merges[region - n, 1]), int(merges[region - n, 0])]
    for t, (a, b) in enumerate(merges):
        place[n + t] = (place[a] + place[b]) / 2
    return place
