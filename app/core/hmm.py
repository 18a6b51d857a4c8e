"""Hidden Markov models with discrete symbols: evaluation (forward, backward) and decoding (Viterbi, posteriors).

Neighbours: hmm_learning.py (Baum–Welch, sampling, brute force). λ = (π, A, B) everywhere:
initial (n,), transition (n, n) with rows summing to 1, emission (n, m) with rows summing to 1. obs (T,) counts from 0.
Source of the algorithms: Rabiner (1989), A tutorial on hidden Markov models …, Proc. IEEE 77(2), doi:10.1109/5.18626.
"""

import numpy as np
from numpy.typing import DTypeLike, NDArray


def joint_probability(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
    path: NDArray[np.int64],
) -> float:
    """Probability of one path of states together with the observations.

    Notes
    -----
    P(O, S) = π_{s₁} b_{s₁}(o₁) ∏_t a_{s_{t−1} s_t} b_{s_t}(o_t): the two assumptions of the model, multiplied out.

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> round(joint_probability(np.array([0.6, 0.4]), a, b, np.array([0, 1]), np.array([0, 1])), 6)
    0.081
    """
    steps = transition[path[:-1], path[1:]]
    return float(initial[path[0]] * steps.prod() * emission[path, obs].prod())


def forward(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
    dtype: DTypeLike = np.float64,
) -> NDArray[np.floating]:
    """Forward probabilities as in the textbook, unscaled: on long sequences they underflow to 0.

    Parameters
    ----------
    dtype : float32 or float64, the precision of every step

    Returns
    -------
    (T, n): α_t(i) = P(o₁…o_t, s_t = i). P(O) is the sum of the last row. O(T·n²).

    Notes
    -----
    α₁(i) = π_i b_i(o₁);  α_{t+1}(j) = b_j(o_{t+1}) Σ_i α_t(i) a_ij.

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> forward(np.array([0.6, 0.4]), a, b, np.array([0, 1])).round(4).tolist()
    [[0.3, 0.04], [0.113, 0.1026]]
    """
    start, a, b = initial.astype(dtype), transition.astype(dtype), emission.astype(dtype)
    alpha = np.empty((len(obs), len(start)), dtype=dtype)
    alpha[0] = start * b[:, obs[0]]
    for t in range(1, len(obs)):
        alpha[t] = (alpha[t - 1][:, None] * a).sum(axis=0) * b[:, obs[t]]
    return alpha


