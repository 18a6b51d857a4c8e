"""From nothing to the tables of today, on both databases; the migrations and tables.py say the same."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Uuid, bindparam, create_engine, inspect, text

from app.db import Database, migrate
from app.db import repositories as repo
from app.db.tables import SQLModel
from app.errors import StartError
from tests.db.postgres import new_database


def test_up_from_empty(url: str) -> None:
    migrate.upgrade(url)
    with Database(url) as db:
        facts = db.facts()
        with db.read() as session:
            tables = set(inspect(session.connection()).get_table_names())
    assert facts.dialect == url.partition(":")[0]
    assert facts.version[0].isdigit()
    assert facts.revision == migrate.head()
    assert tables == {*SQLModel.metadata.tables, "alembic_version"}


def test_the_migrations_make_what_tables_py_says(db: Database) -> None:
    with db.read() as session:
        assert migrate.differences(session.connection()) == []


def test_a_difference_would_be_found(db: Database) -> None:
    from sqlalchemy import Column, Integer, Table

    extra = Table("extra", SQLModel.metadata, Column("id", Integer, primary_key=True))
    try:
        with db.read() as session:
            assert len(migrate.differences(session.connection())) == 1
    finally:
        SQLModel.metadata.remove(extra)


def test_every_constraint_has_a_name(db: Database) -> None:
    with db.read() as session:
        look = inspect(session.connection())
        for table in SQLModel.metadata.tables:
            found: list[Any] = [*look.get_unique_constraints(table), *look.get_foreign_keys(table)]
            found += look.get_check_constraints(table)
            assert [c for c in found if not c["name"]] == []


def test_opening_again_changes_nothing(url: str) -> None:
    for _ in range(2):
        with Database(url) as db:
            assert db.facts().revision == migrate.head()


def test_a_migration_that_fails_leaves_nothing_half_done(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = migrate._run

    def run_and_fail(connection: Any) -> None:
        run(connection)
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrate, "_run", run_and_fail)
    with pytest.raises(RuntimeError, match="power cut"):
        Database(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    monkeypatch.undo()
    Database(url).close()


def test_a_newer_or_foreign_database_is_refused(url: str) -> None:
    """(On SQLite not a byte changes: test_sqlite.py.)"""
    Database(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match="newer release"):
        Database(url)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"
        connection.exec_driver_sql("DELETE FROM alembic_version")
    engine.dispose()
    with pytest.raises(StartError, match="another program"):
        Database(url)


@pytest.mark.postgres
def test_replicas_that_start_together_migrate_one_after_the_other() -> None:
    url = new_database()
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: Database(url), range(4)))
    for db in opened:
        assert db.facts().revision == migrate.head()
        db.close()


def test_the_files_are_numbered_in_the_order_alembic_runs_them() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    assert [script.revision for script in scripts.walk_revisions()] == migrate.known()[::-1]
    assert scripts.get_current_head() == migrate.head()


def test_a_database_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'warmup.db'}"
    Database(url).close()
    script = f"import sys; from app.db import Database; Database({url!r}).close(); print('alembic' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


TABLES = ("learner", "review", "item_state")
OLD = {
    "learner": "INSERT INTO learner (id, name, created_at) VALUES (7, 'local', '2026-01-01 00:00:00')",
    "review": "INSERT INTO review (learner_id, attempt_id, kind, item_key, rev, rating, elapsed_days, answer,"
    " answered_at, study_day, tz, scheduler_version, body_hash, outcome) VALUES (7, :a, 'review', 'card/item', 1, 3, 0,"
    " '{\"value\": 1}', '2026-01-02 03:04:05', '2026-01-01', 'Asia/Shanghai', 'fsrs', 'hash', '{\"due\": null}')",
    "undo": "INSERT INTO review (learner_id, attempt_id, kind, undoes, item_key, rev, answer, answered_at, study_day,"
    " tz, scheduler_version, body_hash, outcome) VALUES (7, :b, 'undo', :a, 'card/item', 1, 'null',"
    " '2026-01-02 03:05:05', '2026-01-01', 'Asia/Shanghai', 'fsrs', '', '{}')",
    "state": "INSERT INTO item_state (learner_id, item_key, rev, stability, difficulty, state, step, due, last_review,"
    " last_day, introduced, reps, lapses) VALUES (7, 'card/item', 1, 2.5, 5.0, 2, NULL, '2026-01-05 00:00:00',"
    " '2026-01-02 03:04:05', '2026-01-01', '2026-01-01', 1, 0)",
}  # fmt: skip
"""What the first release writes: a learner, a review, its undoing, a state."""


@pytest.mark.parametrize("revision", migrate.known()[:-1])
def test_the_log_of_an_earlier_release_is_kept_word_for_word(url: str, revision: str) -> None:
    from alembic import command

    engine = create_engine(url)
    ids = {"a": uuid4(), "b": uuid4()}
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), revision)
        for statement in OLD.values():
            bound = text(statement).bindparams(*(bindparam(n, type_=Uuid()) for n in ids if f":{n}" in statement))
            connection.execute(bound, {name: value for name, value in ids.items() if f":{name}" in statement})
        before = {name: [*map(dict, connection.execute(text(f"SELECT * FROM {name}")).mappings())] for name in TABLES}
    engine.dispose()
    with Database(url) as db, db.write() as session:
        for name, rows in before.items():
            after = session.connection().execute(text(f"SELECT * FROM {name}")).mappings()
            assert [{column: row[column] for column in rows[0]} for row in after] == rows
        newest = max(row["seq"] for row in before["review"])
        assert repo.local_learner(session, datetime(2026, 1, 3, tzinfo=UTC)) == 7
        undone = repo.undo_of(session, 7, ids["a"])
        assert undone is not None and undone.attempt_id == ids["b"] and undone.seq == newest
        assert list(repo.lines(session, 7)) == []
