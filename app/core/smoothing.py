"""Gaussian smoothing of a picture: one axis, then the other."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def gaussian_blur(picture: Floats, sigma: float) -> Floats:
    """A picture (h, w, c) smoothed by a Gaussian of standard deviation `sigma` px; sigma <= 0 leaves it as it is.

    The kernel is cut off at 4 sigma, the picture mirrored at its edges.

    Examples
    --------
    >>> spike = np.zeros((9, 9, 1))
    >>> spike[4, 4] = 1.0
    >>> float(gaussian_blur(spike, 1.0)[4, 4, 0].round(4)), float(gaussian_blur(spike, 1.0).sum().round(4))
    (0.1592, 1.0)
    """
    if sigma <= 0:
        return picture
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    kernel = np.exp(-0.5 * (offsets / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):  # separable: one axis, then the other
        pad = [(radius, radius) if a == axis else (0, 0) for a in range(picture.ndim)]
        padded, n = np.pad(picture, pad, mode="symmetric"), picture.shape[axis]
        picture = sum(w * np.take(padded, np.arange(i, i + n), axis=axis) for i, w in enumerate(kernel))
    return picture
