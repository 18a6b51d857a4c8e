"""The box regressor: worked targets, gradients, equal errors, the ridge experiment over seeds; and its exercises."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.detection.box_regressor import BoxRegressorParams, demo
from app.exercises.detection import box_loss_value, giou_value, shifted_iou
from app.kit.params import LimitError


def run(**values):
    return demo.final(BoxRegressorParams(**values))


def scalars(**values):
    return run(**values).scalars


def test_worked_targets_whatever_the_scale():
    s = scalars()
    expected = {"tx": 0.2, "ty": -0.05, "tw": math.log(1.2), "th": math.log(0.8), "iou": 3600 / 6200}
    for name, value in expected.items():
        assert s[name] == pytest.approx(value, abs=1e-9), name
    for scale in (0.1, 1.0, 10.0):
        result = run(scale=scale)
        assert result.scalars["dx_px_scaled"] == pytest.approx(10 * scale)
        assert all(check.deviation <= check.tolerance for check in result.checks)


def test_disjoint_boxes():
    s = demo.final(demo.preset_params("disjoint")).scalars
    assert (s["iou"], s["slope_iou"], s["end_iou"], s["loss_iou"]) == (0, 0, 0, 1)
    for name in ("giou", "diou", "ciou", "l1", "smooth_l1", "l2"):
        assert s[f"slope_{name}"] > 0
        assert s[f"end_{name}"] > 0.95
    assert s["grow_giou"] > s["grow_diou"] > 3  # both let the box grow first


@pytest.mark.parametrize("place", [(200, 80, 260, 150), (170, 60, 230, 140), (10, 150, 60, 190), (220, 10, 280, 50)])
def test_wherever_a_disjoint_box_lies_only_the_iou_loss_is_stuck(place):
    box = dict(zip(("bx1", "by1", "bx2", "by2"), place, strict=True))
    s = scalars(tab="losses", **box)
    assert s["iou"] == s["end_iou"] == 0
    assert min(s["end_giou"], s["end_diou"], s["end_l1"]) > 0.5


def test_perfect_prediction_has_no_loss():
    s = scalars(tab="losses", bx1=80, by1=55, bx2=140, by2=135)
    for name in ("l2", "l1", "smooth_l1", "iou", "giou", "diou", "ciou"):
        assert s[f"loss_{name}"] == pytest.approx(0, abs=1e-12)
        assert s[f"end_{name}"] == pytest.approx(1, abs=0.02)


def test_checks_hold_wherever_the_boxes_are():
    rng = np.random.default_rng(0)
    for _ in range(6):
        values = {}
        for name in "pgb":
            x, y = rng.integers(0, 240, 2), rng.integers(0, 140, 2)
            values |= {f"{name}x1": x[0], f"{name}x2": x[0] + 8 + x[1] % 50}
            values |= {f"{name}y1": y[0], f"{name}y2": y[0] + 8 + y[1] % 50}
        for tab in ("targets", "losses"):
            result = run(tab=tab, **{k: int(v) for k, v in values.items()})
            for check in result.checks:
                assert check.deviation <= check.tolerance, (tab, values, check.label.en)


def test_same_distance_other_iou():
    s = scalars(tab="gallery")
    expected = {"shifted": 0.6, "diagonal": 0.5125, "wider": 0.8, "narrower": 0.75}
    for name, value in expected.items():
        assert s[name] == pytest.approx(value, abs=5e-5), name
    assert s["best"] == s["wider"] and s["worst"] == s["diagonal"]
    for side, value in ((16, 0.524), (64, 0.855), (256, 0.962)):
        five = scalars(tab="gallery", displacement=5, side=side)["shifted"]
        assert five == pytest.approx((side - 5) / (side + 5), abs=1e-12)
        assert five == pytest.approx(value, abs=5e-4)


def test_near_pairs_train_the_better_regressor_for_near_boxes_and_the_worse_for_far_ones():
    for seed in range(4):
        s = scalars(tab="ridge", seed=seed)
        assert 0.95 < s["near"] < 0.97
        assert 0.86 < s["all"] < 0.9
        assert 0.06 < s["gain"] < 0.1
        assert s["far_gain"] < -0.1
        assert 0.5 <= s["best_floor"] <= 0.7
        assert s["sweep_06"] > s["sweep_all"] and s["sweep_06"] > s["sweep_08"]


def test_pixel_targets_and_too_much_ridge_are_worse():
    base = scalars(tab="ridge")["near"]
    assert scalars(tab="ridge", target="pixels")["near"] < base - 0.05
    assert scalars(tab="ridge", strength=1000)["near"] < base - 0.05
    assert scalars(tab="ridge", noise=0.3)["near"] < base - 0.03


def test_more_rounds_help_far_boxes_here():
    far = [scalars(tab="ridge", rounds=n)["far"] for n in (1, 2, 3)]
    assert far == sorted(far)
    assert far[2] > 0.9


@pytest.mark.parametrize("values", [{"px1": 120}, {"gy2": 60}, {"bx2": 96}, {"displacement": 30.0}])
def test_boxes_without_a_size_and_errors_beyond_the_box_are_refused(values):
    with pytest.raises(ValidationError) as caught:
        BoxRegressorParams(**values)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_exercise_shift():
    Shift = shifted_iou.Shift
    assert shifted_iou.answer(Shift(1, 32, 8, 0.5)) == pytest.approx(0.6)
    assert shifted_iou.answer(Shift(2, 100, 25, 0.5)) == pytest.approx(0.3913, abs=5e-5)
    assert shifted_iou.answer(Shift(3, 90, 1, 0.5)) == pytest.approx(30)  # a third of the side


def test_exercise_smooth_l1():
    Residual = box_loss_value.Residual
    assert box_loss_value.answer(Residual(1, (0.5, 1.0, 2.0, 0.0), 1.0)) == pytest.approx(0.125 + 0.5 + 1.5)
    assert box_loss_value.answer(Residual(2, (0.5, 1.0, 0.0, 0.0), 0.5)) == pytest.approx(0.25 + 0.75)
    assert box_loss_value.answer(Residual(3, (0.05, 0.2, 0.1, 0.4), 1.0)) == pytest.approx(0.125 + 1.5 + 0.125 + 1.5)


def test_exercise_giou():
    Pair = giou_value.Pair
    assert giou_value.answer(Pair(1, (0, 0, 1, 1), (2, 0, 3, 1))) == pytest.approx(-1 / 3)
    assert giou_value.answer(Pair(2, (0, 0, 2, 2), (3, 3, 5, 5))) == pytest.approx(8 / 25 - 1)
    assert giou_value.answer(Pair(3, (0, 0, 4, 2), (2, 1, 6, 5))) == pytest.approx(1 - 2 / 22 + 8 / 61)
