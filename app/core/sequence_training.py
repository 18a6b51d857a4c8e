"""A recurrent layer with a linear read-out, trained on a task: the same training for several networks at once.

Every array leads with the number of networks S, so one run shows the spread over S independent draws. The networks
share nothing: each has its own weights, data and clipping. Cells: recurrent.py, gated.py; the loop: optimisers.py.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from app.core.activations import Array
from app.core.optimisers import Progress, adam, cosine, fit
from app.core.recurrent import Gradients, Weights, init_weights
from app.core.sequence_tasks import Task


class Trace(Protocol):
    """What any cell's forward pass leaves: at least its states hs (T + 1, S, batch, n)."""

    @property
    def hs(self) -> Array: ...


T = TypeVar("T", bound=Trace)
"""The trace of one kind of cell, handed from its forward to its backward pass."""


class Model(NamedTuple):
    """S networks: a cell's weights, and the read-out y_t = v · h_t + c with v (S, n, 1), c (S, 1, 1)."""

    weights: Weights
    v: Array
    c: Array


def new_model(
    cell: str, inputs: int, hidden: int, networks: int, rng: np.random.Generator, memory_bias: float = 0.0
) -> Model:
    """`networks` independent draws; everything but the biases ~ U(-1/√n, 1/√n), see init_weights.

    >>> model = new_model("gru", 2, 8, 3, np.random.default_rng(0))
    >>> model.weights.w_hh.shape, model.v.shape
    ((3, 24, 8), (3, 8, 1))
    """
    weights = init_weights(cell, inputs, hidden, rng, memory_bias, networks)
    return Model(weights, rng.uniform(-1, 1, (networks, hidden, 1)) / np.sqrt(hidden), np.zeros((networks, 1, 1)))


def read(model: Model, hs: Array) -> Array:
    """The read-out of states hs (k, S, batch, n): (k, S, batch)."""
    return (hs @ model.v + model.c)[..., 0]


def squared_errors(model: Model, hs: Array, y: Array) -> Array:
    """Mean squared error of each network, (S,), for states hs (T + 1, S, batch, n) and targets y (k, S, batch)."""
    error = read(model, hs[-len(y) :]) - y
    return np.asarray((error * error).mean(axis=(0, 2)))


def gradients(
    model: Model,
    forward: Callable[[Weights, Array], T],
    backward: Callable[[Weights, T, Array], Gradients],
    x: Array,
    y: Array,
) -> tuple[Array, list[Array]]:
    """Mean squared error of each network (S,), and its gradients by w_ih, w_hh, b_ih, b_hh, v, c in this order."""
    trace = forward(model.weights, x)
    asked = trace.hs[-len(y) :]
    error = read(model, asked) - y
    d_y = (2 / (error.shape[0] * error.shape[2])) * error[..., None]
    d_hs = np.zeros_like(trace.hs[1:])
    d_hs[-len(y) :] = d_y @ model.v.mT
    through_time = backward(model.weights, trace, d_hs)
    d_v = (asked.mT @ d_y).sum(axis=0)
    d_c = d_y.sum(axis=(0, 2), keepdims=True)[0]
    return np.asarray((error * error).mean(axis=(0, 2))), [*through_time.weights, d_v, d_c]


def clip_each(found: Sequence[Array], bound: float) -> list[Array]:
    """Gradient clipping by global norm, network by network (the first axis): g · min(1, bound / ‖g‖).

    >>> [g.round(3).tolist() for g in clip_each([np.array([[3.0], [0.3]]), np.array([[4.0], [0.4]])], 1.0)]
    [[[0.6], [0.3]], [[0.8], [0.4]]]
    """
    squares = sum((g.reshape(len(g), -1) ** 2).sum(axis=1) for g in found)
    factor = np.minimum(1, bound / np.sqrt(np.maximum(squares, 1e-300)))
    return [g * factor.reshape(-1, *[1] * (g.ndim - 1)) for g in found]


def train(
    model: Model,
    forward: Callable[[Weights, Array], T],
    backward: Callable[[Weights, T, Array], Gradients],
    task: Task,
    length: int,
    batch: int,
    lr: float,
    steps: int,
    rng: np.random.Generator,
    clip: float = 1.0,
) -> Iterator[Progress]:
    """Adam with a cosine schedule and clipping, a fresh batch every step; `model` is changed in place. Yields steps + 1
    states: `seen` holds the mean squared error of each network (S,), `loss` their mean.

    >>> from app.core.gated import gru_backward, gru_forward
    >>> from app.core.sequence_tasks import running_count
    >>> rng = np.random.default_rng(0)
    >>> model = new_model("gru", 2, 4, 2, rng)
    >>> run = train(model, gru_forward, gru_backward, running_count, length=4, batch=16, lr=0.05, steps=60, rng=rng)
    >>> errors = [state.seen for state in run]
    >>> bool((errors[-1] < 0.2 * errors[0]).all())
    True
    """
    networks = len(model.v)

    def gradient(t: int) -> tuple[float, list[Array], Array]:
        errors, found = gradients(model, forward, backward, *task(rng, length, networks, batch))
        return float(errors.mean()), clip_each(found, clip), errors

    return fit(gradient, adam([*model.weights, model.v, model.c]), cosine(lr, steps), steps)
