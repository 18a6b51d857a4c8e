"""Hidden Markov models, the other half: drawing from one, learning one (Baum–Welch), and checking it by brute force.

Arguments as in hmm.py: initial (n,), transition (n, n), emission (n, m), obs (T,).
"""

import numpy as np
from numpy.typing import NDArray

from app.core.hmm import forward_scaled, posteriors


def sample(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    length: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A sequence drawn from the model.

    Returns
    -------
    states, obs : (length,) int64

    Notes
    -----
    Draws by inverting the cumulative sums with two uniforms a step, so a longer sequence starts with the shorter one.

    Examples
    --------
    >>> flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> states, obs = sample(np.array([1.0, 0.0]), flip, np.eye(2), 4, np.random.default_rng(0))
    >>> states.tolist(), obs.tolist()
    ([0, 1, 0, 1], [0, 1, 0, 1])
    """
    u = rng.random((length, 2))
    start, moves, symbols = np.cumsum(initial), np.cumsum(transition, axis=1), np.cumsum(emission, axis=1)
    states, obs = np.empty(length, dtype=np.int64), np.empty(length, dtype=np.int64)
    for t in range(length):
        row = start if t == 0 else moves[states[t - 1]]
        states[t] = np.searchsorted(row, u[t, 0] * row[-1], side="right")
        row = symbols[states[t]]
        obs[t] = np.searchsorted(row, u[t, 1] * row[-1], side="right")
    return states, obs


def baum_welch(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
    steps: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], list[float]]:
    """EM for a hidden Markov model, from the observations alone.

    Parameters
    ----------
    initial, transition, emission : where to start. Equal rows are a fixed point: start unequal.
    steps : int, EM steps

    Returns
    -------
    initial, transition, emission : after the steps
    history : list of steps + 1 floats, log P(O) before each step and after the last; it never falls

    Raises
    ------
    ValueError
        If the starting model cannot produce the observations.

    Notes
    -----
    E-step: γ and ξ by forward–backward. M-step: ratios of expected counts,
    π_i = γ₁(i), a_ij = Σ_t ξ_t(i, j) / Σ_{t<T} γ_t(i), b_i(v) = Σ_{t: o_t = v} γ_t(i) / Σ_t γ_t(i).
    A state that is never visited keeps its row. A probability that is 0 stays 0.
    Source: Baum, Petrie, Soules & Weiss (1970), doi:10.1214/aoms/1177697196.

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> history = baum_welch(np.array([0.6, 0.4]), a, b, np.array([0, 1, 1, 0]), 2)[3]
    >>> [round(h, 4) for h in history]
    [-3.0974, -2.6438, -2.4907]
    """
    history = []
    for _ in range(steps):
        gamma, xi = posteriors(initial, transition, emission, obs)
        history.append(float(np.log(forward_scaled(initial, transition, emission, obs)[1]).sum()))
        moves = xi.sum(axis=0)
        symbols = np.stack([gamma[obs == v].sum(axis=0) for v in range(emission.shape[1])], axis=1)
        left, visits = moves.sum(axis=1, keepdims=True), symbols.sum(axis=1, keepdims=True)
        initial = gamma[0] / gamma[0].sum()
        transition = np.where(left > 0, moves / np.where(left > 0, left, 1), transition)
        emission = np.where(visits > 0, symbols / np.where(visits > 0, visits, 1), emission)
    history.append(float(np.log(forward_scaled(initial, transition, emission, obs)[1]).sum()))
    return initial, transition, emission, history


def brute_force(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> tuple[float, NDArray[np.int64], float, NDArray[np.float64]]:
    """The same answers without any algorithm: write down all n^T paths, multiply each out, add up or take the best.

    Returns
    -------
    likelihood : float, P(O), the sum over all paths
    path : (T,) int64, the most probable one (in a tie the first in lexicographic order)
    probability : float, P(O, path)
    gamma : (T, n) float64, P(s_t = i | O)

    Raises
    ------
    ValueError
        With more than 100 000 paths.

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> likelihood, path, probability, gamma = brute_force(np.array([0.6, 0.4]), a, b, np.array([0, 1]))
    >>> round(likelihood, 4), path.tolist(), round(probability, 4), gamma[0].round(4).tolist()
    (0.2156, [0, 0], 0.105, [0.8627, 0.1373])
    """
    n, length = len(initial), len(obs)
    if n**length > 100_000:
        raise ValueError(f"{n}^{length} paths are too many to try out")
    paths = np.indices((n,) * length).reshape(length, -1).T
    p = initial[paths[:, 0]] * emission[paths[:, 0], obs[0]]
    for t in range(1, length):
        p = p * transition[paths[:, t - 1], paths[:, t]] * emission[paths[:, t], obs[t]]
    gamma = np.stack([np.bincount(paths[:, t], weights=p, minlength=n) for t in range(length)]) / p.sum()
    return float(p.sum()), paths[p.argmax()], float(p.max()), gamma
