"""Tab one of "Does 0.9 mean 90 %?": a model that is exactly right, fitted many times, and its probabilities checked."""

import functools
import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.calibration import Reliability, expected_calibration_error, fit_temperature, reliability
from app.core.logistic_regression import draw, newton
from app.core.proportional_logistic import Constants, mle_path, mle_threshold, normal_nodes, truth_given_logit
from app.demos.activations._calibration_params import CalibrationParams

HELD_OUT, FRESH = 2000, 4000
NEAR = (0.875, 0.925)


class Fitted(NamedTuple):
    """One training set, one fit, and what fresh examples say about it. raw, scaled: before and after temperature."""

    truth: Array
    weights: Array
    separated: bool
    gradient: float
    slope: float
    noise: float
    temperature: float
    ece: tuple[float, float]
    ninety: tuple[float, float]
    tables: tuple[Reliability, Reliability]
    accuracy: tuple[float, float]


def fits(params: CalibrationParams) -> int:
    """How many training sets: 20, or what the same time allows (at least 4)."""
    return int(min(20, max(4, 20 * 1000 * 200**2 / (params.n * params.p**2))))


def fit_once(params: CalibrationParams, number: int) -> Fitted:
    """A true β of length γ in a random direction, n examples, the maximum likelihood (or ridge) estimate."""
    n, p, gamma = params.n, params.p, math.sqrt(params.strength)
    rng = np.random.default_rng([params.seed, number])
    truth = rng.standard_normal(p)
    truth *= gamma / np.linalg.norm(truth)
    fit = newton(*draw(n, truth, rng), ridge=float(params.ridge))
    slope = float(fit.weights @ truth) / params.strength
    noise = math.sqrt(n / (p - 1)) * float(np.linalg.norm(fit.weights - slope * truth))
    X, y = draw(HELD_OUT + FRESH, truth, rng)
    logits = X @ fit.weights
    temperature = fit_temperature(logits[:HELD_OUT], y[:HELD_OUT])
    fresh, happened = logits[HELD_OUT:], y[HELD_OUT:]
    predicted = [sigmoid(fresh)[0], sigmoid(fresh / temperature)[0]]
    near = [(NEAR[0] < q) & (q < NEAR[1]) for q in predicted]
    return Fitted(
        truth, fit.weights, fit.separated, fit.gradient / n, slope, noise, temperature,
        ece=_pair([expected_calibration_error(q, happened) for q in predicted]),
        ninety=_pair([float(happened[at].mean()) if at.any() else math.nan for at in near]),
        tables=(reliability(predicted[0], happened), reliability(predicted[1], happened)),
        accuracy=_pair([float(np.mean((q > 0.5) == (happened > 0.5))) for q in predicted]),
    )  # fmt: skip


def _pair(values: list[float]) -> tuple[float, float]:
    return values[0], values[1]


class Theory(NamedTuple):
    """What Sur and Candès predict for this p/n and γ: `curve` (2, m) is P(y = 1) by predicted probability."""

    constants: Constants
    curve: Array
    ninety: float
    ece: float
    temperature: float
    ece_scaled: float


def theory(kappa: float, strength: float) -> Theory:
    """All NaN where the estimate does not exist. Fresh logits are N(0, α²γ² + κσ²), so that every mean is a sum."""
    gamma = math.sqrt(strength)
    constants = mle_path([kappa], gamma)[0]
    shown = np.linspace(0.005, 0.995, 100)
    if math.isnan(constants.alpha):
        return Theory(constants, np.stack([shown, np.full(100, np.nan)]), *[math.nan] * 4)
    spread = math.sqrt(constants.alpha**2 * strength + kappa * constants.sigma**2)
    z, w = normal_nodes(0.005)
    logits = spread * z
    chance = truth_given_logit(logits, constants, kappa, gamma)
    predicted = sigmoid(logits)[0]
    near = (NEAR[0] < predicted) & (predicted < NEAR[1])
    temperature = fit_temperature(logits, chance, w)
    return Theory(
        constants,
        np.stack([shown, truth_given_logit(np.log(shown / (1 - shown)), constants, kappa, gamma)]),
        float(w[near] @ chance[near] / w[near].sum()),
        expected_calibration_error(predicted, chance, weights=w),
        temperature,
        expected_calibration_error(sigmoid(logits / temperature)[0], chance, weights=w),
    )


@functools.lru_cache(maxsize=32)
def ninety_curve(strength: float) -> tuple[Array, Array, float]:
    """How often y = 1 when the model says 0.9, over p/n up to just before the edge, and the edge."""
    gamma, edge = math.sqrt(strength), mle_threshold(math.sqrt(strength))
    kappas = np.concatenate([[1e-4], np.linspace(0.02, 0.97, 24) * edge])
    at = np.array([math.log(9)])
    path = mle_path(kappas.tolist(), gamma)
    return kappas, np.array([truth_given_logit(at, c, k, gamma)[0] for k, c in zip(kappas, path, strict=True)]), edge
