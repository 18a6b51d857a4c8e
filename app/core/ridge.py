"""Linear models held back: ridge (L2), early-stopped gradient descent, soft threshold, dropout on the inputs; by hand.

Ridge minimises ‖y - Xw‖² + λ‖w‖², the same as ½‖y - Xw‖² + ½λ‖w‖². With the singular value decomposition X = U S Vᵀ,
ridge and early stopping do the same thing: they multiply each direction by a factor between 0 and 1, small where s is
small. lasso.py has the L1 penalty and the elastic net.
"""

import numpy as np
from numpy.typing import ArrayLike

from app.core.activations import Array
from app.core.optimisers import fit, sgd


def ridge(X: Array, y: Array, penalty: float) -> Array:
    """The weights that minimise ‖y - Xw‖² + λ‖w‖²: (XᵀX + λI)⁻¹Xᵀy, shape (..., p).

    X (..., n, p), y (..., n), penalty λ > 0 in the unit of X². Source: Hoerl, Kennard (1970), Technometrics 12(1).

    >>> ridge(np.array([[2.0]]), np.array([6.0]), 4.0).tolist()  # 3 shrunk by 2²/(2² + 4)
    [1.5]
    """
    Xt = np.swapaxes(X, -1, -2)
    return np.asarray(np.linalg.solve(Xt @ X + penalty * np.eye(X.shape[-1]), Xt @ y[..., None])[..., 0])


def ridge_factor(s: ArrayLike, penalty: ArrayLike) -> Array:
    """What ridge leaves of the direction with singular value s: s²/(s² + λ), between 0 and 1; broadcasts.

    >>> ridge_factor([3.0, 1.0], 3.0).tolist()
    [0.75, 0.25]
    """
    square = np.square(np.asarray(s, dtype=float))
    return np.asarray(square / (square + penalty))


def early_stopping_factor(s: ArrayLike, rate: ArrayLike, steps: ArrayLike) -> Array:
    """What `steps` steps of gradient descent from 0 have learned of the direction s: 1 - (1 - ηs²)ᵗ; broadcasts.

    Notes
    -----
    The step is w ← w + ηXᵀ(y - Xw), the gradient of ½‖y - Xw‖². For small ηs² the factor is 1 - exp(-ηts²): about
    ηts² where that is small, as ridge with λ = 1/(ηt). Above ηs² = 1 the direction overshoots, above 2 it diverges,
    and t must be whole. Source: Yao, Rosasco, Caponnetto (2007), Constructive Approximation 26(2).

    >>> early_stopping_factor([1.0, 0.5], 1.0, 2).round(9).tolist()
    [1.0, 0.4375]
    """
    share = np.asarray(rate) * np.square(np.asarray(s, dtype=float))
    smooth = -np.expm1(np.asarray(steps) * np.log1p(-np.minimum(share, 1 - 1e-16)))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(share < 1, smooth, 1 - (1 - share) ** steps))


def filtered(X: Array, y: Array, factors: Array) -> Array:
    """The weights V diag(f/s) Uᵀy, (p,): least squares with direction i multiplied by factors[i], largest s first.

    All factors 1 gives least squares, `ridge_factor` gives ridge, `early_stopping_factor` an unfinished descent.

    >>> X, y = np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([6.0, 5.0])
    >>> filtered(X, y, np.array([1.0, 0.5])).round(9).tolist()
    [3.0, 2.5]
    """
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return np.asarray(Vt.T @ (factors / s * (U.T @ y)))


def degrees_of_freedom(X: Array, penalty: float) -> float:
    """How many parameters a ridge fit really uses: Σ s²/(s² + λ), the trace of the hat matrix y ↦ ŷ.

    >>> degrees_of_freedom(np.diag([3.0, 1.0]), 3.0)
    1.0
    """
    return float(ridge_factor(np.linalg.svd(X, compute_uv=False), penalty).sum())


def descend(X: Array, y: Array, rate: float, steps: int) -> Array:
    """The weights after `steps` steps of gradient descent on ½‖y - Xw‖² from 0, (p,), really descended.

    >>> descend(np.array([[2.0]]), np.array([6.0]), 0.125, 1).tolist()  # half way: 1 - (1 - 0.125 · 4)
    [1.5]
    """
    w = np.zeros(X.shape[1])

    def gradient(_: int) -> tuple[float, list[Array], None]:
        rest = X @ w - y
        return 0.5 * float(rest @ rest), [X.T @ rest], None

    for _ in fit(gradient, sgd([w]), rate, steps):
        pass
    return w


def soft_threshold(z: ArrayLike, threshold: ArrayLike) -> Array:
    """sign(z) · max(|z| - threshold, 0): the lasso when the columns of X are orthonormal and z is least squares.

    >>> soft_threshold([3.0, 0.5, -2.0], 1.0).tolist()
    [2.0, 0.0, -1.0]
    """
    z = np.asarray(z, dtype=float)
    return np.asarray(np.sign(z) * np.maximum(np.abs(z) - threshold, 0) + 0.0)


def dropout_loss(X: Array, y: Array, w: Array, p: float) -> float:
    """The mean of ‖y - (X∘M)w‖² over dropout masks M on the inputs: ‖y - Xw‖² + p/(1-p) Σ_j w_j²‖x_j‖².

    M's entries are 0 with probability p, otherwise 1/(1-p) (inverted dropout): mean 1, variance p/(1-p). Dropout on a
    linear model is a ridge whose penalty follows the size of each column. Source: Srivastava et al. (2014), JMLR 15,
    section 9.1; Wager, Wang, Liang (2013), arXiv:1307.1493.

    >>> dropout_loss(np.array([[2.0]]), np.array([0.0]), np.array([1.0]), 0.5)
    8.0
    """
    rest = y - X @ w
    return float(rest @ rest + p / (1 - p) * np.sum(w**2 * np.sum(X**2, axis=0)))


def masked_losses(X: Array, y: Array, w: Array, p: float, masks: int, rng: np.random.Generator) -> Array:
    """‖y - (X∘M)w‖² for `masks` drawn masks, (masks,): what `dropout_loss` is the mean of.

    >>> losses = masked_losses(np.array([[2.0]]), np.array([0.0]), np.array([1.0]), 0.5, 1000, np.random.default_rng(0))
    >>> sorted(set(losses.tolist()))
    [0.0, 16.0]
    """
    keep = (rng.random((masks, *X.shape)) >= p) / (1 - p)
    return np.asarray(((y - (X * keep) @ w) ** 2).sum(axis=1))
