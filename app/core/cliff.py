"""The smallest RNN that has a cliff: one sigmoid unit fed back for T steps, its loss, its gradient, and descent on it.

x_{k+1} = σ(w x_k + b), L = (x_T - target)². Everything is vectorised over points: w and b are arrays of one shape.
Source: Pascanu, Mikolov, Bengio (2013), "On the difficulty of training recurrent neural networks", arXiv:1211.5063.
"""

from typing import NamedTuple

import numpy as np

from app.core.activations import Array, sigmoid

START = 0.5


def one_unit_states(w: Array, b: Array, steps: int) -> tuple[Array, Array]:
    """States (steps + 1, *shape), the first one START, and slopes σ'(w x_k + b) (steps, *shape).

    >>> one_unit_states(np.array([6.0]), np.array([-3.0]), 2)[0].ravel().tolist()  # 0.5 is a fixed point there
    [0.5, 0.5, 0.5]
    """
    x, slopes = np.full((steps + 1, *np.shape(w)), START), np.empty((steps, *np.shape(w)))
    for k in range(steps):
        x[k + 1], slopes[k] = sigmoid(w * x[k] + b)
    return x, slopes


def one_unit_loss(w: Array, b: Array, steps: int, target: float) -> Array:
    """(x_T - target)² at every point.

    >>> one_unit_loss(np.array([6.0]), np.array([-3.0]), 50, 0.7).round(6).tolist()
    [0.04]
    """
    return np.asarray((one_unit_states(w, b, steps)[0][-1] - target) ** 2)


def one_unit_gradient(w: Array, b: Array, steps: int, target: float) -> tuple[Array, Array, Array]:
    """Loss, ∂L/∂w and ∂L/∂b by backpropagation through time.

    Notes
    -----
    Going back one step multiplies by w σ'(a). At (6, -3) that is 6 · 1/4 = 1.5 at every step, so that
    ∂L/∂w = -0.1 (1.5ᵀ - 1) for target 0.7.

    >>> loss, d_w, d_b = one_unit_gradient(np.array([6.0]), np.array([-3.0]), 50, 0.7)
    >>> round(d_w.item(), 1), round(-0.1 * (1.5**50 - 1), 1), d_b.item() / d_w.item()
    (-63762149.9, -63762149.9, 2.0)
    """
    x, slopes = one_unit_states(w, b, steps)
    error = x[-1] - target
    d_w, d_b, arriving = np.zeros_like(x[0]), np.zeros_like(x[0]), 2 * error
    for k in range(steps - 1, -1, -1):
        delta = arriving * slopes[k]
        d_w, d_b, arriving = d_w + delta * x[k], d_b + delta, delta * w
    return error**2, d_w, d_b


class Descent(NamedTuple):
    """A run of gradient descent: w, b, loss and gradient norm (before clipping), each (updates + 1,)."""

    w: Array
    b: Array
    loss: Array
    norm: Array


def clip(d_w: float, d_b: float, bound: float | None, by_value: bool = False) -> tuple[float, float]:
    """The gradient as it is used: as it is (bound None), scaled to a norm of at most `bound`, or each component cut.

    >>> clip(30.0, 40.0, 5.0), clip(30.0, 0.4, 1.0, by_value=True)
    ((3.0, 4.0), (1.0, 0.4))
    """
    if bound is None:
        return d_w, d_b
    if by_value:
        return min(max(d_w, -bound), bound), min(max(d_b, -bound), bound)
    factor = min(1.0, bound / max(float(np.hypot(d_w, d_b)), 1e-300))
    return d_w * factor, d_b * factor


def descend(
    w: float, b: float, lr: float, updates: int, steps: int, target: float, bounds: list[tuple[float | None, bool]]
) -> list[Descent]:
    """Plain gradient descent from one point, once for every (bound, by_value) of `bounds`, side by side.

    >>> free, clipped = descend(6.0, -3.0, 0.1, 1, 50, 0.7, [(None, False), (1.0, False)])
    >>> round(free.w[1]), round(float(clipped.w[1]), 3)
    (6376221, 6.045)
    """
    at_w, at_b = np.full(len(bounds), float(w)), np.full(len(bounds), float(b))
    log = np.empty((4, updates + 1, len(bounds)))
    for update in range(updates + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            loss, d_w, d_b = one_unit_gradient(at_w, at_b, steps, target)
            log[:, update] = at_w, at_b, loss, np.hypot(d_w, d_b)
            for i, (bound, by_value) in enumerate(bounds):
                step_w, step_b = clip(float(d_w[i]), float(d_b[i]), bound, by_value)
                at_w[i] -= lr * step_w
                at_b[i] -= lr * step_b
    return [Descent(*log[:, :, i]) for i in range(len(bounds))]
