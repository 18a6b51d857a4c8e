"""Logistic regression against scikit-learn and scipy; calibration by hand; the high-dimensional theory against itself
computed another way, the published constants and simulation."""

import doctest
import math

import numpy as np
import pytest
from scipy import integrate, optimize, special
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression

from app.core import calibration, logistic_regression, losses, proportional_logistic
from app.core.calibration import expected_calibration_error, fit_temperature, reliability
from app.core.logistic_regression import draw, hessian, newton, penalised_loss
from app.core.losses import bce_with_logits, logistic_loss
from app.core.proportional_logistic import (
    Constants,
    mle_constants,
    mle_path,
    mle_threshold,
    prox,
    system,
    truth_given_logit,
)


@pytest.mark.parametrize("module", [logistic_regression, calibration, proportional_logistic, losses])
def test_doctests(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def example(n=300, p=12, seed=0):
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal(p) / 2
    return (*draw(n, weights, rng), weights)


@pytest.mark.parametrize("ridge", [0.0, 0.7, 30.0])
def test_newton_is_sklearns(ridge: float):
    X, y, _ = example()
    other = LogisticRegression(C=1 / ridge if ridge else np.inf, fit_intercept=False, tol=1e-10, max_iter=2000)
    fit = newton(X, y, ridge, tolerance=1e-12)
    np.testing.assert_allclose(fit.weights, other.fit(X, y).coef_[0], atol=2e-6)
    assert not fit.separated
    assert fit.steps < 12


def test_an_intercept_may_stay_unpenalised():
    X, y, _ = example()
    other = LogisticRegression(C=1 / 5, fit_intercept=True, tol=1e-10, max_iter=2000).fit(X, y)
    ridge = np.append(np.full(12, 5.0), 0.0)
    fit = newton(np.hstack([X, np.ones((300, 1))]), y, ridge)
    np.testing.assert_allclose(fit.weights, [*other.coef_[0], other.intercept_[0]], atol=2e-6)


def test_gradient_and_hessian_by_finite_differences():
    X, y, weights = example(60, 5)
    step = 1e-6
    ridge = np.array([0.0, 1.0, 2.0, 0.5, 3.0])
    numeric = [
        (penalised_loss(weights + e, X, y, ridge)[0] - penalised_loss(weights - e, X, y, ridge)[0]) / (2 * step)
        for e in np.eye(5) * step
    ]
    np.testing.assert_allclose(penalised_loss(weights, X, y, ridge)[1], numeric, rtol=1e-6, atol=1e-7)
    columns = [
        (penalised_loss(weights + e, X, y, ridge)[1] - penalised_loss(weights - e, X, y, ridge)[1]) / (2 * step)
        for e in np.eye(5) * step
    ]
    np.testing.assert_allclose(hessian(weights, X, ridge), columns, rtol=1e-6, atol=1e-6)


def separable(X: np.ndarray, y: np.ndarray) -> bool:
    """Linear programming's verdict: is there w with (2y − 1)·Xw ≥ 1?"""
    answer = optimize.linprog(np.zeros(X.shape[1]), A_ub=-(2 * y - 1)[:, None] * X, b_ub=-np.ones(len(y)),
                              bounds=(None, None))  # fmt: skip
    return answer.status == 0


def test_separation_is_what_linear_programming_finds():
    verdicts = []
    for seed in range(24):
        X, y, _ = example(40, 13, seed)
        fit = newton(X, y)
        verdicts.append(fit.separated)
        assert fit.separated == separable(X, y)
        assert fit.separated or fit.gradient < 1e-6
        assert not newton(X, y, ridge=1.0).separated
    assert 0 < sum(verdicts) < 24


def test_logistic_loss_is_exact_where_the_probability_is_not():
    z = np.array([-800.0, -30.0, 0.0, 3.0, 40.0, 800.0])
    for y in (0.0, 1.0, 0.3):
        loss, slope = logistic_loss(z, np.full(6, y))
        np.testing.assert_allclose(loss, np.logaddexp(0, z) - y * z, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(slope, special.expit(z) - y, atol=1e-15)
    value, gradient = bce_with_logits(z[:, None], np.ones(6))
    assert value == pytest.approx(np.mean(np.logaddexp(0, -z)))
    np.testing.assert_allclose(gradient[:, 0], (special.expit(z) - 1) / 6, atol=1e-15)


def test_reliability_is_sklearns():
    rng = np.random.default_rng(1)
    p = rng.random(5000) ** 2
    y = (rng.random(5000) < p).astype(float)
    observed, predicted = calibration_curve(y, p, n_bins=10)
    table = reliability(p, y, 10)
    np.testing.assert_allclose(table.observed, observed)
    np.testing.assert_allclose(table.predicted, predicted)
    assert table.share.sum() == pytest.approx(1)
    assert expected_calibration_error(p, y) == pytest.approx(np.sum(table.share * np.abs(observed - predicted)))
    doubled = expected_calibration_error(np.tile(p, 2), np.tile(y, 2), weights=np.ones(10000))
    assert doubled == pytest.approx(expected_calibration_error(p, y))
    assert np.isnan(reliability(np.array([0.05, 1.0]), np.ones(2), 10).observed[3])


def test_temperature_minimises_the_loss_and_keeps_the_order():
    X, y, weights = example(400, 3)
    logits = 2.7 * (X @ weights)
    found = fit_temperature(logits, y)

    def cost(log_t: float) -> float:
        return float(np.mean(np.logaddexp(0, logits / np.exp(log_t)) - y * logits / np.exp(log_t)))

    best = optimize.minimize_scalar(cost, bounds=(-4, 4), method="bounded", options={"xatol": 1e-10})
    assert found == pytest.approx(np.exp(best.x), rel=1e-6)
    assert np.array_equal(np.argsort(logits), np.argsort(logits / found))


def test_constants_of_sur_and_candes():
    """κ = 0.2, γ² = 5: solved independently to five digits."""
    np.testing.assert_allclose(mle_constants(0.2, math.sqrt(5)), [1.49935, 4.74355, 3.02693], atol=6e-6)


@pytest.mark.parametrize(("kappa", "gamma"), [(0.2, math.sqrt(5)), (0.1, 1.0), (0.3, math.sqrt(5)), (0.42, 1.0)])
def test_the_equations_hold_under_another_quadrature(kappa: float, gamma: float):
    """The residuals as printed in the paper, on a two-dimensional grid over (Q₁, noise), with scipy's root finder."""
    alpha, sigma, lam = mle_constants(kappa, gamma)
    nodes, weights = np.polynomial.legendre.leggauss(300)
    z, w = 8 * nodes, 8 * weights * np.exp(-32 * nodes**2) / math.sqrt(2 * math.pi)
    q1 = gamma * z[:, None] + 0 * z
    q2 = -alpha * q1 + math.sqrt(kappa) * sigma * z
    x = prox(q2, lam)
    np.testing.assert_allclose(x + lam * special.expit(x), q2, atol=1e-9)
    joint, chance, pull = w[:, None] * w, special.expit(q1), special.expit(x)
    left = [2 * chance * (lam * pull) ** 2, chance * q1 * lam * pull, 2 * chance / (1 + lam * pull * (1 - pull))]
    found = [float(np.sum(joint * term)) for term in left]
    np.testing.assert_allclose(found, [sigma**2 * kappa**2, 0, 1 - kappa], rtol=2e-6, atol=2e-6)
    root = optimize.root(lambda u: system(Constants(*u), kappa, gamma), [alpha * 0.99, sigma * 1.01, lam], tol=1e-12)
    np.testing.assert_allclose(root.x, [alpha, sigma, lam], rtol=1e-7)


def test_the_proximal_map_is_scipys_root():
    for lam in (0.1, 3.0, 40.0):
        for z in (-50.0, -1.0, 0.0, lam / 2, 30.0):
            root = optimize.brentq(lambda x, z=z, lam=lam: x + lam * special.expit(x) - z, z - lam - 1, z + 1)
            assert prox(np.array([z]), lam)[0] == pytest.approx(root, abs=1e-9)


def test_the_classical_limit():
    """p/n → 0: unbiased, and the noise that Fisher's information gives."""
    gamma = 1.5
    constants = mle_constants(1e-4, gamma)
    information = integrate.quad(
        lambda z: special.expit(gamma * z) * special.expit(-gamma * z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        -12, 12,
    )[0]  # fmt: skip
    assert constants.alpha == pytest.approx(1, abs=2e-3)
    assert constants.sigma == pytest.approx(information**-0.5, rel=2e-3)
    logits = np.array([-2.0, 0.0, math.log(9)])
    np.testing.assert_allclose(truth_given_logit(logits, constants, 1e-4, gamma), special.expit(logits), atol=2e-3)


@pytest.mark.parametrize("gamma", [0.5, math.sqrt(5), 4.0])
def test_the_edge_is_the_published_minimum(gamma: float):
    def cost(t: float) -> float:
        def inner(v: float) -> float:
            a = t * v
            tail = special.ndtr(-a)
            density = 2 * special.expit(gamma * v) * math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
            return density * ((1 + a * a) * tail - a * math.exp(-a * a / 2) / math.sqrt(2 * math.pi))

        return integrate.quad(inner, -10, 10, limit=200)[0]

    best = optimize.minimize_scalar(cost, bounds=(0, 20), method="bounded", options={"xatol": 1e-9})
    assert mle_threshold(gamma) == pytest.approx(best.fun, abs=1e-8)


def test_the_estimate_stops_existing_at_the_edge():
    gamma, edge = math.sqrt(5), mle_threshold(math.sqrt(5))
    assert edge == pytest.approx(0.3256, abs=1e-4)
    path = mle_path([0.1, 0.9 * edge, 0.99 * edge, edge, 0.4], gamma)
    alphas = [constants.alpha for constants in path]
    assert alphas[0] < alphas[1] < alphas[2]
    assert alphas[2] > 5
    assert np.isnan(alphas[3:]).all()
    separated = {p: [newton(*draw(400, np.full(p, gamma / math.sqrt(p)), np.random.default_rng([p, s]))).separated
                     for s in range(5)] for p in (100, 160)}  # fmt: skip
    assert separated == {100: [False] * 5, 160: [True] * 5}  # p/n of 0.25 and 0.40


def test_simulation_agrees_with_the_constants():
    kappa, gamma, n, fits = 0.2, math.sqrt(5), 600, 24
    constants, p = mle_constants(kappa, gamma), int(kappa * n)
    slopes, noises, chances = [], [], []
    for seed in range(fits):
        rng = np.random.default_rng([7, seed])
        beta = rng.standard_normal(p)
        beta *= gamma / np.linalg.norm(beta)
        fitted = newton(*draw(n, beta, rng)).weights
        slope = fitted @ beta / gamma**2
        slopes.append(slope)
        noises.append(math.sqrt(n / (p - 1)) * np.linalg.norm(fitted - slope * beta))
        X = rng.standard_normal((4000, p))
        near = np.abs(X @ fitted - math.log(9)) < 0.25
        chances.append(special.expit(X[near] @ beta).mean())
    theory = truth_given_logit(np.array([math.log(9)]), constants, kappa, gamma)[0]
    assert theory == pytest.approx(0.694, abs=5e-4)
    for measured, expected in ((slopes, constants.alpha), (noises, constants.sigma), (chances, theory)):
        error = np.std(measured, ddof=1) / math.sqrt(fits)
        assert abs(np.mean(measured) - expected) < 3 * error + 0.02 * expected
