"""Probes of the deep network: gradients of single rows by autograd, the noise of a batch by drawing real batches."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import losses, net_probes
from app.core.activations import leaky_relu, relu, tanh
from app.core.datasets import clustered_classes
from app.core.deep_net import backward, deep_net, forward
from app.core.losses import sigmoid_squared_error, softmax_cross_entropy
from app.core.net_probes import (
    example_gradients,
    gradient_noise,
    measured_gradient_noise,
    measured_gradient_norm,
    never_positive_shares,
    signal_sizes,
    update_ratio,
    weight_gradient_norms,
)  # fmt: skip

WIDTHS = [6, 8, 8, 5]


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    X, y = clustered_classes(40, rng, dims=6)
    return deep_net(WIDTHS, tanh, rng, "xavier"), X, y


def twin(net):
    return [torch.tensor(p.copy(), requires_grad=True) for p in net.parameters]


def twin_logits(parameters, X):
    W, b = parameters[:3], parameters[3:]
    h = torch.tensor(X)
    for i in range(2):
        h = torch.tanh(h @ W[i] + b[i])
    return h @ W[2] + b[2]


def test_every_row_has_the_gradient_of_autograd(problem):
    net, X, y = problem
    ours = example_gradients(net, X[:5], y[:5], softmax_cross_entropy)
    for row in range(5):
        parameters = twin(net)
        F.cross_entropy(twin_logits(parameters, X[row : row + 1]), torch.tensor(y[row : row + 1]).long()).backward()
        theirs = np.concatenate([p.grad.numpy().ravel() for p in parameters])
        assert np.allclose(ours[row], theirs, rtol=1e-9, atol=1e-14)


def test_weight_norms_and_signal_are_those_of_torch(problem):
    net, X, y = problem
    tape = forward(net, X, training=True)
    found = backward(net, tape, softmax_cross_entropy(tape.logits, y)[1])
    parameters = twin(net)
    F.cross_entropy(twin_logits(parameters, X), torch.tensor(y).long()).backward()
    assert np.allclose(weight_gradient_norms(net, found), [p.grad.norm().item() for p in parameters[:3]], rtol=1e-9)
    first = torch.tanh(torch.tensor(X) @ parameters[0] + parameters[3])
    assert signal_sizes(tape)[1] == pytest.approx(math.sqrt((first**2).mean().item()), rel=1e-12)


@pytest.mark.parametrize("batch", [4, 16, 64])
def test_noise_falls_as_one_over_root_b(problem, batch):
    """Against batches that really went backward, and against drawing from the rows' gradients."""
    net, X, y = problem
    rows = example_gradients(net, X, y, softmax_cross_entropy)
    exact = gradient_noise(rows, batch)
    assert exact * math.sqrt(batch) == pytest.approx(gradient_noise(rows, 1), rel=1e-12)
    drawn = measured_gradient_noise(rows, batch, np.random.default_rng(1))
    assert drawn == pytest.approx(exact, rel=0.03)
    rng, squares = np.random.default_rng(2), []
    for _ in range(400):
        picked = rng.integers(0, len(X), batch)
        tape = forward(net, X[picked], training=True)
        found = backward(net, tape, softmax_cross_entropy(tape.logits, y[picked])[1])
        gradient = np.concatenate([g.ravel() for g in found.parameters])
        squares.append(float(np.sum((gradient - rows.mean(axis=0)) ** 2)))
    mean, error = np.mean(squares), np.std(squares) / math.sqrt(len(squares))
    assert abs(mean - exact**2) < 3 * error


def test_update_ratio_is_the_median_over_layers():
    before = [np.full((2, 2), 1.0), np.full((2, 2), 2.0), np.full((2, 2), 4.0)]
    after = [W + step for W, step in zip(before, (0.01, 0.002, 0.0004), strict=True)]
    assert update_ratio(before, after) == pytest.approx(0.001, rel=1e-6)
    assert math.isnan(update_ratio([np.zeros((2, 2))], [np.zeros((2, 2))]))


def test_squared_error_of_sigmoid_outputs_is_that_of_torch():
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(30, 5)), rng.integers(0, 5, 30)
    other = torch.tensor(logits, requires_grad=True)
    reference = F.mse_loss(torch.sigmoid(other), F.one_hot(torch.tensor(y), 5).double())
    reference.backward()
    loss, gradient = sigmoid_squared_error(logits, y)
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    assert np.allclose(gradient, other.grad.numpy(), atol=1e-15)


def test_a_sure_wrong_answer_gets_no_gradient_from_squared_error_but_one_from_cross_entropy():
    wrong = np.array([[12.0, -12.0]])
    assert abs(sigmoid_squared_error(wrong, np.array([1]))[1]).max() < 1e-5
    assert softmax_cross_entropy(wrong, np.array([1]))[1][0, 0] == pytest.approx(1, abs=1e-9)
    assert leaky_relu(np.array([-1.0]))[1][0] == 0.01


@pytest.mark.parametrize("module", [net_probes, losses])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


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
