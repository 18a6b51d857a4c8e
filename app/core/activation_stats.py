"""What an activation does to a signal: where it is flat, Gaussian averages, and the product of slopes in a chain.

An activation is a function z -> (value, slope); see activations.py.
"""

from typing import NamedTuple

import numpy as np

from app.core.activations import Activation, Array


def central_difference(activation: Activation, z: Array, h: float = 1e-5) -> Array:
    """The slope measured from values only, (φ(z + h) - φ(z - h)) / 2h, with an error of order h²: the independent
    check of a hand-written derivative. z: float64 of any shape, at least h away from kinks.

    >>> from app.core.activations import tanh
    >>> central_difference(tanh, np.array([0.0])).round(6).tolist()
    [1.0]
    """
    return np.asarray((activation(z + h)[0] - activation(z - h)[0]) / (2 * h))


def saturation_threshold(activation: Activation, level: float = 0.01, side: int = 1, reach: float = 50.0) -> float:
    """The point beyond which |φ'| stays below `level`, going out on one side (side = +1 or -1).

    Returns
    -------
    z >= 0 for side +1, z <= 0 for side -1; ±0.0 if the whole side is flat (ReLU on the left); ±inf if the slope is
    still above the level at |z| = reach. Found to about 1e-9 by zooming in on the outermost crossing.

    >>> from app.core.activations import relu, sigmoid
    >>> round(saturation_threshold(sigmoid), 3), saturation_threshold(relu), saturation_threshold(relu, side=-1)
    (4.585, inf, -0.0)
    """
    low, high = 0.0, reach
    for _ in range(5):
        grid = np.linspace(low, high, 201)
        steep = np.flatnonzero(np.abs(activation(side * grid)[1]) >= level)
        if steep.size == 0:
            return side * low
        if steep[-1] == grid.size - 1:
            return side * float("inf")
        low, high = float(grid[steep[-1]]), float(grid[steep[-1] + 1])
    return side * (low + high) / 2


def gaussian_quadrature(std: float = 1.0) -> tuple[Array, Array]:
    """Nodes z (n,) and weights (n,), float64, with E[f(z)] = weights @ f(nodes) for z ~ N(0, std²), to about 1e-12.

    Notes
    -----
    Gauss–Legendre with 16 nodes on each panel of [-10 std, 10 std]. Panels end at 0, ±1 and ±3, where the piecewise
    activations have their kinks; Gauss–Hermite does not see them and is 3e-3 off on E[ReLU] with 101 nodes.

    >>> z, weights = gaussian_quadrature()
    >>> round(float(weights @ np.maximum(z, 0) ** 2), 9)
    0.5
    """
    edges = np.unique(np.concatenate([np.linspace(-10 * std, 10 * std, 21), [-3.0, -1.0, 0.0, 1.0, 3.0]]))
    nodes, weights = np.polynomial.legendre.leggauss(16)
    centre, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    z = (centre[:, None] + half[:, None] * nodes).ravel()
    density = np.exp(-0.5 * (z / std) ** 2) / (std * np.sqrt(2 * np.pi))
    return z, (half[:, None] * weights).ravel() * density


class GaussianMoments(NamedTuple):
    """E[φ], E[φ²], E[φ'], E[φ'²]: what a layer does to the mean, the power, the gradient and its square."""

    mean: float
    second_moment: float
    mean_slope: float
    second_moment_slope: float


def gaussian_moments(activation: Activation, nodes: Array, weights: Array) -> GaussianMoments:
    """Averages of an activation and of its slope over z ~ N(0, std²), with what `gaussian_quadrature(std)` gives.

    Notes
    -----
    A layer of weights N(0, σ²/fan_in) multiplies the squared gradient by σ² E[φ'²] on average (Schoenholz et al.
    2017, arXiv:1611.01232). ReLU: E[φ²] = std²/2 and E[φ'²] = 1/2, hence σ² = 2 (He et al. 2015, arXiv:1502.01852).

    >>> from app.core.activations import relu
    >>> [round(m, 6) for m in gaussian_moments(relu, *gaussian_quadrature())]
    [0.398942, 0.5, 0.5, 0.5]
    """
    value, slope = activation(nodes)
    return GaussianMoments(*(float(weights @ f) for f in (value, value**2, slope, slope**2)))


def chain(activation: Activation, z: float, weight: float, depth: int) -> tuple[Array, Array]:
    """One number through `depth` layers h ← φ(weight · h), the first of which sees the pre-activation z.

    Returns
    -------
    values (depth + 1,): z, then the outputs h₁ … h_depth.
    gradients (depth + 1,): 1, then ∂hₖ/∂h₀ = Π weight · φ'(zᵢ) for i = 1 … k, h₀ = z / weight being the input.

    Notes
    -----
    |gradient| <= (|weight| · max |φ'|)^depth; for the sigmoid (|weight| / 4)^depth.

    >>> from app.core.activations import sigmoid
    >>> values, gradients = chain(sigmoid, z=0.0, weight=1.0, depth=2)
    >>> values.round(4).tolist(), gradients.round(4).tolist()
    ([0.0, 0.5, 0.6225], [1.0, 0.25, 0.0588])
    """
    values, gradients = [z], [1.0]
    signal = z
    for _ in range(depth):
        value, slope = activation(np.asarray(signal))
        values.append(float(value))
        gradients.append(gradients[-1] * weight * float(slope))
        signal = weight * values[-1]
    return np.array(values), np.array(gradients)
