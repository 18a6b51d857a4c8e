"""What one reads off a network of mlp.py while it trains: accuracy, gradient norms and their bound, flat units."""

from typing import NamedTuple

import numpy as np

from app.core.activations import Activation, Array
from app.core.losses import Loss, bce_with_logits
from app.core.mlp import Layers, Trace, backward, forward


def accuracy(logits: Array, y: Array) -> float:
    """Share of samples that are right; a NaN logit is wrong.

    logits (n, 1) and y (n,) of 0s and 1s: on the right side of zero. logits (n, classes) and y (n,) class numbers: the
    largest logit is that of the class.

    >>> accuracy(np.array([[2.0], [-1.0], [np.nan], [3.0]]), np.array([1.0, 0.0, 0.0, 0.0]))
    0.5
    """
    if logits.shape[1] > 1:
        return float(np.mean((logits.argmax(axis=1) == y) & ~np.isnan(logits).any(axis=1)))
    z = logits[:, 0]
    return float(np.mean(np.where(y == 1, z > 0, z <= 0)))


def gradient_norms(gradients: Layers) -> Array:
    """‖∂L/∂W‖ (Frobenius) of every layer, (layers,) float64, first layer first.

    >>> gradient_norms([(np.array([[3.0], [4.0]]), np.zeros(1))]).tolist()
    [5.0]
    """
    return np.array([np.linalg.norm(W.astype(np.float64)) for W, _ in gradients])


def gradient_bounds(layers: Layers, trace: Trace, d_logits: Array, steepest: float) -> Array:
    """An upper bound of every gradient norm, (layers,) float64, that uses no slope but the steepest one.

    steepest: max |φ'|, 1/4 for the sigmoid, 1 for tanh and ReLU.

    Notes
    -----
    ‖∂L/∂W_l‖ <= ‖h_{l-1}‖₂ · ‖δ_last‖ · Π_{k > l} steepest · ‖W_k‖₂, with spectral norms; it follows from
    δ_l = (δ_{l+1} W_{l+1}ᵀ) ⊙ φ'(z_l) layer by layer.

    >>> from app.core.activations import identity
    >>> layers = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.zeros(1))]
    >>> trace = forward(layers, np.array([[1.0]]), identity)
    >>> gradient_bounds(layers, trace, np.array([[1.0]]), steepest=1.0).round(9).tolist()
    [3.0, 2.0]
    """
    bounds = np.empty(len(layers))
    passed = float(np.linalg.norm(d_logits.astype(np.float64)))
    for index in range(len(layers) - 1, -1, -1):
        bounds[index] = np.linalg.norm(trace.inputs[index].astype(np.float64), 2) * passed
        passed *= steepest * float(np.linalg.norm(layers[index][0].astype(np.float64), 2))
    return bounds


def measured_gradient_norms(
    layers: Layers,
    gradients: Layers,
    X: Array,
    y: Array,
    activation: Activation,
    h: float = 1e-5,
    loss: Loss = bce_with_logits,
) -> Array:
    """The gradient norms measured from losses only, (layers,) float64: the independent check of `backward`.

    Notes
    -----
    Layer by layer: if g is the gradient and u = g/‖g‖, the central difference (L(W + h u) - L(W - h u)) / 2h equals
    ‖g‖ up to O(h²). Two forward passes a layer, in float64. A zero gradient gives 0.

    >>> from app.core.activations import tanh
    >>> from app.core.mlp import backward, init_layers
    >>> X, y, layers = np.eye(2), np.array([0.0, 1.0]), init_layers([2, 3, 1], np.random.default_rng(0))
    >>> trace = forward(layers, X, tanh)
    >>> gradients = backward(layers, trace, bce_with_logits(trace.logits, y)[1])
    >>> measured = measured_gradient_norms(layers, gradients, X, y, tanh)
    >>> bool(np.allclose(measured, gradient_norms(gradients), rtol=1e-5))
    True
    """
    exact = [(W.astype(np.float64), b.astype(np.float64)) for W, b in layers]
    X = X.astype(np.float64)
    norms = gradient_norms(gradients)
    measured = np.zeros(len(layers))
    for index in np.flatnonzero(norms):
        W, b = exact[index]
        nudge = h / norms[index] * gradients[index][0]
        ahead, behind = (
            loss(forward([*exact[:index], (W + sign * nudge, b), *exact[index + 1 :]], X, activation).logits, y)[0]
            for sign in (1, -1)
        )
        measured[index] = (ahead - behind) / (2 * h)
    return measured


class GradientReport(NamedTuple):
    """Gradient norms by layer, (layers,) float64 each: by `backward`, measured from losses, and their upper bound."""

    norms: Array
    measured: Array
    bounds: Array


def gradient_report(layers: Layers, X: Array, y: Array, activation: Activation, steepest: float) -> GradientReport:
    """The three gradient norms of a network with binary cross-entropy; see `gradient_bounds` for `steepest`.

    >>> from app.core.activations import tanh
    >>> from app.core.mlp import init_layers
    >>> layers = init_layers([2, 3, 1], np.random.default_rng(0))
    >>> report = gradient_report(layers, np.eye(2), np.array([0.0, 1.0]), tanh, steepest=1.0)
    >>> bool(np.all(report.norms <= report.bounds)), report.norms.shape
    (True, (2,))
    """
    trace = forward(layers, X, activation)
    d_logits = bce_with_logits(trace.logits, y)[1]
    gradients = backward(layers, trace, d_logits)
    return GradientReport(
        gradient_norms(gradients),
        measured_gradient_norms(layers, gradients, X, y, activation),
        gradient_bounds(layers, trace, d_logits, steepest),
    )


def flat_shares(trace: Trace, level: float = 0.01) -> Array:
    """Share of (sample, unit) pairs with |φ'| < level, (hidden layers,) float64: they pass on almost no gradient.

    >>> from app.core.activations import relu
    >>> layers = [(np.eye(2), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))]
    >>> flat_shares(forward(layers, np.array([[1.0, -1.0], [-1.0, -1.0]]), relu)).tolist()
    [0.75]
    """
    return np.array([np.mean(np.abs(slope) < level) for slope in trace.slopes])


def zero_shares(trace: Trace) -> Array:
    """Share of (sample, unit) pairs whose output is exactly 0, (hidden layers,) float64: the sparsity of ReLU.

    >>> from app.core.activations import relu
    >>> layers = [(np.eye(2), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))]
    >>> zero_shares(forward(layers, np.array([[1.0, -1.0], [2.0, 3.0]]), relu)).tolist()
    [0.25]
    """
    return np.array([np.mean(h == 0) for h in trace.inputs[1:]])
