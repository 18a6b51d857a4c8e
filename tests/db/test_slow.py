"""The slow-query log: what is over the threshold, with its SQL and without its values."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import Database

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT max(i), :word FROM n"


def counted(tmp_path: Path, slow_s: float | None) -> int:
    with Database(f"sqlite:///{tmp_path / 'w.db'}", slow_s=slow_s) as db:
        with db.read() as session:
            session.connection().execute(text(SLOW), {"word": "my-diary"}).all()
        return db.slow.count


def test_a_slow_statement_is_told_without_its_values(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "warmup.db"):
        assert counted(tmp_path, 0.002) >= 1
    told = [record.data for record in caplog.records if "RECURSIVE" in record.data["sql"]]  # type: ignore[attr-defined]
    assert len(told) == 1
    assert told[0]["ms"] >= 2
    assert "my-diary" not in str(told)


@pytest.mark.parametrize("slow_s", [None, 600.0])
def test_a_high_threshold_or_none_tells_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, slow_s: float | None
) -> None:
    assert counted(tmp_path, slow_s) == 0
    assert not [record for record in caplog.records if record.name == "warmup.db"]


def test_an_error_does_not_tell_the_values(tmp_path: Path) -> None:
    asked = text("SELECT * FROM none WHERE a = :word")
    told = pytest.raises(DBAPIError, match="no such table")
    with Database(f"sqlite:///{tmp_path / 'w.db'}") as db, told as caught, db.read() as session:
        session.connection().execute(asked, {"word": "my-diary"})
    assert "my-diary" not in str(caught.value)
