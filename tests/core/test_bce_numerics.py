"""Binary cross-entropy through the probability: torch's BCELoss, autograd, and the thresholds of the number formats."""

import doctest
import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from app.core import bce_numerics
from app.core.bce_numerics import clamped_bce, plain_sigmoid, raw_bce, rounds_to_one, squared_error
from app.core.losses import logistic_loss

FORMATS = [(np.float32, torch.float32), (np.float64, torch.float64)]
ZS = (-200.0, -40.0, -20.0, -5.0, 0.0, 0.5, 5.0, 14.0, 16.0, 17.0, 20.0, 36.0, 37.0, 120.0, 200.0)


def test_doctests():
    failed, tried = doctest.testmod(bce_numerics)
    assert tried > 0
    assert failed == 0


def literally(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p))


OTHERS = [
    (clamped_bce, lambda z, y: F.binary_cross_entropy(torch.sigmoid(z), y)),
    (logistic_loss, F.binary_cross_entropy_with_logits),
    (squared_error, lambda z, y: F.mse_loss(torch.sigmoid(z), y)),
    (raw_bce, lambda z, y: literally(torch.sigmoid(z), y).sum()),
]


@pytest.mark.parametrize(("ours", "theirs"), OTHERS)
@pytest.mark.parametrize(("kind", "torch_kind"), FORMATS)
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_value_and_gradient_are_torchs(ours, theirs, kind, torch_kind, y: float):
    epsilon = float(np.finfo(kind).eps)
    for z in ZS:
        tensor = torch.tensor([z], dtype=torch_kind, requires_grad=True)
        loss = theirs(tensor, torch.tensor([y], dtype=torch_kind))
        loss.backward()
        value, gradient = (a[0] for a in ours(np.array([z], dtype=kind), np.array([y], dtype=kind)))
        assert value.dtype == kind
        # ln(1 - p) magnifies the rounding of p by e^z: two correct implementations may differ that much
        slack = 4 * epsilon * math.exp(min(abs(z), 40)) if ours in (raw_bce, clamped_bce) else 4 * epsilon
        assert value == pytest.approx(loss.item(), rel=min(slack, 0.5), abs=50 * epsilon, nan_ok=True), z
        assert gradient == pytest.approx(tensor.grad.item(), rel=min(slack, 0.5), abs=50 * epsilon, nan_ok=True), z


def test_what_a_probability_cannot_hold():
    assert rounds_to_one(np.float32) == pytest.approx(24 * math.log(2), abs=1e-5)
    assert rounds_to_one(np.float64) == pytest.approx(53 * math.log(2), abs=1e-9)
    assert torch.sigmoid(torch.tensor(16.7)).item() == 1 == plain_sigmoid(np.array([16.7], dtype=np.float32))[0]
    assert torch.sigmoid(torch.tensor(16.6)).item() < 1
    with np.errstate(over="ignore"):
        for kind, limit in ((np.float32, 88.7228), (np.float64, 709.7827)):
            assert np.isfinite(np.exp(kind(limit - 1e-3))) and np.isinf(np.exp(kind(limit + 1e-3)))


def test_the_two_gradients_side_by_side():
    z, y = np.array([5.0]), np.array([0.0])
    square, cross = squared_error(z, y)[1][0], logistic_loss(z, y)[1][0]
    assert (square, cross) == pytest.approx((0.013207, 0.993307), abs=5e-7)
    s = float(plain_sigmoid(z)[0])
    assert cross / square == pytest.approx(1 / (2 * s * (1 - s))) == pytest.approx(75.21, abs=0.005)
    assert plain_sigmoid(np.array([math.log(9)]))[0] == pytest.approx(0.9, abs=1e-15)


def test_surely_wrong_at_200():
    z, y = np.array([200.0]), np.array([0.0])
    assert [float(a[0]) for a in clamped_bce(z, y)] == [100, 0]
    assert [float(a[0]) for a in logistic_loss(z, y)] == [200, 1]
