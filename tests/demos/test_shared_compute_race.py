"""The R-CNN family bench: counts, equal features, anchors and NMS, over seeds; and its exercises by other means."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.boxes import nms
from app.demos.detection.shared_compute_race import SharedComputeRaceParams, demo
from app.exercises.detection import nms_kept, shared_convolutions
from app.kit.params import LimitError


def run(**values):
    return demo.final(SharedComputeRaceParams(**values))


def scalars(**values):
    return run(**values).scalars


def test_sharing_pays_from_the_twelfth_region_and_is_bounded_by_the_head():
    s = scalars()
    assert s["first_gain"] == 12
    assert s["break_even"] == pytest.approx(s["area_ratio"], rel=0.005)
    assert scalars(regions=11)["speed_up"] < 1 < scalars(regions=12)["speed_up"]
    factors = [scalars(regions=n)["speed_up"] for n in (100, 1000, 4000)]
    assert factors == sorted(factors)
    assert factors[-1] < s["speed_up_limit"]


def test_after_sharing_the_dense_layers_are_the_larger_half():
    s = scalars()
    assert s["head_share_fast"] > 0.5 > s["conv_share_fast"]
    assert s["conv_share_rcnn"] > 0.99
    assert s["rpn_share_faster"] < 0.03
    assert scalars(rpn_regions=2000)["head_share_faster"] > 0.5  # it is the 300 that help, not the RPN


def test_small_network_at_sixty_four_regions():
    s = scalars(net="small", regions=64, crop=112, height=256, width=256)
    assert s["break_even"] == pytest.approx((256 / 112) ** 2, rel=1e-12)
    assert s["speed_up"] == pytest.approx(10.2, abs=0.05)


def test_rounding_up_costs_a_little_more():
    down, up = scalars(), scalars(rounding="ceil")
    assert 1 < up["conv_gmacs"] / down["conv_gmacs"] < 1.02


@pytest.mark.parametrize("seed", range(6))
def test_aligned_crops_agree_inside_and_everywhere_with_context(seed):
    s = scalars(tab="features", seed=seed)
    assert s["equal_cells"] == 25
    assert s["largest_gap"] > 0.05
    assert s["reach"] == 15
    whole = scalars(tab="features", seed=seed, context="16")
    assert whole["equal_cells"] == 49
    assert whole["gap"] < 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_off_the_grid_or_warped_or_rounded_no_cell_agrees(seed):
    for values in ({"x1": 72, "x2": 184}, {"x1": 32, "x2": 208}, {"pooling": "roi-pool"}):
        s = scalars(tab="features", context="16", seed=seed, **values)
        assert s["equal_cells"] < 5
        assert s["gap"] > 0.02


def test_pooling_by_rounding_is_further_off_than_aligning():
    for seed in range(4):
        gaps = [scalars(tab="features", seed=seed, pooling=how)["gap"] for how in ("roi-align", "roi-pool")]
        assert gaps[0] < gaps[1]


def test_moving_the_aligned_box_by_whole_strides_changes_nothing():
    for x, y in ((16, 128), (128, 16), (80, 96)):
        assert scalars(tab="features", x1=x, y1=y, x2=x + 112, y2=y + 112)["equal_cells"] >= 25


def test_anchor_counts():
    s = scalars(tab="proposals")
    assert (s["rows"], s["cols"], s["total"], s["inside"]) == (37, 62, 20646, 8151)
    assert (s["total_ceil"], s["inside_ceil"]) == (21546, 8151)
    narrow = scalars(tab="proposals", width=800)
    assert (narrow["total"], narrow["inside"]) == (16650, 5944)
    assert s["positives"] + s["ignored"] + s["negatives"] == s["inside"]
    assert scalars(tab="proposals", rounding="ceil")["total"] == 21546
    assert s["cover"] > 1000  # a partition would be 1
    assert s["receptive_field"] == 196


def test_proposals_beat_anchors_when_the_head_errs_little_over_seeds():
    gains = []
    for seed in range(12):
        s = scalars(tab="proposals", seed=seed)
        assert s["proposals"] == 300
        gains.append(s["proposal_iou"] - s["anchor_iou"])
    assert min(gains) > 0
    assert np.mean(gains) > 0.08
    exact, poor = (
        np.mean([scalars(tab="proposals", error=e, seed=k)["proposal_iou"] for k in range(4)]) for e in (0, 0.5)
    )
    assert exact > 0.999
    assert poor < 0.75


def test_four_boxes():
    s = scalars(tab="nms")
    assert s["first_overlap"] == pytest.approx(0.6807, abs=5e-5)
    assert s["second_overlap"] == pytest.approx(0.25, abs=1e-12)
    assert (s["kept"], s["a_kept"]) == (3, 0)
    assert scalars(tab="nms", threshold=0.7)["kept"] == 4
    swapped = scalars(tab="nms", score=0.95)
    assert (swapped["kept"], swapped["a_kept"]) == (3, 1)  # now A drops B


def test_a_chain_is_not_suppressed_transitively():
    s = scalars(tab="nms", scene="chain")
    assert s["first_overlap"] > 0.5 and s["third_overlap"] > 0.5 > s["second_overlap"]
    assert (s["kept"], s["a_kept"]) == (2, 0)
    assert scalars(tab="nms", scene="chain", score=0.95)["kept"] == 1  # A first: it drops both


@pytest.mark.parametrize("seed", range(6))
def test_a_perfect_box_beside_another_object_is_dropped(seed):
    crowd = {"tab": "nms", "scene": "crowd", "ax1": 85, "ay1": 20, "ax2": 185, "ay2": 180, "score": 0.4, "seed": seed}
    s = scalars(**crowd)
    assert s["object_overlap"] == pytest.approx(0.6, abs=1e-12)
    assert s["a_kept"] == 0
    assert s["found"] == 1


def test_frames_tell_the_same_story_as_the_answer():
    for scene in ("toy", "chain", "crowd", "random"):
        result = run(tab="nms", scene=scene)
        steps = next(v for v in result.views if v.id == "steps")
        assert len(steps.frames) == result.scalars["kept"]
        last = {s.key: len(np.asarray(s.boxes)) for s in steps.frames[-1].sets}
        assert last["anchor"] == 0  # nobody is waiting
        assert last["positive"] + last["current"] == result.scalars["kept"]


@pytest.mark.parametrize("values", [{"x1": 170}, {"ay2": 31}])
def test_boxes_without_a_size_are_refused(values):
    with pytest.raises(ValidationError) as caught:
        SharedComputeRaceParams(**values)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_exercise_sharing():
    Net = shared_convolutions.Net
    assert shared_convolutions.answer(Net(1, 224, 600, 1000, 0, 0, 0, 0, 0)) == 12
    assert shared_convolutions.answer(Net(1, 100, 500, 600, 0, 0, 0, 0, 0)) == 31  # 30 exactly is a tie
    assert shared_convolutions.answer(Net(2, 0, 0, 0, 15.0, 180.0, 0.1, 2000, 0)) == pytest.approx(2000 * 15.1 / 380)
    third = Net(3, 0, 0, 0, 15.0, 180.0, 0.1, 0, 10)
    n = int(shared_convolutions.answer(third))
    assert n * 15.1 / (180 + n * 0.1) >= 10 > (n - 1) * 15.1 / (180 + (n - 1) * 0.1)


def test_exercise_nms():
    rng = np.random.default_rng(0)
    for level in (1, 2, 3):
        for _ in range(100):
            p = nms_kept.generate(rng, level)
            boxes = [[x, 0, x + p.side, p.side] for x in p.starts]
            assert nms_kept.answer(p) == len(nms(boxes, p.scores, p.threshold))
            assert all(abs(v - p.threshold) > 0.015 for row in p.overlaps for v in row)
    assert math.isclose(nms_kept.Squares(1, (0, 8), 32, (0.9, 0.8), 0.5).overlaps[0][1], 0.6)
