"""Anchors against the published tables and counts, brute force, and receptive fields measured by autograd."""

import doctest

import numpy as np
import pytest

from app.core import anchors, coverage
from app.core.anchors import (
    VGG16_RPN,
    anchor_grid,
    cells,
    centred_anchors,
    py_faster_rcnn_anchors,
    rpn_labels,
)
from app.core.boxes import from_inclusive, inside, iou
from app.core.coverage import best_iou_map, longest_overlap, swept_iou, worst_iou
from app.core.layer_table import receptive_field

MATLAB_COMMENT = [  # the table in the opening comment of generate_anchors.py: indices from 1
    [-83, -39, 100, 56], [-175, -87, 192, 104], [-359, -183, 376, 200],
    [-55, -55, 72, 72], [-119, -119, 136, 136], [-247, -247, 264, 264],
    [-35, -79, 52, 96], [-79, -167, 96, 184], [-167, -343, 184, 360],
]  # fmt: skip
DETECTRON2_TEST = [  # sizes 32, 64; ratios ¼, 1, 4; stride 4; a map of 1 × 2 cells; offset 0
    [-32, -8, 32, 8], [-16, -16, 16, 16], [-8, -32, 8, 32], [-64, -16, 64, 16], [-32, -32, 32, 32], [-16, -64, 16, 64],
    [-28, -8, 36, 8], [-12, -16, 20, 16], [-4, -32, 12, 32], [-60, -16, 68, 16], [-28, -32, 36, 32], [-12, -64, 20, 64],
]  # fmt: skip


@pytest.mark.parametrize("module", [anchors, coverage])
def test_doctests(module):
    assert doctest.testmod(module).failed == 0


def test_the_python_prints_one_less_than_the_comment_of_its_own_file():
    got = py_faster_rcnn_anchors()
    assert got[0].tolist() == [-84, -40, 99, 55]
    assert got[-1].tolist() == [-168, -344, 183, 359]
    np.testing.assert_array_equal(got + 1, MATLAB_COMMENT)


def test_rounding_before_scaling_moves_ratio_and_area():
    w, h = (from_inclusive(py_faster_rcnn_anchors())[0].reshape(2, 2) * [[-1], [1]]).sum(axis=0)
    assert (w, h) == (184, 96)
    assert h / w == pytest.approx(0.5217, abs=1e-4)
    assert w * h / 128**2 == pytest.approx(1.078, abs=1e-3)


def test_detectron2s_own_table():
    base = centred_anchors([32, 64], [0.25, 1, 4])
    np.testing.assert_allclose(anchor_grid(base, rows=1, cols=2, stride=4), DETECTRON2_TEST, atol=1e-12)
    half = anchor_grid(base, rows=1, cols=2, stride=4, offset=0.5)
    np.testing.assert_allclose(half, np.array(DETECTRON2_TEST) + 2, atol=1e-12)


def test_centred_anchors_have_the_area_and_the_ratio_asked_for():
    sizes, ratios = [32, 100, 512], [1 / 3, 0.5, 1, 2]
    got = centred_anchors(sizes, ratios)
    w, h = got[:, 2] - got[:, 0], got[:, 3] - got[:, 1]
    np.testing.assert_allclose(w * h, np.repeat(np.square(sizes), 4))
    np.testing.assert_allclose(h / w, np.tile(ratios, 3))


def test_the_grid_is_a_loop_over_rows_columns_and_shapes():
    base, expected = np.array([[-3.0, -1, 3, 1], [-1, -4, 1, 4]]), []
    for row in range(3):
        for col in range(5):
            dx, dy = (col + 0.5) * 8, (row + 0.5) * 8
            expected += [[x1 + dx, y1 + dy, x2 + dx, y2 + dy] for x1, y1, x2, y2 in base]
    np.testing.assert_array_equal(anchor_grid(base, 3, 5, 8, 0.5), expected)


@pytest.mark.parametrize(
    ("height", "width", "ceil", "total", "within"),
    [
        (600, 800, True, 17_100, 5_944),
        (600, 1000, True, 21_546, 8_151),
        (600, 1000, False, 20_646, 8_151),
    ],
)
def test_counts_of_faster_rcnn(height, width, ceil, total, within):
    grid = anchor_grid(py_faster_rcnn_anchors(), cells(height, 16, ceil), cells(width, 16, ceil), 16)
    assert len(grid) == total
    published = (grid[:, 0] >= 0) & (grid[:, 1] >= 0) & (grid[:, 2] < width) & (grid[:, 3] < height)
    assert published.sum() == within
    np.testing.assert_array_equal(inside(from_inclusive(grid), height, width), published)
    assert not published[8::9].any()  # 352 × 704


def test_counts_of_ssd_and_retinanet():
    ssd = [(38, 4), (19, 6), (10, 6), (5, 6), (3, 4), (1, 4)]
    assert sum(len(anchor_grid(np.zeros((k, 4)), n, n, 1)) for n, k in ssd) == 8_732
    retina = sum(len(anchor_grid(np.zeros((9, 4)), cells(800, s), cells(800, s), s)) for s in (8, 16, 32, 64, 128))
    assert retina == 120_087


