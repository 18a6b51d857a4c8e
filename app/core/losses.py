"""Losses as one trains with them: each gives its value, a mean over the samples, and its gradient by the outputs.

A loss is a function (outputs (n, k), targets) -> (value, gradient (n, k)). Used by mlp.py, deep_net.py and others.
"""

from collections.abc import Callable

import numpy as np

from app.core.activations import Array, sigmoid

Loss = Callable[[Array, Array], tuple[float, Array]]


def logistic_loss(z: Array, y: Array) -> tuple[Array, Array]:
    """Binary cross-entropy of σ(z) in nats, and its slope σ(z) - y, elementwise. z, y of one shape, y in [0, 1].

    Written as max(z, 0) - z y + ln(1 + e^-|z|), which is finite for every finite z.

    >>> loss, slope = logistic_loss(np.array([200.0, -200.0]), np.array([0.0, 0.0]))
    >>> loss.tolist(), slope.tolist()
    ([200.0, 1.3838965267367376e-87], [1.0, 0.0])
    """
    probability = 0.5 * (1 + np.tanh(0.5 * z))
    return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))), probability - y


def bce_with_logits(logits: Array, y: Array) -> tuple[float, Array]:
    """Mean of `logistic_loss` and its gradient (σ(z) - y)/n. logits (n, 1), y (n,) of 0s and 1s.

    >>> loss, gradient = bce_with_logits(np.zeros((2, 1)), np.array([0.0, 1.0]))
    >>> round(loss, 6), gradient.ravel().tolist()
    (0.693147, [0.25, -0.25])
    """
    loss, slope = logistic_loss(logits[:, 0], y)
    return float(loss.mean()), (slope / len(y)).astype(logits.dtype)[:, None]


def softmax_cross_entropy(logits: Array, y: Array, smoothing: float = 0.0) -> tuple[float, Array]:
    """Mean cross-entropy in nats and its gradient (p - t)/n. logits (n, classes), y (n,) class numbers.

    The target t is onehot(y); with label smoothing (1 - smoothing) · onehot(y) + smoothing/classes, after Szegedy et
    al. (2016), arXiv:1512.00567.

    >>> loss, gradient = softmax_cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 6), gradient.tolist()
    (1.386294, [[0.25, 0.25, -0.75, 0.25]])
    """
    rows, labels = np.arange(len(y)), np.asarray(y, dtype=int)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    target = np.full_like(logits, smoothing / logits.shape[1])
    target[rows, labels] += 1 - smoothing
    loss = -np.where(target == 0, 0, target * log_p).sum(axis=1)  # 0 · log 0 counts as 0
    return float(loss.mean()), (np.exp(log_p) - target) / len(y)


def mean_squared_error(outputs: Array, y: Array) -> tuple[float, Array]:
    """Mean of (output - y)² over all entries, and its gradient. outputs (n, k), y (n, k).

    >>> loss, gradient = mean_squared_error(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]))
    >>> loss, gradient.ravel().tolist()
    (2.0, [2.0, 0.0])
    """
    difference = outputs - y
    return float(np.mean(difference**2)), 2 * difference / difference.size


def sigmoid_squared_error(logits: Array, y: Array) -> tuple[float, Array]:
    """Mean of (σ(z) - onehot)² over all entries, and its gradient 2 (σ - t) σ(1 - σ)/(n k): the loss not to classify
    with. The factor σ(1 - σ) makes an answer that is wrong and sure pass on almost no gradient.

    logits (n, classes), y (n,) class numbers.

    >>> loss, gradient = sigmoid_squared_error(np.array([[20.0, -20.0]]), np.array([1]))
    >>> round(loss, 6), bool(abs(gradient).max() < 1e-8)
    (1.0, True)
    """
    value, slope = sigmoid(logits)
    target = np.zeros_like(logits)
    target[np.arange(len(y)), np.asarray(y, dtype=int)] = 1
    return float(np.mean((value - target) ** 2)), 2 * (value - target) * slope / logits.size
