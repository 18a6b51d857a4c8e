"""R-CNN's box regression: ridge against scikit-learn, features against loops, the experiment over seeds."""

import doctest

import numpy as np
import pytest

from app.core import box_regression
from app.core.box_losses import decode_backward
from app.core.box_regression import (
    apply_pixel_offsets,
    crop_features,
    fit_offsets,
    paired_iou,
    pixel_offsets,
    proposals_near,
)
from app.core.boxes import decode, encode, iou


def test_doctests():
    failed, tried = doctest.testmod(box_regression)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("strength", [0.01, 1.0, 1000.0])
def test_ridge_is_scikit_learns(strength):
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((80, 12)) + 3, rng.standard_normal((80, 4))
    ours, theirs = fit_offsets(x, t, strength), Ridge(alpha=strength).fit(x, t)
    np.testing.assert_allclose(ours.weights, theirs.coef_.T, atol=1e-9)
    np.testing.assert_allclose(ours.bias, theirs.intercept_, atol=1e-9)
    np.testing.assert_allclose(ours(x), theirs.predict(x), atol=1e-9)


def test_ridge_without_penalty_is_least_squares_and_with_a_huge_one_the_mean():
    rng = np.random.default_rng(1)
    x, t = rng.standard_normal((50, 5)), rng.standard_normal((50, 2))
    solution = np.linalg.lstsq(np.hstack([x, np.ones((50, 1))]), t, rcond=None)[0]
    np.testing.assert_allclose(fit_offsets(x, t, 0).weights, solution[:-1], atol=1e-9)
    np.testing.assert_allclose(fit_offsets(x, t, 1e12)(x), np.tile(t.mean(axis=0), (50, 1)), atol=1e-8)
    with pytest.raises(ValueError, match="negative"):
        fit_offsets(x, t, -1)


def test_features_point_by_point():
    def sigma(z):
        return 1 / (1 + np.exp(-z))

    p, g = np.array([10.0, 20, 50, 100]), np.array([25.0, 10, 80, 60])
    got = crop_features(p, g, cells=5, reach=1.6, softness=0.06).reshape(5, 5)
    for row in range(5):
        for col in range(5):
            u, v = (((k + 0.5) / 5 - 0.5) * 1.6 + 0.5 for k in (col, row))
            x, y = p[0] + u * 40, p[1] + v * 80
            wide = sigma((x - g[0]) / (0.06 * 40)) * sigma((g[2] - x) / (0.06 * 40))
            high = sigma((y - g[1]) / (0.06 * 80)) * sigma((g[3] - y) / (0.06 * 80))
            assert got[row, col] == pytest.approx(wide * high, abs=1e-12)


def test_features_ignore_scale_and_place():
    proposals, objects = proposals_near(20, 0.3, 1.0, np.random.default_rng(2))
    same = crop_features(3 * proposals + 17, 3 * objects + 17)
    np.testing.assert_allclose(same, crop_features(proposals, objects), atol=1e-9)


def test_an_object_outside_the_crop_leaves_no_trace():
    assert crop_features([0, 0, 10, 10], [40, 0, 50, 10]).max() < 1e-12


def test_pixel_targets_undo_each_other():
    proposals, objects = proposals_near(50, 0.1, 1.0, np.random.default_rng(3))
    np.testing.assert_allclose(apply_pixel_offsets(proposals, pixel_offsets(proposals, objects)), objects, atol=1e-9)


def test_samples_lie_in_their_bin():
    for low, high in ((0.1, 0.3), (0.6, 0.7), (0.8, 1.01)):
        proposals, objects = proposals_near(200, low, high, np.random.default_rng(4))
        overlap = paired_iou(proposals, objects)
        assert overlap.shape == (200,)
        assert low <= overlap.min() and overlap.max() < high
        np.testing.assert_allclose(overlap[:20], np.diag(iou(proposals[:20], objects[:20])), atol=1e-12)


def test_chain_rule_through_decoding_is_torchs():
    import torch

    rng = np.random.default_rng(5)
    proposals, _ = proposals_near(40, 0.3, 1.0, rng)
    offsets, upstream = rng.normal(0, 0.5, (40, 4)), rng.standard_normal((40, 4))
    p, t = torch.from_numpy(proposals), torch.from_numpy(offsets).requires_grad_()
    size = p[:, 2:] - p[:, :2]
    centre = (p[:, :2] + p[:, 2:]) / 2 + t[:, :2] * size
    boxes = torch.cat([centre - size * t[:, 2:].exp() / 2, centre + size * t[:, 2:].exp() / 2], 1)
    boxes.backward(torch.from_numpy(upstream))
    decoded = decode(proposals, offsets)
    np.testing.assert_allclose(decoded, boxes.detach().numpy(), atol=1e-9)
    np.testing.assert_allclose(decode_backward(proposals, decoded, upstream), t.grad.numpy(), atol=1e-9)


def test_decoding_inverts_encoding_of_the_samples():
    proposals, objects = proposals_near(30, 0.1, 1.0, np.random.default_rng(6))
    np.testing.assert_allclose(decode(proposals, encode(proposals, objects)), objects, atol=1e-9)
