"""The resurrection test and its exercises: who comes back, over seeds; values and gains; refusals."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.core.activations import ACTIVATIONS
from app.demos.activations.resurrection_test import ResurrectionTestParams, demo
from app.exercises.activations import dead_unit, he_std, leaky_chain, maxout_parameters
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(ResurrectionTestParams(**values)).scalars)


@pytest.mark.parametrize("seed", range(3))
def test_prelu_and_elu_come_back_and_relu_and_leaky_do_not(seed):
    s = scalars(seed=seed)
    assert s["worst_prelu"] < 0.1
    assert s["worst_elu"] < 0.1
    assert s["best_relu"] == pytest.approx(math.log(2), abs=1e-3)
    assert s["best_leaky"] > 0.65
    assert s["worst_gelu"] > 0.4
    assert s["worst_silu"] > 0.4
    assert s["recovered"] == 2


def test_the_gradient_before_training_ranks_them():
    s = scalars()
    order = sorted(("relu", "leaky", "prelu", "elu", "gelu", "silu"), key=lambda n: -s[f"gradient_{n}"])
    assert set(order[:2]) == {"prelu", "elu"}
    assert order[-2:] == ["leaky", "relu"]
    assert s["gradient_relu"] == 0


def test_the_slope_has_to_be_large():
    losses = [scalars(functions=("leaky",), slope=a, seed=1)["loss_leaky"] for a in (0.01, 0.1, 0.3)]
    assert losses[0] > 0.65
    assert losses[1] > 0.2
    assert losses[2] < 0.15


def test_batch_norm_cures_plain_relu():
    for seed in range(2):
        s = scalars(functions=("relu",), batch_norm=True, seed=seed)
        assert s["worst_relu"] < 0.01
        assert s["dead_start_relu"] < 0.1


def test_selu_comes_back_too():
    assert scalars(functions=("selu",))["worst_selu"] < 0.1


def test_costs_are_bounded():
    for bad in ({"depth": 5, "width": 64, "steps": 600}, {"functions": ()}, {"steps": 110}):
        with pytest.raises(ValidationError) as caught:
            ResurrectionTestParams(**bad)
        assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_values_at_minus_two_in_the_order_of_the_card():
    names = ("selu", "elu", "silu", "gelu", "leaky_relu", "relu")
    values = [float(ACTIVATIONS[name](np.array(-2.0))[0]) for name in names]
    assert values == pytest.approx([-1.520, -0.865, -0.238, -0.0455, -0.02, 0], abs=5e-4)
    slopes = [float(ACTIVATIONS[name](np.array(-1.5))[1]) for name in ("elu", "gelu", "silu")]
    assert slopes == pytest.approx([0.2231, -0.1275, -0.0413], abs=5e-5)


def test_gains_are_those_of_torch():
    for slope in (0.01, 0.25):
        gain = torch.nn.init.calculate_gain("leaky_relu", slope)
        layer = he_std.Layer(256, 100, 1, slope)
        assert he_std.answer(layer) == pytest.approx(gain / 16, rel=1e-6)
    assert torch.nn.init.calculate_gain("selu") == 0.75
    assert he_std.answer(he_std.Layer(256, 1, 1, 0.2)) == pytest.approx(0.08667, abs=5e-6)
    assert leaky_chain.answer(leaky_chain.Chain((-1.0, -1.0, -1.0), 0.01, 1.0)) == pytest.approx(1e-6)


def test_maxout_exercise_against_torch():
    Stack = maxout_parameters.Stack
    for pieces in (2, 3, 5):
        modules = [torch.nn.Linear(8, 16 * pieces), torch.nn.Linear(16, 20 * pieces), torch.nn.Linear(20, 10)]
        total = sum(p.numel() for m in modules for p in m.parameters())
        assert maxout_parameters.answer(Stack(3, (8, 16, 20, 10), pieces)) == total
        assert maxout_parameters.answer(Stack(1, (8, 16), pieces)) == pieces * (8 * 16 + 16)


def test_dead_unit_exercise_against_a_torch_step():
    Unit = dead_unit.Unit
    assert dead_unit.answer(Unit(1, (1, -2), ((1, 1), (3, 0), (0, 2)))) == -3
    assert dead_unit.answer(Unit(2, (1, -2, 3), radius=2)) == -12
    for seed in range(10):
        unit = dead_unit.generate(np.random.default_rng([seed, 3]), 3)
        rate = dead_unit.answer(unit)
        X = torch.tensor(unit.points, dtype=torch.float64)
        for factor, silent in ((1.001, True), (0.999, False)):
            w = torch.tensor(unit.weights, dtype=torch.float64, requires_grad=True)
            b = torch.tensor(float(unit.bias), dtype=torch.float64, requires_grad=True)
            (unit.error * torch.relu(X[0] @ w + b)).backward()
            after = X @ (w - factor * rate * w.grad) + (b - factor * rate * b.grad)
            assert bool((after <= 0).all()) is silent
