"""Recurrent layers by hand: weights in PyTorch's layout, the simple RNN, and what every cell shares. Numpy only.

Sequences are time first: x (T, batch, d), states hs (T + 1, batch, n) with hs[0] the initial one. Everything broadcasts
over further axes between time and batch, so that S networks run at once: x (T, S, batch, d), weights (S, k·n, ...).
A forward pass returns a trace, a backward pass takes it with ∂L/∂hs[1:] and goes back through time. States that
overflow are inf or NaN, which are results: callers who expect them use np.errstate. LSTM and GRU: see gated.py.
"""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Activation, Array, tanh

BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}
"""Weight blocks of n rows each: RNN (h), LSTM (i, f, g, o), GRU (r, z, n), stacked in this order as in PyTorch."""
MEMORY_BLOCK = {"lstm": 1, "gru": 1}
"""The block whose bias decides how long the state is kept: the LSTM's forget gate, the GRU's update gate."""


class Weights(NamedTuple):
    """The parameters of one layer, k = BLOCKS[cell] blocks: w_ih (k·n, d), w_hh (k·n, n), b_ih (k·n,), b_hh (k·n,).

    Names, shapes and block order are those of torch.nn.RNNCell, LSTMCell and GRUCell (weight_ih, weight_hh, ...).
    """

    w_ih: Array
    w_hh: Array
    b_ih: Array
    b_hh: Array

    @property
    def inputs(self) -> int:
        return int(self.w_ih.shape[-1])

    @property
    def hidden(self) -> int:
        return int(self.w_hh.shape[-1])


class Gradients(NamedTuple):
    """What going back through time gives, for one loss L.

    weights: ∂L/∂ each array of Weights, in its shape. x (T, batch, d): ∂L/∂x. hs (T + 1, batch, n): ∂L/∂h_t, all that
    arrives at h_t (from the read-out at t and from step t + 1). cs: the same for the LSTM's cell, None for other cells.
    """

    weights: Weights
    x: Array
    hs: Array
    cs: Array | None = None


class RNNTrace(NamedTuple):
    """What rnn_forward leaves: x (T, batch, d), hs (T + 1, batch, n), slopes (T, batch, n) = φ'(a_t)."""

    x: Array
    hs: Array
    slopes: Array


def init_weights(
    cell: str, inputs: int, hidden: int, rng: np.random.Generator, memory_bias: float = 0.0, networks: int | None = None
) -> Weights:
    """Weights ~ U(-1/√n, 1/√n) as PyTorch draws them; biases 0, except the forget (update) gate's: `memory_bias`.

    Parameters
    ----------
    cell : "rnn", "lstm" or "gru"
    inputs, hidden : int
        d and n.
    memory_bias : float
        b_f of the LSTM, b_z of the GRU: at the start they keep σ(memory_bias) of their state a step. Set in b_ih only,
        so that the sum of both biases is this value. The RNN has no such gate.
    networks : int or None
        With a number S, every array gets a leading axis of S: that many independent draws.

    Raises
    ------
    ValueError
        For an unknown cell, or a memory_bias for the RNN.

    Notes
    -----
    Bias 1 for the forget gate: Jozefowicz, Zaremba, Sutskever (2015), ICML.

    Examples
    --------
    >>> weights = init_weights("lstm", 3, 2, np.random.default_rng(0), memory_bias=1.0)
    >>> weights.w_ih.shape, weights.w_hh.shape, weights.b_ih.tolist()
    ((8, 3), (8, 2), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    """
    if cell not in BLOCKS:
        raise ValueError(f"unknown cell {cell!r}: rnn, lstm or gru")
    if memory_bias and cell not in MEMORY_BLOCK:
        raise ValueError(f"{cell} has no gate that keeps its state: memory_bias must be 0")
    lead = () if networks is None else (networks,)
    rows, bound = BLOCKS[cell] * hidden, 1 / math.sqrt(hidden)
    b_ih = np.zeros((*lead, rows))
    if cell in MEMORY_BLOCK:
        start = MEMORY_BLOCK[cell] * hidden
        b_ih[..., start : start + hidden] = memory_bias
    return Weights(
        rng.uniform(-bound, bound, (*lead, rows, inputs)),
        rng.uniform(-bound, bound, (*lead, rows, hidden)),
        b_ih,
        np.zeros((*lead, rows)),
    )


def parameter_count(cell: str, inputs: int, hidden: int, biases: int = 2) -> int:
    """Numbers a layer learns: k (d n + n² + biases · n), k = 1, 4, 3 for RNN, LSTM, GRU.

    biases: 2 as PyTorch has (b_ih and b_hh), 1 as Keras has for its LSTM.

    >>> parameter_count("lstm", 128, 128), parameter_count("gru", 128, 128), parameter_count("lstm", 128, 128, biases=1)
    (132096, 99072, 131584)
    """
    return BLOCKS[cell] * (inputs * hidden + hidden * hidden + biases * hidden)


def multiply_adds(cell: str, inputs: int, hidden: int) -> int:
    """Multiply-adds of one step of one sequence: k (d n + n²) in the matrix products, and the elementwise products
    that mix states (LSTM f·c, i·g, o·tanh(c): 3n; GRU r·, (1-z)·n, z·h: 3n). Activations are not counted.

    >>> multiply_adds("lstm", 128, 128), multiply_adds("gru", 128, 128)
    (131456, 98688)
    """
    elementwise = 0 if cell == "rnn" else 3 * hidden
    return BLOCKS[cell] * (inputs * hidden + hidden * hidden) + elementwise


