"""Logistic regression with rare communication: every worker descends on its own shard, then the weights are averaged.

One local step a round is gradient descent on all rows. Infinitely many are the average of the shards' own optima
(`one_shot_average`). In between the fixed point lies somewhere between the two: drift is the price of silence.
"""

from collections.abc import Sequence

import numpy as np

from app.core.activations import Array
from app.core.logistic_regression import penalised_loss
from app.core.parallel_logistic import Rows


def local_descent(
    X: Array, y: Array, shards: Sequence[Rows], rate: float, local_steps: int, rounds: int, ridge: float = 0.0,
    batch: int = 0, rng: np.random.Generator | None = None,
) -> Array:  # fmt: skip
    """The weights after every round, shape (rounds + 1, p), from 0.

    Parameters
    ----------
    X, y : ndarray, shapes (n, p) and (n,)
    shards : sequence of index arrays
        The rows of each worker.
    rate : float
        Step on the mean loss of a shard plus its share of the ridge, ½ ridge/n ‖w‖².
    local_steps, rounds : int
    ridge : float
        On the sum of the losses, as in `penalised_loss`.
    batch : int
        Rows drawn, with replacement, for a step (local SGD); 0 takes the whole shard.
    rng : Generator
        Needed when `batch` is not 0.

    Raises
    ------
    ValueError
        If `batch` is given without `rng`.

    Notes
    -----
    Round: v_k = w; `local_steps` times v_k ← v_k − η ∇f_k(v_k); then w = Σ (n_k/n) v_k. Stich (2018), Local SGD
    converges fast and communicates little, arXiv:1805.09767.

    Examples
    --------
    >>> X, y = np.array([[1.0], [3.0]]), np.array([0.0, 1.0])
    >>> shards = [np.array([0]), np.array([1])]
    >>> local_descent(X, y, shards, rate=1.0, local_steps=1, rounds=1).tolist()  # −1 · (0.5 − 1.5)/2
    [[0.0], [0.5]]
    """
    if batch and rng is None:
        raise ValueError("a batch needs a generator")
    n = len(y)
    data = [(X[rows], y[rows]) for rows in shards]
    weights = np.zeros(X.shape[1])
    path = [weights]
    for _ in range(rounds):
        mean = np.zeros_like(weights)
        for rows, answers in data:
            v, size = weights, len(answers)
            for _ in range(local_steps):
                A, b = rows, answers
                if rng is not None and batch:
                    drawn = rng.integers(size, size=batch)
                    A, b = rows[drawn], answers[drawn]
                v = v - rate * penalised_loss(v, A, b, ridge * len(b) / n)[1] / len(b)
            mean += size / n * v
        weights = mean
        path.append(weights)
    return np.array(path)
