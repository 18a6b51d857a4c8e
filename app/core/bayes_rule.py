"""Bayes' rule in use: base rates, evidence as odds, costs, and the smallest error there can be.

Probabilities are floats or arrays in [0, 1]. A test has a sensitivity P(+ | ill) and a specificity P(− | well).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, erf

Probability = float | Array


def positive_predictive_value(prior: Probability, sensitivity: float, specificity: float) -> Array:
    """P(ill | +) = πs / (πs + (1 − π)(1 − c)), π the `prior`, s the sensitivity, c the specificity.

    NaN where a positive cannot occur.

    >>> round(float(positive_predictive_value(0.01, 0.99, 0.95)), 9)  # one in six
    0.166666667
    """
    p = np.asarray(prior, dtype=np.float64)
    hit, alarm = p * sensitivity, (1 - p) * (1 - specificity)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(hit / (hit + alarm))


def updated(prior: Probability, likelihood_ratio: Probability) -> Array:
    """Posterior odds = prior odds × likelihood ratio P(evidence | 1) / P(evidence | 0), as a probability.

    A new base rate at deployment is the same step: the ratio is then new prior odds over old ones.

    >>> round(float(updated(0.5, 4.0)), 6)
    0.8
    """
    p = np.asarray(prior, dtype=np.float64)
    return np.asarray(p * likelihood_ratio / (p * likelihood_ratio + 1 - p))


def copied(posterior: Probability, copies: int | NDArray[Any]) -> Array:
    """What naive Bayes claims when one feature, worth `posterior` from even odds, stands in the table `copies` times.

    odds^k: the logit is multiplied by k, though a copy brings no news.

    >>> copied(0.7, np.array([1, 2, 5, 10])).round(5).tolist()
    [0.7, 0.84483, 0.98575, 0.99979]
    """
    p = np.asarray(posterior, dtype=np.float64)
    return updated(0.5, (p / (1 - p)) ** copies)


def threshold(false_alarm: float, miss: float) -> float:
    """Act when P(1 | x) is at least C_FP / (C_FP + C_FN): there the expected costs of acting and of not are equal.

    The costs are what each error costs beyond the right decision, in any one unit.

    >>> threshold(1.0, 9.0)
    0.1
    """
    return false_alarm / (false_alarm + miss)


def normal_cdf(z: Probability) -> Array:
    """Φ(z) = ½(1 + erf(z/√2)).

    >>> round(float(normal_cdf(-1.0)), 7)
    0.1586553
    """
    return np.asarray(0.5 * (1 + erf(np.asarray(z, dtype=np.float64) * math.sqrt(0.5))))


def linear_error(w: Array, b: float, mean: Array, covariance: Array) -> float:
    """Exact error of "class 1 when xᵀw + b > 0", for x ~ N(±mean, covariance), both classes equally frequent.

    w, mean (d,), covariance (d, d). xᵀw + b is normal with means ±wᵀm + b: no test set is needed.

    >>> round(linear_error(np.ones(1), 0.0, np.ones(1), np.eye(1)), 7)  # N(±1, 1)
    0.1586553
    """
    reach, spread = float(w @ mean), math.sqrt(float(w @ covariance @ w))
    return float(normal_cdf(-np.array([reach + b, reach - b]) / spread).mean())


def bayes_error(mean: Array, covariance: Array) -> float:
    """The smallest error any rule can have on x ~ N(±mean, covariance): Φ(−√(mᵀΣ⁻¹m)), reached by w = Σ⁻¹m.

    >>> round(bayes_error(np.ones(1), np.eye(1)), 7)
    0.1586553
    """
    return float(normal_cdf(-math.sqrt(float(mean @ np.linalg.solve(covariance, mean)))))


def copied_vote(first: float, second: float, copies: int) -> tuple[float, float]:
    """Error rate and log loss (nat) of naive Bayes on two independent hints, the first given `copies` times.

    Both classes are equally frequent; a hint names the right one with probability `first`, `second`, in (0, 1).
    Naive Bayes adds ±k·logit(first) ± logit(second). A tie counts as half an error.

    >>> [round(v, 4) for v in copied_vote(0.7, 0.8, 1)]  # the optimum
    [0.2, 0.4472]
    >>> round(copied_vote(0.7, 0.8, 2)[0], 4)  # two copies outvote the better hint
    0.3
    """
    right = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0])
    chance = np.where(right[0] > 0, first, 1 - first) * np.where(right[1] > 0, second, 1 - second)
    logit = copies * right[0] * math.log(first / (1 - first)) + right[1] * math.log(second / (1 - second))
    wrong = np.where(np.abs(logit) < 1e-9, 0.5, logit < 0)
    return float(chance @ wrong), float(chance @ np.logaddexp(0, -logit))
