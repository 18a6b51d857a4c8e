"""Using a pre-trained network on a new task: linear probe, fresh head, rates by layer, low-rank adapters (LoRA).

The network is a DeepNet of deep_net.py, trained by `fit` of optimisers.py. The tasks of the experiments are teachers:
y = a · tanh(2 F x), with features F (k, d) that the target task turns away from the source's by an angle.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.deep_net import DeepNet, forward
from app.core.optimisers import Gradient


def turned_features(k: int, d: int, theta: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Orthonormal features of a source and a target task, (k, d) each, every target row at θ (rad) from its source row.

    The directions turned to are orthogonal to all source features. Raises ValueError if 2k > d.

    >>> source, target = turned_features(2, 6, np.pi / 3, np.random.default_rng(0))
    >>> np.allclose(source @ target.T, [[0.5, 0], [0, 0.5]])
    True
    """
    if 2 * k > d:
        raise ValueError(f"{k} features and {k} other directions do not fit into {d} dimensions")
    frame, _ = np.linalg.qr(rng.standard_normal((d, 2 * k)))
    source, others = frame[:, :k].T, frame[:, k:].T
    return source, np.cos(theta) * source + np.sin(theta) * others


def teacher(features: Array, head: Array, X: Array) -> Array:
    """The answers of a task, (n, 1): head · tanh(2 F x) for features F (k, d), head (k,), inputs X (n, d).

    >>> teacher(np.eye(2), np.array([1.0, -1.0]), np.array([[3.0, 3.0]])).tolist()
    [[0.0]]
    """
    return np.asarray((np.tanh(2 * X @ features.T) @ head)[:, None])


def ridge_probe(features: Array, y: Array, penalties: Array) -> tuple[Array, Array, float]:
    """A linear probe: ridge regression on fixed features, its penalty chosen by leave-one-out.

    Parameters
    ----------
    features : float64, shape (n, h)
        What the frozen layers give.
    y : float64, shape (n, 1)
    penalties : float64, shape (m,)
        The λ to choose from, in ‖y − Hw − b‖² + λ‖w‖².

    Returns
    -------
    weights (h, 1), bias (1,), the λ chosen

    Notes
    -----
    With the centred features' SVD, H = U S Vᵀ, the hat matrix has the diagonal h_i = 1/n + Σ_j U_ij² s_j²/(s_j² + λ); a
    left-out residual is e_i/(1 − h_i), so no fit is done twice. Source: Hastie, Tibshirani, Friedman (2009),
    "The Elements of Statistical Learning", section 7.10.

    >>> x = np.linspace(-1, 1, 9)[:, None]
    >>> weights, bias, _ = ridge_probe(x, 2 * x + 3, np.array([1e-9, 1.0]))
    >>> round(weights.item(), 6), round(bias.item(), 6)
    (2.0, 3.0)
    """
    centre, level = features.mean(axis=0), y.mean(axis=0)
    U, s, Vt = np.linalg.svd(features - centre, full_matrices=False)
    along = U.T @ (y - level)
    best = (np.inf, 0.0)
    for penalty in penalties:
        shrink = s**2 / (s**2 + penalty)
        residual = (y - level - U @ (shrink[:, None] * along))[:, 0]
        left_out = residual / (1 - U**2 @ shrink - 1 / len(y))
        best = min(best, (float((left_out**2).mean()), float(penalty)))
    weights = Vt.T @ ((s / (s**2 + best[1]))[:, None] * along)
    return weights, level - centre @ weights, best[1]


def probed(net: DeepNet, X: Array, y: Array, penalties: Array) -> DeepNet:
    """A copy of a pre-trained network whose last layer is a `ridge_probe` on its features; the rest is untouched."""
    out = copy.deepcopy(net)
    out.weights[-1][:], out.biases[-1][:], _ = ridge_probe(forward(net, X).hidden[-1], y, penalties)
    return out


def with_fresh_head(net: DeepNet, rng: np.random.Generator) -> DeepNet:
    """A copy of a pre-trained network with a random last layer, N(0, 1/inputs), and bias 0."""
    out = copy.deepcopy(net)
    out.weights[-1][:] = rng.standard_normal(out.weights[-1].shape) / np.sqrt(len(out.weights[-1]))
    out.biases[-1][:] = 0
    return out


def layer_rates(net: DeepNet, lr: float, backbone: float = 1.0, frozen: int = 0) -> list[float]:
    """A learning rate for each parameter of a plain DeepNet (weights, then biases).

    The head's is lr, every other layer's lr · backbone, and 0 for the first `frozen` layers.

    >>> from app.core.deep_net import deep_net
    >>> net = deep_net([3, 4, 4, 1], np.tanh, np.random.default_rng(0))
    >>> layer_rates(net, 0.1, backbone=0.5, frozen=1)
    [0.0, 0.05, 0.1, 0.0, 0.05, 0.1]
    """
    layers = len(net.weights)
    rates = [0.0 if layer < frozen else lr * (backbone if layer < layers - 1 else 1) for layer in range(layers)]
    return rates + rates


