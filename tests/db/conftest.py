"""Every test that takes `url` or `db` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import Database
from tests.db.postgres import new_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return f"sqlite:///{tmp_path / 'warmup.db'}" if request.param == "sqlite" else new_database()


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """An open database with nobody in it."""
    with Database(url) as database:
        yield database
