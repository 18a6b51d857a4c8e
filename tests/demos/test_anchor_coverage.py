"""The ground truth of the anchor demo, and the answers of its exercises worked out by other means."""

import math
from urllib.parse import parse_qsl

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.detection.anchor_coverage import MAX_ANCHORS, demo
from app.exercises.detection import anchor_count, box_iou, box_offset, worst_anchor_iou


def run(**values):
    return demo.final(demo.params(**values))


def view(result, id):
    return next(v for v in result.views if v.id == id)


def test_default_counts():
    s = run().scalars
    assert (s["rows"], s["cols"], s["per_cell"], s["total"]) == (38, 50, 9, 17_100)
    assert s["inside"] == 5_944
    assert (s["tallest"], s["tallest_inside"]) == (704, 0)
    assert s["receptive_field"] == 228
    assert (s["first_x1"], s["first_width"], s["first_height"]) == (-84, 184, 96)
    assert s["positives"] + s["ignored"] + s["negatives"] == s["inside"]


def test_the_papers_image_size():
    s = run(width=1000).scalars
    assert (s["total"], s["inside"]) == (21_546, 8_151)


@pytest.mark.parametrize(("side", "expected"), [(128, 0.78397), (64, 0.62025), (32, 0.39130), (16, 1 / 7)])
def test_worst_iou_at_stride_16(side, expected):
    corner = 304 - side // 2  # cells are centred at 8 + 16 i, so 304 is a corner of four of them
    box = dict(zip(("gx1", "gy1", "gx2", "gy2"), (corner, corner, corner + side, corner + side), strict=True))
    s = run(scales=(str(side),), ratios=("1",), **box).scalars
    for name in ("best_iou", "worst_in_cell", "worst_matched", "worst_set"):
        assert s[name] == pytest.approx(expected, abs=1e-5)
    assert s["best_in_cell"] == pytest.approx(1.0, abs=1e-12)


def test_a_small_object_is_positive_only_by_the_best_anchor_rule():
    s = demo.final(demo.preset_params("small-object")).scalars
    assert (s["above_07"], s["ignored"], s["positives"]) == (0, 0, 4)
    assert (s["tx"], s["ty"], s["tw"], s["th"]) == (0.25, 0.25, 0.0, 0.0)


def test_default_anchors_that_contain_a_small_object_all_tie():
    s = demo.final(demo.preset_params("small-default")).scalars
    assert s["best_iou"] == pytest.approx(32**2 / (88 * 176), abs=1e-12)
    assert s["positives"] == 4 * 10  # shifts of 88 × 176 by 16 px that still contain 32 × 32


def test_neighbouring_ratios_lift_the_worst_place_a_little():
    corner = demo.presets["small-object"].values | {"ratios": ("1/2", "1", "2")}
    assert run(**corner).scalars["worst_in_cell"] == pytest.approx(620 / 1508, abs=1e-12)  # 46 × 24 at (8, 8)


def test_dropping_crossing_anchors_costs_the_tall_object_its_best():
    dropped = demo.final(demo.preset_params("tall-object")).scalars
    kept = run(crossing="keep", **demo.presets["tall-object"].values).scalars
    assert kept["best_iou"] == pytest.approx(350 * 600 / (352 * 704), abs=1e-12) == dropped["best_any"]
    assert dropped["best_iou"] == pytest.approx(350 * 512 / (350 * 600 + 512**2 - 350 * 512), abs=1e-12)


def test_between_two_sides_no_place_reaches_the_threshold():
    s = demo.final(demo.preset_params("between-scales")).scalars
    assert s["best_in_cell"] < 0.53
    assert s["best_in_cell"] == pytest.approx(180 * 96 / (180**2 + 184 * 96 - 180 * 96), abs=1e-12)


def test_counts_of_the_bars_are_the_scalars():
    r = run()
    labels = view(r, "labels").series[0].values
    assert labels.tolist() == [r.scalars["positives"], r.scalars["ignored"], r.scalars["negatives"], 17_100 - 5_944]
    histogram = {s.key: s.values for s in view(r, "histogram").series}
    assert sum(h.sum() for h in histogram.values()) == r.scalars["inside"]
    assert histogram["positive"][:14].sum() == 0
    assert histogram["negative"][6:].sum() == 0


