"""Does 0.9 mean 90 %? Simulation against theory over seeds, what mends it, rounding against torch, the exercises."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.demos.activations.calibration import CalibrationParams, demo
from app.exercises.activations import calibration_error, logit_gradient, sigmoid_probability
from app.kit import Result
from app.kit.params import LimitError


def ran(**values) -> Result:
    return demo.final(CalibrationParams(**values))


def scalars(**values) -> dict[str, float]:
    return dict(ran(**values).scalars)


def test_ninety_is_about_seventy_over_seeds():
    runs = [scalars(n=400, seed=seed) for seed in range(4)]  # 20 training sets each
    ninety = np.array([s["at_ninety"] for s in runs])
    slopes = np.array([s["slope"] for s in runs])
    assert runs[0]["at_ninety_theory"] == pytest.approx(0.6966, abs=1e-3)
    assert runs[0]["slope_theory"] == pytest.approx(1.49935, abs=1e-5)
    assert runs[0]["noise_theory"] == pytest.approx(4.74355, abs=1e-5)
    assert abs(ninety.mean() - runs[0]["at_ninety_theory"]) < 3 * runs[0]["at_ninety_sd"] / math.sqrt(80) + 0.01
    assert abs(slopes.mean() - 1.49935) < 3 * runs[0]["slope_sd"] / math.sqrt(80) + 0.05


def test_one_temperature_mends_most_of_it_and_changes_no_decision():
    s = scalars(temperature=True)
    assert s["ece_scaled"] < 0.25 * s["ece_raw"]
    assert s["accuracy_change"] == 0
    assert abs(s["temperature"] - s["temperature_theory"]) < 0.4
    assert 0.86 < s["at_ninety"] < 0.94
    assert s["ece_theory"] == pytest.approx(0.136, abs=2e-3)


def test_more_data_or_a_ridge_does_as_well():
    assert scalars(ratio=0.01, n=2000)["ece_raw"] < 0.03
    assert scalars(ridge=40)["ece_raw"] < 0.04


@pytest.mark.parametrize("seed", range(3))
def test_separable_training_sets_are_told(seed: int):
    result = ran(n=600, ratio=0.35, seed=seed)
    assert result.scalars["separated"] > 0.5
    assert result.scalars["edge"] == pytest.approx(0.32559, abs=1e-5)
    assert "separable" in result.notes[0].en
    assert math.isnan(result.scalars["slope_theory"])
    assert scalars(n=600, ratio=0.35, ridge=1, seed=seed)["separated"] == 0


@pytest.mark.parametrize("label", ["0", "1"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("z", [-200.0, -20.0, 0.0, 5.0, 20.0, 40.0, 200.0])
def test_the_second_tab_says_what_torch_says(z: float, precision: str, label: str):
    result = ran(tab="numerics", z=z, precision=precision, label=label)
    assert all(check.deviation <= check.tolerance for check in result.checks)
    logit = torch.tensor([z], dtype=getattr(torch, precision), requires_grad=True)
    loss = torch.nn.BCELoss()(torch.sigmoid(logit), torch.full((1,), float(label), dtype=logit.dtype))
    loss.backward()
    assert result.scalars["clamped_loss"] == pytest.approx(loss.item(), rel=1e-5, abs=1e-6)
    assert result.scalars["clamped_gradient"] == pytest.approx(logit.grad.item(), rel=1e-5, abs=1e-6)


def test_what_is_lost_when_sigma_rounds_to_one():
    s = scalars(tab="numerics")
    assert (s["probability"], s["clamped_loss"], s["clamped_gradient"]) == (1, 100, 0)
    assert s["raw_loss"] == math.inf and math.isnan(s["raw_gradient"])
    assert (s["logits_loss"], s["logits_gradient"]) == pytest.approx((20, 1))
    right = scalars(tab="numerics", label="1")
    assert math.isnan(right["raw_loss"])  # 0 · ∞, though the model is right
    assert scalars(tab="numerics", precision="float64")["clamped_gradient"] == pytest.approx(1)
    assert scalars(tab="numerics", z=5.0)["ratio"] == pytest.approx(75.21, abs=0.005)


def test_too_large_a_problem_is_refused():
    with pytest.raises(ValidationError) as caught:
        CalibrationParams(n=4000, ratio=0.35)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_probability_exercise():
    Output = sigmoid_probability.Output
    assert sigmoid_probability.answer(Output(1, (2.0, -0.5), (1.5, 2.0), -1.0)) == pytest.approx(0.7311, abs=5e-5)
    assert sigmoid_probability.answer(Output(2, probability=0.5, weight=1.0, step=2.0)) == pytest.approx(
        0.8808, abs=5e-5
    )
    assert sigmoid_probability.answer(Output(3, probability=0.9, temperature=2.0)) == pytest.approx(0.75)


def test_gradient_exercise():
    Point = logit_gradient.Point
    assert logit_gradient.answer(Point(1, 5.0, 0)) == pytest.approx(0.993307, abs=5e-7)
    assert logit_gradient.answer(Point(2, 5.0, 0)) == pytest.approx(0.013207, abs=5e-7)
    assert logit_gradient.answer(Point(3, 4.0, 0)) == pytest.approx(28.31, abs=0.005)


def test_calibration_error_exercise():
    bins = calibration_error.Bins(1, (100, 300), (0.3, 0.8), (40, 180))
    assert calibration_error.answer(bins) == pytest.approx(0.25 * 0.1 + 0.75 * 0.2)
