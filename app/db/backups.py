"""Backups of an SQLite database: whole files, each opened, checked and counted before it is kept.

A backup is a VACUUM INTO of one moment, never a copy of the live file, and readers and writers go on meanwhile. The
same content gives the same bytes, so a copy that says nothing new is not kept twice. They lie beside the database in
`backups/`, named by the moment and, where something risky was about to happen, by what that was. The schedule is
Anki's: all of two days, then one a day, a week and a month.
"""

import filecmp
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.db import sqlite
from app.errors import StartError
from app.kit.text import text

ALL = timedelta(days=2)
"""Everything younger is kept."""
STAGES: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (12, lambda moment: moment.date()),
    (10, lambda moment: moment.isocalendar()[:2]),
    (9, lambda moment: (moment.year, moment.month)),
)
"""Before that: how many, and of what one each is kept (the newest)."""
OFTEN, MOST_OFTEN = ("import", "delete"), 20
"""What anybody may do many times a day, and how many backups of before are kept: they must not fill the disk."""
_TRIES = 3
_STAMP = "%Y-%m-%dT%H-%M-%S.%f"
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3})Z(?:-([a-z]+))?\.db")


class BackupFailed(StartError):
    """No backup could be made or read. damaged: because of what is in the file, not because of the disk."""

    def __init__(self, file: Path, why: str, *, damaged: bool) -> None:
        if damaged:
            super().__init__(
                text(
                    zh=f"{file} 已损坏（{why}）。文件保持原样；请运行 warmup doctor，或从备份恢复：warmup restore。",
                    en=f"{file} is damaged ({why}). It was left as it is; run warmup doctor, or go back to a backup "
                    "with warmup restore.",
                )
            )
        else:
            super().__init__(
                text(
                    zh=f"没能做成备份 {file}（{why}），因此什么都没有改动。请腾出空间或检查权限后再试。",
                    en=f"No backup could be made at {file} ({why}), so nothing was changed. Free some space or check "
                    "the permissions, then try again.",
                )
            )
        self.damaged = damaged


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup that is there. reason: what was about to happen; empty when it was only time."""

    file: Path
    made: datetime
    reason: str = ""


def folder(database: Path) -> Path:
    """Where the backups of this database lie."""
    return database.parent / "backups"


def saved(database: Path) -> list[Saved]:
    """The backups of this database, newest first. Other files in the folder are none of ours."""
    found = []
    for path in folder(database).glob(f"{database.stem}-*.db"):
        if match := _NAME.fullmatch(path.name.removeprefix(f"{database.stem}-")):
            with suppress(ValueError):
                made = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(Saved(path, made, match[2] or ""))
    return sorted(found, key=lambda one: (one.made, one.file.name), reverse=True)


def name(database: Path, now: datetime, reason: str = "") -> str:
    """What a backup of this moment is called."""
    stamp = now.astimezone(UTC).strftime(_STAMP)[:-3]
    return f"{database.stem}-{stamp}Z{'-' if reason else ''}{reason}.db"


def make(database: Path, now: datetime, reason: str = "", *, live: bool) -> Saved:
    """Makes a backup and thins out the old ones; gives the one that holds what the database holds.

    live: somebody may be writing to it. Raises BackupFailed; nothing is then left behind.
    """
    place = folder(database)
    with _explained(place):
        place.mkdir(exist_ok=True, mode=0o700)
        for left in place.glob(f".{database.stem}-*.part"):  # by a process that was killed
            left.unlink(missing_ok=True)
    target = place / name(database, now, reason)
    before = saved(database)
    copy(database, target, live=live)
    if before and filecmp.cmp(before[0].file, target, shallow=False):
        target.unlink()
        return before[0]
    thin_out(database, now)
    return Saved(target, now, reason)


def copy(source: Path, target: Path, *, live: bool = False) -> Mapping[str, int]:
    """Writes one moment of a database to a new file, checked and counted; gives the rows of each table.

    Raises BackupFailed; the target is then as it was.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        for _ in range(_TRIES):
            part.unlink(missing_ok=True)
            with _explained(target, source), closing(_open(source, live)) as connection:
                before = _counts(source, connection)
                connection.execute("VACUUM INTO ?", (str(part),))
                after = _counts(source, connection)
            found = check(part)
            if _between(before, found, after):
                break
        else:
            raise BackupFailed(source, "the copy does not have the rows of the original", damaged=True)
        with _explained(target):
            part.chmod(0o600)
            to_disk(part)
            part.replace(target)
            to_disk(target.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return found


def check(file: Path) -> Mapping[str, int]:
    """The rows of each table of a file that nobody writes to, after a look at all of it; raises BackupFailed."""
    try:
        with closing(_open(file, live=False)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
            if said != ["ok"]:
                raise BackupFailed(file, said[0], damaged=True)
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupFailed(file, "a row points at nothing", damaged=True)
            return _counts(file, connection)
    except sqlite3.DatabaseError as error:
        raise BackupFailed(file, str(error), damaged=True) from error


def thin(moments: Sequence[datetime], now: datetime) -> set[datetime]:
    """Those of them that are kept: all of two days, then 12 daily, 10 weekly and 9 monthly ones."""
    newest_first = sorted(set(moments), reverse=True)
    keep = set(newest_first[:1]) | {moment for moment in newest_first if moment > now - ALL}
    older = [moment for moment in newest_first if moment not in keep]
    last = min(keep, default=None)
    for count, unit in STAGES:
        for moment in list(older):
            if not count:
                break
            older.remove(moment)
            if last is None or unit(moment) != unit(last):
                keep.add(moment)
                last = moment
                count -= 1
    return keep


def thin_out(database: Path, now: datetime) -> None:
    """Deletes the backups that the schedule does not keep."""
    there = saved(database)
    surplus = [one for one in there if one.reason in OFTEN][MOST_OFTEN:]
    keep = thin([one.made for one in there if one not in surplus], now)
    for one in there:
        if one in surplus or one.made not in keep:
            with suppress(OSError):
                one.file.unlink(missing_ok=True)


def changed_since(database: Path, moment: datetime) -> bool:
    """Whether the file, or the log beside it, was written to at or after this moment."""
    times = [path.stat().st_mtime for path in (database, Path(f"{database}-wal")) if path.exists()]
    return max(times, default=0.0) >= moment.timestamp()


def to_disk(path: Path) -> None:
    """Waits until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open(file: Path, live: bool) -> sqlite3.Connection:
    return sqlite3.connect(sqlite.reading(file, live), uri=True, isolation_level=None, timeout=2.0)


def _counts(file: Path, connection: sqlite3.Connection) -> dict[str, int]:
    tables = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if "alembic_version" not in tables:
        raise BackupFailed(file, "it has no tables of Warmup", damaged=True)
    ours = sorted(table for table in tables if not table.startswith("sqlite_"))
    return {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in ours}


def _between(before: Mapping[str, int], found: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """The copy is of a moment between two counts of the original."""
    if not before.keys() == found.keys() == after.keys():
        return False
    return all(min(before[t], after[t]) <= found[t] <= max(before[t], after[t]) for t in found)


@contextmanager
def _explained(target: Path, source: Path | None = None) -> Iterator[None]:
    """What the disk or the driver says, as a BackupFailed."""
    try:
        yield
    except OSError as error:
        raise BackupFailed(target, error.strerror or str(error), damaged=False) from error
    except sqlite3.DatabaseError as error:
        damaged = str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
        raise BackupFailed(source if damaged and source else target, str(error), damaged=damaged) from error
