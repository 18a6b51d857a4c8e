"""The clouds of boundary_gallery, each with its best possible rule and that rule's accuracy in closed form."""

import math

import numpy as np

from app.core.activations import Array
from app.core.classifiers import crossing_points
from app.kit import text

NAMES = {
    "rings": text(zh="内外两环", en="two rings"),
    "blobs": text(zh="两团高斯", en="two blobs"),
    "tilted": text(zh="两团相关的高斯", en="two correlated blobs"),
    "variances": text(zh="同心、方差不同", en="same centre, other variance"),
    "xor": text(zh="异或四角", en="XOR corners"),
}
WIDE, RHO = 1.5, 0.9


def phi(z: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def draw(data: str, n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """n points, the classes in turn; noise is a standard deviation, in the units of x."""
    y = (np.arange(n) % 2).astype(np.float64)
    z, side = rng.standard_normal((n, 2)), 2 * y - 1
    if data == "rings":
        angle, radius = rng.uniform(0, 2 * np.pi, n), 2 - y + noise * z[:, 0]
        return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), y
    if data == "variances":
        return np.where(y == 1, noise, WIDE)[:, None] * z, y
    if data == "xor":
        first = rng.choice([-1.0, 1.0], n)
        return np.column_stack([first, -side * first]) + noise * z, y
    if data == "tilted":
        z[:, 1] = RHO * z[:, 0] + math.sqrt(1 - RHO**2) * z[:, 1]
        return np.column_stack([side / 2, 0 * side]) + 2 * noise * z, y
    return 0.75 * side[:, None] + noise * z, y


def best_score(data: str, X: Array, noise: float) -> Array:
    """A score with the sign of the best possible rule: equal priors, the true densities."""
    r = np.sqrt((X**2).sum(axis=1))
    if data == "rings":  # the same 1/r in both densities
        return np.asarray(1.5 - r)
    if data == "variances":
        return np.asarray(_radius(noise) - r)
    if data == "xor":
        return np.asarray(-X[:, 0] * X[:, 1])
    if data == "tilted":
        return np.asarray(X[:, 0] - RHO * X[:, 1])
    return np.asarray(X.sum(axis=1))


def best_accuracy(data: str, noise: float) -> float:
    """What no classifier can beat on average."""
    if data == "rings":
        inside = phi(0.5 / noise) - phi(-2.5 / noise)  # a radius below −1.5 is outside again
        outside = 1 - (phi(-0.5 / noise) - phi(-3.5 / noise))
        return (inside + outside) / 2
    if data == "variances":
        r = _radius(noise)
        return 0.5 * (1 - math.exp(-0.5 * (r / noise) ** 2) + math.exp(-0.5 * (r / WIDE) ** 2))
    if data == "xor":
        p = phi(1 / noise)
        return p * p + (1 - p) ** 2
    if data == "tilted":
        return phi(1 / (4 * noise * math.sqrt(1 - RHO**2)))
    return phi(0.75 * math.sqrt(2) / noise)


def _radius(noise: float) -> float:
    """Where the two round Gaussians in the plane are equal: r² = 4 ln(WIDE/noise) / (noise⁻² − WIDE⁻²)."""
    return math.sqrt(2) * crossing_points(0, noise, 0, WIDE)[1]


def quadratic(X: Array) -> Array:
    """(x₁, x₂) → (x₁, x₂, x₁², x₂², x₁x₂)."""
    return np.column_stack([X, X**2, X[:, 0] * X[:, 1]])
