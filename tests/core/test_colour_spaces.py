"""Colour spaces against scikit-image, on random colours and on the corners of the cube."""

import doctest
from itertools import product

import numpy as np
import pytest
from skimage.color import rgb2hsv, rgb2lab

from app.core import colour_spaces
from app.core.colour_spaces import COLOUR_SPACES, hsv, in_space, lab


def colours() -> np.ndarray:
    corners = np.array(list(product((0.0, 0.5, 1.0), repeat=3)))
    grey = np.repeat(np.linspace(0, 1, 11)[:, None], 3, axis=1)
    return np.concatenate([np.random.default_rng(0).random((500, 3)), corners, grey])[:, None]


def test_doctests():
    failed, tried = doctest.testmod(colour_spaces)
    assert tried > 0
    assert failed == 0


def test_hsv_and_lab_agree_with_scikit_image():
    np.testing.assert_allclose(hsv(colours()), rgb2hsv(colours()), atol=1e-12)
    np.testing.assert_allclose(lab(colours()), rgb2lab(colours()), atol=1e-9)


@pytest.mark.parametrize("space", COLOUR_SPACES)
def test_every_space_is_scaled_to_0_1_and_uses_a_good_part_of_it(space):
    values = in_space(colours(), space)
    assert values.shape == (*colours().shape[:2], 1 if space == "intensity" else 3)
    assert values.min() >= 0
    assert values.max() <= 1
    assert np.all(np.ptp(values, axis=(0, 1)) > 0.6)


def test_a_space_that_is_none_is_refused():
    with pytest.raises(ValueError, match="cmyk"):
        in_space(colours(), "cmyk")
