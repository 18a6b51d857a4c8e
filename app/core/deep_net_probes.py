"""What one reads off a network of deep_net.py: gradients measured from losses alone, units that never fire."""

import numpy as np

from app.core.activations import Array
from app.core.deep_net import DeepNet, Tape, forward
from app.core.losses import Loss


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
