"""Bias and variance by refitting: the same model on many data sets, and what its predictions have in common.

At each x the mean squared distance from the truth is bias² + variance: (mean prediction - truth)² plus the spread of
the predictions around their mean. `polynomial_refits` fits ridge polynomials to many data sets at once.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.ridge import early_stopping_factor

Factor = Callable[[Array, Array], Array]
"""factor(s, λ): what a fit leaves of the direction with singular value s, as `ridge_factor` does."""


class Decomposition(NamedTuple):
    """Means over the places x, in squared units of y: error = bias2 + variance."""

    bias2: float
    variance: float
    error: float


def decompose(predictions: Array, truth: Array, unbiased: bool = False) -> Decomposition:
    """Split the mean squared error of predictions (sets, places) against the truth (places,).

    unbiased: with few data sets the mean prediction still fluctuates, which adds variance/sets to bias². Then the
    variance is taken with divisor sets - 1, and that part moved over. The sum is the same.

    >>> decompose(np.array([[1.0], [3.0]]), np.array([0.0]))
    Decomposition(bias2=4.0, variance=1.0, error=5.0)
    >>> decompose(np.array([[1.0], [3.0]]), np.array([0.0]), unbiased=True)
    Decomposition(bias2=3.0, variance=2.0, error=5.0)
    """
    count = len(predictions)
    error = float(((predictions - truth) ** 2).mean())
    variance = float(predictions.var(axis=0, ddof=1 if unbiased else 0).mean())
    bias2 = float(((predictions.mean(axis=0) - truth) ** 2).mean())
    return Decomposition(bias2 - variance / count if unbiased else bias2, variance, error)


def legendre_features(x: Array, degree: int) -> Array:
    """Legendre polynomials 0 … degree at x in [0, 1], shape x.shape + (degree + 1,): polynomials, well scaled.

    >>> legendre_features(np.array([0.0, 0.5, 1.0]), 2).tolist()
    [[1.0, -1.0, 1.0], [1.0, 0.0, -0.5], [1.0, 1.0, 1.0]]
    """
    return np.asarray(np.polynomial.legendre.legvander(2 * x - 1, degree))


def matched_early_stopping(s: Array, penalty: Array) -> Array:
    """The factor of gradient descent stopped at t = 1/(ηλ), with the step η = 1/s_max² of that data set.

    s (..., k) with the largest first in each row.

    >>> matched_early_stopping(np.array([2.0, 1.0]), np.array(2.0)).round(4).tolist()  # t = 2
    [1.0, 0.4375]
    """
    largest = s[..., :1] ** 2
    return early_stopping_factor(s, 1 / largest, largest / penalty)


class Refits(NamedTuple):
    """R data sets, L penalties, m places. predictions (R, L, m). noiseless (R, L, m): the fit to labels without noise.
    gain (R, L, m): variance of a prediction at one design when the noise has variance 1. train (R, L): mean squared
    training error. freedom (R, L): effective degrees of freedom, Σ factors."""

    predictions: Array
    noiseless: Array
    gain: Array
    train: Array
    freedom: Array

    def expected_errors(self, truth: Array, noise: float) -> Array:
        """E over the noise of each data set's mean squared error, (R, L), given its inputs x: no fit to noisy labels.

        noise: σ of the labels. (noiseless fit - truth)² + σ² · gain, averaged over the places.
        """
        return np.asarray(((self.noiseless - truth) ** 2 + noise**2 * self.gain).mean(axis=2))

    def expected(self, truth: Array, noise: float) -> tuple[Array, Array]:
        """bias² and variance, (L,) each, with the noise integrated out: Var = E[Var | x] + Var[E | x]."""
        bias2 = ((self.noiseless.mean(axis=0) - truth) ** 2).mean(axis=1)
        return bias2, (noise**2 * self.gain.mean(axis=0) + self.noiseless.var(axis=0)).mean(axis=1)


def polynomial_refits(
    x: Array, y: Array, clean: Array, places: Array, degree: int, penalties: Array, factor: Factor
) -> Refits:
    """Fit a polynomial to each of R data sets at each of L penalties, by one singular value decomposition a set.

    x, y, clean (R, n): inputs in [0, 1], labels, labels without their noise. places (m,): where to predict.

    Notes
    -----
    X = U S Vᵀ; the fit at the places is P V diag(f/s) Uᵀy, linear in y. With X of rank below k the factor must go to 0
    faster than s does, as that of ridge with λ > 0.

    >>> x, penalties = np.array([[0.0, 0.5, 1.0]]), np.array([1e-12])
    >>> refits = polynomial_refits(x, 2 * x, 2 * x, np.array([0.25]), 1, penalties, matched_early_stopping)
    >>> refits.predictions.round(6).tolist(), refits.freedom.round(6).tolist()
    ([[[0.5]]], [[2.0]])
    """
    U, s, Vt = np.linalg.svd(legendre_features(x, degree), full_matrices=False)
    seen = np.swapaxes(U, 1, 2) @ np.stack([y, clean], axis=2)  # (R, k, 2)
    factors = factor(s[:, None, :], penalties[:, None])  # (R, L, k)
    scaled = factors / np.maximum(s[:, None, :], 1e-300)
    basis = legendre_features(places, degree) @ np.swapaxes(Vt, 1, 2)  # (R, m, k)
    shown = np.swapaxes(basis, 1, 2)
    coordinates, clean_coordinates = seen[:, None, :, 0], seen[:, None, :, 1]
    rest = ((1 - factors) ** 2 * coordinates**2).sum(axis=2)
    outside = (y**2).sum(axis=1) - (seen[:, :, 0] ** 2).sum(axis=1)  # what no fit of this degree reaches
    return Refits(
        predictions=(scaled * coordinates) @ shown,
        noiseless=(scaled * clean_coordinates) @ shown,
        gain=scaled**2 @ shown**2,
        train=(rest + np.maximum(outside, 0)[:, None]) / x.shape[1],
        freedom=factors.sum(axis=2),
    )
