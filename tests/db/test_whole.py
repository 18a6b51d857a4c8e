"""Everything from one database into another, both ways, all of it or nothing; and one learner's rows that point at
each other, in whatever order they come."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect

from app.db import Database, migrate, transfer, whole
from app.db import repositories as repo
from app.errors import StartError
from tests.db import released
from tests.db.postgres import new_database

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def copy(source: str, target: str) -> dict[str, whole.Sum]:
    with Database(source) as ours, Database(target) as theirs, ours.read() as reading, theirs.write() as writing:
        return whole.copy(reading, writing)


def sums(url: str) -> dict[str, whole.Sum]:
    with Database(url) as db, db.read() as session:
        return whole.sums(session)


@pytest.fixture
def full(tmp_path: object) -> str:
    """A file with rows in every table, some of which point at a row that comes later."""
    url = f"sqlite:///{tmp_path}/full.db"
    released.build(url, migrate.head())
    return url


def test_every_table_has_rows_here(full: str) -> None:
    assert all(one.rows for one in sums(full).values())


@pytest.mark.postgres
def test_there_and_back_every_row_is_the_same(full: str, tmp_path: object) -> None:
    there, back = new_database(), f"sqlite:///{tmp_path}/back.db"
    ours = sums(full)
    assert copy(full, there) == ours == sums(there)
    assert copy(there, back) == ours
    with Database(there) as db:
        with db.read() as session:
            assert migrate.differences(session.connection()) == []
            keys = inspect(session.connection()).get_foreign_keys("mock")
            assert [key["options"].get("deferrable") for key in keys] == [None, None]
        with db.write() as session:  # numbers go on after the highest
            assert session.connection().exec_driver_sql("SELECT nextval('deck_id_seq')").scalar() == 4


def test_what_is_there_already_is_not_touched(full: str, url: str) -> None:
    with Database(url) as db, db.write() as session:
        repo.local_learner(session, NOW)
    copy(full, url)
    before = sums(url)
    with pytest.raises(StartError, match="holds data already"):
        copy(full, url)
    assert sums(url) == before


def test_a_copy_that_breaks_off_or_differs_leaves_nothing(full: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database(url) as db, db.write() as session:
        repo.local_learner(session, NOW)
    before = sums(url)
    real, seen = whole._sum, []

    def wrong(session: repo.Session, table: whole.Table) -> whole.Sum:
        seen.append(table.name)
        return real(session, table) if len(seen) > 1 else whole.Sum(0, 1)

    monkeypatch.setattr(whole, "_sum", wrong)
    with pytest.raises(StartError, match="differ after copying"):
        copy(full, url)
    monkeypatch.undo()
    assert sums(url) == before
    monkeypatch.setattr(whole, "_count_on", lambda _, table: 1 / (table.name != "review"))
    with pytest.raises(ZeroDivisionError):
        copy(full, url)
    monkeypatch.undo()
    assert sums(url) == before


def test_one_learners_rows_go_in_though_one_points_at_a_later_one(full: str, url: str) -> None:
    with Database(full) as db, db.read() as session:
        tables = {name: list(rows) for name, rows in transfer.read_out(session, 7)}
    assert tables["mock"][0]["again_of"] == tables["mock"][1]["mock_id"]
    with Database(url) as db, db.write() as session:
        added = transfer.put_in(session, repo.local_learner(session, NOW), tables)
    assert {name: one.added for name, one in added.items()} == {name: len(rows) for name, rows in tables.items()}
