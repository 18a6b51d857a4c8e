"""Stacked networks with a normalisation against torch, and against themselves alone."""

import doctest

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import norm_stack as module
from app.core.activations import relu
from app.core.mlp import init_layers
from app.core.net_stack import cross_entropies
from app.core.norm_stack import backward, forward, norm_stack
from app.core.signal_propagation import per_layer_rate

WIDTHS = [6, 8, 8, 8, 5]


def test_doctests():
    assert doctest.testmod(module).failed == 0


def torch_logits(p, h, norm, residual, depth=3):
    for i in range(depth):
        z = h @ p[i] + p[depth + 1 + i]
        scale, shift = (p[2 * depth + 2 + i + j * depth] for j in (0, 1)) if norm != "none" else (None, None)
        if norm == "batch":
            z = F.batch_norm(z, None, None, scale[0], shift[0], training=True)
        elif norm == "layer":
            z = F.layer_norm(z, (8,), scale[0], shift[0])
        h = h + torch.relu(z) if residual and i else torch.relu(z)
    return h @ p[depth] + p[2 * depth + 1]


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("residual", [False, True])
def test_gradients_are_those_of_autograd(norm, residual):
    rng = np.random.default_rng(0)
    nets = norm_stack([init_layers(WIDTHS, np.random.default_rng(s)) for s in (0, 1)], relu, norm, residual)
    for array in (*nets.scales, *nets.shifts):
        array += rng.normal(size=array.shape)
    X, y = rng.normal(size=(2, 12, 6)), rng.integers(0, 5, (2, 12))
    tape = forward(nets, X, training=True)
    losses, d_logits = cross_entropies(tape.logits, y)
    ours, deltas = backward(nets, tape, d_logits)
    assert len(deltas) == 3
    for run in range(2):
        p = [torch.tensor(a[run], requires_grad=True) for a in nets.parameters]
        loss = F.cross_entropy(torch_logits(p, torch.tensor(X[run]), norm, residual), torch.tensor(y[run]))
        loss.backward()
        assert losses[run] == pytest.approx(loss.item(), abs=1e-12)
        for index, (a, b) in enumerate(zip(ours, p, strict=True)):
            assert np.allclose(a[run], b.grad.numpy(), rtol=1e-8, atol=1e-12), index


def test_inference_uses_the_running_statistics_and_the_others_do_not_change():
    layers = [init_layers(WIDTHS, np.random.default_rng(0))]
    X = np.random.default_rng(1).normal(size=(64, 6))
    nets = norm_stack(layers, relu, "batch")
    for _ in range(300):
        trained = forward(nets, X, training=True).logits
    kept = [a.copy() for a in nets.means]
    assert np.allclose(forward(nets, X).logits, trained, rtol=0.1, atol=0.1)  # B = 64: √(63/64) a layer
    assert all(np.array_equal(a, b) for a, b in zip(kept, nets.means, strict=True))
    alone = forward(nets, X[:1]).logits
    assert np.allclose(alone, forward(nets, X).logits[:, :1], atol=1e-12)
    layer = norm_stack(layers, relu, "layer")
    assert np.allclose(forward(layer, X, training=True).logits, forward(layer, X).logits, atol=0)


def test_batch_norm_alone_multiplies_the_squared_gradient_by_pi_over_pi_minus_one():
    """The experiment of the theory: wide, a large batch, 4 seeds; layer normalisation leaves the gradient as it is."""
    squares = {}
    for norm in ("batch", "layer"):
        nets = norm_stack([init_layers([256] * 17 + [10], np.random.default_rng([s, 2])) for s in range(4)], relu, norm)
        rng = np.random.default_rng(3)
        tape = forward(nets, rng.standard_normal((4, 256, 256)), training=True)
        deltas = backward(nets, tape, rng.standard_normal(tape.logits.shape))[1]
        norms = np.array([np.sqrt((d**2).mean(axis=(1, 2))) for d in deltas])[::-1]
        squares[norm] = np.array([per_layer_rate(norms[:12, run]) ** 2 for run in range(4)])
    assert squares["batch"].mean() == pytest.approx(np.pi / (np.pi - 1), rel=0.03)
    assert squares["layer"].mean() == pytest.approx(1, rel=0.06)
