"""The tent map as a ReLU network: depth doubles the number of pieces, width adds one at a time."""

import math

import numpy as np

from app.core.activations import Array
from app.core.mlp import Layers


def tent(x: Array, times: int) -> Array:
    """t(t(… x)) with t(x) = 1 - |2x - 1| on [0, 1]: 2^times straight pieces, alternating between 0 and 1.

    >>> tent(np.array([0.0, 0.125, 0.25, 0.375, 0.5]), 2).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    for _ in range(times):
        x = 1 - np.abs(2 * x - 1)
    return x


def tent_network(depth: int) -> Layers:
    """The same function as a ReLU network: `depth` hidden layers of two units, for inputs in [0, 1].

    Layers (W, b) as in mlp.py. t(x) = 2 ReLU(x) - 4 ReLU(x - ½); the next layer's two units read t and t - ½.
    Source: Telgarsky (2016), Benefits of depth in neural networks, COLT, arXiv:1602.04485.

    >>> from app.core.activations import relu
    >>> from app.core.mlp import forward
    >>> forward(tent_network(3), np.array([[0.125], [0.25], [0.375]]), relu).logits.ravel().tolist()
    [1.0, 0.0, 1.0]
    """
    read = (np.ones((1, 2)), np.array([0.0, -0.5]))
    combine = np.array([[2.0], [-4.0]])
    return [read, *[(combine @ read[0], read[1])] * (depth - 1), (combine, np.zeros(1))]


def linear_pieces(x: Array, y: Array) -> int:
    """The number of straight pieces of the polyline through (x, y), x (n,) increasing.

    >>> x = np.linspace(0, 1, 33)
    >>> [linear_pieces(x, tent(x, k)) for k in (0, 1, 2, 3)]
    [1, 2, 4, 8]
    """
    slopes = np.diff(y) / np.diff(x)
    return 1 + int(np.sum(np.abs(np.diff(slopes)) > 1e-6 * (1 + np.abs(slopes[1:]))))


def shallow_units(teeth: int) -> tuple[int, int]:
    """ReLU units in one hidden layer that `tent` with this many pieces takes: to come closer than ½, and to be exact.

    Notes
    -----
    n units have at most n kinks, so n + 1 pieces. The sawtooth crosses ½ once on each of its p pieces; a function
    that stays closer than ½ to it must cross as often, once a piece at most. So with fewer than p - 1 units the largest
    error is >= ½, which the constant ½ has already. Exact takes p: p - 1 units for the kinks inside change the slope by
    ±2p each, so no choice of their directions gives the first piece its slope p; ReLU(x) does.

    >>> shallow_units(64)
    (63, 64)
    """
    return teeth - 1, teeth


def shallow_fit(x: Array, y: Array, units: int) -> Array:
    """The least squares fit of y (n,) at x (n,) in [0, 1] by a one-hidden-layer ReLU network with evenly spaced kinks.

    Unit i is ReLU(x - i/units), i = 0 … units - 1; only the outer weights and the last bias are fitted, which is a
    linear problem. Returns (n,).

    >>> x = np.linspace(0, 1, 65)
    >>> [round(float(np.abs(shallow_fit(x, tent(x, 3), n) - tent(x, 3)).max()), 6) for n in (6, 8)]
    [0.575621, 0.0]
    """
    A = np.column_stack([np.ones_like(x), np.maximum(x[:, None] - np.arange(units) / units, 0)])
    fitted: Array = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    return fitted


def deep_units(pieces: int) -> int:
    """ReLU units of the tent network with at least this many pieces: two a layer, ⌈log₂ pieces⌉ layers.

    >>> deep_units(64), deep_units(65)
    (12, 14)
    """
    return 2 * math.ceil(math.log2(pieces))
