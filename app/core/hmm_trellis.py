"""What flows through the trellis of a hidden Markov model, and how the forward probability fades in each number format.

Arguments as in hmm.py: initial (n,), transition (n, n), emission (n, m), obs (T,).
"""

import numpy as np
from numpy.typing import NDArray

from app.core.hmm import backward, forward, forward_log, posteriors, viterbi_path


def node_values(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:
    """α, β, δ and γ of every node, unscaled.

    Returns
    -------
    dict "forward" | "backward" | "viterbi" | "posterior" → (T, n) float64

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> values = node_values(np.array([0.6, 0.4]), a, b, np.array([0, 1]))
    >>> values["forward"][0].round(3).tolist(), values["viterbi"][1].round(4).tolist()
    ([0.3, 0.04], [0.105, 0.081])
    """
    return {
        "forward": forward(initial, transition, emission, obs).astype(np.float64),
        "backward": backward(transition, emission, obs),
        "viterbi": np.exp(viterbi_path(initial, transition, emission, obs)[2]),
        "posterior": posteriors(initial, transition, emission, obs)[0],
    }


def edge_values(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:
    """What each algorithm sends along every edge, as a share of the strongest edge of its column.

    Returns
    -------
    dict "forward" | "backward" | "viterbi" | "posterior" → (T−1, n, n) float64 in 0..1, edge i → j

    Notes
    -----
    Forward α_t(i) a_ij b_j, backward a_ij b_j β_{t+1}(j), Viterbi δ_t(i) a_ij b_j, posterior ξ_t(i, j); b_j at o_{t+1}.

    Examples
    --------
    >>> a, b = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> edge_values(np.array([0.6, 0.4]), a, b, np.array([0, 1]))["forward"][0].round(4).tolist()
    [[1.0, 0.7714], [0.0762, 0.2057]]
    """
    nodes = node_values(initial, transition, emission, obs)
    step = transition * emission[:, obs[1:]].T[:, None, :]  # a_ij b_j(o_{t+1}), (T−1, n, n)
    flows = {
        "forward": nodes["forward"][:-1, :, None] * step,
        "backward": step * nodes["backward"][1:, None, :],
        "viterbi": nodes["viterbi"][:-1, :, None] * step,
        "posterior": posteriors(initial, transition, emission, obs)[1],
    }
    strongest = {key: flow.max(axis=(1, 2), keepdims=True, initial=0.0) for key, flow in flows.items()}
    return {key: flow / np.where(strongest[key] > 0, strongest[key], 1.0) for key, flow in flows.items()}


def prefix_log10(
    initial: NDArray[np.float64],
    transition: NDArray[np.float64],
    emission: NDArray[np.float64],
    obs: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:
    """log₁₀ P(o₁…o_t) for every t, by the unscaled forward pass in two precisions and in logarithms.

    Returns
    -------
    dict "float32" | "float64" | "log" → (T,) float64; −inf from the step on where the number has become 0

    Examples
    --------
    >>> coin = np.array([[0.5, 0.5]])
    >>> curves = prefix_log10(np.array([1.0]), np.array([[1.0]]), coin, np.zeros(200, dtype=np.int64))
    >>> int(np.isfinite(curves["float32"]).sum()), round(float(curves["log"][-1]), 3)  # 2⁻¹⁴⁹ is the last
    (149, -60.206)
    """
    curves = {"log": np.logaddexp.reduce(forward_log(initial, transition, emission, obs), axis=1) / np.log(10.0)}
    for dtype in (np.float32, np.float64):
        total = forward(initial, transition, emission, obs, dtype).sum(axis=1, dtype=dtype).astype(np.float64)
        with np.errstate(divide="ignore"):
            curves[np.dtype(dtype).name] = np.log10(total)
    return curves
