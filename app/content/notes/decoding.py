"""From the bytes of a file to its text: UTF-8, UTF-16 or GBK, with or without a byte order mark."""

import re
from dataclasses import dataclass

from app.errors import Unprocessable
from app.kit.text import text

MAX_BYTES = 2 << 20
"""The largest file that is read."""
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
_NAMES = {"gb18030": "gbk", "cp1252": "windows-1252"}
_UNSEEN = dict.fromkeys([*range(9), *range(14, 32), 127, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF])
_SPACES = {0x0B: " ", 0x0C: " ", 0x85: " ", 0x2028: " ", 0x2029: " ", 0xA0: " "}
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file as text: lines end in a line feed, nothing invisible is in it."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Raises Unprocessable for what is too large or is no text."""
    check_size(len(data))
    encoding = _encoding(data)
    mark = next((bom for bom, name in _BOMS if data.startswith(bom) and name == encoding), b"")
    raw = data[len(mark) :].decode(encoding, errors="replace")
    if _is_binary(raw):
        raise Unprocessable(
            text(
                zh="这不是文本文件。请导入 Markdown、CSV、TSV 或 JSON 文件。",
                en="This is not a text file. Import Markdown, CSV, TSV or JSON.",
            )
        )
    return Decoded(clean(raw), _NAMES.get(encoding, encoding))


def check_size(size: int) -> None:
    """Raises Unprocessable above MAX_BYTES."""
    if size > MAX_BYTES:
        most = MAX_BYTES >> 20
        raise Unprocessable(
            text(
                zh=f"文件太大：上限是 {most} MB。请把它拆成几个文件，分别导入。",
                en=f"The file is too large: the limit is {most} MB. Split it and import the parts one by one.",
            )
        )


def clean(raw: str) -> str:
    """One kind of line end, no control characters, no invisible ones; what cannot be stored is replaced."""
    unified = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", unified.translate(_UNSEEN | _SPACES))


def _encoding(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if (wide := _wide(data)) is not None:
        return wide
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # cut off in the middle of the last character
            return "utf-8"
    chinese = data.decode("gb18030", errors="replace")
    broken = data.decode("utf-8", errors="replace").count("\ufffd")
    if broken * 50 < sum(byte >= 0x80 for byte in data):  # UTF-8 with a few bad bytes
        return "utf-8"
    return "cp1252" if _is_western(data) or chinese.count("\ufffd") > broken else "gb18030"


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every ASCII character, a line end at least, brings a NUL on one side."""
    if len(data) < 4 or len(data) % 2 or b"\x00" not in data:
        return None
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) < len(data) / 200 or min(even, odd) * 8 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_western(data: bytes) -> bool:
    """A few accented letters or curly quotes between ASCII ones. Chinese has its bytes above 0x80 in pairs."""
    alone = len(re.findall(rb"(?<![\x80-\xff])[\x85\x91-\x97\xc0-\xff](?![\x80-\xff])", data))
    high = sum(byte >= 0x80 for byte in data)
    return alone > 0.8 * high


def _is_binary(raw: str) -> bool:
    sample = raw[:20_000]
    odd = sum(ord(char) < 32 and char not in "\t\n\r\f\v\x1a" for char in sample) + sample.count("\ufffd")
    return odd > max(8, len(sample) / 10)
