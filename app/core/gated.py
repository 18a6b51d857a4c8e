"""LSTM and GRU by hand: forward over a sequence, backward through time. Layout and conventions as in recurrent.py.

The gate, candidate and output activations can be exchanged (z -> (value, slope), see activations.py); the defaults are
sigmoid, tanh, tanh. Equations are PyTorch's; they agree with torch.nn.LSTMCell and GRUCell to rounding.
"""

from typing import NamedTuple

import numpy as np

from app.core.activations import Activation, Array, sigmoid, tanh
from app.core.recurrent import Gradients, Weights, initial_states, weight_gradients


class LSTMTrace(NamedTuple):
    """What lstm_forward leaves. x (T, batch, d); hs and cs (T + 1, batch, n), the first is the initial state.

    gates (T, batch, 4n): the values i, f, g, o side by side; slopes: the slopes of their activations.
    shown, shown_slopes (T, batch, n): output(c_t) and its slope.
    """

    x: Array
    hs: Array
    cs: Array
    gates: Array
    slopes: Array
    shown: Array
    shown_slopes: Array


def lstm_forward(
    weights: Weights,
    x: Array,
    state: tuple[Array, Array] | None = None,
    gate: Activation = sigmoid,
    candidate: Activation = tanh,
    output: Activation = tanh,
) -> LSTMTrace:
    """A sequence x (T, batch, d) through an LSTM layer; state (h_0, c_0), each (batch, n), zeros by default.

    Notes
    -----
    (a_i, a_f, a_g, a_o) = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh, four blocks of n rows in this order;
    i, f, o = σ(a_i), σ(a_f), σ(a_o), g = tanh(a_g); c_t = f ⊙ c_{t-1} + i ⊙ g; h_t = o ⊙ tanh(c_t).
    Sources: Hochreiter, Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735; forget gate: Gers, Schmidhuber, Cummins
    (2000), doi:10.1162/089976600300015015.

    >>> open_gates = np.array([20.0, 20.0, 0.0, 20.0])  # biases: i = f = o = 1, and g = tanh(20 x) = ±1: it counts
    >>> weights = Weights(np.array([[0.0], [0], [20], [0]]), np.zeros((4, 1)), open_gates, np.zeros(4))
    >>> lstm_forward(weights, np.array([1.0, 1.0, 1.0, -1.0]).reshape(4, 1, 1)).cs.ravel().round(6).tolist()
    [0.0, 1.0, 2.0, 3.0, 2.0]
    """
    n = weights.hidden
    inputs = x @ weights.w_ih.mT + (weights.b_ih + weights.b_hh)[..., None, :]
    h0, c0 = (None, None) if state is None else state
    hs, cs = initial_states(weights, x, h0), initial_states(weights, x, c0)
    gates, slopes = np.empty((2, *hs[1:].shape[:-1], 4 * n), hs.dtype)
    shown, shown_slopes = np.empty((2, *hs[1:].shape), hs.dtype)
    for t in range(len(x)):
        a = inputs[t] + hs[t] @ weights.w_hh.mT
        gates[t, ..., : 2 * n], slopes[t, ..., : 2 * n] = gate(a[..., : 2 * n])  # i and f together
        gates[t, ..., 2 * n : 3 * n], slopes[t, ..., 2 * n : 3 * n] = candidate(a[..., 2 * n : 3 * n])
        gates[t, ..., 3 * n :], slopes[t, ..., 3 * n :] = gate(a[..., 3 * n :])
        i, f, g, o = blocks(gates[t], 4)
        cs[t + 1] = f * cs[t] + i * g
        shown[t], shown_slopes[t] = output(cs[t + 1])
        hs[t + 1] = o * shown[t]
    return LSTMTrace(x, hs, cs, gates, slopes, shown, shown_slopes)


def lstm_backward(weights: Weights, trace: LSTMTrace, d_hs: Array) -> Gradients:
    """Backpropagation through time. d_hs (T, batch, n): what the loss sends directly to h_1 ... h_T.

    Notes
    -----
    ∂L/∂c_t = ∂L/∂h_t ⊙ o ⊙ tanh'(c_t) + ∂L/∂c_{t+1} ⊙ f_{t+1}: along the cell the gradient is multiplied by f, with no
    matrix and no slope between. `hs` and `cs` of the result are all that arrives at h_t (cell held fixed) and at c_t.

    >>> open_gates = np.array([20.0, 20.0, 0.0, 20.0])
    >>> weights = Weights(np.array([[0.0], [0], [20], [0]]), np.zeros((4, 1)), open_gates, np.zeros(4))
    >>> trace = lstm_forward(weights, np.zeros((50, 1, 1)))
    >>> cs = lstm_backward(weights, trace, np.ones((50, 1, 1)) * (np.arange(50) == 49)[:, None, None]).cs
    >>> round(cs[0].item() / cs[-1].item(), 6)  # f = 1: after 50 steps back nothing is lost
    1.0
    """
    steps = len(trace.x)
    delta = np.empty_like(trace.gates)
    at_h, at_c = np.empty_like(trace.hs), np.empty_like(trace.cs)
    dh, dc = np.zeros_like(trace.hs[0]), np.zeros_like(trace.cs[0])
    for t in reversed(range(steps)):
        i, f, g, o = blocks(trace.gates[t], 4)
        at_h[t + 1] = dh = dh + d_hs[t]
        at_c[t + 1] = dc = dc + dh * o * trace.shown_slopes[t]
        delta[t] = np.concatenate([dc * g, dc * trace.cs[t], dc * i, dh * trace.shown[t]], axis=-1) * trace.slopes[t]
        dh = delta[t] @ weights.w_hh
        dc = dc * f
    at_h[0], at_c[0] = dh, dc
    return Gradients(weight_gradients(trace.x, trace.hs[:-1], delta, delta), delta @ weights.w_ih, at_h, at_c)


