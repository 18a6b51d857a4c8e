"""The four similarities: worked numbers, and pixels counted."""

import doctest

import numpy as np
import pytest

from app.core import region_similarity
from app.core.region_similarity import (
    fill_similarity,
    histogram_intersection,
    merged_histogram,
    size_similarity,
    union_box,
)


def test_doctests():
    failed, tried = doctest.testmod(region_similarity)
    assert tried > 0
    assert failed == 0


def test_worked_numbers():
    a, b = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.25, 0.75])
    assert histogram_intersection(a, b) == 0.25
    joined = merged_histogram(a, b, 300, 100)
    np.testing.assert_allclose(joined, [0.375, 0.4375, 0.1875], atol=1e-15)
    assert joined.sum() == pytest.approx(1, abs=1e-15)
    assert size_similarity(100, 100, 10_000) == pytest.approx(0.98, abs=1e-12)
    assert fill_similarity([0, 0, 10, 10], [10, 0, 20, 10], 100, 100, 10_000) == pytest.approx(1, abs=1e-12)
    assert fill_similarity([0, 0, 10, 10], [10, 10, 20, 20], 100, 100, 10_000) == pytest.approx(0.98, abs=1e-12)


def test_fill_is_one_minus_the_share_of_pixels_left_open_in_the_common_box():
    rng = np.random.default_rng(0)
    for _ in range(50):
        owner = np.zeros((20, 30), dtype=int)
        for name in (1, 2):
            x1, x2 = sorted(rng.choice(31, 2, replace=False))
            y1, y2 = sorted(rng.choice(21, 2, replace=False))
            owner[y1:y2, x1:x2] = name
        boxes = []
        for name in (1, 2):
            y, x = np.nonzero(owner == name)
            if len(y):
                boxes.append((x.min(), y.min(), x.max() + 1, y.max() + 1))
        if len(boxes) < 2:
            continue
        x1, y1, x2, y2 = union_box(*boxes).astype(int)
        sizes = [(owner == name).sum() for name in (1, 2)]
        open_pixels = (owner[y1:y2, x1:x2] == 0).sum()
        assert fill_similarity(*boxes, *sizes, owner.size) == pytest.approx(1 - open_pixels / owner.size, abs=1e-12)


def test_histograms_of_a_union_are_those_of_its_pixels():
    rng = np.random.default_rng(1)
    a, b = rng.random(300), rng.random(70)
    counts = [np.histogram(v, 25, (0, 1))[0] for v in (a, b, np.concatenate([a, b]))]
    one, two, both = (c / c.sum() for c in counts)
    np.testing.assert_allclose(merged_histogram(one, two, 300, 70), both, atol=1e-12)


def test_intersection_is_one_less_half_the_l1_distance():
    rng = np.random.default_rng(2)
    for _ in range(20):
        p, q = rng.dirichlet(np.ones(75), 2)
        assert histogram_intersection(p, q) == pytest.approx(1 - np.abs(p - q).sum() / 2, abs=1e-12)
