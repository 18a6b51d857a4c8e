"""The focal loss against autograd and hand-computed values; its minimiser against the paper's inverse and scipy."""

import doctest
import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

from app.core import focal_loss as module
from app.core.focal_loss import background_share, focal_answer, focal_loss, prior_bias
from app.core.losses import logistic_loss


def test_doctests():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("alpha", [None, 0.25])
def test_value_and_gradient_match_autograd(gamma: float, alpha: float | None):
    rng = np.random.default_rng(0)
    z, y = rng.normal(0, 3, 200), (rng.random(200) < 0.5).astype(float)
    zt, yt = torch.tensor(z, requires_grad=True), torch.tensor(y)
    p = torch.sigmoid(zt)
    ce = torch.nn.functional.binary_cross_entropy_with_logits(zt, yt, reduction="none")
    p_t = p * yt + (1 - p) * (1 - yt)
    loss = ce * (1 - p_t) ** gamma
    if alpha is not None:
        loss = (alpha * yt + (1 - alpha) * (1 - yt)) * loss
    loss.sum().backward()
    value, slope = focal_loss(z, y, gamma, alpha)
    np.testing.assert_allclose(value, loss.detach().numpy(), rtol=1e-9)
    np.testing.assert_allclose(slope, zt.grad.numpy(), rtol=1e-8, atol=1e-14)


def test_without_focus_it_is_cross_entropy():
    z, y = np.array([-800.0, -3, 0, 3, 800]), np.array([1.0, 0, 1, 1, 0])
    for mine, other in zip(focal_loss(z, y, 0.0, None), logistic_loss(z, y), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12)


@pytest.mark.parametrize(("p", "ratio"), [(0.9, 100), (0.968, 976.5625), (0.5, 4), (0.99, 10_000)])
def test_how_much_lighter(p: float, ratio: float):
    z, y = np.array([math.log(p / (1 - p))]), np.ones(1)
    ce, fl = focal_loss(z, y, 0.0, None)[0].item(), focal_loss(z, y, 2.0, None)[0].item()
    assert ce / fl == pytest.approx(ratio, rel=1e-9)


def test_values_at_nine_tenths():
    z, y = np.array([math.log(9)]), np.ones(1)
    assert focal_loss(z, y, 0.0, None)[0].item() == pytest.approx(0.1053605, abs=1e-7)
    assert focal_loss(z, y, 2.0, None)[0].item() == pytest.approx(0.0010536, abs=1e-7)


def test_prior_bias_and_first_losses():
    assert prior_bias(0.01) == pytest.approx(-4.5951199, abs=1e-7)
    assert prior_bias(0.5) == 0
    zero, prior = (focal_loss(np.array([b]), np.zeros(1), 0.0, None)[0].item() for b in (0.0, prior_bias(0.01)))
    assert zero / prior == pytest.approx(69, abs=0.1)


def test_background_shares():
    assert background_share(1000, 0.5)[0] == pytest.approx(0.99900, abs=5e-6)
    assert background_share(1000, 0.01)[0] == pytest.approx(0.68577, abs=5e-6)
    assert background_share(1000, 0.01, 2.0, 0.25)[0] == pytest.approx(0.000668, abs=5e-7)
    assert background_share(1000, 0.5, 2.0, 0.25)[0] == pytest.approx(750 / 750.25, abs=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0, 5.0])
def test_answer_minimises_the_expected_loss(gamma: float):
    q = np.array([0.05, 0.3, 0.6, 0.9])
    for true, found in zip(q, focal_answer(q, gamma), strict=True):

        def expected(p: float, true: float = true) -> float:
            return -true * (1 - p) ** gamma * math.log(p) - (1 - true) * p**gamma * math.log(1 - p)

        best = minimize_scalar(expected, bounds=(1e-6, 1 - 1e-6), method="bounded", options={"xatol": 1e-10})
        assert found == pytest.approx(best.x, abs=1e-6)
        assert (found > 0.5) == (true > 0.5)
        assert abs(found - 0.5) <= abs(true - 0.5) + 1e-12


def test_answers_of_the_usual_gamma():
    np.testing.assert_allclose(
        focal_answer(np.array([0.6, 0.7, 0.8, 0.9, 0.95]), 2.0), [0.5378, 0.5785, 0.6266, 0.6942, 0.7498], atol=5e-5
    )


def test_refusals():
    with pytest.raises(ValueError, match="gamma"):
        focal_loss(np.zeros(1), np.zeros(1), -1.0)
    with pytest.raises(ValueError, match="alpha"):
        focal_loss(np.zeros(1), np.zeros(1), 2.0, 1.5)
    with pytest.raises(ValueError, match="pi"):
        prior_bias(0.0)
