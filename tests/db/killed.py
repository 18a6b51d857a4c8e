"""A process that brings a database up to date and is killed (SIGKILL, by itself) at its n-th statement."""

import itertools
import os
import signal

import alembic.command  # noqa: F401  (so that a fork has it)
from sqlalchemy import Engine, event

from app.db import Database


def migrate_until(url: str, last: int) -> None:
    """last: the statement before which the process dies; every one counts, the last comes just before COMMIT."""
    numbers = itertools.count(1)

    def die(*_: object) -> None:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", die)
    event.listen(Engine, "commit", die)
    Database(url).close()


def statements(url: str) -> int:
    """How many there are in bringing this database up to date."""
    seen = []

    def count(*_: object) -> None:
        seen.append(1)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        Database(url).close()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        event.remove(Engine, "commit", count)
    return len(seen)
