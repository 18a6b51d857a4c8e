"""What is wrong with a database as a database: damaged pages, indexes that lag behind, references to nothing, tables
that are not as this release has them. What the log says is for the services."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text as sql
from sqlmodel import Session

from app.db import migrate

Kind = Literal["damaged", "index", "reference", "schema"]


@dataclass(frozen=True, slots=True)
class Fault:
    """kind: index faults can be put right here; the others only by going back to a backup."""

    kind: Kind
    what: str


def faults(session: Session, most: int = 20) -> list[Fault]:
    """Everything found, the worst first. (PostgreSQL checks pages and references itself.)"""
    found: list[Fault] = []
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        said = [str(row[0]) for row in connection.execute(sql(f"PRAGMA integrity_check({most})"))]
        found += [Fault("index" if _of_index(line) else "damaged", line) for line in said if line != "ok"]
        for row in connection.execute(sql("PRAGMA foreign_key_check")).fetchmany(most):
            found.append(Fault("reference", f"{row[0]} {row[1]} → {row[2]}"))
    if not any(fault.kind == "damaged" for fault in found):
        found += [Fault("schema", str(difference)) for difference in migrate.differences(connection)]
    return sorted(found, key=lambda fault: ("damaged", "reference", "schema", "index").index(fault.kind))


def reindex(session: Session) -> None:
    """Makes every index anew from its table (SQLite)."""
    session.connection().execute(sql("REINDEX"))


def _of_index(line: str) -> bool:
    """An index that does not have what its table has; the table itself is whole."""
    return "missing from index" in line or "wrong # of entries in index" in line or "non-unique entry in index" in line
