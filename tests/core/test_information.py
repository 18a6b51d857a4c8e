"""Entropies, divergences and fits against scipy, scikit-learn, torch, enumeration, quadrature and a textbook."""

import doctest
import itertools
import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as scipy_entropy
from scipy.stats import norm
from sklearn.metrics import mutual_info_score

import app.core.information
import app.core.kl_fitting
from app.core.information import (
    cross_entropy,
    entropy,
    expected_plug_in_entropy,
    information_bias,
    joint_information,
    js_divergence,
    kl_divergence,
    plug_in_information,
    pointwise_information,
)
from app.core.kl_fitting import Mixture, forward_kl, gaussian_kl, reverse_fit, reverse_kl

BITS = 1 / math.log(2)
BOOK = np.array([[4, 2, 1, 1], [2, 4, 1, 1], [2, 2, 2, 2], [8, 0, 0, 0]]) / 32  # Cover & Thomas, example 2.2.1


@pytest.mark.parametrize("module", [app.core.information, app.core.kl_fitting])
def test_examples_in_the_docstrings(module):
    assert doctest.testmod(module).failed == 0


def bernoulli(p):
    return np.array([p, 1 - p])


def test_scipy_agrees():
    rng = np.random.default_rng(0)
    for k in (2, 3, 10):
        p, q = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k))
        assert float(entropy(p)) == pytest.approx(scipy_entropy(p), abs=1e-12)
        assert kl_divergence(p, q) == pytest.approx(scipy_entropy(p, q), abs=1e-12)
        assert js_divergence(p, q) == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-12)
        assert cross_entropy(p, q) == pytest.approx(float(entropy(p)) + kl_divergence(p, q), abs=1e-12)
        assert cross_entropy(p, q) == pytest.approx(
            float(torch.nn.functional.cross_entropy(torch.tensor(q).log()[None], torch.tensor(p)[None])), abs=1e-12
        )


def test_the_textbook_table():
    found = joint_information(BOOK)
    values = [found.x, found.y, found.joint, found.x_given_y, found.y_given_x, found.mutual]
    assert np.array(values) * BITS == pytest.approx([7 / 4, 2, 27 / 8, 11 / 8, 13 / 8, 3 / 8], abs=1e-12)
    assert found.x_given * BITS == pytest.approx([7 / 4, 7 / 4, 2, 0], abs=1e-12)
    assert found.x_given[2] > found.x  # a single condition may raise the entropy


def test_textbook_divergences():
    half, quarter = bernoulli(0.5), np.array([0.75, 0.25])
    assert kl_divergence(half, quarter) * BITS == pytest.approx(1 - math.log2(3) / 2, abs=1e-12)
    assert kl_divergence(quarter, half) * BITS == pytest.approx(0.75 * math.log2(3) - 1, abs=1e-12)
    assert kl_divergence(half, bernoulli(0.9)) == pytest.approx(math.log(5 / 3), abs=1e-12)
    assert kl_divergence(bernoulli(0.9), half) == pytest.approx(0.368064, abs=1e-6)
    assert kl_divergence(bernoulli(0.1), bernoulli(0.9)) == pytest.approx(1.757780, abs=1e-6)
    assert js_divergence(bernoulli(1.0), bernoulli(0.0)) == pytest.approx(math.log(2), abs=1e-15)


def test_zeros():
    certain, fair = np.array([1.0, 0.0]), bernoulli(0.5)
    assert float(entropy(certain)) == 0
    assert kl_divergence(certain, fair) == pytest.approx(math.log(2))
    assert kl_divergence(fair, certain) == cross_entropy(fair, certain) == math.inf
    assert cross_entropy(certain, certain) == 0
    empty_row = joint_information(np.array([[0.5, 0.5], [0.0, 0.0]]))
    assert np.isnan(empty_row.x_given[1])
    assert empty_row.mutual == pytest.approx(0, abs=1e-15)


def test_inequalities_of_joint_tables():
    rng = np.random.default_rng(1)
    for shape in ((2, 2), (3, 5), (4, 4)):
        table = rng.dirichlet(np.full(shape[0] * shape[1], 0.5)).reshape(shape)
        found = joint_information(table)
        assert 0 <= found.mutual <= min(found.x, found.y)
        assert found.mutual <= found.x <= found.joint <= found.x + found.y
        assert found.mutual == pytest.approx(found.x + found.y - found.joint, abs=1e-12)
        assert found.mutual == pytest.approx(found.y - found.y_given_x, abs=1e-12)
        assert found.mutual == pytest.approx(float(pointwise_information(table).sum()), abs=1e-12)
        product = np.outer(table.sum(axis=1), table.sum(axis=0))
        assert found.mutual == pytest.approx(kl_divergence(table, product), abs=1e-12)
        merged = np.vstack([table[:-2], table[-2:].sum(axis=0)])  # processing Y cannot add information on X
        assert joint_information(merged).mutual <= found.mutual + 1e-12


def test_channels_and_gaussians_have_their_closed_forms():
    channel = np.array([[0.89, 0.11], [0.11, 0.89]]) / 2
    assert joint_information(channel).mutual * BITS == pytest.approx(0.500084, abs=1e-6)
    x = np.linspace(-7, 7, 281)
    density = np.exp(-(x[:, None] ** 2 - 1.6 * x[:, None] * x + x**2) / (2 * (1 - 0.64)))
    assert joint_information(density / density.sum()).mutual == pytest.approx(-0.5 * math.log(1 - 0.64), abs=1e-6)


