"""The one training loop, and what it steps with: SGD, momentum, Adam, AdamW, learning-rate schedules, mini-batches.

An optimiser is made for a list of arrays and gives an `update(gradients, lr)` that changes them in place. `fit` is the
loop: whoever calls it watches, records or stops by iterating, so there are no callbacks. mlp.py, deep_net.py and the
recurrent networks bring their own gradients.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array

Rates = float | Sequence[float] | Sequence[Array]
"""A learning rate: one number, or one a parameter (layer-wise), which may be an array that broadcasts with it."""
Update = Callable[[Sequence[Array], Rates], None]
"""update(gradients, lr): one step, in place."""
Gradient = Callable[[int], tuple[float, Sequence[Array], Any]]
"""gradient(t) -> (loss, gradients, whatever the watcher wants to see) at the present parameters, for batch t."""


class Progress(NamedTuple):
    """After `updates` updates: the loss and gradients found there, and what the gradient function handed over."""

    updates: int
    loss: float
    gradients: Sequence[Array]
    seen: Any


def fit(
    gradient: Gradient,
    update: Update,
    lr: Rates | Callable[[int], Rates],
    steps: int,
    clip: float = math.inf,
) -> Iterator[Progress]:
    """Descend: gradient, report, step. Yields steps + 1 states, the last one after the last update.

    lr: a number, one a parameter, or a schedule t -> either. clip: upper bound of the global gradient norm (Pascanu et
    al. 2013, arXiv:1211.5063). A run that diverges goes on with inf and NaN, which are results.

    >>> w = np.array([1.0])
    >>> quadratic = lambda t: (float(w[0] ** 2), [2 * w], None)
    >>> [round(state.loss, 4) for state in fit(quadratic, sgd([w]), lr=0.25, steps=3)]
    [1.0, 0.25, 0.0625, 0.0156]
    """
    for t in range(steps + 1):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
            loss, gradients, seen = gradient(t)
        yield Progress(t, loss, gradients, seen)
        if t == steps:
            return
        with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
            if clip < math.inf:
                norm = math.sqrt(sum(float(np.sum(g * g)) for g in gradients))
                gradients = [g * min(1.0, clip / norm) for g in gradients] if norm > 0 else gradients
            update(gradients, lr(t) if callable(lr) else lr)


def _rates(lr: Rates, count: int) -> Sequence[Any]:
    return [lr] * count if isinstance(lr, int | float) else lr


def sgd(
    parameters: Sequence[Array], momentum: float = 0.0, weight_decay: float | Array = 0.0, nesterov: bool = False
) -> Update:
    """Gradient descent: v ← momentum · v + g + weight_decay · w, then w ← w - lr · v. That of torch.optim.SGD.

    Nesterov's form steps along g + momentum · v. weight_decay may be an array that broadcasts with the parameters.
    Source: Polyak (1964); Sutskever et al. (2013), ICML.

    >>> w = np.array([1.0])
    >>> update = sgd([w], momentum=0.9)
    >>> update([np.array([1.0])], 0.1); update([np.array([1.0])], 0.1)
    >>> w.round(6).tolist()
    [0.71]
    """
    velocity = [np.zeros_like(p) for p in parameters]
    decays = bool(np.any(weight_decay))

    def update(gradients: Sequence[Array], lr: Rates) -> None:
        rates = _rates(lr, len(parameters))
        for p, v, g, rate in zip(parameters, velocity, gradients, rates, strict=True):
            decayed = g + weight_decay * p if decays else g
            v *= momentum
            v += decayed
            p -= rate * (decayed + momentum * v if nesterov else v)

    return update


def adam(
    parameters: Sequence[Array],
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float | Array = 0.0,
    decoupled: bool = True,
) -> Update:
    """Adam; with weight_decay AdamW (decoupled: w ← w - lr · weight_decay · w), or plain L2 added to the gradient.

    Notes
    -----
    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², w ← w - lr · m̂ / (√v̂ + eps) with m̂ = m/(1 - β₁ᵗ), v̂ = v/(1 - β₂ᵗ).
    Kingma, Ba (2015), arXiv:1412.6980; Loshchilov, Hutter (2019), arXiv:1711.05101. As torch.optim.Adam and AdamW.

    >>> w = np.array([1.0, 1.0])
    >>> adam([w])([np.array([5.0, 0.001])], 0.1)  # the first step is lr in every coordinate, whatever the gradient
    >>> w.round(4).tolist()
    [0.9, 0.9]
    """
    first, second = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    beta1, beta2 = betas
    decays, done = bool(np.any(weight_decay)), 0

    def update(gradients: Sequence[Array], lr: Rates) -> None:
        nonlocal done
        done += 1
        size, root = 1 - beta1**done, math.sqrt(1 - beta2**done)
        rates = _rates(lr, len(parameters))
        for p, m, v, g, rate in zip(parameters, first, second, gradients, rates, strict=True):
            if decays and decoupled:
                p *= 1 - rate * weight_decay
            elif decays:
                g = g + weight_decay * p
            m += (1 - beta1) * (g - m)
            v += (1 - beta2) * (g * g - v)
            p -= (rate / size) * m / (np.sqrt(v) / root + eps)

    return update


def cosine(lr: float, steps: int, warmup: int = 0, final: float = 0.0) -> Callable[[int], float]:
    """A schedule: linear warm-up to lr over `warmup` steps, then half a cosine down to `final` at `steps`.

    Source: Loshchilov, Hutter (2017), arXiv:1608.03983 (one period, no restart).

    >>> schedule = cosine(1.0, 10, warmup=2)
    >>> [round(schedule(t), 3) for t in (0, 1, 2, 6, 10)]
    [0.5, 1.0, 1.0, 0.5, 0.0]
    """

    def schedule(t: int) -> float:
        if t < warmup:
            return lr * (t + 1) / warmup
        share = min(1.0, (t - warmup) / max(1, steps - warmup))
        return final + (lr - final) * 0.5 * (1 + math.cos(math.pi * share))

    return schedule


def minibatches(n: int, size: int, rng: np.random.Generator, shuffle: bool = True) -> Iterator[NDArray[np.intp]]:
    """Endless batches of row numbers, (size,) each: a new order every epoch, what is left over is not used in it.

    shuffle=False goes through the rows in the same order every time. A size above n gives all rows.

    >>> batches = minibatches(5, 2, np.random.default_rng(0), shuffle=False)
    >>> [next(batches).tolist() for _ in range(3)]
    [[0, 1], [2, 3], [0, 1]]
    """
    size = min(size, n)
    while True:
        order = rng.permutation(n) if shuffle else np.arange(n)
        for start in range(0, n - size + 1, size):
            yield order[start : start + size]
