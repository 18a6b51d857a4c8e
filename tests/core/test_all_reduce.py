"""The ring against a plain sum, its traffic against the formula and against what was counted."""

import doctest
from itertools import pairwise

import numpy as np
import pytest

from app.core import all_reduce
from app.core.all_reduce import central_traffic, grid_traffic, ring_all_reduce, ring_passes, ring_traffic


def test_doctests():
    failed, tried = doctest.testmod(all_reduce)
    assert tried and not failed


@pytest.mark.parametrize(("workers", "size"), [(1, 5), (2, 8), (3, 7), (4, 2), (8, 64), (16, 51)])
def test_everybody_ends_with_the_sum(workers: int, size: int):
    vectors = np.random.default_rng(workers).standard_normal((workers, size))
    held, sent = ring_all_reduce(vectors)
    np.testing.assert_allclose(held, np.tile(vectors.sum(axis=0), (workers, 1)), rtol=0, atol=1e-13)
    assert (held == held[0]).all()  # the same to the last bit
    assert sent.mean() == pytest.approx(ring_traffic(size, workers))
    assert sent.max() - ring_traffic(size, workers) < 2


def test_traffic_is_the_same_for_all_when_chunks_are_equal():
    for workers in (2, 4, 8):
        _, sent = ring_all_reduce(np.ones((workers, 32)))
        assert set(sent.tolist()) == {2 * (workers - 1) * 32 // workers}


def test_every_pass_is_a_neighbours_message():
    states = [held for held, _ in ring_passes(np.eye(4))]
    assert len(states) == 1 + 2 * 3
    for before, after in pairwise(states):
        changed = (before != after).sum(axis=1)
        assert (changed <= 1).all()  # one chunk of one number arrives at each worker


def test_integers_stay_exact():
    vectors = np.random.default_rng(0).integers(-99, 99, (7, 23)).astype(float)
    assert (ring_all_reduce(vectors)[0] == vectors.sum(axis=0)).all()


def test_a_grid_interpolates_between_rows_and_columns():
    assert grid_traffic(1e6, 1e3, 8, 1) == ring_traffic(1e3, 8)
    assert grid_traffic(1e6, 1e3, 1, 8) == ring_traffic(1e6, 8)
    square = grid_traffic(1e6, 1e6, 4, 4)
    assert square < min(grid_traffic(1e6, 1e6, 16, 1), grid_traffic(1e6, 1e6, 1, 16))
    assert central_traffic(10, 6) == 6 * 10 + 6 * 10
