"""What sharing weights saves: one linear layer learned as a convolution, as local filters, and fully connected.

The world: pictures x (n, side, side) of standard normal pixels, borders joined (circular), and a map y of the same
size: y at a place is a k × k filter on the pixels around it, plus noise of standard deviation σ. The filter may be the
same everywhere, or differ from place to place. All three layers are linear and fitted by least squares (the shortest
solution if there are many), so that only what they assume differs.
"""

import numpy as np
from numpy.typing import NDArray

from app.core.conv import pad, windows
from app.core.linear_risk import nearest_solution

Array = NDArray[np.float64]


def place_filters(side: int, k: int, drift: float, rng: np.random.Generator) -> Array:
    """The true filters, (side², k²): √(1 − drift²) · one unit filter for all + drift · one unit filter a place.

    >>> w = place_filters(4, 3, 0.0, np.random.default_rng(0))
    >>> w.shape, bool((w == w[0]).all()), round(float(w[0] @ w[0]), 9)
    ((16, 9), True, 1.0)
    """
    common, own = rng.standard_normal(k * k), rng.standard_normal((side * side, k * k))
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    return np.asarray(np.sqrt(1 - drift**2) * common / np.linalg.norm(common) + drift * own)


def patches(x: Array, k: int) -> Array:
    """The k² pixels around every place of pictures (n, side, side), k odd: (n, side², k²).

    >>> patches(np.arange(9.0).reshape(1, 3, 3), 3)[0, 4].tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    """
    seen = windows(pad(x[:, None], k // 2, circular=True), k)[:, 0]
    return np.asarray(seen.reshape(len(x), -1, k * k), dtype=np.float64)


def drawn_maps(filters: Array, n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """n pictures (n, side, side) and their maps y (n, side²), from filters (side², k²).

    >>> x, y = drawn_maps(np.ones((16, 9)), 2, 0.0, np.random.default_rng(0))
    >>> x.shape, y.shape
    ((2, 4, 4), (2, 16))
    """
    side, k = round(len(filters) ** 0.5), round(filters.shape[1] ** 0.5)
    x = rng.standard_normal((n, side, side))
    clean = np.einsum("npk,pk->np", patches(x, k), filters)
    return x, clean + noise * rng.standard_normal(clean.shape)


def shared_filters(x: Array, y: Array, k: int) -> Array:
    """Convolution: one filter for all places, from all places of all pictures. (side², k²), all rows alike.

    >>> truth = place_filters(4, 3, 0.0, np.random.default_rng(0))
    >>> x, y = drawn_maps(truth, 1, 0.0, np.random.default_rng(1))
    >>> np.allclose(shared_filters(x, y, 3), truth)
    True
    """
    seen = patches(x, k)
    return np.tile(nearest_solution(seen.reshape(-1, k * k), y.ravel()), (seen.shape[1], 1))


def local_filters(x: Array, y: Array, k: int) -> Array:
    """Locally connected: a filter a place, each from what stands at that place in the n pictures. (side², k²).

    >>> truth = place_filters(4, 3, 1.0, np.random.default_rng(0))
    >>> x, y = drawn_maps(truth, 9, 0.0, np.random.default_rng(1))
    >>> np.allclose(local_filters(x, y, 3), truth)
    True
    """
    return nearest_solution(np.swapaxes(patches(x, k), 0, 1), y.T)


def dense_matrix(x: Array, y: Array) -> Array:
    """Fully connected: every output from every pixel, (side², side²).

    >>> x = np.random.default_rng(0).standard_normal((5, 2, 2))
    >>> np.allclose(dense_matrix(x, x.reshape(5, 4)), np.eye(4))
    True
    """
    return np.asarray(np.linalg.lstsq(x.reshape(len(x), -1), y, rcond=None)[0].T)


def as_matrix(filters: Array) -> Array:
    """The matrix (side², side²) that filters (side², k²) stand for: what a fully connected layer would have to learn.

    >>> as_matrix(np.eye(9)[[4] * 9]).tolist() == np.eye(9).tolist()
    True
    """
    count, taps = filters.shape
    side, k = round(count**0.5), round(taps**0.5)
    reads = patches(np.arange(float(count)).reshape(1, side, side), k)[0].astype(int)
    matrix = np.zeros((count, count))
    np.add.at(matrix, (np.arange(count)[:, None], reads), filters)
    return matrix


def shift_commutator(matrix: Array) -> float:
    """‖M T − T M‖ / ‖M‖ (Frobenius) for T, one px to the right: 0 exactly for a convolution, and for nothing else when
    the same holds one px down. √2 for a matrix of independent entries.

    >>> shift_commutator(as_matrix(np.ones((16, 9))))
    0.0
    >>> round(shift_commutator(np.random.default_rng(0).standard_normal((400, 400))), 1)
    1.4
    """
    side = round(len(matrix) ** 0.5)
    grid = np.arange(len(matrix)).reshape(side, side)
    moved = np.roll(grid, 1, axis=1).ravel()  # (T x)[p] = x[moved[p]]
    back = np.argsort(moved)
    return float(np.linalg.norm(matrix[:, back] - matrix[moved]) / np.linalg.norm(matrix))
