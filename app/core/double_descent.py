"""More data, more error: least squares on a growing data set, and the ridge penalty that keeps it in order.

The world of linear_risk.py: y = X w + σ ε, standard normal X (n, d), the risk is ‖ŵ - w‖². Here w points in a random
direction, and one data set grows row by row, so that neighbouring n share their data.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from app.core.activations import Array
from app.core.linear_risk import nearest_solution
from app.core.ridge import ridge


def optimal_penalty(d: int, noise: float, norm: float = 1.0) -> float:
    """The ridge penalty with the least risk on average, λ = d σ²/‖w‖², whatever n is.

    It makes ridge the posterior mean for w ~ N(0, ‖w‖²/d · I). Source: Hoerl, Kennard (1970); Nakkiran et al. (2021),
    arXiv:2003.01897.

    >>> optimal_penalty(50, 0.5)
    12.5
    """
    return d * noise**2 / norm**2


def optimal_ridge_risk(n: ArrayLike, d: int, noise: float, norm: float = 1.0) -> Array:
    """Risk of ridge at its `optimal_penalty` in the limit of large n and d at this ratio; falls with every n.

    Notes
    -----
    With γ = d/n and l = σ²γ/‖w‖² the risk is σ² γ m(-l), where m is the Stieltjes transform of the Marchenko-Pastur
    law, m(-l) = (√((1 - γ + l)² + 4γl) - (1 - γ + l)) / (2γl). Sources: Dobriban, Wager (2018), arXiv:1507.03003;
    Hastie et al. (2022), arXiv:1903.08560.

    Without noise it is what the directions not yet seen contribute, ‖w‖² max(1 - n/d, 0).

    >>> optimal_ridge_risk([25, 48, 400], 50, 0.5).round(3).tolist()
    [0.64, 0.406, 0.034]
    """
    gamma = d / np.asarray(n, dtype=float)
    if noise == 0:
        return np.asarray(norm**2 * np.clip(1 - 1 / gamma, 0, None))
    scale = noise**2 * gamma / norm**2
    rest = 1 - gamma + scale
    transform = (np.sqrt(rest**2 + 4 * gamma * scale) - rest) / (2 * gamma * scale)
    return np.asarray(noise**2 * gamma * transform)


class Growth(NamedTuple):
    """Risks of data sets as they grow, (repeats, sizes) each. total: least squares of minimum norm. signal: the same
    on labels without noise (the directions not yet seen). spread: of the noise alone. ridge: with the given penalty."""

    total: Array
    signal: Array
    spread: Array
    ridge: Array


def growing_risks(
    sizes: Sequence[int], d: int, noise: float, penalty: float, repeats: int, rng: np.random.Generator,
    foreign_after: int | None = None, angle: float = 0.0,
) -> Growth:  # fmt: skip
    """Draw data sets and fit the first n rows of each, for every n in `sizes` (ascending).

    foreign_after: from this row on the labels come from other weights, at `angle` (rad) from those the risk is
    measured against: data from the wrong source.

    >>> growth = growing_risks([5, 20], 10, 0.0, 0.1, 200, np.random.default_rng(0))
    >>> growth.total.mean(axis=0).round(1).tolist(), growth.spread.max()
    ([0.5, 0.0], np.float64(0.0))
    """
    frame, _ = np.linalg.qr(rng.standard_normal((repeats, d, 2)))
    weights = frame[..., 0]
    X = rng.standard_normal((repeats, sizes[-1], d))
    clean = np.einsum("rnd,rd->rn", X, weights)
    if foreign_after is not None:
        other = np.cos(angle) * weights + np.sin(angle) * frame[..., 1]
        clean[:, foreign_after:] = np.einsum("rnd,rd->rn", X[:, foreign_after:], other)
    parts = np.stack([clean, noise * rng.standard_normal(clean.shape)])
    found = []
    for n in sizes:
        signal, spread = nearest_solution(X[:, :n], parts[..., :n])
        shrunk = ridge(X[:, :n], parts[..., :n].sum(axis=0), penalty)
        missed = signal - weights
        found.append([(e**2).sum(axis=1) for e in (missed + spread, missed, spread, shrunk - weights)])
    return Growth(*np.moveaxis(np.array(found), 0, -1))


def smallest_singular_values(sizes: Sequence[int], d: int, repeats: int, rng: np.random.Generator) -> Array:
    """The smallest of the min(n, d) singular values of standard normal X (n, d), (repeats, sizes); about |√n - √d|.

    Source of the limit: Marchenko, Pastur (1967); Bai, Yin (1993).

    >>> smallest_singular_values([100], 400, 5, np.random.default_rng(0)).mean().round()
    np.float64(10.0)
    """
    X = rng.standard_normal((repeats, sizes[-1], d))
    return np.stack([np.linalg.svd(X[:, :n], compute_uv=False)[:, -1] for n in sizes], axis=1)
