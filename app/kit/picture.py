"""A picture of the reader's as a knob: 32 × 32 grey values in 16 levels, packed into a short text by their own browser.

The file never leaves the browser (static/js/panel/picture.js decodes it), so nothing here can be made to decode one.
What is set is private: see Params.private, and who asks for it in app/web and app/services/compute.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import AfterValidator

from app.kit.params import knob, limit

SIDE = 32
LEVELS = 16
LENGTH = -(-SIDE * SIDE // 2 * 4 // 3)
"""Characters of base64url, without padding, for half a byte a pixel."""


def _checked(value: str) -> str:
    """The text itself; raises LimitError unless it is empty or exactly what `packed` would write."""
    if value:
        try:
            whole = packed(_unpacked(value)) == value
        except (ValueError, binascii.Error):
            whole = False
        if not whole:
            raise limit(
                zh="图片数据不完整或被改动过，请重新选择图片。",
                en="The picture's data is incomplete or was altered: choose the picture again.",
            )
    return value


Picture = Annotated[str, AfterValidator(_checked)]
"""The packed text; empty for no picture. Use with `picture()`."""


def picture(when: Mapping[str, tuple[Any, ...]] | None = None) -> Any:
    """The knob: `mine: Picture = picture()`. A run reads it with `pixels`, and uses its own input when that is None."""
    return knob("", zh="用你的图片", en="Your own picture", kind="picture", when=when)


def pixels(value: str) -> NDArray[np.float64] | None:
    """Grey values (32, 32), 0 black to 1 white, of a validated text; None for the empty one."""
    return _unpacked(value) if value else None


def packed(grey: ArrayLike) -> str:
    """Grey values (32, 32) in 0..1 as text: rounded to 16 levels, two pixels a byte, the first in the high half.

    >>> import numpy as np
    >>> packed(np.ones((32, 32)))[:8], len(packed(np.zeros((32, 32))))
    ('________', 683)
    """
    levels = np.rint(np.clip(np.asarray(grey, dtype=float), 0, 1) * (LEVELS - 1)).astype(np.uint8).reshape(-1, 2)
    return base64.urlsafe_b64encode((levels[:, 0] << 4 | levels[:, 1]).tobytes()).decode().rstrip("=")


def _unpacked(value: str) -> NDArray[np.float64]:
    if len(value) != LENGTH:
        raise ValueError("not the length of a picture")
    pairs = np.frombuffer(base64.b64decode(value + "=" * (-LENGTH % 4), altchars=b"-_", validate=True), np.uint8)
    return np.stack([pairs >> 4, pairs & 15], axis=-1).reshape(SIDE, SIDE) / (LEVELS - 1)
