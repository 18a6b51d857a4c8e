"""A database of every earlier release comes up to date with every row it had, also when it is killed on the way."""

import multiprocessing
import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.db import Database, backups, migrate
from app.errors import StartError
from tests.db import killed, released

KILLS = 8
RELEASES = list(released.WRITTEN)


def test_each_release_is_here() -> None:
    """A new migration brings rows of its own along, in released.py."""
    assert migrate.known() == RELEASES


@pytest.mark.parametrize("revision", RELEASES)
def test_every_row_of_an_earlier_release_is_kept(url: str, revision: str) -> None:
    before = released.build(url, revision)
    assert all(before.values())
    with Database(url) as db, db.write() as session:
        assert released.rows(session.connection(), before) == before
        assert migrate.revisions(session.connection()) == {migrate.head()}


def look(file: Path, before: released.Rows) -> str:
    """Fails unless the file is whole and has every row; gives its revision."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        found = released.rows(connection, before)
        (revision,) = migrate.revisions(connection)
    engine.dispose()
    assert found == before
    return revision


@pytest.mark.parametrize("revision", [one for one in RELEASES if one != migrate.head()])
def test_killed_half_way_it_is_what_it_was_or_up_to_date(tmp_path: Path, revision: str) -> None:
    file, spare = tmp_path / "warmup.db", tmp_path / "spare.db"
    url = f"sqlite:///{file}"
    before = released.build(url, revision)
    shutil.copy(file, spare)
    total = killed.statements(url)
    assert total > KILLS
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.db.killed"])
    seen = set()
    for kill in range(KILLS):
        shutil.rmtree(backups.folder(file))
        for left in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            left.unlink(missing_ok=True)
        shutil.copy(spare, file)
        process = context.Process(target=killed.migrate_until, args=(url, 1 + kill * (total - 1) // (KILLS - 1)))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        (backup, *_) = backups.saved(file)
        assert look(backup.file, before) == revision
        seen.add(look(file, before))
        with Database(url) as db:  # goes on as if nothing had been
            assert db.facts().revision == migrate.head()
        assert look(file, before) == migrate.head()
    assert revision in seen


def test_a_backup_is_made_before_a_migration_and_only_then(tmp_path: Path) -> None:
    file = tmp_path / "warmup.db"
    before = released.build(f"sqlite:///{file}", "0004")
    for _ in range(2):
        Database(f"sqlite:///{file}").close()
    (backup,) = backups.saved(file)
    assert backup.file.name.endswith("-migration.db")
    assert look(backup.file, before) == "0004"


def test_without_a_backup_there_is_no_migration(tmp_path: Path) -> None:
    file = tmp_path / "warmup.db"
    released.build(f"sqlite:///{file}", "0003")
    before = file.read_bytes()
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StartError, match="No backup could be made"):
        Database(f"sqlite:///{file}")
    assert file.read_bytes() == before


@pytest.mark.parametrize("revision", ["0001", migrate.head()])
@pytest.mark.parametrize("how", ["torn", "zeroed", "short"])
def test_a_damaged_file_is_refused_and_not_a_byte_changes(tmp_path: Path, revision: str, how: str) -> None:
    file = tmp_path / "warmup.db"
    released.build(f"sqlite:///{file}", revision)
    data = bytearray(file.read_bytes())
    if how == "short":
        data = data[: len(data) // 2]
    else:
        data[4096 * 3 : 4096 * 4] = (b"\x00" if how == "zeroed" else b"\xa5") * 4096
    file.write_bytes(data)
    with pytest.raises(StartError, match="not a readable database"):
        Database(f"sqlite:///{file}")
    assert file.read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["warmup.db", "warmup.db.lock"]
