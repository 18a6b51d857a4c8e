"""Puts a backup in the place of the database. What was there is kept, as a backup or, when it is damaged, as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.db import backups, migrate, sqlite
from app.errors import StartError
from app.kit.text import text


@dataclass(frozen=True, slots=True)
class Restored:
    """The rows of each table now, and where what was there before is kept (None: there was nothing)."""

    counts: Mapping[str, int]
    former: Path | None


def restore(database: Path, source: Path, now: datetime) -> Restored:
    """Everything happens beside the database until the last step, which is one renaming.

    Raises StartError (in use, of a newer release, not ours), BackupFailed; the database is then as it was.
    """
    descriptor = sqlite.own(database)
    try:
        _refuse(source)
        part = database.with_name(f".{database.name}.restored")
        try:
            backups.copy(source, part)
            engine = sqlite.writer(part)
            try:
                migrate.upgrade_engine(engine)
                sqlite.checkpoint(engine)
            finally:
                engine.dispose()
            counts = backups.check(part)
            former = _set_aside(database, now)
            backups.to_disk(part)
            part.replace(database)
            backups.to_disk(database.parent)
        finally:
            for left in _beside(part):
                left.unlink(missing_ok=True)
    finally:
        sqlite.let_go(descriptor)
    return Restored(counts, former)


def _refuse(source: Path) -> None:
    if not source.is_file():
        raise StartError(text(zh=f"没有文件 {source}。", en=f"There is no file {source}."))
    tables, versions = sqlite.peek(source)
    migrate.refuse_unknown(tables, versions)
    if not versions:
        raise StartError(text(zh=f"{source} 里没有 Warmup 的数据。", en=f"{source} holds nothing of Warmup's."))


def _set_aside(database: Path, now: datetime) -> Path | None:
    """Keeps what is there, and leaves no log beside it that could be taken for the new file's."""
    if not database.exists() or not database.stat().st_size:
        return None
    try:
        migrate.refuse_unknown(*sqlite.peek(database))
        former = backups.make(database, now, "restore", live=False).file
        engine = sqlite.writer(database)
        sqlite.checkpoint(engine)
        engine.dispose()
    except sqlite.Damaged:
        return _move_aside(database, now)
    except backups.BackupFailed as error:
        if not error.damaged:
            raise
        return _move_aside(database, now)
    return former


def _move_aside(database: Path, now: datetime) -> Path:
    """Renames a damaged file, the log beside it first: a new file must never meet it."""
    place = backups.folder(database)
    place.mkdir(exist_ok=True, mode=0o700)
    aside = place / backups.name(database, now, "damaged").replace(".db", ".damaged")
    for path in reversed(_beside(database)):
        if path.exists():
            path.replace(f"{aside}{path.name.removeprefix(database.name)}")
    return aside


def _beside(file: Path) -> list[Path]:
    return [file, Path(f"{file}-wal"), Path(f"{file}-shm")]
