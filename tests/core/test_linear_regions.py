"""Exact region counts against Zaslavsky's formula, dense grids and linear programming over all patterns."""

import doctest
import math
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from app.core import linear_regions as module
from app.core.linear_regions import (
    activation_patterns,
    activation_regions,
    line_regions,
    line_regions_in_square,
    zaslavsky,
)
from app.core.mlp import init_layers


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def hidden(widths, seed, bias=0.5):
    rng = np.random.default_rng(seed)
    return [(W, bias * rng.standard_normal(len(b))) for W, b in init_layers([2, *widths, 1], rng)][:-1]


def area(polygon) -> float:
    x, y = np.array(polygon).T
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def test_zaslavsky_bound():
    assert zaslavsky(4, 2) == 11
    assert zaslavsky(8, 2) == 37
    assert [zaslavsky(n, 2) for n in range(20)] == [1 + n + math.comb(n, 2) for n in range(20)]
    assert all(zaslavsky(n, d) == 2**n for d in range(1, 6) for n in range(d + 1))


@pytest.mark.parametrize("units", [4, 8, 16])
def test_random_lines_reach_the_bound_in_the_plane(units):
    for seed in range(20):
        counts = line_regions(*hidden([units], seed)[0])
        assert counts.tolist() == [zaslavsky(n, 2) for n in range(1, units + 1)]


@pytest.mark.parametrize("seed", range(5))
def test_cutting_polygons_agrees_with_counting_crossings(seed):
    layer = hidden([12], seed)[0]
    for half in (0.5, 2.0, 1000.0):
        counts = line_regions_in_square(*layer, half)
        for n in (1, 5, 12):
            first = [(layer[0][:, :n], layer[1][:n])]
            assert len(activation_regions(first, half)) == counts[n - 1]


@pytest.mark.parametrize("widths", [[8], [4, 4], [3, 3, 3]])
def test_regions_tile_the_square_and_have_different_patterns(widths):
    for seed in range(3):
        regions = activation_regions(hidden(widths, seed), 2.0)
        assert sum(area(r.polygon) for r in regions) == pytest.approx(16, rel=1e-9)
        assert len({r.pattern for r in regions}) == len(regions)
        centres = np.array([np.mean(r.polygon, axis=0) for r in regions])
        for region, centre in zip(regions, centres, strict=True):
            assert activation_patterns(hidden(widths, seed), centre[None])[0].tolist() == list(region.pattern)


@pytest.mark.parametrize("widths", [[10], [5, 5], [4, 4, 4]])
def test_a_grid_sees_no_pattern_that_is_not_listed(widths):
    net = hidden(widths, 1)
    side = np.linspace(-3, 3, 150)
    seen = activation_patterns(net, np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2))
    regions = activation_regions(net, 3.0)
    assert {tuple(p) for p in seen.tolist()} <= {r.pattern for r in regions}
    assert len(seen) >= 0.7 * len(regions)


def feasible(net, pattern, half) -> bool:
    """Whether some point of the square has this pattern with every unit strictly on its side, by linear programming."""
    A, c, rows, limits, at = np.eye(2), np.zeros(2), [], [], 0
    for W, b in net:
        G, d = A @ W, c @ W + b
        on = np.array(pattern[at : at + len(b)])
        sign = np.where(on, 1.0, -1.0)
        scale = np.maximum(np.linalg.norm(G, axis=0), 1e-12)
        rows.append(np.column_stack([-(sign / scale)[:, None] * G.T, np.ones(len(b))]))
        limits.append(sign * d / scale)
        A, c, at = G * on, d * on, at + len(b)
    margin = linprog([0, 0, -1], A_ub=np.concatenate(rows), b_ub=np.concatenate(limits),
                     bounds=[(-half, half), (-half, half), (None, 1)])  # fmt: skip
    return margin.status == 0 and -margin.fun > 1e-9


@pytest.mark.parametrize("widths", [[5], [3, 2]])
def test_against_every_pattern_by_linear_programming(widths):
    for seed in range(2):
        net = hidden(widths, seed)
        expected = {p for p in product((False, True), repeat=5) if feasible(net, p, 2.0)}
        assert {r.pattern for r in activation_regions(net, 2.0)} == expected


def test_zero_biases_make_a_fan():
    net = hidden([9], 0, bias=0.0)
    assert len(activation_regions(net, 1.0)) == 18 == 2 * zaslavsky(8, 1)
