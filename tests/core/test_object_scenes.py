"""Drawn scenes: their boxes are right, their kinds are what they say, and the seed decides everything."""

import doctest

import numpy as np
import pytest

from app.core import object_scenes
from app.core.object_scenes import KINDS, draw_scene


def test_doctests():
    failed, tried = doctest.testmod(object_scenes)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("seed", range(10))
def test_one_object_stands_out_from_the_background_exactly_in_its_box(seed):
    scene = draw_scene(np.random.default_rng(seed), objects=1, noise=0)
    background = scene.picture[0, 0]
    rows, columns = np.nonzero((scene.picture != background).any(axis=-1))
    expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert scene.boxes.tolist() == [expected]


def test_sizes_and_kinds():
    kinds = set()
    for seed in range(20):
        scene = draw_scene(np.random.default_rng(seed))
        assert scene.picture.min() >= 0
        assert scene.picture.max() <= 1
        assert 1 <= len(scene.boxes) == len(scene.kinds) <= 6
        sizes = scene.boxes[:, 2:] - scene.boxes[:, :2]
        assert sizes.max() < 32
        assert sizes.min() >= 4
        kinds |= set(scene.kinds)
    assert kinds == set(KINDS)


def test_the_seed_decides():
    one, two, other = (draw_scene(np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(one.picture, two.picture)
    assert not np.array_equal(one.picture, other.picture)


def test_noise_has_the_deviation_asked_for():
    quiet, noisy = (draw_scene(np.random.default_rng(3), noise=s).picture for s in (0.0, 0.04))
    middle = (quiet > 0.2) & (quiet < 0.8)  # where nothing is cut off
    assert (noisy - quiet)[middle].std() == pytest.approx(0.04, rel=0.03)
