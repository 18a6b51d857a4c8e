"""The effective receptive field: how much each input pixel moves one output unit, by backpropagation.

The theoretical receptive field is what can reach a unit (layer_table.py); this is what does.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from app.core.activations import Array
from app.core.conv import conv2d_backward


def effective_fields(
    kernels: list[Array], rng: np.random.Generator | None = None, strides: Sequence[int] = ()
) -> Iterator[Array]:
    """∂ output unit / ∂ input pixel of the last 1, 2, … layers of a stack of convolutions without padding.

    kernels: (out, in, k, k) a layer, first layer first. Yields (in, r, r); the last one is the field of the whole
    stack. rng: then there are ReLUs at initialisation, each open with probability ½; without, the stack is linear.
    strides: one a layer; none means 1 everywhere, and then r = 1 + Σ(k − 1) over the layers taken.

    Notes
    -----
    Gradient 1 at one unit of the last map, then conv2d_backward layer by layer: r becomes (r − 1) · stride + k each
    time. Source: Luo et al. (2016), arXiv:1701.04128.

    >>> *_, field = effective_fields([np.full((1, 1, 3, 3), 1 / 9)] * 2)
    >>> field[0, 2].round(3).tolist()
    [0.037, 0.074, 0.111, 0.074, 0.037]
    """
    gradient: Array = np.zeros((1, len(kernels[-1]), 1, 1))
    gradient[0, 0] = 1
    for kernel, stride in zip(reversed(kernels), reversed(strides or [1] * len(kernels)), strict=True):
        side = (gradient.shape[2] - 1) * stride + kernel.shape[2]
        gradient, _, _ = conv2d_backward(gradient, np.zeros((1, kernel.shape[1], side, side)), kernel, stride)
        if rng is not None:
            gradient = gradient * rng.integers(0, 2, gradient.shape)
        yield gradient[0]


def spread(weights: Array) -> float:
    """Standard deviation in px, along x, of a distribution over pixels (r, r); the weights are normalised.

    >>> round(spread(np.ones((3, 3))) ** 2, 6)
    0.666667
    """
    profile = weights.sum(axis=0) / weights.sum()
    x = np.arange(len(profile))
    return float(np.sqrt(profile @ (x - profile @ x) ** 2))


def uniform_spread(depth: int, k: int) -> float:
    """`spread` of `depth` uniform k × k layers: √(depth · (k² − 1)/12), one box's variance a layer; √(2n/3) for k = 3.

    The squared field of layers with random weights of zero mean has the same spread on average: the expectation of a
    product of independent squares is a product, so it too is a convolution of boxes.

    >>> round(uniform_spread(10, 3), 2)
    2.58
    """
    return float(np.sqrt(depth * (k * k - 1) / 12))


def stack_spread(windows: Sequence[tuple[int, int]]) -> float:
    """`spread` of a stack of uniform windows (k, stride), first layer first: variances add, in px of the input.

    Notes
    -----
    Neighbouring units of a layer are j = Π strides before it apart in the input, so that its box has the variance
    j² (k² − 1)/12: σ² = Σ j² (k² − 1)/12. A stride makes every later layer count j² times. Follows Luo et al. (2016),
    arXiv:1701.04128.

    >>> round(stack_spread([(3, 1)] * 20), 4), round(stack_spread([(3, 2), (3, 2)] + [(3, 1)] * 18), 4)
    (3.6515, 13.9762)
    """
    variance, jump = 0.0, 1
    for k, stride in windows:
        variance += jump**2 * (k * k - 1) / 12
        jump *= stride
    return float(np.sqrt(variance))


def layers_to_span(reach: float, k: int) -> int:
    """The fewest layers of k × k, stride 1, equal weights, whose 2σ is at least `reach` px: ⌈(reach/2)² · 12/(k² − 1)⌉.

    >>> layers_to_span(112, 3), layers_to_span(10, 5)
    (4704, 13)
    """
    return int(np.ceil((reach / 2) ** 2 * 12 / (k * k - 1) - 1e-9))
