"""Zero-centring: the mean costs steps, and nothing else does; over seeds. And the exercises."""

import math

import numpy as np
import pytest

from app.core.activations import sigmoid
from app.demos.activations.zero_centring import ZeroCentringParams, demo
from app.exercises.activations import input_condition, tanh_to_sigmoid


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(ZeroCentringParams(**values)).scalars)


@pytest.mark.parametrize("seed", range(3))
def test_sigmoid_needs_hundreds_of_times_the_steps_of_tanh(seed: int) -> None:
    s = scalars(seed=seed)
    assert s["steps_sigmoid"] > 900
    assert s["steps_tanh"] <= 3
    assert 130 < s["steps_relu"] < 190
    assert s["steps_shifted"] == s["steps_tanh"]


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu"])
def test_subtracting_the_mean_is_all_it_takes(activation: str) -> None:
    s = scalars(activation=activation, centre=True)
    assert s["steps"] <= 3
    assert s["kappa"] < 1.4


def test_kappa_is_linear_in_n_and_blind_to_the_scale_of_relu() -> None:
    ten, hundred = scalars(n=10)["kappa_sigmoid"], scalars(n=100)["kappa_sigmoid"]
    assert hundred - 1 == pytest.approx(10 * (ten - 1), rel=1e-9)
    assert scalars(std=0.2)["kappa_relu"] == pytest.approx(scalars(std=3.0)["kappa_relu"], rel=1e-9)


def test_measured_steps_follow_the_theory() -> None:
    for n in (20, 50, 100):
        s = scalars(n=n, activation="relu")
        assert s["steps"] == pytest.approx(s["steps_theory"], rel=0.25)


def test_signs_of_the_updates() -> None:
    assert scalars()["same_sign"] == 1
    assert scalars(activation="tanh")["same_sign"] == pytest.approx(0.5, abs=0.02)


def test_input_condition_exercise() -> None:
    Inputs = input_condition.Inputs
    assert input_condition.answer(Inputs(1, 64, 0.3, 0.2, 0.1)) == pytest.approx(29.8, abs=1e-9)
    assert input_condition.answer(Inputs(2, 100, *input_condition.RELU, 0.1)) == pytest.approx(1 + 100 / (math.pi - 1))
    third = Inputs(3, 100, 0.5, 0.05, 0.01)
    steps, kappa = int(input_condition.answer(third)), 1 + 100 * 0.25 / 0.05
    assert (1 - 1 / kappa) ** (2 * steps) <= 0.01 < (1 - 1 / kappa) ** (2 * steps - 2)


def test_tanh_to_sigmoid_exercise() -> None:
    Swap = tanh_to_sigmoid.Swap
    rng = np.random.default_rng(0)
    for _ in range(20):
        x = float(rng.normal())
        p = float(sigmoid(np.array(x))[0])
        assert tanh_to_sigmoid.answer(Swap(1, p, 0, 0, (), 0)) == pytest.approx(math.tanh(x / 2), rel=1e-9)
    assert tanh_to_sigmoid.answer(Swap(2, 0, 0.6, -1.6, (), 0)) == pytest.approx(-3.84)
    out, bias, u = (0.1, 0.3, 0.9), 0.1, rng.normal(size=3)
    new = tanh_to_sigmoid.answer(Swap(3, 0, 0, 0, out, bias))
    before = float(np.dot(out, np.tanh(u))) + bias
    after = float(np.dot(out, 2 * sigmoid(2 * u)[0])) + new
    assert after == pytest.approx(before, rel=1e-12)
