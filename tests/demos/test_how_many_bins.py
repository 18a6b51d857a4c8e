"""How many bins: what its presets claim, over seeds; edge cases; its exercises."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.linear_models._bins_curve import SWEEP, Setting, best_bins, fit, predicted
from app.demos.linear_models._bins_curve import draw as draw_curve
from app.demos.linear_models._bins_outliers import draw, line
from app.demos.linear_models.how_many_bins import HowManyBinsParams, demo
from app.exercises.linear_models import bin_weight, cross_columns
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    result = demo.final(HowManyBinsParams(**values))
    for check in result.checks:
        assert check.deviation <= check.tolerance, (values, check.label.en, check.deviation)
    return dict(result.scalars)


@pytest.mark.parametrize("seed", range(8))
def test_test_loss_is_u_shaped_and_training_loss_falls(seed: int):
    s = scalars(seed=seed)
    assert s["entropy"] < s["loss"] < min(s["loss_2"], s["loss_200"]) < s["raw"] + 0.1
    assert s["loss"] < s["raw"] - 0.2 and s["train_200"] < s["train"] - 0.05
    assert 10 <= s["best_k"] <= 25


@pytest.mark.parametrize("seed", range(5))
def test_eight_times_the_rows_want_about_twice_the_bins(seed: int):
    few, many = scalars(rows=500, seed=seed), scalars(rows=4000, seed=seed)
    assert many["best_k_theory"] / few["best_k_theory"] == pytest.approx(2)
    assert 10 <= few["best_k"] <= 22 < 24 < many["best_k"] <= 50


def test_cube_root_law_is_the_minimum_of_bias_plus_variance():
    setting = Setting(100_000, 12, "width", False, 100.0, 0)
    grid = np.arange(60, 140)
    bias, variance = predicted(grid, setting)
    assert grid[(bias + variance).argmin()] == pytest.approx(best_bins(100_000), rel=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_quantile_bins_do_not_feel_an_increasing_map_and_equal_widths_do(seed: int):
    plain, skewed = scalars(scheme="quantile", seed=seed), scalars(scheme="quantile", skewed=True, seed=seed)
    assert skewed["loss"] == plain["loss"] and skewed["train"] == plain["train"]
    assert scalars(skewed=True, seed=seed)["loss_quantile"] == pytest.approx(plain["loss"], rel=1e-12)
    assert scalars(skewed=True, seed=seed)["loss"] > scalars(seed=seed)["loss"] + 0.08


def test_penalty_shrinks_the_steps():
    assert scalars(C=0.001, bins=50)["loss"] > 0.68
    assert scalars(C=1.0, bins=200)["loss"] < scalars(C=10_000.0, bins=200)["loss"]


def test_piecewise_linear_beats_the_best_steps():
    assert scalars(scheme="hats", bins=8)["loss"] < scalars()["loss_least"] - 0.003


@pytest.mark.parametrize("seed", range(6))
def test_absurd_records_ruin_the_raw_feature_and_equal_widths(seed: int):
    s = scalars(tab="outliers", seed=seed)
    assert abs(s["slope"]) < 0.01 and s["loss_raw"] > 0.6 and s["loss_width"] > 0.6
    assert s["loss_quantile"] < 0.27 and s["loss_clipped"] < 0.25 and s["quantile_cost"] < 0.01
    assert scalars(tab="outliers", outliers=12, seed=seed)["loss_clipped"] > 0.6  # more than 1% of the records


@pytest.mark.parametrize("seed", range(6))
def test_where_the_truth_is_linear_bins_only_cost(seed: int):
    s = scalars(tab="outliers", outliers=0, seed=seed)
    assert s["entropy"] < s["loss_raw"] == s["loss_raw_clean"] < s["loss_quantile"] - 0.003


def test_raw_slope_against_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    x, y = draw(1000, 5, 3000.0, 0, 0)
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12).fit(x[:, None], y)
    assert line(x, y)[1] == pytest.approx(model.coef_[0, 0], abs=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_xor_needs_the_cross(seed: int):
    s = scalars(tab="cross", seed=seed)
    assert min(s["loss_raw"], s["loss_added"]) > math.log(2) > s["loss_crossed"] + 0.3
    assert s["four_raw"] == pytest.approx(math.log(2), abs=1e-12) and s["four_crossed"] < 1e-5
    assert s["loss_crossed_30"] > s["loss_crossed"] + 0.2


def test_weight_of_evidence_tab():
    s = scalars(tab="evidence")
    assert [s["woe_1"], s["woe_2"], s["woe_3"]] == pytest.approx([-1.504077, -0.154151, math.log(3)], abs=1e-6)
    assert s["w_3"] - s["base"] == pytest.approx(s["woe_3"])
    assert s["iv"] == pytest.approx(0.973580, abs=1e-6)
    empty = scalars(tab="evidence", positives=(0, 30, 70))
    assert math.isinf(empty["iv"]) and empty["woe_1"] == -math.inf
    assert math.isfinite(scalars(tab="evidence", positives=(0, 30, 70), smoothing=0.5)["iv"])


@pytest.mark.parametrize(
    "values",
    [{"rows": 50}, {"rows": 50, "bins": 200, "scheme": "quantile"}, {"rows": 50, "scheme": "hats", "bins": 1},
     {"tab": "outliers", "rows": 50, "outliers": 20, "value": 10_000}, {"tab": "outliers", "bins": 1},
     {"tab": "outliers", "value": 100}, {"tab": "cross", "rows": 50, "per_feature": 30, "noise": 0},
     {"tab": "cross", "C": 10_000.0, "per_feature": 5}],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_corners_stay_finite(values: dict, seed: int):
    assert all(math.isfinite(value) for value in scalars(**values, seed=seed).values())


@pytest.mark.parametrize(
    "values",
    [{"positives": (1, 2)}, {"positives": (0, 0, 0)}, {"negatives": (1, 2, 2000)}, {"scheme": "hats", "rows": 5000}],
)
def test_refusals_say_why(values: dict):
    with pytest.raises(ValidationError) as caught:
        HowManyBinsParams(**values)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_the_fit_has_one_level_a_bin():
    setting = Setting(1000, 12, "width", False, 100.0, 0)
    assert len(np.unique(fit(*draw_curve(setting, 0), 12, setting).grid)) == 12 and 200 in SWEEP


def test_exercises():
    assert bin_weight.answer(bin_weight.Counts(1, (30,), (70,))) == pytest.approx(-0.8473, abs=1e-4)
    assert bin_weight.answer(bin_weight.Counts(2, (60, 40), (40, 160))) == pytest.approx(math.log(3))
    p, q = np.array([0.6, 0.4]), np.array([0.2, 0.8])
    assert bin_weight.answer(bin_weight.Counts(3, (60, 40), (40, 160))) == pytest.approx(
        ((p - q) * np.log(p / q)).sum()
    )
    assert cross_columns.answer(cross_columns.Cross(1, 10, 50, 0)) == 500
    assert cross_columns.answer(cross_columns.Cross(2, 2, 3, 0)) == 3 + 4 + 12
    rng = np.random.default_rng(0)
    empty = [100 - 100 * len(np.unique(rng.integers(0, 60, 90))) / 60 for _ in range(4000)]
    expected = cross_columns.answer(cross_columns.Cross(3, 6, 10, 90))
    assert np.mean(empty) == pytest.approx(expected, abs=3 * np.std(empty) / 4000**0.5)
