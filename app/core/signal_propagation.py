"""A deep random network at initialisation, forward and backward by hand: what arrives at each layer, both ways.

A layer is h' = φ(W h); with batch normalisation φ(BN(W h)); with a skip connection h + φ(·). No bias, no training.
What a wide network must do is predicted in mean_field.py.
"""

import math
from collections.abc import Sequence

import numpy as np

from app.core.activations import Activation, Array

Tape = list[tuple[Array, Array, Array]]
"""What the backward pass needs of each layer: (φ'(z), z, std)."""


def random_weights(rng: np.random.Generator, depth: int, width: int, sigma_w: float) -> Array:
    """Square weight matrices with entries N(0, σ_w² / width); σ_w = √2 is He initialisation, 1 is Xavier (Glorot).

    Parameters
    ----------
    rng : np.random.Generator
    depth, width : int
        Number of matrices L and their size n.
    sigma_w : float
        Standard deviation of an entry times √n.

    Returns
    -------
    float64, shape (L, n, n)

    Examples
    --------
    >>> random_weights(np.random.default_rng(0), 3, 64, 2.0).var().round(3)  # 2² / 64
    np.float64(0.062)
    """
    return rng.standard_normal((depth, width, width)) * (sigma_w / math.sqrt(width))


def normalise(z: Array, eps: float = 1e-8) -> tuple[Array, Array]:
    """Batch normalisation of every column: subtract its mean over the batch, divide by its standard deviation.

    Parameters
    ----------
    z : float64, shape (B, n)
    eps : float
        Added to the variance.

    Returns
    -------
    z_hat : float64, shape (B, n)
    std : float64, shape (n,)
        √(variance + eps), the variance with divisor B.

    Notes
    -----
    Ioffe & Szegedy (2015), arXiv:1502.03167, with scale 1 and shift 0.

    Examples
    --------
    >>> normalise(np.array([[1.0], [3.0]]))[0].round(6).ravel()
    array([-1.,  1.])
    """
    std = np.sqrt(z.var(axis=0) + eps)
    return (z - z.mean(axis=0)) / std, std


def normalise_backward(gradient: Array, z_hat: Array, std: Array) -> Array:
    """The gradient before `normalise` from the one after it.

    Parameters
    ----------
    gradient : float64, shape (B, n)
        ∂loss / ∂z_hat.
    z_hat, std : float64, shapes (B, n) and (n,)
        What `normalise` returned.

    Returns
    -------
    float64, shape (B, n)
        ∂loss / ∂z.

    Notes
    -----
    The mean and the standard deviation depend on z as well, so the parts of the gradient that would only shift or
    stretch the batch are removed: (g - mean(g) - z_hat · mean(g · z_hat)) / std.

    Examples
    --------
    >>> z_hat, std = normalise(np.array([[1.0], [2.0], [4.0]]))
    >>> bool(abs(normalise_backward(5 + 3 * z_hat, z_hat, std)).max() < 1e-7)
    True
    """
    centred = gradient - gradient.mean(axis=0)
    return np.asarray((centred - z_hat * (gradient * z_hat).mean(axis=0)) / std)


def forward(
    inputs: Array, weights: Array, phi: Activation, batch_norm: bool = False, residual: bool = False
) -> tuple[Array, Tape]:
    """The activations of every layer.

    Parameters
    ----------
    inputs : float64, shape (B, n)
    weights : float64, shape (L, n, n)
        A layer computes W @ h for each example.
    phi : Activation
        z -> (φ(z), φ'(z)).
    batch_norm, residual : bool

    Returns
    -------
    activations : float64, shape (L + 1, B, n)
        h_0 (the inputs) to h_L.
    tape : list of L tuples (slope, z, std)
        What `backward` needs: φ'(z) and z, shape (B, n), and the batch's std, shape (n,) (ones without batch norm).

    Examples
    --------
    >>> from app.core.activations import relu
    >>> activations, _ = forward(np.array([[1.0, -2.0]]), np.array([[[0.0, 1.0], [1.0, 0.0]]]), relu)
    >>> activations[1]
    array([[0., 1.]])
    """
    activations = np.empty((len(weights) + 1, *inputs.shape))
    activations[0] = inputs
    tape: Tape = []
    for layer, weight in enumerate(weights):
        z = activations[layer] @ weight.T
        std = np.ones(z.shape[1])
        if batch_norm:
            z, std = normalise(z)
        value, slope = phi(z)
        activations[layer + 1] = activations[layer] + value if residual else value
        tape.append((slope, z, std))
    return activations, tape


