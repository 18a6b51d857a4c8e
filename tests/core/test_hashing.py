"""The hash against SplitMix64's published output and scikit-learn's hasher in kind, collisions against the formulas."""

import doctest

import numpy as np
import pytest

from app.core import hashing
from app.core.hashing import collision_probability, expected_occupied, hashed, spread


def test_doctests():
    failed, tried = doctest.testmod(hashing)
    assert tried and not failed


def test_the_mixer_is_splitmix64():
    """Its first two outputs from seed 0 are E220A8397B1DCDAF and 6E789E6AA1B965F4."""
    for salt, word in ((1, 0xE220A8397B1DCDAF), (2, 0x6E789E6AA1B965F4)):
        bucket, sign = hashed(np.array([0]), 2**62, salt)
        assert bucket[0] == word % 2**62
        assert sign[0] == (1 if word >> 63 else -1)


@pytest.mark.parametrize("bits", [10, 12, 14, 18])
def test_collisions_and_occupied_buckets_against_the_formulas(bits: int):
    found = np.array([spread(10_000, 2**bits, salt) for salt in range(1, 61)])
    expected = (expected_occupied(10_000, 2**bits), collision_probability(10_000, 2**bits))
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - expected) < np.maximum(3.5 * error, 1e-12)).all()


def test_the_printed_numbers():
    assert expected_occupied(10_000, 2**14) == pytest.approx(7485.03, abs=5e-3)
    assert collision_probability(10_000, 2**14) == pytest.approx(0.4568, abs=5e-5)
    assert collision_probability(10_000, 2**18) == pytest.approx(0.0374, abs=5e-5)
    assert (collision_probability(1, 7), expected_occupied(1, 7)) == (0, pytest.approx(1))


def test_random_buckets_give_the_same_law():
    runs = [len(np.unique(np.random.default_rng(s).integers(0, 2**14, 10_000))) for s in range(40)]
    error = np.std(runs, ddof=1) / np.sqrt(len(runs))
    assert abs(np.mean(runs) - expected_occupied(10_000, 2**14)) < 3 * error


def test_signed_hashing_keeps_dot_products_on_average():
    """E⟨φ(x), φ(y)⟩ = ⟨x, y⟩ with signs; without, every collision adds a positive term."""
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 50))
    dots = {True: [], False: []}
    for salt in range(1, 3001):
        bucket, sign = hashed(np.arange(50), 16, salt)
        for signed in dots:
            s = sign if signed else np.ones(50)
            dots[signed].append(np.bincount(bucket, s * x, 16) @ np.bincount(bucket, s * y, 16))
    error = np.std(dots[True]) / np.sqrt(3000)
    assert abs(np.mean(dots[True]) - x @ y) < 3.5 * error
    assert np.mean(dots[False]) - x @ y == pytest.approx((x.sum() * y.sum() - x @ y) / 16, rel=0.05)
