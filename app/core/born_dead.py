"""ReLU networks that are constant before training starts: how likely, by depth and width."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array


class Rays(NamedTuple):
    """Many random networks on a one-dimensional input: the last hidden layer at x = 1 and at x = -1, (nets, width)."""

    right: Array
    left: Array

    @property
    def sides(self) -> NDArray[np.int64]:
        """On how many of the two half-lines some unit still fires, (nets,): 2, 1, or 0 for a constant network."""
        live: NDArray[np.int64] = np.sum([h.any(axis=1) for h in self], axis=0)
        return live


def next_layer(rays: Rays, rng: np.random.Generator) -> Rays:
    """One more layer of ReLU units with Gaussian weights and biases 0, of the same width, in every network.

    Weights are He's: variance 2/width.
    """
    nets, width = rays.right.shape
    W = rng.standard_normal((nets, width, width)) * np.sqrt(2 / width)
    right, left = (np.maximum(np.einsum("nij,nj->ni", W, h), 0) for h in rays)
    return Rays(right, left)


def first_layer(nets: int, width: int, rng: np.random.Generator) -> Rays:
    """The first layer: one weight a unit, so it fires on one side of 0 or on the other."""
    w = rng.standard_normal((nets, width)) * np.sqrt(2)
    return Rays(np.maximum(w, 0), np.maximum(-w, 0))


def live_sides(width: int, depth: int, nets: int, rng: np.random.Generator) -> Array:
    """Share of random networks with 1, 2, … depth hidden layers that have 0, 1 or 2 live half-lines, (depth, 3).

    Column 0: born dead, the output is the same for every input. Column 1: constant on one side of 0. Monte Carlo: the
    standard error is √(p(1-p)/nets).

    Notes
    -----
    Without biases a ReLU network is positively homogeneous: on x > 0 it is x times its value at 1, on x < 0 likewise.
    So two inputs say it all. Source: Lu, Shin, Su, Karniadakis (2019), arXiv:1903.06733.

    >>> shares = live_sides(2, 10, 2000, np.random.default_rng(0))
    >>> shares[0, 0].item(), bool(0.88 < shares[9, 0] < 0.95)
    (0.0, True)
    """
    rays = first_layer(nets, width, rng)
    counts = [np.bincount(rays.sides, minlength=3)]
    for _ in range(depth - 1):
        rays = next_layer(rays, rng)
        counts.append(np.bincount(rays.sides, minlength=3))
    return np.array(counts) / nets


def born_dead_bounds(width: int, depth: int) -> tuple[Array, Array]:
    """Lower and upper bound of the probability, for 1, 2, … depth hidden layers; (depth,) each.

    Notes
    -----
    Upper: it takes at least that x = 1 dies. A layer sends a non-zero input to 0 if all its units are negative there,
    with probability 2^-width: 1 - (1 - 2^-w)^L. Lower: two non-negative inputs are at most 90° apart, so a unit is
    negative on both with probability at least 1/4: 1 - (1 - 4^-w)^(L-1).

    >>> lower, upper = born_dead_bounds(1, 3)
    >>> lower.tolist(), upper.tolist()
    ([0.0, 0.25, 0.4375], [0.5, 0.75, 0.875])
    """
    layers = np.arange(1, depth + 1)
    return 1 - (1 - 0.25**width) ** (layers - 1), 1 - (1 - 0.5**width) ** layers
