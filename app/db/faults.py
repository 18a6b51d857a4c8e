"""What a database says when it cannot, as an error a reader understands. Nothing of it is ever a plain 500."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, TimeoutError

from app.errors import AppError, Busy, StorageFull
from app.kit.text import text

BUSY = text(
    zh="数据库正忙，什么都没有保存。请稍后再试。",
    en="The database is busy; nothing was stored. Try again in a moment.",
)
FULL = text(
    zh="磁盘已满或出错，无法保存。腾出空间后无需重启即可继续。",
    en="The disk is full or failing, so nothing can be stored. Free some space; no restart is needed.",
)
GONE = text(
    zh="暂时连不上数据库，什么都没有保存。请稍后再试。",
    en="The database cannot be reached; nothing was stored. Try again in a moment.",
)
NO_BACKUP = text(
    zh="先要备份，但没能做成（磁盘已满或出错），因此什么都没有改动。腾出空间后再试。",
    en="A backup comes first and could not be made (the disk is full or failing), so nothing was changed. Free some "
    "space, then try again.",
)

_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_SQLITE_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")
_PG_BUSY = {"55P03", "40001", "40P01", "57014", "53300"}
"""lock_not_available, serialization_failure, deadlock_detected, query_canceled, too_many_connections."""


@contextmanager
def translated(reading: bool = False) -> Iterator[None]:
    """Turns what the driver raises inside into an AppError where it is nobody's mistake; the rest passes.

    reading: in a session that only reads, "readonly database" is our mistake and stays what it is.
    """
    try:
        yield
    except TimeoutError as error:  # every connection is in use
        raise Busy(BUSY) from error
    except DBAPIError as error:
        known = _explain(error)
        if known is None or (reading and isinstance(known, StorageFull) and "readonly" in str(error.orig)):
            raise
        raise known from error


def _explain(error: DBAPIError) -> AppError | None:
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    if name.startswith(_SQLITE_BUSY):
        return Busy(BUSY)
    if name.startswith(_SQLITE_DISK):
        return StorageFull(FULL)
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if state in _PG_BUSY:
        return Busy(BUSY)
    if state.startswith("53"):  # insufficient resources: disk full, out of memory
        return StorageFull(FULL)
    if error.connection_invalidated or state.startswith(("08", "57P")):
        return Busy(GONE, retry_after=5)
    if type(error.orig).__name__ == "OperationalError" and not state and not name:  # psycopg: could not connect
        return Busy(GONE, retry_after=5)
    return None
