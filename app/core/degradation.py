"""Depth for its own sake: plain and residual towers of equal layers, and why the deeper one could always be as good."""

import math

import numpy as np

from app.core.activations import relu
from app.core.deep_net import DeepNet, deep_net


def tower(inputs: int, width: int, depth: int, rng: np.random.Generator, batch_norm: bool, residual: bool) -> DeepNet:
    """A ReLU net inputs → width → … → width → 1 with `depth` square layers after the first one, He initialisation.

    In a residual tower without batch normalisation the square layers start √depth times smaller; otherwise the sum of
    the branches would double its square with every layer. Sources: He et al. (2016), arXiv:1512.03385; for scaled
    branches instead of normalisation, Zhang, Dauphin, Ma (2019), arXiv:1901.09321.

    >>> net = tower(2, 16, 8, np.random.default_rng(0), False, True)
    >>> len(net.weights), net.weights[4].shape
    (10, (16, 16))
    """
    net = deep_net([inputs, width, *[width] * depth, 1], relu, rng, batch_norm=batch_norm, residual=residual)
    if residual and not batch_norm:
        for W in net.weights[1:-1]:
            W /= math.sqrt(depth)
    return net


def deepened(net: DeepNet, extra: int) -> DeepNet:
    """The same residual net with `extra` more layers whose weights are 0: relu(0) = 0, so that h' = h + 0.

    It computes exactly the same function. Whatever a shallow residual net can do, a deeper one can: if it does worse
    after training, training is at fault. (Running statistics of batch normalisation: mean 0, variance 1.)

    >>> from app.core.deep_net import forward
    >>> net = tower(2, 4, 3, np.random.default_rng(0), False, True)
    >>> X = np.random.default_rng(1).normal(size=(5, 2))
    >>> bool((forward(net, X).logits == forward(deepened(net, 10), X).logits).all())
    True
    """
    width = net.weights[-1].shape[0]
    zeros = [np.zeros((width, width)) for _ in range(extra)]
    layers = [np.zeros(width) for _ in range(extra)]
    normed = extra if net.scales else 0
    return DeepNet(
        [*net.weights[:-1], *zeros, net.weights[-1]],
        [*net.biases[:-1], *layers, net.biases[-1]],
        net.activation,
        [*net.scales, *[np.ones(width)] * normed],
        [*net.shifts, *[np.zeros(width)] * normed],
        [*net.means, *[np.zeros(width)] * normed],
        [*net.variances, *[np.ones(width)] * normed],
        residual=net.residual,
    )
