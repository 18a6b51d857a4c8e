"""Boxes, histograms and neighbours of regions, against scikit-image and numpy, one region at a time."""

import doctest

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.measure import regionprops

from app.core import region_features
from app.core.region_features import colour_histograms, neighbours, region_boxes, texture_histograms


def labelled(seed, height=18, width=23, n=6):
    rng = np.random.default_rng(seed)
    seeds = rng.uniform(0, (height, width), (n, 2))
    y, x = np.indices((height, width))
    labels = ((y[..., None] - seeds[:, 0]) ** 2 + (x[..., None] - seeds[:, 1]) ** 2).argmin(axis=-1)
    return rng.random((height, width, 3)), np.unique(labels, return_inverse=True)[1].reshape(height, width)


def test_doctests():
    failed, tried = doctest.testmod(region_features)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("seed", range(5))
def test_boxes_are_those_of_scikit_image(seed):
    _, labels = labelled(seed)
    expected = [(p.bbox[1], p.bbox[0], p.bbox[3], p.bbox[2]) for p in regionprops(labels + 1)]
    np.testing.assert_array_equal(region_boxes(labels), expected)


@pytest.mark.parametrize("seed", range(5))
def test_colour_histograms_region_by_region(seed):
    picture, labels = labelled(seed)
    found = colour_histograms(picture, labels)
    assert found.shape == (labels.max() + 1, 75)
    for region, row in enumerate(found):
        counts = [np.histogram(picture[labels == region][:, c], 25, (0, 1))[0] for c in range(3)]
        np.testing.assert_allclose(row, np.concatenate(counts) / (3 * (labels == region).sum()), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_texture_histograms_direction_by_direction(seed):
    picture, labels = labelled(seed)
    smooth = gaussian_filter(picture, (1, 1, 0), mode="reflect")
    found = texture_histograms(picture, labels)
    assert found.shape == (labels.max() + 1, 240)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    for region, row in enumerate(found):
        inside = labels == region
        for direction in range(8):
            for channel in range(3):
                down, right = np.gradient(smooth[..., channel])
                angle = direction * np.pi / 4
                rise = (np.cos(angle) * right + np.sin(angle) * down)[inside]
                counts = np.histogram(np.clip(rise, 0, 0.4), 10, (0, 0.4))[0]
                part = row[10 * (3 * direction + channel) :][:10]
                np.testing.assert_allclose(part, counts / (24 * inside.sum()), atol=1e-12)


def test_the_steepest_step_fits_into_the_bins():
    step = np.zeros((21, 21, 1))
    step[:, 10:] = 1.0
    slope = np.gradient(gaussian_filter(step, (1, 1, 0)), axis=1).max()
    assert 0.3 < slope < region_features.STEEPEST


def test_a_turned_picture_has_turned_textures():
    stripes = np.zeros((20, 20, 1))
    stripes[:, ::4] = 1.0
    one = np.zeros((20, 20), dtype=np.int64)
    upright, lying = (texture_histograms(p, one)[0].reshape(8, 10) for p in (stripes, stripes.transpose(1, 0, 2)))
    np.testing.assert_allclose(np.roll(upright, 2, axis=0)[[0, 2, 4, 6]], lying[[0, 2, 4, 6]], atol=1e-12)
    assert upright[0, 1:].sum() > 0.02
    assert upright[2, 1:].sum() == 0


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_pixel_by_pixel(seed):
    _, labels = labelled(seed)
    height, width = labels.shape
    pairs = set()
    for y in range(height):
        for x in range(width):
            for v, u in ((y + 1, x), (y, x + 1)):
                if v < height and u < width and labels[y, x] != labels[v, u]:
                    pairs.add(tuple(sorted((int(labels[y, x]), int(labels[v, u])))))
    assert neighbours(labels) == sorted(pairs)
    assert neighbours(np.zeros((3, 3), dtype=np.int64)) == []