def backward(
    gradient: Array, activations: Array, tape: Tape, weights: Array, batch_norm: bool = False, residual: bool = False
) -> tuple[Array, Array]:
    """Backpropagation: the gradients of a loss with respect to every activation and every weight matrix.

    Parameters
    ----------
    gradient : float64, shape (B, n)
        ∂loss / ∂h_L, what arrives at the output.
    activations, tape : what `forward` returned
    weights : float64, shape (L, n, n)
    batch_norm, residual : bool
        As in `forward`.

    Returns
    -------
    gradients : float64, shape (L + 1, B, n)
        ∂loss / ∂h_l.
    weight_gradients : float64, shape (L, n, n)
        ∂loss / ∂W_l, summed over the batch.

    Notes
    -----
    δ = ∂loss / ∂(W h) = BNᵀ(g ⊙ φ'(z)), ∂loss / ∂W = δᵀ h, and the next gradient down is Wᵀδ (plus g with a skip).

    Examples
    --------
    >>> from app.core.activations import relu
    >>> x, w = np.array([[1.0, -2.0]]), np.array([[[0.0, 1.0], [1.0, 0.0]]])
    >>> gradients, weight_gradients = backward(np.ones((1, 2)), *forward(x, w, relu), w)
    >>> gradients[0], weight_gradients[0]
    (array([[1., 0.]]), array([[ 0.,  0.],
           [ 1., -2.]]))
    """
    gradients = np.empty_like(activations)
    gradients[-1] = gradient
    weight_gradients = np.empty_like(weights)
    for layer in reversed(range(len(weights))):
        slope, z, std = tape[layer]
        delta = gradients[layer + 1] * slope
        if batch_norm:
            delta = normalise_backward(delta, z, std)
        weight_gradients[layer] = delta.T @ activations[layer]
        gradients[layer] = delta @ weights[layer]
        if residual:
            gradients[layer] += gradients[layer + 1]
    return gradients, weight_gradients


def jacobian(weights: Array, tape: Tape, residual: bool = False, example: int = 0) -> Array:
    """∂h_out / ∂h_in of consecutive layers for one example: the product of diag(φ' / std) W (plus 1 with a skip).

    Parameters
    ----------
    weights : float64, shape (k, n, n)
    tape : list of k tuples
        The entries `forward` returned for these layers. With batch norm the batch's statistics are held fixed.
    residual : bool
    example : int
        Index in the batch.

    Returns
    -------
    float64, shape (n, n)
        Its singular values say how much a gradient is stretched or shrunk; for one layer their mean square is χ.

    Examples
    --------
    >>> tape = [(np.array([[1.0, 0.0]]), np.array([[4.0, -3.0]]), np.ones(2))]
    >>> jacobian(np.array([[[0.0, 2.0], [3.0, 0.0]]]), tape)
    array([[0., 2.],
           [0., 0.]])
    """
    product = np.eye(weights.shape[1])
    for weight, (slope, _, std) in zip(weights, tape, strict=True):
        branch = (slope[example] / std)[:, None] * (weight @ product)
        product = product + branch if residual else branch
    return product


def per_layer_rate(norms: Array) -> float:
    """The factor from one entry to the next that fits best: exp of the least-squares slope of log(norms).

    Parameters
    ----------
    norms : float64, shape (m,), m >= 2
        Positive; for a gradient give them from the output towards the input.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        With fewer than two norms, or one that is not positive and finite.

    Examples
    --------
    >>> round(per_layer_rate(np.array([8.0, 4.0, 2.0, 1.0])), 12)
    0.5
    """
    if len(norms) < 2 or not np.all((norms > 0) & np.isfinite(norms)):
        raise ValueError("a rate needs at least two positive, finite norms")
    position = np.arange(len(norms)) - (len(norms) - 1) / 2
    return float(np.exp(position @ np.log(norms) / (position @ position)))


def clip_by_global_norm(gradients: Sequence[Array], max_norm: float) -> tuple[list[Array], float]:
    """Scale all gradients by one factor so that their joint norm is at most `max_norm`; the direction is kept.

    Parameters
    ----------
    gradients : sequence of float64 arrays, any shapes
    max_norm : float

    Returns
    -------
    clipped : list of float64 arrays
    norm : float
        The joint L2 norm before clipping.

    Notes
    -----
    Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks", arXiv:1211.5063.

    Examples
    --------
    >>> clip_by_global_norm([np.array([3.0]), np.array([4.0])], 1.0)
    ([array([0.6]), array([0.8])], 5.0)
    """
    norm = float(np.sqrt(sum(float((g**2).sum()) for g in gradients)))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return [g * factor for g in gradients], norm
