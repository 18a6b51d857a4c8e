"""Which tables hold what belongs to a learner: found by following foreign keys, never listed.

A table added tomorrow is exported and imported without a word here: it belongs to the learner when it points at
`learner`, or at a table that does. What must stay on this machine (sessions, password hashes) says so where it is
declared: `__table_args__ = (..., {"info": {"private": True}})`, or `sa_column_kwargs={"info": {"private": True}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Column, Integer, Table, UniqueConstraint
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import select

from app.db.tables import Learner, SQLModel

LEARNER: Table = Learner.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False)
class Owned:
    """A table of a learner's. `owner`: the column that holds the learner's id, if it has one. `surrogate`: the key the
    database counts up, which means nothing elsewhere. `links`: columns that hold another such table's surrogate.
    `identities`: the columns that name a row among the learner's, or each other set that does, the one declared first
    in front; () for the one row there can be; none when only its whole content names it."""

    table: Table
    owner: str | None
    surrogate: str | None
    links: Mapping[str, str]
    identities: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def columns(self) -> tuple[Column[object], ...]:
        """Those that are exported: not the learner's id."""
        return tuple(c for c in self.table.columns if c.name != self.owner and not c.info.get("private"))


def owned() -> dict[str, Owned]:
    """Every table of a learner's, those that are pointed at first."""
    return dict(_found(tuple(SQLModel.metadata.sorted_tables)))


def belonging(one: Owned, learner: int) -> ColumnElement[bool]:
    """The rows of a table that are this learner's."""
    if one.owner is not None:
        return one.table.c[one.owner] == learner
    column, parent = next(iter(one.links.items()))
    target = owned()[parent]
    assert target.surrogate is not None
    rows = select(target.table.c[target.surrogate]).where(belonging(target, learner))
    return one.table.c[column].in_(rows)


@cache
def _found(tables: tuple[Table, ...]) -> dict[str, Owned]:
    out: dict[str, Owned] = {}
    for table in tables:
        if table is LEARNER or table.info.get("private"):
            continue
        owner, links = None, {}
        for column in table.columns:
            for key in column.foreign_keys:
                target = key.column.table
                if key.column is LEARNER.c.id or (target.name in out and key.column.name == out[target.name].owner):
                    owner = column.name  # of itself, or together with the key of what it belongs to
                elif target.name in out and key.column.name == out[target.name].surrogate:
                    links[column.name] = target.name
        if owner is not None or links:
            surrogate = _surrogate(table)
            out[table.name] = Owned(table, owner, surrogate, links, _identities(table, owner, surrogate))
    return out


def _surrogate(table: Table) -> str | None:
    """The one whole number that is the key, when it points nowhere."""
    keys = list(table.primary_key.columns)
    counted = len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys
    return keys[0].name if counted else None


def _identities(table: Table, owner: str | None, surrogate: str | None) -> tuple[tuple[str, ...], ...]:
    if surrogate is None:
        return (tuple(c.name for c in table.primary_key.columns if c.name != owner),)
    places = {column.name: place for place, column in enumerate(table.columns)}
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    named = [
        tuple(c.name for c in constraint.columns if c.name != owner)
        for constraint in unique
        if surrogate not in constraint.columns and not any(c.nullable for c in constraint.columns)
    ]
    return tuple(sorted(named, key=lambda names: [places[name] for name in names]))
