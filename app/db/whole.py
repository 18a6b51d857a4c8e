"""The whole database, every learner's rows and every table: copied into an empty one, and compared to the last bit.

Tables are found, never listed: one that is added tomorrow moves along. Keys are kept, so that both ends hold the very
same rows (transfer.py is for one learner, leaves out what is private, and fits rows in beside others).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Integer, Table, delete, func, insert, select
from sqlalchemy import text as sql
from sqlmodel import Session

from app.db import cells
from app.db.repositories import LOCAL
from app.db.tables import Learner, SQLModel
from app.errors import StartError
from app.kit.text import text

CHUNK = 500
LEARNER: Table = Learner.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds, whatever the order of its rows and whichever database it is in."""

    rows: int
    digest: int


def tables() -> list[Table]:
    """Every table, those that are pointed at first."""
    return list(SQLModel.metadata.sorted_tables)


def learners(session: Session) -> list[tuple[int, str]]:
    """Everybody's number and name."""
    rows = session.execute(select(LEARNER.c.id, LEARNER.c.name).order_by(LEARNER.c.id))
    return [(int(number), str(name)) for number, name in rows]


def is_fresh(session: Session) -> bool:
    """Whether nobody has done anything here: no rows at all, but for the local learner's own."""
    others = [one for one in tables() if one is not LEARNER]
    if any(session.execute(select(one).limit(1)).first() is not None for one in others):
        return False
    return [name for _, name in learners(session)] in ([], [LOCAL])


def copy(source: Session, target: Session) -> dict[str, Sum]:
    """Puts every row of one database into another that is_fresh; gives what each table now holds.

    Raises StartError when the target is not empty or does not hold the same afterwards; leave its session by that.
    """
    if not is_fresh(target):
        raise StartError(
            text(
                zh="目标数据库里已经有数据，因此没有改动它。请换一个空的数据库。",
                en="The database to fill holds data already, so it was left untouched. Use an empty one.",
            )
        )
    target.execute(delete(LEARNER))
    with _references_at_the_end(target):
        for table in tables():
            for rows in _chunks(source, table):
                target.execute(insert(table), rows)
            _count_on(target, table)
    ours, theirs = sums(source), sums(target)
    if different := [name for name in ours if ours[name] != theirs[name]]:
        names = ", ".join(different)
        raise StartError(
            text(
                zh=f"复制之后两边不一致（{names}），因此目标数据库没有改动。请报告这个问题。",
                en=f"The two databases differ after copying ({names}), so nothing was stored. Please report this.",
            )
        )
    return theirs


def sums(session: Session) -> dict[str, Sum]:
    """What every table holds."""
    return {table.name: _sum(session, table) for table in tables()}


def _chunks(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for part in session.execute(query).mappings().partitions():
        yield [{str(name): value for name, value in row.items()} for row in part]


def _sum(session: Session, table: Table) -> Sum:
    rows = digest = 0
    for row in session.execute(select(table).execution_options(yield_per=CHUNK)):
        line = json.dumps([cells.encode(value) for value in row], sort_keys=True)
        digest = (digest + int.from_bytes(hashlib.sha256(line.encode()).digest())) % 2**256
        rows += 1
    return Sum(rows, digest)


@contextmanager
def _references_at_the_end(session: Session) -> Iterator[None]:
    """A row that points at another of its own table may come before it: references are looked at when all are in."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sql("PRAGMA defer_foreign_keys=ON"))
        yield
        return
    own = [(table.name, str(key.name)) for table in tables() for key in _to_itself(table)]
    for table, key in own:
        session.execute(sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE INITIALLY DEFERRED'))
    yield
    session.execute(sql("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, key in own:
        session.execute(sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE'))


def _to_itself(table: Table) -> list[ForeignKeyConstraint]:
    return [key for key in table.foreign_key_constraints if key.referred_table is table]


def _count_on(session: Session, table: Table) -> None:
    """The next row gets the number after the highest (SQLite looks at the rows itself)."""
    keys: list[Column[Any]] = list(table.primary_key.columns)
    if len(keys) != 1 or not isinstance(keys[0].type, Integer) or session.get_bind().dialect.name == "sqlite":
        return
    counted = session.scalar(select(func.pg_get_serial_sequence(table.name, keys[0].name)))
    highest = session.scalar(select(func.max(keys[0])))
    if counted is not None and highest is not None:
        session.execute(select(func.setval(counted, highest)))


def told(found: Mapping[str, Sum]) -> dict[str, int]:
    """Rows of each table."""
    return {name: one.rows for name, one in found.items()}
