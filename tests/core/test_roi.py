"""RoI Pool, RoI Align and Precise RoI Pool against onnxruntime, torch, scipy and published numbers."""

import doctest
from functools import cache

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from scipy.interpolate import RegularGridInterpolator
from scipy.ndimage import map_coordinates

from app.core import prroi, roi, roi_align, roi_compare
from app.core.prroi import prroi_pool, prroi_pool_by_cells
from app.core.roi import nearest_cell, quantised_bins, roi_pool
from app.core.roi_align import bilinear, sample_positions
from app.core.roi_align import roi_align as align
from app.core.roi_compare import first_bin_while_sliding, sampling_errors

RAMP = np.tile(np.arange(24.0), (24, 1))
BOX = [100.0, 84.0, 292.0, 244.0]


@cache
def session(op, **attributes):
    """A one-node model: MaxRoiPool(x, rois) or RoiAlign(x, rois, batch indices)."""
    names = ["x", "rois"] if op == "MaxRoiPool" else ["x", "rois", "batch"]
    kinds = [TensorProto.FLOAT, TensorProto.FLOAT, TensorProto.INT64]
    inputs = [helper.make_tensor_value_info(name, kind, None) for name, kind in zip(names, kinds, strict=False)]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([helper.make_node(op, names, ["y"], **attributes)], "roi", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def onnx_align(f, box, out, stride, r, aligned):
    mode = "half_pixel" if aligned else "output_half_pixel"
    run = session(
        "RoiAlign", coordinate_transformation_mode=mode, output_height=out, output_width=out, sampling_ratio=r,
        spatial_scale=1 / stride,
    ).run  # fmt: skip
    feeds = {"x": f[None], "rois": box[None], "batch": np.zeros(1, dtype=np.int64)}
    return run(None, feeds)[0][0]


def onnx_pool(f, box, out, stride):
    run = session("MaxRoiPool", pooled_shape=(out, out), spatial_scale=1 / stride).run
    return run(None, {"x": f[None], "rois": np.concatenate([[0], box])[None].astype(np.float32)})[0][0]


def random_case(rng):
    """A float32 map with 2 channels and a box that may stick out of it and may be smaller than a cell."""
    stride = int(rng.choice([1, 4, 8, 16, 32]))
    rows, columns = rng.integers(6, 24, size=2)
    f = rng.standard_normal((2, rows, columns)).astype(np.float32)
    x = np.sort(rng.uniform(-1.5 * stride, (columns + 1.5) * stride, 2))
    y = np.sort(rng.uniform(-1.5 * stride, (rows + 1.5) * stride, 2))
    box = np.array([x[0], y[0], x[1] + 0.05 * stride, y[1] + 0.05 * stride], dtype=np.float32)
    return f, box, stride


def bins_agree_in_float32(n, out):
    """Kernels compute the bin edges in float32; for a few (n, out) that is not the exact floor and ceiling."""
    size, k = np.float32(n) / np.float32(out), np.arange(out)
    starts, ends = np.floor(k.astype(np.float32) * size), np.ceil((k + 1).astype(np.float32) * size)
    return np.array_equal(starts, k * n // out) and np.array_equal(ends, -(-(k + 1) * n // out))


@pytest.mark.parametrize("module", [roi, roi_align, prroi, roi_compare], ids=lambda m: m.__name__)
def test_examples_in_the_docstrings(module):
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("r", [0, 1, 2, 3])
def test_roi_align_is_onnxruntime(r, aligned):
    rng = np.random.default_rng([r, aligned])
    for _ in range(40):
        f, box, stride = random_case(rng)
        out = int(rng.choice([1, 2, 3, 7, 14]))
        ours = align(f, box, out, stride, r, aligned)[0]
        assert ours.shape == (2, out, out)
        np.testing.assert_allclose(ours, onnx_align(f, box, out, stride, r, aligned), atol=5e-5)


def test_roi_pool_is_onnxruntime():
    rng = np.random.default_rng(0)
    compared = 0
    for _ in range(250):
        f, box, stride = random_case(rng)
        if rng.random() < 0.5:
            box = (np.round(box * 2 / stride) / 2 * stride).astype(np.float32)  # edges on halves: the rounding of ties
        out = int(rng.integers(1, 15))
        if not (box[0] < box[2] and box[1] < box[3]):
            continue
        sides = [nearest_cell(b, stride) - nearest_cell(a, stride) + 1 for a, b in (box[[0, 2]], box[[1, 3]])]
        if not all(bins_agree_in_float32(n, out) for n in sides):
            continue
        compared += 1
        np.testing.assert_allclose(roi_pool(f, box, out, stride)[0], onnx_pool(f, box, out, stride), atol=1e-7)
    assert compared > 200


def test_float32_kernels_read_one_cell_more_for_7_columns_in_13_bins():
    """What the note in `quantised_bins` says: 13 · float32(7/13) > 7, so the last bin of the kernel reaches cell 7."""
    f = np.tile(np.arange(9, dtype=np.float32), (1, 9, 1))
    box = np.array([0, 0, 6, 6], dtype=np.float32)  # cells 0..6
    assert not bins_agree_in_float32(7, 13)
    assert quantised_bins(0, 6, 13, 1, 9)[-1].tolist() == [6, 7]
    assert roi_pool(f, box, 13, 1)[0][0, -1, -1] == 6
    assert onnx_pool(f, box, 13, 1)[0, -1, -1] == 7


def test_rounding_takes_halves_away_from_zero():
    assert [nearest_cell(x, 16) for x in (8, 24, 40, 100, 104, -8, -24)] == [1, 2, 3, 6, 7, -1, -2]
    assert nearest_cell(665, 32) == 21  # not the truncated 20


def test_published_values_of_detectron2():
    """tests/layers/test_roi_align.py of detectron2: a 5 × 5 map of 0..24, the box (1, 1, 3, 3), 4 × 4 outputs."""
    f = np.arange(25.0).reshape(5, 5)
    rows, columns = np.array([0, 2.5, 5, 7.5])[:, None], np.array([0, 0.5, 1, 1.5])
    legacy = align(f, [1, 1, 3, 3], 4, 1, 0, aligned=False)[0]
    aligned = align(f, [1, 1, 3, 3], 4, 1, 0, aligned=True)[0]
    np.testing.assert_allclose(legacy, 7.5 + rows + columns, atol=1e-12)
    np.testing.assert_allclose(aligned, 4.5 + rows + columns, atol=1e-12)


def test_ramp_has_a_closed_form():
    j = np.arange(7)
    for aligned in (True, False):
        closed = 100 / 16 - 0.5 * aligned + (j + 0.5) * 192 / (7 * 16)
        for r in (0, 1, 2, 5):
            np.testing.assert_allclose(align(RAMP, BOX, 7, 16, r, aligned)[0], np.tile(closed, (7, 1)), atol=1e-12)
        np.testing.assert_allclose(prroi_pool(RAMP, BOX, 7, 16, aligned), np.tile(closed, (7, 1)), atol=1e-12)
    assert align(RAMP, BOX, 7, 16, 2, aligned=False)[0][0, :2] == pytest.approx([7.107143, 8.821429], abs=1e-6)


def test_roi_pool_on_the_ramp():
    values, x_bins, y_bins = roi_pool(RAMP, BOX, 7, 16)
    assert values[0].tolist() == [7, 9, 11, 13, 15, 17, 18]
    assert x_bins[:3].tolist() == [[6, 8], [7, 10], [9, 12]]
    assert y_bins[0].tolist() == [5, 7]


def test_bins_cover_every_column_of_the_box():
    rng = np.random.default_rng(3)
    for _ in range(200):
        low = rng.uniform(0, 300)
        high = low + rng.uniform(1, 400)
        out = int(rng.integers(1, 15))
        bins = quantised_bins(low, high, out, 16, 1000)
        read = {c for a, b in bins for c in range(a, b)}
        assert read == set(range(nearest_cell(low, 16), nearest_cell(high, 16) + 1))


def test_a_bin_outside_the_map_is_zero():
    f = -np.ones((4, 4))
    pool = roi_pool(f, [2, 0, 8, 3], 2, 1)[0]
    assert pool.tolist() == [[-1, 0], [-1, 0]]
    assert align(f, [6, 6, 8, 8], 1, 1)[0].item() == 0
    assert prroi_pool(f, [6, 6, 8, 8], 1, 1).item() == 0


def test_bilinear_is_scipy():
    rng = np.random.default_rng(1)
    f = rng.standard_normal((9, 11))
    ys, xs = rng.uniform(-1, 9, 300), rng.uniform(-1, 11, 300)
    expected = map_coordinates(f, [ys, xs], order=1, mode="nearest")
    np.testing.assert_allclose(bilinear(f, ys, xs), expected, atol=1e-12)


def test_prroi_with_unit_bins_is_average_pooling():
    """The property that the authors' own test checks: bins of one cell, 2 × 2 average pooling with stride 1."""
    f = np.random.default_rng(2).random((16, 24, 32))
    pooled = torch.nn.functional.avg_pool2d(torch.from_numpy(f), kernel_size=2, stride=1).numpy()
    np.testing.assert_allclose(prroi_pool(f, [0, 0, 14, 14], 7, 2, aligned=False), pooled[:, :7, :7], atol=1e-12)
    np.testing.assert_allclose(prroi_pool(f, [14, 14, 28, 28], 7, 2, aligned=False), pooled[:, 7:14, 7:14], atol=1e-12)


def test_prroi_is_the_dense_mean_of_scipys_interpolation():
    rng = np.random.default_rng(4)
    f = rng.standard_normal((12, 12))
    surface = RegularGridInterpolator((np.arange(12), np.arange(12)), f)
    m = (np.arange(400) + 0.5) / 400
    for x1, y1, x2, y2 in ([1.3, 2.2, 4.9, 5.1], [0.1, 0.2, 10.7, 9.9], [6.2, 3.1, 6.9, 3.8]):
        grid = np.meshgrid(y1 + m * (y2 - y1), x1 + m * (x2 - x1), indexing="ij")
        exact = prroi_pool(f, [x1, y1, x2, y2], 1, 1, aligned=False).item()
        assert exact == pytest.approx(surface(tuple(grid)).mean(), abs=2e-4)


@pytest.mark.parametrize("aligned", [True, False])
def test_prroi_is_cell_by_cell_quadrature(aligned):
    """Also where the box sticks out of the map."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        f, box, stride = random_case(rng)
        out = int(rng.integers(1, 15))
        exact, by_cells = (pool(f, box, out, stride, aligned) for pool in (prroi_pool, prroi_pool_by_cells))
        np.testing.assert_allclose(exact, by_cells, atol=1e-9)


def test_align_tends_to_prroi_like_one_over_r_squared():
    f = np.random.default_rng(6).standard_normal((12, 12))
    errors = sampling_errors(f, [1.3, 2.2, 8.9, 9.1], 3, 1, [1, 4, 16, 64], aligned=False)
    assert errors[0] > 0.05
    assert np.all(errors[1:] < errors[:-1] / 4)
    assert errors[3] < errors[0] / 500
    centre = align(f, [4, 4, 5, 5], 1, 1, 1, aligned=False)[0]  # one bilinear patch: one point is already exact
    np.testing.assert_allclose(centre, prroi_pool(f, [4, 4, 5, 5], 1, 1, aligned=False), atol=1e-12)


def test_adaptive_ratio_is_the_bin_size_rounded_up():
    assert len(sample_positions(0, 192, 7, 16, 0)) == 7 * 2  # 12/7 cells
    assert len(sample_positions(0, 224, 7, 16, 0)) == 7 * 2  # exactly 2
    assert len(sample_positions(0, 225, 7, 16, -1)) == 7 * 3


def test_a_constant_map_gives_the_constant():
    f = np.full((24, 24), 3.5)
    for values in (roi_pool(f, BOX, 7, 16)[0], align(f, BOX, 7, 16)[0], prroi_pool(f, BOX, 7, 16)):
        np.testing.assert_allclose(values, 3.5, atol=1e-12)


def test_channels_are_pooled_one_by_one():
    f = np.random.default_rng(12).standard_normal((3, 24, 24))
    for pool in (lambda g: roi_pool(g, BOX, 5, 16)[0], lambda g: align(g, BOX, 5, 16)[0],
                 lambda g: prroi_pool(g, BOX, 5, 16), lambda g: prroi_pool_by_cells(g, BOX, 5, 16)):  # fmt: skip
        np.testing.assert_allclose(pool(f), np.stack([pool(channel) for channel in f]), atol=1e-12)


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("r", [0, 2])
def test_sliding_all_at_once_is_sliding_one_by_one(r, aligned):
    f = np.random.default_rng(13).standard_normal((24, 24))
    shifts = np.arange(-20, 120, 3.25)
    for box in (BOX, [100.0, 84.0, 106.5, 244.0]):
        together = first_bin_while_sliding(f, box, shifts, 4, 16, r, aligned)
        for shift, column in zip(shifts, together.T, strict=True):
            moved = np.array(box) + shift * np.array([1, 0, 1, 0])
            alone = [
                roi_pool(f, moved, 4, 16)[0][0, 0],
                align(f, moved, 4, 16, r, aligned)[0][0, 0],
                prroi_pool(f, moved, 4, 16, aligned)[0, 0],
            ]
            np.testing.assert_allclose(column, alone, atol=1e-10)


@pytest.mark.parametrize("box", [[4, 4, 4, 8], [4, 8, 8, 4], [0, 0, 1], [0, 0, np.nan, 1]])
def test_a_box_without_an_area_is_refused(box):
    for pool in (roi_pool, align, prroi_pool):
        with pytest.raises(ValueError, match="a box is"):
            pool(RAMP, box, 2, 1)


@pytest.mark.parametrize(("out", "stride"), [(0, 16), (7, 0)])
def test_an_empty_output_or_stride_is_refused(out, stride):
    for pool in (roi_pool, align, prroi_pool):
        with pytest.raises(ValueError, match="out >= 1"):
            pool(RAMP, BOX, out, stride)