def test_plug_in_is_scikit_learn():
    rng = np.random.default_rng(2)
    counts = rng.integers(0, 9, (5, 3, 4)).astype(float)
    ours = plug_in_information(counts)
    assert ours == pytest.approx([mutual_info_score(None, None, contingency=c) for c in counts], abs=1e-12)


def test_expected_plug_in_entropy_by_enumeration():
    for p, n in (([0.5, 0.5], 5), ([0.2, 0.3, 0.5], 4), ([0.25] * 4, 3), ([1.0], 3), ([0.9, 0.1, 0.0], 4)):
        draws = [list(d) for d in itertools.product(range(len(p)), repeat=n)]
        mean = sum(np.prod(np.array(p)[d]) * scipy_entropy(np.bincount(d, minlength=len(p))) for d in draws)
        assert expected_plug_in_entropy(np.array(p), n) == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize(("n", "k"), [(100, 10), (1000, 10), (50, 3)])
def test_bias_of_the_plug_in_estimate(n, k):
    rng = np.random.default_rng(3)
    found = plug_in_information(rng.multinomial(n, np.full(k * k, 1 / k**2), 2000).reshape(-1, k, k).astype(float))
    one, pairs = np.full(k, 1 / k), np.full(k * k, 1 / k**2)
    exact = 2 * expected_plug_in_entropy(one, n) - expected_plug_in_entropy(pairs, n)
    assert abs(found.mean() - exact) < 3 * found.std() / math.sqrt(len(found))
    assert information_bias(k, k, n) == (k - 1) ** 2 / (2 * n)
    assert exact == pytest.approx(information_bias(k, k, n), rel=0.05 if n == 1000 else 0.2)


def test_gaussian_kl():
    assert gaussian_kl(0, 1, 1, 2) == pytest.approx(0.443147, abs=1e-6)
    assert gaussian_kl(1, 2, 0, 1) == pytest.approx(1.306853, abs=1e-6)
    for m1, s1, m2, s2 in ((0, 1, 1, 2), (-1, 0.5, 2, 3), (0, 2, 0, 2)):
        other = torch.distributions.kl_divergence(
            torch.distributions.Normal(torch.tensor(m1, dtype=torch.float64), s1),
            torch.distributions.Normal(torch.tensor(m2, dtype=torch.float64), s2),
        )
        assert gaussian_kl(m1, s1, m2, s2) == pytest.approx(float(other), abs=1e-12)


def pdf(target, x):
    return target.weight * norm.pdf(x, -target.distance) + (1 - target.weight) * norm.pdf(x, target.distance)


@pytest.mark.parametrize("target", [Mixture(3.0), Mixture(1.5, 0.3), Mixture(4.0, 0.8)])
def test_both_directions_by_quadrature(target):
    mean, sd = 0.7, 1.8
    p, q = (lambda x: pdf(target, x)), (lambda x: norm.pdf(x, mean, sd))
    forward = quad(lambda x: p(x) * np.log(p(x) / q(x)), -13, 13, limit=400)[0]
    reverse = quad(lambda x: q(x) * np.log(q(x) / p(x)), -13, 13, limit=400)[0]
    assert float(forward_kl(target, np.array(mean), np.array(sd))) == pytest.approx(forward, abs=1e-7)
    assert float(reverse_kl(target, np.array(mean), np.array(sd))) == pytest.approx(reverse, abs=1e-7)
    x = np.linspace(-6, 6, 7)
    log_p, score = target.log_density_and_score(x)
    assert np.exp(log_p) == pytest.approx(pdf(target, x), rel=1e-12)
    h = 1e-6
    slope = (target.log_density_and_score(x + h)[0] - target.log_density_and_score(x - h)[0]) / (2 * h)
    assert score == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize(("target", "start"), [(Mixture(3.0), 1.0), (Mixture(2.0), 1.0), (Mixture(3.0, 0.3), -2.0)])
def test_fits_are_what_nelder_mead_finds(target, start):
    def cost(direction):
        return lambda at: float(direction(target, np.array(at[0]), np.exp(at[1])))

    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000}
    mean, sd, value = reverse_fit(target, start)[-1]
    best = minimize(cost(reverse_kl), [mean + 0.1, math.log(sd) + 0.1], method="Nelder-Mead", options=options)
    assert [mean, math.log(sd), value] == pytest.approx([*best.x, best.fun], abs=1e-5)
    best = minimize(cost(forward_kl), [start, 0.0], method="Nelder-Mead", options=options)
    assert [target.mean, math.log(target.sd)] == pytest.approx(best.x, abs=1e-5)


def test_the_ground_truth_of_the_two_fits():
    assert Mixture(3.0).mean == 0
    assert Mixture(3.0).sd ** 2 == pytest.approx(10, abs=1e-12)
    path = reverse_fit(Mixture(3.0), 1.0)
    assert path[-1] == pytest.approx([2.9843, 1.0234, 0.68877], abs=5e-5)
    assert (np.diff(path[:, 2]) < 0).all()
    assert reverse_fit(Mixture(5.0), 1.0)[-1, 2] == pytest.approx(math.log(2), abs=1e-5)


def test_the_reverse_fit_straddles_until_the_modes_are_far_apart():
    """The best Gaussian by D(q‖p) sits in the middle for ±2.5 and on a mode for ±3; both are local minima there."""
    for distance, middle_wins in ((2.5, True), (3.0, False)):
        middle = reverse_fit(Mixture(distance), 0.3, 2.5)[-1]
        mode = reverse_fit(Mixture(distance), distance)[-1]
        assert abs(middle[0]) < 1e-4
        assert abs(mode[0]) > 2.3
        assert bool(middle[2] < mode[2]) == middle_wins
