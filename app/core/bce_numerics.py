"""Binary cross-entropy by way of the probability, in the precision of its input: where σ(z) has rounded to 1 or 0.

Every function takes z and y of one shape and one dtype (float32 or float64) and returns (loss, gradient by z), in that
dtype, elementwise. What should be used instead is losses.logistic_loss, which never forms the probability.
"""

import numpy as np
from numpy.typing import DTypeLike

from app.core.activations import Array


def plain_sigmoid(z: Array) -> Array:
    """1/(1 + e⁻ᶻ) as it is written. It is right for every z, though e⁻ᶻ may overflow on the way; but it rounds to
    exactly 1 from z = (m + 1) ln 2 on, m the bits of the significand (float32: 23, float64: 52).

    >>> plain_sigmoid(np.array([20.0, -200.0], dtype=np.float32)).tolist()
    [1.0, 0.0]
    """
    with np.errstate(over="ignore"):
        value: Array = 1 / (1 + np.exp(-z))
    return value


def rounds_to_one(dtype: DTypeLike) -> float:
    """The smallest z for which `plain_sigmoid` is exactly 1, by halving an interval.

    >>> bool(abs(rounds_to_one(np.float64) - 53 * np.log(2)) < 1e-9)
    True
    """
    low, high = 1.0, 64.0
    for _ in range(80):
        middle = (low + high) / 2
        if plain_sigmoid(np.array([middle], dtype=dtype))[0] == 1:
            high = middle
        else:
            low = middle
    return high


def raw_bce(z: Array, y: Array) -> tuple[Array, Array]:
    """−y ln p − (1 − y) ln(1 − p) with p = σ(z), and its derivative by the chain rule, term by term.

    Once p is 1 or 0 in this precision the loss is ∞ where the model is wrong and NaN (0 · ∞) where it is right; the
    gradient is NaN in both cases.

    >>> loss, gradient = raw_bce(np.array([20.0, 20.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32))
    >>> loss.tolist(), gradient.tolist()
    ([inf, nan], [nan, nan])
    """
    p = plain_sigmoid(z)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p))
        gradient = ((1 - y) / (1 - p) - y / p) * (p * (1 - p))
    return loss, gradient


def clamped_bce(z: Array, y: Array) -> tuple[Array, Array]:
    """As torch.nn.BCELoss behind a sigmoid: logarithms no lower than −100, p(1 − p) in the denominator at least 10⁻¹².

    No NaN any more; but the loss stops at 100, and where p has rounded to 0 or 1 the gradient is 0.
    Source: PyTorch documentation, BCELoss.

    >>> loss, gradient = clamped_bce(np.array([200.0, 5.0]), np.array([0.0, 0.0]))
    >>> loss.round(4).tolist(), gradient.round(4).tolist()
    ([100.0, 5.0067], [0.0, 0.9933])
    """
    p = plain_sigmoid(z)
    with np.errstate(divide="ignore"):
        low = np.asarray(-100, dtype=p.dtype)
        loss = -(y * np.maximum(np.log(p), low) + (1 - y) * np.maximum(np.log1p(-p), low))
    spread = p * (1 - p)
    return loss, (p - y) / np.maximum(spread, np.asarray(1e-12, dtype=p.dtype)) * spread


def squared_error(z: Array, y: Array) -> tuple[Array, Array]:
    """(σ(z) − y)² and its gradient 2(σ − y)σ(1 − σ): next to nothing where the model is surely wrong.

    >>> loss, gradient = squared_error(np.array([5.0]), np.array([0.0]))
    >>> loss.round(4).tolist(), gradient.round(6).tolist()
    ([0.9867], [0.013207])
    """
    p = plain_sigmoid(z)
    return (p - y) ** 2, 2 * (p - y) * (p * (1 - p))
