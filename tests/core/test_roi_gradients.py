"""The gradients of the RoI poolings to the box: finite differences, torch's autograd, and where they jump."""

import numpy as np
import pytest
import torch

from app.core.prroi import prroi_gradient, prroi_pool
from app.core.roi import finite_difference, roi_pool
from app.core.roi_align import roi_align as align
from app.core.roi_align import roi_align_gradient

BOX = [100.0, 84.0, 292.0, 244.0]


def random_case(rng):
    """A map with 2 channels and a box that may stick out of it and may be smaller than a cell."""
    stride = int(rng.choice([1, 4, 8, 16, 32]))
    rows, columns = rng.integers(6, 24, size=2)
    x = np.sort(rng.uniform(-1.5 * stride, (columns + 1.5) * stride, 2))
    y = np.sort(rng.uniform(-1.5 * stride, (rows + 1.5) * stride, 2))
    box = np.array([x[0], y[0], x[1] + 0.05 * stride, y[1] + 0.05 * stride])
    return rng.standard_normal((2, rows, columns)), box, stride


def of_box(pool, f, *how):
    """A pooling as a function of the box alone."""

    def values(box):
        result = pool(f, box, *how)
        return result[0] if isinstance(result, tuple) else result

    return values


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("r", [0, 1, 2, 3])
def test_align_gradient_is_finite_differences(r, aligned):
    rng = np.random.default_rng([7, r, aligned])
    for _ in range(15):
        f, box, stride = random_case(rng)
        out = int(rng.integers(1, 8))
        analytic = roi_align_gradient(f, box, out, stride, r, aligned)
        step = 1e-6 * stride
        differences = finite_difference(of_box(align, f, out, stride, r, aligned), box, step)
        assert analytic.shape == (4, 2, out, out)
        np.testing.assert_allclose(analytic, differences, atol=2e-6)


@pytest.mark.parametrize("aligned", [True, False])
def test_prroi_gradient_is_finite_differences(aligned):
    rng = np.random.default_rng([8, aligned])
    for _ in range(25):
        f, box, stride = random_case(rng)
        out = int(rng.integers(1, 8))
        analytic = prroi_gradient(f, box, out, stride, aligned)
        step = 1e-5 * stride
        differences = finite_difference(of_box(prroi_pool, f, out, stride, aligned), box, step)
        scale = max(np.abs(differences).max(), 1e-3)
        np.testing.assert_allclose(analytic / scale, differences / scale, atol=1e-4)


def test_align_and_its_gradient_are_torchs_grid_sample():
    """Autograd through the sampling positions: someone else's bilinear and someone else's chain rule."""
    rng = np.random.default_rng(9)
    f = rng.standard_normal((3, 20, 22))
    box, out, stride, r = torch.tensor([33.3, 40.2, 251.7, 190.4], dtype=torch.float64), 5, 16, 3

    def pooled(b):
        t = (torch.arange(out * r, dtype=torch.float64) + 0.5) / (out * r)
        x, y = ((b[i] + t * (b[i + 2] - b[i])) / stride - 0.5 for i in (0, 1))
        grid = torch.stack(torch.meshgrid(2 * x / 21 - 1, 2 * y / 19 - 1, indexing="xy"), dim=-1)
        samples = torch.nn.functional.grid_sample(torch.from_numpy(f)[None], grid[None], align_corners=True)[0]
        return torch.nn.functional.avg_pool2d(samples, r)

    np.testing.assert_allclose(align(f, box.numpy(), out, stride, r)[0], pooled(box).numpy(), atol=1e-12)
    jacobian = torch.autograd.functional.jacobian(pooled, box).movedim(-1, 0)
    np.testing.assert_allclose(roi_align_gradient(f, box.numpy(), out, stride, r), jacobian.numpy(), atol=1e-12)


def test_roi_pool_does_not_feel_a_small_move_of_the_box():
    f = np.random.default_rng(10).standard_normal((24, 24))
    assert not finite_difference(of_box(roi_pool, f, 7, 16), BOX, 0.5).any()
    assert np.abs(prroi_gradient(f, BOX, 7, 16)[:, 0, 0]).min() > 0


def test_only_prrois_gradient_is_continuous_across_a_cell_line():
    f = np.random.default_rng(11).standard_normal((24, 24))

    def jump(gradient, *how):
        """One bin of one cell; its single sample is at column 6 + d/16, so d = 0 is on the cell line."""
        before, after = (gradient(f, [96 + d, 88, 112 + d, 104], 1, 16, *how) for d in (-1e-6, 1e-6))
        return np.abs(after - before).max()

    assert jump(roi_align_gradient, 1) > 1e-3
    assert jump(prroi_gradient) < 1e-6


def test_a_constant_map_has_no_gradient():
    f = np.full((24, 24), 3.5)
    for gradient in (roi_align_gradient(f, BOX, 7, 16), prroi_gradient(f, BOX, 7, 16)):
        np.testing.assert_allclose(gradient, 0, atol=1e-12)
