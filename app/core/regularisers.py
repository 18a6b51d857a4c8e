"""What is added to a training run against overfitting, where the network itself has no switch for it.

Dropout and batch normalisation are in deep_net.py, decoupled weight decay and L2 in optimisers.py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from app.core.activations import Array
from app.core.optimisers import Gradient


def l1_penalised(gradient: Gradient, weights: Sequence[Array], strength: float) -> Gradient:
    """The gradient of loss + strength · Σ|w|, for the first len(weights) parameters; the sub-gradient 0 at w = 0.

    weights: the living arrays to be penalised, the first ones of the parameters `gradient` answers for.

    >>> w, b = np.array([2.0, -3.0, 0.0]), np.array([1.0])
    >>> penalised = l1_penalised(lambda t: (0.0, [np.zeros(3), np.zeros(1)], None), [w], 0.1)
    >>> loss, gradients, _ = penalised(0)
    >>> loss, [g.tolist() for g in gradients]
    (0.5, [[0.1, -0.1, 0.0], [0.0]])
    """

    def penalised(t: int) -> tuple[float, Sequence[Array], Any]:
        loss, gradients, seen = gradient(t)
        pulled = [g + strength * np.sign(w) for g, w in zip(gradients, weights, strict=False)]
        size = sum(float(np.abs(w).sum()) for w in weights)
        return loss + strength * size, [*pulled, *gradients[len(weights) :]], seen

    return penalised


def smoothed(y: ArrayLike, smoothing: float) -> Array:
    """Labels 0 and 1 as targets smoothing/2 and 1 - smoothing/2: label smoothing for two classes.

    Source: Szegedy et al. (2016), arXiv:1512.00567, section 7.

    >>> smoothed([0.0, 1.0], 0.2).tolist()
    [0.1, 0.9]
    """
    return np.asarray(np.asarray(y) * (1 - smoothing) + smoothing / 2)


def jittered(X: Array, std: float, rng: np.random.Generator) -> Array:
    """Fresh Gaussian noise on every input: augmentation for data whose label does not change with a small shift.

    >>> jittered(np.zeros((2, 1)), 0.0, np.random.default_rng(0)).tolist()
    [[0.0], [0.0]]
    """
    return np.asarray(X + std * rng.standard_normal(X.shape))


def bootstrap(n: int, rng: np.random.Generator) -> np.ndarray:
    """n row numbers drawn with replacement: the data of one member of a bagged ensemble (Breiman 1996).

    >>> sorted(set(bootstrap(5, np.random.default_rng(0)).tolist())) == [0, 1, 2, 3, 4]
    False
    """
    return rng.integers(0, n, n)
