"""Small tasks that ask a recurrent network to remember: a signed sum, and counting a's against b's.

A task is drawn for S networks at once: x (T, S, batch, d) and y (k, S, batch), the targets of the last k steps.
"""

from collections.abc import Callable

import numpy as np

from app.core.activations import Array

Task = Callable[[np.random.Generator, int, int, int], tuple[Array, Array]]
"""task(rng, length T, networks S, batch) -> (x, y)."""


def signed_sum(rng: np.random.Generator, length: int, networks: int, batch: int) -> tuple[Array, Array]:
    """Inputs -1, 0 or 1 with equal chance, x (T, S, batch, 1); asked at the end: their sum, y (1, S, batch).

    A memory must go up as well as down. Answering 0 always costs E[sum²] = 2T/3.

    >>> x, y = signed_sum(np.random.default_rng(0), 5, 1, 1)
    >>> x.ravel().tolist(), y.item()
    ([1.0, 0.0, 0.0, -1.0, -1.0], -1.0)
    """
    x = rng.integers(0, 3, (length, networks, batch, 1)) - 1.0
    return x, x[..., 0].sum(axis=0, keepdims=True)


def running_count(rng: np.random.Generator, length: int, networks: int, batch: int) -> tuple[Array, Array]:
    """aⁿbᵐ with n + m = T, n uniform on 0..T: x (T, S, batch, 2) one-hot; asked at every step: the number of a's less
    the number of b's so far, y (T, S, batch).

    >>> x, y = running_count(np.random.default_rng(3), 6, 1, 1)
    >>> x[..., 0].ravel().tolist(), y.ravel().tolist()
    ([1.0, 1.0, 1.0, 1.0, 1.0, 0.0], [1.0, 2.0, 3.0, 4.0, 5.0, 4.0])
    """
    n = rng.integers(0, length + 1, (networks, batch))
    is_a = (np.arange(length)[:, None, None] < n).astype(float)
    return np.stack([is_a, 1 - is_a], axis=-1), np.cumsum(2 * is_a - 1, axis=0)


def scaled(task: Task, factor: float) -> Task:
    """The same task with its targets times `factor`: targets of size 1 suit the learning rates that suit the weights.

    >>> scaled(signed_sum, 0.5)(np.random.default_rng(0), 5, 1, 1)[1].item()
    -0.5
    """

    def smaller(rng: np.random.Generator, length: int, networks: int, batch: int) -> tuple[Array, Array]:
        x, y = task(rng, length, networks, batch)
        return x, factor * y

    return smaller
