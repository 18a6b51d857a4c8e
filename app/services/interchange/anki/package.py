"""Opens an .apkg or .colpkg that nobody vouches for: a zip with an SQLite collection, in the new format packed by zstd.

Sizes are counted as the bytes come, never believed. Names in the archive are compared, never used as paths. Media is
not unpacked at all. The collection is read from a private copy, read-only, with limits and a deadline.
"""

import sqlite3
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard

from app.kit.text import Text, text
from app.services.interchange.document import BadFile

MAX_COLLECTION = 200 << 20
"""Bytes of an unpacked collection."""
MAX_DIRECTORY = 4 << 20
"""Bytes of the zip's list of entries: some 60,000 of them."""
MAX_CELL = 4 << 20
"""Bytes of one note."""
DEADLINE_S = 30.0
_CHUNK = 1 << 20
_NEWEST_FIRST = ("collection.anki21b", "collection.anki21", "collection.anki2")
_TABLES = frozenset(
    ("col", "notes", "cards", "revlog", "decks", "notetypes", "fields", "templates", "config", "deck_config")
)


def is_package(head: bytes) -> bool:
    """Whether a file begins like a zip."""
    return head.startswith(b"PK\x03\x04")


@contextmanager
def opened(data: IO[bytes]) -> Iterator[sqlite3.Connection]:
    """The collection of a package, to be read from; raises BadFile. The copy is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="warmup-") as folder:
        copy = Path(folder) / "collection"
        try:
            with copy.open("xb") as out:
                _unpack(data, out)
        except (zipfile.BadZipFile, zlib.error, zstandard.ZstdError, EOFError, NotImplementedError, ValueError,
                RuntimeError, struct.error, OverflowError) as error:  # fmt: skip
            raise BadFile(BROKEN) from error
        try:
            with _connected(copy) as connection:
                yield connection
        except sqlite3.Error as error:
            slow = getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
            raise BadFile(SLOW if slow else BROKEN) from error


def _unpack(data: IO[bytes], out: IO[bytes]) -> None:
    """Copies the collection out of the archive, counting."""
    _check_directory(data)
    with zipfile.ZipFile(data) as archive:
        names = set(archive.namelist())
        name = next((name for name in _NEWEST_FIRST if name in names), None)
        if name is None:
            raise BadFile(_NO_COLLECTION)
        info = archive.getinfo(name)
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadFile(BROKEN)
        with archive.open(info) as packed:
            source: IO[bytes] = packed
            if name.endswith("b"):
                source = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(packed)
            left = MAX_COLLECTION
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise BadFile(_LARGE)
                out.write(chunk)


def _check_directory(data: IO[bytes]) -> None:
    """Looks at the end of the zip by hand: zipfile would make an object of every entry it lists."""
    size = data.seek(0, 2)
    data.seek(max(0, size - 65_557))
    tail = data.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise BadFile(BROKEN)
    length, offset = struct.unpack("<II", tail[at + 12 : at + 20])
    if length > MAX_DIRECTORY or offset == 0xFFFFFFFF:
        raise BadFile(_LARGE)
    data.seek(0)


@contextmanager
def _connected(file: Path) -> Iterator[sqlite3.Connection]:
    with file.open("rb") as start:
        if start.read(16) != b"SQLite format 3\x00":
            raise BadFile(BROKEN)
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        for limit, most in (
            (sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL), (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
            (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000), (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        ):  # fmt: skip
            connection.setlimit(limit, most)
        end = time.monotonic() + DEADLINE_S
        connection.set_progress_handler(lambda: time.monotonic() > end, 50_000)
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        _check_tables(connection)
        yield connection
    finally:
        connection.close()


def _check_tables(connection: sqlite3.Connection) -> None:
    """The names that are read from must be plain tables: no view, no virtual table does work behind them."""
    found = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    for name, kind, sql in found:
        if str(name).lower() in _TABLES and (kind != "table" or "VIRTUAL" in str(sql).upper().split("(")[0]):
            raise BadFile(BROKEN)
    if not {"col", "notes", "cards", "revlog"} <= {str(name).lower() for name, *_ in found}:
        raise BadFile(_NO_COLLECTION)


def _mega(size: int) -> str:
    return f"{size >> 20} MB"


BROKEN: Text = text(
    zh="这个 Anki 文件已损坏，或不是 Anki 导出的，因此什么都没有导入。请在 Anki 里重新导出一份再试。",
    en="This Anki file is damaged, or was not written by Anki, so nothing was imported. Export it from Anki again.",
)
_NO_COLLECTION: Text = text(
    zh="这个压缩包里没有 Anki 的卡片库，因此什么都没有导入。可以导入的是 Anki 导出的 .apkg 和 .colpkg。",
    en="There is no Anki collection in this archive, so nothing was imported. What can be imported are the .apkg and "
    ".colpkg files that Anki exports.",
)
_LARGE: Text = text(
    zh=f"这个 Anki 文件解开后太大（卡片库上限 {_mega(MAX_COLLECTION)}），因此什么都没有导入。"
    "请只导出要用的牌组，并去掉媒体文件。",
    en=f"This Anki file is too large once unpacked (a collection may have {_mega(MAX_COLLECTION)}), so nothing was "
    "imported. Export only the decks you need, without media.",
)
SLOW: Text = text(
    zh="读取这个 Anki 文件花的时间太长，已经停下，什么都没有导入。请只导出要用的牌组再试。",
    en="Reading this Anki file took too long and was stopped; nothing was imported. Export only the decks you need.",
)
