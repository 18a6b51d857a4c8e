"""Collapsing layers, and the limits of a line: against scikit-learn, linear programming, least squares."""

import doctest
import math
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression

from app.core import linear_collapse as module
from app.core.activations import identity, square
from app.core.datasets import moons, two_spirals
from app.core.linear_collapse import best_line_accuracy, collapse, logistic_regression, monomials, nonaffine_share
from app.core.mlp import forward, init_layers

CORNERS, XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("depth", [1, 3, 8, 50])
def test_layers_without_activation_are_the_collapsed_one(depth):
    rng = np.random.default_rng(depth)
    layers = [(W, rng.normal(size=len(b))) for W, b in init_layers([3, *[16] * depth, 2], rng, "xavier")]
    X = rng.normal(size=(40, 3))
    P, c = collapse(layers)
    out = forward(layers, X, identity).logits
    assert np.abs(out - (X @ P + c)).max() <= 1e-11 * np.abs(out).max()
    assert np.linalg.matrix_rank(P) == 2


def test_fifty_layers_in_float32_differ_by_rounding_only():
    rng = np.random.default_rng(0)
    layers = [(W.astype(np.float32), b.astype(np.float32)) for W, b in init_layers([16] * 51, rng, "lecun")]
    X = rng.normal(size=(40, 16)).astype(np.float32)
    P, c = collapse(layers)
    out = forward(layers, X, identity).logits
    assert np.abs(out - (X @ P + c)).max() / np.abs(out).max() < 1e-5


def test_narrowest_layer_bounds_the_rank():
    P, _ = collapse(init_layers([20, 5, 50], np.random.default_rng(0)))
    assert P.shape == (20, 50)
    assert np.linalg.matrix_rank(P) == 5


def test_xor_has_no_affine_solution():
    A = np.column_stack([CORNERS, np.ones(4)])
    w, residual, *_ = np.linalg.lstsq(A, XOR, rcond=None)
    assert np.allclose(w, [0, 0, 0.5], atol=1e-12)
    assert residual[0] / 4 == pytest.approx(0.25, abs=1e-12)
    assert logistic_regression(CORNERS, XOR).loss == pytest.approx(math.log(2), abs=1e-12)
    assert best_line_accuracy(CORNERS, XOR) == 0.75
    assert logistic_regression(monomials(CORNERS, 2), XOR).loss < 1e-8  # x₁x₂ is enough


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_logistic_regression_agrees_with_scikit_learn(degree):
    X, y = two_spirals(200, np.random.default_rng(0))
    features = monomials(X, degree)
    ours = logistic_regression(features, y)
    theirs = LogisticRegression(C=1e12, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(features, y)
    assert np.allclose(ours.weights[:-1], theirs.coef_[0], rtol=1e-5, atol=1e-6)
    assert ours.weights[-1] == pytest.approx(theirs.intercept_[0], abs=1e-6)
    assert ours.gradient < 1e-10


def test_separable_data_reach_loss_zero():
    X = np.random.default_rng(0).normal(size=(60, 2))
    fit = logistic_regression(X, (X @ [1.0, -2.0] > 0.3).astype(float))
    assert fit.loss < 1e-6


def separable(X, y) -> bool:
    sign = np.where(y == 1, 1.0, -1.0)
    rows = -sign[:, None] * np.column_stack([X, np.ones(len(X))])
    return linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(len(X)), bounds=[(None, None)] * 3).status == 0


@pytest.mark.parametrize("seed", range(4))
def test_best_line_against_every_labelling_by_linear_programming(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(7, 2)), rng.integers(0, 2, 7)
    best = max(np.mean(np.array(z) == y) for z in product((0, 1), repeat=7) if separable(X, np.array(z)))
    assert best_line_accuracy(X, y) == pytest.approx(best, abs=1e-12)


def test_no_random_line_beats_the_best_one_and_some_come_close():
    rng = np.random.default_rng(0)
    X, y = moons(200, rng, 0.15)
    angle, offset = rng.uniform(0, 2 * np.pi, 20_000), rng.uniform(-1, 1, 20_000)
    sides = X @ np.stack([np.cos(angle), np.sin(angle)]) > offset
    scores = np.mean(sides == (y == 1)[:, None], axis=0)
    assert scores.max() <= best_line_accuracy(X, y) <= scores.max() + 0.02


def test_nonaffine_share_of_known_functions():
    X = np.random.default_rng(0).normal(size=(4000, 2))
    assert nonaffine_share(X, X @ [2.0, -1.0] + 5) < 1e-25
    assert nonaffine_share(X, X[:, 0] * X[:, 1]) == pytest.approx(1, abs=0.01)
    assert nonaffine_share(X, np.full(4000, 3.0)) == 0


@pytest.mark.parametrize("depth", [1, 2])
def test_square_layers_are_polynomials_of_degree_two_to_the_depth(depth):
    rng = np.random.default_rng(depth)
    layers = [(W, rng.normal(size=len(b))) for W, b in init_layers([2, *[16] * depth, 1], rng, "xavier")]
    X = rng.uniform(-1, 1, (300, 2))
    f = forward(layers, X, square).logits[:, 0]
    A = np.column_stack([monomials(X, 2**depth), np.ones(300)])
    assert np.abs(A @ np.linalg.lstsq(A, f, rcond=None)[0] - f).max() < 1e-9 * np.abs(f).max()
    low = np.column_stack([monomials(X, 2**depth - 1), np.ones(300)])
    assert np.abs(low @ np.linalg.lstsq(low, f, rcond=None)[0] - f).max() > 1e-4 * np.abs(f).max()
