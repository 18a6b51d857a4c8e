"""SVMs and their neighbours by hand against scikit-learn's, scipy's optimisers and closed forms."""

import doctest
import math

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC

from app.core import kernel_machines, margin_losses, svm
from app.core.kernel_machines import gram, kernel_least_squares, kernel_logistic, normal, scores
from app.core.margin_losses import best_score, hinge, logistic, squared, zero_one
from app.core.svm import dual_coordinate_descent, duality_gap, margin_width, smo

THREE, LABELS = np.array([[3.0, 3], [4, 3], [1, 1]]), np.array([1.0, 1, -1])


def two_clouds(n: int, gap: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.where(np.arange(n) % 2, 1.0, -1.0)
    X = rng.standard_normal((n, 2))
    X[:, 0] += y * gap / 2
    return X, y


@pytest.mark.parametrize("module", [svm, kernel_machines, margin_losses], ids=lambda m: m.__name__)
def test_doctests(module):
    assert doctest.testmod(module).failed == 0


def test_three_points_of_the_textbook():
    machine = smo(gram(THREE, THREE), LABELS)
    np.testing.assert_allclose(machine.alpha, [0.25, 0, 0.25], atol=1e-12)
    np.testing.assert_allclose(normal(machine, LABELS, THREE), [0.5, 0.5], atol=1e-12)
    assert machine.offset == pytest.approx(-2, abs=1e-12)
    assert margin_width(normal(machine, LABELS, THREE)) == pytest.approx(2 * math.sqrt(2), abs=1e-12)


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
@pytest.mark.parametrize(("gap", "C"), [(0, 0.01), (1, 1), (3, 1), (3, 30), (6, 1), (6, 100)])
def test_smo_is_scikit_learns_svc(kernel: str, gap: float, C: float):
    X, y = two_clouds(80, gap, 3)
    K = gram(X, X, kernel, 0.5)
    machine, theirs = smo(K, y, C), SVC(C=C, kernel=kernel, gamma=0.5, tol=1e-9).fit(X, y)
    np.testing.assert_allclose(scores(machine, y, K), theirs.decision_function(X), atol=2e-4)
    assert set(np.flatnonzero(machine.alpha)) == set(theirs.support_)
    assert machine.alpha @ y == pytest.approx(0, abs=1e-9)
    assert machine.alpha.min() >= 0 and machine.alpha.max() <= C
    assert -1e-9 <= duality_gap(machine, K, y, C) <= 1e-6 * max(1, C)


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_without_the_rest_the_support_vectors_give_the_same_machine(kernel: str):
    X, y = two_clouds(100, 2.5, 5)
    whole = smo(gram(X, X, kernel), y, 1.0)
    kept = whole.alpha > 0
    part = smo(gram(X[kept], X[kept], kernel), y[kept], 1.0)
    grid = np.random.default_rng(0).normal(size=(50, 2))
    a = scores(whole, y, gram(X, grid, kernel))
    b = scores(part, y[kept], gram(X[kept], grid, kernel))
    assert 0.1 < kept.mean() < 0.9
    np.testing.assert_allclose(a, b, atol=1e-8)


@pytest.mark.parametrize("C", [0.01, 1.0, 50.0])
def test_logistic_machine_is_scikit_learns_and_its_coefficients_are_the_pulls(C: float):
    X, y = two_clouds(60, 2, 1)
    machine = kernel_logistic(gram(X, X), y, C)
    theirs = LogisticRegression(C=C, tol=1e-12, solver="newton-cholesky").fit(X, y)
    w = normal(machine, y, X)
    np.testing.assert_allclose(w, theirs.coef_[0], rtol=1e-6)
    assert machine.offset == pytest.approx(theirs.intercept_[0], abs=1e-6)
    np.testing.assert_allclose(machine.alpha, -C * logistic(y * (X @ w + machine.offset))[1], rtol=1e-6)
    assert machine.alpha.min() > 0
    assert machine.alpha @ y == pytest.approx(0, abs=1e-7)


def test_logistic_machine_with_a_kernel_minimises_its_objective():
    X, y = two_clouds(30, 2, 2)
    K = gram(X, X, "rbf", 0.5)

    def objective(v: np.ndarray) -> float:
        f = K @ v[:-1] + v[-1]
        return 0.5 * v[:-1] @ K @ v[:-1] + 2.0 * logistic(y * f)[0].sum()

    machine = kernel_logistic(K, y, 2.0)
    ours = np.append(machine.alpha * y, machine.offset)
    theirs = minimize(objective, np.zeros(31), method="BFGS", options={"gtol": 1e-8, "maxiter": 2000})
    assert objective(ours) <= theirs.fun + 1e-9
    np.testing.assert_allclose(scores(machine, y, K), K @ theirs.x[:-1] + theirs.x[-1], atol=1e-4)


def test_squared_loss_machine_solves_its_normal_equations():
    X, y = two_clouds(40, 2, 4)
    machine, C = kernel_least_squares(gram(X, X), y, 3.0), 3.0
    A = np.column_stack([X, np.ones(40)])
    w = np.linalg.solve(A.T @ A + np.diag([1 / C, 1 / C, 0]), A.T @ y)
    np.testing.assert_allclose(np.append(normal(machine, y, X), machine.offset), w, rtol=1e-9)
    np.testing.assert_allclose(machine.alpha, C * (1 - y * (A @ w)), atol=1e-9)


def test_dual_coordinate_descent_is_liblinear_and_the_hard_margin():
    X, y = two_clouds(60, 2, 6)
    Z = y[:, None] * np.column_stack([X, np.ones(60)])
    w, alpha = dual_coordinate_descent(Z, 0.5)
    theirs = LinearSVC(C=0.5, loss="hinge", tol=1e-10, max_iter=1_000_000).fit(X, y)
    np.testing.assert_allclose(w, [*theirs.coef_[0], theirs.intercept_[0]], atol=1e-5)
    np.testing.assert_allclose(alpha @ Z, w, atol=1e-9)
    np.testing.assert_allclose(dual_coordinate_descent(np.array([[1, 4], [1, 0.5], [2, 0.2]]))[0], [0.8, 0.4])
    augmented = LABELS[:, None] * np.column_stack([THREE, np.ones(3)])
    np.testing.assert_allclose(dual_coordinate_descent(augmented)[0], [0.5, 0.5, -2], atol=1e-8)


def test_losses_at_the_margins_everybody_asks_for():
    m = np.array([0.0, 1, 2, 5, -2])
    np.testing.assert_allclose(hinge(m)[0], [1, 0, 0, 0, 3])
    np.testing.assert_allclose(logistic(m)[0], [0.693147, 0.313262, 0.126928, 0.006715, 2.126928], atol=5e-7)
    np.testing.assert_allclose(-logistic(m)[1], [0.5, 0.268941, 0.119203, 0.006693, 0.880797], atol=5e-7)
    grid = np.linspace(-6, 6, 1201)
    assert np.all(logistic(grid)[0] / math.log(2) >= zero_one(grid) - 1e-12)
    assert np.all(hinge(grid)[0] >= zero_one(grid))


@pytest.mark.parametrize("loss", [hinge, logistic, squared])
def test_slopes_are_derivatives(loss):
    m, h = np.array([-3.0, -0.7, 0.2, 0.9, 1.1, 4.0]), 1e-6
    np.testing.assert_allclose((loss(m + h)[0] - loss(m - h)[0]) / (2 * h), loss(m)[1], atol=1e-8)


@pytest.mark.parametrize("loss", [hinge, logistic, squared])
@pytest.mark.parametrize("eta", [0.05, 0.3, 0.51, 0.9])
def test_best_score_minimises_the_expected_loss(loss, eta: float):
    expected = lambda f: eta * loss(np.array(f))[0] + (1 - eta) * loss(np.array(-f))[0]  # noqa: E731
    found = minimize_scalar(expected, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9}).x
    assert found == pytest.approx(best_score(loss.__name__, np.array(eta)), abs=1e-5)


def test_refusals():
    with pytest.raises(ValueError, match="both classes"):
        smo(np.eye(2), np.ones(2))
    with pytest.raises(ValueError, match="kernel"):
        gram(THREE, THREE, "cubic")
