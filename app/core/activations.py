"""Activation functions φ, each with its derivative.

Every function takes `z`, a float array of any shape (pre-activations, no unit), and returns the pair
`(value, slope)` = (φ(z), φ'(z)), two arrays of z's shape and dtype. At a kink the slope is the one of the left side,
as frameworks do for ReLU (a subgradient; the event has probability zero). Neighbour: activation_stats.py.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Activation = Callable[[Array], tuple[Array, Array]]


def identity(z: Array) -> tuple[Array, Array]:
    """No activation: φ(z) = z, φ'(z) = 1.

    >>> identity(np.array([-2.0, 3.0]))
    (array([-2.,  3.]), array([1., 1.]))
    """
    return z, np.ones_like(z)


def sigmoid(z: Array) -> tuple[Array, Array]:
    """Logistic function σ(z) = 1 / (1 + e⁻ᶻ), range (0, 1).

    Notes
    -----
    σ' = σ (1 - σ) <= 1/4: one subtraction and one multiplication on the stored output; no exp, no division.
    Written as (1 + tanh(z/2)) / 2, the same function: it cannot overflow.

    >>> value, slope = sigmoid(np.array([0.0, 2.0]))
    >>> value.round(4).tolist(), slope.round(4).tolist()
    ([0.5, 0.8808], [0.25, 0.105])
    """
    value = 0.5 * (1 + np.tanh(0.5 * z))
    return value, value * (1 - value)


def tanh(z: Array) -> tuple[Array, Array]:
    """Hyperbolic tangent = 2 σ(2z) - 1, range (-1, 1), zero-centred; tanh' = 1 - tanh² <= 1, with 1 only at 0.

    >>> value, slope = tanh(np.array([0.0, 2.0]))
    >>> value.round(4).tolist(), slope.round(4).tolist()
    ([0.0, 0.964], [1.0, 0.0707])
    """
    value = np.tanh(z)
    return value, 1 - value * value


def scaled_tanh(z: Array) -> tuple[Array, Array]:
    """1.7159 tanh(2z/3): a tanh stretched to pass through (±1, ±1), with slope 1.14 at 0.

    Source: LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, doi:10.1007/3-540-49430-8_2.

    >>> scaled_tanh(np.array([-1.0, 1.0]))[0].round(4).tolist()
    [-1.0, 1.0]
    """
    t = np.tanh(z * (2 / 3))
    return 1.7159 * t, (1.7159 * 2 / 3) * (1 - t * t)


def hard_sigmoid(z: Array) -> tuple[Array, Array]:
    """Piecewise linear sigmoid: clip(z/6 + 1/2, 0, 1); slope 1/6 inside |z| < 3, exactly 0 outside.

    Source: Howard et al. (2019), Searching for MobileNetV3, arXiv:1905.02244.

    >>> hard_sigmoid(np.array([-4.0, 0.0, 4.0]))[0].tolist()
    [0.0, 0.5, 1.0]
    """
    return np.clip(z / 6 + 0.5, 0, 1), np.where(np.abs(z) < 3, 1 / 6, 0).astype(z.dtype)


def hard_tanh(z: Array) -> tuple[Array, Array]:
    """Piecewise linear tanh: clip(z, -1, 1); slope 1 inside |z| < 1, exactly 0 outside.

    >>> hard_tanh(np.array([-4.0, 0.5, 4.0]))[0].tolist()
    [-1.0, 0.5, 1.0]
    """
    return np.clip(z, -1, 1), (np.abs(z) < 1).astype(z.dtype)


def softplus(z: Array) -> tuple[Array, Array]:
    """ln(1 + eᶻ), the smooth ReLU; its slope is σ(z). Written as max(z, 0) + ln(1 + e^-|z|).

    >>> value, slope = softplus(np.array([0.0]))
    >>> value.round(6).tolist(), slope.tolist()
    ([0.693147], [0.5])
    """
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))), sigmoid(z)[0]


def relu(z: Array) -> tuple[Array, Array]:
    """max(z, 0); slope 1 for z > 0, exactly 0 otherwise.

    Source: Nair, Hinton (2010), Rectified Linear Units Improve Restricted Boltzmann Machines, ICML.

    >>> relu(np.array([-1.0, 0.0, 2.0]))
    (array([0., 0., 2.]), array([0., 0., 1.]))
    """
    return np.maximum(z, 0), (z > 0).astype(z.dtype)


def leaky_relu(z: Array, slope: float = 0.01) -> tuple[Array, Array]:
    """z for z > 0, slope·z otherwise. PReLU is the same with `slope` learned: ∂φ/∂slope = min(z, 0).

    Sources: Maas, Hannun, Ng (2013), ICML workshop; PReLU: He et al. (2015), arXiv:1502.01852.

    >>> leaky_relu(np.array([-2.0, 2.0]), slope=0.1)
    (array([-0.2,  2. ]), array([0.1, 1. ]))
    """
    factor = np.where(z > 0, 1, slope).astype(z.dtype)
    return factor * z, factor


def rrelu(
    z: Array, rng: np.random.Generator | None = None, lower: float = 1 / 8, upper: float = 1 / 3
) -> tuple[Array, Array]:
    """Leaky ReLU whose slope is drawn from U(lower, upper) for every element in training (rng given); at test time
    (rng None) the mean slope, 11/48 by default. Raises ValueError unless 0 <= lower <= upper.

    Source: Xu, Wang, Chen, Li (2015), Empirical Evaluation of Rectified Activations, arXiv:1505.00853.

    >>> rrelu(np.array([-48.0, 1.0]))[0].round(9).tolist()
    [-11.0, 1.0]
    """
    if not 0 <= lower <= upper:
        raise ValueError(f"rrelu needs 0 <= lower <= upper, got {lower} and {upper}")
    slope = (lower + upper) / 2 if rng is None else rng.uniform(lower, upper, np.shape(z))
    factor = np.where(z > 0, 1, slope).astype(z.dtype)
    return factor * z, factor


def elu(z: Array, alpha: float = 1.0) -> tuple[Array, Array]:
    """z for z > 0, α(eᶻ - 1) otherwise: negative outputs pull the mean towards 0; saturates at -α.

    Source: Clevert, Unterthiner, Hochreiter (2015), arXiv:1511.07289.

    >>> elu(np.array([-1.0, 1.0]))[0].round(6).tolist()
    [-0.632121, 1.0]
    """
    negative = alpha * np.expm1(np.minimum(z, 0))
    return np.where(z > 0, z, negative), np.where(z > 0, 1, negative + alpha).astype(z.dtype)


def selu(z: Array) -> tuple[Array, Array]:
    """λ·ELU(z) with α = 1.6733, λ = 1.0507: for z ~ N(0, 1) the output has mean 0 and variance 1 again.

    Source: Klambauer, Unterthiner, Mayr, Hochreiter (2017), Self-Normalizing Neural Networks, arXiv:1706.02515.

    >>> selu(np.array([-1.0, 1.0]))[0].round(6).tolist()
    [-1.111331, 1.050701]
    """
    value, slope = elu(z, alpha=1.6732632423543772)
    return 1.0507009873554805 * value, 1.0507009873554805 * slope


def erf(x: Array) -> Array:
    """The error function of x (any shape), absolute error below 5e-12 for float64.

    Notes
    -----
    erf(|x|) = 1 - exp(-x²) P(|x|) / Q(|x|), P and Q of degree 8: the rational approximation for 0.47 <= |x| <= 4,
    used for all x here (below 0.47 its *relative* error grows, the absolute one stays under 5e-12).
    Source: Cody (1969), Rational Chebyshev Approximations for the Error Function, Math. Comp. 23,
    doi:10.1090/S0025-5718-1969-0247736-4.

    >>> bool(abs(erf(np.array([0.5]))[0] - math.erf(0.5)) < 1e-14)
    True
    """
    a = np.minimum(np.abs(x), 6.0)
    p, q = 2.15311535474403846e-8 * a, a
    for c, d in (
        (0.564188496988670089, 15.7449261107098347), (8.88314979438837594, 117.693950891312499),
        (66.1191906371416295, 537.181101862009858), (298.635138197400131, 1621.38957456669019),
        (881.952221241769090, 3290.79923573345963), (1712.04761263407058, 4362.61909014324716),
        (2051.07837782607147, 3439.36767414372164),
    ):  # fmt: skip
        p, q = (p + c) * a, (q + d) * a
    tail: Array = np.exp(-a * a) * (p + 1230.33935479799725) / (q + 1230.33935480374942)
    return (1 - tail) * np.sign(x)


def gelu(z: Array) -> tuple[Array, Array]:
    """z Φ(z), Φ the standard normal distribution function; slope Φ(z) + z N(z; 0, 1). Minimum -0.16997 at -0.75179.

    Source: Hendrycks, Gimpel (2016), Gaussian Error Linear Units, arXiv:1606.08415.

    >>> gelu(np.array([1.0]))[0].round(6).tolist()
    [0.841345]
    """
    cdf = 0.5 * (1 + erf(z * math.sqrt(0.5)))
    pdf = math.sqrt(0.5 / math.pi) * np.exp(-0.5 * z * z)
    return z * cdf, cdf + z * pdf


def gelu_tanh(z: Array) -> tuple[Array, Array]:
    """The tanh approximation of GELU, z/2 (1 + tanh(√(2/π) (z + 0.044715 z³))); off by at most 4.8e-4.

    Source: Hendrycks, Gimpel (2016), arXiv:1606.08415.

    >>> gelu_tanh(np.array([1.0]))[0].round(6).tolist()
    [0.841192]
    """
    c = math.sqrt(2 / math.pi)
    t = np.tanh(c * (z + 0.044715 * z * z * z))
    return 0.5 * z * (1 + t), 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * c * (1 + 0.134145 * z * z)


def silu(z: Array) -> tuple[Array, Array]:
    """z σ(z), also called Swish; slope σ(z) (1 + z (1 - σ(z))). Minimum -0.27846 at -1.27846.

    Sources: Elfwing, Uchibe, Doya (2017), arXiv:1702.03118; Ramachandran, Zoph, Le (2017), arXiv:1710.05941.

    >>> silu(np.array([1.0]))[0].round(6).tolist()
    [0.731059]
    """
    s = sigmoid(z)[0]
    return z * s, s * (1 + z * (1 - s))


def square(z: Array) -> tuple[Array, Array]:
    """z², slope 2z: non-linear, yet a polynomial, so a fixed number of layers gives polynomials of bounded degree only.

    >>> square(np.array([-3.0]))
    (array([9.]), array([-6.]))
    """
    return z * z, 2 * z


def maxout(z: Array) -> tuple[Array, Array]:
    """The largest of k affine pieces. z (..., k) holds wⱼᵀx + bⱼ; returns the maximum (...,) and its gradient
    (..., k): 1 at the winner (the first of equals), 0 elsewhere. Parameters are k times those of a linear unit.

    Source: Goodfellow, Warde-Farley, Mirza, Courville, Bengio (2013), Maxout Networks, arXiv:1302.4389.

    >>> maxout(np.array([[-2.0, 0.5, 0.1]]))
    (array([0.5]), array([[0., 1., 0.]]))
    """
    winner = z.argmax(axis=-1)
    return z.max(axis=-1), (np.arange(z.shape[-1]) == winner[..., None]).astype(z.dtype)


ACTIVATIONS: Mapping[str, Activation] = {
    f.__name__: f
    for f in (
        identity, sigmoid, tanh, scaled_tanh, hard_sigmoid, hard_tanh, softplus,
        relu, leaky_relu, rrelu, elu, selu, gelu, gelu_tanh, silu,
    )
}  # fmt: skip
"""The elementwise ones by name, at their default parameters."""
