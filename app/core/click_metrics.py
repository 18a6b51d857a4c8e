"""How click models are judged: does the order hold (AUC), and are the probabilities right (log loss, mean p / CTR)?"""

import numpy as np

from app.core.activations import Array


def auc(scores: Array, y: Array) -> float:
    """The chance that a random positive scores above a random negative, ties counting half. Both (n,).

    Only the order of the scores matters: no increasing map of them, right or wrong, changes it.
    Raises ValueError if a class is missing.

    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.75
    """
    positives = y == 1
    ones, zeros = int(positives.sum()), int((~positives).sum())
    if not ones or not zeros:
        raise ValueError("both classes are needed")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]  # ties share the middle of their ranks
    return float((rank[positives].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def log_loss(p: Array, y: Array) -> float:
    """Mean of −y ln p − (1 − y) ln(1 − p), in nats; p and y (n,), y from 0 to 1.

    >>> round(log_loss(np.array([0.5, 0.5]), np.array([0.0, 1.0])), 6)
    0.693147
    """
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)))


def normalised_entropy(p: Array, y: Array) -> float:
    """Log loss over that of always saying the base rate: 1 is no better than the rate, 0 is perfect.

    Source: He and others (2014), doi:10.1145/2648584.2648589, section 2.

    >>> normalised_entropy(np.array([0.5, 0.5]), np.array([0.0, 1.0]))
    1.0
    """
    return log_loss(p, y) / log_loss(np.full(len(y), y.mean()), y)
