"""Gradient through time and the cliff: what the aha claims, over seeds, and the exercises."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.recurrent.gradient_through_time import GradientThroughTimeParams, demo
from app.exercises.recurrent import cliff_step, clip_angle, recurrent_factor
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(GradientThroughTimeParams(**values)).scalars)


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_tanh_vanishes_also_above_one(seed: int) -> None:
    for matrix in ("gaussian", "orthogonal"):
        assert scalars(matrix=matrix, seed=seed)["ratio_max"] < 1e-6
    above = scalars(matrix="gaussian", radius=1.1, seed=seed)
    assert above["ratio_max"] < 1e-3
    assert above["largest_singular"] > 1.5


@pytest.mark.parametrize("seed", SEEDS)
def test_an_lstm_needs_its_forget_bias(seed: int) -> None:
    zero, five = scalars(cell="lstm", bias=0, seed=seed), scalars(cell="lstm", bias=5, seed=seed)
    assert zero["ratio_max"] < 1e-16
    assert zero["direct"] == pytest.approx(0.5**100, rel=1e-9)
    assert 1 < five["ratio"] < 1000
    assert scalars(cell="gru", bias=0, seed=seed)["ratio_max"] < 1e-16


def test_orthogonal_linear_is_a_pure_power() -> None:
    for radius in (0.9, 1.0, 1.1):
        s = scalars(cell="linear", matrix="orthogonal", radius=radius, steps=50)
        assert s["ratio"] == pytest.approx(radius**50, rel=1e-9)


def test_a_radius_of_two_explodes() -> None:
    s = scalars(radius=2.0)
    assert s["ratio_min"] > 1e4
    assert s["rate"] == pytest.approx(s["rate_theory"], rel=0.02)


def test_orthogonal_alone_does_not_save_a_tanh_net() -> None:
    s = scalars()
    assert s["ratio"] < 1e-6
    assert s["rate"] == pytest.approx(s["rate_theory"], rel=0.01)


def test_identity_relu_keeps_its_gradient() -> None:
    assert 0.05 < scalars(cell="relu", matrix="identity")["ratio"] <= 1


def test_clipping_leaves_the_shares_alone() -> None:
    s = scalars()
    assert s["early_share"] < 1e-3
    assert s["early_share_clipped"] == pytest.approx(s["early_share"], rel=1e-9)


def test_shear_peaks_in_the_run_too() -> None:
    s = scalars(cell="linear", matrix="shear", radius=0.9)
    assert s["spectral_radius"] == pytest.approx(0.9, abs=1e-9)
    assert 8 < s["peak"] < s["power_peak"]
    assert s["ratio"] < 0.02


def test_cliff_numbers() -> None:
    s = scalars(tab="cliff")
    assert s["first_d_w"] == pytest.approx(-0.1 * (1.5**50 - 1), rel=1e-9)
    assert s["first_norm"] == pytest.approx(math.sqrt(5) * 0.1 * (1.5**50 - 1), rel=1e-9)
    assert s["angle_norm"] == pytest.approx(0, abs=1e-6)
    assert s["angle_value"] == pytest.approx(math.degrees(math.atan(2) - math.atan(1)), abs=1e-6)
    assert s["stuck"] == 1
    assert s["end_by_norm"] < 1e-3 < s["end_free"]


def test_a_start_without_a_cliff_needs_no_clip() -> None:
    s = scalars(tab="cliff", w0=4, b0=-2, lr=0.02)
    assert s["end_free"] < 1e-3
    assert s["stuck"] == 0


@pytest.mark.parametrize("cell", ["linear", "tanh", "relu", "lstm", "gru"])
def test_extremes_are_results(cell: str) -> None:
    for scale in (0.0, 2.0):
        result = demo.final(GradientThroughTimeParams(cell=cell, scale=scale, steps=10, units=8))
        assert result.notes
        assert not np.isnan(result.scalars["ratio"]) or cell == "relu"


def test_too_large_is_refused() -> None:
    GradientThroughTimeParams(steps=200, units=128)
    with pytest.raises(ValidationError) as caught:
        GradientThroughTimeParams(cell="lstm", steps=200, units=128)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_a_shear_of_odd_size_is_refused_where_it_would_be_used() -> None:
    GradientThroughTimeParams(cell="lstm", matrix="shear", units=13)
    with pytest.raises(ValidationError) as caught:
        GradientThroughTimeParams(cell="linear", matrix="shear", units=13)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_exercises() -> None:
    Chain, Unit, Cut = recurrent_factor.Chain, cliff_step.Unit, clip_angle.Cut
    assert recurrent_factor.answer(Chain(1, 0.95, 1, 80, -3, 0)) == pytest.approx(0.01652, abs=5e-6)
    steps = int(recurrent_factor.answer(Chain(2, 0.9, 0.8, 0, -6, 0)))
    assert 0.72**steps < 1e-6 <= 0.72 ** (steps - 1)
    assert recurrent_factor.answer(Chain(3, 0.9, 1, 9, -3, 5)) == pytest.approx(9 * 5 * 0.9**8, rel=1e-12)
    assert cliff_step.answer(Unit(1, 6, 10, 2, 0.1, 1)) == pytest.approx(1.5**10, rel=1e-12)
    passed = int(cliff_step.answer(Unit(2, 6, 0, 5, 0.1, 1)))
    assert 1.5**passed > 1e5 >= 1.5 ** (passed - 1)
    assert cliff_step.answer(Unit(3, 6, 30, 2, 0.1, 2)) == pytest.approx(0.2, rel=1e-12)
    assert clip_angle.answer(Cut((30.0, 0.4), 1.0)) == pytest.approx(21.04, abs=0.005)
    assert clip_angle.answer(Cut((0.3, 0.4), 1.0)) == pytest.approx(0, abs=1e-5)
