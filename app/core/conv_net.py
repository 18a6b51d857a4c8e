"""A small convolutional network by hand: blocks of convolution, batch norm, activation and pooling, then a classifier.

One block: 3 × 3 convolution (zero padding 1) → batch normalisation → φ → 2 × 2 pooling. The head is a global average
over the map followed by a linear layer, or one fully connected layer on all of the last map. conv.py has the parts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Activation, Array
from app.core.conv import Places, avg_pool, avg_pool_backward, conv2d, conv2d_backward, max_pool, max_pool_backward
from app.core.losses import softmax_cross_entropy
from app.core.optimisers import Gradient
from app.core.signal_propagation import normalise, normalise_backward

Pool = Literal["max", "avg", "stride", "none"]
Head = Literal["gap", "fc"]
BN_EPS = 1e-5
BN_MOMENTUM = 0.1


@dataclass
class ConvNet:
    """A network and its state; `parameters` are the living arrays an optimiser changes in place.

    kernels: (out, in, 3, 3) a block; shifts: (out,) a block, the bias, or β of batch normalisation; scales, means,
    variances: (out,) a block with batch normalisation, else empty; weights, bias: the linear layer of the head.
    pool: "stride" gives the convolution stride 2 instead of pooling.
    """

    kernels: list[Array]
    shifts: list[Array]
    weights: Array
    bias: Array
    activation: Activation
    pool: Pool = "max"
    head: Head = "gap"
    scales: list[Array] = field(default_factory=list)
    means: list[Array] = field(default_factory=list)
    variances: list[Array] = field(default_factory=list)

    @property
    def parameters(self) -> list[Array]:
        """kernels, shifts, scales, weights, bias, in this order; `backward` gives gradients in the same."""
        return [*self.kernels, *self.shifts, *self.scales, self.weights, self.bias]


class Block(NamedTuple):
    """What a block leaves for the way back, arrays (n, channels, h, w): its input, the map after the convolution, after
    normalisation (the same without), φ and φ' there, the pooled map; std (channels,); where each maximum stood."""

    x: Array
    conv: Array
    normal: Array
    active: Array
    slope: Array
    pooled: Array
    std: Array | None
    place: Places | None


class Tape(NamedTuple):
    """blocks, in order; features: what the head's linear layer is given (n, inputs); logits (n, classes)."""

    blocks: list[Block]
    features: Array
    logits: Array
    training: bool


def conv_net(
    channels: Sequence[int], classes: int, side: int, activation: Activation, rng: np.random.Generator,
    pool: Pool = "max", head: Head = "gap", batch_norm: bool = True,
) -> ConvNet:  # fmt: skip
    """A fresh network: kernels N(0, 2/(9 in)) (He), the head N(0, 1/inputs), shifts 0, scales 1.

    channels: of the input and after every block. side: of the input in px (only a fully connected head depends on it).

    >>> net = conv_net([1, 4, 8], 3, 16, np.tanh, np.random.default_rng(0), head="fc")
    >>> net.kernels[1].shape, net.weights.shape
    ((8, 4, 3, 3), (128, 3))
    """
    pairs = list(pairwise(channels))
    kernels = [rng.standard_normal((out, given, 3, 3)) * np.sqrt(2 / (9 * given)) for given, out in pairs]
    last = side if pool == "none" else side >> len(pairs)
    inputs = channels[-1] * (last**2 if head == "fc" else 1)
    weights = rng.standard_normal((inputs, classes)) / np.sqrt(inputs)
    net = ConvNet(kernels, [np.zeros(out) for _, out in pairs], weights, np.zeros(classes), activation, pool, head)
    if batch_norm:
        net.scales = [np.ones(out) for _, out in pairs]
        net.means = [np.zeros(out) for _, out in pairs]
        net.variances = [np.ones(out) for _, out in pairs]
    return net


