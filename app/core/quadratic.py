"""Gradient descent and heavy ball on a quadratic: exactly where the learning rate becomes too large.

On L(w) = ½ Σ λᵢ wᵢ² every direction runs on its own: the one with the largest curvature decides.
"""

import numpy as np

from app.core.activations import Array
from app.core.optimisers import fit, sgd


def descend(curvatures: Array, rates: Array, momentum: float, steps: int) -> Array:
    """|w| of every direction after each step from w = 1, for many learning rates at once.

    Parameters
    ----------
    curvatures : λ, shape (d,). rates : η, shape (e,).

    Returns
    -------
    float64, shape (steps + 1, e, d); overflow is inf.

    >>> descend(np.array([10.0, 1.0]), np.array([0.1]), 0.0, 2)[:, 0].round(6).tolist()
    [[1.0, 1.0], [0.0, 0.9], [0.0, 0.81]]
    """
    w = np.ones((len(rates), len(curvatures)))

    def gradient(_: int) -> tuple[float, list[Array], Array]:
        return float(0.5 * np.mean(curvatures * w * w)), [curvatures * w], np.abs(w)

    run = fit(gradient, sgd([w], momentum), [rates[:, None]], steps)
    return np.array([np.where(np.isnan(state.seen), np.inf, state.seen) for state in run])


def step_factor(rate: float, curvature: float, momentum: float = 0.0) -> float:
    """By what |w| is multiplied per step in the long run: below 1 it converges.

    Notes
    -----
    Plain: |1 - η λ|. With momentum β the pair (w, step) is multiplied by a 2 × 2 matrix with characteristic polynomial
    z² - (1 + β - η λ) z + β, and the factor is its largest |root| (at least √β).

    >>> step_factor(0.2, 10.0), round(step_factor(0.38, 10.0, 0.9), 9), round(step_factor(0.1, 10.0, 0.9) ** 2, 9)
    (1.0, 1.0, 0.9)
    """
    roots = np.roots([1.0, -(1 + momentum - rate * curvature), momentum])
    return float(np.abs(roots).max())


def largest_rate(curvature: float, momentum: float = 0.0) -> float:
    """The learning rate above which it diverges: 2 (1 + β) / λ, for plain gradient descent 2 / λ.

    Source: Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    >>> largest_rate(10.0), round(largest_rate(10.0, 0.9), 9)
    (0.2, 0.38)
    """
    return 2 * (1 + momentum) / curvature
