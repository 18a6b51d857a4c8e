"""The deep network against the same one in torch: gradients by autograd, batch norm and dropout by torch.nn."""

import doctest

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import deep_net as module
from app.core.activations import relu, tanh
from app.core.datasets import clustered_classes
from app.core.deep_net import backward, deep_net, forward, gradient_of
from app.core.losses import softmax_cross_entropy
from app.core.mlp_probes import accuracy
from app.core.optimisers import adam, fit, minibatches

WIDTHS = [6, 8, 8, 8, 5]


def twin_logits(net, parameters, X, training):
    count, hidden = len(net.weights), len(net.weights) - 1
    W, b = parameters[:count], parameters[count : 2 * count]
    rest = parameters[2 * count :]
    scales, shifts = (rest[:hidden], rest[hidden : 2 * hidden]) if net.scales else ([], [])
    leaks = rest[2 * len(net.scales) :]
    h = torch.tensor(X)
    for i in range(hidden):
        z = h @ W[i] + b[i]
        if net.scales:
            mean, var = torch.tensor(net.means[i]), torch.tensor(net.variances[i])
            z = F.batch_norm(z, mean, var, scales[i], shifts[i], training=training, eps=1e-5)
        a = F.prelu(z, leaks[i]) if leaks else torch.tanh(z)
        h = h + a if net.residual and a.shape == h.shape else a
    return h @ W[-1] + b[-1]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("leak", [None, 0.25])
def test_gradients_agree_with_autograd(batch_norm, residual, leak, training):
    rng = np.random.default_rng(0)
    X, y = clustered_classes(30, rng, dims=6)
    net = deep_net(WIDTHS, tanh, rng, "xavier", bias=0.1, batch_norm=batch_norm, residual=residual, leak=leak)
    forward(net, X, training=True)  # moves the running statistics away from their start
    parameters = [torch.tensor(p.copy(), requires_grad=True) for p in net.parameters]
    logits = twin_logits(net, parameters, X, training)
    reference = F.cross_entropy(logits, torch.tensor(y).long())
    reference.backward()
    tape = forward(net, X, training=training)
    loss, d_logits = softmax_cross_entropy(tape.logits, y)
    found = backward(net, tape, d_logits)
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    assert len(found.parameters) == len(parameters)
    for ours, theirs in zip(found.parameters, parameters, strict=True):
        assert np.allclose(ours, theirs.grad.numpy(), rtol=1e-7, atol=1e-12)


def test_gradients_of_hidden_layers_are_finite_differences():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(5, 4)), rng.integers(0, 3, 5)
    net = deep_net([4, 4, 4, 3], tanh, rng, residual=True, batch_norm=True)
    loss = lambda X: softmax_cross_entropy(forward(net, X, training=True).logits, y)[0]  # noqa: E731
    tape = forward(net, X, training=True)
    found = backward(net, tape, softmax_cross_entropy(tape.logits, y)[1]).hidden[0]
    step = np.zeros_like(X)
    step[2, 1] = 1e-5
    assert found[2, 1] == pytest.approx((loss(X + step) - loss(X - step)) / 2e-5, rel=1e-6)


def test_running_statistics_are_those_of_torch():
    rng = np.random.default_rng(0)
    net = deep_net([3, 4, 2], relu, rng, batch_norm=True)
    layer = torch.nn.BatchNorm1d(4, dtype=torch.float64)
    for _ in range(3):
        X = rng.normal(2, 3, size=(16, 3))
        forward(net, X, training=True)
        layer(torch.tensor(X @ net.weights[0] + net.biases[0]))
    assert np.allclose(net.means[0], layer.running_mean.numpy(), atol=1e-12)
    assert np.allclose(net.variances[0], layer.running_var.numpy(), atol=1e-12)


def test_dropout_keeps_the_mean_and_is_off_when_it_does_not_train():
    rng = np.random.default_rng(0)
    net = deep_net([1, 20_000, 1], lambda z: (z, np.ones_like(z)), rng, dropout=0.3)
    net.weights[0][:] = 2
    hidden = forward(net, np.ones((1, 1)), training=True, rng=rng).hidden[1][0]
    spread = 2 * np.sqrt(0.3 / 0.7)
    assert hidden.mean() == pytest.approx(2, abs=3 * spread / np.sqrt(20_000))
    assert hidden.var() == pytest.approx(spread**2, rel=0.03)
    assert set(np.unique(hidden)) == {0, 2 / 0.7}
    assert set(forward(net, np.ones((1, 1))).hidden[1][0]) == {2}
    with pytest.raises(ValueError, match="rng"):
        forward(net, np.ones((1, 1)), training=True)


def test_dropout_gradient_uses_the_mask_of_its_forward_pass():
    rng = np.random.default_rng(0)
    net = deep_net([3, 6, 2], tanh, rng, dropout=0.5)
    X, y = rng.normal(size=(4, 3)), np.array([0, 1, 0, 1])
    draw = lambda: forward(net, X, training=True, rng=np.random.default_rng(7))  # noqa: E731
    tape = draw()
    found = backward(net, tape, softmax_cross_entropy(tape.logits, y)[1]).parameters[0][1, 2]
    values = []
    for sign in (1, -1):
        net.weights[0][1, 2] += sign * 1e-5
        values.append(softmax_cross_entropy(draw().logits, y)[0])
        net.weights[0][1, 2] -= sign * 1e-5
    assert found == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-6, abs=1e-10)


def test_augmented_inputs_are_drawn_anew_and_the_gradient_is_taken_there():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
    net = deep_net([3, 5, 3], tanh, rng, "xavier")
    noise = np.random.default_rng(7)
    gradient = gradient_of(net, X, y, softmax_cross_entropy, augment=lambda X: X + 0.3 * noise.normal(size=X.shape))
    again = np.random.default_rng(7)
    for t in range(2):
        moved = torch.tensor(X + 0.3 * again.normal(size=X.shape))
        parameters = [torch.tensor(p.copy(), requires_grad=True) for p in net.parameters]
        hidden = torch.tanh(moved @ parameters[0] + parameters[2])
        reference = F.cross_entropy(hidden @ parameters[1] + parameters[3], torch.tensor(y))
        reference.backward()
        loss, found, _ = gradient(t)
        assert loss == pytest.approx(reference.item(), abs=1e-12)
        for ours, theirs in zip(found, parameters, strict=True):
            assert np.allclose(ours, theirs.grad.numpy(), atol=1e-12)


def test_it_learns_five_classes_from_mini_batches():
    rng = np.random.default_rng(0)
    X, y = clustered_classes(500, rng)
    net = deep_net([20, 32, 32, 5], relu, rng, batch_norm=True)
    run = fit(gradient_of(net, X, y, softmax_cross_entropy, minibatches(500, 32, rng)), adam(net.parameters), 0.01, 150)
    assert len([state.loss for state in run]) == 151
    assert accuracy(forward(net, X).logits, y) > 0.95


def test_examples():
    assert doctest.testmod(module).failed == 0
