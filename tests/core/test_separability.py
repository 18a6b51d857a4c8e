"""Separability and its proofs against scipy's linear programming, brute force and published counts."""

import doctest
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from app.core import dichotomies, separability
from app.core.dichotomies import count_separable, sampled_share, separable_dichotomies, separable_share
from app.core.separability import mistake_bound, perceptron, proves_plane, separate


@pytest.mark.parametrize("module", [separability, dichotomies], ids=lambda m: m.__name__)
def test_doctests(module):
    assert doctest.testmod(module).failed == 0


def oracle(X: np.ndarray, y: np.ndarray) -> bool:
    """scipy: is there (w, b) with s(wᵀx + b) ≥ 1?"""
    Z = np.where(y > 0.5, 1, -1)[:, None] * np.column_stack([X, np.ones(len(X))])
    return linprog(np.zeros(Z.shape[1]), A_ub=-Z, b_ub=-np.ones(len(X)), bounds=(None, None)).status == 0


def cases():
    rng = np.random.default_rng(0)
    for i in range(240):
        n, d = int(rng.integers(2, 40)), int(rng.integers(1, 6))
        X = rng.standard_normal((n, d))
        y = (rng.random(n) < 0.5).astype(float)
        if i % 2:
            y = (X[:, 0] + (0.3 * rng.standard_normal(n) if i % 4 == 1 else 0) > 0).astype(float)
        yield (np.round(X) if i % 3 == 0 else X), y


def test_the_verdict_is_scipys_and_its_proof_holds():
    seen = set()
    for X, y in cases():
        verdict = separate(X, y)
        seen.add(verdict.separable)
        assert verdict.separable == oracle(X, y)
        if verdict.separable:
            assert verdict.shares is None and proves_plane(X, y, verdict.plane)
        else:
            share = verdict.shares
            assert verdict.plane is None and share.min() >= 0
            assert share[y == 1].sum() == pytest.approx(1) and share[y == 0].sum() == pytest.approx(1)
            np.testing.assert_allclose(share[y == 1] @ X[y == 1], share[y == 0] @ X[y == 0], atol=1e-12)
            assert np.count_nonzero(share) <= X.shape[1] + 2
    assert seen == {True, False}


def test_no_tolerance_decides():
    gap = 2.0**-40
    X = np.array([[0.0, 1], [1.0, 0], [0.5, 0.5 + gap]])  # a hair above, on, and a hair below the segment
    y = np.array([1.0, 1, 0])
    assert separate(X, y).separable
    X[2, 1] = 0.5
    assert not separate(X, y).separable
    rng = np.random.default_rng(1)
    for k in (20, 30, 40, 50):
        X = rng.integers(0, 5, (8, 2)).astype(float)
        y = (X[:, 0] - X[:, 1] > 0.5).astype(float)
        X[y == 1, 0] -= 1 - 2.0**-k  # classes 2⁻ᵏ apart along x − y
        if 0 < y.sum() < 8:
            assert separate(X, y).separable
            X[y == 1, 0] -= 2.0**-k
            ours = separate(X, y)
            both = [{tuple(map(Fraction, x)) for x in X[y == c]} for c in (0, 1)]
            assert not (ours.separable and both[0] & both[1])


def test_one_class_alone_is_separable():
    assert separate(np.ones((3, 2)), np.zeros(3)).separable


def test_boolean_functions_that_a_hyperplane_computes():
    counts = [count_separable(np.array(list(product([0.0, 1.0], repeat=k)))) for k in (1, 2, 3)]
    assert counts == [4, 14, 104]


@pytest.mark.parametrize(("n", "count"), [(3, 8), (4, 14), (5, 22), (6, 32)])
def test_covers_count_in_the_plane_is_the_count(n: int, count: int):
    X = np.random.default_rng(n).standard_normal((n, 2))
    assert count_separable(X) == separable_dichotomies(n, 2) == count


@pytest.mark.parametrize("d", range(1, 8))
def test_half_at_twice_the_parameters_and_all_up_to_the_vc_dimension(d: int):
    assert separable_share(2 * (d + 1), d) == 0.5
    assert separable_share(d + 1, d) == 1 > separable_share(d + 2, d)
    for n in range(1, 20):  # the recursion of the proof
        assert separable_dichotomies(n + 1, d) == separable_dichotomies(n, d) + separable_dichotomies(n, d - 1)


@pytest.mark.parametrize(("n", "d"), [(6, 2), (9, 2), (12, 5)])
def test_random_labels(n: int, d: int):
    p, trials = separable_share(n, d), 400
    assert abs(sampled_share(n, d, trials, np.random.default_rng(3)) - p) < 3 * (p * (1 - p) / trials) ** 0.5


def test_refusals():
    for n, d in ((0, 1), (3, -1)):
        with pytest.raises(ValueError):
            separable_dichotomies(n, d)
    assert not proves_plane(np.ones((1, 1)), np.ones(1), np.array([np.nan, 1]))


def test_the_perceptron_stops_within_its_bound_or_never():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 2))
    y = (X @ [1.0, -2.0] > 0.3).astype(float)
    X += np.where(y > 0.5, 1, -1)[:, None] * 0.1 * np.array([1.0, -2.0])
    seen, plane = perceptron(X, y, 10_000), separate(X, y).plane
    assert seen.per_pass[-1] == 0 and proves_plane(X, y, seen.plane)
    assert sum(seen.per_pass) <= mistake_bound(X, y, plane)
    assert min(perceptron(X, 1 - y[::-1], 30).per_pass) > 0