def forward(net: ConvNet, x: Array, training: bool = False) -> Tape:
    """Images x (n, channels, h, w) through the network. In training batch normalisation uses (and records) the batch's
    statistics, otherwise the running ones.

    >>> net = conv_net([1, 4, 8], 3, 16, lambda z: (z, np.ones_like(z)), np.random.default_rng(0))
    >>> forward(net, np.zeros((2, 1, 16, 16))).logits.tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    blocks: list[Block] = []
    for index, kernel in enumerate(net.kernels):
        given = blocks[-1].pooled if blocks else x
        z = conv2d(given, kernel, None, stride=2 if net.pool == "stride" else 1, padding=1)
        z_hat, std = _normalised(net, index, z, training) if net.scales else (z, None)
        scaled = net.scales[index][:, None, None] * z_hat if net.scales else z_hat
        active, slope = net.activation(scaled + net.shifts[index][:, None, None])
        pooled, place = active, None
        if net.pool == "max":
            pooled, place = max_pool(active)
        elif net.pool == "avg":
            pooled = avg_pool(active)
        blocks.append(Block(given, z, z_hat, active, slope, pooled, std, place))
    last = blocks[-1].pooled
    features = last.mean(axis=(2, 3)) if net.head == "gap" else last.reshape(len(last), -1)
    return Tape(blocks, features, features @ net.weights + net.bias, training)


def _normalised(net: ConvNet, index: int, z: Array, training: bool) -> tuple[Array, Array]:
    """Batch normalisation of every channel over images and places: (ẑ, std)."""
    if not training:
        std = np.sqrt(net.variances[index] + BN_EPS)
        return (z - net.means[index][:, None, None]) / std[:, None, None], std
    rows = _rows(z)
    z_hat, std = normalise(rows, BN_EPS)
    unbiased = (std**2 - BN_EPS) * len(rows) / max(1, len(rows) - 1)
    net.means[index] += BN_MOMENTUM * (rows.mean(axis=0) - net.means[index])
    net.variances[index] += BN_MOMENTUM * (unbiased - net.variances[index])
    return _maps(z_hat, z.shape), std


def _rows(z: Array) -> Array:
    """(n, c, h, w) as (n·h·w, c): one row a place."""
    return np.moveaxis(z, 1, 0).reshape(z.shape[1], -1).T


def _maps(rows: Array, shape: tuple[int, ...]) -> Array:
    n, c, h, w = shape
    return np.moveaxis(rows.T.reshape(c, n, h, w), 0, 1)


def backward(net: ConvNet, tape: Tape, d_logits: Array) -> list[Array]:
    """Gradients in the order of ConvNet.parameters, from ∂L/∂logits (n, classes).

    Notes
    -----
    Head: ∂L/∂weights = featuresᵀ d_logits; the average hands each place 1/(h·w) of a channel's gradient. Then block by
    block from the end: pooling, φ', batch normalisation, convolution.

    >>> net = conv_net([1, 4, 8], 3, 16, lambda z: (z, np.ones_like(z)), np.random.default_rng(0))
    >>> tape = forward(net, np.ones((2, 1, 16, 16)), training=True)
    >>> [g.shape for g in backward(net, tape, np.ones((2, 3)))] == [p.shape for p in net.parameters]
    True
    """
    last = tape.blocks[-1].pooled
    delta: Array = d_logits @ net.weights.T
    if net.head == "gap":
        delta = np.broadcast_to((delta / (last.shape[2] * last.shape[3]))[:, :, None, None], last.shape)
    else:
        delta = delta.reshape(last.shape)
    kernels, shifts, scales = [], [], []
    for index in range(len(net.kernels) - 1, -1, -1):
        block = tape.blocks[index]
        if block.place is not None:
            delta = max_pool_backward(delta, block.place, block.active.shape)
        elif net.pool == "avg":
            delta = avg_pool_backward(delta, block.active.shape)
        delta = delta * block.slope
        shifts.append(delta.sum(axis=(0, 2, 3)))
        if block.std is not None:
            scales.append((delta * block.normal).sum(axis=(0, 2, 3)))
            delta = delta * net.scales[index][:, None, None]
            if tape.training:
                delta = _maps(normalise_backward(_rows(delta), _rows(block.normal), block.std), delta.shape)
            else:
                delta = delta / block.std[:, None, None]
        stride = 2 if net.pool == "stride" else 1
        delta, d_kernel, _ = conv2d_backward(delta, block.x, net.kernels[index], stride, padding=1)
        kernels.append(d_kernel)
    head = [tape.features.T @ d_logits, d_logits.sum(axis=0)]
    return [*kernels[::-1], *shifts[::-1], *scales[::-1], *head]


def gradient_of(net: ConvNet, x: Array, y: NDArray[np.intp], batches: Iterator[NDArray[np.intp]]) -> Gradient:
    """What `fit` of optimisers.py asks for, with softmax cross-entropy on mini-batches; `seen` is the tape.

    >>> from app.core.activations import relu
    >>> from app.core.optimisers import adam, fit, minibatches
    >>> from app.core.shapes import labelled_shapes
    >>> rng = np.random.default_rng(0)
    >>> x, y = labelled_shapes(128, rng)
    >>> net = conv_net([1, 4, 8], 4, 16, relu, rng)
    >>> gradient = gradient_of(net, x, y, minibatches(128, 32, rng))
    >>> losses = [state.loss for state in fit(gradient, adam(net.parameters), 0.02, 30)]
    >>> losses[-1] < losses[0] / 2
    True
    """

    def gradient(_: int) -> tuple[float, list[Array], Tape]:
        rows = next(batches)
        tape = forward(net, x[rows], training=True)
        value, d_logits = softmax_cross_entropy(tape.logits, y[rows].astype(float))
        return value, backward(net, tape, d_logits), tape

    return gradient
