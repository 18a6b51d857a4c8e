"""Optimisers against torch.optim step by step, the loop against closed forms, schedules and batches."""

import doctest
import math

import numpy as np
import pytest
import torch

from app.core import losses, optimisers
from app.core.losses import mean_squared_error, softmax_cross_entropy
from app.core.optimisers import adam, cosine, fit, minibatches, sgd

RULES = {
    "sgd": (lambda p: sgd(p), lambda p: torch.optim.SGD(p, 0.05)),
    "momentum": (lambda p: sgd(p, 0.9), lambda p: torch.optim.SGD(p, 0.05, momentum=0.9)),
    "nesterov": (
        lambda p: sgd(p, 0.9, 0.01, nesterov=True),
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=0.01, nesterov=True),
    ),
    "adam": (lambda p: adam(p), lambda p: torch.optim.Adam(p, 0.05)),
    "adam-l2": (
        lambda p: adam(p, weight_decay=0.1, decoupled=False),
        lambda p: torch.optim.Adam(p, 0.05, weight_decay=0.1),
    ),
    "adamw": (lambda p: adam(p, weight_decay=0.1), lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.1)),
}


@pytest.mark.parametrize("name", RULES)
def test_twenty_steps_are_those_of_torch(name):
    ours, theirs = RULES[name]
    rng = np.random.default_rng(0)
    A, w = rng.normal(size=(6, 4)), rng.normal(size=4)
    twin = torch.tensor(w.copy(), requires_grad=True)
    update, reference = ours([w]), theirs([twin])
    for _ in range(20):
        update([2 * A.T @ (A @ w - 1)], 0.05)
        reference.zero_grad()
        ((torch.tensor(A) @ twin - 1) ** 2).sum().backward()
        reference.step()
        assert np.allclose(w, twin.detach().numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("eta", "expected"), [(0.19, 0.9**200), (0.2, 1.0), (0.21, 1.1**200)])
def test_the_edge_of_stability_is_two_over_the_curvature(eta, expected):
    w = np.array([1.0])
    *_, last = fit(lambda t: (float(5 * w[0] ** 2), [10 * w], abs(w[0])), sgd([w]), eta, 200)
    assert last.seen == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("eta", "stable"), [(0.379, True), (0.381, False)])
def test_heavy_ball_is_stable_up_to_two_times_one_plus_beta_over_the_curvature(eta, stable):
    w = np.array([1.0])
    *_, last = fit(lambda t: (0.0, [10 * w], abs(w[0])), sgd([w], 0.9), eta, 4000)
    assert (last.seen < 1e-3) == stable


def test_clipping_is_that_of_torch():
    w = np.array([0.0, 0.0])
    list(fit(lambda t: (0.0, [np.array([3.0, 4.0])], None), sgd([w]), 1.0, 1, clip=1.0))
    twin = torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))
    twin.grad = torch.tensor([3.0, 4.0], dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_([twin], 1.0)
    assert np.allclose(w, -twin.grad.numpy(), atol=1e-6)


def test_learning_rates_by_parameter_and_by_schedule():
    a, b = np.array([1.0]), np.array([1.0])
    list(fit(lambda t: (0.0, [np.ones(1), np.ones(1)], None), sgd([a, b]), lambda t: (0.1 * (t + 1), 0.0), 2))
    assert a[0] == pytest.approx(1 - 0.1 - 0.2)
    assert b[0] == 1


def test_a_diverging_run_goes_on():
    w = np.array([1.0])
    states = list(fit(lambda t: (float(w[0] ** 2), [1e200 * w**3], None), sgd([w]), 1.0, 6))
    assert len(states) == 7
    assert not math.isfinite(states[-1].loss)


def test_cosine_is_that_of_torch():
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.3)
    reference = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 20)
    schedule = cosine(0.3, 20)
    for t in range(20):
        assert schedule(t) == pytest.approx(reference.get_last_lr()[0], abs=1e-12)
        optimiser.step()
        reference.step()


def test_every_epoch_sees_every_row_once_in_a_new_order():
    batches = minibatches(12, 4, np.random.default_rng(0))
    first, second = ([next(batches) for _ in range(3)] for _ in range(2))
    assert sorted(np.concatenate(first)) == sorted(np.concatenate(second)) == list(range(12))
    assert not np.array_equal(first, second)
    assert len(next(minibatches(3, 10, np.random.default_rng(0)))) == 3


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_is_that_of_torch(smoothing):
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(30, 5)), rng.integers(0, 5, 30)
    twin = torch.tensor(logits, requires_grad=True)
    reference = torch.nn.functional.cross_entropy(twin, torch.tensor(y), label_smoothing=smoothing)
    reference.backward()
    loss, gradient = softmax_cross_entropy(logits, y, smoothing)
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    assert np.allclose(gradient, twin.grad.numpy(), atol=1e-15)


def test_squared_error_is_that_of_torch():
    rng = np.random.default_rng(0)
    out, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 3))
    twin = torch.tensor(out, requires_grad=True)
    reference = torch.nn.functional.mse_loss(twin, torch.tensor(y))
    reference.backward()
    loss, gradient = mean_squared_error(out, y)
    assert loss == pytest.approx(reference.item(), abs=1e-12)
    assert np.allclose(gradient, twin.grad.numpy(), atol=1e-15)


@pytest.mark.parametrize("module", [optimisers, losses])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("strength", [1e-4, 1e-2, 1.0])
def test_with_no_gradient_l2_in_adam_moves_by_the_rate_and_adamw_by_the_strength(strength):
    moved = []
    for decoupled in (False, True):
        w = np.array([2.0])
        adam([w], weight_decay=strength, decoupled=decoupled)([np.zeros(1)], 0.1)
        moved.append(2 - float(w[0]))
    assert moved == pytest.approx([0.1, 0.1 * strength * 2], rel=1e-3)
