"""One Gaussian fitted to a mixture of two, by either direction of the KL divergence. Everything in nats.

Neighbour: information.py (the same quantities for discrete distributions).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def gaussian_kl(mean1: float, sd1: float, mean2: float, sd2: float) -> float:
    """D(N(mean1, sd1²) ‖ N(mean2, sd2²)) in closed form, in nats.

    Notes
    -----
    ln(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²) / 2σ₂² − ½

    Examples
    --------
    >>> round(gaussian_kl(0, 1, 1, 2), 6), round(gaussian_kl(1, 2, 0, 1), 6)
    (0.443147, 1.306853)
    """
    return math.log(sd2 / sd1) + (sd1**2 + (mean1 - mean2) ** 2) / (2 * sd2**2) - 0.5


@dataclass(frozen=True, slots=True)
class Mixture:
    """weight · N(−distance, 1) + (1 − weight) · N(distance, 1)."""

    distance: float
    weight: float = 0.5

    def log_density_and_score(self, x: Array) -> tuple[Array, Array]:
        """ln p(x) and its slope d ln p / dx, both of the shape of x; no overflow far outside."""
        left = math.log(self.weight) - (x + self.distance) ** 2 / 2
        right = math.log1p(-self.weight) - (x - self.distance) ** 2 / 2
        log_sum = np.logaddexp(left, right)
        share = np.exp(left - log_sum)  # the posterior probability of the left component
        return log_sum - math.log(2 * math.pi) / 2, -x + self.distance * (1 - 2 * share)

    @property
    def mean(self) -> float:
        return self.distance * (1 - 2 * self.weight)

    @property
    def sd(self) -> float:
        """Law of total variance: 1 within each component, plus the variance of the component means."""
        return math.sqrt(1 + 4 * self.weight * (1 - self.weight) * self.distance**2)


def standard_nodes(count: int = 801, reach: float = 8.0) -> tuple[Array, Array]:
    """Nodes and weights (count,) of the trapezium rule for the mean of a function of a standard normal variable.

    Examples
    --------
    >>> z, w = standard_nodes()
    >>> float((w * z**4).sum().round(9))  # the fourth moment
    3.0
    """
    z = np.linspace(-reach, reach, count)
    w = np.exp(-(z**2) / 2)
    return z, w / w.sum()


def forward_kl(target: Mixture, mean: Array, sd: Array) -> Array:
    """D(p‖q) of the target p from the Gaussian q = N(mean, sd²), in nats; shapes broadcast.

    Notes
    -----
    −H(p) − E_p ln q, and E_p ln q needs only the mean and the variance of p. So the best q has just these:
    minimising D(p‖q) over Gaussians is moment matching, which is maximum likelihood with infinitely many samples.
    """
    z, w = standard_nodes()
    left, right = (w @ target.log_density_and_score(z + at)[0] for at in (-target.distance, target.distance))
    negative_entropy = float(target.weight * left + (1 - target.weight) * right)
    spread = target.sd**2 + (target.mean - mean) ** 2
    return np.asarray(negative_entropy + math.log(2 * math.pi) / 2 + np.log(sd) + spread / (2 * sd**2))


def reverse_kl(target: Mixture, mean: Array, sd: Array) -> Array:
    """D(q‖p) of the Gaussian q = N(mean, sd²) from the target p, in nats; shapes broadcast.

    Notes
    -----
    −H(q) − E_q ln p with H(q) = ½ ln(2πe σ²) and the mean over x = μ + σz, z standard normal.

    Examples
    --------
    >>> bool(abs(reverse_kl(Mixture(0.0), np.array(1.0), np.array(2.0)) - gaussian_kl(1, 2, 0, 1)) < 1e-9)
    True
    """
    z, w = standard_nodes()
    x = mean[..., None] + sd[..., None] * z
    log_p, _ = target.log_density_and_score(x)
    return np.asarray(-np.log(sd) - (1 + math.log(2 * math.pi)) / 2 - log_p @ w)


def reverse_fit(target: Mixture, mean: float, sd: float = 1.0, steps: int = 200) -> Array:
    """Minimise D(q‖p) over q = N(μ, σ²) by natural gradient descent with backtracking, from the given start.

    Returns
    -------
    (k, 3) float64: μ, σ and D(q‖p) after every step, the start first. k ≤ steps + 1.

    Notes
    -----
    With x = μ + σz (reparameterisation) and s = d ln p/dx: ∂D/∂μ = −E s(x), ∂D/∂ln σ = −1 − E σ z s(x).
    The natural gradient divides by the Fisher information of q, which is 1/σ² for μ and 2 for ln σ.
    A local method: which minimum it finds depends on the start.

    Examples
    --------
    >>> (reverse_fit(Mixture(0.0), 2.0, 3.0)[-1].round(6) + 0.0).tolist()  # the target is N(0, 1) itself
    [0.0, 1.0, 0.0]
    """
    z, w = standard_nodes()

    def look(at: Array) -> tuple[float, Array]:
        sigma = math.exp(at[1])
        log_p, score = target.log_density_and_score(at[0] + sigma * z)
        value = -at[1] - (1 + math.log(2 * math.pi)) / 2 - float(w @ log_p)
        return value, np.array([-(w @ score), -1 - sigma * (w @ (z * score))])

    at = np.array([mean, math.log(sd)])
    value, slope = look(at)
    path, step = [(at[0], math.exp(at[1]), value)], 0.3
    for _ in range(steps):
        way = slope * np.array([math.exp(2 * at[1]), 0.5])
        gain = float(slope @ way)
        if gain < 1e-13:
            break
        while step > 1e-9:
            ahead, ahead_slope = look(at - step * way)
            if ahead <= value - 0.2 * step * gain:
                break
            step /= 2
        else:
            break  # no step lowers it any more: as flat as float64 can tell
        at, value, slope, step = at - step * way, ahead, ahead_slope, min(1.5 * step, 0.4)
        path.append((at[0], math.exp(at[1]), value))
    return np.array(path)
