"""When more hurts: double descent and degradation over seeds, the closed forms, the exercises, the refusals."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.linear_risk import least_squares_risk
from app.demos.generalisation import _more_data, _more_depth
from app.demos.generalisation.when_more_hurts import WhenMoreHurtsParams, demo
from app.exercises.generalisation import learning_curve, min_norm_risk, training_compute
from app.kit import Result
from app.kit.params import LimitError


def result(**values) -> Result:
    return demo.final(WhenMoreHurtsParams(**values))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_more_data_hurts_near_the_threshold_and_the_best_ridge_removes_it(seed):
    s = result(seed=seed).scalars
    assert s["ratio"] > 3
    assert s["ridge_rise"] < 0.01
    assert s["ridge_near"] < s["ridge_half"]
    assert s["ratio_theory"] == pytest.approx(12.04 / 0.760417, rel=1e-4)


@pytest.mark.parametrize(("d", "noise"), [(10, 0.5), (80, 1.5), (30, 0.1)])
def test_checks_hold_elsewhere(d, noise):
    assert all(c.deviation <= c.tolerance for c in result(d=d, noise=noise, repeats=100, seed=4).checks)


def test_without_noise_there_is_no_peak():
    s = result(noise=0.0, repeats=100).scalars
    assert s["near"] < 0.1 < s["half"]
    assert s["threshold"] < 1e-9


def test_far_from_the_threshold_twice_the_data_is_half_the_error():
    assert result(repeats=100).scalars["last_doubling"] == pytest.approx(
        float(least_squares_risk(400, 50, 1, 0.5) / least_squares_risk(200, 50, 1, 0.5)), rel=0.1
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_data_of_another_task_make_it_worse(seed):
    s = result(source="changes", seed=seed, repeats=100).scalars
    assert s["far_over_double"] > 1.8


def test_sizes_hold_half_double_and_both_sides_of_the_threshold():
    for d in range(10, 101, 10):
        sizes = _more_data.sizes(d)
        assert {d // 2, d, 2 * d, 4 * d, 8 * d} <= set(sizes)
        assert sizes == sorted(sizes)


@pytest.mark.parametrize("seed", [1, 2])
def test_plain_depth_fails_residual_depth_does_not(seed):
    s = result(tab="depth", seed=seed, inits=2).scalars
    assert s["plain_stuck"] >= 1 and s["plain_deep"] > 0.25
    assert s["residual_stuck"] == 0 and s["residual_deep"] < 0.01
    assert s["plain_best"] < 0.1
    assert s["gradient_plain"] > s["gradient_residual"], "the net that fails has the larger first-layer gradient"


def test_shallow_plain_nets_learn():
    s = result(tab="depth", deepest=8, inits=2).scalars
    assert s["plain_deep"] < 0.3 and s["plain_stuck"] <= 1


def test_depths_halve_or_quarter():
    params = WhenMoreHurtsParams(tab="depth")
    assert _more_depth.depths(params) == [2, 4, 8, 16, 32]
    assert _more_depth.depths(WhenMoreHurtsParams(tab="depth", norm=True)) == [2, 8, 32]


def test_every_knob_alone_may_reach_its_bound_but_not_all_together():
    for alone in ({"deepest": 40}, {"width": 32}, {"steps": 200}, {"inits": 5}):
        WhenMoreHurtsParams(tab="depth", **alone)
    for values in (
        {"tab": "depth", "deepest": 40, "width": 32, "steps": 200, "inits": 5},
        {"d": 100, "repeats": 500},
    ):
        with pytest.raises(ValidationError) as caught:
            WhenMoreHurtsParams(**values)
        assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_risk_exercise():
    Fit = min_norm_risk.Fit
    assert min_norm_risk.answer(Fit(1, 80, 40, 1.0, 1.0)) == pytest.approx(1.0256, abs=5e-5)
    assert min_norm_risk.answer(Fit(2, 20, 40, 1.0, 1.0)) == pytest.approx(1.5526, abs=5e-5)
    assert min_norm_risk.answer(Fit(3, 25, 50, 0.25, 1.0, 48)) == pytest.approx(12.04 / 0.760417, rel=1e-5)


def test_compute_exercise():
    Training = training_compute.Training
    assert training_compute.answer(Training(1, 1, 20)) == pytest.approx(0.12)  # 1.2e20
    assert training_compute.answer(Training(2, 70, 1400)) == pytest.approx(70)
    assert training_compute.answer(Training(3, 7, 2000, 512, 400, 0.4)) == pytest.approx(11.87, abs=0.01)


def test_learning_curve_exercise():
    Curve = learning_curve.Curve
    assert learning_curve.answer(Curve(1, 0.5, 30.0, 100)) == pytest.approx(3)
    assert learning_curve.answer(Curve(2, 0.25, 30.0, 1, 0.5)) == pytest.approx(16)
    assert learning_curve.answer(Curve(3, 0.5, 30.0, 100, 0.5, 10.0)) == pytest.approx(12)
    assert np.isfinite(learning_curve.answer(learning_curve.generate(np.random.default_rng(0), 3)))
