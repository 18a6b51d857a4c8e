"""The toy data: shapes, balance, the geometry each one promises, and how far a straight line gets (scikit-learn)."""

import doctest

import numpy as np
import pytest
from scipy import integrate
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from app.core import datasets
from app.core.datasets import circle, moons, moons_posterior, two_spirals, xor

ALL = [two_spirals, xor, circle, moons]


@pytest.mark.parametrize("generate", ALL)
def test_shape_balance_and_reproducibility(generate):
    X, y = generate(300, np.random.default_rng(7))
    again, _ = generate(300, np.random.default_rng(7))
    other, _ = generate(300, np.random.default_rng(8))
    assert X.shape == (300, 2)
    assert X.dtype == y.dtype == np.float64
    assert y.sum() == 150
    assert np.array_equal(X, again)
    assert not np.array_equal(X, other)
    assert np.abs(X.mean(axis=0)).max() < 0.25


@pytest.mark.parametrize(
    ("generate", "linear_at_most"), [(two_spirals, 0.75), (xor, 0.7), (circle, 0.7), (moons, 0.95)]
)
def test_neighbours_solve_it_and_a_line_does_not(generate, linear_at_most):
    X, y = generate(600, np.random.default_rng(0))
    Xt, yt = generate(600, np.random.default_rng(1))
    assert KNeighborsClassifier(5).fit(X, y).score(Xt, yt) > 0.95
    assert LogisticRegression().fit(X, y).score(Xt, yt) <= linear_at_most


def test_arms_are_the_same_spiral_half_a_turn_apart():
    X, y = two_spirals(4000, np.random.default_rng(0), turns=1.0, noise=0.0, radius=1.0)
    radius = np.hypot(*X.T)
    expected = radius * (0.5 + 2 * np.pi) + np.pi * y
    angle = np.arctan2(X[:, 1], X[:, 0])
    assert np.abs(np.exp(1j * angle) - np.exp(1j * expected)).max() < 1e-9
    assert radius.max() <= 1.0


def test_noise_has_the_asked_standard_deviation():
    clean, _ = two_spirals(5000, np.random.default_rng(3), noise=0.0)
    noisy, _ = two_spirals(5000, np.random.default_rng(3), noise=0.2)
    noise = noisy - clean
    assert abs(noise.std() - 0.2) < 3 * 0.2 / np.sqrt(2 * noise.size)


@pytest.mark.parametrize("point", [(0.1, 0.0), (-0.6, 0.3), (1.2, 0.4), (0.5, 0.9)])
def test_posterior_of_the_moons_against_scipy(point):
    def density(sign: int) -> float:
        def integrand(t: float) -> float:
            arc = np.array([np.cos(t), np.sin(t)]) if sign == 0 else np.array([1 - np.cos(t), 0.5 - np.sin(t)])
            return float(np.exp(-((np.array(point) - arc + np.array([0.5, 0.25])) ** 2).sum() / (2 * 0.2**2)))

        return integrate.quad(integrand, 0, np.pi, epsabs=1e-14, limit=400)[0]

    expected = density(1) / (density(0) + density(1))
    assert moons_posterior(np.array([point]), 0.2)[0] == pytest.approx(expected, rel=2e-5, abs=1e-9)


def test_posterior_of_the_moons_is_calibrated():
    X, y = moons(20_000, np.random.default_rng(0), 0.3)
    p = moons_posterior(X, 0.3)
    for low in (0.1, 0.3, 0.5, 0.7):
        inside = (p > low) & (p < low + 0.2)
        assert abs((y - p)[inside].mean()) < 3 * 0.5 / np.sqrt(inside.sum())


def test_xor_and_circle_without_noise_follow_their_rule():
    X, y = xor(1000, np.random.default_rng(0))
    assert np.array_equal(X[:, 0] * X[:, 1] < 0, y == 1)
    X, y = circle(1000, np.random.default_rng(0))
    r = np.hypot(*X.T)
    assert r[y == 1].max() <= 0.8
    assert r[y == 0].min() >= 1.0
    inner = (r[y == 1] / 0.8) ** 2  # uniform on (0, 1) if the disc is uniform by area
    assert abs(inner.mean() - 0.5) < 3 / np.sqrt(12 * inner.size)


def test_examples_in_the_docstrings():
    result = doctest.testmod(datasets)
    assert result.attempted > 0
    assert result.failed == 0
