"""Where gradient descent on the logistic loss goes when nothing stops it: to the largest margin, slowly.

Rows of Z (n, d) are yᵢxᵢ, y = ±1, a column of ones in x if a bias is wanted. The loss is Σ ln(1 + exp(−zᵢᵀw)), in nats;
on data that can be separated it has no minimum: ‖w‖ grows for ever, and only the direction of w settles.
"""

import math

import numpy as np

from app.core.activations import Array


def pull(Z: Array, w: Array) -> Array:
    """−gradient of the loss, Σ zᵢ σ(−zᵢᵀw), shape (d,).

    >>> pull(np.array([[2.0, 0.0], [0.0, 4.0]]), np.zeros(2)).tolist()
    [1.0, 2.0]
    """
    return np.asarray((1 / (1 + np.exp(Z @ w))) @ Z)


def safe_rate(Z: Array) -> float:
    """1/L with L = λ_max(ZᵀZ)/4, the largest curvature of the loss: with it no step raises the loss.

    >>> safe_rate(np.array([[2.0, 0.0]]))
    1.0
    """
    return 4 / float(np.linalg.norm(Z, 2)) ** 2


def descend(Z: Array, rate: float, at: Array, normalised: bool = False) -> Array:
    """Gradient descent from 0: w after the numbers of steps in `at` (k,), ascending. Shape (k, d).

    normalised: every step is divided by Σ σ(−zᵢᵀw), which keeps the steps from shrinking with the loss.

    >>> descend(np.array([[2.0, 0.0]]), 1.0, np.array([0, 1])).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    w, seen, done = np.zeros(Z.shape[1]), np.empty((len(at), Z.shape[1])), 0
    for k, goal in enumerate(at):
        for _ in range(int(goal) - done):
            share = 1 / (1 + np.exp(Z @ w))
            w = w + (rate / share.sum() if normalised else rate) * (share @ Z)
        done = int(goal)
        seen[k] = w
    return seen


def flow(Z: Array, times: Array, step: float = 0.01) -> Array:
    """Gradient flow dw/dt = −∇loss from w(0) = 0, at `times` (k,), ascending and above 0. Shape (k, d).

    In s = ln t the path is smooth to the end of any t, dw/ds = t · pull(w): Runge-Kutta of order 4, steps of at most
    `step` in s, and shorter ones where the pull is stiff (t ‖Z‖² Σ σ' is large).

    >>> w = flow(np.array([[1.0]]), np.array([100.0]))[0, 0]  # here e^w + w = t + 1
    >>> round(float(np.exp(w) + w), 6)
    101.0
    """
    start = min(1e-4, float(times[0])) / float(np.linalg.norm(Z, 2)) ** 2
    w, s = start * pull(Z, np.zeros(Z.shape[1])), math.log(start)
    seen, square = np.empty((len(times), Z.shape[1])), (Z**2).sum(axis=1)
    for k, goal in enumerate(np.log(times)):
        while s < goal:
            share = 1 / (1 + np.exp(Z @ w))
            stiff = math.exp(s) * float((share * (1 - share)) @ square)
            h = min(step, 1 / (stiff + 1e-300), goal - s)
            w = w + h * _slope(Z, w, s, h)
            s = s + h if goal - s > h else goal
        seen[k] = w
    return seen


def _slope(Z: Array, w: Array, s: float, h: float) -> Array:
    """Mean slope dw/ds over a step of h, by the four stages of Runge and Kutta."""
    half, end = math.exp(s + h / 2), math.exp(s + h)
    a = math.exp(s) * pull(Z, w)
    b = half * pull(Z, w + h / 2 * a)
    c = half * pull(Z, w + h / 2 * b)
    return np.asarray((a + 2 * b + 2 * c + end * pull(Z, w + h * c)) / 6)


def angle(u: Array, v: Array) -> Array:
    """Angle between the last axes of u and v, in degrees, exact near 0 too.

    >>> angle(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 0.0])).round(6).tolist()
    [0.0, 45.0]
    """
    a = u / np.linalg.norm(u, axis=-1, keepdims=True)
    b = v / np.linalg.norm(v, axis=-1, keepdims=True)
    return np.asarray(np.degrees(2 * np.arctan2(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))))
