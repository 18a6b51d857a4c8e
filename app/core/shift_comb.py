"""Random deep convolutional nets and the comb of their shift errors: a tooth at every shift that no stride divides."""

import numpy as np

from app.core.activations import Array
from app.core.conv import conv2d, max_pool
from app.core.equivariance import blur_pool, shift_error


def random_net(x: Array, kernels: list[Array], pool: str = "none", halvings: int = 1, circular: bool = True) -> Array:
    """Convolution and ReLU for every kernel; each of the first `halvings` layers then halves the map.

    x: (n, c, h, w), h and w divisible by 2**halvings. kernels: (out, in, 3, 3) a layer. pool: "none" keeps every
    second place, "max" takes 2 × 2 maxima, "blur" is `blur_pool`. The total stride is 2**halvings.

    >>> random_net(np.ones((1, 1, 8, 8)), [np.ones((1, 1, 3, 3))] * 2, halvings=2).shape
    (1, 1, 2, 2)
    """
    for layer, kernel in enumerate(kernels):
        x = np.maximum(conv2d(x, kernel, padding=1, circular=circular), 0)
        if layer < halvings:
            x = max_pool(x)[0] if pool == "max" else blur_pool(x) if pool == "blur" else x[..., ::2, ::2]
    return x


def shift_comb(
    x: Array, kernels: list[Array], pool: str = "none", halvings: int = 1, circular: bool = True, largest: int = 8
) -> Array:
    """`shift_error` of `random_net` for shifts of 0 … largest px: 0 at multiples of 2**halvings, if it is circular.

    Source: Zhang (2019), arXiv:1904.11486.

    >>> x = np.random.default_rng(0).standard_normal((1, 1, 8, 8))
    >>> (shift_comb(x, [np.eye(3)[None, None]], largest=4) < 1e-12).tolist()
    [True, False, True, False, True]
    """

    def net(picture: Array) -> Array:
        return random_net(picture, kernels, pool, halvings, circular)

    return np.array([shift_error(net, x, by, 2**halvings) for by in range(largest + 1)])
