"""Probes of the deep network against torch and by counting."""

import doctest

import numpy as np
import pytest
import torch

from app.core import deep_net_probes as module
from app.core.activations import relu, tanh
from app.core.deep_net import backward, deep_net, forward
from app.core.deep_net_probes import measured_gradient_norm, never_positive_shares
from app.core.losses import softmax_cross_entropy


def test_doctests():
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("leak", [None, 0.25])
def test_measured_gradients_are_those_of_backward_and_the_net_is_left_alone(batch_norm, leak):
    rng = np.random.default_rng(0)
    net = deep_net([4, 8, 8, 3], tanh, rng, "xavier", bias=0.1, batch_norm=batch_norm, leak=leak)
    X, y = rng.normal(size=(20, 4)), rng.integers(0, 3, 20)
    tape = forward(net, X, training=batch_norm)
    found = backward(net, tape, softmax_cross_entropy(tape.logits, y)[1]).parameters
    before = [p.copy() for p in [*net.parameters, *net.means, *net.variances]]
    for parameter, gradient in zip(net.parameters, found, strict=True):
        measured = measured_gradient_norm(net, X, y, softmax_cross_entropy, parameter, gradient)
        assert measured == pytest.approx(np.linalg.norm(gradient), rel=1e-5, abs=1e-9)
    for kept, now in zip(before, [*net.parameters, *net.means, *net.variances], strict=True):
        assert np.array_equal(kept, now)


def test_never_positive_units_get_no_gradient_from_autograd():
    rng = np.random.default_rng(0)
    net = deep_net([2, 32, 32, 1], relu, rng, bias=-1.5)
    X = rng.normal(size=(50, 2)) * 0.7
    weights = [torch.tensor(W, requires_grad=True) for W in net.weights]
    h = torch.tensor(X)
    for W, b in zip(weights[:-1], net.biases[:-1], strict=True):
        h = torch.relu(h @ W + torch.tensor(b))
    (h @ weights[-1]).square().sum().backward()
    share = never_positive_shares(forward(net, X))
    silent = (weights[1].grad.numpy() == 0).all(axis=0).mean()  # columns of the second layer that nothing reaches
    assert share[1] == pytest.approx(silent)
    assert 0 < share[0] < 1
