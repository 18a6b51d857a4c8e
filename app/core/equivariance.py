"""Does a layer commute with a shift? Moving the input and then computing, against computing and then moving the map."""

from collections.abc import Callable

import numpy as np

from app.core.activations import Array
from app.core.conv import conv2d, max_pool, pad


def shifted(x: Array, by: int) -> Array:
    """x (n, c, h, w) moved right by `by` px; what leaves on one side comes back on the other.

    >>> shifted(np.array([[[[1.0, 2.0, 3.0]]]]), 1).ravel().tolist()
    [3.0, 1.0, 2.0]
    """
    return np.roll(x, by, axis=3)


def shift_error(layer: Callable[[Array], Array], x: Array, by: int, stride: int = 1) -> float:
    """max |f(Tx) − T'f(x)| / max |f(x)|: 0 for a layer that is equivariant.

    T moves the input by `by` px, T' the map by `by`/stride px: where that is no whole number, by the neighbour that
    fits better. A layer that gives one number a channel (n, c, 1, 1) is asked for invariance, T' = identity. A map
    that is 0 before and after the shift has error 0, one that is 0 before only, inf.

    >>> x = np.random.default_rng(0).standard_normal((1, 1, 8, 8))
    >>> shift_error(lambda x: x**2, x, 3), shift_error(lambda x: x[..., ::2, ::2], x, 2, stride=2)
    (0.0, 0.0)
    >>> shift_error(lambda x: x[..., ::2, ::2], x, 1, stride=2) > 0.5
    True
    """
    still, moved = layer(x), layer(shifted(x, by))
    steps = {by // stride, -(-by // stride)} if still.shape[3] > 1 else {0}
    off = min(float(np.abs(moved - shifted(still, step)).max()) for step in steps)
    largest = float(np.abs(still).max())
    return off / largest if largest else float("inf") if off else 0.0


def blur_pool(x: Array) -> Array:
    """Max-pooling in three steps: the maximum of every 2 × 2 window at stride 1, a blur, then every second place.

    Aliasing, which comes from the stride, is reduced. Circular borders. Source: Zhang (2019), arXiv:1904.11486.

    >>> blur_pool(np.ones((1, 1, 4, 4)))[0, 0].round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    n, c, h, w = x.shape
    dense, _ = max_pool(pad(x, 1, circular=True)[:, :, 1:, 1:], 2, stride=1)
    taps = np.array([1.0, 2.0, 1.0])
    kernel = (np.outer(taps, taps) / 16)[None, None]
    return conv2d(dense.reshape(n * c, 1, h, w), kernel, padding=1, circular=True)[:, :, ::2, ::2].reshape(
        n, c, -(-h // 2), -(-w // 2)
    )
