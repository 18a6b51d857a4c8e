"""Counting with one recurrent unit whose weights are set by hand: aⁿbᵐ, and what is left of n - m at the end.

An LSTM cell adds and subtracts 1. A GRU state is a weighted mean of values in (-1, 1): it can lean towards the last
letter, or count in small steps as long as the sum stays small. Cells: gated.py, in PyTorch's layout.
"""

import math

import numpy as np

from app.core.activations import Array, sigmoid, tanh
from app.core.gated import blocks, gru_forward, lstm_forward
from app.core.recurrent import Weights, initial_states

SURE = 20.0
"""A pre-activation that is "certainly" for a gate: σ(20) = 1 - 2·10⁻⁹, tanh(20) = 1 to rounding."""


def letters(a: int, b: int) -> Array:
    """aᵃbᵇ as one-hot vectors, x (a + b, 1, 2).

    >>> letters(2, 1)[:, 0].tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    is_a = (np.arange(a + b) < a).astype(float)
    return np.stack([is_a, 1 - is_a], axis=-1)[:, None, :]


def lstm_counter() -> Weights:
    """An LSTM unit with i = f = o = 1 and g = +1 for a, -1 for b: c_t = (number of a's) - (number of b's).

    >>> counted(lstm_counter(), 3, 2).round(6).tolist()
    [0.0, 1.0, 2.0, 3.0, 2.0, 1.0]
    """
    w_ih = np.zeros((4, 2))
    w_ih[2] = SURE, -SURE
    return Weights(w_ih, np.zeros((4, 1)), np.array([SURE, SURE, 0.0, SURE]), np.zeros(4))


def gru_leaky_counter(keep: float) -> Weights:
    """A GRU unit with z = keep and candidate n = +1 for a, -1 for b: h leans towards the last letters.

    >>> counted(gru_leaky_counter(0.9), 2, 1).round(6).tolist()
    [0.0, 0.1, 0.19, 0.071]
    """
    w_ih = np.zeros((3, 2))
    w_ih[2] = SURE, -SURE
    return Weights(w_ih, np.zeros((3, 1)), np.array([SURE, math.log(keep / (1 - keep)), 0.0]), np.zeros(3))


def gru_fine_counter(keep: float, step: float) -> Weights:
    """A GRU unit that counts in small steps: z = keep, n = tanh(h ± step / (1 - keep)), so that h_t ≈ h_{t-1} ± step.

    The bend of tanh pulls h back a little every step: exact only while h and the step stay small.

    >>> counted(gru_fine_counter(0.9, 0.001), 2, 1).round(5).tolist()
    [0.0, 0.001, 0.002, 0.001]
    """
    w_ih, w_hh = np.zeros((3, 2)), np.zeros((3, 1))
    w_ih[2] = step / (1 - keep), -step / (1 - keep)
    w_hh[2] = 1
    return Weights(w_ih, w_hh, np.array([SURE, math.log(keep / (1 - keep)), 0.0]), np.zeros(3))


def counted(weights: Weights, a: int, b: int) -> Array:
    """The counter on aᵃbᵇ: the cell c of an LSTM unit, the state h of a GRU unit, t = 0 .. a + b.

    >>> counted(gru_leaky_counter(0.5), 1, 1).round(6).tolist()
    [0.0, 0.5, -0.25]
    """
    x = letters(a, b)
    if len(weights.w_hh) == 4 * weights.hidden:
        return lstm_forward(weights, x).cs[:, 0, 0]
    return gru_forward(weights, x).hs[:, 0, 0]


def leaky_state(keep: float, a: Array, b: Array) -> Array:
    """The leaky counter after a a's and b b's, in closed form: keepᵇ (2 - keepᵃ) - 1.

    After a a's it is 1 - keepᵃ; each b then brings the distance to -1, which is 2 - keepᵃ, down by the factor keep.

    >>> leaky_state(0.9, np.array([10.0]), np.array([10.0])).round(5).tolist()
    [-0.42422]
    """
    return np.asarray(keep**b * (2 - keep**a) - 1)


def misread(gap: Array, noise: float) -> Array:
    """The probability of confusing two states `gap` apart, read with Gaussian noise of this standard deviation and a
    threshold half-way: Φ(-gap / (2 noise)). 0 without noise, unless the gap is 0.

    >>> misread(np.array([0.0, 0.1, 1.0]), 0.05).round(4).tolist()
    [0.5, 0.1587, 0.0]
    """
    gaps = np.abs(np.asarray(gap, dtype=float))
    if noise == 0:
        return np.where(gaps > 0, 0.0, 0.5)
    return np.asarray(0.5 * np.vectorize(math.erfc)(gaps / (2 * math.sqrt(2) * noise)))


def gru_reset_before(weights: Weights, x: Array, h0: Array | None = None) -> Array:
    """The other GRU: the reset gate acts *before* the matrix product, n = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn).

    Returns the states hs (T + 1, batch, n). Weights as in gru_forward, which resets after the product.
    Source: Cho et al. (2014), arXiv:1406.1078v3; Keras calls it reset_after=False.

    >>> gru_reset_before(gru_leaky_counter(0.9), letters(2, 1))[1:, 0, 0].round(6).tolist()  # r = 1: no difference
    [0.1, 0.19, 0.071]
    """
    n = weights.hidden
    inputs = x @ weights.w_ih.mT + (weights.b_ih + weights.b_hh)[..., None, :]
    hs = initial_states(weights, x, h0)
    for t in range(len(x)):
        a_r, a_z, a_n = blocks(inputs[t], 3)
        u_r, u_z, _ = blocks(hs[t] @ weights.w_hh.mT, 3)
        r, z = sigmoid(a_r + u_r)[0], sigmoid(a_z + u_z)[0]
        new = tanh(a_n + (r * hs[t]) @ weights.w_hh[..., 2 * n :, :].mT)[0]
        hs[t + 1] = z * hs[t] + (1 - z) * new
    return hs


def gru_swapped_update(weights: Weights) -> Weights:
    """The weights with which a GRU written h = (1 - z) h + z n (Chung et al. 2014, arXiv:1412.3555) computes what ours,
    h = z h + (1 - z) n, computes with the given ones: the rows of z change sign, since σ(-a) = 1 - σ(a).

    >>> gru_swapped_update(gru_leaky_counter(0.9)).b_ih.round(3).tolist()
    [20.0, -2.197, 0.0]
    """
    n = weights.hidden
    sign = np.repeat([1.0, -1.0, 1.0], n)
    return Weights(weights.w_ih * sign[:, None], weights.w_hh * sign[:, None], weights.b_ih * sign, weights.b_hh * sign)


def equal_hidden(inputs: int, parameters: int, blocks_: int = 3) -> float:
    """The (real) hidden size at which a cell with this many blocks has so many parameters: the positive root of
    k (d h + h² + 2h) = parameters.

    >>> round(equal_hidden(128, 132_096), 2)  # a GRU with the parameters of an LSTM of 128 units
    154.67
    """
    b = inputs + 2
    return (-b + math.sqrt(b * b + 4 * parameters / blocks_)) / 2
