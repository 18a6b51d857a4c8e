"""The tent network against the iterated map; the shallow lower bound against fits with free and with optimal kinks."""

import doctest

import numpy as np
import pytest

from app.core import tent_map as module
from app.core.activations import relu
from app.core.linear_regions import zaslavsky
from app.core.mlp import forward
from app.core.tent_map import deep_units, linear_pieces, shallow_fit, shallow_units, tent, tent_network


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("depth", range(1, 9))
def test_network_is_the_iterated_map_with_two_to_the_depth_pieces(depth):
    x = np.linspace(0, 1, 2 ** (depth + 3) + 1)
    network = tent_network(depth)
    out = forward(network, x[:, None], relu).logits[:, 0]
    assert np.abs(out - tent(x, depth)).max() < 1e-12
    assert linear_pieces(x, out) == 2**depth
    assert sum(len(b) for _, b in network[:-1]) == 2 * depth == deep_units(2**depth)


def test_tent_values_by_hand():
    assert tent(np.array([0.0, 0.25, 0.3, 0.5, 1.0]), 1).tolist() == pytest.approx([0, 0.5, 0.6, 1, 0])
    assert tent(np.array([0.3]), 2)[0] == pytest.approx(0.8)


def test_twelve_shallow_units_have_at_most_thirteen_pieces():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 4097)
    for _ in range(20):
        W, b = rng.normal(size=12), rng.normal(size=12)
        y = np.maximum(x[:, None] * W + b, 0) @ rng.normal(size=12)
        slopes = np.round(np.diff(y) / np.diff(x), 6)
        kinks = np.count_nonzero(np.diff(np.sign(x[:, None] * W + b), axis=0), axis=0).sum()
        assert np.count_nonzero(np.diff(slopes)) <= 2 * kinks  # a kink between grid points touches two slopes
        assert kinks + 1 <= zaslavsky(12, 1) == 13


@pytest.mark.parametrize("depth", [3, 4])
def test_too_few_units_stay_at_one_half_whatever_their_kinks(depth):
    x, needed = np.linspace(0, 1, 2 ** (depth + 4) + 1), shallow_units(2**depth)
    y, rng = tent(x, depth), np.random.default_rng(depth)
    for units in (2, needed[0] // 2, needed[0] - 1):
        for _ in range(30):
            kinks = rng.choice(np.arange(1, 2**depth) / 2**depth, units, replace=False)
            A = np.column_stack([np.ones_like(x), np.maximum(x[:, None] - kinks, 0)])
            fitted = A @ np.linalg.lstsq(A, y, rcond=None)[0]
            assert np.abs(fitted - y).max() >= 0.5 - 1e-9
    assert np.abs(shallow_fit(x, y, needed[1]) - y).max() < 1e-9


def test_one_unit_fewer_than_exact_is_not_exact_in_any_direction():
    """Kinks inside only: each unit may look left or right; no choice gives the first piece its slope."""
    x = np.linspace(0, 1, 65)
    y = tent(x, 2)
    kinks = np.array([0.25, 0.5, 0.75])
    for signs in np.ndindex(2, 2, 2):
        side = 2 * np.array(signs) - 1
        A = np.column_stack([np.ones_like(x), np.maximum(side * (x[:, None] - kinks), 0)])
        assert np.abs(A @ np.linalg.lstsq(A, y, rcond=None)[0] - y).max() > 0.1
