"""FTRL-Proximal's closed-form weight: per-coordinate rates and exact zeros."""

import numpy as np

from app.core.activations import Array


def ftrl_weights(z: Array, n: Array, alpha: float, beta: float, l1: float, l2: float) -> Array:
    """w = 0 where |z| ≤ λ₁, else −(z − sgn(z) λ₁) / ((β + √n)/α + λ₂), with the shape of z.

    z: accumulated gradient less the proximal shift; n: accumulated squared gradient.

    >>> ftrl_weights(np.array([0.8, 3.0]), np.array([1.0, 4.0]), 0.1, 1.0, 1.0, 0.0).round(6).tolist()
    [0.0, -0.066667]
    """
    shrunk = np.sign(z) * np.maximum(np.abs(z) - l1, 0.0)
    return 0.0 - shrunk / ((beta + np.sqrt(n)) / alpha + l2)
