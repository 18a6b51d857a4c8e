"""What an activation does in each place of an LSTM cell, one unit without feedback: hold, block, write.

Each experiment sets the weights of one unit by hand and runs it on random inputs through gated.lstm_forward; beside it
stands what must come out: for independent steps, powers and sums of Gaussian means.
"""

import math

import numpy as np

from app.core.activations import Activation, Array, identity, relu, sigmoid, tanh
from app.core.gated import lstm_backward, lstm_forward
from app.core.recurrent import Weights, at_last

FAR = 40.0
"""A pre-activation so large that sigmoid, hard sigmoid and tanh are 1 to rounding."""


def one_unit(i: tuple[Array, float], f: tuple[Array, float], g: tuple[Array, float]) -> Weights:
    """One LSTM unit that never sees its own output: for i, f and g the weights of the inputs (d,) and the bias.

    >>> one_unit((np.zeros(1), 2.0), (np.zeros(1), 3.0), (np.ones(1), 0.0)).b_ih.tolist()
    [2.0, 3.0, 0.0, 40.0]
    """
    rows, biases = [i[0], f[0], g[0], np.zeros_like(i[0])], [i[1], f[1], g[1], FAR]
    return Weights(np.stack(rows), np.zeros((4, 1)), np.array(biases), np.zeros(4))


def held(
    drive: float, noise: float, steps: int, runs: int, rng: np.random.Generator, gate: Activation = sigmoid
) -> Array:
    """Can the forget gate stay open? A cell that holds 1 and is not written to: c_t, t = 0..steps, (steps + 1, runs).

    The gate's pre-activation is drive + noise · ε, a new ε ~ N(0, 1) every step and run: c_t is a product of t gates,
    and so is the gradient ∂c_t/∂c_0 along the cell.

    >>> held(0.0, 0.0, 3, 1, np.random.default_rng(0)).ravel().tolist()
    [1.0, 0.5, 0.25, 0.125]
    """
    weights = one_unit((np.zeros(1), 0.0), (np.array([noise]), drive), (np.zeros(1), 0.0))
    start = (np.zeros((runs, 1)), np.ones((runs, 1)))
    return lstm_forward(weights, rng.standard_normal((steps, runs, 1)), start, gate).cs[..., 0]


def leaked(
    drive: float, noise: float, steps: int, runs: int, rng: np.random.Generator, gate: Activation = sigmoid
) -> Array:
    """Can the input gate stay shut? A cell that keeps all it holds (f = 1) is offered +1 or -1 at random every step, at
    an input gate with pre-activation -drive + noise · ε: c_t, t = 0..steps, (steps + 1, runs). Ideal: 0.

    >>> np.abs(leaked(40.0, 0.0, 2, 1, np.random.default_rng(0), tanh)).ravel().tolist()  # "shut" is -1: all gets in
    [0.0, 1.0, 2.0]
    """
    open_at = 1.0 if gate is relu else FAR
    weights = one_unit((np.array([noise, 0.0]), -drive), (np.zeros(2), open_at), (np.array([0.0, FAR]), 0.0))
    x = np.stack([rng.standard_normal((steps, runs)), rng.choice([-1.0, 1.0], (steps, runs))], axis=-1)
    return lstm_forward(weights, x, gate=gate).cs[..., 0]


def accumulated(steps: int, runs: int, rng: np.random.Generator, candidate: Activation = tanh) -> Array:
    """What adds up with every gate open (i = f = 1)? Candidate pre-activations ~ N(0, 1): c_t, (steps + 1, runs).

    >>> accumulated(2, 1, np.random.default_rng(0)).shape
    (3, 1)
    """
    weights = one_unit((np.zeros(1), FAR), (np.zeros(1), FAR), (np.ones(1), 0.0))
    return lstm_forward(weights, rng.standard_normal((steps, runs, 1)), candidate=candidate).cs[..., 0]


def carried(steps: int, bias: float, rng: np.random.Generator, candidate: Activation = tanh) -> float:
    """The gradient along the cell, by backpropagation: |∂L/∂c_0| / |∂L/∂c_T| with the forget gate at σ(bias), whatever
    is written meanwhile. It is σ(bias)^T: the candidate has no part in it.

    >>> round(carried(10, 0.0, np.random.default_rng(0)) * 2**10, 9)
    1.0
    """
    weights = one_unit((np.zeros(1), FAR), (np.zeros(1), bias), (np.ones(1), 0.0))
    trace = lstm_forward(weights, rng.standard_normal((steps, 1, 1)), candidate=candidate, output=identity)
    cs = lstm_backward(weights, trace, at_last(steps, np.ones((1, 1)))).cs
    assert cs is not None
    return abs(float(cs[0].item() / cs[-1].item()))


def moments(phi: Activation, mean: float, std: float) -> tuple[float, float]:
    """E[φ(a)] and E[φ(a)²] for a ~ N(mean, std²), to about 1e-7 (trapezium rule on 20 001 points over ±9 std).

    >>> [round(m, 4) for m in moments(relu, 0.0, 1.0)]
    [0.3989, 0.5]
    """
    if std == 0:
        value = float(phi(np.array([mean]))[0][0])
        return value, value * value
    z = np.linspace(-9, 9, 20_001)
    weights = np.exp(-z * z / 2)
    weights /= weights.sum()
    values = phi(mean + std * z)[0]
    return float(weights @ values), float(weights @ values**2)


def half_life(bias: float) -> float:
    """Steps until a forget gate held at σ(bias) has halved the cell: ln 2 / ln(1 + e^-bias).

    >>> [round(half_life(b), 3) for b in (0, 1, 2, 3, 5)]
    [1.0, 2.213, 5.461, 14.266, 103.218]
    """
    return math.log(2) / math.log1p(math.exp(-bias))


def time_constant(bias: float) -> float:
    """1 / (1 - σ(bias)) = 1 + e^bias: the mean age of what the cell holds, in steps.

    >>> round(time_constant(1), 5)
    3.71828
    """
    return 1 + math.exp(bias)
