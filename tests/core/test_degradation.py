"""Towers: their initialisation, and that a deeper residual net can be exactly the shallower one."""

import doctest

import numpy as np
import pytest

from app.core import degradation as module
from app.core.datasets import two_spirals
from app.core.deep_net import forward, gradient_of
from app.core.degradation import deepened, tower
from app.core.losses import bce_with_logits
from app.core.optimisers import fit, sgd


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("batch_norm", [True, False])
def test_a_trained_residual_net_is_copied_exactly_by_a_deeper_one(batch_norm):
    X, y = two_spirals(64, np.random.default_rng(0))
    net = tower(2, 8, 4, np.random.default_rng(1), batch_norm, True)
    for _ in fit(gradient_of(net, X, y, bce_with_logits), sgd(net.parameters, 0.9), 0.05, 20, 5.0):
        pass
    assert np.array_equal(forward(net, X).logits, forward(deepened(net, 30), X).logits)


def test_a_plain_net_is_not():
    net = tower(2, 8, 4, np.random.default_rng(1), False, False)
    X, _ = two_spirals(16, np.random.default_rng(0))
    assert np.ptp(forward(deepened(net, 1), X).logits) == 0  # zero weights without a skip let nothing through


def test_initial_scales():
    plain, skip, normed = (
        tower(2, 64, 16, np.random.default_rng(0), bn, res) for bn, res in ((False, False), (False, True), (True, True))
    )
    std = [float(np.std(net.weights[1:-1])) for net in (plain, skip, normed)]
    np.testing.assert_allclose(std, np.sqrt(2 / 64) * np.array([1, 0.25, 1]), rtol=0.02)


def test_scaled_branches_keep_a_residual_tower_from_exploding():
    X = np.random.default_rng(3).normal(size=(64, 2))
    net = tower(2, 64, 64, np.random.default_rng(0), False, True)
    hidden = forward(net, X).hidden
    assert np.linalg.norm(hidden[-1]) < 200 * np.linalg.norm(hidden[1])
    for W in net.weights[1:-1]:
        W *= 8  # back to He
    hidden = forward(net, X).hidden
    assert np.linalg.norm(hidden[-1]) > 2**32 * np.linalg.norm(hidden[1])  # at least a doubled square a layer
