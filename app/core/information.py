"""Entropy, cross-entropy, relative entropy (KL) and mutual information of discrete distributions, in nats.

Neighbour: kl_fitting.py (Gaussians fitted to a density in both directions of the KL divergence).
Divide a result by ln 2 for bits.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def entropy(p: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    """Shannon entropy H(p) = −Σ p ln p, in nats.

    Parameters
    ----------
    p : float64, any shape
        Probabilities, summing to 1 over `axis`. A term with p = 0 counts 0.
    axis : the axes that make one distribution; None: all of them.

    Returns
    -------
    float64, the shape of p without `axis`

    Notes
    -----
    Source: Shannon (1948), A Mathematical Theory of Communication, section 6.

    Examples
    --------
    >>> float(entropy(np.array([0.5, 0.25, 0.125, 0.125])) / math.log(2))  # in bits
    1.75
    """
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    return np.asarray(-(p * logs).sum(axis=axis)) + 0.0  # + 0.0: no minus zero


def cross_entropy(p: Array, q: Array) -> float:
    """Cross-entropy H(p, q) = −Σ p ln q, in nats: the mean log-loss of model q on data from p.

    Parameters
    ----------
    p, q : float64, the same shape, each summing to 1.

    Returns
    -------
    float; inf where q is 0 and p is not.

    Examples
    --------
    >>> round(cross_entropy(np.array([0.5, 0.5]), np.array([0.9, 0.1])), 4)
    1.204
    """
    seen = p > 0  # what never happens costs nothing, whatever q says of it
    with np.errstate(divide="ignore"):
        return float(-(p[seen] * np.log(q[seen])).sum()) + 0.0


def kl_divergence(p: Array, q: Array) -> float:
    """Relative entropy D(p‖q) = Σ p ln(p/q), in nats. At least 0; 0 only for p = q; not symmetric.

    Parameters
    ----------
    p, q : float64, the same shape, each summing to 1.

    Returns
    -------
    float; inf where q is 0 and p is not.

    Notes
    -----
    H(p, q) = H(p) + D(p‖q). Source: Kullback & Leibler (1951), On Information and Sufficiency.

    Examples
    --------
    >>> p, q = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    >>> round(kl_divergence(p, q), 4), round(kl_divergence(q, p), 4)
    (0.5108, 0.3681)
    """
    seen = p > 0
    with np.errstate(divide="ignore"):
        return float((p[seen] * np.log(p[seen] / q[seen])).sum())


def js_divergence(p: Array, q: Array) -> float:
    """Jensen–Shannon divergence: the mean KL divergence of p and q from their average. Symmetric, at most ln 2 nats.

    Parameters
    ----------
    p, q : float64, the same shape, each summing to 1.

    Examples
    --------
    >>> js_divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == math.log(2)
    True
    """
    middle = (p + q) / 2
    return (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2


@dataclass(frozen=True, slots=True)
class JointInformation:
    """What a joint table says of X and Y, in nats. x_given: H(X|Y=y) for each y (nan where p(y) = 0)."""

    x: float
    y: float
    joint: float
    x_given_y: float
    y_given_x: float
    mutual: float
    x_given: Array


def joint_information(table: Array) -> JointInformation:
    """All entropies of a joint distribution and the mutual information I(X;Y).

    Parameters
    ----------
    table : (ky, kx) float64
        p(x, y) with one row for each y and one column for each x, as it is usually printed. Sums to 1.

    Notes
    -----
    H(X|Y) = Σ_y p(y) H(X|Y=y) and I(X;Y) = H(X) − H(X|Y) = H(X) + H(Y) − H(X,Y) = D(p(x,y)‖p(x)p(y)).

    Examples
    --------
    >>> found = joint_information(np.array([[0.4, 0.1], [0.1, 0.4]]))
    >>> round(found.mutual / math.log(2), 5)
    0.27807
    """
    p_x, p_y = table.sum(axis=0), table.sum(axis=1)
    rows = np.divide(table, p_y[:, None], out=np.full_like(table, np.nan), where=p_y[:, None] > 0)
    x_given = np.where(p_y > 0, entropy(np.nan_to_num(rows), axis=1), np.nan)
    h_x, h_y, h_xy = (float(entropy(p)) for p in (p_x, p_y, table))
    x_given_y = float((p_y * np.nan_to_num(x_given)).sum())
    return JointInformation(h_x, h_y, h_xy, x_given_y, h_xy - h_x, h_x - x_given_y, x_given)


def pointwise_information(table: Array) -> Array:
    """What every cell adds to the mutual information: p(x,y) ln[p(x,y) / (p(x) p(y))], in nats. Cells may be negative.

    Parameters
    ----------
    table : (ky, kx) float64, summing to 1.

    Returns
    -------
    (ky, kx) float64; the sum is I(X;Y) = D(p(x,y)‖p(x)p(y)).

    Examples
    --------
    >>> pointwise_information(np.array([[0.5, 0.0], [0.0, 0.5]])).sum() == math.log(2)
    np.True_
    """
    product = np.outer(table.sum(axis=1), table.sum(axis=0))
    ratio = np.divide(table, product, out=np.ones_like(table), where=table > 0)
    return np.asarray(table * np.log(ratio))


def plug_in_information(counts: Array) -> Array:
    """Mutual information of observed frequencies (the plug-in or maximum-likelihood estimate), in nats.

    Parameters
    ----------
    counts : (..., ky, kx) float64
        How often each pair was seen; leading axes are separate samples.

    Returns
    -------
    (...) float64

    Examples
    --------
    >>> float(plug_in_information(np.array([[2.0, 0.0], [0.0, 2.0]])).round(6))
    0.693147
    """
    p = counts / counts.sum(axis=(-2, -1), keepdims=True)
    h_x, h_y = entropy(p.sum(axis=-2), axis=-1), entropy(p.sum(axis=-1), axis=-1)
    return np.asarray(h_x + h_y - entropy(p, axis=(-2, -1)))


def information_bias(kx: int, ky: int, n: float) -> float:
    """Leading term of the bias of plug-in mutual information, in nats: (kx − 1)(ky − 1) / 2n.

    It is what the Miller–Madow correction (+ (k − 1)/2n for each entropy of k cells) leaves over:
    (kx − 1) + (ky − 1) − (kx·ky − 1) = −(kx − 1)(ky − 1). Good when n is well above kx·ky.

    Examples
    --------
    >>> information_bias(10, 10, 1000)
    0.0405
    """
    return (kx - 1) * (ky - 1) / (2 * n)


def expected_plug_in_entropy(p: Array, n: int) -> float:
    """Exact mean of the plug-in entropy of n draws from p, in nats. No sampling.

    Parameters
    ----------
    p : float64, any shape, summing to 1.
    n : number of draws, at least 1.

    Notes
    -----
    The count of a cell is binomial(n, p), so E Ĥ = Σ_cells Σ_k P(k) · (−k/n ln k/n).
    Source of the idea: Paninski (2003), Estimation of Entropy and Mutual Information, Neural Computation 15(6).

    Examples
    --------
    >>> fair = np.array([0.5, 0.5])  # half of all pairs of tosses show both sides: ln 2, else 0
    >>> round(expected_plug_in_entropy(fair, 2) / math.log(2), 12)
    0.5
    """
    k = np.arange(1, n + 1)
    choose = np.cumsum(np.log((n + 1 - k) / k))  # ln of "n choose k"
    surprise = -k / n * np.log(k / n)
    total = 0.0
    for value, cells in zip(*np.unique(p, return_counts=True), strict=True):
        if 0 < value < 1:
            log_p = choose + k * math.log(value) + (n - k) * math.log1p(-value)
            total += float(cells * (np.exp(log_p) * surprise).sum())
    return total


def agreeing_table(k: int, agreement: float) -> Array:
    """X uniform over k values; Y copies X with probability `agreement`, else it is drawn uniformly: (k, k) float64.

    Examples
    --------
    >>> agreeing_table(2, 0.5).tolist()
    [[0.375, 0.125], [0.125, 0.375]]
    """
    return np.asarray(np.eye(k) * agreement / k + (1 - agreement) / k**2)
