"""What SQLite must really do: settings in force, one writer, one owner, a deadline, hands off what is not ours."""

import hashlib
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from app.db import Database, Learner
from app.db import repositories as repo
from app.errors import Busy, StartError, StorageFull

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warmup.db"


@pytest.fixture
def db(file: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{file}") as database:
        yield database


def add(db: Database, name: str) -> None:
    with db.write() as session:
        session.add(Learner(name=name, created_at=NOW))


def names(db: Database) -> set[str]:
    with db.read() as session:
        return set(session.exec(select(Learner.name)).all())


def hold(file: Path) -> sqlite3.Connection:
    """Another program in the middle of a write."""
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_the_settings_are_in_force(db: Database) -> None:
    expected = {"journal_mode": ("wal", "wal"), "synchronous": (2, 2), "foreign_keys": (1, 1), "query_only": (0, 1)}
    for pragma, (writing, reading) in expected.items():
        with db.write() as session:
            assert session.connection().execute(sql(f"PRAGMA {pragma}")).scalar() == writing
        with db.read() as session:
            assert session.connection().execute(sql(f"PRAGMA {pragma}")).scalar() == reading


def test_a_reading_session_cannot_write(db: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"), db.read() as session:
        repo.local_learner(session, NOW)
    assert names(db) == set()


def test_a_write_holds_the_lock_from_its_first_moment_and_readers_go_on(db: Database, file: Path) -> None:
    add(db, "before")
    with db.write() as session:
        other = sqlite3.connect(file, isolation_level=None, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        session.add(Learner(name="during", created_at=NOW))
        session.flush()
        assert names(db) == {"before"}
    assert names(db) == {"before", "during"}


def test_a_reading_session_sees_one_moment(db: Database) -> None:
    with db.read() as session:
        first = session.exec(select(Learner.name)).all()
        add(db, "later")
        assert session.exec(select(Learner.name)).all() == first
    assert names(db) == {"later"}


def test_an_exception_stores_nothing(db: Database) -> None:
    def fail() -> None:
        with db.write() as session:
            repo.local_learner(session, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names(db) == set()
    add(db, "y")


def test_many_threads_write_one_after_the_other(db: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda i: add(db, f"n{i}"), range(100)))
    assert len(names(db)) == 100


def test_a_lock_that_is_let_go_in_time_is_waited_for(db: Database, file: Path) -> None:
    other = hold(file)
    threading.Timer(0.4, lambda: (other.rollback(), other.close())).start()
    add(db, "x")
    assert names(db) == {"x"}


def test_one_deadline_for_the_whole_wait_however_many_wait(db: Database, file: Path) -> None:
    other = hold(file)
    began = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        attempts = [pool.submit(add, db, f"n{i}") for i in range(5)]
        errors = [attempt.exception() for attempt in attempts]
    assert time.monotonic() - began < 3
    assert all(isinstance(error, Busy) and error.headers["Retry-After"] == "1" for error in errors)
    assert names(db) == set()
    other.rollback()
    other.close()
    add(db, "x")
    assert names(db) == {"x"}


def test_waiting_for_the_turn_counts_towards_the_wait_for_the_file(db: Database, file: Path) -> None:
    """The second write gets its turn when the first gives up, and has one second left of its two by then."""

    def wait() -> float:
        began = time.monotonic()
        with pytest.raises(Busy):
            add(db, "x")
        return time.monotonic() - began

    other = hold(file)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(wait)
        time.sleep(1)
        second = pool.submit(wait)
        assert first.result() < 2.7
        assert second.result() < 2.7
    other.rollback()
    other.close()


def test_write_inside_write_is_a_mistake_that_says_so(db: Database) -> None:
    with pytest.raises(RuntimeError, match="inside"), db.write(), db.write():
        pass
    add(db, "x")


def test_a_full_disk_is_said_and_gets_over_without_a_restart(db: Database) -> None:
    with db.write() as session:
        pages = session.connection().execute(sql("PRAGMA page_count")).scalar_one()
        session.connection().execute(sql(f"PRAGMA max_page_count={pages}"))
    many = [Learner(name=f"{i} {'x' * 50}", created_at=NOW) for i in range(1000)]
    with pytest.raises(StorageFull), db.write() as session:
        session.add_all(many)
    assert names(db) == set()
    with db.write() as session:
        session.connection().execute(sql("PRAGMA max_page_count=100000"))
    add(db, "x")
    assert names(db) == {"x"}


def test_a_second_database_on_the_same_file_is_refused(db: Database, file: Path) -> None:
    with pytest.raises(StartError, match="in use by another Warmup process"):
        Database(f"sqlite:///{file}")
    script = f"from app.db import Database; Database('sqlite:///{file}')"
    second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "in use by another Warmup process" in second.stderr
    add(db, "still mine")


def test_a_killed_owner_lets_go(file: Path) -> None:
    script = f"from app.db import Database; d = Database('sqlite:///{file}'); print('open', flush=True); input()"
    owner = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"open\n"
        with pytest.raises(StartError):
            Database(f"sqlite:///{file}")
        owner.send_signal(signal.SIGKILL)
    Database(f"sqlite:///{file}").close()


def test_close_leaves_one_whole_file_and_may_be_called_twice(file: Path) -> None:
    db = Database(f"sqlite:///{file}")
    add(db, "x")
    db.close()
    db.close()
    assert sorted(p.name for p in file.parent.iterdir()) == ["warmup.db", "warmup.db.lock"]
    with pytest.raises(RuntimeError, match="closed"):
        add(db, "y")
    with Database(f"sqlite:///{file}") as again:
        assert names(again) == {"x"}


def bytes_of(folder: Path) -> dict[str, str]:
    """Every file and its hash. The lock file beside the database is ours to make, the -shm index holds no data."""
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.iterdir()
        if not p.name.endswith((".lock", "-shm"))
    }


@pytest.mark.parametrize("wal_left_behind", [False, True])
def test_a_database_of_a_newer_release_is_refused_and_not_a_byte_changes(file: Path, wal_left_behind: bool) -> None:
    with Database(f"sqlite:///{file}") as db:
        add(db, "x")
    change = (
        "import sqlite3, os; c = sqlite3.connect({!r}); c.execute(\"UPDATE alembic_version SET version_num = '9999'\")"
    )
    change += "; c.commit(); os._exit(0)" if wal_left_behind else "; c.commit(); c.close()"
    subprocess.run([sys.executable, "-c", change.format(str(file))], check=True)
    assert Path(f"{file}-wal").exists() == wal_left_behind
    before = bytes_of(file.parent)
    for _ in range(2):
        with pytest.raises(StartError, match=r"newer release \(9999\)") as caught:
            Database(f"sqlite:///{file}")
        assert "9999" in caught.value.message.zh
    assert bytes_of(file.parent) == before


def test_what_is_no_database_of_ours_is_refused_and_not_a_byte_changes(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"not a database at all " * 500)
    before = bytes_of(file.parent)
    with pytest.raises(StartError, match="not a readable database"):
        Database(f"sqlite:///{file}")
    assert bytes_of(file.parent) == before
    file.unlink()
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE accounts (id INTEGER)")
    other.commit()
    other.close()
    before = bytes_of(file.parent)
    with pytest.raises(StartError, match="another program"):
        Database(f"sqlite:///{file}")
    assert bytes_of(file.parent) == before


def test_memory_is_not_a_place_to_remember() -> None:
    with pytest.raises(StartError, match="file"):
        Database("sqlite://")


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(StartError, match="cannot be written to"):
        Database(f"sqlite:///{tmp_path / 'data' / 'warmup.db'}")


def test_a_file_another_program_is_writing_is_said_at_start(file: Path) -> None:
    file.parent.mkdir()
    other = hold(file)
    with pytest.raises(StartError, match="locked"):
        Database(f"sqlite:///{file}")
    other.rollback()
    other.close()
    Database(f"sqlite:///{file}").close()