def rnn_forward(weights: Weights, x: Array, h0: Array | None = None, activation: Activation = tanh) -> RNNTrace:
    """The simple (Elman) RNN: h_t = φ(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh); φ = identity gives the linear one.

    x (T, batch, d); h0 (batch, n), zeros by default; activation: z -> (value, slope), see activations.py.

    >>> from app.core.activations import identity
    >>> weights = Weights(np.array([[1.0]]), np.array([[0.5]]), np.zeros(1), np.zeros(1))
    >>> rnn_forward(weights, np.array([[[1.0]], [[0.0]], [[0.0]]]), activation=identity).hs.ravel().tolist()
    [0.0, 1.0, 0.5, 0.25]
    """
    inputs = x @ weights.w_ih.mT + (weights.b_ih + weights.b_hh)[..., None, :]
    hs = initial_states(weights, x, h0)
    slopes = np.empty_like(hs[1:])
    for t in range(len(x)):
        hs[t + 1], slopes[t] = activation(inputs[t] + hs[t] @ weights.w_hh.mT)
    return RNNTrace(x, hs, slopes)


def rnn_backward(weights: Weights, trace: RNNTrace, d_hs: Array) -> Gradients:
    """Backpropagation through time. d_hs (T, batch, n): what the loss sends directly to h_1 ... h_T (see `at_last`).

    Notes
    -----
    δ_t = ∂L/∂h_t ⊙ φ'(a_t), ∂L/∂h_{t-1} = W_hhᵀ δ_t + direct part; ∂L/∂W_hh = Σ_t δ_t h_{t-1}ᵀ. So ∂L/∂h_0 holds the
    product of all W_hhᵀ diag(φ'(a_t)). Source: Werbos (1990), doi:10.1109/5.58337.

    >>> from app.core.activations import identity
    >>> weights = Weights(np.array([[1.0]]), np.array([[0.5]]), np.zeros(1), np.zeros(1))
    >>> trace = rnn_forward(weights, np.array([[[1.0]], [[0.0]], [[0.0]]]), activation=identity)
    >>> gradients = rnn_backward(weights, trace, at_last(3, np.array([[1.0]])))
    >>> gradients.hs.ravel().tolist(), gradients.weights.w_hh.item()  # h_3 = w³ h_0 + w² x_1: slope 2w = 1 in w
    ([0.125, 0.25, 0.5, 1.0], 1.0)
    """
    delta, arriving = np.empty_like(trace.slopes), np.empty_like(trace.hs)
    dh = np.zeros_like(trace.hs[0])
    for t in reversed(range(len(delta))):
        arriving[t + 1] = dh + d_hs[t]
        delta[t] = arriving[t + 1] * trace.slopes[t]
        dh = delta[t] @ weights.w_hh
    arriving[0] = dh
    return Gradients(weight_gradients(trace.x, trace.hs[:-1], delta, delta), delta @ weights.w_ih, arriving)


def at_last(steps: int, d_last: Array) -> Array:
    """∂L/∂hs (steps, batch, n) of a loss that reads only the last state, from ∂L/∂h_T (batch, n).

    >>> at_last(3, np.array([[2.0]])).ravel().tolist()
    [0.0, 0.0, 2.0]
    """
    d_hs = np.zeros((steps, *d_last.shape), d_last.dtype)
    d_hs[-1] = d_last
    return d_hs


def norms_by_step(states: Array) -> Array:
    """‖states_t‖₂ over units and batch, at every t: (T + 1, ..., batch, n) -> (T + 1, ...). Of `Gradients.hs` these are
    the norms of ∂L/∂h_t.

    >>> norms_by_step(np.array([[[3.0, 4.0]], [[0.0, 2.0]]])).tolist()
    [5.0, 2.0]
    """
    return np.asarray(np.sqrt((states * states).sum(axis=(-2, -1))))


def initial_states(weights: Weights, x: Array, first: Array | None) -> Array:
    """An array (T + 1, batch, n) for the states, the first one filled in (zeros when None)."""
    states = np.empty((len(x) + 1, *x.shape[1:-1], weights.hidden), np.result_type(x, weights.w_hh))
    states[0] = 0 if first is None else first
    return states


def weight_gradients(x: Array, before: Array, d_input: Array, d_hidden: Array) -> Weights:
    """∂L/∂Weights from the gradients of the pre-activations: d_input (T, batch, k·n) of W_ih x_t + b_ih, d_hidden of
    W_hh h_{t-1} + b_hh (the same but in the GRU); x (T, batch, d), before (T, batch, n) the states h_{t-1}."""
    d_in, d_hid = time_into_batch(d_input), time_into_batch(d_hidden)
    return Weights(
        d_in.mT @ time_into_batch(x), d_hid.mT @ time_into_batch(before), d_in.sum(axis=-2), d_hid.sum(axis=-2)
    )


def time_into_batch(a: Array) -> Array:
    """(T, ..., batch, m) -> (..., T·batch, m): a weight's gradient sums over both."""
    moved = np.moveaxis(a, 0, -3)
    return moved.reshape(*moved.shape[:-3], -1, moved.shape[-1])
