"""The L1 pull against torch and finite differences, label smoothing against torch, the bootstrap against its share."""

import doctest

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import regularisers as module
from app.core.activations import tanh
from app.core.deep_net import deep_net, gradient_of
from app.core.losses import bce_with_logits
from app.core.optimisers import fit, sgd
from app.core.regularisers import bootstrap, jittered, l1_penalised, smoothed


def test_examples():
    assert doctest.testmod(module).failed == 0


def test_l1_pull_is_that_of_autograd():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(8, 3)), np.array([0.0, 1.0] * 4)
    net = deep_net([3, 4, 1], tanh, rng, "xavier")
    parameters = [torch.tensor(p.copy(), requires_grad=True) for p in net.parameters]
    logits = torch.tanh(torch.tensor(X) @ parameters[0] + parameters[2]) @ parameters[1] + parameters[3]
    size = parameters[0].abs().sum() + parameters[1].abs().sum()
    reference = F.binary_cross_entropy_with_logits(logits[:, 0], torch.tensor(y)) + 0.05 * size
    reference.backward()
    loss, found, _ = l1_penalised(gradient_of(net, X, y, bce_with_logits), net.weights, 0.05)(0)
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    assert len(found) == len(parameters)
    for ours, theirs in zip(found, parameters, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-12)


def test_l1_drives_a_useless_weight_to_nothing():
    w = np.array([1.0, 1.0])
    pulled = l1_penalised(lambda t: (0.0, [np.array([2 * (w[0] - 3), 0.0])], None), [w], 0.5)
    for _ in fit(pulled, sgd([w]), 0.01, 2000):
        pass
    assert w[0] == pytest.approx(3 - 0.25, abs=1e-6)  # minimum of (w - 3)² + |w|/2
    assert abs(w[1]) <= 0.005


def test_smoothed_targets_give_the_loss_of_torch():
    logits, y = np.random.default_rng(0).normal(size=(6, 1)), np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    two = torch.tensor(np.column_stack([np.zeros(6), logits[:, 0]]))
    expected = F.cross_entropy(two, torch.tensor(y).long(), label_smoothing=0.2)
    assert bce_with_logits(logits, smoothed(y, 0.2))[0] == pytest.approx(expected.item(), abs=1e-12)


def test_jitter_and_bootstrap_have_their_moments():
    rng = np.random.default_rng(0)
    moved = jittered(np.ones((4000, 2)), 0.5, rng)
    assert moved.mean() == pytest.approx(1, abs=3 * 0.5 / np.sqrt(8000))
    assert moved.std() == pytest.approx(0.5, rel=0.03)
    shares = [len(set(bootstrap(100, rng).tolist())) / 100 for _ in range(400)]
    expected = 1 - (1 - 1 / 100) ** 100
    assert abs(np.mean(shares) - expected) < 3 * np.std(shares) / 20
