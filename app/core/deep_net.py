"""A deep network with what practice adds, by hand: batch normalisation, skips, dropout, PReLU; mini-batch training.

Hidden layer l: z = h W + b; with batch normalisation ẑ = γ (z - mean)/std + β; a = φ(ẑ); dropout; with a skip, where
the widths agree, h' = h + a. The last layer is linear. mlp.py is the plain version one reads first; the loop is `fit`
of optimisers.py. Everything keeps the dtype of the weights.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from app.core.activations import Activation, Array
from app.core.losses import Loss
from app.core.mlp import init_layers
from app.core.optimisers import Gradient
from app.core.signal_propagation import normalise, normalise_backward

BN_EPS = 1e-5
BN_MOMENTUM = 0.1
"""Both those of torch.nn.BatchNorm1d."""


@dataclass
class DeepNet:
    """A network and its state. `parameters` are the living arrays an optimiser changes in place.

    weights, biases: L arrays (fan_in, fan_out) and (fan_out,). scales, shifts, means, variances: for batch
    normalisation, one (width,) a hidden layer, else empty. leaks: the learnt slopes of PReLU, one (width,) a hidden
    layer, else empty; `activation` is then not used. dropout: the probability p of dropping a unit's output.
    """

    weights: list[Array]
    biases: list[Array]
    activation: Activation
    scales: list[Array] = field(default_factory=list)
    shifts: list[Array] = field(default_factory=list)
    means: list[Array] = field(default_factory=list)
    variances: list[Array] = field(default_factory=list)
    leaks: list[Array] = field(default_factory=list)
    residual: bool = False
    dropout: float = 0.0

    @property
    def parameters(self) -> list[Array]:
        """weights, biases, scales, shifts, leaks, in this order; `backward` gives gradients in the same."""
        return [*self.weights, *self.biases, *self.scales, *self.shifts, *self.leaks]


class Tape(NamedTuple):
    """What a forward pass leaves. hidden: L arrays, the input of each layer (hidden[0] is X). before: L - 1 arrays,
    what the activation was given. slopes: φ' there. masks: dropout factors (0 or 1/(1-p)), or None. normalised, stds:
    of batch normalisation. logits: (n, outputs). training: whether batch statistics and dropout were used."""

    hidden: list[Array]
    before: list[Array]
    slopes: list[Array]
    masks: list[Array | None]
    normalised: list[Array]
    stds: list[Array]
    logits: Array
    training: bool


class Gradients(NamedTuple):
    """parameters: ∂L/∂parameter, in the order of DeepNet.parameters. hidden: ∂L/∂hidden[l], L arrays."""

    parameters: list[Array]
    hidden: list[Array]


def deep_net(
    widths: Sequence[int],
    activation: Activation,
    rng: np.random.Generator,
    scheme: str = "he",
    gain: float = 1.0,
    bias: float = 0.0,
    batch_norm: bool = False,
    residual: bool = False,
    dropout: float = 0.0,
    leak: float | None = None,
    dtype: DTypeLike = np.float64,
) -> DeepNet:
    """A fresh network; widths, scheme, gain and bias as in `init_layers`. leak: makes it a PReLU net that starts there.

    >>> net = deep_net([2, 8, 8, 1], np.tanh, np.random.default_rng(0), batch_norm=True)
    >>> len(net.parameters), net.scales[0].shape
    (10, (8,))
    """
    layers = init_layers(widths, rng, scheme, gain, bias, dtype)
    net = DeepNet([W for W, _ in layers], [b for _, b in layers], activation, residual=residual, dropout=dropout)
    for width in widths[1:-1]:
        if batch_norm:
            net.scales.append(np.ones(width, dtype))
            net.shifts.append(np.full(width, bias, dtype))
            net.means.append(np.zeros(width, dtype))
            net.variances.append(np.ones(width, dtype))
        if leak is not None:
            net.leaks.append(np.full(width, leak, dtype))
    return net


def forward(net: DeepNet, X: Array, training: bool = False, rng: np.random.Generator | None = None) -> Tape:
    """X (n, inputs) through the network. In training batch normalisation uses (and records) the batch's statistics and
    dropout draws its masks from rng; otherwise the running statistics and no dropout.

    >>> net = deep_net([2, 4, 1], lambda z: (z, np.ones_like(z)), np.random.default_rng(0))
    >>> forward(net, np.zeros((3, 2))).logits.ravel().tolist()
    [0.0, 0.0, 0.0]
    """
    tape = Tape([X], [], [], [], [], [], X, training)
    for index in range(len(net.weights) - 1):
        h = tape.hidden[-1]
        z = h @ net.weights[index] + net.biases[index]
        if net.scales:
            z = net.scales[index] * _normalised(net, tape, index, z) + net.shifts[index]
        if net.leaks:
            slope: Array = np.where(z > 0, 1, net.leaks[index])
            value: Array = slope * z
        else:
            value, slope = net.activation(z)
        mask = None
        if training and net.dropout:
            if rng is None:
                raise ValueError("dropout in training needs rng")
            mask = ((rng.random(value.shape) >= net.dropout) / (1 - net.dropout)).astype(value.dtype)
            value = value * mask
        tape.before.append(z)
        tape.slopes.append(slope)
        tape.masks.append(mask)
        tape.hidden.append(h + value if net.residual and h.shape == value.shape else value)
    return tape._replace(logits=tape.hidden[-1] @ net.weights[-1] + net.biases[-1])


def _normalised(net: DeepNet, tape: Tape, index: int, z: Array) -> Array:
    if tape.training:
        z_hat, std = normalise(z, BN_EPS)
        unbiased = (std**2 - BN_EPS) * len(z) / max(1, len(z) - 1)
        net.means[index] += BN_MOMENTUM * (z.mean(axis=0) - net.means[index])
        net.variances[index] += BN_MOMENTUM * (unbiased - net.variances[index])
    else:
        std = np.sqrt(net.variances[index] + BN_EPS)
        z_hat = (z - net.means[index]) / std
    tape.normalised.append(z_hat)
    tape.stds.append(std)
    return z_hat


def backward(net: DeepNet, tape: Tape, d_logits: Array) -> Gradients:
    """The gradients of the loss from ∂L/∂logits (n, outputs).

    Notes
    -----
    Layer by layer from the end: δ_a = ∂L/∂h' ⊙ mask, δ_ẑ = δ_a ⊙ φ'(ẑ), through batch normalisation to δ_z, then
    ∂L/∂W = hᵀ δ_z and ∂L/∂h = δ_z Wᵀ (+ ∂L/∂h' where there is a skip).

    >>> identity = lambda z: (z, np.ones_like(z))
    >>> net = DeepNet([np.array([[2.0]]), np.array([[3.0]])], [np.zeros(1), np.zeros(1)], identity)
    >>> gradients = backward(net, forward(net, np.array([[1.0]])), np.array([[1.0]]))
    >>> [g.item() for g in gradients.parameters[:2]], gradients.hidden[0].item()
    ([3.0, 2.0], 6.0)
    """
    count = len(net.weights)
    weights: list[Array] = []
    biases: list[Array] = []
    scales: list[Array] = []
    shifts: list[Array] = []
    leaks: list[Array] = []
    hidden: list[Array] = []
    delta = d_logits
    for index in range(count - 1, -1, -1):
        skipped = None
        if index < count - 1:
            skipped = delta if net.residual and delta.shape == tape.hidden[index].shape else None
            mask = tape.masks[index]
            delta = delta if mask is None else delta * mask
            if net.leaks:
                leaks.append((delta * np.minimum(tape.before[index], 0)).sum(axis=0))
            delta = delta * tape.slopes[index]
            if net.scales:
                scales.append((delta * tape.normalised[index]).sum(axis=0))
                shifts.append(delta.sum(axis=0))
                scaled = delta * net.scales[index]
                std = tape.stds[index]
                delta = normalise_backward(scaled, tape.normalised[index], std) if tape.training else scaled / std
        weights.append(tape.hidden[index].T @ delta)
        biases.append(delta.sum(axis=0))
        delta = delta @ net.weights[index].T
        if skipped is not None:
            delta = delta + skipped
        hidden.append(delta)
    groups = (weights, biases, scales, shifts, leaks)
    return Gradients([g for group in groups for g in reversed(group)], hidden[::-1])


def gradient_of(
    net: DeepNet,
    X: Array,
    y: Array,
    loss: Loss,
    batches: Iterator[NDArray[np.intp]] | None = None,
    rng: np.random.Generator | None = None,
    augment: Callable[[Array], Array] | None = None,
) -> Gradient:
    """What `fit` asks for: loss, gradients, and (tape, Gradients, rows) to look at; on all rows, or on `batches`.

    augment: what is done to the inputs anew in every step, for instance adding noise.

    >>> from app.core.losses import bce_with_logits
    >>> from app.core.optimisers import fit, sgd
    >>> tanh = lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2)
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([0.0, 1.0])
    >>> net = deep_net([1, 4, 1], tanh, np.random.default_rng(0), "xavier")
    >>> run = fit(gradient_of(net, X, y, bce_with_logits), sgd(net.parameters, 0.9), lr=0.5, steps=50)
    >>> [state.loss for state in run][-1] < 0.01
    True
    """
    everything = itertools.repeat(np.arange(len(X)))

    def gradient(_: int) -> tuple[float, Sequence[Array], tuple[Tape, Gradients, NDArray[np.intp]]]:
        rows = next(batches if batches is not None else everything)
        inputs = X[rows] if batches is not None else X
        tape = forward(net, inputs if augment is None else augment(inputs), training=True, rng=rng)
        value, d_logits = loss(tape.logits, y[rows] if batches is not None else y)
        found = backward(net, tape, d_logits)
        return value, found.parameters, (tape, found, rows)

    return gradient
