"""The hand-written network against torch: gradients by autograd, training by torch.optim.SGD, losses by torch."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.core import mlp, mlp_probes
from app.core.activations import ACTIVATIONS, relu, sigmoid, tanh
from app.core.datasets import two_spirals, xor
from app.core.losses import bce_with_logits, softmax_cross_entropy
from app.core.mlp import backward, forward, init_layers, init_std, train
from app.core.mlp_probes import (
    accuracy,
    flat_shares,
    gradient_bounds,
    gradient_norms,
    gradient_report,
    measured_gradient_norms,
    zero_shares,
)

TORCH = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": F.relu, "gelu": F.gelu}


def torch_twin(layers):
    return [(torch.tensor(W, requires_grad=True), torch.tensor(b, requires_grad=True)) for W, b in layers]


def torch_forward(layers, X, act):
    h = torch.tensor(X)
    for W, b in layers[:-1]:
        h = act(h @ W + b)
    return h @ layers[-1][0] + layers[-1][1]


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("depth", [1, 4])
def test_gradients_agree_with_autograd(name, depth):
    X, y = two_spirals(40, np.random.default_rng(0))
    layers = init_layers([2, *[7] * depth, 1], np.random.default_rng(1), "xavier", bias=0.1)
    trace = forward(layers, X, ACTIVATIONS[name])
    loss, d_logits = bce_with_logits(trace.logits, y)
    gradients = backward(layers, trace, d_logits)
    twin = torch_twin(layers)
    reference = F.binary_cross_entropy_with_logits(torch_forward(twin, X, TORCH[name])[:, 0], torch.tensor(y))
    reference.backward()
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    for (dW, db), (W, b) in zip(gradients, twin, strict=True):
        assert np.allclose(dW, W.grad.numpy(), rtol=1e-8, atol=1e-12)
        assert np.allclose(db, b.grad.numpy(), rtol=1e-8, atol=1e-12)


def test_multiclass_gradients_agree_with_autograd():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 3)), rng.integers(0, 5, 30)
    layers = init_layers([3, 6, 5], rng)
    trace = forward(layers, X, tanh)
    loss, d_logits = softmax_cross_entropy(trace.logits, y)
    twin = torch_twin(layers)
    reference = F.cross_entropy(torch_forward(twin, X, torch.tanh), torch.tensor(y))
    reference.backward()
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    for (dW, _), (W, _) in zip(backward(layers, trace, d_logits), twin, strict=True):
        assert np.allclose(dW, W.grad.numpy(), atol=1e-12)


def test_training_follows_torch_sgd_step_by_step():
    X, y = two_spirals(60, np.random.default_rng(0))
    layers = init_layers([2, 8, 8, 1], np.random.default_rng(1), "xavier")
    twin = torch_twin(layers)
    optimiser = torch.optim.SGD([p for layer in twin for p in layer], lr=0.1, momentum=0.9)
    for step in train(layers, X, y, tanh, lr=0.1, steps=60, momentum=0.9):
        loss = F.binary_cross_entropy_with_logits(torch_forward(twin, X, torch.tanh)[:, 0], torch.tensor(y))
        assert step.loss == pytest.approx(loss.item(), abs=1e-9)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert step.updates == 60
    assert step.loss < 0.62


def test_bce_against_torch_for_large_logits():
    z = np.array([[-800.0], [-3.0], [0.0], [5.0], [800.0]])
    for target in (0.0, 1.0):
        y = np.full(5, target)
        t = torch.tensor(z[:, 0], requires_grad=True)
        reference = F.binary_cross_entropy_with_logits(t, torch.tensor(y))
        reference.backward()
        loss, gradient = bce_with_logits(z, y)
        assert loss == pytest.approx(reference.item(), rel=1e-12)
        assert np.allclose(gradient[:, 0], t.grad.numpy(), atol=1e-12)
    assert bce_with_logits(np.zeros((4, 1)), np.array([0.0, 1, 1, 0]))[0] == pytest.approx(math.log(2), abs=1e-15)


@pytest.mark.parametrize(("scheme", "variance"), [("lecun", 1 / 300), ("xavier", 2 / 500), ("he", 2 / 300)])
def test_initial_variance(scheme, variance):
    assert init_std(scheme, 300, 200) ** 2 == pytest.approx(variance, rel=1e-12)
    W, b = init_layers([300, 200, 1], np.random.default_rng(0), scheme, gain=2.0, bias=-1.0)[0]
    n = W.size
    assert abs(W.var() - 4 * variance) < 3 * 4 * variance * math.sqrt(2 / n)
    assert (b == -1).all()


def test_last_bias_is_zero_and_unknown_schemes_are_refused():
    assert (init_layers([2, 3, 1], np.random.default_rng(0), bias=-1.0)[-1][1] == 0).all()
    with pytest.raises(ValueError, match="unknown scheme"):
        init_std("kaiming", 3, 3)


def test_nets_of_different_schemes_share_their_directions():
    he = init_layers([2, 8, 1], np.random.default_rng(5), "he")
    xavier = init_layers([2, 8, 1], np.random.default_rng(5), "xavier")
    for (a, _), (b, _) in zip(he, xavier, strict=True):
        assert np.allclose(a / np.linalg.norm(a), b / np.linalg.norm(b))


def test_he_keeps_the_second_moment_and_xavier_halves_it_in_every_relu_layer():
    X = np.random.default_rng(0).normal(size=(64, 128))
    ratios = {"he": [], "xavier": []}
    for seed in range(60):
        for scheme, found in ratios.items():
            inputs = forward(init_layers([128] * 5 + [1], np.random.default_rng(seed), scheme), X, relu).inputs
            found.append(np.mean(inputs[4] ** 2) / np.mean(inputs[0] ** 2))
    he, xavier = np.array(ratios["he"]), np.array(ratios["xavier"])
    assert abs(he.mean() - 1) < 3 * he.std() / math.sqrt(60)
    assert np.allclose(xavier, he / 2**4)


def test_xor_is_solved_by_relu_and_not_by_a_linear_net():
    X, y = xor(200, np.random.default_rng(0))
    for name, low, high in (("relu", 0.97, 1.0), ("identity", 0.4, 0.75)):
        layers = init_layers([2, 8, 8, 1], np.random.default_rng(1), "he")
        *_, last = train(layers, X, y, ACTIVATIONS[name], lr=0.2, steps=400)
        assert low <= accuracy(last.trace.logits, y) <= high


def test_a_diverging_run_ends_in_nan_without_a_warning():
    X, y = two_spirals(50, np.random.default_rng(0))
    layers = init_layers([2, 16, 16, 16, 1], np.random.default_rng(0), "he", gain=3.0, dtype=np.float32)
    losses = [step.loss for step in train(layers, X.astype(np.float32), y.astype(np.float32), relu, lr=50.0, steps=40)]
    assert len(losses) == 41
    assert not math.isfinite(losses[-1])


def test_measured_norms_are_those_of_autograd_and_below_the_bound():
    X, y = two_spirals(80, np.random.default_rng(0))
    for name, steepest in (("sigmoid", 0.25), ("tanh", 1.0), ("relu", 1.0), ("gelu", 1.129)):
        phi = ACTIVATIONS[name]
        layers = init_layers([2, 16, 16, 16, 1], np.random.default_rng(1), "xavier")
        twin = torch_twin(layers)
        F.binary_cross_entropy_with_logits(torch_forward(twin, X, TORCH[name])[:, 0], torch.tensor(y)).backward()
        autograd = np.array([W.grad.norm().item() for W, _ in twin])
        report = gradient_report(layers, X, y, phi, steepest)
        assert np.allclose(report.norms, autograd, rtol=1e-9)
        assert np.allclose(report.measured, autograd, rtol=2e-3 if name == "relu" else 1e-5)
        assert (report.norms <= report.bounds * (1 + 1e-9)).all()


def test_a_wrong_gradient_is_noticed_by_the_measurement():
    X, y = two_spirals(80, np.random.default_rng(0))
    layers = init_layers([2, 16, 16, 1], np.random.default_rng(1))
    trace = forward(layers, X, tanh)
    gradients = backward(layers, trace, bce_with_logits(trace.logits, y)[1])
    gradients[0] = (gradients[0][0] * np.array([[1.0], [1.5]]), gradients[0][1])
    measured = measured_gradient_norms(layers, gradients, X, y, tanh)
    assert abs(measured[0] / gradient_norms(gradients)[0] - 1) > 0.01
    assert measured[1] == pytest.approx(gradient_norms(gradients)[1], rel=1e-6)


def test_bound_is_reached_by_a_linear_scalar_chain():
    layers = [(np.array([[2.0]]), np.zeros(1)) for _ in range(5)]
    trace = forward(layers, np.array([[3.0]]), ACTIVATIONS["identity"])
    gradients = backward(layers, trace, np.array([[0.7]]))
    bounds = gradient_bounds(layers, trace, np.array([[0.7]]), steepest=1.0)
    assert np.allclose(bounds, gradient_norms(gradients))
    assert bounds == pytest.approx([0.7 * 3 * 16] * 5)


def test_probes():
    X, _ = two_spirals(2000, np.random.default_rng(0))
    wide = init_layers([2, 400, 400, 1], np.random.default_rng(1), "he")
    trace = forward(wide, X, relu)
    assert zero_shares(trace)[0] == pytest.approx(0.5, abs=3 * 0.5 / math.sqrt(400))
    assert np.array_equal(zero_shares(trace), flat_shares(trace))
    far = [(np.full((2, 3), 50.0), np.full(3, 100.0)), (np.ones((3, 1)), np.zeros(1))]
    assert flat_shares(forward(far, np.ones((4, 2)), sigmoid)).tolist() == [1.0]
    assert accuracy(np.full((4, 1), np.nan), np.array([0.0, 1, 0, 1])) == 0.0


@pytest.mark.parametrize("module", [mlp, mlp_probes])
def test_examples_in_the_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
