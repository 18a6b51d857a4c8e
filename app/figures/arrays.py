"""Arrays in the forms Plotly takes: typed base64 (no text numbers), and PNG data URIs for pictures."""

import struct
import zlib
from base64 import b64encode
from typing import Any

import numpy as np


def typed(values: Any) -> dict[str, str]:
    """Plotly's typed-array form of a 1-D or 2-D array; float32 unless its range would lose numbers."""
    array = np.asarray(values)
    if array.dtype == bool or (array.dtype.kind in "iu" and array.size and np.abs(array).max() < 2**31):
        array = array.astype("<i4")
        code = "i4"
    else:
        code, array = _float(array)
    out = {"dtype": code, "bdata": b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")}
    if array.ndim == 2:
        out["shape"] = f"{array.shape[0]},{array.shape[1]}"
    return out


def _float(array: np.ndarray) -> tuple[str, np.ndarray]:
    """float32 holds 1e-38..3e38 to 7 digits; beyond that (a gradient of 1e-60) float64 is sent."""
    if array.dtype == np.float32:
        return "f4", array
    wide = array.astype("<f8")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        narrow = wide.astype("<f4")
    lost = (np.isfinite(wide) & ~np.isfinite(narrow)) | ((wide != 0) & (np.abs(narrow) < 1.2e-38))
    return ("f8", wide) if lost.any() else ("f4", narrow)


def png(image: Any) -> str:
    """A data URI of an (h, w) or (h, w, 3) image in 0..1."""
    array = np.asarray(image, dtype=float)
    if array.ndim == 2:
        array = np.repeat(array[:, :, None], 3, axis=2)
    pixels = (np.clip(np.nan_to_num(array), 0, 1) * 255 + 0.5).astype(np.uint8)
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")
    return "data:image/png;base64," + b64encode(b"\x89PNG\r\n\x1a\n" + body).decode("ascii")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
