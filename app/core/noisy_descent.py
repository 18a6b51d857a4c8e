"""Descent when every gradient carries noise: what a step does to the noise, and where the height settles."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from app.core.activations import Array
from app.core.descent import Method
from app.core.surfaces import Oracle


def scaled_newton(step: float) -> Method:
    """Newton with a fixed fraction of the full step.

    >>> [x.tolist() for x, _ in zip(scaled_newton(0.5)(Oracle(valley(100.0)), np.array([4.0, 4.0])), range(3))]
    [[4.0, 4.0], [2.0, 2.0], [1.0, 1.0]]
    """

    def method(ask: Oracle, start: Array) -> Iterator[Array]:
        x = start
        while True:
            yield x
            x = x - step * np.linalg.solve(ask.hessian(x), ask.gradient(x))

    return method


def unit_search(ask: Oracle, x: Array, p: Array, f: float, g: Array, first: float = 1.0) -> tuple[float, float, Array]:
    """No search: takes the step proposed. For where f is as noisy as its gradient, so there is nothing to compare.

    >>> unit_search(Oracle(valley(1.0)), np.array([2.0, 0.0]), np.array([-1.0, 0.0]), 2.0, np.array([2.0, 0.0]))[2]
    array([1., 0.])
    """
    return first, f, ask.gradient(x + first * p)


def noisy_heights(curvatures: Array, scales: ArrayLike, offsets: Array, sigma: float, steps: int) -> Array:
    """Expected ½ Σ λ wᵢ² after 0 … `steps` steps w ← w − c (λ w + noise), noise independent with deviation sigma.

    Parameters
    ----------
    curvatures : λ, shape (n,)
    scales : c, shape (n,) or a number
        η for gradient descent, t/λ for Newton with step length t.
    offsets : w at the start, shape (n,)

    Returns
    -------
    float64, shape (steps + 1,). For many steps it settles at ½ Σ c σ²/(2 − cλ).

    >>> noisy_heights(np.array([1.0, 100.0]), 1 / np.array([1.0, 100.0]), np.ones(2), 1.0, 1).round(6).tolist()
    [50.5, 0.505]
    """
    c = np.broadcast_to(np.asarray(scales, dtype=float), curvatures.shape)
    kept = ((1 - c * curvatures) ** 2) ** np.arange(steps + 1)[:, None]
    floor = c * sigma**2 / (curvatures * (2 - c * curvatures))
    heights: Array = 0.5 * (kept * offsets**2 + (1 - kept) * floor) @ curvatures
    return heights


def noise_floor(curvatures: Array, scales: ArrayLike, sigma: float) -> float:
    """Where `noisy_heights` settles: ½ Σ c σ²/(2 − cλ); for a full Newton step ½ σ² Σ 1/λ.

    >>> noise_floor(np.array([1.0, 100.0]), 1 / np.array([1.0, 100.0]), 1.0)
    0.505
    """
    c = np.broadcast_to(np.asarray(scales, dtype=float), curvatures.shape)
    return float(0.5 * np.sum(c * sigma**2 / (2 - c * curvatures)))