def backward(
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Backward probabilities, unscaled.

    Returns
    -------
    (T, n) float64: β_t(i) = P(o_{t+1}…o_T | s_t = i). Σ_i α_t(i) β_t(i) = P(O) for every t.

    Notes
    -----
    β_T(i) = 1;  β_t(i) = Σ_j a_ij b_j(o_{t+1}) β_{t+1}(j).

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> backward(a, b, np.array([0, 1])).round(4).tolist()
    [[0.62, 0.74], [1.0, 1.0]]
    """
    beta = np.ones((len(obs), len(transition)))
    for t in range(len(obs) - 2, -1, -1):
        beta[t] = (transition * emission[:, obs[t + 1]] * beta[t + 1]).sum(axis=1)
    return beta


def forward_scaled(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The forward pass, normalised at every step: no underflow however long the sequence.

    Returns
    -------
    filtered : (T, n) float64, P(s_t = i | o₁…o_t), rows sum to 1
    scale : (T,) float64, c_t = P(o_t | o₁…o_{t−1}); log P(O) = Σ log c_t

    Raises
    ------
    ValueError
        If the model cannot produce the observations (some c_t is 0).

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> filtered, scale = forward_scaled(np.array([0.6, 0.4]), a, b, np.array([0, 1]))
    >>> scale.round(4).tolist(), round(float(scale.prod()), 4)
    ([0.34, 0.6341], 0.2156)
    """
    filtered, scale = np.empty((len(obs), len(initial))), np.empty(len(obs))
    predicted = initial
    for t, symbol in enumerate(obs):
        joint = predicted * emission[:, symbol]
        scale[t] = joint.sum()
        if scale[t] == 0:
            raise ValueError(f"the model gives the observations up to step {t + 1} probability 0")
        filtered[t] = joint / scale[t]
        predicted = filtered[t] @ transition
    return filtered, scale


def forward_log(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The forward pass in logarithms (log-sum-exp): the other cure for underflow.

    Returns
    -------
    (T, n) float64: log α_t(i), −inf where the probability is 0

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> np.exp(forward_log(np.array([0.6, 0.4]), a, b, np.array([0, 1]))).round(4).tolist()
    [[0.3, 0.04], [0.113, 0.1026]]
    """
    with np.errstate(divide="ignore"):
        start, a, b = np.log(initial), np.log(transition), np.log(emission)
    out = np.empty((len(obs), len(start)))
    out[0] = start + b[:, obs[0]]
    for t in range(1, len(obs)):
        out[t] = np.logaddexp.reduce(out[t - 1][:, None] + a, axis=0) + b[:, obs[t]]
    return out


def posteriors(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the whole sequence says about each state and each move (forward–backward, scaled).

    Returns
    -------
    gamma : (T, n) float64, P(s_t = i | O)
    xi : (T−1, n, n) float64, P(s_t = i, s_{t+1} = j | O)

    Raises
    ------
    ValueError
        If the model cannot produce the observations.

    Notes
    -----
    γ_t(i) = α_t(i) β_t(i) / P(O);  ξ_t(i, j) = α_t(i) a_ij b_j(o_{t+1}) β_{t+1}(j) / P(O).

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> gamma, xi = posteriors(np.array([0.6, 0.4]), a, b, np.array([0, 1]))
    >>> gamma.round(4).tolist(), round(float(xi.sum()), 4)
    ([[0.8627, 0.1373], [0.5241, 0.4759]], 1.0)
    """
    filtered, scale = forward_scaled(initial, transition, emission, obs)
    beta = np.ones_like(filtered)
    xi = np.empty((len(obs) - 1, len(initial), len(initial)))
    for t in range(len(obs) - 2, -1, -1):
        ahead = transition * (emission[:, obs[t + 1]] * beta[t + 1] / scale[t + 1])
        beta[t] = ahead.sum(axis=1)
        xi[t] = filtered[t][:, None] * ahead
    return filtered * beta, xi


def viterbi_path(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> tuple[NDArray[np.int64], float, NDArray[np.float64], NDArray[np.int64]]:
    """The most probable path of states: the forward pass with max for Σ, in logarithms, and back-pointers.

    Returns
    -------
    path : (T,) int64 (in a tie the lower state)
    log_probability : float, log P(O, path)
    log_delta : (T, n) float64, log of the best path that ends in state i at t
    back : (T, n) int64, the state before it (row 0 is 0)

    Notes
    -----
    δ_{t+1}(j) = b_j(o_{t+1}) max_i δ_t(i) a_ij. O(T·n²).
    Source: Viterbi (1967), Error bounds for convolutional codes …, doi:10.1109/TIT.1967.1054010.

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> path, log_probability, _, _ = viterbi_path(np.array([0.6, 0.4]), a, b, np.array([0, 1]))
    >>> path.tolist(), round(float(np.exp(log_probability)), 4)
    ([0, 0], 0.105)
    """
    with np.errstate(divide="ignore"):
        start, a, b = np.log(initial), np.log(transition), np.log(emission)
    delta = np.empty((len(obs), len(start)))
    back = np.zeros((len(obs), len(start)), dtype=np.int64)
    delta[0] = start + b[:, obs[0]]
    for t in range(1, len(obs)):
        reach = delta[t - 1][:, None] + a
        back[t] = reach.argmax(axis=0)
        delta[t] = reach.max(axis=0) + b[:, obs[t]]
    path = np.empty(len(obs), dtype=np.int64)
    path[-1] = delta[-1].argmax()
    for t in range(len(obs) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path, float(delta[-1].max()), delta, back
