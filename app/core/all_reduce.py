"""All-reduce: K workers hold a vector each, and afterwards every one of them holds the sum.

The ring passes one chunk at a time to the right-hand neighbour: K − 1 steps add up, K − 1 steps hand out. Nobody is in
the middle, and what one worker sends hardly depends on K.
Source: Patarasuk, Yuan (2009), Bandwidth optimal all-reduce algorithms for clusters of workstations,
doi:10.1016/j.jpdc.2008.09.002.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array

Counts = NDArray[np.intp]


def ring_passes(vectors: Array) -> Iterator[tuple[Array, Counts]]:
    """What the workers hold, (K, d), and how many numbers each has sent so far, (K,): at the start and after every
    pass.

    >>> [held.tolist() for held, _ in ring_passes(np.array([[1.0, 2.0], [10.0, 20.0]]))]
    [[[1.0, 2.0], [10.0, 20.0]], [[1.0, 22.0], [11.0, 20.0]], [[11.0, 22.0], [11.0, 22.0]]]
    """
    workers, size = vectors.shape
    held = vectors.astype(np.float64)
    chunks = np.array_split(np.arange(size), workers)
    sent = np.zeros(workers, dtype=np.intp)
    yield held.copy(), sent.copy()
    for adding in (True, False):
        for step in range(workers - 1):
            lag = step if adding else step - 1
            parts = [chunks[(worker - lag) % workers] for worker in range(workers)]
            messages = [held[worker, part].copy() for worker, part in enumerate(parts)]
            for worker, (part, message) in enumerate(zip(parts, messages, strict=True)):
                right = (worker + 1) % workers
                held[right, part] = held[right, part] + message if adding else message
                sent[worker] += len(part)
            yield held.copy(), sent.copy()


def ring_all_reduce(vectors: Array) -> tuple[Array, Counts]:
    """What each worker ends with, shape (K, d), and how many numbers each has sent, shape (K,).

    vectors: (K, d), one row a worker. Every row of the answer is the sum, the same to the last bit: each chunk is
    added up along the ring once and then copied.

    >>> total, sent = ring_all_reduce(np.array([[1.0, 2.0], [10.0, 20.0]]))
    >>> total.tolist(), sent.tolist()
    ([[11.0, 22.0], [11.0, 22.0]], [2, 2])
    """
    *_, last = ring_passes(vectors)
    return last


def ring_traffic(size: float, workers: int) -> float:
    """Numbers that one worker sends in a ring all-reduce of `size` numbers: 2 (K − 1)/K · size, below 2 · size.

    >>> ring_traffic(1000, 4)
    1500.0
    """
    return 2 * (workers - 1) / workers * size


def central_traffic(size: float, workers: int) -> float:
    """Numbers that pass the one machine in the middle, if all send to it and it sends all the sum: 2 K · size.

    >>> central_traffic(1000, 4)
    8000
    """
    return 2 * workers * size


def grid_traffic(rows: float, features: float, row_blocks: int, column_blocks: int) -> float:
    """Numbers that one worker of a grid sends for one gradient of a linear model.

    The margins of its rows/R rows are reduced among the C workers that hold these rows, then the gradient of its
    features/C columns among the R workers that hold these columns. C = 1: rows only; R = 1: columns only.

    >>> grid_traffic(1000, 100, 4, 1), grid_traffic(1000, 100, 1, 4), grid_traffic(1000, 100, 2, 2)
    (150.0, 1500.0, 550.0)
    """
    return ring_traffic(rows / row_blocks, column_blocks) + ring_traffic(features / column_blocks, row_blocks)
