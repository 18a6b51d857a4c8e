"""The ground truth of the RoI microscope, and the answers of its exercises worked out by other means."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.detection.roi_microscope import SIZE, demo, feature_map
from app.exercises.detection import prroi_cell_average, roi_feature_reads, roi_quantisation, roi_ramp_value


def run(**values):
    return demo.final(demo.params(**values))


def view(result, id):
    return next(v for v in result.views if v.id == id)


def series(shown, key):
    return next(s for s in shown.series if s.key == key)


def test_default_ramp():
    k = run().scalars
    assert k["pool_first"] == 7
    assert k["align_first"] == pytest.approx(100 / 16 - 0.5 + 0.5 * 12 / 7, abs=1e-12)
    assert k["prroi_first"] == pytest.approx(k["align_first"], abs=1e-12)
    assert (k["rounding_x1"], k["rounding_x2"]) == (4, 4)
    assert (k["read_from"], k["read_to"]) == (96, 304)
    assert (k["columns_in_box"], k["columns_in_bins"], k["columns_missed"]) == (13, 19, 0)
    assert (k["points_per_bin"], k["reads_per_bin"]) == (4, 16)


def test_legacy_ramp_is_half_a_cell_higher():
    k = run(aligned=False).scalars
    assert k["align_first"] == pytest.approx(7.107143, abs=1e-6)
    assert k["half_cell_change"] == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("stride", ["8", "16", "32"])
def test_staircase_has_two_values_over_one_stride(stride):
    result = run(stride=stride)
    k, s = result.scalars, int(stride)
    assert (k["pool_distinct"], k["pool_jump"]) == (2, 1)
    assert k["align_distinct"] == 4 * s + 1
    assert k["align_jump"] == pytest.approx(0.25 / s)
    shown = view(result, "slide")
    for key in ("roi-align", "prroi"):
        np.testing.assert_allclose(series(shown, key).y, series(shown, "theory").y, atol=1e-12)
    pool = series(shown, "roi-pool")
    step = shown.marks[0].value  # where x1 rounds to the next cell
    assert ((100 + step) / s + 0.5) % 1 == pytest.approx(0, abs=1e-12)
    assert set(pool.y[pool.x < step]) == {k["pool_first"]}
    assert set(pool.y[(pool.x >= step) & (pool.x <= s)]) == {k["pool_first"] + 1}


def test_gradients_to_the_box():
    k = run(feature_map="random").scalars
    assert k["pool_gradient"] == 0
    assert k["prroi_gradient_least"] > 0
    ramp = run().scalars
    assert ramp["prroi_gradient_x1"] == pytest.approx((1 - 0.5 / 7) / 16, abs=1e-12)
    assert ramp["align_gradient_x1"] == pytest.approx((1 - 0.5 / 7) / 16, abs=1e-12)


def test_two_points_a_side_are_not_enough_for_a_bin_of_eighty_cells():
    result = demo.final(demo.preset_params("random"))
    k = result.scalars
    assert k["align_error_r1"] > k["align_error_r16"] * 20
    assert k["align_error"] > 50 * k["align_error_adaptive"]
    assert abs(k["align_gradient_x1"]) > 100 * abs(k["prroi_gradient_x1"])
    shown = series(view(result, "errors"), "roi-align")
    assert shown.y[0] == pytest.approx(k["align_error_r1"])


def test_a_box_of_twenty_point_eight_cells_loses_no_column():
    p = demo.preset_params("twenty-cells")
    assert (p.x2 - p.x1) / 16 == 665 / 32
    k = demo.final(p).scalars
    assert k["columns_in_box"] == 22
    assert k["columns_missed"] == 0


def test_four_cell_average_is_the_case_of_one_cell():
    assert demo.final(demo.preset_params("one-cell")).scalars["four_cell_gap"] < 1e-12
    assert demo.final(demo.preset_params("random")).scalars["four_cell_gap"] > 0.1


def test_the_picture_is_in_image_px():
    shown = view(run(), "map")
    assert (shown.xs[0], shown.xs[-1]) == (8, SIZE - 8)
    assert shown.drag.knobs == ("x1", "y1", "x2", "y2")
    box, read, bins = (s.boxes for s in shown.boxes)
    assert np.array_equal(box, [[100, 84, 292, 244]])
    assert np.array_equal(read, [[96, 80, 304, 256]])
    assert bins.shape == (7, 4)
    points = series(shown, "roi-align")
    assert len(points.x) == 14 * 14
    assert points.x.min() > 100
    assert points.x.max() < 292  # inside the box because aligned
    legacy = series(view(run(aligned=False), "map"), "roi-align")
    np.testing.assert_allclose(legacy.x - points.x, 8)
    near = series(shown, "neighbours")
    assert sorted(set(near.x)) == [104, 120]  # the first point is at column 6.18, between the centres of 6 and 7


def test_too_many_points_are_thinned():
    shown = view(run(out=14, sampling_ratio=8), "map")
    assert len(series(shown, "roi-align").x) <= 400


def test_at_the_right_border_the_box_slides_left():
    shown = view(run(x1=300, x2=380), "slide")
    assert series(shown, "roi-pool").x[-1] == -20
    assert shown.x.range == (-20, 0)
    assert -20 <= shown.marks[0].value <= 0


def test_beyond_the_outermost_centres_a_note_says_so():
    def says_so(**values):
        return any("outermost" in note.en for note in run(**values).notes)

    assert not says_so()
    assert not says_so(x1=8, x2=376)
    assert says_so(x1=7.75)
    assert says_so(x2=384, aligned=False)


def test_maps():
    rng = np.random.default_rng(0)
    assert feature_map("ramp", 4, rng)[2].tolist() == [0, 1, 2, 3]
    assert feature_map("edge", 4, rng)[0].tolist() == [0, 0, 1, 1]
    assert feature_map("checker", 2, rng).tolist() == [[0, 1], [1, 0]]
    k = run(feature_map="checker").scalars
    assert k["pool_first"] == 1
    assert 0.2 < k["prroi_first"] < 0.8
    assert run(feature_map="random", seed=1).scalars["pool_first"] != run(feature_map="random").scalars["pool_first"]


@pytest.mark.parametrize("values", [{"x1": 291.5}, {"y2": 84.5}, {"x1": 300}])
def test_a_box_below_one_px_is_refused_in_both_languages(values):
    with pytest.raises(ValidationError) as caught:
        demo.params(**values)
    assert "1 px" in caught.value.errors()[0]["ctx"]["error"].message.zh


def test_checks_hold_wherever_the_box_is_dragged():
    rng = np.random.default_rng(0)
    for _ in range(60):
        x, y = (np.sort(rng.integers(0, 1537, 2)) / 4 for _ in range(2))
        if x[1] - x[0] < 1 or y[1] - y[0] < 1:
            continue
        result = run(
            stride=str(rng.choice([8, 16, 32])), out=int(rng.integers(1, 15)),
            sampling_ratio=int(rng.integers(0, 9)), aligned=bool(rng.integers(2)),
            feature_map=str(rng.choice(["ramp", "random", "edge", "checker"])), x1=x[0], x2=x[1], y1=y[0], y2=y[1],
        )  # fmt: skip
        for check in result.checks:
            assert check.deviation <= check.tolerance, check.label.en
        assert result.scalars["pool_gradient"] == 0
        assert result.scalars["columns_missed"] == 0
        assert all(map(math.isfinite, result.scalars.values()))


def test_exercise_quantisation():
    """The worked values: 100 px at stride 16 moves by 4; 665 px at stride 32 is 20.78 cells and rounds up."""
    box = roi_quantisation.Box(1, 100, 292, 16, 7, 1)
    assert roi_quantisation.answer(box) == 4
    assert roi_quantisation.answer(roi_quantisation.Box(2, 100, 292, 16, 7, 1)) == 13
    assert roi_quantisation.answer(roi_quantisation.Box(3, 100, 292, 16, 7, 1)) == 3  # cells [7, 10)
    assert roi_quantisation.answer(roi_quantisation.Box(1, 665, 900, 32, 7, 0)) == 7  # 672 − 665


def test_exercise_ramp():
    assert roi_ramp_value.answer(roi_ramp_value.Ramp(1, 100, 292, 16, 7, 1)) == pytest.approx(8.821429, abs=1e-6)
    assert roi_ramp_value.answer(roi_ramp_value.Ramp(2, 100, 292, 16, 7, 1)) == pytest.approx(8.321429, abs=1e-6)
    pooled = [roi_ramp_value.answer(roi_ramp_value.Ramp(3, 100, 292, 16, 7, j)) for j in range(7)]
    assert pooled == [7, 9, 11, 13, 15, 17, 18]


def test_exercise_reads():
    assert roi_feature_reads.answer(roi_feature_reads.Layer(1, 7, 2, 192, 160, 16)) == 16
    assert roi_feature_reads.answer(roi_feature_reads.Layer(2, 7, 2, 192, 160, 16)) == 784
    adaptive = roi_feature_reads.Layer(3, 5, 0, 400, 160, 16)  # bins of 5 × 2 cells
    assert roi_feature_reads.answer(adaptive) == 4 * 5 * 2 * 25


def test_exercise_integral():
    one_cell = prroi_cell_average.Bin(1, ((6, 7), (11, 12)), 0, 1)
    assert prroi_cell_average.answer(one_cell) == pytest.approx(9)
    rng = np.random.default_rng(0)
    m = (np.arange(4000) + 0.5) / 4000
    for level in (2, 3):
        for _ in range(20):
            p = prroi_cell_average.generate(rng, level)
            rows = np.mean(np.array(p.cells, dtype=float), axis=0)
            dense = np.interp(p.start + m * (p.end - p.start), np.arange(len(rows)), rows).mean()
            assert prroi_cell_average.answer(p) == pytest.approx(dense, abs=1e-4)
