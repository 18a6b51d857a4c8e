"""All a learner has, read out of every table and put in again. What is there stays: only what is missing is added.

Rows are dicts as JSON holds them (cells.py). A row is the same one when its identity is (owned.py). Keys that the
database counts up are kept where they are free, so that an empty database ends up with the very rows of the first.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session

from app.db import cells
from app.db.owned import LEARNER, Owned, belonging, owned

Row = dict[str, Any]
CHUNK = 500
HIGHEST = 2**31 - 2**20
"""Keys above this are given anew: a file must not use up the numbers there are."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one table: added; there already; there already with other content, which was kept."""

    added: int = 0
    same: int = 0
    kept: int = 0


class RowError(ValueError):
    """A row that cannot be stored: where it stands, and why."""

    def __init__(self, table: str, number: int | None, why: str) -> None:
        super().__init__(f"{table}{'' if number is None else f'[{number}]'}: {why}")


def read_out(session: Session, learner: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """Every table by name, and its rows in an order that only depends on them."""
    for name, one in sorted(owned().items()):
        yield name, _rows(session, one, learner)


def about(session: Session, learner: int) -> Row:
    """The learner's own row, without number and name."""
    row = session.execute(select(*_own_columns()).where(LEARNER.c.id == learner)).mappings().one()
    return {name: cells.encode(value) for name, value in row.items()}


def is_empty(session: Session, learner: int) -> bool:
    """Whether nothing at all belongs to the learner."""
    return not any(session.scalar(select(exists().where(belonging(one, learner)))) for one in owned().values())


def put_about(session: Session, learner: int, row: Row) -> None:
    """Writes the learner's own row; raises RowError."""
    known = {column.name: column for column in _own_columns()}
    if strange := sorted(set(row) - set(known)):
        raise RowError("learner", None, f"unknown column {strange[0]}")
    try:
        values = {name: cells.decode(known[name], value) for name, value in row.items()}
    except cells.CellError as error:
        raise RowError("learner", None, str(error)) from None
    if values:
        session.execute(update(LEARNER).where(LEARNER.c.id == learner).values(values))


def put_in(session: Session, learner: int, tables: Mapping[str, Sequence[Row]]) -> dict[str, Counts]:
    """Adds what is missing, in all tables or (on an exception) in none; raises RowError."""
    known = owned()
    if strange := sorted(set(tables) - set(known)):
        raise RowError(strange[0], None, "there is no such table")
    numbers: dict[str, dict[int, int]] = {}
    return {
        name: _put(session, learner, one, tables.get(name, ()), numbers) for name, one in known.items()
    }  # fmt: skip


def _rows(session: Session, one: Owned, learner: int) -> Iterator[Row]:
    order = [one.table.c[one.surrogate]] if one.surrogate else []
    query = select(*one.columns).where(belonging(one, learner)).order_by(*order)
    names = [str(column.name) for column in one.columns]
    result = session.execute(query.execution_options(yield_per=CHUNK))
    rows = (dict(zip(names, map(cells.encode, row), strict=True)) for row in result)
    # databases sort text differently
    return rows if one.surrogate else iter(sorted(rows, key=lambda row: [str(row[name]) for name in one.identity]))


def _put(session: Session, learner: int, one: Owned, rows: Sequence[Row], numbers: dict[str, dict[int, int]]) -> Counts:
    given = [_decoded(one, row, place, numbers) for place, row in enumerate(rows)]
    here: dict[str, list[Row]] = {}
    for found in session.execute(select(one.table).where(belonging(one, learner))).mappings():
        row = {str(name): value for name, value in found.items()}
        here.setdefault(_key(one, row), []).append(row)
    seen: Counter[str] = Counter()
    new: list[Row] = []
    same = kept = 0
    own = numbers.setdefault(one.name, {})
    for place, row in enumerate(given):
        key = _key(one, row)
        old = here.get(key, [])[seen[key] : seen[key] + 1]
        seen[key] += 1
        if not old:
            if one.identity and seen[key] > 1:
                raise RowError(one.name, place, "it is there twice")
            new.append(row)
            continue
        if one.surrogate:
            own[row[one.surrogate]] = old[0][one.surrogate]
        if _content(one, row) == _content(one, old[0]):
            same += 1
        else:
            kept += 1
    _number(session, one, new, own)
    _insert(session, learner, one, new)
    return Counts(len(new), same, kept)


def _decoded(one: Owned, row: Row, place: int, numbers: dict[str, dict[int, int]]) -> Row:
    columns = {column.name: column for column in one.columns}
    if strange := sorted(set(row) - set(columns)):
        raise RowError(one.name, place, f"unknown column {strange[0]}")
    out: Row = {}
    try:
        for name, column in columns.items():
            out[name] = cells.decode(column, row[name]) if name in row else cells.missing(column)
    except cells.CellError as error:
        raise RowError(one.name, place, str(error)) from None
    for name, parent in one.links.items():
        if out[name] is not None and parent != one.name:
            if out[name] not in numbers[parent]:
                raise RowError(one.name, place, f"{name} points at nothing in {parent}")
            out[name] = numbers[parent][out[name]]
    return out


def _key(one: Owned, row: Mapping[str, Any]) -> str:
    names = one.identity or [c.name for c in one.columns if c.name != one.surrogate]
    return json.dumps([cells.encode(row[name]) for name in names], sort_keys=True)


def _content(one: Owned, row: Row) -> str:
    content = {c.name: cells.encode(row[c.name]) for c in one.columns if c.name != one.surrogate}
    return json.dumps(content, sort_keys=True)


def _number(session: Session, one: Owned, rows: list[Row], own: dict[int, int]) -> None:
    """Gives the new rows their keys: those of the file when all of them are free, else the next ones."""
    if one.surrogate is None or not rows:
        return
    column = one.table.c[one.surrogate]
    asked = [row[one.surrogate] for row in rows]
    if len(set(asked)) < len(asked):
        raise RowError(one.name, None, f"{one.surrogate} is there twice")
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres:  # nobody takes a number between the look and the insert
        session.execute(sql(f'LOCK TABLE "{one.name}" IN SHARE ROW EXCLUSIVE MODE'))
    taken = exists().where(column.between(min(asked), max(asked)))
    if not 0 < min(asked) <= max(asked) <= HIGHEST or session.scalar(select(taken)):
        top = session.scalar(select(func.max(column))) or 0
        counted = func.pg_get_serial_sequence(one.name, one.surrogate) if postgres else None
        if postgres:
            top = max(top, session.scalar(select(func.nextval(counted))) or 0)
        for place, row in enumerate(sorted(rows, key=lambda row: row[one.surrogate or ""])):
            row["_given"] = top + 1 + place
    for row in rows:
        own[row[one.surrogate]] = row[one.surrogate] = row.pop("_given", row[one.surrogate])
    for name in (name for name, parent in one.links.items() if parent == one.name):
        for row in rows:
            row[name] = own.get(row[name], row[name])


def _pointed_at_first(one: Owned, rows: list[Row]) -> list[Row]:
    """A row that points at another of its own table comes after it."""
    for key in one.table.foreign_key_constraints:
        if key.referred_table is not one.table:
            continue
        pairs = [(e.parent.name, e.column.name) for e in key.elements if e.parent.name != one.owner]
        at = {tuple(row[there] for _, there in pairs): row for row in rows}
        ordered: list[Row] = []
        seen: set[int] = set()
        for row in rows:
            chain: list[Row] = []
            following: Row | None = row
            while following is not None and id(following) not in seen:
                seen.add(id(following))
                chain.append(following)
                following = at.get(tuple(following[here] for here, _ in pairs))
            ordered += reversed(chain)
        rows = ordered
    return rows


def _insert(session: Session, learner: int, one: Owned, rows: list[Row]) -> None:
    owner = {} if one.owner is None else {one.owner: learner}
    rows = _pointed_at_first(one, rows)
    for start in range(0, len(rows), CHUNK):
        try:
            session.execute(insert(one.table), [row | owner for row in rows[start : start + CHUNK]])
        except (IntegrityError, DataError) as error:
            said = str(error.orig).strip().splitlines()[0]
            raise RowError(one.name, None, f"rows {start} to {start + CHUNK - 1} break a rule ({said})") from error
    if rows and one.surrogate and session.get_bind().dialect.name == "postgresql":  # SQLite looks at the rows itself
        counted = func.pg_get_serial_sequence(one.name, one.surrogate)
        highest = max(row[one.surrogate] for row in rows)
        session.execute(select(func.setval(counted, func.greatest(func.nextval(counted), highest))))


def _own_columns() -> list[Any]:
    return [c for c in LEARNER.columns if c.name not in ("id", "name") and not c.info.get("private")]
