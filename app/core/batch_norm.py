"""Batch normalisation by hand: the training pass, its gradient, the running statistics, and the pass at inference.

Every function works on x of shape (B, ...): the batch is axis 0, everything else is normalised on its own. A
convolutional map goes in as rows (N·H·W, channels). `normalise` and `normalise_backward` are the core without γ and β.
Source: Ioffe & Szegedy (2015), arXiv:1502.03167; ε, momentum and unbiased running variance of torch.nn.BatchNorm1d.
"""

import numpy as np

from app.core.activations import Array
from app.core.signal_propagation import normalise, normalise_backward

EPS = 1e-5
MOMENTUM = 0.1


def batch_norm(x: Array, scale: Array, shift: Array, eps: float = EPS) -> tuple[Array, Array, Array]:
    """The training pass: y = γ (x - mean) / √(variance + ε) + β with the statistics of this very batch.

    Parameters
    ----------
    x : float64, shape (B, n)
    scale, shift : float64, shape (n,)
        γ and β.
    eps : float
        Added to the variance, which has divisor B.

    Returns
    -------
    y, x_hat : float64, shape (B, n)
    std : float64, shape (n,)
        √(variance + ε).

    Examples
    --------
    >>> y, x_hat, std = batch_norm(np.array([[1.0], [2.0], [3.0], [4.0]]), np.ones(1), np.zeros(1), eps=0)
    >>> x_hat.ravel().round(7).tolist()
    [-1.3416408, -0.4472136, 0.4472136, 1.3416408]
    """
    x_hat, std = normalise(x, eps)
    return scale * x_hat + shift, x_hat, std


def batch_norm_backward(d_y: Array, x_hat: Array, std: Array, scale: Array) -> tuple[Array, Array, Array]:
    """The gradients of `batch_norm`.

    Parameters
    ----------
    d_y : float64, shape (B, n)
        ∂L/∂y.
    x_hat, std, scale
        What the forward pass gave, and γ.

    Returns
    -------
    d_x : float64, shape (B, n)
    d_scale, d_shift : float64, shape (n,)

    Notes
    -----
    ∂L/∂β = Σ g, ∂L/∂γ = Σ g x̂, ∂L/∂x = γ/std · (g - mean(g) - x̂ mean(g x̂)): what is left of g is orthogonal to the
    all-ones vector and to x̂.

    Examples
    --------
    >>> _, x_hat, std = batch_norm(np.array([[1.0], [2.0], [4.0]]), np.ones(1), np.zeros(1))
    >>> d_x, d_scale, d_shift = batch_norm_backward(np.array([[1.0], [0.0], [0.0]]), x_hat, std, np.ones(1))
    >>> bool(abs(d_x.sum()) < 1e-12), d_shift.tolist()
    (True, [1.0])
    """
    return normalise_backward(d_y * scale, x_hat, std), (d_y * x_hat).sum(axis=0), d_y.sum(axis=0)


def update_running(mean: Array, variance: Array, x: Array, momentum: float = MOMENTUM) -> tuple[Array, Array]:
    """The running statistics after one more batch: r ← (1 - m) r + m s, where s is the mean, or the unbiased variance.

    Parameters
    ----------
    mean, variance : float64, shape (n,)
        So far; a fresh layer starts with 0 and 1.
    x : float64, shape (B, n)
    momentum : float
        The weight m of the new batch.

    Returns
    -------
    mean, variance : float64, shape (n,)

    Notes
    -----
    The variance recorded has divisor B - 1, the one used in the pass divisor B. A batch of one has no unbiased
    variance (torch refuses to train on it); 0 is recorded here.

    Examples
    --------
    >>> mean, variance = update_running(np.zeros(1), np.ones(1), np.array([[1.0], [2.0], [3.0], [4.0]]))
    >>> mean.round(7).tolist(), variance.round(7).tolist()
    ([0.25], [1.0666667])
    """
    count = len(x)
    unbiased = x.var(axis=0) * count / max(1, count - 1)
    return mean + momentum * (x.mean(axis=0) - mean), variance + momentum * (unbiased - variance)


def batch_norm_inference(x: Array, scale: Array, shift: Array, mean: Array, variance: Array, eps: float = EPS) -> Array:
    """The pass at inference: the running statistics are constants, so it is one affine map, whatever else is in x.

    Parameters
    ----------
    x : float64, shape (B, n)
    scale, shift, mean, variance : float64, shape (n,)

    Returns
    -------
    float64, shape (B, n)

    Examples
    --------
    >>> one = np.ones(1)
    >>> batch_norm_inference(np.array([[5.0]]), 2 * one, one, 3 * one, 4 * one, eps=0).item()
    3.0
    """
    return np.asarray(scale * (x - mean) / np.sqrt(variance + eps) + shift)


def inference_shrinkage(size: int) -> float:
    """x̂ at inference over x̂ in training, once the running statistics have settled on one and the same batch (ε = 0).

    Parameters
    ----------
    size : int
        Values a statistic is taken over: B, or B·H·W after a convolution; at least 2.

    Returns
    -------
    float
        √((size - 1) / size): the running variance is the unbiased one.

    Raises
    ------
    ValueError
        For fewer than two values.

    Examples
    --------
    >>> round(inference_shrinkage(4), 4)
    0.866
    """
    if size < 2:
        raise ValueError("the unbiased variance needs at least two values")
    return float(np.sqrt((size - 1) / size))


def finite_differences(x: Array, d_y: Array, scale: Array, shift: Array, eps: float = EPS, step: float = 1e-5) -> Array:
    """∂L/∂x of `batch_norm` without its formula: L = Σ d_y · y, and central differences in every entry of x.

    Parameters
    ----------
    x, d_y : float64, shape (B, n)
    scale, shift : float64, shape (n,)
    step : float
        Half the distance of the two points.

    Returns
    -------
    float64, shape (B, n)

    Examples
    --------
    >>> x, g = np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [0.0], [0.0]])
    >>> _, x_hat, std = batch_norm(x, np.ones(1), np.zeros(1))
    >>> d_x = batch_norm_backward(g, x_hat, std, np.ones(1))[0]
    >>> bool(abs(finite_differences(x, g, np.ones(1), np.zeros(1)) - d_x).max() < 1e-9)
    True
    """
    d_x = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[index] += sign * step
            ends.append(float((d_y * batch_norm(moved, scale, shift, eps)[0]).sum()))
        d_x[index] = (ends[0] - ends[1]) / (2 * step)
    return d_x
