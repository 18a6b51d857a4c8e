"""Gaussian smoothing against scipy's."""

import doctest

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from app.core import smoothing
from app.core.smoothing import gaussian_blur


def test_doctests():
    failed, tried = doctest.testmod(smoothing)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("sigma", [0.3, 0.8, 1.0, 2.5])
def test_agrees_with_scipy_also_where_the_kernel_is_wider_than_the_picture(sigma):
    rng = np.random.default_rng(0)
    for shape in ((12, 17, 3), (11, 30, 1)):
        picture = rng.random(shape)
        np.testing.assert_allclose(
            gaussian_blur(picture, sigma), gaussian_filter(picture, (sigma, sigma, 0), mode="reflect"), atol=1e-12
        )


def test_no_sigma_no_change():
    picture = np.random.default_rng(0).random((4, 5, 3))
    np.testing.assert_array_equal(gaussian_blur(picture, 0), picture)
