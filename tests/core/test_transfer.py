"""Probe, adapters and rates against scikit-learn, autograd and brute force."""

import doctest
import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge, RidgeCV

from app.core import transfer
from app.core.activations import tanh
from app.core.deep_net import deep_net, forward, gradient_of
from app.core.losses import mean_squared_error
from app.core.optimisers import adam, fit, sgd
from app.core.transfer import (
    apply_adapter,
    layer_rates,
    low_rank,
    low_rank_gradient,
    probed,
    ridge_probe,
    subspace,
    teacher,
    turned_features,
    with_fresh_head,
)

PENALTIES = np.geomspace(1e-3, 1e2, 11)


def test_doctests():
    failed, tried = doctest.testmod(transfer)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("n", "h"), [(60, 8), (30, 32), (12, 40)])
def test_probe_against_scikit_learn(n: int, h: int):
    rng = np.random.default_rng(n)
    H, y = rng.standard_normal((n, h)) + 1, rng.standard_normal((n, 1)) + 2
    weights, bias, penalty = ridge_probe(H, y, PENALTIES)
    chosen = RidgeCV(alphas=PENALTIES).fit(H, y[:, 0])  # leave-one-out is its default
    assert penalty == pytest.approx(chosen.alpha_)
    model = Ridge(alpha=penalty).fit(H, y[:, 0])
    np.testing.assert_allclose(weights[:, 0], model.coef_, atol=1e-8)
    assert bias[0] == pytest.approx(model.intercept_)


def test_probe_changes_only_the_head():
    rng = np.random.default_rng(0)
    net = deep_net([6, 8, 8, 1], tanh, rng, "xavier")
    out = probed(net, rng.standard_normal((40, 6)), rng.standard_normal((40, 1)), PENALTIES)
    for before, after in zip(net.weights[:-1], out.weights[:-1], strict=True):
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(net.weights[-1], out.weights[-1])


def test_frozen_layers_do_not_move_and_others_do():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((30, 6)), rng.standard_normal((30, 1))
    for optimiser in (adam, sgd):
        net = with_fresh_head(deep_net([6, 8, 8, 1], tanh, rng, "xavier"), rng)
        before = [p.copy() for p in net.parameters]
        gradient = gradient_of(net, X, y, mean_squared_error)
        for _ in fit(gradient, optimiser(net.parameters), layer_rates(net, 0.01, frozen=1), 5):
            pass
        moved = [not np.array_equal(a, b) for a, b in zip(before, net.parameters, strict=True)]
        assert moved == [False, True, True, False, True, True]


def test_adapter_against_autograd():
    rng = np.random.default_rng(2)
    net = deep_net([6, 8, 8, 1], tanh, rng, "xavier", bias=0.1)
    X, y = rng.standard_normal((20, 6)), rng.standard_normal((20, 1))
    adapter = low_rank(net, 2, rng)
    untouched = forward(net, X).logits.copy()
    apply_adapter(net, adapter)
    np.testing.assert_array_equal(forward(net, X).logits, untouched)
    for up in adapter.up:
        up[:] = 0.3 * rng.standard_normal(up.shape)
    parameters, gradient = low_rank_gradient(net, adapter, gradient_of(net, X, y, mean_squared_error))
    loss, found, _ = gradient(0)
    d1, d2, u1, u2, w, b = (torch.tensor(p.copy(), requires_grad=True) for p in parameters)
    base, biases = [torch.tensor(W) for W in adapter.base], [torch.tensor(c) for c in net.biases]
    h = torch.tanh(torch.tensor(X) @ (base[0] + d1 @ u1) + biases[0])
    h = torch.tanh(h @ (base[1] + d2 @ u2) + biases[1])
    expected = ((h @ w + b - torch.tensor(y)) ** 2).mean()
    expected.backward()
    assert loss == pytest.approx(expected.item())
    for ours, theirs in zip(found, (d1, d2, u1, u2, w, b), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-12)
    assert adapter.size == 2 * (6 + 8) + 2 * (8 + 8) == sum(a.size for a in (*adapter.down, *adapter.up))


def test_an_adapter_learns_with_the_base_frozen():
    rng = np.random.default_rng(3)
    net = deep_net([6, 8, 8, 1], tanh, rng, "xavier")
    X = rng.standard_normal((50, 6))
    y = np.sin(X[:, :1])
    adapter = low_rank(net, 2, rng)
    base = [W.copy() for W in adapter.base]
    parameters, gradient = low_rank_gradient(net, adapter, gradient_of(net, X, y, mean_squared_error))
    losses = [state.loss for state in fit(gradient, adam(parameters), 0.02, 200)]
    assert losses[-1] < 0.1 * losses[0]
    for kept, now in zip(base, adapter.base, strict=True):
        np.testing.assert_array_equal(kept, now)
    change = net.weights[1] - base[1]
    assert np.linalg.matrix_rank(change, tol=1e-9) == 2


@pytest.mark.parametrize("theta", [0.0, 0.4, math.pi / 2])
def test_features_stand_at_their_angle(theta: float):
    source, target = turned_features(3, 20, theta, np.random.default_rng(4))
    np.testing.assert_allclose(source @ source.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(target @ target.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(source @ target.T, math.cos(theta) * np.eye(3), atol=1e-12)
    with pytest.raises(ValueError, match="dimensions"):
        turned_features(3, 5, theta, np.random.default_rng(0))


def test_turning_features_correlates_the_tasks():
    """Same head, standard normal inputs: the correlation of the answers falls from 1 at 0° to 0 at 90°."""
    rng = np.random.default_rng(5)
    X, head = rng.standard_normal((200_000, 20)), np.array([1.0, -1.0, 1.0])
    found = []
    for theta in (0.0, math.pi / 4, math.pi / 2):
        source, target = turned_features(3, 20, theta, np.random.default_rng(6))
        found.append(np.corrcoef(teacher(source, head, X)[:, 0], teacher(target, head, X)[:, 0])[0, 1])
    assert found[0] == pytest.approx(1)
    assert 0.4 < found[1] < 0.8
    assert abs(found[2]) < 0.02


def test_inputs_of_a_subspace_do_not_leave_it():
    inside = subspace(20, 10, np.random.default_rng(7))
    X = np.random.default_rng(8).standard_normal((50, 20))
    np.testing.assert_allclose(inside(inside(X)), inside(X), atol=1e-12)
    assert np.linalg.matrix_rank(inside(X)) == 10
