"""Partitions, heights and places of a merge tree, against sets of leaves and a drawing without crossings."""

import doctest

import numpy as np
import pytest

from app.core import merge_tree
from app.core.merge_tree import heights, labels_after, leaf_places


def random_tree(seed, n):
    rng, alive, merges = np.random.default_rng(seed), list(range(n)), []
    for t in range(n - 1):
        a, b = sorted(rng.choice(len(alive), 2, replace=False).tolist(), reverse=True)
        merges.append((alive.pop(a), alive.pop(b)))
        alive.append(n + t)
    return np.array(merges)


def leaves(merges):
    n = len(merges) + 1
    found = {i: {i} for i in range(n)}
    for t, (a, b) in enumerate(merges.tolist()):
        found[n + t] = found[a] | found[b]
    return found


def test_doctests():
    failed, tried = doctest.testmod(merge_tree)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("seed", range(5))
def test_partitions_are_the_leaves_below(seed):
    merges, labels = random_tree(seed, 9), np.random.default_rng(seed).integers(0, 9, (6, 7))
    below = leaves(merges)
    for steps in range(9):
        after = labels_after(labels, merges, steps)
        assert len(set(below) - set(after.ravel().tolist())) >= 2 * 9 - 1 - (9 - steps)
        for name in np.unique(after).tolist():
            assert name < 9 + steps
            assert set(labels[after == name].tolist()) <= below[name]
    assert set(after.ravel().tolist()) == {16}


@pytest.mark.parametrize("seed", range(5))
def test_leaves_of_every_region_stand_side_by_side(seed):
    merges = random_tree(seed, 12)
    place = leaf_places(merges)
    assert sorted(place[:12].tolist()) == list(range(12))
    for region, below in leaves(merges).items():
        stand = sorted(place[list(below)].tolist())
        assert stand == list(np.arange(stand[0], stand[0] + len(below)))
        assert stand[0] <= place[region] <= stand[-1]


def test_heights_between_a_balanced_tree_and_a_chain():
    n = 16
    balanced, row = [], list(range(n))
    while len(row) > 1:
        row = [(balanced.append((row[i], row[i + 1])), n + len(balanced) - 1)[1] for i in range(0, len(row), 2)]
    chain = [(0, 1), *((n + t - 1, t + 1) for t in range(1, n - 1))]
    assert heights(np.array(balanced))[-1] == 4
    assert heights(np.array(chain))[-1] == n - 1
    for seed in range(5):
        assert 4 <= heights(random_tree(seed, n))[-1] <= n - 1
    assert heights(np.empty((0, 2), dtype=np.int64)).tolist() == [0]
