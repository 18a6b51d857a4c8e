"""From nothing to the tables of today, on both databases; the migrations and tables.py say the same."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from app.db import Database, migrate
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
    assert tables == {"learner", "review", "item_state", "plan", "debrief", "alembic_version"}


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
        for table in ("learner", "review", "item_state", "plan", "debrief"):
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
