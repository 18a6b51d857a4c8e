"""How alike two representations are, whatever basis each is written in: linear CKA."""

import numpy as np

from app.core.activations import Array


def linear_cka(X: Array, Y: Array) -> Array:
    """Linear centred kernel alignment of activations X (..., n, p) and Y (..., n, q) on the same n samples, 0 to 1.

    Leading axes broadcast: many snapshots against one. 1 if they agree up to a rotation and a scale; a layer that is
    the same for every sample gives NaN. Returns an array of the leading axes' shape.

    Notes
    -----
    ‖XᵀY‖² / (‖XᵀX‖ ‖YᵀY‖), Frobenius, after subtracting each column's mean. It is the cosine between the two n × n
    matrices of inner products between samples. Unlike CCA it is not invariant under every invertible linear map, so it
    still tells things apart when p or q exceeds n.
    Source: Kornblith, Norouzi, Lee, Hinton (2019), Similarity of Neural Network Representations Revisited,
    arXiv:1905.00414.

    >>> X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    >>> turned = 5 * X @ np.array([[0.0, -1.0], [1.0, 0.0]]) + 7
    >>> round(linear_cka(X, turned).item(), 9), round(linear_cka(X, X**2).item(), 3)
    (1.0, 0.987)
    """
    X, Y = (M - M.mean(axis=-2, keepdims=True) for M in (X, Y))
    cross, own_x, own_y = (
        np.sqrt(np.sum((np.swapaxes(A, -1, -2) @ B) ** 2, axis=(-1, -2))) for A, B in ((X, Y), (X, X), (Y, Y))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value: Array = np.asarray(cross**2 / (own_x * own_y))
    return value