def test_few_boxes_are_sent_and_the_object_can_be_dragged():
    for name in demo.presets:
        scene = view(demo.final(demo.preset_params(name)), "scene")
        assert sum(len(s.boxes) for s in scene.sets) <= 60
        assert scene.drag is not None
        assert all(knob in demo.params.model_fields for knob in scene.drag.knobs)
        assert scene.sets[-1].key == "ground-truth"
    sides, shapes = ("16", "32", "64", "128", "256"), ("1/3", "1/2", "1", "2", "3")
    scene = view(run(stride="32", scales=sides, ratios=shapes), "scene")
    assert sum(len(s.boxes) for s in scene.sets) <= 60


def test_the_receptive_field_is_drawn_at_its_own_stride_only():
    def keys(stride):
        return [s.key for s in view(run(stride=stride), "scene").sets]

    assert "receptive-field" in keys("16")
    assert "receptive-field" not in keys("8")
    field = next(s for s in view(run(), "scene").sets if s.key == "receptive-field").boxes[0]
    assert (field[2] - field[0], field[3] - field[1]) == (228, 228)


def test_no_anchor_inside_leaves_nothing_to_learn():
    r = run(height=200, width=200, scales=("512",), gx1=20, gy1=20, gx2=150, gy2=150)
    assert r.scalars["inside"] == r.scalars["positives"] == r.scalars["best_iou"] == 0
    assert math.isnan(r.scalars["tw"])
    assert all(c.deviation <= c.tolerance for c in r.checks)


@pytest.mark.parametrize(
    "values",
    [{"style": "continuous"}, {"stride": "8"}, {"stride": "32", "crossing": "keep"}, {"gx1": 700, "gx2": 1000}],
)
def test_checks_hold_away_from_the_presets(values):
    r = run(**values)
    assert all(c.deviation <= c.tolerance for c in r.checks)


def test_part_of_the_object_outside_is_cut_off():
    assert view(run(gx1=700, gx2=1000), "scene").sets[-1].boxes[0].tolist() == [700, 150, 800, 410]


@pytest.mark.parametrize(
    "values",
    [
        {"gx1": 430},
        {"gy1": 404},
        {"gx1": 795, "gx2": 900},
        {"scales": ()},
        {"stride": "4", "width": 1000, "height": 1000},
    ],
)
def test_what_is_refused(values):
    with pytest.raises(ValidationError):
        demo.params(**values)


def test_the_largest_grid_allowed_is_within_the_limit():
    assert run(stride="4").scalars["total"] == 150 * 200 * 9 <= MAX_ANCHORS


def test_a_link_reproduces_the_state():
    for name in demo.presets:
        params = demo.preset_params(name)
        assert demo.params.from_query(parse_qsl(params.to_query())) == params


def asked(exercise, level):
    for seed in range(60):
        yield exercise.generate(np.random.default_rng([seed, level]), level), exercise.ask(seed, level)


def test_counting_cells_one_by_one_gives_the_number_of_anchors():
    for level in (1, 2, 3):
        for p, q in asked(anchor_count.exercise, level):
            cells = sum(len(range(0, p.height, s)) * len(range(0, p.width, s)) for s in p.strides)
            assert q.answer == cells * p.per_cell


def test_a_sweep_over_all_pixels_gives_the_worst_iou():
    for level in (1, 2, 3):
        for p, q in asked(worst_anchor_iou.exercise, level):
            half = p.stride // 2
            lowest = min(
                (p.width - dx) * (p.height - dy) / (2 * p.width * p.height - (p.width - dx) * (p.height - dy))
                for dx in range(half + 1)
                for dy in range(half + 1)
            )
            assert q.answer == pytest.approx(lowest, abs=1e-12)


def test_counting_pixels_gives_the_iou():
    for level in (1, 2, 3):
        for p, q in asked(box_iou.exercise, level):
            last = 1 if p.inclusive else 0
            a, b = (
                {(x, y) for x in range(x1, x2 + last) for y in range(y1, y2 + last)} for x1, y1, x2, y2 in (p.a, p.b)
            )
            assert q.answer == pytest.approx(len(a & b) / len(a | b), abs=1e-12)
            assert 0 < q.answer <= 1


def test_targets_solve_their_own_definition():
    for level in (1, 2, 3):
        for c, q in asked(box_offset.exercise, level):
            (x, w), (gx, gw) = c.anchor, c.box
            if level == 1:
                assert w * math.exp(q.answer) == pytest.approx(gw)
            elif level == 2:
                assert x + w / 2 + q.answer * w == pytest.approx(gx + gw / 2)
            else:
                assert q.answer == pytest.approx(gx + gw, rel=0.02)  # the offsets are printed with two decimals
