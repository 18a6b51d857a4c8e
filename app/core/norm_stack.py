"""Networks of net_stack.py, R side by side, with a normalisation in every hidden layer: batch, layer, or none.

A hidden layer is h ← φ(γ ẑ + β), z = h W + b, ẑ from `normalise` over the batch (axis -2) or over the units (axis -1);
with a skip, where the widths agree, h + φ(·). Arrays are (R, batch, units). The loop is `fit` of optimisers.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from app.core.activations import Activation, Array
from app.core.batch_norm import EPS, batch_norm_inference, update_running
from app.core.mlp import Layers
from app.core.net_stack import Draw, NetStack, cross_entropies, stack
from app.core.optimisers import Gradient
from app.core.signal_propagation import normalise, normalise_backward

Norm = Literal["none", "batch", "layer"]
AXES = {"batch": -2, "layer": -1}


@dataclass
class NormStack(NetStack):
    """scales, shifts: γ and β, one (R, 1, units) a hidden layer, none without a norm. means, variances: the running
    statistics of batch normalisation."""

    norm: Norm = "none"
    scales: list[Array] = field(default_factory=list)
    shifts: list[Array] = field(default_factory=list)
    means: list[Array] = field(default_factory=list)
    variances: list[Array] = field(default_factory=list)
    residual: bool = False

    @property
    def parameters(self) -> list[Array]:
        """weights, biases, scales, shifts; `backward` gives gradients in the same order."""
        return [*self.weights, *self.biases, *self.scales, *self.shifts]


class NormTape(NamedTuple):
    """What a forward pass leaves. inputs: of every layer. slopes, z_hats, stds: of the hidden ones. training:
    whether the batch's own statistics were used."""

    inputs: list[Array]
    slopes: list[Array]
    z_hats: list[Array]
    stds: list[Array]
    logits: Array
    training: bool


def norm_stack(nets: Sequence[Layers], activation: Activation, norm: Norm, residual: bool = False) -> NormStack:
    """R networks, each a list of layers as `init_layers` gives, with a fresh normalisation in every hidden layer.

    >>> one = [(np.ones((2, 3)), np.zeros(3)), (np.ones((3, 1)), np.zeros(1))]
    >>> nets = norm_stack([one, one], lambda z: (z, np.ones_like(z)), "batch")
    >>> len(nets.parameters), nets.scales[0].shape
    (6, (2, 1, 3))
    """
    plain = stack(nets, activation)
    hidden = [b.shape for b in plain.biases[:-1]] if norm != "none" else []
    running = hidden if norm == "batch" else []
    return NormStack(
        plain.weights, plain.biases, activation, norm,
        [np.ones(s) for s in hidden], [np.zeros(s) for s in hidden],
        [np.zeros(s) for s in running], [np.ones(s) for s in running], residual,
    )  # fmt: skip


def forward(nets: NormStack, X: Array, training: bool = False) -> NormTape:
    """X (R, n, inputs), or (n, inputs) for all alike. In training batch normalisation uses and records the batch's own
    statistics (a batch of one becomes 0); otherwise the running ones.

    >>> one = [(np.ones((1, 1)), np.zeros(1)), (np.ones((1, 1)), np.zeros(1))]
    >>> nets = norm_stack([one], lambda z: (z, np.ones_like(z)), "batch")
    >>> forward(nets, np.array([[3.0], [7.0]]), training=True).logits.round(3).ravel().tolist()
    [-1.0, 1.0]
    """
    tape = NormTape([X], [], [], [], X, training)
    z: Array
    for index, (W, b) in enumerate(zip(nets.weights[:-1], nets.biases[:-1], strict=True)):
        h = tape.inputs[-1]
        z = h @ W + b
        if nets.norm != "none":
            z = _normalised(nets, tape, index, z)
        value, slope = nets.activation(z)
        tape.slopes.append(slope)
        tape.inputs.append(h + value if nets.residual and h.shape == value.shape else value)
    return tape._replace(logits=tape.inputs[-1] @ nets.weights[-1] + nets.biases[-1])


