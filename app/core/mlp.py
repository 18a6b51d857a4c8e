"""A multilayer perceptron by hand: initialise, forward, backward, train. Full batch, SGD with momentum, numpy only.

A network is a list of layers (W, b), W (fan_in, fan_out) and b (fan_out,): every layer but the last is
h ← φ(h W + b), the last is linear and gives logits. All arrays keep the dtype of the weights; float32 is twice as fast.
An activation is a function z -> (value, slope); see activations.py. mlp_probes.py reads off what happens inside;
deep_net.py is the larger sister with batch normalisation, skips, dropout and mini-batches.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from app.core.activations import Activation, Array
from app.core.losses import Loss, bce_with_logits
from app.core.optimisers import fit, sgd

Layers = list[tuple[Array, Array]]


def init_std(scheme: str, fan_in: int, fan_out: int) -> float:
    """The standard deviation of the initial weights that keeps the size of a signal constant.

    scheme: "lecun" √(1/fan_in), "xavier" √(2/(fan_in + fan_out)), "he" √(2/fan_in). Raises ValueError for another one.
    Sources: Glorot, Bengio (2010), AISTATS ("xavier"); He et al. (2015), arXiv:1502.01852 ("he", for ReLU).

    >>> init_std("he", 50, 100), init_std("lecun", 100, 100) == init_std("xavier", 100, 100)
    (0.2, True)
    """
    if scheme == "lecun":
        return float(np.sqrt(1 / fan_in))
    if scheme == "xavier":
        return float(np.sqrt(2 / (fan_in + fan_out)))
    if scheme == "he":
        return float(np.sqrt(2 / fan_in))
    raise ValueError(f"unknown scheme {scheme!r}: lecun, xavier or he")


def init_layers(
    widths: Sequence[int],
    rng: np.random.Generator,
    scheme: str = "he",
    gain: float = 1.0,
    bias: float = 0.0,
    dtype: DTypeLike = np.float64,
) -> Layers:
    """Gaussian weights of standard deviation gain · init_std(scheme, ...), hidden biases all `bias`, the last one 0.

    widths: inputs, hidden widths, outputs; len(widths) - 1 layers. The same rng gives the same directions for every
    scheme and gain: nets that differ only in their activation start from the same draw.

    >>> [W.shape for W, b in init_layers([2, 8, 8, 1], np.random.default_rng(0))]
    [(2, 8), (8, 8), (8, 1)]
    """
    layers = []
    for fan_in, fan_out in pairwise(widths):
        W = rng.standard_normal((fan_in, fan_out)) * (gain * init_std(scheme, fan_in, fan_out))
        layers.append((W.astype(dtype), np.full(fan_out, bias, dtype)))
    layers[-1][1][:] = 0
    return layers


class Trace(NamedTuple):
    """What a forward pass leaves for the backward pass, for n samples and L layers.

    inputs: L arrays (n, fan_in), what each layer was given (inputs[0] is X, inputs[l] the output of hidden layer l).
    slopes: L - 1 arrays (n, width), φ'(z) of every hidden layer. logits: (n, outputs).
    """

    inputs: list[Array]
    slopes: list[Array]
    logits: Array


def forward(layers: Layers, X: Array, activation: Activation) -> Trace:
    """X (n, inputs) through the network, keeping what `backward` needs.

    >>> from app.core.activations import relu
    >>> layers = [(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])), (np.array([[1.0], [-2.0]]), np.zeros(1))]
    >>> forward(layers, np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), relu).logits.ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    inputs, slopes = [X], []
    for W, b in layers[:-1]:
        value, slope = activation(inputs[-1] @ W + b)
        inputs.append(value)
        slopes.append(slope)
    W, b = layers[-1]
    return Trace(inputs, slopes, inputs[-1] @ W + b)


def backward(layers: Layers, trace: Trace, d_logits: Array) -> Layers:
    """The gradients (∂L/∂W, ∂L/∂b) of every layer, in the shapes of `layers`, from ∂L/∂logits (n, outputs).

    Notes
    -----
    δ = ∂L/∂z of a layer: δ_last = ∂L/∂logits, δ_l = (δ_{l+1} W_{l+1}ᵀ) ⊙ φ'(z_l); then ∂L/∂W_l = h_{l-1}ᵀ δ_l and
    ∂L/∂b_l = Σ_samples δ_l. Source: Rumelhart, Hinton, Williams (1986), doi:10.1038/323533a0.

    >>> from app.core.activations import identity
    >>> layers = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.zeros(1))]
    >>> gradients = backward(layers, forward(layers, np.array([[1.0]]), identity), np.array([[1.0]]))
    >>> [W.item() for W, b in gradients]
    [3.0, 2.0]
    """
    gradients: Layers = []
    delta = d_logits
    for index in range(len(layers) - 1, -1, -1):
        gradients.append((trace.inputs[index].T @ delta, delta.sum(axis=0)))
        if index:
            delta = (delta @ layers[index][0].T) * trace.slopes[index - 1]
    return gradients[::-1]


class Step(NamedTuple):
    """The state after `updates` updates: the loss, its gradients, and the forward pass that gave them.

    `layers` are the living weights: they change when the loop goes on, so copy what must stay.
    """

    updates: int
    loss: float
    layers: Layers
    trace: Trace
    gradients: Layers


def train(
    layers: Layers,
    X: Array,
    y: Array,
    activation: Activation,
    lr: float,
    steps: int,
    momentum: float = 0.9,
    loss: Loss = bce_with_logits,
) -> Iterator[Step]:
    """Full-batch gradient descent with momentum, v ← momentum · v + g, w ← w - lr · v; yields steps + 1 states.

    The caller watches, records or stops by iterating: there are no callbacks. A run that diverges goes on with inf and
    NaN, which are results. `layers` is changed in place. Source: Polyak (1964); the form is that of torch.optim.SGD.

    >>> from app.core.activations import tanh
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([0.0, 1.0])
    >>> layers = init_layers([1, 4, 1], np.random.default_rng(0), "xavier")
    >>> losses = [step.loss for step in train(layers, X, y, tanh, lr=0.5, steps=50)]
    >>> len(losses), losses[-1] < 0.01
    (51, True)
    """

    def gradient(_: int) -> tuple[float, list[Array], tuple[Trace, Layers]]:
        trace = forward(layers, X, activation)
        value, d_logits = loss(trace.logits, y)
        gradients = backward(layers, trace, d_logits)
        return value, [g for pair in gradients for g in pair], (trace, gradients)

    update = sgd([parameter for layer in layers for parameter in layer], momentum)
    for done in fit(gradient, update, lr, steps):
        trace, gradients = done.seen
        yield Step(done.updates, done.loss, layers, trace, gradients)
