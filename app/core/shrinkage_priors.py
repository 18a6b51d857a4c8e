"""One weight under a prior: what a Gaussian and a Laplace prior make of one noisy look y = w + ε, ε ~ N(0, 1).

λ is the penalty that the prior turns into: N(0, 1/λ) gives ½λw², Laplace with scale 1/λ gives λ|w|. With noise variance
σ² the penalty on ½(y - w)² is σ²/τ² for N(0, τ²), and σ²/b for Laplace(b).
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from app.core.activations import Array
from app.core.ridge import soft_threshold

_erfc = np.vectorize(math.erfc, otypes=[float])


def normal_below(x: ArrayLike) -> Array:
    """Φ(x), the probability that a standard normal is below x, accurate in the lower tail; broadcasts.

    >>> [f"{p:.6g}" for p in normal_below([0.0, -10.0])]
    ['0.5', '7.61985e-24']
    """
    return np.asarray(0.5 * _erfc(-np.asarray(x, dtype=float) / math.sqrt(2)))


def laplace_sides(y: ArrayLike, penalty: ArrayLike) -> tuple[Array, Array]:
    """∫ N(y; w, 1) · ½λe^(-λ|w|) dw over w < 0 and over w > 0; their sum is the density of y.

    Completing the square: ½λ e^(λ²/2) times e^(λy)Φ(-y-λ) and e^(-λy)Φ(y-λ).

    >>> negative, positive = laplace_sides(0.0, 1.0)
    >>> bool(negative == positive), round(float(negative + positive), 6)
    (True, 0.261578)
    """
    y, penalty = np.asarray(y, dtype=float), np.asarray(penalty, dtype=float)
    scale = 0.5 * penalty * np.exp(penalty**2 / 2)
    negative = scale * np.exp(penalty * y) * normal_below(-y - penalty)
    return negative, scale * np.exp(-penalty * y) * normal_below(y - penalty)


def laplace_mean(y: ArrayLike, penalty: ArrayLike) -> Array:
    """The posterior mean of w under a Laplace prior: y - λ(P₊ - P₋), never exactly 0 unless y is; broadcasts.

    P₊ and P₋ are the posterior probabilities of w > 0 and w < 0. The mode is the soft threshold. Valid for |λy| and λ²
    up to about 700. Source: Park, Casella (2008), JASA 103(482), for the prior.

    >>> laplace_mean([0.5, 1.0, 2.0, 3.0], 1.0).round(5).tolist()
    [0.24102, 0.50322, 1.16109, 2.02581]
    >>> soft_threshold([0.5, 1.0, 2.0, 3.0], 1.0).tolist()
    [0.0, 0.0, 1.0, 2.0]
    """
    negative, positive = laplace_sides(y, penalty)
    return np.asarray(np.asarray(y) - np.asarray(penalty) * (positive - negative) / (positive + negative))


def gaussian_mean(y: ArrayLike, penalty: ArrayLike) -> Array:
    """Posterior mean and mode under N(0, 1/λ): y / (1 + λ), ridge; broadcasts.

    >>> gaussian_mean(3.0, 1.0).tolist()
    1.5
    """
    return np.asarray(np.asarray(y, dtype=float) / (1 + np.asarray(penalty)))


def laplace_posterior(w: ArrayLike, y: float, penalty: float) -> Array:
    """The posterior density of w given y under a Laplace prior, a density with a kink at 0; broadcasts over w.

    >>> round(float(laplace_posterior(0.0, 1.0, 1.0)), 4)
    0.5971
    """
    w = np.asarray(w, dtype=float)
    joint = np.exp(-0.5 * (y - w) ** 2 - penalty * np.abs(w)) * 0.5 * penalty / math.sqrt(2 * math.pi)
    return np.asarray(joint / sum(laplace_sides(y, penalty)))


def gaussian_posterior(w: ArrayLike, y: float, penalty: float) -> Array:
    """The posterior density of w given y under N(0, 1/λ): normal, mean y/(1+λ), variance 1/(1+λ); broadcasts over w.

    >>> round(float(gaussian_posterior(0.5, 1.0, 1.0)), 4)  # at its peak: √(2 / 2π)
    0.5642
    """
    gap = np.asarray(w, dtype=float) - gaussian_mean(y, penalty)
    return np.asarray(np.exp(-0.5 * (1 + penalty) * gap**2) * math.sqrt((1 + penalty) / (2 * math.pi)))


def cost_of_the_mode(penalty: float, points: int = 4001) -> tuple[float, float]:
    """When w really is drawn from the Laplace prior: how often the mode is 0, and what it costs beside the mean.

    Returns P(|y| ≤ λ) and E(mode - mean)², which is what the mode adds to the least possible squared error (the
    posterior variance). Trapezoidal rule over y.

    >>> often, excess = cost_of_the_mode(1.0)
    >>> round(often, 3), round(excess, 3)
    (0.482, 0.074)
    """
    y = np.linspace(-12 - 12 / penalty, 12 + 12 / penalty, points)
    density = sum(laplace_sides(np.clip(y, -600 / max(penalty, 1), 600 / max(penalty, 1)), penalty))
    mode = soft_threshold(y, penalty)
    step = y[1] - y[0]
    inside = float((density * (mode == 0)).sum() * step)
    return inside, float((density * (mode - laplace_mean(y, penalty)) ** 2).sum() * step)
