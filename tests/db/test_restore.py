"""A restore that breaks off leaves the database as it was; no log of the old file meets the new one."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.db import Database, Learner, backups, restore
from app.errors import StartError
from tests.db import released

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def names(file: Path) -> int:
    with Database(f"sqlite:///{file}") as db, db.read() as session:
        return len(session.exec(select(Learner)).all())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with three learners, the last of them only in the log beside it: the process was killed."""
    file = tmp_path / "data" / "warmup.db"
    program = (
        "import os; from datetime import datetime, UTC; from app.db import Database, Learner\n"
        f"db = Database('sqlite:///{file}')\n"
        "for name in 'abc':\n"
        "    with db.write() as session: session.add(Learner(name=name, created_at=datetime.now(UTC)))\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert Path(f"{file}-wal").stat().st_size > 0
    return file


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A backup of an earlier release, with one learner."""
    released.build(f"sqlite:///{tmp_path / 'old.db'}", "0002")
    return tmp_path / "old.db"


def test_an_older_backup_takes_the_place_of_what_was_there(file: Path, old: Path) -> None:
    before = old.read_bytes()
    done = restore.restore(file, old, NOW)
    assert done.counts["review"] == 4 and done.former is not None
    assert old.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["backups", "warmup.db", "warmup.db.lock"]
    assert names(file) == 1
    assert backups.check(done.former)["learner"] == 3


@pytest.mark.parametrize("step", ["copy", "check", "make", "to_disk"])
def test_a_restore_that_breaks_off_leaves_everything(
    file: Path, old: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(backups, step)

    def fail(*args: Any, **more: Any) -> Any:
        if step != "to_disk":
            raise OSError(28, "No space left on device")
        if str(args[0]).endswith(".restored"):
            raise OSError(5, "Input/output error")
        return real(*args, **more)

    monkeypatch.setattr(backups, step, fail)
    with pytest.raises(OSError, match=r"No space|Input"):
        restore.restore(file, old, NOW)
    monkeypatch.undo()
    assert not [path for path in file.parent.iterdir() if "restored" in path.name]
    assert names(file) == 3


def test_a_database_of_a_newer_release_is_not_replaced(file: Path, old: Path) -> None:
    with Database(f"sqlite:///{file}") as db, db.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(StartError, match="newer release"):
        restore.restore(file, old, NOW)
    assert file.read_bytes() == before


def test_where_there_was_nothing_there_is_the_backup(old: Path, tmp_path: Path) -> None:
    done = restore.restore(tmp_path / "new" / "warmup.db", old, NOW)
    assert done.former is None and names(tmp_path / "new" / "warmup.db") == 1