class GRUTrace(NamedTuple):
    """What gru_forward leaves. x (T, batch, d), hs (T + 1, batch, n); gates (T, batch, 3n): r, z, n side by side;
    slopes: those of their activations; recalled (T, batch, n): W_hn h_{t-1} + b_hn, before the reset gate."""

    x: Array
    hs: Array
    gates: Array
    slopes: Array
    recalled: Array


def gru_forward(
    weights: Weights, x: Array, h0: Array | None = None, gate: Activation = sigmoid, candidate: Activation = tanh
) -> GRUTrace:
    """A sequence x (T, batch, d) through a GRU layer; h0 (batch, n), zeros by default.

    Notes
    -----
    Three blocks of n rows, in this order: r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz),
    n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)); h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n: z = 1 keeps the old state.
    This is PyTorch's GRU: the reset gate acts *after* the matrix product (so b_hn is inside it). Cho et al. (2014),
    arXiv:1406.1078v3, reset before it, W (r ⊙ h); Chung et al. (2014), arXiv:1412.3555, swap z and 1 - z.

    >>> update = np.array([0.0, np.log(9), 0.0])  # biases of r, z, n: z = 0.9
    >>> weights = Weights(np.array([[0.0], [0], [20]]), np.zeros((3, 1)), update, np.zeros(3))
    >>> gru_forward(weights, np.array([1.0, 1.0, -1.0]).reshape(3, 1, 1)).hs.ravel().round(6).tolist()
    [0.0, 0.1, 0.19, 0.071]
    """
    n = weights.hidden
    inputs = x @ weights.w_ih.mT + weights.b_ih[..., None, :]
    b_hh = weights.b_hh[..., None, :]
    hs = initial_states(weights, x, h0)
    gates, slopes = np.empty((2, *hs[1:].shape[:-1], 3 * n), hs.dtype)
    recalled = np.empty_like(hs[1:])
    for t in range(len(x)):
        a = hs[t] @ weights.w_hh.mT + b_hh
        recalled[t] = a[..., 2 * n :]
        gates[t, ..., : 2 * n], slopes[t, ..., : 2 * n] = gate(inputs[t, ..., : 2 * n] + a[..., : 2 * n])  # r and z
        r, z, _ = blocks(gates[t], 3)
        new, slopes[t, ..., 2 * n :] = candidate(inputs[t, ..., 2 * n :] + r * recalled[t])
        gates[t, ..., 2 * n :] = new
        hs[t + 1] = z * hs[t] + (1 - z) * new
    return GRUTrace(x, hs, gates, slopes, recalled)


def gru_backward(weights: Weights, trace: GRUTrace, d_hs: Array) -> Gradients:
    """Backpropagation through time. d_hs (T, batch, n): what the loss sends directly to h_1 ... h_T.

    Notes
    -----
    With δ = ∂L/∂h_t: to z goes δ ⊙ (h_{t-1} - n), to n goes δ ⊙ (1 - z), to r what reaches n times W_hn h + b_hn, and
    to h_{t-1} directly δ ⊙ z: z near 1 keeps the gradient as it keeps the state.

    >>> weights = Weights(np.zeros((3, 1)), np.zeros((3, 1)), np.array([0.0, np.log(9), 0.0]), np.zeros(3))
    >>> trace = gru_forward(weights, np.zeros((2, 1, 1)))
    >>> gru_backward(weights, trace, np.array([0.0, 1.0]).reshape(2, 1, 1)).hs.ravel().round(6).tolist()  # z = 0.9
    [0.81, 0.9, 1.0]
    """
    steps = len(trace.x)
    d_input, d_hidden = np.empty_like(trace.gates), np.empty_like(trace.gates)
    arriving = np.empty_like(trace.hs)
    dh = np.zeros_like(trace.hs[0])
    for t in reversed(range(steps)):
        r, z, new = blocks(trace.gates[t], 3)
        slope_r, slope_z, slope_n = blocks(trace.slopes[t], 3)
        arriving[t + 1] = dh = dh + d_hs[t]
        to_n = dh * (1 - z) * slope_n
        to_r, to_z = to_n * trace.recalled[t] * slope_r, dh * (trace.hs[t] - new) * slope_z
        d_input[t] = np.concatenate([to_r, to_z, to_n], axis=-1)
        d_hidden[t] = np.concatenate([to_r, to_z, to_n * r], axis=-1)
        dh = dh * z + d_hidden[t] @ weights.w_hh
    arriving[0] = dh
    return Gradients(weight_gradients(trace.x, trace.hs[:-1], d_input, d_hidden), d_input @ weights.w_ih, arriving)


def blocks(a: Array, count: int) -> tuple[Array, ...]:
    """The last axis cut into `count` equal blocks (views).

    >>> [part.tolist() for part in blocks(np.arange(6.0), 3)]
    [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    """
    n = a.shape[-1] // count
    return tuple(a[..., k * n : (k + 1) * n] for k in range(count))
