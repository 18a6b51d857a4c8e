"""What PostgreSQL must really do."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.db import repositories as repo
from app.errors import Busy, StartError
from tests.db import postgres

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.postgres


@pytest.fixture
def address() -> str:
    return postgres.new_database()


@pytest.fixture
def db(address: str) -> Iterator[Database]:
    with Database(address) as database:
        yield database


def test_the_settings_are_in_force(db: Database) -> None:
    with db.write() as session:
        shown = {
            name: session.connection().execute(sql(f"SHOW {name}")).scalar()
            for name in ("synchronous_commit", "lock_timeout", "timezone", "transaction_isolation")
        }
    assert shown == {
        "synchronous_commit": "on", "lock_timeout": "2s", "timezone": "UTC", "transaction_isolation": "read committed"
    }  # fmt: skip


def test_a_reading_session_sees_one_moment_and_cannot_write(db: Database) -> None:
    with db.read() as session:
        assert session.connection().execute(sql("SHOW transaction_isolation")).scalar() == "repeatable read"
    with pytest.raises(DBAPIError, match="read-only"), db.read() as session:
        repo.local_learner(session, NOW)
    with db.write() as session:
        repo.local_learner(session, NOW)


def test_a_learner_who_is_locked_too_long_is_busy(db: Database, address: str) -> None:
    with db.write() as session:
        learner = repo.local_learner(session, NOW)
    with psycopg.connect(address) as other:
        other.execute("SELECT * FROM learner FOR UPDATE")
        began = time.monotonic()
        with pytest.raises(Busy) as caught, db.write() as session:
            repo.lock_learner(session, learner)
        assert time.monotonic() - began < 3
    assert caught.value.headers == {"Retry-After": "1"}
    with db.write() as session:
        repo.lock_learner(session, learner)


def test_connections_that_broke_are_replaced(db: Database, address: str) -> None:
    with db.write() as session:
        repo.local_learner(session, NOW)
    with psycopg.connect(address) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with db.read() as session:
        assert repo.local_learner(session, NOW) > 0


def test_a_connection_that_breaks_in_the_middle_is_busy_not_a_crash(db: Database, address: str) -> None:
    def broken() -> None:
        with db.write() as session:
            pid = session.connection().execute(sql("SELECT pg_backend_pid()")).scalar_one()
            with psycopg.connect(address) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [pid])
            repo.local_learner(session, NOW)

    with pytest.raises(Busy):
        broken()
    with db.write() as session:
        repo.local_learner(session, NOW)


def test_a_server_that_is_not_there_is_said_at_start_without_the_password() -> None:
    with pytest.raises(StartError, match="refused") as caught:
        Database("postgresql://nobody:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_without_the_programs_the_tests_fail_and_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glob.glob", lambda *_: [])
    monkeypatch.setattr("shutil.which", lambda *_: None)
    with pytest.raises(RuntimeError, match="apt-get install postgresql"):
        postgres.server.__wrapped__()
