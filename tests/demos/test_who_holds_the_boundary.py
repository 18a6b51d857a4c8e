"""Who holds the boundary: what its presets claim, over seeds; its exercises and its pair."""

import math
import re
import time

import numpy as np
import pytest

from app.core.kernel_machines import Machine
from app.demos.linear_models._holders_bias import bias
from app.demos.linear_models._holders_contour import level, zero_crossings
from app.demos.linear_models._holders_fits import holders
from app.demos.linear_models.who_holds_the_boundary import WhoHoldsTheBoundaryParams, demo
from app.exercises.linear_models import example_pull, margin_width
from app.pairs.linear_models.svm_or_logistic import pair


def scalars(**values) -> dict[str, float]:
    result = demo.final(WhoHoldsTheBoundaryParams(**values))
    for check in result.checks:
        assert check.deviation <= check.tolerance, (values, check.label.en)
    return dict(result.scalars)


@pytest.mark.parametrize("seed", range(6))
def test_dropping_the_rest_moves_logistic_regression_alone(seed: int):
    s = scalars(change="drop-others", seed=seed)
    assert s["turned_svm"] < 1e-6 and s["moved_svm"] < 1e-6
    assert s["turned_lr"] > 0.5 and s["moved_lr"] > 1 and 0.15 < s["norm_ratio_lr"] < 0.6
    assert s["sv_count"] < s["holders_lr"] < s["lr_touched"] == s["n"]


@pytest.mark.parametrize("seed", range(6))
def test_a_far_point_on_its_own_side_turns_the_squared_loss_alone(seed: int):
    s = scalars(change="far-right", distance=100, seed=seed)
    assert s["turned_svm"] < 1e-6 and s["turned_lr"] < 1e-2 and s["turned_sq"] > 5
    assert s["first_pull_svm"] == 0 < s["first_pull_lr"] < 1e-10 and s["first_pull_sq"] < -5


@pytest.mark.parametrize("seed", range(6))
def test_a_far_point_on_the_wrong_side_turns_all(seed: int):
    s = scalars(change="far-wrong", seed=seed)
    assert min(s["turned_svm"], s["turned_lr"]) > 8
    assert s["first_pull_svm"] == 1 and s["first_pull_lr"] > 0.99
    assert s["pull_far_svm"] < 1 and s["pull_far_lr"] < s["first_pull_lr"]


@pytest.mark.parametrize("seed", range(3))
def test_with_a_kernel_both_are_non_parametric_and_only_one_is_sparse(seed: int):
    s = scalars(data="ring", kernel="rbf", change="drop-others", seed=seed)
    assert s["moved_svm"] < 1e-6 < 0.05 < s["moved_lr"]
    assert s["lr_touched"] == s["n"] > s["sv_count"]
    assert min(s["accuracy_svm"], s["accuracy_lr"]) > 0.85


@pytest.mark.parametrize("seed", range(5))
def test_scores_of_the_svm_are_worse_probabilities_at_equal_accuracy(seed: int):
    s = scalars(tab="probability", n=200, seed=seed)
    assert s["error_svm"] > 1.3 * s["error_lr"] and s["error_platt"] < s["error_svm"]
    assert s["error_tight"] > 3 * s["error_lr"]
    assert abs(s["accuracy_svm"] - s["accuracy_lr"]) < 0.02
    assert s["hinge_at_51"] == s["hinge_at_99"] == 1
    assert s["logit_at_99"] == pytest.approx(math.log(99))


def test_descent_without_a_penalty_turns_to_the_svm():
    s = scalars(tab="bias")
    assert s["width"] == pytest.approx(2 * math.sqrt(2), abs=1e-6)
    assert s["widest"] == pytest.approx(1 / math.sqrt(4.5), abs=1e-6)
    assert s["angle"] > s["angle_million"] > s["angle_end"] > 0.5 > s["angle_normalised"]
    assert s["angle_log"] == pytest.approx(1, abs=0.1)
    for seed in range(2):
        t = scalars(tab="bias", points="clouds", seed=seed, steps=20_000)
        assert t["right"] == 1 and t["angle_end"] < t["angle_million"]


def test_few_steps_and_the_dearest_states_stay_cheap():
    assert bias("three", 10, 0).scalars["angle"] > 20
    for values in (
        {"n": 300, "C": 100, "gap": 0, "change": "drop-others"},
        {"n": 300, "C": 100, "gap": 1, "tab": "probability"},
        {"n": 300, "C": 100, "gap": 0, "kernel": "rbf", "data": "ring", "gamma": 0.05},
        {"tab": "bias", "points": "clouds"},
    ):
        start = time.process_time()
        assert all(math.isfinite(v) for v in demo.final(WhoHoldsTheBoundaryParams(**values)).scalars.values())
        assert time.process_time() - start < 5, values


def test_helpers():
    assert holders(Machine(np.array([1.0, 8, 1]), 0.0, 0, 0.0), 0.9) == 2
    plane = np.linspace(-5, 5, 51)
    x, y = zero_crossings(np.tile(plane - 1.05, (51, 1)))
    np.testing.assert_allclose(x, 1.05)
    assert len(y) == 51
    x, y = level(plane[:, None] ** 2 + plane**2, 9.0)
    np.testing.assert_allclose(np.hypot(x, y)[~np.isnan(x)], 3, atol=0.01)
    assert np.isnan(x).sum() * 3 == len(x) > 150


def test_margin_width_exercise():
    P = margin_width.Margin
    assert margin_width.answer(P(1, (3, 4), 1.0, (0, 0), (0, 0), (0, 0))) == pytest.approx(0.4)
    assert margin_width.answer(P(2, (3, 4), 2.0, (0, 0), (0, 0), (0, 0))) == pytest.approx(0.8)
    three = P(3, (1, 1), 1.0, (3, 3), (1, 1), (4, 3))
    assert margin_width.answer(three) == pytest.approx(1.5)  # f = x₁/2 + x₂/2 − 2


def test_example_pull_exercise():
    P = example_pull.Scored
    assert example_pull.answer(P(1, (-2.0,), (-1,), 2)) == pytest.approx(0.119203, abs=1e-6)
    assert example_pull.answer(P(2, (-2.0, 0.0, 2.0), (1, 1, 1), 2)) == pytest.approx(0.880797 / 1.5, abs=1e-6)
    assert example_pull.answer(P(3, (1.0,), (1,), 2)) == pytest.approx(0.119203 / 0.268941, abs=1e-5)


def test_the_pair_shows_what_its_tells_say():
    for seed in range(30):
        seen = pair.show(seed)
        turned, wide = map(float, re.findall(r"([\d.]+)(?:°;| times)", seen.view.description.en))
        assert (turned == 0 and wide == 1) if seen.side == 0 else wide > 1.3
