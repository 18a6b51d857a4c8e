"""The signal propagation lab and its exercises: measured rates against √χ, the BN explosion, and the closed forms."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.mean_field import batch_norm_chi
from app.demos.training.signal_propagation import SignalPropagationParams, demo, sci
from app.exercises.training import batch_norm_explosion, gradient_clipping, gradient_factor, vanishing_depth
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(SignalPropagationParams(**values)).scalars)


ROOTS = [
    ("sigmoid", 1.0, 0.23605), ("sigmoid", 4.0, 0.63157), ("tanh", 1.5, 1.06739), ("tanh", 2.0, 1.16734),
    ("relu", 1.0, 0.7071), ("relu", 1.414, 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("activation", "sigma_w", "root"), ROOTS)
def test_rate_is_the_root_of_chi(activation: str, sigma_w: float, root: float):
    s = scalars(activation=activation, sigma_w=sigma_w)
    assert math.sqrt(s["chi"]) == pytest.approx(root, abs=2e-4)
    assert s["rate"] == pytest.approx(root, rel=0.03)


def test_batch_norm_makes_a_plain_relu_net_explode_and_skips_cure_it():
    plain, skips = scalars(batch_norm=True), scalars(batch_norm=True, residual=True)
    assert plain["chi_bn"] == pytest.approx(math.pi / (math.pi - 1), abs=1e-6)
    assert plain["rate_squared"] == pytest.approx(1.46694, rel=0.03)
    assert 4e3 < plain["grad_ratio"] < 2e4
    assert 5 < skips["grad_ratio"] < 16


def test_batch_norm_ratio_agrees_with_theory_over_seeds():
    ratios = np.array([scalars(batch_norm=True, seed=seed)["grad_ratio"] for seed in range(4)])
    theory = math.sqrt(0.5 * batch_norm_chi(demo_relu) ** 49)  # the first layer sees the input, of variance 1
    standard_error = np.log(ratios).std(ddof=1) / 2
    assert abs(np.log(ratios).mean() - math.log(theory)) < 3 * standard_error + 0.1  # 0.1: batch of 128, not infinite


def demo_relu(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Written anew, so that the theory above does not lean on the library's ReLU."""
    return np.where(z > 0, z, 0.0), np.where(z > 0, 1.0, 0.0)


def test_relu_gradient_vanishes_while_weight_gradients_stay_level():
    s = scalars(sigma_w=1.0)
    assert s["grad_ratio"] < 1e-6
    assert s["act_ratio"] < 1e-6
    assert 0.2 < s["weight_grad_ratio"] < 5


def test_scaling_the_weights_of_a_relu_net_scales_every_layer_exactly():
    one, small = scalars(sigma_w=1.4), scalars(sigma_w=0.7)
    assert small["grad_ratio"] == pytest.approx(one["grad_ratio"] * 0.5**50, rel=1e-9)
    assert small["weight_grad_ratio"] == pytest.approx(one["weight_grad_ratio"], rel=1e-9)


def test_a_smaller_batch_leaves_the_rate_alone():
    whole = scalars(activation="sigmoid", sigma_w=1.0)
    assert whole["grad_ratio_16"] == pytest.approx(whole["grad_ratio"], rel=0.3)  # 31 decades down
    assert scalars(activation="sigmoid", sigma_w=1.0, batch=16)["rate"] == pytest.approx(whole["rate"], rel=0.03)


def test_product_of_ten_jacobians_spreads_though_its_mean_square_stays():
    s = scalars()
    assert s["sv_rms"] == pytest.approx(1, abs=0.1)
    assert s["sv_max"] == pytest.approx(math.sqrt(2) * (1 + math.sqrt(0.5)), rel=0.05)
    assert s["sv_max_ten"] > 2 * s["sv_max"]


def test_skips_without_norm_in_a_relu_net_have_no_check_of_the_gradient():
    assert len(demo.final(SignalPropagationParams(residual=True)).checks) == 1
    assert len(demo.final(SignalPropagationParams(residual=True, activation="tanh")).checks) == 2


def test_every_knob_alone_may_reach_its_bound_but_not_all_together():
    for alone in ({"depth": 100}, {"width": 512}, {"batch": 512}):
        SignalPropagationParams(**alone)
    with pytest.raises(ValidationError) as caught:
        SignalPropagationParams(depth=100, width=512)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
def test_extremes_stay_finite(activation: str):
    for sigma_w in (0.5, 4.0):
        for skip in (False, True):
            s = scalars(activation=activation, sigma_w=sigma_w, residual=skip, depth=100, width=64, batch=16)
            assert all(math.isfinite(s[name]) and s[name] > 0 for name in ("rate", "grad_ratio", "act_ratio"))


def test_powers_of_ten_are_written_out():
    assert [sci(x) for x in (0.69, 8718.0, 4.23e-32, 1e6, 0.0)] == ["0.69", "8.7×10³", "4.2×10⁻³²", "1.0×10⁶", "0"]


def test_layers_until_the_gradient_is_gone():
    assert vanishing_depth.answer(vanishing_depth.Chain(1, 0.8, -4)) == 42
    chain = vanishing_depth.Chain(3, 1.0, -6)
    layers = int(vanishing_depth.answer(chain))
    assert 2 ** (-layers / 2) < 1e-6 <= 2 ** (-(layers - 1) / 2)


def test_factor_exercise():
    assert gradient_factor.answer(gradient_factor.Layer(1, 3.0, 0.0, 0)) == pytest.approx(1.5, rel=1e-9)
    assert gradient_factor.answer(gradient_factor.Layer(1, 3.0, 1.0, 0)) == pytest.approx(3.0, rel=1e-9)
    assert gradient_factor.answer(gradient_factor.Layer(2, 3.0, 0.0, 4)) == pytest.approx(2.25, rel=1e-9)
    assert gradient_factor.answer(gradient_factor.Layer(3, 1.0, 0.2, 0)) == pytest.approx(2 / 1.04, rel=1e-9)


def test_batch_norm_exercise():
    factor = math.pi / (math.pi - 1)
    Stack = batch_norm_explosion.Stack
    assert batch_norm_explosion.answer(Stack(1, 50, 0, 0)) == pytest.approx(factor**25, rel=1e-8)
    layers = batch_norm_explosion.answer(Stack(2, 0, 4, 0))
    assert factor ** ((layers - 1) / 2) <= 1e4 < factor ** (layers / 2)


def test_clipping_exercise():
    Clip = gradient_clipping.Clip
    assert gradient_clipping.answer(Clip(1, (3, 4), 1, 0.1)) == pytest.approx(0.6)
    assert gradient_clipping.answer(Clip(2, (2, 3, 6), 3.5, 0.1)) == pytest.approx(1)
    assert gradient_clipping.answer(Clip(3, (2, 3, 6), 5, 0.1)) == pytest.approx(0.5)
    assert gradient_clipping.answer(Clip(3, (2, 3, 6), 15, 0.1)) == pytest.approx(0.7)
