"""What a gradient meets on its way back through time: the recurrent matrix, its powers, and a theory of random nets.

Weights, forward and backward passes are those of recurrent.py and gated.py; here stands what one measures on them.
"""

from typing import NamedTuple

import numpy as np

from app.core.activation_stats import gaussian_quadrature
from app.core.activations import Activation, Array
from app.core.gated import gru_backward, gru_forward, lstm_backward, lstm_forward
from app.core.recurrent import Weights, at_last, norms_by_step, rnn_backward, rnn_forward

SHEAR = 5.0


def recurrent_matrix(kind: str, n: int, radius: float, rng: np.random.Generator) -> Array:
    """A recurrent weight matrix (n, n) whose spectral radius max |λ| is `radius`.

    Parameters
    ----------
    kind : str
        "gaussian": independent normal entries, scaled. "orthogonal": radius · Q, Q uniform over rotations and
        reflections; every singular value is `radius`. "identity": radius · I. "shear": 2×2 blocks ((radius, 5),
        (0, radius)), whose eigenvalues say little about their norm. n must be even for "shear".

    Raises
    ------
    ValueError
        For another kind, or an odd n with "shear".

    Examples
    --------
    >>> recurrent_matrix("shear", 2, 0.9, np.random.default_rng(0))
    array([[0.9, 5. ],
           [0. , 0.9]])
    """
    if kind == "gaussian":
        w = rng.standard_normal((n, n)) / np.sqrt(n)
        return np.asarray(w * (radius / spectral_radius(w)))
    if kind == "orthogonal":
        q, r = np.linalg.qr(rng.standard_normal((n, n)))
        return np.asarray(radius * q * np.sign(np.diag(r)))
    if kind == "identity":
        return radius * np.eye(n)
    if kind == "shear" and n % 2 == 0:
        return np.asarray(np.kron(np.eye(n // 2), np.array([[radius, SHEAR], [0.0, radius]])))
    raise ValueError(f"no recurrent matrix {kind!r} of size {n}: gaussian, orthogonal, identity, or shear of even size")


def spectral_radius(w: Array) -> float:
    """max |λ| of a matrix (n, n): how fast its powers grow or shrink in the long run.

    >>> spectral_radius(np.array([[0.9, 5.0], [0.0, 0.9]]))
    0.9
    """
    return float(np.abs(np.linalg.eigvals(w)).max())


def power_norms(w: Array, steps: int) -> Array:
    """‖Wᵏ‖₂, the most that k steps back can stretch a gradient, for k = 0 … steps: (steps + 1,).

    Notes
    -----
    ‖Wᵏ‖₂ >= ρ(W)ᵏ always, and ‖Wᵏ‖^(1/k) → ρ(W) (Gelfand); for a normal matrix, an orthogonal one say, they are equal.
    A matrix that is not normal may first grow although ρ < 1.

    >>> power_norms(np.array([[0.9, 5.0], [0.0, 0.9]]), 9).round(2).tolist()
    [1.0, 5.16, 9.07, 12.19, 14.61, 16.42, 17.73, 18.61, 19.14, 19.38]
    """
    norms, power = [1.0], np.eye(len(w))
    for _ in range(steps):
        power = power @ w
        norms.append(float(np.linalg.norm(power, 2)))
    return np.array(norms)


def mean_field_rate(activation: Activation, sigma_w: float, input_std: float) -> tuple[float, float]:
    """By what one step back multiplies a gradient's norm in a large random RNN; and the variance of pre-activations.

    Parameters
    ----------
    activation : Activation
        φ, as (value, slope).
    sigma_w : float
        Root mean square of ‖row of W‖: √n times that of the entries; the radius for radius · orthogonal.
    input_std : float
        Standard deviation of W_ih x_t + b.

    Returns
    -------
    rate, variance : float
        rate = σ_w √E[φ'(√q z)²] with q = σ_w² E[φ(√q z)²] + input_std², z ~ N(0, 1); q is inf if it never settles
        (the rate is then the one for a huge q).

    Notes
    -----
    The recursion starts from h_0 = 0. The theory takes W as drawn anew at every step; with one W for all steps that
    holds as n → ∞. Source: Schoenholz et al. (2017), arXiv:1611.01232; for RNNs Chen, Pennington, Schoenholz (2018),
    arXiv:1806.05394, ICML.

    >>> from app.core.activations import tanh
    >>> rate, variance = mean_field_rate(tanh, 1.0, 0.3)
    >>> round(rate, 3), round(variance, 3)
    (0.837, 0.276)
    """
    z, weights = gaussian_quadrature()
    q = input_std**2
    for _ in range(2000):
        value, _ = activation(np.sqrt(q) * z)
        after = sigma_w**2 * float(weights @ value**2) + input_std**2
        if after > 1e12:
            q = float("inf")
            break
        if abs(after - q) <= 1e-13 * (1 + q):
            q = after
            break
        q = after
    _, slope = activation(np.sqrt(min(q, 1e12)) * z)
    return sigma_w * float(np.sqrt(weights @ slope**2)), q


class Journey(NamedTuple):
    """What `journey` measures, for S networks at once.

    norms (T + 1, S): ‖∂L/∂h_t‖ (of the LSTM: ‖∂L/∂c_t‖) over units and batch. inputs (T, S): ‖∂L/∂x_t‖.
    states: h_t (T + 1, S, batch, n), and c_t of the LSTM. arriving: ∂L/∂ those states, in their shape.
    path (T + 1, S) or None: for gated cells, the root mean square over units of the product of the gates f (z) from
    step T back to t + 1, which is what the state's own path alone lets through.
    """

    norms: Array
    inputs: Array
    states: tuple[Array, ...]
    arriving: Array
    path: Array | None


def journey(cell: str, weights: Weights, x: Array, d_last: Array, activation: Activation) -> Journey:
    """Forward over x (T, S, batch, d), then back from L = Σ d_last ⊙ h_T, d_last (S, batch, n).

    cell: "rnn" (with this activation), "lstm" or "gru". Raises KeyError for another.

    >>> from app.core.activations import identity
    >>> weights = Weights(np.zeros((1, 1, 1)), np.array([[[0.5]]]), np.zeros((1, 1)), np.zeros((1, 1)))
    >>> journey("rnn", weights, np.zeros((3, 1, 1, 1)), np.ones((1, 1, 1)), identity).norms.ravel().tolist()
    [0.125, 0.25, 0.5, 1.0]
    """
    d_hs, n = at_last(len(x), d_last), weights.hidden
    if cell == "rnn":
        trace = rnn_forward(weights, x, activation=activation)
        gradients = rnn_backward(weights, trace, d_hs)
        return Journey(norms_by_step(gradients.hs), norms_by_step(gradients.x), (trace.hs,), gradients.hs, None)
    if cell == "lstm":
        lstm = lstm_forward(weights, x)
        gradients, keep = lstm_backward(weights, lstm, d_hs), lstm.gates[..., n : 2 * n]
        states: tuple[Array, ...] = (lstm.hs, lstm.cs)
    else:
        gru = {"gru": gru_forward}[cell](weights, x)
        gradients, keep = gru_backward(weights, gru, d_hs), gru.gates[..., n : 2 * n]
        states = (gru.hs,)
    back = np.cumprod(keep[::-1], axis=0)[::-1]
    path = np.concatenate([np.sqrt((back**2).mean(axis=(-2, -1))), np.ones((1, *keep.shape[1:-2]))])
    arriving = gradients.hs if gradients.cs is None else gradients.cs
    return Journey(norms_by_step(arriving), norms_by_step(gradients.x), states, arriving, path)
