"""Risk of least squares in closed form: from scratch, from a pre-trained start, and with no tuning at all.

n examples, d inputs, y = X w + σ ε with standard normal X (n, d) and ε. The fit is the solution of X w = y nearest to a
start w₀: what gradient descent from w₀ reaches (w₀ = 0 is the minimum-norm solution). The risk is E‖ŵ − w‖², the mean
squared error on a new noiseless example. `simulated_risks` is the experiment the formulas are checked against.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def nearest_solution(X: Array, y: Array, start: Array | None = None) -> Array:
    """Least squares started at `start`: start + X⁺(y − X start), shape (..., d); start 0 is the minimum-norm solution.

    X (..., n, d), y (..., n), start (..., d). With n < d infinitely many weights fit, and this is the one nearest
    to the start, where gradient descent ends; with n ≥ d the start is forgotten.

    Raises
    ------
    numpy.linalg.LinAlgError
        X has not full rank min(n, d).

    Notes
    -----
    X⁺ = Xᵀ(XXᵀ)⁻¹ for n < d, (XᵀX)⁻¹Xᵀ otherwise. Gradient steps −η Xᵀ(Xw − y) never leave start + rowspace(X), hence
    the rest of the start survives. Source: Hastie et al. (2022), arXiv:1903.08560, proposition 1.

    >>> nearest_solution(np.array([[1.0, 1.0]]), np.array([2.0])).tolist()
    [1.0, 1.0]
    >>> nearest_solution(np.array([[1.0, 1.0]]), np.array([2.0]), np.array([3.0, 0.0])).round(6).tolist()
    [2.5, -0.5]
    """
    start = np.zeros(X.shape[-1]) if start is None else start
    rest = y - np.einsum("...nd,...d->...n", X, start)
    return np.asarray(start + _shortest(X, rest[..., None])[..., 0])


def _shortest(X: Array, rest: Array) -> Array:
    """X⁺ rest, the shortest least-squares solutions, (..., d, m) for m right-hand sides rest (..., n, m)."""
    n, d = X.shape[-2:]
    Xt = np.swapaxes(X, -1, -2)
    return np.asarray(Xt @ np.linalg.solve(X @ Xt, rest) if n < d else np.linalg.solve(Xt @ X, Xt @ rest))


def least_squares_risk(n: ArrayLike, d: int, distance: ArrayLike = 1.0, noise: ArrayLike = 0.0) -> Array:
    """E‖ŵ − w‖² of `nearest_solution`, broadcast over n, `distance` = ‖w₀ − w‖² and noise σ.

    Notes
    -----
    n ≤ d − 2: distance · (1 − n/d) + σ² n/(d − n − 1): the n seen directions are learned, the others keep the start's
    error. n ≥ d + 2: σ² d/(n − d − 1), whatever the start. Between them the mean is infinite when σ > 0. The noise term
    is σ² E tr(·)⁻¹ of a Wishart matrix. Sources: Hastie et al. (2022), arXiv:1903.08560; Nakkiran (2019),
    arXiv:1912.07242.

    >>> [round(float(r), 4) for r in least_squares_risk([25, 50, 100], 50, noise=0.5)]
    [0.7604, inf, 0.2551]
    """
    n, distance, noise = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (n, distance, noise)))
    unseen = distance * np.clip(1 - n / d, 0, None)
    gap = np.abs(d - n) - 1
    with np.errstate(divide="ignore"):
        spread = np.where(gap > 0, np.minimum(n, d) / np.maximum(gap, 0), np.inf)
        return np.asarray(unseen + np.where(noise > 0, noise**2 * np.where(noise > 0, spread, 0), 0))


def task_distance(theta: ArrayLike) -> Array:
    """‖w_source − w_target‖² = 2 − 2 cos θ for unit weights at an angle θ in rad: the risk of no tuning ("zero-shot").

    >>> task_distance(np.radians([0, 60, 90])).round(9).tolist()
    [0.0, 1.0, 2.0]
    """
    return np.asarray(2 - 2 * np.cos(theta))


def fine_tuning_risk(n: ArrayLike, d: int, theta: ArrayLike, noise: ArrayLike = 0.0) -> Array:
    """Risk when least squares starts at the source task's weights, θ (rad) away: (1 − n/d)(2 − 2 cos θ) + noise term.

    From scratch the distance is ‖w‖² = 1 and the noise term the same: for n < d fine-tuning is better exactly when
    2 − 2 cos θ < 1, that is θ < 60°.

    >>> round(float(fine_tuning_risk(60, 100, np.pi / 2)), 9), float(least_squares_risk(60, 100))
    (0.8, 0.4)
    """
    return least_squares_risk(n, d, task_distance(theta), noise)


def tuning_pays_above(n: ArrayLike, d: int, noise: float) -> Array:
    """The angle θ (rad) above which fine-tuning on n noisy examples beats not tuning; NaN where it never does.

    Notes
    -----
    n ≤ d − 2: tuning removes n/d of the distance and adds σ² n/(d − n − 1): it pays when 2 − 2 cos θ is above
    σ² d/(d − n − 1). n ≥ d + 2: when it is above σ² d/(n − d − 1).

    >>> float(np.degrees(tuning_pays_above(49, 100, 0.5)).round(2)), float(tuning_pays_above(100, 100, 0.5))
    (41.41, nan)
    """
    gap = np.abs(d - np.asarray(n, dtype=float)) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = 1 - noise**2 * d / (2 * gap)
        return np.asarray(np.where((gap > 0) & (cosine >= -1), np.arccos(np.clip(cosine, -1, 1)), np.nan))


def task_pair(d: int, theta: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Unit weights of a source and a target task, each (d,), at an angle θ in rad, in random directions.

    >>> source, target = task_pair(50, np.pi / 3, np.random.default_rng(0))
    >>> round(float(source @ target), 9), round(float(target @ target), 9)
    (0.5, 1.0)
    """
    frame, _ = np.linalg.qr(rng.standard_normal((d, 2)))
    return frame[:, 0], np.cos(theta) * frame[:, 0] + np.sin(theta) * frame[:, 1]


def simulated_risks(
    n: int, d: int, theta: ArrayLike, noise: float, repeats: int, rng: np.random.Generator
) -> dict[str, Array]:
    """‖ŵ − w‖² over fresh data sets: "scratch" starts at 0, "fine-tuning" at the source's weights.

    Each (repeats,) for one angle, (angles, repeats) for several, which then share their inputs and noise.

    >>> risks = simulated_risks(20, 40, np.pi / 2, 0.0, 500, np.random.default_rng(0))
    >>> {name: round(float(r.mean()), 1) for name, r in risks.items()}
    {'scratch': 0.5, 'fine-tuning': 1.0}
    """
    angles = np.atleast_1d(np.asarray(theta, dtype=float))
    source, other = task_pair(d, np.pi / 2, rng)
    targets = np.cos(angles) * source[:, None] + np.sin(angles) * other[:, None]  # (d, angles)
    X = rng.standard_normal((repeats, n, d))
    y = X @ targets + noise * rng.standard_normal((repeats, n, 1))
    start = source[:, None]
    fits = {"scratch": _shortest(X, y), "fine-tuning": start + _shortest(X, y - X @ start)}
    risks = {name: np.swapaxes(((fit - targets) ** 2).sum(axis=1), 0, 1) for name, fit in fits.items()}
    return {name: np.asarray(r if np.ndim(theta) else r[0]) for name, r in risks.items()}
