"""Mean-field theory of a wide random network: does a gradient vanish, explode, or travel?

A layer is h' = φ(W h), W_ij ~ N(0, σ_w² / n); with batch normalisation φ(BN(W h)); with a skip connection h + φ(·).
At large width n every pre-activation is Gaussian, so all one needs are Gaussian means of φ, φ² and φ'².
The network itself, forward and backward by hand, is in signal_propagation.py.
"""

import numpy as np

from app.core.activation_stats import gaussian_quadrature
from app.core.activations import Activation, Array


def length_fixed_point(phi: Activation, sigma_w: float | Array) -> Array:
    r"""The variance q* of the pre-activations deep in the network (no batch norm, no skip, no bias).

    Parameters
    ----------
    phi : Activation
        z -> (φ(z), φ'(z)), bounded (tanh, sigmoid) or positively homogeneous (ReLU, leaky ReLU, identity).
    sigma_w : float or float64 array, shape (...)
        Standard deviation of a weight times √n.

    Returns
    -------
    float64, shape (...)
        The stable solution of q = σ_w² E[φ(√q z)²], z ~ N(0, 1). A homogeneous φ only scales q: 0 below its critical
        σ_w, inf above it, and at it every q is a fixed point (1 is returned).

    Notes
    -----
    Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli (2016), "Exponential expressivity in deep neural networks through
    transient chaos", arXiv:1606.05340.

    Examples
    --------
    >>> from app.core.activations import tanh
    >>> length_fixed_point(tanh, np.array([0.9, 1.5])).round(4)
    array([0.    , 0.7934])
    """
    sigma2 = np.square(np.asarray(sigma_w, dtype=np.float64))
    z, weights = gaussian_quadrature()

    def gain(q: Array) -> Array:  # the factor by which one layer multiplies q; it falls as q grows, or is constant
        return np.asarray(sigma2 * (phi(np.sqrt(q)[..., None] * z)[0] ** 2 @ weights) / q)

    low, high = np.full_like(sigma2, 1e-9), np.full_like(sigma2, 1e3)
    if np.allclose(gain(low), gain(high), rtol=1e-9):
        return np.where(np.isclose(gain(low), 1, rtol=1e-9), 1.0, np.where(gain(low) < 1, 0.0, np.inf))
    alive = gain(low) > 1
    for _ in range(50):  # bisection on a log scale: half the remaining range of log q at a time
        middle = np.sqrt(low * high)
        grows = gain(middle) > 1
        low, high = np.where(grows, middle, low), np.where(grows, high, middle)
    return np.where(alive, low, 0.0)


def chi(phi: Activation, sigma_w: float | Array) -> Array:
    r"""The factor χ by which one layer multiplies the mean squared gradient: below 1 it vanishes, above 1 it explodes.

    Parameters
    ----------
    phi : Activation
        As in `length_fixed_point`.
    sigma_w : float or float64 array, shape (...)
        Standard deviation of a weight times √n.

    Returns
    -------
    float64, shape (...)
        χ = σ_w² E[φ'(√q* z)²], the mean squared singular value of the layer's Jacobian. ReLU: σ_w² / 2.

    Notes
    -----
    Schoenholz, Gilmer, Ganguli & Sohl-Dickstein (2017), "Deep information propagation", arXiv:1611.01232.

    Examples
    --------
    >>> from app.core.activations import relu
    >>> float(chi(relu, np.sqrt(2)).round(9))
    1.0
    """
    q = length_fixed_point(phi, sigma_w)
    q = np.where(np.isfinite(q), np.maximum(q, 1e-18), 1.0)  # a homogeneous φ has the same slopes at every q > 0
    z, weights = gaussian_quadrature()
    return np.asarray(np.square(sigma_w) * (phi(np.sqrt(q)[..., None] * z)[1] ** 2 @ weights))


def batch_norm_chi(phi: Activation) -> float:
    r"""The factor χ of a layer with batch normalisation and no skip, for a large batch; σ_w cancels.

    Parameters
    ----------
    phi : Activation
        z -> (φ(z), φ'(z)).

    Returns
    -------
    float
        χ = E[φ'(z)²] / Var[φ(z)], z ~ N(0, 1). It is never below 1, and above 1 for every φ that is not a straight
        line (the Gaussian Poincaré inequality). ReLU: π / (π - 1) ≈ 1.467.

    Notes
    -----
    BN divides W h by its standard deviation over the batch, σ_w √Var[h]; the gradient passes W (factor σ_w²) and is
    divided by the same number. Yang, Pennington, Rao, Sohl-Dickstein & Schoenholz (2019), "A mean field theory of batch
    normalization", arXiv:1902.08129.

    Examples
    --------
    >>> from app.core.activations import relu
    >>> round(batch_norm_chi(relu), 4)
    1.4669
    """
    z, weights = gaussian_quadrature()
    value, slope = phi(z)
    return float(slope**2 @ weights / (value**2 @ weights - (value @ weights) ** 2))


def predicted_propagation(
    phi: Activation, sigma_w: float, depth: int, batch_norm: bool = False, residual: bool = False
) -> tuple[Array, Array]:
    r"""Mean squared activation and gradient at every layer, from an input ~ N(0, 1) on (transient included).

    Parameters
    ----------
    phi : Activation
        z -> (φ(z), φ'(z)).
    sigma_w : float
        Standard deviation of a weight times √n.
    depth : int
        Number of layers L.
    batch_norm, residual : bool
        Normalise W h over the (large) batch; add the layer's input to its output.

    Returns
    -------
    moments : float64, shape (L + 1,)
        E[h_l²]; entry 0 is the input's, 1.
    gradients : float64, shape (L + 1,)
        E[g_l²] / E[g_L²], g_l = ∂loss / ∂h_l; the last entry is 1.

    Notes
    -----
    A layer multiplies the squared gradient by χ_l = s E[φ'(√q z)²] with q = σ_w² E[h²], s = σ_w² (plain), or q = 1,
    s = 1 / Var[h] (batch norm). A skip makes it 1 + χ_l: the Jacobian is I + J, and E‖(I + J)ᵀg‖² = ‖g‖² + E‖Jᵀg‖².

    Infinite width first: in a ReLU net with skips and no norm the common direction of all h grows faster than 1 + χ
    and takes over once its growth exceeds the width; that rank-one part is not in these formulas.

    Examples
    --------
    >>> from app.core.activations import relu
    >>> moments, gradients = predicted_propagation(relu, 1.0, 3)
    >>> moments.round(6), gradients.round(6)
    (array([1.   , 0.5  , 0.25 , 0.125]), array([0.125, 0.25 , 0.5  , 1.   ]))
    """
    z, weights = gaussian_quadrature()
    mean, square = 0.0, 1.0
    moments, factors = [square], []
    for _ in range(depth):
        q = 1.0 if batch_norm else sigma_w**2 * square
        scale = 1 / (square - mean**2) if batch_norm else sigma_w**2
        value, slope = phi(np.sqrt(q) * z)
        value_mean, value_square = float(value @ weights), float(value**2 @ weights)
        factors.append(scale * float(slope**2 @ weights) + residual)
        square = square + 2 * mean * value_mean + value_square if residual else value_square
        mean = mean + value_mean if residual else value_mean
        moments.append(square)
    return np.array(moments), np.cumprod([1.0, *reversed(factors)])[::-1]