def _normalised(nets: NormStack, tape: NormTape, index: int, z: Array) -> Array:
    axis, scale, shift = AXES[nets.norm], nets.scales[index], nets.shifts[index]
    if nets.norm == "batch" and not tape.training:
        return batch_norm_inference(z, scale, shift, nets.means[index], nets.variances[index])
    front, std = normalise(np.moveaxis(z, axis, 0), EPS)
    z_hat, std = np.moveaxis(front, 0, axis), np.expand_dims(std, axis)
    if nets.norm == "batch":
        means, variances = (s[index].squeeze(axis) for s in (nets.means, nets.variances))
        now = update_running(means, variances, np.moveaxis(z, axis, 0))
        nets.means[index], nets.variances[index] = (np.expand_dims(s, axis) for s in now)
    tape.z_hats.append(z_hat)
    tape.stds.append(std)
    return scale * z_hat + shift


def backward(nets: NormStack, tape: NormTape, d_logits: Array) -> tuple[list[Array], list[Array]]:
    """∂L/∂parameter in the order of NormStack.parameters, and ∂L/∂z of every hidden layer (before its normalisation).

    The tape must come from a training pass.

    >>> one = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.zeros(1))]
    >>> nets = norm_stack([one], lambda z: (z, np.ones_like(z)), "none")
    >>> [g.item() for g in backward(nets, forward(nets, np.array([[1.0]]), True), np.ones((1, 1, 1)))[0]]
    [3.0, 2.0, 3.0, 1.0]
    """
    weights: list[Array] = []
    biases: list[Array] = []
    scales: list[Array] = []
    shifts: list[Array] = []
    deltas: list[Array] = []
    delta = d_logits
    for index in range(len(nets.weights) - 1, -1, -1):
        skipped = None
        if index < len(nets.weights) - 1:
            skipped = delta if nets.residual and delta.shape == tape.inputs[index].shape else None
            delta = delta * tape.slopes[index]
            if nets.norm != "none":
                axis, z_hat = AXES[nets.norm], tape.z_hats[index]
                scales.append((delta * z_hat).sum(axis=-2, keepdims=True))
                shifts.append(delta.sum(axis=-2, keepdims=True))
                d_z, front = (np.moveaxis(a, axis, 0) for a in (delta * nets.scales[index], z_hat))
                delta = np.moveaxis(normalise_backward(d_z, front, tape.stds[index].squeeze(axis)), 0, axis)
            deltas.append(delta)
        weights.append(np.swapaxes(tape.inputs[index], -1, -2) @ delta)
        biases.append(delta.sum(axis=-2, keepdims=True))
        if index:
            delta = delta @ np.swapaxes(nets.weights[index], -1, -2)
            delta = delta if skipped is None else delta + skipped
    groups = (weights, biases, scales, shifts)
    return [g for group in groups for g in reversed(group)], deltas[::-1]


def gradient_of(nets: NormStack, draw: Draw) -> Gradient:
    """What `fit` asks for, in training mode; the loss it reports is the mean over runs, it hands over each run's, (R,).

    >>> from app.core.mlp import init_layers
    >>> from app.core.optimisers import fit, sgd
    >>> layers = init_layers([1, 4, 2], np.random.default_rng(0))
    >>> nets = norm_stack([layers], lambda z: (z, np.ones_like(z)), "batch")
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([0, 1])
    >>> [run.loss for run in fit(gradient_of(nets, lambda t: (X, y)), sgd(nets.parameters), 0.5, 50)][-1] < 0.05
    True
    """

    def gradient(t: int) -> tuple[float, list[Array], Array]:
        X, y = draw(t)
        tape = forward(nets, X, training=True)
        losses, d_logits = cross_entropies(tape.logits, y)
        return float(losses.mean()), backward(nets, tape, d_logits)[0], losses

    return gradient
