"""Gradient descent with gradients that are τ steps old: w ← w − η ∇f(w(t − τ)), as asynchronous workers compute them.

On a curvature L the step is stable exactly below `parallel_logistic.critical_step`. Constant delay, no noise; see
Arjevani, Shamir, Srebro (2020), ALT, for both.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array


def delayed_descent(gradient: Callable[[Array], Array], start: Array, rate: float, delay: int, steps: int) -> Array:
    """The weights at every step, shape (steps + 1, p). Before the start nothing moved: w(t) = start for t ≤ 0.

    >>> delayed_descent(lambda w: w, np.array([1.0]), 0.5, 1, 3).ravel().tolist()
    [1.0, 0.5, 0.0, -0.25]
    """
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    for t in range(steps):
        path[t + 1] = path[t] - rate * gradient(path[max(t - delay, 0)])
    return path


def delayed_radius(step: float, delay: int) -> float:
    """The largest |z| with z^(τ+1) − z^τ + s = 0, s = ηL: an error is multiplied by it at every step, in the long run.

    >>> round(delayed_radius(0.5, 0), 6), round(delayed_radius(1.0, 1), 6)
    (0.5, 1.0)
    """
    polynomial = np.zeros(delay + 2)
    polynomial[0] = 1
    polynomial[1] -= 1
    polynomial[-1] += step
    return float(np.abs(np.roots(polynomial)).max())


def calm_step(delay: int, curvature: float = 1.0) -> float:
    """The step up to which the error falls without swinging: η L = τ^τ/(τ + 1)^(τ + 1), where two real roots meet.

    >>> [round(calm_step(delay), 6) for delay in (0, 1, 2)]
    [1.0, 0.25, 0.148148]
    """
    return float(delay**delay / (delay + 1) ** (delay + 1) / curvature)


def delayed_amplitude(steps: Array, delays: NDArray[np.intp], updates: int) -> Array:
    """log₁₀ of the error after `updates` steps on the parabola ½w², from w = 1; shape (delays, steps), by simulation.

    steps: (m,) of ηL. delays: (k,) of whole τ. The error is the largest |w| of the last τ_max + 1 steps, so that a
    swing through 0 does not look like an arrival; it is held at 10^±300.

    >>> delayed_amplitude(np.array([0.5]), np.array([0]), 10).round(4).tolist()
    [[-3.0103]]
    """
    memory = int(np.max(delays)) + 1
    past = np.ones((memory, len(delays), len(steps)))
    rows = np.arange(len(delays))
    for t in range(updates):
        now = past[t % memory]
        old = past[np.maximum(t - delays, 0) % memory, rows]
        past[(t + 1) % memory] = np.clip(now - steps * old, -1e300, 1e300)
    size = np.abs(past).max(axis=0)
    return np.asarray(np.log10(np.maximum(size, 1e-300)))