def adapter_size(fan_in: int, fan_out: int, rank: int) -> int:
    """Numbers a low-rank update of one matrix trains: r (fan_in + fan_out).

    >>> adapter_size(4096, 4096, 8), 4096 * 4096
    (65536, 16777216)
    """
    return rank * (fan_in + fan_out)


class Adapter(NamedTuple):
    """Low-rank updates of the hidden layers: W = base + down · up, down (fan_in, r) and up (r, fan_out)."""

    base: list[Array]
    down: list[Array]
    up: list[Array]

    @property
    def size(self) -> int:
        """Trained numbers."""
        return sum(
            adapter_size(len(W), W.shape[1], down.shape[1]) for W, down in zip(self.base, self.down, strict=True)
        )


def low_rank(net: DeepNet, rank: int, rng: np.random.Generator) -> Adapter:
    """A fresh adapter for a network: down N(0, 1/fan_in), up 0, so that it changes nothing yet.

    Source: Hu et al. (2022), "LoRA: Low-Rank Adaptation of Large Language Models", arXiv:2106.09685.

    >>> from app.core.deep_net import deep_net
    >>> low_rank(deep_net([20, 32, 32, 1], np.tanh, np.random.default_rng(0)), 2, np.random.default_rng(1)).size
    232
    """
    hidden = net.weights[:-1]
    down = [rng.standard_normal((len(W), rank)) / np.sqrt(len(W)) for W in hidden]
    return Adapter([W.copy() for W in hidden], down, [np.zeros((rank, W.shape[1])) for W in hidden])


def apply_adapter(net: DeepNet, adapter: Adapter) -> None:
    """Writes base + down · up into the network (at inference an adapter costs nothing)."""
    for W, base, down, up in zip(net.weights[:-1], *adapter, strict=True):
        W[:] = base + down @ up


def low_rank_gradient(net: DeepNet, adapter: Adapter, gradient: Gradient) -> tuple[list[Array], Gradient]:
    """What is trained (down, up, the head's weights and bias) and its gradient, from the gradient of the whole network.

    Notes
    -----
    ∂L/∂down = ∂L/∂W · upᵀ, ∂L/∂up = downᵀ · ∂L/∂W.

    >>> from app.core.deep_net import deep_net, gradient_of
    >>> from app.core.losses import mean_squared_error
    >>> rng = np.random.default_rng(0)
    >>> net = deep_net([3, 4, 1], lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2), rng)
    >>> adapter = low_rank(net, 1, rng)
    >>> whole = gradient_of(net, np.eye(3), np.ones((3, 1)), mean_squared_error)
    >>> parameters, gradient = low_rank_gradient(net, adapter, whole)
    >>> [g.shape for g in gradient(0)[1]] == [p.shape for p in parameters]
    True
    """
    layers = len(net.weights)
    hidden = layers - 1

    def reduced(t: int) -> tuple[float, Sequence[Array], Any]:
        apply_adapter(net, adapter)
        loss, full, seen = gradient(t)
        down = [g @ up.T for g, up in zip(full[:hidden], adapter.up, strict=True)]
        up = [d.T @ g for g, d in zip(full[:hidden], adapter.down, strict=True)]
        return loss, [*down, *up, full[hidden], full[2 * layers - 1]], seen

    return [*adapter.down, *adapter.up, net.weights[-1], net.biases[-1]], reduced


def relative_risk(net: DeepNet, X: Array, y: Array) -> float:
    """Mean squared error over the variance of y: 1 is what answering the mean would give.

    >>> from app.core.deep_net import deep_net
    >>> net = deep_net([1, 2, 1], lambda z: (z, np.ones_like(z)), np.random.default_rng(0))
    >>> net.weights[-1][:] = 0
    >>> relative_risk(net, np.zeros((2, 1)), np.array([[1.0], [-1.0]]))
    1.0
    """
    return float(((forward(net, X).logits - y) ** 2).mean() / y.var())


def subspace(d: int, kept: int, rng: np.random.Generator) -> Callable[[Array], Array]:
    """A projection on `kept` random directions of R^d: inputs that never vary in the others.

    >>> inside = subspace(5, 2, np.random.default_rng(0))
    >>> int(np.linalg.matrix_rank(inside(np.eye(5))))
    2
    """
    frame, _ = np.linalg.qr(rng.standard_normal((d, d)))
    projection = frame[:, :kept] @ frame[:, :kept].T
    return lambda X: np.asarray(X @ projection)
