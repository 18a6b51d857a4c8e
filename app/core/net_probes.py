"""What one reads off a network of deep_net.py: signal and gradient by layer, update against weight, gradient noise,
gradients measured from losses alone, units that never fire."""

import math
from collections.abc import Sequence

import numpy as np

from app.core.activations import Array
from app.core.deep_net import DeepNet, Gradients, Tape, backward, forward
from app.core.losses import Loss


def weight_gradient_norms(net: DeepNet, gradients: Gradients) -> Array:
    """‖∂L/∂W‖ (Frobenius) of every layer, (layers,), first layer first.

    >>> from app.core.activations import identity
    >>> net = DeepNet([np.array([[2.0]]), np.array([[3.0]])], [np.zeros(1), np.zeros(1)], identity)
    >>> weight_gradient_norms(net, backward(net, forward(net, np.array([[1.0]])), np.array([[1.0]]))).tolist()
    [3.0, 2.0]
    """
    return np.array([np.linalg.norm(g) for g in gradients.parameters[: len(net.weights)]])


def signal_sizes(tape: Tape) -> Array:
    """Root mean square of the input and of every hidden layer's output, (layers,): 0 means nothing gets through.

    >>> from app.core.activations import relu
    >>> net = DeepNet([np.eye(2), np.ones((2, 1))], [np.zeros(2), np.zeros(1)], relu)
    >>> signal_sizes(forward(net, np.array([[1.0, -1.0], [1.0, -1.0]]))).round(4).tolist()
    [1.0, 0.7071]
    """
    return np.array([math.sqrt(float(np.mean(h * h))) for h in tape.hidden])


def update_ratio(before: Sequence[Array], after: Sequence[Array]) -> float:
    """Median over the weight matrices of ‖W_after - W_before‖ / ‖W_before‖: how far one update moves them, relatively.

    Around 10⁻³ is usual; 10⁻⁶ learns nothing. NaN where a matrix is 0.

    >>> update_ratio([np.array([[3.0, 4.0]])], [np.array([[3.0, 4.01]])])
    0.002
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        ratios = [np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in zip(before, after, strict=True)]
    return round(float(np.median(ratios)), 12)


def example_gradients(net: DeepNet, X: Array, y: Array, loss: Loss) -> Array:
    """The gradient of every row's own loss, (n, parameters) float64; their mean is the gradient of the mean loss.

    One backward pass a row, in evaluation mode (with batch statistics a row would have no gradient of its own).

    >>> from app.core.activations import identity
    >>> from app.core.losses import mean_squared_error
    >>> net = DeepNet([np.array([[1.0]])], [np.zeros(1)], identity)
    >>> example_gradients(net, np.array([[1.0], [2.0]]), np.array([[0.0], [0.0]]), mean_squared_error).tolist()
    [[2.0, 2.0], [8.0, 4.0]]
    """
    rows = []
    for index in range(len(X)):
        tape = forward(net, X[index : index + 1])
        found = backward(net, tape, loss(tape.logits, y[index : index + 1])[1])
        rows.append(np.concatenate([g.ravel() for g in found.parameters]))
    return np.array(rows)


def gradient_noise(gradients: Array, batch: int) -> float:
    """Root mean square of ‖gradient of a batch - gradient of all rows‖, for a batch drawn with replacement.

    Parameters
    ----------
    gradients : float64, shape (n, parameters)
        Of every row: `example_gradients`.
    batch : B, rows in a batch.

    Notes
    -----
    A mean of B independent draws has covariance Σ/B, so the noise is √(tr Σ / B): times √B it is a constant. That is
    the 1/√B of McCandlish et al. (2018), arXiv:1812.06162.

    >>> gradient_noise(np.array([[1.0], [-1.0]]), 4)
    0.5
    """
    return math.sqrt(float(gradients.var(axis=0).sum()) / batch)


def measured_gradient_noise(gradients: Array, batch: int, rng: np.random.Generator, draws: int = 2000) -> float:
    """The same by drawing `draws` batches: the independent check of `gradient_noise`, to about 1/√(2 draws) of itself.

    Notes
    -----
    A batch's gradient is the mean of its rows' gradients, Gᵀ(c/B) with c how often each row was drawn; its distance
    from the mean needs only the inner products G Gᵀ.

    >>> round(measured_gradient_noise(np.array([[1.0], [-1.0]]), 4, np.random.default_rng(0)), 1)
    0.5
    """
    n = len(gradients)
    centred = gradients - gradients.mean(axis=0)
    share = rng.multinomial(batch, np.full(n, 1 / n), draws) / batch
    squares = np.einsum("di,ij,dj->d", share, centred @ centred.T, share, optimize=True)
    return math.sqrt(float(squares.mean()))


def measured_gradient_norm(
    net: DeepNet, X: Array, y: Array, loss: Loss, parameter: Array, gradient: Array, h: float = 1e-5
) -> float:
    """‖∂L/∂parameter‖ from two losses only: the independent check of `backward`. The network is left as it was.

    parameter: one of net.parameters; gradient: what `backward` gave for it. Batch statistics are used, no dropout.

    Notes
    -----
    If g is the gradient and u = g/‖g‖, the central difference (L(w + h u) - L(w - h u)) / 2h equals ‖g‖ up to O(h²).
    A zero gradient gives 0.

    >>> from app.core.deep_net import backward
    >>> from app.core.losses import mean_squared_error
    >>> net = DeepNet([np.array([[3.0]])], [np.zeros(1)], lambda z: (z, np.ones_like(z)))
    >>> X, y = np.ones((1, 1)), np.ones((1, 1))
    >>> gradient = backward(net, forward(net, X), mean_squared_error(forward(net, X).logits, y)[1]).parameters[0]
    >>> gradient.item(), round(measured_gradient_norm(net, X, y, mean_squared_error, net.weights[0], gradient), 6)
    (4.0, 4.0)
    """
    norm = float(np.linalg.norm(gradient))
    if norm == 0:
        return 0.0
    kept, means, variances = parameter.copy(), [m.copy() for m in net.means], [v.copy() for v in net.variances]
    values = []
    for sign in (1, -1):
        parameter[...] = kept + sign * h / norm * gradient
        values.append(loss(forward(net, X, training=bool(net.scales)).logits, y)[0])
    parameter[...] = kept
    net.means[:], net.variances[:] = means, variances
    return (values[0] - values[1]) / (2 * h)


def never_positive_shares(tape: Tape) -> Array:
    """Share of units whose pre-activation is <= 0 on every sample, (hidden layers,): a ReLU there is dead.

    A unit that outputs 0 on some samples is not: half of all units do so at the start.

    >>> relu = lambda z: (np.maximum(z, 0), (z > 0) * 1.0)
    >>> net = DeepNet([np.eye(2), np.ones((2, 1))], [np.array([0.0, -5.0]), np.zeros(1)], relu)
    >>> never_positive_shares(forward(net, np.array([[1.0, 1.0], [-1.0, 2.0]]))).tolist()
    [0.5]
    """
    return np.array([np.mean(np.all(z <= 0, axis=0)) for z in tape.before])
