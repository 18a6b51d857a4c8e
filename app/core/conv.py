"""Convolution and pooling by hand, forward and backward, as one multiplication of matrices a layer (im2col).

Images are (n, channels, height, width), kernels (out, in, k, k). "Convolution" is what the field calls so: the kernel
is not flipped (cross-correlation). Folding batch norm stands here too: it turns two layers into one convolution.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.core.activations import Array

Places = NDArray[np.intp]


def pad(x: Array, amount: int, circular: bool = False) -> Array:
    """A border of `amount` px: zeros, or what stands on the other side (circular).

    >>> pad(np.array([[[[1.0, 2.0]]]]), 1, circular=True)[0, 0, 1].tolist()
    [2.0, 1.0, 2.0, 1.0]
    """
    if circular:
        return np.pad(x, ((0, 0), (0, 0), (amount, amount), (amount, amount)), mode="wrap")
    if amount == 0:
        return x
    n, c, h, w = x.shape
    padded = np.zeros((n, c, h + 2 * amount, w + 2 * amount), x.dtype)
    padded[:, :, amount : amount + h, amount : amount + w] = x
    return padded


def windows(x: Array, k: int, stride: int = 1, dilation: int = 1) -> Array:
    """Every k × k window of x (n, c, h, w), as a view (n, c, rows, columns, k, k). Raises ValueError if none fits.

    >>> windows(np.arange(9.0).reshape(1, 1, 3, 3), 2)[0, 0, 1, 1].tolist()
    [[4.0, 5.0], [7.0, 8.0]]
    """
    reach = dilation * (k - 1) + 1
    seen = sliding_window_view(x, (reach, reach), axis=(2, 3))
    return seen[:, :, ::stride, ::stride, ::dilation, ::dilation]


def conv2d(
    x: Array, kernel: Array, bias: Array | None = None, stride: int = 1, padding: int = 0, dilation: int = 1,
    circular: bool = False,
) -> Array:  # fmt: skip
    """A convolutional layer.

    Parameters
    ----------
    x : float, shape (n, c, h, w)
    kernel : float, shape (out, c, k, k)
    bias : float, shape (out,), optional
    stride, padding, dilation : int
        px between windows, px of border, px between the taps of a window.
    circular : bool
        The border repeats the other side of the image instead of zeros.

    Returns
    -------
    float, shape (n, out, h', w')
        h' = ⌊(h + 2p − d(k − 1) − 1) / s⌋ + 1.

    Raises
    ------
    ValueError
        If the window does not fit into the padded image.

    Notes
    -----
    y[o, i, j] = b[o] + Σ_{c,u,v} kernel[o, c, u, v] · x[c, s·i + d·u, s·j + d·v]. Source: Dumoulin, Visin (2016),
    arXiv:1603.07285.

    Examples
    --------
    >>> step = np.zeros((1, 1, 6, 6)); step[..., 3:] = 1
    >>> sobel = np.array([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
    >>> conv2d(step, sobel)[0, 0, 0].tolist()
    [0.0, 4.0, 4.0, 0.0]
    """
    seen = windows(pad(x, padding, circular), kernel.shape[-1], stride, dilation)
    y = np.tensordot(kernel, seen, axes=((1, 2, 3), (1, 4, 5)))  # (out, n, h', w')
    return np.moveaxis(y if bias is None else y + bias[:, None, None, None], 0, 1)


def conv2d_backward(
    d_y: Array, x: Array, kernel: Array, stride: int = 1, padding: int = 0, dilation: int = 1
) -> tuple[Array, Array, Array]:
    """Gradients (∂L/∂x, ∂L/∂kernel, ∂L/∂bias) of `conv2d` with zero padding, from d_y = ∂L/∂y (n, out, h', w').

    Notes
    -----
    ∂L/∂kernel correlates the input with d_y. ∂L/∂x hands every d_y back to the pixels of its window, weighted by the
    kernel: for stride 1 a convolution with the flipped kernel.

    >>> d_x, d_kernel, d_bias = conv2d_backward(np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))
    >>> d_x[0, 0].tolist(), d_kernel[0, 0].tolist(), d_bias.tolist()
    ([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]], [[4.0, 4.0], [4.0, 4.0]], [4.0])
    """
    k, padded = kernel.shape[-1], pad(x, padding)
    d_kernel = np.tensordot(d_y, windows(padded, k, stride, dilation), axes=((0, 2, 3), (0, 2, 3)))
    d_windows = np.tensordot(kernel, d_y, axes=((0,), (1,)))  # (c, k, k, n, h', w')
    d_padded = np.zeros((padded.shape[1], len(x), *padded.shape[2:]), x.dtype)
    rows, columns = (stride * size for size in d_y.shape[2:])
    for u in range(k):
        for v in range(k):
            top, left = u * dilation, v * dilation
            d_padded[:, :, top : top + rows : stride, left : left + columns : stride] += d_windows[:, u, v]
    height, width = x.shape[2:]
    d_x = d_padded[:, :, padding : padding + height, padding : padding + width]
    return np.moveaxis(d_x, 1, 0), d_kernel, d_y.sum(axis=(0, 2, 3))


def max_pool(x: Array, k: int = 2, stride: int | None = None) -> tuple[Array, Places]:
    """The largest value of every window, and which of its k² places it stood at (both (n, c, h', w')). No padding.

    >>> max_pool(np.array([[[[1.0, 5.0], [2.0, 3.0]]]]))[0].item()
    5.0
    """
    first, *others = _places(x, k, stride or k)
    best, place = first.copy(order="K"), np.zeros_like(first, dtype=np.intp)
    for index, values in enumerate(others, start=1):
        place[values > best] = index
        np.maximum(best, values, out=best)
    return best, place


def max_pool_backward(
    d_y: Array, place: Places, shape: tuple[int, ...], k: int = 2, stride: int | None = None
) -> Array:
    """∂L/∂x of `max_pool`, x of the given shape: the gradient goes to the winner of each window, the others get 0.

    >>> max_pool_backward(np.array([[[[7.0]]]]), np.array([[[[1]]]]), (1, 1, 2, 2))[0, 0].tolist()
    [[0.0, 7.0], [0.0, 0.0]]
    """
    return _hand_back([d_y * (place == index) for index in range(k * k)], shape, k, stride or k)


def avg_pool(x: Array, k: int = 2, stride: int | None = None) -> Array:
    """The mean of every k × k window, (n, c, h', w'). No padding. Global average pooling is the mean over h and w.

    >>> avg_pool(np.array([[[[1.0, 5.0], [2.0, 4.0]]]])).item()
    3.0
    """
    return np.asarray(sum(_places(x, k, stride or k)) / k**2)


def avg_pool_backward(d_y: Array, shape: tuple[int, ...], k: int = 2, stride: int | None = None) -> Array:
    """∂L/∂x of `avg_pool`, x of the given shape: every place of a window gets 1/k² of its gradient.

    >>> avg_pool_backward(np.array([[[[8.0]]]]), (1, 1, 2, 2))[0, 0].tolist()
    [[2.0, 2.0], [2.0, 2.0]]
    """
    return _hand_back([d_y / k**2] * k**2, shape, k, stride or k)


def _places(x: Array, k: int, stride: int) -> list[Array]:
    """The k² values of every window, place by place: views (n, c, h', w') of x, or of its gradient."""
    rows, columns = (stride * ((size - k) // stride) + 1 for size in x.shape[2:])
    return [x[:, :, u : u + rows : stride, v : v + columns : stride] for u in range(k) for v in range(k)]


def _hand_back(shares: list[Array], shape: tuple[int, ...], k: int, stride: int) -> Array:
    """Adds up what each of the k² places of the windows gets."""
    n, c, h, w = shape
    d_x = np.moveaxis(np.zeros((c, n, h, w), shares[0].dtype), 0, 1)
    for place, share in zip(_places(d_x, k, stride), shares, strict=True):
        place += share
    return d_x


def fold_batch_norm(
    kernel: Array, bias: Array, scale: Array, shift: Array, mean: Array, variance: Array, eps: float = 1e-5
) -> tuple[Array, Array]:
    """Kernel and bias of the one convolution that equals this one followed by batch normalisation in evaluation.

    scale γ, shift β, running mean and variance: (out,) each.

    Notes
    -----
    γ (w∗x + b − mean)/√(variance + eps) + β = (g w)∗x + g (b − mean) + β with g = γ/√(variance + eps). Source: Jacob et
    al. (2018), arXiv:1712.05877.

    >>> one, zero = np.ones(1), np.zeros(1)
    >>> kernel, bias = fold_batch_norm(np.ones((1, 1, 1, 1)), one, 6 * one, zero, 3 * one, 9 * one, eps=0)
    >>> kernel.item(), bias.item()
    (2.0, -4.0)
    """
    gain = scale / np.sqrt(variance + eps)
    return kernel * gain[:, None, None, None], (bias - mean) * gain + shift
