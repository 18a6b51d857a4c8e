"""Stacked networks against the same ones trained one by one, and against torch."""

import doctest

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import net_stack as module
from app.core.activations import relu, tanh
from app.core.deep_net import DeepNet
from app.core.deep_net import gradient_of as single_gradient
from app.core.losses import softmax_cross_entropy
from app.core.mlp import init_layers
from app.core.mlp_probes import accuracy
from app.core.net_stack import accuracies, backward, cross_entropies, forward, gradient_of, stack
from app.core.optimisers import adam, fit, sgd

WIDTHS, RATES, DECAYS = [6, 8, 8, 5], [0.01, 0.1, 0.3], [0.0, 0.01, 0.1]


def problem():
    rng = np.random.default_rng(0)
    nets = [init_layers(WIDTHS, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    return nets, rng.normal(size=(3, 12, 6)), rng.integers(0, 5, (3, 12))


def test_gradients_are_those_of_autograd():
    layers, X, y = problem()
    nets = stack(layers, tanh)
    tape = forward(nets, X)
    losses, d_logits = cross_entropies(tape.logits, y)
    ours = backward(nets, tape, d_logits)
    for run in range(3):
        p = [torch.tensor(a[run], requires_grad=True) for a in nets.parameters]
        h = torch.tensor(X[run])
        for i in range(2):
            h = torch.tanh(h @ p[i] + p[3 + i])
        reference = F.cross_entropy(h @ p[2] + p[5], torch.tensor(y[run]))
        reference.backward()
        assert losses[run] == pytest.approx(reference.item(), abs=1e-12)
        for a, b in zip(ours, p, strict=True):
            assert np.allclose(a[run], b.grad.numpy(), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "adamw", "adam-l2"])
def test_runs_side_by_side_are_those_run_alone(rule):
    """Learning rates and weight decays as arrays, one a run, against plain numbers one run after the other."""
    make = {
        "sgd": lambda p, d: sgd(p, 0.0, d), "momentum": lambda p, d: sgd(p, 0.9, d),
        "adamw": lambda p, d: adam(p, weight_decay=d), "adam-l2": lambda p, d: adam(p, weight_decay=d, decoupled=False),
    }[rule]  # fmt: skip
    layers, X, y = problem()
    nets = stack([[(W.copy(), b.copy()) for W, b in net] for net in layers], relu)
    rates, decays = (np.array(v)[:, None, None] for v in (RATES, DECAYS))
    run = fit(gradient_of(nets, lambda t: (X, y)), make(nets.parameters, decays), [rates] * 6, 30)
    side_by_side = np.array([state.seen for state in run])
    for index in range(3):
        net = DeepNet([W for W, _ in layers[index]], [b for _, b in layers[index]], relu)
        gradient = single_gradient(net, X[index], y[index], softmax_cross_entropy)
        alone = [s.loss for s in fit(gradient, make(net.parameters, DECAYS[index]), RATES[index], 30)]
        assert np.allclose(side_by_side[:, index], alone, rtol=1e-9, atol=1e-12)


def test_accuracy_is_the_one_of_a_single_net():
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(4, 30, 5)), rng.integers(0, 5, 30)
    logits[2, 3, 1] = np.nan
    assert accuracies(logits, y) == pytest.approx([accuracy(one, y.astype(float)) for one in logits])


def test_one_set_of_rows_serves_all_runs():
    layers, X, y = problem()
    nets = stack([layers[0], layers[2]], relu)
    shared = forward(nets, X[0])
    assert np.allclose(shared.logits, forward(nets, np.stack([X[0], X[0]])).logits)
    _, d = cross_entropies(shared.logits, y[0])
    for a, b in zip(backward(nets, shared, d), backward(nets, forward(nets, np.stack([X[0]] * 2)), d), strict=True):
        assert np.allclose(a, b)


def test_examples():
    assert doctest.testmod(module).failed == 0
