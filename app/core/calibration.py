"""Do predicted probabilities mean what they say? Reliability, expected calibration error, temperature scaling.

p (n,) are predicted probabilities of the positive class, y (n,) what happened: 0s and 1s, or the true probabilities
where they are known. weights (n,) count the examples, equally if not given.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array
from app.core.losses import logistic_loss


class Reliability(NamedTuple):
    """By bin of the predicted probability, each (bins,): mean prediction, observed frequency (both NaN where a bin is
    empty), and share of the examples."""

    predicted: Array
    observed: Array
    share: Array


def bins_of(p: Array, bins: int) -> NDArray[np.intp]:
    """Which of `bins` equal parts of [0, 1] each probability lies in; 1 belongs to the last."""
    return np.minimum((p * bins).astype(np.intp), bins - 1)


def reliability(p: Array, y: Array, bins: int = 10, weights: Array | None = None) -> Reliability:
    """The reliability diagram. A calibrated model has observed = predicted in every bin, up to chance.

    >>> table = reliability(np.array([0.1, 0.3, 0.9, 0.9]), np.array([0.0, 1.0, 1.0, 0.0]), bins=2)
    >>> table.predicted.tolist(), table.observed.tolist(), table.share.tolist()
    ([0.2, 0.9], [0.5, 0.5], [0.5, 0.5])
    """
    place, w = bins_of(p, bins), np.ones(len(p)) if weights is None else weights
    mass, predicted, observed = (np.bincount(place, weights=w * v, minlength=bins) for v in (np.ones(len(p)), p, y))
    with np.errstate(invalid="ignore"):
        return Reliability(predicted / mass, observed / mass, mass / mass.sum())


def expected_calibration_error(p: Array, y: Array, bins: int = 10, weights: Array | None = None) -> float:
    """ECE = Σ share · |observed − predicted| over the bins that are not empty.

    On few examples it is above 0 even for a perfect model: every bin has its chance deviation.
    Source: Guo et al. (2017), arXiv:1706.04599, equation 3.

    >>> round(expected_calibration_error(np.array([0.1, 0.3, 0.9, 0.9]), np.array([0.0, 1.0, 1.0, 0.0]), bins=2), 9)
    0.35
    """
    table = reliability(p, y, bins, weights)
    return float(np.nansum(table.share * np.abs(table.observed - table.predicted)))


def fit_temperature(logits: Array, y: Array, weights: Array | None = None) -> float:
    """The temperature T for which σ(logit/T) has the smallest cross-entropy on these examples.

    Notes
    -----
    The loss is convex in s = 1/T, and its slope E[(σ(s·logit) − y)·logit] increases: the root is found by halving
    an interval of log s, T from 10⁻³ to 10³. Use examples that the model was not fitted on. One number for all
    logits keeps their order: accuracy and ranking stay as they are.
    Source: Guo et al. (2017), arXiv:1706.04599, section 4.2; a single-parameter form of Platt (1999).

    Examples
    --------
    >>> logits = np.log(9) * np.array([1.0, 1, 1, 1, -1, -1, -1, -1])  # says 0.9, is right 3 times in 4
    >>> round(fit_temperature(logits, np.array([1.0, 1, 1, 0, 0, 0, 0, 1])), 6)
    2.0
    """
    low, high = np.log(1e-3), np.log(1e3)
    w = np.ones(len(logits)) if weights is None else weights
    for _ in range(60):
        middle = (low + high) / 2
        if w @ (logistic_loss(np.exp(middle) * logits, y)[1] * logits) < 0:
            low = middle
        else:
            high = middle
    return float(np.exp(-(low + high) / 2))
