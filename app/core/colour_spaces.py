"""Colour spaces in which a picture is segmented and compared: RGB, HSV, CIE Lab, intensity; all scaled to 0..1."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLOUR_SPACES = ("rgb", "hsv", "lab", "intensity")
_TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65, 2°


def hsv(rgb: Floats) -> Floats:
    """Hue, saturation, value, each in 0..1, of RGB values (..., 3) in 0..1; grey has hue 0.

    Examples
    --------
    >>> hsv(np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])).tolist()
    [[0.0, 1.0, 1.0], [0.5, 1.0, 0.5]]
    """
    high, spread = rgb.max(axis=-1), np.ptp(rgb, axis=-1)
    safe = np.where(spread == 0, 1.0, spread)
    r, g, b = np.moveaxis(rgb, -1, 0)
    hue = np.select([high == r, high == g], [(g - b) / safe, 2 + (b - r) / safe], 4 + (r - g) / safe) / 6 % 1.0
    saturation = spread / np.where(high == 0, 1.0, high)
    return np.stack([np.where(spread == 0, 0.0, hue), saturation, high], axis=-1)


def lab(rgb: Floats) -> Floats:
    """CIE L*a*b* (D65) of sRGB values (..., 3) in 0..1: L in 0..100, a and b in about -110..110.

    Examples
    --------
    >>> lab(np.array([1.0, 1.0, 1.0])).round(1).tolist()[0]
    100.0
    """
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = linear @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def in_space(rgb: Floats, space: str) -> Floats:
    """An RGB picture (h, w, 3) in 0..1 in another colour space, (h, w, c), again in 0..1.

    Raises
    ------
    ValueError
        For a name that is not in COLOUR_SPACES.

    Examples
    --------
    >>> in_space(np.full((1, 1, 3), 0.5), "intensity").tolist()
    [[[0.5]]]
    """
    if space == "rgb":
        return rgb
    if space == "hsv":
        return hsv(rgb)
    if space == "lab":
        return np.asarray((lab(rgb) + np.array([0.0, 128.0, 128.0])) / np.array([100.0, 255.0, 255.0]))
    if space == "intensity":
        return np.asarray(rgb.mean(axis=-1, keepdims=True))
    raise ValueError(f"unknown colour space {space!r}: one of {', '.join(COLOUR_SPACES)}")
