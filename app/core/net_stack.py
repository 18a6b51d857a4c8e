"""Many networks of one shape trained side by side: every array of mlp.py with a leading axis for the run.

R runs that differ in learning rate, initial weights or data cost one pass of numpy instead of R. A layer is still
h ← φ(h W + b), with W (R, fan_in, fan_out) and b (R, 1, fan_out). The loop is `fit` of optimisers.py; learning rates
are then arrays (R, 1, 1), one a run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Activation, Array
from app.core.mlp import Layers
from app.core.optimisers import Gradient


@dataclass
class NetStack:
    """weights: L arrays (R, fan_in, fan_out), biases: L arrays (R, 1, fan_out): the living arrays of an optimiser."""

    weights: list[Array]
    biases: list[Array]
    activation: Activation

    @property
    def parameters(self) -> list[Array]:
        """weights, then biases; `backward` gives gradients in the same order."""
        return [*self.weights, *self.biases]


def stack(nets: Sequence[Layers], activation: Activation) -> NetStack:
    """R networks as one, each a list of layers as `init_layers` gives.

    >>> one = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.zeros(1))]
    >>> [W.shape for W in stack([one, one, one], lambda z: (z, np.ones_like(z))).parameters]
    [(3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 1, 1)]
    """
    layers = range(len(nets[0]))
    return NetStack(
        [np.stack([net[index][0] for net in nets]) for index in layers],
        [np.stack([net[index][1][None] for net in nets]) for index in layers],
        activation,
    )


class StackTape(NamedTuple):
    """What a forward pass leaves: the input of every layer, the slopes of the hidden ones, logits (R, n, outputs)."""

    inputs: list[Array]
    slopes: list[Array]
    logits: Array


def forward(nets: NetStack, X: Array) -> StackTape:
    """X (R, n, inputs), or (n, inputs) for all runs alike, through every network.

    >>> one = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.ones(1))]
    >>> forward(stack([one, one], lambda z: (z, np.ones_like(z))), np.array([[1.0]])).logits.ravel().tolist()
    [7.0, 7.0]
    """
    inputs, slopes = [X], []
    for W, b in zip(nets.weights[:-1], nets.biases[:-1], strict=True):
        value, slope = nets.activation(inputs[-1] @ W + b)
        inputs.append(value)
        slopes.append(slope)
    return StackTape(inputs, slopes, inputs[-1] @ nets.weights[-1] + nets.biases[-1])


def backward(nets: NetStack, tape: StackTape, d_logits: Array) -> list[Array]:
    """∂L/∂parameter of every run from ∂L/∂logits (R, n, outputs), in the order of NetStack.parameters.

    The same as in mlp.py, with the transpose of the last two axes.

    >>> one = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.zeros(1))]
    >>> nets = stack([one], lambda z: (z, np.ones_like(z)))
    >>> [g.item() for g in backward(nets, forward(nets, np.array([[1.0]])), np.ones((1, 1, 1)))]
    [3.0, 2.0, 3.0, 1.0]
    """
    weights, biases = [], []
    delta = d_logits
    for index in range(len(nets.weights) - 1, -1, -1):
        weights.append(np.swapaxes(tape.inputs[index], -1, -2) @ delta)
        biases.append(delta.sum(axis=-2, keepdims=True))
        if index:
            delta = (delta @ np.swapaxes(nets.weights[index], -1, -2)) * tape.slopes[index - 1]
    return [*weights[::-1], *biases[::-1]]


def cross_entropies(logits: Array, y: NDArray[np.intp]) -> tuple[Array, Array]:
    """Mean cross-entropy of every run, (R,) nats, and its gradient (p - onehot)/n. logits (R, n, classes); y (R, n)
    class numbers, or (n,) for all runs alike.

    >>> losses, gradient = cross_entropies(np.zeros((2, 1, 4)), np.array([2]))
    >>> losses.round(6).tolist(), gradient[0].tolist()
    ([1.386294, 1.386294], [[0.25, 0.25, -0.75, 0.25]])
    """
    runs, n, _ = logits.shape
    shifted = logits - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=-1, keepdims=True)
    place = np.arange(runs)[:, None], np.arange(n)[None], y
    gradient = exponentials / total
    gradient[place] -= 1
    return (np.log(total[..., 0]) - shifted[place]).mean(axis=-1), gradient / n


def accuracies(logits: Array, y: NDArray[np.intp]) -> Array:
    """Share of rows that are right, (R,); a NaN logit is wrong. Shapes as in `cross_entropies`.

    >>> accuracies(np.array([[[1.0, 2.0]], [[np.nan, 2.0]]]), np.array([1])).tolist()
    [1.0, 0.0]
    """
    return np.asarray(((logits.argmax(axis=-1) == y) & ~np.isnan(logits).any(axis=-1)).mean(axis=-1))


Draw = Callable[[int], tuple[Array, NDArray[np.intp]]]
"""draw(t) -> (X, y) of update t: X (R, n, inputs) and y (R, n), or without R for all runs alike."""


def gradient_of(nets: NetStack, draw: Draw) -> Gradient:
    """What `fit` asks for. The loss it reports is the mean over runs; what it hands over is every run's, (R,).

    >>> from app.core.mlp import init_layers
    >>> from app.core.optimisers import fit, sgd
    >>> nets = stack([init_layers([1, 4, 2], np.random.default_rng(seed)) for seed in (0, 1)], lambda z: (z, z * 0 + 1))
    >>> draw = lambda t: (np.array([[-1.0], [1.0]]), np.array([0, 1]))
    >>> rates = [np.array([0.0, 0.5]).reshape(2, 1, 1)] * 4
    >>> losses = [state.seen for state in fit(gradient_of(nets, draw), sgd(nets.parameters), rates, 50)]
    >>> bool(losses[0][0] == losses[-1][0]), bool(losses[-1][1] < 0.05)
    (True, True)
    """

    def gradient(t: int) -> tuple[float, list[Array], Array]:
        X, y = draw(t)
        tape = forward(nets, X)
        losses, d_logits = cross_entropies(tape.logits, y)
        return float(losses.mean()), backward(nets, tape, d_logits), losses

    return gradient
