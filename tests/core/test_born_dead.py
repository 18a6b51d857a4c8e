"""Networks that are born dead: against torch modules evaluated on a grid, and closed forms for width one."""

import doctest
from itertools import pairwise

import numpy as np
import pytest
import torch

from app.core import born_dead as module
from app.core.born_dead import born_dead_bounds, live_sides


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def test_width_one_in_closed_form():
    """The first layer leaves one side; then every layer kills it with probability one half."""
    nets = 20_000
    shares = live_sides(1, 8, nets, np.random.default_rng(0))
    alive = 0.5 ** np.arange(8)
    error = 3 * np.sqrt(alive * (1 - alive) / nets)
    assert np.all(np.abs(shares[:, 1] - alive) <= error)
    assert np.all(shares[:, 2] == 0)
    assert np.allclose(shares.sum(axis=1), 1)


@pytest.mark.parametrize(("depth", "published"), [(5, 0.65), (10, 0.92), (20, 0.99)])
def test_width_two_against_torch_modules_on_a_grid(depth, published):
    torch.manual_seed(depth)
    x = torch.linspace(-2, 2, 21, dtype=torch.float64)[:, None]
    trials, dead = 300, 0
    for _ in range(trials):
        sizes = [1] + [2] * depth
        layers = [torch.nn.Linear(a, b, dtype=torch.float64) for a, b in pairwise(sizes)]
        for layer in layers:
            torch.nn.init.kaiming_normal_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
        h = x
        with torch.no_grad():
            for layer in layers:
                h = torch.relu(layer(h))
        dead += bool((h == 0).all())
    ours = live_sides(2, depth, 20_000, np.random.default_rng(1))[-1, 0]
    error = np.sqrt(ours * (1 - ours) * (1 / trials + 1 / 20_000))
    assert abs(dead / trials - ours) <= 3 * error
    assert ours == pytest.approx(published, abs=0.03)


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_bounds_hold(width):
    nets = 5000
    dead = live_sides(width, 25, nets, np.random.default_rng(width))[:, 0]
    lower, upper = born_dead_bounds(width, 25)
    error = 3 * np.sqrt(np.maximum(dead * (1 - dead), 1 / nets) / nets)
    assert np.all(dead >= lower - error)
    assert np.all(dead <= upper + error)
    assert np.all(np.diff(dead) >= 0)


def test_one_input_dies_as_often_as_the_upper_bound_says():
    rng = np.random.default_rng(0)
    nets, width, depth = 20_000, 3, 6
    h = np.ones((nets, 1))
    for _ in range(depth):
        h = np.maximum(np.einsum("nij,nj->ni", rng.normal(size=(nets, width, h.shape[1])), h), 0)
    share = np.mean(~h.any(axis=1))
    expected = born_dead_bounds(width, depth)[1][-1]
    assert abs(share - expected) < 3 * np.sqrt(expected * (1 - expected) / nets)