def naive_labels(overlaps, positive, negative):
    """The published rules, one anchor and one object at a time."""
    n, m = overlaps.shape
    labels = []
    for i in range(n):
        is_best = any(
            overlaps[i, j] > 0 and overlaps[i, j] >= max(overlaps[a, j] for a in range(n)) - 1e-9 for j in range(m)
        )
        top = max(overlaps[i], default=0.0)
        labels.append(1 if top >= positive or is_best else 0 if top < negative else -1)
    return labels


def test_labels_follow_the_rules_read_one_by_one():
    rng = np.random.default_rng(0)
    for m in (0, 1, 3):
        overlaps = np.round(rng.random((60, m)) ** 2, 1)  # rounded: ties and values on the thresholds
        for positive, negative in ((0.7, 0.3), (0.5, 0.5)):
            assert rpn_labels(overlaps, positive, negative).tolist() == naive_labels(overlaps, positive, negative)


def test_every_object_that_meets_an_anchor_has_a_positive_one():
    grid = anchor_grid(py_faster_rcnn_anchors(), 38, 50, 16)
    grid = from_inclusive(grid)[inside(from_inclusive(grid), 600, 800)]
    rng = np.random.default_rng(1)
    corner = rng.uniform(0, 400, (30, 2))
    objects = np.hstack([corner, corner + rng.uniform(8, 200, (30, 2))])
    overlaps = iou(grid, objects)
    labels = rpn_labels(overlaps)
    assert np.all(overlaps[labels == 1].max(axis=0) > 0)
    assert np.all(overlaps[labels == 0].max(axis=1) < 0.3)
    assert np.all(overlaps[labels == -1].max(axis=1) < 0.7)


def test_an_object_that_meets_no_anchor_makes_none_positive():
    assert rpn_labels([[0.0], [0.0]]).tolist() == [0, 0]


@pytest.mark.parametrize(("side", "expected"), [(128, 0.78397), (64, 0.62025), (32, 0.39130), (16, 1 / 7)])
def test_worst_iou_at_stride_16(side, expected):
    shared = (side - 8) ** 2
    assert float(worst_iou([side, side], [side, side], 16)) == pytest.approx(shared / (2 * side**2 - shared), abs=1e-12)
    assert float(worst_iou([side, side], [side, side], 16)) == pytest.approx(expected, abs=1e-5)
    assert swept_iou((side, side), centred_anchors([side], [1]), 16)[0] == pytest.approx(expected, abs=1e-5)


def test_worst_iou_is_the_minimum_over_a_fine_sweep_of_places():
    rng = np.random.default_rng(2)
    for _ in range(12):
        stride = int(rng.choice([4, 8, 16, 32]))
        (w, h), (v, u) = rng.uniform(8, 120, 2), rng.uniform(8, 120, 2)
        grid = anchor_grid([[-v / 2, -u / 2, v / 2, u / 2]], 9, 9, stride, offset=-4)
        x, y = (s.ravel() for s in np.meshgrid(*[np.linspace(-stride / 2, stride / 2, 21)] * 2))
        lowest = iou(np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], axis=1), grid).max(axis=1).min()
        assert float(worst_iou((w, h), (v, u), stride)) == pytest.approx(lowest, abs=1e-12)


def test_worst_iou_is_zero_when_the_object_slips_between_the_anchors():
    assert float(worst_iou([4, 4], [4, 4], 16)) == 0.0


@pytest.mark.parametrize("frame", [None, (200, 260)])
def test_best_iou_map_is_the_maximum_over_every_anchor(frame):
    base = np.vstack([centred_anchors([32, 90], [0.5, 1, 2]), from_inclusive(py_faster_rcnn_anchors(scales=[4])) - 8])
    rows, cols, stride, offset = 13, 17, 16, 0.5
    xs, ys, (w, h) = np.linspace(3, 250, 11), np.linspace(10, 190, 7), (47.0, 61.0)
    grid = anchor_grid(base, rows, cols, stride, offset)
    if frame is not None:
        grid = grid[inside(grid, *frame)]
    x, y = np.meshgrid(xs, ys)
    objects = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], axis=-1).reshape(-1, 4)
    expected = iou(objects, grid).max(axis=1).reshape(7, 11)
    np.testing.assert_allclose(
        best_iou_map(xs, ys, (w, h), base, rows, cols, stride, offset, frame), expected, atol=1e-12
    )


def test_longest_overlap_without_any_interval_left_is_zero():
    assert longest_overlap([5.0], 4.0, np.array([-3.0]), np.array([30.0]), limit=20).tolist() == [0.0]


def test_the_anchors_of_py_faster_rcnn_share_the_centre_of_vggs_receptive_field():
    centre = receptive_field(VGG16_RPN)[2]
    assert centre - 0.5 == 7.5  # as a pixel index
    base = from_inclusive(py_faster_rcnn_anchors())
    np.testing.assert_array_equal((base[:, :2] + base[:, 2:]) / 2, np.full((9, 2), centre))
