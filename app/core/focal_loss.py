"""The focal loss by hand: value, gradient, the bias it starts from, and what probability it really asks for.

z (n,) logits, y (n,) labels of 0s and 1s, p = σ(z), p_t = p where y = 1 and 1 − p where y = 0. Losses in nats.
Which examples a detector selects instead of weighting them is in hard_examples.py.
"""

import math

import numpy as np

from app.core.activations import Array


def focal_loss(z: Array, y: Array, gamma: float = 2.0, alpha: float | None = 0.25) -> tuple[Array, Array]:
    """FL = −α_t (1 − p_t)^γ ln p_t and its slope by z, elementwise. γ = 0, α = None: binary cross-entropy.

    Parameters
    ----------
    gamma: focusing exponent, ≥ 0. alpha: weight of the positives, 1 − alpha that of the negatives; None weighs both 1.

    Raises
    ------
    ValueError: gamma is negative, or alpha lies outside [0, 1].

    Notes
    -----
    With s = ±z (plus where y = 1): ln p_t = −ln(1 + e^−s) and ln(1 − p_t) = −ln(1 + e^s), finite for every z.
    ∂FL/∂z = ±α_t (1 − p_t)^γ (γ p_t ln p_t + p_t − 1).
    Source: Lin et al. (2017), arXiv:1708.02002, equation 5 and appendix B.

    Examples
    --------
    >>> z = np.log(np.array([9.0, 9.0]))  # p = 0.9
    >>> loss, slope = focal_loss(z, np.array([1.0, 0.0]), gamma=2.0, alpha=None)
    >>> loss.round(7).tolist(), slope.round(6).tolist()
    ([0.0010536, 1.8650939], [-0.002896, 1.102019])
    """
    if gamma < 0 or (alpha is not None and not 0 <= alpha <= 1):
        raise ValueError(f"gamma must be ≥ 0 and alpha within [0, 1], got {gamma} and {alpha}")
    sign = np.where(y == 1, 1.0, -1.0)
    log_right, log_wrong = -np.logaddexp(0, -sign * z), -np.logaddexp(0, sign * z)
    weight = np.exp(gamma * log_wrong) * (1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha))
    slope = sign * weight * (gamma * np.exp(log_right) * log_right - np.exp(log_wrong))
    return -weight * log_right, slope


def prior_bias(pi: float) -> float:
    """The bias of the last layer with which every anchor starts at σ(b) = π: b = −ln((1 − π)/π).

    Raises ValueError unless 0 < π < 1. Source: Lin et al. (2017), section 4.1.

    >>> round(prior_bias(0.01), 7)
    -4.5951199
    """
    if not 0 < pi < 1:
        raise ValueError(f"pi must lie strictly between 0 and 1, got {pi}")
    return math.log(pi) - math.log1p(-pi)


def background_share(
    ratio: float, pi: float, gamma: float = 0.0, alpha: float | None = None
) -> tuple[float, float, float]:
    """Before training, when all anchors answer π: the background's share of the loss, its share of Σ|∂L/∂z|, and the
    total loss divided by the number of positives. ratio: background anchors for one positive.

    >>> [round(v, 5) for v in background_share(1000, 0.5)]
    [0.999, 0.999, 693.84033]
    >>> [round(v, 6) for v in background_share(1000, 0.01, gamma=2.0, alpha=0.25)]
    [0.000668, 0.008387, 1.129136]
    """
    z = np.full(2, prior_bias(pi))
    loss, slope = focal_loss(z, np.array([1.0, 0.0]), gamma, alpha)
    pull = np.abs(slope)
    total, pulls = loss[0] + ratio * loss[1], pull[0] + ratio * pull[1]
    return float(ratio * loss[1] / total), float(ratio * pull[1] / pulls), float(total)


def focal_answer(q: Array, gamma: float) -> Array:
    """The probability that minimises the expected focal loss when a share q of such examples is positive. γ = 0: q.

    Notes
    -----
    The expected slope q·g₁(z) + (1 − q)·g₀(z) has one sign change in z; it is found by halving [−40, 40]. The loss is
    not proper: for γ > 0 the answer lies between q and 1/2. It is on the same side of 1/2 as q.
    Source: Charoenphakdee et al. (2021), arXiv:2011.09172.

    Examples
    --------
    >>> focal_answer(np.array([0.6, 0.9, 0.95]), 2.0).round(4).tolist()
    [0.5378, 0.6942, 0.7498]
    """
    q = np.asarray(q, dtype=float)
    low, high = np.full(q.shape, -40.0), np.full(q.shape, 40.0)
    for _ in range(60):
        z = (low + high) / 2
        positive = focal_loss(z, np.ones_like(q), gamma, None)[1]
        negative = focal_loss(z, np.zeros_like(q), gamma, None)[1]
        rising = q * positive + (1 - q) * negative > 0
        low, high = np.where(rising, low, z), np.where(rising, z, high)
    return np.asarray(1 / (1 + np.exp(-(low + high) / 2)))
